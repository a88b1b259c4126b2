"""People, as an integrator's programs know them: written down, proved, brought together and parted."""

from app.ids import new_id


def once(version=None):
    head = {"Idempotency-Key": new_id().hex}
    return head if version is None else {**head, "If-Match": f'"{version}"'}


def at(version):
    return {"If-Match": f'"{version}"'}


async def written(town, name, *points):
    body = {"display_name": name, "points": [{"kind": kind, "address": address} for kind, address in points]}
    answer = await town.http.post("/api/v1/contacts", json=body, headers=once())
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_person_is_written_down_named_and_their_addresses_proved_and_taken_away(town) -> None:
    made = await written(town, "U. Exemple", ("phone", "01 99 00 00 01"))
    path = f"/api/v1/contacts/{made['id']}"
    assert [(one["kind"], one["address"], one["verified_how"]) for one in made["points"]] == [
        ("phone", "+33199000001", None)
    ]
    named = await town.http.patch(path, json={"display_name": "Usager Exemple"}, headers=at(made["version"]))
    assert (named.status_code, named.json()["display_name"]) == (200, "Usager Exemple")
    head = once(named.json()["version"])
    body = {"kind": "email", "address": "Usager@Example.org"}
    added = await town.http.post(f"{path}/points", json=body, headers=head)
    assert added.status_code == 201, added.text
    assert (await town.http.post(f"{path}/points", json=body, headers=head)).json() == added.json()
    mail = added.json()["points"][1]
    assert mail["address"] == "Usager@example.org"
    proof = f"{path}/points/{mail['id']}/verification"
    proved = await town.http.put(proof, headers=at(added.json()["version"]))
    assert (proved.json()["points"][1]["verified_how"], proved.json()["points"][1]["verified_at"] is None) == (
        "agent",
        False,
    )
    doubted = await town.http.delete(proof, headers=at(proved.json()["version"]))
    assert doubted.json()["points"][1]["verified_how"] is None
    gone = await town.http.delete(f"{path}/points/{mail['id']}", headers=at(doubted.json()["version"]))
    assert (len(gone.json()["contact"]["points"]), gone.json()["parted_to"]) == (1, None)
    assert gone.headers["etag"] == f'"{gone.json()["contact"]["version"]}"'


async def test_what_cannot_be_written_of_a_person_says_why(town) -> None:
    known = await written(town, "Usager Exemple", ("email", "usager@example.org"))
    path = f"/api/v1/contacts/{known['id']}"
    words = {"display_name": "Autre", "points": [{"kind": "email", "address": "usager@example.org"}]}
    refused = [
        (await town.http.post("/api/v1/contacts", json=words, headers=once()), 409, "point-taken"),
        (
            await town.http.post(
                f"{path}/points", json={"kind": "phone", "address": "mairie"}, headers=once(known["version"])
            ),
            422,
            "invalid",
        ),
        (await town.http.patch(path, json={"display_name": "Autre"}, headers=at(99)), 412, "stale"),
        (await town.http.patch(path, json={"display_name": "Autre"}), 428, "precondition-required"),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer, _, _ in refused] == [
        (status, code) for _, status, code in refused
    ]
    assert known["id"] in refused[0][0].json()["detail"]
    assert refused[1][0].json()["errors"][0]["pointer"] == "/address"


async def test_the_address_that_wrote_last_is_never_taken_from_its_person(town) -> None:
    ticket = await town.a_ticket()
    path = f"/api/v1/contacts/{ticket['contact']['id']}"
    found = (await town.http.get(path)).json()
    refused = await town.http.delete(f"{path}/points/{found['points'][0]['id']}", headers=at(found["version"]))
    assert (refused.status_code, refused.json()["code"]) == (409, "only-point")


