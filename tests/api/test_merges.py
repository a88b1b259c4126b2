"""Merging, splitting and undoing, as an integrator's programs do."""

from app.ids import new_id


def once(version=None):
    head = {"Idempotency-Key": new_id().hex}
    return head if version is None else {**head, "If-Match": f'"{version}"'}


async def merge(town, target, *sources, head=None, **more):
    words = {"source_ids": [one["id"] for one in sources], "reason": "Envoyée deux fois.", **more}
    path = f"/api/v1/tickets/{target['id']}/merges"
    return await town.http.post(path, json=words, headers=head or once(target["version"]))


async def read(town, ticket):
    return (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()


async def test_a_ticket_sent_twice_is_merged_read_and_parted_again(town) -> None:
    source, target = await town.a_ticket(), await town.a_ticket()
    head = once(target["version"])
    done = await merge(town, target, source, head=head)
    assert done.status_code == 201, done.text
    kept, (made,) = done.json()["ticket"], done.json()["merges"]
    assert (kept["id"], len(kept["saisines"]), done.headers["etag"]) == (target["id"], 2, f'"{kept["version"]}"')
    assert (made["source_reference"], made["messages"], made["saisines"]) == (source["reference"], 2, 1)
    again = await merge(town, target, source, head=head)
    assert (again.json(), again.headers["idempotent-replayed"]) == (done.json(), "true")
    gone = await read(town, source)
    assert (gone["merged_into"], gone["status"], gone["saisines"]) == (target["id"], "closed", [])
    undone = await town.http.delete(
        f"/api/v1/tickets/{target['id']}/merges/{made['id']}", headers={"If-Match": f'"{kept["version"]}"'}
    )
    assert undone.status_code == 200, undone.text
    assert (undone.json()["source"]["merged_into"], undone.json()["stayed"]) == (None, 0)
    assert undone.json()["move"]["undone_at"] is not None
    assert [len((await read(town, one))["saisines"]) for one in (source, target)] == [1, 1]
    (listed,) = (await town.http.get(f"/api/v1/tickets/{source['id']}/merges")).json()["data"]
    assert listed == undone.json()["move"]


async def test_messages_are_split_into_a_ticket_of_their_own(town) -> None:
    channel = await town.connect()
    words = {"sender": {"kind": "email", "address": "u@example.org"}, "conversation_ref": "fil"}
    first = await town.hand_over(channel, **words)
    second = await town.hand_over(channel, **words)
    assert first["ticket_id"] == second["ticket_id"]
    path = f"/api/v1/tickets/{first['ticket_id']}"
    version = (await town.http.get(path)).json()["version"]
    body = {"message_ids": [second["message_id"]], "subject": "Nid-de-poule", "reason": "Deux affaires."}
    done = await town.http.post(f"{path}/splits", json=body, headers=once(version))
    assert done.status_code == 201, done.text
    new, left, split = (done.json()[name] for name in ("ticket", "source", "split"))
    assert done.headers["location"] == f"/api/v1/tickets/{new['id']}"
    assert (new["subject"], len(new["saisines"]), len(left["saisines"])) == ("Nid-de-poule", 1, 1)
    assert (new["channel"], new["contact"]) == ("http", left["contact"])
    receipt = (await town.http.get(f"/api/v1/intake/{second['receipt_id']}")).json()
    assert receipt["ticket_id"] == new["id"]
    head = {"If-Match": f'"{left["version"]}"'}
    undone = await town.http.delete(f"{path}/splits/{split['id']}", headers=head)
    assert (undone.status_code, undone.json()["target"]["merged_into"]) == (200, left["id"])
    assert [one["kind"] for one in (await town.http.get(f"{path}/splits")).json()["data"]] == ["split"]
    assert (await town.http.get(f"{path}/merges")).json()["data"] == []


async def test_what_cannot_be_merged_says_why(town) -> None:
    one, two = await town.a_ticket(), await town.a_ticket()
    other = await town.a_ticket(sender={"kind": "email", "address": "autre@example.org"})
    refused = [
        (await merge(town, one, one), 422, "invalid"),
        (await merge(town, one, other), 409, "other-contact"),
        (await merge(town, one, two, head=once(99)), 412, "stale"),
        (await merge(town, one, two, head=once()), 428, "precondition-required"),
        (await merge(town, one, two, reason=""), 422, "invalid"),
        (await merge(town, one), 422, "invalid"),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer, _, _ in refused] == [
        (status, code) for _, status, code in refused
    ]
    assert (await merge(town, one, other, despite_other_contact=True)).status_code == 201
    again = await merge(town, two, other)
    assert (again.status_code, again.json()["code"]) == (409, "ticket-merged")
    assert other["reference"] in again.json()["detail"]
    for path, body in (("notes", {"text": "?"}), ("replies", {"text": "?"})):
        answer = await town.http.post(f"/api/v1/tickets/{other['id']}/{path}", json=body, headers=once())
        assert (answer.status_code, answer.json()["code"]) == (409, "ticket-merged")


async def test_an_answer_among_several_people_names_one(town) -> None:
    one = await town.a_ticket()
    other = await town.a_ticket(sender={"kind": "email", "address": "autre@example.org"})
    await merge(town, one, other, despite_other_contact=True)
    path = f"/api/v1/tickets/{one['id']}/replies"
    nobody = await town.http.post(path, json={"text": "Bonjour"}, headers=once())
    assert [flaw["pointer"] for flaw in nobody.json()["errors"]] == ["/to_contact_point_id"]
    words = {"text": "Bonjour", "to_contact_point_id": other["contact_point_id"]}
    named = await town.http.post(path, json=words, headers=once())
    assert (named.status_code, named.json()["recipient"]["address"]) == (202, "autre@example.org")


async def test_the_story_and_the_events_tell_what_moved_in_identifiers_only(town) -> None:
    source, target = await town.a_ticket(), await town.a_ticket()
    other = await town.a_ticket(sender={"kind": "email", "address": "autre@example.org"})
    (made,) = (await merge(town, target, source)).json()["merges"]
    version = (await read(town, target))["version"]
    await merge(town, {**target, "version": version}, other, despite_other_contact=True)
    version = (await read(town, target))["version"]
    head = {"If-Match": f'"{version}"'}
    await town.http.delete(f"/api/v1/tickets/{target['id']}/merges/{made['id']}", headers=head)
    story = (await town.http.get(f"/api/v1/tickets/{target['id']}/timeline")).json()["data"]
    moves = [moment["move"] for moment in story if moment["kind"] == "move"]
    assert [move["source_id"] for move in moves] == [source["id"], other["id"]]
    assert [move["undone_at"] is not None for move in moves] == [True, False]
    told = await town.facts("ticket.merged", "ticket.move_undone")
    assert [event["type"] for event in told] == ["ticket.merged", "ticket.merged", "ticket.move_undone"]
    ids = {"move_id": made["id"], "source_id": source["id"], "target_id": target["id"]}
    assert told[0]["data"] == {**ids, "despite_other_contact": False}
    assert told[1]["data"]["despite_other_contact"] is True
    assert told[2]["data"] == ids


async def test_another_town_merges_and_undoes_nothing_here(town, new_town) -> None:
    source, target = await town.a_ticket(), await town.a_ticket()
    (made,) = (await merge(town, target, source)).json()["merges"]
    stranger = await new_town()
    theirs = await stranger.a_ticket()
    assert (await merge(stranger, theirs, target)).status_code == 404
    assert (await merge(stranger, target, theirs)).status_code == 404
    path = f"/api/v1/tickets/{theirs['id']}/merges/{made['id']}"
    assert (await stranger.http.delete(path, headers={"If-Match": f'"{theirs["version"]}"'})).status_code == 404
    elsewhere = f"/api/v1/tickets/{source['id']}/merges/{made['id']}"
    assert (await town.http.delete(elsewhere, headers={"If-Match": '"1"'})).status_code == 404
