"""What holds for every answer and every request, whatever the page: headers, hosts, origins, proxies.

Each is a plain ASGI middleware, so that it also covers what no route answers: 404, 405, a body that is too long.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit

from fastapi.responses import PlainTextResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

Network = IPv4Network | IPv6Network

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: under it browsers send `Origin: null` with forms, and over plain HTTP there is nothing else.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


class Guarded:
    """Puts the protecting headers on every answer, and keeps what is not a static file out of every cache."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                protect(MutableHeaders(scope=message), static=scope["path"].startswith("/static/"))
            await send(message)

        await self._app(scope, receive, guarded)


def protect(headers: MutableHeaders, *, static: bool = False) -> None:
    """Add what every answer carries, where it is not said yet."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if not static:
        headers.setdefault("Cache-Control", "no-store")


class SameOrigin:
    """Refuses what another site makes a browser send (CSRF): everything but reading must come from our own pages.

    The browser says where a request comes from in `Sec-Fetch-Site`; over plain HTTP it does not, and `Origin` decides.
    A bearer token cannot be sent by another site's page without our consent, so its requests pass. The algorithm is
    that of Go's `http.CrossOriginProtection`, except that a request which says nothing of its origin is refused too.
    """

    def __init__(self, app: ASGIApp, public_url: str | None = None) -> None:
        self._app = app
        self._public = public_url.rstrip("/").lower() if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _SAFE or self._ours(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        words = "This was not sent from a page of this program. Open the page again and repeat it there."
        await PlainTextResponse(words, status_code=403)(scope, receive, send)

    def _ours(self, headers: Headers) -> bool:
        if bearer_of(headers) is not None:
            return True
        if site := headers.get("sec-fetch-site"):
            return site in ("same-origin", "none")
        origin = headers.get("origin", "").lower()
        return bool(origin) and (origin == self._public or _host_of(origin) == headers.get("host", "").lower())


def bearer_of(headers: Headers) -> str | None:
    """The token of an `Authorization: Bearer …` header; None where there is no such header."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


class Proxies:
    """Believes what proxies of the listed networks say about the client, and nobody else.

    `X-Forwarded-For` and `X-Forwarded-Proto` change the client and the scheme of the request. Where `user_header` names
    the header in which the proxy says who logged in, its value is put into the request's state as `proxy_user`.
    """

    def __init__(self, app: ASGIApp, networks: Sequence[Network] = (), user_header: str | None = None) -> None:
        self._app = ProxyHeadersMiddleware(app, trusted_hosts=[str(network) for network in networks])  # type: ignore[arg-type]
        self._networks = tuple(networks)
        self._user_header = user_header

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._user_header is not None:
            said = Headers(scope=scope).getlist(self._user_header)
            believed = said[0].strip() if len(said) == 1 and self._knows(scope) else ""
            scope.setdefault("state", {})["proxy_user"] = believed or None
        await self._app(scope, receive, send)  # type: ignore[arg-type]

    def _knows(self, scope: Scope) -> bool:
        try:
            peer = ip_address((scope.get("client") or ("",))[0])
        except ValueError:
            return False
        return any(peer in network for network in self._networks)
