"""The fence: what may leave in a log line, from our own code and from the libraries under it."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from classifiers.contract import Kind
from monitor import log
from monitor.errors import SourceError

TEXT = "Why does nobody answer me, this is the third canary day!"
TOKEN = "AAAAAAAAAAAAAAAAAAAAAcanaryTOKEN%3Dabc"
HANDLE = "@canary_customer"


class Lines:
    """What was logged, as JSON objects and as one text."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def last(self) -> dict[str, Any]:
        return self.all[-1]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Logging set up as in the daemon; everything is as it was before afterwards."""
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in ("monitor", "classifiers")]
    before = (root.level, root.handlers[:], [logger.level for logger in ours])
    captured = Lines()
    log.set_up("debug", "json", captured.stream)
    yield captured
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    for logger, level in zip(ours, before[2], strict=True):
        logger.setLevel(level)
    structlog.contextvars.clear_contextvars()


logger = log.get("monitor.test")


def test_a_line_says_when_how_serious_who_and_what(lines: Lines) -> None:
    logger.info("page_stored", stream="acme:mentions:1", stored=100)
    assert list(lines.last)[:4] == ["at", "level", "logger", "event"]
    assert {
        "level": "info",
        "logger": "monitor.test",
        "event": "page_stored",
        "stored": 100,
    }.items() <= lines.last.items()
    assert datetime.fromisoformat(lines.last["at"]).tzinfo is not None


def test_ids_counts_moments_and_lengths_pass(lines: Lines) -> None:
    logger.info(
        "e",
        case=12,
        share=0.5,
        done=True,
        nothing=None,
        external_id="1998877665544332211",
        stream="x/acme:mentions",
        at_=datetime(2026, 3, 2, tzinfo=UTC),
        took=timedelta(seconds=3),
        file=Path("var/m.db"),
        kind=Kind.COMPLAINT,
        ids=[1, 2],
    )
    assert lines.last["external_id"] == "1998877665544332211"
    assert lines.last["stream"] == "x/acme:mentions"
    assert (lines.last["took"], lines.last["file"], lines.last["kind"]) == ("0:00:03", "var/m.db", "complaint")
    assert (lines.last["case"], lines.last["nothing"], lines.last["done"], lines.last["ids"]) == (
        12,
        None,
        True,
        [1, 2],
    )


@pytest.mark.parametrize(
    "key",
    [
        "text", "texts", "body", "payload", "content", "message", "reply", "draft", "note",
        "handle", "author", "author_name", "username", "screen_name", "customer", "email",
        "token", "bearer_token", "access_token_secret", "password", "authorization", "headers", "Authorization",
    ],
)  # fmt: skip
def test_a_private_key_hides_whatever_it_holds(lines: Lines, key: str) -> None:
    for value in (TEXT, "canary", ["canary"], {"a": "canary"}):
        logger.info("e", **{key: value})
        assert lines.last[key] == log.HIDDEN
    assert "canary" not in lines.text


def test_a_count_under_a_private_key_is_a_count(lines: Lines) -> None:
    logger.info("e", posts=5, texts=0)
    assert (lines.last["posts"], lines.last["texts"]) == (5, 0)


def test_words_under_any_other_key_are_hidden(lines: Lines) -> None:
    logger.info("e", whatever=TEXT, cyrillic="Ужас", mark="канарейка", items=[TEXT, 5], nested={"deep": {"er": TEXT}})
    assert "canary" not in lines.text
    assert "Ужас" not in lines.text
    assert lines.last["items"] == [log.HIDDEN, 5]


def test_an_unknown_object_is_named_by_its_type_only(lines: Lines) -> None:
    @dataclass
    class Holder:
        words: str = TEXT

    logger.info("e", thing=Holder(), raw=TEXT.encode(), failure=ValueError(TEXT))
    assert lines.last["thing"] == "[hidden Holder]"
    assert lines.last["failure"] == "ValueError"
    assert "canary" not in lines.text


@pytest.mark.parametrize(
    "sentence",
    [
        f"refused Bearer {TOKEN}",
        f"refused {TOKEN}",
        f"asked {HANDLE} again",
        "asked at https://api.x.com/2/users?token=canary&q=canary",
        "postgresql://monitor:canary@db/monitor is away",
        'oauth_token="canary", oauth_signature="canary"',
        "access_token=canary",
        "wrote to ann.canary@example.com",
        "1234567890-canaryCANARYcanaryCANARY12345",
        "eyJcanaryabcdefgh.canaryabcdefgh.canary",
    ],
)
def test_tokens_handles_and_addresses_are_cut_out_of_our_own_sentences(lines: Lines, sentence: str) -> None:
    logger.warning("failed", error=SourceError(sentence))
    logger.warning(sentence)
    assert "canary" not in lines.text.lower()
    assert len(lines.all) == 2


def test_a_sentence_of_ours_is_kept_otherwise(lines: Lines) -> None:
    logger.warning("failed", error=SourceError("X did not answer within 20 s"))
    assert lines.last["error"] == "X did not answer within 20 s"


def test_a_line_break_cannot_forge_a_second_line(lines: Lines) -> None:
    logger.warning("failed", error=SourceError('one\n{"event": "forged"}'))
    assert len(lines.text.splitlines()) == 1


def test_a_traceback_shows_where_but_not_what(lines: Lines) -> None:
    def break_down(text: str) -> None:
        raise ValueError(f"cannot read {text}")

    try:
        try:
            break_down(TEXT)
        except ValueError as error:
            raise SourceError("one page was not understood") from error
    except SourceError:
        logger.exception("job_failed")
    story = lines.last["exception"]
    assert "canary" not in lines.text
    assert "test_log.py" in story
    assert "in break_down" in story
    assert story.index("ValueError") < story.index("SourceError: one page was not understood")


def test_an_exception_may_be_handed_over(lines: Lines) -> None:
    logger.error("job_broke", exc_info=ValueError(TEXT))
    assert lines.last["exception"] == "ValueError"


def test_a_suppressed_cause_stays_suppressed(lines: Lines) -> None:
    try:
        try:
            raise KeyError("a")
        except KeyError:
            raise SourceError("b") from None
    except SourceError:
        logger.exception("e")
    assert "KeyError" not in lines.last["exception"]


def test_context_is_on_every_line_of_its_block_and_no_other(lines: Lines) -> None:
    with log.context(job="sweep", text=TEXT):
        logger.info("inside")
    logger.info("outside")
    assert [line.get("job") for line in lines.all] == ["sweep", None]
    assert "canary" not in lines.text


class TestLibraries:
    @pytest.mark.parametrize(
        "name",
        [
            "tweepy.client",
            "urllib3.connectionpool",
            "requests_oauthlib.oauth1_auth",
            "oauthlib",
            "httpx",
            "sqlalchemy.engine",
        ],
    )
    def test_their_chatter_is_not_heard_even_when_ours_is(self, lines: Lines, name: str) -> None:
        logging.getLogger(name).debug("Headers: %s", {"Authorization": f"Bearer {TOKEN}"})
        logging.getLogger(name).info("GET /2/users?token=%s", TOKEN)
        assert lines.text == ""

    def test_their_warnings_are_heard_without_what_they_quote(self, lines: Lines) -> None:
        other = logging.getLogger("tweepy.client")
        other.warning("Request failed: %s %s after %d tries", {"Authorization": TOKEN}, TEXT, 3)
        other.warning("Unexpected parameter: %(text)s", {"text": TEXT})
        other.warning(f"Bearer {TOKEN} was refused for {HANDLE}")
        assert "canary" not in lines.text.lower()
        assert lines.all[0]["event"].endswith("after 3 tries")
        assert len(lines.all) == 3

    def test_a_message_that_does_not_fit_its_values_still_arrives(self, lines: Lines) -> None:
        logging.getLogger("other").warning("%d posts", TEXT)
        assert "posts" in lines.last["event"]
        assert "canary" not in lines.text

    def test_their_tracebacks_are_fenced_too(self, lines: Lines) -> None:
        try:
            raise RuntimeError(TEXT)
        except RuntimeError:
            logging.getLogger("apscheduler.executors.default").exception('Job "%s" raised an exception', "sweep")
        assert lines.last["event"] == 'Job "sweep" raised an exception'
        assert "RuntimeError" in lines.last["exception"]
        assert "canary" not in lines.text

    def test_an_event_of_another_type_is_no_hole(self, lines: Lines) -> None:
        logging.getLogger("other").warning(ValueError(TEXT))
        logging.getLogger("other").warning({"text": TEXT})
        logging.getLogger("other").warning(object(), TEXT)
        assert "canary" not in lines.text
        assert [line["event"] for line in lines.all] == ["ValueError", "{'text': '[hidden]'}", "[hidden object]"]


class TestSettingUp:
    def test_our_level_is_respected(self, lines: Lines) -> None:
        log.set_up("warning", "json", lines.stream)
        logger.info("quiet")
        logger.warning("loud")
        assert [line["event"] for line in lines.all] == ["loud"]

    def test_setting_up_twice_does_not_double_the_lines(self, lines: Lines) -> None:
        log.set_up("info", "json", lines.stream)
        logger.info("once")
        assert len(lines.all) == 1

    def test_without_a_terminal_it_is_json_and_pretty_when_asked_for(self, lines: Lines) -> None:
        stream = io.StringIO()
        log.set_up("info", "auto", stream)
        logger.info("e")
        assert stream.getvalue().startswith("{")
        log.set_up("info", "pretty", stream)
        logger.info("page_stored", posts=5, text=TEXT)
        assert "page_stored" in stream.getvalue().splitlines()[-1]
        assert "canary" not in stream.getvalue()

    def test_a_terminal_gets_pretty_lines(self, lines: Lines) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        stream = Terminal()
        log.set_up("info", "auto", stream)
        logger.info("page_stored")
        assert not stream.getvalue().startswith("{")

    def test_standard_output_belongs_to_data_even_before_setting_up(self) -> None:
        program = "from monitor import log; log.get('monitor.x').warning('early', text='canary')"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
        assert done.stdout == ""
        assert "early" in done.stderr
        assert "canary" not in done.stderr
