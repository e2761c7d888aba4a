"""The rules of a process once more, in other words: over what was done, in the order it was done, and by no table.

Here may live that statement alone. It shares no code with the rules of the desk, so that what is broken there is seen
here. Each rule has the name it goes by in a failure, and says of one thing that is about to be done whether it may be.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from policy.stages import Stage
from tests.desk.process_paper import ANN, BEA, CAME, REVIEW_WITHIN, WEIGHED, Line, Paper

FACE_TO_FACE = {"meet", "video", "circle"}
BY_MESSAGE = {"letter", "through_facilitator", "recorded_message"}
BY_ONESELF = {"letter_not_sent", "stand_in"}
VIOLENCE = {"domestic_abuse", "sexual_harm_adult", "sexual_harm_child", "domestic_and_sexual", "stalking"}
NOES = {"declined", "no_responsibility", "not_found", "died", "unsafe", "stops"}
WITH_THEM = [stage.value for stage in Stage][3:-2]
FORWARD = {
    "assess": "initial_discussion",
    "prepare": "suitability",
    "approach": "preparation",
    "prepare_responsible": "approach",
    "begin": "responsible",
    "begin_alone": "preparation",
    "agree": "process",
    "debrief": "process agreement",
}
"""Steps onward, each with the stages it is made from: none is skipped."""


@dataclass(frozen=True)
class Case:
    """What was done so far, and what is about to be."""

    paper: Paper
    next: Line

    @property
    def done(self) -> Sequence[Line]:
        return self.paper.diary

    def last(self, what: str, since: int = 0, **values: str) -> Line | None:
        """The newest of these, from a place in the diary on."""
        fits = (each for each in reversed(self.done[since:]) if each.what == what)
        return next((each for each in fits if all(each.values.get(k) == v for k, v in values.items())), None)

    def place(self, fits: Callable[[Line], bool]) -> int:
        """The place after the newest line of which this is so; 0 where there is none."""
        return max((at + 1 for at, line in enumerate(self.done) if fits(line)), default=0)

    @property
    def preparation(self) -> int:
        return self.place(lambda line: line.after is Stage.PREPARATION or line.what == "move reopen")

    @property
    def rest(self) -> int:
        return self.place(lambda line: line.what in {"move pause", "move close", "person takes_back"})

    @property
    def here(self) -> int:
        return self.place(lambda line: line.after is self.paper.stage)

    @property
    def act(self) -> str:
        """What it is: a move by its name, a record by its own; of letters, what becomes of it."""
        name = self.next.what.removeprefix("move ")
        if name == "letter":
            return f"letter {self.next.values['state']}"
        if name == "meeting" and self.next.values["form"] in BY_ONESELF:
            return "alone"
        if name == "planned":
            return self.next.values["state"]
        return name

    @property
    def form(self) -> str:
        if self.act in {"letter sent", "letter not_sent"}:
            return {"letter sent": "letter"}.get(self.act, "letter_not_sent")
        chosen = self.last("preparation", self.preparation, **self._any_form())
        return self.next.values.get("form") or (chosen.values["form"] if chosen else "")

    def _any_form(self) -> dict[str, str]:
        newest = next((each for each in reversed(self.done[self.preparation :]) if each.what == "preparation"), None)
        return {"form": newest.values["form"]} if newest else {}

    def day_of(self, place: int) -> date:
        return self.done[place - 1].day if place else CAME.date()

    def yes(self, step: str, since: int = 0) -> bool:
        """The person's last word on a step is a yes, said and written since then, on a day that can be."""
        since = max(since, self.rest)
        said, whenever = self.last("consent", since, step=step), self.last("consent", step=step)
        if said is None or said is not whenever or said.values["answer"] != "yes":
            return False
        return self.day_of(since) <= date.fromisoformat(said.values["said_on"]) <= self.paper.today

    def pair(self) -> set[int]:
        return {who for who in self.paper.named if who in self.paper.in_role}

    def days(self) -> list[date]:
        """The days for which it needs its facilitators: of what happened, or is to, that day; of a step, today, and the
        day that is set, if nothing was held since and it is not over."""
        if self.act in {"planned", "meeting", "alone", "contact"}:
            return [date.fromisoformat(self.next.values["on"])]
        said = [each for each in self.done[self.preparation :] if each.what in {"planned", "meeting"}][-1:]
        is_set = [each.values["on"] for each in said if each.values.get("state") == "planned"]
        return [self.paper.today, *map(date.fromisoformat, is_set)]

    def flagged(self) -> bool:
        said = [each for each in self.done if _raises(each) or _lifts(each)]
        return _raises(said[-1]) if said else self.paper.is_flagged

    @property
    def sign(self) -> int:
        return self.place(_raises)

    def reached_since_sign(self) -> bool:
        return any(each.values.get("result") in {"reached", "they_contacted_us"} for each in self.done[self.sign :])


