"""One verdict for a person at the terminal: what was said, and the text with the words marked that carried it."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from classifiers.contract import Assessment
from classifiers.explain import Carried, Explanation, Word

_MARKED = 8
_WEAKEST_SHARE = 0.3
_LEAST_WEIGHT = 0.1
_AROUND = 60
"""Characters kept on both sides of a mark; what lies further away is left out."""


def show(console: Console, assessment: Assessment, explanation: Explanation | None = None) -> None:
    """Print a verdict, and where it was explained the marked text of every label and the parts of the escalation."""
    for line in verdict_lines(assessment):
        console.print(Text(line), soft_wrap=True)
    if explanation is None:
        return
    for carried in explanation.labels:
        title = Text(f"\n{carried.head} {carried.label.value}: ", style="bold")
        text = marked(explanation.text, carried, styled=console.is_terminal and not console.no_color)
        console.print(Text.assemble(title, text), soft_wrap=True)
    if assessment.escalation_parts:
        title = Text("\nescalation: ", style="bold")
        console.print(Text.assemble(title, parts_in_words(assessment.escalation_parts)), soft_wrap=True)


def verdict_lines(assessment: Assessment) -> Iterator[str]:
    """What was said, each label with its probability."""
    kind, severity = assessment.kind_label, assessment.severity_label
    said = [f"{kind.value} {assessment.kind[kind]:.0%}"]
    if severity is not None:
        said.append(f"severity {severity.value} {assessment.severity[severity]:.0%}")
    sentiment, stage, churn = assessment.sentiment_label, assessment.stage_label, assessment.churn_label
    said += [
        f"sentiment {sentiment.value} {assessment.sentiment[sentiment]:.0%}",
        f"stage {stage.value} {assessment.stage[stage]:.0%}",
        f"churn {churn.value} {assessment.churn[churn]:.0%}",
    ]
    yield " · ".join(said)
    likely = [("causes", [(cause.value, assessment.causes[cause]) for cause in assessment.likely_causes()])]
    likely += [("threats", [(threat.value, assessment.threats[threat]) for threat in assessment.likely_threats()])]
    for name, labels in likely:
        if labels:
            yield f"{name}: " + ", ".join(f"{label} {p:.0%}" for label, p in labels)
    yield f"escalation {assessment.escalation:.0%} · language {assessment.lang} · model {assessment.model}"
    if assessment.abstained:
        yield f"abstained: {assessment.abstain_reason}"


def marked(text: str, carried: Carried, *, styled: bool) -> Text:
    """`text` on one line with its telling words marked: by style, or as `[word +1.3]` in log-odds.

    Long stretches without a mark are left out. Characters that could steer a terminal are replaced.
    """
    result, position = Text(), 0
    words = sorted(telling(carried.words), key=lambda word: word.start)
    for word in words:
        result.append(_between(text[position : word.start], first=position == 0))
        shown = _plain(text[word.start : word.end])
        if styled:
            result.append(shown, style="bold red" if word.weight > 0 else "blue")
        else:
            result.append(f"[{shown} {word.weight:+.1f}]")
        position = word.end
    rest = text[position:]
    return result.append(_plain(rest if len(rest) <= _AROUND else rest[:_AROUND] + " …"))


def telling(words: Sequence[Word]) -> list[Word]:
    """The few words that weigh enough to be marked, for the label or against it."""
    by_weight = sorted(words, key=lambda word: -abs(word.weight))
    least = max(_LEAST_WEIGHT, _WEAKEST_SHARE * abs(by_weight[0].weight)) if by_weight else 0.0
    return [word for word in by_weight[:_MARKED] if abs(word.weight) >= least]


def parts_in_words(parts: Mapping[str, float]) -> str:
    """The shares of an escalation in log-odds, the base first and then the largest; small ones are put together."""
    base = {"base": parts["base"]} if "base" in parts else {}
    others = {name: share for name, share in parts.items() if name != "base"}
    large = {name: share for name, share in others.items() if abs(share) >= _LEAST_WEIGHT}
    rest = sum(share for name, share in others.items() if name not in large)
    ordered = [*base.items(), *sorted(large.items(), key=lambda part: -abs(part[1]))]
    ordered += [("the rest", rest)] if abs(rest) >= _LEAST_WEIGHT / 2 else []
    return ", ".join(f"{name.replace('_', ' ')} {share:+.1f}" for name, share in ordered) + " (log-odds)"


def _between(text: str, *, first: bool) -> str:
    """What stands before a mark, shortened in its middle, or at its beginning where it begins the text."""
    if len(text) <= 2 * _AROUND:
        return _plain(text)
    return _plain(("… " if first else text[:_AROUND] + " … ") + text[-_AROUND:])


def _plain(text: str) -> str:
    """On one line, and nothing in it that a terminal would obey or could not show."""
    return "".join(
        sign if sign.isprintable() or sign in "\u200d\ufe0f" else " " if sign.isspace() else "\ufffd" for sign in text
    )
