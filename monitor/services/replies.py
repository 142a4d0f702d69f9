"""Writing a reply: what is wrong with it, templates and macros, and the win-back checklist. Nothing is posted here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.clock import Clock
from monitor.domain import macro, reply_check, win_back
from monitor.domain.access import Agent, Rank
from monitor.domain.composer import Length, ReplyPrices, composer_link, length_on
from monitor.domain.model import Case, Change, Post, Role
from monitor.domain.reply_check import Warning
from monitor.domain.reply_naming import given_names
from monitor.domain.reply_reading import read
from monitor.domain.reply_template import HalfFilled, Template, fill, open_blanks, prefilled, validated
from monitor.domain.win_back import Mark, Step, WinBack
from monitor.errors import Conflict, NotAllowed, NotFound
from monitor.store import cases, intake, replies, templates
from monitor.store.db import Database, Session

RECENT = timedelta(days=30)
"""Replies older than this are nobody's copy any more."""
_FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft as it stands: the remarks on it, its length, the steps of a win-back that it seems to do, its price.

    `price` is what posting it through the platform's API would cost in US dollars; None where it is not known.
    """

    warnings: tuple[Warning, ...]
    length: Length
    proposed: tuple[Step, ...] = ()
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A text that may go out: where the platform's composer opens with it, None where there is none."""

    text: str
    link: str | None
    length: Length
    price: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A template in one language, with what the case knows filled in; `blanks` are left for the person."""

    template: Template
    lang: str
    text: str
    blanks: tuple[str, ...]


class Replies:
    """Raises `NotFound` for an unknown case or template. `brands` are the brands' names as people write them."""

    def __init__(
        self, database: Database, clock: Clock, *, brands: Mapping[str, str], prices: ReplyPrices | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._brands = brands
        self._prices = prices or ReplyPrices()

    def check(self, case_id: int, text: str, lang: str | None = None) -> Checked:
        """Every remark on a draft for a case, in the case's language unless told otherwise."""
        since = self._clock.now() - RECENT
        with self._database.read() as session:
            case = _case(session, case_id)
            name = _customer_name(session, case)
            said = _customer_words(intake.thread(session, case.brand, case.platform, case.conversation_id), case)
            recent = replies.recent_replies(session, case.brand, since=since)
        spoken = lang or case.lang or _FALLBACK
        warnings = reply_check.check(
            text,
            lang=spoken,
            mention=said,
            causes=case.causes,
            customer_name=name,
            recent=recent,
            complaint=case.severity is not None,
            platform=case.platform,
            prices=self._prices,
        )
        return Checked(warnings, length_on(case.platform, text), _steps_in(text, spoken), self._price(case, text))

    def ready(self, case_id: int, text: str) -> Ready:
        """The text for the platform's composer. `HalfFilled` names the blanks that a template left in it."""
        if blanks := open_blanks(text):
            raise HalfFilled(blanks)
        if not text.strip():
            raise NotAllowed("there is nothing to send yet")
        with self._database.read() as session:
            case = _case(session, case_id)
        answered = case.waiting_post_id or case.first_post_id
        link = composer_link(case.platform, text, answered)
        return Ready(text, link, length_on(case.platform, text), self._price(case, text))

    def _price(self, case: Case, text: str) -> float | None:
        return self._prices.of(text) if case.platform == "x" and text.strip() else None

    def templates(self, case_id: int, agent: Agent, lang: str | None = None) -> list[Shown]:
        """The team's templates and the agent's own that fit the case, filled as far as the case can, by name."""
        with self._database.read() as session:
            case = _case(session, case_id)
            known = self._known(session, case, agent)
            found = templates.templates_for(session, agent.name, case.brand)
        return [_shown(template, lang or case.lang, known) for template in found]

    def fill(
        self, case_id: int, template_id: int, agent: Agent, given: Mapping[str, str], lang: str | None = None
    ) -> str:
        """The finished text of a template. `HalfFilled` names every blank that is still open."""
        with self._database.read() as session:
            case = _case(session, case_id)
            template = _template(session, template_id, agent)
            known = self._known(session, case, agent)
        chosen = template.body(lang or case.lang)
        return "" if chosen is None else fill(chosen[1], known, given)

    def apply(self, case_id: int, template_id: int, agent: Agent, *, version: int | None = None) -> Case:
        """Do what a macro does to the case, all of it in one transaction, or nothing."""
        with self._database.write() as session:
            case = _case(session, case_id, version)
            template = _template(session, template_id, agent)
            change = macro.apply(case, template.actions, agent.name, now=self._clock.now())
            return cases.save_change(session, change) if change != Change(case) else case

    def save(self, template: Template, agent: Agent) -> Template:
        """Keep a template: the team's are a lead's to change, one's own everybody's. `TemplateError` says why not."""
        now = self._clock.now()
        with self._database.write() as session:
            if template.id is not None:
                _template(session, template.id, agent)
            _may_write(template, agent)
            return templates.save_template(session, replace(validated(template), updated_by=agent.name), now)

    def remove(self, template_id: int, agent: Agent) -> None:
        with self._database.write() as session:
            _may_write(_template(session, template_id, agent), agent)
            templates.remove_template(session, template_id)

    def all_templates(self, agent: Agent | None = None) -> Sequence[Template]:
        """The team's templates, and those of one agent."""
        with self._database.read() as session:
            return templates.templates_for(session, agent.name if agent else None)

    def put(self, wanted: Iterable[Template], *, by: str) -> int:
        """Keep templates, each in the place of one with its owner and name: all or none. How many there were."""
        now, count = self._clock.now(), 0
        with self._database.write() as session:
            for template in wanted:
                known = templates.template_by_name(session, template.name, template.owner)
                kept = replace(validated(template), id=known.id if known else None, updated_by=by)
                templates.save_template(session, kept, now)
                count += 1
        return count

    def offer(self, starters: Callable[[], Iterable[Template]]) -> int:
        """Give a team that has no template yet the ones to start from; how many were added."""
        with self._database.read() as session:
            if templates.count_templates(session):
                return 0
        return self.put(starters(), by="complaint-monitor")

    def win_back(self, case_id: int, draft: str = "") -> WinBack:
        """The checklist, with the steps that our replies in the thread, or the draft, seem to have done proposed."""
        with self._database.read() as session:
            case = _case(session, case_id)
            events = cases.events_of(session, case_id)
            thread = intake.thread(session, case.brand, case.platform, case.conversation_id)
        ours = [p.text for p in thread if p.role is Role.REPLY and p.published_at >= case.opened_at]
        found = {step for text in (*ours, draft) for step in _steps_in(text, case.lang or _FALLBACK)}
        return win_back.win_back(events, tuple(found))

    def mark(
        self,
        case_id: int,
        agent: Agent,
        marks: Sequence[tuple[Step, Mark]],
        *,
        reason: str = "",
        version: int | None = None,
    ) -> Case:
        """Tick, skip (with a reason) or clear steps of the checklist."""
        with self._database.write() as session:
            case = _case(session, case_id, version)
            change = win_back.mark_steps(case, agent.name, marks, now=self._clock.now(), reason=reason)
            return cases.save_change(session, change)

    def _known(self, session: Session, case: Case, agent: Agent) -> dict[str, str | None]:
        account = intake.accounts_by_id(session, [(case.platform, case.customer_id)]).get(
            (case.platform, case.customer_id)
        )
        names = given_names(account.name) if account else ()
        return {
            "customer": names[0] if names else None,
            "handle": account.handle if account else None,
            "brand": self._brands.get(case.brand, case.brand),
            "agent": agent.display_name or agent.name,
            "case": str(case.id),
        }


def _case(session: Session, case_id: int, version: int | None = None) -> Case:
    case = cases.case_by_id(session, case_id)
    if case is None:
        raise NotFound(f"There is no case {case_id}.")
    if version is not None and version != case.version:
        raise Conflict
    return case


def _template(session: Session, template_id: int, agent: Agent) -> Template:
    """The template, if it is the team's or the agent's own: nobody sees another's."""
    found = templates.template_by_id(session, template_id)
    if found is None or found.owner not in (None, agent.name):
        raise NotFound(f"There is no template {template_id}.")
    return found


def _may_write(template: Template, agent: Agent) -> None:
    if template.owner is None and not agent.may(Rank.LEAD):
        raise NotAllowed("templates of the team are a lead's to change; keep one of your own")
    if template.owner not in (None, agent.name) or not agent.may(Rank.AGENT):
        raise NotAllowed("this template is somebody else's")


def _shown(template: Template, lang: str | None, known: Mapping[str, str | None]) -> Shown:
    chosen = template.body(lang)
    if chosen is None:
        return Shown(template, "", "", ())
    text = prefilled(chosen[1], known)
    return Shown(template, chosen[0], text, open_blanks(text))


def _customer_name(session: Session, case: Case) -> str | None:
    key = (case.platform, case.customer_id)
    account = intake.accounts_by_id(session, [key]).get(key)
    return account.name if account else None


def _customer_words(thread: Sequence[Post], case: Case) -> str:
    """What the customer wrote in this case."""
    ends: datetime | None = case.begins_after
    mine = (p.text for p in thread if p.author_id == case.customer_id and (ends is None or p.ingested_at > ends))
    return "\n".join(mine)


def _steps_in(text: str, lang: str) -> tuple[Step, ...]:
    reading = read(text, lang) if text.strip() else None
    return () if reading is None else win_back.proposed_by(reply_check.findings_of(reading))
