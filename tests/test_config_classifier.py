"""The block that says which model reads the posts."""

from pathlib import Path

import pytest

from monitor.config import Config, load
from monitor.errors import ConfigError

ROOT = Path(__file__).parent.parent


def config(**env: str) -> Config:
    return load(ROOT / "config.yaml", {"HOME": "/home/anna", **env})


def in_file(folder: Path, classifier: str) -> Config:
    """The shipped configuration with another classifier block."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    before, _, rest = text.partition("\nclassifier:\n")
    after = rest[rest.index("\ndaemon:") :]
    (folder / "config.yaml").write_text(f"{before}\nclassifier:\n{classifier}{after}", encoding="utf-8")
    return load(folder / "config.yaml", {"HOME": str(folder)})


def test_as_shipped_no_other_model_has_a_say() -> None:
    assert config().classifier.hub is None
    assert config().classifier.label_map == {}


def test_a_hub_model_and_what_its_labels_mean_are_read_from_the_file(tmp_path: Path) -> None:
    read = in_file(tmp_path, "  hub: team/mood@4f2a\n  label_map: {LABEL_0: negative, 5 stars: Positive}\n").classifier
    assert read.hub == "team/mood@4f2a"
    assert read.label_map == {"LABEL_0": "negative", "5 stars": "positive"}
    assert read.model == "shipped"


def test_a_label_may_be_a_number(tmp_path: Path) -> None:
    assert in_file(tmp_path, "  hub: ./m\n  label_map: {0: negative}\n").classifier.label_map == {"0": "negative"}


def test_they_are_read_from_the_environment() -> None:
    read = config(MONITOR__CLASSIFIER__HUB="team/mood", MONITOR__CLASSIFIER__LABEL_MAP="{LABEL_1: neutral}").classifier
    assert (read.hub, read.label_map) == ("team/mood", {"LABEL_1": "neutral"})


def test_a_sentiment_that_there_is_not_is_named_with_its_line_and_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        in_file(tmp_path, "  hub: team/mood\n  label_map:\n    LABEL_0: negativ\n")
    assert told.value.path == "classifier.label_map.LABEL_0"
    assert "config.yaml:" in str(told.value)
    assert 'did you mean "negative"?' in str(told.value)


def test_a_map_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.yaml:\d+: classifier\.label_map: .*set classifier\.hub") as told:
        in_file(tmp_path, "  label_map: {LABEL_0: negative}\n")
    assert told.value.path == "classifier.label_map"


def test_an_empty_name_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"classifier\.hub"):
        config(MONITOR__CLASSIFIER__HUB="''")
