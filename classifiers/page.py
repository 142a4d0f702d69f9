"""The page of figures: Markdown from a report alone, so that a test can tell whether the page is true."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from classifiers.baseline import summary
from classifiers.curves import CAPACITIES, AtCapacity, AtCoverage
from classifiers.dataset import CORPUS
from classifiers.figures import Comparison, Figure, Held, Report, Training
from classifiers.heads import HEADS
from classifiers.published import PUBLISHED

_INDEPENDENT = {head.name for head in HEADS if head.many}
_ORDER = {name: place for place, name in enumerate(["complaint", *(head.name for head in HEADS)])}

_TEXT = """# The model and its figures

<!-- Written by `make model-card` from figures.json beside the weights. Change nothing by hand. -->

`{model}` reads a public post to a brand and says what kind of post it is, how the author feels, how hard a complaint
reproaches, what caused it, where in the customer's journey it was written, how far the author has gone in leaving, and
what the author threatens. It is one small transformer for all languages, with one head per group of labels
([glossary](glossary.md)). Every number it gives is a calibrated probability, and when it does not know it says so.

It is **not** a judge of people, no reader of minds and no replacement for somebody who reads the post: it orders a
queue that people work through. It sees one post without the conversation, and it does not know which brand is watched.
It has been trained in these languages and abstains in others: {languages}.

## How to read the figures

- **F1** is macro for labels that exclude each other, the mean over the labels that occur, so that a rare label counts
  as much as a frequent one. For causes and threats, any number of which can hold, it is micro, with macro beside it.
- **Interval**: where the figure lies in 95 % of 1,000 resamples of the rows. Two models whose intervals overlap widely
  may be equally good.
- **complaint** is the head `kind` asked one thing: is it a complaint, at the probability from which the program says
  so.
- **Calibration error**: the mean distance between how sure the model was and how often it was right, over fifteen bins
  (Guo et al. 2017). By chance alone a perfect model has some 0.05 on a hundred rows.
- **Abstained** is the share of posts on which the model says that it does not know. They count in all figures.
- *n* is the number of rows. Groups of fewer than ten are left out.

## Our own corpus, test split

{corpus_rows}. Never trained on, and no threshold was chosen on it.
Hash of these rows: `{test_hash}`.

{corpus}
### Label by label, all languages

At the probability from which the program says the label; of labels that exclude each other the likeliest is said.

{labels}
## Public sets, rows kept from training

{public_rows}. A set that knows only some labels of a head (negative and positive, say) is scored over those, and a set
that knows only one measures nothing. **Weak** sets have labels that were derived from emotions or stars, or given by a
machine; they count in no figure but their own. Sets under a non-commercial licence have measured and never trained.

### By language

{public_languages}
### By set

{public_sets}
## Held against what is published

Percent. Published figures were measured on other rows than ours, which is said beside each; they show where the bar
hangs and prove nothing to a point.

{held}
## Beside TF-IDF with logistic regression

The plain rival: words (one and two) and characters (two to five) weighed by TF-IDF, with logistic regression (C = 1),
trained on each set and head alone, on the same training rows, and scored on the same rows in the same run. One model of
ours stands against one of these per line. Sets that only measure are not compared, since only the rival could train.

{comparisons}
## Escalation: what a team finds at its capacity

A post needs a person within 15 minutes when it threatens with a lawyer, a regulator or the media or tells of danger, or
when a hard reproach comes with leaving (the exact definition is in the [glossary](glossary.md)). If a team can look at
the given share of the posts, those with the highest `escalation` first, it finds this share of the posts that need
somebody. The best possible is in brackets where the capacity is smaller than the need.

{escalation}
## Abstention: fewer answers, better answers

Accuracy of `kind` if only the posts with the widest margin between the two likeliest kinds are answered. The last
column is the rule as shipped, which also abstains for a language it was not trained in and for too little text.

{abstention}
## Robustness

Share of verdicts whose kind changes when the post is disturbed in a way that keeps its meaning.

{robustness}
## Training data and licences

{training}
## Limits

