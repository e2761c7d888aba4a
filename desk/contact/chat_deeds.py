"""Writing to a person in the chat they used, from the page of their case, and ending a talk with them.

Here may live the handlers of those forms. What a coordinator writes is sealed to the intake, with the times at which
the person's own plan lets it be told of; the desk keeps its own copy in the timeline, under the key of the case.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection
from starlette.responses import Response

from desk import access
from desk.cases import case_page, case_read, shut_case
from desk.cases.case_document import open_case_key, seal_note
from desk.cases.case_read import CaseRead
from desk.contact import against_plan
from desk.contact.agreed_phrases import phrases
from desk.visit import SignedIn
from policy.safe_contact import PLAN_OVER, THIS_CHAT, Plan, Window, is_over, windows
from policy.working_time import WorkingTime
from storage import addresses, audit, caseload, danger_signs, desk_messages, sealing, talks
from storage.case_lists import Entry
from storage.caseload import Case, NotAllowed
from storage.cases import MESSAGE
from storage.talks import Talk

MOST_CHARS = 1000
WRITTEN = "written"
SHORT = timedelta(minutes=1)
"""What is left of a safe time must be longer than this to begin anything in it."""


def send(visit: SignedIn) -> Response:
    """Queues a message; with `talk`, asks for a talk. Refused where the person has ruled it out, with the reason. It is
    looked at and written under one lock of the case, so that no pause comes in between."""
    with visit.desk.database.begin() as tx:
        case = caseload.held_by(tx, visit.path["case_id"], visit.member.id)
        if shut_case.why(case, visit) or case.stage is None:
            raise NotAllowed
        read = case_read.read(tx, case, visit.session.team_key or b"", visit.desk.settings)
        words = _words(visit, read)
        wrong, safe = _looked_at(tx, case, visit, words, read)
        if not wrong:
            _queue(tx, case, visit, words, read, safe)
    if wrong:
        field = "chat_override" if wrong == "override" else "words"
        return case_page.render(visit, {field: wrong}, 422)
    return access.go_to(f"/cases/{case.id}?done=written#messages")


def _queue(tx: Connection, case: Case, visit: SignedIn, words: str, read: CaseRead, safe: tuple[Window, ...]) -> None:
    case_key = open_case_key(case, visit.session.team_key or b"")
    content = _content(words, safe, read.handed_over.held_in)
    talk = talks.of_case(tx, case.id)
    talk_id = talk.id if talk and talk.state in talks.UNDER_WAY else None
    if visit.form.get("how") == "talk" and talk_id is None:
        talk_id = talks.begin(tx, case.id, visit.member.id, visit.now)
    talks.touch(tx, case.id, visit.now)
    entry = caseload.enter(tx, case.id, visit.member.id, visit.now, WRITTEN, note=seal_note(words, case.id, case_key))
    danger_signs.answer(tx, case.id, visit.member.id, visit.now)
    sealed = sealing.seal_to(addresses.intake_key(tx), content, f"desk message:{case.id}")
    due_at = max(safe[0].start, visit.now)
    if is_over(read.plan(visit.now), visit.now):
        against_plan.keep(visit, tx, read, [PLAN_OVER], against_plan.reason(visit, "chat_override"))
    desk_messages.add(tx, case.id, entry_id=entry, talk_id=talk_id, due_at=due_at, words=sealed)
    audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, WRITTEN, case.id)


def end_talk(visit: SignedIn) -> Response:
    """Gives the person's chat back to them."""
    with visit.desk.database.begin() as tx:
        case = caseload.held_by(tx, visit.path["case_id"], visit.member.id)
        talks.end(tx, case.id, talks.DESK, visit.now)
        audit.write(tx, visit.desk.secrets.audit, visit.now, visit.member.id, "talk_ended", case.id)
    return access.go_to(f"/cases/{case.id}?done=talk_ended#messages")


def _words(visit: SignedIn, read: CaseRead) -> str:
    """The agreed phrase that was picked, if any, and after it what was written."""
    picked = visit.form.get("phrase")
    agreed = [each.text for each in phrases(read.document(visit.now).language) if each.name == picked]
    return "\n\n".join((*agreed, visit.form.get("words", "").strip())).strip()


def _looked_at(
    tx: Connection, case: Case, visit: SignedIn, words: str, read: CaseRead
) -> tuple[str, tuple[Window, ...]]:
    """What is wrong with sending this, by the name of its words, and when it may be told of."""
    entries, plan = [line.entry for line in read.timeline], read.plan(visit.now)
    asks_anew = is_over(plan, visit.now)
    if asks_anew:  # asked about in this very message, if there is a reason
        plan = replace(plan, renew_by=None)
    safe = windows(plan, visit.now, WorkingTime.from_settings(visit.desk.settings), route=THIS_CHAT)
    if not words or len(words) > MOST_CHARS:
        return "words", ()
    if plan.is_paused:
        return "chat_paused", ()
    talk = talks.of_case(tx, case.id)
    if not _may_be_written_to(tx, case, plan, entries, talk):
        return "chat_not_named", ()
    if plan.has_words and not visit.form.get("read_words"):
        return "read_words", ()
    why = against_plan.reason(visit, "chat_override")
    if asks_anew and len(why) not in against_plan.REASON_CHARS:
        return ("override" if why else "chat_plan_over"), ()
    if not safe:
        return "chat_no_time", ()
    if talk is not None and talk.state == talks.OPEN and safe[0].start > visit.now + SHORT:
        return "chat_past_time", ()
    return "", safe


def _may_be_written_to(tx: Connection, case: Case, plan: Plan, entries: Sequence[Entry], talk: Talk | None) -> bool:
    """Whether their chat is a way they named, by the plan that counts now; if not, whether they wait for an answer."""
    chosen = addresses.is_chosen(tx, case.id)
    wrote_at = max((entry.at for entry in entries if entry.kind == MESSAGE), default=0.0)
    answered_at = max((entry.at for entry in entries if entry.kind == WRITTEN), default=0.0)
    is_named, is_waited_for = chosen and THIS_CHAT in plan.routes, wrote_at > answered_at
    return chosen is not None and (is_named or talk is not None or is_waited_for)


def _content(words: str, safe: tuple[Window, ...], language: str) -> bytes:
    times = [[each.start.timestamp(), each.end.timestamp()] for each in safe]
    return json.dumps({"words": words, "windows": times, "language": language}, ensure_ascii=False).encode()
