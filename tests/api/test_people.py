"""Accounts and teams over HTTP: rights that never grow by themselves, links that open once, sessions that end."""

import asyncio
import re
import unicodedata

import pytest

from app.errors import Invalid, TooManyRequests, Unauthenticated
from app.identity.refusals import InvitationOver
from app.identity.roles import POLICY
from app.identity.signing_in import CodeWanted
from app.ids import Prefix, new_id, parse_id
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
    for wrong in (word, word.upper(), "", "0", "null", "[]", "parvis_i_", other + "A", "ｐ" + other[1:], other + "\0"):
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


async def test_signing_in_hashes_once_whoever_is_named(town: Town, monkeypatch) -> None:
    """The work of a refusal is counted, not timed: a busy machine says the same (T67)."""
    _, email = await an_account(town)
    invited_only = await town.http.post(
        "/api/v1/users", json={"email": "jamais@agents.example.fr", "name": "Jamais", "role": "agent"}
    )
    assert invited_only.status_code == 201
    hashed: list[str] = []
    hasher = town.house.signing_in._passwords._hasher
    asked = hasher.verify
    monkeypatch.setattr(hasher, "verify", lambda given, stored: hashed.append(stored) or asked(given, stored))
    work = []
    for number, address in enumerate((email, "nobody@example.fr", "jamais@agents.example.fr", "pas une adresse")):
        hashed.clear()
        with pytest.raises(Unauthenticated):
            await enter(town, address, password="pas le bon du tout", address=f"203.0.113.{number}")
        work.append([stored.split("$")[1:4] for stored in hashed])  # the algorithm and its costs
    assert work == [work[0]] * 4
    assert len(work[0]) == 1


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


async def test_two_writings_of_an_address_share_their_tries(town: Town) -> None:
    """Full-width letters and capitals name the same account (NFKC): they are the same attempts."""
    _, email = await an_account(town)
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isalpha() and letter < "g" else letter for letter in email)
    for written in (email, wide, email.upper(), f" {email} ", wide.upper()):
        with pytest.raises(Unauthenticated):
            await enter(town, written, password="pas le bon du tout")
    with pytest.raises(TooManyRequests):
        await enter(town, wide)


async def test_attempts_side_by_side_share_the_free_tries(town: Town) -> None:
    _, email = await an_account(town)
    tries = [enter(town, email, password="pas le bon du tout") for _ in range(12)]
    told = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(one) for one in told].count(Unauthenticated) == 5
    assert {type(one) for one in told} == {Unauthenticated, TooManyRequests}


async def test_a_link_opens_no_more_than_what_it_was_given_for(town: Town) -> None:
    """Whoever was handed a link for an agent cannot open a supervisor's account, nor one that was closed meanwhile."""
    body = {"email": f"{new_id().hex}@example.fr", "name": "Camille Exemple", "role": "agent"}
    made = (await town.http.post("/api/v1/users", json=body)).json()
    word = invited(made["invitation_url"])
    assert (await change(town, made, role="supervisor")).status_code == 200
    with pytest.raises(InvitationOver):
        await town.house.accounts.accept(word, password=PASSWORD)
    word = invited((await town.http.post(f"/api/v1/users/{made['id']}/invitations")).json()["invitation_url"])
    for suspended in (True, False):
        assert (await change(town, made, suspended=suspended)).status_code == 200
        with pytest.raises(InvitationOver):
            await town.house.accounts.accept(word, password=PASSWORD)
    word = invited((await town.http.post(f"/api/v1/users/{made['id']}/invitations")).json()["invitation_url"])
    await town.house.accounts.accept(word, password=PASSWORD)
    word = invited((await town.http.post(f"/api/v1/users/{made['id']}/invitations")).json()["invitation_url"])
    async with town.house.database.transaction(tenant=town.id) as session:
        person = await town.house.accounts.get(session, town.id, parse_id(Prefix.USER, made["id"]))
    await town.house.accounts.choose_password(
        person, present=PASSWORD, wanted="cinq ponts de bois clair", session_id=None
    )
    with pytest.raises(InvitationOver):
        await town.house.accounts.accept(word, password=PASSWORD)


async def test_a_code_that_stands_is_not_replaced_from_a_session_left_open(town: Town) -> None:
    import pyotp

    _, email = await an_account(town)
    async with town.house.database.transaction(tenant=town.id) as session:
        person = (await enter(town, email)).person
        for number, expected in enumerate((None, Invalid)):
            secret = town.house.second_factor.offer(person, issuer="Villebourg").secret
            words = {"secret": secret, "code": pyotp.TOTP(secret).at(town.clock()), "session_id": None}
            if expected is None:
                await town.house.second_factor.confirm(session, person, **words)
                continue
            with pytest.raises(expected):
                await town.house.second_factor.confirm(session, person, **words)
            assert number == 1


