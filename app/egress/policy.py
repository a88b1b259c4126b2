"""The policy: an address is looked at as it is written, resolved by us, and every answer judged before any is used."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from urllib.parse import SplitResult, urlsplit

from app.egress.addresses import Address, Network, is_public, read_address
from app.egress.hosts import host_of, is_inside_name
from app.egress.ports import Speech, may_speak
from app.egress.refusing import EgressRefused
from app.errors import Misconfigured

LONGEST_URL = 2048
RESOLVE_S = 5.0
_INSIDE = EgressRefused("l'adresse n'est pas celle d'un service public d'internet")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """Asks the system's resolver. Raises `OSError`."""
    loop = asyncio.get_running_loop()
    found = await asyncio.wait_for(loop.getaddrinfo(host, port, type=socket.SOCK_STREAM), RESOLVE_S)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Allowed:
    """One inner place this installation may reach: a network, or a host by its name, on one port or on all."""

    network: Network | None
    name: str | None
    port: int | None

    def covers(self, host: str | Address, port: int) -> bool:
        if self.port is not None and self.port != port:
            return False
        if isinstance(host, str):
            return self.name == host
        return self.network is not None and host.version == self.network.version and host in self.network


def allowed_of(written: str) -> Allowed:
    """Reads one entry of PARVIS_EGRESS_ALLOW: `10.1.0.0/16`, `mail.lan:25`, `127.0.0.1:1025`. Raises `Misconfigured`."""
    text, port = written.strip().lower(), None
    head, separator, tail = text.rpartition(":")
    if separator and tail.isdigit() and (":" not in head or head.endswith("]")):
        text, port = head, int(tail)
    text = text.removeprefix("[").removesuffix("]")
    try:
        return Allowed(ip_network(text, strict=False), None, port)
    except ValueError:
        pass
    try:
        name = host_of(text)
    except EgressRefused:
        name = ""
    if not isinstance(name, str) or not name:
        raise Misconfigured(
            f"PARVIS_EGRESS_ALLOW: {written!r} is neither a host, a host and port, nor a network (10.0.0.0/8)"
        )
    return Allowed(None, name, port)


class EgressPolicy:
    """Judges addresses. `allow` are the inner places of this installation; there, plain HTTP may be spoken too."""

    def __init__(self, allow: Sequence[str] = (), *, resolve: Resolve = system_resolve) -> None:
        self._allowed = tuple(allowed_of(written) for written in allow)
        self._resolve = resolve

    def check_url(self, url: str) -> SplitResult:
        """Judges an address as written, before anything is resolved. Raises `EgressRefused`."""
        if len(url) > LONGEST_URL or any(ord(c) <= 0x20 or ord(c) == 0x7F or c == "\\" for c in url):
            raise EgressRefused("l'adresse est trop longue ou contient des caractères interdits")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise EgressRefused("l'adresse est mal formée") from None
        if parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc:
            raise EgressRefused("l'adresse doit être de la forme https://serveur/chemin")
        plain = parts.scheme == "http"
        self.look(parts.hostname, (80 if plain else 443) if port is None else port, speech=Speech.HTTP, plain=plain)
        return parts

    def look(self, host: str, port: int, *, speech: Speech, plain: bool = False) -> str | Address:
        """Judges a host as written and its port. Raises `EgressRefused`."""
        found = host_of(host)
        if self._covers(found, port):
            return found
        if plain:
            raise EgressRefused("l'adresse doit commencer par https://")
        if not may_speak(speech, port):
            raise EgressRefused("ce port n'est pas de ceux qu'on appelle")
        if is_inside_name(found) if isinstance(found, str) else not is_public(found):
            raise _INSIDE
        return found

    async def addresses(self, host: str, port: int, *, speech: Speech, plain: bool = False) -> Sequence[str]:
        """Returns the addresses one may connect to, resolved here and all judged.

        One answer inside condemns the others: a name that points both out and in is a trap. Raises `EgressRefused`, or
        another `OSError` when the name cannot be resolved.
        """
        found = self.look(host, port, speech=speech, plain=plain)
        if not isinstance(found, str):
            return [str(found)]
        answers = await self._resolve(found, port)
        judged = [read_address(answer) for answer in answers]
        if not judged:
            raise OSError("no address")
        if not self._covers(found, port):
            for address in judged:
                if address is None or not (is_public(address) or self._covers(address, port)):
                    raise _INSIDE
        return [str(address) for address in judged if address is not None]

    def _covers(self, host: str | Address, port: int) -> bool:
        return any(entry.covers(host, port) for entry in self._allowed)
