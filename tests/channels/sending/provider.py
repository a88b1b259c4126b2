"""A provider in the process: it answers as told, and keeps what it was asked."""

from collections.abc import Callable, Mapping

import httpx

from app.channels.contract import Attachment, ChannelConfig, Context, Party, PointKind, Sender, SendRequest, Sent
from tests.channels.signing import NOON

Answer = httpx.Response | type[Exception] | Exception | Callable[[httpx.Request], httpx.Response]


class FakeProvider:
    """Speaks HTTP as the provider does: one answer a request, in order; the last one again when there are no more."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception) or (isinstance(answer, type) and issubclass(answer, Exception)):
            raise answer if isinstance(answer, Exception) else answer("told to")
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def context(self) -> Context:
        return Context(http=httpx.AsyncClient(transport=httpx.MockTransport(self)), now=lambda: NOON)


def request(
    address: str = "+33612345678",
    *,
    kind: PointKind = PointKind.PHONE,
    text: str = "Votre dossier est complet.",
    attachments: tuple[Attachment, ...] = (),
    **said: object,
) -> SendRequest:
    return SendRequest(ref="out_1", to=Party(kind, address), text=text, attachments=attachments, **said)  # type: ignore[arg-type]


async def send(
    adapter: object, config: ChannelConfig, provider: FakeProvider, asked: SendRequest | None = None
) -> Sent:
    assert isinstance(adapter, Sender)
    context = provider.context()
    try:
        return await adapter.send(asked or request(), config, context)
    finally:
        await context.http.aclose()


def answered(status: int, document: object = None, *, headers: Mapping[str, str] | None = None) -> httpx.Response:
    return httpx.Response(status, json=document, headers=headers)
