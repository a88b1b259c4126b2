"""Every built-in keeps what it claims; and each check finds the adapter that deserves it."""

import json
import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr

from app.channels import conformance
from app.channels.adapters import BUILT_IN
from app.channels.adapters.sms.twilio import TwilioAdapter, TwilioConfig
from app.channels.adapters.telegram import TelegramAdapter
from app.channels.conformance import CHECKS, Finding, Level
from app.channels.conformance.cases import documents_of, unlike
from app.channels.conformance.quality import UnreadableQuality, _read
from app.channels.contract import (
    AfterWindow,
    Attachment,
    Capabilities,
    ChannelAdapter,
    ChannelConfig,
    Checked,
    CheckState,
    Context,
    Delivery,
    DeliveryStatus,
    Event,
    EventType,
    Media,
    Meta,
    Outcome,
    Polled,
    Receipt,
    SendRequest,
    Sent,
    Template,
    Verdict,
)
from app.channels.errors import UnknownChannelType, Unreadable
from app.channels.registry import Registry
from tests.channels.samples import RAW_MAIL, all_signed

SENDING = TwilioConfig(account_sid="AC1", auth_token=SecretStr("token-of-tests"), sender="+33700000000")
TWILIO = [(f"case-{n}", case) for n, case in enumerate(all_signed()["sms.twilio"])]
TELEGRAM = [("message", all_signed()["telegram"][0])]
EDITED = next(document for name, document in documents_of(TelegramAdapter()) if name == "edited")


@pytest.mark.parametrize("channel_type", sorted(BUILT_IN))
def test_every_setting_of_a_built_in_is_said_in_french(channel_type: str, registry: Registry):
    found = conformance.check(registry.get(channel_type))
    assert next((one.detail for one in found if one.check == "settings in French"), "") == ""


@pytest.mark.parametrize("channel_type", sorted(BUILT_IN))
def test_a_built_in_keeps_what_it_claims(channel_type: str, registry: Registry):
    report = conformance.report(registry.get(channel_type))
    assert report.claimed is not None, f"{channel_type} has no level in the quality.toml beside it"
    assert report.kept, [(one.check, one.detail) for one in report.missing]


def test_no_built_in_claims_less_than_silver(registry: Registry):
    claims = {name: conformance.report(registry.get(name)).claimed for name in sorted(BUILT_IN)}
    assert {name for name, level in claims.items() if level is Level.BRONZE} == set()


def failed(
    adapter: ChannelAdapter, *, cases: Any = TELEGRAM, config: ChannelConfig | None = None
) -> dict[str, Finding]:
    findings = conformance.check(adapter, cases=cases, config=config)
    return {one.check: one for one in findings if one.passed is False}


class _Parsing(TelegramAdapter):
    """Telegram, but for what `wrong` gives instead of its events."""

    wrong: Callable[[Delivery, Sequence[Event]], Sequence[Event]] = staticmethod(lambda _, events: events)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        return self.wrong(delivery, super().parse(delivery, config))


def parsing(wrong: Callable[[Delivery, Sequence[Event]], Sequence[Event]]) -> ChannelAdapter:
    return type("_Wrong", (_Parsing,), {"wrong": staticmethod(wrong)})()


def _keyed(events: Sequence[Event], key: object) -> Sequence[Event]:
    return [replace(one, event_key=f"{one.event_key}:{key}") for one in events]


def _unheard(delivery: Delivery, events: Sequence[Event]) -> Sequence[Event]:
    if b"unheard-of" in delivery.body:
        raise Unreadable("what is this?")
    return events


def _reading(delivery: Delivery, events: Sequence[Event]) -> Sequence[Event]:
    with Path(__file__).open():
        return events


def _slow(delivery: Delivery, events: Sequence[Event]) -> Sequence[Event]:
    # Of any machine's time, however fast it is: what is allowed is 0.2 s.
    until = time.process_time() + (0.4 if len(delivery.body) > 50_000 else 0)
    while time.process_time() < until:
        pass
    return events


