"""Talking about oneself: which posts count, in four languages, and what the rules of thumb make of it."""

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.model import Role
from monitor.domain.self_talk import OwnNames, is_self_talk, self_talk_share
from tests.make import make_post

ACME = OwnNames(handles=("@AcmeBank",), names=("Acme Bank",), domains=("acme.example",), products=("QuickPay+",))


@pytest.mark.parametrize(
    "text",
    [
        "Acme Bank wins the award again",
        "ACME BANK wins the award again",
        "Thanks for choosing @acmebank!",
        "New rates: https://www.acme.example/rates",
        "New rates on acme.example.",
        "QuickPay+ is faster than ever",
        "Read it all: https://acme.example/news?id=3&from=feed",
    ],
)
def test_a_post_that_names_the_brand_is_self_talk(text: str) -> None:
    assert is_self_talk(text, ACME)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "We're hiring"),
        ("en", "Meet our new colleagues"),
        ("en-GB", "Big news from us"),
        ("bg", "Ние отваряме нов клон"),
        ("bg", "Новите ни офиси са готови"),
        ("bg", "Нашата мисия продължава"),
        ("lv", "Mēs atveram jaunu filiāli"),
        ("lv", "Mūsu komanda aug"),
        ("ru", "Мы открыли новый офис"),
        ("ru", "Спасибо нашим сотрудникам"),
        (None, "Mēs atveram jaunu filiāli"),
        ("xx", "Мы открыли новый офис"),
    ],
)
def test_a_post_that_says_we_is_self_talk(lang: str | None, text: str) -> None:
    assert is_self_talk(text, OwnNames(), lang=lang)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Happy New Year to everybody"),
        ("en", "The US economy grew in March"),
        ("en", "Wednesday, ourselvesish, bus, outus"),
        ("ru", "Ни дня без новостей"),
        (None, "Ни дня без новостей"),
        ("lv", "Priecīgus svētkus"),
        ("bg", "Честит празник"),
        (None, ""),
        (None, "🎉"),
    ],
)
def test_a_post_that_does_neither_is_not(lang: str | None, text: str) -> None:
    assert not is_self_talk(text, ACME, lang=lang)


def test_naming_somebody_else_makes_it_a_conversation() -> None:
    assert not is_self_talk("We thank @redcross for a great day with @acmebank", ACME)


def test_asking_something_makes_it_a_conversation() -> None:
    assert not is_self_talk("What do you want from our next release?", ACME)


def test_a_query_string_asks_nothing() -> None:
    assert is_self_talk("Our news: https://elsewhere.example/?q=1", ACME)


def test_a_mail_address_is_nobodys_handle() -> None:
    assert is_self_talk("Write to us: help@acme.example", ACME)


@pytest.mark.parametrize(
    "text", ["Acme Banking school", "MyAcme Bank", "notacme.example", "evil-acme.example", "acme.example.org"]
)
def test_names_are_matched_as_whole_words(text: str) -> None:
    assert not is_self_talk(text, ACME)


def test_names_are_taken_literally_and_not_as_patterns() -> None:
    assert not is_self_talk("acmeXexample", ACME)
    assert not is_self_talk("anything at all", OwnNames(names=("",), domains=("",)))


def test_the_share_is_of_originals_alone() -> None:
    posts = [
        make_post(role=Role.BROADCAST, text="Our new app is out"),
        make_post(role=Role.BROADCAST, text="Five tips against fraud"),
        make_post(role=Role.BROADCAST, text="Our partner says", repost_of="1"),
        make_post(role=Role.REPOST, text="Our fans are great", repost_of="2"),
        make_post(role=Role.REPLY, text="We are sorry"),
        make_post(role=Role.MENTION, text="Acme Bank is down"),
    ]
    talk = self_talk_share(posts, ACME)
    assert (talk.n, talk.about_self, talk.share) == (2, 1, 0.5)


@pytest.mark.parametrize(
    ("about_self", "n", "kept"),
    [
        (1, 6, [True, True, True]),
        (1, 5, [False, True, True]),
        (1, 3, [False, False, True]),
        (1, 2, [False, False, False]),
        (0, 4, [True, True, True]),
    ],
)
def test_the_bands_include_their_limits(about_self: int, n: int, kept: list[bool]) -> None:
    texts = ["Our app"] * about_self + ["A tip"] * (n - about_self)
    talk = self_talk_share([make_post(role=Role.BROADCAST, text=text) for text in texts], ACME)
    assert [(band.name, band.kept) for band in talk.bands] == list(zip(["4-1-1", "80/20", "thirds"], kept, strict=True))


def test_without_originals_there_is_no_share_and_no_verdict() -> None:
    talk = self_talk_share([], ACME)
    assert (talk.n, talk.share) == (0, None)
    assert {band.kept for band in talk.bands} == {None}


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from([None, "en", "bg", "lv", "ru", "zz", ""]))
def test_no_text_is_too_strange(text: str, lang: str | None) -> None:
    assert is_self_talk(text, ACME, lang=lang) in (True, False)


@pytest.mark.parametrize("piece", ["a.", "@a", "acme.", "http://", "-", "мы"])
def test_a_long_text_is_read_in_a_moment(piece: str) -> None:
    began = perf_counter()
    is_self_talk(piece * 25_000, ACME)
    assert perf_counter() - began < 1
