"""Every page in every language: whole, and without a word of English but names."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from classifiers.contract import Cause, Churn, Severity, Threat
from monitor.domain.access import Rank, Scope
from monitor.domain.compensation import Kind, money
from monitor.domain.model import Case, Change, EventKind, Status
from monitor.domain.presence import Doing
from monitor.domain.reply_template import Actions, Template, Then
from monitor.domain.search import parse_search
from monitor.domain.triage import Context, Rules, triage
from monitor.domain.undo import UNDONE_KEY
from monitor.domain.win_back import Mark, Step
from monitor.store import cases
from monitor.web import app as web
from monitor.web.languages import LANGUAGES
from monitor.wiring import App
from tests.fakes import FakeClassifier
from tests.make import NOW, make_assessment, make_event
from tests.web.catalogs import TRANSLATED
from tests.web.conftest import LogIn, browser
from tests.web.scene import add_case
from tests.web.spoken import Spoken, english_of, foreign

GREEK = "Η κάρτα μου χάθηκε και κανείς δεν απαντά"
NOT_PAGES = {"/healthz", "/live", "/queue/news", "/"}


def reasons() -> tuple[str, ...]:
    """The gravest that triage can say."""
    context = Context(
        now=NOW, published_at=NOW - timedelta(days=3), followers=120_000, reposts=40,
        earlier_complaints=[NOW - timedelta(days=4)], untagged=True,
    )  # fmt: skip
    verdict = make_assessment(
        churn=Churn.DECIDED, threats=dict.fromkeys(Threat, 0.9), causes=dict.fromkeys(Cause, 0.9),
        escalation_parts={"base": -5.0, "regulator": 4.5, "left": 1.0},
    )  # fmt: skip
    return triage(verdict, context, Rules(complaint=0.5, label=0.5)).reasons


def everything_happened(monitor: App, case: Case) -> None:
    """One event of each kind, by somebody where somebody does such things."""
    data = {
        "to": "janis", "until": (NOW + timedelta(hours=3)).isoformat(), "target": "first_response", "text": GREEK,
        "into": 7, "from": 8, "added": "vip", "was": "resolved", "kind": "complaint", "severity": "blame",
        "causes": "outage, delivery", "step": "apologise", "mark": "skipped", UNDONE_KEY: "resolved:1",
    }  # fmt: skip
    by_nobody = {EventKind.WARNED, EventKind.BREACHED, EventKind.WOKE, EventKind.REASSESSED, EventKind.CUSTOMER_POSTED}
    events = []
    for kind in set(EventKind) - {EventKind.OPENED, EventKind.ESCALATED, EventKind.WON_BACK, EventKind.COMPENSATION}:
        actor = None if kind in by_nobody else "janis"
        events.append(make_event(kind=kind, actor=actor, data=data))
    events.append(make_event(kind=EventKind.ESCALATED, data={"from": "disapproval", "to": "blame"}))
    with monitor.database.write() as session:
        cases.save_change(session, Change(case, tuple(events)))


@pytest.fixture
def case(monitor: App) -> Case:
    """The open case in which everything is found that a page can show, among cases of every status."""
    grave = {"severity": Severity.BLAME, "causes": tuple(Cause), "reasons": reasons(), "lang": "el", "tags": ("vip",)}
    made = [
        add_case(monitor, text=GREEK, handle=f"q{number}", name="Άννα", minutes=minutes, **{**grave, **more})
        for number, (minutes, more) in enumerate(
            (
                (300, {}),
                (30, {"status": Status.SNOOZED, "snoozed_until": NOW + timedelta(days=2)}),
                (31, {"status": Status.RESOLVED}),
                (32, {"status": Status.DISMISSED}),
                (
                    33,
                    {
                        "needs_human": True,
                        "assessment": make_assessment(abstained=True, abstain_reason="too little text"),
                    },
                ),
                (34, {"status": Status.WAITING, "assignee": "janis"}),
            )
        )
    ]
    return made[0]


@pytest.fixture
def root(monitor: App, case: Case, log_in: LogIn) -> TestClient:
    """An administrator on a full desk."""
    log_in("janis", Rank.LEAD)
    client = log_in("root", Rank.ADMIN)
    number = case.id or 0
    everything_happened(monitor, case)
    janis = monitor.team.person("janis")
    monitor.workplace.beat(number, "janis", Doing.REPLYING)
    monitor.workplace.save_view("vip", parse_search("label:vip"), owner=None)
    monitor.replies.put(
        [Template("late", {"el": GREEK}, "Άννα", actions=Actions(tags=("vip",), then=Then.RESOLVE))], by="root"
    )
    monitor.replies.mark(number, janis, [(Step.OWN_FAULT, Mark.SKIPPED)], reason=GREEK)
    monitor.compensations.ask(number, janis, Kind.REFUND, money("5000", "EUR"), GREEK)
    monitor.tokens.create(monitor.team.person("root"), "q", frozenset(Scope), by="root")
    monitor.classifier = FakeClassifier()  # type: ignore[assignment]
    return client


def paths(case: Case) -> list[str]:
    """Every page that can be asked for; a new one is in it by itself."""
    found = [
        route.path
        for router in web.ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in route.methods
    ]
    return sorted(path.replace("{case_id}", str(case.id)) for path in set(found) - NOT_PAGES)


def shown(root: TestClient, stranger: TestClient, case: Case, language: str) -> Iterator[tuple[str, Any]]:
    """Every page and every part of one that can be asked for, and what some actions answer."""
    headers = {"Accept-Language": language}
    part = headers | {"HX-Request": "true"}
    for path in paths(case):
        yield path, root.get(path, headers=headers)
        yield f"{path} (part)", root.get(path, headers=part)
    for path in ("/login", "/setup"):
        yield f"{path} (stranger)", stranger.get(path, headers=headers)
    for path in (
        *("/queue?view=all", "/queue?view=snoozed", "/queue?view=mine", "/queue?q=is:any", "/queue?q=lnag:lv"),
        *(f"/queue?view=all&case={case.id}", f"/queue/row?ids={case.id},2,3,4,5,6&left=2,3,4,6"),
        *("/cases/2", "/cases/5", "/cases/4711", "/audit?check=1", "/nothing", "/api/v1/problems/stale"),
    ):
        yield path, root.get(path, headers=headers)
    for path, data in (
        ("/login", {"name": "q", "password": "q"}),
        ("/setup", {"code": "q", "password": "q", "again": "x"}),
    ):
        yield f"POST {path}", stranger.post(path, data=data, headers=headers)
    at = f"/cases/{case.id}"
    for path, data in (
        (f"{at}/assign", {"assignee": "janis", "version": "0"}),
        (f"{at}/note", {"text": " "}),
        (f"{at}/snooze", {"until": "2020-01-01T00:00", "pane": "case"}),
        (f"{at}/label", {}),
        (f"{at}/merge", {"into": str(case.id)}),
        (f"{at}/reopen", {}),
        (f"{at}/claim", {"pane": "case"}),
        (f"{at}/snooze", {"preset": "tomorrow", "pane": "case"}),
        (f"{at}/reply-check", {"text": "Λυπάμαι."}),
        (f"{at}/composer", {"text": "{{?Άννα}}"}),
        (f"{at}/composer", {"text": "Λυπάμαι https://example.org"}),
        (f"{at}/win-back", {"step": "apologise", "mark": "skipped"}),
        (f"{at}/compensation", {"kind": "refund", "amount": "q"}),
        ("/bulk", {"case": ["2"], "action": "resolve"}),
        ("/bulk", {"everything": "1", "action": "resolve", "q": "is:any"}),
        ("/bulk", {"case": ["3"], "action": "q"}),
        ("/undo", {}),
        ("/next", {}),
        ("/account/password", {"old": "q", "new": "q", "again": "q"}),
        ("/account/profile", {"time_zone": "q"}),
        ("/account/tokens", {"name": "q"}),
        ("/people", {"name": "Q q"}),
        ("/preferences", {"key.next": "k"}),
        ("/views", {"q": "lnag:lv", "name": "q"}),
    ):  # fmt: skip
        yield f"POST {path} {data}", root.post(path, data=data, headers=part)


def wrong_with(answer: Any, path: str, language: str, written: set[str]) -> Any:
    """What is not right with an answer in that language; `written` is what the team itself put onto the page."""
    if answer.status_code >= 500:
        return answer.status_code
    if "text/html" not in answer.headers.get("content-type", ""):
        return None
    page = Spoken(answer.text)
    said = [each for each in page.said if each not in written]
    if "<html" in answer.text and page.language != language:
        return f"<html lang={page.language}>"
    left = english_of(said, language) if language in TRANSLATED else set()
    cyrillic = language in ("bg", "ru") and not path.startswith("/api/")
    return left or (cyrillic and {each for each in said if foreign(each)})


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_page_is_said_in_the_language_that_was_asked_for(
    monitor: App, site: FastAPI, root: TestClient, case: Case, language: str
) -> None:
    playbooks = set(monitor.handlings.of(case.brand).rules.playbooks.values())
    answers = list(shown(root, browser(site), case, language))
    wrong = {path: wrong_with(answer, path, language, playbooks) for path, answer in answers}

    assert not any(wrong.values()), "\n".join(f"{path}: {found}" for path, found in wrong.items() if found)
    assert len(answers) > 60


@pytest.mark.parametrize(
    ("html", "language", "noticed"),
    [
        ("<p>Resolve</p>", "bg", True),
        ('<button title="Resolve">x</button>', "lv", True),
        ("<p>Ilze: Nothing of yours was lost: you see the case as it is now. Labi.</p>", "lv", True),
        ("<p>Решаване</p> <code>resolve</code>", "bg", False),
        ("<p>Monitors</p>", "lv", False),
        ("<p>Resolve</p>", "en", False),
    ],
)
def test_a_sentence_of_english_is_noticed(html: str, language: str, noticed: bool) -> None:
    assert bool(language != "en" and english_of(Spoken(html).said, language)) is noticed


@pytest.mark.parametrize(
    ("said", "words"),
    [("Отложено от janis", set()), ("Взето by janis", {"by"}), ("lang:lv {count}", set()), ("cm_aX-4", set())],
)
def test_a_word_past_the_catalogs_is_noticed_on_a_cyrillic_page(said: str, words: set[str]) -> None:
    assert foreign(said) == words


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ("27 Feb, 11:00", "90%", "3d 0h")),
        ("bg", ("27 фев, 11:00", "90%", "3 д 0 ч")),
        ("lv", ("27. febr., 11:00", "90%", "3 d 0 h")),
        ("ru", ("27 февр., 11:00", "90 %", "3 д 0 ч")),
    ],
)
def test_dates_and_numbers_are_written_as_the_language_does(
    monitor: App, log_in: LogIn, language: str, shown: tuple[str, ...]
) -> None:
    case = add_case(monitor, minutes=3 * 24 * 60, waiting_since=NOW - timedelta(days=3))
    page = " ".join(Spoken(log_in().get(f"/cases/{case.id}", headers={"Accept-Language": language}).text).said)

    assert [each for each in shown if each not in page] == []


def test_what_a_person_chose_goes_before_what_the_browser_asks_for(monitor: App, log_in: LogIn) -> None:
    client = log_in()
    client.post("/account/profile", data={"locale": "lv"})
    page = Spoken(client.get("/queue", headers={"Accept-Language": "ru"}).text)

    assert page.language == "lv"
    assert "Rinda" in page.said
