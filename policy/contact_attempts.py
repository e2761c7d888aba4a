"""What is logged of each try to be in touch with a person: by which route, and what came of it. Names only."""

from typing import Final

ROUTES: Final = ("phone", "text", "whatsapp", "email", "letter", "support_worker", "other")
"""The routes a try may take. Source: the safe-contact block of domestic abuse and sexual violence referral forms, in
which each route is agreed with the person by itself; only an agreed route is used."""

RESULTS: Final = ("reached", "no_answer", "voicemail_left", "message_sent", "wrong_number", "not_safe_to_talk", "other")
"""What came of a try. Source: the same forms: whether a message was left is logged each time, since by default none is,
and a phrase agreed with the person may mean that it is not safe to talk."""

REACHED: Final = "reached"
"""The one result after which the first talk can be held, and which keeps the promise for good."""
