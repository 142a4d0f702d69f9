"""The fake X over HTTP, on loopback: threads, records of every exchange, and faults on demand."""

import json
import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.fakex.access import Counter, Doorman, Keys
from tests.fakex.endpoints import Asked, Endpoint, Invalid, check, route
from tests.fakex.faults import Fault, Faults
from tests.fakex.render import Document, Renderer
from tests.fakex.world import World

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"
_HTML_PAGE = b"<!DOCTYPE html><html><head><title>Over capacity</title></head><body>Something is wrong.</body></html>"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, for assertions. `who` is "app", "user" or None; `status` 0 is no answer at all."""

    method: str
    path: str
    params: Mapping[str, str]
    endpoint: str
    who: str | None
    new: bool
    fault: Fault | None
    status: int = 0
    content_type: str = ""
    document: Any = None


@dataclass
class Answer:
    """What goes over the wire. `cut` is after how many bytes the connection breaks."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None

    @classmethod
    def of(cls, document: Any, status: int = 200, *, content_type: str = JSON) -> "Answer":
        return cls(status, json.dumps(document).encode(), content_type)


class FakeX:
    """A fake X server. Use it as a context manager, or call `start` and `stop`.

    `vocabulary` is what it understands: "old", "new", or "either" (what each request is written in). Rate limits run on
    `now`, which is the world's clock unless told otherwise. With `lenient` it passes over what it does not understand.
    """

    def __init__(
        self,
        world: World,
        *,
        vocabulary: str = "either",
        bearer_token: str = "fake-bearer-token",
        keys: Keys | None = None,
        limits: Mapping[str, tuple[int, int]] | None = None,
        now: Callable[[], datetime] | None = None,
        hang_seconds: float = 2.0,
        lenient: bool = False,
        port: int = 0,
    ) -> None:
        self.world = world
        self.vocabulary = vocabulary
        self.bearer_token = bearer_token
        self.keys = keys or Keys()
        self.faults = Faults()
        self.exchanges: list[Exchange] = []
        self.now = now or world.clock.now
        self.doorman = Doorman(bearer_token, self.keys)
        self.counter = Counter(self.now, limits)
        self.hang_seconds = hang_seconds
        self.lenient = lenient
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="fake X", daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def requests(self, endpoint: str | None = None) -> list[Exchange]:
        """What was asked so far, in order."""
        return [exchange for exchange in list(self.exchanges) if endpoint in (None, exchange.endpoint)]

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], fake: FakeX) -> None:
        self.fake = fake
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news: half of the faults are about that."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        fake, url = self.server.fake, urlsplit(self.path)
        params = dict(parse_qsl(url.query, keep_blank_values=True))
        found = route(url.path)
        name = found[0].name if found else "nowhere"
        fault = fake.faults.take(name)
        new = fake.vocabulary == "new" or (fake.vocabulary == "either" and "post.fields" in params)
        who = fake.doorman.who("GET", f"{fake.base_url}{self.path}", self.headers)
        asked = Asked(fake.world, params, new, found[1] if found else "")
        answer = _answer(fake, found[0] if found else None, asked, who)
        if fault is not None:
            answer = _faulty(fault, answer, asked, fake.now())
        exchange = Exchange("GET", url.path, params, name, who, new, fault)
        if answer is None:
            fake.exchanges.append(exchange)
            self._no_answer(fault)
            return
        fake.exchanges.append(_completed(exchange, answer))
        self._send(answer, drip=fault is Fault.DRIP)

    def _send(self, answer: Answer, *, drip: bool) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for header, value in answer.headers.items():
            self.send_header(header, value)
        self.end_headers()
        if drip:
            for at in range(len(answer.body)):
                self.wfile.write(answer.body[at : at + 1])
                if self.server.fake.stopping.wait(0.02):
                    break
        else:
            self.wfile.write(answer.body[: answer.cut])
        self.close_connection = drip or answer.cut is not None

    def _no_answer(self, fault: Fault | None) -> None:
        if fault is Fault.HANG:
            self.server.fake.stopping.wait(self.server.fake.hang_seconds)
        else:
            # Closing with unsent lingering time zero is what a reset is.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _answer(fake: FakeX, endpoint: Endpoint | None, asked: Asked, who: str | None) -> Answer:
    """What X would answer if all were well."""
    refusal = Renderer(fake.world, new=asked.new)
    content_type = JSON if asked.new else PROBLEM
    if who is None:
        return Answer.of(refusal.refusal(401, "Unauthorized"), 401, content_type=content_type)
    if endpoint is None:
        return Answer.of(refusal.refusal(404, "Not Found"), 404, content_type=content_type)
    if who == "user" and not endpoint.user_context:
        return Answer.of(refusal.refusal(403, "Unsupported Authentication"), 403, content_type=content_type)
    allowed, headers = fake.counter.count(endpoint.name, who)
    if not allowed:
        answer = Answer.of(refusal.refusal(429, "Too Many Requests"), 429, content_type=content_type)
    else:
        try:
            if not fake.lenient:
                check(endpoint, asked)
            answer = Answer.of(endpoint.answer(asked))
        except Invalid as invalid:
            problem = refusal.invalid_request(invalid.parameter, invalid.value, invalid.message)
            answer = Answer.of(problem, 400, content_type=PROBLEM)
    answer.headers = headers
    return answer


