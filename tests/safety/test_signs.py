"""Signs of danger are seen in what people type: how often, and what is told apart from them."""

from copy import deepcopy
from functools import cache
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hearing.safety_rules import KINDS, Rules, load, read_rules
from bot.hearing.safety_signs import explain, signs
from content import safety
from content.answers import read_learned
from tests.safety.phrases import HELD_OUT, USED_UP, Figures, fingerprint, measure, read

TABLE = safety.load("en")
RULES = read_rules(TABLE)
DEVELOPMENT = read("development")
MESSAGES = [message for part in ("development", *USED_UP, *HELD_OUT) for message in read(part)]


def test_what_is_heard_beside_the_rules_is_in_step_with_what_it_was_learned_from() -> None:
    held = read_learned(safety.learned_file("en"))
    assert held is not None
    assert held.made_of == fingerprint(), "Learn anew: python -m tests.safety.learning"


@pytest.mark.parametrize("text", ["Sam", "Will Killen", "Dalkeith", "my mum", "yes", "", "👍", "Hope Street"])
def test_a_name_or_a_place_is_never_heard_as_a_sign(text: str) -> None:
    hearing = load("en").hearing
    assert hearing is not None
    assert hearing.kind(text) is None


CHATTER = (
    "I would like to know how long it takes and who I would be talking to and whether my sister can come with me, "
    "she is free on a Tuesday after two, and I prefer the letter to the meeting if that is all the same to you, "
)


@pytest.mark.parametrize(
    "cry",
    ["I want to die", "he is outside my door", "my ex has a knife", "he hits my kids", "I have been cutting myself"],
)
def test_a_cry_is_not_drowned_by_what_stands_around_it(cry: str) -> None:
    assert signs(CHATTER + cry, load("en"))
    assert signs(f"{CHATTER}and {cry} and {CHATTER}", load("en"))


def test_a_rule_is_doubted_where_the_whole_is_like_harmless_words_and_never_in_a_short_message() -> None:
    harmless, short = "I'm not coping brilliant with the paperwork side", "not coping brilliant"
    hearing = load("en").hearing
    assert hearing is not None
    assert explain(harmless, RULES)
    assert hearing.is_harmless(harmless)
    assert not signs(harmless, load("en"))
    assert not hearing.is_harmless(short)


@pytest.mark.parametrize("part", HELD_OUT)
def test_on_messages_no_rule_was_made_for_signs_are_raised_and_false_alarms_are_few(part: str) -> None:
    figures = measure(read(part), load("en"))
    assert figures.raised >= 0.95
    assert figures.right >= 0.90
    assert figures.false_alarms <= 0.10


def test_the_parts_are_large_and_no_message_of_the_held_out_ones_was_developed_with() -> None:
    held = [message for part in HELD_OUT for message in read(part)]
    for messages, with_sign, without_sign in ((DEVELOPMENT, 250, 400), (held, 150, 250)):
        assert sum(bool(message.kinds) for message in messages) >= with_sign
        assert sum(not message.kinds for message in messages) >= without_sign
    developed = {message.text.casefold() for message in DEVELOPMENT if len(message.text.split()) > 4}
    assert not [message.text for message in held if message.text.casefold() in developed]


def test_what_the_rules_were_made_with_stays_seen() -> None:
    figures = by_the_right_one()
    assert figures.raised >= 0.99
    assert figures.right >= 0.99
    assert figures.false_alarms <= 0.02


def test_kinds_come_in_their_fixed_order_and_once_each() -> None:
    text = "he keeps texting me, he hits my son, I cut myself, I want to die and he is outside my door"
    assert signs(text, RULES) == KINDS


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO DIE", "i want to die!!!", "i want too die 😭", "i wnat to die", "I... want to... die",
        "a want tae dee", "i   want   to   die", "I want 2 die", "ah wantae die", "i want to dieeee", "want die",
    ],
)  # fmt: skip
def test_spelling_capitals_emoji_and_slips_do_not_hide_a_sign(text: str) -> None:
    assert signs(text, RULES) == ("suicide",)


@pytest.mark.parametrize(
    ("sign", "none"),
    [
        ("I am not safe", "I am safe"),
        ("I'm in danger", "I'm not in any danger"),
        ("I want to kill myself", "I don't think I would ever want to kill myself"),
        ("no, he is following me", "no he is not following me"),
        ("I don't know what to do, I want to die", "I don't want to die"),
        ("he is hurting my kids", "nobody is hurting my kids"),
        ("he keeps texting me", "he stopped texting me"),
        ("he hasn't stopped texting me", "he never texts me"),
    ],
)
def test_a_denial_is_heard_and_only_where_it_reaches(sign: str, none: str) -> None:
    assert signs(sign, RULES)
    assert signs(none, RULES) == ()


