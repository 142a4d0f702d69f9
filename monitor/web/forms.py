"""What the forms of cases carry, and what it means in the words of the domain."""

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from classifiers.contract import Cause, Kind, Severity
from monitor.domain.calendar import BusinessCalendar
from monitor.domain.labels import Labels
from monitor.domain.snoozing import Preset, presets
from monitor.errors import NotAllowed
from monitor.web.present import Wording


class ActionForm(BaseModel):
    """What any of the forms may carry. `version` is that of the case which the person saw, `to` the page they are on,
    `pane` that the case is open on it, `then` what is to follow."""

    version: int | None = Field(None, ge=0, le=2**62)
    to: str = Field("", max_length=2000)
    pane: str = Field("", max_length=10)
    assignee: str = Field("", max_length=80)
    preset: Preset | None = None
    until: str = Field("", max_length=40)
    reason: str = Field("", max_length=200)
    text: str = Field("", max_length=4000)
    kind: Kind | None = None
    severity: str = Field("", max_length=40)
    causes: str = Field("", max_length=400)
    toggle: Cause | None = None
    tags: str = Field("", max_length=1000)
    had: str = Field("", max_length=1000)
    keep: str = Field("", max_length=10)
    into: int | None = Field(None, ge=1, le=2**62)
    key: str = Field("", max_length=200)

    def again(self) -> list[tuple[str, str]]:
        """The fields of the same form on the case as it now is."""
        given = self.model_dump(exclude={"version"}, exclude_none=True)
        return [(name, str(value)) for name, value in given.items() if value != ""]


def labels_of(form: ActionForm) -> Labels:
    """What the person says of the case's first post: the button pressed, on top of what was said before.

    Raises NotAllowed where nothing is said.
    """
    if form.kind is None:
        raise NotAllowed("say what it is: a complaint, a question, praise, or none of our business")
    if form.kind is not Kind.COMPLAINT:
        return Labels(kind=form.kind)
    causes = [cause for cause in Cause if cause.value in form.causes.split(",")]
    if form.toggle is not None:
        causes = [cause for cause in Cause if (cause in causes) != (cause is form.toggle)]
    severity = Severity(form.severity) if form.severity in set(Severity) else None
    said = bool(causes) or form.toggle is not None
    return Labels(kind=form.kind, severity=severity, causes=tuple(causes) if said else None)


def words_of(text: str) -> list[str]:
    """The words of a list separated by commas, as labels are kept: without case, each once."""
    words = (" ".join(part.split()).casefold() for part in text.split(","))
    return list(dict.fromkeys(word for word in words if word))


def moment_of(preset: Preset | None, until: str, calendar: BusinessCalendar, say: Wording) -> datetime:
    """Until when to snooze: a usual answer, or a moment on the person's own clock. Raises NotAllowed for neither."""
    if preset is not None:
        offered = presets(say.now, say.zone, calendar)
        if preset not in offered:
            raise NotAllowed("that moment is over already; choose another")
        return offered[preset]
    try:
        moment = datetime.fromisoformat(until)
    except ValueError:
        raise NotAllowed("say until when to snooze") from None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=say.zone)).astimezone(UTC)
