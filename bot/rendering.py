"""Turning a turn into messages: cues and the question that waits, into the words and buttons of one language. Pure.

Every message begins with a neutral line, for that is what a lock screen shows, and carries Stop. What is told beside a
question has a message of its own where the two together would be longer than somebody under stress can take in.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import Conversation
from bot.flow import Flow, Position, Progress
from bot.laws import RESERVED
from bot.messages import Button, Document, Reply, Row
from bot.situation import ALSO_WRITTEN, ASKING
from bot.steps import Answer, Check, Code, Offer, OneOf, Part, Question, Review, Several, Step, Text, Writing
from bot.turn import Ask, Cue, Turn
from content.wording import MOST_WORDS
from content.words import Words

LEFT_OUT = frozenset({"leave_out", "send_now", None})
AT_AN_END = ("start", "clear", "stop", "help")


def render(turn: Turn, nonce: str, flows: Mapping[str, Flow], words: Words, values: Mapping[str, str]) -> list[Reply]:
    """The messages of this turn, in order. `values` fills the placeholders of the words."""
    replies = []
    notes = []
    if turn.ask and isinstance(turn.ask.step, Text):
        values = {**values, "max_chars": str(turn.ask.step.max_chars)}
    for cue in turn.cues:
        if cue.kind == "note":
            notes.append(words.fill(words.common(f"notes.{cue.name}"), values).strip())
        elif cue.kind == "safety":
            text = words.fill(words.text("safety", f"{cue.name}.say"), values)
            replies.append(_card(text, cue.name, ("stop", "help"), nonce, words))
        elif cue.kind == "why":
            notes.append(_why(cue, words))
        else:
            last = cue.kind == "end"
            standing = AT_AN_END if last else ("stop", "help")
            goes = [values["messages_go"]] if last and values["messages_go"] else []
            text = "\n\n".join([_said(cue, words, values), *goes])
            replies.append(_card(text, cue.name, standing, nonce, words))
    if turn.ask:
        replies += _question(turn.ask, turn.conversation, flows, words, values, notes)
    elif notes:
        replies.append(_card("\n\n".join(notes), "menu", AT_AN_END, nonce, words))
    return replies


def fault_reply(words: Words) -> Reply:
    """What is said when the fault is ours."""
    return _card(words.common("notes.fault"), "menu", AT_AN_END, "0", words)


def not_cleared_reply(words: Words) -> Reply:
    """What is said where messages of a chat could not be deleted."""
    return _card(words.common("notes.not_cleared"), "menu", AT_AN_END, "0", words)


def asked(flow: str, step: str, words: Words, values: Mapping[str, str]) -> str:
    """A question as it is shown, with its hint: the evidence of what somebody agreed to."""
    texts = (words.find(flow, f"{step}.{key}") for key in ("ask", "hint"))
    return "\n\n".join(filled for text in texts if text and (filled := words.fill(text, values)))


def file_of(step: Step, conversation: Conversation) -> str:
    """The content file in which the words of the waiting question stand: the engine's own are in that for all steps."""
    if step.name == ASKING:
        return "answers"
    return "common" if step.name in RESERVED else conversation.flow


def told_reply(text: str, words: Words, document: Document | None = None) -> Reply:
    """What is said without having been asked for: it belongs to no conversation."""
    return replace(_card(text, "menu", AT_AN_END, "0", words), document=document)


def answer_words(step: Step, answer: Answer, file: str, words: Words) -> str:
    """An answer as a person reads it."""
    if isinstance(step, Offer):
        return words.common("read_back.left_out")
    if answer is None:
        return words.common("read_back.not_answered")
    if isinstance(step, Text):
        return str(answer)
    if isinstance(answer, str):
        return option_words(step, answer, file, words)
    return ", ".join(option_words(step, option, file, words) for option in answer)


def option_words(step: Step, option: str, file: str, words: Words) -> str:
    """The label of an option: that of the thing it stands for now, or the one it always has."""
    held = dict(step.held).get(option) if isinstance(step, OneOf) else None
    return held.label if held else words.option(file, step.name, option)


def read_back(position: Position) -> list[tuple[Question, Answer]]:
    """What the read-back lists and the case holds: every answer met; of what only steers, what was left out."""
    listed = []
    for name, answer in position.kept.items():
        step = position.asked.get(name)
        if step is None or isinstance(step, (Review, Code)):
            continue
        if isinstance(step, Offer) and answer not in LEFT_OUT:
            continue
        listed.append((step, answer))
    return listed


def read_back_lines(position: Position, conversation: Conversation) -> tuple[str, ...]:
    """The name of each line of the read-back, in its order."""
    also = (ALSO_WRITTEN,) if conversation.signs else ()
    return (*(step.name for step, _ in read_back(position)), *also)


