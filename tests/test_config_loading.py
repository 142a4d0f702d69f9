"""Where the configuration comes from: which file, which variable wins, what relative paths mean, the shipped one."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from classifiers.contract import Severity
from monitor.config import Brand, Config, load, shipped
from monitor.config.document import parse, scalar, write
from monitor.config.reading import check
from monitor.errors import ConfigError

ROOT = Path(__file__).parents[1]
SMALL = """
defaults: {calendar: always, sla: none}
calendars: {always: {always: true}}
sla: {none: {default: {}}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and an environment without any of our variables."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("MONITOR", "X_", "DATABASE_URL", "CREDENTIALS", "STATE_DIRECTORY", "XDG_DATA")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def put(file: Path, extra: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(SMALL + extra, encoding="utf-8")
    return file


class TestWhichFile:
    def test_the_shipped_one_when_there_is_no_other(self, folder: Path) -> None:
        assert load().path == shipped()

    def test_the_one_in_this_folder_before_the_shipped_one(self, folder: Path) -> None:
        put(folder / "config.yaml")
        assert load().path == folder / "config.yaml"

    def test_the_one_in_the_variable_before_the_one_in_this_folder(self, folder: Path) -> None:
        put(folder / "config.yaml")
        other = put(folder / "elsewhere" / "m.yaml")
        assert load(env={"MONITOR_CONFIG": str(other)}).path == other

    def test_the_named_one_before_all_others(self, folder: Path) -> None:
        named, other = put(folder / "named.yaml"), put(folder / "other.yaml")
        assert load(named, env={"MONITOR_CONFIG": str(other)}).path == named

    @pytest.mark.parametrize("env", [{}, {"MONITOR_CONFIG": "gone.yaml"}])
    def test_one_that_was_named_must_exist(self, folder: Path, env: dict[str, str]) -> None:
        with pytest.raises(ConfigError, match=r"there is no file gone\.yaml: create one with `complaint-monitor init`"):
            load(None if env else "gone.yaml", env=env)


class TestWhichValue:
    def test_the_file_before_the_default(self, folder: Path) -> None:
        assert load(put(folder / "c.yaml", "logging: {level: debug}"), env={}).logging.level == "debug"

    def test_a_variable_before_the_file(self, folder: Path) -> None:
        file = put(folder / "c.yaml", "logging: {level: debug}")
        assert load(file, env={"MONITOR__LOGGING__LEVEL": "error"}).logging.level == "error"

    def test_the_env_file_beside_the_configuration_before_it_but_after_the_environment(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = put(folder / "sub" / "c.yaml", "logging: {level: debug, format: json}")
        (folder / "sub" / ".env").write_text("MONITOR__LOGGING__LEVEL=error\nMONITOR__LOGGING__FORMAT=pretty\n")
        monkeypatch.setenv("MONITOR__LOGGING__LEVEL", "warning")
        logging = load(file).logging
        assert (logging.level, logging.format) == ("warning", "pretty")

    def test_a_given_environment_is_all_there_is(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = put(folder / "c.yaml")
        (folder / ".env").write_text("MONITOR__LOGGING__LEVEL=error\n")
        monkeypatch.setenv("MONITOR__LOGGING__FORMAT", "json")
        logging = load(file, env={}).logging
        assert (logging.level, logging.format) == ("info", "auto")

    @pytest.mark.parametrize(
        ("name", "typed", "meant"),
        [
            ("MONITOR__TRIAGE__WIDE_REACH", "500", lambda c: c.triage.wide_reach == 500),
            ("MONITOR__SOURCES__X__ENABLED", "false", lambda c: c.sources.x.enabled is False),
            ("MONITOR__SOURCES__X__POLL__MENTIONS", "30s", lambda c: c.sources.x.poll.mentions.seconds == 30),
            ("MONITOR__DEFAULTS__LANGUAGES", "[no, en]", lambda c: c.defaults.languages == ("no", "en")),
            ("MONITOR__BRANDS", "[{name: acme}]", lambda c: c.brands[0].name == "acme"),
            ("MONITOR__CLASSIFIER__MODEL", "./model", lambda c: c.classifier.model == "./model"),
            ("MONITOR__CALENDARS__NIGHT", "{week: {mon: 22:00-06:00}}", lambda c: "night" in c.calendars),
        ],
    )
    def test_a_variable_is_typed_like_the_file(self, folder: Path, name: str, typed: str, meant: object) -> None:
        assert meant(load(put(folder / "c.yaml"), env={name: typed}))  # type: ignore[operator]

    def test_values_of_the_file_beside_a_variable_stay(self, folder: Path) -> None:
        file = put(folder / "c.yaml", "sources: {x: {overlap: 7m, page_size: 50}}")
        x = load(file, env={"MONITOR__SOURCES__X__OVERLAP": "1m"}).sources.x
        assert (x.overlap, x.page_size) == (timedelta(minutes=1), 50)


class TestWhere:
    def test_data_go_to_the_users_data_folder(self, folder: Path) -> None:
        config = load(put(folder / "c.yaml"), env={"HOME": "/home/ann"})
        assert config.data_dir == Path("/home/ann/.local/share/complaint-monitor")
        assert config.database_url == "sqlite:////home/ann/.local/share/complaint-monitor/complaint-monitor.db"

    def test_or_where_the_desktop_standard_says(self, folder: Path) -> None:
        env = {"HOME": "/home/ann", "XDG_DATA_HOME": "/data"}
        assert load(put(folder / "c.yaml"), env=env).data_dir == Path("/data/complaint-monitor")

    def test_or_where_systemd_keeps_the_state_of_a_service(self, folder: Path) -> None:
        env = {"HOME": "/home/ann", "STATE_DIRECTORY": "/var/lib/monitor:/var/lib/other"}
        assert load(put(folder / "c.yaml"), env=env).data_dir == Path("/var/lib/monitor")

    def test_a_relative_data_folder_lies_beside_the_file(self, folder: Path) -> None:
        file = put(folder / "etc" / "c.yaml", "data_dir: ./data")
        assert load(file, env={}).data_dir == folder / "etc" / "data"

    def test_a_relative_database_file_lies_beside_the_file(self, folder: Path) -> None:
        file = put(folder / "etc" / "c.yaml", "database: {url: 'sqlite:///m.db'}")
        assert load(file, env={}).database_url == f"sqlite:///{folder}/etc/m.db"

    @pytest.mark.parametrize("url", ["sqlite:////var/m.db", "postgresql://monitor@db/monitor"])
    def test_an_absolute_database_stays_where_it_is(self, folder: Path, url: str) -> None:
        assert load(put(folder / "c.yaml", f"database: {{url: '{url}'}}"), env={}).database_url == url

    def test_a_variable_is_relative_to_where_it_was_typed(self, folder: Path) -> None:
        file = put(folder / "etc" / "c.yaml")
        assert load(file, env={"MONITOR__DATA_DIR": "here"}).data_dir == folder / "here"


class TestTheShippedFile:
    def test_it_is_valid_and_is_the_one_at_the_top_of_the_repository(self) -> None:
        assert load(ROOT / "config.yaml", env={}).brands[0].name == "acme"
        assert shipped().read_text(encoding="utf-8") == (ROOT / "config.yaml").read_text(encoding="utf-8")

    def test_it_polls_nothing_until_there_are_credentials(self) -> None:
        assert load(ROOT / "config.yaml", env={}).x_enabled is False
        assert load(ROOT / "config.yaml", env={"X_BEARER_TOKEN": "t"}).x_enabled is True

    def test_it_says_what_the_defaults_are(self) -> None:
        """A reader of the file must not be told another number than a reader of the code."""
        written, _ = parse((ROOT / "config.yaml").read_text(encoding="utf-8"))
        bare = check(SMALL).model_dump(mode="json")
        config = load(ROOT / "config.yaml", env={}).model_dump(mode="json")
        for section in ("sources", "classifier", "daemon", "logging"):
            assert config[section] == bare[section], section
        assert {**config["triage"], "playbooks": {}} == bare["triage"]
        assert written["defaults"]["languages"] == bare["defaults"]["languages"]

    def test_every_key_of_it_has_a_comment_or_is_explained_by_its_block(self) -> None:
        lines = (ROOT / "config.yaml").read_text(encoding="utf-8").splitlines()
        blocks = [i for i, line in enumerate(lines) if line and line[0].isalpha()]
        bare = [lines[i] for i in blocks if not lines[i - 1].startswith("#") and "#" not in lines[i]]
        explained = {"database:", "sources:", "classifier:", "daemon:", "logging:"}
        assert set(bare) <= explained

    def test_every_optional_key_is_shown_in_it(self) -> None:
        text = (ROOT / "config.yaml").read_text(encoding="utf-8")
        schema = Config.json_schema()
        names = {name for block in schema["$defs"].values() for name in block.get("properties", {})}
        names |= set(schema["properties"])
        missing = {name for name in names if f"{name}:" not in text}
        assert missing == set()


class TestWhatComesOut:
    def test_nothing_of_it_can_be_changed(self, folder: Path) -> None:
        config = load(put(folder / "c.yaml"), env={})
        with pytest.raises(ValidationError):
            config.logging = config.logging  # type: ignore[misc]
        with pytest.raises(TypeError):
            config.calendars["x"] = config.calendars["always"]  # type: ignore[index]

    def test_an_imported_brand_gets_the_defaults(self) -> None:
        config = load(ROOT / "config.yaml", env={})
        assert config.brand("somebody") is None
        assert config.calendar_of("somebody") == "office"
        assert config.policy_of("somebody") == "standard"
        assert config.languages_of("somebody") == ("en", "bg", "lv", "ru")

    def test_a_listed_brand_gets_what_it_says(self, folder: Path) -> None:
        brand = "brands: [{name: acme, calendar: night, sla: gold, languages: [lv]}]"
        file = put(folder / "c.yaml", brand)
        env = {"MONITOR__CALENDARS__NIGHT": "{always: true}", "MONITOR__SLA__GOLD": "{default: {}}"}
        config = load(file, env=env)
        assert (config.calendar_of("acme"), config.policy_of("acme")) == ("night", "gold")
        assert config.languages_of("acme") == ("lv",)

    def test_accounts_are_given_by_brand_and_platform(self) -> None:
        config = load(ROOT / "config.yaml", env={})
        assert [a.handle for a in config.accounts("x")["acme"]] == ["acmebank"]
        assert config.accounts("mastodon") == {}

    def test_a_brand_without_a_display_name_is_called_by_its_key(self) -> None:
        assert Brand(name="acme").title == "acme"
        assert Brand(name="acme", display_name="Acme Telecom").title == "Acme Telecom"

    def test_promises_fall_back_to_the_policys_default(self) -> None:
        policy = load(ROOT / "config.yaml", env={}).sla["standard"]
        assert policy.promises(None) == policy.default
        assert policy.promises(Severity.BLAME).first_response == timedelta(minutes=30)

    def test_a_range_of_days_becomes_its_days(self) -> None:
        week = load(ROOT / "config.yaml", env={}).calendars["office"].week
        assert list(week) == ["mon", "tue", "wed", "thu", "fri"]
        assert {str(stretch) for hours in week.values() for stretch in hours} == {"09:00-17:00"}

    def test_holidays_of_an_unknown_country_are_told_apart(self) -> None:
        holidays = load(ROOT / "config.yaml", env={}).calendars["office"].holidays
        assert holidays is not None
        assert holidays.unknown() is None
        assert "ZZ" in str(holidays.model_copy(update={"country": "ZZ"}).unknown())


class TestYamlAsPeopleMeanIt:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("no", "no"),
            ("on", "on"),
            ("Yes", "Yes"),
            ("20:00", "20:00"),
            ("012", "012"),
            ("1_000", "1_000"),
            ("0x1f", "0x1f"),
            ("2026-12-24", "2026-12-24"),
            ("true", True),
            ("False", False),
            ("~", None),
            ("", None),
            ("null", None),
            ("12", 12),
            ("-3", -3),
            ("0.50", 0.5),
            ("1e4", 10_000.0),
            ("[a, 1]", ["a", 1]),
            ('"12"', "12"),
        ],
    )
    def test_only_what_looks_like_one_is_a_number_or_a_truth(self, typed: str, meant: object) -> None:
        assert parse(f"key: {typed}")[0] == {"key": meant}
        if typed:
            assert scalar(typed) == meant

    def test_a_value_that_is_no_yaml_is_text(self) -> None:
        assert scalar("[a, b") == "[a, b"
        assert scalar("@acme") == "@acme"

    def test_norwegian_is_a_language_and_unquoted_hours_are_hours(self, folder: Path) -> None:
        week = "\n".join(["calendars:", "  always: {always: true}", "  no:", "    week: {mon: 9:00-20:00}"])
        text = SMALL.replace("calendars: {always: {always: true}}", week)
        config = check(text + "brands: [{name: acme, languages: [no], calendar: no}]")
        assert config.brands[0].languages == ("no",)
        assert str(config.calendars["no"].week["mon"][0]) == "09:00-20:00"

    def test_an_unquoted_number_is_an_account(self) -> None:
        brand = "brands: [{name: acme, accounts: [{platform: x, id: 1000001, handle: '@acme'}]}]"
        account = check(SMALL + brand).brands[0].accounts[0]
        assert (account.id, account.handle) == ("1000001", "acme")

    def test_an_unquoted_day_is_a_day(self) -> None:
        calendar = "{week: {mon-sun: 00:00-24:00}, closed: [2026-12-24], open: ['2026-12-26']}"
        found = check(SMALL.replace("{always: true}", calendar)).calendars["always"]
        assert (found.closed, found.open) == ((date(2026, 12, 24),), (date(2026, 12, 26),))

    def test_anchors_and_merges_work(self) -> None:
        text = SMALL.replace("{default: {}}", "{default: &all {first_response: 1h}, severities: {blame: {<<: *all}}}")
        assert check(text).sla["none"].severities[Severity.BLAME].first_response == timedelta(hours=1)

    def test_what_is_written_reads_back_the_same(self) -> None:
        shown = load(ROOT / "config.yaml", env={"HOME": "/home/ann"}).model_dump(mode="json")
        assert parse(write(shown))[0] == shown
        assert check(write(shown)).model_dump(mode="json") == shown
