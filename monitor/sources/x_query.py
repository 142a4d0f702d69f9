"""Pure: what a brand's search asks X for. Names are quoted, so that no name can smuggle an operator into the query.

X takes 512 characters; more names than fit become several queries. The first one also holds the brand's @handles: what
the mention timeline has lost (it is 800 posts deep) can then be fetched by search.
"""

import re
from collections.abc import Sequence

from monitor.errors import ConfigError

LONGEST = 512

_BARE = re.compile(r"[@#]\w+")
_WORD = re.compile(r"\w")
_SPACE = re.compile(r"[\s\"\\\x00-\x1f]+")
# X still writes three languages with the codes of 1988.
_TO_OLD_CODES = {"id": "in", "he": "iw", "yi": "ji"}


def searches(handles: Sequence[str], names: Sequence[str], languages: Sequence[str] = ()) -> list[str]:
    """The queries for a brand's untagged `names`; none without names.

    `languages` keeps names that mean something else elsewhere from flooding the search. Posts of undetermined language
    always stay in: the shortest complaints are among them.
    """
    terms = list(dict.fromkeys(_term(name) for name in names))
    queries: list[str] = []
    while terms:
        for taken in range(len(terms), 0, -1):
            query = _query(handles, terms[:taken], languages, tagged=not queries)
            if len(query) <= LONGEST:
                break
        else:
            raise ConfigError(f"the name {terms[0][:40]}… is too long to search for: X takes {LONGEST} characters")
        queries.append(query)
        terms = terms[taken:]
    return queries


def mentions(handle: str, own: Sequence[str]) -> str:
    """What the mention timeline of `handle` shows, less the brand's `own` posts, as a query to count it by."""
    return f"@{handle} {_not_from(own)}"


def timeline(handle: str) -> str:
    """What the timeline of `handle` shows, as a query to count it by."""
    return f"from:{handle}"


def _query(handles: Sequence[str], terms: Sequence[str], languages: Sequence[str], *, tagged: bool) -> str:
    tags = [f"@{handle}" for handle in handles] if tagged else []
    if not languages:
        return f"{_any_of([*terms, *tags])} {_not_from(handles)}"
    codes = dict.fromkeys([*(_TO_OLD_CODES.get(code, code) for code in languages), "und"])
    named = f"({_any_of(terms)} {_any_of([f'lang:{code}' for code in codes])})"
    return f"{_any_of([named, *tags])} {_not_from(handles)}"


def _not_from(handles: Sequence[str]) -> str:
    return " ".join(f"-from:{handle}" for handle in handles)


def _any_of(terms: Sequence[str]) -> str:
    return f"({' OR '.join(terms)})"


def _term(name: str) -> str:
    """`name` as one term: an exact phrase, or a bare @handle or #tag."""
    words = _SPACE.sub(" ", name).strip()
    if not _WORD.search(words):
        raise ConfigError(f"the name {name!r} has nothing to search for: give it a letter or a digit")
    return words if _BARE.fullmatch(words) else f'"{words}"'
