"""Episodes: who waited since when, and which reply ended it, from the thread alone."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.episodes import Episode, episodes
from monitor.domain.model import Post, Role

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(minute: int) -> datetime:
    return NINE + timedelta(minutes=minute)


def asks(id: str, minute: int, *, author: str = "anna", needs: bool | None = True, ingested: int | None = None) -> Post:
    seen = at(minute if ingested is None else ingested)
    return Post(
        "acme", "x", id, "c", author, "text", at(minute), seen, Role.MENTION, needs_answer=needs
    )  # fmt: skip


def answers(id: str, minute: int, to: str | None = None, *, automated: bool = False, author: str | None = None) -> Post:
    return Post(
        "acme", "x", id, "c", "us", "text", at(minute), at(minute), Role.REPLY,
        in_reply_to=to, in_reply_to_author=author, automated=automated,
    )  # fmt: skip


def told(found: tuple[Episode, ...]) -> list[tuple[str, str | None]]:
    return [(e.post.external_id, e.reply.external_id if e.reply else None) for e in found]


def test_a_reply_ends_the_wait_that_the_first_post_began() -> None:
    assert told(episodes([asks("1", 0), asks("2", 5), answers("3", 10, "1")])) == [("1", "3")]


def test_a_later_post_begins_the_next_wait() -> None:
    thread = [asks("1", 0), answers("2", 5, "1"), asks("3", 9), answers("4", 30, "3")]

    assert told(episodes(thread)) == [("1", "2"), ("3", "4")]


def test_without_a_reply_somebody_waits() -> None:
    (wait,) = episodes([asks("1", 0), asks("2", 3)])

    assert wait.waiting
    assert wait.post.external_id == "1"


def test_a_thank_you_begins_no_wait() -> None:
    thread = [asks("1", 0), answers("2", 5, "1"), asks("3", 6, needs=False)]

    assert told(episodes(thread)) == [("1", "2")]


def test_an_untriaged_post_begins_no_wait_yet() -> None:
    assert episodes([asks("1", 0, needs=None)]) == ()


def test_a_robot_answers_nobody() -> None:
    thread = [asks("1", 0), answers("2", 1, "1", automated=True), answers("3", 20, "1")]

    assert told(episodes(thread)) == [("1", "3")]


def test_an_answer_to_somebody_else_in_the_thread_leaves_the_other_waiting() -> None:
    thread = [asks("1", 0, author="anna"), asks("2", 1, author="boris"), answers("3", 5, "2")]

    assert told(episodes(thread)) == [("1", None), ("2", "3")]


def test_the_platform_may_name_the_addressee_when_the_parent_is_unknown() -> None:
    thread = [asks("1", 0, author="anna"), asks("2", 1, author="boris"), answers("3", 5, "unseen", author="anna")]

    assert told(episodes(thread)) == [("1", "3"), ("2", None)]


def test_a_reply_to_nobody_known_counts_for_everybody() -> None:
    thread = [asks("1", 0, author="anna"), asks("2", 1, author="boris"), answers("3", 5)]

    assert told(episodes(thread)) == [("1", "3"), ("2", "3")]


def test_a_reply_whose_clock_is_behind_still_answers_its_post() -> None:
    assert told(episodes([asks("1", 5), answers("2", 4, "1")])) == [("1", "2")]


def test_an_earlier_reply_to_nobody_does_not_answer_a_later_post() -> None:
    assert told(episodes([answers("1", 0), asks("2", 5)])) == [("2", None)]


def test_what_a_person_closed_waits_no_longer() -> None:
    (wait,) = episodes([asks("1", 0)], closed_through=at(60))

    assert wait.closed
    assert not wait.waiting


def test_a_post_after_the_closing_begins_a_wait_of_its_own() -> None:
    found = episodes([asks("1", 0), asks("2", 90)], closed_through=at(60))

    assert [(e.post.external_id, e.waiting) for e in found] == [("1", False), ("2", True)]


def test_a_post_published_before_but_seen_after_the_closing_waits() -> None:
    (wait,) = episodes([asks("1", 0, ingested=61)], closed_through=at(60))

    assert wait.waiting


def test_a_late_reply_still_answers_what_was_closed_without_one() -> None:
    assert told(episodes([asks("1", 0), answers("2", 100, "1")], closed_through=at(60))) == [("1", "2")]


thread_posts = st.lists(
    st.tuples(st.sampled_from(["anna", "boris", "us"]), st.integers(0, 30), st.booleans()), min_size=1, max_size=12
)


@given(thread_posts, st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(drawn: list[tuple[str, int, bool]], random: object) -> None:
    thread = [
        answers(str(n), minute) if who == "us" else asks(str(n), minute, author=who, needs=needs)
        for n, (who, minute, needs) in enumerate(drawn, start=100)
    ]
    shuffled = list(thread)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert episodes(shuffled) == episodes(thread)


@given(thread_posts)
def test_each_author_waits_once_at_a_time_and_no_reply_comes_before_its_wait(
    drawn: list[tuple[str, int, bool]],
) -> None:
    thread = [
        answers(str(n), minute) if who == "us" else asks(str(n), minute, author=who, needs=needs)
        for n, (who, minute, needs) in enumerate(drawn, start=100)
    ]

    found = episodes(thread)

    for author in ("anna", "boris"):
        own = [e for e in found if e.post.author_id == author]
        assert sum(e.waiting for e in own) <= 1
        for wait, following in itertools.pairwise(own):
            assert wait.reply is not None
            assert wait.post.published_at <= wait.reply.published_at <= following.post.published_at
