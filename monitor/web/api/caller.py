"""Who calls: a program with a token, or a page of ours with the browser's session. Each is counted first."""

from hashlib import sha256
from typing import Annotated, cast

from fastapi import Depends, Path, Query, Request

from monitor.domain.access import Agent, Rank
from monitor.domain.search import LONGEST_TEXT
from monitor.web.api.rates import Rates
from monitor.web.api.requests import HIGHEST
from monitor.web.auth import needs, person, signed_in
from monitor.web.security import bearer_of

Reader = Annotated[Agent, Depends(signed_in)]
"""Anybody of the team; a token with the scope `read` is enough."""
Worker = Annotated[Agent, Depends(needs(Rank.AGENT))]
"""Somebody who works on cases; a token needs the scope `act`."""
Lead = Annotated[Agent, Depends(needs(Rank.LEAD))]
"""Somebody who leads; a token needs the scope `act`."""

Number = Annotated[int, Path(ge=1, le=HIGHEST)]
_SEARCH = Query(
    max_length=LONGEST_TEXT,
    description="A search as on the page: `lang:lv cause:outage is:unanswered`. Empty: every live case.",
    examples=["lang:lv is:unanswered followers:>1000"],
)
Asked = Annotated[str, _SEARCH]
AskedIfAny = Annotated[str | None, _SEARCH]


def counted(request: Request) -> None:
    """Count the request against the limit of the token, or of the person. Raises `TooManyRequests`.

    Strangers are not counted: they reach nothing, and would be counted against each other.
    """
    agent = person(request)
    if agent is not None:
        token = bearer_of(request.headers)
        who = f"agent {agent.name}" if token is None else sha256(token.encode("utf-8", "replace")).hexdigest()
        cast(Rates, request.app.state.rates).count(who)
