"""The table of keys: what it may hold, switching it off, and giving an action another key."""

from collections import Counter

import pytest

from monitor.web.keys import KEYS, BadKey, Group, key_table, remapped


class TestTheTable:
    def test_every_action_and_every_key_is_there_once(self) -> None:
        assert [does for does, n in Counter(key.does for key in KEYS).items() if n > 1] == []
        assert [one for one, n in Counter(key.key for key in KEYS).items() if n > 1] == []

    def test_no_key_hides_a_sequence(self) -> None:
        starts = {key.key.split(" ")[0] for key in KEYS if " " in key.key}

        assert starts & {key.key for key in KEYS} == set()

    def test_nothing_is_bound_to_alt_or_the_apostrophe_and_only_two_to_ctrl(self) -> None:
        assert [key.key for key in KEYS if "Alt" in key.key or key.key == "'"] == []
        assert sorted(key.key for key in KEYS if key.key.startswith("Ctrl")) == ["Ctrl+Enter", "Ctrl+k"]

    @pytest.mark.parametrize(
        ("key", "does"),
        [
            ("j", "next"), ("k", "previous"), ("o", "open"), ("u", "back"), ("n", "take-next"), ("y", "accept"),
            ("c", "complaint"), ("h", "not-complaint"), ("1", "cause-1"), ("9", "cause-9"), ("e", "resolve"),
            ("Shift+E", "resolve-next"), ("a", "assign"), ("i", "claim"), ("r", "reply"), ("m", "note"),
            ("t", "template"), ("s", "snooze"), ("x", "select"), ("z", "undo"), ("l", "tags"), ("p", "severity"),
            ("/", "search"), ("g q", "go-all"), ("g m", "go-mine"), ("g s", "go-snoozed"), ("g l", "go-needs-label"),
            ("[", "previous-post"), ("]", "next-post"), (".", "row-menu"), ("?", "help"), ("Ctrl+k", "palette"),
            ("Escape", "escape"), ("Ctrl+Enter", "send"),
        ],
    )  # fmt: skip
    def test_the_promised_keys_do_what_was_promised(self, key: str, does: str) -> None:
        assert {one.key: one.does for one in KEYS}[key] == does

    def test_every_key_stands_under_a_heading(self) -> None:
        assert {key.group for key in KEYS} == set(Group)


class TestPreferences:
    def test_switched_off_only_those_that_close_send_and_find_are_left(self) -> None:
        assert {key.does for key in key_table({"keys": "off"})} == {"palette", "escape", "send"}

    def test_an_action_gets_another_key(self) -> None:
        chosen = remapped({}, "resolve", "Shift+R")

        table = {key.does: key.key for key in key_table(chosen)}
        assert table["resolve"] == "Shift+R"
        assert table["next"] == "j"

    @pytest.mark.parametrize("key", ["", "'", "Alt+e", "Ctrl+e", "Tab", "ее", "e e e", "Shift+Ctrl+e", "F5", "x" * 40])
    def test_what_is_no_key_is_refused_with_a_reason(self, key: str) -> None:
        with pytest.raises(BadKey, match="key"):
            remapped({}, "resolve", key)

    def test_a_key_that_is_taken_is_refused_and_its_owner_named(self) -> None:
        with pytest.raises(BadKey, match="Next case"):
            remapped({}, "resolve", "j")

    def test_a_key_that_begins_a_sequence_is_taken_too(self) -> None:
        with pytest.raises(BadKey):
            remapped({}, "resolve", "g")
        with pytest.raises(BadKey):
            remapped({}, "go-all", "j q")

    def test_a_freed_key_can_be_given_away(self) -> None:
        freed = remapped({}, "next", "Shift+N")

        assert remapped(freed, "resolve", "j") == {"key.resolve": "j"}

    @pytest.mark.parametrize("does", ["escape", "palette", "cause-1", "fly"])
    def test_fixed_keys_stay(self, does: str) -> None:
        with pytest.raises(BadKey):
            remapped({}, does, "q")
