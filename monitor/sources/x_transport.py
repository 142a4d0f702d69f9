"""The HTTP session under tweepy: our base URL, our time-outs, our vocabulary, and no secrets in any log.

tweepy has its host written into its code, sets no time-out and reads faults in ways that lose pages, so it gets a
`requests.Session` that puts this right before a request is signed and before tweepy sees an answer.
"""

import io
import logging
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from monitor.errors import SourceError
from monitor.sources.x_vocabulary import Vocabulary, translate

_TWEEPYS_HOST = "https://api.twitter.com"
_CHUNK = 65_536
# A hundred posts at their longest are a tenth of this.
_LARGEST_BODY = 64 * 2**20

# At DEBUG these print the bearer token, the signature's ingredients, or whole answers.
_TALKATIVE = (
    "tweepy",
    "tweepy.client",
    "tweepy.auth",
    "requests_oauthlib",
    "requests_oauthlib.oauth1_auth",
    "oauthlib",
    "oauthlib.oauth1",
    "oauthlib.oauth1.rfc5849",
    "oauthlib.oauth1.rfc5849.signature",
    "urllib3",
    "urllib3.connectionpool",
)


class Refused(Exception):
    """X answered, but not with 2xx. Never leaves `monitor.sources`: `x_faults` says what it means."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(f"HTTP {response.status_code}")
        self.response = response


class Transport(requests.Session):
    """A session for tweepy. Raises `SourceError` where there is no answer, `Refused` where the answer is not 2xx."""

    def __init__(
        self,
        base_url: str,
        *,
        connect_timeout: float,
        read_timeout: float,
        total_timeout: float,
        vocabulary: Vocabulary,
    ) -> None:
        super().__init__()
        # Neither proxies nor ~/.netrc of whoever runs us may change where the token goes.
        self.trust_env = False
        self.vocabulary = vocabulary
        self._base_url = base_url.rstrip("/")
        self._timeouts = (connect_timeout, read_timeout)
        self._total_timeout = total_timeout

    def request(  # type: ignore[override]  # tweepy is the only caller, with these arguments
        self, method: str, url: str, *, params: Mapping[str, object] | None = None, **rest: Any
    ) -> requests.Response:
        # Real seconds, whatever clock the program runs on: a socket knows no simulated time.
        started = time.monotonic()
        try:
            # The URL is rewritten before the request is made, so that OAuth 1.0a signs what is really sent.
            response = super().request(
                method,
                self._base_url + url.removeprefix(_TWEEPYS_HOST),
                params=translate(params or {}, self.vocabulary),  # type: ignore[arg-type]
                timeout=self._timeouts,
                allow_redirects=False,
                stream=True,
                **rest,
            )
            with response:
                body = self._read(response, until=started + self._total_timeout)
        except (requests.RequestException, HTTPError, OSError) as fault:
            # The cause is cut off: its message can quote a garbled answer, and so a post.
            raise SourceError(f"no answer from {urlsplit(self._base_url).netloc}: {type(fault).__name__}") from None
        response.raw = io.BytesIO(body)
        if not response.ok or response.is_redirect:
            raise Refused(response)
        return response

    def _read(self, response: requests.Response, until: float) -> bytes:
        """The body, piece by piece as it comes: a server that drips a byte at a time never trips the read time-out."""
        body = bytearray()
        while piece := response.raw.read1(_CHUNK, decode_content=True):
            body += piece
            if time.monotonic() > until:
                raise SourceError(f"the answer took longer than {self._total_timeout:g} seconds")
            if len(body) > _LARGEST_BODY:
                raise SourceError("the answer is larger than any answer of X")
        return bytes(body)


class _NoDebug(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno > logging.DEBUG


_FENCE = _NoDebug()


def fence_logs() -> None:
    """Silence DEBUG of the libraries that would print tokens and posts, whatever level anybody sets later."""
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_FENCE)
