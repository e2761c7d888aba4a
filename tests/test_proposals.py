"""A referral by somebody else: locked until the person says yes, destroyed when they do not, then theirs."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.flows import FLOWS
from bot.housekeeping import tidy
from bot.steps import Consent, End, Question
from content import words
from policy.settings import Settings
from storage import proposals, sealing, tables
from storage.codes import words as listed
from storage.proposals import Counts
from storage.receipts import receipt
from tests.replay import CODE
from tests.somebody import Somebody, texts
from tests.stage import SECRETS, Stage

GATE = ("/start", "Refer somebody I support", "Yes", "18 or older")
CANARIES = ("Wren Canary", "Sam Canary", "07700 900123", "Example Canary Aid", "canary@example.org", "Canary worries")
NEEDED = (
    *GATE,
    *("In words", "Today", CANARIES[0], CANARIES[1], "Text message", "Done", CANARIES[2], "No"),
    *(CANARIES[0], "support worker", CANARIES[3], CANARIES[4]),
)
SHORT = (*NEEDED, "Only how to reach them", "Done", "Check and send now", "Send")
TO_THE_HOPES = (*NEEDED, "5, 6", "Answer some more first", "leave out", "leave out", "Yes, ask me")
WITH_WORRIES = (*TO_THE_HOPES, "skip", "skip", CANARIES[5])
LONG = (*WITH_WORRIES, "None, it is all their words", "Done", "leave out", "Send")
TO_THE_LINES = ("Read what was said", "Yes", "Yes", "Nothing", "Done")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def proposed(stage: Stage, *said: str) -> tuple[Somebody, str]:
    """A worker who has proposed somebody, and the code for them."""
    worker = Somebody(stage, "1001").goes(*(said or SHORT))
    return worker, CODE.findall(worker.last.text)[-1]


def opened(stage: Stage, code: str, address: str = "2002") -> Somebody:
    return Somebody(stage, address).goes("/start", "Someone referred me", code)


def row(stage: Stage) -> Any:
    return stage.rows(tables.PROPOSALS)[0]


def counts(stage: Stage) -> Counts:
    with stage.database.read() as tx:
        return proposals.count(tx, stage.now.timestamp())


def on_disk(stage: Stage) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(stage.folder.iterdir()))


def in_any_file(stage: Stage, found: Any) -> list[str]:
    """Which of its sealed columns stand in a file still."""
    files = on_disk(stage)
    sealed = ("answers", "contact", "code", "salt", "link", "link_code")
    return [name for name in sealed if getattr(found, name) and getattr(found, name) in files]


# What is written


def test_a_proposal_is_one_row_and_neither_a_case_nor_an_alert(stage: Stage) -> None:
    proposed(stage)
    assert counts(stage) == Counts(1, 0, 0, 0)
    assert stage.rows(tables.CASES) == stage.rows(tables.ALERTS) == stage.rows(tables.CLOCKS) == []
    assert stage.rows(tables.CONVERSATIONS) == []


def test_no_word_of_it_stands_on_the_disk_in_clear(stage: Stage) -> None:
    _, code = proposed(stage, *LONG)
    for word in (*CANARIES, "900123", code, code.split()[0]):
        assert word.encode() not in on_disk(stage)


def test_the_answers_open_with_the_code_alone(stage: Stage) -> None:
    _, code = proposed(stage, *LONG)
    found = row(stage)
    keys = {said: receipt(said, SECRETS.pepper) for said in (code, " ".join(listed()[:4]))}
    own, other = (each.copy_key(found.salt) for each in keys.values() if each)
    assert CANARIES[5] in sealing.unseal(own, found.answers, f"proposal:{found.id}").decode()
    for wrong in (other, SECRETS.seal, SECRETS.pepper):
        with pytest.raises(sealing.SealBroken):
            sealing.unseal(wrong, found.answers, f"proposal:{found.id}")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal_with(stage.team.private, found.answers, f"proposal:{found.id}")


def test_the_team_key_opens_the_name_and_the_safe_contact_and_nothing_else(stage: Stage) -> None:
    proposed(stage, *LONG)
    assert stage.contact(row(stage)) == [
        ["Name to use", "Sam Canary"],
        ["How to reach them", "Text message"],
        ["Phone number", "+44 7700 900123"],
    ]


def test_how_long_it_waits_is_a_setting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from bot import assembly

    chosen = assembly.service(Settings(_env_file=None, proposal_days=3))  # type: ignore[call-arg]
    stage.intake.service = replace(stage.intake.service, proposals_wait=chosen.proposals_wait)
    worker, _ = proposed(stage)
    assert "after 3 days" in worker.last.text
    assert row(stage).expires_at == stage.now.timestamp() + 3 * 24 * 3600


# Yes


def test_what_the_person_sends_is_an_ordinary_case_with_their_own_consents(stage: Stage) -> None:
    _, code = proposed(stage, *LONG)
    stage.pass_time(days=3)
    sam = opened(stage, code).goes(*TO_THE_LINES, "It is right", "Yes, send it")
    assert "Your receipt code" in sam.last.text
    document = stage.documents()[0]
    assert document["flow"] == "confirm_referral"
    english = words.load("en")
    expected = {
        name: english.text("confirm_referral", f"{name}.ask") for name in ("keep_answers", "be_contacted", "accept")
    }
    assert {each["step"]: each["wording"] for each in document["consents"]} == expected
    assert {each["at"] for each in document["consents"]} == {stage.now.isoformat()}
    assert stage.rows(tables.CASES)[0].person == sam.key
    assert len(stage.rows(tables.ALERTS)) > 0
    assert {row.name for row in stage.rows(tables.CLOCKS)} >= {"opened", "first_attempt"}
    assert counts(stage) == Counts(0, 1, 0, 0)


def test_the_case_says_whose_words_each_line_is(stage: Stage) -> None:
    _, code = proposed(stage, *LONG)
    opened(stage, code).goes(*TO_THE_LINES, "Change 4", "Alex", "It is right", "Yes, send it")
    lines = {each["step"]: each for part in stage.documents()[0]["parts"] for each in part["answers"]}
    assert (lines["name_to_use"]["answer"], "said_by" in lines["name_to_use"]) == ("Alex", False)
    assert lines["worries"]["said_by"] == "person"
    assert lines["organisation"]["said_by"] == "worker"
    assert lines["referrer_may_know"]["answer"] == "Nothing"


def test_an_answer_the_worker_marks_as_their_own_view_is_told_as_theirs_and_those_beside_it_are_not(
    stage: Stage,
) -> None:
    views = (*TO_THE_HOPES, "To be heard", "Done", "skip", CANARIES[5], "Worries", "Done", "leave out", "Send")
    _, code = proposed(stage, *views)
    opened(stage, code).goes(*TO_THE_LINES, "It is right", "Yes, send it")
    lines = {each["step"]: each for part in stage.documents()[0]["parts"] for each in part["answers"]}
    assert (lines["worries"]["said_by"], lines["hopes"]["said_by"]) == ("worker", "person")


def test_the_worker_is_asked_for_their_own_view_only_of_what_was_answered(stage: Stage) -> None:
    worker = Somebody(stage).goes(*TO_THE_HOPES, "skip", "skip", CANARIES[5])
    assert [button.label for button in worker.last.options] == ["Worries", "None, it is all their words"]
    nothing = Somebody(stage, "5005").goes(*TO_THE_HOPES, "skip", "skip", "skip")
    assert nothing.last.asks == "part_worker"


def test_the_desk_may_see_how_to_reach_them_safely_and_not_only_where(stage: Stage) -> None:
    plan = ("Yes, ask me", "Only: please get in touch", "Yes", *["skip"] * 6)
    proposed(stage, *NEEDED, "5", "Done", "Answer some more first", "leave out", *plan, "Read back and send", "Send")
    assert ["What messages may say", "Only: please get in touch"] in stage.contact(row(stage))


def test_the_code_stands_neither_in_the_read_back_nor_in_the_case(stage: Stage) -> None:
    _, code = proposed(stage)
    sam = opened(stage, code).goes(*TO_THE_LINES)
    assert code not in sam.last.text
    sam.goes("It is right", "Yes, send it")
    assert code not in str(stage.documents())


def test_after_the_yes_the_code_opens_nothing_and_nothing_is_left_of_the_proposal(stage: Stage) -> None:
    _, code = proposed(stage)
    before = row(stage)
    opened(stage, code).goes(*TO_THE_LINES, "It is right", "Yes, send it")
    gone(stage, before)
    assert "did not open anything" in opened(stage, code, "3003").last.text


def test_of_two_who_send_the_same_one_makes_a_case(stage: Stage) -> None:
    _, code = proposed(stage)
    first, second = (opened(stage, code, address).goes(*TO_THE_LINES, "It is right") for address in ("2002", "3003"))
    first.says("Yes, send it")
    second.says("Yes, send it")
    assert "did not open anything" in second.last.text
    assert len(stage.rows(tables.CASES)) == 1


def test_with_another_code_all_is_asked_and_brought_anew(stage: Stage) -> None:
    _, first = proposed(stage, *LONG)
    _, second = proposed(stage, *(said.replace("Sam Canary", "Robin Canary") for said in SHORT))
    sam = opened(stage, first).goes("Read what was said", "Yes", "Yes")
    sam.goes(*["Back"] * 30)
    assert sam.last.asks == "confirm_code"
    sam.goes(second, *TO_THE_LINES)
    assert "Robin Canary" in sam.last.text
    assert "Sam Canary" not in sam.last.text
    assert "Canary worries" not in sam.last.text


# No


@pytest.mark.parametrize(
    "ways",
    [
        ("Say no to it",),
        ("Read what was said", "No"),
        ("Read what was said", "Yes", "No"),
        (*TO_THE_LINES, "It is right", "No, delete it all"),
        (*TO_THE_LINES, "Change 3", "Under 16"),
        ("erase", "Yes, erase all of it"),
    ],
    ids=["at once", "keeps nothing", "no contact", "after reading", "under 16", "erases"],
)
def test_a_no_destroys_it_at_once_in_every_file(stage: Stage, ways: tuple[str, ...]) -> None:
    _, code = proposed(stage)
    before = row(stage)
    opened(stage, code).goes(*ways)
    gone(stage, before)
    assert counts(stage) == Counts(0, 0, 1, 0)
    assert stage.rows(tables.CASES) == []


def test_the_worker_is_told_nothing_of_a_no(stage: Stage) -> None:
    worker, code = proposed(stage)
    opened(stage, code).goes("Say no to it")
    assert worker.hears() == []


def test_unconfirmed_it_opens_nothing_from_the_moment_on_and_housekeeping_destroys_it(stage: Stage) -> None:
    _, code = proposed(stage)
    before = row(stage)
    stage.pass_time(days=13, hours=23)
    assert "A worker wrote to us" in texts(opened(stage, code).heard)
    stage.pass_time(hours=1)
    assert "did not open anything" in opened(stage, code, "3003").last.text
    assert counts(stage) == Counts(0, 0, 0, 1)
    tidy(stage.database, stage.now)
    gone(stage, before)
    assert counts(stage) == Counts(0, 0, 0, 1)


def test_a_worker_who_erases_takes_back_what_they_proposed_and_nothing_of_a_case(stage: Stage) -> None:
    worker, code = proposed(stage)
    opened(stage, code).goes(*TO_THE_LINES, "It is right", "Yes, send it")
    _, other = proposed(stage)
    before = stage.rows(tables.PROPOSALS)[-1]
    worker.goes("/start", "erase", "Yes, erase all of it")
    assert len(stage.documents()) == 1
    assert counts(stage) == Counts(0, 1, 0, 0)
    assert not in_any_file(stage, before)
    assert "did not open anything" in opened(stage, other, "3003").last.text


def test_stopping_half_way_leaves_it_waiting(stage: Stage) -> None:
    _, code = proposed(stage)
    opened(stage, code).goes("Read what was said", "Yes", "stop", "Delete now")
    assert counts(stage) == Counts(1, 0, 0, 0)
    assert "A worker wrote to us" in texts(opened(stage, code, "3003").heard)


# Guessing


def test_guessing_a_confirm_code_is_slowed_down_and_a_wrong_one_says_nothing_of_what_there_is(stage: Stage) -> None:
    _, code = proposed(stage)
    guesser = Somebody(stage, "4004")
    for _ in range(5):
        assert "did not open anything" in texts(
            guesser.goes("/start", "Someone referred me", "able acorn acre actor").heard
        )
    guesser.goes("/start", "Someone referred me", code)
    assert "too often" in guesser.last.text
    assert "A worker wrote to us" in texts(opened(stage, code).heard)


# The words and the flows


def test_the_worker_is_asked_in_words_of_their_own() -> None:
    english, flow = words.load("en"), FLOWS["organisation_referral"]
    own = english.keys("organisation_referral")
    for step in flow.steps:
        if isinstance(step, Question):
            keys = [f"{step.name}.{key}" for key in ("ask", "hint", "why", "short")]
            said = [key for key in keys if re.sub(r"\{\w+\}", "", english.find(flow.name, key) or "")]
            assert [key for key in said if key not in own] == []
        elif isinstance(step, End):
            assert f"{step.name}.say" in own


def test_all_that_a_worker_may_answer_the_person_can_see() -> None:
    asked = {step.name for step in FLOWS["organisation_referral"].questions}
    shown = {step.name for step in FLOWS["confirm_referral"].questions}
    assert asked - shown == {"person_agrees", "send_or_more", "workers_view"}


def test_a_question_that_both_flows_ask_lets_the_person_say_all_that_the_worker_may_say() -> None:
    person, worker = (FLOWS[name].by_name for name in ("confirm_referral", "organisation_referral"))
    for name in set(person) & set(worker):
        mine, theirs = person[name], worker[name]
        if isinstance(mine, Question) and isinstance(theirs, Question) and name != "read_back":
            assert type(mine) is type(theirs)
            assert set(theirs.closed) <= set(mine.closed)


def test_the_persons_consents_are_none_of_the_workers() -> None:
    person, worker = (
        {step.name for step in FLOWS[name].steps if isinstance(step, Consent)}
        for name in ("confirm_referral", "organisation_referral")
    )
    assert person == {"keep_answers", "be_contacted", "accept"}
    assert not person & set(FLOWS["organisation_referral"].by_name)
    assert worker == {"person_agrees"}


def gone(stage: Stage, before: Any) -> None:
    """Nothing is left of what was sealed or led to somebody: not in the row, nor in any file."""
    left = next(each for each in stage.rows(tables.PROPOSALS) if each.id == before.id)
    assert (left.reference, left.person, left.code, left.salt, left.answers, left.contact) == (None,) * 6
    assert (left.link, left.link_code) == (None, None)
    assert not in_any_file(stage, before)
