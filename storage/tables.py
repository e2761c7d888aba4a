"""Every table of Cairn, and nothing else.

In clear stand random ids, stage, priority, due times, who has it, and the day: never a word a person said, a name, a
chat id or a kind of harm. Columns of type bytes are sealed (`storage.sealing`), or keyed digests that only a holder of
the pepper can look up. Times are UTC seconds since 1970 (float), so that both databases compare them alike.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

METADATA = MetaData()

# An update changes our state exactly once: its row is written in the commit that acts on it.
SEEN_UPDATES = Table(
    "seen_updates",
    METADATA,
    Column("source", String(16), primary_key=True),  # telegram, web, terminal, staff
    Column("update_id", String(64), primary_key=True),
    Column("at", Float, nullable=False, index=True),
    Column("fault", String(80)),  # the class of error that parked this update; null when it was handled
)

# One open conversation: the draft of what a person says, wiped after 72 hours idle, at stop-and-delete, at hand-over.
CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("person", LargeBinary(16), primary_key=True),  # keyed digest of channel and address
    Column("salt", LargeBinary(16), nullable=False),
    Column("draft", LargeBinary, nullable=False),  # sealed under the intake secret and the salt
    Column("touched_at", Float, nullable=False, index=True),
)

# Words with which a paused conversation is found again from another browser or phone.
RETURN_CODES = Table(
    "return_codes",
    METADATA,
    Column("code", LargeBinary(16), primary_key=True),  # keyed digest of the words
    Column("person", LargeBinary(16), nullable=False, index=True),
    Column("at", Float, nullable=False, index=True),
)

# What is still to be said to a person. The only way out; a row goes when its message has gone.
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", String(16), nullable=False),
    Column("person", LargeBinary(16), nullable=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("message", LargeBinary, nullable=False),  # sealed: address, words, buttons
    Column("due_at", Float, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("doubts", Integer, nullable=False, default=0),  # sends of which nobody knows whether they arrived
    Column("parked", String(80)),  # the class of error for which we gave up
    Column("at", Float, nullable=False),
    Index("outbox_by_channel", "channel", "parked", "id"),
    Index("outbox_by_person", "person"),
    sqlite_autoincrement=True,  # an id is never used twice, or order would break
)

# What stands in a chat of Telegram's, on both sides, so that it can be deleted there. Gone with the message, at the
# latest after 48 hours, when nobody but the person can delete it any more.
TRACES = Table(
    "traces",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", String(16), nullable=False),
    Column("person", LargeBinary(16), nullable=False, index=True),
    Column("messages", LargeBinary, nullable=False),  # sealed: address, ids of messages
    Column("at", Float, nullable=False, index=True),  # when they were written
    Column("due_at", Float, index=True),  # when they go; null: they stay
)

# What a person has chosen for their chat with the bot.
CHAT_CHOICES = Table(
    "chat_choices",
    METADATA,
    Column("person", LargeBinary(16), primary_key=True),  # keyed digest of channel and address
    Column("stays", String(8), nullable=False),  # how long messages stay: policy.chat_messages
    Column("at", Float, nullable=False, index=True),
)

# A referral that was handed over. Its document opens with the case key; the case key opens with the team key.
CASES = Table(
    "cases",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("reference", String(8), nullable=False, unique=True),
    Column("day", Date, nullable=False),
    Column("stage", String(24), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("at", Float, nullable=False, default=0.0),
    Column("assignee", ForeignKey("staff.id")),
    Column("case_key", LargeBinary),  # sealed to the team key; null once the case is erased
    Column("document", LargeBinary),
    Column("person", LargeBinary(16), index=True),  # the chat it came from, as in conversations
    Column("receipt", LargeBinary(16), index=True),  # keyed digest of the receipt code
    Column("copy_salt", LargeBinary(16)),
    Column("copy", LargeBinary),  # the document again, under a key made from the receipt code
    Column("copy_public", LargeBinary(32)),  # what later changes are sealed to for that copy
    Index("cases_by_stage", "stage", "assignee"),
)

# What came to a case after the hand-over: the person's own additions, sealed to the team key, and notes of staff.
CASE_ENTRIES = Table(
    "case_entries",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("at", Float, nullable=False),
    Column("staff_id", ForeignKey("staff.id")),  # null: the person
    Column("kind", String(24), nullable=False),  # attempt, stage, taken, withdrawn, message
    Column("route", String(24)),
    Column("result", String(24)),  # of a try; who was named to facilitate it, or released, as their id
    Column("stage", String(24)),
    Column("note", LargeBinary),
    Column("own_note", LargeBinary),  # the same for the person's own copy, sealed to its public key
)

# Of what a person added to a case, by the number of the entry: up to where each member was shown it, and up to where
# they have seen to it (storage.news).
CASE_NEWS = Table(
    "case_news",
    METADATA,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("shown_to", Integer, nullable=False),
    Column("seen_to", Integer, nullable=False),
)

# What staff write down in the course of a process. The kind is the name of a stage, or `note`; the words are sealed.
CASE_RECORDS = Table(
    "case_records",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("at", Float, nullable=False),
    Column("note", LargeBinary, nullable=False),  # sealed under the case key
    UniqueConstraint("case_id", "kind", "version"),
)

# Who facilitates a case beside the coordinator who has it.
CASE_FACILITATORS = Table(
    "case_facilitators",
    METADATA,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), primary_key=True, index=True),
    Column("at", Float, nullable=False),
)

# The alert ladder of a case, one row a rung and channel, written with the case. The desk's sweep sends what is due.
ALERTS = Table(
    "alerts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("level", Integer, nullable=False),
    Column("about", String(12)),  # which news it tells, where there is more to say than that there are some
    Column("channel", String(16), nullable=False),  # staff_chat, email, manager
    Column("due_at", Float, nullable=False),  # moved on by each claim and each try that failed
    Column("state", String(12), nullable=False),  # waiting, sent, cancelled, parked
    Column("tries", Integer, nullable=False, default=0),
    Column("sent_at", Float),
    Column("message_id", Integer),  # what was posted in the staff chat for it
    Column("card", String(8)),  # that message is the case's card, and shows it waiting, taken or stale
    Column("opened_by", Integer),  # it tells that this member opened the case with a written reason
    UniqueConstraint("case_id", "level", "channel"),
    Index("alerts_due", "state", "due_at"),
    Index("alerts_by_card", "card"),
    Index("alerts_by_message", "message_id"),
)

# What a member of staff answered to the alert of a case, each answer once.
ALERT_ANSWERS = Table(
    "alert_answers",
    METADATA,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("kind", String(12), primary_key=True),  # not_me, snooze
    Column("at", Float, nullable=False),
)

# The daily digest of staff, one row a day and channel; those of earlier days go.
DIGESTS = Table(
    "digests",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("channel", String(16), primary_key=True),  # staff_chat, email
    Column("due_at", Float, nullable=False),  # moved on by each claim and each try that failed
    Column("state", String(12), nullable=False),  # waiting, sent
    Column("tries", Integer, nullable=False),
)

# What was promised to the person, one row a promise, written with the case.
CLOCKS = Table(
    "clocks",
    METADATA,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("name", String(24), primary_key=True),  # policy.deadlines
    Column("due_at", Float, nullable=False),
    Column("state", String(12), nullable=False),  # running, met, missed, refused, resting
    Column("at", Float),  # when it was met, or seen to be missed
    Index("clocks_due", "state", "due_at"),
)

# What is to be done about a case, and by when. The kind says what; nothing of what was said stands here.
TASKS = Table(
    "tasks",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("kind", String(24), nullable=False),  # policy.deadlines
    Column("due_at", Float, nullable=False),
    Column("state", String(12), nullable=False),  # open, done, dropped
    Column("role", String(16)),  # who it is for, if not for whoever has the case
    Column("assignee", ForeignKey("staff.id")),  # who has taken it on, if not whoever has the case
    Column("entry_id", ForeignKey("case_entries.id")),  # what it is about, where there is such a thing
    Column("at", Float, nullable=False),
    Column("late_at", Float),  # when it was seen to be late; null: not yet
    Column("done_at", Float),
    Column("done_by", ForeignKey("staff.id")),
    Index("tasks_due", "state", "due_at"),
)

# The intake's public key, with which the desk seals what only the intake may open.
INTAKE_KEYS = Table(
    "intake_keys",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("at", Float, nullable=False),
)

# Where the person of a case can be written to, only while they have agreed to it: the chat they used.
CASE_ADDRESSES = Table(
    "case_addresses",
    METADATA,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("person", LargeBinary(16), nullable=False, index=True),  # as in conversations
    Column("salt", LargeBinary(16), nullable=False),
    Column("address", LargeBinary, nullable=False),  # sealed under the intake secret and the salt
    Column("chosen", Boolean, nullable=False),  # false: only to answer what they wrote
)

# What the desk writes to a person, until they have read it. The words open on the intake side alone, and then go.
DESK_MESSAGES = Table(
    "desk_messages",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("entry_id", ForeignKey("case_entries.id"), nullable=False),  # the desk's own copy
    Column("talk_id", ForeignKey("talks.id")),
    Column("due_at", Float, nullable=False),
    Column("state", String(12), nullable=False),  # storage.desk_messages
    Column("words", LargeBinary),  # with the times it may be told of; sealed to the intake, null once read or gone
    Column("settled_at", Float),
    Index("desk_messages_due", "state", "due_at"),
)

# A talk between the desk and a person in their chat, during which the chat itself is silent.
TALKS = Table(
    "talks",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("state", String(12), nullable=False),  # asked, open, ending, over
    Column("at", Float, nullable=False),
    Column("touched_at", Float, nullable=False),
    Column("ended_by", String(8)),  # desk, person, idle
    Index("talks_by_state", "state", "touched_at"),
)

# A referral proposed by somebody else, until the person it is about has said yes or no. Once it ends, by their word or
# by its time, all that is sealed and all that leads to somebody is null.
PROPOSALS = Table(
    "proposals",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("reference", String(8), unique=True),
    Column("at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),  # its clock: unconfirmed by then, it is destroyed
    Column("state", String(12), nullable=False),  # waiting, confirmed, refused, expired
    Column("person", LargeBinary(16), index=True),  # the referrer's chat, as in conversations; null: from the desk
    Column("code", LargeBinary(16), index=True),  # keyed digest of the confirm code
    Column("salt", LargeBinary(16)),
    Column("answers", LargeBinary),  # under a key made from the confirm code
    Column("contact", LargeBinary),  # name to use and safe contact, sealed to the team key; null once it was shown
    Column("link", LargeBinary(16), index=True),  # keyed digest of the token of its link; null where there is no link
    Column("link_code", LargeBinary),  # the confirm code, under a key made from that token
    Column("due", LargeBinary),  # code and answers, sealed to the intake, until it has locked what the desk entered
    Index("proposals_by_state", "state", "expires_at"),
)

# A referral that staff enter for somebody at the desk, until it is handed over; wiped after 72 hours without a touch.
TAKEN_DOWN = Table(
    "taken_down",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("words", LargeBinary, nullable=False),  # all of it, sealed to the team key
    Column("touched_at", Float, nullable=False, index=True),
)

# A receipt code the desk gave out, until the intake has made from it what finds and opens the person's own copy.
RECEIPTS_DUE = Table(
    "receipts_due",
    METADATA,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("words", LargeBinary, nullable=False),  # the code and the document, sealed to the intake
)

# Restorative cafes: tables of their own, which no key, digest or column ties to a case. What the public is told of one
# stands in clear, since the service itself has published it; where to join one online is told to guests alone.
CAFES = Table(
    "cafes",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("slot", Integer),  # the place it has among the options of a chat; null once no chat offers it
    Column("state", String(12), nullable=False),  # open, called_off
    Column("starts_at", Float, nullable=False, index=True),
    Column("ends_at", Float, nullable=False),
    Column("town", String(24), nullable=False),  # what stands on a button
    Column("place", String(200), nullable=False),  # an address, or that it is online
    Column("link_team", LargeBinary),  # where to join online, sealed to the team; null: in a room
    Column("link_intake", LargeBinary),  # the same, sealed to the intake, for who has a place (storage.cafe_links)
    Column("access_notes", String(300), nullable=False),
    Column("has_food", Boolean, nullable=False),
    Column("places", Integer, nullable=False),
    Column("revision", Integer, nullable=False),  # counts its changes, for calendars
    Column("called_off_at", Float),
    Column("signed_up", Integer),  # how many had a place and how many came, kept once the sign-ups are destroyed
    Column("came", Integer),
    Column("counts", LargeBinary),  # what was said for it, counted and sealed to the team; null once it is told
    Column("told_with", String(32)),  # the first of the cafes it is told of together with; null until it is
)

# What is told of cafes together, once and for all: no number in it is so small that it would have to be sealed.
TOLD_CAFES = Table(
    "told_cafes",
    METADATA,
    Column("first_cafe", String(32), primary_key=True),
    Column("at", Float, nullable=False),
    Column("told", Text, nullable=False),
)

# Somebody who wants to come. Erased, not kept, when they give their place up.
CAFE_SIGN_UPS = Table(
    "cafe_sign_ups",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("cafe_id", ForeignKey("cafes.id"), nullable=False),
    Column("at", Float, nullable=False),  # its turn on the waiting list
    Column("state", String(12), nullable=False),  # place, waiting
    Column("chat", LargeBinary(16), nullable=False, index=True),  # keyed digest, under a key no other table's is under
    Column("code", LargeBinary(16), nullable=False, index=True),  # keyed digest of the code that gives the place up
    Column("words", LargeBinary, nullable=False),  # all that was said, sealed to the team key
    Column("salt", LargeBinary(16), nullable=False),
    Column("reach", LargeBinary),  # where the chat tells them something, sealed for the intake; null: by e-mail only
    Column("remind_at", Float, index=True),  # null: not agreed to, or done
    Column("tell", String(12), index=True),  # what they are to be told: moved_up, changed, called_off
    Column("came", Boolean),
    Column("keep_longer", Boolean, nullable=False),  # they asked to hear of later ones
    Index("cafe_sign_ups_by_cafe", "cafe_id", "state", "at"),
)

# What was written down at a table, by staff; and what somebody thought of it afterwards, of whom nothing is known: no
# time stands here, and the id is random, so that no order tells either.
CAFE_NOTES = Table(
    "cafe_notes",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("cafe_id", ForeignKey("cafes.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),  # table, feedback
    Column("words", LargeBinary, nullable=False),  # sealed to the team key
)

STAFF = Table(
    "staff",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("roles", String(64), nullable=False, server_default=text("''")),  # a space between; none: nothing
    Column("email", String(200)),
    Column("languages", String(120), nullable=False, server_default=text("''")),
    Column("password_hash", String(200)),
    Column("password_salt", LargeBinary(16)),
    Column("public_key", LargeBinary),
    Column("private_key", LargeBinary),  # wrapped under the password
    Column("team_key", LargeBinary),  # the team's private key, sealed to this member's public key; null: not let in yet
    Column("telegram", LargeBinary(16), unique=True),  # keyed digest of the linked account
    Column("at", Float, nullable=False),
)

# Until which day each kind of a member's training is valid.
STAFF_TRAINING = Table(
    "staff_training",
    METADATA,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),  # policy.training
    Column("valid_until", Date, nullable=False),
)

# One-time links and codes for staff: first password, linking a Telegram account.
STAFF_LINKS = Table(
    "staff_links",
    METADATA,
    Column("token", LargeBinary(32), primary_key=True),  # digest
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("purpose", String(16), nullable=False),  # set_up, telegram
    Column("team_key", LargeBinary),  # the team's private key under the token itself, for the very first member
    Column("expires_at", Float, nullable=False),
)

STAFF_SESSIONS = Table(
    "staff_sessions",
    METADATA,
    Column("token", LargeBinary(32), primary_key=True),  # digest of the cookie
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("team_key", LargeBinary),  # the team's private key under the cookie itself
    Column("form_token", String(64), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("proved_at", Float),  # when the second factor was shown last; null: only the password so far
    Column("challenge", LargeBinary(32)),  # what a passkey is to sign next; null once it was used
)

# What somebody signs in with beside their password: an authenticator app or a passkey.
STAFF_FACTORS = Table(
    "staff_factors",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),  # app, passkey
    Column("secret", LargeBinary, nullable=False),  # of an app, sealed to the desk's secret; a passkey's public half
    Column("credential", LargeBinary, unique=True),  # the name a passkey gives itself
    Column("used", BigInteger, nullable=False),  # the last time-step of an app, or a passkey's own count
    Column("at", Float, nullable=False),
    Column("confirmed_at", Float),  # null: shown, and not shown to work yet
)

SIGN_IN_ATTEMPTS = Table(
    "sign_in_attempts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", LargeBinary(16), nullable=False, index=True),  # keyed digest of the name tried
    Column("at", Float, nullable=False, index=True),
)

TEAM_KEYS = Table(
    "team_keys",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("recovery", LargeBinary),  # the private key under the printed recovery key
    Column("at", Float, nullable=False),
)

# A colleague's case that a manager opened with a written reason.
CASE_OPENINGS = Table(
    "case_openings",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("at", Float, nullable=False),
    Column("until", Float, nullable=False),
    Column("told_at", Float),  # when who has the case saw that; null: not yet
)

# A case that somebody would hand on to a colleague, until they answer.
HAND_ONS = Table(
    "hand_ons",
    METADATA,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("to_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("by_id", ForeignKey("staff.id"), nullable=False),
    Column("at", Float, nullable=False),
)

# Who is away, and who stands in for them.
ABSENCES = Table(
    "absences",
    METADATA,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("stand_in", ForeignKey("staff.id")),  # null: nobody, so that it all goes up to the managers
    Column("starts_at", Float, nullable=False),
    Column("ends_at", Float),  # null: nobody knows yet
    Column("at", Float, nullable=False),
)

# Who of the staff must have nothing to do with a case.
CONFLICTS = Table(
    "conflicts",
    METADATA,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("who", LargeBinary(16), primary_key=True),  # keyed digest of the case and the member
    Column("at", Float, nullable=False),
)

# What one member asked for and another has to approve. A row goes with the sweep once it is used or its time is over.
APPROVALS = Table(
    "approvals",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("what", String(16), nullable=False),  # policy.four_eyes
    Column("case_id", ForeignKey("cases.id"), index=True),  # null: it is about no case
    Column("about", ForeignKey("staff.id")),  # the colleague it is about; null: about nobody
    Column("asked_by", ForeignKey("staff.id")),  # null: somebody at the command line of the server
    Column("asked_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False, index=True),
    Column("why", LargeBinary, nullable=False),  # sealed to the team key
    Column("approved_by", ForeignKey("staff.id")),
    Column("approved_at", Float),
    Column("used_at", Float),
    CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name="approved_by_another"),
)

# What members of staff are told outside the desk that is about no case (storage.notices).
NOTICES = Table(
    "notices",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(12), nullable=False),
    Column("about", ForeignKey("staff.id")),  # null: about nobody there is
    Column("approval", String(32)),
    Column("at", Float, nullable=False),
    Column("due_at", Float, nullable=False),  # moved on by each claim and each try that failed
    Column("state", String(12), nullable=False),  # waiting, sent, dropped
    Column("tries", Integer, nullable=False),
    Column("seen_at", Float),  # when the member it is about saw it at the desk
    Index("notices_due", "state", "due_at"),
    Index("notices_about", "about", "kind"),
)

# Who saw or did what, written in the transaction that shows or does it; each row's digest covers the row before.
AUDIT = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("staff_id", Integer),
    Column("action", String(24), nullable=False),
    Column("case_id", String(32), index=True),
    Column("digest", LargeBinary(32), nullable=False),
    Index("audit_by_action", "action", "at"),
)

# Which signed head of the audit went off this machine last, a row for each way there is (storage.heads_sent).
HEADS_SENT = Table(
    "heads_sent",
    METADATA,
    Column("way", String(8), primary_key=True),  # email, url
    Column("row", Integer),  # the last row of the audit that it covers; null: none went off yet
    Column("at", Float),  # when it went off
    Column("due_at", Float, nullable=False),  # moved on by each claim and each try that failed
    Column("tries", Integer, nullable=False),
)

# What was marked for counting of one referral, sealed to the team: tied to no case, in no order, of a whole month.
TALLIES = Table(
    "tallies",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("month", String(7), nullable=False, index=True),  # such as 2026-11
    Column("sealed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,  # rows lie in the order of their random ids, not in that in which they came
)

# At which step of a flow conversations ended, and how. Numbers alone.
ENDINGS = Table(
    "endings",
    METADATA,
    Column("month", String(7), primary_key=True),
    Column("flow", String(32), primary_key=True),
    Column("step", String(40), primary_key=True),
    Column("how", String(12), primary_key=True),  # ended, sent, stopped, idle
    Column("number", Integer, nullable=False),
)

# What was told of a time, once and for all: no number in it is so small that it would have to be sealed.
TOLD_FIGURES = Table(
    "told_figures",
    METADATA,
    Column("first_month", String(7), primary_key=True),  # such as 2026-10
    Column("name", String(40), primary_key=True),
    Column("last_month", String(7), nullable=False),
    Column("at", Float, nullable=False),
    Column("rows", Text, nullable=False),
)

# What was erased, wiped or taken back, until it stands in a file outside of the database (storage.tombstones): a backup
# from before is then held to it. Random ids and keyed digests.
TOMBSTONES = Table(
    "tombstones",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(12), nullable=False),
    Column("what", String(32), nullable=False),
    Column("at", Float, nullable=False),
)

# Each time the service was put back from a backup, and when that was made: what came in between is gone.
RESTORES = Table(
    "restores",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("made_at", Float, nullable=False),
    Column("at", Float, nullable=False),
)

# What is in no backup: it is of use at the moment alone, and must not come back. Letters would be sent once more, at an
# hour nobody chose; places at the desk would be open again.
PASSING = frozenset({OUTBOX, STAFF_SESSIONS, SIGN_IN_ATTEMPTS, TOMBSTONES})

# Of a backup, every column of bytes goes into the keyring, which is kept for days, and so does what is named here.
OF_THE_KEYRING = frozenset({STAFF.c.password_hash})

# But these stay in its body, which is kept for weeks: each is noise without a key or a salt that stands in the keyring,
# whoever holds the team's key, the secrets of both sides, and the code. A column is named here only with a key of its
# own row; what is sealed straight to the team or to a side is not, for those keys outlive what was erased.
NOISE_WITHOUT_THE_KEYRING = frozenset(
    {
        CONVERSATIONS.c.draft,
        CASES.c.document,
        CASES.c.copy,
        CASE_ENTRIES.c.own_note,
        CASE_RECORDS.c.note,
        CASE_ADDRESSES.c.address,
        PROPOSALS.c.answers,
        PROPOSALS.c.link_code,
        AUDIT.c.digest,  # no words; without it the chain could not be checked
    }
)


def is_of_the_keyring(column: Column[Any]) -> bool:
    """Whether a backup keeps this column in its keyring; otherwise it is in the body."""
    is_bytes = isinstance(column.type, LargeBinary)
    return column in OF_THE_KEYRING or (is_bytes and column not in NOISE_WITHOUT_THE_KEYRING)
