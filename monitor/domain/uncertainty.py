"""Where a model learns most from a person's answer: the posts that it is least sure of, whatever their language.

Margin sampling (Scheffer, Decomain & Wrobel 2001; Settles, "Active Learning Literature Survey", 2009).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from classifiers.contract import Assessment
from monitor.domain.model import Post


@dataclass(frozen=True, slots=True)
class Doubt:
    """A post and the verdict on it that the model is not sure of."""

    post: Post
    verdict: Assessment

    @property
    def margin(self) -> float:
        """How far apart the two most probable kinds are, 0 to 1; 0 is a coin's toss."""
        first, second = sorted(self.verdict.kind.values(), reverse=True)[:2]
        return first - second

    @property
    def order(self) -> tuple[bool, float]:
        """The most doubtful first: what the model did not dare to say, then by margin."""
        return (not self.verdict.abstained, self.margin)


def least_sure(doubts: Iterable[Doubt], limit: int) -> list[Doubt]:
    """At most `limit` of the posts, the most doubtful first, one of each language in turn; a text is asked about once.

    The languages take turns because a model is unsure about all of a language that it hardly knows, and would ask about
    nothing else.
    """
    by_language: defaultdict[str, list[Doubt]] = defaultdict(list)
    seen: set[str] = set()
    for doubt in sorted(doubts, key=lambda doubt: doubt.order):
        words = " ".join(doubt.post.text.casefold().split())
        if words and words not in seen:
            seen.add(words)
            by_language[doubt.verdict.lang].append(doubt)
    return _in_turns(list(by_language.values()))[:limit]


def _in_turns(queues: Sequence[Sequence[Doubt]]) -> list[Doubt]:
    longest = max(map(len, queues), default=0)
    rounds = ([queue[turn] for queue in queues if turn < len(queue)] for turn in range(longest))
    return [doubt for each in rounds for doubt in sorted(each, key=lambda doubt: doubt.order)]
