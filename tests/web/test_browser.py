"""The page in a real browser: every key has a button, and the loop works with the keyboard alone, Cyrillic too."""

import os
import shutil
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from monitor.domain.access import Rank
from monitor.domain.model import Status
from monitor.web.keys import KEYS
from monitor.wiring import App
from tests.fakes import FakeClassifier
from tests.web.conftest import PASSWORD, add_agent
from tests.web.scene import add_case, case_now

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
BY_MOVING = {
    "next", "previous", "open", "next-post", "previous-post", "select", "select-down", "select-up", "escape", "send",

}  # fmt: skip
"""What a pointer does without a button of its own: it clicks the row, the box, the post, beside the menu."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and "CI" not in os.environ,
        reason="no Chromium here: apt install chromium, or name one in TEST_CHROMIUM",
    ),
]


@pytest.fixture
def url(site: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(site, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        threading.Event().wait(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def page(monitor: App, url: str) -> Iterator["sync_api.Page"]:
    """Somebody logged in, whose browser complains about anything that the policy of the page forbids."""
    monitor.classifier = FakeClassifier()
    add_agent(monitor, "root", Rank.ADMIN)  # without one every page leads to the first start
    add_agent(monitor, "ilze")
    wrong: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1400, "height": 900})
        opened.set_default_timeout(120_000)
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        opened.goto(f"{url}/login")
        opened.fill("[name=name]", "ilze")
        opened.fill("[name=password]", PASSWORD)
        opened.click("button.main")
        opened.wait_for_url("**/queue*")
        yield opened
        browser.close()
    assert wrong == []


def opens(page: "sync_api.Page", case_id: int | None) -> None:
    page.wait_for_selector(f'#case article[data-case="{case_id}"]')


def says(page: "sync_api.Page", words: str) -> None:
    page.wait_for_function("words => document.getElementById('last').textContent.includes(words)", arg=words)


def test_every_key_has_a_button_that_does_the_same(monitor: App, page: "sync_api.Page", url: str) -> None:
    case = add_case(monitor)
    page.goto(f"{url}/queue?case={case.id}")
    opens(page, case.id)
    page.wait_for_selector('[data-does="template"]', state="attached")

    shown = {element.get_attribute("data-does") for element in page.query_selector_all("[data-does]")}

    # `back` is a button where one pane is shown at a time; `undo` lives in the bar below.
    assert {key.does for key in KEYS} - shown - BY_MOVING == set()


def test_a_case_is_handled_with_the_keyboard_alone(monitor: App, page: "sync_api.Page", url: str) -> None:
    first = add_case(monitor, risk=0.9)
    second = add_case(monitor, risk=0.1)
    page.goto(f"{url}/queue?view=all")

    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("o")
    opens(page, first.id)
    page.keyboard.press("i")
    says(page, "with ilze")
    page.keyboard.press("y")
    says(page, "Kept your word")
    page.keyboard.press("e")
    says(page, f"Resolved case {first.id}")
    opens(page, second.id)
    page.keyboard.press("z")
    says(page, "Taken back")

    assert case_now(monitor, first).status is Status.OPEN
    assert case_now(monitor, first).assignee == "ilze"


def test_keys_work_where_the_letters_are_cyrillic(monitor: App, page: "sync_api.Page", url: str) -> None:
    case = add_case(monitor)
    page.goto(f"{url}/queue?view=all")
    page.keyboard.press("o")
    opens(page, case.id)

    page.evaluate(
        """() => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {key: "у", code: "KeyE", bubbles: true, cancelable: true}))"""
    )

    says(page, f"Resolved case {case.id}")


def test_letters_in_a_text_box_are_only_letters(monitor: App, page: "sync_api.Page", url: str) -> None:
    case = add_case(monitor)
    page.goto(f"{url}/queue?case={case.id}")
    opens(page, case.id)

    page.keyboard.press("m")
    page.keyboard.type("jeez, e z x")
    page.keyboard.press("Control+Enter")
    says(page, f"Noted on case {case.id}")

    assert case_now(monitor, case).status is Status.OPEN
    assert "jeez, e z x" in page.inner_text("#log")


def test_many_are_selected_and_resolved_at_once(monitor: App, page: "sync_api.Page", url: str) -> None:
    cases = [add_case(monitor, risk=0.9 - n / 10) for n in range(3)]
    page.goto(f"{url}/queue?view=all")

    page.keyboard.press("x")
    page.keyboard.press("Shift+J")
    assert page.inner_text("#bulk-count") == "2 selected"
    page.click('#bulk button[value="resolve"]')
    says(page, "Resolved 2 cases")

    assert [case_now(monitor, case).status for case in cases] == [Status.RESOLVED, Status.RESOLVED, Status.OPEN]


def test_what_arrives_waits_behind_a_pill(monitor: App, page: "sync_api.Page", url: str) -> None:
    add_case(monitor, risk=0.1)
    page.goto(f"{url}/queue?view=all")
    page.wait_for_selector('#live[data-state="live"]')
    add_case(monitor, risk=0.9)

    page.wait_for_selector("#news:not([hidden])")

    assert page.inner_text("#news").strip() == "1 new"
    assert len(page.query_selector_all("#rows [data-case]")) == 1


def test_a_colleague_who_was_faster_is_named(monitor: App, page: "sync_api.Page", url: str) -> None:
    case = add_case(monitor)
    page.goto(f"{url}/cases/{case.id}")
    with page.expect_response(lambda answer: answer.url.endswith("/resolve")) as answer:
        monitor.review.claim(case.id or 0, "janis")
        page.click('[data-does="resolve"]')

    assert answer.value.status == 409
    page.wait_for_selector("text=janis took the case")
    page.click("text=Do it anyway")
    says(page, f"Resolved case {case.id}")
