"""Accounts of people: invited by a link shown once, changed, suspended; who one is."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.acting import actor_of
from app.api.house import ApiHouse, House
from app.api.v1.paths import UserInPath
from app.db.transaction import Session
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.identity.accounts import invitation_url
from app.identity.identified import Identified, Kind
from app.identity.people import Person
from app.identity.people_schemas import (
    InvitationOut,
    MeOut,
    NewUser,
    RoleOut,
    SessionOut,
    UserChange,
    UserInvitedOut,
    UserOut,
)
from app.identity.roles import POLICY, refuse_beyond
from app.identity.scopes import Scope
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.freshness import fresh
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/users", tags=["people"], route_class=StrictRoute)
me_router = APIRouter(tags=["people"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Administrator = Annotated[Caller, require("users:admin")]


@me_router.get("/me", summary="Savoir qui l'on est", response_description="L'appelant.")
async def read_me(house: House, caller: Annotated[Caller, require()]) -> MeOut:
    """Donne le nom, les droits et la portée de qui présente cette clé ou cette session."""
    assert isinstance(caller, Identified)
    return MeOut(
        kind=caller.kind.value,
        name=caller.name,
        user_id=caller.id if caller.kind is Kind.AGENT else None,
        scopes=sorted(caller.scopes),
        reach=caller.reach,
        teams=sorted(caller.teams),
        operator_contact=house.settings.operator_contact,
    )


@me_router.get(
    "/roles",
    summary="Lister les rôles",
    response_description="Tous, en une page.",
    dependencies=[require("tickets:read")],
)
async def list_roles() -> Page[RoleOut]:
    """Donne la table des rôles : elle est la même pour tous, et seule à décider."""
    return Page[RoleOut](data=[RoleOut.of(role) for role in POLICY], next_cursor=None)


@router.get("", summary="Lister les comptes", response_description="Une page.")
async def list_users(asked: Asked, house: House, session: Reading, caller: Reader) -> Page[UserOut]:
    """Donne les comptes, suspendus compris, dans l'ordre où ils furent ouverts."""
    after = asked.after.id if asked.after else None
    found = await house.accounts.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=lambda one: _shown(one, caller))


@router.post(
    "",
    status_code=201,
    summary="Ouvrir un compte",
    response_description="Le compte, et son lien montré une seule fois.",
    responses=refusals(Forbidden, Conflict, Invalid),
    dependencies=[fresh()],
)
async def invite_user(new: NewUser, house: House, session: Writing, caller: Administrator) -> UserInvitedOut:
    """Ouvre un compte et donne le lien par lequel la personne choisit son mot de passe.

    Sans `Idempotency-Key` : une réponse gardée garderait le lien. S'il se perd, demandez-en un autre.
    """
    refuse_beyond(new.role, caller.scopes)
    word, person = await house.accounts.invite(
        session, caller.tenant_id, email=new.email, wanted=new.wanted(), actor=actor_of(caller)
    )
    mailed = new.by_mail and await _mailed(house, session, person, word)
    return UserInvitedOut.once(person, url=None if mailed else invitation_url(house.base_url, word))


@router.get("/{user_id}", summary="Lire un compte", response_description="Le compte.", responses=refusals(NotFound))
async def read_user(user_id: UserInPath, house: House, session: Reading, fresh: Fresh, caller: Reader) -> UserOut:
    """Donne un compte."""
    person = await house.accounts.get(session, caller.tenant_id, user_id)
    fresh.at(person.version)
    return _shown(person, caller)


