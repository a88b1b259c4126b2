"""Automations: rules that act on requests when something happens, or when time passes; tried before, logged after."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api.acting import actor_of
from app.api.house import ApiHouse, House
from app.api.v1.paths import AutomationInPath
from app.automations.schemas import AutomationChange, AutomationOut, AutomationRunOut, NewAutomation
from app.automations.trial_schemas import DryRunOut
from app.automations.values import Automation, RunOutcome, TooManyAutomations, rule_acts
from app.db.transaction import Session
from app.errors import Invalid, NotFound
from app.ids import Prefix, new_id, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.languages import negotiate
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.filters import among

router = APIRouter(prefix="/automations", tags=["people"], route_class=StrictRoute)
Administrator = Annotated[Caller, require("users:admin")]


@router.get("", summary="Lister les automatisations", response_description="Une page.")
async def list_automations(asked: Asked, house: House, session: Reading, caller: Administrator) -> Page[AutomationOut]:
    """Donne les automatisations dans l'ordre où elles agissent ; celle qui s'est arrêtée d'elle-même dit pourquoi."""
    after = (asked.after.key, asked.after.id) if asked.after and isinstance(asked.after.key, int) else None
    found = await house.automations.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(one.rank, one.id), show=AutomationOut.of)


@router.post(
    "",
    status_code=201,
    response_model=AutomationOut,
    summary="Garder une automatisation",
    response_description="L'automatisation.",
    responses=refusals(TooManyAutomations, Invalid),
)
async def make_automation(new: NewAutomation, house: House, session: Writing, once: Once, caller: Administrator) -> Any:
    """Garde une règle : ce qui la fait agir, sur quelles demandes, et ce qu'elle y fait. Active, elle répond dès maintenant.

    Elle agit par les gestes des agents, garde-fous compris, sous son propre nom ; elle n'écrit rien aux usagers, ne touche
    aucun délai, et laisse les demandes confidentielles à leurs gens.
    """
    await _check(session, house, caller, new)
    made = await house.automations.make(session, caller.tenant_id, new.values(), actor=actor_of(caller))
    address = f"/api/v1/automations/{public_id(Prefix.AUTOMATION, made.id)}"
    return await once.answer(AutomationOut.of(made), headers={"ETag": etag(made.version), "Location": address})


@router.post(
    "/dry-runs",
    summary="Essayer une automatisation sans rien faire",
    response_description="Ce qu'elle ferait.",
    responses=refusals(Invalid),
)
async def try_automation(
    new: NewAutomation, request: Request, house: House, session: Writing, caller: Administrator
) -> DryRunOut:
    """Dit, sur les cent dernières demandes que vous voyez, lesquelles répondent aux conditions et ce que chaque acte y ferait.

    Les actes sont faits par le même code et repris : rien n'est gardé, rien n'est raconté. Les vingt premières sont essayées.
    """
    await _check(session, house, caller, new)
    found = await house.rehearsing.dry_run(session, _unsaved(new, house, caller))
    return DryRunOut.of(found, negotiate(request.headers.get("accept-language")))


@router.get(
    "/{automation_id}",
    summary="Lire une automatisation",
    response_description="L'automatisation.",
    responses=refusals(NotFound),
)
async def read_automation(
    automation_id: AutomationInPath, house: House, session: Reading, fresh: Fresh, caller: Administrator
) -> AutomationOut:
    """Donne une automatisation."""
    found = await house.automations.get(session, caller.tenant_id, automation_id)
    fresh.at(found.version)
    return AutomationOut.of(found)


@router.patch(
    "/{automation_id}",
    summary="Changer une automatisation",
    response_description="L'automatisation.",
    responses=refusals(NotFound, Invalid),
)
async def change_automation(
    automation_id: AutomationInPath,
    change: AutomationChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> AutomationOut:
    """Change ce qui est donné. Remise en marche, elle répond à ce qui se passe dès lors ; le reste attend un acte groupé."""
    was = await house.automations.get(session, caller.tenant_id, automation_id)
    values = change.values(was)
    delay, of_opening = values["delay"], values["business_hours"]
    await house.automations.check(
        session,
        caller.tenant_id,
        rule_acts(values["acts"]) if "acts" in values else (),
        delay=delay,
        business_hours=of_opening and (delay, of_opening) != (was.delay, was.business_hours),
    )
    found = await house.automations.change(session, was, values, version=expected, actor=actor_of(caller))
    response.headers["ETag"] = etag(found.version)
    return AutomationOut.of(found)


@router.delete(
    "/{automation_id}",
    status_code=204,
    response_class=Response,
    summary="Supprimer une automatisation",
    response_description="Supprimée.",
    responses=refusals(NotFound),
)
async def remove_automation(
    automation_id: AutomationInPath, house: House, session: Writing, expected: Expected, caller: Administrator
) -> None:
    """Supprime une automatisation et son journal ; ce qu'elle a fait reste."""
    was = await house.automations.get(session, caller.tenant_id, automation_id)
    await house.automations.remove(session, was, version=expected, actor=actor_of(caller))


@router.get(
    "/{automation_id}/runs",
    summary="Lire ce qu'une automatisation a fait",
    response_description="Une page.",
    responses=refusals(NotFound),
)
async def list_automation_runs(
    automation_id: AutomationInPath,
    asked: Asked,
    house: House,
    session: Reading,
    caller: Administrator,
    outcome: Annotated[
        str | None, Query(max_length=200, description="Issues, séparées par des virgules.", examples=["refused"])
    ] = None,
) -> Page[AutomationRunOut]:
    """Donne ses tours sur les demandes que vous voyez, le dernier d'abord ; gardés quatre-vingt-dix jours."""
    rule = await house.automations.get(session, caller.tenant_id, automation_id)
    outcomes = [RunOutcome(word) for word in among(RunOutcome, outcome, name="outcome")]
    before = asked.after.id if asked.after else None
    found = await house.automations.runs(session, rule, outcomes=outcomes, before=before, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=AutomationRunOut.of)


async def _check(session: Session, house: ApiHouse, caller: Caller, new: NewAutomation) -> None:
    await house.automations.check(
        session, caller.tenant_id, new.wanted(), delay=new.delay, business_hours=new.business_hours
    )


def _unsaved(new: NewAutomation, house: House, caller: Caller) -> Automation:
    now = house.clock()
    return Automation(
        tenant_id=caller.tenant_id,
        id=new_id(),
        name=new.name,
        enabled=True,
        rank=new.rank,
        trigger=new.trigger,
        delay=new.delay,
        business_hours=new.business_hours,
        filter=new.filter.stored(),
        acts=new.wanted(),
        enabled_at=now,
        failures=0,
        stopped_at=None,
        stopped_code=None,
        created_at=now,
        version=0,
    )
