"""Reading files of posts line by line: packings, tables, and the many ways in which a line can be broken."""

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.sources.replay_lines import FileDamaged, Record, is_table, read_records


def write(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def records(path: Path, data: str | bytes) -> list[Record]:
    return list(read_records(write(path, data)))


def errors(found: list[Record]) -> dict[int, str]:
    return {record.line: record.error for record in found if record.error is not None}


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    return tmp_path / "posts.jsonl"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "posts.csv"


def test_json_lines_come_with_their_line_and_their_bytes(jsonl: Path) -> None:
    first, second = records(jsonl, '{"id": 1}\n{"id": 2, "text": "čau"}\n')
    assert (first.line, first.raw, first.fields) == (1, b'{"id": 1}', {"id": 1})
    assert (second.line, second.fields["text"]) == (2, "čau")


def test_empty_lines_count_as_lines_but_are_no_records(jsonl: Path) -> None:
    assert [record.line for record in records(jsonl, '\n{"id": 1}\n   \n\n{"id": 2}\n\n')] == [2, 5]


def test_a_last_line_without_an_end_is_read(jsonl: Path) -> None:
    assert [record.fields for record in records(jsonl, '{"id": 1}\n{"id": 2}')] == [{"id": 1}, {"id": 2}]


def test_an_empty_file_has_no_records(jsonl: Path, table: Path) -> None:
    assert records(jsonl, "") == []
    assert records(table, "") == []


def test_lines_of_another_system_and_a_byte_order_mark_do_no_harm(jsonl: Path) -> None:
    assert [record.fields for record in records(jsonl, b'\xef\xbb\xbf{"id": 1}\r\n{"id": 2}\r\n')] == [
        {"id": 1},
        {"id": 2},
    ]


def test_line_separators_inside_a_text_end_no_line(jsonl: Path) -> None:
    text = "one\u2028two\u2029three\x85four"
    (record,) = records(jsonl, json.dumps({"text": text}, ensure_ascii=False))
    assert record.fields == {"text": text}


@pytest.mark.parametrize(
    "line, reason",
    [
        (b'{"id": 1', "not JSON"),
        (b"just words", "not JSON"),
        (b'["id", 1]', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"id": "caf\xe9"}', "not UTF-8 at byte 12"),
        (b"[" * 200_000, "not JSON"),
        (b'{"id": ' + b"9" * 5000 + b"}", "not JSON"),
    ],
)
def test_a_broken_line_is_handed_on_with_its_reason_and_the_next_one_follows(
    jsonl: Path, line: bytes, reason: str
) -> None:
    before, broken, after = records(jsonl, b'{"id": 1}\n' + line + b'\n{"id": 3}\n')
    assert (broken.line, broken.raw, dict(broken.fields)) == (2, line, {})
    assert broken.error is not None
    assert broken.error.startswith(reason)
    assert (before.fields, after.fields) == ({"id": 1}, {"id": 3})


def test_reasons_never_quote_the_line(jsonl: Path) -> None:
    assert "secret" not in errors(records(jsonl, '{"text": "my secret", oops}'))[1]


@pytest.mark.parametrize("ending, pack", [(".gz", gzip.compress), (".xz", lzma.compress), (".bz2", bz2.compress)])
@pytest.mark.parametrize(
    "name, data",
    [
        ("a.jsonl", '{"id": "1", "text": "labi"}\n'),
        ("a.csv", "id,text\n1,labi\n"),
        ("a", '{"id": "1", "text": "labi"}'),
    ],
)
def test_packed_files_are_unpacked_by_their_ending(
    tmp_path: Path, name: str, data: str, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    (record,) = records(tmp_path / (name + ending), pack(data.encode()))
    assert record.fields == {"id": "1", "text": "labi"}


@pytest.mark.parametrize("name", ["a.csv", "A.CSV", "a.tsv", "a.csv.gz", "a.b.csv.xz"])
def test_tables_are_known_by_their_ending(name: str) -> None:
    assert is_table(Path(name))


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a", "csv", "a.csv.jsonl", "a.gz"])
def test_everything_else_is_json_lines(name: str) -> None:
    assert not is_table(Path(name))


@pytest.mark.parametrize("ending, pack", [(".gz", gzip.compress), (".xz", lzma.compress), (".bz2", bz2.compress)])
def test_a_packed_file_that_was_cut_off_is_refused_by_name(
    tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]
) -> None:
    lines = "".join(json.dumps({"id": n, "text": f"post {n * n}"}) + "\n" for n in range(2000))
    packed = pack(lines.encode())
    with pytest.raises(FileDamaged, match=r"posts\.jsonl.* cannot be read past line \d+"):
        records(tmp_path / f"posts.jsonl{ending}", packed[: len(packed) // 2])


def test_a_file_that_only_pretends_to_be_packed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileDamaged, match="cannot be read past line 0"):
        records(tmp_path / "posts.jsonl.gz", '{"id": 1}\n')


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read_records(tmp_path / "nothing.jsonl"))


def test_the_rows_of_a_table_are_named_by_its_first_line(table: Path) -> None:
    first, second = records(table, "id,text\n1,hello\n2,čau\n")
    assert (first.line, first.fields) == (2, {"id": "1", "text": "hello"})
    assert (second.line, second.fields) == (3, {"id": "2", "text": "čau"})


def test_a_table_may_be_separated_by_tabs(tmp_path: Path) -> None:
    (record,) = records(tmp_path / "posts.tsv", "id\ttext\n1\tone, two\n")
    assert record.fields == {"id": "1", "text": "one, two"}


def test_a_row_over_several_lines_stands_on_the_line_it_begins_on(table: Path) -> None:
    first, second = records(table, 'id,text\n1,"one\ntwo\n\nfour, ""five"""\n2,next\n')
    assert (first.line, first.fields["text"]) == (2, 'one\ntwo\n\nfour, "five"')
    assert first.raw == b'1,"one\ntwo\n\nfour, ""five"""'
    assert (second.line, second.fields["text"]) == (6, "next")


def test_empty_lines_between_rows_are_passed_over(table: Path) -> None:
    assert [(r.line, r.fields["id"]) for r in records(table, "id,text\n\n1,a\n\n\n2,b\n")] == [(3, "1"), (6, "2")]


def test_a_row_with_too_many_or_too_few_columns_is_rejected(table: Path) -> None:
    found = records(table, "id,text\n1,a,b\n2\n3,c\n")
    assert errors(found) == {2: "3 columns instead of 2", 3: "1 columns instead of 2"}
    assert found[-1].fields == {"id": "3", "text": "c"}


def test_a_row_that_is_no_utf_8_is_rejected_with_its_own_bytes(table: Path) -> None:
    found = records(table, b"id,text\n1,caf\xe9\n2,fine\n")
    assert errors(found) == {2: "not UTF-8 at byte 6"}
    assert found[0].raw == b"1,caf\xe9"
    assert found[1].fields["text"] == "fine"


def test_a_quote_that_is_never_closed_does_not_swallow_the_file(table: Path) -> None:
    rows = "".join(f"{n},fine words in a row of some length\n" for n in range(2, 60_000))
    found = records(table, 'id,text\n1,"never closed\n' + rows)
    assert set(errors(found)) == {2}
    assert errors(found)[2].startswith("not CSV: field larger")
    assert found[-1].fields["id"] == "59999"


def test_a_table_whose_first_line_is_broken_is_refused(table: Path) -> None:
    with pytest.raises(FileDamaged, match="does not name the columns"):
        records(table, 'id,"' + "x" * 1_100_000)
