"""Absences on pages: declared by oneself, seen by all, named in the lists of who stands in, said where requests are given."""

from datetime import timedelta

from app.clock import civil_day
from app.ids import Prefix, public_id
from tests.web.conftest import Town, parsed
from tests.web.test_people import post, settled


async def identifier(town: Town, email: str) -> str:
    async with town.house.database.transaction(tenant=town.id) as session:
        return public_id(Prefix.USER, (await town.house.accounts.named(session, town.id, email)).id)


async def test_an_absence_is_declared_seen_acted_on_and_ended(town: Town) -> None:
    await town.sign_in()
    absent = await settled(town, "absente@agents.example.fr", nom="Ada Absente")
    stand_in = await settled(town, "relais@agents.example.fr", nom="Rémi Relais")
    who, other = await identifier(town, "absente@agents.example.fr"), await identifier(town, "relais@agents.example.fr")
    today = civil_day(town.clock(), "Europe/Paris")
    shown = parsed(await absent.get("/equipe/absences"))
    assert shown.css_first("input[name=pour]").attributes["value"] == who
    ticket = await town.a_ticket()
    address = f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"
    given = await post(town, f"{address}/attribution", version=str(ticket.version), equipe="", agent=who)
    assert given.headers["location"].endswith("fait=attribution#attribution")
    words = {"pour": who, "du": today.isoformat(), "au": "", "remplace": other}
    refused = await post(town, "/equipe/absences", absent, **words)
    assert refused.status_code == 422
    assert "donnez un jour" in refused.text.casefold()
    assert parsed(refused).css_first(f"#remplace option[value={other}]").attributes.get("selected", "no") is None
    words["au"] = (today + timedelta(days=3)).isoformat()
    # A colleague declares nothing for her; she does.
    assert (await post(town, "/equipe/absences", stand_in, **words)).status_code == 403
    assert (await post(town, "/equipe/absences", absent, **words)).status_code == 303
    mine = await stand_in.get("/boite?vue=miennes")
    assert ticket.reference in mine.text
    assert "en remplacement de <bdi>Ada Absente</bdi>" in mine.text
    assert "Ada Absente" in (await stand_in.get("/profil")).text
    assert "Rémi Relais</bdi> remplace" in (await town.browser.get("/equipe")).text
    assert "absent jusqu’au" in (await town.browser.get(address)).text
    second = await town.a_ticket()
    address = f"/demandes/{public_id(Prefix.TICKET, second.id)}"
    given = await post(town, f"{address}/attribution", version=str(second.version), equipe="", agent=who)
    assert "fait=attribution-absent" in given.headers["location"]
    page = await town.browser.get(given.headers["location"])
    assert "Cette personne est absente" in page.text
    listed = parsed(await absent.get("/equipe/absences"))
    form = listed.css_first("table form")
    ended = await post(town, form.attributes["action"], absent, version="1")
    assert ended.headers["location"] == "/equipe/absences?fait=finie"
    assert "Personne n’est absent" in (await absent.get("/equipe/absences?fait=finie")).text
    assert ticket.reference not in (await stand_in.get("/boite?vue=miennes")).text
