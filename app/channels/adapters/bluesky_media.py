"""A blob of Bluesky: kept by its author's own server, found by the author's DID, checked by its own name.

Sources: atproto.com/specs/did, /specs/blob, docs.bsky.app com.atproto.sync.getBlob. A CID of a blob is the SHA-256 of its
bytes: whoever serves it cannot change it.
"""

import base64
import binascii
import hashlib
import re
from urllib.parse import urlencode, urlsplit

from app.channels.contract import Attachment, Context
from app.channels.errors import Unfetched
from app.channels.kit.json import JsonRefused, load_provider, objects, text
from app.channels.kit.media import download

MAX_BYTES = 25 * 2**20
_DOCUMENT_MAX = 64 * 2**10
_PLC = re.compile(r"did:plc:[a-z2-7]{24}")
_WEB = re.compile(r"did:web:([a-z0-9.-]{1,253})")
_RAW_SHA256 = bytes((0x01, 0x55, 0x12, 0x20))


async def fetch(attachment: Attachment, context: Context) -> bytes:
    """Returns the bytes of a blob named `did/cid`. Raises `Unfetched`."""
    did, _, cid = (attachment.source or "").partition("/")
    server = await _server_of(did, context)
    asked = urlencode({"did": did, "cid": cid})
    content = await download(f"{server}/xrpc/com.atproto.sync.getBlob?{asked}", context, max_bytes=MAX_BYTES)
    digest = _digest_of(cid)
    if digest is not None and hashlib.sha256(content).digest() != digest:
        raise Unfetched("elle n'a pas l'empreinte que son nom annonce", retry=True)
    return content


async def _server_of(did: str, context: Context) -> str:
    if _PLC.fullmatch(did):
        address = f"https://plc.directory/{did}"
    elif found := _WEB.fullmatch(did):
        address = f"https://{found[1]}/.well-known/did.json"
    else:
        raise Unfetched("son auteur n'a pas un identifiant connu", retry=False)
    try:
        document = load_provider(await download(address, context, max_bytes=_DOCUMENT_MAX))
    except JsonRefused:
        raise Unfetched("le document de son auteur est illisible", retry=True) from None
    for service in objects(document, "service"):
        endpoint = text(service, "serviceEndpoint") or ""
        if (text(service, "id") or "").endswith("#atproto_pds") and endpoint.startswith("https://"):
            parts = urlsplit(endpoint)
            return f"https://{parts.netloc}"
    raise Unfetched("le serveur de son auteur est inconnu", retry=True)


def _digest_of(cid: str) -> bytes | None:
    """Reads the digest in a CIDv1 of raw bytes (base32, `bafkrei…`); None for another kind."""
    if not cid.startswith("b"):
        return None
    word = cid[1:].upper()
    try:
        whole = base64.b32decode(word + "=" * (-len(word) % 8))
    except (binascii.Error, ValueError):
        return None
    return whole[4:] if whole.startswith(_RAW_SHA256) and len(whole) == len(_RAW_SHA256) + 32 else None
