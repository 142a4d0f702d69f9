"""The faults that the fake X can be told to have, each one seen at the real X or at servers between it and us."""

import threading
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    UNAUTHORIZED = "401"
    OUT_OF_CREDITS = "402"
    FORBIDDEN = "403"
    NOT_FOUND_EMPTY = "404 without a body"
    RATE_LIMIT_SOON = "429, reset in two seconds"
    RATE_LIMIT_PAST = "429, reset in the past"
    RATE_LIMIT_NO_RESET = "429 without a reset"
    RATE_LIMIT_GARBAGE = "429, reset is no number"
    RATE_LIMIT_LIST = "429 with a list as its body"
    USAGE_CAPPED = "429, usage capped"
    SERVER_ERROR = "500"
    UNAVAILABLE_HTML = "503 with HTML"
    OK_HTML = "200 with HTML"
    LIST = "200 with a list as its body"
    EMPTY_OBJECT = "200 with an empty object"
    REDIRECT = "302"
    ERRORS_BESIDE = "200 with errors beside the data"
    ERRORS_ONLY = "200 with nothing but errors"
    TRUNCATED = "200, the body is cut and the connection closed"
    CUT_JSON = "200, the body is whole but its JSON is not"
    HANG = "no answer"
    DRIP = "200, a byte at a time"
    RESET = "the connection is reset"
    NO_MILLISECONDS = "timestamps without milliseconds"
    NO_TEXT = "the first post has no text"
    EMPTY_PAGE = "an empty page with more behind it"


@dataclass
class _Armed:
    fault: Fault
    endpoint: str | None
    left: int | None


class Faults:
    """Which faults come next. Thread-safe; the first one that fits a request is used."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault, *, endpoint: str | None = None, times: int | None = 1) -> None:
        """Have `fault` at the next `times` requests (None: until `clear`), of one endpoint or of any."""
        with self._lock:
            self._armed.append(_Armed(fault, endpoint, times))

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def take(self, endpoint: str) -> Fault | None:
        with self._lock:
            for armed in self._armed:
                if armed.endpoint in (None, endpoint):
                    if armed.left is not None:
                        armed.left -= 1
                        if armed.left == 0:
                            self._armed.remove(armed)
                    return armed.fault
        return None
