import logging
import socket
import threading
import time

import pytest
import requests
import tweepy

from monitor.errors import SourceError
from monitor.sources.base import StreamKind
from monitor.sources.x import Vocabulary
from monitor.sources.x_transport import Refused, Transport, fence_logs
from tests.fakex import Fault
from tests.fakex.scene import KEYS, USER_CONTEXT, Scene


@pytest.fixture
def scene():
    with Scene() as scene:
        yield scene


@pytest.fixture
def every_level(caplog):
    """Every logger there is says all it knows."""
    caplog.set_level(logging.DEBUG)
    names = [
        name for name in logging.root.manager.loggerDict if name.split(".")[0] in ("tweepy", "oauthlib", "urllib3")
    ]
    for name in [*names, "requests_oauthlib", "requests_oauthlib.oauth1_auth"]:
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def transport(base_url, **patience):
    chosen = {"connect_timeout": 10.0, "read_timeout": 10.0, "total_timeout": 20.0, **patience}
    return Transport(base_url, vocabulary=Vocabulary.OLD, **chosen)


def client_of(session, **credentials):
    client = tweepy.Client(return_type=requests.Response, **credentials)
    client.session = session
    return client


def test_requests_go_to_the_base_url_and_not_to_tweepy_s(scene):
    scene.fetch()
    [request] = scene.fake.requests()
    assert request.path == "/2/users/1000001/mentions"


def test_a_base_url_may_have_a_path(scene):
    with transport(f"{scene.fake.base_url}/proxy/x/") as session:
        client = client_of(session, bearer_token=scene.fake.bearer_token)
        with pytest.raises(Refused) as refused:
            client.get_users(ids=["1000001"])
    assert refused.value.response.status_code == 404
    assert scene.fake.requests()[0].path == "/proxy/x/2/users"


def test_oauth1_signs_the_url_that_is_really_requested(scene):
    source = scene.make_source(oauth1=USER_CONTEXT)
    scene.complaints(1)
    assert scene.fetch().returned == 1
    assert source is scene.source
    assert [request.who for request in scene.fake.requests()] == ["user"]


def test_a_wrong_signature_is_noticed(scene):
    with transport(scene.fake.base_url) as session:
        client = client_of(
            session,
            consumer_key=KEYS.consumer_key,
            consumer_secret="wrong",
            access_token=KEYS.access_token,
            access_token_secret=KEYS.access_token_secret,
        )
        with pytest.raises(Refused) as refused:
            client.get_users_mentions("1000001", user_auth=True)
    assert refused.value.response.status_code == 401


def test_neither_proxies_nor_netrc_of_the_environment_are_used(scene, monkeypatch, tmp_path):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert scene.fetch().returned == 0
    assert scene.fake.requests()[0].who == "app"


def test_a_redirect_is_not_followed(scene):
    scene.fake.faults.add(Fault.REDIRECT)
    with transport(scene.fake.base_url) as session, pytest.raises(Refused) as refused:
        client_of(session, bearer_token=scene.fake.bearer_token).get_users(ids=["1"])
    assert refused.value.response.status_code == 302


def test_a_server_that_hangs_is_given_up(scene):
    scene.fake.hang_seconds = 10
    scene.fake.faults.add(Fault.HANG)
    scene.make_source(read_timeout=0.1)
    began = time.monotonic()
    with pytest.raises(SourceError, match="ReadTimeout"):
        scene.fetch()
    assert time.monotonic() - began < 5.0


def test_a_body_that_drips_is_given_up_in_total_and_not_per_byte(scene):
    scene.complaints(5)
    scene.fake.faults.add(Fault.DRIP)
    scene.make_source(read_timeout=0.4, total_timeout=0.1)
    with pytest.raises(SourceError, match=r"longer than 0\.1 seconds"):
        scene.fetch()


def test_a_server_that_never_stops_is_stopped(monkeypatch):
    monkeypatch.setattr("monitor.sources.x_transport._LARGEST_BODY", 100_000)
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=pour, args=(server,), daemon=True)
        thread.start()
        session = transport(f"http://127.0.0.1:{server.getsockname()[1]}", total_timeout=5.0)
        with session, pytest.raises(SourceError, match="larger than any answer"):
            client_of(session, bearer_token="t").get_users(ids=["1"])
        thread.join(timeout=2)


def pour(server):
    connection, _ = server.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        try:
            for _ in range(100):
                connection.sendall(b" " * 10_000)
        except OSError:
            pass


def test_a_compressed_answer_is_read(scene):
    """What X sends is compressed; requests asks for it, and the body is unpacked before anybody reads it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=send_compressed, args=(server,), daemon=True)
        thread.start()
        with transport(f"http://127.0.0.1:{server.getsockname()[1]}") as session:
            response = client_of(session, bearer_token="t").get_users(ids=["1"])
        thread.join(timeout=2)
    assert response.json() == {"data": []}


def send_compressed(server):
    import gzip

    body = gzip.compress(b'{"data": []}')
    connection, _ = server.accept()
    with connection:
        connection.recv(65_536)
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)


# --- the fence around the logs


def test_without_the_fence_the_token_would_be_printed(scene, every_level):
    """This is why there is a fence; the day this fails, tweepy has mended its ways."""
    for name in ("tweepy.client", "tweepy"):
        for fence in list(logging.getLogger(name).filters):
            logging.getLogger(name).removeFilter(fence)
    try:
        with transport(scene.fake.base_url) as session:
            client_of(session, bearer_token=scene.fake.bearer_token).get_users(ids=["1000001"])
        assert scene.fake.bearer_token in every_level.text
    finally:
        fence_logs()


@pytest.mark.parametrize("oauth1", [None, USER_CONTEXT], ids=["app", "user"])
@pytest.mark.parametrize("fault", [None, Fault.UNAUTHORIZED, Fault.RATE_LIMIT_SOON, Fault.CUT_JSON, Fault.TRUNCATED])
def test_nothing_logged_holds_a_token_or_a_post_even_at_debug(scene, every_level, oauth1, fault):
    source = scene.make_source(oauth1=oauth1)
    scene.complaints(3, text=lambda i: f"@acmebank unmistakable-words {i}")
    if fault is not None:
        scene.fake.faults.add(fault)
    for stream in source.streams():
        try:
            scene.fetch(stream.kind)
        except SourceError as error:
            logging.getLogger("monitor").exception("poll failed: %s", error)
    source.brand_accounts()
    for secret in (scene.fake.bearer_token, *vars(KEYS).values(), "unmistakable-words", "oauth_signature"):
        assert secret not in every_level.text


def test_the_fence_lets_warnings_through(caplog):
    fence_logs()
    logging.getLogger("tweepy.client").warning("a warning")
    assert "a warning" in caplog.text


def test_building_many_sources_builds_one_fence(scene):
    for _ in range(3):
        scene.make_source()
    assert len(logging.getLogger("tweepy.client").filters) == 1


@pytest.mark.parametrize("kind", StreamKind)
def test_every_stream_asks_in_tweepy_s_vocabulary_by_default(scene, kind):
    scene.fetch(kind)
    assert "tweet.fields" in scene.fake.requests()[0].params
