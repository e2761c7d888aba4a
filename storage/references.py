"""References: short names under which a referral is spoken of. Made at random, and never twice at the same time."""

from random import Random

from sqlalchemy import Connection

from storage import cases, proposals

# Without letters and digits that are taken for one another when read out on the phone.
ALPHABET = "23456789ACDEFGHJKMNPQRTUVWXY"
CHARS = 5


def new_reference(tx: Connection, random: Random) -> str:
    """A reference that neither a case nor a proposal has."""
    while True:
        reference = "".join(random.choices(ALPHABET, k=CHARS))
        if not cases.is_reference_taken(tx, reference) and not proposals.is_reference_taken(tx, reference):
            return reference
