"""Operators of the installation: no way in but a grant that is asked for, seen, decided, witnessed and ended. (T53)"""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.audit import reading
from app.audit.reading import Wanted
from app.db.sight import Reach
from app.errors import Conflict, Invalid, Unauthenticated
from app.facts import SYSTEM
from app.identity.accounts import Wanted as Account
from app.identity.grants import Grant, GrantRights
from app.identity.grants_repository import Operator
from app.identity.refusals import SameOperator
from app.identity.roles import Role
from app.ids import Prefix, new_id, public_id
from app.rest.access import SESSION_COOKIE
from app.sve.warning import notices
from tests.web.conftest import OURS, Town, parsed

WHY = "Des accusés ne partent plus"


async def an_operator(town: Town, name: str = "Sacha Exemple") -> tuple[Operator, str]:
    secret, operator = await town.house.operators.add(email=f"{new_id().hex}@example.fr", name=name)
    return operator, secret


async def an_administrator(town: Town, *, team: str = "") -> httpx.AsyncClient:
    """Signs an administrator in, of one team if it is named."""
    browser = town.open_browser()
    async with town.house.database.transaction(tenant=town.id) as session:
        teams = []
        if team:
            made = await town.house.teams.make(session, town.id, name=team, parent_id=None, actor=SYSTEM)
            teams = [made.id]
        _, person = await town.house.accounts.invite(
            session,
            town.id,
            email=f"{new_id().hex}@agents.example.fr",
            wanted=Account(name="Camille Exemple", role=Role.ADMINISTRATOR, reach=Reach.ALL, teams=teams),
        )
        word = await town.house.sessions.open(session, town.id, holder=person, strength="password")
    browser.cookies.set(SESSION_COOKIE, word)
    return browser


async def asked(town: Town, operator: Operator, **words: Any) -> Grant:
    async with town.house.database.transaction(tenant=town.id) as session:
        return await town.house.operators.request(session, town.id, operator, **{"reason": WHY, "hours": 4, **words})


async def link(town: Town, grant: Grant, operator: Operator) -> str:
    async with town.house.database.transaction(tenant=town.id) as session:
        return await town.house.operators.link(session, town.id, grant.id, operator)


async def entered(town: Town, grant: Grant, operator: Operator) -> httpx.AsyncClient:
    browser = town.open_browser()
    path = f"/acces-exploitant/{await link(town, grant, operator)}"
    shown = await browser.get(path)
    assert (shown.status_code, operator.name in shown.text) == (200, True)
    answer = await browser.post(path, headers=OURS)
    assert answer.status_code == 303, answer.text
    assert (await browser.post(path, headers=OURS)).status_code == 410, "a link opens once"
    return browser


async def decide(browser: httpx.AsyncClient, grant: Grant, act: str) -> httpx.Response:
    path = f"/equipe/exploitant/{public_id(Prefix.GRANT, grant.id)}/{act}"
    return await browser.post(path, data={"version": str(grant.version)}, headers=OURS)


async def journal(town: Town, action: str) -> list[reading.Written]:
    async with town.house.database.transaction(tenant=town.id) as session:
        return list(await reading.page(session, town.id, Wanted(action=action), after=None, limit=50))


