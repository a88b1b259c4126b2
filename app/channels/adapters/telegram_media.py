"""A file of Telegram: its path is asked for, then its bytes. The bot's token stands in both addresses: none is told.

Source: core.telegram.org/bots/api#getfile. A bot may take 20 MB at most.
"""

from urllib.parse import quote, urlencode

from pydantic import SecretStr

from app.channels.contract import Attachment, Context
from app.channels.errors import Unfetched
from app.channels.kit.json import JsonRefused, load_provider, text
from app.channels.kit.media import download, lookup
from app.channels.kit.sending import Call

HOST = "api.telegram.org"
MAX_BYTES = 20 * 2**20


async def fetch(attachment: Attachment, context: Context, *, token: SecretStr | None) -> bytes:
    """Returns the bytes of a file. Raises `Unfetched`."""
    if token is None:
        raise Unfetched("donnez au canal le jeton du robot : Telegram garde ses pièces", retry=True)
    word = token.get_secret_value()
    asked = urlencode({"file_id": attachment.source or ""})
    call = Call(method="GET", url=f"https://{HOST}/bot{word}/getFile?{asked}", hosts=(HOST,))
    answer = await lookup(call, context)
    try:
        path = text(load_provider(answer.body), "result", "file_path")
    except JsonRefused:
        path = None
    if not path or ".." in path or path.startswith("/"):
        raise Unfetched("Telegram n'a pas dit où elle est", retry=True)
    return await download(f"https://{HOST}/file/bot{word}/{quote(path)}", context, max_bytes=MAX_BYTES)
