"""Every way a case may go on, and every deed that has rules: one table, for a manager of the service to read.

Here may live the moves, each with what it needs and where that comes from. What a need means is `policy.gates`'.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from policy.stages import (
    EVERY,
    FRAMEWORK,
    GUIDANCE,
    IN_CONTACT,
    IN_ORDER,
    OPEN,
    REFERRALS,
    SERVICE,
    WITH_THE_PERSON,
    Stage,
    since,
)


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed move, or one deed that leaves the stage as it is: then `after` is None.

    `needs` are names of gates (`policy.gates`): all must hold at the moment of the deed, whatever held before.
    """

    name: str
    before: tuple[Stage, ...]
    after: Stage | None
    when: str
    source: str
    needs: tuple[str, ...] = ()
    whatever_happens: bool = False
    """Whether it goes on after the person has withdrawn, too."""


WILLING: Final = ("not_paused", "nothing_taken_back")
"""What the person has said of their own accord, in their chat or to staff, stands above all that follows."""
FACILITATED: Final = ("two_facilitators", "training_valid", "no_conflict", "preferences_offered")
"""Of what has a day of its own, held or set, asked for that day; else for today, and for the day set if one is."""
ASSESSED: Final = (*FACILITATED, "suitability_signed", "review_in_date", "looked_at_here")
CONTACT: Final = (
    *WILLING,
    *ASSESSED,
    "started_by_person_harmed",
    "order_checked",
    "yes_to_approach",
    "other_not_said_no",
)
"""What any contact with the person responsible needs, each time anew."""
SAFE_FORM: Final = ("form_is_safe", "form_reaches_them", "no_direct_under_flag", "person_ready")
FORM: Final = ("yes_to_form", "form_is_safe", "person_ready")
HOLD: Final = (*CONTACT, "yes_to_form", *SAFE_FORM, "responsible_accepts", "responsible_ready")
"""What any meeting or message between the two needs."""
ALONE: Final = (*WILLING, *ASSESSED, "started_by_person_harmed", *FORM, "form_reaches_nobody")
"""What a form without contact needs: nothing of the other, and nothing of it reaches them."""

LIFT: Final = ("reached_since_sign", "asked_since_sign")
"""What saying that a sign of danger stands no more needs: the person's own word."""

