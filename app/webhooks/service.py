"""The office of webhooks: endpoints and their secrets, what left and what leaves again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from app.clock import Clock
from app.db.transaction import Session, whole
from app.egress.policy import EgressPolicy
from app.egress.ports import Speech
from app.egress.refusing import EgressRefused
from app.errors import Flaw, Invalid, NotFound, Stale
from app.facts import SYSTEM, Actor, FactBook
from app.ids import new_id
from app.live.events import EventLog
from app.rest.languages import Said
from app.vault.service import Vault
from app.webhooks import kinds, repository, signing
from app.webhooks.facts import WebhookCreated, WebhookFact, WebhookRemoved, WebhookReplayed, WebhookSecretRotated
from app.webhooks.payloads import body_of, row_of
from app.webhooks.refusals import MOST_ENDPOINTS, MOST_SECRETS, TooManySecrets, TooManyWebhooks
from app.webhooks.values import Delivery, DeliveryState, Endpoint, EndpointState, Origin

LONGEST_OVERLAP = timedelta(days=7)
KEPT_FOR = timedelta(days=30)
MOST_REPLAYED = 5_000


class Webhooks:
    """Makes, changes and removes endpoints; what they are sent is the courier's."""

    def __init__(self, vault: Vault, events: EventLog, policy: EgressPolicy, book: FactBook, clock: Clock) -> None:
        self._vault, self._events, self._policy, self._book, self._clock = vault, events, policy, book, clock

    async def judge(self, url: str) -> None:
        """Judges an address as written and as resolved, outside of any transaction. Raises `Invalid`.

        A name nobody resolves yet is taken: each delivery judges again.
        """
        try:
            parts = self._policy.check_url(url)
            httpx.URL(url)
            port = parts.port or (80 if parts.scheme == "http" else 443)
            await self._policy.addresses(parts.hostname or "", port, speech=Speech.HTTP, plain=parts.scheme == "http")
        except EgressRefused as refused:
            raise Invalid(flaws=[Flaw("/url", "address", str(refused))]) from None
        except httpx.InvalidURL:
            raise Invalid(flaws=[Flaw("/url", "address", "l'adresse est mal formée")]) from None
        except OSError:
            return

    async def page(self, session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Endpoint]:
        """Returns a page of endpoints, in the order they were made."""
        return await repository.page(session, tenant_id, after=after, limit=limit)

    async def get(self, session: Session, tenant_id: UUID, endpoint_id: UUID) -> Endpoint:
        """Raises `NotFound`."""
        found = await repository.endpoint(session, tenant_id, endpoint_id)
        if found is None:
            raise NotFound(Said("aucun webhook n'a cet identifiant", en="no webhook has this identifier"))
        return found

    async def create(
        self,
        session: Session,
        tenant_id: UUID,
        *,
        name: str,
        url: str,
        types: Sequence[str],
        actor: Actor = SYSTEM,
    ) -> tuple[Endpoint, str]:
        """Makes an endpoint, told what happens from now on; returns its secret, for the only time.

        The address was judged before (`judge`). Raises `Invalid` for an unknown type, `TooManyWebhooks`.
        """
        wanted = kinds.checked(types)
        if await repository.count(session, tenant_id) >= MOST_ENDPOINTS:
            raise TooManyWebhooks(TooManyWebhooks.advice)
        endpoint_id, now = new_id(), self._clock()
        xid, event_id = await self._events.present(session)
        await repository.add_endpoint(
            session,
            {
                "tenant_id": tenant_id,
                "id": endpoint_id,
                "name": name.strip(),
                "url": url,
                "types": wanted,
                "state": EndpointState.ACTIVE.value,
                "created_at": now,
                "version": 1,
                "position_xid": xid,
                "position_id": event_id,
                "failures": 0,
            },
        )
        secret = await signing.add_secret(session, self._vault, tenant_id, endpoint_id, at=now)
        await self._state(session, WebhookCreated, tenant_id, endpoint_id, actor=actor)
        return await self.get(session, tenant_id, endpoint_id), secret

    async def change(
        self,
        session: Session,
        endpoint: Endpoint,
        *,
        version: int,
        name: str | None = None,
        url: str | None = None,
        types: Sequence[str] | None = None,
        state: EndpointState | None = None,
        actor: Actor = SYSTEM,
    ) -> Endpoint:
        """Changes what is given; called again, an endpoint is sent all that waits. Raises `Stale` or `Invalid`."""
        # Whoever carries at this moment is fenced off: the next call is made with what is written here.
        values: dict[str, Any] = {"lease": None, "lease_until": None}
        if name is not None:
            values["name"] = name.strip()
        if url is not None:
            values["url"] = url
        if types is not None:
            values["types"] = kinds.checked(types)
        if state is not None:
            values |= {"state": state.value, "reason": None, "disabled_at": None, "failures": 0, "retry_at": None}
        if not await repository.change(session, endpoint.tenant_id, endpoint.id, values, version=version):
            raise Stale
        if state is EndpointState.ACTIVE:
            await repository.pull_forward(session, endpoint.tenant_id, endpoint.id, now=self._clock())
        await self._state(session, WebhookFact, endpoint.tenant_id, endpoint.id, actor=actor)
        return await self.get(session, endpoint.tenant_id, endpoint.id)

    async def remove(self, session: Session, endpoint: Endpoint, *, version: int, actor: Actor = SYSTEM) -> None:
        """Removes an endpoint, its secrets and its deliveries. Raises `Stale`."""
        if not await repository.remove(session, endpoint.tenant_id, endpoint.id, version=version):
            raise Stale
        await self._state(session, WebhookRemoved, endpoint.tenant_id, endpoint.id, actor=actor)

    async def rotate(
        self, session: Session, endpoint: Endpoint, *, overlap: timedelta, actor: Actor = SYSTEM
    ) -> tuple[str, datetime]:
        """Makes a new secret; the ones before sign too until the end of the overlap. Raises `TooManySecrets`."""
        now = self._clock()
        ends_at = now + min(overlap, LONGEST_OVERLAP)
        await repository.end_secrets(session, endpoint.tenant_id, endpoint.id, at=ends_at)
        if len(await repository.secrets(session, endpoint.tenant_id, endpoint.id, now=now)) >= MOST_SECRETS:
            raise TooManySecrets(TooManySecrets.advice)
        secret = await signing.add_secret(session, self._vault, endpoint.tenant_id, endpoint.id, at=now)
        await self._state(session, WebhookSecretRotated, endpoint.tenant_id, endpoint.id, actor=actor)
        return secret, ends_at

    async def deliveries(
        self,
        session: Session,
        endpoint: Endpoint,
        *,
        state: DeliveryState | None = None,
        before: UUID | None = None,
        limit: int,
    ) -> Sequence[Delivery]:
        """Returns a page of deliveries, newest first."""
        own = (session, endpoint.tenant_id, endpoint.id)
        return await repository.deliveries(*own, state=state, before=before, limit=limit)

    async def delivery(self, session: Session, endpoint: Endpoint, delivery_id: UUID) -> Delivery:
        """Raises `NotFound`."""
        found = await repository.delivery(session, endpoint.tenant_id, endpoint.id, delivery_id)
        if found is None:
            raise NotFound(Said("aucune livraison n'a cet identifiant", en="no delivery has this identifier"))
        return found

    async def redeliver(
        self, session: Session, endpoint: Endpoint, delivery_id: UUID, *, actor: Actor = SYSTEM
    ) -> Delivery:
        """Has an event leave once more, with its own identifier and bytes: its consumer knows it again."""
        past = await self.delivery(session, endpoint, delivery_id)
        row = row_of(
            endpoint,
            event_id=past.event_id,
            event_type=past.event_type,
            body=past.body,
            origin=Origin.REDELIVERY,
            now=self._clock(),
        )
        await repository.add_deliveries(session, [row])
        await self._replayed(session, endpoint, 1, actor=actor)
        return await self.delivery(session, endpoint, row["id"])

    async def replay(
        self,
        session: Session,
        endpoint: Endpoint,
        *,
        since: datetime,
        until: datetime,
        types: Sequence[str] = (),
        actor: Actor = SYSTEM,
    ) -> int:
        """Has past events leave once more, those of `types` or all the endpoint wants; returns how many.

        What the endpoint was not told yet is left to the courier. Raises `Invalid` when there are too many.
        """
        if until <= since:
            told = Said("la fin doit suivre le début", en="the end must come after the beginning")
            raise Invalid(flaws=[Flaw("/to", "order", told)])
        wanted = kinds.checked(types) or list(endpoint.types)
        # Webhooks belong to the house: what its agent may not see is replayed as it was told, identifiers only.
        async with whole(session):
            found = await repository.happened(
                session, endpoint, since=since, until=until, types=wanted, limit=MOST_REPLAYED + 1
            )
        if len(found) > MOST_REPLAYED:
            told = Said(
                f"plus de {MOST_REPLAYED} faits : demandez une période plus courte, ou moins de types",
                en=f"more than {MOST_REPLAYED} events: ask for a shorter period, or fewer types",
            )
            raise Invalid(flaws=[Flaw("/from", "too-many", told)])
        now = self._clock()
        rows: list[Mapping[str, Any]] = [
            row_of(endpoint, event_id=e.id, event_type=e.type, body=body_of(e), origin=Origin.REPLAY, now=now)
            for e in found
        ]
        await repository.add_deliveries(session, rows)
        await self._replayed(session, endpoint, len(rows), actor=actor)
        return len(rows)

    async def _replayed(self, session: Session, endpoint: Endpoint, count: int, *, actor: Actor) -> None:
        fact = WebhookReplayed(
            tenant_id=endpoint.tenant_id, subject_id=endpoint.id, at=self._clock(), actor=actor, deliveries=count
        )
        await self._book.record(session, fact)

    async def _state(
        self, session: Session, kind: type[WebhookFact], tenant_id: UUID, endpoint_id: UUID, *, actor: Actor
    ) -> None:
        fact = kind(tenant_id=tenant_id, subject_id=endpoint_id, at=self._clock(), actor=actor)
        await self._book.record(session, fact)
