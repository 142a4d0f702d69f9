"""The `web` section: safe as it is, and what would let strangers in is refused with what to write instead."""

from pathlib import Path

import pytest

from monitor.config import Config, load
from monitor.errors import ConfigError

ROOT = Path(__file__).parent.parent


def configured(tmp_path: Path, **web: str) -> Config:
    variables = {f"MONITOR__WEB__{name.upper()}": value for name, value in web.items()}
    return load(ROOT / "config.yaml", {"HOME": str(tmp_path), **variables})


def test_as_shipped_the_page_is_for_this_machine_alone(tmp_path: Path) -> None:
    web = configured(tmp_path).web

    assert (web.host, web.port, web.public_url) == ("127.0.0.1", 8000, None)
    assert web.proxies == web.trusted_hosts == ()
    assert web.proxy_user_header is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://care.example.org", "https://care.example.org"),
        ("https://Care.Example.org:8443/", "https://care.example.org:8443"),
        ("http://10.0.0.5", "http://10.0.0.5"),
    ],
)
def test_the_public_address_is_kept_in_one_form(tmp_path: Path, typed: str, kept: str) -> None:
    assert configured(tmp_path, public_url=typed).web.public_url == kept


def test_proxies_are_addresses_or_networks(tmp_path: Path) -> None:
    web = configured(tmp_path, proxies="[10.0.0.5, 192.168.7.0/24, '2001:db8::/32']").web

    assert [str(network) for network in web.proxies] == ["10.0.0.5/32", "192.168.7.0/24", "2001:db8::/32"]


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("public_url", "care.example.org", "address of a whole site"),
        ("public_url", "ftp://care.example.org", "address of a whole site"),
        ("public_url", "https://care.example.org/monitor", "address of a whole site"),
        ("public_url", "https://", "address of a whole site"),
        ("trusted_hosts", "['*']", "not a host name"),
        ("trusted_hosts", "['https://care']", "not a host name"),
        ("trusted_hosts", "['a b']", "not a host name"),
        ("proxies", "['*']", "web.proxies"),
        ("proxies", "[care.example.org]", "web.proxies"),
        ("proxies", "['10.0.0.5/8']", "web.proxies"),
        ("proxy_user_header", "Remote-User", "anybody could send this header"),
        ("proxy_user_header", "Remote User", "not the name of a header"),
        ("port", "65536", "web.port"),
        ("session_idle", "0s", "web.session_idle"),
        ("session_absolute", "7", "has no unit"),
    ],
)
def test_what_cannot_be_or_would_let_anybody_in_is_refused(tmp_path: Path, name: str, typed: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace(".", r"\.")) as refused:
        configured(tmp_path, **{name: typed})
    assert f"web.{name}" in str(refused.value)


def test_a_header_counts_once_it_is_said_whose_it_is(tmp_path: Path) -> None:
    web = configured(tmp_path, proxies="[127.0.0.1]", proxy_user_header="Remote-User").web

    assert web.proxy_user_header == "Remote-User"
