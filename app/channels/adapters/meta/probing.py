"""The live test of Meta's channels: who the token speaks for, and until when it may.

Sources: developers.facebook.com/docs/graph-api/reference/user, /docs/graph-api/reference/debug_token,
/docs/whatsapp/business-management-api/manage-phone-numbers.
"""

from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlencode

from pydantic import SecretStr

from app.channels.contract import Checked, Context
from app.channels.kit.json import member, text
from app.channels.kit.probing import Told, asked, bearer, incomplete, limited, ready, refused
from app.channels.kit.sending import Call
from app.channels.kit.times import from_epoch

GRAPH_HOST = "graph.facebook.com"
_AUTH_CODES = {"190", "102", "10", "200", "463", "467"}


async def check_page(token: SecretStr | None, context: Context, *, host: str, version: str) -> Checked:
    """Tests the token of a page or of an Instagram account."""
    if token is None:
        return incomplete(
            "le canal reçoit ; donnez un jeton d'accès pour répondre", "the channel receives; give a token to answer"
        )
    fields = "id,name" if host == GRAPH_HOST else "user_id,username"
    found = await _graph(f"https://{host}/{version}/me?fields={fields}", token, context, host=host)
    if isinstance(found, Checked):
        return found
    name = text(found.document, "name") or text(found.document, "username") or text(found.document, "id") or "?"
    said = ready(f"Meta reconnaît « {name} »", f"Meta knows “{name}”")
    return await _with_expiry(said, token, context, version=version) if host == GRAPH_HOST else said


async def check_whatsapp(token: SecretStr | None, number: str | None, context: Context, *, version: str) -> Checked:
    """Tests the token on the number it writes from."""
    if token is None or not number:
        return incomplete(
            "le canal reçoit ; donnez un jeton d'accès et l'identifiant du numéro pour répondre",
            "the channel receives; give a token and the number's id to answer",
        )
    asked_for = urlencode({"fields": "display_phone_number,verified_name,quality_rating"})
    url = f"https://{GRAPH_HOST}/{version}/{quote(number, safe='')}?{asked_for}"
    found = await _graph(url, token, context, host=GRAPH_HOST)
    if isinstance(found, Checked):
        return found
    shown = text(found.document, "display_phone_number") or number
    said = ready(f"WhatsApp reconnaît le numéro {shown}", f"WhatsApp knows the number {shown}")
    if (text(found.document, "quality_rating") or "").upper() == "RED":
        said = limited(
            f"WhatsApp reconnaît le numéro {shown}, dont la qualité est jugée mauvaise : Meta peut le limiter",
            f"WhatsApp knows the number {shown}, whose quality is rated low: Meta may limit it",
        )
    return await _with_expiry(said, token, context, version=version)


async def _graph(url: str, token: SecretStr, context: Context, *, host: str) -> Told | Checked:
    call = Call(method="GET", url=url, headers=bearer(token.get_secret_value()), hosts=(host,))
    found = await asked(call, context, name="Meta")
    # Meta answers 400 for a token that is over.
    if isinstance(found, Checked) and found.detail and "oken" in found.detail and found.state == "unsure":
        return refused("Meta", detail=found.detail)
    return found


async def _with_expiry(said: Checked, token: SecretStr, context: Context, *, version: str) -> Checked:
    """Adds until when the token holds, where Meta lets it ask about itself."""
    word = token.get_secret_value()
    url = f"https://{GRAPH_HOST}/{version}/debug_token?{urlencode({'input_token': word})}"
    found = await asked(Call(method="GET", url=url, headers=bearer(word), hosts=(GRAPH_HOST,)), context, name="Meta")
    if isinstance(found, Checked):
        return said  # the page answered: that it will not tell its expiry is no failure
    if member(found.document, "data", "is_valid") is False:
        return refused("Meta", detail=text(found.document, "data", "error", "message"))
    return replace(said, credentials_expire_at=_earliest(found.document))


def _earliest(document: object) -> datetime | None:
    """The token's own end, or that of its access to people's data; zero is never."""
    found = [
        at
        for name in ("expires_at", "data_access_expires_at")
        if text(document, "data", name) not in {None, "0"} and (at := from_epoch(member(document, "data", name)))
    ]
    return min(found, default=None)
