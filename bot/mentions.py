"""What the words of a reply may mention: the service's own lines, help that fits, the day of the next step."""

from bot.days import by_day, day_of
from bot.drafts import Draft
from bot.facts import Asking, find_case
from bot.help_now import help_values
from bot.messages import Inbound
from bot.moment import Service, Values
from bot.posting.chat_stay import messages_go
from bot.service_lines import area_line, service_lines
from bot.turn import Turn, note
from content import safety
from policy.chat_messages import Stays
from storage import cases, clocks


def mentions(asking: Asking, inbound: Inbound, draft: Draft, turn: Turn, service: Service, stays: Stays) -> Values:
    """The values of this turn's placeholders, before its effects add theirs. `asking` holds what is answered by now."""
    words, answers = asking.words, asking.answers
    values: Values = {**service_lines(service.values, words), "typed_chars": str(len(inbound.text))}
    values["area_line"] = area_line(answers, service.areas, words)
    values["unsent"] = (turn.conversation or draft.conversation).unsent
    values["messages_go"] = messages_go(inbound.channel, stays, words)
    if any(cue.kind != "note" for cue in turn.cues):
        signs = (turn.conversation or draft.conversation).signs
        kinds = [cue.name for cue in turn.cues if cue.kind == "safety"] + [kind for kind, _ in signs]
        also = [need for kind in kinds for need in safety.needs(words.language, kind)]
        values |= help_values(answers, words, *also, now=asking.now)
    if note("nothing_open") in turn.cues:
        values["what_was_sent"] = _what_was_sent(asking)
    if any(cue.flow == "my_referral" for cue in turn.cues):
        values |= _promise(asking)
    return values


def _what_was_sent(asking: Asking) -> str:
    """Stop ends the chat and withdraws nothing: where something was sent from here, that is said."""
    sent = cases.latest_of(asking.tx, asking.person)
    return asking.words.common("notes.sent_stays") if sent and sent.stage != cases.WITHDRAWN else ""


def _promise(asking: Asking) -> Values:
    """By when the next step is due. What was missed is admitted; where no day is set, that is said."""
    case, words = find_case(asking), asking.words
    due, is_late = (clocks.next_open(asking.tx, case.id) if case else None) or (None, False)
    step = words.common(f"next_step.{'late' if is_late else 'by' if due else 'open'}")
    next_step = words.fill(step, {"by_day": by_day(due, words)} if due else {})
    return {"next_step": next_step, "withdrawn_on": _withdrawn_on(asking, case)}


def _withdrawn_on(asking: Asking, case: cases.Found | None) -> str:
    at = cases.withdrawn_at(asking.tx, case.id) if case and case.stage == cases.WITHDRAWN else None
    return "" if at is None else day_of(at, asking.words)
