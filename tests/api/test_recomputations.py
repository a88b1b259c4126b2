"""Every open clock read again over HTTP: asked once, done by a worker, each change before and after."""

import psycopg

HEAD = {"Idempotency-Key": "recalcul-de-mai"}


async def moved_to_noumea(town, owner_url) -> None:
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as connection:
        await connection.execute("SELECT set_config('app.tenant', %s, false)", (str(town.id),))
        await connection.execute(
            "UPDATE tenants SET time_zone = 'Pacific/Noumea', territory = 'NOUVELLE_CALEDONIE' WHERE id = %s",
            (town.id,),
        )
    town.clock.move(seconds=6)


async def test_a_recomputation_is_asked_once_done_by_a_worker_and_tells_every_change(town, owner_url) -> None:
    for hour in (8, 20):
        town.clock.at = town.clock.at.replace(hour=hour)
        await town.a_ticket()
    await moved_to_noumea(town, owner_url)

    asked = await town.http.post("/api/v1/sve/recomputations", json={"reason": "Fuseau corrigé."}, headers=HEAD)
    again = await town.http.post("/api/v1/sve/recomputations", json={"reason": "Fuseau corrigé."}, headers=HEAD)
    assert (asked.status_code, again.status_code) == (202, 202)
    assert asked.json() == again.json()
    assert asked.json()["state"] == "running"
    url = asked.headers["location"]

    await town.house.recomputing.work(str(town.id))
    done = (await town.http.get(url)).json()
    assert (done["state"], done["seen"], done["reason"]) == ("ended", 2, "Fuseau corrigé.")
    assert (await town.http.get("/api/v1/sve/recomputations")).json()["data"] == [done]

    first = (await town.http.get(f"{url}/changes", params={"limit": 1})).json()
    assert done["changed"] >= 1
    for change in first["data"]:
        assert change["reference"]
        assert change["before"]["silence"] == change["after"]["silence"] == "UNKNOWN"
        reasons = change["after"]["reasons"]
        assert all(reason["source"] and reason["because"] for reason in reasons)
        saisine = (await town.http.get(f"/api/v1/saisines/{change['saisine_id']}")).json()
        assert saisine["alert_on"] == change["after"]["alert_on"]
    kinds = [fact["type"] for fact in await town.facts()]
    assert kinds.count("sve.recomputation.started") <= 1
    assert kinds.count("sve.recomputation.ended") <= 1


async def test_a_trial_changes_nothing(town, owner_url) -> None:
    town.clock.at = town.clock.at.replace(hour=20)
    ticket = await town.a_ticket()
    await moved_to_noumea(town, owner_url)
    body = {"reason": "Essai.", "dry_run": True}
    url = (await town.http.post("/api/v1/sve/recomputations", json=body, headers=HEAD)).headers["location"]
    await town.house.recomputing.work(str(town.id))
    (change,) = (await town.http.get(f"{url}/changes")).json()["data"]
    assert change["before"]["term_on"] < change["after"]["term_on"]
    now = (await town.http.get(f"/api/v1/saisines/{ticket['saisines'][0]['id']}")).json()
    assert now["term_on"] == change["before"]["term_on"]


async def test_a_recomputation_says_why(town) -> None:
    for body in ({}, {"reason": ""}, {"reason": "x" * 501}):
        answer = await town.http.post("/api/v1/sve/recomputations", json=body, headers=HEAD)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reason")
