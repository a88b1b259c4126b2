"""Asterisk by ARI: we listen to the events of a switchboard over a WebSocket, and keep each call once it is over.

`subscribeAll` lets an application watch every call and take none. ARI repeats nothing: what happens while the connection
is cut stands in the switchboard's own records alone.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import ClassVar
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr

from app.channels.adapters.asterisk import ari_calls
from app.channels.adapters.asterisk.ended import SwitchboardConfig, event_of_ended
from app.channels.adapters.asterisk.listening import LISTENED, VOICEMAIL_BYTES, NobodyCalls, sound
from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Checked,
    Context,
    Delivery,
    Event,
    EventType,
    Meta,
)
from app.channels.errors import Unreadable
from app.channels.kit import probing
from app.channels.kit.json import load_provider, text
from app.channels.kit.keys import digest
from app.channels.kit.sending import Call
from app.channels.kit.websocket import WebSocket

_SILENCE_S, _ANSWER_S, _CONNECT_S = 30.0, 15.0, 15.0
_MOST_EVENTS = 1000


class AriConfig(SwitchboardConfig):
    """A user of ari.conf (read_only=yes is enough) and where it listens: `https://pbx.example.fr:8089/ari`."""

    ari_url: str = Field(default="", max_length=500)
    username: str = Field(default="", max_length=100)
    password: SecretStr = SecretStr("")
    application: str = Field(default="parvis", pattern=r"^[A-Za-z0-9_-]{1,60}$")


class AriAdapter(NobodyCalls):
    """Calls of one switchboard, listened to."""

    meta: ClassVar[Meta] = Meta(
        type="phone.ari",
        name_fr="Téléphone (Asterisk, ARI)",
        name_en="Telephone (Asterisk, ARI)",
        homepage="https://docs.asterisk.org",
    )
    Config: ClassVar[type[ChannelConfig]] = AriConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        host = urlsplit(_own(config).ari_url).hostname
        return Capabilities(
            electronic=False,
            streams=True,
            fetch_max_bytes=VOICEMAIL_BYTES,
            credential_hosts=(host,) if host else (),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        return AriConfig(password=SecretStr(secret or ""))

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        own = _own(config)
        document = load_provider(delivery.body)
        listed = document[:_MOST_EVENTS] if isinstance(document, list) else [document]
        if not any(text(one, "type") for one in listed):
            raise Unreadable("aucun événement d'ARI")
        call = ari_calls.call_of(listed, zone=own.zone)
        if call is None:
            key = digest(delivery.body.hex())
            return [Event(type=EventType.IGNORED, event_key=key, reason="aucun appel n'y est nommé")]
        return [event_of_ended(call, own)]

    async def listen(self, config: ChannelConfig, context: Context) -> AsyncIterator[Delivery]:
        own = _own(config)
        socket = await _opened(own, context)
        try:
            if context.listening is not None:
                context.listening()
            async for body in _calls(socket):
                yield Delivery(body=body, method=LISTENED, headers=(("Content-Type", "application/json"),))
        finally:
            socket.close()

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        """Asks ARI which Asterisk it is."""
        own = _own(config)
        host = urlsplit(own.ari_url).hostname
        if not host or not own.username or not own.password.get_secret_value():
            return probing.incomplete(
                "donnez l'adresse, le nom et le mot de passe du compte ARI", "give the address, name and secret of ARI"
            )
        url = f"{own.ari_url.rstrip('/')}/asterisk/info?only=system"
        call = Call(method="GET", url=url, headers=_headers(own), hosts=(host,))
        told = await probing.asked(call, context, name="Asterisk")
        if isinstance(told, Checked):
            return told
        if text(told.document, "system", "version") is None:
            return probing.unsure("Asterisk")
        return probing.ready("Asterisk reconnaît le compte ARI", "Asterisk knows the ARI user")

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:
        own = _own(config)
        host = urlsplit(own.ari_url).hostname or ""
        return await sound(attachment, context, ari_url=own.ari_url or None, headers=dict(_headers(own)), host=host)


async def _opened(own: AriConfig, context: Context) -> WebSocket:
    """Raises `CredentialsRefused`, `ChannelError`, `OSError` or `TimeoutError`."""
    parts = urlsplit(own.ari_url)
    if context.connect is None or parts.hostname is None:
        raise ConnectionError("no connection can be opened here")
    tls = parts.scheme == "https"
    port = parts.port or (443 if tls else 80)
    reader, writer = await context.connect(parts.hostname, port, tls=tls, timeout_s=_CONNECT_S)
    socket = WebSocket(reader, writer)
    target = f"{parts.path.rstrip('/')}/events?app={quote(own.application)}&subscribeAll=true"
    try:
        await socket.open(parts.netloc.rpartition("@")[2], target, headers=_headers(own), within=_CONNECT_S)
    except BaseException:
        writer.close()
        raise
    return socket


async def _calls(socket: WebSocket) -> AsyncIterator[bytes]:
    """Yields the calls that end, until the server closes; raises `TimeoutError` when it does not answer any more."""
    gathering, loop, pinged = ari_calls.Gathering(), asyncio.get_running_loop(), False
    while True:
        try:
            raw = await socket.message(within=_ANSWER_S if pinged else _SILENCE_S)
        except TimeoutError:
            if pinged:
                raise
            socket.ping()
            pinged = True
            gathering.forget(at=loop.time())
            continue
        if raw is None:
            return
        pinged = False
        document = ari_calls.read(raw)
        if document is not None and (body := gathering.heard(document, raw, at=loop.time())) is not None:
            yield body


def _headers(own: AriConfig) -> Mapping[str, str]:
    pair = f"{own.username}:{own.password.get_secret_value()}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _own(config: ChannelConfig) -> AriConfig:
    assert isinstance(config, AriConfig)
    return config
