"""English with words of another language in it."""

import random
from collections import Counter

import pytest

from classifiers.code_switch import code_switched
from classifiers.glossary import Glossary, read_glossary
from classifiers.preprocess import LINK, USER

LATVIAN = Glossary(
    "lv",
    {
        "internets": ("internet", "the internet"),
        "nestrādā": ("doesn't work", "is not working"),
        "strādā": ("works", "work"),
        "nauda": ("money",),
        "naudu": ("the money", "money"),
        "lietotāja": ("user",),
        "saite": ("http",),
        "konts": ("e-mail account",),
        "un": ("and",),
    },
)


def switched(text: str, share: float = 1.0, seed: int = 1, glossary: Glossary = LATVIAN) -> str:
    return code_switched(text, glossary, random.Random(seed), share)


@pytest.mark.parametrize(
    ("english", "written"),
    [
        ("my internet is slow", "my internets is slow"),
        ("INTERNET, internet!", "internets, internets!"),
        ("internets", "internets"),
        ("interneting and sand", "interneting un sand"),
        ("", ""),
        ("  spaces   stay \n as they are ", "  spaces   stay \n as they are "),
    ],
)
def test_words_are_replaced_and_what_is_around_them_stays(english: str, written: str) -> None:
    assert switched(english) == written


@pytest.mark.parametrize(
    ("english", "written"),
    [
        ("the internet doesn't work", "internets nestrādā"),
        ("the internet doesn’t work", "internets nestrādā"),
        ("it is not working again", "it nestrādā again"),
        ("it does work", "it does strādā"),
        ("my e-mail account", "my konts"),
        ("is  not working", "is  not working"),
        ("is not", "is not"),
    ],
)
def test_a_phrase_goes_before_its_words(english: str, written: str) -> None:
    assert switched(english) == written


@pytest.mark.parametrize("kept", [USER, LINK, "😡😡", "@user123", "3", "…", "#", "@", "❤️‍🔥", "🇱🇻"])
def test_masks_and_emoji_are_never_touched(kept: str) -> None:
    assert switched(f"{kept} money {kept} and {kept}") in {
        f"{kept} {form} {kept} un {kept}" for form in ("nauda", "naudu")
    }


def test_a_mask_is_no_part_of_a_phrase() -> None:
    glossary = Glossary("lv", {"kļūda": ("http error", "@user error")})
    assert switched("http error @user error", glossary=glossary) == "http error @user error"


def test_of_several_forms_the_usual_one_is_drawn_more_often() -> None:
    drawn = Counter(switched("money", seed=seed) for seed in range(600))
    assert set(drawn) == {"nauda", "naudu"}
    assert 1.5 < drawn["nauda"] / drawn["naudu"] < 2.7


@pytest.mark.parametrize("share", [0.0, 0.25, 0.9, 1.0])
def test_about_the_asked_share_is_replaced(share: float) -> None:
    words = switched("internet " * 2_000, share).split()
    assert words.count("internets") / 2_000 == pytest.approx(share, abs=0.03)
    assert set(words) <= {"internet", "internets"}


def test_the_same_generator_writes_the_same() -> None:
    text = "the money and the internet and money"
    assert switched(text, 0.5, seed=3) == switched(text, 0.5, seed=3)
    assert len({switched(text, 0.5, seed=seed) for seed in range(20)}) > 3


def test_what_no_glossary_knows_is_left_alone() -> None:
    assert switched("qwerty zxcvb", glossary=Glossary("lv", {})) == "qwerty zxcvb"


@pytest.mark.parametrize("lang", ["bg", "lv", "ru"])
def test_ours_turn_most_of_a_complaint_and_leave_its_masks(lang: str) -> None:
    text = "@user the bank took money from my account twice and nobody answers, see http 😡"
    written = switched(text, glossary=read_glossary(lang))
    assert (written.split()[0], written.split()[-2:]) == (USER, [LINK, "😡"])
    assert len(set(text.split()) & set(written.split())) <= 6
