"""What adapters of providers that ask nothing, or sign nothing, have in common."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import SecretStr

from app.channels.contract import ChannelConfig, Delivery, Handshake, Verdict
from app.channels.kit.signatures import in_force, shared_secret


class WithoutHandshake:
    """A provider that never asks whether our endpoint is ours."""

    def handshake(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Handshake | None:  # noqa: ARG002
        return None


class SharedSecretConfig(ChannelConfig):
    """Configuration of a provider that signs nothing: it can only repeat a token, in its URL or a header."""

    token: SecretStr | None = None
    previous_token: SecretStr | None = None

    def shared_secrets(self) -> Sequence[SecretStr]:
        return in_force(self.token, self.previous_token)


class SharedSecretDoor(WithoutHandshake):
    """The door of such a provider: without a token, nothing is verified and the verdict says so."""

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:  # noqa: ARG002
        assert isinstance(config, SharedSecretConfig)
        return shared_secret(delivery, config.shared_secrets())
