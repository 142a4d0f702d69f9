"""Doubtful posts as the terminal shows them."""

from rich.console import Console

from classifiers.contract import Kind
from monitor.cli.doubts import as_dict, table
from monitor.domain.uncertainty import Doubt
from tests.make import make_assessment, make_post

KIND = {Kind.COMPLAINT: 0.45, Kind.QUESTION: 0.4, Kind.PRAISE: 0.1, Kind.OTHER: 0.05}


def shown(doubt: Doubt) -> str:
    console = Console(width=100, record=True)
    with console.capture() as captured:
        console.print(table([doubt]))
    return captured.get()


def test_the_number_the_language_and_the_two_kinds_are_shown() -> None:
    doubt = Doubt(make_post(id=7, text="Is this\nnormal? [sic]"), make_assessment(lang="lv", kind=KIND))

    line = shown(doubt).splitlines()[1]

    assert line.split() == ["7", "lv", "complaint", "45%", "or", "question", "40%", "Is", "this", "normal?", "[sic]"]


def test_what_the_model_did_not_dare_to_say_is_shown_with_its_reason() -> None:
    silent = make_assessment(abstained=True, abstain_reason="too little text")

    assert "not known: too little text" in shown(Doubt(make_post(), silent))
    assert "not known: no reason given" in shown(Doubt(make_post(), make_assessment(abstained=True)))


def test_as_json_every_kind_has_its_probability() -> None:
    post = make_post(id=7)

    found = as_dict(Doubt(post, make_assessment(kind=KIND)))

    assert (found["post"], found["id"], found["margin"]) == (7, post.external_id, 0.05)
    assert found["kind"] == {"complaint": 0.45, "question": 0.4, "praise": 0.1, "other": 0.05}
