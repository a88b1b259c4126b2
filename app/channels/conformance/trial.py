"""What one adapter is tried with: its cases, its claims, and a configuration that can send."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import SecretStr, ValidationError

from app.channels.conformance.cases import Case
from app.channels.conformance.quality import Quality
from app.channels.contract import (
    Capabilities,
    ChannelAdapter,
    ChannelConfig,
    Event,
    EventType,
    Party,
    PointKind,
    SendRequest,
    Webhook,
)
from app.channels.errors import ChannelError, Unreadable

# Any text is a secret to most providers; to those who want base64, this is base64.
TRIAL_SECRET = "Y29uZm9ybWFuY2UtdHJpYWwtc2VjcmV0LTAwMQ=="  # noqa: S105 — of a trial


class Untried(ChannelError):
    """There was nothing to try a check on: the message says what is missing."""


@dataclass(frozen=True)
class Trial:
    """One adapter under trial."""

    adapter: ChannelAdapter
    cases: Sequence[Case]
    quality: Quality
    given: ChannelConfig | None = None

    @property
    def door(self) -> Webhook | None:
        return self.adapter if isinstance(self.adapter, Webhook) else None

    @cached_property
    def configs(self) -> Sequence[ChannelConfig]:
        """The configurations deliveries are tried in: without secret, and with one that signed nothing."""
        return [self.adapter.config_for(None), self.adapter.config_for(TRIAL_SECRET)]

    @cached_property
    def working(self) -> ChannelConfig | None:
        """The configuration with which a provider can be spoken to: the one given, or `trial` of `quality.toml`."""
        if self.given is not None or self.quality.trial is None:
            return self.given
        try:
            return self.adapter.Config.model_validate(dict(self.quality.trial))
        except ValidationError as error:
            where = ", ".join(".".join(map(str, one["loc"])) or one["type"] for one in error.errors())
            raise Untried(f"the trial settings of quality.toml are no configuration: {where}") from error

    @property
    def speaking(self) -> ChannelConfig:
        """The same, for the checks that cannot do without. Raises `Untried`."""
        if self.working is None:
            raise Untried("no settings to try it with: give `config`, or a `trial` table in quality.toml")
        return self.working

    @property
    def capabilities(self) -> Capabilities:
        return self.adapter.capabilities(self.working or self.adapter.config_for(None))

    @cached_property
    def events(self) -> Sequence[Event]:
        """Everything the cases say; a case that cannot be read says nothing here."""
        found: list[Event] = []
        for case in self.cases if self.door else ():
            try:
                found += self.door.parse(case.delivery, case.config) if self.door else []
            except Unreadable:
                continue
        return found

    @cached_property
    def request(self) -> SendRequest:
        """An answer to whoever wrote in the first case, or to nobody in particular."""
        wrote = next((one for one in self.events if one.type is EventType.MESSAGE_RECEIVED and one.sender), None)
        if wrote is None or wrote.sender is None or not wrote.sender.address:
            return SendRequest(ref="out_trial", to=Party(PointKind.HTTP, "+33600000000"), text="Bonjour")
        return SendRequest(
            ref="out_trial",
            to=wrote.sender,
            text="Bonjour",
            in_reply_to=wrote.external_id,
            thread_key=wrote.thread_key,
            account=wrote.account,
            public=wrote.public,
        )

    def secrets(self) -> Sequence[str]:
        """The secrets of the configuration that speaks to the provider, for whoever looks for them elsewhere."""
        values = [getattr(self.working, name) for name in self.adapter.Config.model_fields] if self.working else []
        flat = [one for value in values for one in (value if isinstance(value, tuple | list) else [value])]
        return [
            one.get_secret_value() for one in flat if isinstance(one, SecretStr) and len(one.get_secret_value()) > 5
        ]