def _trusting(delivery: Delivery, events: Sequence[Event]) -> Sequence[Event]:
    document = json.loads(delivery.body)
    message = document.get("message")
    person = message.get("from") if isinstance(message, dict) else None
    return [*events, *[person.get("first_name", "").upper()][:0]] if isinstance(person, dict) else events


def _dividing(delivery: Delivery, events: Sequence[Event]) -> Sequence[Event]:
    return [*events, *[1 / (len(delivery.body) - 2)][:0]]


@pytest.mark.parametrize(
    ("wrong", "check", "told"),
    [
        (_dividing, "hostile deliveries", "ZeroDivisionError"),
        (lambda _, events: _keyed(events, uuid.uuid4()), "hostile deliveries", "two answers"),
        (lambda _, events: [replace(one, event_key="") for one in events], "hostile deliveries", "without a key"),
        (
            lambda _, events: [replace(one, occurred_at=datetime(2026, 1, 1)) for one in events],
            "hostile deliveries",
            "without a zone",
        ),
        (lambda _, events: [*events, *(replace(one, text="2") for one in events)], "hostile deliveries", "the same key"),
        (lambda d, events: _keyed(events, d.header("X-Retry-Count")), "stable keys", "other keys"),
        (lambda d, events: _keyed(events, d.headers[0][0] if d.headers else ""), "headers", "in another case"),
        (_unheard, "unknown kinds", "held as unreadable"),
        (lambda _, events: events if random.random() else [], "isolation", "chance"),
        (lambda _, events: events if datetime.now(UTC) else [], "isolation", "the clock (datetime.now)"),
        (_reading, "isolation", "a file"),
        (_slow, "speed", "of processor time"),
        (_trusting, "spoiled values", "AttributeError"),
    ],
)  # fmt: skip
def test_a_careless_parse_is_found_out(wrong: Any, check: str, told: str):
    cases = [("message", all_signed()["telegram"][0]), ("typed", {**all_signed()["telegram"][0], "secret": None})]
    if check == "unknown kinds":
        cases[0] = ("message", {"body": '{"update_id": 1, "type": "a"}', "secret": None})
    found = failed(parsing(wrong), cases=cases)
    assert told in found[check].detail


class _Credulous(TelegramAdapter):
    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        return Verdict(True)


def test_an_adapter_that_believes_everybody_is_found_out():
    findings = conformance.check(_Credulous(), cases=TELEGRAM)
    assert {f.check for f in findings if f.passed is False} >= {"signed samples", "one changed byte"}
    assert conformance.badge(findings) not in {Level.SILVER, Level.GOLD}


def test_a_name_that_is_no_slug_is_found_out():
    class Named(TelegramAdapter):
        meta: ClassVar[Meta] = replace(TelegramAdapter.meta, type="Careless Type")

    found = failed(Named())
    assert "not a slug" in found["metadata"].detail


class _BareSecretConfig(ChannelConfig):
    api_token: str | None = None


def test_a_secret_that_shows_is_found_out():
    class Bare(TelegramAdapter):
        Config: ClassVar[type[ChannelConfig]] = _BareSecretConfig

        def config_for(self, secret: str | None) -> ChannelConfig:
            return _BareSecretConfig(api_token=secret)

    assert "api_token looks like a secret" in failed(Bare())["configuration"].detail


class _Declaring(TwilioAdapter):
    """Twilio, with the capabilities `said` in place of its own."""

    said: Mapping[str, object] = {}

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        return replace(super().capabilities(config), **self.said)


