"""What If-Match and If-None-Match say of a case."""

import pytest

from monitor.domain.model import EventKind
from monitor.web.api.versions import Stale, VersionMissing, matches, seen, tag
from tests.make import make_case, make_event


def test_a_tag_is_the_version_and_of_a_whole_case_its_content_too() -> None:
    assert tag(7) == '"7"'
    assert tag(7, b"one") != tag(7, b"other")
    assert tag(7, b"one").startswith('"7-')


@pytest.mark.parametrize(("header", "version"), [('"7"', 7), (tag(7, b"x"), 7), ("*", None), (' "0" ', 0)])
def test_an_action_asks_for_the_version(header: str, version: int | None) -> None:
    assert seen(header) == version


@pytest.mark.parametrize("header", ["7", 'W/"7"', '"7", "8"', '"x"', '"-1"', '"7-XYZ"', '"' + "9" * 30 + '"'])
def test_what_is_no_tag_of_ours_never_matches(header: str) -> None:
    assert seen(header) == -1


@pytest.mark.parametrize("header", [None, "", "  "])
def test_an_action_without_a_version_is_refused(header: str | None) -> None:
    with pytest.raises(VersionMissing):
        seen(header)


@pytest.mark.parametrize(
    ("header", "same"),
    [(None, False), ('"7-a"', True), ('W/"7-a"', True), ('"1", "7-a"', True), ("*", True), ('"7"', False), ("", False)],
)
def test_only_exactly_the_same_is_not_sent_again(header: str | None, same: bool) -> None:
    assert matches(header, '"7-a"') is same


def test_a_stale_action_says_who_was_faster_if_anybody() -> None:
    case = make_case(id=17, version=4)

    assert str(Stale(case, None)) == "Case 17 has version 4 by now."
    by_person = Stale(case, make_event(kind=EventKind.REPLY_OBSERVED, actor="petar"))
    by_itself = Stale(case, make_event(kind=EventKind.WOKE, actor=None))
    assert str(by_person).endswith("petar was faster: reply observed.")
    assert str(by_itself).endswith("The program was faster: woke.")
