"""Sending by the Graph API, and what its errors mean.

Sources: developers.facebook.com/docs/graph-api/guides/error-handling, /docs/messenger-platform/error-codes,
/docs/messenger-platform/policy/policy-overview. Since 27 April 2026 the only tag left is HUMAN_AGENT: seven days, and
only for words a person typed.
"""

import json
from datetime import datetime

from pydantic import SecretStr

from app.channels.contract import Context, Outcome, Rendered, SendRequest, Sent
from app.channels.kit.json import JsonRefused, load_provider, text
from app.channels.kit.sending import Answer, Call, accepted, by_status, exchange, shortened

_AUTH = {"190", "102", "463", "467", "3", "10"} | {str(code) for code in range(200, 300)}
_THROTTLED = {"4", "17", "32", "613", "80001", "80002", "80006", "80007"}
_TRANSIENT = {"1", "2", "1200", "-1"}
_WINDOW = {"2018065", "2018108", "2018278", "2534022"}  # outside the allowed window, or the person left the page
_REFUSED_BY_PERSON = {"551", "1545041"}  # this person is not available at the moment


def message_body(request: SendRequest, *, human_agent: bool) -> bytes:
    """Returns the body of one message: the words, or the piece, to one person.

    Only an agent's words may use the seven-day window; an automatic text leaves as a plain response, which Meta refuses
    after 24 hours, as it must.
    """
    piece = next((attachment.source for attachment in request.attachments if attachment.source), None)
    kind = request.attachments[0].content_type.partition("/")[0] if request.attachments else ""
    message: dict[str, object] = {"text": request.text}
    if piece and not request.text:
        payload = {"url": piece, "is_reusable": False}
        message = {"attachment": {"type": kind if kind in {"image", "video", "audio"} else "file", "payload": payload}}
    document: dict[str, object] = {"recipient": {"id": request.to.address}, "messaging_type": "RESPONSE"}
    if human_agent and request.human and not request.automatic:
        document |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    # The metadata comes back in the echo: by it our own message is told from a colleague's.
    document["message"] = {**message, "metadata": request.ref}
    return json.dumps(document, ensure_ascii=False).encode()


async def send(rendered: Rendered, token: SecretStr, context: Context, *, host: str) -> Sent:
    """Makes one attempt. The token leaves in a header, so that no log of URLs holds it."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token.get_secret_value()}"}
    call = Call(method="POST", url=rendered.url or "", body=rendered.body, headers=headers, hosts=(host,))
    answer = await exchange(call, context)
    return answer if isinstance(answer, Sent) else _outcome(answer, now=context.now())


def _outcome(answer: Answer, *, now: datetime) -> Sent:
    try:
        document = load_provider(answer.body)
    except JsonRefused:
        document = None
    if answer.status == 200:
        return accepted(text(document, "message_id"))
    code, subcode = text(document, "error", "code"), text(document, "error", "error_subcode")
    told = text(document, "error", "message")
    plain = by_status(answer, now=now, detail=f"Meta {code}/{subcode}: {told}" if code else None)
    outcome = _by_code(code or "", subcode or "")
    if outcome is None:
        return plain
    return Sent(outcome=outcome, detail=shortened(plain.detail), retry_after_s=plain.retry_after_s)


def _by_code(code: str, subcode: str) -> Outcome | None:
    if subcode in _WINDOW:
        return Outcome.WINDOW_CLOSED
    if code in _REFUSED_BY_PERSON or subcode in _REFUSED_BY_PERSON:
        return Outcome.OPTED_OUT
    if code in _AUTH:
        return Outcome.AUTH
    if code in _THROTTLED:
        return Outcome.THROTTLED
    if code in _TRANSIENT:
        return Outcome.RETRY
    return Outcome.PERMANENT if code in {"100", "368"} else None