async def test_nothing_opens_until_an_administrator_agrees_and_every_page_is_witnessed(town: Town) -> None:
    ticket = await town.a_ticket()
    administrator, (operator, _) = await an_administrator(town), await an_operator(town)
    grant = await asked(town, operator)
    with pytest.raises(Conflict):
        await link(town, grant, operator)
    assert "demande à voir vos données" in (await administrator.get("/boite")).text
    page = await administrator.get("/equipe/exploitant")
    assert (WHY in page.text, operator.name in page.text) == (True, True)
    async with town.house.database.transaction(tenant=town.id) as session:
        mails = await notices.page(session, town.id, states=[], after=None, limit=10)
    assert [WHY in mail.text for mail in mails] == [True], "each administrator is written to"

    assert (await decide(administrator, grant, "accord")).status_code == 303
    browser = await entered(town, grant, operator)
    where = f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"
    assert (await browser.get(where)).status_code == 200
    seen = await journal(town, "operator.asked")
    assert {line.actor for line in seen} == {f"operator:{grant.id}"}
    assert where in {line.detail["path"] for line in seen}
    assert {line.detail["operator"] for line in seen} == {f"{operator.name} (exploitant)"}

    # Read-only unless more was agreed to; never people, keys, nor the journal itself.
    wrote = await browser.post(f"{where}/notes", data={"texte": "Vu"}, headers=OURS)
    assert wrote.status_code in {403, 404}, wrote.status_code
    assert (await browser.get("/canaux")).status_code == 403
    refused = await browser.post("/equipe/comptes", data={"courriel": "x@example.fr"}, headers=OURS)
    assert refused.status_code == 403
    assert (await decide(browser, grant, "fin")).status_code == 403, "a guest decides nothing"

    # Cut by an administrator: over at the very next page.
    assert (await decide(administrator, grant, "fin")).status_code == 303
    assert (await browser.get(where)).headers["location"].startswith("/connexion")
    assert [line.actor.partition(":")[0] for line in await journal(town, "operator.access_ended")] == ["agent"]


async def test_a_grant_ends_by_itself_at_its_hour_and_a_refusal_opens_nothing(town: Town) -> None:
    administrator, (operator, _) = await an_administrator(town), await an_operator(town)
    grant = await asked(town, operator, hours=1)
    await decide(administrator, grant, "accord")
    browser = await entered(town, grant, operator)
    for _ in range(5):
        town.clock.move(minutes=11)
        assert (await browser.get("/boite")).status_code == 200
    town.clock.move(minutes=6)
    assert (await browser.get("/boite")).status_code == 303
    with pytest.raises(Conflict):
        await link(town, grant, operator)

    administrator = await an_administrator(town)
    other = await asked(town, operator)
    assert (await decide(administrator, other, "refus")).status_code == 303
    with pytest.raises(Conflict):
        await link(town, other, operator)
    assert (await decide(administrator, other, "accord")).status_code in {409, 412}
    left = await asked(town, operator)
    town.clock.move(days=8)
    administrator = await an_administrator(town)
    assert (await decide(administrator, left, "accord")).status_code == 409, "an old request is not answered by mistake"


async def test_confidential_requests_stay_out_unless_asked_for_and_the_approver_sees_them(town: Town) -> None:
    operator, _ = await an_operator(town)
    ticket = await town.a_ticket()
    administrator = await an_administrator(town, team=f"Action sociale {new_id().hex}")
    async with town.house.database.transaction(tenant=town.id) as session:
        (team,) = [one for one in await town.house.teams.all(session, town.id) if one.name.startswith("Action")]
        await confide(town, session, ticket.id, team.id)
    outsider = await an_administrator(town)
    where = f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"
    for approver, wanted, status in ((administrator, False, 404), (outsider, True, 404), (administrator, True, 200)):
        grant = await asked(town, operator, confidential=wanted)
        await decide(approver, grant, "accord")
        browser = await entered(town, grant, operator)
        assert (await browser.get(where)).status_code == status, (wanted, status)
        await decide(administrator, grant, "fin")


async def confide(town: Town, session: Any, ticket_id: Any, team_id: Any) -> None:
    found = await town.house.tickets.get(session, town.id, ticket_id)
    await session.execute(
        text("UPDATE tickets SET team_id = :team, confidential_at = :at WHERE tenant_id = :tenant AND id = :id"),
        {"team": team_id, "at": town.clock(), "tenant": town.id, "id": found.id},
    )


