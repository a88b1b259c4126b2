"""One's own account: password, code, open sessions."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.errors import Forbidden, Invalid, NotFound
from app.identity.identified import Identified, Kind
from app.identity.passkeys import Ceremony
from app.identity.passwords import SHORTEST
from app.identity.people import Person
from app.identity.roles import POLICY
from app.identity.second_factor import Offered
from app.ids import IdError, Prefix, parse_id, public_id
from app.rest.languages import Said
from app.web.agents import Agent, actor_of
from app.web.bodies import agents_form
from app.web.freshness import fresh
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_FIELDS = {"present": "actuel", "wanted": "nouveau", "code": "code", "passkey": "cle", "passkey_name": "cle"}


@router.get("/profil")
async def profile(request: Request, agent: Agent, fait: str = "") -> HTMLResponse:
    return await _shown(request, agent, done=fait)


@router.post("/profil/mot-de-passe")
async def change_password(request: Request, agent: Agent) -> Response:
    """Changes one's own password; every other session of the account ends."""
    house, form = house_of(request), await agents_form(request)
    person = await _own(request, agent)
    wanted = form.last("nouveau") or ""
    if wanted != form.last("encore"):
        return await _shown(request, agent, faults={"encore": "Les deux mots de passe diffèrent."})
    try:
        await house.accounts.choose_password(
            person, present=form.last("actuel") or "", wanted=wanted, session_id=agent.session_id
        )
    except Invalid as refusal:
        return await _shown(request, agent, faults=_faults(refusal))
    return see("/profil?fait=mot-de-passe")


@router.post("/profil/code")
async def offer_code(request: Request, agent: Agent) -> HTMLResponse:
    """Shows a secret to put into an application; nothing is kept until a code of it is given."""
    fresh(request, agent)
    house = house_of(request)
    person = await _own(request, agent)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
    return await _shown(request, agent, offered=house.second_factor.offer(person, issuer=tenant.name))


@router.post("/profil/code/confirmation")
async def confirm_code(request: Request, agent: Agent) -> Response:
    """Keeps a code: as it proves who somebody is from now on, a session left open must not choose it."""
    fresh(request, agent)
    house, form = house_of(request), await agents_form(request)
    person, secret = await _own(request, agent), form.last("secret") or ""
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.second_factor.confirm(
                session, person, secret=secret, code=form.last("code") or "", session_id=agent.session_id
            )
    except Invalid as refusal:
        again = house.second_factor.again(person, secret, issuer="Parvis")
        return await _shown(request, agent, faults=_faults(refusal), offered=again)
    return see("/profil?fait=code")


@router.post("/profil/code/retrait")
async def remove_code(request: Request, agent: Agent) -> Response:
    """Takes the code off one's own account; the password is asked again, as the session may be somebody else's."""
    house, form = house_of(request), await agents_form(request)
    person = await _own(request, agent)
    if not await house.accounts.proves(person, form.last("actuel") or ""):
        return await _shown(request, agent, faults={"retrait": "Ce n’est pas votre mot de passe actuel."})
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        await house.second_factor.remove(
            session, agent.tenant_id, person.id, actor=actor_of(agent), but=agent.session_id
        )
    return see("/profil?fait=sans-code")


@router.post("/profil/cles/nouvelle")
async def add_passkey(request: Request, agent: Agent) -> Response:
    """Enrols a passkey: who adds a way in proves first who they are."""
    fresh(request, agent)
    house, form = house_of(request), await agents_form(request)
    person = await _own(request, agent)
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.passkeys.enrol(
                session,
                person,
                sealed=form.last("defi") or "",
                answer=form.last("cle_signee") or "",
                name=form.last("nom_cle") or "",
            )
    except Invalid as refusal:
        return await _shown(request, agent, faults=_faults(refusal))
    return see("/profil?fait=cle")


