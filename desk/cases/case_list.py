"""The first page: which cases wait, which are one's own, what is due next. No word of any case stands on it.

Here may live what that page shows, what its address narrows it to, and the way from a reference to its case.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.responses import Response

from content.words import Words
from desk import access, pages
from desk.cases import case_notice
from desk.visit import SignedIn
from policy.access import COLLEAGUES, NOBODYS, Deed, Role, may
from policy.stages import OPEN, Stage
from policy.standing_in import Cover
from storage import agenda, cards, case_lists, hand_ons, proposals, standing_in, tasks
from storage.case_dues import Only

FOR_WHO_TAKES = (case_lists.WAITING, case_lists.STANDS_IN, case_lists.COLLEAGUES)
STAGES = (*(stage.value for stage in OPEN), Stage.CLOSED.value)
"""What a list can be narrowed to. Closed cases stand on it only when they are asked for."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for. A value it does not know narrows nothing."""

    whose: str = ""
    stage: str = ""
    late: bool = False
    tasks: bool = False
    page: int = 1
    """Of the one list that is shown: it goes on from here where it is too long for a page."""

    @property
    def is_set(self) -> bool:
        """Whether the page shows less than everything."""
        return self != Filter()

    @property
    def address(self) -> str:
        """Where the page stands that shows just this."""
        set_ones = {name: "1" if value is True else value for name, value in asdict(self).items() if value}
        if self.page == 1:
            del set_ones["page"]
        return f"/?{urlencode(set_ones)}" if set_ones else "/"

    def at_page(self, whose: str, page: int) -> str:
        """Where a page of one of these lists stands."""
        return replace(self, whose=whose, page=page).address

    def wants(self, whose: str) -> bool:
        """Whether this list is shown."""
        return self.whose in ("", whose)

    def only(self, at: float) -> Only:
        """What each list is narrowed to; `at` is now, in UTC seconds."""
        return Only(self.stage or None, at if self.late else None, self.tasks)


def show(visit: SignedIn) -> Response:
    """The lists, each in the order in which its cases ask for something."""
    return _page(visit)


def find(visit: SignedIn) -> Response:
    """To the case with the reference somebody was told on the phone, however they typed it."""
    reference = "".join(letter for letter in visit.form.get("reference", "").upper() if letter.isalnum())
    with visit.desk.database.read() as tx:
        case_id = cards.case_called(tx, reference)
    return access.go_to(f"/cases/{case_id}") if case_id else _page(visit, {"reference": "reference"})


def lead_back(_visit: SignedIn) -> Response:
    """To the lists, for somebody who loads the address of the form anew."""
    return access.go_to("/")


def read_filter(query: Mapping[str, str]) -> Filter:
    """What an address such as `/?whose=mine&late=1` asks for."""
    whose, stage, page = query.get("whose", ""), query.get("stage", ""), query.get("page", "")
    is_one = whose in case_lists.WHOSE
    return Filter(
        whose if is_one else "",
        stage if stage in STAGES else "",
        query.get("late") == "1",
        query.get("tasks") == "1",
        int(page) if is_one and re.fullmatch(r"[1-9]\d{0,3}", page, re.ASCII) else 1,
    )


def _page(visit: SignedIn, errors: Mapping[str, str] | None = None) -> Response:
    settings, at, chosen = visit.desk.settings, visit.now.timestamp(), read_filter(visit.query)
    seen = _seen(visit)
    with visit.desk.database.read() as tx:
        cover = standing_in.load(tx, visit.now, visit.desk.secrets.pepper)
        values = {
            "proposed": proposals.count(tx, at),
            "second_looks": len(tasks.of_role(tx, Role.MANAGER)) if visit.may("see_second_looks") else 0,
            "offers": hand_ons.offers(tx, visit.member.id),
            "notice": case_notice.on_list(visit, tx),
            "dues": [] if chosen.is_set else _due_today(visit, tx, cover),
            "lists": case_lists.of_member(
                tx, visit.member.id, at, chosen.only(at), cover=cover, lists=seen, page=chosen.page
            ),
            "is_away": visit.member.id in cover.away,
            "managers": _managers(visit, tx),
        }
    values |= {
        "at": at,
        "seen": {each: visit.desk.words.text("desk", f"whose.{each}") for each in seen},
        "chosen": chosen,
        "shown_words": _say_filter(visit, chosen),
        "stages": STAGES,
        "most_shown": case_lists.MOST_SHOWN,
        "tells": bool(settings.smtp_url or (settings.staff_bot_token and settings.staff_chat_id is not None)),
        "errors": errors or {},
    }
    return pages.member_page(visit, "case_list.html", 422 if errors else 200, **values)


def _managers(visit: SignedIn, tx: Connection) -> str:
    """What to say where every manager is away: to who stands in that it is theirs; where nobody does, to all who have
    cases. By the name of its words."""
    if visit.stands_in_for_managers:
        return "managers_you"
    is_nobodys = may(visit.member.roles, Deed.TAKE, NOBODYS) and standing_in.for_managers(tx, visit.now) == frozenset()
    return "managers_nobody" if is_nobodys else ""


def _seen(visit: SignedIn) -> list[str]:
    """The lists this member may see."""
    sees_all = may(visit.member.roles, Deed.TAKE, NOBODYS)
    gives = may(visit.member.roles, Deed.ASSIGN, COLLEAGUES) or visit.stands_in_for_managers
    without = () if sees_all else FOR_WHO_TAKES
    return [each for each in case_lists.WHOSE if each not in without and (gives or each != case_lists.GOES_UP)]


def _say_filter(visit: SignedIn, chosen: Filter) -> list[str]:
    """What the lists are narrowed to, in words."""
    say = partial(visit.desk.words.text, "desk")
    found = [say(f"whose.{chosen.whose}")] if chosen.whose else []
    found += [say(f"stages.{chosen.stage}")] if chosen.stage else []
    found += [say(f"only.{name}") for name in ("late", "tasks") if getattr(chosen, name)]
    return found + ([say("only.page").format(page=chosen.page)] if chosen.page > 1 else [])


def _due_today(visit: SignedIn, tx: Connection, cover: Cover) -> list[dict[str, Any]]:
    """Tasks, follow-ups and reviews of this day and of days before, in words."""
    today = pages.end_of(pages.here(visit.now).date()).timestamp()
    roles = visit.member.roles | ({Role.MANAGER} if visit.stands_in_for_managers else set())
    found = agenda.of_member(tx, visit.member.id, roles, today, cover)
    return [{"due": each, "words": say_kind(visit.desk.words, each.kind)} for each in found]


def say_kind(words: Words, kind: str) -> str:
    """What is to be done, for a kind of `policy.deadlines`. Raises StopIteration for one without words."""
    places = (("desk", "tasks"), ("process", "tasks"), ("process", "follow_ups"))
    return next(found for file, part in places if (found := words.find(file, f"{part}.{kind}")))
