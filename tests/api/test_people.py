"""Accounts and teams over HTTP: rights that never grow by themselves, links that open once, sessions that end."""

import re

import pytest

from app.errors import TooManyRequests, Unauthenticated
from app.identity.refusals import InvitationOver
from app.identity.roles import POLICY
from app.identity.signing_in import CodeWanted
from app.ids import new_id
from app.main import openapi_document
from tests.api.conftest import Town

PASSWORD = "quatre chevaux au trot"


def invited(url: str) -> str:
    return url.rsplit("/", 1)[1]


async def an_account(town: Town, **words: object) -> tuple[dict, str]:
    """Opens an account and accepts its link; returns it and its address."""
    email = f"{new_id().hex}@agents.example.fr"
    body = {"email": email, "name": "Camille Exemple", "role": "agent", **words}
    made = await town.http.post("/api/v1/users", json=body)
    assert made.status_code == 201, made.text
    await town.house.accounts.accept(invited(made.json()["invitation_url"]), password=PASSWORD)
    return (await town.http.get(f"/api/v1/users/{made.json()['id']}")).json(), email


async def enter(town: Town, email: str, *, password: str = PASSWORD, code: str = "", address: str = "198.51.100.7"):
    return await town.house.signing_in.by_password(
        town.id, email=email, password=password, code=code, address=address, agent="Essai"
    )


async def change(town: Town, user: dict, **words: object):
    path = f"/api/v1/users/{user['id']}"
    tag = (await town.http.get(path)).headers["etag"]
    return await town.http.patch(path, json=words, headers={"If-Match": tag})


async def test_a_link_opens_an_account_once_and_for_three_days(town: Town) -> None:
    body = {"email": "Camille@Agents.example.fr", "name": "Camille Exemple", "role": "agent"}
    made = (await town.http.post("/api/v1/users", json=body)).json()
    assert made["state"] == "invited"
    word = invited(made["invitation_url"])
    again = await town.http.post("/api/v1/users", json={**body, "email": " camille@agents.EXAMPLE.fr"})
    assert (again.status_code, again.json()["code"]) == (409, "account-exists")
    other = invited((await town.http.post(f"/api/v1/users/{made['id']}/invitations")).json()["invitation_url"])
    for wrong in (word, word.upper(), "", "0", "null", "parvis_i_", other + "A"):
        with pytest.raises(InvitationOver):
            await town.house.accounts.accept(wrong, password=PASSWORD)
    assert (await town.house.accounts.accept(other, password=PASSWORD)).name == "Camille Exemple"
    with pytest.raises(InvitationOver):
        await town.house.accounts.accept(other, password=PASSWORD)
    late = invited((await town.http.post(f"/api/v1/users/{made['id']}/invitations")).json()["invitation_url"])
    town.clock.move(hours=72)
    with pytest.raises(InvitationOver):
        await town.house.accounts.accept(late, password=PASSWORD)
    assert (await enter(town, "camille@agents.example.fr")).person.name == "Camille Exemple"


async def test_whatever_is_wrong_is_refused_in_the_same_words(town: Town) -> None:
    user, email = await an_account(town)
    said = set()
    for address, password in ((email, "pas le bon du tout"), ("nobody@example.fr", PASSWORD), ("é", PASSWORD)):
        with pytest.raises(Unauthenticated) as refusal:
            await enter(town, address, password=password)
        said.add((type(refusal.value), str(refusal.value.detail)))
    assert (await change(town, user, suspended=True)).json()["state"] == "suspended"
    with pytest.raises(Unauthenticated) as refusal:
        await enter(town, email)
    said.add((type(refusal.value), str(refusal.value.detail)))
    assert len(said) == 1


async def test_guessing_must_wait_longer_and_longer_and_is_forgotten_by_the_right_one(town: Town) -> None:
    _, email = await an_account(town)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await enter(town, email, password="pas le bon du tout")
    with pytest.raises(TooManyRequests) as refusal:
        await enter(town, email)
    assert int(refusal.value.headers["Retry-After"]) <= 3
    town.clock.move(seconds=3)
    assert await enter(town, email)
    assert await enter(town, email)
    # From one address, many accounts: the address waits, whoever it names.
    for number in range(30):
        with pytest.raises(Unauthenticated):
            await enter(town, f"{number}@example.fr", address="203.0.113.9")
    with pytest.raises(TooManyRequests):
        await enter(town, email, address="203.0.113.9")
    assert await enter(town, email)


async def test_new_rights_a_new_password_or_a_suspension_end_every_session(town: Town) -> None:
    user, email = await an_account(town)
    word = (await enter(town, email)).word
    known = await town.house.sessions.identify(word)
    assert known.scopes == {scope.value for scope in POLICY["agent"].scopes}
    changed = await change(town, user, role="reader")
    assert changed.status_code == 200, changed.text
    with pytest.raises(Unauthenticated):
        await town.house.sessions.identify(word)
    word = (await enter(town, email)).word
    opened = (await town.http.get(f"/api/v1/users/{user['id']}/sessions")).json()["data"]
    assert [one["strength"] for one in opened] == ["password"]
    assert (await town.http.delete(f"/api/v1/users/{user['id']}/sessions")).status_code == 204
    with pytest.raises(Unauthenticated):
        await town.house.sessions.identify(word)
    word = (await enter(town, email)).word
    await change(town, user, suspended=True)
    with pytest.raises(Unauthenticated):
        await town.house.sessions.identify(word)
    kinds = [fact["type"] for fact in await town.facts("user.invited", "user.changed", "user.suspended")]
    assert kinds[-1] == "user.suspended"
    assert email not in str(await town.facts())


