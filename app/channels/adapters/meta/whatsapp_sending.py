"""What leaves by WhatsApp: a text within the window, an approved template after it, and what the API answers.

Sources: developers.facebook.com/docs/whatsapp/cloud-api/reference/messages and /support/error-codes. A person who hides
the number is written to by the business-scoped id, in `recipient`. `biz_opaque_callback_data` comes back in every
receipt: it is our reference.
"""

import json
import re
from collections.abc import Iterator, Sequence

from app.channels.contract import Outcome, PointKind, SendRequest, Template, TemplateUse
from app.channels.kit.json import objects, text

_THROTTLED = {"4", "17", "32", "613", "80007", "130429", "131048", "131056", "133016"}
_TRANSIENT = {"1", "2", "131000", "131016", "131053", "131057", "133004"}
_AUTH = {"0", "3", "10", "190", "131005"} | {str(code) for code in range(200, 300)}
# The account is blocked, restricted, not registered or not paid for: an administrator must act.
_CONFIG = {"368", "130497", "131031", "131042", "131045", "133010"}
_PERMANENT = {"100", "33", "130472", "131008", "131009", "131021", "131026", "131030", "131049", "131051", "131052"}
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_MOST_REFERENCE = 512


def body(request: SendRequest) -> bytes:
    """Returns the body of one message: the words, in answer to what the person wrote, or a template filled in."""
    by_scoped_id = request.to.kind is PointKind.WHATSAPP_USER
    document: dict[str, object] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "recipient" if by_scoped_id else "to": request.to.address,
        "biz_opaque_callback_data": request.ref[:_MOST_REFERENCE],
    }
    if request.template is not None:
        document |= {"type": "template", "template": _filled(request.template)}
    else:
        document |= {"type": "text", "text": {"preview_url": False, "body": request.text}}
        if request.in_reply_to:
            document["context"] = {"message_id": request.in_reply_to}
    return json.dumps(document, ensure_ascii=False).encode()


def by_code(code: str, subcode: str) -> Outcome | None:  # noqa: ARG001 — WhatsApp's subcodes say nothing more
    """Returns what an error comes to, or None where its status alone tells."""
    if code == "131047":
        return Outcome.WINDOW_CLOSED
    if code == "131050":
        return Outcome.OPTED_OUT
    if code in _THROTTLED:
        return Outcome.THROTTLED
    if code in _TRANSIENT:
        return Outcome.RETRY
    if code in _CONFIG:
        return Outcome.CONFIG
    if code in _AUTH:
        return Outcome.AUTH
    is_template = code.startswith("132") and len(code) == 6
    return Outcome.PERMANENT if code in _PERMANENT or is_template else None


def approved(document: object) -> Iterator[Template]:
    """Yields the templates of a page that text alone can fill, as `Template.parameters` counts them.

    One whose header, button or named parameters want more is left out: it could only be sent wrong.
    """
    for item in objects(document, "data"):
        name, language = text(item, "name"), text(item, "language")
        parts = list(objects(item, "components"))
        words = next((text(part, "text") for part in parts if text(part, "type") == "BODY"), None)
        if not (name and language and words) or text(item, "status") != "APPROVED":
            continue
        wanted = set(_PLACEHOLDER.findall(words))
        others = [part for part in parts if text(part, "type") != "BODY"]
        if any(not mark.isdigit() for mark in wanted) or any(_asks(part) for part in others):
            continue
        category = text(item, "category")
        yield Template(name=name, language=language, text=words, category=category, parameters=len(wanted))


def _asks(part: object) -> bool:
    if text(part, "type") == "HEADER" and text(part, "format") not in {None, "TEXT"}:
        return True  # a picture or a file must be given
    buttons = [text(button, "url") or "" for button in objects(part, "buttons")]
    return any(_PLACEHOLDER.search(words) for words in [text(part, "text") or "", *buttons])


def _filled(template: TemplateUse) -> dict[str, object]:
    parameters: Sequence[dict[str, str]] = [{"type": "text", "text": one} for one in template.parameters]
    return {
        "name": template.name,
        "language": {"policy": "deterministic", "code": template.language},
        **({"components": [{"type": "body", "parameters": parameters}]} if parameters else {}),
    }
