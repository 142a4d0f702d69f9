"""What the forms of cases mean."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from classifiers.contract import Cause, Kind, Severity
from monitor.domain.calendar import always
from monitor.domain.labels import Labels
from monitor.domain.snoozing import Preset
from monitor.errors import NotAllowed
from monitor.web.forms import ActionForm, labels_of, moment_of, words_of
from monitor.web.present import Wording

SAY = Wording(datetime(2026, 3, 2, 9, 0, tzinfo=UTC), "en", ZoneInfo("Europe/Riga"))


@pytest.mark.parametrize(
    ("fields", "labels"),
    [
        ({"kind": "complaint"}, Labels(kind=Kind.COMPLAINT)),
        ({"kind": "praise", "severity": "blame", "causes": "outage"}, Labels(kind=Kind.PRAISE)),
        ({"kind": "complaint", "severity": "blame"}, Labels(kind=Kind.COMPLAINT, severity=Severity.BLAME)),
        ({"kind": "complaint", "severity": "rage"}, Labels(kind=Kind.COMPLAINT)),
        ({"kind": "complaint", "causes": "outage,nonsense"}, Labels(kind=Kind.COMPLAINT, causes=(Cause.OUTAGE,))),
        ({"kind": "complaint", "toggle": "outage"}, Labels(kind=Kind.COMPLAINT, causes=(Cause.OUTAGE,))),
        ({"kind": "complaint", "causes": "outage", "toggle": "outage"}, Labels(kind=Kind.COMPLAINT, causes=())),
    ],
)
def test_a_pressed_button_adds_to_what_was_said(fields: dict[str, str], labels: Labels) -> None:
    assert labels_of(ActionForm.model_validate(fields)) == labels


def test_saying_nothing_is_no_verdict() -> None:
    with pytest.raises(NotAllowed):
        labels_of(ActionForm.model_validate({}))


@pytest.mark.parametrize(
    ("text", "words"), [("", []), (" , ,", []), ("VIP,vip, Call  back ", ["vip", "call back"]), ("Жалоба", ["жалоба"])]
)
def test_words_are_kept_once_and_without_case(text: str, words: list[str]) -> None:
    assert words_of(text) == words


class TestUntilWhen:
    def test_a_moment_is_on_the_persons_own_clock(self) -> None:
        until = moment_of(None, "2026-03-02T17:30", always("always"), SAY)

        assert until == datetime(2026, 3, 2, 15, 30, tzinfo=UTC)

    def test_a_usual_answer(self) -> None:
        assert moment_of(Preset.HOUR, "", always("always"), SAY) == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

    def test_an_answer_that_is_not_offered_now_is_refused(self) -> None:
        with pytest.raises(NotAllowed):
            moment_of(Preset.OPENING, "", always("always"), SAY)

    @pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01T00:00"])
    def test_neither_is_refused(self, text: str) -> None:
        with pytest.raises(NotAllowed, match="until when"):
            moment_of(None, text, always("always"), SAY)


def test_the_same_form_again_leaves_out_what_was_empty_and_the_version() -> None:
    form = ActionForm(version=3, pane="case", preset=Preset.HOUR)

    assert dict(form.again()) == {"pane": "case", "preset": "hour"}