def _lifts(line: Line) -> bool:
    return line.what == "flag" and line.values["state"] == "lifted"


def _raises(line: Line) -> bool:
    return line.what == "person writes_of_danger" or (line.what == "flag" and line.values["state"] == "stands")


REACHING = {"approach", "contact", "prepare_responsible", "responsible", "begin", "meeting", "letter sent"}
"""What comes to the person responsible."""
HELD = {"begin", "meeting", "letter sent"}
ALONE = {"begin_alone", "alone"}
WEIGHED_FOR = {"prepare", *REACHING, *ALONE}
FACILITATED = WEIGHED_FOR | {"letter passed_on", "planned"}
GATED = {*FORWARD, *REACHING, *ALONE, "letter passed_on", "planned"} - {"debrief"}


def no_skipping(case: Case) -> bool:
    return case.act not in FORWARD or case.next.stage.value in FORWARD[case.act].split()


def tried_and_reached(case: Case) -> bool:
    place = case.place(lambda line: line.after in {Stage.TRIAGE, Stage.INITIAL_DISCUSSION})
    if case.act == "first_try":
        return case.last("attempt", place) is not None
    return case.act != "reached" or case.last("attempt", place, result="reached") is not None


def they_are_spoken_with_in_this_preparation_before_it_leads_on(case: Case) -> bool:
    return case.act not in {"approach", "begin_alone"} or any(
        each.values.get("result") in {"reached", "they_contacted_us"} for each in case.done[case.preparation :]
    )


def a_first_talk_is_written(case: Case) -> bool:
    return case.act != "assess" or case.last("discussion") is not None


def yes_to_the_very_step(case: Case) -> bool:
    asked = {"assess": "assessment", "letter passed_on": "answer"} | dict.fromkeys(REACHING, "approach")
    asked |= {"follow_up": "follow_up", "resume": "go_on", "reopen": "go_on"}
    if case.act == "sharing":
        return case.next.values["rests_on"] == "duty" or case.yes(case.next.values["rests_on"])
    if case.act not in asked or case.next.values.get("state") == "refused":
        return True
    of_this_preparation = asked[case.act] in {"approach", "answer"}
    return case.yes(asked[case.act], case.preparation if of_this_preparation else 0)


def yes_to_the_very_form(case: Case) -> bool:
    return case.act not in HELD | ALONE or case.yes(f"process_{case.form}", case.preparation)


def the_person_is_ready_for_it(case: Case) -> bool:
    if case.act not in (REACHING | ALONE):
        return True
    said = next((each for each in reversed(case.done[case.preparation :]) if each.what == "preparation"), None)
    return said is not None and said.values["ready"] == "yes" and said.values["form"] == case.form


def what_the_person_said_of_their_own_stands_above_all(case: Case) -> bool:
    if case.act not in GATED | {"resume", "follow_up"} or case.next.values.get("state") == "refused":
        return True
    chat = [each.what for each in case.done if each.what in {"person pauses", "person resumes"}]
    is_paused = chat[-1:] == ["person pauses"]
    took_back = case.last("person takes_back") is not None
    return not is_paused and (not took_back or case.act == "follow_up" or case.yes("go_on"))


def in_violence_only_the_person_harmed_starts_it(case: Case) -> bool:
    if case.act not in {"assess", *WEIGHED_FOR}:
        return True
    kind = case.paper.given.get("kind_of_harm", "")
    violent = kind in VIOLENCE or kind in {"", "rather_not_say"}
    return _agreed(case, "gender_based", "no", not violent) or _agreed(case, "who_started", "person_harmed", True)


def _agreed(case: Case, about: str, answer: str, at_first: bool) -> bool:
    """Handed over so and never doubted; or given by two, each with a reason, since somebody last doubted it."""
    starts = [each for each in case.done if each.what == "start"]
    doubts = [at for at, each in enumerate(starts) if each.values[about] != answer]
    if at_first and not doubts:
        return True
    return len({each.by for each in starts[doubts[-1] + 1 if doubts else 0 :] if each.values["how"]}) > 1


