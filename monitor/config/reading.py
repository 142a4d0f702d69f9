"""Finds the configuration, lays the environment over the file, and answers with one frozen value or one clear error.

Nothing else in the program reads the environment or the file, and it is read once.
"""

import os
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.config import document, secrets
from monitor.config.explain import Places, dotted, explain
from monitor.config.root import Config, data_folder
from monitor.errors import ConfigError

PREFIX = "MONITOR__"
FILE_NAME = "config.yaml"
_Path = tuple[str | int, ...]


def load(path: str | Path | None = None, env: Mapping[str, str] | None = None) -> Config:
    """Read the configuration. Raises ConfigError, which names every wrong key, its place and the remedy.

    The file is the first of: `path`, $MONITOR_CONFIG, ./config.yaml, the one that comes with the program. A value is
    the first of: environment, `.env` beside the file, credentials folder (secrets only), file, default. With `env`
    given, nothing but that mapping is taken for the environment: neither `.env` nor the machine's own.
    """
    environment = os.environ if env is None else env
    file = find(path, environment)
    if env is None:
        environment = {**_env_file(home(file) / ".env"), **environment}
    folders = secrets.folders(environment) if env is None else secrets.folders(environment)[:-1]
    data, lines = document.read(file)
    _refuse_secrets(data, file, lines)
    variables = _overlay(data, environment, folders)
    _place(data, file, environment, variables)
    found = {name.lower(): secrets.find(name, environment, folders) for name in secrets.SECRET_NAMES}
    return _validate({**data, "secrets": found, "path": file}, Places(file.name, lines, variables))


def check(text: str) -> Config:
    """The configuration that a file with this text would give in an empty environment; ConfigError as `load` raises."""
    data, lines = document.parse(text, FILE_NAME)
    file = Path(FILE_NAME).absolute()
    _refuse_secrets(data, file, lines)
    return _validate(data, Places(FILE_NAME, lines, {}))


def find(path: str | Path | None, environment: Mapping[str, str]) -> Path:
    """The file to read: the one that was named (and must exist), the one in this folder, or the shipped one."""
    for named, by in ((path, "--config"), (environment.get("MONITOR_CONFIG"), "MONITOR_CONFIG")):
        if named:
            file = Path(named).expanduser()
            if not file.is_file():
                raise ConfigError(f"{by}: there is no file {file}: create one with `complaint-monitor init`")
            return file.absolute()
    here = Path(FILE_NAME)
    return here.absolute() if here.is_file() else shipped()


def shipped() -> Path:
    """The configuration that comes with the program."""
    return Path(str(resources.files("monitor.config"))) / FILE_NAME


def home(file: Path) -> Path:
    """The folder that a configuration speaks for; the shipped one speaks for wherever one is."""
    return Path.cwd() if file == shipped() else file.parent


def _env_file(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(file, interpolate=False).items() if value is not None}


def _refuse_secrets(data: dict[str, Any], file: Path, lines: document.Lines) -> None:
    places = Places(file.name, lines, {})
    for path, why in secrets.in_file(data):
        known = [name for name in secrets.SECRET_NAMES if name.lower().endswith(str(path[-1]).lower())]
        variable = known[0] if known else "DATABASE_URL" if path[0] == "database" else secrets.SECRET_NAMES[0]
        raise ConfigError(
            f"{places.of(path)}: {dotted(path)}: {why}, and secrets do not belong in this file: remove it and set the "
            f"environment variable {variable} (or a line in .env, or a file in the credentials folder)",
            path=dotted(path),
        )


def _overlay(data: dict[str, Any], environment: Mapping[str, str], folders: list[Path]) -> dict[_Path, str]:
    """Write MONITOR__SECTION__KEY variables into `data`; returns which variable set which path."""
    variables: dict[_Path, str] = {}
    if url := secrets.find("DATABASE_URL", environment, folders):
        _set(data, ("database", "url"), url, "DATABASE_URL")
        variables["database", "url"] = "DATABASE_URL"
    for name in sorted(environment):
        if not name.startswith(PREFIX):
            continue
        path = tuple(part.lower() for part in name.removeprefix(PREFIX).split("__"))
        if path[0] in ("secrets", "path"):
            raise ConfigError(f"{name}: there is no such setting; secrets are {', '.join(secrets.SECRET_NAMES)}")
        _set(data, path, document.scalar(environment[name]), name)
        variables[path] = name
    return variables


def _set(data: dict[str, Any], path: tuple[str, ...], value: object, name: str) -> None:
    for part in path[:-1]:
        if data.get(part) is None:
            data[part] = {}
        if not isinstance(data[part], dict):
            raise ConfigError(f"{name}: {part} is not a block of keys: set it as a whole, as YAML text", path=part)
        data = data[part]
    data[path[-1]] = value


def _place(data: dict[str, Any], file: Path, environment: Mapping[str, str], variables: Mapping[_Path, str]) -> None:
    """Settle the data folder, and make paths in the file relative to the file, not to wherever one happens to be."""
    folder = home(file)
    if data.get("data_dir") is None:
        data["data_dir"] = data_folder(environment)
    elif ("data_dir",) not in variables and isinstance(data["data_dir"], str):
        data["data_dir"] = folder / Path(data["data_dir"]).expanduser()
    database = data.get("database")
    if isinstance(database, dict) and ("database", "url") not in variables:
        name = str(database.get("url")).partition("sqlite:///")[2]
        if name and not name.startswith(("/", ":memory:", "file:")):
            database["url"] = f"sqlite:///{folder / name}"


def _validate(data: dict[str, Any], places: Places) -> Config:
    for reserved in ("secrets", "path"):
        if places.of((reserved,)) != places.of(()):
            raise ConfigError(f"{places.of((reserved,))}: {reserved}: there is no such key", path=reserved)
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        path, sentences = explain(error, Config, places, data)
        raise ConfigError("\n".join(sentences), path=path) from None
