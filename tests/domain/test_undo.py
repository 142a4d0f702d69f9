"""Undo: as if it had never happened, whatever came in between, unless somebody built on it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.contract import Cause, Churn, Kind, Severity
from monitor.domain import actions
from monitor.domain.calendar import always
from monitor.domain.labels import Labels
from monitor.domain.lifecycle import customer_posted, open_case, reply_observed, sweep
from monitor.domain.model import Case, Change, Event, EventKind, Post, Status, Target, Targets, Triage
from monitor.domain.undo import last_standing, undo, undoable, undoers
from monitor.errors import NotAllowed
from tests.make import NOW, make_post, make_reply

HOUR = timedelta(hours=1)
CALENDAR = always("always")
TARGETS = Targets("standard", "always", HOUR, 2 * HOUR, 24 * HOUR, timedelta(minutes=15))
ASKED = Triage(True, Kind.COMPLAINT, Severity.ACCUSATION, 0.4, ("why",), causes=(Cause.DELIVERY,), churn=Churn.NONE)


class World:
    """A case, its thread and its log, a minute after another."""

    def __init__(self) -> None:
        post = replace(make_post(), needs_answer=True)
        self.thread: list[Post] = [post]
        self.minute = 1
        opened = open_case(post, ASKED, thread=self.thread, targets=TARGETS, calendar=CALENDAR, now=self.now)
        self.case = replace(opened.case, id=7, version=1)
        self.events: list[Event] = list(opened.events)

    @property
    def now(self) -> datetime:
        return NOW + timedelta(minutes=self.minute)

    def keep(self, change: Change) -> list[Event]:
        if change != Change(self.case):
            self.case = replace(change.case, version=self.case.version + 1)
            self.events += change.events
        self.minute += 1
        return list(change.events)

    def act(self, name: str, agent: str = "ilze") -> Event | None:
        made = self.keep(self.acts()[name](self.case, agent))
        return made[-1] if made else None

    def acts(self) -> dict[str, Callable[[Case, str], Change]]:
        now = self.now
        reopen = lambda case, agent: actions.reopen(case, agent, thread=self.thread, calendar=CALENDAR, now=now)  # noqa: E731
        return {
            "claim": lambda case, agent: actions.claim(case, agent, now=now),
            "assign": lambda case, agent: actions.assign(case, "petar", by=agent, now=now),
            "hand on": lambda case, agent: actions.assign(case, "maris", by=agent, now=now),
            "release": lambda case, agent: actions.release(case, agent, now=now),
            "snooze": lambda case, agent: actions.snooze(case, agent, until=now + 5 * HOUR, now=now),
            "sleep": lambda case, agent: actions.snooze(case, agent, until=now + 9 * HOUR, now=now, keep=True),
            "resolve": lambda case, agent: actions.resolve(case, agent, now=now),
            "dismiss": lambda case, agent: actions.dismiss(case, agent, now=now, reason="spam"),
            "reopen": reopen,
            "note": lambda case, agent: actions.note(case, agent, "called back", now=now),
            "tag": lambda case, agent: actions.tag(case, agent, add=["VIP", "storm"], now=now),
            "untag": lambda case, agent: actions.tag(case, agent, remove=["vip"], add=["calm"], now=now),
            "label": lambda case, agent: actions.relabel(case, agent, Labels(severity=Severity.BLAME), now=now),
            "no complaint": lambda case, agent: actions.relabel(case, agent, Labels(kind=Kind.QUESTION), now=now),
        }

    def undo(self, event: Event | None, by: str = "ilze") -> Event:
        assert event is not None
        change = undo(self.case, event, self.events, thread=self.thread, calendar=CALENDAR, by=by, now=self.now)
        return self.keep(change)[-1]

    def reply(self) -> None:
        reply = make_reply(self.thread[0], published_at=self.now, ingested_at=self.now)
        self.thread.append(reply)
        self.keep(reply_observed(self.case, [reply], thread=self.thread, calendar=CALENDAR, now=self.now))

    def writes(self) -> None:
        first = self.thread[0]
        post = make_post(
            conversation_id=first.conversation_id, author_id=first.author_id, published_at=self.now, needs_answer=True
        )
        self.thread.append(post)
        if self.case.status is not Status.DISMISSED:
            self.keep(customer_posted(self.case, post, ASKED, thread=self.thread, calendar=CALENDAR, now=self.now))

    def time_passes(self) -> None:
        self.minute += 50
        swept = sweep(self.case, now=self.now)
        if swept is not None:
            self.keep(swept)


ACTS = sorted(World().acts())


def bare(case: Case) -> Case:
    return replace(case, version=0)


def possible(world: World, name: str, agent: str) -> Event | None:
    try:
        return world.act(name, agent)
    except NotAllowed:
        return None


class TestAsIfItHadNeverHappened:
    @pytest.mark.parametrize("name", [name for name in ACTS if name not in ("reopen", "release")])
    def test_each_action_leaves_no_trace_but_its_events(self, name: str) -> None:
        world = World()
        before = world.case

        undone = world.undo(world.act(name), by="maris")

        assert bare(world.case) == bare(before)
        assert (undone.kind, undone.actor, world.case.version) == (EventKind.UNDONE, "maris", before.version + 2)

    @given(
        st.lists(st.tuples(st.sampled_from([*ACTS, "reply", "writes", "time"]), st.sampled_from("ab")), max_size=7),
        st.sampled_from(ACTS),
    )
    def test_after_any_history_action_then_undo_then_redo(self, history: list[tuple[str, str]], name: str) -> None:
        world = World()
        for step, agent in history:
            happens = {"reply": world.reply, "writes": world.writes, "time": world.time_passes}.get(step)
            if happens is not None:
                happens()
            else:
                possible(world, step, agent)
        before = world.case
        event = possible(world, name, "ilze")
        if event is None:
            return
        after = world.case
        if name == "reopen" and after.waiting_since is not None and before.closed_through is not None:
            began_while_closed = any(post.ingested_at > before.closed_through for post in world.thread)
            if began_while_closed:  # closing it again would hide that wait
                return
        undone = world.undo(event)
        assert bare(world.case) == bare(before)
        again = world.undo(undone)
        assert bare(world.case) == bare(after)
        world.undo(again)
        assert bare(world.case) == bare(before)

    @given(st.sampled_from(["claim", "tag", "label", "snooze", "sleep"]), st.lists(st.sampled_from(["reply", "time"])))
    def test_what_came_in_between_stays(self, name: str, between: list[str]) -> None:
        """The same history without the action ends in the same case."""
        with_it, without = World(), World()
        without.thread, without.case = list(with_it.thread), with_it.case
        event = with_it.act(name)
        without.minute = with_it.minute
        for step in between:
            if step == "time" and with_it.case.status is Status.SNOOZED and with_it.minute > 200:
                continue
            for world in (with_it, without):
                world.time_passes() if step == "time" else None
            if step == "reply":
                with_it.reply()
                without.thread = list(with_it.thread)
                reply = without.thread[-1]
                without.keep(
                    reply_observed(without.case, [reply], thread=without.thread, calendar=CALENDAR, now=without.now)
                )
            with_it.minute = without.minute = max(with_it.minute, without.minute)

        with_it.undo(event)

        assert bare(with_it.case) == bare(without.case)

    def test_a_reply_seen_while_the_case_was_closed_counts_after_the_undo(self) -> None:
        world = World()
        event = world.act("resolve")
        world.reply()

        world.undo(event)

        first = next(d for d in world.case.deadlines if d.target is Target.FIRST_RESPONSE)
        assert (world.case.status, first.met_at) == (Status.WAITING, world.thread[-1].published_at)
        assert world.case.running(Target.RESOLUTION) is not None

    def test_a_broken_promise_stays_broken(self) -> None:
        world = World()
        event = world.act("claim")
        world.minute += 90
        world.time_passes()

        world.undo(event)

        assert any(d.breached for d in world.case.deadlines)
        assert world.case.assignee is None

    def test_labels_that_others_put_on_stay(self) -> None:
        world = World()
        event = world.act("tag")
        world.keep(actions.tag(world.case, "petar", add=["follow-up"], now=world.now))

        world.undo(event)

        assert world.case.tags == ("follow-up",)


class TestRefusing:
    def refuses(self, world: World, event: Event | None, words: str) -> None:
        assert event is not None
        assert not undoable(world.case, event, world.events)
        with pytest.raises(NotAllowed, match=words):
            world.undo(event)

    def test_what_a_later_action_superseded_names_who_it_was(self) -> None:
        world = World()
        event = world.act("claim")
        world.act("hand on", "petar")

        self.refuses(world, event, r"petar assigned it on 2026-03-02 09:02 UTC; take that back first")

    def test_even_when_it_came_back_to_the_same_value(self) -> None:
        world = World()
        event = world.act("assign")
        world.act("hand on", "maris")
        world.act("assign", "maris")

        assert world.case.assignee == "petar"
        self.refuses(world, event, "maris assigned it")

    def test_after_the_later_one_is_taken_back_it_can_be(self) -> None:
        world = World()
        before = world.case
        first, second = world.act("claim"), world.act("hand on")

        world.undo(second)
        world.undo(first)

        assert bare(world.case) == bare(before)

    def test_a_snooze_that_is_over(self) -> None:
        world = World()
        event = world.act("snooze")
        world.minute += 600
        world.time_passes()

        self.refuses(world, event, "its status is another by now")

    def test_a_closing_that_the_customer_ended(self) -> None:
        world = World()
        event = world.act("resolve")
        world.writes()

        self.refuses(world, event, "its status is another by now")

    def test_doing_it_again_over_a_new_wait(self) -> None:
        world = World()
        undone = world.undo(world.act("resolve"))
        world.writes()

        with pytest.raises(NotAllowed, match="the customer has written since"):
            world.undo(undone)

    def test_twice(self) -> None:
        world = World()
        event = world.act("claim")
        world.undo(event, by="petar")

        self.refuses(world, event, "petar took this back already")

    def test_what_no_person_did(self) -> None:
        world = World()

        self.refuses(world, world.events[0], "only what a person did")


class TestHistory:
    def test_undoing_goes_further_back_and_skips_what_is_undone(self) -> None:
        world = World()
        claimed, noted, tagged = world.act("claim"), world.act("note"), world.act("tag")

        assert last_standing(world.events) == tagged
        world.undo(tagged)
        assert last_standing(world.events) == noted
        world.undo(noted)
        assert last_standing(world.events) == claimed
        world.undo(claimed)
        assert last_standing(world.events) is None

    def test_an_undo_that_was_undone_takes_nothing_back(self) -> None:
        world = World()
        claimed = world.act("claim")
        undone = world.undo(claimed)

        again = world.undo(undone)

        assert claimed is not None
        assert undoers(world.events) == {undone.key: again}
        assert last_standing(world.events) == claimed
