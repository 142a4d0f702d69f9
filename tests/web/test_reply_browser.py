"""The reply box in a real browser: it counts, checks, fills in templates by /, and keeps the draft."""

import pytest

from monitor.config.templates import parse_templates
from monitor.domain.access import Rank
from monitor.wiring import App
from tests.web.conftest import add_agent
from tests.web.scene import add_case
from tests.web.test_browser import page, pytestmark, sync_api, url

__all__ = ["page", "pytestmark", "url"]  # fixtures of the same browser

TEMPLATES = """
templates:
  - name: late
    title: A late parcel
    texts: {en: "We are late with {{?what}} and it is {{?whose}} fault."}
  - name: lost
    texts: {en: "We lost it."}
"""


@pytest.fixture(autouse=True)
def _led(monitor: App) -> None:
    """A team with an administrator: strangers are asked to log in, not to set the program up."""
    add_agent(monitor, "chief", Rank.ADMIN)


@pytest.fixture
def box(monitor: App, url: str, page: "sync_api.Page") -> "sync_api.Locator":
    """The reply box of a case, with two templates beside it."""
    monitor.replies.put(parse_templates(TEMPLATES), by="dita")
    number = add_case(monitor).id
    page.goto(f"{url}/cases/{number}")
    page.wait_for_selector('[data-template="late"]', state="attached")
    return page.locator("#reply-text")


def test_it_counts_and_says_the_price_before_anything_is_opened(page: "sync_api.Page", box: "sync_api.Locator") -> None:
    box.fill("Sorry! See acme.lv")

    assert page.text_content("#reply-count") == "34 of 280"
    assert "acme.lv" in (page.text_content("#reply-price") or "")
    assert "$0.200" in (page.text_content("#reply-price") or "")


def test_the_remarks_come_as_one_types_and_lead_to_their_place(page: "sync_api.Page", box: "sync_api.Locator") -> None:
    box.press_sequentially("Well. You should have checked.")

    page.click('[data-code="blames_customer"]')

    selected = box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)")
    assert selected == "You should have checked"


def test_a_slash_finds_a_template_and_goes_through_its_blanks(page: "sync_api.Page", box: "sync_api.Locator") -> None:
    box.press_sequentially("/la")
    assert page.locator("#reply-slash li").count() == 1

    box.press("Enter")
    box.press_sequentially("your parcel")
    box.press("Tab")
    box.press_sequentially("our")

    assert box.input_value() == "We are late with your parcel and it is our fault."


def test_a_template_with_open_blanks_is_not_opened_in_the_composer(
    page: "sync_api.Page", box: "sync_api.Locator"
) -> None:
    box.fill("It is {{?whose}} fault")

    page.click("[data-compose]")

    assert len(page.context.pages) == 1
    assert box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)") == "{{?whose}}"


def test_the_draft_is_there_again_after_reloading(page: "sync_api.Page", box: "sync_api.Locator") -> None:
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.url.endswith("/draft")):
        box.fill("half a reply")

    page.reload()

    assert page.locator("#reply-text").input_value() == "half a reply"


def test_a_form_of_a_template_fills_the_box(page: "sync_api.Page", box: "sync_api.Locator") -> None:
    page.locator("#reply-templates > details > summary").click()
    page.locator('[data-template="late"] summary').click()
    page.fill('[name="blank:what"]', "your parcel")
    page.fill('[name="blank:whose"]', "our")
    page.locator('[data-template="late"] button').click()

    sync_api.expect(box).to_have_value("We are late with your parcel and it is our fault.")
