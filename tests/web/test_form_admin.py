"""Administrators write forms without a script: nothing typed is lost, nothing is seen before it is published."""

import json

import httpx
import pytest

from app.facts import SYSTEM
from app.forms.values import FormState, WebForm
from app.ids import Prefix, new_id, parse_id, public_id
from tests.web.conftest import OURS, Town, parsed

ROOT = "/gestion-formulaires"


async def created(town: Town, **values: str) -> str:
    """Makes a form on the page; returns the path of its own."""
    await town.sign_in()
    data = {"titre": "Signaler", "adresse": f"f-{new_id().hex}", "usage": "request", "depart": "vide", **values}
    answer = await town.browser.post("/nouveau-formulaire", data=data, headers=OURS)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("/questions")[0]


async def form_of(town: Town, path: str) -> WebForm:
    async with town.house.database.transaction(tenant=town.id) as session:
        return await town.house.forms.get(session, town.id, parse_id(Prefix.FORM, path.rpartition("/")[2]))


def fields_of(answer: httpx.Response, action: str) -> dict[str, str]:
    """Reads the fields of a form as a browser would post them."""
    found = next(one for one in parsed(answer).css("form") if str(one.attributes.get("action")).startswith(action))
    fields: dict[str, str] = {}
    for node in found.css("input, textarea, select"):
        name, kind = node.attributes.get("name"), node.attributes.get("type")
        if not name or (kind in ("checkbox", "radio") and "checked" not in node.attributes):
            continue
        if node.tag == "select":
            chosen = node.css_first("option[selected]") or node.css_first("option")
            fields[name] = str((chosen and chosen.attributes.get("value")) or "")
        else:
            fields[name] = (
                node.text().lstrip("\n") if node.tag == "textarea" else str(node.attributes.get("value") or "")
            )
    return fields


async def gesture(town: Town, path: str, fields: dict[str, str], what: str, status: int = 200) -> httpx.Response:
    data = {**fields, "geste": what}
    answer = await town.browser.post(f"{path}/questions", data=data, headers=OURS)
    assert answer.status_code == status, answer.text
    return answer


def labels(answer: httpx.Response) -> list[str]:
    return [node.text().strip().partition(". ")[2] for node in parsed(answer).css(".question h3")]


async def test_questions_are_added_moved_and_taken_away_and_only_saving_records(town: Town) -> None:
    path = await created(town)
    page = await town.browser.get(f"{path}/questions")
    fields = fields_of(page, f"{path}/questions")
    page = await gesture(town, path, fields, "ajouter")
    assert "Pas encore enregistré" in page.text
    fields = {**fields_of(page, f"{path}/questions"), "q2.libelle": "De quoi s’agit-il ?", "q2.genre": "radio"}
    page = await gesture(town, path, fields, "actualiser-2")
    fields = fields_of(page, f"{path}/questions")
    fields |= {"q2.reponses": "Éclairage\nVoirie", "q2.reponses_en": "Lighting\nRoads", "q2.libelle_en": "What is it?"}
    page = await gesture(town, path, fields, "monter-2")
    assert labels(page) == ["De quoi s’agit-il ?", "Votre message"]
    fields = fields_of(page, f"{path}/questions")
    fields |= {"q2.si": "de_quoi_s_agit_il", "q2.si_reponses": "Voirie", "q2.simple": "Dites le problème."}
    await gesture(town, path, fields, "enregistrer", 303)
    form = await form_of(town, path)
    first, second = form.latest.content.questions
    assert (form.latest.number, form.state) == (2, FormState.DRAFT)
    assert (first.name, first.options, first.options_en) == (
        "de_quoi_s_agit_il",
        ("Éclairage", "Voirie"),
        ("Lighting", "Roads"),
    )
    assert second.shown_when is not None
    assert second.shown_when.among == ("Voirie",)
    page = await town.browser.get(f"{path}/questions")
    again = fields_of(page, f"{path}/questions")
    answer = await gesture(town, path, again, "enregistrer", 303)
    assert answer.headers["location"].endswith("fait=rien")  # what is shown is read back the same
    page = await gesture(town, path, again, "retirer-1")
    assert labels(page) == ["Votre message"]
    assert len((await form_of(town, path)).latest.content.questions) == 2


