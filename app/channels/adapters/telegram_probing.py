"""The live test of a bot: does its token hold, and does Telegram reach our door.

Source: core.telegram.org/bots/api#getme, #getwebhookinfo.
"""

from datetime import timedelta

from pydantic import SecretStr

from app.channels.contract import Checked, Context
from app.channels.kit.json import member, number, text
from app.channels.kit.probing import Told, asked, incomplete, limited, ready, refused
from app.channels.kit.sending import Call
from app.channels.kit.times import from_epoch

HOST = "api.telegram.org"
_RECENT = timedelta(hours=1)
_WAITING = 50


async def check(token: SecretStr | None, context: Context, *, called: bool) -> Checked:
    """Tests a bot; `called` says that it receives by a webhook."""
    if token is None:
        return incomplete(
            "le canal reçoit ; donnez le jeton du robot pour répondre et prendre les pièces",
            "the channel receives; give the bot's token to answer and to take pieces",
        )
    me = await _ask("getMe", token, context)
    if isinstance(me, Checked):
        return me
    name = text(me.document, "result", "username") or "?"
    said = ready(f"Telegram reconnaît le robot @{name}", f"Telegram knows the bot @{name}")
    if not called:
        return said
    info = await _ask("getWebhookInfo", token, context)
    return info if isinstance(info, Checked) else _judged(info, said, name=name, context=context)


def _judged(info: Told, said: Checked, *, name: str, context: Context) -> Checked:
    if not text(info.document, "result", "url"):
        return limited(
            f"Telegram reconnaît le robot @{name}, mais ne connaît pas notre adresse : rien n'arrivera",
            f"Telegram knows the bot @{name}, but not our address: nothing will arrive",
        )
    failed_at = from_epoch(member(info.document, "result", "last_error_date"))
    waiting = number(info.document, "result", "pending_update_count") or 0
    if (failed_at is not None and context.now() - failed_at < _RECENT) or waiting > _WAITING:
        return limited(
            f"Telegram reconnaît le robot @{name}, mais n'arrive pas à nous remettre ses messages ({int(waiting)} en attente)",
            f"Telegram knows the bot @{name}, but cannot hand its messages over ({int(waiting)} waiting)",
            detail=text(info.document, "result", "last_error_message"),
        )
    return said


async def _ask(method: str, token: SecretStr, context: Context) -> Told | Checked:
    url = f"https://{HOST}/bot{token.get_secret_value()}/{method}"
    found = await asked(Call(method="GET", url=url, hosts=(HOST,)), context, name="Telegram")
    if isinstance(found, Told) and member(found.document, "ok") is not True:
        return refused("Telegram", detail=text(found.document, "description"))
    # An unknown token is a path that does not exist.
    if (
        isinstance(found, Checked)
        and found.state == "unsure"
        and (found.detail or "").lower() in {"not found", "réponse 404"}
    ):
        return refused("Telegram")
    return found
