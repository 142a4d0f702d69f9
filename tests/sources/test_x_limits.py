from datetime import timedelta

import pytest

from monitor.errors import RateLimited
from monitor.sources.x_limits import RateLimits
from tests.fakex.scene import NOON


def headers(*, remaining="0", reset=None):
    return {"x-rate-limit-remaining": remaining} | ({} if reset is None else {"x-rate-limit-reset": reset})


def at(moment):
    return str(int(moment.timestamp()))


def test_an_endpoint_is_open_until_x_says_otherwise():
    RateLimits().check("mentions", NOON)


def test_the_last_request_of_a_window_closes_it_until_the_reset():
    limits, reset = RateLimits(), NOON + timedelta(minutes=4)
    limits.answered("mentions", headers(reset=at(reset)), NOON)
    with pytest.raises(RateLimited) as refused:
        limits.check("mentions", NOON + timedelta(minutes=1))
    assert refused.value.retry_at == reset
    limits.check("mentions", reset)


def test_other_endpoints_stay_open():
    limits = RateLimits()
    limits.answered("mentions", headers(reset=at(NOON + timedelta(minutes=4))), NOON)
    limits.check("timeline", NOON)


def test_requests_left_close_nothing():
    limits = RateLimits()
    limits.answered("mentions", headers(remaining="1", reset=at(NOON + timedelta(minutes=4))), NOON)
    limits.check("mentions", NOON)


def test_a_refusal_is_remembered_until_its_reset():
    limits, reset = RateLimits(), NOON + timedelta(seconds=2)
    assert limits.refused("search", headers(reset=at(reset)), NOON).retry_at == reset
    with pytest.raises(RateLimited):
        limits.check("search", NOON + timedelta(seconds=1))
    limits.check("search", reset)


INCREDIBLE = [None, "soon", "", "-1", "9" * 30, at(NOON - timedelta(minutes=1)), at(NOON), at(NOON + timedelta(days=3))]


@pytest.mark.parametrize("reset", INCREDIBLE)
def test_without_a_credible_reset_the_pause_is_a_minute(reset):
    assert RateLimits().refused("search", headers(reset=reset), NOON).retry_at == NOON + timedelta(minutes=1)


@pytest.mark.parametrize("reset", INCREDIBLE)
def test_an_incredible_reset_on_a_good_answer_closes_nothing(reset):
    limits = RateLimits()
    limits.answered("search", headers(reset=reset), NOON)
    limits.check("search", NOON)


def test_pauses_double_up_to_a_quarter_of_an_hour_and_start_again_after_a_good_answer():
    limits = RateLimits()
    pauses = [limits.refused("search", {}, NOON).retry_at - NOON for _ in range(7)]
    assert [pause.seconds // 60 for pause in pauses] == [1, 2, 4, 8, 15, 15, 15]
    limits.answered("search", headers(remaining="10"), NOON)
    assert limits.refused("search", {}, NOON).retry_at == NOON + timedelta(minutes=1)
