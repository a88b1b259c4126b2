"""The turn of an attempt to sign in: counted before anything is checked, so that none is free."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.db.transaction import Database
from app.errors import TooManyRequests
from app.identity import doors_repository
from app.identity.throttling import WINDOW, wait_after
from app.rest.languages import Said


@dataclass(frozen=True, slots=True)
class Turn:
    """The digests of the account that is tried and of where the attempt comes from; nothing else is kept, for a day."""

    account: str
    address: str


def turn_of(*, account: str, address: str) -> Turn:
    return Turn(_digest("account", account), _digest("address", address))


async def take_turn(database: Database, tenant_id: UUID, turn: Turn, *, now: datetime) -> None:
    """Counts the attempt, as refused until it succeeds. Raises `TooManyRequests` with how long to wait."""
    async with database.transaction(tenant=tenant_id) as session:
        await doors_repository.one_attempt_at_a_time(session, tenant_id, turn.account, turn.address)
        of_account, of_address, last = await doors_repository.failures(
            session, tenant_id, account=turn.account, address=turn.address, since=now - WINDOW
        )
        wait = wait_after(of_account=of_account, of_address=of_address, last=last, now=now)
        if not wait:
            # Counted as refused until it succeeds: attempts side by side cannot share one free try.
            await doors_repository.add_failure(session, tenant_id, account=turn.account, address=turn.address, at=now)
            await doors_repository.forget_failures(session, tenant_id, before=now - timedelta(days=1))
    if wait:
        raise TooManyRequests(
            Said(
                "trop d'essais refusés : attendez avant de recommencer",
                en="too many refused attempts: wait before trying again",
            ),
            headers={"Retry-After": str(int(wait.total_seconds()) + 1)},
        )


def _digest(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}/{value.strip().casefold()}".encode("utf-8", "surrogatepass")).hexdigest()
