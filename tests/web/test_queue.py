"""The queue on the page: the list, its views and searches, and what is read anew while one works."""

import json

from starlette.testclient import TestClient

from monitor.domain.access import Rank
from monitor.domain.presence import Doing
from monitor.domain.search import parse_search
from monitor.wiring import App
from tests.fakes import FakeClock
from tests.web.conftest import LogIn, words_of
from tests.web.scene import add_case

FRAGMENT = {"HX-Request": "true"}


class TestThePage:
    def test_the_list_shows_who_waits_with_what_and_why(self, monitor: App, log_in: LogIn) -> None:
        add_case(monitor, handle="anna_k", text="my card was swallowed", reasons=("accuses us (91%)",))

        page = words_of(log_in().get("/queue").text)

        assert "@anna_k" in page
        assert "my card was swallowed" in page
        assert "accuses us (91%)" in page
        assert "1h 0m" in page

    def test_views_are_counted(self, monitor: App, log_in: LogIn) -> None:
        add_case(monitor)
        add_case(monitor, assignee="ilze")

        page = log_in().get("/queue").text

        assert 'data-view-link="mine" data-count="1"' in page
        assert 'data-view-link="all" data-count="2"' in page

    def test_a_view_shows_its_cases_alone_and_teaches_its_search(self, monitor: App, log_in: LogIn) -> None:
        add_case(monitor, text="nobody has this")
        add_case(monitor, text="this is mine", assignee="ilze")

        page = log_in().get("/queue?view=mine").text

        assert "this is mine" in page
        assert "nobody has this" not in page
        assert 'value="status:open,waiting is:mine"' in page

    def test_a_search_finds_and_can_be_kept(self, monitor: App, log_in: LogIn) -> None:
        add_case(monitor, text="internets nestrādā", lang="lv")
        add_case(monitor, text="no internet", lang="en")

        page = log_in().get("/queue", params={"q": "lang:lv"}).text

        assert "internets nestrādā" in page
        assert "no internet" not in page
        assert "Search results" in page

    def test_a_search_that_is_none_says_what_is_wrong_with_it(self, log_in: LogIn) -> None:
        answer = log_in().get("/queue", params={"q": "lnag:lv"})

        assert answer.status_code == 200
        assert "there is no key" in words_of(answer.text)
        assert "lang" in words_of(answer.text)

    def test_an_empty_view_says_so(self, log_in: LogIn) -> None:
        assert "Nobody waits in this view." in words_of(log_in().get("/queue?view=snoozed").text)

    def test_a_view_that_is_gone_shows_the_whole_queue(self, monitor: App, log_in: LogIn) -> None:
        add_case(monitor, handle="anna_k")

        assert "@anna_k" in log_in().get("/queue?view=view-999").text

    def test_a_case_can_be_open_beside_the_list(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor, handle="anna_k")

        page = log_in().get(f"/queue?case={case.id}").text

        assert f'id="case-{case.id}"' in page
        assert " data-open" in page

    def test_a_case_that_is_not_there_leaves_the_pane_empty(self, log_in: LogIn) -> None:
        answer = log_in().get("/queue?case=4711")

        assert answer.status_code == 200
        assert "No case is open" in answer.text

    def test_a_viewer_reads_and_is_offered_nothing_to_do(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)

        page = log_in("olga", Rank.VIEWER).get(f"/queue?case={case.id}").text

        assert "swallowed" in page
        assert "/resolve" not in page
        assert 'id="bulk"' not in page

    def test_a_stranger_is_sent_to_log_in_and_comes_back(self, stranger: TestClient) -> None:
        answer = stranger.get("/queue?view=mine")

        assert answer.status_code == 303
        assert answer.headers["location"] == "/login?next=/queue%3Fview%3Dmine"

    def test_the_start_page_is_the_queue(self, log_in: LogIn) -> None:
        assert log_in().get("/").headers["location"] == "/queue"

    def test_colleagues_at_a_case_are_named_and_oneself_is_not(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        monitor.workplace.beat(case.id or 0, "janis", Doing.REPLYING)
        monitor.workplace.beat(case.id or 0, "ilze", Doing.VIEWING)

        page = words_of(log_in().get("/queue").text)

        assert "janis is replying" in page
        assert "is looking at it: ilze" not in page


class TestPages:
    def test_the_list_goes_on_behind_a_button_and_without_a_script_behind_a_link(
        self, monitor: App, log_in: LogIn
    ) -> None:
        for number in range(55):
            add_case(monitor, handle=f"c{number:02}", minutes=number)
        browser = log_in()
        first = browser.get("/queue").text
        link = first.split('id="more"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")

        second = browser.get(link).text
        fragment = browser.get(link.replace("/queue?", "/queue/rows?"), headers=FRAGMENT).text

        assert first.count('role="row" class="row') == 50
        assert second.count('role="row" class="row') == 5
        assert fragment.count('role="row" class="row') == 5
        assert "<html" not in fragment
        assert browser.get(link.replace("/queue?", "/queue/rows?")).status_code == 303

    def test_a_page_that_never_was_is_not_found(self, log_in: LogIn) -> None:
        assert log_in().get("/queue?after=nonsense").status_code == 404


class TestWhatIsNew:
    def test_an_arrival_is_told_and_not_put_into_the_list(self, monitor: App, log_in: LogIn) -> None:
        seen = add_case(monitor)
        since = monitor.desk.last_event()
        arrived = add_case(monitor)

        news = log_in().get(f"/queue/news?view=all&since={since}&seen={seen.id}").json()

        assert news["arrived"] == [arrived.id]
        assert news["upto"] > since

    def test_what_a_colleague_closed_is_told_as_left(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        since = monitor.desk.last_event()
        monitor.review.resolve(case.id or 0, "janis")

        news = log_in().get(f"/queue/news?view=all&since={since}&seen={case.id}").json()

        assert news["left"] == [case.id]

    def test_the_row_that_left_says_how_it_stands(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        monitor.review.resolve(case.id or 0, "janis")

        rows = log_in().get(f"/queue/row?ids={case.id}&left={case.id}", headers=FRAGMENT).text

        assert 'hx-swap-oob="true"' in rows
        assert "Resolved" in words_of(rows)

    def test_numbers_that_are_none_are_left_out(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)

        rows = log_in().get(f"/queue/row?ids=x,,{case.id},99999999999999999999,-1", headers=FRAGMENT).text

        assert rows.count('role="row"') == 1

    def test_views_are_read_alone(self, log_in: LogIn) -> None:
        fragment = log_in().get("/queue/views?view=mine", headers=FRAGMENT).text

        assert 'id="views"' in fragment
        assert 'aria-current="page"' in fragment
        assert "<html" not in fragment


class TestNextForMe:
    def test_the_most_urgent_case_is_given_and_opened(self, monitor: App, log_in: LogIn) -> None:
        add_case(monitor, risk=0.1)
        urgent = add_case(monitor, risk=0.9)

        answer = log_in().post("/next", headers=FRAGMENT)

        assert json.loads(answer.headers["hx-trigger"]) == {"case:take": {"id": urgent.id}}

    def test_two_who_ask_get_two_cases(self, monitor: App, log_in: LogIn) -> None:
        one, other = add_case(monitor), add_case(monitor)

        given = {log_in(name).post("/next").headers["location"] for name in ("ilze", "janis")}

        assert given == {f"/queue?case={one.id}", f"/queue?case={other.id}"}

    def test_what_was_passed_over_comes_last(self, monitor: App, log_in: LogIn) -> None:
        first, second = add_case(monitor, risk=0.9), add_case(monitor, risk=0.1)
        browser = log_in()

        assert browser.post("/next", data={"skip": str(first.id)}).headers["location"].endswith(f"={second.id}")
        assert (
            browser.post("/next", data={"skip": f"{first.id},{second.id}"}).headers["location"].endswith(f"={first.id}")
        )

    def test_it_stays_within_the_search(self, monitor: App, log_in: LogIn) -> None:
        add_case(monitor, risk=0.9, lang="en")
        wanted = add_case(monitor, risk=0.1, lang="lv")

        answer = log_in().post("/next", data={"q": "lang:lv"}, headers=FRAGMENT)

        assert json.loads(answer.headers["hx-trigger"])["case:take"]["id"] == wanted.id

    def test_nobody_waits(self, log_in: LogIn) -> None:
        browser = log_in()

        assert "Nobody waits" in browser.post("/next", headers=FRAGMENT).text
        assert browser.post("/next").headers["location"] == "/queue"


class TestSearchHelp:
    def test_it_is_a_page_and_a_part_of_one(self, log_in: LogIn) -> None:
        browser = log_in()

        assert "How to search" in browser.get("/search").text
        assert "<html" not in browser.get("/search", headers=FRAGMENT).text

    def test_its_examples_are_searches(self, log_in: LogIn) -> None:
        help_text = log_in().get("/search", headers=FRAGMENT).text
        examples = [part.split("</dt>")[0] for part in help_text.split("<dt>")[1:]]

        for example in examples:
            parse_search(example.replace("&gt;", ">").replace("&lt;", "<").replace("&#34;", '"'))
        assert len(examples) >= 8


def test_time_alone_makes_a_case_late(monitor: App, log_in: LogIn, clock: FakeClock) -> None:
    add_case(monitor)
    clock.pass_time(hours=3)

    assert "−2h 0m" in words_of(log_in().get("/queue").text)


def test_a_snoozed_case_shows_until_when(monitor: App, log_in: LogIn, clock: FakeClock) -> None:
    case = add_case(monitor)
    monitor.review.snooze(case.id or 0, "ilze", until=clock.now().replace(hour=14))

    page = words_of(log_in().get("/queue?view=snoozed").text)

    assert "until 16:00" in page  # in Riga
