"""Which posts to ask people about: the doubtful first, no language crowding out the others."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.contract import Kind
from monitor.domain.uncertainty import Doubt, least_sure
from tests.make import make_assessment, make_post


def doubt(margin: float, lang: str = "en", *, abstained: bool = False, text: str | None = None) -> Doubt:
    kind = {Kind.COMPLAINT: (1 + margin) / 2, Kind.OTHER: (1 - margin) / 2}
    post = make_post() if text is None else make_post(text=text)
    if text is None:
        post = make_post(text=f"words of {post.external_id}")
    return Doubt(post, make_assessment(kind=kind, lang=lang, abstained=abstained))


def margins(doubts: list[Doubt]) -> list[float]:
    return [round(each.margin, 3) for each in doubts]


def test_the_margin_is_the_distance_of_the_two_likeliest_kinds() -> None:
    kind = {Kind.COMPLAINT: 0.5, Kind.QUESTION: 0.3, Kind.OTHER: 0.15, Kind.PRAISE: 0.05}

    assert Doubt(make_post(), make_assessment(kind=kind)).margin == pytest.approx(0.2)


def test_the_smallest_margin_comes_first() -> None:
    assert margins(least_sure([doubt(0.5), doubt(0.1), doubt(0.9)], 10)) == [0.1, 0.5, 0.9]


def test_what_the_model_did_not_dare_to_say_comes_before_everything() -> None:
    silent = doubt(0.8, abstained=True)

    assert least_sure([doubt(0.0), silent, doubt(0.1)], 10)[0] is silent


def test_a_language_that_is_wholly_doubtful_does_not_fill_the_list() -> None:
    foreign = [doubt(0.0, "lv", abstained=True) for _ in range(50)]

    asked = least_sure([*foreign, doubt(0.4, "en"), doubt(0.3, "en"), doubt(0.2, "bg")], 5)

    assert Counter(each.verdict.lang for each in asked) == {"lv": 2, "en": 2, "bg": 1}
    assert [each.verdict.lang for each in asked[:3]] == ["lv", "bg", "en"]


def test_the_same_words_are_asked_about_once() -> None:
    asked = least_sure([doubt(0.2, text="Where  is it"), doubt(0.1, text="where is IT"), doubt(0.3)], 10)

    assert margins(asked) == [0.1, 0.3]


def test_a_post_without_words_is_not_asked_about() -> None:
    assert least_sure([doubt(0.1, text=" ")], 10) == []


def test_no_more_than_wanted_are_asked_about() -> None:
    assert len(least_sure([doubt(0.1) for _ in range(9)], 4)) == 4


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["en", "lv", "bg"]), st.booleans()), max_size=12))
def test_with_room_for_all_each_is_asked_about_once_and_in_order_within_its_language(
    given_: list[tuple[float, str, bool]],
) -> None:
    doubts = [doubt(margin, lang, abstained=abstained) for margin, lang, abstained in given_]

    asked = least_sure(doubts, 100)

    assert sorted(map(id, asked)) == sorted(map(id, doubts))
    for lang in {each.verdict.lang for each in asked}:
        own = [each.order for each in asked if each.verdict.lang == lang]
        assert own == sorted(own)
