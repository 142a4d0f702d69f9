"""`classify`: the verdict on one text for a person to read, or on a file of posts, one JSON object a line, in order.

A line that cannot be read never stops the others and never shifts them: its place in the output holds an object with
its line number and the error.
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, BinaryIO, NamedTuple

import typer

from monitor.cli.invocation import Invocation, invocation_of, print_json
from monitor.cli.outcome import ExitCode
from monitor.errors import ConfigError, MonitorError

if TYPE_CHECKING:
    from classifiers.contract import Assessment, Classifier, Text
    from classifiers.explain import Explanation


class Line(NamedTuple):
    """One line of the input: a text with its id, or what is wrong with it."""

    number: int
    id: Any = None
    text: "Text | None" = None
    error: str | None = None


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Work")(classify)


def classify(
    ctx: typer.Context,
    text: Annotated[str | None, typer.Argument(help="A text to judge, in quotes.", show_default=False)] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--input", "-i", help="JSON lines with text, and optionally lang, brand, id; - is standard input."
        ),
    ] = None,
    target: Annotated[
        Path | None, typer.Option("--output", "-o", help="JSON lines with the verdicts; - is standard output.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the words that carried each verdict, and the parts of the risk.")
    ] = False,
    lang: Annotated[str | None, typer.Option(help="Language of TEXT (ISO 639-1), where you know it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The verdict on TEXT as JSON.")] = False,
    model: Annotated[
        str | None, typer.Option(help="Another model than classifier.model: shipped, a folder, a hub id.")
    ] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Texts in one go; classifier.batch where not given.")] = None,
) -> None:
    """Classify a text, or those of a file: complaint or not, how severe, why, and how likely it escalates.

    complaint-monitor classify "Nobody answers, my lawyer will" --explain

    complaint-monitor classify --input posts.jsonl --output verdicts.jsonl
    """
    invocation = invocation_of(ctx)
    if text is not None:
        if source is not None or target is not None:
            raise typer.BadParameter("give a TEXT, or --input and --output, and not both")
        _classify_one(invocation, model, text, lang, explain=explain, as_json=as_json)
        return
    if source is None or target is None:
        raise typer.BadParameter("give a TEXT in quotes, or both --input and --output")
    if lang is not None or as_json:
        raise typer.BadParameter("--lang and --json are for a TEXT; the lines of a file have both of their own")
    _classify_file(invocation, model, source, target, batch=batch, explain=explain)


def _classify_one(
    invocation: Invocation, model: str | None, text: str, lang: str | None, *, explain: bool, as_json: bool
) -> None:
    from classifiers.contract import Text
    from monitor.cli.marking import show

    # What a shell passes on that is not UTF-8 arrives as lone surrogates, which nothing can print.
    line = Line(1, text=Text(text.encode(errors="replace").decode(), lang))
    classifier = _load(invocation, model)
    [(assessment, explanation)] = _judged(classifier, [line], explain=explain)
    if as_json:
        print_json(_as_dict(assessment, explanation, None))
    else:
        show(invocation.console(), assessment, explanation)


def _classify_file(
    invocation: Invocation, model: str | None, source: Path, target: Path, *, batch: int | None, explain: bool
) -> None:
    with ExitStack() as files:
        lines, size = _open_input(source, files)
        classifier = _load(invocation, model)
        output = _open_output(target, source, files)
        started = time.monotonic()
        done = rejected = 0
        with invocation.progress("classifying", size) as advance:
            for chunk in _chunks(_read(lines, advance), batch or invocation.config.classifier.batch):
                for line, verdict in zip(chunk, _verdicts(classifier, chunk, explain=explain), strict=True):
                    output.write(json.dumps(verdict, ensure_ascii=False) + "\n")
                    done += 1
                    if line.error is not None:
                        rejected += 1
                        invocation.complain(f"{source}, line {line.number}: {line.error}")
                output.flush()
    seconds = time.monotonic() - started
    invocation.say(
        f"{done - rejected:,} texts classified by {classifier.name} in {seconds:.1f} s, {rejected:,} rejected"
    )
    if rejected:
        raise typer.Exit(ExitCode.PARTIAL)


def _open_input(source: Path, files: ExitStack) -> tuple[BinaryIO, int | None]:
    """The input and its size in bytes, where that is known."""
    if str(source) == "-":
        return sys.stdin.buffer, None
    try:
        return files.enter_context(source.open("rb")), source.stat().st_size
    except OSError as error:
        raise MonitorError(f"{source} cannot be read: {error.strerror}") from error


def _open_output(target: Path, source: Path, files: ExitStack) -> IO[str]:
    if str(target) == "-":
        return sys.stdout
    if target.exists() and source.exists() and target.samefile(source):
        raise MonitorError(f"{target} is the input too: write the verdicts to another file")
    try:
        # A lone surrogate in an id is legal JSON when escaped, and no reason to lose a line.
        return files.enter_context(target.open("w", encoding="utf-8", errors="backslashreplace"))
    except OSError as error:
        raise MonitorError(f"{target} cannot be written: {error.strerror}") from error


def _load(invocation: Invocation, model: str | None) -> "Classifier":
    """As `wiring` does it, and without what wiring imports: a verdict on one text should not wait for a database."""
    from classifiers.load import ModelMissing, load, with_sentiment

    chosen = invocation.config.classifier
    key = "classifier.model"
    try:
        own = load(model or chosen.model, engine=chosen.engine, threads=chosen.threads, languages=chosen.languages)
        if chosen.hub is None:
            return own
        key = "classifier.hub"
        return with_sentiment(own, chosen.hub, chosen.label_map or None, threads=chosen.threads)
    except (ModelMissing, ValueError) as error:
        raise ConfigError(f"{key}: {error}", path=key) from error


def _read(lines: Iterable[bytes], advance: Any) -> Iterator[Line]:
    for number, raw in enumerate(lines, start=1):
        advance(len(raw))
        if raw.strip():
            yield parse(number, raw)


def parse(number: int, raw: bytes) -> Line:
    """One line of the input. What is wrong with it is said without repeating any of its text."""
    from classifiers.contract import Text

    try:
        item = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        return Line(number, error=f"not UTF-8 (byte {error.start})")
    except (json.JSONDecodeError, RecursionError) as error:
        return Line(number, error=f"not JSON: {error.msg if isinstance(error, json.JSONDecodeError) else 'too deep'}")
    if not isinstance(item, dict):
        return Line(number, error='not a JSON object: write {"text": "…"}')
    id = item.get("id")
    if not isinstance(item.get("text"), str):
        return Line(number, id, error='the key "text" must hold a text')
    for key in ("lang", "brand"):
        if not isinstance(item.get(key), str | None):
            return Line(number, id, error=f'the key "{key}" must hold a text or null')
    return Line(number, id, Text(item["text"], item.get("lang"), item.get("brand")))


def _chunks(lines: Iterator[Line], size: int) -> Iterator[list[Line]]:
    while chunk := list(islice(lines, size)):
        yield chunk


def _verdicts(classifier: "Classifier", lines: Sequence[Line], *, explain: bool) -> Iterator[dict[str, Any]]:
    """One object per line, in order."""
    judged = iter(_judged(classifier, lines, explain=explain))
    for line in lines:
        if line.text is None:
            yield {"id": line.id, "line": line.number, "error": line.error}
        else:
            yield _as_dict(*next(judged), line.id)


def _judged(
    classifier: "Classifier", lines: Sequence[Line], *, explain: bool
) -> list[tuple["Assessment", "Explanation | None"]]:
    """The verdict on each line that has a text. Explaining asks the model about one text at a time, many times."""
    from classifiers.explain import explain as explained

    texts = [line.text for line in lines if line.text is not None]
    if explain:
        explanations = [explained(classifier, text.text, text.lang) for text in texts]
        return [(explanation.assessment, explanation) for explanation in explanations]
    return [(assessment, None) for assessment in (classifier.classify(texts) if texts else [])]


def _as_dict(assessment: "Assessment", explanation: "Explanation | None", id: Any) -> dict[str, Any]:
    from classifiers import present
    from classifiers.explain import as_dict

    verdict = present.as_dict(assessment, id)
    return verdict if explanation is None else verdict | {"explanation": as_dict(explanation)}