async def test_a_question_fills_a_field_chosen_by_its_name_and_of_its_kind(town: Town) -> None:
    path, key = await created(town), f"s_{new_id().hex}"[:40]
    given = {"key": key, "kind": "number", "label": "Surface utile", "label_en": None, "help": "", "choices": []}
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.fields.make(
            session,
            town.id,
            {**given, "required_to_close": False, "procedures": [], "rank": None},
            actor=SYSTEM,
        )
    page = await town.browser.get(f"{path}/questions")
    assert "Surface utile" in page.text
    fields = fields_of(page, f"{path}/questions") | {"q1.remplit": key}
    page = await gesture(town, path, fields, "enregistrer", 422)
    assert 'href="#q1.remplit"' in page.text
    assert "ne remplit pas « Surface utile »" in page.text
    again = fields_of(page, f"{path}/questions")
    assert again["q1.remplit"] == key
    await gesture(town, path, again | {"q1.genre": "number", "q1.sur": "", "q1.longueur": ""}, "enregistrer", 303)
    (question,) = (await form_of(town, path)).latest.content.questions
    assert (question.kind, question.fills) == ("number", key)
    shown = await town.browser.get(f"{path}/definition")
    definition = json.loads(fields_of(shown, f"{path}/definition")["definition"])
    definition["properties"][question.name]["x-parvis"]["fills"] = "absent"
    data = fields_of(shown, f"{path}/definition") | {"definition": json.dumps(definition)}
    refused = await town.browser.post(f"{path}/definition", data=data, headers=OURS)
    assert (refused.status_code, "aucun champ n&#39;a cette clé" in refused.text) == (422, True), refused.text


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(town: Town) -> None:
    path = await created(town)
    page = await gesture(town, path, fields_of(await town.browser.get(f"{path}/questions"), path), "ajouter")
    fields = fields_of(page, f"{path}/questions")
    wrong = {
        "titre": "",
        "sites": "http://sans-s.example.fr",
        "q1.longueur": "beaucoup",
        "q2.libelle": "Nature",
        "q2.genre": "select",
        "q2.nom": "message",
    }
    page = await gesture(town, path, fields | wrong, "enregistrer", 422)
    shown = parsed(page)
    links = {str(link.attributes["href"])[1:] for link in shown.css("#erreurs a")}
    assert links == {"titre", "sites", "q1.longueur", "q2.nom"}
    for name in links:
        field = next(node for node in shown.css("input, textarea, select") if node.attributes.get("id") == name)
        assert field.attributes["aria-invalid"] == "true"
        assert f"{name}-e" in str(field.attributes["aria-describedby"])
    kept = fields_of(page, f"{path}/questions")
    assert kept["q1.longueur"] == "beaucoup"
    fixed = {**kept, "titre": "T", "sites": "", "q1.longueur": "", "q2.nom": "nature"}
    page = await gesture(town, path, fixed, "enregistrer", 422)
    assert "réponses différentes" in parsed(page).css_first('[id="q2.reponses-e"]').text()
    assert (await form_of(town, path)).latest.number == 1


async def test_somebody_elses_version_is_shown_before_it_is_replaced(town: Town) -> None:
    path = await created(town)
    mine = fields_of(await town.browser.get(f"{path}/questions"), f"{path}/questions")
    await gesture(town, path, {**mine, "titre": "Le leur"}, "enregistrer", 303)
    page = await gesture(town, path, {**mine, "titre": "Le mien"}, "enregistrer", 412)
    assert [cell.text().strip() for cell in parsed(page).css(".changes td.words")] == ["Le leur", "Le mien"]
    assert (await form_of(town, path)).latest.content.title == "Le leur"
    await gesture(town, path, fields_of(page, f"{path}/questions"), "enregistrer", 303)
    assert (await form_of(town, path)).latest.content.title == "Le mien"
    stale = {"version": mine["version"], "definition": "{}"}
    wrong = await town.browser.post(f"{path}/definition", data=stale, headers=OURS)
    assert (wrong.status_code, "/definition/properties" in wrong.text) == (422, True)
    for act, data in (("publication", {"numero": "1"}), ("archivage", {}), ("fermeture", {})):
        late = await town.browser.post(f"{path}/{act}", data={"version": mine["version"], **data}, headers=OURS)
        assert (late.status_code, "Rien n’a été" in late.text) == (412, True)


async def test_a_definition_is_edited_as_json(town: Town) -> None:
    path = await created(town)
    page = await town.browser.get(f"{path}/definition")
    fields = fields_of(page, f"{path}/definition")
    text = fields["definition"].replace("Votre message", "Votre histoire")
    for bad, told in (("{", "JSON"), ("[]", "objet"), (text.replace('"title"', '"titel"'), "titel")):
        answer = await town.browser.post(f"{path}/definition", data={**fields, "definition": bad}, headers=OURS)
        assert (answer.status_code, told in answer.text) == (422, True)
        assert fields_of(answer, f"{path}/definition")["definition"] == bad
    answer = await town.browser.post(f"{path}/definition", data={**fields, "definition": text}, headers=OURS)
    assert answer.headers["location"].endswith("fait=version")
    assert (await form_of(town, path)).latest.content.questions[0].label == "Votre histoire"


