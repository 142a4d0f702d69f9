"""Everything that a search finds in one file, and a line about it in the audit trail."""

import csv
import io

from monitor.domain.audit import Deed
from monitor.wiring import App
from tests.web.api.conftest import Program
from tests.web.scene import add_case


def test_a_table_of_what_a_search_finds(monitor: App, program: Program) -> None:
    wanted = add_case(monitor, lang="lv", handle="=cmd", name="＝HYPERLINK(1)", text="@acme the secret words")
    add_case(monitor, lang="en")

    answer = program().get("exports/cases.csv", params={"q": "lang:lv"})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="cases-2026-03-02.csv"'
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert (row["case"], row["lang"]) == (str(wanted.id), "lv")
    assert (row["customer_handle"], row["customer_name"]) == ("'=cmd", "'＝HYPERLINK(1)")
    assert "secret" not in answer.text, "the words of posts are not exported"


def test_the_same_cases_as_json_each_once(monitor: App, program: Program) -> None:
    cases = [add_case(monitor, minutes=minutes).id for minutes in range(1, 8)]

    document = program().get("exports/cases.json").json()

    assert document["count"] == 7
    assert sorted(case["id"] for case in document["cases"]) == sorted(case or 0 for case in cases)
    assert document["cases"][0] == program().get(f"cases/{document['cases'][0]['id']}").json()["case"]


def test_nothing_found_is_a_whole_file_too(program: Program) -> None:
    assert program().get("exports/cases.json").json() == {"count": 0, "cases": []}
    assert program().get("exports/cases.csv").text.count("\r\n") == 1


def test_an_export_is_in_the_audit_trail(monitor: App, program: Program) -> None:
    add_case(monitor)
    program().get("exports/cases.csv", params={"q": "from:@somebody"})

    entry = monitor.team.trail()[0][1]

    assert (entry.deed, entry.actor, entry.address) == (Deed.EXPORTED, "ilze", "127.0.0.1")
    assert entry.detail == {"form": "csv", "cases": "0"}, "whom one searched for is nobody's business"


def test_a_wrong_search_is_a_problem_and_no_file(program: Program) -> None:
    for form in ("csv", "json"):
        answer = program().get(f"exports/cases.{form}", params={"q": "langg:lv"})
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