@pytest.mark.parametrize(
    ("sign", "none"),
    [
        ("he hit me last night", "he hit me ten years ago"),
        ("I'm suicidal", "I was suicidal years ago, I am fine now"),
        ("he is abusing my daughter", "I was abused as a child"),
        ("my brother says he will kill himself", "my brother killed himself in 2016"),
        ("he died last year and I want to die", "he died last year"),
        ("I used to cut myself and I have started again", "I used to cut myself"),
        ("he follows me home", "he used to follow me home"),
    ],
)
def test_what_is_past_is_told_from_what_is_now(sign: str, none: str) -> None:
    assert signs(sign, RULES)
    assert signs(none, RULES) == ()


@pytest.mark.parametrize(
    ("sign", "none"),
    [
        ("he is killing me", "this form is killing me"),
        ("I am dying, I took all my pills", "I'm dying to know"),
        ("he wants to murder me", "I could murder a cup of tea"),
        ("he says he will shoot me", "shoot me a text"),
        ("I want to end my life", "I want to end this chapter of my life"),
        ("stop him contacting me", "stop"),
        ("someone in danger is my daughter", "what happens if someone is in danger"),
    ],
)
def test_a_saying_or_a_question_is_no_sign(sign: str, none: str) -> None:
    assert signs(sign, RULES)
    assert signs(none, RULES) == ()


def test_a_sign_is_found_in_a_long_message_without_any_mark() -> None:
    before, after = "it was a long week and the bus was late and my knee is sore " * 12, " anyway how does this work"
    assert signs(before, RULES) == ()
    assert signs(before + "and i want to kill myself" + after, RULES) == ("suicide",)


@given(st.lists(st.sampled_from(sorted({word for each in MESSAGES for word in each.text.split()})), max_size=30))
def test_whatever_words_are_typed_the_answer_is_kinds_in_order(words: list[str]) -> None:
    found = signs(" ".join(words), RULES)
    assert found == tuple(kind for kind in KINDS if kind in found)


@given(st.text(max_size=300))
def test_no_text_at_all_makes_it_fail(text: str) -> None:
    assert set(signs(text, RULES)) <= set(KINDS)


@pytest.mark.parametrize("text", ["", " ", "?", "...", "👍", "a" * 4096, "he " * 1365, "i want to " * 409, "\n" * 4096])
def test_nothing_is_raised_by_nothing(text: str) -> None:
    assert signs(text, RULES) == ()


def test_more_words_only_take_more_time_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.hearing import safety_finding

    tried = 0
    match = safety_finding._match

    def counted(*arguments: Any) -> Any:
        nonlocal tried
        tried += 1
        return match(*arguments)

    monkeypatch.setattr(safety_finding, "_match", counted)
    words = " ".join(message.text for message in DEVELOPMENT).split()
    counts = []
    for number in (200, 400, 800):
        tried = 0
        signs(" ".join(words[:number]), RULES)
        counts.append(tried)
    assert counts[2] < 3 * counts[1] < 9 * counts[0]


@pytest.fixture(scope="module")
def needed() -> set[str]:
    """The rules that alone see a sign in some message."""
    found = set()
    for message in (*DEVELOPMENT, *(each for part in USED_UP for each in read(part))):
        seen = explain(message.text, RULES)
        for kind in message.kinds:
            rules = {sign.rule for sign in seen if sign.kind == kind}
            found |= rules if len(rules) == 1 else set()
    return found


@pytest.mark.parametrize("rule", [row["name"] for row in TABLE["rules"]])
def test_no_rule_can_be_taken_away_unseen(rule: str, needed: set[str]) -> None:
    assert rule in needed


def without(circumstance: str) -> dict[str, Any]:
    """The table as if nobody had thought of this circumstance."""
    table = deepcopy(TABLE)
    for row in table["rules"]:
        row["unless"] = [each for each in row.get("unless", ()) if each != circumstance]
    return table


@cache
def by_the_right_one() -> Figures:
    return measure(DEVELOPMENT, RULES)


def worse(table: dict[str, Any]) -> bool:
    """Whether more goes wrong by this table than by the right one: looked for until it is clear."""
    rules = read_rules(table)
    wrong = accumulate(faults(measure([each], rules)) for each in DEVELOPMENT)
    return any(so_far > faults(by_the_right_one()) for so_far in wrong)


def faults(figures: Figures) -> int:
    return len(figures.wrong) + len(figures.false)


@pytest.mark.parametrize("circumstance", ["negated", "was", "long_ago", "fine_now", "supposing", "at_work"])
def test_no_circumstance_can_be_taken_away_unseen(circumstance: str) -> None:
    assert worse(without(circumstance))


@pytest.mark.parametrize("part", ["spellings", "endings", "slips", "sayings", "but_not"])
def test_nothing_else_can_be_taken_away_unseen(part: str) -> None:
    table = deepcopy(TABLE)
    if part == "but_not":
        table["rules"] = [{**row, "but_not": []} for row in table["rules"]]
    else:
        table[part] = {"spellings": {}, "endings": {}, "slips": {"of": [], "but_not": []}, "sayings": {"idioms": []}}[
            part
        ]
    assert worse(table)


def test_rules_are_read_once_and_kept() -> None:
    assert isinstance(RULES, Rules)
    assert safety.load("en") is TABLE