@pytest.mark.parametrize(
    ("said", "check", "told"),
    [
        ({"polls": True}, "declared and implemented", "Poller is not implemented"),
        ({"streams": True}, "declared and implemented", "Stream is not implemented"),
        ({"receipt_queries": False}, "declared and implemented", "receipt"),
        ({"can_send": False, "can_start": False}, "declared and implemented", "can_send is not declared"),
        (
            {"after_window": AfterWindow.TEMPLATE, "reply_window_hours": 24},
            "declared and implemented",
            "Templates is not implemented",
        ),
        ({"after_window": AfterWindow.TEMPLATE}, "capabilities", "no window to be after"),
        ({"can_start": True, "can_send": False}, "capabilities", "without can_send"),
        ({"text_max": 0}, "capabilities", "not a size"),
        ({"rate_per_second": 0}, "capabilities", "not a rate"),
        ({"human_window_hours": 24}, "capabilities", "without reply_window_hours"),
        ({"media": (Media(types="pictures"),)}, "capabilities", "covers no type"),
        ({"credential_hosts": ()}, "credential hosts", "api.twilio.com is spoken to"),
    ],
)
def test_a_capability_that_is_not_so_is_found_out(said: dict[str, object], check: str, told: str):
    adapter = type("_Boasting", (_Declaring,), {"said": said})()
    assert told in failed(adapter, cases=TWILIO, config=SENDING)[check].detail


class _Sending(TwilioAdapter):
    """Twilio, but for what `wrong` makes of each attempt."""

    wrong: Callable[[Sent, Any], Sent] = staticmethod(lambda sent, _: sent)

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        return self.wrong(await super().send(request, config, context), config)


def _stubborn(sent: Sent, _: Any) -> Sent:
    return replace(sent, outcome=Outcome.RETRY) if sent.outcome is Outcome.UNKNOWN else sent


def _hasty(sent: Sent, _: Any) -> Sent:
    return replace(sent, retry_after_s=None)


def _talkative(sent: Sent, config: Any) -> Sent:
    return replace(sent, detail=f"refused for {config.auth_token.get_secret_value()}")


def _raising(sent: Sent, _: Any) -> Sent:
    raise ZeroDivisionError(sent.outcome)


def _lost(sent: Sent, _: Any) -> Sent:
    return replace(sent, outcome=Outcome.PERMANENT) if sent.outcome is Outcome.AUTH else sent


@pytest.mark.parametrize(
    ("wrong", "check", "told"),
    [
        (_stubborn, "outcomes of sending", "no answer: retry, expected unknown"),
        (_hasty, "outcomes of sending", "Retry-After said 7"),
        (lambda sent, _: replace(sent, detail="a" * 501), "outcomes of sending", "longer than 500"),
        (_raising, "outcomes of sending", "raised ZeroDivisionError"),
        (_talkative, "secrets kept", "has them told to an agent"),
        (_lost, "connecting again", "permanent, expected auth"),
    ],
)
def test_a_sender_that_misjudges_an_answer_is_found_out(wrong: Any, check: str, told: str):
    adapter = type("_Misjudging", (_Sending,), {"wrong": staticmethod(wrong)})()
    assert told in failed(adapter, cases=TWILIO, config=SENDING)[check].detail


class _Powers(TwilioAdapter):
    """Twilio with every optional protocol, each of which fails as `said` tells."""

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        return replace(
            super().capabilities(config),
            polls=True,
            receipt_queries=True,
            fetch_max_bytes=10,
            reply_window_hours=24,
            after_window=AfterWindow.TEMPLATE,
        )

    async def poll(self, config: ChannelConfig, context: Context, *, cursor: Mapping[str, object]) -> Polled:
        await context.http.get("https://api.twilio.com/inbox")
        return Polled(deliveries=[], cursor={"moved": True})

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:
        return (await context.http.get("https://api.twilio.com/piece")).content

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        await context.http.get("https://api.twilio.com/")
        return Checked(ok=True, state=CheckState.READY, words_fr="Tout va bien.", words_en="All is well.")

    async def on_enable(self, config: ChannelConfig, context: Context, *, public_url: str) -> Checked:
        return Checked(ok=True, state=CheckState.REFUSED, words_fr="Refusé.", words_en="Refused.")

    async def on_disable(self, config: ChannelConfig, context: Context) -> Checked:
        return await self.on_enable(config, context, public_url="")

    async def templates(self, config: ChannelConfig, context: Context) -> Sequence[Template] | Checked:
        (await context.http.get("https://api.twilio.com/templates")).raise_for_status()
        return []

    async def receipt(self, request: SendRequest, config: ChannelConfig, context: Context) -> Receipt:
        return Receipt(known=False)


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ("polls", "the cursor moved though nothing was read"),
        ("pieces", "expected Unfetched"),
        ("live test", "is content"),
        ("registration", "ok is True and the state is refused"),
        ("templates", "raised HTTPStatusError"),
        ("lost answers", "known is None"),
    ],
)
def test_an_optional_protocol_that_fails_is_found_out(check: str, told: str):
    assert told in failed(_Powers(), cases=TWILIO, config=SENDING)[check].detail


