"""The page « Webhooks »: made, tried, sent again, paused and resumed without a script."""

import re

from tests.simulators.consumer import a_consumer, answer
from tests.web.conftest import OURS, Town


async def post(town: Town, path: str, **fields: object):
    # A browser names the kind of an empty form too.
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return await town.browser.post(path, data=fields, headers={**OURS, **kind})


async def test_a_webhook_is_made_tried_sent_again_paused_and_removed_on_its_page(town: Town) -> None:
    await town.sign_in()
    assert "Aucun programme" in (await town.browser.get("/webhooks")).text
    assert 'href="/webhooks"' in (await town.browser.get("/canaux")).text
    refused = await post(town, "/webhooks", nom="Portail", url="https://10.0.0.1/", types="ticket.created")
    assert (refused.status_code, "service public" in refused.text) == (422, True)
    assert 'value="ticket.created" checked' in refused.text
    async with a_consumer() as consumer:
        made = await post(town, "/webhooks", nom="Portail", url=consumer.url)
        assert (made.status_code, "whsec_" in made.text) == (200, True)
        (path,) = set(re.findall(r"/webhooks/whk_\w+", made.text))
        consumer.answers.append(answer(500))
        for told in ("HTTP 500", "livrée"):
            assert (await post(town, f"{path}/essai")).status_code == 303
            shown = (await town.browser.get(path)).text
            assert told in shown
    assert "whsec_" not in shown
    (delivery, *_) = re.findall(r"whd_\w+", shown)
    assert (await post(town, f"{path}/renvoi", livraison=delivery)).status_code == 303
    assert "en attente" in (await town.browser.get(path)).text
    assert "whsec_" in (await post(town, f"{path}/secret")).text
    assert (await post(town, f"{path}/pause", version=1)).status_code == 303
    assert (await post(town, f"{path}/reprise", version=1)).status_code == 412
    assert (await post(town, f"{path}/reprise", version=2)).status_code == 303
    assert (await post(town, f"{path}/autre")).status_code == 404
    assert (await post(town, f"{path}/retrait", version=3)).status_code == 303
    assert (await town.browser.get(path)).status_code == 404


async def test_only_who_may_sees_webhooks(town: Town) -> None:
    await town.sign_in("channels:admin", "tickets:read")
    assert (await town.browser.get("/webhooks")).status_code == 403
    assert 'href="/webhooks"' not in (await town.browser.get("/canaux")).text
