"""Replies with what each of them does, for measuring the reply check.

`python -m tests.domain.replies` prints the figures, with `--write` it puts them into docs/replies.md.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from classifiers.contract import Cause
from monitor.domain.reply_check import Code, Warning, check

PAGE = Path(__file__).parents[3] / "docs" / "replies.md"
LANGUAGES = ("en", "bg", "lv", "ru")
SIGNS = "ODABMNICTS"
MEANINGS = {
    "O": "owns the fault",
    "D": "denies the fault",
    "A": "apologises",
    "B": "blames the customer",
    "M": "mocks",
    "N": "offers a next step",
    "I": "names the issue",
    "C": "moves channel, no reason",
    "T": "promises, no time",
    "S": "stock phrase",
}
_WARNED = {
    "D": Code.FAULT_DENIED,
    "B": Code.BLAMES_CUSTOMER,
    "M": Code.MOCKS,
    "C": Code.CHANNEL_WITHOUT_REASON,
    "T": Code.PROMISE_WITHOUT_TIME,
    "S": Code.STOCK_PHRASE,
}
_ABSENT = {
    "O": {Code.FAULT_DENIED, Code.FAULT_EVADED, Code.FAULT_NOT_OWNED},
    "A": {Code.NO_APOLOGY, Code.SYMPATHY_ONLY},
    "N": {Code.NO_NEXT_STEP},
    "I": {Code.ISSUE_NOT_NAMED},
}


@dataclass(frozen=True)
class Example:
    """A reply to a mention, and the signs of what it does."""

    lang: str
    cause: Cause
    customer: str
    mention: str
    text: str
    signs: frozenset[str]

    def warnings(self) -> tuple[Warning, ...]:
        return check(self.text, lang=self.lang, mention=self.mention, causes=(self.cause,), customer_name=self.customer)

    def found(self) -> frozenset[str]:
        """The signs that the check gives it."""
        codes = {warning.code for warning in self.warnings()}
        said = {sign for sign, code in _WARNED.items() if code in codes}
        return frozenset(said | {sign for sign, missing in _ABSENT.items() if not missing & codes})


def examples(lang: str, *, unseen: bool = False) -> Iterator[Example]:
    """The replies of one language; the `unseen` ones are those that no lexicon was ever mended for."""
    cause, customer, mention = Cause.OTHER, "", ""
    for line in (
        (Path(__file__).parent / f"{'unseen_' if unseen else ''}{lang}.txt").read_text(encoding="utf-8").splitlines()
    ):
        if line.startswith("## "):
            label, customer, mention = line[3:].split(" | ")
            cause = Cause(label)
        elif line and not line.startswith("#"):
            signs, text = line.split(maxsplit=1)
            implied = "N" if set(signs) & {"T", "C"} else ""  # a vague promise is a step, and so is another channel
            yield Example(lang, cause, customer, mention, text, frozenset(signs + implied) & frozenset(SIGNS))


@dataclass(frozen=True)
class Score:
    """How often the check was right about one sign."""

    right: int
    invented: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.invented) if self.right + self.invented else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def scores(lang: str, *, unseen: bool = False) -> Mapping[str, Score]:
    judged = [(example.signs, example.found()) for example in examples(lang, unseen=unseen)]
    return {
        sign: Score(
            right=sum(sign in true and sign in found for true, found in judged),
            invented=sum(sign not in true and sign in found for true, found in judged),
            missed=sum(sign in true and sign not in found for true, found in judged),
        )
        for sign in SIGNS
    }


def report(*, unseen: bool = False) -> str:
    """Precision and recall by sign and language, as a Markdown table."""
    found = {lang: scores(lang, unseen=unseen) for lang in LANGUAGES}
    lines = ["| finding | " + " | ".join(LANGUAGES) + " |", "|---|" + "---|" * len(LANGUAGES)]
    for sign in SIGNS:
        cells = (f"{found[lang][sign].precision:.0%} / {found[lang][sign].recall:.0%}" for lang in LANGUAGES)
        lines.append(f"| {MEANINGS[sign]} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def mistakes(lang: str, *, unseen: bool = False) -> Iterator[str]:
    """Every example that the check judges otherwise."""
    for example in examples(lang, unseen=unseen):
        if example.found() != example.signs:
            missed, invented = example.signs - example.found(), example.found() - example.signs
            quotes = [f"{w.code.value}={w.words.get('quote')}" for w in example.warnings() if "quote" in w.words]
            wrong = f"missed {''.join(sorted(missed)) or '-'} invented {''.join(sorted(invented)) or '-'}"
            yield f"{lang} {wrong}: {example.text} {quotes}"


def write() -> None:
    """Put the measured figures into the documentation."""
    page = PAGE.read_text(encoding="utf-8")
    for name in ("seen", "unseen"):
        table = f"<!-- {name} -->\n{report(unseen=name == 'unseen')}\n<!-- /{name} -->"
        page = re.sub(f"<!-- {name} -->.*<!-- /{name} -->", lambda _, table=table: table, page, flags=re.DOTALL)
    PAGE.write_text(page, encoding="utf-8")


def main() -> None:
    if "--write" in sys.argv:
        write()
        return
    for unseen in (False, True):
        sys.stdout.write(f"\n{'unseen' if unseen else 'seen'}: precision / recall\n\n{report(unseen=unseen)}\n\n")
        for lang in LANGUAGES:
            sys.stdout.writelines(f"{line}\n" for line in mistakes(lang, unseen=unseen))
