"""Every reason that triage can give is said in the language of the reader."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

import classifiers.verdict
from classifiers.contract import Cause, Churn, Kind, Severity, Threat
from classifiers.escalation import PARTS
from monitor.domain.triage import Context, Rules, triage, unreadable
from monitor.web.languages import catalog
from monitor.web.present import Wording
from monitor.web.reasons import reason, recognised
from tests.make import NOW, make_assessment

RULES = Rules(complaint=0.5, label=0.5)
CALM = Context(now=NOW, published_at=NOW)
HARD = Context(
    now=NOW,
    published_at=NOW - timedelta(hours=5),
    followers=120_000,
    reposts=40,
    earlier_complaints=[NOW - timedelta(days=1), NOW - timedelta(days=2), NOW - timedelta(days=3)],
    untagged=True,
)
LONG_AGO = Context(now=NOW, published_at=NOW - timedelta(days=3))


def say(language: str) -> Wording:
    return Wording(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), language, catalog=catalog(language))


def given() -> Iterator[str]:
    """What triage says of all kinds of posts in all kinds of situations."""
    for severity, churn, context in product(Severity, Churn, (CALM, HARD, LONG_AGO)):
        loud = make_assessment(
            severity=severity,
            churn=churn,
            causes=dict.fromkeys(Cause, 0.9),
            threats=dict.fromkeys(Threat, 0.9),
            escalation_parts={"base": -5.0, **dict.fromkeys(PARTS, 1.0)},
        )
        yield from triage(loud, context, RULES).reasons
    for part in PARTS:
        yield from triage(make_assessment(escalation_parts={part: 2.0}), HARD, RULES).reasons
    for kind, escalation in product(Kind, (0.1, 0.9)):
        yield from triage(make_assessment(kind=kind, escalation=escalation), HARD, RULES).reasons
    torn = {Kind.COMPLAINT: 0.4, Kind.QUESTION: 0.4, Kind.PRAISE: 0.1, Kind.OTHER: 0.1}
    yield from triage(make_assessment(kind=torn, escalation=0.1), CALM, RULES).reasons
    yield from unreadable(CALM, RULES).reasons
    for why in (*abstaining(), None):
        yield from triage(make_assessment(abstained=True, abstain_reason=why), CALM, RULES).reasons


def abstaining() -> list[str]:
    """Why the model does not know, as its source says it."""
    source = Path(str(classifiers.verdict.__file__)).read_text(encoding="utf-8")
    sentences = re.findall(r'(?:AbstainCode\.\w+, |reason = f)"([^"]+)"', source)
    assert len(sentences) == 4
    return [sentence.replace("{language}", "et") for sentence in sentences]


# A post that needs no case says only what it is, and nobody sees that.
ONLY_FOR_NO_CASE = re.compile(r"(?:praise|other|complaint|question) \d+%")
REASONS = sorted({each for each in given() if not ONLY_FOR_NO_CASE.fullmatch(each) or each.startswith("question")})


def test_there_is_something_to_look_at() -> None:
    assert len(REASONS) > 40


@pytest.mark.parametrize("sentence", REASONS)
def test_every_reason_of_triage_is_known(sentence: str) -> None:
    assert recognised(sentence)


@pytest.mark.parametrize("sentence", abstaining())
def test_so_is_why_the_model_does_not_know(sentence: str) -> None:
    assert recognised(sentence)


@pytest.mark.parametrize("language", ["bg", "ru"])
@pytest.mark.parametrize("sentence", REASONS)
def test_no_english_word_is_left_in_it(sentence: str, language: str) -> None:
    assert re.findall(r"[A-Za-z]+", reason(sentence, say(language))) == []


@pytest.mark.parametrize("sentence", REASONS)
def test_in_latvian_it_is_said_otherwise_too(sentence: str) -> None:
    assert reason(sentence, say("lv")) != sentence


@pytest.mark.parametrize(
    ("sentence", "language", "said"),
    [
        ("risk 62%: threat of a regulator +2.1, 3rd contact +1.0", "lv",
         "risks 62%: draudi ar uzraugu +2,1, 3. vēršanās reize +1,0"),
        ("risk 62%: safety of the bees +2.1", "lv", "risks 62%: safety of the bees +2,1"),
        ("writes for the 22nd time in 14 days", "ru", "пишет 22-й раз за 14 дней"),
        ("writes for the 2nd time in 1 days", "ru", "пишет 2-й раз за 1 день"),
        ("12,345 followers", "bg", "12\xa0345 последователи"),
        ("12,341 followers", "ru", "12\xa0341 подписчик"),
        ("passed on 22 times", "ru", "репосты: 22 раза"),
        ("was waiting 3 days before we saw it", "lv", "gaidīja 3 dienas, līdz to pamanījām"),
        ("about slow response, billing refund", "bg", "за: бавен отговор, сметка или връщане на пари"),
        ("about the weather", "bg", "за: the weather"),
        ("blames us (87%)", "ru", "винит нас (87\xa0%)"),
        ("the model does not know: too little text", "ru", "модель не знает: слишком мало текста"),
        ("the model does not know: language et is not one the model was trained in", "lv",
         "modelis nezina: modelis nav apmācīts šai valodai (igauņu)"),
        ("praise 60%, but a person should look", "bg", "Похвала 60%, но трябва да погледне човек"),
    ],
)  # fmt: skip
def test_numbers_labels_and_languages_are_said_too(sentence: str, language: str, said: str) -> None:
    assert reason(sentence, say(language)).replace("\xa0%", "%") == said.replace("\xa0%", "%")


@pytest.mark.parametrize("sentence", ["", "a rule of our own", "risk: high", "100%", "<b>blames us</b> (7%)"])
def test_a_reason_of_another_making_is_left_as_it_is(sentence: str) -> None:
    assert reason(sentence, say("lv")) == sentence


@pytest.mark.parametrize(
    "sentence", ["writes for the 3rd time in 14 days", "12,345 followers", "blames us (87%)", "too close to call"]
)
def test_in_english_it_stays_what_it_was(sentence: str) -> None:
    assert reason(sentence, say("en")) == sentence


def test_in_english_labels_are_said_as_everywhere_on_the_page() -> None:
    assert reason("about billing refund, other", say("en")) == "about billing or refund, something else"
