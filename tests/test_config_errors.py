"""Every mistake in the configuration is named with its place, its key, what stands there, and what to do."""

from pathlib import Path

import pytest

from monitor.config import load
from monitor.config.explain import Places, dotted, parse_dotted
from monitor.errors import ConfigError

SHIPPED = (Path(__file__).parents[1] / "config.yaml").read_text(encoding="utf-8")


def failure(tmp_path: Path, old: str = "", new: str = "", env: dict[str, str] | None = None) -> ConfigError:
    """The error of the shipped file with `old` replaced by `new`."""
    assert old in SHIPPED
    file = tmp_path / "config.yaml"
    file.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file, env=env or {})
    return caught.value


def line_of(text: str) -> int:
    return SHIPPED[: SHIPPED.index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ("overlap: 5m", "overlap: 5", "sources.x.overlap", 'write "5s", "5m" or "5h"'),
        ("overlap: 5m", "overlap:", "sources.x.overlap", "it is empty"),
        ("overlap: 5m", "overlp: 5m", "sources.x.overlp", 'did you mean "overlap"?'),
        ("enabled: auto", "enabled: on", "sources.x.enabled", '"on": use true, false or auto'),
        ("base_url: https", "base_url: ftp", "sources.x.base_url", '"https://api.x.com"'),
        ("page_size: 100", "page_size: 500", "sources.x.page_size", "less than or equal to 100"),
        ("money: 20.00", "money: -1", "sources.x.budget.money", "greater than or equal to 0"),
        ("first_response: 4h", "first_response: 1d", "sla.standard.default.first_response", 'as in "16h"'),
        ("first_response: 4h", "first_response: 0m", "sla.standard.default.first_response", "more than nothing"),
        ("blame:", "furious:", "sla.standard.severities.furious", "use no_explicit_reproach, disapproval"),
        ("zone: Europe/Riga", "zone: Europe/Rigga", "calendars.office.zone", '"Europe/Riga"'),
        ("mon-fri:", "mo-fri:", "calendars.office.week", '"mo-fri" is not a day'),
        ("mon-fri:", "fri-mon:", "calendars.office.week", '"fri-mon" is not a day'),
        ("country: LV", "country: Latvia", "calendars.office.holidays.country", "two capital letters"),
        ("closed: []", "closed: [2026-13-01]", "calendars.office.closed[0]", "2026-12-24"),
        ("closed: []", "closed: tomorrow", "calendars.office.closed", "this is a list"),
        ("shifted_day: mon", "shifted_day: monday", "calendars.office.shifted_day", "use mon, tue"),
        ("question: 0.5", "question: 1.5", "triage.question", "less than or equal to 1"),
        ("wide_reach: 10000", "wide_reach: many", "triage.wide_reach", "write a whole number"),
        ("    default: Name", "    defualt: Name", "triage.playbooks.defualt", 'did you mean "default"?'),
        ("languages: [en, bg", "languages: [english, bg", "defaults.languages[0]", "ISO 639-1"),
        ("- name: acme ", "- name: acme corp ", "brands[0].name", "without spaces"),
        ('id: "1000001"', "id: acme", "brands[0].accounts[0].id", "the number of the account"),
        ("handle: acmebank", "handle: acme bank", "brands[0].accounts[0].handle", "without @"),
        ("platform: x", "platform: y", "brands[0].accounts[0].platform", "use x"),
        ("level: info", "level: chatty", "logging.level", "use debug, info, warning or error"),
        ("min_free_disk: 1GB", "min_free_disk: 1 gigabyte", "database.min_free_disk", '"500MB"'),
        ("engine: auto", "engine: gpu", "classifier.engine", "use auto, onnx or torch"),
    ],
)
def test_a_wrong_value_is_named_with_its_line_and_the_remedy(
    tmp_path: Path, old: str, new: str, path: str, words: str
) -> None:
    error = failure(tmp_path, old, new)
    assert error.path == path
    assert words in str(error)
    assert path in str(error)
    line = int(str(error).removeprefix("config.yaml:").partition(":")[0])
    assert abs(line - line_of(old.strip("- "))) <= 1, "the line is that of the key, or of the block around it"


def test_the_value_that_stands_there_is_repeated(tmp_path: Path) -> None:
    assert '"chatty"' in str(failure(tmp_path, "level: info", "level: chatty"))


def test_a_long_value_is_cut_in_the_message(tmp_path: Path) -> None:
    assert "x" * 61 not in str(failure(tmp_path, "level: info", f"level: {'x' * 500}"))


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    error = failure(tmp_path, "level: info", "level: chatty", env={"MONITOR__LOGGING__FORMAT": "xml"})
    assert error.path == "logging.level"
    assert [line.split(": ")[1] for line in str(error).splitlines()] == ["logging.level", "logging.format"]


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ("  calendar: office\n", "  calendar: ofice\n", "defaults.calendar", 'did you mean "office"?'),
        ("  sla: standard\n", "  sla: gold\n", "defaults.sla", "there are: standard"),
        ("    # calendar: office ", "    calendar: night ", "brands[0].calendar", "there are: always, office"),
        ("    # sla: standard ", "    sla: standart ", "brands[0].sla", 'did you mean "standard"?'),
    ],
)
def test_a_name_that_nothing_bears_is_refused(tmp_path: Path, old: str, new: str, path: str, words: str) -> None:
    error = failure(tmp_path, old, new)
    assert error.path == path
    assert words in str(error)


