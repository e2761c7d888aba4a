"""What a service may ask about somebody to see whom it reaches: categories only, every one of them optional.

Source: Scotland's Census 2022, for figures that compare; UK GDPR articles 5(1)(c) and 9 (special categories). Which are
asked at all is the person's choice at every one, and marital status is left out, since asking it can be unsafe.
"""

from collections.abc import Mapping
from typing import Final

NOT_SAID: Final = "rather_not_say"

CENSUS: Final[Mapping[str, tuple[str, ...]]] = {
    "age": ("16_17", "18_24", "25_34", "35_44", "45_54", "55_64", "65_on", NOT_SAID),
    "sex": ("female", "male", NOT_SAID),
    "trans": ("no", "yes", NOT_SAID),
    "orientation": ("straight", "gay_or_lesbian", "bisexual", "another_way", NOT_SAID),
    "ethnic_group": (
        "white_scottish",
        "white_other_british",
        "white_irish",
        "white_polish",
        "white_gypsy_traveller",
        "white_roma",
        "white_showman",
        "white_other",
        "mixed",
        "asian_pakistani",
        "asian_indian",
        "asian_bangladeshi",
        "asian_chinese",
        "asian_other",
        "african",
        "caribbean_or_black",
        "arab",
        "other_group",
        NOT_SAID,
    ),
    "religion": (
        "none",
        "church_of_scotland",
        "roman_catholic",
        "other_christian",
        "muslim",
        "hindu",
        "buddhist",
        "sikh",
        "jewish",
        "pagan",
        "another",
        NOT_SAID,
    ),
    "disability": ("limits_a_lot", "limits_a_little", "no", NOT_SAID),
    "carer": ("no", "up_to_19_hours", "20_to_49_hours", "50_hours_on", NOT_SAID),
}

WRITE_INS: Final[Mapping[str, str]] = {
    "trans": "trans_as",
    "orientation": "orientation_as",
    "ethnic_group": "ethnic_group_as",
    "religion": "religion_as",
}
"""After which question somebody can say it in a word of their own, where the census has a line to write on."""

DISABILITIES: Final = (
    "deafness",
    "sight",
    "voice",
    "learning_disability",
    "learning_difficulty",
    "developmental",
    "physical",
    "mental_health",
    "long_term_illness",
    "another_condition",
)
"""Kinds of condition, any number of them."""
DISABILITY_AS: Final = "disability_as"
"""The line on which another condition is written."""
