"""`classify`: one verdict a line, in order, whatever the lines hold."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

import classifiers.load
from classifiers.contract import Kind
from monitor.cli.classify import parse
from monitor.cli.outcome import ExitCode
from tests.classifiers.checkpoints import save_sequence_classifier
from tests.cli.conftest import Run
from tests.fakes import FakeClassifier

KEYS = {
    "id", "lang", "kind", "sentiment", "severity", "causes", "stage", "churn", "threats", "escalation", "abstained",
    "abstain_reason", "abstain_code", "model",
}  # fmt: skip
Classify = Callable[..., tuple[Result, list[dict[str, Any]]]]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> FakeClassifier:
    fake = FakeClassifier()
    monkeypatch.setattr(classifiers.load, "load", lambda *_args, **_options: fake)
    return fake


@pytest.fixture
def classify(run: Run, folder: Path, model: FakeClassifier) -> Classify:
    """Classify these lines: the result of the command, and the objects that it wrote."""

    def invoke(content: str | bytes, *options: str) -> tuple[Result, list[dict[str, Any]]]:
        data = content.encode() if isinstance(content, str) else content
        (folder / "posts.jsonl").write_bytes(data)
        result = run("classify", "--input", "posts.jsonl", "--output", "out.jsonl", *options)
        written = (folder / "out.jsonl").read_text(encoding="utf-8") if (folder / "out.jsonl").exists() else ""
        return result, [json.loads(line) for line in written.splitlines()]

    return invoke


def lines(*items: object) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def test_every_line_gets_its_verdict_in_order(classify: Classify) -> None:
    posts = [{"id": i, "text": "complaint" if i % 2 else "thanks"} for i in range(200)]
    result, verdicts = classify(lines(*posts))
    assert result.exit_code == ExitCode.OK
    assert [verdict["id"] for verdict in verdicts] == list(range(200))
    assert [verdict["kind"]["label"] for verdict in verdicts] == ["praise", "complaint"] * 100


def test_a_verdict_has_the_documented_keys(classify: Classify) -> None:
    _, (complaint, praise) = classify(lines({"text": "complaint", "lang": "lv", "id": "a"}, {"text": "thanks"}))
    assert set(complaint) == set(praise) == KEYS
    assert (complaint["id"], complaint["lang"], complaint["model"]) == ("a", "lv", "fake-1")
    assert set(complaint["kind"]["p"]) == {kind.value for kind in Kind}
    assert set(complaint["severity"]) == {"label", "p"}
    assert (praise["id"], praise["severity"]) == (None, None)
    assert complaint["abstained"] is False


def test_texts_go_to_the_model_in_batches(classify: Classify, model: FakeClassifier) -> None:
    classify(lines(*[{"text": "x"}] * 25), "--batch", "10")
    assert model.batches == [10, 10, 5]


def test_standard_output_stays_empty_and_the_sum_is_talk(classify: Classify) -> None:
    result, _ = classify(lines({"text": "x"}))
    assert result.stdout == ""
    assert "1 texts classified by fake-1" in result.stderr


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"{}", '"text" must hold a text'),
        (b'{"text": null}', '"text" must hold a text'),
        (b'{"text": 5}', '"text" must hold a text'),
        (b'{"text": "x", "lang": 5}', '"lang" must hold a text or null'),
        (b'{"text": "x", "brand": []}', '"brand" must hold a text or null'),
        (b'{"text": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "not JSON: too deep"),
    ],
)
def test_a_bad_line_is_named_keeps_its_place_and_stops_nothing(classify: Classify, line: bytes, words: str) -> None:
    content = lines({"id": 1, "text": "thanks"}).encode() + line + b"\n" + lines({"id": 3, "text": "thanks"}).encode()
    result, verdicts = classify(content)
    assert result.exit_code == ExitCode.PARTIAL
    assert [verdict["id"] for verdict in verdicts] == [1, None, 3]
    assert verdicts[1]["line"] == 2
    assert words in verdicts[1]["error"]
    assert f"posts.jsonl, line 2: {verdicts[1]['error']}" in result.stderr
    assert "2 texts classified" in result.stderr
    assert "1 rejected" in result.stderr


def test_a_bad_line_with_an_id_keeps_it(classify: Classify) -> None:
    _, verdicts = classify(lines({"id": "a", "text": 5}))
    assert verdicts == [{"id": "a", "line": 1, "error": 'the key "text" must hold a text'}]


def test_an_error_never_repeats_the_text(classify: Classify) -> None:
    result, verdicts = classify('{"text": "canary words"\n{"text": ["canary"]}\n')
    assert "canary" not in result.output
    assert "canary" not in json.dumps(verdicts)


def test_blank_lines_are_left_out_and_still_counted(classify: Classify) -> None:
    _, verdicts = classify('\n{"id": 1, "text": "x"}\n  \n{\n\n')
    assert [verdict["id"] for verdict in verdicts] == [1, None]
    assert verdicts[1]["line"] == 4


def test_an_empty_file_gives_an_empty_file(classify: Classify) -> None:
    result, verdicts = classify("")
    assert (result.exit_code, verdicts) == (ExitCode.OK, [])


def test_a_last_line_without_an_end_counts(classify: Classify) -> None:
    assert len(classify('{"text": "x"}')[1]) == 1


def test_a_byte_order_mark_is_no_error(classify: Classify) -> None:
    assert classify(b"\xef\xbb\xbf" + b'{"text": "x"}\n')[0].exit_code == ExitCode.OK


def test_windows_line_ends_are_no_error(classify: Classify) -> None:
    assert len(classify('{"text": "x"}\r\n{"text": "y"}\r\n')[1]) == 2


def test_empty_and_unreadable_texts_are_judged_not_rejected(classify: Classify) -> None:
    result, verdicts = classify(lines({"text": ""}, {"text": "🙂🙂"}, {"text": "gibberish"}, {"text": "x" * 100_000}))
    assert result.exit_code == ExitCode.OK
    assert [verdict["abstained"] for verdict in verdicts] == [False, False, True, False]


def test_an_id_of_any_kind_comes_back(classify: Classify) -> None:
    ids: list[object] = ["ü", 12345678901234567890, None, True, {"a": [1]}, "\ud800"]
    content = "".join(json.dumps({"id": id, "text": "x"}) + "\n" for id in ids)
    assert [verdict["id"] for verdict in classify(content)[1]] == ids


def test_a_line_separator_inside_a_text_does_not_split_a_line(classify: Classify) -> None:
    assert len(classify(lines({"text": "one\u2028two\x0bthree\x85four"}))[1]) == 1


def test_the_input_is_never_overwritten(run: Run, folder: Path, model: FakeClassifier) -> None:
    (folder / "posts.jsonl").write_text(lines({"text": "x"}))
    result = run("classify", "--input", "posts.jsonl", "--output", "./posts.jsonl")
    assert result.exit_code == ExitCode.ERROR
    assert (folder / "posts.jsonl").read_text() == lines({"text": "x"})


@pytest.mark.parametrize(("source", "target"), [("gone.jsonl", "out"), (".", "out"), ("posts", "no/such/folder")])
def test_files_that_cannot_be_opened_are_one_line(
    run: Run, folder: Path, model: FakeClassifier, source: str, target: str
) -> None:
    (folder / "posts").write_text("")
    result = run("classify", "--input", source, "--output", target)
    assert result.exit_code == ExitCode.ERROR
    assert result.stderr.startswith("error: ")
    assert not (folder / "out").exists()


def test_a_dash_is_standard_input_or_output(run: Run, model: FakeClassifier) -> None:
    result = run("classify", "-i", "-", "-o", "-", input=lines({"id": 1, "text": "thanks"}))
    assert json.loads(result.stdout)["id"] == 1
    assert "1 texts classified" in result.stderr


def test_a_model_that_is_not_there_is_a_configuration_error(run: Run, folder: Path) -> None:
    (folder / "posts.jsonl").write_text(lines({"text": "x"}))
    result = run("classify", "-i", "posts.jsonl", "-o", "out.jsonl", "--model", "./nowhere")
    assert result.exit_code == ExitCode.CONFIG
    assert "classifier.model" in result.stderr
    assert not (folder / "out.jsonl").exists()


def test_a_language_that_nobody_knows_is_a_configuration_error(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR__CLASSIFIER__LANGUAGES", "[en, qq]")
    (folder / "posts.jsonl").write_text(lines({"text": "x"}))
    assert run("classify", "-i", "posts.jsonl", "-o", "out.jsonl").exit_code == ExitCode.CONFIG


class TestOneText:
    def test_the_verdict_is_printed_for_people(self, run: Run, model: FakeClassifier) -> None:
        result = run("classify", "a complaint about delivery")
        assert result.exit_code == ExitCode.OK
        assert "complaint 90% · severity disapproval 90%" in result.stdout
        assert "causes: delivery 90%" in result.stdout
        assert model.batches == [1]

    def test_it_may_be_said_which_language_it_is(self, run: Run, model: FakeClassifier) -> None:
        assert "language lv" in run("classify", "thanks", "--lang", "lv").stdout

    def test_the_words_that_carried_it_are_marked(self, run: Run, model: FakeClassifier) -> None:
        result = run("classify", "one more complaint today", "--explain")
        assert result.exit_code == ExitCode.OK
        assert "kind complaint: one more [complaint +" in result.stdout

    def test_json_is_one_object(self, run: Run, model: FakeClassifier) -> None:
        told = json.loads(run("classify", "a complaint", "--json", "--lang", "bg").stdout)
        assert set(told) == KEYS | {"schema_version"}
        assert (told["id"], told["lang"], told["kind"]["label"]) == (None, "bg", "complaint")

    def test_json_with_an_explanation_has_places_in_the_text(self, run: Run, model: FakeClassifier) -> None:
        told = json.loads(run("classify", "a complaint", "--json", "--explain").stdout)["explanation"]
        assert set(told) == {"labels", "escalation_parts"}
        assert [label["head"] for label in told["labels"]] == ["kind", "severity"]
        assert told["labels"][0]["words"][0] | {"weight": 0} == {
            "word": "complaint",
            "start": 2,
            "end": 11,
            "weight": 0,
        }

    @pytest.mark.parametrize("text", ["", " ", "🙂", "\udcff", "\x1b[2J", "[bold]x"])
    @pytest.mark.parametrize("options", [(), ("--explain",), ("--json", "--explain")])
    def test_no_text_is_too_odd(self, run: Run, model: FakeClassifier, text: str, options: tuple[str, ...]) -> None:
        result = run("classify", text, *options)
        assert result.exit_code == ExitCode.OK
        assert "\x1b" not in result.stdout

    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("--input", "posts.jsonl"),
            ("--output", "out.jsonl"),
            ("text", "--input", "posts.jsonl"),
            ("--input", "posts.jsonl", "--output", "out.jsonl", "--json"),
            ("--input", "posts.jsonl", "--output", "out.jsonl", "--lang", "en"),
        ],
    )
    def test_what_does_not_go_together_is_a_usage_error(
        self, run: Run, model: FakeClassifier, folder: Path, arguments: tuple[str, ...]
    ) -> None:
        (folder / "posts.jsonl").write_text(lines({"text": "x"}))
        assert run("classify", *arguments).exit_code == ExitCode.USAGE
        assert not (folder / "out.jsonl").exists()


def test_every_line_of_a_file_can_be_explained(classify: Classify) -> None:
    result, verdicts = classify(lines({"text": "a complaint", "lang": "lv"}, {"text": 1}, {"text": ""}), "--explain")
    assert result.exit_code == ExitCode.PARTIAL
    assert verdicts[0]["explanation"]["labels"][0]["words"][0]["word"] == "complaint"
    assert "error" in verdicts[1]
    assert verdicts[2]["explanation"]["labels"][0]["words"] == []


class TestReadySentiment:
    @pytest.fixture
    def mood(self, folder: Path, model: FakeClassifier, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A model of five labels, configured as people do it."""
        stars = [f"{n} stars" for n in range(1, 6)]
        saved = save_sequence_classifier("xlm-roberta", stars, folder / "mood")
        ours = ("negative", "negative", "neutral", "positive", "positive")
        labels = "".join(f"    {label}: {name}\n" for label, name in zip(stars, ours, strict=True))
        shipped = (Path(__file__).parents[2] / "config.yaml").read_text(encoding="utf-8")
        block = f"\nclassifier:\n  hub: ./mood\n  label_map:\n{labels}"
        (folder / "config.yaml").write_text(shipped.replace("\nclassifier:\n", block, 1), encoding="utf-8")
        return saved

    def test_it_speaks_beside_the_model(self, mood: Path, classify: Classify) -> None:
        _, (verdict,) = classify(lines({"text": "a complaint"}))
        assert verdict["model"].startswith("fake-1+mood@")
        assert verdict["kind"]["label"] == "complaint"
        assert verdict["sentiment"]["p"] != 0.9

    def test_its_verdicts_are_explained_too(self, mood: Path, run: Run) -> None:
        assert "kind complaint: a [complaint +" in run("classify", "a complaint", "--explain").stdout

    def test_a_label_that_is_not_mapped_is_a_configuration_error(self, mood: Path, run: Run, folder: Path) -> None:
        file = folder / "config.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("    3 stars: neutral\n", ""), encoding="utf-8")
        result = run("classify", "x")
        assert result.exit_code == ExitCode.CONFIG
        assert "classifier.hub: label_map says nothing about '3 stars'" in result.stderr

    def test_a_model_that_is_not_there_is_a_configuration_error(self, mood: Path, run: Run) -> None:
        shutil.rmtree(mood)
        result = run("classify", "x")
        assert result.exit_code == ExitCode.CONFIG
        assert "classifier.hub: no transformers model at './mood'" in result.stderr


