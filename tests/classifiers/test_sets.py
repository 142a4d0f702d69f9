"""What each public set may teach, and what it must not."""

from typing import Any

import pytest

from classifiers.heads import HEADS
from classifiers.sets import NOT_A_COMPLAINT, SETS, Target

LABELS = {head.name: set(head.names) for head in HEADS}


def teach(name: str, **labels: Any) -> dict[str, Target]:
    return SETS[name].teach({"text": "any", "lang": "en", **labels})


class TestLicences:
    @pytest.mark.parametrize("name", ["us_airline_sentiment", "de_germeval17", "sr_senticomments", "ro_laroseda"])
    def test_a_non_commercial_set_may_not_train(self, name: str) -> None:
        assert not SETS[name].trainable

    @pytest.mark.parametrize("name", ["xci_acl2023", "umsab", "lv_ltec", "swisscom_churn_chatbot", "banking77"])
    def test_a_permissive_set_may(self, name: str) -> None:
        assert SETS[name].trainable

    def test_every_non_commercial_licence_is_recognised_by_its_name(self) -> None:
        assert all("-nc" not in labelled.licence for labelled in SETS.values() if labelled.trainable)


class TestComplaints:
    @pytest.mark.parametrize("name", ["xci_acl2023", "cesamard_aspect", "rigaut_brand_complaints", "isp_messages_id"])
    def test_a_complaint_is_a_complaint(self, name: str) -> None:
        assert teach(name, complaint=1)["kind"].yes == {"complaint"}

    @pytest.mark.parametrize("name", ["xci_acl2023", "cesamard_aspect", "rigaut_brand_complaints", "isp_messages_id"])
    def test_no_complaint_may_be_any_of_the_other_kinds(self, name: str) -> None:
        assert teach(name, complaint=0)["kind"].yes == NOT_A_COMPLAINT

    def test_the_finance_sets_complaints_teach_a_topic_and_stay_unsaid(self) -> None:
        assert "kind" not in teach("x_fincorp", complaint=1, sentiment="negative")

    def test_a_label_on_which_annotators_differ_counts_less(self) -> None:
        sure = teach("rigaut_brand_complaints", complaint=1, annotators_agree=1)["kind"]
        unsure = teach("rigaut_brand_complaints", complaint=1, annotators_agree=0)["kind"]
        unchecked = teach("rigaut_brand_complaints", complaint=1)["kind"]
        assert sure.weight == 1.0
        assert unsure.weight == unchecked.weight < 1.0

    @pytest.mark.parametrize("name", ["sikayetvar_banks_tr", "reclameaqui_pt", "sravni_gazprombank_ru"])
    def test_sets_of_complaints_only_count_little_and_are_cut_short(self, name: str) -> None:
        assert teach(name, complaint=1)["kind"].weight < 0.5
        assert SETS[name].longest <= 200

    @pytest.mark.parametrize("lang", ["pt", "tr"])
    def test_praise_in_their_languages_is_set_against_them(self, lang: str) -> None:
        assert teach("umsab", lang=lang, sentiment="positive")["kind"].yes == NOT_A_COMPLAINT
        assert teach("m_absa", lang=lang, sentiment="positive")["kind"].yes == NOT_A_COMPLAINT

    def test_praise_in_a_language_without_complaints_would_teach_the_language(self) -> None:
        assert "kind" not in teach("umsab", lang="hi", sentiment="positive")

    def test_negative_polarity_alone_is_not_a_complaint(self) -> None:
        assert "kind" not in teach("umsab", lang="pt", sentiment="negative")

    def test_a_row_without_the_label_teaches_nothing(self) -> None:
        assert teach("isp_messages_id") == {}

    def test_a_query_to_a_bank_is_a_question(self) -> None:
        assert teach("banking77")["kind"].yes == {"question"}

    def test_a_query_about_something_that_went_wrong_may_be_a_complaint(self) -> None:
        assert teach("banking77", reason_norm="delivery")["kind"].yes == {"question", "complaint"}


class TestBrandsInRussian:
    def test_neutral_news_about_a_bank_is_no_complaint(self) -> None:
        assert teach("sentirueval2016", sentiment="neutral", domain="bank")["kind"].yes == NOT_A_COMPLAINT

    def test_a_negative_post_about_a_telecom_is_probably_a_complaint(self) -> None:
        target = teach("sentirueval2016", sentiment="negative", domain="telecom")["kind"]
        assert target.yes == {"complaint"}
        assert target.weight < 0.5

    def test_a_negative_post_about_a_bank_may_be_news(self) -> None:
        assert "kind" not in teach("sentirueval2016", sentiment="negative", domain="bank")

    def test_mixed_feelings_are_none_of_ours(self) -> None:
        assert teach("sentirueval2016", sentiment="mixed", domain="bank") == {}


