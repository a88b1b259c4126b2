"""An administration's own procedures over HTTP, and a deadline of its own where silence decides nothing."""

from datetime import date

from app.sve.law.terms import Period, add_period
from tests.api.test_procedures import by_catalogue

OWN = {
    "code": "LOC-BOULES",
    "title": "Créneau sur un terrain de boules couvert",
    "domain": "services locaux",
    "keywords": ["pétanque", "terrain de boules"],
    "deliberation": {"taken_on": "2025-12-15", "number": "2025-112", "title": "Règlement des terrains de boules"},
    "versions": [{"valid_from": "2026-01-01", "category": "limited_capacity"}],
    "note": "Nouveau règlement.",
}
CATALOGUE = "/api/v1/sve/procedures"


def months_after(saisine, months):
    return add_period(date.fromisoformat(saisine["received_on"]), Period(months=months)).isoformat()


async def published(town, key, **words):
    return await town.http.post(CATALOGUE, json={**OWN, **words}, headers={"Idempotency-Key": key})


async def test_a_town_publishes_qualifies_by_and_withdraws_its_own_procedure(town) -> None:
    tried = (await published(town, "essai", dry_run=True)).json()
    assert (tried["dry_run"], tried["edition"], tried["open_saisines"]) == (True, 1, 0)
    assert {"field": "delay", "before": None, "after": "P4M"} in tried["differences"]
    assert (await town.http.get(f"{CATALOGUE}/LOC-BOULES")).status_code == 404
    told = await published(town, "for-good")
    assert (told.status_code, told.json()["procedure"]["effect"]) == (201, "SVR")
    again = await published(town, "for-good")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (told.json(), "true")
    mine = (await town.http.get(CATALOGUE, params={"origin": "local"})).json()["data"]
    assert [(one["code"], one["origin"], one["edition"]) for one in mine] == [("LOC-BOULES", "local", 1)]

    saisine = (await by_catalogue(town, "LOC-BOULES")).json()
    assert (saisine["regime"], saisine["delay"], saisine["term_on"]) == ("SVR", "P4M", months_after(saisine, 4))
    assert saisine["procedure_version"] == "2026-11-22 édition locale 1, depuis le 2026-01-01"

    later = await published(
        town, "deux", replaces=1, versions=[{"valid_from": "2026-01-01", "effect": "SVA", "delay": "P2M"}]
    )
    assert (later.json()["edition"], later.json()["open_saisines"]) == (2, 1)
    kept = (await town.http.get(f"/api/v1/saisines/{saisine['id']}")).json()
    assert (kept["regime"], kept["procedure_version"]) == (saisine["regime"], saisine["procedure_version"])

    gone = await town.http.post(
        f"{CATALOGUE}/LOC-BOULES/withdrawals", json={"reason": "Terrains fermés."}, headers={"Idempotency-Key": "fin"}
    )
    assert [one["withdrawn_from"] for one in gone.json()["data"]] == [saisine["received_on"]] * 2
    read = (await town.http.get(f"{CATALOGUE}/LOC-BOULES")).json()
    assert (read["withdrawn"], [one["edition"] for one in read["editions"]]) == (True, [1, 2])
    refused = await by_catalogue(town, "LOC-BOULES")
    assert refused.json()["errors"][0]["code"] == "unknown-procedure"


async def test_a_national_procedure_is_changed_with_its_reason_and_shown_beside(town) -> None:
    body = {
        "code": "HAB-LOUER",
        "override": {"why": "Le règlement local allonge le délai."},
        "deliberation": OWN["deliberation"],
        "versions": [{"valid_from": "2026-01-01", "effect": "SVA", "delay": "P2M"}],
        "note": "Règlement local.",
    }
    answer = await town.http.post(CATALOGUE, json=body, headers={"Idempotency-Key": "un"})
    assert answer.status_code == 201, answer.text
    assert answer.json()["procedure"]["override"]["changes"] == ["sources", "versions"]
    read = (await town.http.get(f"{CATALOGUE}/HAB-LOUER")).json()
    assert (read["origin"], read["delay"], read["national"]["delay"]) == ("local", "P2M", "P1M")
    saisine = (await by_catalogue(town, "HAB-LOUER")).json()
    assert saisine["term_on"] == months_after(saisine, 2)


async def test_a_refusal_names_every_place_in_french_and_in_english(town) -> None:
    wrong = {
        "title": None,
        "deliberation": None,
        "versions": [{"valid_from": "2026-01-01", "effect": "SVR", "delay": "60 jours"}],
    }
    for language, said in (("fr", "n'est pas une durée"), ("en", "is not a period")):
        answer = await town.http.post(
            CATALOGUE, json={**OWN, **wrong}, headers={"Idempotency-Key": language, "Accept-Language": language}
        )
        found = {one["pointer"]: one["detail"] for one in answer.json()["errors"]}
        assert (answer.status_code, set(found)) == (422, {"/title", "/deliberation", "/versions/0/delay"})
        assert said in found["/versions/0/delay"]
    unknown = await published(town, "champ", titre="x")
    assert [one["pointer"] for one in unknown.json()["errors"]] == ["/titre"]


async def test_an_edition_written_on_an_older_one_is_refused(town) -> None:
    await published(town, "un")
    assert (await published(town, "deux")).json()["code"] == "stale"
    assert (await published(town, "trois", replaces=7)).status_code == 412


async def test_publishing_takes_the_right_to_write_the_law(town) -> None:
    key = {**(await town.key("sve:read")), "Idempotency-Key": "x"}
    assert (await town.http.post(CATALOGUE, json=OWN, headers=key)).status_code == 403


async def test_what_had_been_proposed_is_recorded_beside_the_choice_without_words(town) -> None:
    text = "Je voudrais six tables en terrasse devant mon café."
    told = (await by_catalogue(town, "DOM-TERR", subject="Terrasse", text=text)).json()
    (chosen,) = await town.facts("sve.saisine.qualified")
    data = chosen["data"]
    assert (data["saisine_id"], data["procedure"], data["rank"], data["proposed"][0]) == (
        told["id"],
        "DOM-TERR",
        1,
        "DOM-TERR",
    )
    assert (data["ranking"], data["catalogue"], data["nature"]) == ("words", "2026-11-22", "request")
    assert "café" not in str(chosen)


async def test_a_deadline_of_our_own_is_warned_of_though_silence_decides_nothing(town) -> None:
    told = (await by_catalogue(town, "LOG-DALO")).json()
    due = months_after(told, 3)
    assert (told["regime"], told["closed_at"], told["values"]["reply_due_date"]) == ("none", None, due)
    for _ in range(14):
        town.clock.move(days=7)
        await town.house.watch.sweep(town.id)
    alerts = (await town.http.get("/api/v1/sve/alerts")).json()["data"]
    assert {(alert["threshold"], alert["alert_on"]) for alert in alerts} & {("reply_due", due)}


async def test_what_has_no_deadline_at_all_ends_with_its_qualification(town) -> None:
    assert (await by_catalogue(town, "VOI-SIGN")).json()["closed_at"] is not None
