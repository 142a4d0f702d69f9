"""Whom and what a reply names."""

import pytest

from classifiers.contract import Cause
from monitor.domain.reply_naming import given_names, names_customer, names_issue, shares_words
from monitor.domain.reply_reading import read


@pytest.mark.parametrize(
    ("account", "reply"),
    [
        ("Anna K.", "Hi Anna, sorry"),
        ("Jānis Bērziņš", "Sveiki, Jāni! Piedodiet"),
        ("Jānis Bērziņš", "Labdien, Bērziņa kungs"),
        ("Pēteris", "Pēter, atvainojos"),
        ("Иван Петров", "Иване, извинявайте"),
        ("Anna", "Анна, простите"),
        ("Петър", "Petar, sorry"),
        ("🌸 Līga 🌸", "Līga, atvainojos"),
        ("Ilze ✈️ @home", "Paldies, Ilze!"),
    ],
)
def test_a_customer_is_named_in_any_case_form_and_either_alphabet(account: str, reply: str) -> None:
    assert names_customer(reply, account) is True


@pytest.mark.parametrize(
    ("account", "reply"),
    [
        ("Anna K.", "Hi there, sorry"),
        ("Anna K.", "Hi @anna_k, sorry"),
        ("Will Smith", "we will refund you"),
        ("Mark", "Hello Martin"),
        ("Anna", "Andrew was here and another"),
    ],
)
def test_a_handle_or_a_word_like_the_name_is_not_the_name(account: str, reply: str) -> None:
    assert names_customer(reply, account) is False


@pytest.mark.parametrize("account", [None, "", "🌸🌸", "@anna", "12345", "X"])
def test_nobody_can_be_named_by_an_account_without_a_name(account: str | None) -> None:
    assert names_customer("Hi there", account) is None
    assert given_names(account) == ()


MENTION = {
    "en": "my washing machine leaks since your technician was here",
    "lv": "kopš jūsu meistara vizītes veļasmašīna tek",
    "ru": "после визита вашего мастера стиральная машина течёт",
    "bg": "след посещението на вашия майстор пералнята тече",
}


@pytest.mark.parametrize(
    ("lang", "reply"),
    [
        ("en", "A machine that leaked after our visit is our fault"),
        ("lv", "Meistars pie jums būs rīt"),
        ("lv", "Par velasmasinu atbildam mes"),
        ("ru", "Мастер приедет завтра"),
        ("ru", "S mashinoj razberemsya"),
        ("bg", "Майсторът идва утре"),
        ("bg", "За пералнята отговаряме ние"),
    ],
)
def test_the_customers_own_words_name_the_issue_in_any_form(lang: str, reply: str) -> None:
    reading = read(reply, lang)
    assert reading is not None

    place = names_issue(reading, MENTION[lang], ())

    assert place is not None
    assert reply[slice(*place)]


@pytest.mark.parametrize(
    ("lang", "reply"),
    [
        ("en", "We are sorry. Please send us a message."),
        ("lv", "Atvainojamies par neērtībām, lūdzu, rakstiet ziņu."),
        ("ru", "Приносим извинения, напишите нам в сообщения."),
        ("bg", "Извиняваме се за неудобството, пишете ни съобщение."),
    ],
)
def test_what_fits_any_complaint_names_no_issue(lang: str, reply: str) -> None:
    reading = read(reply, lang)
    assert reading is not None

    assert names_issue(reading, MENTION[lang], (Cause.PRODUCT_FAULT,)) is None


@pytest.mark.parametrize(
    ("lang", "reply", "cause"),
    [
        ("en", "Two weeks of silence from us", Cause.IGNORED),
        ("lv", "Ļoti ilgi likām gaidīt", Cause.SLOW_RESPONSE),
        ("ru", "Такой тон недопустим", Cause.RUDE_OR_INDIFFERENT),
        ("bg", "Ще говорите с човек, не с бот", Cause.TRAPPED_IN_AUTOMATION),
        ("en", "Being told the wrong price", Cause.WRONG_INFORMATION),
    ],
)
def test_the_cause_of_the_case_names_the_issue_too(lang: str, reply: str, cause: Cause) -> None:
    reading = read(reply, lang)
    assert reading is not None

    assert names_issue(reading, "", (cause,)) is not None


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.OTHER])
@pytest.mark.parametrize("lang", ["en", "bg", "lv", "ru"])
def test_every_cause_has_words_in_every_language(lang: str, cause: Cause) -> None:
    from monitor.domain.reply_words import LEXICONS

    assert LEXICONS[lang].issues[cause].pattern.pattern


def test_in_another_language_long_words_that_both_have_are_enough() -> None:
    assert shares_words("Ihre Lieferung kommt morgen", "wo bleibt meine Lieferung")
    assert not shares_words("Guten Tag", "wo bleibt meine Lieferung")
