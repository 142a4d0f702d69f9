"""A new version's verdicts on a live case: what it is worth may change, where it stands never."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from classifiers.contract import Cause, Kind, Severity
from monitor.domain.model import Change, Event, EventKind, Status, Triage
from monitor.domain.retriage import posts_of, retriage
from tests.make import NOW, make_case, make_post, make_reply

HOUR = timedelta(hours=1)
LATER = NOW + 24 * HOUR


def decision(**fields: Any) -> Triage:
    made = Triage(True, Kind.COMPLAINT, Severity.DISAPPROVAL, 0.3, ("disapproves",), causes=(Cause.DELIVERY,))
    return replace(made, **fields)


NEEDLESS = Triage(False, Kind.OTHER, None, 0.0, ("other 90%",))


def again(case: Any, *decisions: Triage) -> Change:
    return retriage(case, decisions, model="fake-2", now=LATER)


class TestWhatChanges:
    def test_severity_risk_causes_and_reasons_are_the_new_ones(self) -> None:
        case = make_case(severity=Severity.ACCUSATION, risk=0.4, causes=(Cause.OUTAGE,), needs_human=True)

        judged = again(case, decision()).case

        assert (judged.severity, judged.risk, judged.causes) == (Severity.DISAPPROVAL, 0.3, (Cause.DELIVERY,))
        assert judged.reasons == ("disapproves",)
        assert not judged.needs_human

    def test_the_log_of_the_case_says_which_version_changed_what(self) -> None:
        case = make_case(severity=Severity.ACCUSATION, risk=0.4, causes=(Cause.DELIVERY,))

        (event,) = again(case, decision()).events

        assert event == Event(
            EventKind.REASSESSED,
            LATER,
            f"reassessed:{LATER.isoformat()}",
            data={
                "model": "fake-2",
                "severity from": "accusation",
                "severity to": "disapproval",
                "risk from": 0.4,
                "risk to": 0.3,
            },
        )

    def test_a_case_that_nobody_could_rate_gets_its_severity(self) -> None:
        case = make_case(severity=None, needs_human=True, causes=())

        (event,) = again(case, decision()).events

        assert (event.data["severity from"], event.data["causes"]) == ("none", "delivery")

    def test_the_gravest_of_several_posts_decides_and_their_causes_join(self) -> None:
        milder = decision()
        worse = decision(
            severity=Severity.BLAME, risk=0.2, reasons=("blames us",), causes=(Cause.IGNORED, Cause.DELIVERY)
        )

        judged = again(make_case(), milder, worse).case

        assert (judged.severity, judged.risk, judged.reasons) == (Severity.BLAME, 0.3, ("blames us",))
        assert judged.causes == (Cause.DELIVERY, Cause.IGNORED)

    def test_a_riskier_post_of_the_same_severity_gives_the_reasons(self) -> None:
        judged = again(make_case(), decision(), decision(risk=0.9, reasons=("threatens",))).case

        assert (judged.risk, judged.reasons) == (0.9, ("threatens",))

    def test_posts_that_need_nothing_today_do_not_count_beside_one_that_does(self) -> None:
        case = make_case()

        assert again(case, NEEDLESS, decision()) == again(case, decision())


class TestWhatStays:
    @pytest.mark.parametrize("status", [Status.OPEN, Status.WAITING, Status.SNOOZED])
    def test_the_standing_the_promises_and_the_holder(self, status: Status) -> None:
        case = make_case(status=status, assignee="ilze", snoozed_until=NOW + HOUR, version=4)

        judged = again(case, decision(severity=Severity.BLAME)).case

        unchanged = replace(
            judged,
            severity=case.severity,
            risk=case.risk,
            reasons=case.reasons,
            causes=case.causes,
            needs_human=case.needs_human,
        )
        assert unchanged == case

    def test_the_same_verdict_is_no_change(self) -> None:
        case = again(make_case(), decision()).case

        assert again(case, decision()) == Change(case)

    def test_a_case_that_would_not_be_opened_today_is_left_alone(self) -> None:
        case = make_case()

        assert again(case, NEEDLESS, NEEDLESS) == Change(case)

    def test_without_a_decision_there_is_nothing_to_say(self) -> None:
        case = make_case()

        assert again(case) == Change(case)


class TestPostsOfACase:
    def test_they_are_those_that_need_an_answer_the_first_one_first(self) -> None:
        early = make_post(needs_answer=True, published_at=NOW)
        first = make_post(needs_answer=True, published_at=NOW)
        calm = make_post(needs_answer=False, published_at=NOW + HOUR)
        reply = make_reply(first)
        further = make_post(needs_answer=True, published_at=NOW + 2 * HOUR)
        case = make_case(first_post_id=first.external_id)

        assert posts_of(case, [early, calm, reply, further, first]) == [first, early, further]

    def test_posts_before_the_case_are_not_its_own(self) -> None:
        before = make_post(needs_answer=True, published_at=NOW - HOUR)

        assert posts_of(make_case(), [before]) == []

    def test_posts_of_an_earlier_case_of_the_thread_are_not_its_own(self) -> None:
        theirs = make_post(needs_answer=True, published_at=NOW, ingested_at=NOW + HOUR)
        ours = make_post(needs_answer=True, published_at=NOW + HOUR, ingested_at=NOW + 3 * HOUR)

        assert posts_of(make_case(begins_after=NOW + 2 * HOUR), [theirs, ours]) == [ours]
