"""`doctor`: it finds what is wrong, says what to do, shows no secret and changes nothing."""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classifiers.load import with_sentiment
from monitor import doctor
from monitor.cli.outcome import ExitCode
from monitor.clock import SystemClock
from monitor.config import Config, load
from monitor.doctor import Finding, Status, examine
from monitor.store import heartbeats, migrate, spending
from monitor.store.db import Database
from monitor.wiring import App
from tests.classifiers.checkpoints import save_sequence_classifier
from tests.cli.conftest import Run
from tests.fakes import FakeClassifier, FakeClock
from tests.fakex import FakeX, Fault, World, WorldClock

CANARY = "AAAAAAAAAAAAAAAAAAAAAcanary%2Btoken123"


@pytest.fixture(autouse=True)
def _no_model_to_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(App, "classifier", FakeClassifier())


@pytest.fixture
def migrated(folder: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database as it is before the daemon's first run."""
    shutil.copyfile(sqlite_template, folder / "monitor.db")
    url = f"sqlite:///{folder}/monitor.db"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


@pytest.fixture
def fake(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeX]:
    """An X that knows the shipped brands, and the configuration that points to it."""
    world = World(WorldClock(SystemClock().now()))
    for brand in load().brands:
        for account in brand.accounts:
            world.add_user(account.handle, id=account.id, name=brand.title)
    with FakeX(world, bearer_token=CANARY) as fake:
        monkeypatch.setenv("X_BEARER_TOKEN", CANARY)
        monkeypatch.setenv("MONITOR__SOURCES__X__BASE_URL", fake.base_url)
        yield fake


def findings(config: Config | None = None, *, now: datetime | None = None, offline: bool = True) -> dict[str, Finding]:
    clock = SystemClock() if now is None else FakeClock(now)
    return {finding.check: finding for finding in examine(config or load(), clock=clock, offline=offline)}


class TestTheCommand:
    def test_as_shipped_it_warns_but_does_not_fail(self, run: Run, folder: Path) -> None:
        result = run("doctor", "--offline")
        assert result.exit_code == ExitCode.OK, result.output
        assert "FAIL" not in result.stdout
        assert "complaint-monitor db upgrade" in result.stdout

    def test_it_changes_nothing(self, run: Run, folder: Path, tmp_path: Path) -> None:
        before = sorted(tmp_path.rglob("*"))
        run("doctor", "--offline")
        assert sorted(tmp_path.rglob("*")) == before

    def test_everything_in_order_is_all_ok(self, run: Run, migrated: str, fake: FakeX) -> None:
        beat(migrated, SystemClock().now())
        result = run("doctor")
        assert result.exit_code == ExitCode.OK, result.output
        assert {line[:4] for line in result.stdout.splitlines()} == {"OK  "}

    def test_json_is_one_stable_object(self, run: Run, migrated: str) -> None:
        told = json.loads(run("doctor", "--offline", "--json").stdout)
        assert set(told) == {"schema_version", "status", "findings"}
        assert told["status"] == "warn"
        assert all(set(finding) == {"check", "status", "words", "remedy"} for finding in told["findings"])
        assert {"config", "credentials", "disk", "clock", "model", "database", "tables"} <= {
            finding["check"] for finding in told["findings"]
        }

    def test_what_is_not_ok_comes_with_a_remedy(self, run: Run) -> None:
        told = json.loads(run("doctor", "--offline", "--json").stdout)
        assert all((finding["status"] == "ok") == (finding["remedy"] is None) for finding in told["findings"])

    def test_a_wrong_configuration_is_a_finding(self, run: Run, folder: Path) -> None:
        (folder / "config.yaml").write_text("nonsense: 1\n")
        result = run("doctor", "--json")
        assert result.exit_code == ExitCode.ERROR
        told = json.loads(result.stdout)
        assert [(finding["check"], finding["status"]) for finding in told["findings"]] == [("config", "fail")]
        assert "nonsense" in told["findings"][0]["words"]

    def test_no_secret_is_shown(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("X_BEARER_TOKEN", CANARY)
        monkeypatch.setenv("DATABASE_URL", "postgresql://monitor:canary@127.0.0.1:1/monitor")
        for arguments in (("doctor", "--offline"), ("-vv", "doctor", "--offline", "--json")):
            result = run(*arguments)
            assert result.exit_code == ExitCode.ERROR
            assert "canary" not in result.output


class TestTheDatabase:
    def test_one_without_tables_fails(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (folder / "monitor.db").touch()
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder}/monitor.db")
        found = findings()["tables"]
        assert (found.status, found.remedy) == (Status.FAIL, "complaint-monitor db upgrade")

    def test_one_of_another_version_fails(self, migrated: str) -> None:
        database = Database(migrated)
        with database.write() as session:
            session.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
        database.dispose()
        found = findings()["tables"]
        assert found.status is Status.FAIL
        assert f"of version 0000, the program needs {migrate.head()}" in found.words

    def test_a_file_of_another_kind_fails(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (folder / "monitor.db").write_bytes(b"no database at all" * 1000)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder}/monitor.db")
        assert findings()["database"].status is Status.FAIL

    def test_a_damaged_file_fails(self, migrated: str, folder: Path) -> None:
        damage(folder / "monitor.db")
        found = findings()
        assert found["database"].status is Status.FAIL
        assert "tables" not in found

    def test_one_that_is_away_fails_and_what_needs_it_is_left_out(
        self, monkeypatch: pytest.MonkeyPatch, folder: Path
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://monitor@127.0.0.1:1/monitor")
        found = findings()
        assert found["database"].status is Status.FAIL
        assert {"tables", "budget", "daemon", "x"}.isdisjoint(found)

    def test_both_kinds_are_examined(self, database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", database_url)
        found = findings()
        assert (found["database"].status, found["tables"].status) == (Status.OK, Status.OK)


def damage(file: Path) -> None:
    """Overwrite the middle of the file, where the tables are."""
    size = file.stat().st_size
    with file.open("r+b") as stream:
        stream.seek(size // 4)
        stream.write(os.urandom(size // 2))


def beat(url: str, at: datetime, job: str = "sweep", failures: int = 0) -> None:
    database = Database(url)
    with database.write() as session:
        for _ in range(failures or 1):
            heartbeats.beat(
                session,
                job,
                ok=not failures,
                duration=timedelta(seconds=1),
                error="X did not answer" if failures else None,
                now=at,
            )
    database.dispose()


class TestTheDaemon:
    NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def test_one_that_never_ran_is_a_warning(self, migrated: str) -> None:
        found = findings()["daemon"]
        assert (found.status, found.remedy) == (Status.WARN, "complaint-monitor run")

    def test_one_that_works_is_ok(self, migrated: str) -> None:
        beat(migrated, self.NOW - timedelta(seconds=20))
        assert findings(now=self.NOW)["daemon"].words == "a job ran 20s ago"

    def test_silence_is_a_failure(self, migrated: str) -> None:
        beat(migrated, self.NOW - timedelta(hours=1, minutes=30))
        found = findings(now=self.NOW)["daemon"]
        assert (found.status, found.words) == (Status.FAIL, "no job has run for 1h30m")

    def test_a_job_that_keeps_failing_is_named_with_its_error(self, migrated: str) -> None:
        beat(migrated, self.NOW)
        beat(migrated, self.NOW, job="ingest/acme", failures=3)
        found = findings(now=self.NOW)["job ingest/acme"]
        assert (found.status, found.words) == (Status.FAIL, "3 failures in a row: X did not answer")

    def test_a_job_that_failed_once_is_not(self, migrated: str) -> None:
        beat(migrated, self.NOW, job="ingest/acme", failures=1)
        assert "job ingest/acme" not in findings(now=self.NOW)


class TestX:
    def test_credentials_that_work_and_accounts_that_fit_are_ok(self, migrated: str, fake: FakeX) -> None:
        found = findings(offline=False)
        assert found["x"].status is Status.OK
        assert not [check for check in found if check.startswith("brand")]

    def test_offline_asks_nobody(self, migrated: str, fake: FakeX) -> None:
        assert "x" not in findings(offline=True)
        assert fake.requests() == []

    def test_a_token_that_is_refused_fails(self, migrated: str, fake: FakeX, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("X_BEARER_TOKEN", "wrong")
        found = findings(offline=False)["x"]
        assert found.status is Status.FAIL
        assert "renew the credentials" in str(found.remedy)

    def test_a_rate_limit_is_only_a_warning(self, migrated: str, fake: FakeX) -> None:
        fake.faults.add(Fault.RATE_LIMIT_SOON)
        assert findings(offline=False)["x"].status is Status.WARN

    def test_a_server_in_trouble_fails(self, migrated: str, fake: FakeX) -> None:
        fake.faults.add(Fault.SERVER_ERROR, times=None)
        assert findings(offline=False)["x"].status is Status.FAIL

    def test_an_account_with_another_name_is_pointed_out(
        self, migrated: str, fake: FakeX, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = load().brands[0].accounts[0]
        brands = f"[{{name: acme, accounts: [{{platform: x, id: '{account.id}', handle: another}}]}}]"
        monkeypatch.setenv("MONITOR__BRANDS", brands)
        found = findings(offline=False)["brand acme"]
        assert found.words == f"account {account.id} is @{account.handle} on X and @another here"

    def test_an_account_that_x_does_not_know_is_pointed_out(
        self, migrated: str, fake: FakeX, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        known = load().brands[0].accounts[0]
        brands = (
            f"[{{name: acme, accounts: [{{platform: x, id: '{known.id}', handle: {known.handle}}}]}},"
            " {name: ghost, accounts: [{platform: x, id: '999', handle: ghost}]}]"
        )
        monkeypatch.setenv("MONITOR__BRANDS", brands)
        assert findings(offline=False)["brand ghost"].words == "X knows no account 999"


class TestTheBudget:
    def test_what_is_spent_is_shown(self, migrated: str, fake: FakeX) -> None:
        spend(migrated, requests=12, money=1.5)
        found = findings()["budget"]
        assert found.status is Status.OK
        assert "$1.50 and 12 requests" in found.words

    def test_nothing_left_is_a_warning(self, migrated: str, fake: FakeX) -> None:
        spend(migrated, requests=1, money=20.0)
        assert findings()["budget"].status is Status.WARN


def spend(url: str, *, requests: int, money: float) -> None:
    database = Database(url)
    today = SystemClock().now().date().isoformat()
    with database.write() as session:
        spending.add(session, "x", today, requests=requests, money=money)
    database.dispose()


class TestTheRest:
    def test_a_clock_that_is_years_late_fails(self, folder: Path) -> None:
        assert findings(now=datetime(2001, 1, 1, tzinfo=UTC))["clock"].status is Status.FAIL

    def test_a_clock_that_disagrees_with_the_server_is_a_warning(self, fake: FakeX) -> None:
        found = findings(now=SystemClock().now() + timedelta(minutes=5), offline=False)["clock"]
        assert found.status is Status.WARN
        assert found.words.startswith(("it is 5m", "it is 4m"))

    def test_a_clock_that_agrees_is_ok(self, fake: FakeX) -> None:
        assert findings(offline=False)["clock"].words == f"it agrees with {fake.base_url}"

    @pytest.mark.parametrize("date", [None, "", "yesterday"])
    def test_a_server_without_a_date_is_no_disaster(self, date: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "_header", lambda _url: date)
        assert doctor._date_of("http://127.0.0.1:1") is None

    def test_a_server_that_is_away_is_no_disaster(self) -> None:
        assert doctor._date_of("http://127.0.0.1:1") is None

    def test_a_full_disk_is_a_warning(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MONITOR__DATABASE__MIN_FREE_DISK", "1000TB")
        found = findings()["disk"]
        assert (found.status, "1000TB" in str(found.remedy)) == (Status.WARN, True)

    def test_holidays_that_nobody_knows_fail(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MONITOR__CALENDARS__OFFICE__HOLIDAYS__COUNTRY", "ZZ")
        assert findings()["calendar office"].status is Status.FAIL

    @pytest.mark.parametrize(("mode", "status"), [(0o600, Status.OK), (0o644, Status.WARN), (0o640, Status.WARN)])
    def test_an_env_file_that_others_can_read_is_a_warning(self, folder: Path, mode: int, status: Status) -> None:
        (folder / ".env").write_text("")
        (folder / ".env").chmod(mode)
        assert findings()["env file"].status is status

    def test_a_model_that_is_not_there_fails(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MONITOR__CLASSIFIER__MODEL", "./nowhere")
        assert findings()["model"].status is Status.FAIL

    def test_a_model_on_the_hub_is_not_fetched_offline(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MONITOR__CLASSIFIER__MODEL", "somebody/something")
        assert findings()["model"].status is Status.WARN

    def test_a_ready_model_on_the_hub_is_not_fetched_offline(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MONITOR__CLASSIFIER__HUB", "somebody/mood")
        found = findings()["model"]
        assert (found.status, "somebody/mood" in found.words) == (Status.WARN, True)

    def test_what_is_loaded_is_named_with_the_ready_model_beside_it(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        saved = save_sequence_classifier("bert", ["negative", "neutral", "positive"], folder / "mood")
        monkeypatch.setattr(App, "classifier", with_sentiment(FakeClassifier(), str(saved)))
        monkeypatch.setenv("MONITOR__CLASSIFIER__HUB", str(saved))
        found = findings()["model"]
        assert found.status is Status.OK
        assert "fake-1+mood@" in found.words

    def test_a_ready_model_that_is_not_there_fails(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(App, "classifier", property(lambda _app: with_sentiment(FakeClassifier(), "./nowhere")))
        monkeypatch.setenv("MONITOR__CLASSIFIER__HUB", "./nowhere")
        found = findings()["model"]
        assert (found.status, "nowhere" in found.words) == (Status.FAIL, True)
        assert "classifier.hub" in str(found.remedy)

    def test_weights_that_were_exchanged_fail(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        copy = folder / "model"
        shutil.copytree(Path(doctor.model_folder("shipped")), copy)
        with (copy / "heads.safetensors").open("ab") as weights:
            weights.write(b"x")
        monkeypatch.setenv("MONITOR__CLASSIFIER__MODEL", str(copy))
        found = findings()["model"]
        assert found.status is Status.FAIL
        assert "their hash is" in found.words