async def test_without_agreement_it_takes_two_operators_two_hours_and_everybody_is_told(town: Town) -> None:
    administrator = await an_administrator(town)
    (one, secret), (two, _) = await an_operator(town), await an_operator(town, "Lou Exemple")
    assert (await town.house.operators.prove(email=one.email, secret=secret)).id == one.id
    with pytest.raises(Unauthenticated):
        await town.house.operators.prove(email=two.email, secret=secret)
    async with town.house.database.transaction(tenant=town.id) as session:
        twin, _ = await an_operator(town, one.name.upper())
        for alone in (one, twin):
            with pytest.raises(SameOperator):
                await town.house.operators.break_in(session, town.id, one, alone, reason=WHY, hours=1)
        with pytest.raises(Invalid) as refused:
            await town.house.operators.break_in(session, town.id, one, two, reason=WHY, hours=3)
        assert [flaw.pointer for flaw in refused.value.flaws] == ["/hours"]
        grant = await town.house.operators.break_in(session, town.id, one, two, reason=WHY, hours=2)
    banner = parsed(await administrator.get("/boite")).css_first("aside[aria-label='Accès de l’exploitant']")
    assert banner is not None
    told = re.sub(r"\s+", " ", banner.text())
    assert ("est entré sans votre accord" in told, two.name in told) == (True, True)
    async with town.house.database.transaction(tenant=town.id) as session:
        mails = await notices.page(session, town.id, states=[], after=None, limit=10)
    assert ["sans votre accord" in mail.title for mail in mails] == [True]
    browser = await entered(town, grant, one)
    assert (await browser.get("/boite")).status_code == 200
    assert [line.detail["second"] for line in await journal(town, "operator.broke_in")] == [two.name]
    # An operator who is let go loses what they had, everywhere, however much was asked for since; and whoever was
    # interrupted between the two may begin again.
    for _ in range(21):
        await asked(town, two)
    shown = re.sub(r"\s+", " ", (await administrator.get("/boite")).text)
    assert "est entré sans votre accord" in shown, "requests since do not hide who is in"
    assert await town.house.operators.revoke(one.email) == one.id
    assert await town.house.operators.revoke(one.email) == one.id
    async with town.house.database.transaction(tenant=town.id) as session:
        assert await town.house.operators.cut_all(session, town.id, one.id) == 1
    assert (await browser.get("/boite")).status_code == 303
    with pytest.raises(Unauthenticated):
        await town.house.operators.prove(email=one.email, secret=secret)


async def test_who_lets_an_operator_in_or_takes_a_copy_away_proves_who_they_are_first(town: Town) -> None:
    """T60: a screen left open neither opens the house nor hands it over; refusing never waits."""
    administrator, (operator, _) = await an_administrator(town), await an_operator(town)
    grant, other = await asked(town, operator), await asked(town, operator)
    assert (await administrator.post("/administration/copies", headers=OURS)).status_code == 303
    assert (await administrator.get("/boite")).status_code == 200
    town.clock.move(minutes=16)
    async with town.house.database.transaction(tenant=town.id) as session:
        (made,) = await town.house.exports.page(session, town.id, after=None, limit=1)
    copy = public_id(Prefix.EXPORT, made.id)
    for refused in (
        await decide(administrator, grant, "accord"),
        await administrator.post("/administration/copies", headers=OURS),
        await administrator.get(f"/administration/copies/{copy}"),
    ):
        assert refused.status_code == 403, refused.request.url
        assert "Confirmez que c" in refused.text
    assert (await decide(administrator, other, "refus")).status_code == 303
    async with town.house.database.transaction(tenant=town.id) as session:
        assert (await town.house.operators.get(session, town.id, grant.id)).state.value == "pending"


async def test_rights_are_what_was_agreed_to(town: Town) -> None:
    ticket = await town.a_ticket()
    administrator, (operator, _) = await an_administrator(town), await an_operator(town)
    grant = await asked(town, operator, rights=GrantRights.SET_UP)
    await decide(administrator, grant, "accord")
    browser = await entered(town, grant, operator)
    assert (await browser.get("/canaux")).status_code == 200
    assert (await browser.get(f"/demandes/{public_id(Prefix.TICKET, ticket.id)}")).status_code == 403
    assert (await browser.get("/equipe")).status_code == 403
