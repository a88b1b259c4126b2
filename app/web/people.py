"""The people of the house and their teams: invited, changed, suspended, on plain pages."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.kit.forms import Form
from app.db.sight import Reach
from app.errors import Conflict, Forbidden, Invalid, NotFound, ParvisError, Stale
from app.identity.accounts import Wanted, invitation_url
from app.identity.identified import Identified
from app.identity.people import Person
from app.identity.roles import POLICY, Role, refuse_beyond
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.freshness import fresh
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_FIELDS = {"email": "courriel", "name": "nom", "teams": "equipes", "parent_id": "parent"}
_REFUSED = (Invalid, Conflict, Stale, Forbidden)
REACHES = {
    Reach.ALL: "toutes les demandes",
    Reach.TEAMS: "celles de ses équipes, et celles que personne n’a",
    Reach.ASSIGNED: "celles qui lui sont confiées",
}


@router.get("/equipe")
async def people(request: Request, agent: Agent, fait: str = "") -> HTMLResponse:
    need(agent, Scope.TICKETS_READ)
    return await _people_page(request, agent, done=fait)


@router.post("/equipe/comptes")
async def invite(request: Request, agent: Agent) -> Response:
    """Opens an account; its link is shown once, on the page that answers."""
    need(agent, Scope.USERS_ADMIN)
    fresh(request, agent)
    house, form = house_of(request), await agents_form(request)
    try:
        wanted = _wanted(form)
        refuse_beyond(wanted.role, agent.scopes)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            word, person = await house.accounts.invite(
                session, agent.tenant_id, email=form.last("courriel") or "", wanted=wanted, actor=actor_of(agent)
            )
            mailed = bool(form.last("par_courriel")) and await house.inviting.can_mail(session, agent.tenant_id)
            if mailed:
                await house.inviting.invite(session, agent.tenant_id, person, word)
    except _REFUSED as refusal:
        return await _people_page(request, agent, form=form, refusal=refusal, about="compte")
    if mailed:
        return see(f"/equipe/comptes/{public_id(Prefix.USER, person.id)}?fait=courriel")
    return await _person_page(request, agent, person.id, link=invitation_url(house.base_url, word))


@router.post("/equipe/equipes")
async def make_team(request: Request, agent: Agent) -> Response:
    need(agent, Scope.USERS_ADMIN)
    house, form = house_of(request), await agents_form(request)
    try:
        name = typed.words(form, "nom_equipe", "donnez un nom")[:100]
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.teams.make(
                session, agent.tenant_id, name=name, parent_id=_team(form.last("parent")), actor=actor_of(agent)
            )
    except _REFUSED as refusal:
        return await _people_page(request, agent, form=form, refusal=refusal, about="equipe")
    return see("/equipe?fait=equipe")


@router.post("/equipe/equipes/{team_id}/archive")
async def archive_team(request: Request, agent: Agent, team_id: str) -> Response:
    """Puts a team away; its requests and members stay its own."""
    need(agent, Scope.USERS_ADMIN)
    house, form = house_of(request), await agents_form(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        team = await house.teams.get(session, agent.tenant_id, _team(team_id) or _nobody())
        await house.teams.change(
            session,
            agent.tenant_id,
            team.id,
            name=team.name,
            parent_id=team.parent_id,
            archived=True,
            version=typed.version(form),
            actor=actor_of(agent),
        )
    return see("/equipe?fait=rangee")


@router.get("/equipe/comptes/{user_id}")
async def person(request: Request, agent: Agent, user_id: str, fait: str = "") -> HTMLResponse:
    need(agent, Scope.USERS_ADMIN)
    return await _person_page(request, agent, _user(user_id), done=fait)


@router.post("/equipe/comptes/{user_id}")
async def change(request: Request, agent: Agent, user_id: str) -> Response:
    """Changes name, rights and teams; the person's sessions end with their former rights."""
    need(agent, Scope.USERS_ADMIN)
    fresh(request, agent)
    house, form, who = house_of(request), await agents_form(request), _user(user_id)
    try:
        wanted = _wanted(form)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            was = await house.accounts.get(session, agent.tenant_id, who)
            refuse_beyond(was.role, agent.scopes)
            refuse_beyond(wanted.role, agent.scopes)
            await house.accounts.change(
                session, agent.tenant_id, who, wanted, version=typed.version(form), actor=actor_of(agent)
            )
    except _REFUSED as refusal:
        return await _person_page(request, agent, who, form=form, refusal=refusal)
    return see(f"/equipe/comptes/{user_id}?fait=change")


