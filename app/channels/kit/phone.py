"""Phone numbers as E.164, with the overseas departments put where they belong.

Under region FR a library reads Martinique's `0596…` as a valid mainland number: the leading digits decide first, then
the tenant's territory, then France. Whoever writes `+33 690…` for a number of Guadeloupe, or `+590 0690…`, means it too.
Source: plan national de numérotation (Arcep, décision 2022-1583).
"""

import re
import unicodedata

from app.channels.contract import Party, PointKind

# Leading national digits → country code. 0639 is Mayotte inside the mobile range of the mainland.
_OVERSEAS = {
    "262": ("0262", "0263", "0692", "0693"),
    "590": ("0590", "0690", "0691"),
    "596": ("0596", "0696", "0697"),
    "594": ("0594", "0694"),
}
_MAYOTTE = ("0269", "0639")
# Saint-Pierre-et-Miquelon has six digits of its own, which the rest of France dials behind 0508.
_MIQUELON = "0508"
# Ranges shared out among the overseas departments digit by digit: only the library's tables know whose a number is.
_SHARED = ("0708", "0709", "0939", "0947", "0976")
_SHARING = ("GP", "MQ", "GF", "RE", "YT", "PM")
# The country codes whose national numbers have a trunk zero that is never dialled behind the code.
_TRUNK_ZERO = re.compile(r"\+(33|262|590|594|596)0(\d{9})", re.ASCII)
_PUNCTUATION = re.compile(r"[\s._\-()/\u00a0\u00b7\u202f\u2010-\u2015\u2022]+|tel:")
_WITHHELD = {
    "",
    "anonymous",
    "unknown",
    "<unknown>",
    "restricted",
    "private",
    "unavailable",
    "asserted",
    "masque",
    "inconnu",
}

_REGIONS = {
    "GUADELOUPE": "GP",
    "MARTINIQUE": "MQ",
    "GUYANE": "GF",
    "LA_REUNION": "RE",
    "MAYOTTE": "YT",
    "SAINT_BARTHELEMY": "BL",
    "SAINT_MARTIN": "MF",
    "SAINT_PIERRE_ET_MIQUELON": "PM",
    "NOUVELLE_CALEDONIE": "NC",
    "POLYNESIE_FRANCAISE": "PF",
    "WALLIS_ET_FUTUNA": "WF",
}


def region_of(territory: str) -> str:
    """Returns the ISO 3166 region of an administration's territory, for numbers its agents write: `MARTINIQUE` is `MQ`."""
    return _REGIONS.get(territory, "FR")


def e164(raw: str, *, territory: str = "FR", international: bool = False) -> str | None:
    """Returns the number as `+` and digits, or None when it is a short code, a name or nothing.

    `territory` is the tenant's ISO 3166 region (`FR`, `MQ`, `NC` …). `international` is for providers that write the
    country code without `+` (Vonage, mTarget).
    """
    digits = _PUNCTUATION.sub("", _plain(raw).strip().lower()[:60])
    # A raw `+` in a form body decodes to a space: mTarget and HighConnection send it so.
    if raw[:1] == " " and digits[:1] not in {"+", "0"}:
        digits = f"+{digits}"
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if not re.fullmatch(r"\+?\d{3,17}", digits, re.ASCII):
        return None
    if international and not digits.startswith(("+", "0")) and len(digits) >= 8:
        digits = f"+{digits}"
    if digits.startswith("+"):
        return _international(digits)
    return _national(digits, territory=territory)


def phone_party(raw: str | None, *, territory: str = "FR", international: bool = False) -> Party | None:
    """Returns who writes from a phone line: a number, or a sender's name that can neither be answered nor trusted."""
    if raw is None or not raw.strip():
        return None
    number = e164(raw, territory=territory, international=international)
    return Party(PointKind.PHONE, number) if number else Party(PointKind.SENDER_NAME, raw.strip()[:100])


def is_withheld(raw: str | None) -> bool:
    """Says whether a caller's number is withheld: such callers are nobody's contact."""
    return (raw or "").strip().lower() in _WITHHELD


def _plain(raw: str) -> str:
    """Writes any digits as ours, and drops the invisible marks that a number copied from a page carries."""
    if raw.isascii():
        return raw
    kept = (one for one in raw[:200] if unicodedata.category(one) != "Cf")
    return "".join("+" if one == "\uff0b" else str(unicodedata.decimal(one, one)) for one in kept)


def _international(digits: str) -> str | None:
    if not 8 <= len(digits) <= 16:
        return None
    # +33 0… is a number typed twice over: the trunk zero goes, behind the codes of the departments too.
    if doubled := _TRUNK_ZERO.fullmatch(digits):
        return _national(f"0{doubled[2]}", territory="FR")
    if digits.startswith("+33") and len(digits) == 12:
        return _department(f"0{digits[3:]}") or digits
    return digits


def _national(digits: str, *, territory: str) -> str | None:
    if len(digits) == 10:
        if (found := _department(digits)) is not None:
            return found
        if digits.startswith(_SHARED):
            regions = (territory, *_SHARING) if territory in _SHARING else _SHARING
            shared = next((found for region in regions if (found := _by_region(digits, region))), None)
            return shared or _by_region(digits, "FR")
    return _by_region(digits, territory) or (None if territory == "FR" else _by_region(digits, "FR"))


def _department(digits: str) -> str | None:
    """Returns the number of an overseas department or of Saint-Pierre-et-Miquelon, by its first digits."""
    if digits.startswith(_MAYOTTE):
        return f"+262{digits[1:]}"
    if digits.startswith(_MIQUELON):
        return f"+508{digits[4:]}"
    for code, beginnings in _OVERSEAS.items():
        if digits.startswith(beginnings):
            return f"+{code}{digits[1:]}"
    return None


def _by_region(digits: str, region: str) -> str | None:
    import phonenumbers  # 50 ms: only national writing needs its metadata

    try:
        found = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(found):
        return None
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
