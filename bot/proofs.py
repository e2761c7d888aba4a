"""What is proved of every state of every flow: each a sentence and a check. `bot.proving` tries them. Pure."""

import json
from collections.abc import Callable, Mapping

from bot.commands import COMMANDS
from bot.conversation import Conversation
from bot.desk_proofs import (
    a_talk_is_silent_but_for_stop_and_help,
    the_desk_gives_the_place_back,
    what_is_written_back_is_read_back,
)
from bot.ground import Ground, carries_stop, is_out
from bot.situation import ASKING
from bot.steps import GOODBYES, QUESTIONS, SEND, Offer, Question, Review, Text
from bot.turn import Cue, Said, note
from bot.walk import NONCE, answers, say

MAX_CALLBACK_BYTES = 64
SENDING = frozenset(
    {"hand_over", "propose", "write", "change_contact", "tell_desk", "sign_up_cafe", "keep_cafe_feedback"}
)
"""The effects by which words that somebody typed reach somebody."""
LONG = "x" * 10_000
A_TOPIC, ANOTHER_TOPIC = "cost", "how_soon"


def stop_button(ground: Ground) -> bool:
    return is_out(ground.hear("press", f"v1:{NONCE}:{ground.state.step.name}:_stop"))


def old_stop_button(ground: Ground) -> bool:
    return is_out(ground.hear("press", "v1:0ldn0nce:any_step:_stop"))


def stop_words(ground: Ground) -> bool:
    step, typed = ground.state.step, ground.words.typed
    answers = typed.to_somebody if isinstance(step, Text) and GOODBYES in step.takes else frozenset()
    stops = (word for word, command in ground.words.commands.items() if command == "stop")
    words = [word for word in stops if ground.message(word).plain not in answers]
    stop = Said(command="stop")
    at = ground.at
    return all(ground.understood("text", word, at) == stop for word in words) and is_out(ground.obey("stop"))


def standing_commands(ground: Ground) -> bool:
    turn = ground.hear("open")
    step = ground.state.step
    shown = {button.option for button in ground.replies(turn)[-1].standing}
    needed = {"_stop", "_help", "_pause"}
    if isinstance(step, Question) and not step.required and not isinstance(step, Offer):
        needed |= {"_skip"}
    return needed <= shown and (isinstance(step, Review) or "_why" in shown)


def every_message_has_stop(ground: Ground) -> bool:
    return all(carries_stop(ground, ground.obey(command)) for command in ("look", "help", "why"))


def buttons_fit(ground: Ground) -> bool:
    reply = ground.replies(ground.hear("open"))[-1]
    buttons = (*reply.options, *reply.standing, *(row.change for row in reply.rows))
    return all(len(button.data.encode()) <= MAX_CALLBACK_BYTES and button.label for button in buttons)


def photo_voice_sticker(ground: Ground) -> bool:
    return ground.asked_again(ground.hear("media"))


def ten_thousand_letters(ground: Ground) -> bool:
    return ground.asked_again(ground.hear("text", LONG))


def empty_text(ground: Ground) -> bool:
    return all(ground.asked_again(ground.hear("text", text)) for text in ("", "  \n ", "\u200b"))


def stale_buttons(ground: Ground) -> bool:
    presses = (f"v1:{NONCE}:an_old_step:_skip", f"v1:0ldn0nce:{ground.state.step.name}:yes", "nonsense", "v1::::")
    return all(ground.asked_again(ground.hear("press", data)) for data in presses)


def edited_message(ground: Ground) -> bool:
    return ground.asked_again(ground.hear("edited", "something else"))


def help_now(ground: Ground) -> bool:
    turn = ground.hear("text", ground.words.common("standing.help"))
    return ground.asked_again(turn) and len(ground.replies(turn)) > 1


def typed_question(ground: Ground) -> bool:
    step, question = ground.state.step, ground.words.option("answers", ASKING, A_TOPIC)
    turn = ground.hear("text", question)
    if isinstance(step, Text) and QUESTIONS in step.takes:
        return turn.conversation is not None and turn.conversation.answers.get(step.name) == question
    return ground.asked_again(turn) and turn.cues == (Cue("answer", A_TOPIC),)


