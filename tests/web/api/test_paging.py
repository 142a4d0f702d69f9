"""A cursor says nothing to its reader, and only ours count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import URL

from monitor.web.api.paging import BadCursor, cursor, next_link, place

ASCII = st.text(alphabet=st.characters(codec="ascii"), max_size=60)


@given(ASCII)
def test_a_cursor_leads_back_to_its_place(where: str) -> None:
    given = cursor(where)
    assert given is not None
    assert place(given) == where
    assert set(given) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_without_a_place_there_is_no_cursor() -> None:
    assert (cursor(None), place(None)) == (None, None)


@given(st.text(max_size=40))
def test_whatever_is_sent_is_a_place_or_refused(text: str) -> None:
    try:
        found = place(text)
    except BadCursor:
        return
    assert cursor(found) == text


@pytest.mark.parametrize("text", ["š", "MQ==", "MQ=", "M", "+/+/", "_w"])
def test_what_we_never_gave_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        place(text)


def test_the_link_is_the_same_list_behind_the_cursor() -> None:
    url = URL("https://care.example.org/api/v1/cases?q=lang%3Alv&after=MQ&limit=5")

    link = next_link(url, "Mg")

    assert link == '<https://care.example.org/api/v1/cases?q=lang%3Alv&limit=5&after=Mg>; rel="next"'
