"""One exchange: what one person said, and what follows from it, inside the transaction that handles it.

Reading, engine and rendering are pure and do the talking; here they are given what they must know (facts), and what
they decided is carried out (effects).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from random import Random

from sqlalchemy import Connection

from bot import facts
from bot.conversation import Conversation
from bot.doors import DOORS, NOT_OPENED, Door, opened_by
from bot.drafts import Draft
from bot.effects import EFFECTS
from bot.engine import Engine
from bot.facts import Asking
from bot.flagging import flagged, heard_first
from bot.from_desk import TALK
from bot.hearing import answering, safety_signs
from bot.hearing.safety_hearing import is_long_enough
from bot.hearing.safety_rules import Rules
from bot.laws import NONCE_CHARS
from bot.mentions import mentions
from bot.messages import LOOKED_AT, Document, Inbound, Reply
from bot.moment import Moment, Service, Values
from bot.posting.chat_stay import chosen_stay
from bot.posting.desk_post import talk_fact
from bot.reading import command, is_our_own, understand
from bot.referrals.proposing import BRINGS
from bot.referrals.tallying import ending
from bot.rendering import asked, render
from bot.service_lines import service_lines
from bot.situation import FIRST_FLOW, Situation
from bot.spoken import other_names
from bot.steps import Answers, Bring, Code, FactValue
from bot.turn import Cue, Said, Turn
from content.words import Words
from policy.chat_messages import Stays
from policy.danger import HEARD_EVERYWHERE
from storage import tallies
from storage.codes import normalise
from storage.receipts import Receipt
from storage.secrets import IntakeSecrets

NONCE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
# Notes with which a new conversation greets what is no answer to anything.
GREETED_WITH = {"press": ("stale_button",), "media": ("no_media",), "link": ("link_passed",), "too_fast": ("too_fast",)}
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
    is_sent: bool = False
    """Whether what was said has become a case."""


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
        door = self._door(draft)
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
        turn = flagged(turn, self.inbound.text, self._signs(draft.conversation.language))
        draft = self._with_consents(draft, turn)
        return self._outcome(draft, turn, {}, moved_from)

    def visit(
        self, draft: Draft, act: Callable[[Situation], Turn | None], brings: Values | None = None
    ) -> Outcome | None:
        """Something happens in this chat that its person did not ask for; None when it has nothing to say here.

        `brings` are values that the words about it may mention.
        """
        self._recall(draft)
        turn = act(self._at(draft.conversation))
        return None if turn is None else self._outcome(draft, turn, brings or {})

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
            return Outcome(replies, None, moved_from, clears, is_sent="hand_over" in turn.effects)
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
        said = understand(self.inbound, at, words, answering.load(words.language).find)
        return heard_first(said, at.waiting, self.rules)

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
        under_way = draft if draft and draft.conversation.flow in self.engine.flows else None
        words = self.engine.spoken.words(draft.conversation.language if draft else self.language)
        return opened_by(self.inbound, under_way, self._asking({}, words))

    def _at_the_door(self, draft: Draft | None, door: Door) -> tuple[Draft, Turn]:
        """On to what the code opens, as if typed there; or that it opens nothing. Whoever is new is greeted."""
        greeting: tuple[Cue, ...] = ()
        if draft is None or draft.conversation.flow not in self.engine.flows:
            draft, _ = self._begin()
            draft = replace(draft, conversation=replace(draft.conversation, aside=None))
            greeting = tuple(each for each in self._at(draft.conversation).arrive().cues if each.kind == "say")
        if door.name not in DOORS:
            return draft, self._at(draft.conversation).ask(*greeting, NOT_OPENED[door.name])
        answers = {DOORS[door.name][0]: door.code}
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

    def _signs(self, language: str) -> tuple[str, ...]:
        """The kinds of danger that what was typed may be a sign of."""
        return self._signs_in(language, self.inbound.text) if self.inbound.kind == "text" else ()

    def _signs_in(self, language: str, said: str) -> tuple[str, ...]:
        hears = is_long_enough(said) and not is_our_own(said, self.engine.spoken.words(language))
        return safety_signs.in_any(said, self.rules, hears=hears, spoken=language, heard_too=HEARD_EVERYWHERE)

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
        held, words = turn.conversation or draft.conversation, self._words_after(draft, turn)
        asking = self._asking(turn.position.kept if turn.position is not None else held.answers, words)
        values = mentions(asking, self.inbound, draft, turn, self.service, self.stays)
        values["languages"] = other_names(self.engine.spoken.offered, words.language)
        said = (self.tx, self.person, draft, turn, self.engine.flows, words, self.service)
        moment = Moment(*said, self.secrets, self.random, self.now, partial(self._signs_in, words.language))
        for effect in turn.effects:
            values |= EFFECTS[effect](moment)
        return values, moment.documents

    def _facts(self, conversation: Conversation) -> dict[str, FactValue]:
        asking = self._asking(conversation.answers, self._words(conversation))
        return {**facts.read(self.engine.flows[conversation.flow], asking), "channel": self.inbound.channel}

    def _asking(self, answers: Answers, words: Words) -> Asking:
        here = (self.tx, self.inbound.channel, self.person)
        return Asking(*here, answers, self.secrets.pepper, self.now, words, self.receipts)
