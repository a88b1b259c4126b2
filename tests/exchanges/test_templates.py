"""Approved texts: read at the provider's, offered once a window has closed, frozen, refused when they no longer are."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio

from app.channels.approving import NoTemplates
from app.channels.contract import TemplateUse
from app.errors import Invalid
from app.exchanges.composing import WindowClosed
from app.exchanges.filling import TemplateNotApproved
from app.exchanges.outbox import OutState
from tests.exchanges.test_social_channels import APP, Family, Place, opened_place
from tests.harness.houses import MovableClock
from tests.simulators import meta, misery

NAME = "rappel_rendez_vous"
BODY = "Bonjour, votre rendez-vous en mairie est fixé au {{1}}, bureau {{2}}."
WHATSAPP = Family(
    "meta.whatsapp",
    {**APP, "phone_number_id": meta.NUMBER, "business_account_id": meta.WABA},
    meta.MetaSimulator,
    meta.whatsapp_message,
)
USE = TemplateUse(name=NAME, language="fr", parameters=("mardi 3 mars, 9 h", "12"))
FILLED = "Bonjour, votre rendez-vous en mairie est fixé au mardi 3 mars, 9 h, bureau 12."


@pytest_asyncio.fixture
async def place(database_url: str, tmp_path: Path, clock: MovableClock) -> AsyncIterator[Place]:
    async with opened_place(WHATSAPP, database_url, tmp_path, clock) as opened:
        provider(opened).templates = {NAME: ("APPROVED", BODY), "refusé": ("REJECTED", "Non.")}
        await opened.take(meta.whatsapp_message(1, "Bonjour"))
        await opened.deliver()
        yield opened


def provider(place: Place) -> meta.MetaSimulator:
    return cast("meta.MetaSimulator", place.provider)


async def read(place: Place, **age: Any) -> Any:
    return await place.town.house.approving.fresh(place.town.tenant_id, place.channel.id, **age)


def asked(place: Place) -> int:
    return sum(1 for one in place.provider.requests if one.url.path.endswith("/message_templates"))


async def test_the_list_is_read_once_an_hour_and_holds_what_is_approved(place: Place) -> None:
    first = await read(place)
    assert [(one.name, one.parameters, one.category) for one in first.templates] == [(NAME, 2, "UTILITY")]
    place.town.clock.move(minutes=59)
    assert (await read(place)).read_at == first.read_at
    place.town.clock.move(minutes=2)
    assert (await read(place)).read_at == place.town.clock()
    assert asked(place) == 2


async def test_a_provider_that_does_not_answer_leaves_what_was_known_and_is_not_asked_by_everybody(
    place: Place,
) -> None:
    known = await read(place)
    place.town.clock.move(hours=2)
    whole = place.provider.answer
    place.provider.answer = lambda request: misery.no_connection(place.provider, request)  # type: ignore[method-assign]
    failed = [await read(place) for _ in range(3)][-1]
    assert ([one.name for one in failed.templates], failed.read_at) == ([NAME], known.read_at)
    assert failed.problem is not None
    assert failed.problem["state"] == "unreachable"
    assert asked(place) == 2
    place.provider.answer = whole  # type: ignore[method-assign]
    place.town.clock.move(minutes=2)
    assert (await read(place)).problem is None


async def test_once_the_window_has_closed_the_refusal_says_which_texts_may_still_leave(place: Place) -> None:
    await read(place)
    place.town.clock.move(hours=25)
    with pytest.raises(WindowClosed) as refused:
        await place.answer()
    (offered,) = refused.value.flaws
    assert offered.code == "template-available"
    assert NAME in offered.detail
    assert "2 paramètres" in offered.detail


async def test_a_template_is_frozen_filled_in_and_leaves_as_the_provider_knows_it(place: Place) -> None:
    await read(place)
    place.town.clock.move(days=3)
    frozen = await place.answer("", template=USE)
    assert (frozen.request["text"], frozen.request["template"]["parameters"]) == (FILLED, list(USE.parameters))
    provider(place).templates[NAME] = ("APPROVED", "Un autre texte {{1}} {{2}}.")
    await read(place, older_than=timedelta(0))
    await place.deliver()
    (sending,) = await place.sendings()
    assert sending.state is OutState.ACCEPTED
    left = provider(place).sent[-1]
    assert (left["type"], left["template"]["name"], left["template"]["language"]["code"]) == ("template", NAME, "fr")
    assert [one["text"] for one in left["template"]["components"][0]["parameters"]] == list(USE.parameters)
    assert (await place.said())[-1] == ("out", FILLED)


@pytest.mark.parametrize(
    ("parameters", "pointer", "code"),
    [
        (("un seul",), "/template/parameters", "wrong-count"),
        (("un", "deux", "trois"), "/template/parameters", "wrong-count"),
        (("mardi", "  "), "/template/parameters/1", "empty"),
        (("mardi\n3 mars", "12"), "/template/parameters/0", "several-lines"),
        (("m" * 1001, "12"), "/template/parameters/0", "too-long"),
    ],
)
async def test_what_does_not_fill_a_template_is_refused_by_its_place(
    place: Place, parameters: tuple[str, ...], pointer: str, code: str
) -> None:
    await read(place)
    with pytest.raises(Invalid) as refused:
        await place.answer("", template=TemplateUse(name=NAME, language="fr", parameters=parameters))
    assert [(flaw.pointer, flaw.code) for flaw in refused.value.flaws] == [(pointer, code)]
    assert await place.sendings() == []


async def test_what_is_not_approved_is_refused_and_says_what_is(place: Place) -> None:
    await read(place)
    for name, language in (("refusé", "fr"), (NAME, "en"), ("absent", "fr")):
        with pytest.raises(TemplateNotApproved) as refused:
            await place.answer("", template=TemplateUse(name=name, language=language))
        assert [flaw.code for flaw in refused.value.flaws] == ["template-available"]


async def test_a_template_paused_after_the_click_fails_in_words_and_the_list_is_read_again(place: Place) -> None:
    await read(place)
    await place.answer("", template=USE)
    provider(place).templates[NAME] = ("PAUSED", BODY)
    await place.deliver()
    (sending,) = await place.sendings()
    assert (sending.state, "132015" in (sending.detail or "")) == (OutState.FAILED, True)
    assert (await read(place)).templates == []


async def test_what_meta_tells_of_a_template_ages_the_list_and_breaks_no_channel(place: Place) -> None:
    await read(place)
    provider(place).templates[NAME] = ("REJECTED", BODY)
    await place.take(meta.template_status(NAME, "REJECTED"))
    async with place.town.house.database.transaction(tenant=place.town.tenant_id) as session:
        channel = await place.town.house.channels.get(session, place.town.tenant_id, place.channel.id)
    assert (channel.state.value, (await read(place)).templates) == ("active", [])


async def test_a_lost_answer_to_a_template_is_a_doubt_like_any_other(place: Place) -> None:
    await read(place)
    place.provider.suffer(misery.lost_after_the_body)
    await place.answer("", template=USE)
    for _ in range(3):
        await place.deliver()
    (sending,) = await place.sendings()
    assert sending.state is OutState.UNKNOWN
    assert sum(1 for one in provider(place).sent if one.get("type") == "template") == 1


async def test_a_channel_without_templates_says_so(place: Place) -> None:
    mailbox = place.town.mailbox
    with pytest.raises(NoTemplates):
        await place.town.house.approving.fresh(place.town.tenant_id, mailbox.id)
