"""What the doors of AMI and ARI have in common: nobody calls them, and where a voice message is fetched."""

from datetime import datetime

from app.channels.contract import Attachment, ChannelConfig, Context, Delivery, Verdict
from app.channels.errors import Unfetched
from app.channels.kit.media import download
from app.channels.kit.signatures import UNSIGNED, refused
from app.channels.kit.unsigned import WithoutHandshake

# The method of a delivery that came by our own connection: no request to a door of ours has it.
LISTENED = "LISTEN"
VOICEMAIL_BYTES = 25 * 2**20
_SOUNDS = (b"RIFF", b"OggS", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b".snd")
_RAW = ("audio/basic", "audio/gsm")  # these have no beginning to be known by


class NobodyCalls(WithoutHandshake):
    """The door of a channel we listen to: what does not come by our own connection is refused."""

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:  # noqa: ARG002
        return UNSIGNED if delivery.method == LISTENED else refused("this channel is listened to: nobody calls it")


async def sound(
    attachment: Attachment, context: Context, *, ari_url: str | None, headers: dict[str, str], host: str
) -> bytes:
    """Fetches a voice message: at its own https address, without any credential, or among the recordings ARI holds.

    Raises `Unfetched`.
    """
    source = attachment.source or ""
    if source.startswith("https://"):
        content = await download(source, context, max_bytes=VOICEMAIL_BYTES)
    elif ari_url is None:
        raise Unfetched(
            "donnez au canal l'adresse d'ARI : c'est par là que les enregistrements se prennent", retry=False
        )
    elif not _is_name(source):
        raise Unfetched("le nom de l'enregistrement n'en est pas un", retry=False)
    else:
        url = f"{ari_url.rstrip('/')}/recordings/stored/{source}/file"
        content = await download(url, context, headers=headers, hosts=(host,), max_bytes=VOICEMAIL_BYTES)
    if attachment.content_type not in _RAW and not content.startswith(_SOUNDS):
        raise Unfetched("ce qui a été reçu n'est pas un son", retry=False)
    return content


def _is_name(text: str) -> bool:
    """A recording may stand in a folder; a name that climbs out of it, or asks something else, is none."""
    plain = all(c.isascii() and (c.isalnum() or c in "-_./") for c in text)
    return bool(text) and plain and ".." not in text and not text.startswith("/") and len(text) <= 200
