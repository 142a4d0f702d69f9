"""Reply templates as a file, and the set that a new team is offered."""

from datetime import timedelta

import pytest

from monitor.config.templates import parse_templates, starters, written
from monitor.domain.composer import weighted_length
from monitor.domain.reply_check import Code, check
from monitor.domain.reply_template import Actions, Template, Then, blanks_of, fill, prefilled, validated
from monitor.errors import ConfigError

LANGUAGES = ("en", "bg", "lv", "ru")
STARTERS = starters()
TEXTS = [(one.name, lang, body) for one in STARTERS for lang, body in one.bodies.items()]


def test_what_is_written_is_read_back() -> None:
    odd = [
        Template("a", {"en": 'He said: "no"\nand #left', "lv": "yes", "ru": "нет: {{?что}}"}, "true"),
        Template("b", {}, actions=Actions(("no", "1"), "me", Then.SNOOZE, timedelta(minutes=90)), brand="acme"),
    ]

    assert parse_templates(written(odd)) == odd
    assert parse_templates(written(STARTERS)) == STARTERS


def test_json_is_read_too() -> None:
    (found,) = parse_templates('{"templates": [{"name": "a", "texts": {"en": "Hi"}}]}', owner="ilze")

    assert (found.owner, found.bodies) == ("ilze", {"en": "Hi"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("templates:\n  - nam: a", "nam"),
        ("templates:\n  - name: a\n    then: explode", "use nothing, resolve or snooze"),
        ("templates:\n  - name: a\n    snooze_for: 5", "no unit"),
        ("templates: [", "check the indentation"),
        ("{}", "templates"),
    ],
)
def test_a_wrong_file_says_where(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse_templates(text, "mine.yaml")


def test_the_starters_can_all_be_kept() -> None:
    assert [validated(one).name for one in STARTERS] == [one.name for one in STARTERS]
    assert len({one.name for one in STARTERS}) == len(STARTERS) >= 8


@pytest.mark.parametrize("one", [one for one in STARTERS if one.bodies], ids=lambda one: one.name)
def test_every_starter_speaks_all_our_languages_and_asks_the_same(one: Template) -> None:
    asked = {lang: sum(blank.asked for blank in blanks_of(body)) for lang, body in one.bodies.items()}

    assert set(asked) == set(LANGUAGES)
    assert len(set(asked.values())) == 1
    assert min(asked.values()) >= 2, "a template that asks for nothing is canned"


@pytest.mark.parametrize(("name", "lang", "body"), TEXTS, ids=[f"{name}-{lang}" for name, lang, _ in TEXTS])
def test_a_starter_leaves_room_for_what_a_person_writes(name: str, lang: str, body: str) -> None:
    bare = fill(prefilled(body, {"customer": "Anna"}), {}, {blank.name: "-" for blank in blanks_of(body)})

    assert weighted_length(bare) <= 200


@pytest.mark.parametrize(
    ("name", "lang", "body"),
    [each for each in TEXTS if each[0] in ("own-it", "late-parcel", "double-charge", "outage", "no-answer", "rude")],
)
def test_a_starter_owns_the_fault_and_apologises_and_sends_nobody_away(name: str, lang: str, body: str) -> None:
    asked = {blank.name: "12:00" for blank in blanks_of(body) if blank.asked}
    text = fill(body, {"customer": "Anna"}, asked)

    found = {w.code for w in check(text, lang=lang, mention="", customer_name="Anna")}

    bad = {Code.FAULT_NOT_OWNED, Code.FAULT_DENIED, Code.NO_APOLOGY, Code.SYMPATHY_ONLY, Code.BLAMES_CUSTOMER}
    assert not found & (bad | {Code.STOCK_PHRASE, Code.MOCKS, Code.CHANNEL_WITHOUT_REASON, Code.LINK})
