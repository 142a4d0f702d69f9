"""Reads a YAML file as people mean it: `no` is Norwegian, 20:00 is a time, a key given twice is a mistake.

YAML 1.1 would read those as False, 1200 and whatever stands last. Only true and false are booleans here, numbers are
decimal, dates stay text until a field asks for one. Every key's line is kept for error messages.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from monitor.errors import ConfigError

Lines = dict[tuple[str | int, ...], int]


class _Loader(yaml.SafeLoader):
    """SafeLoader with the scalars of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", "-+0123456789"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), [*first.replace("\0", ""), ""]
    )


def read(file: Path) -> tuple[dict[str, Any], Lines]:
    """The file's data and the line of every key in it."""
    try:
        return parse(file.read_text(encoding="utf-8"), file.name)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file.name}: this is not UTF-8 text: save it as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{file}: it cannot be read: {error.strerror}") from error


def parse(text: str, name: str = "") -> tuple[dict[str, Any], Lines]:
    """Like `read`, of text that is already there."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        lines: Lines = {}
        if node is not None:
            _walk(node, (), lines, name)
        data = loader.construct_document(node) if node is not None else {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        raise ConfigError(f"{where}: {error.problem}: check the indentation and the quotes around it") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"{name}: this is not YAML text: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError(f'{name}: it must start with a key, such as "brands:"')
    return data, lines


def write(data: Mapping[str, Any]) -> str:
    """YAML text that `parse` reads back as the same data; what `parse` would read otherwise is put in quotes."""
    return yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=120)


def scalar(text: str) -> Any:
    """One value of an environment variable, by the same rules: a number, true, a [list], or just text."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError):
        return text


def _walk(node: yaml.Node, path: tuple[str | int, ...], lines: Lines, name: str) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise ConfigError(f"{name}:{line}: a key is one word: put it in quotes")
            here = (*path, str(key.value))
            if key.value in seen:
                raise ConfigError(f"{name}:{line}: {key.value} stands here twice: remove one", path=str(key.value))
            seen.add(key.value)
            lines[here] = line
            _walk(value, here, lines, name)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            _walk(item, (*path, index), lines, name)
