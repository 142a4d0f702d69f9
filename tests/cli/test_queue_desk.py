"""`queue`, the rest of it: the next case, undo, labels, views and one deed to many cases, at the terminal."""

import json

import pytest

from tests.cli.conftest import Run
from tests.cli.test_queue import _agent, filled, listed, number_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("filled")


class TestSearch:
    def test_words_and_terms_narrow_the_list(self, run: Run) -> None:
        assert [c["handle"] for c in listed(run, "--search", "NESTRADA")] == ["anna_k"]
        assert [c["handle"] for c in listed(run, "--search", "-lang:lv is:unanswered")] == ["petar", "ivan77"]

    def test_a_wrong_search_says_where_and_what_instead(self, run: Run) -> None:
        result = run("queue", "list", "--search", "is:open cause:outge")

        assert result.exit_code == 1
        assert "At character 15: cause is never 'outge'; did you mean outage" in " ".join(result.stderr.split())


class TestNext:
    def test_two_people_are_given_two_cases(self, run: Run) -> None:
        mine = json.loads(run("queue", "next", "--json").stdout)["case"]["id"]
        theirs = json.loads(run("queue", "next", "--as", "petar", "--claim", "--json").stdout)["case"]

        assert str(mine) == number_of(run, "anna_k")
        assert (theirs["id"] != mine, theirs["assignee"]) == (True, "petar")

    def test_nothing_left_is_said(self, run: Run) -> None:
        for handle in ("anna_k", "petar", "ivan77"):
            run("queue", "claim", number_of(run, handle))

        assert "nothing is left" in run("queue", "next").stderr


class TestUndo:
    def test_it_walks_back_through_ones_own_history(self, run: Run) -> None:
        number = number_of(run, "petar")
        run("queue", "claim", number)
        run("queue", "tag", number, "--add", "VIP")
        run("queue", "claim", number_of(run, "anna_k"), "--as", "petar")

        assert run("queue", "undo").exit_code == 0
        assert listed(run, "--search", "label:vip") == []
        assert [c["handle"] for c in listed(run, "--assignee", "ilze")] == ["petar"]
        assert run("queue", "undo").exit_code == 0
        assert listed(run, "--assignee", "ilze") == []
        assert "nothing that still stands" in run("queue", "undo").stderr
        assert [c["handle"] for c in listed(run, "--assignee", "petar")] == ["anna_k"]

    def test_one_event_is_named(self, run: Run) -> None:
        number = number_of(run, "petar")
        run("queue", "resolve", number)
        events = json.loads(run("queue", "show", number, "--json").stdout)["events"]

        result = run("queue", "undo", number, events[-1]["key"])

        assert "is open" in result.stderr
        assert run("queue", "undo", number).exit_code == 2


class TestBulk:
    def test_it_counts_first_then_does_it_and_takes_it_all_back(self, run: Run) -> None:
        counted = run("queue", "bulk", "resolve", "--search", "lang:en")
        assert "2 cases; resolve them with --yes" in counted.stderr
        assert len(listed(run)) == 3

        done = json.loads(run("queue", "bulk", "resolve", "--search", "lang:en", "--yes", "--json").stdout)
        assert len(done["done"]) == 2
        assert [c["handle"] for c in listed(run)] == ["anna_k"]

        assert "taken back: 2 cases" in run("queue", "undo", "--bulk", done["bulk"]).stderr
        assert len(listed(run)) == 3

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (("resolve",), "say which"),
            (("assign", "--search", "is:live"), "assign needs somebody"),
            (("snooze", "--search", "is:live"), "snooze needs a moment"),
            (("tag", "--search", "is:live"), "needs a label"),
        ],
    )
    def test_what_is_missing_is_asked_for(self, run: Run, options: tuple[str, ...], words: str) -> None:
        result = run("queue", "bulk", *options)

        assert result.exit_code == 2
        assert words in " ".join(result.stderr.replace("│", " ").split())


class TestViews:
    def test_a_view_is_added_counted_and_removed(self, run: Run) -> None:
        run("queue", "views", "add", "Latvians", "lang:lv is:unanswered")
        run("queue", "views", "add", "Storm", "label:storm", "--team")

        found = json.loads(run("queue", "views", "list", "--json").stdout)["views"]
        by_name = {view["name"]: view for view in found}
        assert (by_name["Latvians"]["count"], by_name["Latvians"]["owner"]) == (1, "ilze")
        assert (by_name["Storm"]["count"], by_name["Storm"]["owner"]) == (0, None)
        assert by_name["unassigned"]["count"] == 3
        assert "Latvians (view" in run("queue", "views", "list").stdout

        assert run("queue", "views", "remove", str(by_name["Storm"]["id"])).exit_code == 1
        assert run("queue", "views", "remove", str(by_name["Latvians"]["id"])).exit_code == 0
        assert "Latvians" not in run("queue", "views", "list").stdout
