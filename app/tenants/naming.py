"""Which administration a request names beside its key: header and host must agree with whoever calls."""

from collections.abc import Mapping
from uuid import UUID

from starlette.requests import HTTPConnection

from app.clock import Clock
from app.db.transaction import Database
from app.facts import Actor, FactBook, Seen
from app.ids import Prefix, public_id
from app.rest.callers import Caller
from app.tenants.refusals import TenantMismatch
from app.tenants.service import Tenants

HEADER = "parvis-tenant"


class Naming:
    """Compares what a request says with who asks; `hosts` gives the slug of the administration a host name stands for."""

    def __init__(
        self, tenants: Tenants, database: Database, book: FactBook, clock: Clock, *, hosts: Mapping[str, str]
    ) -> None:
        self._tenants, self._database, self._book, self._clock = tenants, database, book, clock
        self._hosts = {host.casefold(): slug for host, slug in hosts.items()}

    async def check(self, request: HTTPConnection, caller: Caller) -> None:
        """Raises `TenantMismatch`, once the attempt stands in the journal of the caller's administration."""
        named = [value.strip() for value in request.headers.getlist(HEADER)]
        if self._hosts:
            host = (request.url.hostname or "").casefold()
            named += [self._hosts[host]] if host in self._hosts else []
        if not named:
            return
        own = await self._tenants.known(caller.tenant_id)
        if all(word in {own.slug, public_id(Prefix.TENANT, own.id)} for word in named):
            return
        kind, _, word = caller.label.partition(":")
        seen = Seen(
            tenant_id=own.id,
            subject_id=own.id,
            at=self._clock(),
            actor=Actor(kind, UUID(word)),
            action="security.administration_mismatch",
            detail={"by": "header" if HEADER in request.headers else "host"},
        )
        async with self._database.transaction(tenant=own.id) as session:
            await self._book.record(session, seen)
        raise TenantMismatch(TenantMismatch.advice)
