"""Compensations: granted within the authority, else the case waits; every step is in the ledger and in the log."""

import threading

import pytest

from monitor.domain.access import Agent, Rank
from monitor.domain.compensation import Authority, Compensation, Kind, Money, State
from monitor.domain.handling import Handlings
from monitor.domain.model import Case, EventKind
from monitor.domain.search import parse_search
from monitor.domain.win_back import Step, win_back
from monitor.errors import Conflict, MonitorError, NotAllowed, NotFound
from monitor.services.compensations import Compensations
from monitor.services.desk import Desk
from monitor.store import cases
from monitor.store import compensations as ledger
from monitor.store.db import Database
from tests.fakes import FakeClock
from tests.make import make_change

ILZE = Agent(1, "ilze", "Ilze", None, Rank.AGENT)
LEAD = Agent(2, "dita", "Dita", None, Rank.LEAD)
OTHER_LEAD = Agent(3, "olga", "Olga", None, Rank.LEAD)


@pytest.fixture
def service(database: Database, clock: FakeClock) -> Compensations:
    return Compensations(database, clock, Authority("EUR", {Rank.AGENT: 2000, Rank.LEAD: 20_000}))


@pytest.fixture
def case(database: Database) -> Case:
    with database.write() as session:
        return cases.save_change(session, make_change())


def give(service: Compensations, case: Case, minor: int, who: Agent = ILZE, version: int | None = None) -> Compensation:
    assert case.id is not None
    return service.ask(case.id, who, Kind.CREDIT, Money(minor, "EUR"), "late parcel", version=version)


def log(database: Database, case: Case) -> list[str]:
    with database.read() as session:
        events = cases.events_of(session, case.id or 0)
    return [str(event.data["state"]) for event in events if event.kind is EventKind.COMPENSATION]


def test_within_the_limit_it_is_granted_at_once(service: Compensations, case: Case, database: Database) -> None:
    one = give(service, case, 2000, version=case.version)

    assert one.state is State.GRANTED
    assert log(database, case) == ["granted"]
    account = service.account(case.id or 0, ILZE)
    assert (account.left, account.left_in_words, account.waiting) == (0, "0.00 EUR", None)


def test_above_it_the_case_waits_with_the_request_attached(
    service: Compensations, case: Case, database: Database
) -> None:
    one = give(service, case, 2001)

    assert service.listed() == [one]
    assert service.awaiting([case.id or 0]) == {case.id}
    assert service.account(case.id or 0, LEAD).waiting == one

    done = service.decide(one.id or 0, LEAD, grant=True)

    assert (done.state, service.listed(), service.awaiting([case.id or 0])) == (State.GRANTED, [], set())
    assert log(database, case) == ["requested", "granted"]


def test_a_grant_makes_good_in_the_checklist(service: Compensations, case: Case, database: Database) -> None:
    give(service, case, 100)

    with database.read() as session:
        states = {state.step: state.mark for state in win_back(cases.events_of(session, case.id or 0)).steps}
    assert states[Step.MAKE_GOOD] is not None


def test_a_refusal_leaves_the_agent_free_to_ask_anew(service: Compensations, case: Case, database: Database) -> None:
    one = give(service, case, 9000)
    service.decide(one.id or 0, LEAD, grant=False, note="too much")

    assert give(service, case, 1000).state is State.GRANTED
    assert log(database, case) == ["requested", "refused", "granted"]


def test_what_is_granted_can_be_paid(service: Compensations, case: Case, clock: FakeClock) -> None:
    one = give(service, case, 100)
    clock.pass_time(hours=1)

    assert service.pay(one.id or 0, ILZE).paid_at == clock.now()


def test_a_refused_step_writes_nothing(service: Compensations, case: Case, database: Database) -> None:
    one = give(service, case, 9000)
    with pytest.raises(NotAllowed):
        service.decide(one.id or 0, ILZE, grant=True)

    assert log(database, case) == ["requested"]


def test_nobody_decides_their_own(service: Compensations, case: Case) -> None:
    one = give(service, case, 20_001, LEAD)

    with pytest.raises(NotAllowed, match="own request"):
        service.decide(one.id or 0, LEAD, grant=True)


def test_a_stale_case_is_refused(service: Compensations, case: Case) -> None:
    with pytest.raises(Conflict):
        give(service, case, 100, version=case.version + 1)


def test_what_is_unknown_is_named(service: Compensations) -> None:
    with pytest.raises(NotFound, match="compensation 4711"):
        service.decide(4711, LEAD, grant=True)
    with pytest.raises(NotFound, match="no case 4711"):
        service.ask(4711, ILZE, Kind.CREDIT, Money(1, "EUR"), "x")
    with pytest.raises(NotFound, match="no case 4711"):
        service.account(4711, ILZE)


def test_of_two_leads_at_once_one_decides(service: Compensations, case: Case, database: Database) -> None:
    one = give(service, case, 9000)
    start, failed = threading.Barrier(2), []

    def decide(lead: Agent) -> None:
        start.wait()
        try:
            service.decide(one.id or 0, lead, grant=True)
        except MonitorError as error:
            failed.append(error)

    threads = [threading.Thread(target=decide, args=(lead,)) for lead in (LEAD, OTHER_LEAD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(failed) == 1
    assert log(database, case) == ["requested", "granted"]
    with database.read() as session:
        assert [each.state for each in ledger.of_case(session, case.id or 0)] == [State.GRANTED]


def test_the_queue_finds_the_cases_that_wait(
    service: Compensations, case: Case, database: Database, clock: FakeClock, handlings: Handlings
) -> None:
    desk = Desk(database, clock, handlings)

    def found(search: str) -> list[int | None]:
        return [row.case.id for row in desk.page(parse_search(search), agent="ilze", after=None, limit=9).rows]

    assert found("is:needs-authority") == []
    give(service, case, 9000)
    assert found("is:needs-authority") == [case.id]
    assert found("-is:needs-authority") == []
