"""The exhaustive walk: everything `bot.proofs` claims, in every state of every flow and every language there is."""

from dataclasses import replace

import pytest

from bot.engine import Engine
from bot.flow import Flow
from bot.flows import FLOWS
from bot.from_desk import give_back
from bot.hearing import answering
from bot.proofs import PROOFS, SENDING
from bot.proving import prove
from bot.spoken import spoken
from bot.steps import QUESTIONS, Choice, End, Text, YesNo
from bot.turn import Said
from bot.walk import walk
from content import words

ENGINE = Engine(FLOWS, spoken(FLOWS, words.languages()))
FIND = answering.load("en").find
MENU = {"menu": FLOWS["menu"]}
BEGINNING = MENU | {"self_referral": Flow("self_referral", *FLOWS["self_referral"].steps[:12], End("sent"))}


@pytest.mark.parametrize("language", words.languages())
@pytest.mark.parametrize("flow", FLOWS)
def test_every_proof_holds_in_every_state(flow, language):
    report = prove(ENGINE, flow, words.load(language), answering.load(language).find)
    assert {sentence: steps for sentence, steps in report.failures.items() if steps} == {}
    assert report.unreached == ()
    assert report.waiting + report.beyond > 0


def test_the_walk_meets_each_state_once_and_every_option():
    flow = Flow(
        "tiny", Choice("a", options=("x", "y")), YesNo("b", {"a": "x"}), End("left", {"b": "yes"}), End("finished")
    )
    states = [(state.step.name, state.position.kept.get("a")) for state in walk(flow)]
    assert len(states) == len(set(states))
    assert {name for name, _ in states} == {"a", "b", "left", "finished"}


class Forgetful(Engine):
    """An engine that loses the answers when a photo comes."""

    def receive(self, at, said):
        return super().receive(at.but(answers={}) if said.note == "no_media" else at, said)


class Deaf(Engine):
    """An engine that does not hear Stop at one question."""

    def receive(self, at, said):
        is_deaf = said.command == "stop" and at.waiting.name == "age_band"
        return super().receive(at, Said(command="look") if is_deaf else said)


def test_the_proofs_can_fail_an_engine_that_loses_answers():
    report = prove(Forgetful(BEGINNING), "self_referral", words.load("en"), FIND)
    assert not report.holds
    assert report.failures["a photo, a voice message or a sticker is answered and loses nothing"]


def test_the_proofs_can_fail_an_engine_that_is_deaf_to_stop():
    report = prove(Deaf(BEGINNING), "self_referral", words.load("en"), FIND)
    assert report.failures["Stop, as a button, leads out in one step"] == ("age_band",)


def test_every_proof_has_a_sentence_of_its_own():
    assert len(set(PROOFS.values())) == len(PROOFS)


def test_every_effect_of_a_step_is_known_to_send_words_or_not_to():
    sends_nothing = {"read_message", "read_copy", "get_data", "read_agreed", "withdraw", "take_back", "pause_contact"}
    sends_nothing |= {"resume_contact", "erase_case", "confirm", "refuse", "give_up_cafe"}
    ends = [step for flow in FLOWS.values() for step in flow.steps if isinstance(step, End)]
    assert {effect for end in ends for effect in end.effects} | {"tell_desk"} == SENDING | sends_nothing


class Hasty(Engine):
    """An engine that sends what is written back as it is typed."""

    def receive(self, at, said):
        turn = super().receive(at, said)
        if at.waiting.name != "writing_back" or said.typed is None:
            return turn
        return replace(give_back(at), effects=("tell_desk",), told=said.typed)


def test_the_proofs_can_fail_an_engine_that_sends_what_nobody_read_back():
    report = prove(Hasty(BEGINNING), "self_referral", words.load("en"), FIND)
    assert report.failures["what is written back to the desk is read back, and goes by Send alone"]


def test_the_proofs_can_fail_a_flow_that_sends_without_a_read_back():
    flow = Flow("my_referral", Text("message", required=True, takes=(QUESTIONS,)), End("left", effects=("write",)))
    report = prove(Engine(MENU | {"my_referral": flow}), "my_referral", words.load("en"), FIND)
    assert report.failures["nothing is sent but by Send where all of it was read back"] == ("message",)