def nothing_direct_while_a_sign_of_danger_stands(case: Case) -> bool:
    return case.act not in REACHING or case.form not in FACE_TO_FACE or not case.flagged()


def nothing_is_passed_on_while_a_sign_of_danger_stands(case: Case) -> bool:
    return case.act != "letter passed_on" or not case.flagged()


def orders_are_checked(case: Case) -> bool:
    """By staff, in this preparation: what the person said of orders at first counts for nothing."""
    if case.act not in REACHING | {"letter passed_on"}:
        return True
    said, since = case.last("order"), case.preparation
    if said is None:
        return False
    return said.values["result"] == "allows" and said in case.done[since:] and said.values["on"] >= str(CAME.date())


def two_facilitators(case: Case) -> bool:
    return case.act not in FACILITATED or len(case.pair()) > 1


def facilitators_are_trained_on_the_day(case: Case) -> bool:
    if case.act not in FACILITATED:
        return True
    return all(case.paper.trained.get(who, date.min) >= day for who in case.pair() for day in case.days())


def the_day_of_a_meeting_is_one_to_come(case: Case) -> bool:
    return case.act != "planned" or case.days()[0] >= case.paper.today


def facilitators_have_no_conflict(case: Case) -> bool:
    if case.act not in FACILITATED:
        return True
    words = [next((each for each in reversed(case.done) if each.what == "declaration" and each.by == who), None)
             for who in case.pair()]  # fmt: skip
    return all(word is not None and word.values["conflict"] == "no" for word in words)


def preferences_are_offered(case: Case) -> bool:
    said = case.last("preferences")
    return case.act not in FACILITATED or bool(said and said.values["offered"] == "yes")


def safety_is_signed_by_both_and_a_supervisor_who_wrote_none_of_it(case: Case) -> bool:
    if case.act not in WEIGHED_FOR:
        return True
    writing = [at for at, each in enumerate(case.done) if each.what == "suitability"]
    if not writing:
        return False
    signed = {each.by for each in case.done[writing[-1] :] if each.what == "sign"}
    wrote = {case.done[at].by for at in writing}  # each version goes on from the one before
    return case.pair() <= signed and bool(signed - case.pair() - wrote - {BEA})


def safety_is_whole(case: Case) -> bool:
    if case.act not in WEIGHED_FOR:
        return True
    said: dict[str, str] = {}
    for each in case.done:
        if each.what == "suitability":
            said |= each.values
    needed = [name for names in WEIGHED.values() for name in names]
    return all(said.get(name) for name in (*needed, "outcome", "safe_forms", "review_on"))


def safety_is_looked_at_again_in_time(case: Case) -> bool:
    if case.act not in WEIGHED_FOR:
        return True
    decided = next(
        (each for each in reversed(case.done) if each.what == "suitability" and "review_on" in each.values), None
    )
    signed = next((each for each in reversed(case.done) if each.what == "sign"), None)
    if decided is None or signed is None or not decided.values["review_on"]:
        return False
    review = date.fromisoformat(decided.values["review_on"])
    return case.paper.today <= review <= signed.day + timedelta(days=REVIEW_WITHIN)


def safety_is_looked_at_at_every_stage(case: Case) -> bool:
    if case.act not in WEIGHED_FOR:
        return True
    looks = [at for at, each in enumerate(case.done) if each.what in {"suitability", "look_again"}]
    if not looks or case.done[looks[-1]].values.get("changed") == "yes":
        return False
    return case.done[looks[-1]].stage is case.paper.stage and looks[-1] >= case.preparation


def the_form_is_found_safe(case: Case) -> bool:
    if case.act not in WEIGHED_FOR:
        return True
    decided = next(
        (each for each in reversed(case.done) if each.what == "suitability" and "outcome" in each.values), None
    )
    safe = decided.values["safe_forms"].split() if decided and decided.values["outcome"] == "suitable" else []
    return bool(safe) if case.act == "prepare" else case.form in safe


def a_form_that_reaches_nobody_comes_to_nobody(case: Case) -> bool:
    if case.act in ALONE:
        return case.form in BY_ONESELF
    return case.act not in REACHING or case.form in FACE_TO_FACE | BY_MESSAGE


