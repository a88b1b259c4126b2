"""The page of how the service stands."""

from tests.web.conftest import Town


async def test_the_page_shows_each_part_with_its_reason_and_every_day(town: Town):
    await town.sign_in("tickets:read")
    await town.house.rounds.account()
    page = await town.browser.get("/etat")
    assert page.status_code == 200
    assert "Le service fonctionne" in page.text
    assert "Les messages sont lus à mesure" in page.text
    assert "1 h sur" in page.text
