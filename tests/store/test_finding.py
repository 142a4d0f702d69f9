"""What a search finds: every key, turned round as well, rare things and common ones alike."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from classifiers.contract import Cause, Severity
from monitor.domain.model import Case, Post, Status
from monitor.domain.search import parse_search
from monitor.store import assessments, cases, finding, intake, queue
from monitor.store.db import Database
from monitor.store.finding import Asker
from tests.make import NOW, make_account, make_change, make_deadline, make_post, make_reply

HOUR = timedelta(hours=1)
ME = Asker("ilze", NOW)

Open = Callable[..., Case]


@pytest.fixture
def opens(database: Database) -> Open:
    """A case with its post and its author: `text`, `handle`, `name`, `followers` and the case's own fields."""

    def make(text: str = "hello", **fields: Any) -> Case:
        author = make_account(**{k: fields.pop(k) for k in ("handle", "name", "followers", "platform") if k in fields})
        post = make_post(author_id=author.external_id, text=text, platform=author.platform)
        with database.write() as session:
            intake.save_page(session, accounts=[author], posts=[post])
            change = make_change(
                first_post_id=post.external_id, customer_id=author.external_id, platform=author.platform, **fields
            )
            return cases.save_change(session, change)

    return make


def found(database: Database, text: str, asker: Asker = ME) -> list[int]:
    with database.read() as session:
        ids = queue.found_ids(session, parse_search(text), asker)
        assert queue.count(session, parse_search(text), asker) == len(ids)
        assert [row.case.id for row in queue.queue_page(session, parse_search(text), asker).rows] == ids
        return ids


def due(hours: float, **fields: Any) -> dict[str, Any]:
    return {"deadlines": (make_deadline(due_at=NOW + hours * HOUR, **fields),)}


@pytest.mark.parametrize("rare", [finding.RARE, 0], ids=["looked up", "walked"])
@pytest.mark.parametrize(
    ("search", "match", "other"),
    [
        ("is:open", {}, {"status": Status.WAITING}),
        ("is:waiting", {"status": Status.WAITING}, {}),
        ("is:snoozed", {"status": Status.SNOOZED, "snoozed_until": NOW + HOUR}, {}),
        ("is:closed", {"status": Status.RESOLVED}, {}),
        ("is:dismissed", {"status": Status.DISMISSED}, {"status": Status.DISMISSED, "merged_into": 1}),
        ("is:merged", {"status": Status.DISMISSED, "merged_into": 1}, {"status": Status.DISMISSED}),
        ("is:unanswered", {}, {"waiting_since": None}),
        ("is:answered", {"waiting_since": None, "first_reply_at": NOW}, {}),
        ("is:breached", due(-1, breached=True), due(1)),
        ("is:breaching", due(0.9), due(1.1)),
        ("is:mine", {"assignee": "ilze"}, {"assignee": "petar"}),
        ("assignee:me", {"assignee": "ilze"}, {"assignee": "petar"}),
        ("assignee:petar,maris", {"assignee": "maris"}, {"assignee": "ilze"}),
        ("is:assigned", {"assignee": "petar"}, {}),
        ("is:unassigned", {}, {"assignee": "petar"}),
        ("is:needs-human", {"needs_human": True}, {}),
        ("is:reopened", {"reopened": 1}, {}),
        ("status:waiting,snoozed", {"status": Status.WAITING}, {}),
        ("lang:lv,ru", {"lang": "ru"}, {"lang": None}),
        ("brand:other", {"brand": "other"}, {}),
        ("platform:mastodon", {"platform": "mastodon"}, {}),
        ("severity:blame,accusation", {"severity": Severity.BLAME}, {"severity": None}),
        ("cause:outage", {"causes": (Cause.OUTAGE, Cause.OTHER)}, {"causes": ()}),
        ("label:vip", {"tags": ("storm", "vip")}, {"tags": ("storm",)}),
        ("label:vip label:storm", {"tags": ("storm", "vip")}, {"tags": ("vip",)}),
        ("risk:>0.5", {"risk": 0.6}, {"risk": 0.5}),
        ("followers:>1000", {"followers": 1001}, {"followers": 1000}),
        ("followers:<=5", {"followers": 5}, {"followers": None}),
        ("from:@anna_k", {"handle": "Anna_K"}, {"handle": "anna_kk"}),
        ("opened:<7d", {"opened_at": NOW - 6 * 24 * HOUR}, {"opened_at": NOW - 8 * 24 * HOUR}),
        ("waiting:>=4h", {"waiting_since": NOW - 4 * HOUR}, {"waiting_since": NOW}),
        ("due:<2h", due(1), due(3)),
        ("due:>2h", due(3), {"deadlines": ()}),
        ("parcel", {"text": "Where is my PARCEL?"}, {"text": "a par cel"}),
        ("parc", {"text": "parcels"}, {"text": "subparcel"}),
        ('"parcel"', {"text": "my parcel!"}, {"text": "parcels"}),
        ('"is my par"', {"text": "it is my par."}, {"text": "is my parcel"}),
        ('"late again"', {"text": "late, AGAIN"}, {"text": "again late"}),
        ("нераб", {"text": "Интернет НЕ РАБОТАЕТ... НЕРАБОТАЕТ"}, {"text": "не работает"}),
        ("nestrada", {"text": "atkal NESTRĀDĀ"}, {"text": "strādā"}),
        ("anna", {"handle": "Anna_K"}, {"handle": "joanna"}),
        ("Anniņa", {"name": "Anniņa Kļava"}, {"name": "Anna"}),
    ],
)
def test_each_term_finds_what_it_says_and_turned_round_the_rest(
    database: Database,
    opens: Open,
    monkeypatch: pytest.MonkeyPatch,
    rare: int,
    search: str,
    match: dict[str, Any],
    other: dict[str, Any],
) -> None:
    monkeypatch.setattr(finding, "RARE", rare)
    wanted, unwanted = opens(**match).id, opens(**other).id

    assert found(database, search) == [wanted]
    if " " not in search or '"' in search:
        assert found(database, f"is:any -{search}") == [unwanted]


