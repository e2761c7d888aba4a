"""What nobody at the desk does alone: one asks, another approves. Names and times only.

Source: ../docs/security.md, "A curious colleague"; UK GDPR article 5(1)(f) and 32: what takes a whole case out of the
service, or destroys it, and what gives somebody the keys to all of them, is not for one person to decide. The second
person is any coordinator or manager who was let in (`policy.access`, APPROVE), so that one manager is enough.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from policy.access import Role

EXPORT_PERSON: Final = "export_person"
"""All that is about the person, for the person (UK GDPR article 15 and 20)."""
EXPORT_SERVICE: Final = "export_service"
"""The whole case, for another service that takes it on."""
ERASE: Final = "erase"
"""Keys and words of a case destroyed because its person asked staff for it (UK GDPR article 17)."""
CLOSE_UNREACHED: Final = "close_unreached"
"""The case of somebody of whom a sign of danger stands, and whom nobody has reached, ends for one reason of
`policy.closings`. Which, is asked for and approved with it, and sealed: in clear it would say too much. Source:
practice of advocacy services: nobody is let go by one person; as `policy.contact_attempts.needs_manager`."""
EXPORTS: Final = (EXPORT_PERSON, EXPORT_SERVICE)
MAKE_MANAGER: Final = "manager"
"""A colleague becomes a manager, who sees to people and who has which case."""
NEW_RECOVERY: Final = "recovery_new"
"""Another recovery key instead of the one in force, which alone opens every case."""
USE_RECOVERY: Final = "recovery_use"
"""Somebody new is let in with the recovery key, at the command line of the server."""
ABOUT_A_CASE: Final = (*EXPORTS, ERASE, CLOSE_UNREACHED)
ABOUT_THE_SERVICE: Final = (MAKE_MANAGER, NEW_RECOVERY, USE_RECOVERY)
WITH_A_MANAGER: Final = frozenset({CLOSE_UNREACHED})
"""What needs a manager among the two."""
WAITS: Final = timedelta(hours=24)
"""How long it waits for another, and, once approved, for whoever asked. Source: the service's choice: by the next
working day somebody has looked, or it is asked anew."""
UNANSWERED_FOR: Final = timedelta(days=7)
"""How long after asking the recovery key may be used because nobody had answered within `WAITS`: all who could may have
lost their passwords, and it is there for that. Source: the service's choice; the day is for others to see it and say
no."""
REASON_CHARS: Final = 500
"""The longest reason, in characters."""


def may_be_the_two(what: str, asked: Collection[Role], approves: Collection[Role]) -> bool:
    """Whether people with these roles may be the two who do it. That they are not one is held elsewhere."""
    return what not in WITH_A_MANAGER or Role.MANAGER in {*asked, *approves}
