"""What leaves by WhatsApp, and under or beside a comment, as Meta documents it."""

import json
from typing import Any

import httpx
import pytest

from app.channels.adapters.meta.whatsapp import WhatsappAdapter
from app.channels.contract import Checked, CheckState, Outcome, Party, PointKind, TemplateUse
from app.channels.registry import Registry
from tests.channels.sending.configs import SENDING
from tests.channels.sending.provider import FakeProvider, answered, request, send

TAKEN = answered(200, {"messages": [{"id": "wamid.9"}]})


async def _left(registry: Registry, channel_type: str, **said: Any) -> tuple[str, dict[str, Any]]:
    provider = FakeProvider(answered(200, {"id": "c9", "message_id": "m1", "messages": [{"id": "wamid.9"}]}))
    await send(registry.get(channel_type), SENDING[channel_type], provider, request(**said))
    (sent,) = provider.requests
    return str(sent.url), json.loads(sent.content)


async def test_a_whatsapp_answer_quotes_what_it_answers_and_carries_our_reference(registry: Registry):
    url, left = await _left(
        registry, "meta.whatsapp", address="33612345678", kind=PointKind.WHATSAPP, in_reply_to="wamid.1"
    )
    assert url == "https://graph.facebook.com/v25.0/77/messages"
    assert left == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "33612345678",
        "biz_opaque_callback_data": "out_1",
        "type": "text",
        "text": {"preview_url": False, "body": "Votre dossier est complet."},
        "context": {"message_id": "wamid.1"},
    }


async def test_a_person_who_hides_the_number_is_written_to_by_the_scoped_id(registry: Registry):
    _, left = await _left(registry, "meta.whatsapp", address="FR.77", kind=PointKind.WHATSAPP_USER)
    assert (left["recipient"], "to" in left) == ("FR.77", False)


async def test_after_the_window_an_approved_template_leaves(registry: Registry):
    template = TemplateUse(name="suivi", language="fr", parameters=("D-12", "complet"))
    _, left = await _left(
        registry, "meta.whatsapp", address="33612345678", kind=PointKind.WHATSAPP, template=template, in_reply_to="w1"
    )
    assert (left["type"], "text" in left, "context" in left) == ("template", False, False)
    assert left["template"] == {
        "name": "suivi",
        "language": {"policy": "deterministic", "code": "fr"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "D-12"}, {"type": "text", "text": "complet"}]}
        ],
    }


async def test_the_other_address_of_the_person_is_learnt_from_the_answer(registry: Registry):
    contact = {"input": "33612345678", "wa_id": "33612345678", "user_id": "FR.77"}
    provider = FakeProvider(answered(200, {"contacts": [contact], "messages": [{"id": "wamid.9"}]}))
    asked = request("33612345678", kind=PointKind.WHATSAPP)
    sent = await send(registry.get("meta.whatsapp"), SENDING["meta.whatsapp"], provider, asked)
    assert list(sent.aliases) == [Party(PointKind.WHATSAPP_USER, "FR.77")]


def _template(name: str, words: str, *others: dict[str, Any], status: str = "APPROVED") -> dict[str, Any]:
    parts = [{"type": "BODY", "text": words}, *others]
    return {"name": name, "language": "fr", "status": status, "category": "UTILITY", "components": parts}


async def test_the_approved_templates_are_read_page_after_page():
    first = {
        "data": [
            _template("suivi", "Dossier {{1}} : {{2}}.", {"type": "FOOTER", "text": "Mairie"}),
            _template("photo", "Voyez.", {"type": "HEADER", "format": "IMAGE"}),
            _template("nomme", "Bonjour {{prenom}}."),
            _template("attente", "x", status="PENDING"),
        ],
        "paging": {"cursors": {"after": "A"}, "next": "https://graph.facebook.com/next"},
    }
    last = {"data": [_template("rappel", "Écrivez-nous.")], "paging": {"cursors": {"after": "B"}}}
    provider = FakeProvider(answered(200, first), answered(200, last))
    found = await WhatsappAdapter().templates(SENDING["meta.whatsapp"], provider.context())
    assert not isinstance(found, Checked)
    assert [(one.name, one.parameters) for one in found] == [("suivi", 2), ("rappel", 0)]
    assert provider.requests[1].url.params["after"] == "A"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (answered(401, {"error": {"code": 190, "message": "expired"}}), CheckState.REFUSED),
        (httpx.ConnectError("told to"), CheckState.UNREACHABLE),
        (httpx.Response(200, content=b"<html>"), CheckState.UNSURE),
    ],
)
async def test_templates_that_cannot_be_read_say_why(answer: Any, state: CheckState):
    found = await WhatsappAdapter().templates(SENDING["meta.whatsapp"], FakeProvider(answer).context())
    assert isinstance(found, Checked)
    assert (found.ok, found.state) == (False, state)


@pytest.mark.parametrize(
    ("channel_type", "comment", "path"),
    [
        ("meta.messenger", "900_12", "/v25.0/900_12/comments"),
        ("meta.instagram", "17900000000000000", "/v25.0/17900000000000000/replies"),
    ],
)
async def test_a_public_answer_stands_under_the_comment_when_somebody_wanted_it(
    channel_type: str, comment: str, path: str, registry: Registry
):
    url, left = await _left(registry, channel_type, address="5001", in_reply_to=comment, public=True)
    assert url.removeprefix("https://graph.facebook.com") == path
    assert left == {"message": "Votre dossier est complet."}


@pytest.mark.parametrize(
    ("comment", "recipient"), [("900_12", {"comment_id": "900_12"}), ("1001_900", {"post_id": "1001_900"})]
)
async def test_an_answer_to_a_comment_is_private_unless_somebody_wanted_it_public(
    comment: str, recipient: dict[str, str], registry: Registry
):
    url, left = await _left(registry, "meta.messenger", address="5001", in_reply_to=comment)
    assert url.endswith("/1001/messages")
    assert left["recipient"] == recipient
    assert "messaging_type" not in left


async def test_nothing_is_said_in_public_where_nothing_public_was_asked(registry: Registry):
    provider = FakeProvider(TAKEN)
    asked = request("5001", kind=PointKind.MESSENGER, in_reply_to="m_abc", public=True)
    sent = await send(registry.get("meta.messenger"), SENDING["meta.messenger"], provider, asked)
    assert (sent.outcome, provider.requests) == (Outcome.PERMANENT, [])
