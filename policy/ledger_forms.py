"""What is written down at any stage: consents, support, checks and who was told what. Each is one thing that happened.

Here may live those records. In clear all of them are a `note`: even that an order was checked would say too much.
"""

from typing import Final

from policy.case_facts import CONSENTS, OF_DUTY, SUPPORT_NOT_YET, SUPPORT_OFFERED
from policy.record_shape import DATE, LINE, YES_NO, Field, RecordForm, Section, one

FLAG_STANDS, WOULD_LIFT, LIFTED = "stands", "would_lift", "lifted"
"""A sign of danger stands; one of two would lift it; it is lifted, by the other or by a manager."""
FLAG_DEEDS: Final = {WOULD_LIFT: "would_lift", LIFTED: "lift"}
"""The line of `policy.moves` that writing each of these is; raising one is none but a note."""
ABOUT_SAFETY: Final = ("flag", "look_again")
"""Records that say what becomes of a danger: who writes one down has seen to the signs they were shown."""
GOES_ON: Final = "goes_on"
OTHER_SIDE_ENDS: Final = ("stops", "no_responsibility", "not_found", "died")
"""What is known of the person responsible at whatever stage, and ends what concerns them until they go on."""
SHARED_ON: Final = ("partners", "agreement_told", OF_DUTY)
"""What sharing can rest on: one of two consents, or a duty. Source: `policy.case_facts.OF_DUTY`."""

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
        (Section("support", (one("answer", *SUPPORT_OFFERED, SUPPORT_NOT_YET, needed=True), Field("how"))),),
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
        (
            Section(
                "flag",
                (
                    one("state", FLAG_STANDS, WOULD_LIFT, LIFTED, needed=True),
                    Field("asked_on", DATE),
                    Field("why", is_needed=True),
                ),
            ),
        ),
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
                    Field("how", is_needed=True),
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
                (
                    one("state", GOES_ON, *OTHER_SIDE_ENDS, needed=True),
                    Field("on", DATE, is_needed=True),
                    Field("how", is_needed=True),
                ),
            ),
        ),
    ),
    RecordForm(
        "sharing",
        "note",
        "share",
        (
            Section(
                "sharing",
                (
                    Field("with_whom", LINE, is_needed=True),
                    Field("what", is_needed=True),
                    one("rests_on", *SHARED_ON, needed=True),
                    Field("on", DATE, is_needed=True),
                ),
            ),
        ),
    ),
    RecordForm(
        "look_again",
        "note",
        "note",
        (Section("look_again", (one("changed", *YES_NO, needed=True), Field("how"))),),
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
