"""What surrounds a post when it is triaged."""

from datetime import timedelta

from classifiers.contract import Kind
from monitor.domain.handling import Handlings
from monitor.domain.model import Account, Post
from monitor.domain.triage import Context
from monitor.services.surroundings import Surroundings
from monitor.store import assessments, intake
from monitor.store.db import Database
from tests.make import NOW, make_assessment
from tests.services.conftest import MakePost


def context(database: Database, handlings: Handlings, post: Post) -> Context:
    with database.read() as session:
        return Surroundings(session, handlings, [post]).of(post)


def store(database: Database, *posts: Post, kind: Kind = Kind.COMPLAINT, model: str = "one", hours: int = 0) -> None:
    with database.write() as session:
        saved = intake.save_page(session, accounts=[Account("x", "anna", "anna", followers=50)], posts=posts).new
        found = saved or tuple(intake.posts_by_key(session, map(intake.post_key, posts)).values())
        verdicts = [(post.id, make_assessment(kind=kind, model=model)) for post in found if post.id is not None]
        assessments.save_assessments(session, verdicts, NOW + timedelta(hours=hours))


def test_the_moments_and_the_reach_are_those_of_the_post(
    database: Database, handlings: Handlings, says: MakePost
) -> None:
    post = says("complaint", 5, reach={"reposts": 3})
    store(database, post)

    found = context(database, handlings, post)

    assert (found.now, found.published_at) == (post.ingested_at, post.published_at)
    assert (found.followers, found.reposts, found.untagged) == (50, 3, False)


def test_an_author_whom_nobody_knows_has_no_followers_that_we_know_of(
    database: Database, handlings: Handlings, says: MakePost
) -> None:
    assert context(database, handlings, says("complaint", author_id="stranger")).followers is None


def test_other_threads_of_the_author_are_earlier_complaints_and_the_same_thread_is_not(
    database: Database, handlings: Handlings, says: MakePost
) -> None:
    post = says("complaint", 5)
    store(database, says("complaint", -60), says("complaint", -9, conversation_id=post.conversation_id), post)

    assert context(database, handlings, post).earlier_complaints == [NOW - timedelta(hours=1)]


def test_what_a_later_version_does_not_call_a_complaint_counts_no_more(
    database: Database, handlings: Handlings, says: MakePost
) -> None:
    earlier = says("so so", -60)
    store(database, earlier, kind=Kind.COMPLAINT, model="old")
    assert context(database, handlings, says("complaint")).earlier_complaints

    store(database, earlier, kind=Kind.OTHER, model="new", hours=1)

    assert context(database, handlings, says("complaint")).earlier_complaints == []
