"""What is proved of every state of every flow about what the desk begins there, as in `bot.proofs`. Pure."""

from dataclasses import replace

from bot import from_desk
from bot.ground import Ground, carries_stop, is_out
from bot.situation import CHECKING, GOOD_TIME, TALKING, WRITING_BACK
from bot.steps import SEND
from bot.walk import NONCE

DESK_ENDS = {
    GOOD_TIME: ("later", "not_here"),
    WRITING_BACK: ("not_now",),
    CHECKING: (SEND, "dont_send"),
    TALKING: ("end_talk",),
}
"""How each of the things the desk can begin in a chat comes to its end."""
WRITTEN = "Thursday"


def the_desk_gives_the_place_back(ground: Ground) -> bool:
    """Whatever the desk begins here, and however it ends: afterwards all is as it was."""
    for asked, ends in DESK_ENDS.items():
        begun, unsent = (WRITING_BACK, WRITTEN) if asked == CHECKING else (asked, "")
        visited = replace(ground.conversation, desk=begun, unsent=unsent)
        for answer in ends:
            turn = ground.hear("press", f"v1:{NONCE}:{asked}:{answer}", visited)
            given_back = turn.conversation or ground.conversation  # a first menu that nobody answered is not kept
            if given_back != ground.conversation or (turn.ask and turn.ask.step != ground.state.step):
                return False
    return True


def what_is_written_back_is_read_back(ground: Ground) -> bool:
    """Words to the desk wait to be sent, more is added to them, and only Send sends all of it; Stop sends nothing."""
    shown = ground.hear("text", WRITTEN, replace(ground.conversation, desk=WRITING_BACK))
    if shown.conversation is None or shown.ask is None or shown.effects or shown.ask.step.name != CHECKING:
        return False
    more = ground.hear("text", "1", shown.conversation)
    waits = more.conversation
    if waits is None or waits.unsent != f"{WRITTEN}\n1" or more.effects or not carries_stop(ground, more):
        return False
    sent, again, dropped, stopped = (
        ground.hear("press", f"v1:{NONCE}:{CHECKING}:{each}", waits) for each in (*shown.ask.step.closed, "_stop")
    )
    is_sent = sent.effects == ("tell_desk",) and sent.told == waits.unsent
    is_written_again = again.conversation == replace(ground.conversation, desk=WRITING_BACK) and not again.effects
    is_gone = not any(turn.conversation and turn.conversation.unsent for turn in (sent, dropped, stopped))
    return is_sent and is_written_again and is_gone and dropped.effects == () and stopped.effects == ("leave_desk",)


def a_talk_is_silent_but_for_stop_and_help(ground: Ground) -> bool:
    talking = replace(ground.conversation, desk=TALKING)
    facts = {**ground.state.facts, from_desk.TALK: "open"}
    at = ground.engine.at(talking, facts)
    stop = ground.engine.receive(at, ground.understood("press", f"v1:{NONCE}:talking:_stop", at))
    help_ = ground.engine.receive(at, ground.understood("press", f"v1:{NONCE}:talking:_help", at))
    words = ground.engine.receive(at, ground.understood("text", "1", at))
    is_told = words.is_silent and words.told == "1" and words.effects == ("tell_desk",)
    is_helped = any(cue.kind == "help" for cue in help_.cues) and help_.conversation == talking
    return is_told and is_helped and stop.effects == ("leave_desk",) and is_out(replace(stop, effects=()))
