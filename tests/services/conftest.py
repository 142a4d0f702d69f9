"""What the services' tests share: a clock at Monday nine, and how the brand "acme" handles its cases."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from classifiers.contract import Severity
from monitor.domain.calendar import always
from monitor.domain.handling import Handling, Handlings
from monitor.domain.model import Post, Role
from monitor.domain.sla import Policy, Promise
from tests.fakes import FakeClock
from tests.make import NOW


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def handlings() -> Handlings:
    hour = timedelta(hours=1)
    promise = Promise(first_response=4 * hour, next_response=4 * hour, resolution=24 * hour)
    urgent = Promise(first_response=hour, next_response=hour, resolution=8 * hour)
    policy = Policy("standard", "always", promise, {Severity.BLAME: urgent}, warn_before=hour / 4)
    return Handlings(Handling(policy, always("always")))


MakePost = Callable[..., Post]


@pytest.fixture
def says(clock: FakeClock) -> MakePost:
    """A mention (or, with `role`, another post) by minute: its id is 10,000 plus the minute it was published at."""

    def make(text: str, minute: int = 0, **fields: object) -> Post:
        external_id = str(10_000 + minute)
        given: dict[str, object] = {
            "brand": "acme",
            "platform": "x",
            "external_id": external_id,
            "conversation_id": external_id,
            "author_id": "anna",
            "text": text,
            "published_at": NOW + timedelta(minutes=minute),
            "ingested_at": clock.now(),
            "role": Role.MENTION,
            "lang": "en",
        }
        return Post(**given | fields)  # type: ignore[arg-type]

    return make
