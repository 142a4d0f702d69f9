"""What part of the queue a person looks at: a view or a search, the link to it, and to a case within it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from monitor.domain.search import EVERYTHING_LIVE, Search, SearchError, parse_search
from monitor.services.desk import ViewCount

HOME = "all"
"""The view of those who have not chosen one."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A view (`key` is its key) or a search of one's own (`key` is empty). `wrong` says why a search is none."""

    key: str
    query: str
    search: Search
    view: ViewCount | None = None
    wrong: str = ""

    @property
    def text(self) -> str:
        """What stands in the search box: a view is a search too, and this is how it is learnt."""
        return self.query or self.search.text()

    def link(self, **more: object) -> str:
        """The page that shows it."""
        return _link("/queue", self.key, self.query, more)

    def fragment(self, **more: object) -> str:
        """Its rows alone."""
        return _link("/queue/rows", self.key, self.query, more)


def listing(views: Sequence[ViewCount], key: str | None, query: str | None, home: str = HOME) -> Listing:
    """What was asked for: a search goes before a view, and a view that is gone is the home view."""
    if query is not None and query.strip():
        return _searched(query.strip())
    known = {view.key: view for view in views}
    view = known.get(key or home) or known.get(home) or known.get(HOME)
    return Listing(HOME, "", EVERYTHING_LIVE) if view is None else Listing(view.key, "", view.search, view)


def _searched(query: str) -> Listing:
    try:
        return Listing("", query, parse_search(query))
    except SearchError as error:
        return Listing("", query, EVERYTHING_LIVE, wrong=str(error))


def _link(path: str, key: str, query: str, more: dict[str, object]) -> str:
    asked = {"view": key, "q": query, **more}
    return f"{path}?{urlencode({name: str(value) for name, value in asked.items() if value not in ('', None)})}"
