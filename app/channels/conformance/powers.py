"""The optional protocols: polls, registration, pieces, live tests, templates and lost answers, with their misery."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator

from app.channels.conformance.provider import Answering, Provider, answering, failing, spoken
from app.channels.conformance.trial import Trial, Untried
from app.channels.contract import (
    Attachment,
    Checked,
    CheckState,
    Context,
    Lifecycle,
    MediaSource,
    Poller,
    Probe,
    Receipt,
    Receipts,
    Sender,
    Templates,
)
from app.channels.errors import Unfetched

_URL = "https://parvis.example.fr/hooks/trial/k"
_CURSOR = {"trial": "where-it-was"}


def polls(trial: Trial) -> str:
    """Returns how a failing poll loses what it did not bring, or nothing."""
    adapter = trial.adapter
    if not isinstance(adapter, Poller):
        return ""
    config = trial.speaking
    for name, answer in _misery():
        provider = Provider(answer, trial.quality.prelude)
        try:
            polled = asyncio.run(spoken(provider, lambda context: adapter.poll(config, context, cursor=dict(_CURSOR))))
        except AssertionError as error:
            return f"{name}: {error}"
        except Exception:  # noqa: BLE001, S112 — a poll may raise: the channel's state then says so
            continue
        if polled.deliveries or dict(polled.cursor) != _CURSOR:
            return f"{name}: the cursor moved though nothing was read; raise, or give it back as it was"
        json.dumps(dict(polled.cursor))
    return ""


def lifecycle(trial: Trial) -> str:
    """Returns how registering the address fails to be told, or nothing."""
    adapter = trial.adapter
    if not isinstance(adapter, Lifecycle):
        if trial.capabilities.needs_public_url:
            raise Untried("the provider needs our address and it is given by hand: implement Lifecycle")
        return ""
    config = trial.speaking

    async def twice(context: Context) -> list[object]:
        on = [await adapter.on_enable(config, context, public_url=_URL) for _ in range(2)]
        return [*on, *[await adapter.on_disable(config, context) for _ in range(2)]]

    return _checked_always("registering", trial, twice)


def live_test(trial: Trial) -> str:
    """Returns how the live test fails to be one, or nothing."""
    adapter = trial.adapter
    if not isinstance(adapter, Probe):
        if isinstance(adapter, Sender | Poller):
            raise Untried("it speaks to a provider and cannot be tested when its settings are saved: implement Probe")
        return ""
    config = trial.speaking

    async def once(context: Context) -> list[object]:
        return [await adapter.check(config, context)]

    return _checked_always("the live test", trial, once)


def pieces(trial: Trial) -> str:
    """Returns how a piece that must be fetched is not, or is fetched without bounds, or nothing."""
    adapter = trial.adapter
    sources = [piece for event in trial.events for piece in event.attachments if piece.source and piece.content is None]
    if not isinstance(adapter, MediaSource):
        return f"a case shows a piece to be fetched ({sources[0].content_type}) and fetch is missing" if sources else ""
    config, declared = trial.speaking, trial.capabilities
    piece = sources[0] if sources else Attachment(name="a", content_type="image/jpeg", source="trial-1")
    most = declared.fetch_max_bytes or 0
    for name, answer in (*_misery(), ("too large", answering(200, b"a" * (most + 1), Content_Type="image/jpeg"))):
        if name == "garbage":  # any bytes are a piece
            continue
        provider = Provider(answer)
        try:
            content = asyncio.run(spoken(provider, lambda context: adapter.fetch(piece, config, context)))
        except Unfetched:
            content = b""
        except Exception as error:  # noqa: BLE001 — whatever it is, it is the finding
            return f"{name}: raised {type(error).__name__}, expected Unfetched"
        if len(content) > most:
            return f"{len(content)} bytes came back, fetch_max_bytes is {most}"
        hosts = {one.lower() for one in declared.credential_hosts}
        if any("authorization" in one.headers and one.url.host not in hosts for one in provider.requests):
            return "credentials left for a host that credential_hosts does not declare"
    return ""


def templates(trial: Trial) -> str:
    """Returns how the list of templates raises, or nothing."""
    adapter = trial.adapter
    if not isinstance(adapter, Templates):
        return ""
    config = trial.speaking
    return _never_raises(trial, lambda context: adapter.templates(config, context), answers=(list, tuple, Checked))


def lost_answers(trial: Trial) -> str:
    """Returns how asking after a lost send raises, or nothing."""
    adapter = trial.adapter
    if not isinstance(adapter, Receipts):
        return ""
    config, request = trial.speaking, trial.request
    return _never_raises(trial, lambda context: adapter.receipt(request, config, context), answers=(Receipt,))


def _never_raises(trial: Trial, work: Callable[[Context], Awaitable[object]], *, answers: tuple[type, ...]) -> str:
    for name, answer in _misery():
        try:
            found = asyncio.run(spoken(Provider(answer, trial.quality.prelude), work))
        except Exception as error:  # noqa: BLE001 — an adapter never raises for a provider's answer
            return f"{name}: raised {type(error).__name__}"
        if not isinstance(found, answers):
            return f"{name}: answered {type(found).__name__}"
        if isinstance(found, Receipt) and found.known is False:
            return f"{name}: a provider that says nothing passes for one that never saw it: known is None"
    return ""


def _checked_always(what: str, trial: Trial, work: Callable[[Context], Awaitable[list[object]]]) -> str:
    for name, answer in _misery():
        provider = Provider(answer)
        try:
            found = asyncio.run(spoken(provider, work))
        except Exception as error:  # noqa: BLE001 — an adapter never raises for a provider's answer
            return f"{what}, {name}: raised {type(error).__name__}"
        for one in found:
            if told := _poor(one):
                return f"{what}, {name}: {told}"
            if isinstance(one, Checked) and one.ok and provider.requests and name not in {"garbage", "302"}:
                return f"{what}, {name}: is content"
            if any(secret in repr(one) for secret in trial.secrets()):
                return f"{what}, {name}: tells a secret"
    return ""


def _poor(found: object) -> str:
    if not isinstance(found, Checked):
        return f"answered {type(found).__name__}, expected Checked"
    if found.ok != (found.state in {CheckState.READY, CheckState.LIMITED}):
        return f"ok is {found.ok} and the state is {found.state.value}"
    return "" if found.words_fr.strip() and found.words_en.strip() else "says nothing in French and in English"


def _misery() -> Iterator[tuple[str, Answering]]:
    import httpx

    yield "401", answering(401, {})
    yield "404", answering(404, {})
    yield "429", answering(429, {}, Retry_After="7")
    yield "500", answering(500, b"<html>", Content_Type="text/html")
    yield "302", answering(302, {}, Location="https://elsewhere.example.org/")
    yield "garbage", answering(200, b"\xff<")
    yield "no connection", failing(httpx.ConnectError)
    yield "no answer", failing(httpx.ReadTimeout)
    yield "cut before the answer", failing(httpx.RemoteProtocolError)
