"""The standing commands: what leaves, helps, goes back or skips, in every state. No flow can change them. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.situation import FIRST_FLOW, LANGUAGE, WITH_A_CHAT, Situation
from bot.steps import Question, Review, Several
from bot.turn import Cue, Turn, left, note

RATHER_NOT = "rather_not_say"
"""The option that says what skipping says, where a question is needed and yet nobody has to answer it."""


def stop(at: Situation) -> Turn:
    """Obeyed at once. What is left to ask is only what becomes of what was said."""
    if not at.conversation.answers or not at.flow.is_drafted:
        return left("nothing_open")
    return at.but(aside="stopped").ask()


def pause(at: Situation) -> Turn:
    """Keep my place."""
    return at.but(aside="paused").ask()


def erase(at: Situation) -> Turn:
    """Everything held about me: asked once more, since it cannot be undone."""
    return at.but(aside="erasing").ask()


def clear(at: Situation) -> Turn:
    """What can be seen here goes, on both sides; what is kept stays as it is. Nothing is asked, or it would be seen."""
    if not at.conversation.answers or not at.flow.is_drafted:
        return Turn(None, (note("cleared"),), effects=("clear",))
    waiting = replace(at.conversation, aside="paused", changing=None, picking=())
    return Turn(waiting, (note("cleared"), note("answers_are_kept")), effects=("clear",))


def messages(at: Situation) -> Turn:
    """How long messages stay in this chat, where there is one."""
    if at.facts.get("channel") not in WITH_A_CHAT:
        return at.ask(note("no_chat_here"))
    return at.but(aside="messages").ask()


def web(at: Situation) -> Turn:
    """A way to go on in the web chat, where nothing stays on a phone."""
    if at.facts.get("channel") not in WITH_A_CHAT:
        return at.ask(note("no_chat_here"))
    turn = at.ask(note("go_on_in_the_web_chat"))
    return replace(turn, effects=(*turn.effects, "link"))


def get_help(at: Situation) -> Turn:
    """Who can help now; then the same question again, at the same place."""
    return at.ask(Cue("help", "help"))


def why(at: Situation) -> Turn:
    """Why this is asked."""
    return at.ask(Cue("why", at.waiting.name, at.conversation.flow))


def start(at: Situation) -> Turn:
    """Opens or resumes; never resets."""
    if at.flow.name == FIRST_FLOW and at.conversation.aside in {None, LANGUAGE}:
        return at.but(aside=None).arrive()
    return at.but(aside=None).ask(note("welcome_back"))


def restart(at: Situation) -> Turn:
    """From the first menu again; asked first where answers that nobody has yet are deleted by it."""
    if not at.conversation.answers or not at.flow.is_drafted:
        return at.anew(FIRST_FLOW).arrive()
    return at.but(aside="restarting").ask()


def look(at: Situation) -> Turn:
    """The same again, nothing said."""
    return at.ask()


def back(at: Situation) -> Turn:
    """The question before this one, its answer kept until another is given."""
    if at.conversation.aside:
        return start(at)
    asked = [name for name in at.position.kept if isinstance(at.flow.by_name[name], Question)]
    if at.conversation.changing in asked:
        asked = asked[: asked.index(at.conversation.changing)]
    return at.change(asked[-1]) if asked else at.ask(note("first_question"))


def skip(at: Situation) -> Turn:
    """Skipping is an answer."""
    step = at.waiting
    if not isinstance(step, Question) or (step.required and RATHER_NOT not in step.closed):
        reason = () if at.aside or isinstance(step, Review) else (Cue("why", step.name, at.conversation.flow),)
        return at.ask(note("needed"), *reason)
    return at.keep(step, RATHER_NOT if step.required else None)


def language(at: Situation) -> Turn:
    """Asks in which language to go on, where there is more than one."""
    return at.but(aside=LANGUAGE).ask() if len(at.spoken.offered) > 1 else at.ask(note("one_language"))


def privacy(at: Situation) -> Turn:
    """Who answers for what is told here, and what one may ask of them; then the same question again."""
    return at.ask(Cue("privacy", "privacy"))


def done(at: Situation) -> Turn:
    """Ends a several-choice. What is read back is not sent by it."""
    step = at.waiting
    if not isinstance(step, Several):
        return at.ask(note("not_sent_yet" if isinstance(step, Review) else "not_understood"))
    return at.keep(step, at.conversation.picking) if at.conversation.picking else at.ask(note("choose_one"))


def keep(at: Situation) -> Turn:
    """Leave the answer that was to be changed as it is."""
    if at.conversation.changing is None:
        return at.ask(note("not_understood"))
    return at.but(changing=None, picking=()).ask(note("kept_as_it_is"))


def review(at: Situation) -> Turn:
    """To the read-back: every question not yet answered is skipped; what was said stays said."""
    early = at.early_read_back()
    if at.aside or early is None:
        return at.ask(note("needed"))
    answers = {**at.conversation.answers, **early.kept}
    return at.but(answers=answers, changing=None, picking=()).ask()


COMMANDS: Mapping[str, Callable[[Situation], Turn]] = {
    "stop": stop,
    "pause": pause,
    "erase": erase,
    "clear": clear,
    "messages": messages,
    "web": web,
    "help": get_help,
    "why": why,
    "start": start,
    "restart": restart,
    "look": look,
    "back": back,
    "skip": skip,
    "done": done,
    "keep": keep,
    "review": review,
    "language": language,
    "privacy": privacy,
}
# A press of these is obeyed however old its button is: they leave, keep or help, and change no answer.
EVER_VALID = frozenset({"stop", "pause", "help", "start", "erase", "language", "clear", "privacy"})