@router.patch(
    "/{user_id}",
    summary="Changer un compte",
    response_description="Le compte.",
    responses=refusals(NotFound, Forbidden, Conflict, Invalid),
    dependencies=[fresh()],
)
async def change_user(
    user_id: UserInPath,
    change: UserChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> UserOut:
    """Change son nom, ses droits, ses équipes, le ferme ou le rouvre ; ses sessions prennent fin avec ses anciens droits."""
    person = await house.accounts.get(session, caller.tenant_id, user_id)
    require_version(person.version, expected=expected)
    wanted, actor = change.over(person), actor_of(caller)
    refuse_beyond(person.role, caller.scopes)
    refuse_beyond(wanted.role, caller.scopes)
    if change.model_fields_set - {"suspended"}:
        person = await house.accounts.change(session, caller.tenant_id, user_id, wanted, version=expected, actor=actor)
    if change.suspended is not None:
        turn = house.accounts.suspend if change.suspended else house.accounts.reinstate
        person = await turn(session, caller.tenant_id, user_id, actor=actor)
    response.headers["ETag"] = etag(person.version)
    return _shown(person, caller)


@router.post(
    "/{user_id}/invitations",
    status_code=201,
    summary="Donner un nouveau lien",
    response_description="Le lien, montré une seule fois.",
    responses=refusals(NotFound, Forbidden, Invalid),
    dependencies=[fresh()],
)
async def invite_user_again(
    user_id: UserInPath,
    house: House,
    session: Writing,
    caller: Administrator,
    by_mail: Annotated[bool, Query(description="L'envoyer à la personne.")] = False,  # noqa: FBT002 — a query
) -> InvitationOut:
    """Donne un lien pour choisir un mot de passe ; ceux d'avant n'ouvrent plus rien. Sans `Idempotency-Key`."""
    person = await house.accounts.get(session, caller.tenant_id, user_id)
    refuse_beyond(person.role, caller.scopes)
    word = await house.accounts.invite_again(session, caller.tenant_id, user_id, actor=actor_of(caller))
    mailed = by_mail and await _mailed(house, session, person, word)
    return InvitationOut(invitation_url=None if mailed else invitation_url(house.base_url, word))


@router.delete(
    "/{user_id}/second-factor",
    status_code=204,
    summary="Retirer codes et clés d'accès d'un compte",
    responses={204: {"description": "Retiré."}, **refusals(NotFound, Forbidden)},
    dependencies=[fresh()],
)
async def remove_second_factor(user_id: UserInPath, house: House, session: Writing, caller: Administrator) -> Response:
    """Pour un téléphone ou une clé perdus : le mot de passe seul suffit jusqu'à ce que la personne en ajoute d'autres."""
    person = await house.accounts.get(session, caller.tenant_id, user_id)
    refuse_beyond(person.role, caller.scopes)
    await house.second_factor.remove_all(session, caller.tenant_id, user_id, actor=actor_of(caller))
    return Response(status_code=204)


@router.get(
    "/{user_id}/sessions",
    summary="Lister les sessions d'un compte",
    response_description="Toutes, en une page.",
    responses=refusals(NotFound),
)
async def list_user_sessions(
    user_id: UserInPath, house: House, session: Reading, caller: Administrator
) -> Page[SessionOut]:
    """Donne ses sessions encore ouvertes, la dernière vue d'abord."""
    await house.accounts.get(session, caller.tenant_id, user_id)
    found = await house.sessions.open_of(session, caller.tenant_id, user_id)
    return Page[SessionOut](data=[SessionOut.of(one) for one in found], next_cursor=None)


@router.delete(
    "/{user_id}/sessions",
    status_code=204,
    summary="Fermer les sessions d'un compte",
    responses={204: {"description": "Fermées."}, **refusals(NotFound)},
)
async def close_user_sessions(user_id: UserInPath, house: House, session: Writing, caller: Administrator) -> Response:
    """Ferme toutes ses sessions : elles n'ouvrent plus rien d'ici dix secondes, partout."""
    await house.accounts.close_sessions(session, caller.tenant_id, user_id, actor=actor_of(caller))
    return Response(status_code=204)


async def _mailed(house: ApiHouse, session: Session, person: Person, word: str) -> bool:
    """Mails a link where the administration can; says whether it did."""
    if not await house.inviting.can_mail(session, person.tenant_id):
        return False
    await house.inviting.invite(session, person.tenant_id, person, word)
    return True


def _shown(person: Person, caller: Caller) -> UserOut:
    return UserOut.of(person, whole=Scope.USERS_ADMIN in caller.scopes)