def _completed(exchange: Exchange, answer: Answer) -> Exchange:
    try:
        document = json.loads(answer.body)
    except ValueError:
        document = None
    kind = answer.content_type.partition(";")[0]
    return Exchange(**{**vars(exchange), "status": answer.status, "content_type": kind, "document": document})


def _faulty(fault: Fault, answer: Answer, asked: Asked, now: datetime) -> Answer | None:
    """`answer` as `fault` leaves it; None is no answer at all."""
    if fault in (Fault.HANG, Fault.RESET):
        return None
    if fault in _REFUSALS:
        return _REFUSALS[fault](asked.new, now)
    if fault in (Fault.TRUNCATED, Fault.CUT_JSON):
        half = len(answer.body) // 2
        if fault is Fault.CUT_JSON:
            return Answer(answer.status, answer.body[:half], headers=answer.headers)
        return Answer(answer.status, answer.body, headers=answer.headers, cut=half)
    if fault is Fault.DRIP:
        return answer
    spoiled = Answer.of(_spoiled(fault, json.loads(answer.body), asked), answer.status)
    spoiled.headers = answer.headers
    return spoiled


def _spoiled(fault: Fault, document: Document, asked: Asked) -> Document:
    """A well-meant document with something wrong in it."""
    if fault is Fault.NO_MILLISECONDS:
        return json.loads(json.dumps(document).replace(".000Z", "Z"))
    if fault is Fault.NO_TEXT:
        document.get("data", [{}])[0].pop("text", None)
        return document
    if fault is Fault.EMPTY_PAGE:
        # The token of the topmost id leads to the very page that was left out.
        return {"meta": {"result_count": 0, "next_token": f"p{2**63:x}"}}
    errors = [asked.render.not_found("tweet", "referenced_tweets.id", "1234567890")]
    errors.append(asked.render.not_found("user", "entities.mentions.username", "somebody"))
    return {"errors": errors} | (document if fault is Fault.ERRORS_BESIDE else {})


def _refusal(status: int, title: str, **more: str) -> Callable[[bool, datetime], Answer]:
    def answer(new: bool, now: datetime) -> Answer:
        slug = more.get("slug")
        kind = f"https://{'api.x.com' if new else 'api.twitter.com'}/2/problems/{slug}" if slug else "about:blank"
        problem = {"type": kind, "title": title, "status": status, "detail": title}
        problem |= {name: value for name, value in more.items() if name != "slug"}
        return Answer.of(problem, status, content_type=PROBLEM)

    return answer


def _rate_limit(reset: Callable[[datetime], str | None], body: Any = None) -> Callable[[bool, datetime], Answer]:
    def answer(new: bool, now: datetime) -> Answer:
        refused = Answer.of(body or {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, 429)
        value = reset(now)
        refused.headers = {"x-rate-limit-limit": "450", "x-rate-limit-remaining": "0"}
        if value is not None:
            refused.headers["x-rate-limit-reset"] = value
        return refused

    return answer


def _in(seconds: int) -> Callable[[datetime], str]:
    return lambda now: str(int((now + timedelta(seconds=seconds)).timestamp()))


_REFUSALS: Mapping[Fault, Callable[[bool, datetime], Answer]] = {
    Fault.UNAUTHORIZED: _refusal(401, "Unauthorized"),
    Fault.OUT_OF_CREDITS: _refusal(402, "CreditsDepleted", slug="credits"),
    Fault.FORBIDDEN: _refusal(403, "Client Forbidden", slug="client-forbidden", reason="client-not-enrolled"),
    Fault.NOT_FOUND_EMPTY: lambda new, now: Answer(404, b"", HTML),
    Fault.RATE_LIMIT_SOON: _rate_limit(_in(2)),
    Fault.RATE_LIMIT_PAST: _rate_limit(_in(-60)),
    Fault.RATE_LIMIT_NO_RESET: _rate_limit(lambda now: None),
    Fault.RATE_LIMIT_GARBAGE: _rate_limit(lambda now: "soon"),
    Fault.RATE_LIMIT_LIST: _rate_limit(_in(60), body=[1, 2]),
    Fault.USAGE_CAPPED: _refusal(429, "UsageCapExceeded", slug="usage-capped", period="Monthly", scope="Product"),
    Fault.SERVER_ERROR: lambda new, now: Answer.of({"errors": [{"code": 131, "message": "Internal error"}]}, 500),
    Fault.UNAVAILABLE_HTML: lambda new, now: Answer(503, _HTML_PAGE, HTML),
    Fault.OK_HTML: lambda new, now: Answer(200, _HTML_PAGE, HTML),
    Fault.LIST: lambda new, now: Answer.of([1, 2]),
    Fault.EMPTY_OBJECT: lambda new, now: Answer.of({}),
    Fault.REDIRECT: lambda new, now: Answer(302, b"", HTML, {"Location": "https://x.com/login"}),
}
