"""Secrets: read from the environment or a credentials folder, shown nowhere, refused in the file.

A credentials folder (systemd's `$CREDENTIALS_DIRECTORY`, or /run/secrets of containers) holds one file per secret,
named like the variable in lower case: `x_bearer_token`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import SecretStr, model_validator
from pydantic_core import PydanticCustomError

from monitor.config.values import Section

SECRET_NAMES = (
    "X_BEARER_TOKEN",
    "X_CONSUMER_KEY",
    "X_CONSUMER_SECRET",
    "X_ACCESS_TOKEN",
    "X_ACCESS_TOKEN_SECRET",
)
CONTAINER_SECRETS = Path("/run/secrets")

_KEY = re.compile(r"token|secret|passw|bearer|credential|api_?key|consumer_?key|private_?key", re.IGNORECASE)
_VALUE = re.compile(
    r"bearer\s+\S{8,}"
    r"|A{18,}[A-Za-z0-9%_-]{10,}"  # X's app-only tokens
    r"|\b\d{5,20}-[A-Za-z0-9]{30,}"  # X's user tokens
    r"|\beyJ[\w-]{10,}\.[\w-]{10,}"  # a JSON web token
    r"|-----BEGIN [A-Z ]*PRIVATE KEY",
    re.IGNORECASE,
)


class Secrets(Section):
    """What must never be printed. Each is None where it was not given."""

    x_bearer_token: SecretStr | None = None
    """App-only access to public posts."""
    x_consumer_key: SecretStr | None = None
    x_consumer_secret: SecretStr | None = None
    x_access_token: SecretStr | None = None
    x_access_token_secret: SecretStr | None = None

    @property
    def x_user_context(self) -> bool:
        """All four parts of OAuth 1.0a are there: the brand's own mentions then cost a fifth."""
        return self.x_access_token_secret is not None

    @property
    def can_read_x(self) -> bool:
        return self.x_bearer_token is not None or self.x_user_context

    @model_validator(mode="after")
    def _all_four_or_none(self) -> Self:
        oauth = SECRET_NAMES[1:]
        missing = [name for name in oauth if getattr(self, name.lower()) is None]
        if missing and len(missing) < len(oauth):
            words = f"{', '.join(missing)} missing: OAuth 1.0a needs all four of {', '.join(oauth)}, or none of them"
            raise PydanticCustomError("reference", "{words}", {"words": words, "path": "environment"})
        return self


def find(name: str, environment: Mapping[str, str], folders: Sequence[Path]) -> str | None:
    """One secret by its variable's name; an empty value counts as not given."""
    if value := environment.get(name, "").strip():
        return value
    for folder in folders:
        file = folder / name.lower()
        if file.is_file() and (value := file.read_text(encoding="utf-8").strip()):
            return value
    return None


def folders(environment: Mapping[str, str]) -> list[Path]:
    """The credentials folders, the first to be asked first."""
    named = environment.get("CREDENTIALS_DIRECTORY")
    return ([Path(named)] if named else []) + [CONTAINER_SECRETS]


def in_file(data: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where something that looks like a secret stands in the file's data, and what gave it away."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            here = (*path, str(key))
            if _KEY.search(str(key)) and value not in (None, ""):
                yield here, "a key of this name holds a secret"
            else:
                yield from in_file(value, here)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from in_file(value, (*path, index))
    elif isinstance(data, str):
        if _VALUE.search(data):
            yield path, "this value looks like a token"
        elif _has_password(data):
            yield path, "this URL carries a password"


def _has_password(text: str) -> bool:
    if "://" not in text:
        return False
    try:
        return bool(urlsplit(text).password)
    except ValueError:
        return False


def mask(text: str) -> str:
    """`text` with the password of a URL, and anything that looks like a token, starred out."""
    return _VALUE.sub("***", re.sub(r"(://[^/:@\s]*):[^/\s]*@", r"\1:***@", text))
