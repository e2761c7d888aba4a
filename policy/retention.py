"""How long things are kept before they are wiped. Durations only.

Source of all: UK GDPR article 5(1)(c) and (e), data minimisation and storage limitation; Data Protection Act 2018. The
law gives no figures: each is the service's choice, shown in its privacy notice, and its source is said beside it.
"""

from datetime import timedelta
from typing import Final

DRAFT_IDLE: Final = timedelta(hours=72)
"""An unsent draft, after the last touch. Source: the longest of the 24 to 72 hours usual for such forms."""

LINK: Final = timedelta(minutes=15)
"""A link that leads from Telegram into the web chat, once. Source: OWASP ASVS 5.0, V6.6: codes sent by another channel
are used once and live for minutes; it stands in a chat that others may see."""

PROPOSAL: Final = timedelta(days=14)
"""A referral somebody else proposed, until the person it is about says yes; the setting CAIRN_PROPOSAL_DAYS changes it.
Source: consent is a clear act of the person's own (UK GDPR articles 4(11) and 7), so what they have not agreed to is
kept no longer than it takes to be told of it in two meetings a week apart."""

CAFE: Final = timedelta(days=180)
"""What was said to sign up for a restorative cafe, and what was thought of it, once it is over; the setting
CAIRN_CAFE_DAYS changes it. Source: the 3 to 6 months usual for sign-ups to events; the longest of them, so that a
report can look back over half a year."""

CAFE_UNCOUNTED: Final = timedelta(days=30)
"""How much longer that is kept where nobody who can open it has signed in at the desk since people could last say how
it was: at every sign-in it is counted, so that the figures can be told without it. Source: the service's choice; a
month without anybody at the desk is no pause any more."""

CAFE_TABLES: Final = timedelta(days=730)
"""What staff wrote down at the tables of a restorative cafe, after it ended. Source: the service's choice: so long, its
partners may ask what came of an idea; no name belongs there, and it does not stay for ever by being forgotten."""

SEEN: Final = timedelta(days=7)
"""The number of an update acted on, without its content. Source: Telegram keeps an update for 24 hours and may send it
again until then (Bot API, getUpdates); a week outlasts any fault that would bring one back."""

SCREEN: Final = timedelta(minutes=30)
"""Messages shown again to an open web chat. Source: guidance on quick exits for people whose device others look at
(GOV.UK Design System, "Exit a page quickly"): a page left open blanks itself."""

CHAT_CHOICE: Final = timedelta(days=90)
"""How long messages are to stay in a chat, as the person chose it, after they chose. Source: it names nobody and says
nothing; so long somebody may come back and find it as they left it."""

STAFF_LINK: Final = timedelta(hours=48)
"""A one-time link that lets a member of staff in for the first time. Source: OWASP ASVS 5.0, V6.4: initial secrets are
short-lived and used once; two days leave room for a day off."""

SESSION_IDLE: Final = timedelta(minutes=15)
"""A desk left alone, until it asks to sign in again. Source: OWASP ASVS 5.0, V7.3: an inactivity timeout by risk; 15
minutes is usual for records of special category."""

SESSION_MAX: Final = timedelta(hours=8)
"""The longest a desk stays signed in. Source: OWASP ASVS 5.0, V7.3: an absolute lifetime; a working day."""

BACKUP_BODY: Final = timedelta(days=30)
"""The body of a backup, in which nothing that was said can be read without its keyring; the setting CAIRN_BACKUP_DAYS
changes it. Source: the service's choice; a month lets a loss be found that nobody noticed at once."""

BACKUP_KEYRING: Final = timedelta(days=7)
"""The keyring of a backup. Source: UK GDPR article 17; what was erased is gone from every backup when the last keyring
from before is, so that is a week, and no setting makes it longer."""

TOMBSTONE: Final = timedelta(days=91)
"""The random id of what was erased, written down for when an old backup is restored. Source: a day longer than the body
of a backup can be kept."""

TOMBSTONE_OF_A_DRAFT: Final = timedelta(days=4)
"""The digest of a chat whose draft was wiped, for the same. Source: a day longer than a draft is kept without a touch:
whatever an older backup holds is wiped at the next tidying anyway."""