@router.get("/profil/cles")
async def passkeys(request: Request, agent: Agent) -> Response:
    """Shows how to add a passkey, once who asks has proved who they are; where none can be, the profile says why."""
    fresh(request, agent)
    house, person = house_of(request), await _own(request, agent)
    if not house.passkeys.possible:
        return see("/profil#cles")
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        known = await house.passkeys.of(session, agent.tenant_id, agent.id)
    return await _shown(request, agent, ceremony=house.passkeys.enrolment(person, known, house_name=tenant.name))


@router.post("/profil/cles/{passkey}/retrait")
async def remove_passkey(request: Request, agent: Agent, passkey: str) -> Response:
    fresh(request, agent)
    await agents_form(request)
    house, person = house_of(request), await _own(request, agent)
    try:
        wanted = parse_id(Prefix.PASSKEY, passkey)
    except IdError:
        raise NotFound from None
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        await house.passkeys.remove(session, person, wanted)
        # Whoever held the key that was lost may still be in by it (ASVS 7.4.3).
        await house.sessions.end_all(session, agent.tenant_id, person.id, but=agent.session_id)
    return see("/profil?fait=sans-cle")


@router.post("/profil/sessions")
async def close_others(request: Request, agent: Agent) -> Response:
    """Closes every other session of the account."""
    house = house_of(request)
    person = await _own(request, agent)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        await house.sessions.end_all(session, agent.tenant_id, person.id, but=agent.session_id)
    return see("/profil?fait=sessions")


async def _own(request: Request, agent: Identified) -> Person:
    if agent.kind is not Kind.AGENT:
        raise Forbidden(
            Said(
                "une clé d’accès n’a ni mot de passe ni code : connectez-vous avec un compte",
                en="an access key has neither password nor code: sign in with an account",
            )
        )
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        return await house.accounts.get(session, agent.tenant_id, agent.id)


async def _shown(
    request: Request,
    agent: Identified,
    *,
    done: str = "",
    faults: dict[str, str] | None = None,
    offered: Offered | None = None,
    ceremony: Ceremony | None = None,
) -> HTMLResponse:
    house, person, names = house_of(request), None, dict[UUID, str]()
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        sessions, teams, absences, passkeys = [], {}, [], []
        if agent.kind is Kind.AGENT:
            person = await house.accounts.get(session, agent.tenant_id, agent.id)
            sessions = list(await house.sessions.open_of(session, agent.tenant_id, agent.id))
            passkeys = list(await house.passkeys.of(session, agent.tenant_id, agent.id))
            absences = list(await house.absences.coming(session, agent.tenant_id, user_id=agent.id))
            names = dict(await house.accounts.names(session, agent.tenant_id))
            teams = {team.id: team.name for team in await house.teams.all(session, agent.tenant_id)}
    return page(
        request,
        "agents/profile.html",
        status=422 if faults else 200,
        scripted=ceremony is not None,
        ceremony=ceremony,
        passkeys=[(public_id(Prefix.PASSKEY, one.id), one) for one in passkeys],
        passkeys_possible=house.passkeys.possible,
        me=agent,
        rail=rail,
        tenant=tenant,
        person=person,
        role=POLICY[person.role] if person else None,
        teams=_named(person, teams),
        sessions=sessions,
        absences=[(one, names.get(one.stand_in_id, "") if one.stand_in_id else "") for one in absences],
        stood_in_for=sorted(names.get(loan.person_id, "?") for loan in agent.loans),
        offered=offered,
        shortest=SHORTEST,
        faults=faults or {},
        done=done,
    )


def _named(person: Person | None, teams: dict[UUID, str]) -> list[str]:
    return sorted(teams[one] for one in person.teams if one in teams) if person else []


def _faults(refusal: Invalid) -> dict[str, str]:
    found: dict[str, str] = {}
    for flaw in refusal.flaws:
        told = str(flaw.detail)
        found.setdefault(_FIELDS.get(flaw.pointer[1:], flaw.pointer[1:]), f"{told[:1].upper()}{told[1:]}.")
    return found
