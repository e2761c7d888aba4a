"""Receipt codes: forgiving to type, slow to try, and nothing that is stored gives them away."""

from storage.codes import words
from storage.receipts import receipt
from storage.sealing import lookup

PEPPER = b"p" * 32


def _a_code() -> str:
    return " ".join(words()[:4])


def test_a_code_leads_to_the_same_place_however_it_is_typed():
    code = _a_code()
    first, second = receipt(code, PEPPER), receipt(code.upper().replace(" ", " - "), PEPPER)
    assert first == second
    assert first is not None
    assert len(first.digest) == 16
    assert first.copy_key(b"a" * 16) != first.copy_key(b"b" * 16)


def test_words_that_are_no_code_lead_nowhere():
    assert receipt("hello there", PEPPER) is None


def test_the_digest_is_no_fast_function_of_the_code():
    code = _a_code()
    found = receipt(code, PEPPER)
    assert found is not None
    assert found.digest not in {lookup(PEPPER, code), lookup(PEPPER, f"code:{code}")}
    assert found.digest != found.copy_key(b"a" * 16)[:16]


def test_another_pepper_leads_elsewhere():
    assert receipt(_a_code(), PEPPER) != receipt(_a_code(), b"q" * 32)
