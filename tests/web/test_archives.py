"""Pages of who saw what, of archives and eliminations, and of numbers that should not be there."""

from datetime import UTC, datetime

from sqlalchemy import text

from tests.web.conftest import OURS, Town, parsed

NIR = "2 85 05 78 006 084 41"
PUBLIC_ID = "/demandes/"


async def opened(town: Town, **answers: str) -> str:
    """Takes a request in, opens its page, and returns its address."""
    await town.sign_in()
    await town.a_ticket(**answers)
    shown = parsed(await town.browser.get("/boite?vue=activite"))
    address = next(
        link.attributes["href"] for link in shown.css("td a") if PUBLIC_ID in (link.attributes["href"] or "")
    )
    assert address
    return address


async def test_who_saw_a_request_is_read_beside_it_and_in_the_journal(town: Town) -> None:
    address = await opened(town)
    assert "Qui a vu cette demande" in (await town.browser.get(address)).text
    shown = (await town.browser.get(f"{address}/lectures")).text
    assert "a ouvert la demande" in shown
    assert "Accueil" in shown
    await town.browser.get("/boite?q=terrasse")
    whole = (await town.browser.get("/journal/lectures")).text
    assert "a cherché" in whole
    refused = await town.browser.post(
        "/journal/lectures", data={"version": "0", "mois": "24", "motif": ""}, headers=OURS
    )
    assert refused.status_code == 422
    assert "au-delà de douze mois" in refused.text.lower()
    chosen = await town.browser.post(
        "/journal/lectures", data={"version": "0", "mois": "24", "motif": "Contrôle interne."}, headers=OURS
    )
    assert chosen.status_code == 303
    assert "Contrôle interne." in (await town.browser.get(chosen.headers["location"])).text
    other = town.open_browser()
    await town.sign_in("tickets:read", browser=other)
    assert (await other.get("/journal/lectures")).status_code == 403
    assert "Qui a vu cette demande" not in (await other.get(address)).text


async def test_a_sensitive_number_is_warned_of_masked_and_sent_on_a_second_word(town: Town) -> None:
    address = await opened(town, objet=f"Mon numéro {NIR}", message=f"Le voici : {NIR}")
    assert NIR not in (await town.browser.get("/boite?vue=activite")).text
    shown = await town.browser.get(address)
    assert "Ce message contient un numéro de sécurité sociale." in shown.text
    assert 'name="sensible"' not in shown.text
    version = parsed(shown).css_first("#repondre input[name=version]").attributes["value"]
    body = {"version": version, "texte": f"Votre numéro {NIR} est noté."}
    asked = await town.browser.post(f"{address}/reponses", data=body, headers=OURS)
    assert asked.status_code == 409
    form = parsed(asked).css_first("#repondre")
    assert NIR in form.css_first("textarea").text()
    assert form.css_first("input[name=sensible]") is not None
    sent = await town.browser.post(f"{address}/reponses", data={**body, "sensible": "oui"}, headers=OURS)
    assert sent.status_code == 303


async def test_a_list_is_decided_submitted_approved_and_carried_out_on_pages(town: Town) -> None:
    await opened(town)
    at = town.clock.at
    try:
        async with town.house.database.transaction(tenant=town.id) as session:
            # What it takes to end a request is proven elsewhere (tests/api/test_archives.py).
            for statement in (
                "UPDATE saisines SET closed_at = :at, alert_on = NULL WHERE tenant_id = :tenant",
                "UPDATE duties SET waived_at = :at, waived_reason = 'x' WHERE tenant_id = :tenant",
                "UPDATE tickets SET status = 'closed', alert_on = NULL WHERE tenant_id = :tenant",
            ):
                await session.execute(text(statement), {"at": at, "tenant": town.id})
        page = await town.browser.get("/archives")
        assert "proposition" in page.text
        form = {
            "version": "0",
            "active_months": "12",
            "archive_months": "24",
            "counted_from": "closure",
            "fate": "destroy",
            "legal_basis": "",
        }
        refused = await town.browser.post("/archives/durees/DEFAULT", data=form, headers=OURS)
        assert (refused.status_code, "Écrivez le texte" in refused.text) == (422, True)
        decided = await town.browser.post(
            "/archives/durees/DEFAULT", data={**form, "legal_basis": "Délibération."}, headers=OURS
        )
        assert decided.status_code == 303
        town.clock.at = datetime(2090, 1, 2, tzinfo=UTC)
        await town.sign_in()
        assert await town.house.retention_rounds.look(town.id) == 1
        shown = parsed(await town.browser.get("/archives"))
        link = next(
            one.attributes["href"] for one in shown.css("a") if "/bordereaux/" in (one.attributes["href"] or "")
        )
        assert link
        for act, body in (
            ("arret", {}),
            ("visa", {"reference": "AD-1", "on": "2090-01-02", "by": "Archives de l'Exemple"}),
            ("execution", {}),
        ):
            current = await town.browser.get(link)
            version = parsed(current).css_first("input[name=version]").attributes["value"]
            moved = await town.browser.post(f"{link}/{act}", data={"version": version, **body}, headers=OURS)
            assert moved.status_code == 303, (act, moved.text)
        late = await town.browser.post(f"{link}/arret", data={"version": "1"}, headers=OURS)
        assert (late.status_code, "Rien n’a été enregistré" in late.text) == (412, True)
        assert "en cours d’exécution" in (await town.browser.get(link)).text
        assert (await town.browser.get(f"{link}/document")).content.startswith(b"%PDF")
        assert "numero;categorie" in (await town.browser.get(f"{link}/document?forme=csv")).text
    finally:
        town.clock.at = at
