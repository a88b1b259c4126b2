"""The paths of MAIL FROM and RCPT TO (RFC 5321 §4.1.2), read without the liberties of a header's addresses.

aiosmtpd reads them with the standard library's header parser, which decodes encoded-words inside an address: a
recipient nobody wrote would be reached (CVE-2023-27043's family). Here a path is what it is.
"""

import re

from app.channels.kit.addresses import normalise, untagged

NULL_PATH = "<>"
_PATH = re.compile(
    r"""<(?:@[^\s<>":,]{1,255}(?:,@[^\s<>":,]{1,255})*:)?       # a source route is read and ignored (RFC 5321 §C)
        (?P<address>(?:"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"|[^\s<>"@\x00-\x1f\x7f]+)@[^\s<>"@\x00-\x1f\x7f]+)>
        |(?P<bare>[^\s<>"@\x00-\x1f\x7f]+@[^\s<>"@\x00-\x1f\x7f]+)(?=\s|$)""",
    re.VERBOSE,
)


def read_path(argument: str) -> tuple[str | None, str | None]:
    """Returns the address and what follows it; (`<>`, …) for the null path, (None, None) when it is no path."""
    argument = argument.strip(" \t")
    if argument.startswith(NULL_PATH):
        return NULL_PATH, argument[len(NULL_PATH) :]
    found = _PATH.match(argument)
    if found is None:
        return None, None
    address = found["address"] or found["bare"]
    if normalise(address) is None:
        return None, None
    rest = argument[found.end() :]
    return (address, rest) if not rest or rest[0] in " \t" else (None, None)


def door_address(recipient: str) -> str | None:
    """Returns the public address a recipient stands for: in lower case, without its tag; None when it is none."""
    normal = normalise(recipient)
    return untagged(normal).lower() if normal else None
