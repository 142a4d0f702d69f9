import pytest

from monitor.errors import ConfigError
from monitor.sources.base import StreamKind
from monitor.sources.x import OAuth1, XAccount, XBrand, XSettings, XSource
from tests.fakex import WorldClock
from tests.fakex.scene import BRAND, NOON, USER_CONTEXT

MENTIONS, SEARCH, TIMELINE = StreamKind.MENTIONS, StreamKind.SEARCH, StreamKind.TIMELINE


def test_without_credentials_there_is_no_source():
    with pytest.raises(ConfigError, match="bearer token"):
        XSettings()


@pytest.mark.parametrize("kind,size", [(MENTIONS, 4), (SEARCH, 9), (TIMELINE, 101)])
def test_page_sizes_that_x_would_refuse_are_refused_here(kind, size):
    with pytest.raises(ConfigError, match=kind.value):
        XSettings(bearer_token="t", page_sizes={kind: size})


@pytest.mark.parametrize(
    "number,handle", [("x", "acmebank"), ("", "acmebank"), ("1", "acme bank"), ("1", "a/b"), ("1", "")]
)
def test_accounts_that_cannot_be_are_refused(number, handle):
    with pytest.raises(ConfigError):
        XAccount(number, handle)


def test_a_brand_needs_an_account_and_a_key_of_its_own():
    with pytest.raises(ConfigError, match="no account"):
        XBrand("acme", [])
    with pytest.raises(ConfigError, match="same key"):
        XSource(XSettings(bearer_token="t"), [BRAND, BRAND], WorldClock(NOON))


def test_the_defaults_are_x_s_own_address_and_the_old_words():
    settings = XSettings(bearer_token="t")
    assert settings.base_url == "https://api.x.com"
    assert settings.vocabulary == "old"
    assert (settings.connect_timeout, settings.read_timeout, settings.total_timeout) == (5.0, 20.0, 60.0)


def test_an_access_token_says_whose_it_is():
    assert USER_CONTEXT.account_id == "1000001"
    assert OAuth1("a", "b", "no hyphen", "d").account_id == "no hyphen"


def test_settings_show_no_secrets():
    settings = XSettings(bearer_token="very-secret", oauth1=USER_CONTEXT)
    assert len(settings.secrets) == 5
    for secret in settings.secrets:
        assert secret not in repr(settings)
