"""What others do, as it happens: one stream of server-sent events for each browser.

All streams share one look at the database a second, however many there are, and none when there are none. A stream
says that something changed, not what: the page asks for that in its own words.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from monitor.domain.access import Agent
from monitor.services.desk import ViewCount
from monitor.web.auth import monitor, signed_in

router = APIRouter()

LOOK_EVERY_S = 1.0
COUNT_SOON_S, COUNT_EVERY_S = 3.0, 30.0
"""Views are counted anew so long after a change at the soonest, and without one: promises run out with time alone."""
LASTS_S = 600.0
"""A stream ends after this and the browser comes back: so a person who was logged out does not listen for ever."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one look saw: the newest event, and who is at which case."""

    last_event: int = 0
    presence: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)


class Feed:
    """Looks for everybody. `look` reads the database and takes as long as it takes, in a thread."""

    def __init__(self, look: Callable[[], Sight], every: float = LOOK_EVERY_S) -> None:
        self._look = look
        self._every = every
        self._sight = Sight()
        self._beat = asyncio.Condition()
        self._readers = 0
        self._task: asyncio.Task[None] | None = None
        self._ended = False
        self.looks = 0

    async def follow(self) -> AsyncIterator[Sight]:
        """What every look sees, from now on."""
        self._readers += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._go_on())
        try:
            while not self._ended:
                async with self._beat:
                    await self._beat.wait()
                if not self._ended:
                    yield self._sight
        finally:
            self._readers -= 1

    async def end(self) -> None:
        """Let every stream end: the server stops."""
        self._ended = True
        async with self._beat:
            self._beat.notify_all()

    async def _go_on(self) -> None:
        while self._readers and not self._ended:
            self._sight = await to_thread.run_sync(self._look)
            self.looks += 1
            async with self._beat:
                self._beat.notify_all()
            await asyncio.sleep(self._every)


def feed_of(request: Request) -> Feed:
    """The one feed of this process."""
    state = request.app.state
    if not hasattr(state, "feed"):
        state.feed = Feed(lambda: look(monitor(request)))
    feed: Feed = state.feed
    return feed


def look(app: Any) -> Sight:
    """One look at the database."""
    there = app.desk.presence()
    return Sight(
        app.desk.last_event(),
        {
            str(case): [{"agent": one.agent, "doing": one.doing.value} for one in people]
            for case, people in there.items()
        },
    )


@router.get("/live", response_class=EventSourceResponse)
async def live(
    request: Request,
    agent: Annotated[Agent, Depends(signed_in)],
    last_event_id: Annotated[int, Header()] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """The stream of one browser. `Last-Event-ID` is the newest event that it knew when the connection broke."""
    desk, loop = monitor(request).desk, asyncio.get_running_loop()
    began, told, counted, counted_at = loop.time(), last_event_id, -1, -COUNT_EVERY_S
    presence: Mapping[str, Any] | None = None
    yield ServerSentEvent(comment="hello", retry=2000)
    async for sight in feed_of(request).follow():
        if sight.presence != presence:
            presence = sight.presence
            yield ServerSentEvent(event="presence", data=presence)
        if sight.last_event != told:  # also at first: something may have happened since the page was drawn
            told = sight.last_event
            yield ServerSentEvent(event="changed", data={"upto": told}, id=str(told))
        waits = COUNT_SOON_S if counted != told else COUNT_EVERY_S
        if loop.time() - counted_at >= waits:
            counted, counted_at = told, loop.time()
            yield ServerSentEvent(event="views", data=counts(await to_thread.run_sync(desk.views, agent.name)))
        if loop.time() - began >= LASTS_S:
            return


def counts(views: list[ViewCount]) -> dict[str, Any]:
    """How many cases each view has, and which of them were not counted to the end."""
    return {
        "counts": {view.key: view.count for view in views},
        "more": [view.key for view in views if view.more],
    }
