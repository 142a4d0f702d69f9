"""What every classifier takes and gives: the labels, the verdict and the protocol. Standard library only.

The labels and their definitions are the project's vocabulary (docs/glossary.md); changing one is a change of the
public interface, of the database's contents and of every trained model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

L = TypeVar("L", bound=StrEnum)


class Kind(StrEnum):
    """What a post is to the watched brand.

    A complaint expresses a mismatch between what the author expected and what the watched brand did (Olshtain &
    Weinbach 1987; ISO 10002), even when polite, ironic or phrased as a question. A complaint about somebody else is
    `OTHER`.
    """

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    OTHER = "other"


class Sentiment(StrEnum):
    """The author's overall polarity; not the same thing as a complaint."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Severity(StrEnum):
    """How hard a complaint reproaches, mildest first (Trosborg 1995; Jin & Aletras 2021)."""

    NO_EXPLICIT_REPROACH = "no_explicit_reproach"
    DISAPPROVAL = "disapproval"
    ACCUSATION = "accusation"
    BLAME = "blame"


class Cause(StrEnum):
    """Why the author complains; a post may have any number of causes."""

    SLOW_RESPONSE = "slow_response"
    IGNORED = "ignored"
    NO_AUTHORITY = "no_authority"
    UNTRAINED_STAFF = "untrained_staff"
    WRONG_INFORMATION = "wrong_information"
    RUDE_OR_INDIFFERENT = "rude_or_indifferent"
    HAD_TO_REPEAT = "had_to_repeat"
    REPEAT_CONTACT = "repeat_contact"
    TRAPPED_IN_AUTOMATION = "trapped_in_automation"
    UNKNOWN_HISTORY = "unknown_history"
    CHANNEL_SWITCH = "channel_switch"
    PRODUCT_FAULT = "product_fault"
    DELIVERY = "delivery"
    BILLING_REFUND = "billing_refund"
    OUTAGE = "outage"
    OTHER = "other"


class Stage(StrEnum):
    """Where in the customer's journey the post was written."""

    RESEARCH = "research"
    PURCHASE = "purchase"
    DELIVERY_USE = "delivery_use"
    SUPPORT = "support"
    LEAVING = "leaving"
    UNKNOWN = "unknown"


class Churn(StrEnum):
    """How far the author has gone in leaving the watched brand."""

    NONE = "none"
    CONSIDERING = "considering"
    DECIDED = "decided"
    LEFT = "left"


class Threat(StrEnum):
    """What the author announces or implies will follow; a post may have any number of threats."""

    LEGAL = "legal"
    REGULATOR = "regulator"
    MEDIA = "media"
    PUBLIC_SHAMING = "public_shaming"
    SAFETY = "safety"


class AbstainCode(StrEnum):
    """Why a model does not know, for programs: the sentence beside it is for people."""

    SHORT = "short"
    LANGUAGE_UNKNOWN = "language_unknown"
    LANGUAGE_UNTRAINED = "language_untrained"
    MARGIN = "margin"


@dataclass(frozen=True, slots=True)
class Text:
    """One text to classify; `lang` is a hint of the platform (ISO 639-1), `brand` the watched brand's name."""

    text: str
    lang: str | None = None
    brand: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The machine's verdict on one text. Every number is a calibrated probability in [0, 1].

    `kind`, `sentiment`, `severity`, `stage` and `churn` are distributions (they sum to 1); `causes` and `threats`
    are independent probabilities. `abstained` says that the model does not know, for `abstain_reason` (a sentence) and
    `abstain_code`, and that a person should look. `escalation_parts` are the shares of the log-odds of `escalation`,
    by name with `base` among them, and sum to them; empty where a classifier does not tell. `thresholds` are the
    probabilities from which on the model asserts a label: `kind` for a complaint, `causes.delivery`, `threats.legal`;
    0.5 where it is silent. `model` names the weights that spoke: assessments of two models never overwrite each other.
    """

    model: str
    lang: str
    kind: Mapping[Kind, float]
    sentiment: Mapping[Sentiment, float]
    severity: Mapping[Severity, float]
    causes: Mapping[Cause, float]
    stage: Mapping[Stage, float]
    churn: Mapping[Churn, float]
    threats: Mapping[Threat, float]
    escalation: float
    abstained: bool = False
    abstain_reason: str | None = None
    abstain_code: AbstainCode | None = None
    escalation_parts: Mapping[str, float] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)

    @property
    def complaint_threshold(self) -> float:
        """The probability from which on the model calls a post a complaint."""
        return self.thresholds.get("kind", 0.5)

    @property
    def kind_label(self) -> Kind:
        return most_probable(self.kind)

    @property
    def sentiment_label(self) -> Sentiment:
        return most_probable(self.sentiment)

    @property
    def severity_label(self) -> Severity | None:
        """The severity of a complaint; None when the post is not one."""
        return most_probable(self.severity) if self.kind_label is Kind.COMPLAINT else None

    @property
    def stage_label(self) -> Stage:
        return most_probable(self.stage)

    @property
    def churn_label(self) -> Churn:
        return most_probable(self.churn)

    def likely_causes(self, threshold: float | None = None) -> tuple[Cause, ...]:
        """The causes at or above `threshold` (None: each at the model's own), most probable first."""
        return self._asserted("causes", self.causes, threshold)

    def likely_threats(self, threshold: float | None = None) -> tuple[Threat, ...]:
        """The threats at or above `threshold` (None: each at the model's own), most probable first."""
        return self._asserted("threats", self.threats, threshold)

    def _asserted(self, head: str, probabilities: Mapping[L, float], threshold: float | None) -> tuple[L, ...]:
        def least(label: L) -> float:
            return self.thresholds.get(f"{head}.{label.value}", 0.5) if threshold is None else threshold

        likely = [label for label, p in probabilities.items() if p >= least(label)]
        return tuple(sorted(likely, key=lambda label: -probabilities[label]))


class Classifier(Protocol):
    """Turns texts into assessments: one per text, in order, and never an exception because of a text's content."""

    @property
    def name(self) -> str:
        """The model's name and version, as stored with every assessment."""

    def classify(self, texts: Sequence[Text]) -> list[Assessment]: ...


def most_probable(probabilities: Mapping[L, float]) -> L:
    """The label with the highest probability; the first of the mapping wins a tie."""
    return max(probabilities, key=lambda label: probabilities[label])
