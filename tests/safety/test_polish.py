"""The small Polish list of signs of danger: what it was written with is raised, and what only looks like it is not."""

import pytest

from bot.hearing import safety_rules, safety_signs
from policy.danger import HEARD_EVERYWHERE
from tests.safety.phrases import HELD_OUT, Message, read

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
        "stoi pod moim oknem",
        "jest pod moimi drzwiami",
        "wyważa drzwi",
        "nie pozwala mi wyjść z domu",
        "ukrywam się przed nim",
        "boję się wracać do domu",
        "mąż mi grozi",
        "ma nóż",
        "przyłożył mi nóż do gardła",
        "powiedział że mnie dopadnie",
        "spali nam dom",
        "on mi coś zrobi",
        "rzuca we mnie rzeczami",
        "wczoraj złapał mnie za gardło",
        "tłucze mnie",
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
        "myślę, żeby się zabić",
        "chcę się powiesić",
        "nie mam siły żyć",
        "nie widzę sensu",
        "żyć mi się nie chce",
        "chciałabym się nie obudzić",
        "skoczę z mostu",
        "wszystkim byłoby lepiej beze mnie",
        "lepiej żeby mnie nie było",
        "połknę wszystkie tabletki",
        "napisałam list pożegnalny",
        "mam myśli s.",
    ],
    "self_harm": [
        "tnę się",
        "robię sobie krzywdę",
        "wczoraj się pocięłam",
        "okaleczam się",
        "chcę się pociąć",
        "nacinam się",
    ],
    "child_at_risk": [
        "bije dziecko",
        "on krzywdzi moją córkę",
        "boję się o dzieci",
        "dotyka mojego syna",
        "uderzył moje dziecko",
        "pobił moją córkę",
        "wywiezie dzieci",
        "zostawia dziecko samo",
    ],
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
        "łazi za mną",
        "śledzi mój telefon",
        "założył mi lokalizator",
        "dzwoni do mnie po nocach",
        "kręci się pod moim domem",
        "pisze do mnie z fałszywych kont",
        "złamał zakaz zbliżania",
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
    "nic mi nie grozi",
    "co mi grozi za jazdę bez biletu",
    "grozi mi eksmisja",
    "przystanek jest pod szkołą",
    "leje u nas cały dzień",
    "rower stoi pod domem",
    "złodziej zabrał mi telefon",
    "nie ma broni",
    "nie widzę sensu w tym pytaniu",
    "nie widzę sensu tego spotkania",
    "mama dzwoni do mnie wieczorem",
    "mam lokalizator w kluczach",
    "zostawia dzieci u babci",
    "w dzieciństwie bił moją siostrę",
    "schowałam telefon",
    "skoczę do sklepu",
    "nie łamie zakazu",
    "wezmę tabletki na alergię",
    "napisałam list do niego",
    "boję się wracać do tego tematu",
    "wrócę do domu po pracy",
    "syn złapał piłkę",
]


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind, all_said in RAISED.items() for said in all_said])
def test_danger_in_polish_is_raised(kind: str, said: str) -> None:
    assert kind in safety_signs.in_any(said, RULES)


@pytest.mark.parametrize("said", NOT_RAISED)
def test_what_only_looks_like_danger_in_polish_is_not(said: str) -> None:
    assert safety_signs.in_any(said, RULES) == ()


def test_marks_on_letters_make_no_difference() -> None:
    assert safety_signs.in_any("boje sie o zycie", RULES) == safety_signs.in_any("boję się o życie", RULES) != ()


@pytest.mark.parametrize("said", ["niech to się skończy", "niech ktoś do mnie zadzwoni"])
def test_what_was_taught_in_english_does_not_judge_polish_in_a_polish_conversation(said: str) -> None:
    assert safety_signs.in_any(said, RULES, spoken="pl", heard_too=HEARD_EVERYWHERE) == ()


@pytest.mark.parametrize(
    "said",
    [
        "got battered again the night",
        "I just want it to be over, all of it, my life",
        "i have written a note for my kids",
    ],
)
def test_english_that_only_hearing_knows_is_heard_in_a_polish_conversation(said: str) -> None:
    assert safety_signs.in_any(said, RULES, hears=False) == ()
    assert safety_signs.in_any(said, RULES, spoken="pl", heard_too=HEARD_EVERYWHERE)


def test_in_a_polish_conversation_as_much_of_what_is_said_in_english_is_raised() -> None:
    english = [each for part in HELD_OUT for each in read(part) if each.kinds]
    raised = {spoken: sum(bool(in_any(each, spoken)) for each in english) for spoken in ("en", "pl")}
    assert raised["pl"] == raised["en"] > 0.99 * len(english)


def in_any(message: Message, spoken: str) -> tuple[str, ...]:
    return safety_signs.in_any(message.text, RULES, spoken=spoken, heard_too=HEARD_EVERYWHERE)