def test_a_receipt_that_says_nothing_is_found_out():
    class Silent(TwilioAdapter):
        def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
            return [Event(type=EventType.DELIVERY_UPDATE, event_key="k", status=DeliveryStatus.SENT)]

    assert "reports_on" in failed(Silent(), cases=TWILIO)["receipts"].detail


def test_a_case_that_comes_to_something_else_is_told_by_its_place():
    expected = {"verified": True, "events": [{"text": "Bonsoir"}]}
    found = failed(TelegramAdapter(), cases=[("message", {**TELEGRAM[0][1], "expected": expected})])
    assert found["cases"].detail == 'message: /events/0/text is "Bonjour", expected "Bonsoir"'


@pytest.mark.parametrize(
    ("found", "expected", "told"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, ""),
        ([1], [1, 2], "the answer is [1], expected 2 element(s)"),
        (None, {"a": 1}, "the answer is null, expected an object"),
        ({"a": [{"b": None}]}, {"a": [{"b": 1}]}, "/a/0/b is null, expected 1"),
    ],
)
def test_an_expectation_speaks_only_of_what_it_names(found: object, expected: object, told: str):
    assert unlike(found, expected) == told


def test_an_exemption_holds_with_its_reason_and_never_for_bronze():
    said = {"t": {"level": "gold", "exempt": [{"check": "one changed byte", "reason": "It signs nothing at all."}]}}
    assert _read(said, "t").exempt == {"one changed byte": "It signs nothing at all."}
    finding = Finding(Level.GOLD, "one changed byte", False, exempt="It signs nothing at all.")
    assert conformance.badge([finding, Finding(Level.BRONZE, "metadata", True)]) is Level.GOLD


@pytest.mark.parametrize(
    "said",
    [
        {"t": {"level": "platinum"}},
        {"t": {"lvel": "gold"}},
        {"t": {"exempt": [{"check": "one changed byte", "reason": "no"}]}},
        {"t": {"exempt": ["one changed byte"]}},
        {"t": "gold"},
        {"settings": "none"},
    ],
)
def test_a_quality_file_that_says_something_else_is_refused(said: dict[str, object]):
    with pytest.raises(UnreadableQuality, match=r"quality\.toml"):
        _read(said, "t")


def test_nothing_to_try_is_no_pass():
    findings = conformance.check(TelegramAdapter(), cases=[])
    assert conformance.badge(findings) is None
    assert all(one.detail for one in findings if one.passed is not True)


def test_every_check_has_a_name_of_its_own():
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_a_file_that_is_no_delivery_is_a_finding():
    (finding,) = conformance.check(TelegramAdapter(), cases=[("wrong", {"body": 5})])
    assert (finding.passed, finding.detail) == (False, "body is a string or null")


def test_mail_is_held_to_the_same_speed(registry: Registry):
    case = {"body": RAW_MAIL, "secret": None, "expected": {"verified": None}}
    assert "speed" not in failed(registry.get("email"), cases=[("mail", case)])


def test_a_package_is_checked_by_the_types_it_brings(registry: Registry):
    assert set(conformance.check_package("telegram", registry)) == {"telegram"}
    with pytest.raises(UnknownChannelType):
        conformance.check_package("nobody", registry)
