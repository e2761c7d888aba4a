"""What a person does to a referral that was sent: reading it, writing to the coordinator, withdrawing, erasing."""

import json

from bot.facts import Asking, find_case
from bot.moment import Moment, Values
from storage import alerts, cases, team
from storage.cases import Found
from storage.receipts import receipt
from storage.sealing import seal_to, unseal


def read_copy(moment: Moment) -> Values:
    """What was sent, opened with the receipt code: nothing else on this side opens it."""
    case, answers = _case(moment), _answers(moment)
    opened = receipt(str(answers.get("code_to_read") or answers.get("receipt_code")), moment.pepper)
    if opened is None:
        raise LookupError("the code is gone")
    document = json.loads(unseal(opened.copy_key(case.copy_salt or b""), case.copy or b"", f"copy:{case.id}"))
    lines = [f"{each['short']}: {each['answer']}" for part in document["parts"] for each in part["answers"]]
    return {"what_i_sent": "\n".join(lines)}


def write(moment: Moment) -> Values:
    """A message for the coordinator, sealed to the team; the desk is told that there is one."""
    case, words = _case(moment), str(_answers(moment)["message"])
    sealed = seal_to(team.public_key(moment.tx), words.encode(), f"entry:{case.id}")
    cases.write(moment.tx, case.id, sealed, moment.now.timestamp())
    _tell_the_desk(moment, case)
    return {}


def withdraw(moment: Moment) -> Values:
    """The person takes it back. No reason is asked, and the desk knows at once."""
    case = _case(moment)
    cases.withdraw(moment.tx, case.id, moment.now.timestamp())
    _tell_the_desk(moment, case)
    return {}


def erase_case(moment: Moment) -> Values:
    """Keys and words of it are destroyed."""
    cases.erase(moment.tx, _case(moment).id, moment.now.timestamp())
    return {}


def _tell_the_desk(moment: Moment, case: Found) -> None:
    channels = [("staff_chat", moment.service.has_staff_chat), ("email", moment.service.has_email)]
    alerts.write_news(moment.tx, case.id, [name for name, is_on in channels if is_on], moment.now)


def _answers(moment: Moment) -> dict[str, object]:
    assert moment.turn.position is not None  # noqa: S101 (these effects belong to ends)
    return dict(moment.turn.position.kept)


def _case(moment: Moment) -> Found:
    answers = moment.draft.conversation.answers
    kept = moment.turn.position.kept if moment.turn.position else answers
    here = (moment.tx, moment.draft.channel, moment.person)
    case = find_case(Asking(*here, kept, moment.pepper, moment.now, moment.words))
    if case is None:
        raise LookupError("the referral is gone")
    return case
