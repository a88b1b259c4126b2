"""A host as somebody wrote it, in one spelling: what is written to be misread is refused."""

import re
import unicodedata

from app.egress.addresses import Address, read_address
from app.egress.refusing import EgressRefused

_LONGEST = 253
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# WHATWG URL, "ends in a number": resolvers take such a host for an IPv4 address in decimal, octal or hexadecimal.
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
# Names that mean something inside a network only (RFC 6761, RFC 6762, RFC 8375, RFC 9476, and habits).
_INSIDE = frozenset(
    {"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "onion", "invalid", "alt"}
)


def host_of(written: str) -> str | Address:
    """Returns the address or the name a host stands for. Raises `EgressRefused` for a spelling nobody needs."""
    text = written.strip().lower()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    literal = read_address(text)
    if literal is not None:
        return literal
    name = _ascii(text)
    labels = name.split(".")
    if len(name) > _LONGEST or not all(_LABEL.fullmatch(label) for label in labels):
        raise EgressRefused("l'adresse n'a pas un nom de serveur valable")
    if _NUMBER.fullmatch(labels[-1]):
        # Only the four plain numbers are read: 2130706433, 0177.0.0.1 and 0x7f.1 are all 127.0.0.1 to somebody.
        literal = read_address(name)
        if literal is None:
            raise EgressRefused("l'adresse du serveur est écrite d'une façon inhabituelle")
        return literal
    return name


def is_inside_name(name: str) -> bool:
    """Says whether a name means something inside a network only: one word, or a suffix kept for that."""
    labels = name.split(".")
    return len(labels) == 1 or labels[-1] in _INSIDE


def _ascii(text: str) -> str:
    # Full-width digits and ideographic dots become what a resolver would make of them, before anything is judged.
    plain = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    plain = plain.removesuffix(".")
    if plain.isascii() or len(plain) > _LONGEST:
        return plain
    try:
        return plain.encode("idna").decode().lower()
    except UnicodeError:
        raise EgressRefused("l'adresse n'a pas un nom de serveur valable") from None
