"""What is answered has every member of the noun, by its name, and nothing that is nobody's business."""

from dataclasses import fields

from monitor.domain.model import Account, Case, Deadline, Post
from monitor.services.desk_shapes import LoggedEvent, ThreadPost
from monitor.web.api import schemas
from monitor.web.api.schemas.cases import CaseInFull
from tests.make import make_account, make_assessment, make_case, make_event, make_post

LEFT_OUT = {
    Case: {
        "targets",  # the deadlines tell what was promised
        "opened_ingested_at", "first_reply_ingested_at", "waiting_post_id", "first_resolved_at",  # for reports
        "closed_through", "begins_after", "keeps_snooze",  # how the thread was read
        "tags",  # called labels
    },
    Post: {"in_reply_to_author", "repost_of", "needs_answer"},
    Account: set(),
    Deadline: {"warn_at"},
}  # fmt: skip
ADDED = {Case: {"due_at", "labels"}, Post: set(), Account: set(), Deadline: {"running"}}


def test_every_member_of_a_noun_is_told_or_left_out_on_purpose() -> None:
    for noun, hidden in LEFT_OUT.items():
        told = set(getattr(schemas, noun.__name__).model_fields)
        assert told == {field.name for field in fields(noun)} - hidden | ADDED[noun], noun.__name__


def test_a_case_is_told_with_its_deadlines_and_labels() -> None:
    told = schemas.Case.model_validate(make_case(id=17, version=3, tags=("vip",))).model_dump(mode="json")

    assert (told["id"], told["version"], told["labels"], told["status"]) == (17, 3, ["vip"], "open")
    assert told["due_at"] == told["deadlines"][0]["due_at"] == "2026-03-02T10:00:00Z"
    assert told["deadlines"][0]["running"] is True


def test_a_post_is_told_with_its_place_in_the_thread() -> None:
    item = ThreadPost(make_post(id=5), make_account(), make_assessment(), {"ilze": {"kind": "question"}}, waiting=True)

    told = schemas.ThreadPost.of(item).model_dump(mode="json")

    assert (told["post"]["id"], told["waiting"], told["ours"]) == (5, True, False)
    assert told["reviews"] == {"ilze": {"kind": "question"}}
    assert set(told["assessment"]["kind"]) == {"complaint", "question", "praise", "other"}


def test_a_post_of_nobody_we_know() -> None:
    told = schemas.PostInFull.of(ThreadPost(make_post(id=5), None))

    assert (told.author, told.assessment, told.reviews) == (None, None, {})


def test_an_event_says_whether_it_can_be_taken_back_and_keeps_its_changes_to_itself() -> None:
    logged = LoggedEvent(make_event(actor="ilze", changes={"status": ["open", "resolved"]}), True, "petar")
    from monitor.web.api.schemas.cases import _event

    told = _event(logged).model_dump(mode="json")

    assert (told["undoable"], told["undone_by"], told["actor"]) == (True, "petar", "ilze")
    assert "changes" not in told


def test_a_draft_is_never_told() -> None:
    assert not {"draft", "presence"} & set(CaseInFull.model_fields)
