"""How a provider may answer a send, and what must come of it."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.channels.conformance.provider import Answering, Provider, answering, failing, spoken
from app.channels.conformance.trial import Trial, Untried
from app.channels.contract import Context, Outcome, Probe, Sender, Sent

if TYPE_CHECKING:
    import httpx

_UNREADABLE = {Outcome.UNKNOWN, Outcome.OK}


def outcomes(trial: Trial) -> str:
    """Returns the first provider's answer that the adapter misjudges, or nothing."""
    sender = _sender(trial)
    if sender is None:
        return ""
    for name, answer, expected in _table():
        sent = _attempt(trial, sender, Provider(answer, trial.quality.prelude))
        if isinstance(sent, str):
            return f"{name}: {sent}"
        if sent.outcome not in expected:
            return f"{name}: {sent.outcome.value}, expected {' or '.join(sorted(one.value for one in expected))}"
        if name == "429" and sent.retry_after_s != 7:
            return f"429: Retry-After said 7 seconds, the adapter says {sent.retry_after_s}"
        if sent.detail is not None and len(sent.detail) > 500:
            return f"{name}: the detail is longer than 500 characters"
    return ""


def secrets_kept(trial: Trial) -> str:
    """Returns where a secret shows: in what is told of a send, or in the configuration's own words."""
    sender = _sender(trial)
    if sender is None:
        return ""
    secrets = trial.secrets()
    if any(secret in repr(trial.speaking) for secret in secrets):
        return "a secret shows in the repr of the configuration"
    for status in (400, 401, 500):
        sent = _attempt(trial, sender, Provider(_quoting(status), trial.quality.prelude))
        if any(secret in repr(sent) for secret in secrets):
            return f"a provider that quotes the credentials it refuses ({status}) has them told to an agent"
    return ""


def hosts(trial: Trial) -> str:
    """Returns which host is spoken to and not declared, or nothing."""
    sender = _sender(trial)
    if sender is None:
        return ""
    provider = Provider(answering(200, {}), trial.quality.prelude)
    _attempt(trial, sender, provider)
    declared = {one.lower() for one in trial.capabilities.credential_hosts}
    strange = sorted({one.url.host for one in provider.requests} - declared)
    if strange:
        return f"{', '.join(strange)} is spoken to and not in credential_hosts"
    plain = [one for one in provider.requests if one.url.scheme != "https"]
    return "credentials leave over http: https alone keeps them" if plain else ""


def logged_out(trial: Trial) -> str:
    """Returns how refused credentials pass for something else, or nothing: an administrator must connect again."""
    adapter = trial.adapter
    if isinstance(adapter, Probe) and trial.working is not None:
        provider = Provider(answering(401, {}))
        config = trial.working
        try:
            checked = asyncio.run(spoken(provider, lambda context: adapter.check(config, context)))
        except Exception as error:  # noqa: BLE001 — whatever it is, it is the finding
            return f"the live test raised {type(error).__name__} when the credentials were refused"
        if checked.ok and provider.requests:
            return "the live test is content with credentials that are refused"
    sender = _sender(trial)
    if sender is None:
        return ""
    sent = _attempt(trial, sender, Provider(answering(401, {}), trial.quality.prelude))
    if isinstance(sent, str) or sent.outcome is not Outcome.AUTH:
        return f"refused credentials (401): {sent if isinstance(sent, str) else sent.outcome.value}, expected auth"
    return ""


def _sender(trial: Trial) -> Sender | None:
    """Returns who sends; None where the type only receives. Raises `Untried` without settings that can send."""
    adapter = trial.adapter
    if not isinstance(adapter, Sender):
        return None
    if not trial.adapter.capabilities(trial.speaking).can_send:
        raise Untried("the settings to try it with cannot send")
    return adapter


def _attempt(trial: Trial, sender: Sender, provider: Provider) -> Sent | str:
    config = trial.speaking

    async def send(context: Context) -> Sent:
        return await sender.send(trial.request, config, context)

    try:
        return asyncio.run(spoken(provider, send))
    except Exception as error:  # noqa: BLE001 — an adapter never raises for a provider's answer
        return f"raised {type(error).__name__}"


def _quoting(status: int) -> Answering:
    """Answers with what was asked, credentials included, as providers do when they explain what they refuse."""

    def handler(request: "httpx.Request") -> "httpx.Response":
        said = " ".join([str(request.url), *request.headers.values(), request.content.decode("utf-8", "replace")])
        quoted = {
            "message": said,
            "error": {"message": said},
            "description": said,
            "detail": said,
            "error_message": said,
        }
        return answering(status, quoted)(request)

    return handler


def _table() -> Iterator[tuple[str, Answering, set[Outcome]]]:
    import httpx

    away = "https://elsewhere.example.org/"
    yield "401", answering(401, {}), {Outcome.AUTH}
    yield "403", answering(403, {}), {Outcome.AUTH, Outcome.OPTED_OUT, Outcome.PERMANENT, Outcome.WINDOW_CLOSED}
    yield "429", answering(429, {}, Retry_After="7"), {Outcome.THROTTLED}
    yield "500", answering(500, {}), {Outcome.RETRY}
    yield "503 in HTML", answering(503, b"<html>", Content_Type="text/html"), {Outcome.RETRY}
    yield "302", answering(302, {}, Location=away), {Outcome.CONFIG}
    yield "no connection", failing(httpx.ConnectError), {Outcome.RETRY}
    yield "no connection in time", failing(httpx.ConnectTimeout), {Outcome.RETRY}
    yield "no answer", failing(httpx.ReadTimeout), {Outcome.UNKNOWN}
    yield "cut while writing", failing(httpx.WriteError), {Outcome.UNKNOWN}
    yield "cut before the answer", failing(httpx.RemoteProtocolError), {Outcome.UNKNOWN}
    yield "garbage in a success", answering(200, b"\xff<"), _UNREADABLE
    yield "a success cut short", answering(200, b'{"id": "12'), _UNREADABLE
