"""Trying an endpoint on demand: one call, now, that everybody can see the outcome of."""

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Database
from app.errors import TooManyRequests
from app.facts import SYSTEM, Actor, FactBook, Seen
from app.ids import Prefix, new_id, public_id
from app.live.schemas import EventOut
from app.rest.languages import Said
from app.vault.service import Vault
from app.webhooks import kinds, repository, signing
from app.webhooks.payloads import row_of
from app.webhooks.schedule import Answered
from app.webhooks.sending import Sender
from app.webhooks.service import Webhooks
from app.webhooks.values import Delivery, DeliveryState, Origin

MOST, WITHIN = 5, timedelta(minutes=1)


class Trials:
    """Sends `webhook.test`, to endpoints that are paused or disabled too; no attempt follows."""

    def __init__(
        self, database: Database, webhooks: Webhooks, sender: Sender, vault: Vault, book: FactBook, clock: Clock
    ) -> None:
        self._database, self._webhooks, self._sender = database, webhooks, sender
        self._vault, self._book, self._clock = vault, book, clock

    async def test(self, tenant_id: UUID, endpoint_id: UUID, *, actor: Actor = SYSTEM) -> Delivery:
        """Calls an endpoint outside of any transaction, and keeps what it answered. Raises `TooManyRequests`."""
        now, event_id = self._clock(), new_id()
        async with self._database.transaction(tenant=tenant_id) as session:
            endpoint = await self._webhooks.get(session, tenant_id, endpoint_id)
            if await repository.tests_since(session, tenant_id, endpoint_id, since=now - WITHIN) >= MOST:
                told = Said(f"{MOST} essais par minute au plus : patientez", en=f"{MOST} tests a minute at most: wait")
                raise TooManyRequests(told, headers={"Retry-After": "60"})
            secrets = await signing.secrets_of(session, self._vault, tenant_id, endpoint_id, now=now)
            data = {"endpoint_id": public_id(Prefix.WEBHOOK, endpoint_id)}
            body = EventOut(id=event_id, type=kinds.TEST, occurred_at=now, data=data).model_dump_json()
            # Counted before the call: it cannot be made more often by not waiting for it.
            row = row_of(endpoint, event_id=event_id, event_type=kinds.TEST, body=body, origin=Origin.TEST, now=now)
            lost = {"state": DeliveryState.FAILED.value, "next_at": None, "last_error": "l'essai a été interrompu"}
            await repository.add_deliveries(session, [{**row, **lost}])
            seen = Seen(tenant_id=tenant_id, subject_id=endpoint_id, at=now, actor=actor, action="webhook.tested")
            await self._book.record(session, seen)
        attempt = await self._sender.send(
            endpoint.url, identifier=public_id(Prefix.EVENT, event_id), body=body, secrets=secrets, at=now
        )
        taken = attempt.answered is Answered.TAKEN
        async with self._database.transaction(tenant=tenant_id) as session:
            values = {
                "state": (DeliveryState.DELIVERED if taken else DeliveryState.FAILED).value,
                "attempts": 1,
                "last_at": self._clock(),
                "last_status": attempt.status,
                "last_error": attempt.error,
                "response": attempt.response,
                "delivered_at": self._clock() if taken else None,
            }
            await repository.set_delivery(session, tenant_id, row["id"], values)
            return await self._webhooks.delivery(session, endpoint, row["id"])
