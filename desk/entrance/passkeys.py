"""Passkeys: what the browser is asked to make or sign, and checking what it gives back.

Here may live the way to the library for WebAuthn. What a passkey signs is made anew each time, kept with the signed-in
place and spent by the first answer. A passkey asks its owner for a finger, a face or a PIN.
"""

import ipaddress
import secrets
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import Connection
from webauthn.helpers import exceptions, options_to_json, parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from desk.desk import Desk
from desk.visit import SignedIn
from storage import second_factors, staff_sessions
from storage.second_factors import PASSKEY, Factor

CHALLENGE_BYTES = 32


def can_be_used(desk: Desk) -> bool:
    """Whether browsers have passkeys for this desk: it needs a name, and https unless it is this machine's own."""
    address = urlsplit(desk.settings.desk_url)
    host = address.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return address.scheme == "https" or host == "localhost"
    return False


def to_make(visit: SignedIn, tx: Connection) -> str:
    """What the browser is asked for to make a passkey, as JSON."""
    known = [each.credential for each in second_factors.of_member(tx, visit.member.id) if each.credential]
    return options_to_json(
        webauthn.generate_registration_options(
            rp_id=_host(visit),
            rp_name="Desk",
            user_name=visit.member.name,
            user_id=f"staff:{visit.member.id}".encode(),
            challenge=_new_challenge(visit, tx),
            authenticator_selection=AuthenticatorSelectionCriteria(
                user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=credential) for credential in known],
        )
    )


def keep(visit: SignedIn, tx: Connection) -> bool:
    """Keeps the passkey the browser has made; False when it is none, or answers something else."""
    challenge = _spend_challenge(visit, tx)
    if challenge is None:
        return False
    try:
        made = webauthn.verify_registration_response(
            credential=visit.form.get("made", ""),
            expected_challenge=challenge,
            expected_rp_id=_host(visit),
            expected_origin=_origin(visit),
            require_user_verification=True,
        )
    except (exceptions.WebAuthnException, ValueError):
        return False
    found = (made.credential_id, made.credential_public_key, made.sign_count)
    second_factors.keep_passkey(tx, visit.member.id, *found, visit.now)
    return True


def to_sign(visit: SignedIn, tx: Connection) -> str:
    """What the browser is asked for to sign in with a passkey, as JSON; empty for somebody who has none here."""
    mine = [each for each in second_factors.of_member(tx, visit.member.id) if each.kind == PASSKEY and each.credential]
    if not mine or not can_be_used(visit.desk):
        return ""
    return options_to_json(
        webauthn.generate_authentication_options(
            rp_id=_host(visit),
            challenge=_new_challenge(visit, tx),
            allow_credentials=[PublicKeyCredentialDescriptor(id=each.credential or b"") for each in mine],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def is_signed(visit: SignedIn, tx: Connection) -> bool:
    """Whether one of this member's passkeys has signed what it was asked to."""
    challenge = _spend_challenge(visit, tx)
    factor = _named(visit, tx)
    if challenge is None or factor is None:
        return False
    try:
        signed = webauthn.verify_authentication_response(
            credential=visit.form["assertion"],
            expected_challenge=challenge,
            expected_rp_id=_host(visit),
            expected_origin=_origin(visit),
            credential_public_key=factor.secret,
            credential_current_sign_count=factor.used,
            require_user_verification=True,
        )
    except (exceptions.WebAuthnException, ValueError):
        return False
    second_factors.note_passkey(tx, factor, signed.new_sign_count)
    return True


def _named(visit: SignedIn, tx: Connection) -> Factor | None:
    try:
        wanted = parse_authentication_credential_json(visit.form["assertion"]).raw_id
    except (exceptions.WebAuthnException, ValueError):
        return None
    mine = second_factors.of_member(tx, visit.member.id)
    return next((each for each in mine if each.kind == PASSKEY and each.credential == wanted), None)


def _new_challenge(visit: SignedIn, tx: Connection) -> bytes:
    fresh = secrets.token_bytes(CHALLENGE_BYTES)
    staff_sessions.keep_challenge(tx, visit.session, fresh)
    return fresh


def _spend_challenge(visit: SignedIn, tx: Connection) -> bytes | None:
    return staff_sessions.spend_challenge(tx, visit.session)


def _host(visit: SignedIn) -> str:
    return urlsplit(visit.desk.settings.desk_url).hostname or ""


def _origin(visit: SignedIn) -> str:
    address = urlsplit(visit.desk.settings.desk_url)
    return f"{address.scheme}://{address.netloc}"
