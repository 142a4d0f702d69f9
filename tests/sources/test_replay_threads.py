"""Threads of a file: where each conversation begins, who wrote what, and which brands answered."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.replay_threads import NOBODY, Firsts, Links, Threads


def tie(*links: tuple[str, str | None], authors: dict[str, str] | None = None) -> Threads:
    found = Links()
    for post, parent in links:
        found.add(post, parent=parent, author=(authors or {}).get(post, "77"))
    return found.tie()


def test_a_post_that_answers_nothing_begins_its_own_conversation() -> None:
    assert tie(("1", None)).conversation("1") == "1"


def test_a_chain_of_answers_is_one_conversation() -> None:
    threads = tie(("1", None), ("2", "1"), ("3", "2"), ("4", "3"))
    assert {threads.conversation(post) for post in ("1", "2", "3", "4")} == {"1"}


def test_the_order_of_the_file_does_not_matter() -> None:
    threads = tie(("4", "3"), ("2", "1"), ("3", "2"), ("1", None))
    assert threads.conversation("4") == "1"


def test_branches_meet_at_the_root() -> None:
    threads = tie(("1", None), ("2", "1"), ("3", "1"), ("4", "3"), ("9", None))
    assert [threads.conversation(post) for post in ("2", "4", "9")] == ["1", "1", "9"]


def test_answers_to_a_post_outside_the_file_share_its_conversation() -> None:
    threads = tie(("2", "1"), ("3", "1"), ("4", "2"))
    assert {threads.conversation(post) for post in ("2", "3", "4")} == {"1"}


def test_ids_need_not_be_numbers() -> None:
    threads = tie(("root", None), ("leaf", "root"), ("orphan", "gone-away"), ("007", "leaf"))
    assert threads.conversation("leaf") == "root"
    assert threads.conversation("007") == "root"
    assert threads.conversation("orphan") == "gone-away"


def test_numbers_that_are_written_differently_are_different_ids() -> None:
    threads = tie(("7", None), ("007", "3"), ("8", "7"))
    assert threads.conversation("8") == "7"
    assert threads.conversation("007") == "3"


def test_ids_of_any_length_are_told_apart() -> None:
    first, second = "9" * 40, "9" * 39 + "8"
    threads = tie((first, None), (second, first))
    assert threads.conversation(second) == first


def test_a_circle_of_answers_is_one_conversation_named_by_its_smallest_id() -> None:
    threads = tie(("5", "7"), ("6", "5"), ("7", "6"), ("9", "7"), ("10", "9"))
    assert {threads.conversation(post) for post in ("5", "6", "7", "9", "10")} == {"5"}


def test_several_circles_do_not_mix() -> None:
    threads = tie(("1", "2"), ("2", "1"), ("3", "4"), ("4", "3"), ("5", "4"))
    assert [threads.conversation(post) for post in ("1", "2", "3", "4", "5")] == ["1", "1", "3", "3", "3"]


def test_a_post_that_answers_itself_is_its_own_conversation() -> None:
    threads = tie(("1", "1"), ("2", "1"))
    assert [threads.conversation(post) for post in ("1", "2")] == ["1", "1"]


def test_of_a_post_that_stands_twice_the_first_counts() -> None:
    threads = tie(("1", None), ("2", None), ("3", "1"), ("3", "2"))
    assert threads.conversation("3") == "1"


def test_a_post_that_is_not_in_the_file_is_on_its_own() -> None:
    threads = tie(("1", None))
    assert threads.conversation("404") == "404"
    assert threads.author("404") is None
    assert threads.brand_of("404") == NOBODY
    assert threads.repliers_to("404") == set()
    assert threads.parties_of("404") == set()


def test_a_file_without_posts_has_no_threads() -> None:
    threads = Links().tie()
    assert threads.conversation("1") == "1"
    assert threads.author("1") is None


def test_authors_are_remembered_by_number_and_by_name() -> None:
    threads = tie(("1", None), ("2", "1"), authors={"1": "115712", "2": "acmecare"})
    assert threads.author("1") == "115712"
    assert threads.author("2") == "acmecare"


@pytest.fixture
def two_brands() -> Threads:
    """Brands 0 and 1 answer customer post 1; the thread goes on below brand 0's answer; 9 answers a post outside."""
    links = Links()
    links.add("1", parent=None, author="ann")
    links.add("2", parent="1", author="acme", owner=0, outbound=True)
    links.add("3", parent="1", author="nord", owner=1, outbound=True)
    links.add("4", parent="1", author="nord", owner=1, outbound=True)
    links.add("5", parent="2", author="ann")
    links.add("6", parent="5", author="bob", owner=2)
    links.add("9", parent="8", author="acme", owner=0, outbound=True)
    return links.tie()


def test_the_brands_that_answered_a_post(two_brands: Threads) -> None:
    assert two_brands.repliers_to("1") == {0, 1}
    assert two_brands.repliers_to("2") == set()
    assert two_brands.repliers_to("5") == set()


def test_an_answer_to_a_post_outside_the_file_is_nobodys_answer(two_brands: Threads) -> None:
    assert two_brands.repliers_to("8") == set()


def test_the_brand_that_wrote_a_post(two_brands: Threads) -> None:
    assert two_brands.brand_of("3") == 1
    assert two_brands.brand_of("1") == NOBODY


def test_a_customers_post_is_never_written_by_the_brand_it_is_filed_under(two_brands: Threads) -> None:
    assert two_brands.brand_of("6") == NOBODY


def test_a_thread_shows_the_brands_that_write_in_it_or_that_it_is_filed_under(two_brands: Threads) -> None:
    assert two_brands.parties_of("5") == {0, 1, 2}
    assert two_brands.parties_of("9") == {0}


def slow_root(parents: dict[int, int | None], post: int) -> int:
    """The walk that anyone would write; a circle is named by its smallest member."""
    walked = [post]
    while (parent := parents.get(walked[-1])) is not None:
        if parent == walked[-1]:
            return parent
        if parent in walked:
            return min(walked[walked.index(parent) :])
        walked.append(parent)
    return walked[-1]


@given(st.dictionaries(st.integers(0, 30), st.none() | st.integers(0, 34), max_size=25))
def test_every_shape_of_threads_agrees_with_a_plain_walk(parents: dict[int, int | None]) -> None:
    threads = tie(*((str(post), None if parent is None else str(parent)) for post, parent in parents.items()))
    for post in parents:
        assert threads.conversation(str(post)) == str(slow_root(parents, post))


def test_a_very_long_chain_has_one_root() -> None:
    posts = [str(number) for number in range(50_000)]
    threads = tie((posts[0], None), *((post, parent) for parent, post in pairwise(posts)))
    assert threads.conversation(posts[-1]) == "0"


def test_the_line_on_which_something_stands_first() -> None:
    firsts = Firsts()
    for line, name in enumerate(["a", "b", "a", "17", "b", "17"], start=1):
        firsts.add(name, line)
    assert [firsts.line_of(name) for name in ("a", "b", "17", "c")] == [1, 2, 4, None]


def test_nothing_stands_in_an_empty_file() -> None:
    assert Firsts().line_of("1") is None
