"""`python -m tests.soak.texts`: 100,000 texts as odd as they come through the shipped classifier, then count.

No text may raise, and every verdict must be made of probabilities: finite, within [0, 1], distributions summing to 1.
The texts are seeded: the same seed and count give the same texts.
"""

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import Path
from random import Random

from classifiers.contract import Assessment, Classifier, Text
from classifiers.heads import HEADS
from classifiers.load import load
from classifiers.noise import NOISES
from classifiers.robustness import corpus_test_texts

BATCH = 512
_PLANES = ((0x0, 0xFFFF), (0x10000, 0x1FFFF), (0x20000, 0x3FFFF), (0xE0000, 0xE0FFF), (0xF0000, 0x10FFFF))
_AWKWARD = (
    "\x00\x07\x1b\x7f\x85\u00ad\u0301\u0338\u200b\u200d\u202e\u2066"
    "\u2069\u3164\ufdfa\ufe0f\ufeff\ufffd\uffff\ud83d\ude00"
)
_EMOJI = (
    "😡",
    "👍🏽",
    "👨\u200d👩\u200d👧",
    "🇱🇻",
    "❤\ufe0f",
    "🤬",
    "\u200d",
    "🏽",
    "☺",
    "🏴\U000e0067\U000e0062\U000e007f",
)
_ENTITIES = (
    "&amp;",
    "&#39;",
    "&#x1F621;",
    "&lt;",
    "&",
    "&#",
    "&#xD83D;",
    "&#0;",
    "&#99999999999;",
    "&amp;amp;",
    "&gg;",
)
_RIGHT_TO_LEFT = "אבגדהוזחטיךכלםמןנסעףפץצקרשת ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأ"
_HINTS = (None, None, "", "lv", "bg", "ru", "en", "und", "pt-BR", "zh_Hans", "zxx", "x" * 500, "\x00", "тт", "\ud83d")


@cache
def posts() -> tuple[Text, ...]:
    """Real posts to maltreat: the test split of our own corpus."""
    return tuple(corpus_test_texts(Path(str(resources.files("classifiers"))) / "corpus"))


def any_planes(rng: Random) -> str:
    """Code points of every plane, lone surrogates and unassigned ones among them."""
    return "".join(chr(rng.randint(*rng.choice(_PLANES))) for _ in range(rng.randint(0, 120)))


def controls(rng: Random) -> str:
    """Control, format and filler characters, alone or strewn over a post."""
    if rng.random() < 0.3:
        return "".join(rng.choices(_AWKWARD, k=rng.randint(0, 150)))
    text = rng.choice(posts()).text
    return "".join(letter + rng.choice(_AWKWARD) * rng.choice((0, 0, 0, 0, 1, 3)) for letter in text)