def test_terms_narrow_together(database: Database, opens: Open) -> None:
    match = opens("no signal again", lang="lv", tags=("vip",))
    opens("no signal again", lang="ru", tags=("vip",))
    opens("no signal", lang="lv")

    assert found(database, 'lang:lv "no signal" again label:vip -is:assigned') == [match.id]


def test_a_word_may_stand_in_any_post_of_the_thread(database: Database, opens: Open) -> None:
    case = opens("my parcel")
    first = Post(**{**_fields(make_post()), "external_id": case.first_post_id, "conversation_id": case.conversation_id})
    with database.write() as session:
        intake.save_page(session, accounts=[], posts=[make_reply(first, text="We are sorry: the courier is ill")])

    assert found(database, "parcel courier") == [case.id]
    assert found(database, '"parcel courier"') == []


def test_an_edited_post_is_found_by_its_new_words(database: Database, opens: Open) -> None:
    case = opens("my parcel")
    with database.write() as session:
        post = intake.post_by_key(session, "acme", "x", case.first_post_id)
        assert post is not None
        intake.save_page(session, accounts=[], posts=[make_post(**{**_fields(post), "id": None, "text": "my letter"})])

    assert found(database, "letter") == [case.id]
    assert found(database, "parcel") == []


def test_an_erased_post_is_found_no_more(database: Database, opens: Open) -> None:
    case = opens("my parcel", handle="anna_k")
    with database.write() as session:
        post = intake.post_by_key(session, "acme", "x", case.first_post_id)
        assert post is not None
        assert post.id is not None
        intake.erase(session, [post.id], NOW)

    assert found(database, "parcel") == found(database, "anna") == []
    assert found(database, "") == [case.id]


def test_needs_label_ends_when_somebody_has_said_what_it_is(database: Database, opens: Open) -> None:
    asked, said = opens(needs_human=True), opens(needs_human=True)
    with database.write() as session:
        post = intake.post_by_key(session, "acme", "x", said.first_post_id)
        assert post is not None
        assert post.id is not None
        assessments.save_review(session, post.id, "ilze", {"kind": "praise"}, NOW)

    assert found(database, "is:needs-label") == [asked.id]


def test_what_is_special_to_a_database_is_just_text(database: Database, opens: Open) -> None:
    case = opens("100% sure_thing 'quoted' OR near")

    for text in ("100%", "sure_thing", "_thing'", "'quoted'", '"OR near"', "sure_thing*"):
        assert found(database, text) == [case.id], text
    for text in ("100%x", "_thinx'", "near(x"):
        assert found(database, text) == [], text


def test_counts_stop_where_they_are_told_to(database: Database, opens: Open) -> None:
    for _ in range(5):
        opens()
    with database.read() as session:
        searches = [parse_search(""), parse_search("lang:lv"), parse_search("is:unassigned")]
        assert queue.counts(session, searches, ME, most=3) == [3, 0, 3]
        assert queue.counts(session, [], ME, most=3) == []
        assert queue.count(session, parse_search(""), ME) == 5


def _fields(post: Post) -> dict[str, Any]:
    return {name: getattr(post, name) for name in post.__slots__}