def question_of_two(ground: Ground) -> bool:
    offered = ground.engine.receive(ground.at, Said(asked=(A_TOPIC, ANOTHER_TOPIC)))
    if offered.ask is None or offered.ask.step.name != ASKING or not carries_stop(ground, offered):
        return False
    told = [ground.hear("text", number, offered.conversation) for number in ("1", "2", "3")]
    cues = [turn.cues for turn in told]
    meant = [(Cue("answer", A_TOPIC),), (Cue("answer", ANOTHER_TOPIC),), (note("no_answer"),)]
    return cues == meant and all(map(ground.asked_again, told))


def pause_and_back(ground: Ground) -> bool:
    paused = ground.hear("text", ground.words.common("standing.pause"))
    if paused.conversation is None:
        return False
    stored = Conversation.from_data(json.loads(json.dumps(paused.conversation.as_data())))
    return ground.asked_again(ground.hear("text", ground.words.common("standing.start"), stored))


def nothing_is_sent_unread(ground: Ground) -> bool:
    """No command sends anything, and no answer but Send where all of it was read back."""
    step, flow = ground.state.step, ground.engine.flows[ground.conversation.flow]
    assert isinstance(step, Question)  # noqa: S101 (proofs stand on states that wait)
    turns = [ground.engine.receive(ground.at, say(step, answer)) for answer in answers(flow, step)]
    sent = [turn for turn in turns if SENDING.intersection(turn.effects)]
    reviews = [each.name for each in flow.questions if isinstance(each, Review)]
    read = [turn for turn in sent if turn.position and any(turn.position.kept.get(name) == SEND for name in reviews)]
    return read == sent and not any(SENDING.intersection(ground.obey(command).effects) for command in COMMANDS)


def going_back(ground: Ground) -> bool:
    turn = ground.hear("text", ground.words.common("standing.back"))
    return turn.conversation is not None and turn.conversation.answers == ground.conversation.answers


def early_read_back(ground: Ground) -> bool:
    turn = ground.obey("review")
    reply = ground.replies(ground.hear("open"))[-1]
    offered = any(button.option == "_review" for button in reply.standing)
    return not offered or (turn.ask is not None and isinstance(turn.ask.step, Review))


def moves_forward(ground: Ground) -> bool:
    step = ground.state.step
    assert isinstance(step, Question)  # noqa: S101 (proofs stand on states that wait)
    flow = ground.engine.flows[ground.conversation.flow]
    for answer in answers(flow, step):
        turn = ground.engine.receive(ground.at, say(step, answer))
        after = turn.ask.step.name if turn.ask else turn.position.step.name if turn.position else ""
        here = after in ground.order if turn.conversation is None else turn.conversation.flow == flow.name
        if here and ground.order[after] <= ground.order[step.name]:
            return False
    return True


PROOFS: Mapping[str, Callable[[Ground], bool]] = {
    "Stop, as a button, leads out in one step": stop_button,
    "Stop, on an old button, leads out in one step": old_stop_button,
    "every stop word leads out in one step": stop_words,
    "the prompt shows skip, why, pause, stop and help now": standing_commands,
    "every message carries Stop": every_message_has_stop,
    "every button fits Telegram's 64 bytes and has a label": buttons_fit,
    "a photo, a voice message or a sticker is answered and loses nothing": photo_voice_sticker,
    "10,000 letters are answered and lose nothing": ten_thousand_letters,
    "an empty text is answered and loses nothing": empty_text,
    "a stale or broken button is answered and changes nothing": stale_buttons,
    "an edited message is answered and changes nothing": edited_message,
    "Help now helps and asks the same again": help_now,
    "a typed question is answered and the same asked again, or is the answer where one is asked for": typed_question,
    "of two questions that are close both are offered, and either leads back": question_of_two,
    "pausing and coming back from disk lands at the same question": pause_and_back,
    "nothing is sent but by Send where all of it was read back": nothing_is_sent_unread,
    "what is written back to the desk is read back, and goes by Send alone": what_is_written_back_is_read_back,
    "what the desk begins gives the place back exactly": the_desk_gives_the_place_back,
    "in a talk with the desk the chat is silent but for Stop and Help now": a_talk_is_silent_but_for_stop_and_help,
    "Back keeps every answer": going_back,
    "where the early read-back is offered, it is reached": early_read_back,
    "every answer moves forward, so every journey ends": moves_forward,
}


OF_WORDS = (stop_words, standing_commands, every_message_has_stop, buttons_fit, help_now)
"""Proofs that may come out otherwise in another language. All others are the same in each, and tried in one."""
