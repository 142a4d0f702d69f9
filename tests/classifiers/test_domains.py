"""Where a text comes from."""

import pytest

from classifiers.dataset import Example
from classifiers.domains import OWN, domain, domain_ids, domain_names


def example(source: str, lang: str = "en") -> Example:
    return Example("t", lang, source, "train", {})


class TestDomain:
    @pytest.mark.parametrize("lang", ["bg", "en", "lv", "ru"])
    def test_our_own_corpus_is_one_domain_in_all_its_languages(self, lang: str) -> None:
        assert domain(example(f"corpus_{lang}", lang)) == OWN

    def test_what_people_of_a_team_labelled_is_our_own(self) -> None:
        assert domain(example("reviews", "lv")) == OWN

    def test_a_set_is_a_domain(self) -> None:
        assert domain(example("xci_acl2023")) == "xci_acl2023"
        assert domain(example("m_absa", "pt")) == domain(example("m_absa", "tr"))

    @pytest.mark.parametrize("source", ["twitter15_europe", "umsab"])
    def test_a_set_with_annotators_of_their_own_is_a_domain_a_language(self, source: str) -> None:
        assert domain(example(source, "pl")) == f"{source}:pl"
        assert domain(example(source, "pl")) != domain(example(source, "hu"))

    def test_a_set_that_is_merely_called_like_our_corpus_is_not_ours(self) -> None:
        assert domain(example("corpuscles")) == "corpuscles"


class TestNames:
    def test_they_are_sorted_and_named_once(self) -> None:
        examples = [example("umsab", "pt"), example("corpus_lv"), example("lv_ltec"), example("umsab", "pt")]
        assert domain_names(examples) == (OWN, "lv_ltec", "umsab:pt")

    def test_our_own_is_always_there(self) -> None:
        assert domain_names([example("lv_ltec")]) == (OWN, "lv_ltec")
        assert domain_names([]) == (OWN,)

    def test_the_order_of_the_examples_makes_no_difference(self) -> None:
        examples = [example("umsab", "pt"), example("corpus_lv"), example("lv_ltec")]
        assert domain_names(examples) == domain_names(examples[::-1])


class TestIds:
    NAMES = ("banking77", OWN, "umsab:pt")

    def test_they_are_places_among_the_names(self) -> None:
        examples = [example("umsab", "pt"), example("corpus_lv"), example("banking77")]
        assert domain_ids(examples, self.NAMES).tolist() == [2, 1, 0]

    def test_a_domain_that_is_not_there_counts_as_our_own(self) -> None:
        assert domain_ids([example("lv_ltec"), example("umsab", "hi")], self.NAMES).tolist() == [1, 1]

    def test_every_example_has_one_of_its_own_names(self) -> None:
        examples = [example("umsab", "pt"), example("corpus_lv"), example("lv_ltec")]
        names = domain_names(examples)
        assert [names[place] for place in domain_ids(examples, names)] == [domain(one) for one in examples]

    def test_no_example_has_none(self) -> None:
        assert domain_ids([], self.NAMES).shape == (0,)
