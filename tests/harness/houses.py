"""A whole house for a test: the real organs on the run's own database, with a clock the test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
from pydantic import SecretStr

from app.bootstrap import House, assemble
from app.channels.contract import Context
from app.db.transaction import Database
from app.egress.connecting import Guarded
from app.egress.policy import EgressPolicy
from app.egress.transport import guarded_client
from app.exchanges.reading import Reader
from app.settings import Settings
from app.tenants.values import TenantKind, TermsOfUse
from tests.harness.pooler import pooled


class MovableClock:
    """An instant the test chooses and moves."""

    def __init__(self, at: datetime | None = None) -> None:
        self.at = at or datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, **delta: float) -> None:
        self.at += timedelta(**delta)


# A reading child takes a third of a second to start: the houses of one test process share one per kind of limits.
_READERS: dict[tuple[float, int], Reader] = {}


def _reader(settings: Settings) -> Reader:
    limits = (settings.parse_seconds, settings.parse_memory_mb)
    return _READERS.setdefault(limits, Reader(seconds=limits[0], memory_mb=limits[1]))


async def close_readers() -> None:
    """Ends the children; the run's last act."""
    for reader in _READERS.values():
        await reader.close()
    _READERS.clear()


@asynccontextmanager
async def house(
    database_url: str,
    folder: Path,
    *,
    clock: MovableClock,
    carried: httpx.AsyncClient | None = None,
    **settings: object,
) -> AsyncIterator[House]:
    """Opens a house; outgoing messages are captured unless `outgoing` says otherwise.

    `carried` stands for the providers: a client whose transport speaks their wire format.
    """
    through = pooled(database_url)
    direct = SecretStr(database_url) if through != database_url else None
    chosen = Settings(
        _env_file=None,
        data_dir=folder,
        database_url=SecretStr(through),
        direct_url=direct,
        **{
            "secret_key": SecretStr("a secret key of tests, long enough to be one"),
            "outgoing": "capture",
            "suggest": "words",
            "ocr": "off",
            # Tests ask more in a minute than anybody; those of limits set their own.
            **dict.fromkeys(("limit_caller", "limit_tenant", "limit_address", "limit_channel"), 0),
            "egress_allow": ["127.0.0.0/8", "localhost"],
            **settings,
        },  # type: ignore[arg-type]
    )
    database = Database(through, pool_size=5)
    reader = _reader(chosen)
    # What tests call stands on this machine, as a relay on a town's own network would.
    policy = EgressPolicy(chosen.egress_allow)
    async with guarded_client(policy) as http:
        context = Context(http=carried or http, now=clock, connect=Guarded(policy), resolve=Guarded(policy).addresses)
        opened = assemble(chosen, clock=clock, database=database, reader=reader, embedded=False, context=context)
        try:
            yield opened
        finally:
            await opened.presence.close()
            await opened.bell.close()
            await opened.quotas.close()
            await database.close()


async def a_town(house: House, *, slug: str = "villebourg", terms: TermsOfUse | None = None) -> UUID:
    """Founds a fictional commune."""
    values = {
        "slug": slug,
        "name": "Commune de Villebourg",
        "kind": TenantKind.COMMUNE.value,
        "territory": "METRO",
        "time_zone": "Europe/Paris",
        "service_name": "Accueil de la mairie",
        "postal_address": "1 place de la Mairie, 00000 Villebourg",
        "email": "contact@villebourg.example.fr",
        "phone": "+33 1 99 00 00 00",
    }
    return await house.tenants.found(values, terms=terms)
