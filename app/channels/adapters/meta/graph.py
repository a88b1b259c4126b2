"""One call of the Graph API to send, and what its errors mean, for Messenger, Instagram and their comments.

Sources: developers.facebook.com/docs/graph-api/guides/error-handling, /docs/messenger-platform/error-codes. WhatsApp's
own codes stand in `whatsapp_sending`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import SecretStr

from app.channels.contract import Context, Outcome, Rendered, Sent
from app.channels.kit.json import JsonRefused, load_provider, text
from app.channels.kit.sending import Answer, Call, accepted, by_status, exchange, retry_after, shortened

Judge = Callable[[str, str], Outcome | None]
_AUTH = {"190", "102", "463", "467", "3", "10"} | {str(code) for code in range(200, 300)}
_THROTTLED = {"4", "17", "32", "613", "80001", "80002", "80006", "80007"}
_TRANSIENT = {"1", "2", "1200", "-1"}
_WINDOW = {"2018065", "2018108", "2018278", "2534022"}  # outside the allowed window, or the person left the page
_REFUSED_BY_PERSON = {"551", "1545041"}  # this person is not available at the moment
# Another application holds the conversation; a comment was answered in private already: neither is a matter of token.
_PERMANENT_SUBCODES = {"2018300", "2018001"}
_PERMANENT = {"100", "368", "10900"}


async def call(
    rendered: Rendered,
    token: SecretStr,
    context: Context,
    *,
    host: str,
    judge: Judge,
    ids: Sequence[Sequence[str]] = (("message_id",),),
) -> tuple[Sent, object]:
    """Makes one attempt; returns what it came to, and the document answered. The token leaves in a header only.

    `ids` are the places where the provider may name what it took.
    """
    headers = {"Content-Type": rendered.content_type, "Authorization": f"Bearer {token.get_secret_value()}"}
    asked = Call(method="POST", url=rendered.url or "", body=rendered.body, headers=headers, hosts=(host,))
    answer = await exchange(asked, context)
    if isinstance(answer, Sent):
        return answer, None
    try:
        document = load_provider(answer.body)
    except JsonRefused:
        document = None
    return _outcome(answer, document, now=context.now(), judge=judge, ids=ids), document


def by_code(code: str, subcode: str) -> Outcome | None:
    """Returns what an error of Messenger or Instagram comes to, or None where its status alone tells."""
    if subcode in _WINDOW:
        return Outcome.WINDOW_CLOSED
    if code in _REFUSED_BY_PERSON or subcode in _REFUSED_BY_PERSON:
        return Outcome.OPTED_OUT
    if subcode in _PERMANENT_SUBCODES or code in _PERMANENT:
        return Outcome.PERMANENT
    if code in _AUTH:
        return Outcome.AUTH
    if code in _THROTTLED:
        return Outcome.THROTTLED
    return Outcome.RETRY if code in _TRANSIENT else None


def _outcome(answer: Answer, document: object, *, now: datetime, judge: Judge, ids: Sequence[Sequence[str]]) -> Sent:
    code, subcode = text(document, "error", "code"), text(document, "error", "error_subcode")
    if code is None and answer.status == 200:
        return accepted(next((found for path in ids if (found := _first(document, path))), None))
    told = text(document, "error", "error_data", "details") or text(document, "error", "message")
    plain = by_status(answer, now=now, detail=f"Meta {code}/{subcode}: {told}" if code else None)
    outcome = judge(code or "", subcode or "")
    if outcome is None:
        return plain
    waits = outcome in {Outcome.THROTTLED, Outcome.RETRY}  # Meta throttles with 400 as well
    return Sent(
        outcome=outcome, detail=shortened(plain.detail), retry_after_s=retry_after(answer, now=now) if waits else None
    )


def _first(document: object, path: Sequence[str]) -> str | None:
    """Reads a place in the answer; `0` is the first of a list."""
    found = document
    for step in path[:-1]:
        if step == "0":
            found = found[0] if isinstance(found, list) and found else None
        else:
            found = found.get(step) if isinstance(found, dict) else None
    return text(found, path[-1])
