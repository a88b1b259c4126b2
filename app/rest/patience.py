"""How long a body may take to arrive: half a minute, and more as it does; whoever trickles is cut (slowloris)."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import ParvisError

ALLOWED_S, LEAST_BYTES_A_SECOND = 30.0, 2_048


class TooSlow(ParvisError):
    """The content did not arrive in time; nothing was kept."""

    code = "too-slow"
    status = 408
    title_fr = "Contenu trop lent à arriver"
    title_en = "Content too slow to arrive"


class Patience:
    """Waits for a body as long as it goes on arriving. Pure ASGI: what follows the body is left alone."""

    def __init__(
        self, app: ASGIApp, *, allowed_s: float = ALLOWED_S, seconds: Callable[[], float] | None = None
    ) -> None:
        self._app, self._allowed_s, self._seconds = app, allowed_s, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seconds = self._seconds or asyncio.get_running_loop().time
        began, got, whole = seconds(), 0, False

        async def patient() -> Message:
            nonlocal got, whole
            if whole:
                return await receive()
            left = began + self._allowed_s + got / LEAST_BYTES_A_SECOND - seconds()
            late = TooSlow(headers={"Connection": "close"})
            if left <= 0:
                raise late
            try:
                async with asyncio.timeout(left):
                    message = await receive()
            except TimeoutError:
                raise late from None
            got += len(message.get("body", b""))
            whole = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        await self._app(scope, patient, send)
