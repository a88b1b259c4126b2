"""Every built-in passes what a third party must pass; and the checks see what is wrong."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from app.channels import conformance
from app.channels.adapters import BUILT_IN
from app.channels.adapters.telegram import TelegramAdapter
from app.channels.conformance import Level
from app.channels.contract import ChannelConfig, Delivery, Event, EventType, Meta, Verdict
from app.channels.registry import Registry
from tests.channels.samples import all_signed
from tests.channels.sending.configs import SENDING

# Their signature, or the secret they repeat, says nothing of the body: a changed byte cannot be seen.
UNSIGNED_BODIES = {
    "bluesky", "email.brevo", "email.mailgun", "email.postmark", "mastodon", "open311", "phone.asterisk", "sms.brevo",
    "sms.highconnection", "sms.mtarget", "sms.ovh", "telegram",
}  # fmt: skip


@pytest.mark.parametrize("channel_type", sorted(set(BUILT_IN) - {"email", "chat"}))
def test_a_built_in_passes_what_anybody_must_pass(channel_type: str, registry: Registry):
    findings = conformance.check(
        registry.get(channel_type), samples=all_signed()[channel_type], config=SENDING.get(channel_type)
    )
    failed = [finding for finding in findings if finding.passed is not True]
    if channel_type in UNSIGNED_BODIES:
        assert [finding.level for finding in failed] == [Level.GOLD]
        assert conformance.badge(findings) is Level.SILVER
    else:
        assert not failed
        assert conformance.badge(findings) is Level.GOLD


def test_the_chat_widget_reaches_bronze(registry: Registry):
    findings = conformance.check(registry.get("chat"), samples=[])
    assert conformance.badge(findings) is Level.BRONZE


class _Careless(TelegramAdapter):
    meta: ClassVar[Meta] = replace(TelegramAdapter.meta, type="Careless Type")

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        return Verdict(True)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        return [
            Event(type=EventType.IGNORED, event_key=str(id(object())) + repr(datetime.now(UTC))),
            *[1 / len(delivery.body)][:0],
        ]


def test_a_careless_adapter_is_found_out():
    failed = {f.check: f for f in conformance.check(_Careless(), samples=all_signed()["telegram"]) if f.passed is False}
    # What raises on anything is not asked about its signatures.
    assert set(failed) == {"metadata", "clock", "hostile deliveries"}
    assert "ZeroDivisionError" in failed["hostile deliveries"].detail
    assert conformance.badge(list(failed.values())) is None


class _Credulous(TelegramAdapter):
    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        return Verdict(True)


def test_an_adapter_that_believes_everybody_is_found_out():
    findings = conformance.check(_Credulous(), samples=all_signed()["telegram"])
    assert {f.check for f in findings if f.passed is False} >= {"signed samples", "one changed byte"}
    assert conformance.badge(findings) not in {Level.SILVER, Level.GOLD}


def test_a_package_is_checked_by_the_types_it_brings(registry: Registry):
    assert set(conformance.check_package("telegram", registry)) == {"telegram"}
