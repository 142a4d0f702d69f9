"""What the reply check says, on replies made for one point each and on hundreds of realistic ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.contract import Cause
from monitor.domain.composer import ReplyPrices
from monitor.domain.reply_check import LEVELS, Code, Level, Warning, check, findings_of
from monitor.domain.reply_reading import read
from monitor.domain.reply_remarks import SENTENCES, sentence
from tests.domain.replies import LANGUAGES, MEANINGS, SIGNS, Example, examples, report, scores

MENTION = "my parcel is two weeks late and nobody answers"
GOOD = "Anna, we lost your parcel, and that is our fault. I am sorry. A new one leaves today and is with you on Friday."


def codes(reply: str, **told: object) -> set[Code]:
    given_: dict[str, object] = {
        "lang": "en",
        "mention": MENTION,
        "causes": (Cause.DELIVERY,),
        "customer_name": "Anna K.",
    }
    return {warning.code for warning in check(reply, **{**given_, **told})}  # type: ignore[arg-type]


def only(reply: str, code: Code, **told: object) -> Warning:
    given_: dict[str, object] = {
        "lang": "en",
        "mention": MENTION,
        "causes": (Cause.DELIVERY,),
        "customer_name": "Anna K.",
    }
    (found,) = (w for w in check(reply, **{**given_, **told}) if w.code is code)  # type: ignore[arg-type]
    return found


def test_a_good_reply_gets_no_remark() -> None:
    assert codes(GOOD) == set()


@pytest.mark.parametrize(
    ("lang", "reply", "mention"),
    [
        (
            "lv",
            "Anna, mēs pazaudējām jūsu paciņu, tā ir mūsu vaina. Atvainojos. Jauna būs pie jums piektdien.",
            "kur paciņa",
        ),
        ("ru", "Анна, мы потеряли вашу посылку, это наша вина. Простите. Новая будет у вас в пятницу.", "где посылка"),
        (
            "bg",
            "Анна, изгубихме пратката ви, вината е наша. Извинявам се. Новата е при вас в петък.",
            "къде е пратката",
        ),
        (
            "ru",
            "Anna, my poteryali vashu posylku, eto nasha vina. Prostite. Novaya budet u vas v pyatnitsu.",
            "где посылка",
        ),
        (
            "lv",
            "Anna, mes pazaudejam jusu pacinu, ta ir musu vaina. Atvainojos. Jauna bus pie jums piektdien.",
            "kur paciņa",
        ),
    ],
)
def test_a_good_reply_gets_no_remark_in_any_language_or_alphabet(lang: str, reply: str, mention: str) -> None:
    assert codes(reply, lang=lang, mention=mention) == set()


@pytest.mark.parametrize("reply", ["", "   ", "\n"])
def test_nothing_is_nothing_to_check(reply: str) -> None:
    assert codes(reply) == {Code.EMPTY}


class TestFaultAndApology:
    def test_a_fault_that_is_denied_is_serious(self) -> None:
        found = only("Anna, the late parcel is not our fault. I am sorry. It comes on Friday.", Code.FAULT_DENIED)

        assert found.level is Level.SERIOUS
        assert found.words["quote"] == "our fault"

    def test_excusing_the_customer_denies_nothing(self) -> None:
        assert Code.FAULT_DENIED not in codes("Anna, it is not your fault. " + GOOD)
        assert Code.BLAMES_CUSTOMER not in codes("Anna, it is not your fault. " + GOOD)

    def test_a_fault_without_anybody_in_it_is_named(self) -> None:
        found = only("Anna, a mistake was made with your parcel. Sorry. It comes on Friday.", Code.FAULT_EVADED)

        assert found.words["quote"] == "mistake was made"

    def test_owning_the_fault_makes_up_for_evasive_words_beside_it(self) -> None:
        assert (
            codes("Something went wrong with your parcel, Anna: we lost it. Sorry! A new one comes on Friday.") == set()
        )

    @pytest.mark.parametrize(
        "words", ["Sorry to hear that.", "I am sorry you feel that way.", "We are sorry if it hurt."]
    )
    def test_sympathy_is_no_apology(self, words: str) -> None:
        assert Code.SYMPATHY_ONLY in codes(f"Anna, we lost your parcel. {words} A new one comes on Friday.")

    def test_an_apology_beside_sympathy_counts(self) -> None:
        reply = "Anna, sorry to hear that. I apologise: we lost your parcel. A new one comes on Friday."

        assert not {Code.SYMPATHY_ONLY, Code.NO_APOLOGY} & codes(reply)

    def test_what_is_no_complaint_needs_neither(self) -> None:
        assert codes("Anna, your parcel comes on Friday.", complaint=False) == set()


class TestConduct:
    @pytest.mark.parametrize(
        "words",
        [
            "You should have checked the address.",
            "You entered the wrong address.",
            "As we already told you, it takes time.",
            "That is your own fault.",
            "If you had read the terms, you would know.",
        ],
    )
    def test_blaming_the_customer_is_serious(self, words: str) -> None:
        assert only(f"{GOOD} {words}", Code.BLAMES_CUSTOMER).level is Level.SERIOUS

    @pytest.mark.parametrize(
        "words", ["You should not have had to wait.", "You did nothing wrong.", "You deserve better."]
    )
    def test_words_for_the_customer_are_no_blame(self, words: str) -> None:
        assert codes(f"{GOOD} {words}") == set()

    def test_mockery_is_found_in_a_face_too(self) -> None:
        assert Code.MOCKS in codes(f"{GOOD} 🙄")

    def test_a_reply_must_lead_somewhere(self) -> None:
        assert Code.NO_NEXT_STEP in codes("Anna, we lost your parcel. Our fault, I am sorry.")

    def test_moving_the_channel_needs_a_reason(self) -> None:
        assert Code.CHANNEL_WITHOUT_REASON in codes("Anna, sorry that we lost your parcel. Please DM us.")
        assert Code.CHANNEL_WITHOUT_REASON not in codes(
            "Anna, sorry that we lost your parcel. Please DM us your address, so that it is not public."
        )

    def test_a_promise_needs_a_time(self) -> None:
        assert Code.PROMISE_WITHOUT_TIME in codes("Sorry, Anna, we lost your parcel. We will send a new one soon.")
        assert Code.PROMISE_WITHOUT_TIME not in codes("Sorry, Anna, we lost your parcel. We will send a new one today.")


class TestNaming:
    def test_the_customer_is_called_by_name(self) -> None:
        assert only(GOOD.replace("Anna, w", "W"), Code.CUSTOMER_NOT_NAMED).words == {"name": "Anna"}

    def test_an_account_without_a_name_can_not_be_called(self) -> None:
        assert codes(GOOD.replace("Anna, w", "W"), customer_name="🌸") == set()

    def test_what_fits_any_complaint_is_told(self) -> None:
        assert Code.ISSUE_NOT_NAMED in codes("Anna, this is our fault. I am sorry. I call you today at 5.", causes=())


class TestTheText:
    def test_a_copy_says_how_alike_it_is(self) -> None:
        found = only(GOOD, Code.NEAR_COPY, recent=["Nothing alike.", GOOD.replace("Anna", "Peter")])

        assert found.words == {"percent": 100, "number": 2}

    @pytest.mark.parametrize("words", ["PLEASE WAIT", "Stop!!", "Why???", "ЖДИТЕ ОТВЕТА", "LŪDZU GAIDIET"])
    def test_shouting_is_told(self, words: str) -> None:
        assert Code.SHOUTS in codes(f"{GOOD} {words}")

    @pytest.mark.parametrize("words", ["Done!", "USB and DHL", "Really?", "The SMARTTV app"])
    def test_abbreviations_and_a_single_mark_are_no_shouting(self, words: str) -> None:
        assert Code.SHOUTS not in codes(f"{GOOD} {words}")

    def test_a_link_says_its_price_where_it_has_one(self) -> None:
        told = only(f"{GOOD} See acme.lv", Code.LINK, prices=ReplyPrices(0.01, 0.3))

        assert (told.words["quote"], told.words["price"], told.words["plain"]) == ("acme.lv", "0.300", "0.010")
        assert "price" not in only(f"{GOOD} See acme.lv", Code.LINK, platform="mastodon").words

    def test_what_is_too_long_says_by_how_much(self) -> None:
        found = only(GOOD + "x" * 280, Code.TOO_LONG)

        assert (found.level, found.words) == (Level.SERIOUS, {"over": len(GOOD), "most": 280})

    def test_a_blank_of_a_template_is_told(self) -> None:
        assert only(GOOD + " {{?when}}", Code.BLANKS_LEFT).words == {"blanks": "when"}


class TestAnotherLanguage:
    def test_a_language_without_words_is_checked_for_what_needs_none(self) -> None:
        found = codes("Hallo Anna, DAS IST SCHADE, SIEHE acme.de", lang="de", mention="wo bleibt mein Paket", causes=())

        assert found == {Code.SHOUTS, Code.LINK, Code.ISSUE_NOT_NAMED}


def test_the_most_serious_comes_first() -> None:
    found = check("You should have checked! See acme.lv", lang="en", mention=MENTION, customer_name="Anna")

    ranks = [list(Level).index(warning.level) for warning in found]
    assert ranks == sorted(ranks)
    assert found[0].code is Code.BLAMES_CUSTOMER


@given(st.text(max_size=200), st.sampled_from(["en", "bg", "lv", "ru", "de"]), st.text(max_size=40))
def test_no_text_breaks_it_and_every_remark_can_be_said(text: str, lang: str, name: str) -> None:
    for warning in check(text, lang=lang, mention=text[::-1], customer_name=name, recent=[text], causes=tuple(Cause)):
        said = sentence(warning)
        assert said
        assert "%(" not in said
        if warning.place:
            start, end = warning.place
            assert 0 <= start < end <= len(text)


def test_every_code_has_a_level_and_a_sentence() -> None:
    assert set(LEVELS) == set(Code) == set(SENTENCES)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "We refunded the 20 euros today."),
        ("lv", "Naudu šodien atmaksājām."),
        ("ru", "Деньги вернули сегодня, начислим бонус."),
        ("bg", "Днес ви върнахме парите."),
    ],
)
def test_making_good_is_found(lang: str, text: str) -> None:
    reading = read(text, lang)
    assert reading is not None

    assert findings_of(reading).makes_good is not None


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "We can not refund you."),
        ("lv", "Mēs nevaram jums kompensēt."),
        ("ru", "Мы не можем вернуть деньги."),
        ("bg", "Не можем да върнем парите."),
    ],
)
def test_refusing_to_make_good_is_not_making_good(lang: str, text: str) -> None:
    reading = read(text, lang)
    assert reading is not None

    assert findings_of(reading).makes_good is None


class TestManyReplies:
    """The bounds are what was measured, less a little; `python -m tests.domain.replies` prints the figures."""

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_there_are_enough_of_every_kind(self, lang: str) -> None:
        found: list[Example] = list(examples(lang))

        assert len(found) >= 60
        assert all(sum(sign in one.signs for one in found) >= 3 for sign in SIGNS)
        assert len(list(examples(lang, unseen=True))) >= 12

    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize("sign", SIGNS)
    def test_replies_that_the_lexicons_know_are_judged_well(self, lang: str, sign: str) -> None:
        score = scores(lang)[sign]

        assert (score.precision, score.recall) >= (0.85, 0.85), MEANINGS[sign]
        assert score.recall >= 0.9, MEANINGS[sign]

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_unseen_replies_are_judged_with_few_false_alarms(self, lang: str) -> None:
        found = scores(lang, unseen=True).values()
        right, invented, missed = (sum(getattr(s, name) for s in found) for name in ("right", "invented", "missed"))

        assert right / (right + invented) >= 0.85
        assert right / (right + missed) >= 0.7

    def test_the_table_in_the_documentation_is_the_measured_one(self) -> None:
        from tests.domain.replies import PAGE

        page = PAGE.read_text(encoding="utf-8")
        assert report() in page, "run: python -m tests.domain.replies --write"
        assert report(unseen=True) in page, "run: python -m tests.domain.replies --write"
