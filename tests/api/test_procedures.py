"""The catalogue over HTTP, what it proposes for a message, and a saisine qualified by it."""

import pytest

from app.sve.catalogue import built_in
from tests.api.test_sve import a_saisine, qualified


async def by_catalogue(town, code, *, subject="Demande", text="Bonjour", **words):
    ticket = await town.a_ticket(subject=subject, text=text)
    url = f"/api/v1/saisines/{ticket['saisines'][0]['id']}"
    head = {"If-Match": (await town.http.get(url)).headers["etag"]}
    body = {"procedure": code, "reason": "Démarche reconnue.", **words}
    return await town.http.post(f"{url}/qualifications", json=body, headers=head)


async def test_the_catalogue_is_read_page_by_page(town) -> None:
    codes, cursor = [], None
    while True:
        params = {"limit": 150, **({"cursor": cursor} if cursor else {})}
        page = (await town.http.get("/api/v1/sve/procedures", params=params)).json()
        codes += [one["code"] for one in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert codes == sorted(entry.code for entry in built_in().list())


async def test_it_is_searched_and_narrowed(town) -> None:
    found = (await town.http.get("/api/v1/sve/procedures", params={"q": "CIMETIERE", "kind": "commune"})).json()["data"]
    assert "FUN-INHUM" in {one["code"] for one in found}
    assert all("commune" in one["kinds"] for one in found)
    nothing = await town.http.get("/api/v1/sve/procedures", params={"q": "introuvable"})
    assert nothing.json()["data"] == []
    assert (await town.http.get("/api/v1/sve/procedures", params={"kind": "hameau"})).status_code == 422


async def test_a_procedure_says_its_versions_and_where_they_were_read(town) -> None:
    told = (await town.http.get("/api/v1/sve/procedures/URB-DP")).json()
    (version,) = told["versions"]
    assert (version["effect"], version["delay"], version["family"]) == ("SVA", "P1M", "URBANISME")
    assert version["texts"][0]["words"] == "Un mois pour les déclarations préalables"
    assert told["sources"][0]["dated"] == "2025-07-13"
    assert (await town.http.get("/api/v1/sve/procedures/NOT-THERE")).status_code == 404


async def test_a_message_is_given_proposals_with_their_words(town) -> None:
    ticket = await town.a_ticket(subject="Terrasse", text="Je voudrais six tables en terrasse devant mon café.")
    url = f"/api/v1/saisines/{ticket['saisines'][0]['id']}"
    told = (await town.http.get(f"{url}/suggestions")).json()
    first = told["procedures"][0]
    assert (first["code"], first["effect"], first["competent"]) == ("DOM-TERR", "SVR", True)
    assert "terrasse" in first["words"]
    assert told["nature"]["kind"] == "request"
    assert (await town.http.get(url)).json()["regime"] == "UNKNOWN"


async def test_a_procedure_alone_qualifies(town) -> None:
    told = (await by_catalogue(town, "HAB-LOUER")).json()
    assert (told["regime"], told["delay"], told["term_on"]) == ("SVA", "P1M", "2026-04-02")
    assert (told["procedure"], told["certainty"]) == ("HAB-LOUER", "read")
    assert told["procedure_version"] == "2026-11-22 habitat_logement.toml"
    kept = told["events"][-1]["payload"]
    assert (kept["procedure"], kept["procedure_version"], kept["certainty"]) == (
        told["procedure"],
        told["procedure_version"],
        told["certainty"],
    )
    silence = next(reason for reason in told["reasons"] if reason["key"] == "silence")
    assert "L635-4" in silence["source"]


async def test_the_rules_of_its_family_drive_the_clock_at_every_reading(town) -> None:
    told = (await by_catalogue(town, "URB-PCMI")).json()
    assert told["family"] == "URBANISME"
    assert any("R*423" in reason["source"] for reason in told["reasons"] if reason["key"] == "term_date")
    event = {
        "type": "pieces_requested",
        "at": "2026-03-10T09:00:00Z",
        "notified_at": "2026-03-10T09:00:00Z",
        "items": ["plan de situation"],
        "deadline_date": "2026-06-10",
        "mentions_l114_5_rule": True,
        "legal_basis": "C. urbanisme R*423-38",
    }
    head = {"If-Match": f'"{told["version"]}"'}
    town.clock.move(days=10)
    again = await town.http.post(f"/api/v1/saisines/{told['id']}/events", json=event, headers=head)
    assert again.status_code == 201, again.text
    assert again.json()["family"] == "URBANISME"
    assert any("R*423" in reason["source"] for reason in again.json()["reasons"])


async def test_the_watch_reads_it_with_the_same_rules(town) -> None:
    told = (await by_catalogue(town, "URB-DIA")).json()
    assert (told["regime"], told["effect"]) == ("renunciation", "renunciation")
    town.clock.move(days=45)
    await town.house.watch.sweep(town.id)
    again = (await town.http.get(f"/api/v1/saisines/{told['id']}")).json()
    assert (again["effect"], again["term_on"]) == ("renunciation", told["term_on"])


async def test_what_nobody_has_established_still_alarms(town) -> None:
    told = (await by_catalogue(town, "FUN-CONC")).json()
    assert (told["regime"], told["risk"], told["certainty"]) == ("UNKNOWN", "unqualified", "unverified")
    assert told["alert_on"] is not None


async def test_a_later_effect_given_by_a_person_leaves_nothing_of_the_catalogue(town) -> None:
    told = (await by_catalogue(town, "URB-DP")).json()
    head = {"If-Match": f'"{told["version"]}"'}
    body = {"regime": "SVR", "delay": "P2M", "reason": "Non, un recours."}
    again = (await town.http.post(f"/api/v1/saisines/{told['id']}/qualifications", json=body, headers=head)).json()
    assert [again[name] for name in ("procedure", "procedure_version", "certainty", "family")] == [None] * 4


async def test_an_effect_given_by_a_person_stands(town) -> None:
    told = (await qualified(town, procedure="URB-DP", regime="SVR", delay="P4M")).json()
    assert (told["regime"], told["delay"], told["procedure_version"]) == ("SVR", "P4M", None)


REFUSED = [
    ({"procedure": "NOT-THERE"}, "/procedure", "unknown-procedure"),
    ({"procedure": None}, "/regime", "missing"),
    ({"procedure": "URB-PC-ABORDS"}, "/delay", "missing"),
    ({"procedure": "ELU-CONGE"}, "/delay", "missing"),
    ({"procedure": "URB-DP", "delay": "un mois"}, "/delay", "period"),
]


@pytest.mark.parametrize(("words", "pointer", "code"), REFUSED)
async def test_what_gives_no_term_is_refused_and_changes_nothing(town, words, pointer, code) -> None:
    saisine, head = await a_saisine(town)
    url = f"/api/v1/saisines/{saisine['id']}"
    answer = await town.http.post(f"{url}/qualifications", json={"reason": "Essai.", **words}, headers=head)
    (flaw,) = answer.json()["errors"]
    assert (answer.status_code, flaw["pointer"], flaw["code"]) == (422, pointer, code)
    assert (await town.http.get(url)).json()["version"] == saisine["version"]


async def test_an_increase_takes_the_whole_delay_from_the_person(town) -> None:
    told = (await by_catalogue(town, "URB-PC-ABORDS", delay="P3M")).json()
    assert (told["delay"], told["family"]) == ("P3M", "URBANISME")