@given(st.binary(max_size=200))
def test_no_line_whatever_it_holds_breaks_the_reader(raw: bytes) -> None:
    line = parse(2, raw)
    assert (line.text is None) != (line.error is None)


@given(st.text(), st.none() | st.text(), st.none() | st.text(), st.none() | st.integers() | st.text())
def test_every_proper_line_is_read_as_it_is(
    text: str, lang: str | None, brand: str | None, id: int | str | None
) -> None:
    line = parse(1, json.dumps({"text": text, "lang": lang, "brand": brand, "id": id, "other": 1}).encode())
    assert line.error is None
    assert line.text is not None
    assert (line.id, line.text.text, line.text.lang, line.text.brand) == (id, text, lang, brand)


@pytest.mark.slow
def test_the_shipped_model_speaks_through_the_real_command(folder: Path) -> None:
    posts = [
        {"id": 1, "text": "@acmebank I have been waiting for my refund for three weeks and nobody answers!"},
        {"id": 2, "text": "Paldies, @acmebank, viss strādā lieliski!", "lang": "lv"},
        {"id": 3, "text": "🙂"},
        {"id": 4, "text": ""},
        {"id": 5, "text": "Безобразие! " * 9_000, "lang": "ru"},
    ]
    (folder / "posts.jsonl").write_text(lines(*posts), encoding="utf-8")
    command = [sys.executable, "-m", "monitor.cli", "classify", "--input", "posts.jsonl", "--output", "out.jsonl"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.OK, done.stderr
    assert done.stdout == ""
    verdicts = [json.loads(line) for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [verdict["id"] for verdict in verdicts] == [1, 2, 3, 4, 5]
    assert all(set(verdict) == KEYS for verdict in verdicts)
    assert verdicts[0]["kind"]["label"] == "complaint"
    assert verdicts[3]["abstained"]
