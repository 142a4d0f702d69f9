"""Who may ask the fake X, and how often: bearer tokens, OAuth 1.0a signatures, and windows of fifteen minutes."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from oauthlib.oauth1 import RequestValidator, ResourceEndpoint

WINDOW = timedelta(minutes=15)

# Requests per window, of an app and of a user (X's table of August 2026).
LIMITS: Mapping[str, tuple[int, int]] = {
    "mentions": (450, 300),
    "timeline": (10_000, 900),
    "search": (450, 300),
    "users": (300, 900),
    "user_by_handle": (300, 900),
    "counts": (300, 0),
    "posts": (3_500, 5_000),
}


@dataclass(frozen=True)
class Keys:
    """One app and one user of it; the access token begins with the user's id, as X's do."""

    consumer_key: str = "fake-consumer-key"
    consumer_secret: str = "fake-consumer-secret"
    access_token: str = "1000001-fake-access-token"
    access_token_secret: str = "fake-access-token-secret"


class _Validator(RequestValidator):
    """The questions that oauthlib asks about a signed request. Nonces are not remembered."""

    enforce_ssl = False
    client_key_length = (1, 100)
    access_token_length = (1, 100)
    nonce_length = (1, 100)
    safe_characters = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    dummy_client = "nobody"
    dummy_access_token = "nothing"

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self._keys = keys

    def get_client_secret(self, client_key, request):
        return self._keys.consumer_secret

    def get_access_token_secret(self, client_key, token, request):
        return self._keys.access_token_secret

    def validate_client_key(self, client_key, request):
        return client_key == self._keys.consumer_key

    def validate_access_token(self, client_key, token, request):
        return token == self._keys.access_token

    def validate_timestamp_and_nonce(self, *args, **kwargs):
        return True

    def validate_realms(self, *args, **kwargs):
        return True


class Doorman:
    """Tells who asks: "app", "user", or nobody."""

    def __init__(self, bearer_token: str, keys: Keys) -> None:
        self._bearer_token = bearer_token
        self._endpoint = ResourceEndpoint(_Validator(keys))

    def who(self, method: str, url: str, headers: Mapping[str, str]) -> str | None:
        authorization = headers.get("Authorization", "")
        if authorization.startswith("Bearer "):
            return "app" if authorization == f"Bearer {self._bearer_token}" else None
        if not authorization.startswith("OAuth "):
            return None
        try:
            valid, _ = self._endpoint.validate_protected_resource_request(
                url, method, None, {"Authorization": authorization}, realms=[]
            )
        except ValueError:  # not even a list of parameters
            return None
        return "user" if valid else None


class Counter:
    """Counts requests per endpoint and asker, and says what X's three headers would."""

    def __init__(self, now: Callable[[], datetime], limits: Mapping[str, tuple[int, int]] | None = None) -> None:
        self._now = now
        self._limits = {**LIMITS, **(limits or {})}
        self._windows: dict[tuple[str, str], tuple[datetime, int]] = {}
        self._lock = threading.Lock()

    def count(self, endpoint: str, who: str) -> tuple[bool, dict[str, str]]:
        """Whether one more request is within the limit, and the headers for its answer."""
        limit = self._limits[endpoint][0 if who == "app" else 1]
        with self._lock:
            now = self._now()
            began, used = self._windows.get((endpoint, who), (now, 0))
            if now >= began + WINDOW:
                began, used = now, 0
            allowed = used < limit
            used += allowed
            self._windows[endpoint, who] = (began, used)
        reset = int((began + WINDOW).timestamp())
        return allowed, {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(limit - used),
            "x-rate-limit-reset": str(reset),
        }
