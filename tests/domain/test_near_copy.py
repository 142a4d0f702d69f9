"""A reply that was sent before, with another name in it."""

import pytest

from monitor.domain.near_copy import nearest_copy, plain_words

CANNED = "Hi Anna, we are sorry for the trouble with your order. Please send us a message and we will look into it."


@pytest.mark.parametrize(
    "text",
    [
        CANNED,
        "Hi Peter, we are sorry for the trouble with your order. Please send us a message and we will look into it.",
        "Peter, we are sorry for the trouble with your order! Please send us a message and we will look into it :)",
        "@peter we are sorry for the trouble with your order. Please send us a message and we will look into it. #7",
        "Maria, we are sorry for the trouble with your order 4711. Please send us a message and we will look into it.",
    ],
)
def test_another_name_handle_number_or_link_makes_no_new_reply(text: str) -> None:
    copy = nearest_copy(text, ["Something else entirely, about parking in the old town.", CANNED])

    assert copy is not None
    assert copy.index == 1
    assert copy.likeness > 0.8


@pytest.mark.parametrize(
    "text",
    [
        "Hi Anna, your parcel stands in our depot because we put the wrong label on it. I bring it tomorrow myself.",
        "We are sorry, Anna.",
        "Please send us your meter reading by Friday, then I correct the March bill the same day.",
        "",
    ],
)
def test_words_of_ones_own_are_no_copy(text: str) -> None:
    assert nearest_copy(text, [CANNED]) is None


def test_the_most_alike_is_named() -> None:
    near = (
        "Hi Anna, we are sorry for the trouble with your order. Call the shop in the morning, they open at nine sharp."
    )

    copy = nearest_copy(CANNED, [near, CANNED])

    assert copy is not None
    assert (copy.index, copy.likeness) == (1, 1.0)


def test_a_short_copy_counts_when_it_is_the_same() -> None:
    assert nearest_copy("Sorry, Anna! Fixed.", ["Sorry, Peter! Fixed."]) is None  # one word is nobody's copy
    assert nearest_copy("We are sorry, Anna.", ["We are sorry, Peter."]) is not None


def test_a_copy_with_a_sentence_more_is_found() -> None:
    longer = f"{CANNED} By the way, the weather in Riga is lovely today and the lilacs are in bloom."

    assert nearest_copy(CANNED, [longer]) is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sveika, Anna! Mūsu kļūda.", ("mūsu", "kļūda")),
        ("Здравствуйте, Иван. Мы Вас подвели", ("мы", "подвели")),
        ("Write to @acme or help@acme.lv at 10:30", ("write", "to", "or", "at")),
        ("WE ARE SORRY", ("we", "are", "sorry")),
    ],
)
def test_names_and_what_changes_from_case_to_case_are_left_out(text: str, words: tuple[str, ...]) -> None:
    assert plain_words(text) == words
