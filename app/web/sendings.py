"""The outbox: what left, what did not and why, what holds channels back, and what a person decides of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.kit.forms import Form
from app.channels.values import Channel
from app.db.transaction import Session
from app.errors import Conflict, Invalid, NotFound, ParvisError, Stale
from app.exchanges import gates, outbox, reported
from app.exchanges.breaker import LaneState
from app.exchanges.gates import Queue
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.resolving import RESOLVABLE, Decision, undoable
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.rest.refusals import advice_on
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.sending_words import OUTCOMES, REPORTS

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PER_PAGE = 50
NO_REASON = "donnez le motif : il reste au journal, et n’est jamais envoyé"
_WAITING = (OutState.FROZEN, OutState.SENDING)
HELD_BACK = "retenus"
FILES: Mapping[str, tuple[str, Sequence[OutState]]] = {
    "a-traiter": ("À traiter", (OutState.UNKNOWN, OutState.FAILED, OutState.BOUNCED)),
    "sans-nouvelle": ("Issue inconnue", (OutState.UNKNOWN,)),
    "en-echec": ("En échec", (OutState.FAILED, OutState.BOUNCED)),
    "en-file": ("En attente", _WAITING),
    HELD_BACK: ("Canal arrêté", _WAITING),
    "abandonnes": ("Abandonnés", (OutState.ABANDONED,)),
    "partis": ("Partis", (OutState.ACCEPTED, OutState.DELIVERED)),
    "tout": ("Tout", ()),
}
DONE: Mapping[str, str] = {
    Decision.RESEND.value: "L’envoi est remis en file : il part.",
    Decision.MARK_SENT.value: "L’envoi est tenu pour parti.",
    Decision.ABANDON.value: "L’envoi est abandonné.",
    Decision.UNDO.value: "La décision est reprise : l’envoi attend de nouveau une personne.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A sending, and what is known of it where a person must decide."""

    one: Outbound
    id: str
    ticket: str
    channel: Channel | None
    tries: Sequence[Mapping[str, Any]]
    reports: Sequence[Mapping[str, Any]]

    @property
    def decidable(self) -> bool:
        return self.one.state in RESOLVABLE

    @property
    def undoable(self) -> bool:
        return undoable(self.one)


@router.get("/envois")
async def sendings(request: Request, agent: Agent, file: str = "tout", apres: str = "", fait: str = "") -> HTMLResponse:
    need(agent, Scope.TICKETS_READ)
    return await _page(request, agent, file=file, after=_uuid(apres), done=DONE.get(fait, ""))


@router.post("/envois/{sending}/decision")
async def decide(request: Request, agent: Agent, sending: str) -> Response:
    """Closes a doubt, sends again, gives up, or takes the decision before back; a second click changes nothing."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), _sending_id(sending), house_of(request)
    file = form.last("file") or "tout"
    try:
        reason = typed.words(form, "motif", NO_REASON)
        decision = _decision(form)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            present = await house.resolver.get(session, agent.tenant_id, wanted, lock=True)
            typed.same_version(present.version, form)
            await house.resolver.resolve(
                session, agent.tenant_id, wanted, decision=decision, reason=reason[:2000], actor=actor_of(agent)
            )
    except (Conflict, Invalid, Stale) as refusal:
        return await _page(request, agent, file=file, refusal=refusal, typed_for=sending, form=form)
    return see(f"/envois?file={file if file in FILES else 'tout'}&fait={decision.value}")


async def _page(
    request: Request,
    agent: Identified,
    *,
    file: str,
    after: UUID | None = None,
    done: str = "",
    refusal: ParvisError | None = None,
    typed_for: str = "",
    form: Form | None = None,
) -> HTMLResponse:
    house, name = house_of(request), file if file in FILES else "tout"
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        lanes = await gates.queues(session, agent.tenant_id)
        held = [one for one in lanes if one.lane.state is not LaneState.FLOWING or _paused(one, house.clock())]
        found = await outbox.in_states(
            session,
            agent.tenant_id,
            [state.value for state in FILES[name][1]],
            channels=[one.channel_id for one in held] if name == HELD_BACK else None,
            after=after,
            limit=PER_PAGE + 1,
        )
        channels = {channel.id: channel for channel in await house.channels.all_of(session, agent.tenant_id)}
        rows = await _rows(session, agent.tenant_id, found[:PER_PAGE], channels)
    return page(
        request,
        "agents/sendings.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        now=house.clock(),
        files=FILES,
        chosen=name,
        rows=rows,
        outcomes=OUTCOMES,
        report_words=REPORTS,
        lanes=[(one, channels.get(one.channel_id), one in held) for one in lanes],
        following=found[PER_PAGE - 1].id.hex if len(found) > PER_PAGE else None,
        done=done,
        refused=_told(refusal) if refusal else None,
        typed_for=typed_for,
        reason=(form.last("motif") or "") if form else "",
        may_write=Scope.TICKETS_WRITE.value in agent.scopes,
    )


async def _rows(
    session: Session, tenant_id: UUID, shown: Sequence[Outbound], channels: Mapping[UUID, Channel]
) -> list[Row]:
    """Adds what is known of those somebody must decide of: two statements, whatever their number."""
    wanted = [one.id for one in shown if one.state in RESOLVABLE]
    tries = await outbox.tries_of(session, tenant_id, wanted) if wanted else {}
    reports = await reported.reports_of(session, tenant_id, wanted) if wanted else {}
    return [
        Row(
            one,
            public_id(Prefix.OUTBOUND, one.id),
            public_id(Prefix.TICKET, one.ticket_id),
            channels.get(one.channel_id),
            tries.get(one.id, ()),
            reports.get(one.id, ()),
        )
        for one in shown
    ]


def _paused(queue: Queue, now: datetime) -> bool:
    return queue.lane.held_until is not None and queue.lane.held_until > now


def _told(refusal: ParvisError) -> tuple[str, str]:
    if isinstance(refusal, Stale):
        return (
            "Cet envoi a changé entre-temps",
            "Rien n’a été décidé. Regardez où il en est ; votre motif est resté écrit.",
        )
    text = str(refusal.detail or "; ".join(flaw.detail for flaw in refusal.flaws) or advice_on(type(refusal)))
    return refusal.title_fr, text[:1].upper() + text[1:] + "."


def _decision(form: Form) -> Decision:
    try:
        return Decision(form.last("decision") or "")
    except ValueError:
        raise typed.flawed("decision", "choisissez ce qu’il en est") from None


def _sending_id(text: str) -> UUID:
    try:
        return parse_id(Prefix.OUTBOUND, text)
    except IdError:
        raise NotFound from None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None
