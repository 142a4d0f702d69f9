"""Secrets come from the environment or a credentials folder, are never shown, and are refused in the file."""

from pathlib import Path

import pytest

from monitor.config import SECRET_NAMES, Config, load
from monitor.config.secrets import in_file, mask
from monitor.errors import ConfigError

CANARY = "AAAAAAAAAAAAAAAAAAAAAcanary%2Btoken123"
SMALL = """
defaults: {calendar: always, sla: none}
calendars: {always: {always: true}}
sla: {none: {default: {}}}
"""
OAUTH = {name: f"{name.lower()}-canary" for name in SECRET_NAMES[1:]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def bearer(config: Config) -> str | None:
    token = config.secrets.x_bearer_token
    return token.get_secret_value() if token else None


def test_a_secret_is_read_from_the_environment(file: Path) -> None:
    assert bearer(load(file, env={"X_BEARER_TOKEN": CANARY})) == CANARY


def test_a_secret_is_read_from_the_credentials_folder_without_its_line_end(file: Path, tmp_path: Path) -> None:
    (tmp_path / "x_bearer_token").write_text(f"{CANARY}\n")
    assert bearer(load(file, env={"CREDENTIALS_DIRECTORY": str(tmp_path)})) == CANARY


def test_the_environment_comes_before_the_credentials_folder(file: Path, tmp_path: Path) -> None:
    (tmp_path / "x_bearer_token").write_text("other")
    env = {"CREDENTIALS_DIRECTORY": str(tmp_path), "X_BEARER_TOKEN": CANARY}
    assert bearer(load(file, env=env)) == CANARY


def test_a_secret_is_read_from_the_env_file_beside_the_configuration(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("X_BEARER_TOKEN", raising=False)
    (tmp_path / ".env").write_text(f"X_BEARER_TOKEN='{CANARY}'\n# X_CONSUMER_KEY=no\nX_CONSUMER_KEY=\n")
    config = load(file)
    assert bearer(config) == CANARY
    assert config.secrets.x_consumer_key is None


@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_an_empty_value_is_not_a_secret(file: Path, tmp_path: Path, empty: str) -> None:
    (tmp_path / "x_bearer_token").write_text(empty)
    env = {"X_BEARER_TOKEN": empty, "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert bearer(load(file, env=env)) is None


def test_four_keys_make_a_user_and_three_are_a_mistake(file: Path) -> None:
    assert load(file, env=OAUTH).secrets.x_user_context
    assert load(file, env=OAUTH).x_enabled
    for missing in OAUTH:
        with pytest.raises(ConfigError, match=f"{missing} missing: OAuth 1.0a needs all four"):
            load(file, env={name: value for name, value in OAUTH.items() if name != missing})


def test_x_switched_on_without_credentials_is_refused(file: Path) -> None:
    with pytest.raises(ConfigError, match="set X_BEARER_TOKEN in the environment") as caught:
        load(file, env={"MONITOR__SOURCES__X__ENABLED": "true"})
    assert caught.value.path == "sources.x.enabled"


def test_x_switched_off_stays_off_with_credentials(file: Path) -> None:
    assert not load(file, env={"MONITOR__SOURCES__X__ENABLED": "false", "X_BEARER_TOKEN": CANARY}).x_enabled


def test_no_form_of_the_configuration_shows_a_secret(file: Path) -> None:
    url = "postgresql://monitor:hunter2@db/monitor"
    config = load(file, env={"X_BEARER_TOKEN": CANARY, "DATABASE_URL": url, **OAUTH})
    for form in (repr(config), str(config), str(config.model_dump()), config.model_dump_json(), repr(config.secrets)):
        assert "canary" not in form
        assert "hunter2" not in form
    assert "secrets" not in str(Config.json_schema())
    assert config.database_url == url


@pytest.mark.parametrize("name", ["DATABASE_URL", "MONITOR__DATABASE__URL"])
def test_a_database_with_a_password_is_set_by_a_variable(file: Path, name: str) -> None:
    assert load(file, env={name: "postgresql://u:p@h/d"}).database_url == "postgresql://u:p@h/d"


def test_the_longer_name_of_the_database_wins(file: Path) -> None:
    env = {"DATABASE_URL": "postgresql://h/short", "MONITOR__DATABASE__URL": "postgresql://h/long"}
    assert load(file, env=env).database_url == "postgresql://h/long"


def test_a_database_with_a_password_is_read_from_the_credentials_folder(file: Path, tmp_path: Path) -> None:
    (tmp_path / "database_url").write_text("postgresql://u:p@h/d\n")
    assert load(file, env={"CREDENTIALS_DIRECTORY": str(tmp_path)}).database_url == "postgresql://u:p@h/d"


@pytest.mark.parametrize(
    ("extra", "path", "variable"),
    [
        ("x_bearer_token: abc", "x_bearer_token", "X_BEARER_TOKEN"),
        ("sources: {x: {bearer_token: abc}}", "sources.x.bearer_token", "X_BEARER_TOKEN"),
        ("sources: {x: {consumer_secret: abc}}", "sources.x.consumer_secret", "X_CONSUMER_SECRET"),
        ("sources: {x: {access_token: abc}}", "sources.x.access_token", "X_ACCESS_TOKEN"),
        ("sources: {x: {apiKey: abc}}", "sources.x.apiKey", "X_BEARER_TOKEN"),
        ("database: {password: abc}", "database.password", "DATABASE_URL"),
        ("database: {url: 'postgresql://u:hunter2@h/d'}", "database.url", "DATABASE_URL"),
        (f"sources: {{x: {{base_url: {CANARY}}}}}", "sources.x.base_url", "X_BEARER_TOKEN"),
        (f"brands: [{{name: acme, untagged_names: ['Bearer {CANARY}']}}]", "brands[0].untagged_names[0]", "X_BEARER"),
        ("logging: {level: 1234567890-abcdefghijklmnopqrstuvwxyz0123456789}", "logging.level", "X_BEARER_TOKEN"),
    ],
)
def test_a_secret_in_the_file_is_refused_with_the_variable_to_use(
    file: Path, extra: str, path: str, variable: str
) -> None:
    file.write_text(SMALL + extra, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file, env={})
    assert caught.value.path == path
    assert f"environment variable {variable}" in str(caught.value)
    assert str(caught.value).startswith("config.yaml:5: ")


def test_the_refusal_does_not_repeat_the_secret(file: Path) -> None:
    file.write_text(
        f"{SMALL}database: {{url: 'postgresql://u:hunter2@h/d'}}\nx_bearer_token: {CANARY}", encoding="utf-8"
    )
    with pytest.raises(ConfigError) as caught:
        load(file, env={})
    assert "hunter2" not in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_secret_cannot_be_slipped_in_as_a_setting(file: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such setting; secrets are X_BEARER_TOKEN"):
        load(file, env={"MONITOR__SECRETS__X_BEARER_TOKEN": "abc"})


def test_harmless_words_are_not_taken_for_secrets() -> None:
    harmless = {
        "url": "https://api.x.com/2",
        "names": ["Tokenova", "AAAA Batteries", "password manager", "user@example.com"],
        "playbooks": {"default": "Ask for the invoice number: never in public."},
        "ids": ["1000001", "1234567890-short"],
        "nothing": None,
        "database": "postgresql://monitor@db:5432/monitor",
    }
    assert list(in_file(harmless)) == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("postgresql://u:hunter2@h/d", "postgresql://u:***@h/d"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
        ("sqlite:////var/m.db", "sqlite:////var/m.db"),
        ("Bearer abcdefghijkl", "***"),
    ],
)
def test_a_password_is_starred_out_wherever_a_value_is_shown(text: str, masked: str) -> None:
    assert mask(text) == masked
