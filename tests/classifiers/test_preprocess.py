"""What of a text reaches the network, and that nothing in a text can break it."""

import time
import unicodedata

import ftfy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.preprocess import _PERHAPS_BROKEN, LINK, MAX_CHARACTERS, USER, letters, normalise, words_only

ZWJ = "\u200d"
FAMILY = f"👨{ZWJ}👩{ZWJ}👧"


class TestMasks:
    def test_a_brand_handle_does_not_reach_the_network(self) -> None:
        assert normalise("@AcmeCare my order is lost") == f"{USER} my order is lost"

    def test_several_handles_in_a_row_are_one(self) -> None:
        assert normalise("@acme @AcmeHelp @bob hello") == f"{USER} hello"

    def test_handles_apart_stay_apart(self) -> None:
        assert normalise("@acme please ask @bob") == f"{USER} please ask {USER}"

    def test_a_cyrillic_handle_is_masked_too(self) -> None:
        assert normalise("@почта где посылка") == f"{USER} где посылка"

    def test_two_brands_give_the_same_text(self) -> None:
        assert normalise("@acme is down") == normalise("@zenith is down")

    @pytest.mark.parametrize(
        "link",
        [
            "https://t.co/AbC123",
            "http://acme.example/path?q=1&b=2",
            "www.acme.example",
            "HTTPS://ACME.EXAMPLE",
            "t.co/xYz",
        ],
    )
    def test_a_link_is_one_fixed_token(self, link: str) -> None:
        assert normalise(f"see {link} now") == f"see {LINK} now"

    def test_several_links_in_a_row_are_one(self) -> None:
        assert normalise("proof https://a.example/1 https://a.example/2") == f"proof {LINK}"

    def test_an_email_address_is_masked_like_a_handle(self) -> None:
        assert normalise("write to jane.doe@mail.example please") == f"write to {USER} please"

    def test_an_at_sign_alone_is_not_a_handle(self) -> None:
        assert normalise("meet @ noon") == "meet @ noon"

    def test_masks_that_a_data_set_already_put_stay(self) -> None:
        assert normalise("@user I got this http") == f"{USER} I got this {LINK}"

    def test_a_word_that_begins_like_the_link_mask_is_kept(self) -> None:
        assert normalise("httpd crashed") == "httpd crashed"


