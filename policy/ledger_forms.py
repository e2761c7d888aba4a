"""What is written down at any stage: consents, support, checks and who was told what. Each is one thing that happened.

Here may live those records. In clear all of them are a `note`: even that an order was checked would say too much.
"""

from typing import Final

from policy.case_facts import CONSENTS
from policy.record_shape import DATE, LINE, YES_NO, Field, RecordForm, Section, one

LEDGER: Final = (
    RecordForm(
        "consent",
        "note",
        "note",
        (
            Section(
                "consent",
                (
                    one("step", *CONSENTS, needed=True),
                    one("answer", *YES_NO, needed=True),
                    Field("said_on", DATE, is_needed=True),
                    one("how_said", "spoken", "written", "with_supporter", needed=True),
                    Field("detail"),
                ),
            ),
        ),
    ),
    RecordForm(
        "support",
        "note",
        "support",
        (Section("support", (one("answer", "offered", "accepted", "declined", needed=True), Field("how"))),),
    ),
    RecordForm(
        "preferences",
        "note",
        "note",
        (Section("preferences", (one("offered", *YES_NO, needed=True), Field("wishes"))),),
    ),
    RecordForm(
        "order",
        "note",
        "note",
        (
            Section(
                "order",
                (
                    one("result", "allows", "bars", "new", needed=True),
                    Field("checked_with", LINE, is_needed=True),
                    Field("on", DATE, is_needed=True),
                    Field("how"),
                ),
            ),
        ),
    ),
    RecordForm(
        "flag",
        "note",
        "note",
        (Section("flag", (one("state", "stands", "lifted", needed=True), Field("why", is_needed=True))),),
    ),
    RecordForm(
        "start",
        "note",
        "note",
        (
            Section(
                "start",
                (
                    one("who_started", "person_harmed", "somebody_else", needed=True),
                    one("gender_based", *YES_NO, needed=True),
                    Field("how"),
                ),
            ),
        ),
    ),
    RecordForm(
        "other_side",
        "note",
        "note",
        (
            Section(
                "other_side",
                (one("state", "goes_on", "stops", needed=True), Field("on", DATE, is_needed=True), Field("how")),
            ),
        ),
    ),
    RecordForm(
        "sharing",
        "note",
        "note",
        (
            Section(
                "sharing",
                (
                    Field("with_whom", LINE, is_needed=True),
                    Field("what", is_needed=True),
                    Field("on", DATE, is_needed=True),
                ),
            ),
        ),
    ),
    RecordForm(
        "asked_again", "note", "note", (Section("asked_again", (Field("on", DATE, is_needed=True), Field("how"))),)
    ),
    RecordForm(
        "declaration",
        "note",
        "note",
        (
            Section(
                "declaration",
                (one("conflict", *YES_NO, needed=True), Field("how")),
            ),
        ),
    ),
)
"""Source: the policy and practice framework, 25.2: evidence who, when, how and what was shared."""
