"""Sending by the SMS API of Vonage: a form out, one line of answer for each SMS the text made.

Source: developer.vonage.com/en/api/sms. The HTTP status is 200 whatever happens: each line has its own.
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from pydantic import SecretStr

from app.channels.adapters.sms.sms import document_of
from app.channels.contract import Context, Outcome, Rendered, SendRequest, Sent
from app.channels.kit.json import objects, text
from app.channels.kit.segments import SmsEncoding, sms_size
from app.channels.kit.sending import Answer, Call, accepted, by_status, exchange

HOST = "rest.nexmo.com"
URL = f"https://{HOST}/sms/json"
FORM = "application/x-www-form-urlencoded"
_STATUSES = {
    "1": Outcome.THROTTLED,
    "2": Outcome.CONFIG,
    "4": Outcome.AUTH,
    "5": Outcome.RETRY,
    "8": Outcome.AUTH,  # the account is barred
    "9": Outcome.CONFIG,  # no credit is left
    "10": Outcome.THROTTLED,
    "14": Outcome.AUTH,
    "15": Outcome.CONFIG,  # the sender is not allowed
    "32": Outcome.AUTH,
}


def pairs(request: SendRequest, *, key: str, sender: str) -> Sequence[tuple[str, str]]:
    """Returns the form of a request, without the secret."""
    unicode = sms_size(request.text).encoding is SmsEncoding.UCS2
    found = [
        ("api_key", key),
        ("from", sender.lstrip("+")),
        ("to", (request.to.address or "").lstrip("+")),
        ("text", request.text),
        ("type", "unicode" if unicode else "text"),
        ("status-report-req", "1"),
        ("client-ref", request.ref[:100]),
    ]
    return [*found, ("callback", request.status_url)] if request.status_url else found


async def send(rendered: Rendered, secret: SecretStr, context: Context) -> Sent:
    body = rendered.body + b"&" + urlencode({"api_secret": secret.get_secret_value()}).encode()
    call = Call(method="POST", url=URL, body=body, headers={"Content-Type": FORM}, hosts=(HOST,))
    answer = await exchange(call, context)
    return answer if isinstance(answer, Sent) else outcome(answer, now=context.now())


def outcome(answer: Answer, *, now: datetime) -> Sent:
    """Judges the lines of an answer: all accepted, none, or some, which nobody may repeat."""
    lines = list(objects(document_of(answer), "messages"))
    if answer.status != 200 or not lines:
        told = text(document_of(answer), "error_title") or text(document_of(answer), "title")
        return by_status(answer, now=now, detail=f"Vonage: {told}" if told else None)
    taken = [line for line in lines if text(line, "status") == "0"]
    if len(taken) == len(lines):
        return accepted(*(text(line, "message-id") for line in taken))
    refused = next(line for line in lines if text(line, "status") != "0")
    code = text(refused, "status") or "?"
    told = f"Vonage {code}: {text(refused, 'error-text') or ''}"[:500]
    if taken:
        # A part of the text has left: sending it all again would have it read twice.
        return Sent(outcome=Outcome.UNKNOWN, detail=f"{len(taken)} SMS sur {len(lines)} pris, puis {told}"[:500])
    return Sent(outcome=_STATUSES.get(code, Outcome.PERMANENT), detail=told)
