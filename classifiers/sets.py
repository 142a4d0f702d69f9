"""The public labelled sets, and what each of them may teach.

A set's labels are mapped to our heads only where they mean the same; everything else stays unsaid (masked), which is
cheaper than a wrong lesson. The lessons learnt from reading the sets:

* A set with complaints only teaches its language or its length instead of the label. Those sets count little, their
  texts are cut to the length of a post, and posts of the same language that praise something are set against them.
* A set's "not a complaint" says nothing about which other kind a post is, so it permits the three others at once.
* Sentiment derived from emotions counts a fraction. Where annotators merely drew another line, the heads' domains
  (see `transformer.MixtureHeads`) learn that line, so that such sets count nearly in full.
* A reason that is published as one of several excludes the set's other reasons, and says nothing about ours.
* Non-commercial sets (`cc-by-nc...`) may measure a model and never train one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from classifiers.contract import Cause, Churn, Kind, Sentiment, Severity

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """What is known about one head. For a head with exclusive labels `yes` holds the labels that are possible.

    For a head with independent labels `yes` are known to hold, `no` known not to, and others unknown. `weight` in
    (0, 1] says how far the annotation is trusted.
    """

    yes: frozenset[str]
    no: frozenset[str] = frozenset()
    weight: float = 1.0


Targets = dict[str, Target]
Teach = Callable[[Row], Targets]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A public set: its licence as published, what a row teaches, and how long a text may be (characters)."""

    name: str
    licence: str
    teach: Teach
    share: float = 1.0
    longest: int = 400

    @property
    def trainable(self) -> bool:
        return not self.licence.startswith("cc-by-nc")


NOT_A_COMPLAINT = frozenset({Kind.QUESTION.value, Kind.PRAISE.value, Kind.OTHER.value})
_COMPLAINT = frozenset({Kind.COMPLAINT.value})
_LEAVING = frozenset({Churn.CONSIDERING.value, Churn.DECIDED.value, Churn.LEFT.value})
_SENTIMENTS = frozenset(label.value for label in Sentiment)
_SEVERITIES = frozenset(label.value for label in Severity)


def _kind(complaint: object, weight: float = 1.0) -> Targets:
    if complaint not in (0, 1):
        return {}
    return {"kind": Target(_COMPLAINT if complaint else NOT_A_COMPLAINT, weight=weight)}


def _polarity(value: object, weight: float = 1.0) -> Targets:
    """Polarity where it is one of ours; `mixed` and the like teach nothing."""
    return {"sentiment": Target(frozenset({str(value)}), weight=weight)} if value in _SENTIMENTS else {}


def _reproach(row: Row) -> Targets:
    value = row.get("severity")
    return {"severity": Target(frozenset({str(value)}))} if value in _SEVERITIES else {}


def _reasons(row: Row, known: Mapping[str, Cause], weight: float = 1.0) -> Targets:
    """The published reason as our cause, against the other reasons of the same set; nothing where it is not mapped."""
    cause = known.get(str(row.get("reason_norm")))
    if cause is None:
        return {}
    others = frozenset(other.value for other in known.values() if other is not cause)
    return {"causes": Target(frozenset({cause.value}), others, weight)}


def sentiment(weight: float = 1.0) -> Teach:
    """A set that teaches polarity only."""
    return lambda row: _polarity(row.get("sentiment"), weight)


def emotions(weight: float = 0.25) -> Teach:
    """A set whose polarity was derived from emotions: anger is negative, but surprise and nothing are guesses."""
    return lambda row: _polarity(row.get("sentiment_derived"), weight)


def praise_against_complaints(languages: frozenset[str], weight: float = 0.3) -> Teach:
    """Polarity, and in the named languages a positive post is no complaint: it balances their complaint-only sets."""

    def teach(row: Row) -> Targets:
        targets = _polarity(row.get("sentiment"))
        if row.get("sentiment") == Sentiment.POSITIVE and row.get("lang") in languages:
            targets |= _kind(0, weight)
        return targets

    return teach


def _complaint_and_severity(row: Row) -> Targets:
    return _kind(row.get("complaint")) | _reproach(row) | _polarity(row.get("sentiment"), 0.7)


_FINANCE_REASONS = {"outage_technical": Cause.OUTAGE, "billing_refund": Cause.BILLING_REFUND}


def _finance(row: Row) -> Targets:
    """The complaint label is confounded with the topic, so it stays unsaid."""
    return _reproach(row) | _polarity(row.get("sentiment")) | _reasons(row, _FINANCE_REASONS)


_SHOP_REASONS = {
    "product_defect": Cause.PRODUCT_FAULT,
    "delivery": Cause.DELIVERY,
    "billing_refund": Cause.BILLING_REFUND,
}


def _reviews_of_goods(row: Row) -> Targets:
    targets = _kind(row.get("complaint")) | _reproach(row) | _polarity(row.get("sentiment"))
    return targets | (_reasons(row, _SHOP_REASONS) if row.get("complaint") == 1 else {})


_OMBUDSMAN_REASONS = _SHOP_REASONS | {
    "slow_response": Cause.SLOW_RESPONSE,
    "rude_staff": Cause.RUDE_OR_INDIFFERENT,
    "incorrect_info": Cause.WRONG_INFORMATION,
}


def _complaint_site(row: Row) -> Targets:
    return _kind(row.get("complaint"), 0.3) | _reasons(row, _OMBUDSMAN_REASONS, 0.5)


def _two_annotators(row: Row) -> Targets:
    return _kind(row.get("complaint"), 1.0 if row.get("annotators_agree") == 1 else 0.6)


