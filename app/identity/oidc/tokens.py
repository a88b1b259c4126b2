"""What a provider signed, believed only after every check (OpenID Connect Core 1.0 §3.1.3.7, RFC 8725). Pure."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from app.identity.oidc.provider import Algorithm, Provider
from app.identity.oidc.troubles import untrusted

SKEW_S = 60
LONGEST = 20_000
Keys = Mapping[str, Sequence[RSAKey | ECKey]]


class KeyUnknown(Exception):
    """No published key has the name the token gives: look at the published keys again, once."""


def keys_of(published: object) -> Keys:
    """Reads a published set (RFC 7517 §5), by name; a key that is not understood, or not for signing, is left out."""
    found: dict[str, list[RSAKey | ECKey]] = {}
    listed = published.get("keys") if isinstance(published, dict) else None
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        try:
            key = _key_of(one)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if key is not None:
            found.setdefault(str(one.get("kid", "")), []).append(key)
    return found


def signed_claims(token: str, *, keys: Keys, algorithm: Algorithm) -> dict[str, Any]:
    """Returns what the token claims once its signature is right. Raises `NotLetIn` or `KeyUnknown`.

    The algorithm is ours, never the token's: neither `none` nor a shared secret can be slipped in (RFC 8725 §3.1).
    """
    if not token.isascii() or len(token) > LONGEST or token.count(".") != 2:
        raise untrusted("form")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, AttributeError):
        raise untrusted("form") from None
    if header.get("alg") != algorithm.value:
        raise untrusted("algorithm")
    for key in _candidates(keys, header, algorithm):
        try:
            claims = jwt.decode(token, key, algorithms=[algorithm.value]).claims
        except (JoseError, ValueError, TypeError):
            continue
        if isinstance(claims, dict):
            return claims
    raise untrusted("signature")


def check_issued(claims: Mapping[str, Any], *, provider: Provider, now: datetime, dated: bool = True) -> None:
    """Checks that this provider said it, to us, and that it still holds. Raises `NotLetIn`.

    `dated` False is for a userinfo, which need not carry dates (§5.3.2); those it carries count.
    """
    if claims.get("iss") != provider.issuer:
        raise untrusted("iss")
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or provider.client_id not in audiences:
        raise untrusted("aud")
    party = claims.get("azp")
    if (party is not None or len(audiences) > 1) and party != provider.client_id:
        raise untrusted("azp")
    second = now.timestamp()
    for name in ("exp", "iat"):
        if (dated or name in claims) and not _instant(claims.get(name)):
            raise untrusted(name)
    if "exp" in claims and claims["exp"] <= second - SKEW_S:
        raise untrusted("exp")
    if "iat" in claims and claims["iat"] > second + SKEW_S:
        raise untrusted("iat")
    if "nbf" in claims and (not _instant(claims["nbf"]) or claims["nbf"] > second + SKEW_S):
        raise untrusted("nbf")


def check_seen_since(claims: Mapping[str, Any], *, since: float) -> None:
    """Raises `NotLetIn` when the provider says it saw its user before it was asked to see them anew (`auth_time`, §2).

    A provider that says nothing is believed on `prompt=login`, which it must obey or refuse (§3.1.2.1).
    """
    seen = claims.get("auth_time")
    if seen is not None and (not isinstance(seen, int | float) or seen < since - SKEW_S):
        raise untrusted("auth_time")


def check_nonce(claims: Mapping[str, Any], nonce: str) -> None:
    """Checks that the token answers this browser's own question. Raises `NotLetIn`."""
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise untrusted("nonce")


def subject_of(claims: Mapping[str, Any]) -> str:
    """Returns the provider's name for the person (§2: at most 255 characters). Raises `NotLetIn`."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or "\x00" in subject:
        raise untrusted("sub")
    return subject


def _key_of(one: dict[str, Any]) -> RSAKey | ECKey | None:
    match one.get("kty"):
        case "RSA":
            return RSAKey.import_key(one)
        case "EC":
            return ECKey.import_key(one)
        case _:
            return None


def _candidates(keys: Keys, header: Mapping[str, Any], algorithm: Algorithm) -> list[RSAKey | ECKey]:
    kind = ECKey if algorithm.value.startswith("ES") else RSAKey
    named = header.get("kid")
    listed = keys.get(str(named), ()) if named is not None else [key for some in keys.values() for key in some]
    fitting = [key for key in listed if isinstance(key, kind)]
    if not fitting:
        raise KeyUnknown
    return fitting


def _instant(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
