"""The pages of procedures: read, written and withdrawn by hand, what is wrong said beside its field."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from app.sve.law.regime import Regime
from tests.web.conftest import OURS, Town, parsed
from tests.web.test_qualifying_by_catalogue import posted, saisine_of

NEW = {
    "code": "LOC-BOULES",
    "titre": "Créneau sur un terrain de boules couvert",
    "domaine": "services locaux",
    "mots": "pétanque\r\nterrain de boules",
    "certitude": "partly",
    "delib_jour": "2025-12-15",
    "delib_numero": "2025-112",
    "delib_titre": "Règlement des terrains de boules",
    "versions": "1",
    "remplace": "",
    "du-1": "2026-01-01",
    "categorie-1": "limited_capacity",
}
CHECK, PUBLISH = {"geste": "verifier"}, {"geste": "publier", "note": "Nouveau règlement."}


async def send(town: Town, **fields: str) -> LexborHTMLParser:
    answer = await town.browser.post("/demarches/editions", data=fields, headers=OURS)
    assert answer.status_code in (200, 422, 412), answer.status_code
    return parsed(answer)


def typed(page: LexborHTMLParser) -> dict[str, str]:
    """Every field of the form as a browser would send it."""
    form = page.css_first("form[action='/demarches/editions']")
    fields = {str(n.attributes["name"]): n.attributes.get("value") or "" for n in form.css("input")}
    fields |= {str(n.attributes["name"]): n.text().removeprefix("\n") for n in form.css("textarea")}
    for choice in form.css("select"):
        chosen = choice.css_first("option[selected]")
        fields[str(choice.attributes["name"])] = (chosen.attributes.get("value") or "") if chosen else ""
    return fields


async def test_a_procedure_is_checked_shown_published_and_then_qualifies(town: Town) -> None:
    await town.sign_in()
    empty = parsed(await town.browser.get("/demarches", params={"vue": "notres"}))
    assert "encore ni démarche locale" in empty.css_first(".empty").text()
    shown = await send(town, **NEW, **CHECK)
    preview = shown.css_first(".preview").text()
    for word in ("rejet (SVR) après 4 mois", "Aucune saisine ouverte", "Délibération", "n° 1"):
        assert word in preview
    assert (await town.browser.get("/demarches/LOC-BOULES")).status_code == 404
    answer = await town.browser.post("/demarches/editions", data={**typed(shown), **PUBLISH}, headers=OURS)
    assert answer.headers["location"] == "/demarches/LOC-BOULES?fait=publication"
    page = parsed(await town.browser.get(answer.headers["location"])).css_first("main").text()
    for word in ("Édition publiée", "rejet (SVR) après 4 mois", "2025-112", "notre édition", "Nouveau règlement."):
        assert word in page
    ticket = await town.a_ticket(message="y a t il un terrain de boules couvert pour la pétanque ?", objet="Boules")
    offered = parsed(await town.browser.get(f"/demandes/{_name(ticket)}")).css_first(".proposals input")
    assert offered.attributes["value"] == "demarche:LOC-BOULES"
    assert (await posted(town, ticket, regime="demarche:LOC-BOULES")).status_code == 303
    saisine = await saisine_of(town, ticket)
    assert (saisine.regime, saisine.delay) == (Regime.SVR, "P4M")


def _name(ticket: object) -> str:
    from app.ids import Prefix, public_id

    return public_id(Prefix.TICKET, ticket.id)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "boules"}, "code"),
        ({"titre": ""}, "titre"),
        ({"delib_numero": ""}, "delib_numero"),
        ({"delib_jour": "", "delib_numero": "", "delib_titre": ""}, "delib_titre"),
        ({"delib_jour": "hier"}, "delib_jour"),
        ({"du-1": ""}, "du-1"),
        ({"categorie-1": "", "effet-1": "SVR", "delai-1": "60 jours"}, "delai-1"),
        ({"effet-1": "SVA", "delai-1": "P2M"}, "categorie-1"),
        ({"categorie-1": ""}, "effet-1"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    town: Town, change: dict[str, str], field: str
) -> None:
    await town.sign_in()
    page = await send(town, **{**NEW, **change, **CHECK})
    (fault,) = page.css(".err-m")
    described = page.css_first(f"[aria-describedby~='{fault.attributes['id']}']")
    assert (described.attributes["name"], described.attributes["aria-invalid"]) == (field, "true")
    kept = typed(page)
    assert {name: kept[name].replace("\n", "\r\n") for name in ("mots", "domaine")} == {
        name: NEW[name] for name in ("mots", "domaine")
    }
    assert page.css_first(".preview") is None


async def test_a_reason_is_asked_for_before_publishing(town: Town) -> None:
    await town.sign_in()
    page = await send(town, **{**NEW, **PUBLISH, "note": " "})
    assert "pourquoi vous publiez" in page.css_first(".err-m").text()
    assert page.css_first("textarea[name=note][aria-invalid]") is not None
    assert (await town.browser.get("/demarches/LOC-BOULES")).status_code == 404


async def test_a_national_procedure_is_adapted_and_given_back(town: Town) -> None:
    await town.sign_in()
    form = typed(parsed(await town.browser.get("/demarches/HAB-LOUER/edition")))
    same = await send(town, **{**form, "pourquoi": "Essai.", **CHECK})
    assert "rien ne diffère" in same.css_first("main").text().lower()
    act = {name: NEW[name] for name in ("delib_jour", "delib_numero", "delib_titre")}
    changed = {
        **form,
        **act,
        "pourquoi": "Le règlement local allonge le délai.",
        "du-2": "2026-03-01",
        "effet-2": "SVA",
    }
    changed |= {"delai-2": "P2M", "au-1": "2026-02-28", "recue": "2026-03-02"}
    shown = await send(town, **changed, **CHECK)
    preview = shown.css_first(".preview").text()
    assert "accord (SVA) après 2 mois" in preview
    assert "2 mai 2026" in preview
    answer = await town.browser.post("/demarches/editions", data={**typed(shown), **PUBLISH}, headers=OURS)
    assert answer.status_code == 303
    page = parsed(await town.browser.get("/demarches/HAB-LOUER"))
    assert "Ce que dit le catalogue national" in page.css_first("main").text()
    gone = {"motif": "Règlement abrogé.", "depuis_le": "2026-03-02"}
    answer = await town.browser.post("/demarches/HAB-LOUER/retrait", data=gone, headers=OURS)
    assert answer.status_code == 303
    page = parsed(await town.browser.get("/demarches/HAB-LOUER")).css_first("main").text()
    assert "accord (SVA) après 1 mois" in page
    assert "Règlement abrogé." in page


async def test_a_withdrawal_without_a_reason_or_a_day_is_refused_in_place(town: Town) -> None:
    await town.sign_in()
    await town.browser.post("/demarches/editions", data={**NEW, **PUBLISH}, headers=OURS)
    for wrong, field in (({"motif": " "}, "motif"), ({"motif": "x", "depuis_le": "hier"}, "depuis_le")):
        answer = await town.browser.post("/demarches/LOC-BOULES/retrait", data=wrong, headers=OURS)
        page = parsed(answer)
        assert answer.status_code == 422
        assert page.css_first(f"details.withdraw[open] [name={field}][aria-invalid]") is not None
    assert (await town.browser.get("/demarches/LOC-BOULES")).text.count("retirée") == 0


async def test_a_form_opened_before_another_edition_publishes_nothing(town: Town) -> None:
    await town.sign_in()
    await town.browser.post("/demarches/editions", data={**NEW, **PUBLISH}, headers=OURS)
    answer = await town.browser.post("/demarches/editions", data={**NEW, "titre": "Autre", **PUBLISH}, headers=OURS)
    page = parsed(answer)
    assert answer.status_code == 412
    assert "Une autre édition (n° 1)" in page.css_first(".notice.warn").text().replace("\N{NO-BREAK SPACE}", " ")
    assert typed(page)["titre"] == "Autre"
    assert typed(page)["remplace"] == "1"


async def test_who_may_only_read_is_offered_nothing_to_write(town: Town) -> None:
    await town.sign_in("tickets:read", "sve:read")
    assert "/nouvelle-demarche" not in (await town.browser.get("/demarches")).text
    assert "/edition" not in (await town.browser.get("/demarches/URB-DP")).text
    assert (await town.browser.get("/nouvelle-demarche")).status_code == 403
    answer = await town.browser.post("/demarches/editions", data={**NEW, **PUBLISH}, headers=OURS)
    assert answer.status_code == 403


async def test_hostile_words_stay_words(town: Town) -> None:
    await town.sign_in()
    hostile = {"titre": "<b>gras</b>\x00\u202e", "domaine": "'\"><script>", "delib_titre": "<i>"}
    await town.browser.post("/demarches/editions", data={**NEW, **hostile, **PUBLISH}, headers=OURS)
    for path in ("/demarches?vue=notres", "/demarches/LOC-BOULES", "/demarches/LOC-BOULES/edition"):
        words = (await town.browser.get(path)).text
        assert "<script>" not in words
        assert "<b>gras" not in words


async def test_thanks_through_our_form_look_like_thanks(town: Town) -> None:
    ticket = await town.a_ticket(message="Merci beaucoup pour votre accueil !", objet="Merci")
    await town.sign_in()
    page = parsed(await town.browser.get(f"/demandes/{_name(ticket)}"))
    assert "Ressemble à un remerciement" in page.css_first(".nature").text()
    assert "Aucune démarche ne ressort" in page.css_first(".proposals").text()
