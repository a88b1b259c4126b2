"""Pieces held by Meta: signed public addresses for Messenger and Instagram, two steps and a token for WhatsApp.

Source: developers.facebook.com/docs/whatsapp/cloud-api/reference/media. The address lives five minutes, the id days.
"""

import base64
import binascii
import hashlib
import re

from pydantic import SecretStr

from app.channels.contract import Attachment, Context
from app.channels.errors import Unfetched
from app.channels.kit.json import JsonRefused, load_provider, text
from app.channels.kit.media import download, lookup
from app.channels.kit.sending import Call

MAX_BYTES = 25_000_000  # what Messenger and Instagram take
WHATSAPP_MAX_BYTES = 100 * 2**20  # a document; pictures and sounds are smaller
GRAPH_HOST = "graph.facebook.com"
WHATSAPP_HOSTS = (GRAPH_HOST, "lookaside.fbsbx.com")
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


async def fetch_public(attachment: Attachment, context: Context) -> bytes:
    """Fetches what an address signed by Meta gives to whoever holds it: no token leaves."""
    return await download(attachment.source or "", context, max_bytes=MAX_BYTES)


async def fetch_whatsapp(
    attachment: Attachment, context: Context, *, token: SecretStr | None, graph_version: str
) -> bytes:
    """Asks for the address of a media id, takes it with the same token, and compares its digest with the one told."""
    if token is None:
        raise Unfetched("donnez au canal un jeton d'accès : WhatsApp garde ses pièces", retry=True)
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
    source, told = attachment.source or "", None
    if _ID.fullmatch(source):
        url = f"https://{GRAPH_HOST}/{graph_version}/{source}"
        answer = await lookup(Call(method="GET", url=url, headers=headers, hosts=(GRAPH_HOST,)), context)
        try:
            document = load_provider(answer.body)
        except JsonRefused:
            raise Unfetched("WhatsApp a répondu une chose illisible", retry=True) from None
        source, told = text(document, "url") or "", text(document, "sha256")
        if not source:
            raise Unfetched("WhatsApp n'a pas dit où elle est", retry=True)
    content = await download(source, context, headers=headers, hosts=WHATSAPP_HOSTS, max_bytes=WHATSAPP_MAX_BYTES)
    if told and not _is_digest(told, content):
        raise Unfetched("elle n'a pas l'empreinte que WhatsApp annonce", retry=True)
    return content


def _is_digest(told: str, content: bytes) -> bool:
    """Webhooks write the digest in base64, the Graph API in hexadecimal."""
    digest = hashlib.sha256(content).digest()
    if told.lower() == digest.hex():
        return True
    try:
        return base64.b64decode(told, validate=True) == digest
    except (binascii.Error, ValueError):
        return False
