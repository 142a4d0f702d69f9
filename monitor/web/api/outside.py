"""What guards the whole page (hosts, origins, sizes) refuses in plain words. Below /api those become problems too."""

import json

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web.api.problems import MEDIA_TYPE, body, trouble_of_status

_BELOW = "/api/"


class ProblemsOutside:
    """Stands before everything else, and lets through whatever is a problem document already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_BELOW):
            await self._app(scope, receive, send)
            return
        instead = b""

        async def reworded(message: Message) -> None:
            nonlocal instead
            if message["type"] == "http.response.start" and _is_plain(message):
                trouble = trouble_of_status(message["status"])
                instead = json.dumps(body(trouble, scope["path"])).encode()
                headers = MutableHeaders(scope=message)
                headers["Content-Type"] = MEDIA_TYPE
                headers["Content-Length"] = str(len(instead))
            elif message["type"] == "http.response.body" and instead:
                if message.get("more_body", False):
                    return
                message = {"type": "http.response.body", "body": instead}
            await send(message)

        await self._app(scope, receive, reworded)


def _is_plain(message: Message) -> bool:
    return message["status"] >= 400 and Headers(scope=message).get("content-type", "") != MEDIA_TYPE