async def test_a_long_password_typed_in_parts_of_letters_opens_its_account(town: Town) -> None:
    """Two hundred é may come as four hundred characters: e, then its accent (NFD)."""
    made = {"email": f"{new_id().hex}@example.fr", "name": "Camille Exemple", "role": "agent"}
    url = (await town.http.post("/api/v1/users", json=made)).json()["invitation_url"]
    password = unicodedata.normalize("NFD", "éàùèç forêt " * 16)
    await town.house.accounts.accept(invited(url), password=password)
    assert (await enter(town, made["email"], password=password)).word
    assert (await enter(town, made["email"], password=unicodedata.normalize("NFC", password))).word


async def test_a_session_ends_at_its_very_limit(town: Town) -> None:
    _, email = await an_account(town)
    word = (await enter(town, email)).word
    town.clock.move(minutes=29, seconds=59)
    assert await town.house.sessions.identify(word)
    town.clock.move(minutes=30)
    with pytest.raises(Unauthenticated):
        await town.house.sessions.identify(word)
    word = (await enter(town, email)).word
    for _ in range(20):
        town.clock.move(minutes=29, seconds=55)
        assert await town.house.sessions.identify(word)
    town.clock.move(seconds=99)
    assert await town.house.sessions.identify(word)  # nine hours, fifty-nine minutes, fifty-nine seconds
    town.clock.move(seconds=1)
    with pytest.raises(Unauthenticated):  # though it was read a second ago
        await town.house.sessions.identify(word)


async def test_two_administrators_who_send_each_other_away_leave_one(town: Town) -> None:
    one, _ = await an_account(town, role="administrator")
    two, _ = await an_account(town, role="administrator")
    answers = await asyncio.gather(change(town, one, suspended=True), change(town, two, suspended=True))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_who_never_came_is_not_an_administrator_left(town: Town) -> None:
    one, _ = await an_account(town, role="administrator")
    body = {"email": f"{new_id().hex}@example.fr", "name": "Dominique Exemple", "role": "administrator"}
    other = (await town.http.post("/api/v1/users", json=body)).json()
    refused = await change(town, one, suspended=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "last-administrator")
    assert (await change(town, other, role="agent")).status_code == 200


@pytest.mark.parametrize("name", ["   ", "Camille\r\nBcc: x@example.fr", "Camille\u202egnp.exe", "A\u2028B", "A\u0085"])
async def test_a_name_that_would_forge_a_line_or_turn_the_screen_around_is_refused(town: Town, name: str) -> None:
    body = {"email": f"{new_id().hex}@example.fr", "name": name, "role": "agent"}
    refused = await town.http.post("/api/v1/users", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/name"), refused.text
    head = {"Idempotency-Key": new_id().hex}
    assert (await town.http.post("/api/v1/teams", json={"name": name}, headers=head)).status_code == 422


async def test_a_team_is_moved_with_all_its_floors_and_its_members_stay_when_it_is_archived(town: Town) -> None:
    async def make(name: str, parent: str | None = None) -> dict:
        head = {"Idempotency-Key": new_id().hex}
        return (await town.http.post("/api/v1/teams", json={"name": name, "parent_id": parent}, headers=head)).json()

    city = await make("Ville")
    service = await make("Urbanisme", city["id"])
    pole = await make("Pôle")
    team = await make("Instruction", pole["id"])
    tag = {"If-Match": '"1"'}
    path = f"/api/v1/teams/{pole['id']}"
    refused = await town.http.patch(path, json={"parent_id": service["id"]}, headers=tag)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/parent_id")
    assert (await town.http.patch(path, json={"parent_id": city["id"]}, headers=tag)).status_code == 200
    user, _ = await an_account(town, teams=[team["id"]])
    away = await town.http.patch(f"/api/v1/teams/{team['id']}", json={"archived": True}, headers=tag)
    assert away.status_code == 200
    changed = await change(town, user, role="reader")
    assert (changed.status_code, changed.json()["teams"]) == (200, [team["id"]]), changed.text


def test_every_scope_an_operation_asks_for_is_somebodys() -> None:
    """The policy table covers the API: no operation is out of every role's reach, and none asks for an unknown right."""
    asked = set(re.findall(r"[a-z]+:[a-z]+", str([o.get("x-required-scopes") for o in _operations()])))
    assert asked <= {scope.value for rights in POLICY.values() for scope in rights.scopes}


def _operations():
    for path in openapi_document()["paths"].values():
        yield from (operation for operation in path.values() if isinstance(operation, dict))
