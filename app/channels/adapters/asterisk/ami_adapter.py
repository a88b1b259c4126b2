"""Asterisk by AMI: we listen to the manager interface of a switchboard, and keep each call once it is over.

AMI repeats nothing: what happens while the connection is cut stands in the switchboard's own records (cdr.conf) alone.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from typing import ClassVar, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from app.channels.adapters.asterisk import ami, ami_calls
from app.channels.adapters.asterisk.ami_wire import Manager
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
from app.channels.errors import ChannelError, CredentialsRefused
from app.channels.kit import probing
from app.channels.kit.keys import digest

_EVENTS = "call,cdr,agent,user"
_SILENCE_S, _ANSWER_S, _CONNECT_S = 30.0, 15.0, 15.0
_NAME = "Asterisk"


class AmiConfig(SwitchboardConfig):
    """A manager user (manager.conf, read=call,cdr,agent,user, write=none) and where it logs in."""

    host: str = Field(default="", max_length=255)
    port: int = Field(default=5039, ge=1, le=65535)
    tls: bool = True
    username: str = Field(default="", max_length=100)
    secret: SecretStr = SecretStr("")
    challenge: bool = True
    linger_s: float = Field(default=3.0, ge=0, le=60)
    ari_url: str | None = None
    ari_username: str = Field(default="", max_length=100)
    ari_password: SecretStr | None = None

    @model_validator(mode="after")
    def _never_in_clear(self) -> Self:
        if not self.tls and not self.challenge:
            raise ValueError("sans TLS, le mot de passe partirait en clair : choisissez le défi MD5")
        return self


class AmiAdapter(NobodyCalls):
    """Calls of one switchboard, listened to."""

    meta: ClassVar[Meta] = Meta(
        type="phone.ami",
        name_fr="Téléphone (Asterisk, AMI)",
        name_en="Telephone (Asterisk, AMI)",
        homepage="https://docs.asterisk.org",
    )
    Config: ClassVar[type[ChannelConfig]] = AmiConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        host = _ari_host(_own(config))
        return Capabilities(
            electronic=False,
            streams=True,
            fetch_max_bytes=VOICEMAIL_BYTES,
            credential_hosts=(host,) if host else (),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        return AmiConfig(secret=SecretStr(secret or ""))

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        own = _own(config)
        call = ami_calls.call_of(list(ami.blocks(delivery.body)), zone=own.zone)
        if call is None:
            key = digest(delivery.body.hex())
            return [Event(type=EventType.IGNORED, event_key=key, reason="aucun appel n'y est nommé")]
        return [event_of_ended(call, own)]

    async def listen(self, config: ChannelConfig, context: Context) -> AsyncIterator[Delivery]:
        own = _own(config)
        manager = await _logged_in(own, context)
        try:
            if context.listening is not None:
                context.listening()
            async for body in _calls(manager, linger_s=own.linger_s):
                yield Delivery(body=body, method=LISTENED, headers=(("Content-Type", "text/plain; charset=utf-8"),))
        finally:
            manager.close()

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        """Logs in and out again."""
        own = _own(config)
        if not own.host or not own.username or not own.secret.get_secret_value():
            return probing.incomplete(
                "donnez l'adresse, le nom et le mot de passe du compte AMI", "give the host, name and secret of AMI"
            )
        try:
            manager = await _logged_in(own, context)
        except CredentialsRefused as refusal:
            return probing.refused(_NAME, detail=str(refusal))
        except ChannelError as error:
            return probing.unsure(_NAME, detail=str(error))
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return probing.unreachable(_NAME)
        manager.close()
        return probing.ready("Asterisk reconnaît le compte AMI", "Asterisk knows the AMI user")

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:
        own = _own(config)
        return await sound(
            attachment, context, ari_url=own.ari_url, headers=_ari_headers(own), host=_ari_host(own) or ""
        )


async def _logged_in(own: AmiConfig, context: Context) -> Manager:
    """Raises `CredentialsRefused`, `ChannelError`, `OSError` or `TimeoutError`."""
    if context.connect is None:
        raise ConnectionError("no connection can be opened here")
    reader, writer = await context.connect(own.host, own.port, tls=own.tls, timeout_s=_CONNECT_S)
    manager = Manager(reader, writer)
    try:
        await manager.login(own.username, own.secret.get_secret_value(), challenge=own.challenge, events=_EVENTS)
    except BaseException:
        writer.close()
        raise
    return manager


async def _calls(manager: Manager, *, linger_s: float) -> AsyncIterator[bytes]:
    """Yields the calls that end, until the server closes; raises `TimeoutError` when it does not answer any more."""
    gathering, loop, pinged = ami_calls.Gathering(linger_s=linger_s), asyncio.get_running_loop(), False
    while True:
        for body in gathering.over(at=loop.time()):
            yield body
        due = gathering.due_in(at=loop.time())
        silence = _ANSWER_S if pinged else _SILENCE_S
        try:
            packet = await manager.next(within=silence if due is None else max(0.01, min(due, silence)))
        except TimeoutError:
            if due is not None and due < silence:
                continue
            if pinged:
                raise
            manager.ping()
            pinged = True
            continue
        if packet is None:
            return
        pinged = False
        gathering.heard(packet.said, packet.raw, at=loop.time())


def _ari_host(own: AmiConfig) -> str | None:
    return urlsplit(own.ari_url).hostname if own.ari_url else None


def _ari_headers(own: AmiConfig) -> dict[str, str]:
    if own.ari_password is None:
        return {}
    pair = f"{own.ari_username}:{own.ari_password.get_secret_value()}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _own(config: ChannelConfig) -> AmiConfig:
    assert isinstance(config, AmiConfig)
    return config
