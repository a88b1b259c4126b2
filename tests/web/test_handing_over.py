"""A request given to a team or an agent on its page, made confidential, and found again in one's own views."""

from app.ids import Prefix, public_id
from tests.web.conftest import OURS, Town, parsed
from tests.web.test_people import post, settled


def options(answer, name: str) -> dict[str, str]:
    return {one.text(strip=True): one.attributes["value"] or "" for one in parsed(answer).css(f"select#{name} option")}


async def hand(town: Town, path: str, browser=None, **fields: str):
    shown = parsed(await (browser or town.browser).get(path))
    form = shown.css_first("form[action$='/attribution']")
    version = form.css_first("input[name=version]").attributes["value"]
    return await post(town, f"{path}/attribution", browser, version=version, **fields)


async def test_a_request_is_given_made_confidential_and_found_in_ones_own_views(town: Town) -> None:
    await town.sign_in()
    ticket = await town.a_ticket()
    path = f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"
    assert (await post(town, "/equipe/equipes", nom_equipe="Voirie & réseaux", parent="")).status_code == 303
    team = options(await town.browser.get(path), "equipe")["Voirie & réseaux"]
    member = await settled(town, "camille@villebourg.example.fr", nom="Camille <b>Exemple</b>", equipes=team)
    other = await settled(town, "dominique@villebourg.example.fr", nom="Dominique Exemple")

    # Confidential with nobody: refused beside the tick, and what was chosen is still there.
    refused = await hand(town, path, equipe="", agent="", confidentielle="oui")
    assert refused.status_code == 422
    assert parsed(refused).css_first("#confidentielle-e")
    assert "checked" in parsed(refused).css_first("input[name=confidentielle]").attributes
    assert (await hand(town, path, equipe="tea_x", agent="")).status_code == 422

    done = await hand(town, path, equipe=team, agent="")
    assert done.headers["location"] == f"{path}?fait=attribution#attribution"
    assert "Voirie &amp; réseaux" in (await town.browser.get(path)).text
    stale = await post(town, f"{path}/attribution", version="1", equipe="", agent="")
    assert stale.status_code == 409
    for browser, view, found in (
        (member, "mon-equipe", True),
        (other, "mon-equipe", False),
        (member, "miennes", False),
    ):
        assert (ticket.reference in (await browser.get(f"/boite?vue={view}")).text) is found, view

    camille = options(await town.browser.get(path), "agent")["Camille <b>Exemple</b>"]
    assert (await hand(town, path, equipe=team, agent=camille)).status_code == 303
    mine = await member.get("/boite?vue=miennes")
    assert ticket.reference in mine.text
    assert "<b>Exemple" not in mine.text

    # Another agent makes it confidential, and by that very act sees it no more: they are told so, once.
    gone = await hand(town, path, other, equipe=team, agent=camille, confidentielle="oui")
    assert gone.headers["location"] == f"/boite?confiee={ticket.reference}"
    assert ticket.reference in (await other.get(gone.headers["location"])).text
    assert (await other.get(path)).status_code == 404
    assert ticket.reference not in (await other.get("/boite?vue=activite")).text
    assert "Confidentielle" in (await member.get("/boite?vue=miennes")).text
    assert "Confidentielle" in parsed(await member.get(path)).css_first(".thead").text()


async def test_nobody_hands_over_from_another_site_nor_without_the_right(town: Town) -> None:
    await town.sign_in("tickets:read")
    ticket = await town.a_ticket()
    path = f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"
    assert parsed(await town.browser.get(path)).css_first("form[action$='/attribution']") is None
    assert (await post(town, f"{path}/attribution", version="1", equipe="", agent="")).status_code == 403
    await town.sign_in()
    foreign = await town.browser.post(
        f"{path}/attribution", data={"version": "1"}, headers={**OURS, "Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403


async def test_signing_in_again_ends_the_session_the_browser_held(town: Town) -> None:
    await town.sign_in()
    browser = await settled(town, "camille@villebourg.example.fr")
    held = dict(browser.cookies)
    fields = {"administration": town.slug.removeprefix("contact-"), "courriel": "camille@villebourg.example.fr"}
    again = await post(town, "/connexion", browser, mot_de_passe="quatre chevaux au trot", **fields)
    assert again.status_code == 303
    assert (await browser.get("/boite")).status_code == 200
    thief = town.open_browser()
    thief.cookies.update(held)
    assert (await thief.get("/boite")).status_code != 200
