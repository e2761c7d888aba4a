"""The small Polish list of signs of danger: what it was written with is raised, and what only looks like it is not."""

import pytest

from bot import safety_rules, safety_signs

RULES = safety_rules.load_all(("en", "pl"))

RAISED = {
    "danger_now": [
        "on jest pod drzwiami",
        "mąż wali w drzwi",
        "On tu jest",
        "jedzie po mnie",
        "partner ma nóż",
        "grozi mi",
        "zabije mnie",
        "powiedział że mnie zabije",
        "boję się o życie",
        "mąż mnie bije",
        "bije mnie codziennie",
        "wczoraj mnie uderzył",
        "znowu mnie pobił",
        "nie jestem teraz bezpieczna",
        "ZABIJE MNIE!!!",
        "zmusza mnie do seksu",
        "dusi mnie",
        "chce mnie zabić",
    ],
    "suicide": [
        "chcę umrzeć",
        "nie chce juz zyc",
        "nie chce mi się żyć",
        "zabiję się",
        "mam myśli samobójcze",
        "życie nie ma sensu",
        "myślę o samobójstwie",
        "wolałabym nie żyć",
        "chcę ze sobą skończyć",
    ],
    "self_harm": ["tnę się", "robię sobie krzywdę", "wczoraj się pocięłam", "okaleczam się"],
    "child_at_risk": ["bije dziecko", "on krzywdzi moją córkę", "boję się o dzieci", "dotyka mojego syna"],
    "followed_or_contacted": [
        "niech on przestanie się ze mną kontaktować",
        "niech on przestanie do mnie pisać",
        "niech mąż zostawi mnie w spokoju",
        "były mnie śledzi",
        "ciągle do mnie pisze",
        "chodzi za mną",
        "wydzwania do mnie",
        "on mnie prześladuje",
        "nie daje mi spokoju",
    ],
}
NOT_RAISED = [
    "jestem bezpieczna",
    "jestem bezpieczny",
    "on mnie nie bije",
    "nie bije mnie",
    "nie chcę umrzeć",
    "nie grozi mi",
    "nie śledzi mnie",
    "dziesięć lat temu mnie pobił",
    "w dzieciństwie ojciec mnie uderzył",
    "ten formularz mnie zabije",
    "umieram z głodu",
    "co jeśli mnie zabije",
    "chcę porozmawiać",
    "poproszę list",
    "Edynburg, przy stacji",
    "proszę dzwonić po 15",
    "wtorek i czwartek",
    "mam dziecko",
    "mój syn ma 5 lat",
    "czy to jest bezpieczne",
    "policja to sprawdza",
    "chcę przeprosin",
    "chcę wiedzieć dlaczego",
    "dziękuję za pomoc",
    "nie wiem",
    "tata odbiera dzieci ze szkoły",
    "pracuję w szkole",
    "nie mam pracy",
    "zadzwońcie do mojej siostry",
    "lubię poranki",
]


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind, all_said in RAISED.items() for said in all_said])
def test_danger_in_polish_is_raised(kind: str, said: str) -> None:
    assert kind in safety_signs.in_any(said, RULES)


@pytest.mark.parametrize("said", NOT_RAISED)
def test_what_only_looks_like_danger_in_polish_is_not(said: str) -> None:
    assert safety_signs.in_any(said, RULES) == ()


def test_marks_on_letters_make_no_difference() -> None:
    assert safety_signs.in_any("boje sie o zycie", RULES) == safety_signs.in_any("boję się o życie", RULES) != ()