def _churn(row: Row) -> Targets:
    """The label is per target brand; a text that leaves one brand for another appears with both labels."""
    if row.get("churn") == 1:
        return {"churn": Target(_LEAVING)}
    return {} if row.get("churn_text") == 1 else {"churn": Target(frozenset({Churn.NONE.value}))}


def _banks_and_telecoms(row: Row) -> Targets:
    """Negative posts about a telecom are mostly its customers' complaints; about a bank as often news, so unsaid."""
    targets = _polarity(row.get("sentiment"))
    if row.get("sentiment") in (Sentiment.POSITIVE, Sentiment.NEUTRAL):
        return targets | _kind(0, 0.3)
    if row.get("sentiment") == Sentiment.NEGATIVE and row.get("domain") == "telecom":
        return targets | _kind(1, 0.3)
    return targets


def _machine_labelled(row: Row) -> Targets:
    return _kind(row.get("weak_complaint"), 0.3) | _polarity(row.get("weak_sentiment"), 0.3)


_CARD_REASONS = {"delivery": Cause.DELIVERY, "billing_refund": Cause.BILLING_REFUND}


def _bank_queries(row: Row) -> Targets:
    """Questions to a bank; those about something that went wrong may as well be complaints."""
    possible = {Kind.QUESTION.value} | ({Kind.COMPLAINT.value} if row.get("reason_norm") else set())
    return {"kind": Target(frozenset(possible), weight=0.3)} | _reasons(row, _CARD_REASONS, 0.3)


_PRAISED = frozenset({"pt", "tr"})

_ALL = (
    LabelledSet("xci_acl2023", "mit", _complaint_and_severity, share=4),
    LabelledSet("x_fincorp", "mit", _finance, share=1.5),
    LabelledSet("cesamard_aspect", "mit", _reviews_of_goods, share=2),
    LabelledSet("rigaut_brand_complaints", "none-stated", _two_annotators, share=3),
    LabelledSet("swisscom_churn_chatbot", "cc-by-sa", _churn, share=3),
    LabelledSet("sentirueval2016", "research", _banks_and_telecoms, share=1.5),
    LabelledSet("sikayetvar_banks_tr", "none-stated", _complaint_site, longest=200),
    LabelledSet("reclameaqui_pt", "none-stated", _complaint_site, longest=200),
    LabelledSet("freemobile_tweets_fr", "mit", _machine_labelled),
    LabelledSet("sravni_gazprombank_ru", "none-stated", lambda row: _kind(row.get("complaint"), 0.3), longest=200),
    LabelledSet("banking77", "cc-by", _bank_queries, share=0.4),
    LabelledSet("isp_messages_id", "none-stated", lambda row: _kind(row.get("complaint")), share=1.5),
    LabelledSet("crowdflower_brands", "none-stated", sentiment()),
    LabelledSet("umsab", "research", praise_against_complaints(_PRAISED), share=2.5),
    LabelledSet("tweeteval_sentiment", "research", sentiment()),
    LabelledSet("semeval2013_2016_en", "research", sentiment()),
    LabelledSet("twitter15_europe", "none-stated", sentiment(0.8), share=0.7),
    LabelledSet("lv_ltec", "mit", sentiment(), share=2.5),
    LabelledSet("lv_nicmanis", "gpl-3", sentiment(), share=1.5),
    LabelledSet("lv_peisenieks", "mit", sentiment(), share=1.5),
    LabelledSet("lv_viksna", "none-stated", sentiment(), share=1.5),
    LabelledSet("lv_buls_government", "mit", sentiment(), share=1.5),
    LabelledSet("lv_spats_noisy", "none-stated", sentiment(0.8)),
    LabelledSet("bg_cinexio", "mit", sentiment(), share=2.5),
    LabelledSet("ru_opensentiment", "cc-by-sa", sentiment(), share=2),
    LabelledSet("ru_sentirueval_reviews", "research", sentiment()),
    LabelledSet("ru_cedr_emotion", "none-stated", emotions(), share=0.7),
    LabelledSet("et_valence", "gpl-3", sentiment()),
    LabelledSet("fi_finnsentiment", "cc-by", sentiment(), share=0.7),
    LabelledSet("hu_husst", "cc-by-sa", sentiment(), share=0.7),
    LabelledSet("ro_red_emotion", "mit", emotions(), share=0.7),
    LabelledSet("no_apps_tweets", "none-stated", sentiment(), share=0.7),
    LabelledSet("ar_arsarcasm2", "mit", sentiment(), share=0.8),
    LabelledSet("id_smsa", "apache-2.0", sentiment(), share=0.8),
    LabelledSet("sentimp21", "none-stated", sentiment()),
    LabelledSet("xed_emotion", "cc-by", emotions(), share=0.25),
    LabelledSet("brighter_emotion", "cc-by", emotions(), share=0.4),
    LabelledSet("m_absa", "none-stated", praise_against_complaints(_PRAISED), share=0.35),
    LabelledSet("typology_binary", "none-stated", sentiment(), share=0.5),
    LabelledSet("us_airline_sentiment", "cc-by-nc-sa", sentiment()),
    LabelledSet("de_germeval17", "cc-by-nc", sentiment()),
    LabelledSet("sr_senticomments", "cc-by-nc-sa", sentiment()),
    LabelledSet("ro_laroseda", "cc-by-nc-sa", sentiment()),
)

SETS: Mapping[str, LabelledSet] = {labelled.name: labelled for labelled in _ALL}
"""Every set that teaches or measures one of our heads, by the name of its file. Not here: `acl2019_complaints` (the
tweets of `xci_acl2023` again) and the sets of offence, irony and threats of violence, which are other questions."""
