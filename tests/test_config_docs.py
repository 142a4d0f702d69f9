"""The documentation of the configuration is code too: every section and key is in it, in the words of the code.

`python -m tests.test_config_docs` writes the reference tables anew (`make docs`).
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from classifiers.contract import Cause, Churn, Kind, Sentiment, Severity, Stage, Threat
from monitor.config import SECRET_NAMES, Config
from monitor.domain.model import Role, Status

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "configuration.md"
REFERENCE = re.compile(r"(?<=<!-- reference -->\n).*(?=<!-- /reference -->)", re.DOTALL)


def sections(schema: dict[str, Any], block: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every block of keys, outermost first, with the path that leads to it."""
    yield path, block
    for name, value in block.get("properties", {}).items():
        for found, suffix in blocks_in(schema, value):
            yield from sections(schema, found, f"{path}{'.' if path else ''}{name}{suffix}")


def blocks_in(schema: dict[str, Any], value: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """The blocks of keys that a value holds: itself, the items of a list, the values of a mapping."""
    if "$ref" in value:
        found = schema["$defs"][value["$ref"].rsplit("/", 1)[1]]
        if "properties" in found:
            yield found, ""
    for option in value.get("anyOf", []):
        yield from blocks_in(schema, option)
    if isinstance(value.get("items"), dict):
        yield from ((found, "[]" + rest) for found, rest in blocks_in(schema, value["items"]))
    if isinstance(value.get("additionalProperties"), dict):
        yield from ((found, ".NAME" + rest) for found, rest in blocks_in(schema, value["additionalProperties"]))


def reference() -> str:
    """The tables of every section, as Markdown."""
    schema = Config.json_schema()
    parts = []
    for path, block in sections(schema, schema):
        title = f"### `{path}`" if path else "### Top level"
        rows = [row(schema, name, value, block.get("required", [])) for name, value in block["properties"].items()]
        parts += [
            "",
            title,
            "",
            first_line(block.get("description")),
            "",
            "| key | default | meaning |",
            "|---|---|---|",
        ]
        parts += rows
    return "\n".join(parts).strip("\n") + "\n"


def row(schema: dict[str, Any], name: str, value: dict[str, Any], required: list[str]) -> str:
    default = "required" if name in required else shown(value.get("default"))
    inner = [found for found, _ in blocks_in(schema, value)]
    meaning = value.get("description") or (first_line(inner[0].get("description")) if inner else "")
    return f"| `{name}` | {default} | {' '.join(meaning.split())} |"


def shown(default: object) -> str:
    if default is None or default in ([], {}):
        return ""
    if isinstance(default, list):
        return f"`[{', '.join(map(str, default))}]`"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`"


def first_line(text: str | None) -> str:
    return (text or "").partition("\n")[0]


def test_the_reference_is_what_the_code_says() -> None:
    found = REFERENCE.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert found[0].strip() == reference().strip(), "run: make docs"


def test_every_section_and_key_is_explained() -> None:
    schema = Config.json_schema()
    for path, block in sections(schema, schema):
        assert not path or block.get("description"), f"{path} has no docstring"
        for name, value in block["properties"].items():
            assert row(schema, name, value, []).rsplit("|", 2)[1].strip(), f"{path}.{name} has no docstring"


@pytest.mark.parametrize("name", [*SECRET_NAMES, "DATABASE_URL", "MONITOR_CONFIG", "MONITOR__LOGGING__LEVEL"])
def test_every_variable_is_documented(name: str) -> None:
    assert f"`{name}" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("labels", [Kind, Sentiment, Severity, Cause, Stage, Churn, Threat, Role, Status])
def test_every_word_of_the_program_is_in_the_glossary(labels: type[StrEnum]) -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    missing = [label.value for label in labels if not re.search(rf"[`*|] ?{label.value} ?[`*|]", glossary)]
    assert missing == []


PAGES = [*sorted(DOCS.glob("*.md")), DOCS.parent / "README.md", DOCS.parent / "CHANGELOG.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(REFERENCE.sub(lambda _: reference(), text), encoding="utf-8")
