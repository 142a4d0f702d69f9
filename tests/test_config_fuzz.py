"""Whatever stands in the file or the environment, the answer is a configuration or a ConfigError that says where."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.config import Config, load
from monitor.config.document import parse, scalar, write
from monitor.config.explain import dotted
from monitor.config.reading import check
from monitor.errors import ConfigError

SHIPPED = Path(__file__).parents[1] / "config.yaml"
TEXT = SHIPPED.read_text(encoding="utf-8")
LINES = TEXT.splitlines()
DATA, _ = parse(TEXT)
TOKEN = "AAAAAAAAAAAAAAAAAAAAAcanary%2Btoken123"
Path_ = tuple[str | int, ...]

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=3),
    max_leaves=8,
)


def leaves(data: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The path of every plain value."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from leaves(value, (*path, index))
    else:
        yield path


def with_value(data: Any, path: Path_, value: object) -> Any:
    """A copy of `data` with one value replaced."""
    if not path:
        return value
    first, *rest = path
    if isinstance(data, list):
        return [with_value(item, tuple(rest), value) if i == first else item for i, item in enumerate(data)]
    return {key: with_value(item, tuple(rest), value) if key == first else item for key, item in data.items()}


def outcome(text: str) -> Config | ConfigError:
    try:
        return check(text)
    except ConfigError as error:
        return error


@given(st.text(max_size=300))
@example("a: &a [*a]")
@example("? {}: 1")
@example("- - - -")
@example("\x00")
@example("a: !!python/object:os.system x")
@example("{" * 500)
@example("a: !!binary |\n  ///")
@example("!!set {a}")
@example("a: !!timestamp 2026-99-99")
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    result = outcome(text)
    assert isinstance(result, ConfigError)
    assert str(result).startswith("config.yaml")


@given(st.sampled_from(range(len(LINES))), st.text(max_size=30))
@settings(max_examples=60)
def test_any_line_of_the_shipped_file_may_be_spoiled(number: int, instead: str) -> None:
    result = outcome("\n".join([*LINES[:number], instead, *LINES[number + 1 :]]))
    assert isinstance(result, Config) or str(result)


@given(st.sampled_from(sorted(leaves(DATA), key=str)), trees)
@settings(max_examples=80)
def test_any_value_of_the_shipped_file_may_be_of_any_kind(path: Path_, value: object) -> None:
    result = outcome(write(with_value(DATA, path, value)))
    if isinstance(result, ConfigError):
        assert result.path, "the error names a key"
        assert "validation error" not in str(result), "in our words"


@given(st.sampled_from(sorted(leaves(DATA), key=str)))
@settings(max_examples=60)
def test_a_token_is_refused_wherever_it_stands_and_never_repeated(path: Path_) -> None:
    result = outcome(write(with_value(DATA, path, f"Bearer {TOKEN}")))
    assert isinstance(result, ConfigError)
    assert result.path == dotted(path)
    assert "secrets do not belong in this file" in str(result)
    assert "canary" not in str(result)


@given(st.sampled_from(sorted(leaves(DATA), key=str)))
@settings(max_examples=40)
def test_every_key_of_the_shipped_file_is_missed_or_has_a_default(path: Path_) -> None:
    text = write(with_value(DATA, path[:-1], {}) if isinstance(path[-1], str) else DATA)
    result = outcome(text)
    assert isinstance(result, Config) or all(": " in line for line in str(result).splitlines())


names = st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", min_size=1, max_size=12), min_size=1, max_size=4).map("__".join)
known = st.sampled_from(
    [
        f"MONITOR__{'__'.join(str(part) for part in path).upper()}"
        for path in leaves(DATA)
        if all(isinstance(p, str) for p in path)
    ]
)


@given(names.map("MONITOR__".__add__) | known, st.text(max_size=40))
@settings(max_examples=80)
def test_any_variable_is_understood_or_refused_by_its_name(name: str, value: str) -> None:
    result = outcome_of(name, value)
    assert isinstance(result, Config) or name in str(result) or result.path


def outcome_of(name: str, value: str) -> Config | ConfigError:
    try:
        return load(SHIPPED, env={name: value})
    except ConfigError as error:
        return error


@given(st.text(max_size=60))
def test_any_variable_holds_something(text: str) -> None:
    scalar(text)


@given(trees)
def test_what_is_written_is_read_back_the_same(tree: object) -> None:
    text = write({"key": tree})
    assert parse(text)[0] == {"key": tree}


@pytest.mark.parametrize("path", sorted(leaves(DATA), key=str), ids=dotted)
def test_every_key_of_the_shipped_file_can_be_named_in_an_error(path: Path_) -> None:
    """An impossible value at any place is reported for that place, or for the block that it spoils."""
    result = outcome(write(with_value(DATA, path, {"impossible": ["value"]})))
    assert isinstance(result, ConfigError)
    first = dotted(path).split(".week")[0].split(".playbooks")[0]
    assert result.path.startswith((first, first.rpartition(".")[0])), result.path
