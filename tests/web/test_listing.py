"""What part of the queue a person looks at."""

import pytest

from monitor.domain.search import EVERYTHING_LIVE, parse_search
from monitor.services.desk import ViewCount
from monitor.web.listing import listing

VIEWS = [
    ViewCount("all", "all", EVERYTHING_LIVE, 140),
    ViewCount("mine", "mine", parse_search("is:mine"), 4),
    ViewCount("view-3", "Outages & <co>", parse_search("cause:outage"), 8, built_in=False, owner="ilze", id=3),
]


@pytest.mark.parametrize(
    ("key", "home", "found"),
    [
        ("mine", "all", "mine"),
        (None, "all", "all"),
        (None, "mine", "mine"),
        ("gone", "mine", "mine"),
        ("x", "y", "all"),
    ],
)
def test_a_view_is_found_or_home_is_shown(key: str | None, home: str, found: str) -> None:
    assert listing(VIEWS, key, None, home).key == found


def test_a_search_goes_before_a_view() -> None:
    found = listing(VIEWS, "mine", " lang:lv ")

    assert (found.key, found.text, found.search) == ("", "lang:lv", parse_search("lang:lv"))


def test_a_view_shows_its_search_in_the_box() -> None:
    assert listing(VIEWS, "view-3", None).text == "cause:outage"


def test_a_wrong_search_says_so_and_stays_in_the_box() -> None:
    found = listing(VIEWS, None, "lnag:lv")

    assert "lnag" in found.wrong
    assert found.text == "lnag:lv"


def test_links_lead_back_to_it() -> None:
    assert listing(VIEWS, "view-3", None).link(after="1.2.3") == "/queue?view=view-3&after=1.2.3"
    assert listing(VIEWS, None, 'lang:lv "a&b"').fragment() == "/queue/rows?q=lang%3Alv+%22a%26b%22"
    assert listing(VIEWS, "mine", None).link(after=None) == "/queue?view=mine"


def test_without_views_there_is_still_the_queue() -> None:
    assert listing([], "mine", None).search == EVERYTHING_LIVE
