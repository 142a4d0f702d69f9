"""The arithmetic of X's post ids: a "snowflake" carries the millisecond of its birth above 22 bits of counter.

Ids from before November 2010 carry no time; they are told apart by their size.
"""

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
_SEQUENCE_BITS = 22
_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_FIRST_SNOWFLAKE = 29_700_859_247
_MILLISECOND = timedelta(milliseconds=1)


def is_id(value: object) -> bool:
    """Whether `value` is written as X writes ids: one to nineteen digits."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def moment_of(external_id: str) -> datetime | None:
    """When the post with this id was published, to the millisecond; None where the id carries no time."""
    if not is_id(external_id) or int(external_id) < _FIRST_SNOWFLAKE:
        return None
    return EPOCH + (int(external_id) >> _SEQUENCE_BITS) * _MILLISECOND


def first_id_at(moment: datetime) -> str:
    """The smallest id that a post published at `moment` can have; "0" before there were such ids."""
    return str(max(0, (moment - EPOCH) // _MILLISECOND) << _SEQUENCE_BITS)


def earlier(external_id: str, by: timedelta) -> str | None:
    """The smallest id of a post published `by` before the post with this id; None where the id carries no time."""
    moment = moment_of(external_id)
    return None if moment is None else first_id_at(moment - by)
