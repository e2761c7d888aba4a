"""A sign of danger in what a person writes after the hand-over: it is told to the desk as a new urgent case would be.

Here may live only the way from typed words to what is kept of such a sign. Which words are signs is
`bot.hearing.safety_signs`'; nobody here judges them.
"""

from bot.flagging import MOST_QUOTED
from bot.moment import Moment
from content import words
from policy.escalation import ladder
from policy.priority import Priority
from policy.promises import promise
from storage import danger_signs, team
from storage.sealing import seal_to


def raise_signs(moment: Moment, case_id: str, said: str) -> bool:
    """Raises the case's flag anew for the signs in these words, with the words themselves, sealed to the team; gives
    whether there were any. Belongs into the commit that writes the message."""
    kinds = moment.hears(said)
    if not kinds:
        return False
    desk, service = words.load(words.REFERENCE), moment.service
    note = "\n".join([*(desk.text("safety", f"{kind}.flag") for kind in kinds), said.strip()[:MOST_QUOTED]])
    sealed = seal_to(team.public_key(moment.tx), note.encode(), f"entry:{case_id}")
    due = promise(moment.now, Priority.URGENT, service.targets, service.working_time)
    ways = (service.has_staff_chat, service.has_email, service.has_manager)
    rungs = ladder(moment.now, due, service.working_time, *ways)
    danger_signs.add(moment.tx, case_id, moment.now, note=sealed, due=due.opened_by, rungs=rungs)
    return True