@router.post("/equipe/comptes/{user_id}/{act}")
async def act_on(request: Request, agent: Agent, user_id: str, act: str) -> Response:
    """A new link, a suspension, its end, the end of the code or of the sessions. Raises `NotFound` for another act."""
    need(agent, Scope.USERS_ADMIN)
    fresh(request, agent)
    house, who, actor = house_of(request), _user(user_id), actor_of(agent)
    link = None
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            was = await house.accounts.get(session, agent.tenant_id, who)
            refuse_beyond(was.role, agent.scopes)
            match act:
                case "lien" | "courriel":
                    word = await house.accounts.invite_again(session, agent.tenant_id, who, actor=actor)
                    if act == "courriel" and await house.inviting.can_mail(session, agent.tenant_id):
                        await house.inviting.invite(session, agent.tenant_id, was, word)
                    else:
                        link = invitation_url(house.base_url, word)
                case "suspension":
                    await house.accounts.suspend(session, agent.tenant_id, who, actor=actor)
                case "retour":
                    await house.accounts.reinstate(session, agent.tenant_id, who, actor=actor)
                case "sans-code":
                    await house.second_factor.remove_all(session, agent.tenant_id, who, actor=actor)
                case "sessions":
                    await house.accounts.close_sessions(session, agent.tenant_id, who, actor=actor)
                case _:
                    raise NotFound
    except _REFUSED as refusal:
        return await _person_page(request, agent, who, refusal=refusal)
    if link is not None:
        return await _person_page(request, agent, who, link=link)
    return see(f"/equipe/comptes/{user_id}?fait={act}")


async def _people_page(
    request: Request,
    agent: Identified,
    *,
    form: Form | None = None,
    refusal: ParvisError | None = None,
    about: str = "",
    done: str = "",
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await house.accounts.page(session, agent.tenant_id, after=None, limit=1000)
        teams = await house.teams.all(session, agent.tenant_id)
        by_mail = await house.inviting.can_mail(session, agent.tenant_id)
        away = await house.absences.away(session, agent.tenant_id, [one.id for one in found])
    return page(
        request,
        "agents/people.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        people=sorted(found, key=lambda one: (one.state == "suspended", one.name.casefold())),
        by_mail=by_mail,
        away=away,
        names={one.id: one.name for one in found},
        teams=teams,
        team_names={team.id: team.name for team in teams},
        roles=POLICY,
        reaches=REACHES,
        kept=_kept(form),
        faults=_faults(refusal),
        about=about,
        done=done,
        may_make_keys=Scope.KEYS_ADMIN.value in agent.scopes,
        may_administer=Scope.USERS_ADMIN.value in agent.scopes,
        user_id=lambda one: public_id(Prefix.USER, one),
        team_id=lambda one: public_id(Prefix.TEAM, one),
    )


async def _person_page(
    request: Request,
    agent: Identified,
    user_id: UUID,
    *,
    form: Form | None = None,
    refusal: ParvisError | None = None,
    link: str | None = None,
    done: str = "",
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        known = await house.accounts.get(session, agent.tenant_id, user_id)
        teams = await house.teams.all(session, agent.tenant_id)
        sessions = await house.sessions.open_of(session, agent.tenant_id, user_id)
        by_mail = await house.inviting.can_mail(session, agent.tenant_id)
    return page(
        request,
        "agents/person.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        person=known,
        id=public_id(Prefix.USER, user_id),
        teams=teams,
        roles=POLICY,
        reaches=REACHES,
        sessions=sessions,
        kept=_kept(form) if form else _kept_of(known),
        faults=_faults(refusal),
        by_mail=by_mail,
        link=link,
        done=done,
        team_id=lambda one: public_id(Prefix.TEAM, one),
    )


def _wanted(form: Form) -> Wanted:
    role, reach = form.last("role") or "", form.last("portee") or ""
    if role not in {*Role} or (reach and reach not in {*Reach}):
        raise typed.flawed("role", "choisissez un rôle et une portée parmi ceux proposés")
    teams = [_team(value) for name, value in form.pairs if name == "equipes"]
    return Wanted(
        name=typed.words(form, "nom", "donnez son nom")[:200],
        role=Role(role),
        reach=Reach(reach) if reach else None,
        teams=[team for team in teams if team],
    )


def _kept(form: Form | None) -> dict[str, object]:
    names = ("courriel", "nom", "role", "portee", "nom_equipe", "parent")
    kept: dict[str, object] = {name: (form.last(name) or "") if form else "" for name in names}
    kept["equipes"] = {value for name, value in form.pairs if name == "equipes"} if form else set()
    return kept


def _kept_of(known: Person) -> dict[str, object]:
    return {
        "nom": known.name,
        "role": known.role.value,
        "portee": known.reach.value if known.reach else "",
        "equipes": {public_id(Prefix.TEAM, team) for team in known.teams},
    }


def _faults(refusal: ParvisError | None) -> dict[str, str]:
    if refusal is None:
        return {}
    found: dict[str, str] = {}
    for flaw in refusal.flaws:
        found.setdefault(_FIELDS.get(flaw.pointer[1:], flaw.pointer[1:]), _sentence(str(flaw.detail)))
    if not found:
        found["tout"] = f"{refusal.title_fr}. {_sentence(refusal.detail) if refusal.detail else ''}"
    return found


def _sentence(told: str) -> str:
    return f"{told[:1].upper()}{told[1:]}."


def _user(text: str) -> UUID:
    try:
        return parse_id(Prefix.USER, text)
    except IdError:
        raise NotFound from None


def _team(text: str | None) -> UUID | None:
    try:
        return parse_id(Prefix.TEAM, text) if text else None
    except IdError:
        raise NotFound from None


def _nobody() -> UUID:
    raise NotFound
