"""Before real people come: what `cairn check --live` asks for, and that nothing starts while it asks for something."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import assembly
from cairn import checking, in_force
from content.help_lines import STALE_AFTER
from content.words import load
from policy.decisions import DECISIONS
from policy.settings import SettingsError
from tests.somebody import TO_THE_READ_BACK, Somebody, texts
from tests.stage import Stage, service

DECIDED = """
[privacy]
controller = "Made-up Service"
contact = "privacy@example.org"
regulator = "The made-up commissioner, 07700 900999"
text_version = "3"
[areas]
served = ["fife"]
[calling]
line = "Hello, this is the Tuesday team"
[wraparound]
partners = ["Made-up Aid"]
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, no settings but those of the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAIRN_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def decide(folder: Path, text: str = DECIDED) -> None:
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "service.toml").write_text(text, "utf-8")


def test_every_decision_that_is_missing_is_named() -> None:
    found = checking.problems(live=True)
    assert len([each for each in found if each.startswith("service.toml, ")]) == len(DECISIONS)
    assert any(each.startswith("CAIRN_LANGUAGES is not set") for each in found)
    assert any(each.startswith("CAIRN_SERVICE_NAME is still the default") for each in found)
    assert any("[sign_off]: not signed" in each for each in found)


def test_without_live_none_of_it_is_asked_for() -> None:
    assert checking.problems(live=False) == []


def test_a_decision_made_is_asked_for_no_more(elsewhere: Path) -> None:
    decide(elsewhere)
    found = [each for each in checking.problems(live=True) if each.startswith("service.toml, ")]
    assert len(found) == len(DECISIONS) - 7


def test_an_area_or_a_kind_of_harm_nobody_can_answer_is_a_slip(elsewhere: Path) -> None:
    decide(elsewhere, '[areas]\nserved = ["fyfe"]\n[harm]\naccepted = ["stalkng", "all"]')
    assert checking.problems(live=False) == [
        "service.toml, areas.served: 'fyfe' is not among the answers. See bot/flows/lists.py.",
        "service.toml, harm.accepted: 'stalkng' is not among the answers. See bot/flows/lists.py.",
    ]


def test_a_file_of_decisions_that_cannot_be_read_is_a_wrong_setting(elsewhere: Path) -> None:
    decide(elsewhere, "[privacy")
    with pytest.raises(SettingsError, match="CAIRN_SERVICE_FILE cannot be read as TOML"):
        in_force.settings()


def test_nothing_starts_live_while_something_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    in_force.settings_to_serve()
    monkeypatch.setenv("CAIRN_LIVE", "yes")
    with pytest.raises(SettingsError, match="real people may not come yet") as caught:
        in_force.settings_to_serve()
    assert "controller" in str(caught.value)


def test_every_language_offered_has_to_be_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAIRN_LANGUAGES", "en, pl")
    found = checking.problems(live=True)
    assert any(each.startswith("content/pl/common.toml, [sign_off]") for each in found)
    assert not any(each.startswith("content/ar/") for each in found)


def test_to_try_all_languages_are_offered_and_live_only_those_named(monkeypatch: pytest.MonkeyPatch) -> None:
    there_are = ("ar", "en", "pl")
    assert in_force.settings().languages_offered(there_are) == ("en", "ar", "pl")
    monkeypatch.setenv("CAIRN_LIVE", "yes")
    assert in_force.settings().languages_offered(there_are) == ("en",)
    monkeypatch.setenv("CAIRN_LANGUAGES", "pl")
    assert in_force.settings().languages_offered(there_are) == ("en", "pl")


def test_a_stale_help_line_is_named_by_its_line_and_day(monkeypatch: pytest.MonkeyPatch) -> None:
    found = checking.about_languages(in_force.settings(), date(2026, 11, 22) + STALE_AFTER)
    assert not any("checked on" in each for each in found)
    found = checking.about_languages(in_force.settings(), date(2028, 1, 1))
    assert any("'Samaritans" in each for each in found)


def decided_stage(folder: Path) -> Stage:
    """A stage of a service that has decided something."""
    decide(folder)
    made: Any = assembly.service(in_force.settings())
    stage = Stage(folder / "stage")
    stage.intake.service = service(values=made.values, areas=made.areas)
    return stage


def test_what_was_decided_stands_in_the_privacy_notice(elsewhere: Path) -> None:
    person = Somebody(decided_stage(elsewhere)).goes("/start", "privacy")
    told = texts(person.heard)
    assert all(said in told for said in ("Made-up Service", "privacy@example.org", "The made-up commissioner"))
    assert person.last.asks == "menu"


def test_to_try_the_notice_says_what_is_not_decided(tmp_path: Path) -> None:
    told = texts(Somebody(Stage(tmp_path)).goes("/start", "/privacy").heard)
    assert load("en").common("service.not_set") in told


def test_somebody_outside_the_areas_is_told_before_they_send(elsewhere: Path) -> None:
    stage = decided_stage(elsewhere)
    asked = (*TO_THE_READ_BACK[:-1], "Answer some more first", "leave out", "leave out", "Yes, ask me", "skip")
    for address, area, is_told in (("1", "Angus", True), ("2", "Fife", False), ("3", "skip", False)):
        person = Somebody(stage, address).goes(*asked, area, "read back")
        assert ("We do not usually work where you live." in person.last.text) is is_told, area


def test_the_first_words_of_a_call_are_told_with_the_promise(elsewhere: Path) -> None:
    person = Somebody(decided_stage(elsewhere)).goes(*TO_THE_READ_BACK, "Send")
    assert 'we begin like this: "Hello, this is the Tuesday team"' in person.last.text


def test_consent_to_the_support_team_names_it_and_the_evidence_does_too(elsewhere: Path) -> None:
    stage = decided_stage(elsewhere)
    skipped = ("leave out",) * 6
    person = Somebody(stage).goes(*TO_THE_READ_BACK[:-1], "Answer some more first", *skipped, "Yes, ask me", "skip")
    assert "The team works together with: Made-up Aid." in person.last.text
    person.goes("Yes", "read back", "Send")
    (document,) = stage.documents()
    wording = next(each["wording"] for each in document["consents"] if each["step"] == "wraparound")
    assert wording.endswith("The team works together with: Made-up Aid.")
