"""The kit tries streams: ours pass, and one that hangs on, invents, or talks is found out."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from app.channels.adapters.asterisk.ami_adapter import AmiAdapter, AmiConfig
from app.channels.adapters.asterisk.ari_adapter import AriAdapter, AriConfig
from app.channels.conformance.listening import streams
from app.channels.conformance.quality import Quality
from app.channels.conformance.trial import Trial
from app.channels.contract import ChannelAdapter, ChannelConfig, Context, Delivery

SECRET = "secret-of-trials"
AMI = AmiConfig(host="pbx.example.org", username="parvis", secret=SecretStr(SECRET))
ARI = AriConfig(ari_url="https://pbx.example.org:8089/ari", username="parvis", password=SecretStr(SECRET))


def found(adapter: ChannelAdapter, config: ChannelConfig) -> str:
    return streams(Trial(adapter, [], Quality(), config))


@pytest.mark.parametrize(("adapter", "config"), [(AmiAdapter(), AMI), (AriAdapter(), ARI)])
def test_ours_end_with_their_server(adapter: ChannelAdapter, config: ChannelConfig) -> None:
    assert found(adapter, config) == ""


class Inventing(AriAdapter):
    async def listen(self, config: ChannelConfig, context: Context) -> AsyncIterator[Delivery]:
        del config, context
        yield Delivery(body=b"{}")


class Talking(AriAdapter):
    async def listen(self, config: ChannelConfig, context: Context) -> AsyncIterator[Delivery]:
        del context
        assert isinstance(config, AriConfig)
        if config.application:
            raise OSError(f"refused {config.password.get_secret_value()}")
        yield Delivery(body=b"")


class LeavingOpen(AmiAdapter):
    async def listen(self, config: ChannelConfig, context: Context) -> AsyncIterator[Delivery]:
        assert isinstance(config, AmiConfig)
        assert context.connect is not None
        await context.connect(config.host, config.port, tls=False, timeout_s=1)
        nothing: tuple[bytes, ...] = ()
        for said in nothing:
            yield Delivery(body=said)


@pytest.mark.parametrize(
    ("adapter", "config", "told"),
    [(Inventing(), ARI, "nobody sent"), (Talking(), ARI, "secret"), (LeavingOpen(), AMI, "left open")],
)
def test_one_that_does_not_is_told(adapter: ChannelAdapter, config: ChannelConfig, told: str) -> None:
    assert told in found(adapter, config)
