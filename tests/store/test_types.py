"""Column types: what goes in comes out, the same on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError

from classifiers.contract import Cause, Severity
from monitor.store.db import Database
from monitor.store.types import CleanText, Label, UtcDateTime, Words, canonical, to_json

things = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("severity", Label(Severity)),
    sa.Column("text", CleanText),
    sa.Column("causes", Words(Cause)),
    sa.Column("words", Words),
    sa.Column("data", sa.JSON(none_as_null=True)),
)


@pytest.fixture
def scratch(database: Database) -> Iterator[Database]:
    """A database with one more table, of every type."""
    with database.write() as session:
        things.create(session)
    yield database
    with database.write() as session:
        things.drop(session)


def stored(database: Database, **values: Any) -> Any:
    """The row as it comes back."""
    with database.write() as session:
        session.execute(things.delete())
        session.execute(things.insert(), [values])
    with database.read() as session:
        return session.execute(sa.select(things)).one()


def test_a_moment_comes_back_as_the_same_moment_in_utc(scratch: Database) -> None:
    moment = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)

    row = stored(scratch, at=moment)

    assert row.at == moment
    assert row.at.tzinfo is UTC


@pytest.mark.parametrize("zone", [ZoneInfo("Europe/Riga"), timezone(timedelta(hours=-11)), ZoneInfo("Asia/Kathmandu")])
def test_a_moment_of_another_zone_is_kept_as_utc(scratch: Database, zone: Any) -> None:
    moment = datetime(2026, 7, 1, 23, 59, 59, tzinfo=zone)

    row = stored(scratch, at=moment)

    assert row.at == moment
    assert row.at.utcoffset() == timedelta(0)


def test_a_naive_moment_is_refused(scratch: Database) -> None:
    with pytest.raises(StatementError, match="without a time zone"), scratch.write() as session:
        session.execute(things.insert(), [{"at": datetime(2026, 3, 2, 9, 0)}])  # noqa: DTZ001 - the point of the test


def test_moments_sort_by_time_whatever_zone_they_came_in(scratch: Database) -> None:
    early = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    late = datetime(2026, 3, 2, 8, 0, 0, 1, tzinfo=UTC)
    with scratch.write() as session:
        session.execute(things.insert(), [{"id": 1, "at": late}, {"id": 2, "at": early}])

    with scratch.read() as session:
        ids = session.execute(sa.select(things.c.id).order_by(things.c.at)).scalars().all()
        earlier = session.execute(sa.select(things.c.id).where(things.c.at < late)).scalars().all()

    assert list(ids) == [2, 1]
    assert list(earlier) == [2]


@pytest.mark.parametrize("moment", [datetime.max.replace(tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)])
def test_the_ends_of_time_can_be_stored(scratch: Database, moment: datetime) -> None:
    assert stored(scratch, at=moment).at == moment


def test_nothing_comes_back_as_nothing(scratch: Database) -> None:
    row = stored(scratch, id=1)

    assert tuple(row) == (1, None, None, None, None, None, None)


def test_a_label_comes_back_as_a_member_and_is_kept_by_value(scratch: Database) -> None:
    row = stored(scratch, severity=Severity.BLAME)

    assert row.severity is Severity.BLAME
    with scratch.read() as session:
        assert session.exec_driver_sql("SELECT severity FROM things").scalar_one() == "blame"


def test_an_unknown_label_is_refused_on_its_way_in(scratch: Database) -> None:
    with pytest.raises(StatementError, match="furious"), scratch.write() as session:
        session.execute(things.insert(), [{"severity": "furious"}])


def test_tuples_of_labels_and_of_words_come_back_as_tuples(scratch: Database) -> None:
    row = stored(scratch, causes=(Cause.DELIVERY, Cause.OUTAGE), words=("жалоба", "sūdzība"))

    assert row.causes == (Cause.DELIVERY, Cause.OUTAGE)
    assert all(isinstance(cause, Cause) for cause in row.causes)
    assert row.words == ("жалоба", "sūdzība")


def test_an_empty_tuple_is_not_nothing(scratch: Database) -> None:
    assert stored(scratch, causes=()).causes == ()


@pytest.mark.parametrize(
    "given, kept",
    [
        ("plain", "plain"),
        ("", ""),
        ("a\x00b", "a\u2400b"),
        ("\x00\x00", "\u2400\u2400"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("lone \ude00", "lone \ufffd"),
        ("split \ud83d\ude00 pair", "split 😀 pair"),
        ("Жалоба 😀 sūdzība", "Жалоба 😀 sūdzība"),
    ],
)
def test_text_that_databases_refuse_is_kept_canonically(scratch: Database, given: str, kept: str) -> None:
    assert canonical(given) == kept
    assert stored(scratch, text=given).text == kept


def test_text_is_found_by_what_it_was_before_it_was_cleaned(scratch: Database) -> None:
    stored(scratch, text="a\x00b")

    with scratch.read() as session:
        found = session.execute(sa.select(things.c.text).where(things.c.text == "a\x00b")).scalars().all()

    assert list(found) == ["a\u2400b"]


def test_json_is_cleaned_too_keys_and_values_at_any_depth(scratch: Database) -> None:
    row = stored(scratch, data={"no\x00te": ["a\x00", {"b": "\ud800"}], "n": 1, "none": None})

    assert row.data == {"no\u2400te": ["a\u2400", {"b": "\ufffd"}], "n": 1, "none": None}


def test_json_that_only_looks_like_a_nul_is_left_alone(scratch: Database) -> None:
    assert stored(scratch, data={"text": "a literal \\u0000 stays"}).data == {"text": "a literal \\u0000 stays"}


def test_json_is_compact_and_keeps_letters_readable() -> None:
    assert to_json({"reasons": ["жалоба"], "n": 1}) == '{"reasons":["жалоба"],"n":1}'


@given(text=st.text(alphabet=st.characters(codec=None)))
@settings(max_examples=300)
def test_canonical_text_can_always_be_encoded_and_needs_no_second_cleaning(text: str) -> None:
    once = canonical(text)

    once.encode()
    assert "\x00" not in once
    assert canonical(once) == once


@given(texts=st.lists(st.text(alphabet=st.characters(codec=None)), min_size=1, max_size=20))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_as_its_canonical_form(scratch: Database, texts: list[str]) -> None:
    with scratch.write() as session:
        session.execute(things.delete())
        session.execute(things.insert(), [{"id": at, "text": text, "data": [text]} for at, text in enumerate(texts)])

    with scratch.read() as session:
        rows = session.execute(sa.select(things).order_by(things.c.id)).all()

    assert [row.text for row in rows] == [canonical(text) for text in texts]
    assert [row.data for row in rows] == [[canonical(text)] for text in texts]


@given(moments=st.lists(st.datetimes(timezones=st.timezones(), min_value=datetime(1000, 1, 1)), min_size=1))  # noqa: DTZ001
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_moment_survives_and_keeps_its_place(scratch: Database, moments: list[datetime]) -> None:
    with scratch.write() as session:
        session.execute(things.delete())
        session.execute(things.insert(), [{"at": moment} for moment in moments])

    with scratch.read() as session:
        kept = session.execute(sa.select(things.c.at).order_by(things.c.at)).scalars().all()

    assert list(kept) == sorted(moment.astimezone(UTC) for moment in moments)
