"""A writer's mistake in the rules is told at once, with where it is; the cards keep the rules of the house."""

from copy import deepcopy
from typing import Any

import pytest

from bot.hearing.safety_rules import KINDS, RulesError, read_rules
from content import help_lines, safety, words
from content.words import ContentError

TABLE: dict[str, Any] = {
    "spellings": {"cant": ["cannae", "can not"], "he is": ["he's"]},
    "endings": {"in": ["ing"]},
    "slips": {"of": ["following"], "but_not": []},
    "sets": {"LIGHT": ["am is the"], "NOT": ["not never"], "WAS": ["was"], "THROUGH": ["i think"], "THEY": ["he she"]},
    "around": {"long_ago": ["years ago"], "recent": ["now"]},
    "sayings": {"idioms": ["following on"]},
    "rules": [{"name": "follows", "kind": "followed_or_contacted", "means": "", "phrases": ["THEY following me"]}],
}


def changed(**rule: Any) -> dict[str, Any]:
    table = deepcopy(TABLE)
    table["rules"][0] |= rule
    return table


def test_a_good_table_is_read() -> None:
    assert [phrase.written for _, phrase in read_rules(TABLE).signs.phrases] == ["THEY following me"]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"phrases": ["THEM following me"]}, "follows: there is no set THEM"),
        ({"phrases": ["following .."]}, "follows: 'following ..' needs a word"),
        ({"phrases": ["END following"]}, "needs a word"),
        ({"phrases": ["the"]}, "needs a word"),
        ({"phrases": ["he's/she"]}, "follows: 'he's' is not one word as it is compared"),
        ({"phrases": []}, "rule 'follows'"),
        ({"kind": "danger"}, "rule 'follows'"),
        ({"unless": ["lomg_ago"]}, "lomg_ago"),
        ({"needs": ["yesterday"]}, "yesterday"),
        ({"unles": ["long_ago"]}, "unles"),
    ],
)
def test_a_mistake_in_a_rule_is_named(rule: dict[str, Any], says: str) -> None:
    with pytest.raises(RulesError, match=says.replace("..", r"\.\.")):
        read_rules(changed(**rule))


@pytest.mark.parametrize("missing", sorted(TABLE))
def test_a_missing_part_is_named(missing: str) -> None:
    with pytest.raises(RulesError, match=missing):
        read_rules({name: part for name, part in TABLE.items() if name != missing})


def test_a_language_without_rules_is_told() -> None:
    with pytest.raises(ContentError, match=r"content/xx/safety\.toml"):
        safety.load("xx")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_card_that_is_short_leads_to_people_and_to_a_way_on(kind: str) -> None:
    card = words.load("en").text("safety", f"{kind}.say")
    assert len(card.split()) <= 60
    assert "{help_lines}" in card
    assert "999" in card
    assert card.endswith("Nobody watches this chat live. You can carry on, pause or stop.")
    assert "why" not in card.casefold()
    assert "?" not in card
    if kind in {"danger_now", "followed_or_contacted"}:
        assert "55" in card


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_for_the_desk_and_lines_that_help(kind: str) -> None:
    assert words.load("en").text("safety", f"{kind}.flag").startswith("Wrote words that may")
    known = {need for line in help_lines.load("en") if line.is_shown for need in line.needs}
    assert safety.needs("en", kind)
    assert set(safety.needs("en", kind)) <= known


def test_whoever_may_want_to_die_is_shown_samaritans_and_nhs_24() -> None:
    shown = [line.name for line in help_lines.pick(help_lines.load("en"), safety.needs("en", "suicide"))]
    assert any("Samaritans" in name for name in shown)
    assert any("NHS 24" in name for name in shown)