async def test_two_people_are_proposed_with_reasons_merged_read_and_parted(town) -> None:
    known = await written(town, "Usager Exemple", ("phone", "01 99 00 00 01"))
    ticket = await town.a_ticket(text="Le lampadaire est éteint.\n\nUsager Exemple\n01.99.00.00.01")
    (found,) = (await town.http.get("/api/v1/contact-proposals")).json()["data"]
    assert {one["id"] for one in found["contacts"]} == {known["id"], ticket["contact"]["id"]}
    assert ([reason["code"] for reason in found["reasons"]], found["score"]) == (["same_name", "phone_given"], 90)
    path, body = f"/api/v1/contacts/{known['id']}", {"source_id": ticket["contact"]["id"], "reason": "Vu au guichet."}
    preview = (await town.http.post(f"{path}/merge-previews", json=body)).json()
    assert (preview["kept"]["tickets"], preview["gone"]["tickets"], preview["gone"]["open_tickets"]) == (0, 1, 1)
    head = once(known["version"])
    done = await town.http.post(f"{path}/merges", json=body, headers=head)
    assert done.status_code == 201, done.text
    assert (await town.http.post(f"{path}/merges", json=body, headers=head)).json() == done.json()
    assert len(done.json()["contact"]["points"]) == 2
    assert [one["id"] for one in (await town.http.get(f"/api/v1/tickets?contact_id={known['id']}")).json()["data"]] == [
        ticket["id"]
    ]
    gone = (await town.http.get(f"/api/v1/contacts/{ticket['contact']['id']}")).json()
    assert (gone["merged_into"], gone["points"]) == (known["id"], [])
    assert (await town.http.get("/api/v1/contact-proposals")).json()["data"] == []
    merge = done.json()["merge"]
    undone = await town.http.delete(f"{path}/merges/{merge['id']}", headers=at(done.json()["contact"]["version"]))
    assert undone.status_code == 200, undone.text
    assert (len(undone.json()["target"]["points"]), len(undone.json()["source"]["points"])) == (1, 1)
    assert (undone.json()["stayed"], undone.json()["merge"]["undone_at"] is None) == (0, False)
    (listed,) = (await town.http.get(f"{path}/merges")).json()["data"]
    assert listed == undone.json()["merge"]
    again = await town.http.delete(f"{path}/merges/{merge['id']}", headers=at(undone.json()["target"]["version"]))
    assert (again.status_code, again.json()["code"]) == (409, "contact-merge-undone")


async def test_a_dismissed_proposal_is_decided_once_and_told(town) -> None:
    await written(town, "Usager Exemple", ("phone", "01 99 00 00 01"))
    await town.a_ticket(text="Usager Exemple\n01.99.00.00.01")
    (found,) = (await town.http.get("/api/v1/contact-proposals")).json()["data"]
    path = f"/api/v1/contact-proposals/{found['id']}/dismissal"
    done = await town.http.post(path, headers=once())
    assert (done.status_code, done.json()["state"]) == (201, "dismissed")
    again = await town.http.post(path, headers=once())
    assert (again.status_code, again.json()["code"]) == (409, "proposal-decided")
    told = [event["type"] for event in await town.facts()]
    assert {"contact.proposed", "contact.proposal_dismissed", "contact.updated"} <= set(told)


async def test_somebody_is_found_by_their_whole_address_in_any_case(town) -> None:
    name = new_id().hex
    await written(town, "Usager Exemple", ("email", f"U.{name}@example.fr"))
    for asked in (f"u.{name}@EXAMPLE.fr", f"U.{name}@example.fr", f"U.{name.upper()}@example.fr"):
        (found,) = (await town.http.get("/api/v1/contacts", params={"q": asked})).json()["data"]
        assert [point["address"] for point in found["points"]] == [f"U.{name}@example.fr"]
    assert (await town.http.get("/api/v1/contacts", params={"q": f"u.{name}"})).json()["data"] == []


async def test_a_list_tells_two_people_of_one_name_apart_by_their_addresses_and_requests(town) -> None:
    ticket = await town.a_ticket()
    name = f"Usager {new_id().hex}"
    await written(town, name, ("email", "premier@example.fr"))
    await written(town, name, ("email", "second@example.fr"))
    listed = (await town.http.get("/api/v1/contacts", params={"q": name})).json()["data"]
    assert [[point["address"] for point in one["points"]] for one in listed] == [
        ["premier@example.fr"],
        ["second@example.fr"],
    ]
    assert [(one["tickets"], one["open_tickets"]) for one in listed] == [(0, 0), (0, 0)]
    (writer,) = [
        one
        for one in (await town.http.get("/api/v1/contacts", params={"limit": 200})).json()["data"]
        if one["id"] == ticket["contact"]["id"]
    ]
    assert (writer["tickets"], writer["open_tickets"]) == (1, 1)
