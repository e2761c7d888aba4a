"""The person's language: how it is chosen, what is said where its words end, and in what the desk reads."""

from pathlib import Path

import pytest

from bot.flows import FLOWS
from bot.messages import Inbound
from bot.spoken import Spoken, spoken
from content import words as content_words
from content.words import END_OF_ISOLATE, ISOLATE
from tests.somebody import Somebody, texts
from tests.stage import Stage

ALL = ("en", "pl", "ar")
TO_POLISH = ("/start", "po polsku", "Polski")
TO_ARABIC = ("/start", "عربي", "العربية")
SENT_IN_POLISH = (
    *TO_POLISH,
    *("Poproś o pierwszą rozmowę", "tak", "Wyrządzono mi krzywdę", "18 lub więcej", "tak", "Ola", "telefon i mailem"),
    *("07700 900123", "ola@example.org", "Sprawdź i wyślij teraz", "wyślij"),
)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, languages=ALL)


def labels(somebody: Somebody) -> list[str]:
    return [button.label for button in (*somebody.last.options, *somebody.last.standing)]


def opens(stage: Stage, language: str | None) -> Somebody:
    """Somebody of whom the channel suggests a language."""
    person = Somebody(stage)
    person.sends(Inbound("telegram", "first", person.address, "text", "/start", language=language))
    return person


def test_the_first_menu_names_the_other_languages(stage: Stage) -> None:
    person = Somebody(stage).goes("/start")
    assert "Polski · العربية" in labels(person)
    person.goes("Polski · العربية", "Polski")
    assert person.last.language == "pl"
    assert "Co chcesz zrobić?" in person.last.text


def test_where_one_language_is_offered_nothing_is_asked(tmp_path: Path) -> None:
    person = opens(Stage(tmp_path), "pl")
    assert "Ask for a first talk" in labels(person)
    assert not [label for label in labels(person) if "Polski" in label]
    person.says("język")
    assert "English only" in person.last.text


@pytest.mark.parametrize(("code", "asks"), [("pl", True), ("pl-PL", True), ("en", False), ("de", False), (None, False)])
def test_what_a_channel_knows_is_only_a_suggestion(stage: Stage, code: str | None, asks: bool) -> None:
    person = opens(stage, code)
    assert (labels(person)[:3] == ["English", "Polski", "العربية"]) is asks
    if asks:
        person.says("English")
        assert "What would you like to do?" in person.last.text


@pytest.mark.parametrize("typed", ["język", "JEZYK", "language", "اللغة"])
def test_the_word_for_language_works_in_every_language_and_loses_nothing(stage: Stage, typed: str) -> None:
    person = Somebody(stage).goes("/start", "Ask for a first talk", "Yes", typed)
    assert labels(person)[:3] == ["English", "Polski", "العربية"]
    person.says("polski")
    assert "Co najlepiej do Ciebie pasuje?" in person.last.text
    assert "Pytanie 2" in person.last.text


@pytest.mark.parametrize("typed", ["po polsku", "polski", "Polish", "in polish please"])
def test_a_language_called_by_its_name_is_spoken_at_once_and_nothing_is_lost(stage: Stage, typed: str) -> None:
    person = Somebody(stage).goes("/start", "Ask for a first talk", "Yes", typed)
    assert "Co najlepiej do Ciebie pasuje?" in person.last.text
    assert "Pytanie 2" in person.last.text


@pytest.mark.parametrize("typed", ["stop", "przestań", "PRZESTAN!", "koniec", "توقف"])
@pytest.mark.parametrize("language", ["English", "Polski"])
def test_stop_is_obeyed_in_the_words_of_any_language(stage: Stage, typed: str, language: str) -> None:
    person = Somebody(stage).goes("/start", "language", language, "self_referral", "yes", typed)
    assert ("Stopped." in person.last.text) or ("Zakończone." in person.last.text)


def test_a_referral_in_polish_is_evidence_in_polish_and_read_at_the_desk_in_english(stage: Stage) -> None:
    person = Somebody(stage).goes(*SENT_IN_POLISH)
    assert "Wysłane. Dziękujemy." in person.last.text
    (document,) = stage.documents()
    assert (document["language"], document["desk_language"]) == ("pl", "en")
    assert document["consents"][0]["wording"].startswith("Czy możemy zachować")
    assert document["consents"][0]["for_the_desk"]["wording"].startswith("May we keep")
    routes = next(each for each in document["parts"][0]["answers"] if each["step"] == "contact_routes")
    assert routes["answer"] == "Rozmowa telefoniczna, E-mail"
    assert routes["for_the_desk"]["answer"] == "Phone call, Email"


