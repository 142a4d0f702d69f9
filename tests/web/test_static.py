"""The files that the page brings along: their weight, what they may load, and that borrowed ones are unchanged."""

import gzip
import re
from hashlib import sha256
from pathlib import Path

import pytest

from monitor.web.templating import TEMPLATES

STATIC = TEMPLATES.parent / "static"
VENDORED = {"htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"}
BUDGET = 60 * 1024
GROUNDS = ("panel", "canvas", "hover", "chosen")

SCRIPTS = sorted(STATIC.glob("js/*.js"))
SHEETS = sorted(STATIC.glob("css/*.css"))
PAGES = sorted(TEMPLATES.glob("*"))


def gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_all_scripts_together_stay_within_the_budget() -> None:
    assert sum(gzipped(path) for path in (*SCRIPTS, *STATIC.glob("vendor/*.js"))) <= BUDGET


def test_borrowed_files_are_as_they_were_published_and_named_with_their_licence() -> None:
    notice = (STATIC / "vendor" / "NOTICE").read_text(encoding="utf-8")

    assert {path.name for path in STATIC.glob("vendor/*.js")} == set(VENDORED)
    for name, digest in VENDORED.items():
        assert sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest
        assert name in notice
        assert digest in notice
    assert "Zero-Clause BSD" in (STATIC / "vendor" / "htmx-LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [*SCRIPTS, *SHEETS, *PAGES], ids=lambda path: path.name)
def test_nothing_is_loaded_from_another_server(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"""(?:src|href|url|import|from)\s*[=(]?\s*["'(]?\s*(?:https?:)?//""", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_runs_what_it_was_told(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"\beval\(|new Function|document\.write|insertAdjacentHTML|outerHTML\s*=", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_template_holds_a_script_a_style_or_a_raw_value(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert "style=" not in text
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"""\son\w+\s*=""", text)
    assert not re.search(r"hx-(?:on|vals\s*=\s*[\"']js)", text)
    # What is marked safe is a constant of the template's own.
    assert all(
        re.search(r"""'[^']*'\s*(?:\|\s*format\([\w.]+\)\s*)?\|\s*safe""", line)
        for line in text.splitlines()
        if "| safe" in line
    )


def test_every_icon_that_is_asked_for_is_there() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    asked = {
        name for path in PAGES for name in re.findall(r"""icon\(["']([\w-]+)["']\)""", path.read_text(encoding="utf-8"))
    }

    assert asked - drawn == set()


def test_every_colour_is_given_for_light_and_for_dark() -> None:
    tokens = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    grounds = ("canvas", "panel", "text", "soft", "faint", "accent", "late", "soon", "good", "calm")

    assert all(re.search(rf"--{name}: light-dark\(#\w+, #\w+\)", tokens) for name in grounds)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((text, ground) for text in ("text", "soft", "faint", "accent") for ground in GROUNDS),
        *((name, f"{name}-ground") for name in ("late", "soon", "good", "calm", "asleep")),
        ("on-accent", "accent"),
        ("accent-strong", "accent-ground"),
        *((name, "panel") for name in ("late", "soon", "good", "calm", "asleep")),
    ],
)  # fmt: skip
def test_every_text_stands_out_from_its_ground(text: str, ground: str, side: int) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5 at least."""
    tokens = dict(
        re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\)", (STATIC / "css" / "tokens.css").read_text())
    )
    one, other = (luminance(tokens[name].split(", ")[side]) for name in (text, ground))

    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5
