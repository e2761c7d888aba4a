"""What is written down at the stages of a process: the headings of each record, as names.

Here may live the records of the stages. Their words are content/<lang>/process.toml. No heading adds up to a score:
risk is weighed by people.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from policy.case_facts import DIRECT, FORMS, INDIRECT, WITHOUT_CONTACT
from policy.census import CENSUS, DISABILITIES, DISABILITY_AS, WRITE_INS
from policy.ledger_forms import FLAG_DEEDS, LEDGER
from policy.record_shape import COUNTED, DATE, LINE, ONE, SOME, YES_NO, Field, RecordForm, Section, one, texts

READY: Final = ("yes", "not_yet", "no")
OTHER_SIDE_OPEN: Final = ("accepted", "thinking")
OTHER_SIDE: Final = (*OTHER_SIDE_OPEN, "declined", "no_responsibility", "not_found", "died", "unsafe")
"""What came of asking the person responsible; all but the open ones end it, until they go on of their own accord."""
REACH_THEM: Final = (*DIRECT, *INDIRECT)
PLANNED, CALLED_OFF = "planned", "called_off"
"""The day of a meeting, or of messages carried, is set; or it is given up."""
LETTERS: Final = ("letter", "letter_not_sent")
"""Forms of which a record of letters is kept, and none of a meeting."""


def _about_you() -> Iterator[Field]:
    """The questions of the census, each with its line to write on where there is one."""
    for name, options in CENSUS.items():
        yield Field(name, ONE, options)
        if name in WRITE_INS:
            yield Field(WRITE_INS[name], LINE)
        if name == "disability":
            yield Field("disability_kinds", SOME, DISABILITIES)
            yield Field(DISABILITY_AS, LINE)


DISCUSSION: Final = RecordForm(
    "discussion",
    "discussion",
    "talk_down",
    (
        Section("start", (one("safe_to_talk", *YES_NO), one("told_of_limits", *YES_NO), Field("who_we_are"))),
        texts("wellbeing", "how_today", "support_in_place"),
        Section("about_you", (*_about_you(), Field("access"))),
        texts("harm", "understanding"),
        texts("the_other", "relationship", "where_now", "justice_and_orders"),
        texts("restorative_justice", "forms_and_limits"),
        texts("motivations", "hopes", "questions"),
        texts("expectations", "worth_it", "if_they_refuse"),
        texts("concerns", "worries", "children_and_others"),
        Section("pace", (Field("next_step"), one("plan_renewed", *YES_NO))),
    ),
    is_versioned=True,
    is_theirs=True,
)
"""Source: the service's page (demographics, understanding of the offence, wellbeing check-in, motivations,
expectations, concerns); policy and practice framework, 20. The story of the harm is never asked for."""

SUITABILITY: Final = RecordForm(
    "suitability",
    "suitability",
    "weigh",
    (
        texts("choice", "free_choice", "readiness_and_support", "motivation_both"),
        texts("safety", "safety_and_control", "retaliation", "health_and_substances"),
        texts("between_them", "power", "responsibility"),
        texts("around_them", "access_and_learning", "legal", "children_and_family", "partners_say"),
        texts("weighing", "risk_factors", "protective_factors", "risk_of_not_taking_part", "mitigation"),
        Section(
            "decision",
            (
                one("outcome", "suitable", "not_now", "not_suitable"),
                Field("safe_forms", SOME, FORMS),
                Field("review_on", DATE, is_ahead=True),
            ),
        ),
    ),
    is_versioned=True,
)
"""Source: guidance 2017, Part B, A to C; policy and practice framework, 6.1 and 20: risks and strengths, dynamic, and
the risk of not taking part."""

_RECORDS: Final = (
    DISCUSSION,
    SUITABILITY,
    RecordForm(
        "preparation",
        "preparation",
        "ready_person",
        (
            texts("wishes", "aims", "to_ask_and_say"),
            texts("on_the_day", "seating_and_supporters", "break_signal", "stop_word", "aftercare_plan"),
            Section("ready", (Field("form", ONE, FORMS), one("ready", *READY))),
        ),
        is_versioned=True,
        is_of_round=True,
        is_theirs=True,
    ),
    RecordForm(
        "contact",
        "approach",
        "contact",
        (
            Section(
                "contact",
                (
                    Field("on", DATE, is_needed=True),
                    one("form", *REACH_THEM, needed=True),
                    one("answer", *OTHER_SIDE, needed=True),
                    Field("how"),
                ),
            ),
        ),
        is_of_round=True,
    ),
    RecordForm(
        "responsible",
        "responsible",
        "ready_responsible",
        (
            texts("their_part", "responsibility_held", "aims_and_worries", "support_for_them"),
            Section("ready_too", (one("form", *REACH_THEM, needed=True), one("ready", *READY, needed=True))),
        ),
        is_versioned=True,
        is_of_round=True,
    ),
    RecordForm(
        "planned",
        "note",
        "plan",
        (
            Section(
                "planned",
                (
                    one("state", PLANNED, CALLED_OFF, needed=True),
                    Field("on", DATE, is_needed=True, is_ahead=True),
                    Field("how"),
                ),
            ),
        ),
        is_of_round=True,
    ),
    RecordForm(
        "meeting",
        "process",
        "hold",
        (
            Section(
                "meeting",
                (
                    Field("on", DATE, is_needed=True),
                    one("form", *(form for form in FORMS if form not in LETTERS), needed=True),
                    one("outcome", "done", "halted", "again", needed=True),
                    Field("how"),
                ),
            ),
        ),
        is_of_round=True,
    ),
    RecordForm(
        "letter",
        "note",
        "letter",
        (
            Section(
                "letter",
                (
                    Field("number", COUNTED, is_needed=True),
                    one("state", "written", "read", "sent", "not_sent", "answered", "passed_on", needed=True),
                    Field("how"),
                ),
            ),
        ),
        is_of_round=True,
    ),
    RecordForm(
        "agreement",
        "agreement",
        "promise",
        (
            Section(
                "agreed",
                (
                    Field("commitments"),
                    Field("agreed_on", DATE),
                    Field("who_checks", LINE),
                    Field("due_on", DATE, is_ahead=True),
                ),
            ),
            Section(
                "came_of_it",
                (one("state", "none_wanted", "agreed", "done", "partly", "not_done"), Field("told_on", DATE)),
            ),
        ),
        is_versioned=True,
        is_of_round=True,
    ),
    RecordForm(
        "debrief",
        "follow_up",
        "after",
        (Section("debrief", (Field("on", DATE, is_needed=True), Field("how"))),),
        is_of_round=True,
    ),
)
RECORDS: Final[Mapping[str, RecordForm]] = {form.name: form for form in (*_RECORDS, *LEDGER)}
"""Every record, by name. Source of the headings: the practice of restorative services, under the guidance's steps."""