def long(rng: Random) -> str:
    """Up to 100 kB: one letter, one word, one sign or one post again and again, or a new word every time."""
    length = rng.choice((5_000, 20_000, 100_000))
    if rng.random() < 0.2:
        return " ".join(f"{rng.getrandbits(40):x}" for _ in range(length // 11))
    piece = rng.choice(
        ("a", "é", "a\u0301", "😡", "no ", "@a ", "www.", "&lt;", "x@", "сoop ", rng.choice(posts()).text + " ")
    )
    return piece * max(1, length // len(piece))


def nested_entities(rng: Random) -> str:
    """Entities in entities, broken ones, and such that stand for what no text may hold."""
    text = "".join(rng.choices(_ENTITIES, k=rng.randint(1, 40)))
    for _ in range(rng.randint(0, 30)):
        text = text.replace("&", "&amp;", rng.randint(1, 3))
    return text


def emoji_only(rng: Random) -> str:
    """Emoji, flags, skin tones and joiners, whole and torn."""
    return rng.choice(("", " ")).join(rng.choices(_EMOJI, k=rng.randint(1, 30)))


def right_to_left(rng: Random) -> str:
    """Hebrew and Arabic, with Latin words and direction marks between."""
    letters = "".join(rng.choices(_RIGHT_TO_LEFT, k=rng.randint(1, 60)))
    return letters + rng.choice(("", " refund ", "\u202e", "\u2067me\u2069")) + letters[::-1]


def garbage(rng: Random) -> str:
    """Random bytes, or a post's bytes, read in a wrong encoding."""
    known = rng.choice(posts()).text.encode(rng.choice(("utf-8", "utf-16", "utf-8")))
    raw = known if rng.random() < 0.5 else rng.randbytes(rng.randint(0, 200))
    encoding, errors = rng.choice(
        (
            ("latin-1", "strict"),
            ("cp1251", "replace"),
            ("utf-8", "surrogateescape"),
            ("utf-16", "replace"),
            ("cp437", "strict"),
        )
    )
    return raw.decode(encoding, errors)


def mutated(rng: Random) -> str:
    """A post with pieces cut, doubled, turned round, or exchanged for pieces of another."""
    text, other = rng.choice(posts()).text, rng.choice(posts()).text
    for _ in range(rng.randint(1, 6)):
        start = rng.randint(0, len(text))
        end = rng.randint(start, min(len(text), start + 20))
        piece = text[start:end]
        text = (
            text[:start] + rng.choice(("", piece * 3, piece[::-1], other[start:end], rng.choice(_AWKWARD))) + text[end:]
        )
    return text


def piled_up(rng: Random) -> str:
    """A post under up to six noises, some of them of another language."""
    post = rng.choice(posts())
    text = post.text
    for name in rng.choices(list(NOISES), k=rng.randint(2, 6)):
        text = NOISES[name](text, rng.choice((post.lang or "", "bg", "lv", "tr")), rng)
    return text


KINDS: Sequence[tuple[Callable[[Random], str], float]] = (
    (any_planes, 15),
    (controls, 15),
    (long, 0.5),
    (nested_entities, 10),
    (emoji_only, 8),
    (right_to_left, 8),
    (garbage, 13),
    (mutated, 15),
    (piled_up, 15),
)
"""The kinds of odd texts and how often each comes; the long ones are few because each takes the time of fifty."""


def odd_texts(seed: int) -> Iterator[tuple[str, Text]]:
    """Kinds and texts without end; one in ten with a hint that is no language, or somebody else's."""
    rng = Random(seed)
    makers, weights = [maker for maker, _ in KINDS], [weight for _, weight in KINDS]
    while True:
        maker = rng.choices(makers, weights)[0]
        yield maker.__name__, Text(maker(rng), rng.choice(_HINTS), rng.choice((None, "Acme", "", "\ud83d\x00")))


def faults(verdict: Assessment) -> list[str]:
    """What is wrong with a verdict as numbers; empty where nothing is."""
    found = [] if 0.0 <= verdict.escalation <= 1.0 else [f"escalation is {verdict.escalation}"]
    for head in HEADS:
        chances = list(getattr(verdict, head.name).values())
        if not all(math.isfinite(chance) and 0.0 <= chance <= 1.0 for chance in chances):
            found.append(f"{head.name} holds what is no probability")
        elif not head.many and abs(sum(chances) - 1.0) > 1e-3:
            found.append(f"{head.name} sums to {sum(chances)}")
    if verdict.abstained != (verdict.abstain_reason is not None):
        found.append("abstained without a reason, or a reason without abstaining")
    return found


@dataclass
class Found:
    """What a trial found. `raised` and `wrong` must be empty; each entry tells how to make the text again."""

    tried: Counter[str] = field(default_factory=Counter)
    abstained: int = 0
    seconds: float = 0.0
    raised: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.raised and not self.wrong

    def __str__(self) -> str:
        count = sum(self.tried.values())
        kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(self.tried.items()))
        rate = count / self.seconds if self.seconds else 0.0
        lines = [f"{count} texts ({kinds}): {len(self.raised)} exceptions, {len(self.wrong)} wrong verdicts"]
        lines += [f"{self.abstained} abstained; {self.seconds:.0f} s in the classifier, {rate:.0f} posts/s"]
        return "\n".join(lines + [f"  {fault}" for fault in (self.raised + self.wrong)[:20]])


def trial(classifier: Classifier, count: int, seed: int, told: Callable[[str], None] = print) -> Found:
    """Classify `count` odd texts in batches; a batch that raises is tried again text by text to name the culprits."""
    found, source, number = Found(), odd_texts(seed), 0
    while number < count:
        batch = list(islice(source, min(BATCH, count - number)))
        started = time.perf_counter()
        verdicts = _classified(classifier, batch, number, found)
        found.seconds += time.perf_counter() - started
        for place, ((kind, _), verdict) in enumerate(zip(batch, verdicts, strict=True)):
            found.tried[kind] += 1
            if verdict is not None:
                found.abstained += verdict.abstained
                found.wrong += [f"{kind}, number {number + place}: {fault}" for fault in faults(verdict)]
        number += len(batch)
        if number % (BATCH * 20) == 0:
            told(f"{number} of {count} texts, {len(found.raised)} exceptions, {len(found.wrong)} wrong verdicts")
    return found


def _classified(
    classifier: Classifier, batch: Sequence[tuple[str, Text]], number: int, found: Found
) -> list[Assessment | None]:
    try:
        verdicts = classifier.classify([text for _, text in batch])
        if len(verdicts) == len(batch):
            return list(verdicts)
        found.wrong.append(f"number {number} and on: {len(verdicts)} verdicts for {len(batch)} texts")
    except Exception as error:
        found_before = len(found.raised)
        singly = [_alone(classifier, kind, text, number + place, found) for place, (kind, text) in enumerate(batch)]
        if len(found.raised) == found_before:
            found.raised.append(f"number {number} and on, only together: {error!r}")
        return singly
    return [None] * len(batch)


def _alone(classifier: Classifier, kind: str, text: Text, number: int, found: Found) -> Assessment | None:
    try:
        return classifier.classify([text])[0]
    except Exception as error:
        found.raised.append(f"{kind}, number {number}: {error!r}"[:300])
        return None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.texts", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default="shipped", help="shipped, a folder, or a hub id")
    chosen = parser.parse_args()
    found = trial(load(chosen.model), chosen.count, chosen.seed)
    print(found)  # noqa: T201
    sys.exit(0 if found.clean else 1)


if __name__ == "__main__":
    main()
