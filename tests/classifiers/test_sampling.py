"""Which examples a training sees, and how often."""

from collections import Counter

import numpy as np

from classifiers.dataset import Example
from classifiers.sampling import draws, training_batches


def rows(source: str, count: int, lang: str = "en") -> list[Example]:
    return [Example(f"{source} {lang} {number}", lang, source, "train", {}) for number in range(count)]


def drawn(examples: list[Example], count: int, **options: int) -> Counter[str]:
    return Counter(examples[row].source for row in draws(examples, count, seed=1, **options))


class TestBalance:
    def test_a_large_set_does_not_drown_a_small_one(self) -> None:
        seen = drawn(rows("lv_viksna", 10_000) + rows("lv_nicmanis", 100), 2_000)
        assert seen["lv_nicmanis"] > 2_000 * 100 / 10_100 * 3

    def test_a_larger_set_is_still_seen_more(self) -> None:
        seen = drawn(rows("lv_viksna", 10_000) + rows("lv_nicmanis", 100), 2_000)
        assert seen["lv_viksna"] > seen["lv_nicmanis"]

    def test_a_sets_share_counts(self) -> None:
        seen = drawn(rows("xci_acl2023", 2_000) + rows("xed_emotion", 2_000), 2_000)
        assert seen["xci_acl2023"] > 4 * seen["xed_emotion"]

    def test_what_a_team_labelled_counts_like_the_best_sets(self) -> None:
        seen = drawn(rows("reviews", 2_000) + rows("xed_emotion", 2_000), 2_000)
        assert seen["reviews"] > 4 * seen["xed_emotion"]

    def test_languages_of_one_set_are_balanced_too(self) -> None:
        examples = rows("umsab", 4_000, "en") + rows("umsab", 200, "lv")
        seen = Counter(examples[row].lang for row in draws(examples, 1_000, seed=1))
        assert seen["lv"] > 1_000 * 200 / 4_200 * 2

    def test_no_public_row_is_seen_more_than_five_times(self) -> None:
        seen = Counter(draws(rows("umsab", 10), 10_000, seed=1).tolist())
        assert set(seen.values()) == {5}

    def test_rows_of_a_set_are_seen_equally_often_give_or_take_one(self) -> None:
        seen = Counter(draws(rows("umsab", 300), 700, seed=1).tolist())
        assert max(seen.values()) - min(seen.values()) <= 1


class TestOwnCorpus:
    def test_every_row_is_shown_the_asked_number_of_times(self) -> None:
        examples = rows("corpus_lv", 20) + rows("umsab", 1_000)
        seen = Counter(draws(examples, 1_000, seed=1, corpus_repeats=14).tolist())
        assert {seen[row] for row in range(20)} == {14}

    def test_it_never_takes_more_than_half_the_room(self) -> None:
        seen = drawn(rows("corpus_lv", 100) + rows("umsab", 1_000), 400, corpus_repeats=14)
        assert seen["corpus_lv"] == 200

    def test_a_training_on_the_corpus_alone_works(self) -> None:
        assert len(draws(rows("corpus_lv", 10), 400, seed=1, corpus_repeats=14)) == 140

    def test_a_training_without_the_corpus_works(self) -> None:
        assert len(draws(rows("umsab", 1_000), 500, seed=1)) == 500


class TestSeed:
    def test_the_same_seed_draws_the_same(self) -> None:
        examples = rows("umsab", 500) + rows("lv_ltec", 90)
        assert draws(examples, 300, seed=7).tolist() == draws(examples, 300, seed=7).tolist()

    def test_another_seed_draws_otherwise(self) -> None:
        examples = rows("umsab", 500)
        assert draws(examples, 300, seed=7).tolist() != draws(examples, 300, seed=8).tolist()


LENGTHS = list(np.random.default_rng(0).integers(4, 60, 3_000))


class TestBatches:
    def test_every_draw_is_in_exactly_one_batch(self) -> None:
        order = np.arange(3_000)
        made = training_batches(LENGTHS, order, 1_024, seed=1)
        assert sorted(np.concatenate(made).tolist()) == order.tolist()

    def test_a_batch_never_pads_past_the_limit(self) -> None:
        for batch in training_batches(LENGTHS, np.arange(3_000), 1_024, seed=1):
            assert len(batch) * max(LENGTHS[row] for row in batch) <= 1_024

    def test_long_and_short_batches_are_mixed(self) -> None:
        made = training_batches(LENGTHS, np.arange(3_000), 1_024, seed=1)
        longest = [max(LENGTHS[row] for row in batch) for batch in made]
        assert longest != sorted(longest, reverse=True)

    def test_the_same_seed_gives_the_same_batches(self) -> None:
        one, other = (training_batches(LENGTHS, np.arange(3_000), 1_024, seed=4) for _ in range(2))
        assert [batch.tolist() for batch in one] == [batch.tolist() for batch in other]
