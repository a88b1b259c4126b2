"""« Reprise de données »: an export handed over and taken over by an administrator, on pages without a script."""

import httpx

from tests.imports import samples
from tests.web.conftest import OURS, Town, parsed

PATH = "/equipe/reprises"


def decision(page: httpx.Response, word: str) -> dict[str, str]:
    """The fields of the form that takes a decision."""
    (form,) = [one for one in parsed(page).css("form[action$='/decision']") if one.css_first(f"[value='{word}']")]
    return {field.attributes["name"] or "": field.attributes.get("value") or "" for field in form.css("input")}


async def test_an_administrator_reads_the_report_before_deciding(town: Town) -> None:
    await town.sign_in()
    browser = town.browser
    empty = await browser.get(PATH)
    assert "Aucune reprise n’a encore été demandée" in empty.text
    box = parsed(empty).css_first("select[name=boite] option").attributes["value"] or ""
    refused = await browser.post(PATH, data={"outil": "lotus", "boite": "x"}, headers=OURS)
    assert (refused.status_code, "choisissez l’outil" in refused.text) == (422, True)

    declared = await browser.post(PATH, data={"outil": "zammad", "boite": box, "nom": ""}, headers=OURS)
    assert declared.status_code == 303, declared.text
    place = declared.headers["location"]
    old = samples.zammad(
        1, created_at="2025-06-01T08:00:00Z", articles=[samples.asked(created_at="2025-06-01T08:00:00Z")]
    )
    content = samples.archive(samples.lines(old, samples.zammad(2, state="closed"), {"x": 1}))
    file = {"fichier": ("export.zip", content, "application/zip")}
    wrong = await browser.post(f"{place}/fichier", data={"fichier": "x"}, headers=OURS)
    assert (wrong.status_code, "Rien n’a changé" in wrong.text) == (415, True)
    assert (await browser.post(f"{place}/fichier", files=file, headers=OURS)).status_code == 303
    again = await browser.post(f"{place}/fichier", files=file, headers=OURS)
    assert again.status_code == 409
    assert "examen en cours" in (await browser.get(place)).text

    await town.house.imports.work(str(town.id))
    report = await browser.get(place)
    for words in (
        "1 demande restée ouverte a deux mois ou plus",
        "Agents sans compte ici",
        "forme inconnue",
        "à décider",
    ):
        assert words in report.text, words
    assert "jardin" not in report.text
    started = await browser.post(f"{place}/decision", data=decision(report, "reprendre"), headers=OURS)
    assert started.status_code == 303
    stale = await browser.post(f"{place}/decision", data=decision(report, "arreter"), headers=OURS)
    assert (stale.status_code, "a avancé pendant que vous la lisiez" in stale.text) == (412, True)
    town.clock.move(minutes=11)  # whoever took it up was killed
    await town.sign_in()
    silent = await browser.get(place)
    assert "plus rien n’avance depuis dix minutes" in silent.text
    assert "Continuer la reprise" in silent.text
    on = await browser.post(f"{place}/decision", data=decision(silent, "reprendre"), headers=OURS)
    assert on.status_code == 303
    await town.house.imports.work(str(town.id))
    done = await browser.get(place)
    assert "reprise faite" in done.text
    assert parsed(done).css_first("progress").attributes["value"] == "3"
    taken_back = await browser.post(f"{place}/decision", data=decision(done, "retirer"), headers=OURS)
    assert taken_back.status_code == 303
    await town.house.imports.work(str(town.id))
    assert "retirée" in (await browser.get(place)).text

    reader = town.open_browser()
    await town.sign_in("tickets:read", browser=reader)
    assert (await reader.get(PATH)).status_code == (await reader.get(place)).status_code == 403
