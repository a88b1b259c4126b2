"""What our own boundary says of a sender (RFC 8601); anything a sender says of itself is ignored."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.channels.kit.headers import text_of
from app.channels.kit.mime.fields import Fields

_METHOD = re.compile(r"\s*([a-z][a-z0-9-]{1,30})(?:\s*/\s*\d+)?\s*=\s*([a-z]{2,20})", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(smtp|header|policy|body)\.([a-z0-9_-]{1,40})\s*=\s*\"?([^\s;\"]{1,320})", re.IGNORECASE)
_KEPT = frozenset({"spf", "dkim", "dmarc", "arc", "iprev", "auth"})


@dataclass(frozen=True, slots=True)
class Result:
    """One method's verdict and the properties it rests on, in lower case."""

    method: str
    result: str
    properties: Mapping[str, str]


def trusted_results(fields: Fields, *, authserv_ids: Sequence[str], hops: int) -> Sequence[Result]:
    """Returns the verdicts written by a configured server at the top of the mail.

    A sender can write the same header, but only below the first Received of ours. `hops` says how many of our own
    Received stand above the result; the boundary must then remove foreign headers that bear its name (RFC 8601 § 5).
    """
    trusted = {name.lower() for name in authserv_ids}
    found: dict[str, Result] = {}
    received = 0
    for name, value in fields.items:
        if name == "received":
            received += 1
            if received > hops:
                break
        elif name == "authentication-results" and trusted:
            text = _without_comments(text_of(value))
            server, _, rest = text.partition(";")
            if server.split(maxsplit=1)[:1] and server.split(maxsplit=1)[0].lower() in trusted:
                for result in _results(rest):
                    found.setdefault(result.method, result)
    return tuple(found.values())


def verifies(results: Sequence[Result], *, domain: str) -> bool:
    """Tells whether the domain of From is vouched for: DMARC, or a DKIM signature of that very domain or a parent.

    SPF alone speaks of the envelope, not of the From a person reads.
    """
    for result in results:
        if result.result != "pass" or not domain:
            continue
        if result.method == "dmarc" and result.properties.get("header.from", domain) == domain:
            return True
        if result.method == "dkim" and _aligned(result.properties.get("header.d", ""), domain):
            return True
    return False


def _aligned(signer: str, domain: str) -> bool:
    return "." in signer and (domain == signer or domain.endswith("." + signer))


def _results(text: str) -> list[Result]:
    out: list[Result] = []
    for statement in text.split(";")[:50]:
        match = _METHOD.match(statement)
        if match and match[1].lower() in _KEPT:
            properties = {f"{kind}.{name}".lower(): value.lower() for kind, name, value in _PROPERTY.findall(statement)}
            out.append(Result(match[1].lower(), match[2].lower(), properties))
    return out


def _without_comments(text: str) -> str:
    depth, out = 0, []
    for char in text[:8_000]:
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= depth > 0
        elif not depth:
            out.append(char)
    return "".join(out)