MOVES: Final = (
    Move("take", (Stage.RECEIVED,), Stage.TRIAGE, "a coordinator takes the case", SERVICE),
    Move("give_back", (Stage.TRIAGE,), Stage.RECEIVED, "given back for another to take", SERVICE),
    Move(
        "first_try",
        (Stage.TRIAGE,),
        Stage.CONTACT_ATTEMPTS,
        "the plan is read, the first try logged",
        REFERRALS,
        ("tried",),
    ),
    Move("read_anew", (Stage.CONTACT_ATTEMPTS,), Stage.TRIAGE, "the safe-contact plan has changed", REFERRALS),
    Move(
        "reached",
        (Stage.CONTACT_ATTEMPTS,),
        Stage.INITIAL_DISCUSSION,
        "reached, and safe to talk",
        SERVICE,
        ("reached",),
    ),
    Move("arrange", (Stage.INITIAL_DISCUSSION,), Stage.CONTACT_ATTEMPTS, "another talk is to be arranged", SERVICE),
    Move(
        "assess",
        (Stage.INITIAL_DISCUSSION,),
        Stage.SUITABILITY,
        "the person wants to go on",
        f"{GUIDANCE}, A and D; {FRAMEWORK}, 6.1",
        (*WILLING, "talked_down", "yes_to_assessment", "started_by_person_harmed", "support_offered", "plan_current"),
    ),
    Move("talk", (Stage.SUITABILITY, Stage.PREPARATION), Stage.INITIAL_DISCUSSION, "more to talk through", SERVICE),
    Move(
        "prepare",
        (Stage.SUITABILITY,),
        Stage.PREPARATION,
        "it is found suitable, in some form",
        f"{GUIDANCE}, A to C; {FRAMEWORK}, 20",
        (*WILLING, *ASSESSED, "some_form_is_safe", "started_by_person_harmed", "support_offered", "plan_current"),
    ),
    Move(
        "assess_anew",
        (Stage.PREPARATION, Stage.APPROACH, Stage.RESPONSIBLE, Stage.PROCESS),
        Stage.SUITABILITY,
        "risk or strengths have changed",
        f"{FRAMEWORK}, 20: revisited at every stage",
    ),
    Move(
        "approach",
        (Stage.PREPARATION,),
        Stage.APPROACH,
        "the person is ready, and says yes to this step",
        f"{GUIDANCE}, D; {FRAMEWORK}, 25.2",
        (*CONTACT, *SAFE_FORM, "spoken_here", "support_offered", "plan_current"),
    ),
    Move(
        "prepare_responsible",
        (Stage.APPROACH,),
        Stage.RESPONSIBLE,
        "the person responsible agrees to take part",
        f"{GUIDANCE}, A, D and E",
        (*CONTACT, *SAFE_FORM, "responsible_accepts", "support_offered", "plan_current"),
    ),
    Move(
        "begin",
        (Stage.RESPONSIBLE,),
        Stage.PROCESS,
        "both are ready",
        f"{GUIDANCE}, E to G",
        (*HOLD, "support_offered", "plan_current"),
    ),
    Move(
        "begin_alone",
        (Stage.PREPARATION,),
        Stage.PROCESS,
        "the chosen form reaches nobody: a letter that is not sent, a stand-in",
        f"{FRAMEWORK}, note on forms without contact",
        (*ALONE, "spoken_here", "support_offered", "plan_current"),
    ),
    Move(
        "prepare_again",
        (Stage.APPROACH, Stage.RESPONSIBLE, Stage.PROCESS, Stage.AGREEMENT, Stage.FOLLOW_UP),
        Stage.PREPARATION,
        "another form, or once more",
        f"{GUIDANCE}, E: as many meetings as are needed",
    ),
    Move(
        "agree",
        (Stage.PROCESS,),
        Stage.AGREEMENT,
        "they have agreed on something",
        f"{GUIDANCE}, H",
        (*WILLING, "held", "support_offered", "plan_current"),
    ),
    Move(
        "debrief",
        (Stage.PROCESS, Stage.AGREEMENT),
        Stage.FOLLOW_UP,
        "it has been held, or was halted",
        f"{GUIDANCE}, I; {FRAMEWORK}, 24",
        ("took_place", "agreement_settled", "support_offered", "plan_current"),
    ),
    Move(
        "pause",
        IN_ORDER[1:],
        Stage.PAUSED,
        "somebody needs time",
        f"{SERVICE}; {FRAMEWORK}, 25.2",
        ("support_seen_to",),
    ),
    *(
        Move(
            "resume",
            (Stage.PAUSED,),
            stage,
            "the person wants to go on",
            FRAMEWORK,
            ("not_paused", "yes_to_go_on", "paused_there"),
        )
        for stage in IN_ORDER[1:]
        if stage not in IN_CONTACT
    ),
    Move(
        "close",
        OPEN,
        Stage.CLOSED,
        "it is at an end, for a named reason",
        GUIDANCE,
        ("support_seen_to", "closing_fits", "tries_used_up", "ends_by_two"),
    ),
    Move("reopen", (Stage.CLOSED,), Stage.TRIAGE, "the person comes back", SERVICE, ("yes_to_go_on",)),
)
"""Every allowed move. Nothing skips a stage, and nothing but a form without contact skips the person responsible's yes.
A person may withdraw at any stage, the closed ones too: that is not a move, it ends all and needs nothing."""

