"""`serve` as a real process: it answers, obeys SIGTERM, and stays on this machine until there is an administrator."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from monitor.cli.outcome import ExitCode
from monitor.cli.serve import in_url, on_this_machine
from tests.cli.conftest import Run

PASSWORD = "tumbleweed lantern 9"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.5.6.7", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("::ffff:10.0.0.1", False),
        ("care.example.org", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_what_only_this_machine_reaches(host: str, expected: bool) -> None:
    assert on_this_machine(host) is expected


def test_an_address_is_written_as_browsers_want_it() -> None:
    assert [in_url(host) for host in ("127.0.0.1", "::1")] == ["127.0.0.1", "[::1]"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5"])
def test_without_an_administrator_the_page_does_not_leave_this_machine(run: Run, host: str) -> None:
    result = run("serve", "--host", host)

    assert result.exit_code == ExitCode.ERROR
    assert "agents add NAME --rank admin --password" in result.output


def test_also_where_the_configuration_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR__WEB__HOST", "0.0.0.0")

    assert run("serve").exit_code == ExitCode.ERROR


def test_a_port_that_is_taken_is_explained(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))

    assert result.exit_code == ExitCode.ERROR
    assert f"The page cannot listen at 127.0.0.1, port {port}" in result.output


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(tmp_path), "MONITOR__WEB__PORT": "0"}


def started(environment: dict[str, str], *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """The process, and what it said until the page could be opened."""
    command = [sys.executable, "-m", "monitor.cli", "serve", *arguments]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    return process, process.stderr.readline()


@pytest.fixture
def serving(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process, line = started(environment)
    yield process, line
    process.kill()
    process.communicate()


def address_in(line: str) -> str:
    found = re.search(r"http://\S+", line)
    assert found is not None, line
    return found[0]


def test_the_page_answers_and_prints_a_code_that_works(serving: tuple[subprocess.Popen[str], str]) -> None:
    process, line = serving
    address = address_in(line)
    assert process.stderr is not None
    code = re.search(r"the code is (\S+)", process.stderr.readline())
    assert code is not None

    assert asked(address, "GET", "/healthz")[:2] == (200, b"ok")
    form = f"code={code[1]}&name=anna&password={PASSWORD}&again={PASSWORD}".replace(" ", "+")
    headers = {"Origin": address, "Content-Type": "application/x-www-form-urlencoded"}
    status, _, cookie = asked(address, "POST", "/setup", form, headers)
    assert status == 303
    assert "complaint_monitor_session=" in cookie


def asked(
    address: str, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes, str]:
    """The status, the body and the cookie of an answer."""
    with closing(HTTPConnection(address.removeprefix("http://"), timeout=30)) as connection:
        connection.request(method, path, body, dict(headers or {}))
        with connection.getresponse() as answer:
            return answer.status, answer.read(), answer.getheader("Set-Cookie", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(serving: tuple[subprocess.Popen[str], str], number: signal.Signals) -> None:
    process, line = serving
    assert asked(address_in(line), "GET", "/healthz")[0] == 200
    began = time.monotonic()
    process.send_signal(number)

    assert process.wait(20) in (0, -number, ExitCode.INTERRUPTED)
    assert time.monotonic() - began < 10


def test_with_an_administrator_it_listens_beyond_and_warns_of_plain_http(environment: dict[str, str]) -> None:
    add = [sys.executable, "-m", "monitor.cli", "agents", "add", "anna", "--rank", "admin", "--json"]
    code = json.loads(subprocess.run(add, env=environment, check=True, capture_output=True, text=True).stdout)["code"]
    process, line = started(environment, "--host", "0.0.0.0")
    assert "Nobody could log in at 0.0.0.0" in line, "a code that was not used makes no administrator"
    process.communicate()
    script = (
        "from monitor.config import load; from monitor.wiring import App; from monitor.domain.access import Origin;"
        f"App(load()).team.use_code({code!r}, {PASSWORD!r}, Origin('127.0.0.1'))"
    )
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)

    process, line = started(environment, "--host", "0.0.0.0")
    try:
        assert "the page is at http://0.0.0.0:" in line
        assert process.stderr is not None
        assert "passwords travel in the clear" in process.stderr.readline()
    finally:
        process.kill()
        process.communicate()
