"""One exchange: what one person said, and what follows from it, inside the transaction that handles it.

Reading, engine and rendering are pure and do the talking; here they are given what they must know (facts), and what
they decided is carried out (effects).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from sqlalchemy import Connection

from bot import answering, facts, safety_signs
from bot.chat_stay import chosen_stay, messages_go
from bot.conversation import Conversation
from bot.days import by_day, day_of
from bot.desk_post import talk_fact
from bot.drafts import Draft
from bot.effects import EFFECTS
from bot.engine import Engine
from bot.facts import Asking, code_digest, find_case, link_digest
from bot.from_desk import TALK
from bot.help_now import help_values
from bot.laws import NONCE_CHARS
from bot.messages import LOOKED_AT, Document, Inbound, Reply
from bot.moment import Moment, Service, Values
from bot.proposing import BRINGS
from bot.reading import command, understand
from bot.rendering import asked, render
from bot.safety_rules import Rules
from bot.service_lines import area_line, service_lines
from bot.situation import FIRST_FLOW, Situation
from bot.spoken import other_names
from bot.steps import Answers, Bring, Code, FactValue
from bot.tallying import ending
from bot.turn import Cue, Said, Turn, note
from content import safety
from content.words import Words
from policy.chat_messages import Stays
from policy.retention import LINK
from storage import cases, clocks, conversations, tallies
from storage.codes import normalise
from storage.receipts import Receipt
from storage.secrets import IntakeSecrets


def is_idle(draft: Draft | None) -> bool:
    """Whether no conversation is under way that a code typed now could belong to: nothing is, or the first menu."""
    return draft is None or (draft.conversation.flow == FIRST_FLOW and not draft.conversation.desk)


CONSENT_TO_KEEP = "keep_answers"
MOST_QUOTED = 500  # characters of somebody's own words that a flag holds
NONCE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
# Notes with which a new conversation greets what is no answer to anything.
GREETED_WITH = {"press": ("stale_button",), "media": ("no_media",), "link": ("link_passed",)}
NOT_OPENED = {
    "too_many": Cue("say", "too_many_tries", "my_referral"),
    "wrong": note("wrong_code"),
    "under_way": note("link_waits"),
}
# What is obeyed even where nothing is kept of a person, and there is nothing to stop.
OBEYED_AT_ONCE = frozenset({"stop", "help", "erase", "language", "clear", "messages", "privacy"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from what was said."""

    replies: list[Reply]
    draft: Draft | None
    """What is remembered; None: nothing of this person is kept."""
    moved_from: bytes | None = field(default=None, repr=False)
    """Where this conversation was held until now, if it was found again by its code from somewhere else."""
    clears: bool = False
    """Whether what stands in their chat goes, and what was still to be said to them goes unsaid."""
    stays: Stays | None = None
    """How long messages are to stay from now on, where that was chosen."""


