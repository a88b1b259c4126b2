"""What a merge brings together is seen by no more people than before, and each citizen sees their own words (T46)."""

from typing import Any

from app.ids import new_id
from tests.api.conftest import Town
from tests.api.test_sight import a_team, give, someone

OTHER = {"kind": "email", "address": "autre@example.net", "display_name": "Autre Exemple"}


async def merged(town: Town, target: dict[str, Any], source: dict[str, Any], **more: Any) -> Any:
    tag = (await town.http.get(f"/api/v1/tickets/{target['id']}")).headers["etag"]
    return await town.http.post(
        f"/api/v1/tickets/{target['id']}/merges",
        json={"source_ids": [source["id"]], "reason": "Essai.", **more},
        headers={"If-Match": tag, "Idempotency-Key": new_id().hex},
    )


async def test_what_is_secret_is_merged_only_with_what_the_same_people_see(town: Town) -> None:
    social, works = await a_team(town, "Action sociale"), await a_team(town, "Voirie")
    plain, secret, same, other = [await town.a_ticket() for _ in range(4)]
    for ticket, team in ((secret, social), (same, social), (other, works)):
        assert (await give(town, ticket, team_id=team, confidential=True)).status_code == 200
    for target, source in ((plain, secret), (secret, plain), (secret, other)):
        refused = await merged(town, target, source)
        assert (refused.status_code, refused.json()["code"]) == (409, "confidentiality-differs")
    assert (await merged(town, secret, same)).status_code == 201
    outsider, member = await someone(town), await someone(town, teams=[social])
    for ticket in (secret, same):
        assert (await outsider.ask("GET", f"/tickets/{ticket['id']}")).status_code == 404
        assert (await member.ask("GET", f"/tickets/{ticket['id']}")).status_code == 200


async def test_nobody_merges_what_they_do_not_see(town: Town) -> None:
    social = await a_team(town, "Action sociale")
    alone = await someone(town, reach="teams", teams=[social])
    theirs, hidden = await town.a_ticket(), await town.a_ticket()
    await give(town, theirs, team_id=social)
    await give(town, hidden, team_id=await a_team(town, "Voirie"))
    tag = (await alone.ask("GET", f"/tickets/{theirs['id']}")).headers["etag"]
    refused = await alone.ask(
        "POST",
        f"/tickets/{theirs['id']}/merges",
        json={"source_ids": [hidden["id"]], "reason": "Essai."},
        headers={"If-Match": tag, "Idempotency-Key": new_id().hex},
    )
    assert refused.status_code == 404
    assert await alone.sees() == {theirs["id"]}


async def test_of_two_people_in_one_request_each_is_answered_apart(town: Town) -> None:
    one, two = await town.a_ticket(text="Mon secret"), await town.a_ticket(text="Autre affaire", sender=OTHER)
    assert (await merged(town, one, two, despite_other_contact=True)).status_code == 201
    path = f"/api/v1/tickets/{one['id']}/replies"
    head = {"Idempotency-Key": new_id().hex}
    refused = await town.http.post(path, json={"text": "Bonjour"}, headers=head)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "several-people")
    messages = (await town.http.get(f"/api/v1/tickets/{one['id']}/messages")).json()["data"]
    (theirs,) = {m["contact_point_id"] for m in messages if m["author_address"] == OTHER["address"]}
    body = {"text": "Bonjour", "to_contact_point_id": theirs}
    sent = await town.http.post(path, json=body, headers={"Idempotency-Key": new_id().hex})
    assert sent.status_code == 202, sent.text
    assert sent.json()["recipient"]["address"] == OTHER["address"]
    assert "Mon secret" not in sent.text
    assert "usager@example.org" not in sent.text