async def test_a_code_once_confirmed_is_asked_for_and_is_good_once(town: Town) -> None:
    import pyotp

    user, email = await an_account(town)
    async with town.house.database.transaction(tenant=town.id) as session:
        person = await town.house.accounts.get(session, town.id, (await enter(town, email)).person.id)
        offered = town.house.second_factor.offer(person, issuer="Villebourg")
        code = pyotp.TOTP(offered.secret).at(town.clock())
        await town.house.second_factor.confirm(session, person, secret=offered.secret, code=code, session_id=None)
    with pytest.raises(CodeWanted):
        await enter(town, email)
    with pytest.raises(Unauthenticated):
        await enter(town, email, code=code)  # used to confirm
    town.clock.move(seconds=60)
    good = pyotp.TOTP(offered.secret).at(town.clock())
    assert await enter(town, email, code=f"{good[:3]} {good[3:]}")
    with pytest.raises(Unauthenticated):
        await enter(town, email, code=good)
    assert (await town.http.get(f"/api/v1/users/{user['id']}")).json()["second_factor"] is True
    assert (await town.http.delete(f"/api/v1/users/{user['id']}/second-factor")).status_code == 204
    assert await enter(town, email)


async def test_nobody_gives_nor_touches_rights_they_lack(town: Town) -> None:
    user, _ = await an_account(town, role="administrator")
    key = await town.key("users:admin", "tickets:read")
    body = {"email": "autre@agents.example.fr", "name": "Autre", "role": "agent"}
    refused = await town.http.post("/api/v1/users", json=body, headers=key)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (403, "/role")
    tag = (await town.http.get(f"/api/v1/users/{user['id']}")).headers["etag"]
    for method, path, words in (
        ("PATCH", "", {"name": "Autre"}),
        ("POST", "/invitations", None),
        ("DELETE", "/second-factor", None),
    ):
        answer = await town.http.request(
            method, f"/api/v1/users/{user['id']}{path}", json=words, headers={**key, "If-Match": tag}
        )
        assert answer.status_code == 403, (method, path)
    reader = await town.key("tickets:read")
    listed = (await town.http.get("/api/v1/users", headers=reader)).json()["data"]
    assert {one["email"] for one in listed} == {None}


async def test_the_last_administrator_stays(town: Town) -> None:
    one, _ = await an_account(town, role="administrator")
    for words in ({"role": "agent"}, {"suspended": True}):
        refused = await change(town, one, **words)
        assert (refused.status_code, refused.json()["code"]) == (409, "last-administrator")
    await an_account(town, role="administrator")
    assert (await change(town, one, role="agent")).json()["role"] == "agent"


async def test_teams_make_a_tree_of_three_floors_and_are_never_lost(town: Town) -> None:
    async def make(name: str, parent: str | None = None):
        return await town.http.post(
            "/api/v1/teams", json={"name": name, "parent_id": parent}, headers={"Idempotency-Key": new_id().hex}
        )

    city = (await make("Ville")).json()
    service = (await make("Urbanisme", city["id"])).json()
    team = (await make("Instruction", service["id"])).json()
    assert (await make("Trop bas", team["id"])).json()["errors"][0]["pointer"] == "/parent_id"
    assert (await make("  URBANISME ")).json()["code"] == "team-exists"
    tag = {"If-Match": '"1"'}
    knot = await town.http.patch(f"/api/v1/teams/{service['id']}", json={"parent_id": service["id"]}, headers=tag)
    assert knot.status_code == 422
    user, _ = await an_account(town, teams=[team["id"]])
    assert user["teams"] == [team["id"]]
    assert (await town.http.get(f"/api/v1/teams/{team['id']}")).json()["members"] == 1
    away = await town.http.patch(f"/api/v1/teams/{team['id']}", json={"archived": True}, headers=tag)
    assert away.json()["archived_at"]
    assert {one["name"] for one in (await town.http.get("/api/v1/teams")).json()["data"]} == {"Ville", "Urbanisme"}
    refused = await change(town, user, teams=[service["id"], team["id"]])
    assert refused.json()["errors"][0]["pointer"] == "/teams"
    assert (await change(town, user, teams=[service["id"]])).json()["teams"] == [service["id"]]


async def test_a_weak_password_is_refused_with_what_to_do(town: Town) -> None:
    made = (
        await town.http.post(
            "/api/v1/users", json={"email": "dominique@example.fr", "name": "Dominique Exemple", "role": "agent"}
        )
    ).json()
    word = invited(made["invitation_url"])
    for weak in ("court", "motdepasse123", "aaaaaaaaaaaaaaaa", "dominique2026!", "x" * 300):
        with pytest.raises(Exception, match=r".*") as refusal:
            await town.house.accounts.accept(word, password=weak)
        assert refusal.value.flaws[0].code == "password", weak  # type: ignore[attr-defined]


def test_every_scope_an_operation_asks_for_is_somebodys() -> None:
    """The policy table covers the API: no operation is out of every role's reach, and none asks for an unknown right."""
    asked = set(re.findall(r"[a-z]+:[a-z]+", str([o.get("x-required-scopes") for o in _operations()])))
    assert asked <= {scope.value for rights in POLICY.values() for scope in rights.scopes}


def _operations():
    for path in openapi_document()["paths"].values():
        yield from (operation for operation in path.values() if isinstance(operation, dict))
