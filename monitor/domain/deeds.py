"""What can be done to many cases at once, as one value: the same decision about each of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.domain import actions
from monitor.domain.model import Case, Change


class DeedKind(StrEnum):
    """Reopening, labelling and merging look at each case by itself, so they are not among these."""

    CLAIM = "claim"
    ASSIGN = "assign"
    RELEASE = "release"
    SNOOZE = "snooze"
    RESOLVE = "resolve"
    DISMISS = "dismiss"
    NOTE = "note"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Deed:
    """`to` is for ASSIGN, `until` and `keep` for SNOOZE, `text` the reason of DISMISS or the words of NOTE, `add` and
    `remove` for TAG. Raises ValueError where what the kind needs is missing.
    """

    kind: DeedKind
    to: str | None = None
    until: datetime | None = None
    keep: bool = False
    text: str = ""
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        missing = {
            DeedKind.ASSIGN: not self.to,
            DeedKind.SNOOZE: self.until is None,
            DeedKind.NOTE: not self.text.strip(),
            DeedKind.TAG: not (self.add or self.remove),
        }
        if missing.get(self.kind, False):
            needed = {DeedKind.ASSIGN: "somebody", DeedKind.SNOOZE: "a moment", DeedKind.NOTE: "words"}
            raise ValueError(f"{self.kind.value} needs {needed.get(self.kind, 'a label to add or to remove')}")

    def done_to(self, case: Case, agent: str, now: datetime) -> Change:
        """The case after it. Raises NotAllowed where it makes no sense."""
        decisions: Mapping[DeedKind, Callable[[], Change]] = {
            DeedKind.CLAIM: lambda: actions.claim(case, agent, now=now),
            DeedKind.ASSIGN: lambda: actions.assign(case, self.to or "", by=agent, now=now),
            DeedKind.RELEASE: lambda: actions.release(case, agent, now=now),
            DeedKind.SNOOZE: lambda: actions.snooze(case, agent, until=self.until or now, now=now, keep=self.keep),
            DeedKind.RESOLVE: lambda: actions.resolve(case, agent, now=now),
            DeedKind.DISMISS: lambda: actions.dismiss(case, agent, now=now, reason=self.text),
            DeedKind.NOTE: lambda: actions.note(case, agent, self.text, now=now),
            DeedKind.TAG: lambda: actions.tag(case, agent, add=self.add, remove=self.remove, now=now),
        }
        return decisions[self.kind]()
