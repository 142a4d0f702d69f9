"""Compensations on the page: given within the authority, and decided by a lead above it."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from monitor.domain.access import Rank
from monitor.domain.compensation import State
from monitor.domain.model import Case
from monitor.store import cases
from monitor.wiring import App
from tests.make import make_change
from tests.web.conftest import LogIn, words_of

FRAGMENT = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def case(monitor: App) -> Case:
    with monitor.database.write() as session:
        return cases.save_change(session, make_change())


@pytest.fixture
def ilze(log_in: LogIn) -> TestClient:
    return log_in("ilze")


def give(client: TestClient, case: Case, amount: str, reason: str = "late", *, script: bool = True) -> Any:
    data = {"kind": "credit", "amount": amount, "reason": reason}
    return client.post(f"/cases/{case.id}/compensation", data=data, headers=FRAGMENT if script else None)


def test_within_the_limit_it_is_granted(ilze: TestClient, case: Case) -> None:
    words = words_of(give(ilze, case, "12,50").text)

    assert "12.50 EUR Credit · granted" in words
    assert "You may still grant 7.50 EUR" in words


def test_above_it_the_case_needs_authority(ilze: TestClient, case: Case, log_in: LogIn) -> None:
    words = words_of(give(ilze, case, "50", "a <b>lost</b> parcel").text)

    assert "needs authority" in words
    assert "somebody with a higher limit decides" in words
    page = log_in("dita", Rank.LEAD).get("/compensations").text
    assert "50.00 EUR" in page
    assert "a &lt;b&gt;lost&lt;/b&gt; parcel" in page


@pytest.mark.parametrize(
    ("amount", "reason", "words"),
    [
        ("ten", "x", "is not an amount in EUR"),
        ("-1", "x", "is not an amount"),
        ("5", " ", "what the compensation is for"),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_stays(
    ilze: TestClient, case: Case, amount: str, reason: str, words: str
) -> None:
    answer = give(ilze, case, amount, reason)

    assert answer.status_code == 422
    assert words in words_of(answer.text)
    assert f'value="{amount}"' in answer.text


def test_a_lead_decides(ilze: TestClient, case: Case, log_in: LogIn, monitor: App) -> None:
    give(ilze, case, "50")
    lead = log_in("dita", Rank.LEAD)
    (waiting,) = monitor.compensations.listed()

    refused = lead.post(f"/compensations/{waiting.id}/decide", data={"grant": "false"})
    assert refused.status_code == 409
    assert "say why" in words_of(refused.text)

    granted = lead.post(f"/compensations/{waiting.id}/decide", data={"grant": "true"}, headers=FRAGMENT)
    assert "granted" in words_of(granted.text)
    assert monitor.compensations.listed() == []


def test_the_agent_then_says_that_the_customer_has_it(ilze: TestClient, case: Case, monitor: App) -> None:
    give(ilze, case, "5")
    (entry,) = monitor.compensations.listed(State.GRANTED)

    assert "paid" in words_of(ilze.post(f"/compensations/{entry.id}/paid", headers=FRAGMENT).text)


def test_an_agent_sees_no_list_and_decides_nothing(ilze: TestClient, case: Case, monitor: App) -> None:
    give(ilze, case, "50")
    (waiting,) = monitor.compensations.listed()

    assert ilze.get("/compensations").status_code == 403
    assert ilze.post(f"/compensations/{waiting.id}/decide", data={"grant": "true"}).status_code == 403


def test_without_a_script_one_comes_back_to_the_reply(ilze: TestClient, case: Case) -> None:
    answer = give(ilze, case, "5", script=False)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{case.id}/reply")


def test_nobody_is_sent_to_another_site(ilze: TestClient, case: Case) -> None:
    data = {"kind": "credit", "amount": "5", "reason": "x", "to": "https://evil.example/"}

    answer = ilze.post(f"/cases/{case.id}/compensation", data=data)

    assert "evil.example" not in answer.headers["location"]