@dataclass(frozen=True, slots=True)
class Door:
    """What a code or a link leads to, from outside of any conversation."""

    name: str = ""
    """A flow in `bot.facts.DOORS`, or why it is not opened: a name in `NOT_OPENED`; empty: there is no door here."""
    code: str = field(default="", repr=False)
    """What opens it."""
    moved_from: bytes | None = field(default=None, repr=False)
    """Whose conversation is found again."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One thing that came in, and all that is needed to answer it."""

    engine: Engine
    service: Service
    secrets: IntakeSecrets
    random: Random
    language: str
    """What the chat starts in."""
    rules: tuple[Rules, ...]
    tx: Connection
    inbound: Inbound
    person: bytes = field(repr=False)
    now: datetime
    draft_of: Callable[[bytes], Draft | None] = field(repr=False)
    """What is remembered of somebody, as it stands by now."""
    stays: Stays = "soon"
    """How long messages stay in this person's chat."""
    receipts: dict[str, Receipt | None] = field(default_factory=dict, repr=False)

    def respond(self, draft: Draft | None) -> Outcome:
        """The replies, and what is remembered from now on."""
        door = self._linked(draft) if self.inbound.kind == "link" else self._door(draft)
        moved_from = door.moved_from
        if moved_from and (found := self.draft_of(moved_from)):
            draft = self._moved_here(found)
            self._recall(draft)
            turn = self._receive(draft, Said(command="start"))
        elif door.name:
            draft, turn = self._at_the_door(draft, door)
        elif draft is None or draft.conversation.flow not in self.engine.flows:
            draft, turn = self._begin()
        else:
            self._recall(draft)
            turn = self._receive(draft)
        turn = self._with_brought(self._with_new_facts(draft, turn))
        turn = self._with_signs(turn, draft.conversation.language)
        draft = self._with_consents(draft, turn)
        return self._outcome(draft, turn, {}, moved_from)

    def visit(self, draft: Draft, act: Callable[[Situation], Turn | None], brings: Values = {}) -> Outcome | None:  # noqa: B006 (never written)
        """Something happens in this chat that its person did not ask for; None when it has nothing to say here.

        `brings` are values that the words about it may mention.
        """
        self._recall(draft)
        turn = act(self._at(draft.conversation))
        return None if turn is None else self._outcome(draft, turn, brings)

    def begun(self, draft: Draft | None, case_id: str, language: str) -> Draft:
        """The draft, or a new one in this language where nothing is kept, in which the desk begins something."""
        if draft is None or draft.conversation.flow not in self.engine.flows:
            draft, _ = self._begin()
            spoken = language if language in self.engine.spoken.offered else self.language
            draft = replace(draft, conversation=replace(draft.conversation, language=spoken, aside=None))
        return replace(draft, desk_case=case_id)

    def _outcome(self, draft: Draft, turn: Turn, brings: Values, moved_from: bytes | None = None) -> Outcome:
        values, documents = self._values(draft, turn)
        values |= brings
        words = self._words_after(draft, turn)
        if turn.is_silent and self.inbound.channel not in LOOKED_AT:
            turn = replace(turn, ask=None, cues=tuple(cue for cue in turn.cues if cue.kind != "note"))
        replies = render(turn, draft.conversation.nonce, self.engine.flows, words, values)
        for document in documents:
            replies[-1] = replace(replies[-1], document=document)
        edited = self.inbound.message if self.inbound.kind == "press" else None
        replies = [replace(each, edits=edited) if each.edits else each for each in replies]
        moved_from = moved_from if moved_from != self.person else None
        clears, stays = "clear" in turn.effects, chosen_stay(turn.effects)
        if turn.conversation is None:
            self._count_ending(draft.conversation, turn)
            return Outcome(replies, None, moved_from, clears)
        code = values.get("return_code", draft.return_code)
        receipts = self._derived(turn.conversation)
        draft = replace(draft, conversation=turn.conversation, return_code=code, receipts=receipts)
        return Outcome(replies, draft, moved_from, clears, stays)

    def _receive(self, draft: Draft, said: Said | None = None) -> Turn:
        at = self._at(draft.conversation, draft.desk_case)
        return self.engine.receive(at, said or self._understood(at))

    def _at(self, conversation: Conversation, desk_case: str = "") -> Situation:
        known = self._facts(conversation)
        if conversation.desk:
            known[TALK] = talk_fact(self.tx, desk_case)
        return self.engine.at(conversation, known)

    def _understood(self, at: Situation) -> Said:
        words = self._words(at.conversation)
        return understand(self.inbound, at, words, answering.load(words.language).find)

    def _count_ending(self, before: Conversation, turn: Turn) -> None:
        """Of what is collected to be sent, it is counted where the collecting ended: by no name, and by the month."""
        if self.engine.flows[before.flow].is_drafted:
            at = self.engine.at(before, self._facts(before))
            tallies.note_ending(self.tx, *ending(at, turn), self.now)

    def _words(self, conversation: Conversation) -> Words:
        return self.engine.spoken.words(conversation.language)

    def _words_after(self, draft: Draft, turn: Turn) -> Words:
        """In the language that is spoken once this turn is over."""
        ended_in = turn.language or draft.conversation.language
        return self.engine.spoken.words(turn.conversation.language if turn.conversation else ended_in)

    def _begin(self) -> tuple[Draft, Turn]:
        """Nothing is kept of this person: begin, whatever was said; an old Stop is still obeyed."""
        nonce = "".join(self.random.choices(NONCE_ALPHABET, k=NONCE_CHARS))
        spoken = self.engine.spoken
        said = command(self.inbound, spoken.words(self.language))
        notes = GREETED_WITH.get(self.inbound.kind, ()) if said is None else ()
        known = self._facts(Conversation(FIRST_FLOW, nonce, language=self.language))
        suggested = spoken.suggested(self.inbound.language)
        turn = self.engine.begin(nonce, known, self.language, *notes, suggested=suggested)
        assert turn.conversation is not None  # noqa: S101 (a beginning is always a conversation)
        draft = Draft(turn.conversation, self.inbound.channel, self.inbound.address)
        if said in OBEYED_AT_ONCE:
            turn = self.engine.receive(self.engine.at(turn.conversation, known), Said(command=said))
        elif self.inbound.kind == "text":
            asked = self._understood(self.engine.at(draft.conversation, known)).asked[:1]
            turn = replace(turn, cues=(*turn.cues, *(Cue("answer", topic) for topic in asked)))
        return draft, turn

    def _door(self, draft: Draft | None) -> Door:
        """What a code of four words leads to, typed while no other conversation is open (`bot.facts.door_of`)."""
        pepper, found = self.secrets.pepper, None
        code = normalise(self.inbound.text) if self.inbound.kind == "text" and is_idle(draft) else None
        if code is None:
            return Door()

        def finds() -> bool:
            nonlocal found
            found = conversations.redeem_code(self.tx, code_digest(pepper, code))
            return found is not None

        door = facts.door_of(self._trying(code, draft), finds)
        return Door("" if door == facts.RETURNED else door, self.inbound.text.strip(), found)

    def _linked(self, draft: Draft | None) -> Door:
        """What a link leads to: the conversation it was made for, or what was proposed, unless another is open."""
        since = (self.now - LINK).timestamp()
        if moved := conversations.redeem_code(self.tx, link_digest(self.secrets.pepper, self.inbound.text), since):
            return Door(moved_from=moved)
        verdict, code = facts.link_of(self._trying(self.inbound.text, draft))
        if verdict == "wrong":
            return Door()  # that it has passed is said wherever the person is
        under_way = draft if draft and draft.conversation.flow in self.engine.flows and not is_idle(draft) else None
        if under_way and code and normalise(str(under_way.conversation.answers.get("confirm_code"))) == code:
            return Door(moved_from=self.person)  # opened before, and not finished: on from there
        return Door("confirm_referral" if code and not under_way else "under_way" if code else verdict, code)

    def _trying(self, code: str, draft: Draft | None) -> Asking:
        words = self.engine.spoken.words(draft.conversation.language if draft else self.language)
        return self._asking({facts.ANY_CODE: code}, words)

    def _at_the_door(self, draft: Draft | None, door: Door) -> tuple[Draft, Turn]:
        """On to what the code opens, as if typed there; or that it opens nothing. Whoever is new is greeted."""
        greeting: tuple[Cue, ...] = ()
        if draft is None or draft.conversation.flow not in self.engine.flows:
            draft, _ = self._begin()
            draft = replace(draft, conversation=replace(draft.conversation, aside=None))
            greeting = tuple(each for each in self._at(draft.conversation).arrive().cues if each.kind == "say")
        if door.name not in facts.DOORS:
            return draft, self._at(draft.conversation).ask(*greeting, NOT_OPENED[door.name])
        answers = {facts.DOORS[door.name][0]: door.code}
        draft = replace(draft, conversation=replace(draft.conversation, flow=door.name, answers=answers, aside=None))
        return draft, self._at(draft.conversation).arrive(*greeting)

    def _recall(self, draft: Draft) -> None:
        """What was derived earlier in this conversation need not be derived again."""
        self.receipts.update({code: Receipt(master) for code, master in draft.receipts.items()})

    def _derived(self, conversation: Conversation) -> dict[str, bytes]:
        """Of each code that this conversation holds, what it was derived to."""
        asked = (step.name for step in self.engine.flows[conversation.flow].questions if isinstance(step, Code))
        codes = (normalise(str(conversation.answers.get(name) or "")) for name in asked)
        return {code: found.master for code in codes if code and (found := self.receipts.get(code))}

    def _moved_here(self, found: Draft) -> Draft:
        """A conversation found again goes on where the person is now; its code is used up."""
        return replace(found, channel=self.inbound.channel, address=self.inbound.address, return_code="", salt=b"")

    def _with_new_facts(self, draft: Draft, turn: Turn) -> Turn:
        """What was said may have made a fact known, as a code does: then what waits is looked at once more."""
        before, after = draft.conversation, turn.conversation
        if after is None and turn.position is not None:  # even an end may turn out to be another one
            flow = self.engine.flows[turn.cues[-1].flow]
            answers = {name: answer for name, answer in turn.position.kept.items() if name not in flow.facts}
            language = turn.language or before.language
            after = replace(before, flow=flow.name, answers=answers, changing=None, picking=(), language=language)
        if after is None or (before.flow == after.flow and before.answers == after.answers):
            return turn
        if not self.engine.flows[after.flow].asks_the_world:
            return turn
        found = self.engine.at(after, self._facts(after)).arrive()
        return replace(found, agreed=turn.agreed)

    def _with_brought(self, turn: Turn) -> Turn:
        """Where answers are to come from outside, they come now; then what waits after them is looked at."""
        conversation, position = turn.conversation, turn.position
        if conversation is None or position is None or not isinstance(position.step, Bring):
            return turn
        at = self.engine.at(conversation, self._facts(conversation))
        return replace(
            at.bring(BRINGS[position.step.name](self._asking(position.kept, self._words(conversation)))),
            agreed=turn.agreed,
        )

    def _with_signs(self, turn: Turn, language: str) -> Turn:
        """Signs of danger in what was typed add a card and, where words may be kept, a flag. They move nothing."""
        is_typed = self.inbound.kind == "text" and command(self.inbound, self.engine.spoken.words(language)) != "stop"
        kinds = safety_signs.in_any(self.inbound.text, self.rules) if is_typed else ()
        if not kinds:
            return turn
        turn = replace(turn, cues=(Cue("safety", kinds[0]), *turn.cues))
        conversation = turn.conversation
        if conversation is None or conversation.answers.get(CONSENT_TO_KEEP) != "yes":
            return turn
        said = self.inbound.text.strip()[:MOST_QUOTED]
        signs = dict.fromkeys((*conversation.signs, *((kind, said) for kind in kinds)))
        return replace(turn, conversation=replace(conversation, signs=tuple(signs)))

    def _with_consents(self, draft: Draft, turn: Turn) -> Draft:
        if not turn.agreed:
            return draft
        flow, at = draft.conversation.flow, self.now.isoformat()
        words = self._words(draft.conversation)
        lines = service_lines(self.service.values, words)
        wording = {name: (asked(flow, name, words, lines), at) for name in turn.agreed}
        return replace(draft, agreed={**draft.agreed, **wording})

    def _values(self, draft: Draft, turn: Turn) -> tuple[Values, list[Document]]:
        """What the words may mention and what goes with them, with the effects carried out that some of it is from."""
        held = turn.conversation or draft.conversation
        words = self._words_after(draft, turn)
        answers = turn.position.kept if turn.position is not None else held.answers
        values: Values = {**service_lines(self.service.values, words), "typed_chars": str(len(self.inbound.text))}
        values["area_line"] = area_line(answers, self.service.areas, words)
        values["languages"] = other_names(self.engine.spoken.offered, words.language)
        values["messages_go"] = messages_go(self.inbound.channel, self.stays, words)
        if any(cue.kind != "note" for cue in turn.cues):
            kinds = [cue.name for cue in turn.cues if cue.kind == "safety"] + [kind for kind, _ in held.signs]
            also = [need for kind in kinds for need in safety.needs(words.language, kind)]
            values |= help_values(answers, words, *also, now=self.now)
        if note("nothing_open") in turn.cues:
            values["what_was_sent"] = self._what_was_sent(words)
        if any(cue.flow == "my_referral" for cue in turn.cues):
            values |= self._promise(answers, words)
        said = (self.tx, self.person, draft, turn, self.engine.flows, words, self.service)
        moment = Moment(*said, self.secrets, self.random, self.now)
        for effect in turn.effects:
            values |= EFFECTS[effect](moment)
        return values, moment.documents

    def _what_was_sent(self, words: Words) -> str:
        """Stop ends the chat and withdraws nothing: where something was sent from here, that is said."""
        sent = cases.latest_of(self.tx, self.person)
        return words.common("notes.sent_stays") if sent and sent.stage != cases.WITHDRAWN else ""

    def _promise(self, answers: Answers, words: Words) -> Values:
        """By when the next step is due. What was missed is admitted; where no day is set, that is said."""
        case = find_case(self._asking(answers, words))
        due, is_late = (clocks.next_open(self.tx, case.id) if case else None) or (None, False)
        step = words.common(f"next_step.{'late' if is_late else 'by' if due else 'open'}")
        next_step = words.fill(step, {"by_day": by_day(due, words)} if due else {})
        return {"next_step": next_step, "withdrawn_on": self._withdrawn_on(case, words)}

    def _withdrawn_on(self, case: cases.Found | None, words: Words) -> str:
        at = cases.withdrawn_at(self.tx, case.id) if case and case.stage == cases.WITHDRAWN else None
        return "" if at is None else day_of(at, words)

    def _facts(self, conversation: Conversation) -> dict[str, FactValue]:
        asking = self._asking(conversation.answers, self._words(conversation))
        return {**facts.read(self.engine.flows[conversation.flow], asking), "channel": self.inbound.channel}

    def _asking(self, answers: Answers, words: Words) -> Asking:
        here = (self.tx, self.inbound.channel, self.person)
        return Asking(*here, answers, self.secrets.pepper, self.now, words, self.receipts)