def test_what_was_sent_in_polish_is_read_back_in_polish(stage: Stage) -> None:
    person = Somebody(stage).goes(*SENT_IN_POLISH)
    code = person.code
    person.goes("/start", "język", "Polski", "Moje wysłane odpowiedzi", "Przeczytaj moje odpowiedzi", code)
    assert "Rozmowa telefoniczna" in texts(person.heard[-1:])


def test_danger_typed_in_polish_brings_a_card_in_polish_and_a_flag_the_desk_can_read(stage: Stage) -> None:
    person = Somebody(stage).goes(*SENT_IN_POLISH[:8], "mąż jest pod drzwiami")
    assert "Dziękujemy, że to mówisz." in texts(person.heard[-2:])
    assert person.last.language == "pl"
    person.goes(*SENT_IN_POLISH[8:])
    (document,) = stage.documents()
    assert document["flags"] == [
        {
            "name": "danger_now",
            "words": "Wrote words that may mean they are in danger now",
            "quote": "mąż jest pod drzwiami",
        }
    ]


def test_nobody_is_spoken_to_in_english_without_having_been_asked(stage: Stage) -> None:
    person = Somebody(stage).goes(*TO_ARABIC, "طلب حديث أول")
    assert person.last.language == "ar"
    assert person.last.asks == "keep_answers"
    person.says("نعم")
    assert (person.last.language, person.last.asks) == ("ar", "in_english")
    person.says("نعم، المتابعة بالإنجليزية")
    assert (person.last.language, person.last.asks) == ("en", "who_i_am")


def test_who_does_not_want_english_is_back_at_the_menu_and_nothing_is_kept(stage: Stage) -> None:
    person = Somebody(stage).goes(*TO_ARABIC, "طلب حديث أول", "نعم", "لا، عودة إلى البداية")
    assert (person.last.language, person.last.asks) == ("ar", "menu")
    person.says("طلب حديث أول")
    assert person.last.asks == "keep_answers"


@pytest.mark.parametrize("said", ["توقف", "stop", "/stop"])
def test_stop_leads_out_of_that_question_too(stage: Stage, said: str) -> None:
    person = Somebody(stage).goes(*TO_ARABIC, "طلب حديث أول", "نعم", said)
    assert (person.last.language, person.last.asks) == ("ar", "stopped")


def test_no_flow_that_a_language_lacks_begins_in_english_by_itself(stage: Stage) -> None:
    for flow in ("learn", "is_it_for_me", "my_referral", "organisation_referral", "confirm_referral"):
        person = Somebody(stage, flow).goes(*TO_ARABIC, flow)
        assert (person.last.language, person.last.asks) == ("ar", "in_english")


def test_consent_given_in_arabic_is_kept_as_it_was_shown_though_the_rest_was_in_english(stage: Stage) -> None:
    Somebody(stage).goes(
        *TO_ARABIC, "طلب حديث أول", "نعم", "نعم", "I was harmed", "18 or older", "yes", "Amal", "Email", "Done",
        "amal@example.org", "Check and send now", "Send",
    )  # fmt: skip
    (document,) = stage.documents()
    keep, contact = document["consents"]
    assert keep["wording"].startswith("هل يمكن أن نحفظ")
    assert contact["wording"].startswith("May a coordinator")


def test_in_a_line_from_right_to_left_numbers_and_codes_stand_by_themselves(stage: Stage) -> None:
    person = Somebody(stage).goes(*TO_ARABIC, "المساعدة الآن")
    assert f"{ISOLATE}0800 027 1234{END_OF_ISOLATE}" in texts(person.heard)
    person.goes("استراحة")
    assert "0800 027 1234" not in person.last.text


def test_what_is_said_from_left_to_right_holds_no_such_marks(stage: Stage) -> None:
    person = Somebody(stage).goes(*SENT_IN_POLISH)
    assert ISOLATE not in texts(person.heard)


def test_a_language_spoken_no_more_gives_way_to_the_one_the_chat_starts_in(stage: Stage) -> None:
    person = Somebody(stage).goes(*TO_POLISH)
    stage.languages = ("en",)
    stage.restart()
    person.says("Pomiń")
    assert person.last.language == "en"


def test_how_far_the_words_of_a_language_go_is_known_by_step() -> None:
    found = spoken(FLOWS, ALL)
    flow = FLOWS["self_referral"]
    assert found.reaches("ar", flow, "nothing_kept")
    assert not found.reaches("ar", flow, "who_i_am")
    assert found.reaches("pl", flow, "sent")
    assert Spoken().suggested("pl") is None


def test_a_language_is_called_as_it_calls_itself() -> None:
    assert content_words.names()["pl"] == "Polski"