def the_other_takes_part_freely(case: Case) -> bool:
    """Their no or stop ends it, whenever it was said, until they go on of their own accord."""
    if case.act not in REACHING | {"letter passed_on"}:
        return True
    said = ""
    for each in case.done:
        if each.what == "contact" and each.values["answer"] in NOES:
            said = each.values["answer"]
        elif each.what == "other_side":
            said = "" if each.values["state"] == "goes_on" else each.values["state"]
    return not said


def the_other_accepts_this_form_in_this_preparation(case: Case) -> bool:
    if case.act not in REACHING - {"approach", "contact"}:
        return True
    said = next((each for each in reversed(case.done[case.preparation :]) if each.what == "contact"), None)
    return said is not None and said.values["answer"] == "accepted" and said.values["form"] == case.form


def the_other_is_ready_for_this_form_in_this_preparation(case: Case) -> bool:
    if case.act not in HELD:
        return True
    said = next((each for each in reversed(case.done[case.preparation :]) if each.what == "responsible"), None)
    return said is not None and said.values["ready"] == "yes" and said.values["form"] == case.form


def letters_are_written_and_read_by_both_before_they_go_anywhere(case: Case) -> bool:
    came = {"letter sent": "written", "letter not_sent": "written", "letter passed_on": "answered"}
    if case.act not in came:
        return True
    number = case.next.values["number"]
    mine = [each for each in case.done[case.preparation :] if each.what == "letter" and each.values["number"] == number]
    made = [at for at, each in enumerate(mine) if each.values["state"] in {"written", "answered"}]
    if not made or mine[made[-1]].values["state"] != came[case.act]:
        return False
    read = {each.by for each in mine[made[-1] :] if each.values["state"] == "read"}
    return case.act == "letter not_sent" or (len(case.pair()) > 1 and case.pair() <= read)


def _took_place(lines: Sequence[Line]) -> Iterator[bool]:
    """Of all that took place, whether it came to its end."""
    for each in lines:
        if each.what == "meeting":
            yield each.values["outcome"] == "done"
        if each.what == "letter" and each.values["state"] in {"sent", "not_sent"}:
            yield True


def nothing_is_over_before_it_was(case: Case) -> bool:
    """Agreed on only what was held; debriefed, also what was halted."""
    now = list(_took_place(case.done[case.preparation :]))
    if case.act in {"agree", "agreement"}:
        return any(now)
    return case.act != "debrief" or bool(now)


def _agreement(case: Case) -> tuple[str, bool]:
    state, told = "", False
    for each in case.done[case.preparation :]:
        if each.what == "agreement" and "state" in each.values:
            state, told = each.values["state"], bool(each.values["told_on"])
    return state, told


def what_came_of_an_agreement_is_told(case: Case) -> bool:
    state, told = _agreement(case)
    ends = case.act == "debrief" or case.next.values.get("closing") in {"completed", "agreement_completed", "halted"}
    return not ends or state in {"", "none_wanted"} or (state != "agreed" and told)


def support_is_offered_at_every_stage(case: Case) -> bool:
    since = max(case.preparation, 0)
    said = [each for each in case.done[since:] if each.what == "support" and each.stage is case.paper.stage]
    answer = said[-1].values["answer"] if said else ""
    if case.act in {"pause", "close"}:
        return case.paper.stage.value not in WITH_THEM or bool(answer or case.next.values.get("support"))
    return case.act not in FORWARD or answer in {"offered", "accepted", "declined"}


def follow_ups_are_held_over_time(case: Case) -> bool:
    if case.act != "follow_up" or case.next.values["state"] == "refused":
        return True
    days = {"follow_up_1w": 7, "follow_up_6w": 42, "follow_up_6m": 182}[case.next.values["name"]]
    debriefed = next(each for each in reversed(case.done) if each.what == "move debrief")
    return (case.paper.today - debriefed.day).days >= days * 6 // 7


def it_goes_on_where_it_was_paused_and_never_in_the_midst_of_contact(case: Case) -> bool:
    if case.act != "resume":
        return True
    was = next(each.stage.value for each in reversed(case.done) if each.what == "move pause")
    return case.next.values["after"] == ("preparation" if was in {"approach", "responsible", "process"} else was)


