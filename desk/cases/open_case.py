"""All that is known of a case at one moment, opened: what the rules of its process are asked about.

Here may live that value. What is found in it is `desk.process.process_evidence`'s and `desk.process.process_facts`'.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from desk.cases.case_document import Document
from desk.process.process_course import Course
from desk.process.written import Written
from policy.stages import Stage
from storage.records import Named


@dataclass(frozen=True, slots=True)
class OpenCase:
    """All that is known of a case at one moment. Words of it stay out of its printed form."""

    stage: Stage | None
    today: date
    document: Document = field(repr=False)
    records: Sequence[Written] = field(repr=False)
    facilitators: Sequence[Named]
    course: Course
    is_person_paused: bool
    has_open_follow_ups: bool
    due_follow_ups: frozenset[str]
    """Those that may be held by now."""
    review_within_days: int
    barred: frozenset[int] = frozenset()
    """Those of the facilitators who must have nothing to do with it."""
    is_plan_current: bool = False
    is_tried_out: bool = False

    def of_round(self) -> list[Written]:
        """What was written in the present round."""
        return [each for each in self.records if each.round == self.course.round]
