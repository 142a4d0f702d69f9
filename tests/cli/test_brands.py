"""Brands as typed: a mistyped one is refused with the one that was meant."""

import pytest

from monitor.cli.brands import refuse_unknown
from monitor.config import load
from monitor.errors import NotFound
from monitor.store import migrate
from monitor.wiring import App
from tests.cli.conftest import Run


@pytest.fixture
def app(run: Run) -> App:
    """The shipped configuration's brands, and none in the database."""
    assert run
    made = App(load())
    migrate.upgrade(made.config.database_url)
    return made


def test_brands_of_the_configuration_are_known_before_they_have_posts(app: App) -> None:
    refuse_unknown(app, ["acme", "nordtel"])


def test_none_named_is_none_refused(app: App) -> None:
    refuse_unknown(app, [])


def test_a_typing_error_is_refused_with_what_was_meant(app: App) -> None:
    with pytest.raises(NotFound, match="There is no brand 'acne': did you mean 'acme'"):
        refuse_unknown(app, ["acme", "acne"])


def test_a_brand_like_no_other_is_refused_with_those_there_are(app: App) -> None:
    with pytest.raises(NotFound, match="'zzz': there are acme, nordtel"):
        refuse_unknown(app, ["zzz"])