class TestCharacters:
    def test_entities_are_what_they_stand_for(self) -> None:
        assert normalise("Tom &amp; Jerry &lt;3") == "Tom & Jerry <3"

    def test_entities_escaped_twice_are_unescaped_twice(self) -> None:
        assert normalise("it&amp;#39;s broken") == "it's broken"

    def test_entities_are_decoded_however_often_they_were_escaped(self) -> None:
        assert normalise("R&" + "amp;" * 40 + "B &" + "#38;" * 9 + "lt;3") == "R&B <3"

    def test_an_entity_may_spell_a_link(self) -> None:
        assert normalise("see &#104;ttp&#58;//acme.example") == f"see {LINK}"

    @pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "cp1257", "latin-1", "macroman"])
    @pytest.mark.parametrize(
        "text", ["Kāpēc “neatbildat”?", "café fermé – déjà", "Защо няма връзка…", "żółć ěščř ığüşö", "5 €"]
    )
    def test_whatever_looks_broken_is_shown_to_the_mender(self, text: str, encoding: str) -> None:
        broken = text.encode().decode(encoding, "replace")
        assert normalise(broken) == normalise(ftfy.fix_text(broken, unescape_html=False))

    @given(st.text("".join(ftfy.badness.MOJIBAKE_CATEGORIES.values()) + "aZ я.ÃÂвЂ€ûùœ ", min_size=1, max_size=6))
    @settings(max_examples=1_500, deadline=None)
    def test_nothing_that_the_mender_would_mend_is_kept_from_it(self, text: str) -> None:
        assert _PERHAPS_BROKEN.search(text) or not ftfy.badness.is_bad(text)

    def test_an_address_in_a_broken_handle_leaves_one_mask(self) -> None:
        assert normalise("write @user@mail.example") == f"write {USER}"

    def test_a_broken_encoding_is_mended(self) -> None:
        assert normalise("cafÃ© is closed") == "café is closed"

    def test_curly_quotes_are_plain(self) -> None:
        assert normalise("“it’s late”") == '"it\'s late"'

    def test_fancy_letters_are_letters(self) -> None:
        assert normalise("𝐧𝐨 ｉｎｔｅｒｎｅｔ") == "no internet"

    def test_letters_of_another_script_that_look_the_same_are_the_word_s_own(self) -> None:
        assert normalise("rеfund mу mοnеy") == "refund my money"
        assert normalise("вepните дeньги") == "верните деньги"

    def test_a_script_mixed_into_a_link_does_not_hide_it(self) -> None:
        assert normalise("see httрs://acme.example now") == f"see {LINK} now"

    def test_a_word_that_needs_two_scripts_stays(self) -> None:
        assert normalise("PINкод и SMSка") == "PINкод и SMSка"

    def test_composed_and_decomposed_letters_are_the_same(self) -> None:
        assert normalise(unicodedata.normalize("NFD", "Rīgā līst")) == "Rīgā līst"

    def test_diacritics_and_case_are_kept_for_the_tokenizer_to_fold(self) -> None:
        assert normalise("Kāpēc NESTRĀDĀ") == "Kāpēc NESTRĀDĀ"

    @pytest.mark.parametrize(
        "hidden",
        ["\u200b", "\u200c", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u2066", "\u2069", "\u0000", "\u0007", "\u3164"],
    )
    def test_an_invisible_character_inside_a_word_changes_nothing(self, hidden: str) -> None:
        assert normalise(f"ref{hidden}und me") == "refund me"

    def test_a_private_use_character_is_dropped(self) -> None:
        assert normalise("\ue000refund\uf8ff") == "refund"

    def test_the_joiner_inside_an_emoji_is_kept(self) -> None:
        assert normalise(f"we {FAMILY} wait") == f"we {FAMILY} wait"

    def test_a_joiner_between_letters_goes(self) -> None:
        assert normalise(f"re{ZWJ}fund") == "refund"

    def test_a_heart_is_a_heart_with_or_without_its_selector(self) -> None:
        assert normalise("❤\ufe0f") == normalise("❤")

    def test_stacked_marks_are_cut_to_three(self) -> None:
        stacked = normalise("x" + "\u0301" * 500 + " bad")
        assert stacked.count("\u0301") <= 3
        assert stacked.endswith(" bad")

    def test_hindi_vowel_signs_survive(self) -> None:
        assert normalise("सेवा बहुत खराब है") == "सेवा बहुत खराब है"

    def test_all_kinds_of_space_are_one_space(self) -> None:
        assert normalise("  no\n\n\tanswer\u00a0\u2003yet ") == "no answer yet"


class TestRepeats:
    def test_long_vowels_become_two(self) -> None:
        assert normalise("soooooo baaaaad") == "soo baad"

    def test_two_lengths_of_shouting_are_the_same(self) -> None:
        assert normalise("nooooo") == normalise("nooooooooooo")

    def test_double_letters_are_spelling(self) -> None:
        assert normalise("coffee needed") == "coffee needed"

    def test_numbers_are_not_shortened(self) -> None:
        assert normalise("order 1000000 of 22222") == "order 1000000 of 22222"

    def test_exclamation_marks_become_three(self) -> None:
        assert normalise("why!!!!!!!!!!") == "why!!!"

    def test_up_to_three_signs_stay(self) -> None:
        assert normalise("what?! no...") == "what?! no..."

    def test_repeated_emoji_become_three(self) -> None:
        assert normalise("😡" * 12) == "😡😡😡"

    def test_repeated_joined_emoji_become_three(self) -> None:
        assert normalise(FAMILY * 9) == FAMILY * 3

    def test_repeated_words_become_three(self) -> None:
        assert normalise("no no no no no no refund") == "no no no refund"

    def test_three_equal_words_stay(self) -> None:
        assert normalise("bye bye bye") == "bye bye bye"


class TestLength:
    def test_a_long_text_keeps_its_beginning_and_its_end(self) -> None:
        words = [f"word{number}" for number in range(3_000)]
        short = normalise(" ".join(words))
        assert len(short) <= MAX_CHARACTERS
        assert short.startswith("word0 word1 ")
        assert short.endswith(" word2999")

    def test_a_text_at_the_limit_is_whole(self) -> None:
        text = ("abcdefghi " * (MAX_CHARACTERS // 10)).strip()
        varied = " ".join(f"{word}{number}" for number, word in enumerate(text.split()))[:MAX_CHARACTERS].strip()
        assert normalise(varied) == varied

    @pytest.mark.parametrize(
        "piece",
        [
            "a",
            "😡",
            "a\u0301",
            "@x ",
            "www.",
            "&lt;",
            "x@",
            "é!?",
            "\u200b",
            "\ud83d",
            "\x00",
            f"👍🏽{ZWJ}",
            "ab ",
            "🇱🇻",
            "&#",
            "ﷺ",
            "сoop ",
            "а a",
            "&&amp;amp;",
            "&gg;",
            "“",
        ],
    )
    def test_a_hundred_kilobytes_of_anything_take_no_time(self, piece: str) -> None:
        started = time.perf_counter()
        assert len(normalise(piece * (100_000 // len(piece)))) <= MAX_CHARACTERS
        assert time.perf_counter() - started < 2.0


class TestNothingRaises:
    @pytest.mark.parametrize(
        "text", ["", " ", "\x00", "\ud83d", "\ude00\ud83d", "\ufeff", "\u202e\u202d", "😀", "…", "@", "&"]
    )
    def test_odd_texts_give_a_text(self, text: str) -> None:
        assert isinstance(normalise(text), str)

    def test_a_lone_surrogate_can_be_encoded_afterwards(self) -> None:
        normalise("broken \ud83d emoji").encode()

    def test_a_split_surrogate_pair_is_joined(self) -> None:
        assert normalise("ok \ud83d\ude00") == "ok 😀"

    @given(st.text(st.characters(), max_size=300))
    @settings(max_examples=300, deadline=None)
    def test_any_text_gives_clean_text(self, text: str) -> None:
        clean = normalise(text)
        assert "\x00" not in clean
        assert clean == clean.strip()
        assert "  " not in clean
        clean.encode()

    @given(st.text(alphabet="ab@ :/.!?é&;#😡\u200d\u200b\n", max_size=120))
    @settings(max_examples=300, deadline=None)
    def test_texts_of_awkward_signs_give_clean_text(self, text: str) -> None:
        clean = normalise(text)
        assert len(clean) <= max(len(text) * 6, 10)
        assert "\u200b" not in clean


class TestNormalisedTextStays:
    """What is trained on was normalised once, what is served may have been normalised before."""

    @given(st.text(st.characters(), max_size=80))
    @settings(max_examples=400, deadline=None)
    def test_any_text(self, text: str) -> None:
        assert normalise(normalise(text)) == normalise(text)

    @given(st.text(alphabet="ab@ :/.!?é&;#gtlamp😡🤬\u200d\u200b\u0301\nhttpsw.<c сοB", max_size=60))
    @settings(max_examples=600, deadline=None)
    def test_texts_of_awkward_signs(self, text: str) -> None:
        assert normalise(normalise(text)) == normalise(text)

    @pytest.mark.parametrize(
        "text",
        [
            "htttttp://acme.example",
            "&gggg;",
            "＆amp;",
            "@a@b.c@d.e",
            "a & b &c &amp d",
            "x" * 5_000 + "…" * 300,
            "no, no no no no",
            "www.a www.b @x @y",
            "&\u200bamp;",
            "word " * 4_000,
            " ".join(map(str, range(9_000))),
        ],
    )
    def test_texts_in_which_one_step_makes_work_for_another(self, text: str) -> None:
        assert normalise(normalise(text)) == normalise(text)


class TestWords:
    def test_masks_are_not_words(self) -> None:
        assert words_only(f"{USER} where is it {LINK}") == "where is it"

    def test_letters_are_counted_without_masks(self) -> None:
        assert letters(f"{USER} ab {LINK} в! 12") == 3

    def test_an_emoji_has_no_letters(self) -> None:
        assert letters("😡👍🏽") == 0

    def test_letters_of_every_script_count(self) -> None:
        assert letters("aб語ह") == 4
