"""« L'administration »: its particulars and its whole copies, on a page without a script."""

from tests.web.conftest import OURS, Town, parsed


async def test_an_administrator_changes_what_the_town_says_and_takes_its_copy(town: Town) -> None:
    await town.sign_in()
    page = parsed(await town.browser.get("/administration"))
    form = page.css_first("form[action='/administration']")
    fields = {n.attributes["name"]: n.attributes.get("value") or "" for n in form.css("input")}
    refused = await town.browser.post("/administration", data={**fields, "email": "nulle part"}, headers=OURS)
    assert (refused.status_code, "nulle part" in refused.text) == (422, True)
    body = {**fields, "dpo_contact": "dpo@villebourg.example.fr"}
    assert (await town.browser.post("/administration", data=body, headers=OURS)).status_code == 303
    assert "dpo@villebourg.example.fr" in (await town.browser.get("/administration")).text
    stale = await town.browser.post("/administration", data={**body, "name": "Autre"}, headers=OURS)
    assert (stale.status_code, "Quelqu’un a changé cela" in stale.text) == (412, True)

    assert (await town.browser.post("/administration/copies", headers=OURS)).status_code == 303
    assert "à faire" in (await town.browser.get("/administration")).text
    await town.house.exports.work(str(town.id))
    (link,) = parsed(await town.browser.get("/administration")).css("a[href^='/administration/copies/']")
    file = await town.browser.get(link.attributes["href"])
    assert (file.status_code, file.content[:2]) == (200, b"PK")
    reader = town.open_browser()
    await town.sign_in("tickets:read", browser=reader)
    assert (await reader.get("/administration")).status_code == 403
    assert (await reader.get(link.attributes["href"])).status_code == 403


async def test_the_colour_of_the_town_dresses_its_pages_without_a_style_in_them(town: Town) -> None:
    await town.sign_in()
    assert (await town.browser.get("/apparence.css")).text == ""
    page = parsed(await town.browser.get("/administration"))
    form = page.css_first("form[action='/administration']")
    fields = {n.attributes["name"]: n.attributes.get("value") or "" for n in form.css("input")}
    pale = await town.browser.post("/administration", data={**fields, "accent": "#ffdd00"}, headers=OURS)
    assert (pale.status_code, "se lit mal" in pale.text) == (422, True)
    body = {**fields, "accent": "#7a2b5f"}
    assert (await town.browser.post("/administration", data=body, headers=OURS)).status_code == 303
    stranger, word = town.open_browser(), town.slug.removeprefix("contact-")
    for browser, path in ((town.browser, "/administration"), (stranger, f"/suivi?administration={word}")):
        shown = parsed(await browser.get(path))
        assert shown.css("style, [style]") == []
        (sheet,) = shown.css("link[href^='/apparence/']")
        rule = await stranger.get(sheet.attributes["href"] or "")
        assert (rule.status_code, rule.text) == (200, "html:root { --tenant: #7a2b5f; }\n")
        assert rule.headers["content-type"].startswith("text/css")
    assert (await town.browser.get("/apparence.css")).text == rule.text
    assert (await stranger.get("/apparence.css")).status_code in {303, 401}
    for odd in ("7a2b5", "7a2b5f;}", "zzzzzz", "7A2B5F"):
        assert (await stranger.get(f"/apparence/{odd}.css")).status_code == 404
