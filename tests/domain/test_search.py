"""The search of the queue: what people type is understood, or refused with the place and a remedy."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.contract import Cause, Severity
from monitor.domain.folding import folded_words
from monitor.domain.model import Status
from monitor.domain.search import LONGEST_TEXT, MOST_TERMS, Search, SearchError, parse_search
from monitor.domain.search_terms import AGES, CHOICES, NAMES, NUMBERS, WRITTEN_KEYS, Is, Key, Op, Term

EVERYTHING = (
    "lang:lv cause:outage is:unanswered is:breached is:snoozed is:mine is:unassigned is:needs-human is:needs-label "
    "severity:blame followers:>1000 risk:>0.5 brand:acme assignee:ilze status:open label:vip from:@anna opened:<7d "
    'due:<1h -lang:ru "free text" word'
)


def only(text: str) -> Term:
    (term,) = parse_search(text).terms
    return term


class TestReading:
    def test_nothing_is_every_live_case(self) -> None:
        assert parse_search("  ") == Search()
        assert Search().live_only

    def test_everything_that_there_is_can_be_asked_for(self) -> None:
        search = parse_search(EVERYTHING)

        assert len(search.terms) == 22
        assert {term.key for term in search.terms} == set(Key) - {Key.PLATFORM, Key.WAITING}
        assert search.text() == EVERYTHING.replace("@", "")

    @pytest.mark.parametrize(
        ("text", "term"),
        [
            ("lang:LV,ru", Term(Key.LANG, ("lv", "ru"))),
            ("-lang:ru", Term(Key.LANG, ("ru",), negated=True)),
            ("is:needs_human", Term(Key.IS, (Is.NEEDS_HUMAN,))),
            ("cause:slow-response", Term(Key.CAUSE, (Cause.SLOW_RESPONSE,))),
            ("SEVERITY:Blame", Term(Key.SEVERITY, (Severity.BLAME,))),
            ("status:open,waiting", Term(Key.STATUS, (Status.OPEN, Status.WAITING))),
            ("followers:>=10k", Term(Key.FOLLOWERS, (10_000.0,), Op.AT_LEAST)),
            ("followers:<1.5m", Term(Key.FOLLOWERS, (1_500_000.0,), Op.LESS)),
            ("followers:=0", Term(Key.FOLLOWERS, (0.0,))),
            ("risk:>50%", Term(Key.RISK, (0.5,), Op.MORE)),
            ("opened:<2w", Term(Key.OPENED, (timedelta(days=14),), Op.LESS)),
            ("waiting:>90m", Term(Key.WAITING, (timedelta(minutes=90),), Op.MORE)),
            ("from:@Anna_K", Term(Key.FROM, ("anna_k",))),
            ('label:"very important",VIP', Term(Key.LABEL, ("very important", "vip"))),
            ('"no  signal"', Term(Key.PHRASE, ("no signal",))),
            (r'"he said \"no\""', Term(Key.PHRASE, ('he said "no"',))),
            ("-Нестрада", Term(Key.WORD, ("Нестрада",), negated=True)),
            ("12:30", Term(Key.WORD, ("12:30",))),
            ("проблема:да", Term(Key.WORD, ("проблема:да",))),
        ],
    )
    def test_a_term_is_understood(self, text: str, term: Term) -> None:
        assert only(text) == term

    def test_the_same_term_twice_is_one(self) -> None:
        assert parse_search("word lang:lv word lang:LV").text() == "word lang:lv"

    def test_two_labels_are_both_wanted(self) -> None:
        assert len(parse_search("label:vip label:storm cause:outage cause:delivery").terms) == 4

    @pytest.mark.parametrize("text", ["is:closed", "is:any", "status:resolved", "is:open,merged", "-is:live"])
    def test_a_search_for_closed_cases_is_not_over_live_ones_only(self, text: str) -> None:
        assert not parse_search(text).live_only

    @pytest.mark.parametrize("text", ["is:open", "-is:closed", "-status:resolved", "is:mine", "lang:lv"])
    def test_other_searches_are_over_live_cases(self, text: str) -> None:
        assert parse_search(text).live_only

    def test_two_searches_are_joined(self) -> None:
        assert parse_search("is:mine x").and_also(parse_search("x lang:lv")).text() == "is:mine x lang:lv"


class TestRefusing:
    @pytest.mark.parametrize(
        ("text", "place", "length", "words"),
        [
            ("is:open lagn:lv", 8, 4, "no key 'lagn'; did you mean lang?"),
            ("http://x.y", 0, 4, 'quote it to search for the words: "http:…"'),
            ("zzz:1", 0, 3, "there are: is, status"),
            ("cause:outge", 6, 5, "did you mean outage"),
            ("is:needs-lable", 3, 11, "or needs-label?"),
            ("status:closed", 7, 6, "there are: open, waiting, snoozed, resolved, dismissed"),
            ("lang:", 5, 1, "lang: what? write lang:lv"),
            ("lang:lv,", 8, 1, "lang: what?"),
            ("from:@", 5, 1, "write from:@anna"),
            ("severity:>blame", 10, 5, "write severity:blame"),
            ("followers:many", 10, 4, "write followers:>1000"),
            ("followers:>50%", 11, 3, "write followers:>1000"),
            ("followers:1,2", 10, 3, "does not take '1,2'"),
            ("risk:>1.5", 6, 3, "write risk:>0.5"),
            ("opened:7d", 7, 2, "write opened:<30m"),
            ("opened:<7", 8, 1, "write opened:<30m"),
            ("opened:<99999w", 8, 6, "does not take"),
            ('x "no end', 2, 7, "not closed"),
            ("a - b", 2, 1, "stands alone"),
            ("🙏", 0, 1, "no letters or digits"),
            ('"..."', 0, 5, "no letters or digits"),
            ("lang:lv lang:ru", 8, 7, "for either of them write lang:lv,ru"),
            ("from:a from:b", 7, 6, "a case has one from"),
        ],
    )
    def test_the_place_and_the_remedy_are_named(self, text: str, place: int, length: int, words: str) -> None:
        with pytest.raises(SearchError) as refused:
            parse_search(text)

        assert words in str(refused.value)
        assert (refused.value.place, refused.value.length) == (place, length)
        assert f"At character {place + 1}:" in str(refused.value)

    def test_too_much_is_refused(self) -> None:
        with pytest.raises(SearchError, match="at most 1,000 characters"):
            parse_search("x" * (LONGEST_TEXT + 1))
        with pytest.raises(SearchError, match="at most 30 terms"):
            parse_search(" ".join(f"word{n}" for n in range(MOST_TERMS + 1)))

    @given(st.text(max_size=60))
    def test_any_text_is_understood_or_refused_within_it(self, text: str) -> None:
        found = understood(text)
        if isinstance(found, SearchError):
            assert 0 <= found.place <= len(text)
            assert found.length >= 1
        else:
            assert parse_search(found.text()) == found


def understood(text: str) -> Search | SearchError:
    try:
        return parse_search(text)
    except SearchError as refused:
        return refused


_words = st.text(min_size=1, max_size=12).filter(lambda text: bool(folded_words(text)))
_one_line = _words.map(lambda text: " ".join(text.split())).filter(bool)
_amounts = st.integers(0, 10**9).map(float)
_ages = st.integers(0, 50_000).map(lambda minutes: timedelta(minutes=minutes))
_unequal = st.sampled_from([op for op in Op if op is not Op.EQUAL])


def _names(key: Key) -> st.SearchStrategy[str]:
    name = _one_line if key in (Key.BRAND, Key.ASSIGNEE) else _one_line.map(str.casefold).map(str.casefold)
    stripped = name.map(str.strip)
    return stripped.map(lambda word: word.lstrip("@ ")).filter(bool) if key is Key.FROM else stripped.filter(bool)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    key = draw(st.sampled_from([*WRITTEN_KEYS, Key.PHRASE]))
    negated = draw(st.booleans())
    if key is Key.PHRASE:
        return Term(key, (draw(_one_line),), negated=negated)
    if key in NUMBERS:
        value = draw(st.integers(0, 1000)) / 1000 if key is Key.RISK else draw(_amounts)
        return Term(key, (value,), draw(st.sampled_from(Op)), negated)
    if key in AGES:
        return Term(key, (draw(_ages),), draw(_unequal), negated)
    one = st.sampled_from([each.value for each in CHOICES[key]]) if key in CHOICES else _names(key)
    assert key in CHOICES or key in NAMES
    return Term(key, tuple(draw(st.lists(one, min_size=1, max_size=3, unique=True))), negated=negated)


class TestCanonicalSpelling:
    @given(terms())
    def test_every_term_is_read_back_as_it_was_written(self, term: Term) -> None:
        assert parse_search(term.text()) == Search((term,))

    @given(st.lists(_words.map(lambda text: "".join(text.split())), max_size=5))
    def test_words_are_read_back(self, words: list[str]) -> None:
        try:
            search = parse_search(" ".join(words))
        except SearchError:
            return
        assert parse_search(search.text()) == search

    @pytest.mark.parametrize("text", ["opened:<7d", "opened:<36h", "due:<90m", "followers:>1000", "risk:<0.25"])
    def test_amounts_are_spelled_as_people_do(self, text: str) -> None:
        assert parse_search(text).text() == text
