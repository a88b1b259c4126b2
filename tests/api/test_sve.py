"""Legal clocks over HTTP: read with reasons, qualified, moved by events; watched, alerted; and simulated."""

import pytest

CASE = {
    "territory": "METRO",
    "timezone": "Europe/Paris",
    "procedure": {"regime": "CRPA", "silence": "SVA", "delay": "P2M"},
    "events": [{"type": "received", "at": "2026-03-02T10:00", "channel": "email", "authority": "competent"}],
}


async def a_saisine(town):
    ticket = await town.a_ticket()
    answer = await town.http.get(f"/api/v1/saisines/{ticket['saisines'][0]['id']}")
    return answer.json(), {"If-Match": answer.headers["etag"]}


async def qualified(town, **words):
    saisine, head = await a_saisine(town)
    body = {"regime": "SVA", "delay": "P2M", "reason": "Liste du code.", **words}
    return await town.http.post(f"/api/v1/saisines/{saisine['id']}/qualifications", json=body, headers=head)


async def test_every_date_says_why(town) -> None:
    saisine, _ = await a_saisine(town)
    assert saisine["regime"] == "UNKNOWN"
    assert {reason["key"] for reason in saisine["reasons"]} >= {"reception_date", "are_due_date"}
    assert all(reason["source"] and reason["because"] for reason in saisine["reasons"])
    assert [event["type"] for event in saisine["events"]] == ["received"]


async def test_a_person_says_what_silence_means_and_why(town) -> None:
    answer = await qualified(town, procedure="terrasse")
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["regime"], told["term_on"], told["procedure"]) == ("SVA", "2026-05-02", "terrasse")
    assert told["qualified_by"].startswith("key:")
    assert [event["type"] for event in told["events"]] == ["received", "qualified"]
    assert answer.headers["etag"] == f'"{told["version"]}"'
    (line,) = (await town.http.get("/api/v1/sve/watch")).json()["data"]
    assert (line["saisine"]["regime"], line["saisine"]["alert_on"]) == ("SVA", "2026-05-02")


@pytest.mark.parametrize(
    ("words", "pointer"),
    [({"delay": "deux mois"}, "/delay"), ({"regime": "oui"}, "/regime"), ({"reason": ""}, "/reason")],
)
async def test_a_qualification_not_understood_is_refused(town, words, pointer) -> None:
    answer = await qualified(town, **words)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_legal_event_moves_the_clock(town) -> None:
    told = (await qualified(town)).json()
    url, head = f"/api/v1/saisines/{told['id']}/events", {"If-Match": f'"{told["version"]}"'}
    event = {
        "type": "express_decision",
        "sense": "granted",
        "notified_at": "2026-03-20T09:00:00Z",
        "at": "2026-03-20T09:00:00Z",
    }
    town.clock.move(days=30)
    moved = await town.http.post(url, json=event, headers=head)
    assert moved.status_code == 201, moved.text
    assert moved.json()["closed_at"] is not None
    assert (await town.http.get("/api/v1/sve/watch")).json()["data"] == []
    assert (await town.http.post(url, json=event, headers=head)).status_code == 412
    assert (await town.http.post(url, json=event)).status_code == 428


REFUSED = [
    ({"type": "pieces_requested"}, "/at"),
    ({"type": "pieces_reqested", "at": "2026-03-10T09:00:00Z"}, "/type"),
    ({"type": "qualified", "at": "2026-03-10T09:00:00Z"}, "/type"),
    ({"at": "2026-03-10T09:00:00Z"}, "/type"),
    ({"type": "pieces_requested", "at": "hier"}, "/at"),
    ({"type": "pieces_requested", "at": "9999-12-31T23:59:59-12:00"}, "/at"),
    ({"type": "pieces_requested", "at": "0001-01-01T00:00:00+12:00"}, "/at"),
]


@pytest.mark.parametrize(("event", "pointer"), REFUSED)
async def test_an_event_not_understood_changes_nothing(town, event, pointer) -> None:
    told = (await qualified(town)).json()
    url, head = f"/api/v1/saisines/{told['id']}", {"If-Match": f'"{told["version"]}"'}
    answer = await town.http.post(f"{url}/events", json=event, headers=head)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text
    assert (await town.http.get(url)).json()["version"] == told["version"]


async def test_the_watch_is_sorted_narrowed_and_counted(town) -> None:
    for _ in range(3):
        await town.a_ticket()
        town.clock.move(days=1)
    first = (await town.http.get("/api/v1/sve/watch", params={"limit": 2})).json()
    rest = (await town.http.get("/api/v1/sve/watch", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    dates = [line["saisine"]["alert_on"] for line in first["data"] + rest["data"]]
    assert len(dates) == 3
    assert dates == sorted(dates)
    assert first["counts"]["unqualified"] == 3
    assert rest["next_cursor"] is None
    before = await town.http.get("/api/v1/sve/watch", params={"before": dates[1], "risk": "unqualified"})
    assert len(before.json()["data"]) == 1


async def test_alerts_are_raised_seen_and_taken_once(town) -> None:
    await qualified(town)
    town.clock.move(days=58)
    await town.house.watch.sweep(town.id)
    (alert, *_) = (await town.http.get("/api/v1/sve/alerts")).json()["data"]
    url = f"/api/v1/sve/alerts/{alert['id']}/acknowledgements"
    taken = (await town.http.post(url)).json()
    town.clock.move(hours=1)
    assert (await town.http.post(url)).json()["acknowledged_at"] == taken["acknowledged_at"]
    left = (await town.http.get("/api/v1/sve/alerts")).json()["data"]
    assert alert["id"] not in {one["id"] for one in left}
    everything = (await town.http.get("/api/v1/sve/alerts", params={"state": "all"})).json()["data"]
    assert alert["id"] in {one["id"] for one in everything}


async def test_acknowledgements_owed_are_listed_until_they_leave(town) -> None:
    await town.a_ticket()
    owed = (await town.http.get("/api/v1/sve/duties")).json()["data"]
    assert [(duty["kind"], duty["due_on"]) for duty in owed][-1][0] == "ARE"
    assert (await town.http.get("/api/v1/sve/duties", params={"by": "2020-01-01"})).json()["data"] == []


async def test_a_case_is_simulated_like_at_the_command_line(town) -> None:
    from app.sve.simulation import simulate

    one = await town.http.post("/api/v1/sve/simulations", json=CASE)
    assert one.json() == simulate(CASE)[0]
    several = await town.http.post("/api/v1/sve/simulations", json=[CASE, {**CASE, "id": "b"}])
    assert several.json() == simulate([CASE, {**CASE, "id": "b"}])


UNREADABLE = [
    ({**CASE, "territory": "MARS"}, "/territory"),
    ([CASE, {**CASE, "events": [{"type": "received", "at": "hier"}]}], "/1/events/0/at"),
    ("cas", ""),
    (None, ""),
]


@pytest.mark.parametrize(("body", "pointer"), UNREADABLE)
async def test_a_case_not_understood_is_refused_with_its_place(town, body, pointer) -> None:
    answer = await town.http.post("/api/v1/sve/simulations", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text
