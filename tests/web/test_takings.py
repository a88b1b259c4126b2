"""What an agent takes away from the screens: the register, a calendar address, the evidence of a saisine."""

import io
import re
import zipfile

from tests.web.conftest import OURS, parsed


async def a_request(town):
    from app.channels.contract import Delivery
    from app.exchanges.receptions import Door
    from tests.harness.towns import mail

    raw = mail(subject="Terrasse", message_id="<un@example.org>")
    await town.house.inbound.accept(town.mail, Delivery(body=raw), door=Door.API)
    await town.house.inbound.drain(str(town.id))


async def test_the_register_is_taken_as_a_spreadsheet_or_as_csv(town) -> None:
    await a_request(town)
    await town.sign_in("tickets:read", "sve:read")
    page = parsed(await town.browser.get("/surveillance"))
    assert page.css_first('a[href="/surveillance/registre"]') is not None
    shown = await town.browser.get("/surveillance/registre")
    assert (shown.status_code, "Registre (CSV, ODS)" in shown.text) == (200, True)
    ods = await town.browser.get("/surveillance/registre/fichier?forme=ods")
    assert "content.xml" in zipfile.ZipFile(io.BytesIO(ods.content)).namelist()
    csv = await town.browser.get("/surveillance/registre/fichier?forme=csv&du=2026-01-01")
    assert csv.content.startswith(b"\xef\xbb\xbf")
    assert len(csv.text.splitlines()) == 2
    assert "attachment" in csv.headers["content-disposition"]


async def test_a_day_that_is_none_is_said_beside_its_field(town) -> None:
    await town.sign_in("tickets:read", "sve:read")
    for query, name in (("du=hier", "du"), ("du=2026-03-02&au=2026-03-01", "au")):
        answer = await town.browser.get(f"/surveillance/registre/fichier?{query}")
        page = parsed(answer)
        assert (answer.status_code, page.css_first(f"#{name}-e") is not None) == (422, True)
        assert page.css_first(f"#{name}").attributes["aria-invalid"] == "true"


async def test_a_calendar_address_is_shown_once_followed_and_revoked(town) -> None:
    await a_request(town)
    await town.sign_in("tickets:read", "sve:read", "sve:write")
    made = await town.browser.post("/surveillance/calendrier", data={"nom": "Service urbanisme"}, headers=OURS)
    url = re.search(r'http[^\s<"]*/api/v1/sve/calendar\.ics\?key=[\w-]+', made.text)[0]
    listed = await town.browser.get("/surveillance/registre")
    assert "Service urbanisme" in listed.text
    assert url.partition("key=")[2] not in listed.text
    known = await town.house.reports.feeds.opened(url.partition("key=")[2])
    assert known.tenant_id == town.id
    action = parsed(listed).css_first('form[action$="/revocation"]').attributes["action"]
    assert (await town.browser.post(action, data={}, headers=OURS)).status_code == 303
    assert "Service urbanisme" not in (await town.browser.get("/surveillance/registre")).text


async def test_a_calendar_address_needs_a_name_and_the_right_to_make_one(town) -> None:
    await town.sign_in("tickets:read", "sve:read", "sve:write")
    answer = await town.browser.post("/surveillance/calendrier", data={"nom": " "}, headers=OURS)
    assert (answer.status_code, parsed(answer).css_first("#nom-e") is not None) == (422, True)
    await town.sign_in("tickets:read", "sve:read")
    assert parsed(await town.browser.get("/surveillance/registre")).css_first("#nom") is None
    refused = await town.browser.post("/surveillance/calendrier", data={"nom": "Essai"}, headers=OURS)
    assert refused.status_code == 403


async def test_the_evidence_is_taken_from_the_legal_panel(town) -> None:
    await a_request(town)
    await town.sign_in()
    (ticket, *_) = await town.tickets()
    from app.ids import Prefix, public_id

    page = parsed(await town.browser.get(f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"))
    link = next(a for a in page.css("#legal a") if "Dossier de preuve" in a.text())
    answer = await town.browser.get(link.attributes["href"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    await town.sign_in("tickets:read")
    assert (await town.browser.get(link.attributes["href"])).status_code == 403