- Causes, stage, churn and threats are learnt from our own corpus almost alone, which is small; in languages outside it
  they are a guess by way of the shared vocabulary.
- Our own corpus was written by one person a language, without a second pass; its languages are not independent.
- A complaint is one about the watched brand; the network sees no brand, so a complaint about somebody else may pass.
- Texts longer than {length} tokens are judged by their beginning and their end.
- Irony, quotations and posts that need the conversation to be understood are often misread.
- Single labels with few rows have figures that are mostly chance: look at *n* and the interval first.
"""

_NOT_MEASURED = "Not measured.\n"


def render(report: Report) -> str:
    """The whole page, in Markdown; a part that was not measured says so."""
    by_set = [figure for figure in report.public if figure.group.startswith("set:")]
    by_language = [figure for figure in report.public if not figure.group.startswith("set:")]
    return _TEXT.format(
        model=report.model,
        languages=", ".join(report.languages) or "none",
        corpus_rows=_rows(report.test_rows),
        test_hash=report.test_hash,
        corpus=figures_table(report.corpus),
        labels=_labels_table([figure for figure in report.corpus if figure.group == "all"], report.thresholds),
        public_rows=_rows(report.dev_rows),
        public_languages=figures_table(by_language),
        public_sets=figures_table(by_set),
        held=_held_table(report.held),
        comparisons=_comparison_table(report.comparisons),
        escalation=_escalation_table(report.escalation),
        abstention=_abstention_table(report.abstention),
        robustness=_robustness_table(report),
        training=training_text(report.training),
        length=report.max_length,
    )


def tables(report: Report) -> str:
    """The measured tables alone, for a terminal."""
    parts = {
        "Our own corpus": figures_table(report.corpus) if report.corpus else "",
        "Public sets": figures_table(report.public) if report.public else "",
        "Held against what is published": _held_table(report.held) if report.held else "",
        "Beside TF-IDF": _comparison_table(report.comparisons) if report.comparisons else "",
        "Escalation": _escalation_table(report.escalation) if report.escalation else "",
        "Abstention": _abstention_table(report.abstention) if report.abstention else "",
    }
    return f"{report.model}\n\n" + "\n".join(f"{title}\n\n{text}" for title, text in parts.items() if text)


def figures_table(figures: Iterable[Figure]) -> str:
    """Figures as a Markdown table, by head and group; weak ones are marked."""
    rows = []
    for one in sorted(figures, key=lambda one: (_ORDER.get(one.head, len(_ORDER)), one.group)):
        macro = f" (macro {one.macro:.3f})" if one.head in _INDEPENDENT else ""
        group = one.group + (" (weak)" if one.weak else "")
        spread = f"{one.low:.3f} to {one.high:.3f}"
        rows.append([one.head, group, one.n, f"{one.f1:.3f}{macro}", spread, f"{one.ece:.3f}", f"{one.abstained:.2f}"])
    return _table(["head", "group", ">n", ">F1", ">95 % interval", ">calibration error", ">abstained"], rows)


def training_text(training: Training | None) -> str:
    """How the weights came about and the table of their sources."""
    if training is None:
        return "Not told by this model's folder.\n"
    rows = [[one.name, one.licence, f"{one.rows:,}", " ".join(one.languages)] for one in training.sources]
    total = sum(one.rows for one in training.sources)
    table = _table(["source", "licence", ">training rows", "languages"], rows)
    return f"{training.how}\n\nDrawn from {total:,} texts.\n\n{table}"


def _labels_table(figures: Sequence[Figure], thresholds: Mapping[str, float]) -> str:
    rows = []
    for figure in sorted(figures, key=lambda one: _ORDER.get(one.head, len(_ORDER))):
        for label in figure.labels:
            least = thresholds.get("kind" if figure.head == "complaint" else f"{figure.head}.{label.label}")
            told = "" if least is None or label.label == "no complaint" else f"{least:.2f}"
            rows.append([figure.head, label.label, label.n, _share(label.precision), _share(label.recall), told])
    return _table(["head", "label", ">n", ">precision", ">recall", ">said from"], rows)


def _held_table(held: Sequence[Held]) -> str:
    measured = {one.name: one for one in held}
    rows = []
    for known in PUBLISHED:
        ours = measured.get(known.name)
        if ours is None:
            continue
        claims = "; ".join(f"{claim.value:g} ({claim.whose})" for claim in known.claims) or "–"
        simple = "–" if ours.tfidf is None else f"{100 * ours.tfidf:.1f}"
        rows.append([known.name, known.measure, ours.n, f"**{100 * ours.model:.1f}**", simple, claims, known.mind])
    return _table(["what", "measure", ">n", ">ours", ">TF-IDF, same rows", "published", "mind"], rows)


def _comparison_table(comparisons: Sequence[Comparison]) -> str:
    if not comparisons:
        return _NOT_MEASURED
    rows = []
    for one in sorted(comparisons, key=lambda one: (one.source, _ORDER.get(one.head, len(_ORDER)))):
        f1 = [f"{value:.3f}" for value in (one.majority, one.tfidf, one.model)]
        name = one.source + (" (weak)" if one.weak else "")
        rows.append([name, one.head, f"{one.trained:,}", f"{one.n:,}", *f1, f"{100 * one.gain:+.1f}"])
    head = ["set", "head", ">n train", ">n scored", ">majority", ">TF-IDF + LR", ">ours", ">difference, points"]
    return _summary_text(comparisons) + _table(head, rows)


def _summary_text(comparisons: Sequence[Comparison]) -> str:
    lines = []
    public = [one for one in comparisons if not one.source.startswith(f"{CORPUS}_")]
    kinds = {
        "public sets": public,
        "public sets, weak ones left out": [one for one in public if not one.weak],
        "public sets and our own corpus": comparisons,
    }
    for name, rows in kinds.items():
        made = summary(rows)
        if made is not None:
            lines.append(
                f"- {name}, at least 100 scored rows: better on {100 * made.better:.0f} % of {made.count}, worst "
                f"difference {100 * made.worst:+.1f} points, mean gain {100 * made.mean:+.1f} points\n"
            )
    return "".join(lines) + ("\n" if lines else "")


def _escalation_table(curves: Sequence[AtCapacity]) -> str:
    rows = []
    for group, points in groupby(curves, key=lambda one: one.group):
        own = list(points)
        rows.append([group, own[0].n, own[0].urgent, *(_found(one) for one in own)])
    return _table(["group", ">n", ">need a person", *(f">top {100 * one:.0f} %" for one in CAPACITIES)], rows)


def _found(one: AtCapacity) -> str:
    best = f" (best {one.best:.2f})" if one.best < 1 else ""
    return f"{one.recall:.2f}, {one.low:.2f} to {one.high:.2f}{best}"


def _abstention_table(curves: Sequence[AtCoverage]) -> str:
    rows = []
    shares = sorted({one.coverage for one in curves if not one.rule})
    for group, points in groupby(curves, key=lambda one: one.group):
        own = list(points)
        at = {one.coverage: f"{one.accuracy:.3f}" for one in own if not one.rule}
        rule = next((f"{one.accuracy:.3f} at {100 * one.coverage:.0f} %" for one in own if one.rule), "–")
        rows.append([group, own[0].n, *(at[share] for share in shares), rule])
    return _table(["group", ">n", *(f">{100 * share:.0f} %" for share in shares), ">as shipped"], rows)


def _robustness_table(report: Report) -> str:
    rows = [[noise, one.n, f"{100 * one.flips:.1f} %"] for noise, one in sorted(report.robustness.items())]
    return _table(["noise", ">n", ">verdicts that change"], rows)


def _table(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; a title that begins with `>` is a column of numbers. Without rows it says so."""
    if not rows:
        return _NOT_MEASURED
    lines = [
        "| " + " | ".join(title.removeprefix(">") for title in titles) + " |",
        "|" + "|".join("---:" if title.startswith(">") else "---" for title in titles) + "|",
    ]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _rows(count: int) -> str:
    return f"{count:,} rows" if count else "No rows"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
