"""The audit trail, as administrators read it."""

import re

from sqlalchemy import text

from monitor.domain.access import Rank
from monitor.domain.audit import Deed, Entry
from monitor.web.audit import DEEDS, PAGE, details
from monitor.web.languages import catalog
from monitor.web.present import Wording
from monitor.wiring import App
from tests.make import NOW
from tests.web.conftest import LogIn, add_agent, words_of


def test_what_was_done_is_read_with_who_and_from_where(log_in: LogIn, monitor: App) -> None:
    anna = log_in("anna", Rank.ADMIN)
    add_agent(monitor, "ilze")
    anna.post("/people/ilze/rank", data={"rank": "lead"})
    said = words_of(anna.get("/audit").text)

    assert "anna changed what somebody may do ilze 127.0.0.1 after: lead; before: agent" in said.replace(
        "before: agent; after: lead", "after: lead; before: agent"
    )


def test_it_can_be_about_one_person(log_in: LogIn, monitor: App) -> None:
    anna = log_in("anna", Rank.ADMIN)
    add_agent(monitor, "ilze")
    add_agent(monitor, "juris")
    said = words_of(anna.get("/audit?about=ilze").text)

    assert "ilze" in said
    assert "juris" not in said


def test_it_is_read_page_by_page(log_in: LogIn, monitor: App) -> None:
    anna = log_in("anna", Rank.ADMIN)
    for number in range(PAGE):
        monitor.team.add(f"name{number}", by="root")
    first = anna.get("/audit").text
    older = re.search(r"/audit\?before=\d+", first)

    assert older is not None
    assert first.count("<tr>") == PAGE + 1
    assert "signed in" in words_of(anna.get(older[0]).text)
    assert "Older" not in words_of(anna.get(older[0]).text)


def test_a_trail_that_was_tampered_with_is_found_out(log_in: LogIn, monitor: App) -> None:
    anna = log_in("anna", Rank.ADMIN)
    assert "The trail is whole" in words_of(anna.get("/audit?check=1").text)
    with monitor.database.write() as session:
        session.execute(text("DROP TRIGGER audit_no_update"))
        session.execute(text("UPDATE audit SET actor = 'eve' WHERE id = 2"))

    assert "Entry 2 of the trail" in words_of(anna.get("/audit?check=1").text)


def test_entries_are_shown_and_do_nothing(log_in: LogIn) -> None:
    ilze = log_in("ilze")
    assert ilze.post("/people/<img src=x onerror=alert(1)>/disable").status_code == 403
    page = log_in("anna", Rank.ADMIN).get("/audit").text

    assert "asked for what is not allowed" in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img src=x" not in page


def test_what_an_entry_holds_is_said_in_words() -> None:
    entry = Entry(NOW, Deed.RANK_CHANGED, "anna", "ilze", None, {"before": "agent", "after": "admin", "mood": "good"})

    assert details(entry, Wording(NOW)) == "before: agent; after: administrator; mood: good"
    assert details(entry, Wording(NOW, "ru", catalog=catalog("ru"))).startswith("до: сотрудник; после: администратор")


def test_every_deed_has_words() -> None:
    assert set(DEEDS) == set(Deed)
