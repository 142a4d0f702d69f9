"""How a person likes the page."""

import pytest

from monitor.web.preferences import changed
from monitor.wiring import App
from tests.web.conftest import LogIn, words_of

FRAGMENT = {"HX-Request": "true"}


class TestTheForm:
    def test_a_choice_is_kept_and_shown_on_every_page(self, log_in: LogIn) -> None:
        browser = log_in()

        answer = browser.post("/preferences", data={"theme": "dark", "density": "compact", "to": "/queue?view=mine"})
        page = browser.get("/queue").text

        assert answer.headers["location"] == "/queue?view=mine"
        assert 'data-theme="dark" data-density="compact"' in page

    def test_the_script_gets_no_page_back(self, log_in: LogIn) -> None:
        assert log_in().post("/preferences", data={"theme": "dark"}, headers=FRAGMENT).status_code == 204

    def test_another_key_is_kept_shown_and_given_back(self, log_in: LogIn) -> None:
        browser = log_in()
        browser.post("/preferences", data={"key.resolve": "Shift+R"})
        remapped = browser.get("/queue").text
        browser.post("/preferences", data={"reset": "keys"})

        assert 'data-action="resolve" data-key="Shift+R"' in remapped
        assert 'data-action="resolve" data-key="e"' in browser.get("/queue").text

    def test_a_key_that_is_taken_is_refused_on_the_page(self, log_in: LogIn) -> None:
        answer = log_in().post("/preferences", data={"key.resolve": "j"})

        assert answer.status_code == 422
        assert "Next case" in words_of(answer.text)

    def test_keys_can_be_switched_off(self, log_in: LogIn) -> None:
        browser = log_in()
        browser.post("/preferences", data={"keys": "off"})

        page = browser.get("/queue").text

        assert 'data-keys="off"' in page
        assert 'data-action="resolve"' not in page
        assert 'data-action="escape"' in page

    def test_everybody_has_their_own(self, monitor: App, log_in: LogIn) -> None:
        log_in().post("/preferences", data={"theme": "dark"})

        assert 'data-theme="auto"' in log_in("janis").get("/queue").text
        assert monitor.team.person("ilze").preferences == {"theme": "dark"}


class TestChanging:
    def test_what_was_not_sent_stays(self) -> None:
        assert changed({"theme": "dark"}, {"density": "compact"}) == {"theme": "dark", "density": "compact"}

    def test_what_is_shipped_is_not_kept(self) -> None:
        assert changed({"theme": "dark"}, {"theme": "auto", "key.next": "j"}) == {}

    @pytest.mark.parametrize("said", [{"theme": "pink"}, {"rank": "admin"}, {"key.fly": "q"}, {"theme": ""}])
    def test_what_nobody_offered_is_ignored(self, said: dict[str, str]) -> None:
        assert changed({}, said) == {}