class TestSentiment:
    def test_polarity_is_taken_as_given(self) -> None:
        assert teach("lv_ltec", sentiment="positive")["sentiment"] == Target(frozenset({"positive"}))

    @pytest.mark.parametrize("name", ["xed_emotion", "brighter_emotion", "ru_cedr_emotion", "ro_red_emotion"])
    def test_polarity_from_emotions_is_weak(self, name: str) -> None:
        assert teach(name, sentiment_derived="negative")["sentiment"].weight <= 0.3

    @pytest.mark.parametrize("name", ["twitter15_europe", "lv_spats_noisy"])
    def test_noisy_sets_count_less(self, name: str) -> None:
        assert (
            teach(name, sentiment="negative")["sentiment"].weight
            < teach("lv_ltec", sentiment="negative")["sentiment"].weight
        )

    @pytest.mark.parametrize("name", ["crowdflower_brands", "lv_buls_government", "no_apps_tweets", "typology_binary"])
    def test_a_line_that_annotators_drew_elsewhere_is_for_the_domains_to_learn(self, name: str) -> None:
        assert teach(name, sentiment="negative")["sentiment"].weight == 1.0

    def test_the_polarity_of_a_complaint_set_counts_less_than_its_complaints(self) -> None:
        targets = teach("xci_acl2023", complaint=1, sentiment="negative")
        assert targets["sentiment"].weight < targets["kind"].weight

    def test_an_emotion_without_polarity_teaches_nothing(self) -> None:
        assert teach("xed_emotion", emotion=["surprise"]) == {}

    def test_machine_labels_count_little(self) -> None:
        targets = teach("freemobile_tweets_fr", weak_complaint=1, weak_sentiment="negative")
        assert targets["kind"].weight < 0.5
        assert targets["sentiment"].weight < 0.5


class TestSeverity:
    @pytest.mark.parametrize("severity", sorted(LABELS["severity"]))
    def test_the_four_levels_are_ours(self, severity: str) -> None:
        assert teach("xci_acl2023", complaint=1, severity=severity)["severity"].yes == {severity}

    def test_a_non_complaint_has_no_severity(self) -> None:
        assert "severity" not in teach("xci_acl2023", complaint=0, severity="non_complaint")


class TestCauses:
    def test_a_published_reason_excludes_the_other_reasons_of_its_set_only(self) -> None:
        target = teach("x_fincorp", reason_norm="outage_technical")["causes"]
        assert target.yes == {"outage"}
        assert target.no == {"billing_refund"}

    def test_a_reason_that_means_something_else_teaches_nothing(self) -> None:
        assert "causes" not in teach("x_fincorp", reason_norm="bad_service")

    def test_a_pending_transfer_is_not_a_slow_answer(self) -> None:
        assert "causes" not in teach("banking77", reason_norm="slow_response")

    def test_a_review_that_does_not_complain_has_no_cause(self) -> None:
        assert "causes" not in teach("cesamard_aspect", complaint=0, reason_norm="delivery")

    def test_an_ombudsmans_reasons_are_mapped(self) -> None:
        assert teach("reclameaqui_pt", complaint=1, reason_norm="rude_staff")["causes"].yes == {"rude_or_indifferent"}


class TestChurn:
    def test_a_leaver_is_somewhere_between_considering_and_gone(self) -> None:
        assert teach("swisscom_churn_chatbot", churn=1, churn_text=1)["churn"].yes == {"considering", "decided", "left"}

    def test_a_loyal_customer_does_not_leave(self) -> None:
        assert teach("swisscom_churn_chatbot", churn=0, churn_text=0)["churn"].yes == {"none"}

    def test_the_brand_that_a_leaver_goes_to_teaches_nothing(self) -> None:
        assert teach("swisscom_churn_chatbot", churn=0, churn_text=1) == {}


ROWS = [
    {"complaint": 1, "severity": "blame", "sentiment": "negative", "reason_norm": "billing_refund", "churn": 1},
    {"complaint": 0, "severity": "non_complaint", "sentiment": "positive", "reason_norm": "nonsense", "churn": 0},
    {"sentiment": "neutral", "domain": "telecom", "weak_complaint": 0, "weak_sentiment": "neutral"},
    {"sentiment_derived": "positive", "complaint": None, "severity": None, "sentiment": None},
    {},
]


@pytest.mark.parametrize("name", sorted(SETS))
def test_no_set_teaches_a_label_that_does_not_exist(name: str) -> None:
    for row in ROWS:
        for head, target in teach(name, **row).items():
            assert target.yes | target.no <= LABELS[head]
            assert not target.yes & target.no
            assert target.yes
            assert 0.0 < target.weight <= 1.0