DEEDS: Final = (
    Move("talk_down", (*WITH_THE_PERSON, Stage.PAUSED), None, "a first talk is written down", SERVICE),
    Move("weigh", WITH_THE_PERSON, None, "risk and strengths are looked at", f"{FRAMEWORK}, 20"),
    Move("ready_person", since(Stage.PREPARATION), None, "preparing the person", GUIDANCE),
    Move(
        "contact",
        (Stage.APPROACH,),
        None,
        "the person responsible is spoken to",
        f"{GUIDANCE}, D",
        (*CONTACT, *SAFE_FORM),
    ),
    Move(
        "ready_responsible",
        (Stage.RESPONSIBLE,),
        None,
        "preparing the person responsible",
        f"{GUIDANCE}, E",
        (*CONTACT, *SAFE_FORM, "responsible_accepts"),
    ),
    Move(
        "plan",
        (Stage.PREPARATION, *IN_CONTACT),
        None,
        "the day of a meeting is set",
        f"{SERVICE}: two facilitators, on the day; {GUIDANCE}, B and E",
        (*WILLING, *FACILITATED, "day_ahead"),
    ),
    Move("hold", (Stage.PROCESS,), None, "a meeting, or messages carried", f"{GUIDANCE}, F and G", HOLD),
    Move("letter", since(Stage.PREPARATION), None, "a letter is written, or read", FRAMEWORK),
    Move(
        "keep",
        (Stage.PROCESS,),
        None,
        "a letter is not sent, and that is an ending",
        f"{FRAMEWORK}, forms",
        ("letter_written",),
    ),
    Move("hold_alone", (Stage.PROCESS,), None, "a stand-in", f"{FRAMEWORK}, forms", ALONE),
    Move("send", (Stage.PROCESS,), None, "a letter leaves", f"{GUIDANCE}, F", (*HOLD, "letter_written", "letter_read")),
    Move(
        "pass_on",
        (Stage.PROCESS, Stage.AGREEMENT, Stage.FOLLOW_UP),
        None,
        "an answer is given to the person",
        f"{GUIDANCE}, F",
        (
            *WILLING,
            *FACILITATED,
            "no_flag",
            "order_checked",
            "other_not_said_no",
            "answer_came",
            "letter_read",
            "yes_to_answer",
        ),
    ),
    Move("promise", (Stage.PROCESS, Stage.AGREEMENT, Stage.FOLLOW_UP), None, "what was agreed", GUIDANCE, ("held",)),
    Move("after", (Stage.FOLLOW_UP,), None, "debrief", f"{GUIDANCE}, I"),
    Move(
        "follow_up",
        since(Stage.PREPARATION),
        None,
        "the person is asked how they are afterwards",
        f"{GUIDANCE}, I",
        ("not_paused", "yes_to_follow_up", "follow_up_due"),
    ),
    Move("share", EVERY, None, "something is shared with others", f"{FRAMEWORK}, 25.2", ("yes_to_sharing",)),
    Move("note", EVERY, None, "consents, checks and support, whatever happens", f"{FRAMEWORK}, 25.2"),
    Move("would_lift", EVERY, None, "a sign of danger could be lifted", SERVICE, LIFT),
    Move("lift", EVERY, None, "a sign of danger is lifted", f"{SERVICE}; {FRAMEWORK}, 20", (*LIFT, "lifted_by_two")),
    Move("support", EVERY, None, "support beside the process", f"{SERVICE}; {GUIDANCE}, I", whatever_happens=True),
    Move("name_facilitators", (*WITH_THE_PERSON, Stage.PAUSED), None, "who facilitates", f"{GUIDANCE}, B"),
)
"""What is done at a stage without leaving it, each with what it needs."""

BY_NAME: Final[Mapping[str, Move]] = {deed.name: deed for deed in DEEDS}


def moves_from(stage: Stage) -> tuple[Move, ...]:
    """The moves a case may make from here, if what they need is there. Source: `MOVES`."""
    return tuple(move for move in MOVES if stage in move.before)


def move_between(before: Stage, after: Stage) -> Move | None:
    """The move that leads from one stage to the other; None when there is none. Source: `MOVES`."""
    return next((move for move in moves_from(before) if move.after is after), None)