def test_two_brands_of_one_name_are_refused_whatever_the_case(tmp_path: Path) -> None:
    error = failure(
        tmp_path, "# For brands that say nothing else", "  - name: ACME\n# For brands that say nothing else"
    )
    assert error.path == "brands"
    assert 'two brands are called "acme"' in str(error)


def test_an_account_belongs_to_one_brand(tmp_path: Path) -> None:
    other = '  - {name: other, accounts: [{platform: x, id: "1000001", handle: other}]}\n# For brands that say'
    error = failure(tmp_path, "# For brands that say", other)
    assert "x account 1000001 belongs to two brands" in str(error)


def test_a_brand_lists_an_account_once(tmp_path: Path) -> None:
    again = 'accounts:\n      - {platform: x, id: "1000001", handle: again}\n'
    assert "stands here twice" in str(
        failure(tmp_path, SHIPPED[SHIPPED.index("accounts:") :].split("\n")[0] + "\n", again)
    )


def test_a_calendar_must_open_some_time(tmp_path: Path) -> None:
    error = failure(tmp_path, "always: true", "zone: UTC")
    assert error.path == "calendars.always"
    assert "no working hours" in str(error)


def test_a_calendar_that_is_always_open_has_no_hours(tmp_path: Path) -> None:
    error = failure(tmp_path, "always: true", "always: true\n    closed: [2026-12-24]")
    assert "remove one or the other" in str(error)


def test_a_day_is_open_or_closed_but_not_both(tmp_path: Path) -> None:
    day = {"MONITOR__CALENDARS__OFFICE__OPEN": "[2026-12-24]", "MONITOR__CALENDARS__OFFICE__CLOSED": "2026-12-24"}
    error = failure(tmp_path, env={**day, "MONITOR__CALENDARS__OFFICE__CLOSED": "[2026-12-24]"})
    assert error.path == "calendars.office"
    assert "2026-12-24 is both open and closed" in str(error)


def test_a_day_named_alone_and_in_a_range_is_refused(tmp_path: Path) -> None:
    error = failure(tmp_path, "week:                         #", "week:\n      fri: 10:00-12:00  #")
    assert "fri is given twice" in str(error)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("brands:", "brands", "config.yaml:24: could not find expected ':'"),
        ("  - name: acme ", "  - name: acme\n    name: b ", "name stands here twice"),
        ("logging:", "\tlogging:", "check the indentation"),
        ("database:", "foo: 1\ndatabase:", "foo: there is no such key: there are: data_dir"),
        ("database:", "secrets: {}\ndatabase:", "secrets do not belong in this file"),
        ("database:", "path: /x\ndatabase:", "path: there is no such key"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert words in str(failure(tmp_path, old, new))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "defaults: it is required"),
        (b"- a\n- b\n", "it must start with a key"),
        (b"just words", "it must start with a key"),
        (b"a: \xff\xfe", "not UTF-8"),
        (b"a: \x07", "not YAML text"),
        (b"a: *missing", "undefined alias"),
        (b"? [a, b]\n: 1\n", "a key is one word"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        load(file, env={})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no file"):
        load(tmp_path, env={})


def test_a_wrong_variable_is_named_instead_of_the_file(tmp_path: Path) -> None:
    error = failure(tmp_path, env={"MONITOR__LOGGING__LEVEL": "dbug"})
    assert str(error).startswith("MONITOR__LOGGING__LEVEL: logging.level: ")


def test_a_variable_for_an_unknown_key_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    error = failure(tmp_path, env={"MONITOR__LOGING__LEVEL": "debug"})
    assert 'loging: there is no such key: did you mean "logging"?' in str(error)
    assert "MONITOR__LOGING__LEVEL" in str(error)


def test_a_variable_below_a_plain_value_is_refused(tmp_path: Path) -> None:
    error = failure(tmp_path, env={"MONITOR__LOGGING__LEVEL__DEEPER": "1"})
    assert str(error).startswith("MONITOR__LOGGING__LEVEL__DEEPER: level is not a block of keys")


def test_a_password_in_a_wrong_url_is_not_repeated(tmp_path: Path) -> None:
    error = failure(tmp_path, env={"MONITOR__SOURCES__X__BASE_URL": "https://user:hunter2@proxy"})
    assert "hunter2" not in str(error)
    assert "https://user:***@proxy" in str(error)


def test_paths_are_written_and_read_the_same_way() -> None:
    path = ("brands", 0, "accounts", 12, "id")
    assert dotted(path) == "brands[0].accounts[12].id"
    assert parse_dotted(dotted(path)) == path


def test_a_place_falls_back_to_the_block_around_it() -> None:
    places = Places("config.yaml", {("a",): 3}, {("b", "c"): "MONITOR__B__C"})
    assert places.of(("a", "x", "y")) == "config.yaml:3"
    assert places.of(("b", "c")) == "MONITOR__B__C"
    assert places.of(("z",)) == "config.yaml"
