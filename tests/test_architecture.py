"""The shape of the program: who may import whom, and the habits that keep modules small and honest.

The rules are worth nothing if they cannot fail, so each is also run over a copy of the tree with a violation planted.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = ("monitor", "classifiers")
LONGEST_FILE = 300
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "base_manager"}
# The guard of every job, and the fallback for a text that breaks the model: once for its batch, once for it alone.
CATCH_ALLS = {
    "monitor/daemon.py": 1,
    "monitor/services/assess.py": 2,
    "classifiers/onnx.py": 1,  # the tokenizers library raises nothing more specific for a damaged file
}
CLOCK = "monitor/clock.py"

CONTRACTS = [
    c["name"] for c in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
]


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    """Every module of the program: its path as written in the rules, and its file."""
    for folder in CODE:
        for file in sorted((root / folder).rglob("*.py")):
            yield file.relative_to(root).as_posix(), file


def nodes(file: Path) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def files_that_are_two_nouns(root: Path) -> list[str]:
    return [name for name, file in modules(root) if len(file.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE]


def modules_without_a_noun(root: Path) -> list[str]:
    return [name for name, file in modules(root) if {file.stem, file.parent.name} & EMPTY_NAMES]


def modules_that_do_not_say_what_they_are(root: Path) -> list[str]:
    with_code = ((name, file) for name, file in modules(root) if file.read_text(encoding="utf-8").strip())
    return [name for name, file in with_code if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))]


def readings_of_the_clock(root: Path) -> list[str]:
    """Calls that ask what time it is, outside the one module that may."""
    asking = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
    found = []
    for name, file in modules(root):
        for node in nodes(file):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                owned = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                if (owned, node.func.attr) in asking and name != CLOCK:
                    found.append(f"{name}:{node.lineno}")
    return found


def catch_alls(root: Path) -> list[str]:
    """Handlers that would catch anything, beyond those in the places that must not fall over."""
    found: list[str] = []
    for name, file in modules(root):
        handlers = [node for node in nodes(file) if isinstance(node, ast.ExceptHandler) and _catches_all(node.type)]
        found += [f"{name}:{handler.lineno}" for handler in handlers[CATCH_ALLS.get(name, 0) :]]
    return found


def _catches_all(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(k is None or (isinstance(k, ast.Name) and k.id in ("Exception", "BaseException")) for k in kinds)


def modules_that_want_to_be_two(root: Path) -> list[str]:
    """Class names that say nothing: a manager of what?"""
    return [
        f"{name}:{node.lineno}"
        for name, file in modules(root)
        for node in nodes(file)
        if isinstance(node, ast.ClassDef) and re.search(r"(Manager|Helper|Util|Utils)$", node.name)
    ]


Rule = Callable[[Path], list[str]]
# Each rule with a file that breaks it, and what that file holds.
RULES: list[tuple[Rule, str, str]] = [
    (files_that_are_two_nouns, "monitor/domain/long.py", '"""Long."""\n' + "x = 1\n" * LONGEST_FILE),
    (modules_without_a_noun, "monitor/domain/utils.py", '"""Things."""\n'),
    (modules_that_do_not_say_what_they_are, "classifiers/silent.py", "x = 1\n"),
    (
        readings_of_the_clock,
        "monitor/domain/late.py",
        '"""Late."""\nimport datetime\nx = datetime.datetime.now(None)\n',
    ),
    (readings_of_the_clock, "classifiers/late.py", '"""Late."""\nimport time\nx = time.time()\n'),
    (
        catch_alls,
        "monitor/services/brave.py",
        '"""Brave."""\ntry:\n    x = 1\nexcept (ValueError, Exception):\n    pass\n',
    ),
    (catch_alls, "monitor/services/braver.py", '"""Braver."""\ntry:\n    x = 1\nexcept:\n    pass\n'),
    (modules_that_want_to_be_two, "monitor/domain/boss.py", '"""Boss."""\nclass CaseManager: ...\n'),
]


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _, _ in RULES), ids=lambda rule: rule.__name__)
def test_there_are_none_of_the(rule: Rule) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize(("rule", "file", "content"), RULES, ids=lambda value: getattr(value, "__name__", ""))
def test_the_rule_can_fail(rule: Rule, file: str, content: str, tmp_path: Path) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(content, encoding="utf-8")
    assert [found.partition(":")[0] for found in rule(tmp_path)] == [file]


def test_a_second_catch_all_in_an_allowed_place_is_found(tmp_path: Path) -> None:
    guard = tmp_path / "monitor" / "daemon.py"
    guard.parent.mkdir()
    guard.write_text("try:\n    x = 1\nexcept Exception:\n    pass\n" * 2, encoding="utf-8")
    assert catch_alls(tmp_path) == ["monitor/daemon.py:7"]


def lint_imports(root: Path) -> tuple[int, str]:
    """Run the import contracts of `root`'s pyproject.toml over `root`'s code."""
    program = (
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    )
    environment = {**os.environ, "PYTHONPATH": str(root), "NO_COLOR": "1", "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_floors_hold() -> None:
    code, said = lint_imports(ROOT)
    assert code == 0, said
    assert all(f"{name} KEPT" in said for name in CONTRACTS)


# One violation for every contract, by the module it is planted in.
VIOLATIONS = {
    "Floors: a module imports only from the floors below its own": ("monitor/services/up.py", "monitor.config"),
    "Classifiers are a library of their own": ("classifiers/up.py", "monitor.errors"),
    "The classifier's contract is the standard library alone": ("classifiers/contract.py", "numpy"),
    "The monitor sees only the contract of the classifiers": (
        "monitor/services/engine.py",
        "classifiers.load",
    ),
    "The domain is pure": ("monitor/domain/impure.py", "logging"),
    "Services see of the sources only their protocol": ("monitor/services/platform.py", "monitor.sources.x"),
    "Sources are independent of each other": ("monitor/sources/replay.py", "monitor.sources.x"),
    "One home: SQL lives in the store and the migrations": ("monitor/cli/sql.py", "sqlalchemy"),
    "One home: X is spoken to by its source": ("monitor/store/tweet.py", "tweepy"),
    "One home: networks of neurons live in the classifiers": ("monitor/services/neurons.py", "torch"),
    "One home: the simple rival of the model is trained where it is compared": (
        "classifiers/rival.py",
        "sklearn",
    ),
    "One home: the scheduler is the daemon's": ("monitor/services/schedule.py", "apscheduler"),
    "One home: the command line is the cli's": ("monitor/services/shell.py", "typer"),
    "One home: configuration files and their checks": ("monitor/services/settings.py", "pydantic"),
    "One home: logging is set up in one place": ("monitor/services/logs.py", "structlog"),
    "One home: HTTP is answered by the web": ("monitor/services/pages.py", "fastapi"),
    "One home: passwords are hashed in one place": ("monitor/services/hashes.py", "pwdlib"),
}


def test_every_contract_has_its_violation() -> None:
    assert sorted(VIOLATIONS) == sorted(CONTRACTS)


def test_every_contract_fails_for_its_violation(tmp_path: Path) -> None:
    for folder in (*CODE, "migrations"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "models", "corpus")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, imported in VIOLATIONS.values():
        with (tmp_path / file).open("a", encoding="utf-8") as module:
            module.write(f"\nimport {imported}  # planted\n")
    code, said = lint_imports(tmp_path)
    assert code == 1, said
    assert [name for name in CONTRACTS if f"{name} BROKEN" not in said] == []


def test_a_new_module_must_be_given_its_floor(tmp_path: Path) -> None:
    for folder in (*CODE, "migrations"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "models", "corpus")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "monitor" / "somewhere.py").write_text('"""New."""\n', encoding="utf-8")
    code, said = lint_imports(tmp_path)
    assert code == 1
    assert "somewhere" in said
