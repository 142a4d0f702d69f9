import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.sources import x_query
from tests.fakex import World, WorldClock
from tests.fakex.query import compiled
from tests.fakex.scene import NOON


def test_the_name_is_a_phrase_the_handle_is_tagged_and_our_own_posts_stay_out():
    assert x_query.searches(["acmebank"], ["Acme Bank"]) == ['("Acme Bank" OR @acmebank) -from:acmebank']


def test_without_names_there_is_nothing_to_search_for():
    assert x_query.searches(["acmebank"], []) == []


def test_every_account_of_the_brand_is_tagged_and_left_out_as_an_author():
    [query] = x_query.searches(["acmebank", "acmehelp"], ["Acme Bank"])
    assert query == '("Acme Bank" OR @acmebank OR @acmehelp) -from:acmebank -from:acmehelp'


def test_hash_tags_and_other_handles_are_searched_bare():
    [query] = x_query.searches(["acmebank"], ["#acmefail", "@acme_app", "Acme"])
    assert query == '(#acmefail OR @acme_app OR "Acme" OR @acmebank) -from:acmebank'


def test_languages_narrow_the_names_but_not_the_tags_and_keep_undetermined_posts():
    [query] = x_query.searches(["acmebank"], ["Acme"], ["lv", "en"])
    assert query == '((("Acme") (lang:lv OR lang:en OR lang:und)) OR @acmebank) -from:acmebank'


def test_languages_are_written_as_x_writes_them():
    [query] = x_query.searches(["acmebank"], ["Acme"], ["he", "id"])
    assert "(lang:iw OR lang:in OR lang:und)" in query


@pytest.mark.parametrize("name", ["Acme OR from:elon", 'Ac"me" -is:reply', "(Acme", "Acme\\", "lang:en", "Acme\n Bank"])
def test_no_name_smuggles_in_an_operator(name):
    [query] = x_query.searches(["acmebank"], [name])
    inside = query.removeprefix('("').removesuffix('" OR @acmebank) -from:acmebank')
    assert '"' not in inside
    assert "\\" not in inside


@pytest.mark.parametrize("name", ["", "  ", '""', "!!!"])
def test_a_name_without_a_letter_or_a_digit_is_refused(name):
    with pytest.raises(ConfigError, match="letter or a digit"):
        x_query.searches(["acmebank"], [name])


def test_a_name_longer_than_a_query_is_refused():
    with pytest.raises(ConfigError, match="too long"):
        x_query.searches(["acmebank"], ["x" * 600])


def test_many_names_become_several_queries_and_only_the_first_one_has_the_tag():
    names = [f"Acme product number {i}" for i in range(60)]
    queries = x_query.searches(["acmebank"], names)
    assert len(queries) > 1
    assert ["@acmebank" in query for query in queries] == [True] + [False] * (len(queries) - 1)
    assert all(query.endswith("-from:acmebank") for query in queries)


NAMES = st.text(st.characters(categories=["L", "N", "P", "Z", "S", "Cc"]), min_size=1, max_size=40)


@given(
    st.lists(NAMES.filter(lambda name: any(map(str.isalnum, name))), max_size=30),
    st.lists(st.sampled_from(["lv", "he"])),
)
def test_every_query_fits_is_understood_and_no_name_is_lost(names, languages):
    try:
        queries = x_query.searches(["acmebank"], names, languages)
    except ConfigError:
        return
    world = World(WorldClock(NOON))
    for query in queries:
        assert len(query) <= x_query.LONGEST
        compiled(query, world)
    for name in names:
        letters = re.search(r"[^\W_]+", name).group()
        assert any(letters in query for query in queries)


def test_the_other_streams_have_queries_to_be_counted_by():
    assert x_query.mentions("acmebank", ["acmebank", "acmehelp"]) == "@acmebank -from:acmebank -from:acmehelp"
    assert x_query.timeline("acmebank") == "from:acmebank"
