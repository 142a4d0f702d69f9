"""Which language a person gets, and catalogs that are read from their sources."""

import pytest

from monitor.web.languages import LANGUAGES, SOURCE, catalog, language_for


class TestChoosing:
    def test_the_chosen_language_goes_before_the_browsers(self) -> None:
        assert language_for("lv", "ru,en;q=0.5") == "lv"

    @pytest.mark.parametrize(
        ("accepted", "language"),
        [
            ("bg-BG,bg;q=0.9,en;q=0.5", "bg"),
            ("de-DE,de;q=0.9,lv;q=0.4,en;q=0.3", "lv"),
            ("en;q=0.2,ru;q=0.8", "ru"),
            ("de,fr", SOURCE),
            ("ru;q=0", SOURCE),
            ("", SOURCE),
            (";;;q=,,=", SOURCE),
            ("ru;q=often", SOURCE),
        ],
    )
    def test_the_browsers_best_known_language_is_taken(self, accepted: str, language: str) -> None:
        assert language_for(None, accepted) == language

    def test_a_language_that_there_is_not_is_ignored(self) -> None:
        assert language_for("xx", "lv") == "lv"


class TestCatalogs:
    def test_english_needs_no_catalog(self) -> None:
        assert catalog("en").gettext("Resolve") == "Resolve"

    @pytest.mark.parametrize("language", sorted(LANGUAGES))
    def test_every_language_has_an_answer_for_every_sentence(self, language: str) -> None:
        assert catalog(language).gettext("Resolve")
        assert catalog(language).ngettext("%(n)s case", "%(n)s cases", 5)

    def test_a_language_without_a_catalog_is_spoken_in_english(self) -> None:
        assert catalog("eo").gettext("Resolve") == "Resolve"
