"""The wheel carries everything that the program needs where there is no repository."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("monitor", "classifiers", "migrations", "pyproject.toml", "README.md", "LICENSE", "config.yaml")

pytestmark = pytest.mark.slow


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel, built from a copy so that the tree stays clean."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tree / name)
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--quiet")
    run(*pip, "--wheel-dir", str(out), ".", cwd=tree)
    with zipfile.ZipFile(next(out.glob("*.whl"))) as built:
        yield built


@pytest.fixture(scope="module")
def names(wheel: zipfile.ZipFile) -> set[str]:
    return set(wheel.namelist())


def test_every_module_is_in_it(names: set[str]) -> None:
    modules = {
        file.relative_to(ROOT).as_posix()
        for folder in ("monitor", "classifiers", "migrations")
        for file in (ROOT / folder).rglob("*.py")
    }
    assert modules - names == set()


def test_the_configuration_in_it_is_the_one_at_the_top_level(wheel: zipfile.ZipFile) -> None:
    assert wheel.read("monitor/config/config.yaml") == (ROOT / "config.yaml").read_bytes()


@pytest.mark.parametrize(
    "folder", ["classifiers/models", "classifiers/corpus", "classifiers/glossary", "migrations/versions"]
)
def test_the_data_are_in_it(wheel: zipfile.ZipFile, names: set[str], folder: str) -> None:
    files = [file for file in (ROOT / folder).rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    assert files
    for file in files:
        name = file.relative_to(ROOT).as_posix()
        assert name in names
        assert wheel.getinfo(name).file_size == file.stat().st_size


def test_types_and_licence_are_in_it(names: set[str]) -> None:
    assert {"monitor/py.typed", "classifiers/py.typed"} <= names
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_nothing_else_is_in_it(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"monitor", "classifiers", "migrations"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".db", ".env"))]


def test_the_command_and_the_licence_are_declared(wheel: zipfile.ZipFile, names: set[str]) -> None:
    info = next(name.partition("/")[0] for name in names if ".dist-info/" in name)
    metadata = Parser().parsestr(wheel.read(f"{info}/METADATA").decode())
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert "complaint-monitor = monitor.cli:main" in wheel.read(f"{info}/entry_points.txt").decode()


def test_the_unpacked_wheel_works_without_the_repository(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    site = tmp_path / "site"
    wheel.extractall(site)
    program = f"import sys; sys.path.insert(0, {str(site)!r}); from monitor.cli import main; main()"
    here = tmp_path / "here"
    here.mkdir()
    run(sys.executable, "-P", "-I", "-c", program, "init", "--yes", cwd=here)
    assert (here / "config.yaml").read_bytes() == (ROOT / "config.yaml").read_bytes()
    run(sys.executable, "-P", "-I", "-c", program, "config", "validate", cwd=here)


def test_the_torch_that_make_installs_first_is_the_one_that_is_required() -> None:
    requirements = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert [r for r in requirements if r.startswith("torch")] == ["torch==2.13.0"]
    assert "grep -oE 'torch==[0-9.]+' pyproject.toml" in (ROOT / "Makefile").read_text()


def make(*arguments: str, python: Path) -> subprocess.CompletedProcess[str]:
    """`make` in a copy of nothing but its file, with another Python."""
    folder = python.parent
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    command = ["make", f"PYTHON={python}", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def a_python(folder: Path, failing: str) -> Path:
    """A Python that fails for programs with this word in them."""
    python = folder / "python"
    python.write_text(f'#!/bin/sh\ncase "$*" in *{failing}*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return python


@pytest.mark.parametrize(
    ("failing", "words"),
    [("ensurepip", "apt install python3-venv"), ("version_info", "Python 3.11 or newer is needed")],
)
def test_make_names_what_is_missing_and_leaves_nothing_behind(tmp_path: Path, failing: str, words: str) -> None:
    done = make("test", python=a_python(tmp_path, failing))
    assert done.returncode != 0
    assert words in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_make_alone_lists_every_target(tmp_path: Path) -> None:
    done = make(python=a_python(tmp_path, "nothing-fails"))
    targets = [
        line.split(":")[0]
        for line in (ROOT / "Makefile").read_text().splitlines()
        if line[:1].isalpha() and "## " in line
    ]
    assert done.returncode == 0
    assert targets
    assert [target for target in targets if f"make {target} " not in done.stdout] == []


def test_make_installs_once(tmp_path: Path) -> None:
    python = a_python(tmp_path, "nothing-fails")
    bin = tmp_path / ".venv" / "bin"
    bin.mkdir(parents=True)
    (bin / "python").write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/calls\n')
    (bin / "python").chmod(0o755)
    make("install", python=python)
    (tmp_path / "calls").unlink()
    os.utime(tmp_path / ".venv" / ".installed", (2**31, 2**31))  # later than the copies that make() takes
    make("test", "ARGS=-k name", python=python)
    assert (tmp_path / "calls").read_text().splitlines() == ["-m pytest -k name"]
