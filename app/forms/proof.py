"""A proof of work in the ALTCHA format (version 2): a challenge we sign, a solution a browser finds, no third party.

A browser looks for a counter such that PBKDF2 of nonce and counter begins with a prefix; we run that once. The challenge
names its form and, from our own page, its submission. Source: altcha.org, "Proof-of-Work v2". Pure but for chance.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.channels.kit.json import JsonRefused, load_strict
from app.sealing import KeyRing

_PURPOSE = "altcha"
ALGORITHM, COST, KEY_BYTES, PREFIX = "PBKDF2/SHA-256", 5_000, 32, "00"
# A page stays open while somebody looks for a paper; a solution is used once in any case.
LIVES = timedelta(hours=12)
_LONGEST = 4_000


class Standing(StrEnum):
    """What a posted proof is worth."""

    SOLVED = "solved"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    FORGED = "forged"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"  # for another form, or another submission
    UNSOLVED = "unsolved"


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as judged: `nonce` names the challenge it answers, until `expires_at`, where it is solved."""

    standing: Standing
    nonce: str = ""
    expires_at: datetime | None = None


def challenge(ring: KeyRing, channel_id: UUID, submission_id: str, *, now: datetime) -> dict[str, object]:
    """Returns a challenge for one form; `submission_id` may be empty, for a page that is not ours."""
    parameters: dict[str, object] = {
        "algorithm": ALGORITHM,
        "cost": COST,
        "data": {"form": str(channel_id), "submission": submission_id},
        "expiresAt": int((now + LIVES).timestamp()),
        "keyLength": KEY_BYTES,
        "keyPrefix": PREFIX,
        "nonce": secrets.token_hex(16),
        "salt": secrets.token_hex(16),
    }
    return {"parameters": parameters, "signature": ring.sign(_canonical(parameters), purpose=_PURPOSE).hex()}


def judge(ring: KeyRing, channel_id: UUID, submission_id: str, payload: str, *, now: datetime) -> Proof:
    """Says what a posted proof is worth; the derivation, the only costly step, comes last and only for our own challenge."""
    if not payload.strip():
        return Proof(Standing.MISSING)
    read = _read(payload)
    if read is None:
        return Proof(Standing.UNREADABLE)
    parameters, signature, counter, derived = read
    if not ring.signed(_canonical(parameters), signature, purpose=_PURPOSE):
        return Proof(Standing.FORGED)
    # What follows reads what we wrote and signed.
    nonce, data = str(parameters["nonce"]), parameters["data"]
    expires_at = datetime.fromtimestamp(int(str(parameters["expiresAt"])), tz=UTC)
    if expires_at <= now:
        return Proof(Standing.EXPIRED)
    if not isinstance(data, Mapping) or data.get("form") != str(channel_id):
        return Proof(Standing.ELSEWHERE)
    if data.get("submission") not in ("", submission_id):
        return Proof(Standing.ELSEWHERE)
    key = derive(nonce, str(parameters["salt"]), counter)
    if not key.startswith(PREFIX) or not hmac.compare_digest(key, derived):
        return Proof(Standing.UNSOLVED)
    return Proof(Standing.SOLVED, nonce, expires_at)


def derive(nonce: str, salt: str, counter: int) -> str:
    """Returns the key a counter leads to, in hexadecimal: its 32 bits follow the nonce, most significant byte first."""
    password = bytes.fromhex(nonce) + counter.to_bytes(4, "big")
    return hashlib.pbkdf2_hmac("sha256", password, bytes.fromhex(salt), COST, KEY_BYTES).hex()


def _read(payload: str) -> tuple[Mapping[str, object], bytes, int, str] | None:
    """Reads parameters, signature, counter and derived key; None for what is no such document."""
    if len(payload) > _LONGEST:
        return None
    try:
        document = load_strict(base64.b64decode(payload.strip(), validate=True))
        match document:
            case {
                "challenge": {"parameters": dict() as parameters, "signature": str(signature)},
                "solution": {"counter": int(counter), "derivedKey": str(derived)},
            } if 0 <= counter < 1 << 32 and derived.isascii():
                return parameters, bytes.fromhex(signature), counter, derived.lower()
    except (binascii.Error, JsonRefused, ValueError):
        return None
    return None


def _canonical(parameters: Mapping[str, object]) -> bytes:
    """The bytes that are signed: keys in order, nothing between."""
    return json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