def _question(
    ask: Ask,
    conversation: Conversation | None,
    flows: Mapping[str, Flow],
    words: Words,
    values: Mapping[str, str],
    notes: list[str],
) -> list[Reply]:
    """The question, with the notes in it, or after them where both together would be too long."""
    assert conversation is not None  # noqa: S101 (a question is only ever asked in a conversation)
    step, nonce, flow = ask.step, conversation.nonce, flows[ask.flow]
    file = file_of(step, conversation)
    progress = flow.progress(ask.position)
    values = {**values, "about": str(progress.about), "part": str(progress.part), "parts": str(progress.parts)}
    rows = _rows(flow, ask, conversation, words) if isinstance(step, Review) else ()
    hint = words.find(file, f"{step.name}.hint")
    if hint is None and isinstance(step, Several):
        hint = words.common("notes.type_numbers")
    asks = [words.fill(text, values) for text in (words.text(file, f"{step.name}.ask"), hint) if text]
    alone, beside = ("\n\n".join(notes), []) if len(" ".join([*notes, *asks]).split()) > MOST_WORDS else ("", notes)
    text = [
        _first_line(step, conversation, progress, words, is_drafted=flow.is_drafted),
        *beside,
        *filter(None, asks),
        *([_lines(rows, words)] if rows else []),
        *([_held(step, words)] if isinstance(step, OneOf) else []),
    ]
    question = Reply(
        text="\n\n".join(text),
        options=_options(step, conversation, file, words),
        standing=_standing(ask.standing, step.name, nonce, words, values, removes=conversation.changing == step.name),
        rows=rows,
        asks=step.name,
        typed=isinstance(step, Text) and not isinstance(step, Check),  # there Send comes first
        edits="pressed" if ask.again else None,
        language=words.language,
    )
    return [_card(alone, step.name, ("stop", "help"), nonce, words), question] if alone else [question]


def _options(step: Question, conversation: Conversation, file: str, words: Words) -> tuple[Button, ...]:
    nonce, name, picking = conversation.nonce, step.name, conversation.picking
    numbered = not isinstance(step, (Review, Writing))
    buttons = []
    for number, option in enumerate(step.closed, 1):
        chosen = option in picking
        data = _data(nonce, name, f"-{option}" if chosen else option)
        buttons.append(Button(data, option_words(step, option, file, words), number if numbered else None, chosen))
    return tuple(buttons)


def _rows(flow: Flow, ask: Ask, conversation: Conversation, words: Words) -> tuple[Row, ...]:
    lines = [
        (step.name, words.text(flow.name, f"{step.name}.short"), _said_by(step, answer, flow, conversation, words))
        for step, answer in read_back(ask.position)
    ]
    if conversation.signs:
        written = " / ".join(dict.fromkeys(said for _, said in conversation.signs))
        lines.append((ALSO_WRITTEN, words.common("read_back.also_written"), written))
    nonce, step, change = conversation.nonce, ask.step.name, words.common("read_back.change")
    return tuple(
        Row(short, answer, Button(_data(nonce, step, name), words.fill(change, {"number": str(number)}), number))
        for number, (name, short, answer) in enumerate(lines, 1)
    )


def _said_by(step: Question, answer: Answer, flow: Flow, conversation: Conversation, words: Words) -> str:
    said, who = answer_words(step, answer, flow.name, words), conversation.brought.get(step.name)
    if who is None or answer is None:
        return said
    return words.fill(words.common(f"read_back.said_by.{who}"), {"answer": said})


def _lines(rows: tuple[Row, ...], words: Words) -> str:
    return "\n".join(row_as_text(each, words) for each in rows)


def row_as_text(row: Row, words: Words) -> str:
    """A line of the read-back, where it stands in a text."""
    values = {"number": str(row.change.number), "short": row.short, "answer": row.answer}
    return words.fill(words.common("read_back.line"), values)


def _held(step: OneOf, words: Words) -> str:
    """What is told beside each option, under the number it has."""
    line = words.common("read_back.line")
    return "\n\n".join(
        line.format(number=number, short=held.label, answer=held.about) for number, (_, held) in enumerate(step.held, 1)
    )


def _first_line(
    step: Question, conversation: Conversation, progress: Progress, words: Words, *, is_drafted: bool
) -> str:
    steers = isinstance(step, Offer) and not isinstance(step, Part)
    if step.name in RESERVED or not is_drafted or steers:
        key = "aside"
    elif isinstance(step, Review) or conversation.changing == step.name:
        key = "read_back"
    elif isinstance(step, Part):
        key = "offer"
    else:
        key = "part" if progress.part else "needed"
    numbers = {"number": progress.number, "about": progress.about, "part": progress.part, "parts": progress.parts}
    return words.fill(words.common(f"progress.{key}"), {name: str(number) for name, number in numbers.items()})


def _card(text: str, step: str, standing: tuple[str, ...], nonce: str, words: Words) -> Reply:
    first = words.common("progress.aside")
    buttons = _standing(standing, step, nonce, words, {})
    return Reply(f"{first}\n\n{text}", standing=buttons, language=words.language)


def _said(cue: Cue, words: Words, values: Mapping[str, str]) -> str:
    if cue.kind == "privacy":
        return words.fill(words.common("privacy.say"), values)
    if cue.kind == "help":
        return "\n\n".join(words.fill(words.common(f"help.{key}"), values) for key in ("head", "lines", "tail"))
    is_answer = cue.kind == "answer"
    text = words.text("answers", f"{cue.name}.answer") if is_answer else words.text(cue.flow, f"{cue.name}.say")
    paragraphs = words.fill(text, values).split("\n\n")
    return "\n\n".join(filter(None, map(str.strip, paragraphs)))  # there may be no phone number, or no link, to give


def _why(cue: Cue, words: Words) -> str:
    own = words.find(cue.flow, f"{cue.name}.why") or words.find(cue.flow, "why")
    return own or words.common("notes.why_default")


def _standing(
    names: tuple[str, ...],
    step: str,
    nonce: str,
    words: Words,
    values: Mapping[str, str],
    *,
    removes: bool = False,
) -> tuple[Button, ...]:
    buttons = []
    for name in names:
        label = words.common(f"standing.{'remove' if removes and name == 'skip' else name}").format_map(values)
        buttons.append(Button(_data(nonce, step, f"_{name}"), label))
    return tuple(buttons)


def _data(nonce: str, step: str, option: str) -> str:
    return f"v1:{nonce}:{step}:{option}"
