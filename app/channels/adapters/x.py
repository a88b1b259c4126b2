"""X (Twitter): direct messages and mentions, by the Activity API, and answers in private or under a post.

Source: docs.x.com/x-api/activity, /webhooks. X is paid for by the message: nothing is read from it unless asked.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import SecretStr

from app.channels.adapters import x_activity, x_api
from app.channels.contract import (
    Capabilities,
    ChannelConfig,
    Checked,
    Context,
    Delivery,
    Event,
    Handshake,
    IdentityAssurance,
    Meta,
    Outcome,
    Polled,
    Rendered,
    SendRequest,
    Sent,
    Verdict,
)
from app.channels.errors import Unreadable
from app.channels.kit.forms import parameters
from app.channels.kit.json import load_provider
from app.channels.kit.probing import incomplete
from app.channels.kit.signatures import VERIFIED, SignedConfig, hmac_base64, in_force, judged, same


class XConfig(SignedConfig):
    """An application of X, whose consumer secret signs and answers the challenge; and the account it writes for."""

    consumer_secret: SecretStr | None = None
    previous_consumer_secret: SecretStr | None = None
    consumer_key: str | None = None
    access_token: SecretStr | None = None
    access_token_secret: SecretStr | None = None
    user_id: str | None = None  # our own account, by which our messages are known
    backfill: bool = False  # read direct messages too, for what webhooks may have lost: X counts each of them

    def signing_secrets(self) -> Sequence[SecretStr]:
        return in_force(self.consumer_secret, self.previous_consumer_secret)


class XAdapter:
    """Direct messages and mentions of the accounts of an application."""

    meta: ClassVar[Meta] = Meta(
        type="x", name_fr="X (Twitter)", name_en="X (Twitter)", homepage="https://docs.x.com/x-api"
    )
    Config: ClassVar[type[ChannelConfig]] = XConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        keys = _keys(own)
        return Capabilities(
            can_send=keys is not None,
            public=True,
            text_max=10_000,
            public_text_max=x_api.PUBLIC_MAX,
            edits=True,
            echoes=True,
            rate_per_second=15 / 900,
            identity_assurance=IdentityAssurance.ACCOUNT,
            polls=keys is not None and own.user_id is not None and own.backfill,
            needs_public_url=True,
            credential_hosts=(x_api.HOST,) if keys else (),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        return XConfig(consumer_secret=SecretStr(secret) if secret else None, accept_unsigned=secret is None)

    def handshake(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Handshake | None:  # noqa: ARG002
        """Answers the challenge (CRC) that X sends when the webhook is made, and every day."""
        token = _challenge(delivery)
        if token is None:
            return None
        secrets = _own(config).signing_secrets()
        if not secrets or not token or len(token) > 500:
            return Handshake(403, "")
        answer = hmac_base64(secrets[0].get_secret_value().encode(), token.encode("utf-8", "replace"))
        return Handshake(200, json.dumps({"response_token": f"sha256={answer}"}), "application/json")

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:  # noqa: ARG002
        secrets = _own(config).signing_secrets()
        if secrets and _challenge(delivery) is not None:
            return VERIFIED  # a challenge proves us, not X: it says nothing that could be false
        given = delivery.header("x-twitter-webhooks-signature") or ""
        return judged(
            secrets,
            lambda key: same(given, f"sha256={hmac_base64(key, delivery.body)}"),
            what="the x-twitter-webhooks-signature",
        )

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        document = load_provider(delivery.body)
        if not isinstance(document, dict):
            raise Unreadable("a delivery of X is a JSON object")
        return list(x_activity.events(document, ours=_own(config).user_id))

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:  # noqa: ARG002 — the same for every account
        return x_api.rendered(request)

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        keys = _keys(_own(config))
        if keys is None or not request.to.address:
            return Sent(
                outcome=Outcome.CONFIG, detail="the application's keys, the account's token and a person are needed"
            )
        return await x_api.send(request, keys, context)

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        own = _own(config)
        keys = _keys(own)
        if keys is None:
            return incomplete(
                "donnez les deux clés de l'application et les deux jetons du compte pour répondre",
                "give the application's two keys and the account's two tokens to answer",
            )
        return await x_api.check(keys, context, user_id=own.user_id)

    async def poll(self, config: ChannelConfig, context: Context, *, cursor: Mapping[str, object]) -> Polled:
        own = _own(config)
        keys = _keys(own)
        if keys is None or own.user_id is None:
            raise Unreadable("il manque les clés de l'application ou le compte")
        return await x_api.poll(keys, context, cursor=cursor)


def _own(config: ChannelConfig) -> XConfig:
    assert isinstance(config, XConfig)
    return config


def _keys(own: XConfig) -> x_api.Keys | None:
    if not (own.consumer_key and own.consumer_secret and own.access_token and own.access_token_secret):
        return None
    return x_api.Keys(
        own.consumer_key, own.consumer_secret, own.access_token.get_secret_value(), own.access_token_secret
    )


def _challenge(delivery: Delivery) -> str | None:
    return parameters(delivery.url).get("crc_token") if delivery.method.upper() == "GET" else None
