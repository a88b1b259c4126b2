"""« Canaux »: connected, tested, paused, reconnected and removed from a browser without scripts."""

import re
from datetime import timedelta
from typing import Any

import pytest

from app.channels import leases
from app.channels.contract import Checked, CheckState, Delivery
from app.channels.kit.forms import Form
from app.channels.values import ChannelState
from app.exchanges.receptions import Door
from app.facts import SYSTEM
from app.ids import Prefix, parse_id
from app.web.channel_forms import fields_of, read_settings
from tests.simulators.asterisk import call
from tests.web.conftest import OURS, Town, parsed

SECRET = "123456:jeton-du-robot"


async def posted(town: Town, path: str, **fields: str) -> Any:
    return await town.browser.post(
        path, data={name.replace("__", "."): value for name, value in fields.items()}, headers=OURS
    )


async def a_bot(town: Town, name: str = "Telegram de la ville") -> str:
    answer = await posted(
        town, "/nouveau-canal", type="telegram", nom=name, c__secret_token="secret-du-webhook", c__bot_token=SECRET
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def version_of(page: Any) -> str:
    return parsed(page).css_first("input[name=version]").attributes["value"]


async def test_a_channel_is_connected_from_the_form_of_its_type(town: Town) -> None:
    await town.sign_in()
    shown = await town.browser.get("/nouveau-canal?type=telegram")
    page = parsed(shown)
    assert page.css_first('input[name="c.bot_token"]').attributes["type"] == "password"
    labels = {label.attributes.get("for") for label in page.css("label[for]")}
    assert {"nom", "bot_token", "secret_token", "receive"} <= labels
    path = await a_bot(town)
    one = await town.browser.get(path)
    assert one.status_code == 200
    assert SECRET not in one.text
    assert re.search(r"/hooks/telegram/[\w-]{20,}", one.text), "the address to give to the provider"
    assert "Telegram de la ville" in (await town.browser.get("/canaux")).text


async def test_a_chat_says_where_its_page_is_and_how_a_site_shows_it(town: Town) -> None:
    await town.sign_in()
    answer = await posted(town, "/nouveau-canal", type="chat", nom="Discussion", c__idle_minutes="20")
    page = parsed(await town.browser.get(answer.headers["location"].partition("?")[0]))
    (link,) = [str(one.attributes["href"]) for one in page.css("a") if "/chat/" in str(one.attributes.get("href"))]
    assert (await town.browser.get(link)).status_code == 200
    assert "/chat/widget.js" in page.css_first("main").text()
    assert "/hooks/" not in page.css_first("main").text()


async def test_every_installed_type_has_a_form(town: Town) -> None:
    await town.sign_in()
    for kind in town.house.registry.types():
        shown = await town.browser.get(f"/nouveau-canal?type={kind}")
        assert shown.status_code == 200, kind
        assert parsed(shown).css_first("button.primary") is not None
    assert (await town.browser.get("/nouveau-canal?type=pigeon")).status_code == 404


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(town: Town) -> None:
    await town.sign_in()
    answer = await posted(
        town,
        "/nouveau-canal",
        type="email",
        nom="Boîte",
        c__address="pas une adresse",
        c__imap_host="10.0.0.1",
        c__smtp_port="abc",
    )
    assert answer.status_code == 422
    page = parsed(answer)
    assert page.css_first('input[name="c.address"]').attributes["value"] == "pas une adresse"
    assert page.css_first("#address-e") is not None
    assert page.css_first("#smtp_port-e") is not None
    assert page.css_first("input[name=nom]").attributes["value"] == "Boîte"


async def test_an_inner_server_is_refused_beside_its_field(town: Town) -> None:
    await town.sign_in()
    answer = await posted(
        town, "/nouveau-canal", type="email", nom="Boîte", c__address="boite@example.fr", c__imap_host="192.168.1.4"
    )
    assert answer.status_code == 422
    assert parsed(answer).css_first("#imap_host-e") is not None


async def test_an_empty_secret_stays_as_it_is(town: Town) -> None:
    await town.sign_in()
    path = await a_bot(town, "Bot")
    shown = await town.browser.get(path)
    assert "Déjà donné" in shown.text
    answer = await posted(town, f"{path}/reglages", version=version_of(shown), nom="Bot renommé", c__receive="poll")
    assert answer.status_code == 303, answer.text
    shown = await town.browser.get(path)
    assert "Bot renommé" in shown.text
    assert parsed(shown).css_first('select[name="c.receive"] option[selected]').text() == "poll"
    assert shown.text.count("Déjà donné") == 2


async def test_two_administrators_do_not_overwrite_each_other(town: Town) -> None:
    await town.sign_in()
    path = await a_bot(town, "Double")
    version = version_of(await town.browser.get(path))
    assert (await posted(town, f"{path}/reglages", version=version, nom="Un")).status_code == 303
    again = await posted(town, f"{path}/reglages", version=version, nom="Deux")
    assert again.status_code == 412
    assert "Rien n’a été changé" in again.text


async def test_a_channel_pauses_and_resumes(town: Town) -> None:
    await town.sign_in()
    path = await a_bot(town, "Pause")
    version = version_of(await town.browser.get(path))
    assert (await posted(town, f"{path}/etat", version=version, etat="pause")).status_code == 303
    shown = await town.browser.get(path)
    assert "en pause" in shown.text
    assert (await posted(town, f"{path}/etat", version=version_of(shown), etat="reprise")).status_code == 303
    assert "Mettre en pause" in (await town.browser.get(path)).text


async def test_refused_keys_are_told_on_every_page(town: Town) -> None:
    await town.sign_in()
    path = await a_bot(town, "Muet")
    async with town.house.database.transaction(tenant=town.id) as session:
        (channel,) = [c for c in await town.house.channels.all_of(session, town.id) if c.name == "Muet"]
        refused = Checked(ok=False, state=CheckState.REFUSED, words_fr="Telegram refuse la connexion", words_en="no")
        await town.house.care.keep(session, channel, refused, actor=SYSTEM)
    assert "Canal à reconnecter" in (await town.browser.get("/boite")).text
    shown = await town.browser.get(path)
    assert "Ce canal n’envoie plus" in shown.text
    answer = await posted(town, f"{path}/reglages", version=version_of(shown), nom="Muet", c__bot_token="9:neuf")
    assert answer.headers["location"].endswith("fait=reconnexion")
    async with town.house.database.transaction(tenant=town.id) as session:
        found = await town.house.channels.get(session, town.id, channel.id)
    assert found.state is ChannelState.ACTIVE
    assert "Canal à reconnecter" not in (await town.browser.get("/boite")).text


async def test_a_channel_is_removed_once_its_name_was_typed(town: Town) -> None:
    await town.sign_in()
    path = await a_bot(town, "Ancien")
    version = version_of(await town.browser.get(path))
    wrong = await posted(town, f"{path}/retrait", version=version, confirmation="ancien canal")
    assert wrong.status_code == 422
    assert (await posted(town, f"{path}/retrait", version=version, confirmation="Ancien")).status_code == 303
    assert (await town.browser.get(path)).status_code == 404


async def test_a_channel_s_address_is_given_to_its_provider_and_taken_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.sign_in()
    path = await a_bot(town, "Inscrit")
    adapter, said = type(town.house.registry.get("telegram")), list[str]()
    done = Checked(ok=True, state=CheckState.READY, words_fr="inscrit", words_en="registered")
    refused = Checked(ok=False, state=CheckState.REFUSED, words_fr="Telegram refuse le jeton du robot", words_en="no")
    answers = [done, refused, done]

    async def gives(*_: object, public_url: str) -> Checked:
        said.append(public_url)
        return answers.pop(0)

    async def takes(*_: object) -> Checked:
        said.append("reprise")
        return answers.pop(0)

    monkeypatch.setattr(adapter, "on_enable", gives)
    monkeypatch.setattr(adapter, "on_disable", takes)
    hook = re.search(r"https?://[^<]*/hooks/telegram/[\w-]+", (await town.browser.get(path)).text)
    answer = await posted(town, f"{path}/inscription", geste="donner")
    assert answer.status_code == 303
    assert "Adresse donnée au fournisseur" in (await town.browser.get(answer.headers["location"])).text
    shown = await posted(town, f"{path}/inscription", geste="donner")
    assert shown.status_code == 409
    assert "Telegram refuse le jeton du robot" in shown.text
    assert (await posted(town, f"{path}/inscription", geste="retirer")).headers["location"].endswith("desinscription")
    assert hook is not None
    assert said == [hook[0], hook[0], "reprise"]


async def test_channels_are_for_their_administrators(town: Town) -> None:
    await town.sign_in("tickets:read", "channels:admin")
    path = await a_bot(town, "Réservé")
    await town.browser.post("/deconnexion", headers=OURS)
    await town.sign_in("tickets:read")
    for address in ("/canaux", "/nouveau-canal", path):
        assert (await town.browser.get(address)).status_code == 403
    assert (await posted(town, f"{path}/test")).status_code == 403
    assert 'href="/canaux"' not in (await town.browser.get("/boite")).text


@pytest.mark.parametrize("typed", ["12", "12,5", "abc"])
def test_a_number_that_is_none_is_passed_on_as_typed(typed: str) -> None:
    schema = {"properties": {"port": {"type": "integer", "default": 1}}}
    (field,) = fields_of(schema)
    assert read_settings(Form([("c.port", typed)]), [field]) == {"port": {"12": 12, "12,5": 12.5}.get(typed, typed)}


def test_an_empty_field_goes_back_to_what_the_type_says() -> None:
    schema = {
        "properties": {
            "a": {"type": "string", "default": "x"},
            "b": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
            "c": {"anyOf": [{"type": "string", "format": "password"}, {"type": "null"}]},
            "d": {"type": "array", "items": {"type": "string"}},
        }
    }
    assert read_settings(Form([]), fields_of(schema)) == {"a": "x", "b": None, "d": []}


async def test_a_channel_that_is_listened_to_says_how_its_connection_fares_and_a_telephone_its_last_calls(
    town: Town,
) -> None:
    await town.sign_in()
    answer = await posted(
        town,
        "/nouveau-canal",
        type="phone.ami",
        nom="Standard",
        c__host="127.0.0.1",
        c__username="p",
        c__secret="s",
        c__tls="oui",
        c__challenge="oui",
    )
    path = answer.headers["location"].partition("?")[0]
    one = (await town.browser.get(path)).text
    assert "aucun processus ne tient la connexion" in one
    assert "Adresse à donner au fournisseur" not in one
    wanted = parse_id(Prefix.CHANNEL, path.rpartition("/")[2])
    async with town.house.database.transaction(tenant=town.id) as session:
        channel = await town.house.channels.get(session, town.id, wanted)
    now = town.clock()
    async with town.house.database.transaction(tenant=town.id) as session:
        await leases.take(session, town.id, wanted, holder=wanted, now=now, until=now + timedelta(minutes=1))
        await leases.note(session, town.id, wanted, {"stream_since": now}, holder=wanted)
    brought = Delivery(body=call("0199000001"), method="LISTEN")
    await town.house.inbound.accept(channel, brought, door=Door.STREAM)
    await town.read_all()
    shown = await town.browser.get(path)
    assert "connecté" in shown.text
    assert "depuis le " in shown.text
    rows = [row.text(separator=" ") for row in parsed(shown).css("section[aria-labelledby=t-appels] tbody tr")]
    assert len(rows) == 1, "one delivery is one call"
    assert "+33199000001" in rows[0]
    assert "manqué" in rows[0]
    assert "1 min 40 s" in rows[0]
    assert "connecté" in (await town.browser.get("/canaux")).text
