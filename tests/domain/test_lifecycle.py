"""The life of a case: opened, answered, followed up, swept; the same whatever the order of arrival."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from classifiers.contract import Cause, Kind, Severity
from monitor.domain.actions import claim, dismiss, resolve, snooze
from monitor.domain.calendar import always
from monitor.domain.lifecycle import customer_posted, open_case, reply_observed, sweep
from monitor.domain.model import Case, Change, EventKind, Post, Role, Status, Target, Targets, Triage

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROUND_THE_CLOCK = always("always")
TARGETS = Targets(
    policy="standard",
    calendar="always",
    first_response=timedelta(hours=1),
    next_response=timedelta(hours=2),
    resolution=timedelta(hours=24),
    warn_before=timedelta(minutes=15),
)
COMPLAINT = Triage(True, Kind.COMPLAINT, Severity.DISAPPROVAL, 0.3, ("disapproves",), (Cause.DELIVERY,))


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def asks(id: str, minute: float, *, author: str = "anna", needs: bool = True, lag: float = 0) -> Post:
    return Post(
        "acme", "x", id, "c", author, "text", at(minute), at(minute + lag), Role.MENTION, needs_answer=needs
    )  # fmt: skip


def answers(id: str, minute: float, to: str | None = None, *, lag: float = 0) -> Post:
    return Post(
        "acme", "x", id, "c", "us", "text", at(minute), at(minute + lag), Role.REPLY, in_reply_to=to
    )  # fmt: skip


def opened(post: Post, *thread: Post, triage: Triage = COMPLAINT, begins_after: datetime | None = None) -> Change:
    return open_case(
        post,
        triage,
        thread=thread or (post,),
        targets=TARGETS,
        calendar=ROUND_THE_CLOCK,
        now=post.ingested_at,
        begins_after=begins_after,
    )


def follows(case: Case, post: Post, thread: Sequence[Post], triage: Triage = COMPLAINT) -> Change:
    return customer_posted(case, post, triage, thread=thread, calendar=ROUND_THE_CLOCK, now=post.ingested_at)


def replied(case: Case, reply: Post, thread: Sequence[Post]) -> Change:
    return reply_observed(case, [reply], thread=thread, calendar=ROUND_THE_CLOCK, now=reply.ingested_at)


def kinds(change: Change) -> list[EventKind]:
    return [event.kind for event in change.events]


def test_a_complaint_opens_a_case_that_waits_from_its_publication() -> None:
    change = opened(asks("1", 0, lag=7))
    case = change.case

    assert kinds(change) == [EventKind.OPENED]
    assert case.status is Status.OPEN
    assert (case.opened_at, case.opened_ingested_at) == (at(0), at(7))
    assert (case.waiting_since, case.waiting_post_id) == (at(0), "1")
    assert (case.severity, case.causes, case.reasons) == (Severity.DISAPPROVAL, (Cause.DELIVERY,), ("disapproves",))


def test_the_promises_of_the_policy_are_copied_with_their_moments() -> None:
    case = opened(asks("1", 0)).case

    assert {d.target: d.due_at for d in case.deadlines} == {
        Target.FIRST_RESPONSE: at(60),
        Target.RESOLUTION: at(24 * 60),
    }
    assert case.due_at == at(60)
    assert case.next_deadline_at == at(45)


def test_a_reply_before_triage_still_counts() -> None:
    complaint, reply = asks("1", 0, lag=30), answers("2", 10, "1")

    change = opened(complaint, reply, complaint)

    assert kinds(change) == [EventKind.OPENED, EventKind.REPLY_OBSERVED]
    assert change.case.status is Status.WAITING
    assert change.case.first_reply_at == at(10)
    assert change.case.first_reply_by == "2"
    first = next(d for d in change.case.deadlines if d.target is Target.FIRST_RESPONSE)
    assert first.met_at == at(10)


def test_our_reply_hands_the_turn_to_the_customer() -> None:
    complaint, reply = asks("1", 0), answers("2", 10, "1", lag=5)

    change = replied(opened(complaint).case, reply, [complaint, reply])

    assert kinds(change) == [EventKind.REPLY_OBSERVED]
    assert change.case.status is Status.WAITING
    assert change.case.waiting_since is None
    assert (change.case.first_reply_at, change.case.first_reply_ingested_at) == (at(10), at(15))
    assert change.case.running(Target.FIRST_RESPONSE) is None
    assert change.case.brand_replies == 1


def test_a_customer_who_writes_again_starts_the_next_response_clock() -> None:
    thread = [asks("1", 0), answers("2", 10, "1"), asks("3", 30)]
    case = replied(opened(thread[0]).case, thread[1], thread[:2]).case

    change = follows(case, thread[2], thread)

    assert kinds(change) == [EventKind.CUSTOMER_POSTED]
    assert change.case.status is Status.OPEN
    assert change.case.waiting_since == at(30)
    next_response = change.case.running(Target.NEXT_RESPONSE)
    assert next_response is not None
    assert next_response.due_at == at(30 + 120)
    assert change.case.first_reply_at == at(10)


def test_the_next_response_runs_from_the_oldest_unanswered_post() -> None:
    thread = [asks("1", 0), answers("2", 10, "1"), asks("3", 30), asks("4", 50)]
    case = replied(opened(thread[0]).case, thread[1], thread[:2]).case
    case = follows(case, thread[2], thread[:3]).case

    case = follows(case, thread[3], thread).case

    assert case.waiting_since == at(30)
    assert [d.started_at for d in case.deadlines if d.target is Target.NEXT_RESPONSE] == [at(30)]


def test_thanks_join_the_case_without_starting_a_clock() -> None:
    thread = [asks("1", 0), answers("2", 10, "1"), asks("3", 12, needs=False)]
    case = replied(opened(thread[0]).case, thread[1], thread[:2]).case

    change = follows(case, thread[2], thread, Triage(False, Kind.PRAISE, None, 0, ("praise",)))

    assert change.case.status is Status.WAITING
    assert change.case.customer_posts == 2
    assert change.case.severity is Severity.DISAPPROVAL
    assert not [d for d in change.case.deadlines if d.target is Target.NEXT_RESPONSE]


def test_a_harder_post_raises_severity_and_risk_and_says_so() -> None:
    first, second = asks("1", 0), asks("2", 20)
    worse = Triage(True, Kind.COMPLAINT, Severity.BLAME, 0.8, ("blames us",), (Cause.IGNORED,))

    change = follows(opened(first).case, second, [first, second], worse)

    assert EventKind.ESCALATED in kinds(change)
    assert (change.case.severity, change.case.risk) == (Severity.BLAME, 0.8)
    assert change.case.reasons == ("blames us",)
    assert change.case.causes == (Cause.DELIVERY, Cause.IGNORED)


def test_a_milder_post_lowers_nothing() -> None:
    first, second = asks("1", 0), asks("2", 20)
    milder = Triage(True, Kind.COMPLAINT, Severity.NO_EXPLICIT_REPROACH, 0.1, ("mild",))

    change = follows(opened(first).case, second, [first, second], milder)

    assert EventKind.ESCALATED not in kinds(change)
    assert (change.case.severity, change.case.risk) == (Severity.DISAPPROVAL, 0.3)
    assert change.case.reasons == ("disapproves",)


def test_somebody_else_in_the_thread_is_merged_into_the_live_case() -> None:
    first, other = asks("1", 0), asks("2", 5, author="boris")

    change = follows(opened(first).case, other, [first, other])

    assert kinds(change) == [EventKind.MERGED]
    assert change.case.customer_id == "anna"
    assert change.case.customer_posts == 2


def test_a_new_post_takes_a_resolved_case_back_with_its_resolution_promise_running() -> None:
    first, again = asks("1", 0), asks("2", 200)
    case = resolve(opened(first).case, "ilze", now=at(100)).case

    change = follows(case, again, [first, again])

    assert kinds(change) == [EventKind.REOPENED, EventKind.CUSTOMER_POSTED]
    assert change.case.status is Status.OPEN
    assert change.case.reopened == 1
    assert change.case.waiting_since == at(200)
    assert change.case.resolved_at is None
    assert change.case.first_resolved_at == at(100)
    assert change.case.running(Target.RESOLUTION) is not None


def test_thanks_after_the_resolution_leave_it_resolved() -> None:
    first, thanks = asks("1", 0), asks("2", 200, needs=False)
    case = resolve(opened(first).case, "ilze", now=at(100)).case

    change = follows(case, thanks, [first, thanks], Triage(False, Kind.PRAISE, None, 0, ("praise",)))

    assert change.case.status is Status.RESOLVED
    assert change.case.reopened == 0


def test_a_reply_after_the_resolution_still_is_the_first_reply() -> None:
    first, reply = asks("1", 0), answers("2", 130, "1")
    case = resolve(opened(first).case, "ilze", now=at(100)).case

    change = replied(case, reply, [first, reply])

    assert change.case.status is Status.RESOLVED
    assert change.case.first_reply_at == at(130)


def test_a_new_post_wakes_a_snoozed_case() -> None:
    first, again = asks("1", 0), asks("2", 30)
    case = snooze(opened(first).case, "ilze", until=at(600), now=at(10)).case

    change = follows(case, again, [first, again])

    assert change.case.status is Status.OPEN
    assert change.case.snoozed_until is None


def test_a_post_of_an_earlier_case_of_the_conversation_stays_with_it() -> None:
    old, new = asks("1", 0), asks("2", 500)
    closed = dismiss(opened(old).case, "ilze", now=at(100)).case

    change = opened(new, old, new, begins_after=closed.closed_through)

    assert change.case.opened_at == at(500)
    assert change.case.waiting_since == at(500)


def test_a_post_indexed_late_moves_the_start_of_its_case_back() -> None:
    late, first = asks("1", 0, lag=60), asks("2", 10)
    case = opened(first).case

    change = follows(case, late, [late, first])

    assert change.case.opened_at == at(0)
    assert change.case.first_post_id == "1"
    assert [d.started_at for d in change.case.deadlines if d.target is Target.FIRST_RESPONSE] == [at(0)]


def test_a_warning_and_a_breach_are_told_once_each() -> None:
    case = opened(asks("1", 0)).case

    assert sweep(case, now=at(44)) is None
    warned = sweep(case, now=at(45))
    assert warned is not None
    assert kinds(warned) == [EventKind.WARNED]
    assert sweep(warned.case, now=at(50)) is None
    breached = sweep(warned.case, now=at(60))
    assert breached is not None
    assert kinds(breached) == [EventKind.BREACHED]
    assert sweep(breached.case, now=at(61)) is None


def test_after_an_outage_only_the_breach_is_told() -> None:
    swept = sweep(opened(asks("1", 0)).case, now=at(90))

    assert swept is not None
    assert [(e.kind, e.key) for e in swept.events] == [
        (EventKind.BREACHED, f"breached:first_response:{at(0).isoformat()}")
    ]


def test_an_answered_case_is_not_breached() -> None:
    complaint, reply = asks("1", 0), answers("2", 10, "1")
    case = replied(opened(complaint).case, reply, [complaint, reply]).case

    assert sweep(case, now=at(120)) is None


def test_the_sweep_ends_a_snooze_in_the_state_that_the_thread_is_in() -> None:
    complaint, reply = asks("1", 0), answers("2", 10, "1")
    case = replied(opened(complaint).case, reply, [complaint, reply]).case
    case = snooze(case, "ilze", until=at(100), now=at(20)).case

    assert case.next_deadline_at == at(100)
    swept = sweep(case, now=at(100))
    assert swept is not None
    assert kinds(swept) == [EventKind.WOKE]
    assert swept.case.status is Status.WAITING


def test_a_sweep_always_moves_the_next_moment_on() -> None:
    case = opened(asks("1", 0)).case
    moments = []
    while (moment := case.next_deadline_at) is not None:
        swept = sweep(case, now=moment)
        assert swept is not None
        moments.append(moment)
        case = swept.case

    assert moments == [at(45), at(60), at(24 * 60 - 15), at(24 * 60)]


@st.composite
def conversations(draw: st.DrawFn) -> list[Post]:
    turns = draw(st.lists(st.tuples(st.booleans(), st.integers(1, 90)), min_size=1, max_size=7))
    minute, posts, last = 0, [asks("100", 0)], "100"
    for n, (ours, gap) in enumerate(turns, start=101):
        minute += gap
        posts.append(answers(str(n), minute, last) if ours else asks(str(n), minute))
        last = last if ours else str(n)
    return posts


def told_in_order(posts: Sequence[Post]) -> Case:
    """The case after the posts arrived one by one: mentions are triaged, replies observed."""
    case: Case | None = None
    stored: list[Post] = []
    for post in posts:
        stored.append(replace(post, ingested_at=at(10_000)))
        if post.role is Role.MENTION:
            change = opened(stored[-1], *stored) if case is None else follows(case, stored[-1], stored)
            case = change.case
        elif case is not None:
            case = replied(case, stored[-1], stored).case
    assert case is not None
    return case


@given(conversations(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_clock(posts: list[Post], random: object) -> None:
    shuffled = list(posts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert told_in_order(shuffled) == told_in_order(posts)


def test_claiming_does_not_touch_the_clocks() -> None:
    case = opened(asks("1", 0)).case

    assert claim(case, "ilze", now=at(5)).case.deadlines == case.deadlines
