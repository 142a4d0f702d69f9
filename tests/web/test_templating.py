"""Templates: everything is escaped, nothing runs in place, and every name that is used is given."""

from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from classifiers.contract import Cause
from monitor.domain.access import Agent, Rank
from monitor.web.languages import LANGUAGES
from monitor.web.templating import environment, here, shown_case, with_case, wording, zone
from monitor.wiring import App
from tests.web.conftest import LogIn
from tests.web.scene import add_case

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "<!--<style>*{display:none}",
    "&lt;b&gt;&#60;i&#62;",
    "%(name)s %n %",
]


class Page(HTMLParser):
    """What a page consists of: its tags, and the attributes that could run something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.suspicious: list[tuple[str, str]] = []
        self._in_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        names = dict(attrs)
        if tag == "style" or (tag == "script" and not (names.get("src") or "").startswith("/static/")):
            self.suspicious.append((tag, ""))
        for name, value in attrs:
            said = (value or "").strip().lower()
            runs = name.startswith(("on", "hx-on")) or name == "style"
            if runs or (name in ("href", "src", "action", "formaction") and said.startswith(("javascript:", "data:"))):
                self.suspicious.append((tag, name))


def request(path: str = "/queue", query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": raw}
    return Request(scope | {"server": ("127.0.0.1", 80), "scheme": "http"})


class TestEscaping:
    @pytest.mark.parametrize("name", ["x.html", "x.txt", "x.jinja", "x"])
    def test_it_is_forced_whatever_a_template_is_called(self, name: str) -> None:
        made = environment("en").overlay()
        template = made.from_string("{{ words }}")
        template.name = name

        assert template.render(words="<b>") == "&lt;b&gt;"
        assert made.autoescape is True

    def test_a_name_that_nobody_gave_is_an_error(self) -> None:
        with pytest.raises(UndefinedError):
            environment("en").from_string("{{ nobody_gave_this }}").render()

    @pytest.mark.parametrize("words", HOSTILE)
    def test_what_strangers_write_stays_text(self, monitor: App, log_in: LogIn, words: str) -> None:
        harmless = add_case(monitor, text="plain", handle="plain", name="plain", causes=(Cause.DELIVERY,))
        browser = log_in()
        calm = {path: Page(browser.get(path).text) for path in (f"/cases/{harmless.id}", "/search")}
        case = add_case(
            monitor, text=words, handle=words, name=words, reasons=(words,), lang="en", causes=(Cause.DELIVERY,)
        )
        monitor.review.note(case.id or 0, "ilze", words)
        monitor.review.note(harmless.id or 0, "ilze", "plain")
        calm[f"/cases/{harmless.id}"] = Page(browser.get(f"/cases/{harmless.id}").text)

        page = browser.get(f"/cases/{case.id}")
        queue = browser.get("/queue", params={"q": words, "view": words})
        listed = browser.get("/queue?view=all")

        assert Page(page.text).tags == calm[f"/cases/{harmless.id}"].tags
        for answer in (page, queue, listed):
            assert answer.status_code == 200
            assert Page(answer.text).suspicious == []


@pytest.mark.parametrize("path", ["/queue", "/preferences", "/search", "/account", "/login"])
def test_no_page_runs_or_styles_anything_in_place(log_in: LogIn, path: str) -> None:
    assert Page(log_in().get(path).text).suspicious == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_page_can_be_said_in_every_language(monitor: App, log_in: LogIn, language: str) -> None:
    case = add_case(monitor)
    browser = log_in()
    monitor.review.claim(case.id or 0, "ilze")
    headers = {"Accept-Language": language}

    for path in ("/queue", f"/cases/{case.id}", "/preferences", "/search"):
        answer = browser.get(path, headers=headers)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text


class TestWhereOneIs:
    def test_a_page_is_where_it_says(self) -> None:
        assert here(request("/queue", "view=mine")) == "/queue?view=mine"

    def test_a_fragment_belongs_to_the_page_that_asked(self) -> None:
        asked = request("/cases/4", HX_Request="true", HX_Current_URL="http://127.0.0.1/queue?view=mine&case=4")

        assert here(asked) == "/queue?view=mine&case=4"
        assert shown_case(here(asked)) == 4

    def test_another_sites_address_is_only_a_path(self) -> None:
        assert here(request("/x", HX_Request="true", HX_Current_URL="https://evil.example/queue")) == "/queue"

    @pytest.mark.parametrize(
        ("where", "case", "link"),
        [
            ("/queue?view=mine&case=4", 5, "/queue?view=mine&case=5"),
            ("/queue?view=mine&case=4", None, "/queue?view=mine"),
            ("/queue", 5, "/queue?case=5"),
            ("/cases/9", 5, "/queue?case=5"),
            ("/cases/9", None, "/queue"),
            ("/queue?q=a+b%26c", None, "/queue?q=a+b%26c"),
        ],
    )
    def test_a_case_is_opened_within_the_list_that_is_looked_at(self, where: str, case: int | None, link: str) -> None:
        assert with_case(where, case) == link

    @pytest.mark.parametrize("query", ["case=", "case=x", "case=-1", ""])
    def test_no_case_is_open(self, query: str) -> None:
        assert shown_case(f"/queue?{query}") is None


class TestTheReader:
    def test_the_chosen_zone_and_language_are_used(self, monitor: App) -> None:
        asked = request()
        asked.scope["app"] = type("Site", (), {"state": type("State", (), {"monitor": monitor})})
        agent = Agent(1, "ilze", "Ilze", None, Rank.AGENT, locale="lv", zone="Asia/Tokyo")

        assert wording(asked, agent).zone.key == "Asia/Tokyo"
        assert wording(asked, agent).language == "lv"
        assert wording(asked, None).zone.key == "Europe/Riga"

    @pytest.mark.parametrize("name", ["", "Mars/Base", "../etc/passwd", "\x00"])
    def test_what_is_no_zone_is_none(self, name: str) -> None:
        assert zone(name) is None
