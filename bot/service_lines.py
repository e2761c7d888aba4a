"""What the service has set, as sentences of the language that is spoken. Pure; what is not set is not mentioned."""

from collections.abc import Mapping

from bot.spoken import has_file
from bot.steps import Answers
from content.words import REFERENCE, Words
from policy.settings import Settings

# Each placeholder: the text in common.toml it is made with, and the setting without which nothing is said.
LINES: Mapping[str, tuple[str, str]] = {
    "service_phone_line": ("service.phone_line", "service_phone"),
    "service_email_line": ("service.email_line", "service_email"),
    "caller_words": ("service.caller_line", "caller_line"),
    "partners_line": ("service.partners_line", "partners"),
}
ABOUT_PRIVACY = ("controller", "privacy_contact", "regulator", "privacy_version")
"""What the privacy notice mentions. A service that tries things out has not decided it yet, and the notice says so."""
PRIVACY = "privacy"
NO_AREA = frozenset({"not_sure", "rather_not_say"})


def of_the_service(settings: Settings) -> dict[str, str]:
    """The service's own name and contact details, and what it has decided, as placeholders of the words."""
    decided = settings.decisions
    reached_at = " · ".join(each for each in (settings.service_phone, settings.service_email) if each)
    return {
        "service_name": settings.service_name,
        "service_phone": settings.service_phone or "",
        "service_email": settings.service_email or "",
        "web_url": settings.web_url,
        "caller_line": decided.text("calling.line"),
        "partners": ", ".join(decided.names("wraparound.partners")),
        "controller": decided.text("privacy.controller") or settings.service_name,
        "privacy_contact": decided.text("privacy.contact") or reached_at,
        "regulator": decided.text("privacy.regulator"),
        "privacy_version": decided.text("privacy.text_version"),
    }


def service_lines(settings: Mapping[str, str], words: Words) -> dict[str, str]:
    """Everything the words may mention of the service."""
    lines = {
        name: words.fill(words.common(text), settings) if settings.get(needs) else ""
        for name, (text, needs) in LINES.items()
    }
    not_set = words.common("service.not_set")
    about = {name: settings.get(name) or not_set for name in ABOUT_PRIVACY}
    address = f"{settings.get('web_url', '')}/privacy/{notice_language(words.language)}"
    return {**settings, **lines, **about, "privacy_url": address}


def notice_language(language: str) -> str:
    """The language in which somebody who speaks this one can read the whole privacy notice."""
    return language if has_file(language, PRIVACY) else REFERENCE


def area_line(answers: Answers, areas: tuple[str, ...], words: Words) -> str:
    """What is told, before they send, to somebody who named an area that is not served; else nothing."""
    area = answers.get("council_area")
    is_elsewhere = isinstance(area, str) and areas and area not in {*areas, *NO_AREA}
    return words.common("service.out_of_area") if is_elsewhere else ""
