"""The number of an establishment: fourteen digits, the last of which proves the others (code de commerce R123-221)."""

from app.errors import Flaw, Invalid
from app.rest.languages import Said

_LA_POSTE = "356000000"


def siret_of(written: str) -> str:
    """Returns the fourteen digits of a SIRET, spaces or not. Raises `Invalid` when it is not one."""
    digits = "".join(written.split())
    if len(digits) != 14 or not digits.isascii() or not digits.isdigit() or not _proven(digits):
        told = Said(
            "quatorze chiffres sont attendus, tels qu'ils figurent à l'annuaire des entreprises",
            en="fourteen digits are expected, as the register of businesses gives them",
        )
        raise Invalid(flaws=[Flaw("/siret", "siret", told)])
    return digits


def _proven(digits: str) -> bool:
    """Luhn's sum (ISO/IEC 7812-1); the establishments of La Poste outgrew it and sum their digits by five instead."""
    if digits.startswith(_LA_POSTE) and sum(map(int, digits)) % 5 == 0:
        return True
    doubled = (int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
