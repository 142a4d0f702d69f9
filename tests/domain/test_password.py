"""Long passwords of anybody's words pass; what is tried first does not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.password import LONGEST, SHORTEST, WeakPassword, accepted, normal

OWN = ("ilze", "Ilze Ozola", "ilze@acme.example", "acme", "Acme Parcels")


@pytest.mark.parametrize(
    "password",
    [
        "tumbleweed lantern 9",
        "x7!Kq92#mvT4",
        "зелёный чайник поёт",
        "zaļa tējkanna dzied",
        "ミルクと青い自転車の夜明け",
        "🦊🌲🚲🕯🧵🪣🧊🪁🥁🪴🧭🪐",
        "k" * 3 + "lantern tumbleweed" * 8,
    ],
)
def test_words_that_nobody_expects_are_good(password: str) -> None:
    assert accepted(password, own=OWN) == normal(password)


@pytest.mark.parametrize("length", [0, 1, SHORTEST - 1])
def test_short_ones_are_refused_with_the_length(length: int) -> None:
    with pytest.raises(WeakPassword, match="at least 12"):
        accepted("tumbleweed lantern"[:length])


def test_the_limits_themselves_are_allowed() -> None:
    long = ("tumbleweed lantern quay " * 20)[:LONGEST]

    assert accepted("tumbleweed l")
    assert accepted(long) == long
    with pytest.raises(WeakPassword, match="at most 256"):
        accepted(long + "x")


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefghijklmnop",
        "qwertyuiop[]",
        "123456789012",
        "йцукенгшщзхъ",
        "lantern-lantern-",
    ],
)
def test_repetition_and_walks_on_the_keyboard_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword, match="repeats itself or follows the keyboard"):
        accepted(password)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password2026!!",
        "P@ssw0rd2026!",
        "Summer2026!!",
        "correct horse battery staple",
        "Parole2026!Riga",
        "пароль-москва-2026",
        "928374650192",
        "WelcomeAdmin1",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword, match="tried first"):
        accepted(password)


@pytest.mark.parametrize("password", ["ilze-ilze-2026", "Acme-Riga-2026!", "ozolaacmeparcels", "Ilze@Acme.Example"])
def test_ones_own_names_and_the_brands_do_not_help(password: str) -> None:
    with pytest.raises(WeakPassword, match=r"tried first|repeats itself"):
        accepted(password, own=OWN)


def test_the_same_characters_typed_otherwise_are_the_same_password() -> None:
    composed = "zaļa tējkanna dzied"

    assert accepted(unicodedata.normalize("NFD", composed)) == accepted(composed)


def test_length_is_counted_after_normalisation() -> None:
    """Letters with their marks typed apart are no longer for it."""
    with pytest.raises(WeakPassword, match="at least 12"):
        accepted(unicodedata.normalize("NFD", "āēīūčģķļņšž"))


@given(st.text(max_size=300))
def test_every_text_is_accepted_within_the_limits_or_refused_with_a_reason(password: str) -> None:
    try:
        chosen = accepted(password, own=OWN)
    except WeakPassword as error:
        chosen, reason = None, str(error)
    if chosen is None:
        assert reason.endswith(".")
    else:
        assert SHORTEST <= len(chosen) <= LONGEST
