"""Heartbeats of people at cases."""

import pytest

from monitor.domain.access import Rank
from monitor.domain.presence import Doing
from monitor.wiring import App
from tests.fakes import FakeClock
from tests.web.conftest import LogIn
from tests.web.scene import add_case


def at(monitor: App) -> dict[int, list[tuple[str, Doing]]]:
    return {case: [(one.agent, one.doing) for one in people] for case, people in monitor.desk.presence().items()}


def test_a_beat_says_that_one_is_there_and_what_one_does(monitor: App, log_in: LogIn) -> None:
    case = add_case(monitor)
    browser = log_in()

    assert browser.post("/presence", data={"case": str(case.id)}).status_code == 204
    assert at(monitor) == {case.id: [("ilze", Doing.VIEWING)]}

    browser.post("/presence", data={"case": str(case.id), "doing": "replying"})
    assert at(monitor) == {case.id: [("ilze", Doing.REPLYING)]}


def test_leaving_and_silence_end_it(monitor: App, log_in: LogIn, clock: FakeClock) -> None:
    case = add_case(monitor)
    browser = log_in()
    browser.post("/presence", data={"case": str(case.id)})

    assert browser.post("/presence/leave", data={"case": str(case.id)}).status_code == 204
    assert at(monitor) == {}

    browser.post("/presence", data={"case": str(case.id)})
    clock.pass_time(seconds=46)
    assert at(monitor) == {}


@pytest.mark.parametrize("data", [{}, {"case": "x"}, {"case": "0"}, {"case": "1", "doing": "sleeping"}])
def test_a_beat_that_is_none_is_refused(log_in: LogIn, data: dict[str, str]) -> None:
    assert log_in().post("/presence", data=data).status_code == 422


def test_nobody_is_at_a_case_that_is_not_there(log_in: LogIn) -> None:
    assert log_in().post("/presence", data={"case": "4711"}).status_code == 404


def test_a_viewer_does_not_keep_colleagues_away(monitor: App, log_in: LogIn) -> None:
    case = add_case(monitor)

    assert log_in("olga", Rank.VIEWER).post("/presence", data={"case": str(case.id)}).status_code == 403
