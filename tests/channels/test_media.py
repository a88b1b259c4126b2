"""Pieces fetched from each provider, in its own wire format and with its own misery."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr

from app.channels.adapters.bluesky_media import fetch as fetch_blob
from app.channels.adapters.meta.messenger import MessengerAdapter, MessengerConfig
from app.channels.adapters.meta.whatsapp import WhatsappAdapter, WhatsappConfig
from app.channels.adapters.sms.twilio import TwilioAdapter, TwilioConfig
from app.channels.adapters.telegram import TelegramAdapter, TelegramConfig
from app.channels.contract import Attachment, Context
from app.channels.errors import Unfetched
from app.channels.kit.media import download

PHOTO = b"\xff\xd8\xff une photo"
Answering = Callable[[httpx.Request], httpx.Response]
WHATSAPP = WhatsappConfig(
    app_secret=SecretStr("s"), access_token=SecretStr("jeton-wa"), phone_number_id="1", accept_unsigned=False
)
TELEGRAM = TelegramConfig(secret_token=SecretStr("s"), bot_token=SecretStr("123:jeton-tg"))
TWILIO = TwilioConfig(account_sid="AC1", auth_token=SecretStr("jeton-tw"))
TWILIO_PIECE = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


class Provider:
    """Answers by address, and keeps what it was asked."""

    def __init__(self, answers: dict[str, Answering | httpx.Response]) -> None:
        self.answers = answers
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        found = self.answers[str(request.url).partition("?")[0]]
        return found if isinstance(found, httpx.Response) else found(request)

    @property
    def context(self) -> Context:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self))
        return Context(http=client, now=lambda: datetime(2026, 3, 2, tzinfo=UTC))


def piece(source: str, content_type: str = "image/jpeg") -> Attachment:
    return Attachment(name=None, content_type=content_type, source=source)


def redirect(to: str) -> httpx.Response:
    return httpx.Response(307, headers={"Location": to})


def whatsapp(**told: object) -> Provider:
    where = {"url": "https://lookaside.fbsbx.com/whatsapp_business/attachments/", "mime_type": "image/jpeg", **told}
    return Provider(
        {
            "https://graph.facebook.com/v25.0/990": httpx.Response(200, json=where),
            "https://lookaside.fbsbx.com/whatsapp_business/attachments/": httpx.Response(200, content=PHOTO),
        }
    )


async def test_whatsapp_gives_an_address_for_an_id_and_the_bytes_for_the_token() -> None:
    provider = whatsapp(sha256=hashlib.sha256(PHOTO).hexdigest())
    assert await WhatsappAdapter().fetch(piece("990"), WHATSAPP, provider.context) == PHOTO
    assert [one.headers["authorization"] for one in provider.asked] == ["Bearer jeton-wa"] * 2


async def test_the_digest_whatsapp_tells_is_the_digest_that_came() -> None:
    good = base64.b64encode(hashlib.sha256(PHOTO).digest()).decode()
    assert await WhatsappAdapter().fetch(piece("990"), WHATSAPP, whatsapp(sha256=good).context) == PHOTO
    with pytest.raises(Unfetched, match="empreinte") as refusal:
        await WhatsappAdapter().fetch(piece("990"), WHATSAPP, whatsapp(sha256="0" * 64).context)
    assert refusal.value.retry


async def test_the_token_never_leaves_for_another_host_than_metas() -> None:
    provider = Provider(
        {
            "https://graph.facebook.com/v25.0/990": httpx.Response(200, json={"url": "https://evil.example.org/a"}),
            "https://evil.example.org/a": httpx.Response(200, content=PHOTO),
        }
    )
    await WhatsappAdapter().fetch(piece("990"), WHATSAPP, provider.context)
    assert "authorization" not in provider.asked[-1].headers


async def test_an_id_that_would_change_the_path_is_no_id() -> None:
    for source in ("../me", "a/b", "990?fields=x", ""):
        with pytest.raises(Unfetched):
            await WhatsappAdapter().fetch(piece(source), WHATSAPP, Provider({}).context)


async def test_messenger_gives_its_pieces_to_whoever_holds_the_address() -> None:
    provider = Provider({"https://cdn.fbsbx.com/v/a.jpg": httpx.Response(200, content=PHOTO)})
    config = MessengerConfig(app_secret=SecretStr("s"), access_token=SecretStr("jeton"))
    assert (
        await MessengerAdapter().fetch(piece("https://cdn.fbsbx.com/v/a.jpg?sig=1"), config, provider.context) == PHOTO
    )
    assert "authorization" not in provider.asked[0].headers


async def test_telegram_names_the_path_of_a_file_first() -> None:
    provider = Provider(
        {
            "https://api.telegram.org/bot123:jeton-tg/getFile": httpx.Response(
                200, json={"ok": True, "result": {"file_id": "F", "file_path": "photos/file 1.jpg"}}
            ),
            "https://api.telegram.org/file/bot123:jeton-tg/photos/file%201.jpg": httpx.Response(200, content=PHOTO),
        }
    )
    assert await TelegramAdapter().fetch(piece("F"), TELEGRAM, provider.context) == PHOTO


async def test_the_token_of_a_bot_is_in_no_reason() -> None:
    for answer in (httpx.Response(404), httpx.Response(500), httpx.Response(200, json={"ok": False})):
        provider = Provider({"https://api.telegram.org/bot123:jeton-tg/getFile": answer})
        with pytest.raises(Unfetched) as refusal:
            await TelegramAdapter().fetch(piece("F"), TELEGRAM, provider.context)
        assert "jeton" not in str(refusal.value)


async def test_twilios_password_does_not_follow_the_redirect() -> None:
    provider = Provider(
        {
            TWILIO_PIECE: redirect("https://mms.twiliocdn.com/AC1/abc?Signature=1"),
            "https://mms.twiliocdn.com/AC1/abc": httpx.Response(200, content=PHOTO),
        }
    )
    assert await TwilioAdapter().fetch(piece(TWILIO_PIECE), TWILIO, provider.context) == PHOTO
    first, second = provider.asked
    assert first.headers["authorization"].startswith("Basic ")
    assert "authorization" not in second.headers


async def test_a_blob_of_bluesky_is_found_at_its_authors_server_and_is_its_own_digest() -> None:
    did = "did:plc:" + "a" * 24
    cid = "b" + base64.b32encode(b"\x01\x55\x12\x20" + hashlib.sha256(PHOTO).digest()).decode().rstrip("=").lower()
    service = {"id": "#atproto_pds", "serviceEndpoint": "https://pds.example.org"}
    answers: dict[str, Answering | httpx.Response] = {
        f"https://plc.directory/{did}": httpx.Response(200, json={"service": [service]}),
        "https://pds.example.org/xrpc/com.atproto.sync.getBlob": httpx.Response(200, content=PHOTO),
    }
    assert await fetch_blob(piece(f"{did}/{cid}"), Provider(answers).context) == PHOTO
    answers["https://pds.example.org/xrpc/com.atproto.sync.getBlob"] = httpx.Response(200, content=b"autre")
    with pytest.raises(Unfetched, match="empreinte"):
        await fetch_blob(piece(f"{did}/{cid}"), Provider(answers).context)


URL = "https://media.example.org/a"


@pytest.mark.parametrize(
    ("answer", "retry"),
    [
        (httpx.Response(500), True),
        (httpx.Response(429), True),
        (httpx.Response(401), True),
        (httpx.Response(404), False),
        (httpx.Response(410), False),
        (httpx.Response(204), False),
        (redirect("http://media.example.org/b"), False),
        (redirect("file:///etc/passwd"), False),
        (redirect(URL), False),
        (httpx.Response(200, headers={"Content-Length": "99999999999"}, content=b""), False),
        (httpx.Response(200, content=b"a" * 2000), False),
        (httpx.Response(200, headers={"Content-Length": "900"}, content=b"a"), True),
    ],
)
async def test_what_a_provider_answers_says_whether_to_come_back(answer: httpx.Response, retry: bool) -> None:
    with pytest.raises(Unfetched) as refusal:
        await download(URL, Provider({URL: lambda _: answer}).context, max_bytes=1000)
    assert refusal.value.retry is retry


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ReadTimeout, httpx.ConnectTimeout, httpx.RemoteProtocolError]
)
async def test_a_silence_is_asked_again(error: type[httpx.TransportError]) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error("x", request=request)

    with pytest.raises(Unfetched) as refusal:
        await download(URL, Provider({URL: fail}).context)
    assert refusal.value.retry


async def test_a_lookup_that_answers_garbage_is_asked_again() -> None:
    for body in (b"", b"{", b"[1]", json.dumps({"url": None}).encode()):
        provider = Provider({"https://graph.facebook.com/v25.0/990": httpx.Response(200, content=body)})
        with pytest.raises(Unfetched) as refusal:
            await WhatsappAdapter().fetch(piece("990"), WHATSAPP, provider.context)
        assert refusal.value.retry