def a_case_ends_for_what_is_so(case: Case) -> bool:
    if case.act != "close":
        return True
    claim, ever = case.next.values.get("closing", ""), any(_took_place(case.done))
    now = list(_took_place(case.done[case.preparation :]))
    said = ""
    for each in case.done:
        if each.what in {"contact", "other_side"}:
            word = each.values.get("answer") or each.values["state"]
            said = word if word in NOES else said if each.what == "contact" else ""
    is_over = all(not is_open for _, is_open in case.paper.follow_ups.values())
    asked = case.last("asked_again", case.rest) is not None
    so = {
        "completed": ever and is_over,
        "halted": bool(now) and not any(now) and is_over,
        "agreement_completed": ever and is_over and _agreement(case) == ("done", True),
        "paused_no_reply": asked,
        "responsible_declined": said in {"declined", "stops"},
        "no_responsibility": said == "no_responsibility",
        "responsible_not_found": said == "not_found",
        "responsible_died": said == "died",
    }
    return bool(claim) and so.get(claim, True)


def a_sign_is_lifted_by_two_or_a_manager_after_the_person_was_reached_and_asked(case: Case) -> bool:
    if case.act != "flag" or case.next.values["state"] == "stands":
        return True
    asked, since = date.fromisoformat(case.next.values["asked_on"] or "1900-01-01"), case.done[case.sign :]
    by = {each.by for each in since if each.what == "flag" and each.values["state"] == "would_lift"}
    is_by_two = case.next.values["state"] == "would_lift" or case.next.by == ANN or bool(by - {case.next.by})
    return is_by_two and case.reached_since_sign() and case.day_of(case.sign) <= asked <= case.paper.today


def nobody_in_danger_is_let_go_unreached_by_one(case: Case) -> bool:
    """By two, once they decided on this very reason since the sign; and theirs counts for nobody who is reached."""
    if case.act != "close":
        return True
    if not case.flagged() or case.reached_since_sign():
        return "by_two" not in case.next.values
    return "by_two" in case.next.values and bool(
        case.last("two decide", case.sign, closing=case.next.values["closing"])
    )


def nobody_is_given_up_before_all_tries_are_made(case: Case) -> bool:
    return case.act != "close" or case.next.values.get("closing") != "no_contact" or case.paper.is_tried_out


def how_it_is_safe_is_asked_in_time_for_every_step(case: Case) -> bool:
    return case.act not in FORWARD or not case.paper.is_plan_over


RULES: Sequence[Callable[[Case], bool]] = (
    no_skipping,
    tried_and_reached,
    they_are_spoken_with_in_this_preparation_before_it_leads_on,
    a_first_talk_is_written,
    yes_to_the_very_step,
    yes_to_the_very_form,
    the_person_is_ready_for_it,
    what_the_person_said_of_their_own_stands_above_all,
    in_violence_only_the_person_harmed_starts_it,
    nothing_direct_while_a_sign_of_danger_stands,
    nothing_is_passed_on_while_a_sign_of_danger_stands,
    orders_are_checked,
    two_facilitators,
    facilitators_are_trained_on_the_day,
    the_day_of_a_meeting_is_one_to_come,
    facilitators_have_no_conflict,
    preferences_are_offered,
    safety_is_signed_by_both_and_a_supervisor_who_wrote_none_of_it,
    safety_is_whole,
    safety_is_looked_at_again_in_time,
    safety_is_looked_at_at_every_stage,
    the_form_is_found_safe,
    a_form_that_reaches_nobody_comes_to_nobody,
    the_other_takes_part_freely,
    the_other_accepts_this_form_in_this_preparation,
    the_other_is_ready_for_this_form_in_this_preparation,
    letters_are_written_and_read_by_both_before_they_go_anywhere,
    nothing_is_over_before_it_was,
    what_came_of_an_agreement_is_told,
    support_is_offered_at_every_stage,
    follow_ups_are_held_over_time,
    it_goes_on_where_it_was_paused_and_never_in_the_midst_of_contact,
    a_case_ends_for_what_is_so,
    a_sign_is_lifted_by_two_or_a_manager_after_the_person_was_reached_and_asked,
    nobody_in_danger_is_let_go_unreached_by_one,
    nobody_is_given_up_before_all_tries_are_made,
    how_it_is_safe_is_asked_in_time_for_every_step,
)


def broken(paper: Paper, line: Line) -> list[str]:
    """The rules this would break, if it were done now."""
    case = Case(paper, line)
    return [rule.__name__ for rule in RULES if not rule(case)]