async def test_publishing_shows_what_changes_then_citizens_see_it_until_it_is_closed_or_archived(town: Town) -> None:
    path = await created(town)
    first = await town.browser.get(f"{path}/publication")
    assert "Première publication" in first.text
    done = await town.browser.post(f"{path}/publication", data=fields_of(first, f"{path}/publication"), headers=OURS)
    assert done.headers["location"].endswith("fait=publication")
    form = await form_of(town, path)
    public = f"/formulaires/{form.slug}"
    assert (await town.browser.get(public)).status_code == 200
    fields = fields_of(await town.browser.get(f"{path}/questions"), f"{path}/questions")
    await gesture(
        town, path, {**fields, "q1.libelle": "Racontez", "sites": "https://www.example.fr"}, "enregistrer", 303
    )
    told = parsed(await town.browser.get(f"{path}/publication")).css_first(".changes").text()
    assert all(word in told for word in ("Votre message", "Racontez", "https://www.example.fr"))
    assert "Racontez" not in (await town.browser.get(public)).text
    page = await town.browser.get(f"{path}/publication")
    await town.browser.post(f"{path}/publication", data=fields_of(page, f"{path}/publication"), headers=OURS)
    assert "Racontez" in (await town.browser.get(public)).text
    code = parsed(await town.browser.get(path)).css_first("#code").text()
    assert f"/formulaires/{form.slug}/integrer" in code
    for act, state in (("fermeture", FormState.UNPUBLISHED), ("archivage", FormState.ARCHIVED)):
        page = await town.browser.get(path)
        await town.browser.post(f"{path}/{act}", data=fields_of(page, f"{path}/{act}"), headers=OURS)
        assert (await form_of(town, path)).state is state
        assert (await town.browser.get(public)).status_code == 410
    listed, archived = await town.browser.get(ROOT), await town.browser.get(f"{ROOT}?vue=archives")
    assert (path in listed.text, path in archived.text) == (False, True)
    page = await town.browser.get(f"{path}/publication?version=1")
    await town.browser.post(f"{path}/publication", data=fields_of(page, f"{path}/publication"), headers=OURS)
    assert (await town.browser.get(public)).status_code == 200


async def test_its_address_and_what_it_asks_of_browsers_hold_at_once(town: Town) -> None:
    path = await created(town)
    page = await town.browser.get(f"{path}/publication")
    await town.browser.post(f"{path}/publication", data=fields_of(page, f"{path}/publication"), headers=OURS)
    old = (await form_of(town, path)).slug
    fields = fields_of(await town.browser.get(path), f"{path}/reglages")
    wrong = await town.browser.post(f"{path}/reglages", data={**fields, "adresse": "É !"}, headers=OURS)
    assert parsed(wrong).css_first("#slug").attributes["value"] == "É !"
    assert parsed(wrong).css_first("#slug-e") is not None
    taken = await town.browser.post(f"{path}/reglages", data={**fields, "adresse": town.slug}, headers=OURS)
    assert (taken.status_code, "autre formulaire" in taken.text) == (409, True)
    new = f"n-{new_id().hex}"
    data = {**fields, "adresse": new, "calcul": "always"}
    done = await town.browser.post(f"{path}/reglages", data=data, headers=OURS)
    assert done.headers["location"].endswith("fait=reglages")
    assert (await town.browser.get(f"/formulaires/{old}")).headers["location"] == f"/formulaires/{new}"
    assert "data-challenge" in (await town.browser.get(f"/formulaires/{new}")).text
    assert f"/formulaires/{old}" in (await town.browser.get(path)).text


async def test_a_version_is_tried_out_and_nothing_is_kept(town: Town) -> None:
    path = await created(town)
    page = await town.browser.get(f"{path}/apercu?simple=1")
    frames = [str(frame.attributes["src"]) for frame in parsed(page).css("iframe")]
    assert len(set(frames)) == 1
    shown = await town.browser.get(frames[0])
    assert "frame-ancestors 'self'" in shown.headers["content-security-policy"]
    fields = fields_of(shown, f"{path}/page")
    faulty = await town.browser.post(f"{path}/page", data=fields, headers=OURS)
    assert (faulty.status_code, "n’est pas encore partie" in faulty.text) == (422, True)
    tried = await town.browser.post(f"{path}/page", data={**fields, "message": "Bonjour"}, headers=OURS)
    assert "rien n’a été gardé" in tried.text
    await town.read_all()
    assert await town.tickets() == []


@pytest.mark.parametrize("end", ["", "/questions", "/definition", "/apercu", "/page", "/publication"])
async def test_the_pages_want_the_right_and_know_no_other_town(town: Town, end: str) -> None:
    nobody = await town.browser.get(f"{ROOT}/frm_0/x{end}")
    assert nobody.status_code in (303, 404)
    await town.sign_in("tickets:read")
    path = f"{ROOT}/{public_id(Prefix.FORM, new_id())}"
    assert (await town.browser.get(path + end)).status_code == 403
    await town.sign_in()
    assert (await town.browser.get(path + end)).status_code == 404
    assert (await town.browser.get(f"{ROOT}/rien{end}")).status_code == 404
