"""Which placeholders a text may hold, and which it has to hold because somebody needs what fills them. A table only.

Who fills them is in `bot.rendering`, `bot.intake` and `desk`; a text with any other would fail in a conversation.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from string import Formatter

NAME = re.compile(r"[a-z_]+")


@dataclass(frozen=True, slots=True)
class Place:
    """The placeholders of the texts with these names. `file` and `key` may hold a star; the first that fits counts."""

    file: str
    key: str
    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


def _place(file: str, key: str, must: str = "", may: str = "") -> Place:
    return Place(file, key, frozenset(must.split()), frozenset(may.split()))


PLACES = (
    _place("common", "standing.language", "languages"),
    _place("common", "progress.needed", "number about"),
    _place("common", "progress.part", "part parts number about"),
    _place("common", "progress.offer", "part parts"),
    _place("common", "notes.too_long", "max_chars", "typed_chars"),
    _place("common", "notes.nothing_open", "what_was_sent"),
    _place("common", "notes.cleared", "cleared"),
    _place("common", "notes.messages_chosen", "messages_go"),
    _place("common", "notes.go_on_in_the_web_chat", "web_link"),
    _place("menu", "seen_by_telegram.say", "messages_go"),
    _place("common", "notes.desk_words", "desk_words"),
    _place("common", "checking.ask", "unsent"),
    _place("common", "paused.ask", "come_back"),
    _place("common", "come_back.web", "return_code"),
    _place("common", "come_back.*", may="return_code"),
    _place("common", "service.confirm_link", "telegram_link"),
    _place("common", "service.phone_line", "service_phone"),
    _place("common", "service.email_line", "service_email"),
    _place("common", "service.caller_line", "caller_line"),
    _place("common", "service.partners_line", "partners"),
    _place("common", "privacy.say", "controller privacy_contact regulator privacy_url"),
    _place("privacy", "who.text", "controller privacy_contact"),
    _place("privacy", "who_sees.text", may="partners_line"),
    _place("privacy", "complaints.text", "controller privacy_contact regulator"),
    _place("privacy", "changes.text", "privacy_version"),
    _place("common", "read_back.change", "number"),
    _place("common", "read_back.line", "number short answer"),
    _place("common", "read_back.chosen", "label"),
    _place("common", "read_back.said_by.*", "answer"),
    _place("common", "help.line", "name contact hours"),
    _place("common", "help.line_closed", "name contact hours"),
    _place("common", "help.lines", "help_lines"),
    _place("common", "time.by_day", "weekday day month"),
    _place("common", "time.by_time", "clock_time weekday day month"),
    _place("common", "promise.if_late", "contact_by"),
    _place("common", "promise.contact_by", "day_words"),
    _place("alerts", "card.taken", "reference name", "desk_url"),
    _place("alerts", "card.already_taken", "name", "reference"),
    _place("alerts", "card.you_have_it", "reference"),
    _place("alerts", "card.gone", "reference"),
    _place("alerts", "card.nobody_has_it", "reference"),
    _place("alerts", "card.passed_on", "reference when"),
    _place("alerts", "card.passed_before", "reference"),
    _place("alerts", "card.nobody_left", "reference"),
    _place("alerts", "card.snoozed", "reference when"),
    _place("alerts", "card.snoozed_before", "reference"),
    _place("alerts", "card.too_late_to_snooze", "reference"),
    _place("alerts", "card.not_for_you", "reference"),
    _place("alerts", "card.you_are_away", "reference"),
    _place("alerts", "card.due_line", "reference when"),
    _place("alerts", "card.late_line", "reference when"),
    _place("alerts", "card.waiting", "sign reference answer_by desk_url number"),
    _place("alerts", "card.again", "sign reference answer_by desk_url number"),
    _place("alerts", "card.manager", "sign reference answer_by desk_url number"),
    _place("alerts", "card.missed", "sign reference answer_by desk_url number"),
    _place("alerts", "card.late", "sign reference answer_by desk_url number"),
    _place("alerts", "card.next", "sign reference name answer_by desk_url number"),
    _place("alerts", "card.stands_in", "name text"),
    _place("alerts", "card.nobody_stands_in", "sign reference desk_url number", "answer_by"),
    _place("alerts", "card.opened", "reference name desk_url number", "sign answer_by"),
    _place("alerts", "card.news_new_sign", "sign reference answer_by desk_url number"),
    _place("alerts", "card.news*", "sign reference desk_url number"),
    _place("alerts", "digest.text", "waiting late today tasks desk_url"),
    _place("alerts", "digest.head", "head"),
    _place("alerts", "head.text", "head"),
    _place("alerts", "notice.tried", "tries desk_url"),
    _place("alerts", "notice.opened_many", "many desk_url"),
    _place("alerts", "notice.to_approve", "what until desk_url"),
    _place("alerts", "linking.linked", "name"),
    _place("alerts", "email.subject", "reference"),
    _place("alerts", "email.body", "text"),
    _place("self_referral", "safety_card.say", "help_lines"),
    _place("self_referral", "for_supporters.say", "help_lines"),
    _place("self_referral", "other_help.say", "help_lines"),
    _place("self_referral", "help_under_16.say", "help_lines"),
    _place(
        "self_referral",
        "sent.say",
        "reference receipt_code contact_by late_line how_to_change service_phone_line caller_words",
    ),
    _place("self_referral", "wraparound.hint", "partners_line"),
    _place("self_referral", "read_back.hint", "area_line"),
    _place("organisation_referral", "not_agreed.say", "web_url", "service_phone_line"),
    _place("organisation_referral", "help_under_16.say", "help_lines"),
    _place("organisation_referral", "safety_card.say", "help_lines"),
    _place("organisation_referral", "proposed.say", "reference confirm_code confirm_link web_url proposal_days"),
    _place("confirm_referral", "help_under_16.say", "help_lines"),
    _place("cafe", "support.say", "help_lines"),
    _place("cafe", "looked_back.say", "service_phone_line"),
    _place("cafe", "on_waiting_list.say", "cafe_when cafe_how_told cafe_code"),
    _place("cafe", "signed_up.say", "cafe_when cafe_where cafe_code"),
    _place("cafe_news", "cafe.when", "weekday day month starts ends"),
    _place("cafe_news", "cafe.label", "weekday day month starts town"),
    _place("cafe_news", "cafe.about", "ends place access_notes places_left"),
    _place("cafe_news", "cafe.places_left", "number"),
    _place("cafe_news", "calendar.title", "town"),
    _place("cafe_news", "told.called_off", "cafe_when"),
    _place("cafe_news", "told.*", "cafe_when cafe_where"),
    _place("is_it_for_me", "ask_somebody.say", "help_lines service_phone_line"),
    _place("common", "next_step.open"),
    _place("common", "next_step.*", "by_day"),
    _place("my_referral", "is_withdrawn.say", "withdrawn_on"),
    _place("my_referral", "is_*.say", may="next_step"),
    _place("my_referral", "contact_changed.say", "late_line"),
    _place("my_referral", "what_i_agreed.say", "agreed_words"),
    _place("my_referral", "what_i_sent.say", "what_i_sent"),
    _place("my_referral", "desk_message.say", "desk_words"),
    _place("my_referral", "my_data.say", "my_data privacy_contact"),
    _place("paper", "sheet.answered.*", "on"),
    _place("paper", "sheet.taken_back", "on"),
    _place("paper", "sheet.changed", "on"),
    _place("paper", "sheet.no_longer", "on"),
    _place("paper", "sheet.contact_changed*", "on"),
    _place("paper", "sheet.paused", "on"),
    _place("paper", "sheet.paused_until", "on until"),
    _place("paper", "sheet.day", "day_words year"),
    _place("safety", "*.say", may="help_lines"),
    _place("answers", "*.answer", may="service_phone_line service_email_line"),
    _place("*", "part_*.ask", may="about"),
)
NOWHERE = Place("*", "*")
NAMES = frozenset(name for place in PLACES for name in place.must | place.may)
"""Every placeholder there is."""


@cache
def place_of(file: str, key: str) -> Place:
    """What the text of this name must and may hold; nothing, when the table does not name it."""
    return next((each for each in PLACES if fnmatchcase(file, each.file) and fnmatchcase(key, each.key)), NOWHERE)


def fits(file: str, key: str, text: str) -> bool:
    """Whether this text holds what it must, and nothing that nobody fills."""
    table = place_of(file, key)
    try:
        held = read(text)
    except ValueError:
        return False
    return table.must <= held <= table.must | table.may


def read(text: str) -> frozenset[str]:
    """The placeholders in a text. Raises ValueError, saying what is wrong, when one is not simply {a_name}."""
    found = set()
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not NAME.fullmatch(name) or form or conversion:
            raise ValueError(f"'{{{name}}}' is no placeholder: it is a name in braces, with small letters")
        found.add(name)
    return frozenset(found)
