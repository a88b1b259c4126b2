"""How much may be asked in a minute, and by whom: one bucket a caller, an administration, an address, a channel.

A bucket holds a minute's worth and fills evenly (the generic cell rate algorithm, ITU-T I.371: the same as a token
bucket, kept as one number). What is refused takes nothing from any bucket. Deliveries are counted by channel alone and
refused as `503`, which every provider repeats, far above what people and their providers send; mail is never counted.
"""

import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from starlette.requests import HTTPConnection

from app.errors import TooManyRequests, Unavailable
from app.rest.callers import Caller
from app.rest.languages import Said

WINDOW_S = 60
# Enough for the people of one house, or one town hall's screen, who ask for their codes; nothing for who tries them all.
GUESSES = 10
_STATE = "quotas"
# What gateways hand over is the same legal fact as what a provider delivers: it is counted as a delivery.
_INTAKE = ("/messages", "/raw")
_HANDS_OVER = "intake:write"


class Quota(StrEnum):
    """Whose minute it is; the word is the policy's name in `RateLimit-Policy`."""

    CALLER = "caller"
    TENANT = "tenant"
    ADDRESS = "address"
    CHANNEL = "channel"


class QuotaExceeded(TooManyRequests):
    """More was asked in a minute than may be; `RateLimit-Policy` says how much that is, `Retry-After` how long to wait."""

    code = "quota-exceeded"
    title_fr = "Trop de requêtes en une minute"
    title_en = "Too many requests in a minute"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A minute of somebody's: whose, and how many requests it holds."""

    quota: Quota
    whose: str
    size: int

    @property
    def name(self) -> str:
        return f"{self.quota}:{self.whose}"


@dataclass(frozen=True, slots=True)
class Level:
    """What a bucket holds after a request: how many more, full again in how long; `wait_s` above zero refused it."""

    left: int
    full_in_s: float
    wait_s: float


class Counter(Protocol):
    """Keeps buckets. Whatever happens to it, it answers."""

    async def take(self, buckets: Sequence[Bucket]) -> Sequence[Level]:
        """Takes one request from every bucket, or from none when one of them is empty."""
        ...

    async def close(self) -> None: ...


def level(*, until: float, now: float, size: int) -> Level:
    """Reads a bucket that is full again at `until`, without taking anything."""
    empty_for = max(until, now) - now
    step = WINDOW_S / size
    # Half a microsecond forgives what adding many small steps rounds away.
    left = max(0, math.floor((WINDOW_S - empty_for) / step + 1e-6))
    return Level(left, empty_for, 0 if left else empty_for + step - WINDOW_S)


class Quotas:
    """Counts the requests of a house; a size of 0 counts nothing."""

    def __init__(self, counter: Counter, *, caller: int, tenant: int, address: int, channel: int) -> None:
        self._counter = counter
        self._sizes = {Quota.CALLER: caller, Quota.TENANT: tenant, Quota.ADDRESS: address, Quota.CHANNEL: channel}

    async def of_caller(self, request: HTTPConnection, caller: Caller) -> None:
        """Counts a request of somebody known, and of their administration. Raises `QuotaExceeded` or `Unavailable`."""
        path = str(request.scope["path"])
        delivers = (
            request.scope.get("method") == "POST" and path.startswith("/api/v1/channels/") and path.endswith(_INTAKE)
        )
        # A caller that may hand nothing over makes up no channels to be counted by.
        if delivers and _HANDS_OVER in caller.scopes:
            await self.of_delivery(f"{caller.tenant_id}:{path.split('/')[4]}")
            return
        buckets = self._counted((Quota.CALLER, f"{caller.tenant_id}:{caller.label}"), (Quota.TENANT, caller.tenant_id))
        await self._take(request, buckets)

    async def of_stranger(self, request: HTTPConnection) -> None:
        """Counts a request of nobody known, by the address it comes from. Raises `QuotaExceeded`."""
        await self._take(request, self._counted((Quota.ADDRESS, place_of(request))))

    async def of_guess(self, request: HTTPConnection) -> None:
        """Counts what could guess at somebody's request, by the address it comes from. Raises `QuotaExceeded`."""
        if size := min(self._sizes[Quota.ADDRESS], GUESSES):
            await self._take(request, [Bucket(Quota.ADDRESS, f"guess:{place_of(request)}", size)])

    async def of_delivery(self, channel: str) -> None:
        """Counts a delivery to a channel. Raises `Unavailable`: whoever delivers repeats, and nothing is lost."""
        buckets = self._counted((Quota.CHANNEL, channel))
        for found in await self._counter.take(buckets) if buckets else ():
            if found.wait_s > 0:
                raise Unavailable("more is delivered than can be kept", retry_after_s=math.ceil(found.wait_s))

    async def close(self) -> None:
        await self._counter.close()

    def _counted(self, *wanted: tuple[Quota, object]) -> list[Bucket]:
        return [Bucket(quota, str(whose), self._sizes[quota]) for quota, whose in wanted if self._sizes[quota]]

    async def _take(self, request: HTTPConnection, buckets: Sequence[Bucket]) -> None:
        if not buckets:
            return
        levels = await self._counter.take(buckets)
        headers = fields_of(buckets, levels)
        request.scope.setdefault("state", {})[_STATE] = headers
        wait = max(found.wait_s for found in levels)
        if wait > 0:
            over = next(b for b, found in zip(buckets, levels, strict=True) if found.wait_s > 0)
            raise QuotaExceeded(_TOLD[over.quota], headers={**headers, "Retry-After": str(math.ceil(wait))})


def fields_of(buckets: Sequence[Bucket], levels: Sequence[Level]) -> dict[str, str]:
    """Writes `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers, lists of RFC 9651)."""
    policies = ", ".join(f'"{one.quota}";q={one.size};w={WINDOW_S}' for one in buckets)
    states = ", ".join(
        f'"{one.quota}";r={found.left};t={math.ceil(found.wait_s or found.full_in_s)}'
        for one, found in zip(buckets, levels, strict=True)
    )
    return {"RateLimit-Policy": policies, "RateLimit": states}


def told_of(scope: object) -> dict[str, str]:
    """Returns the fields a request's answer carries; none where nothing was counted."""
    state = scope.get("state", {}) if isinstance(scope, dict) else {}
    told: dict[str, str] = state.get(_STATE, {})
    return told


def place_of(request: HTTPConnection) -> str:
    """Returns where a request comes from: an IPv4 address, or the /64 of an IPv6 one, which is one subscriber's."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(getattr(address, "ipv4_mapped", None) or address)


_TOLD = {
    Quota.CALLER: Said(
        "vous avez trop demandé en une minute : attendez le délai de Retry-After",
        en="you asked too much in a minute: wait as long as Retry-After says",
    ),
    Quota.TENANT: Said(
        "votre administration a trop demandé en une minute : attendez le délai de Retry-After",
        en="your administration asked too much in a minute: wait as long as Retry-After says",
    ),
    Quota.ADDRESS: Said(
        "trop de demandes viennent de votre connexion : attendez une minute, puis recommencez",
        en="too many requests come from your connection: wait a minute, then try again",
    ),
    Quota.CHANNEL: Said("trop de livraisons : répétez plus tard", en="too many deliveries: repeat later"),
}
