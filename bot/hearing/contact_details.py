"""Reading what a person typed as a phone number, an e-mail address or plain words. Pure: nothing is looked up."""

import unicodedata
from collections.abc import Callable, Mapping

from bot.errors import NotUnderstood
from bot.steps import NAME, Text

HOME_REGION = "GB"


def read_words(typed: str) -> str:
    """What was typed, without control and broken characters and without white space at the ends.

    Raises NotUnderstood when nothing readable is left.
    """
    kept = "".join(c for c in typed if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"})
    words = kept.strip()
    if all(unicodedata.category(c) in {"Cf", "Zs"} or c == "\n" for c in words):
        raise NotUnderstood("nothing_typed")
    return words


def read_phone(typed: str) -> str:
    """A phone number in international form, e.g. `+44 7700 900123`; numbers without a country are British.

    Ranges kept for drama and tests (Ofcom: 07700 900xxx) are possible numbers, and so are taken.
    Raises NotUnderstood when no telephone could have this number.
    """
    import phonenumbers  # noqa: PLC0415 (the numbering plans of every country: not before a number is read)

    try:
        number = phonenumbers.parse(typed, HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise NotUnderstood("not_a_phone_number") from error
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise NotUnderstood("not_a_phone_number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def read_email(typed: str) -> str:
    """An e-mail address in its normal form; only its shape is checked, no server is asked.

    Raises NotUnderstood when it has not the shape of an address.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 (as above)

    try:
        # Addresses for examples and tests (RFC 2606) have the right shape; whether post arrives is not asked here.
        return validate_email(typed.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise NotUnderstood("not_an_email_address") from error


def read_code(typed: str) -> str:
    """Words of a code, as typed: whether they are one, and whose, is found where codes are kept."""
    return read_words(typed)


def read_typed(step: Text, typed: str) -> str:
    """What was typed, as this step reads it. Raises NotUnderstood when it is too long, or not of that kind."""
    if len(typed) > step.max_chars:
        raise NotUnderstood("too_long")
    return READERS[step.reads](typed)


READERS: Mapping[str, Callable[[str], str]] = {
    "words": read_words,
    NAME: read_words,
    "phone": read_phone,
    "email": read_email,
    "code": read_code,
}
