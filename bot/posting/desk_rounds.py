"""The intake's rounds for the desk: tells people that there is a message, and gives chats back when a talk is over.

Here may live what the intake does without anybody saying anything to it. Each round is one commit: what is to be said
is put into the outbox in it, so that a kill at any moment loses nothing and asks nobody twice.
"""

from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

import structlog
from sqlalchemy import Connection

from bot import from_desk
from bot.drafts import Draft
from bot.exchange import Exchange, Outcome
from bot.intake import Intake
from bot.posting import desk_post, if_late
from bot.situation import GOOD_TIME, TALKING
from storage import addresses, cases, desk_messages, talks
from storage.addresses import Address
from storage.desk_messages import ASKED, ASKED_AGAIN, GONE, LATER, LEFT, DeskMessage
from storage.sealing import SealBroken

log = structlog.get_logger("desk rounds")
BUSY_FOR = timedelta(minutes=5)
"""How long a message waits while the same chat is taken up with another case."""


def go_round(intake: Intake, now: datetime) -> bool:
    """One round; whether there was anything to do."""
    with intake.database.read() as tx:
        if not (
            desk_messages.due(tx, now, 1)
            or desk_messages.held_until(tx, now, 1)
            or talks.ending(tx)
            or _idle(intake, tx, now)
        ):
            return False
    with intake.database.begin() as tx:
        for talk in _idle(intake, tx, now):
            talks.end(tx, talk.case_id, talks.IDLE, now)
        for talk in talks.ending(tx):
            _hang_up(intake, tx, talk.case_id, now)
            talks.over(tx, talk.id)
            if cases.is_closed(tx, talk.case_id):
                addresses.forget(tx, talk.case_id)
        for message in desk_messages.held_until(tx, now):
            if_late.let_go(tx, message, intake.secrets.letterbox, intake.service.working_time, now)
        due = sorted(desk_messages.due(tx, now), key=attrgetter("case_id", "id"))
        for case_id, messages in groupby(due, key=attrgetter("case_id")):
            tell = _say_last if cases.is_erased(tx, case_id) else _tell
            tell(intake, tx, case_id, list(messages), now)
    return True


def _idle(intake: Intake, tx: Connection, now: datetime) -> list[talks.Talk]:
    return list(talks.idle(tx, (now - intake.service.talk_idle).timestamp()))


def _address(intake: Intake, tx: Connection, case_id: str) -> Address | None:
    try:
        return addresses.find(tx, case_id, intake.secrets.seal)
    except SealBroken:
        log.error("address cannot be opened")
        return None


def _hang_up(intake: Intake, tx: Connection, case_id: str, now: datetime) -> None:
    to = _address(intake, tx, case_id)
    if to is None:
        return

    def act(exchange: Exchange, draft: Draft | None) -> Outcome | None:
        if draft is None or draft.desk_case != case_id or draft.conversation.desk != TALKING:
            return None
        return exchange.visit(draft, from_desk.hang_up)

    intake.visit(tx, to, now, act)


def _tell(intake: Intake, tx: Connection, case_id: str, messages: list[DeskMessage], now: datetime) -> None:
    """Tell of these, if now is a safe time; else at the next one."""
    ready = [message for message in messages if _is_ready(intake, tx, message, now)]
    to = _address(intake, tx, case_id)
    if to is None or not cases.is_open(tx, case_id):
        desk_messages.settle(tx, [message.id for message in ready], LEFT if to is None else GONE, now)
        return
    if not ready:
        return
    private = intake.secrets.letterbox.private
    ids = [message.id for message in ready]

    def act(exchange: Exchange, draft: Draft | None) -> Outcome | None:
        state = draft.conversation.desk if draft else None
        if draft is not None and state is not None and draft.desk_case != case_id:
            desk_messages.put_off(tx, ids, (now + BUSY_FOR).timestamp())
            return None
        if draft is not None and state == TALKING and desk_post.talk_fact(tx, case_id) == "open":
            talks.touch(tx, case_id, now)
            words = "\n\n".join(desk_post.take_out(tx, ready, private, now))
            return exchange.visit(draft, from_desk.pass_on, {"desk_words": words})
        again = [message.id for message in ready if message.state == LATER]
        desk_messages.settle(tx, again, ASKED_AGAIN, now)
        desk_messages.settle(tx, [each for each in ids if each not in again], ASKED, now)
        if draft is not None and state == GOOD_TIME:  # asked already: these come along with the answer
            return None
        language = desk_post.open_message(ready[0], private).language
        return exchange.visit(exchange.begun(draft, case_id, language), from_desk.announce)

    intake.visit(tx, to, now, act)


def _say_last(intake: Intake, tx: Connection, case_id: str, messages: list[DeskMessage], now: datetime) -> None:
    """Staff have erased what was held of this person, who asked for it: they are told so if now is still a safe time,
    and where that was is forgotten, whether or not."""
    ready, to = [message for message in messages if _is_ready(intake, tx, message, now)], _address(intake, tx, case_id)
    private = intake.secrets.letterbox.private

    def act(exchange: Exchange, draft: Draft | None) -> Outcome | None:
        if draft is None or draft.conversation.flow not in exchange.engine.flows:
            draft = exchange.begun(None, case_id, desk_post.open_message(ready[0], private).language)
        is_beside = draft.conversation.desk is not None and draft.desk_case != case_id
        return exchange.visit(draft, from_desk.last_word_beside if is_beside else from_desk.last_word)

    if ready and to is not None:
        intake.visit(tx, to, now, act)
    addresses.forget(tx, case_id)
    desk_messages.settle(tx, [message.id for message in messages], GONE, now)


def _is_ready(intake: Intake, tx: Connection, message: DeskMessage, now: datetime) -> bool:
    """Whether it may be told of now. What may not waits for its next safe time, or is left when there is none."""
    try:
        opened = desk_post.open_message(message, intake.secrets.letterbox.private)
    except SealBroken:
        desk_messages.settle(tx, [message.id], GONE, now)
        return False
    if opened.may_be_told_at(now):
        return True
    again = opened.next_after(now)
    if again is None:
        desk_messages.settle(tx, [message.id], LEFT, now)
    else:
        desk_messages.put_off(tx, [message.id], again, message.state)
    return False
