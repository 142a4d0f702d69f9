"""Posts that a label would teach something about, as the terminal shows them."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from monitor.domain.uncertainty import Doubt


def table(doubts: Sequence[Doubt]) -> Table:
    """The number to answer with, the language, what the model wavers between, and the words."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("post", justify="right", no_wrap=True)
    shown.add_column("lang", no_wrap=True)
    shown.add_column("the model says", no_wrap=True)
    shown.add_column("words", ratio=1)
    for doubt in doubts:
        words = Text(" ".join(doubt.post.text.split()), no_wrap=True, overflow="ellipsis")
        shown.add_row(str(doubt.post.id), doubt.verdict.lang, _wavers(doubt), words)
    return shown


def as_dict(doubt: Doubt) -> dict[str, Any]:
    """One post for `--json`."""
    verdict = doubt.verdict
    return {
        "post": doubt.post.id,
        "brand": doubt.post.brand,
        "platform": doubt.post.platform,
        "id": doubt.post.external_id,
        "published_at": doubt.post.published_at.isoformat(),
        "lang": verdict.lang,
        "text": doubt.post.text,
        "kind": {kind.value: p for kind, p in verdict.kind.items()},
        "margin": round(doubt.margin, 6),
        "abstained": verdict.abstained,
        "abstain_reason": verdict.abstain_reason,
        "model": verdict.model,
    }


def _wavers(doubt: Doubt) -> str:
    if doubt.verdict.abstained:
        return f"not known: {doubt.verdict.abstain_reason or 'no reason given'}"
    likely = sorted(doubt.verdict.kind.items(), key=lambda each: -each[1])[:2]
    return " or ".join(f"{kind.value} {p:.0%}" for kind, p in likely)