LETTER_DEEDS: Final[Mapping[str, str]] = {"sent": "send", "not_sent": "keep", "passed_on": "pass_on"}
"""Which deed a letter becomes when it gets so far."""
LETTER_FORMS: Final[Mapping[str, str]] = {"sent": "letter", "not_sent": "letter_not_sent"}
"""Which form of the process that is: a letter that leaves is never covered by a yes to a meeting."""


STATE_DEEDS: Final[Mapping[str, Mapping[str, str]]] = {
    "letter": LETTER_DEEDS,
    "flag": FLAG_DEEDS,
    "planned": {CALLED_OFF: "note"},
}
"""Of records that are another deed by what is so now."""


def deed_of(form: RecordForm, values: Mapping[str, str]) -> str:
    """The line of `policy.moves` that writing this is."""
    if form.name == "meeting" and values.get("form") in WITHOUT_CONTACT:
        return "hold_alone"
    return STATE_DEEDS.get(form.name, {}).get(values.get("state", ""), form.deed)


def form_of(form: RecordForm, values: Mapping[str, str]) -> str:
    """The form of the process that this is about; empty where it is about the one that was chosen."""
    if form.name == "letter":
        return LETTER_FORMS.get(values.get("state", ""), "")
    return "" if form.name == "preparation" else values.get("form", "")
