"""The calls of Telegram's Bot API: one message out, updates in where no webhook is set, and the webhook itself.

Source: core.telegram.org/bots/api (Making requests, sendMessage, getUpdates, setWebhook). The bot's token stands in the
address of every call: it is put there at the last moment, and shown nowhere.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from pydantic import SecretStr

from app.channels.contract import Checked, CheckState, Context, Delivery, Outcome, Polled, Rendered, SendRequest, Sent
from app.channels.errors import Unreadable
from app.channels.kit.json import JsonRefused, load_provider, member, number, objects, text
from app.channels.kit.sending import Answer, Call, accepted, by_status, exchange

HOST = "api.telegram.org"
# What `telegram` reads; without the list Telegram keeps some kinds to itself (reactions, for one).
UPDATES = (
    "message",
    "edited_message",
    "business_message",
    "edited_business_message",
    "callback_query",
    "my_chat_member",
)
_JSON = {"Content-Type": "application/json"}
_MOST_A_POLL = 100
# What 403 says of a person; any other 403 is of the bot.
_STOPPED = ("blocked by the user", "user is deactivated", "kicked")
_NOT_FOR_US = ("initiate conversation", "can't send messages to")


def rendered(request: SendRequest) -> Rendered:
    """Returns the call that carries the words, plain: no mark-up of theirs can be read in them."""
    document: dict[str, object] = {
        "chat_id": request.to.address,
        "text": request.text,
        "link_preview_options": {"is_disabled": True},
    }
    answered = request.in_reply_to or ""
    if answered.isascii() and answered.isdigit():
        document["reply_parameters"] = {"message_id": int(answered), "allow_sending_without_reply": True}
    body = json.dumps(document, ensure_ascii=False).encode()
    return Rendered("application/json", body, f"https://{HOST}/sendMessage")


async def send(rendered: Rendered, token: SecretStr, context: Context) -> Sent:
    """Makes one attempt."""
    answer = await _called("sendMessage", rendered.body, token, context)
    if isinstance(answer, Sent):
        return answer
    document = _read(answer)
    if answer.status == 200 and member(document, "ok") is not False:
        return accepted(text(document, "result", "message_id"))
    return _refusal(answer, document, now=context.now())


async def poll(token: SecretStr, context: Context, *, cursor: Mapping[str, object]) -> Polled:
    """Reads the updates after the cursor. Asking with an offset tells Telegram that what stands before it is kept here.

    So an update is let go only by the poll that follows the commit of its delivery. Raises `Unreadable`.
    """
    offset = cursor.get("offset")
    asked = {"timeout": 0, "limit": _MOST_A_POLL, "allowed_updates": UPDATES}
    body = json.dumps(asked | ({"offset": offset} if isinstance(offset, int) else {})).encode()
    answer = await _called("getUpdates", body, token, context)
    if isinstance(answer, Sent):
        raise Unreadable(f"Telegram n'a pas répondu : {answer.detail}")
    document = _read(answer)
    if answer.status == 409:
        raise Unreadable("un webhook est posé chez Telegram : choisissez la réception par webhook, ou retirez-le")
    if answer.status != 200 or not isinstance(member(document, "result"), list):
        raise Unreadable(f"Telegram a répondu {answer.status} : {text(document, 'description') or 'illisible'}"[:300])
    found = list(objects(document, "result"))
    deliveries = [Delivery(body=json.dumps(update).encode(), headers=list(_JSON.items())) for update in found]
    seen = [int(known) for update in found if (known := number(update, "update_id")) is not None]
    following = max(seen) + 1 if seen else offset
    moved = {"offset": following} if isinstance(following, int) else {}
    return Polled(deliveries=deliveries, cursor=moved, more=len(found) == _MOST_A_POLL and bool(seen))


async def set_webhook(url: str, secret: SecretStr, token: SecretStr, context: Context) -> Checked:
    """Tells Telegram our address; what waited there is delivered, not dropped. A second time changes nothing."""
    asked = {
        "url": url,
        "secret_token": secret.get_secret_value(),
        "allowed_updates": UPDATES,
        "drop_pending_updates": False,
    }
    return await _told("setWebhook", asked, token, context)


async def delete_webhook(token: SecretStr, context: Context) -> Checked:
    return await _told("deleteWebhook", {"drop_pending_updates": False}, token, context)


async def _told(method: str, asked: Mapping[str, object], token: SecretStr, context: Context) -> Checked:
    answer = await _called(method, json.dumps(asked).encode(), token, context)
    if isinstance(answer, Sent):
        return Checked(
            ok=False,
            state=CheckState.UNREACHABLE,
            words_fr="Telegram ne répond pas : réessayez plus tard",
            words_en="Telegram does not answer: try again later",
            detail=answer.detail,
        )
    document = _read(answer)
    if answer.status == 200 and member(document, "ok") is True:
        return Checked(ok=True, state=CheckState.READY, words_fr="Telegram est prévenu", words_en="Telegram was told")
    refused = answer.status in {401, 404}
    return Checked(
        ok=False,
        state=CheckState.REFUSED if refused else CheckState.UNSURE,
        words_fr="Telegram refuse le jeton du robot" if refused else "Telegram refuse cette adresse",
        words_en="Telegram refuses the bot's token" if refused else "Telegram refuses this address",
        detail=text(document, "description"),
    )


async def _called(method: str, body: bytes, token: SecretStr, context: Context) -> Answer | Sent:
    secret = token.get_secret_value()
    url = f"https://{HOST}/bot{secret}/{method}"
    answer = await exchange(Call(method="POST", url=url, body=body, headers=_JSON, hosts=(HOST,)), context)
    if isinstance(answer, Sent):
        return answer
    # Whatever quotes our address quotes the token, and its words are shown to agents.
    return replace(answer, body=answer.body.replace(secret.encode(), b"***"))


def _read(answer: Answer) -> object:
    try:
        return load_provider(answer.body)
    except JsonRefused:
        return None


def _refusal(answer: Answer, document: object, *, now: datetime) -> Sent:
    said = (text(document, "description") or "").lower()
    told = f"Telegram : {text(document, 'description')}" if said else None
    plain = by_status(answer, now=now, detail=told)
    if any(words in said for words in _STOPPED):
        return Sent(outcome=Outcome.OPTED_OUT, detail=plain.detail)
    if any(words in said for words in _NOT_FOR_US):
        return Sent(outcome=Outcome.PERMANENT, detail=plain.detail)
    wait = number(document, "parameters", "retry_after")
    if wait is not None:
        return Sent(outcome=Outcome.THROTTLED, detail=plain.detail, retry_after_s=min(max(wait, 0.0), 86_400.0))
    # A revoked token is 401, a mistyped one 404: both are the administrator's to renew.
    wrong_token = answer.status == 404 and said in {"not found", ""}
    return Sent(outcome=Outcome.AUTH, detail=plain.detail) if wrong_token else plain
