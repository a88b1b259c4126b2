"""Telling Meta that an account's messages are for our application, and taking it back. Repeated, it changes nothing.

Sources: developers.facebook.com/docs/graph-api/reference/page/subscribed_apps, /docs/instagram-platform/webhooks,
/docs/whatsapp/embedded-signup/webhooks/override. The address of Messenger and Instagram is the application's own, typed
once in Meta's console; a WhatsApp account may have one of its own.
"""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from pydantic import SecretStr

from app.channels.contract import Checked, Context
from app.channels.kit.json import member
from app.channels.kit.probing import asked, bearer, incomplete, limited, ready, refused, unsure
from app.channels.kit.sending import Call

PAGE_FIELDS = (
    "messages,messaging_postbacks,message_deliveries,message_reads,message_edits,message_reactions,message_echoes,"
    "messaging_handovers,standby,messaging_policy_enforcement,feed,mention"
)
INSTAGRAM_FIELDS = "messages,messaging_postbacks,messaging_seen,message_edit,message_reactions,comments,mentions"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def subscribe(
    account: str,
    token: SecretStr | None,
    context: Context,
    *,
    host: str,
    version: str,
    asking: Mapping[str, str],
    typed_once: str | None = None,
) -> Checked:
    """Subscribes our application to an account. `typed_once` is the address that Meta takes by hand alone."""
    found = await _call("POST", account, token, context, host=host, version=version, asking=asking)
    if not found.ok or typed_once is None:
        return found
    return limited(
        f"Meta remettra les messages de ce compte à l'application ; dans sa console, l'adresse doit être {typed_once}",
        f"Meta hands this account's messages to the application; in its console, the address must be {typed_once}",
    )


async def unsubscribe(account: str, token: SecretStr | None, context: Context, *, host: str, version: str) -> Checked:
    return await _call("DELETE", account, token, context, host=host, version=version, asking={})


async def _call(
    method: str,
    account: str,
    token: SecretStr | None,
    context: Context,
    *,
    host: str,
    version: str,
    asking: Mapping[str, str],
) -> Checked:
    if token is None or not account:
        return incomplete(
            "donnez le jeton d'accès et l'identifiant du compte", "give the access token and the account's id"
        )
    url = f"https://{host}/{version}/{quote(account, safe='')}/subscribed_apps"
    headers = {**bearer(token.get_secret_value()), **(_FORM if asking else {})}
    call = Call(method=method, url=url, headers=headers, body=urlencode(asking).encode(), hosts=(host,))
    found = await asked(call, context, name="Meta")
    if isinstance(found, Checked):
        # Meta answers 400 for a token that is over.
        stale = found.state == "unsure" and "oken" in (found.detail or "")
        return refused("Meta", detail=found.detail) if stale else found
    if member(found.document, "success") is not True:
        return unsure("Meta")
    return ready("Meta est prévenu", "Meta was told")
