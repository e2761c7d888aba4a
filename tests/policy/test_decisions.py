"""What only the service can decide: each decision is asked for, read as it was meant, and never read wrongly."""

from datetime import date
from pathlib import Path

import pytest

from policy import decisions
from policy.decisions import DECISIONS, as_example, read

ROOT = Path(__file__).parent.parent.parent


def test_nothing_is_decided_until_the_service_decides_it() -> None:
    missing = read("").missing()
    assert len(missing) == len(DECISIONS)
    assert missing[0].startswith("service.toml, [privacy] controller: Who answers")


def test_the_example_agrees_with_the_decisions_and_decides_nothing() -> None:
    example = (ROOT / "service.toml.example").read_text("utf-8")
    assert example == as_example(), "python -m policy.decisions > service.toml.example"
    assert len(read(example).missing()) == len(DECISIONS)


def test_each_of_the_fifteen_decisions_has_a_line() -> None:
    tables = {each.table for each in DECISIONS}
    assert tables == {
        "privacy", "age", "areas", "answering", "attempts", "safeguarding", "help_lines", "harm", "equality", "workers",
        "wraparound", "calling", "events", "sign_off",
    }  # fmt: skip


def test_what_was_decided_is_not_asked_for_again() -> None:
    made = read('[privacy]\ncontroller = "Made-up Service"\n[answering]\nconfirmed_on = 2026-11-22\n')
    assert made.text("privacy.controller") == "Made-up Service"
    assert made.made["answering.confirmed_on"] == date(2026, 11, 22)
    assert len(made.missing()) == len(DECISIONS) - 2


@pytest.mark.parametrize("empty", ['[privacy]\ncontroller = ""', "[areas]\nserved = []", '[age]\nminimum = ""'])
def test_an_empty_decision_is_none(empty: str) -> None:
    assert len(read(empty).missing()) == len(DECISIONS)


def test_a_support_team_of_nobody_else_is_a_decision() -> None:
    assert len(read("[wraparound]\npartners = []").missing()) == len(DECISIONS) - 1


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("[privacy", "cannot be read as TOML"),
        ('[privacy]\ncontroler = "canary7Q"', "'privacy.controler' is no decision"),
        ('controller = "canary7Q"', "'controller' is no decision"),
        ('[age]\nminimum = "canary7Q"', "'age.minimum' must be 16, in quotes: nothing else is built"),
        ("[age]\nminimum = 16", "'age.minimum' must be 16, in quotes"),
        ('[areas]\nserved = "canary7Q"', "'areas.served' must be a list of texts"),
        ('[answering]\nconfirmed_on = "canary7Q"', "'answering.confirmed_on' must be a day"),
    ],
)
def test_what_is_wrong_is_said_without_what_was_written(written: str, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        read(written)
    assert says in str(caught.value)
    assert "canary7Q" not in str(caught.value)


def test_all_areas_are_no_list_of_areas() -> None:
    assert read('[areas]\nserved = ["all"]').areas == ()
    assert read('[areas]\nserved = ["fife", "angus"]').areas == ("fife", "angus")


def test_every_decision_says_what_to_write() -> None:
    assert all(each.what[0].isupper() and each.what.endswith((".", "]", "Shown")) for each in DECISIONS)
    assert decisions.FILE == "service.toml"
