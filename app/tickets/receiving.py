"""Every SQL condition of a list narrowed by when requests came, and by what was asked for."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import TIMESTAMP, ColumnElement, ScalarSelect, Uuid, cast, column, func, select, table

from app.tickets.tables import TicketRecord

_TENANTS = table("tenants", column("id", Uuid), column("time_zone"))
# Saisines are another package's table: only their procedure is read.
_SAISINES = table("saisines", column("tenant_id", Uuid), column("ticket_id", Uuid), column("procedure"))


def narrowed(
    tenant_id: UUID, *, first: date | None, last: date | None, procedure: str | None
) -> list[ColumnElement[bool]]:
    """That a request was received on these civil days, both included, and asks for a procedure; None narrows nothing."""
    ticket = TicketRecord
    conditions: list[ColumnElement[bool]] = []
    if first is not None:
        begins = _midnight(tenant_id, first)
        # Nothing moved before it was received: the index of the last activity leads.
        conditions += [ticket.received_at >= begins, ticket.last_activity_at >= begins]
    if last is not None:
        conditions.append(ticket.received_at < _midnight(tenant_id, last + timedelta(days=1)))
    if procedure is not None:
        conditions.append(_asking(tenant_id, procedure))
    return conditions


def _asking(tenant_id: UUID, procedure: str) -> ColumnElement[bool]:
    saisine = _SAISINES.c
    asked = select(saisine.ticket_id).where(saisine.tenant_id == tenant_id, saisine.procedure == procedure)
    return TicketRecord.id.in_(asked)


def _midnight(tenant_id: UUID, day: date) -> ScalarSelect[datetime]:
    tenant = _TENANTS.c
    at = func.timezone(tenant.time_zone, cast(day, TIMESTAMP))
    return select(at).where(tenant.id == tenant_id).scalar_subquery()
