"""A seal covers an entry and everything before it: whatever is changed, taken out or put in shows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from monitor.domain.audit import FIRST_SEAL, Deed, Entry, first_broken, seal

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Trail = list[tuple[Entry, str]]


def written(*entries: Entry) -> Trail:
    trail: Trail = []
    before = FIRST_SEAL
    for entry in entries:
        before = seal(before, entry)
        trail.append((entry, before))
    return trail


@pytest.fixture
def trail() -> Trail:
    return written(
        Entry(NOW, Deed.SET_UP, "anna"),
        Entry(NOW, Deed.AGENT_ADDED, "anna", "ilze", "10.0.0.1", {"rank": "agent"}),
        Entry(NOW, Deed.LOGIN_REFUSED, None, "ilze", "10.0.0.9"),
        Entry(NOW, Deed.LOGGED_IN, "ilze", None, "10.0.0.2"),
    )


def test_a_trail_as_it_was_written_is_whole(trail: Trail) -> None:
    assert first_broken(trail) is None
    assert first_broken([]) is None


def test_a_part_of_a_trail_is_checked_from_the_seal_before_it(trail: Trail) -> None:
    assert first_broken(trail[2:], before=trail[1][1]) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: replace(entry, actor="somebody else"),
        lambda entry: replace(entry, subject=None),
        lambda entry: replace(entry, address="10.0.0.3"),
        lambda entry: replace(entry, deed=Deed.AGENT_DISABLED),
        lambda entry: replace(entry, at=NOW + timedelta(microseconds=1)),
        lambda entry: replace(entry, detail={"rank": "admin"}),
    ],
)
def test_every_changed_field_shows(trail: Trail, change: Callable[[Entry], Entry]) -> None:
    trail[1] = (change(trail[1][0]), trail[1][1])

    assert first_broken(trail) == 1


def test_a_missing_entry_shows_at_the_one_after_it(trail: Trail) -> None:
    del trail[1]

    assert first_broken(trail) == 1


def test_an_entry_that_was_put_in_or_moved_shows(trail: Trail) -> None:
    forged = Entry(NOW, Deed.TOKEN_CREATED, "ilze")

    assert first_broken([*trail[:2], (forged, seal("made up", forged)), *trail[2:]]) == 2
    assert first_broken([trail[0], trail[2], trail[1], trail[3]]) == 1


def test_the_order_of_the_details_and_the_zone_of_the_moment_do_not_matter() -> None:
    one = Entry(NOW, Deed.EXPORTED, "ilze", detail={"rows": "3", "view": "mine"})
    riga = NOW.astimezone(timezone(timedelta(hours=2)))
    other = Entry(riga, Deed.EXPORTED, "ilze", detail={"view": "mine", "rows": "3"})

    assert seal(FIRST_SEAL, one) == seal(FIRST_SEAL, other)


def test_nothing_and_an_empty_text_are_two_things() -> None:
    assert seal("", Entry(NOW, Deed.DENIED, None)) != seal("", Entry(NOW, Deed.DENIED, ""))


def test_text_that_no_encoding_has_is_sealed_too() -> None:
    assert len(seal("", Entry(NOW, Deed.DENIED, "\ud800"))) == 64
