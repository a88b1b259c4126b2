"""The bell's line over Redis or Valkey's PUBLISH and SUBSCRIBE."""

from collections.abc import AsyncGenerator, Sequence
from typing import ClassVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

_CHANNEL = "parvis:bell"
_PATIENCE_S = 5
_SILENCE_S = 20


class RedisLine:
    """One subscription and one sender a process. Nothing is kept in Redis, so nothing is lost with it."""

    name: ClassVar[str] = "redis"
    errors: ClassVar[tuple[type[Exception], ...]] = (RedisError, OSError, TimeoutError)

    def __init__(self, url: str) -> None:
        # Its own silent retries would hide that rings were missed: the bell redials, and says so to its listeners.
        self._redis: Redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=_PATIENCE_S,
            socket_timeout=_PATIENCE_S,
            retry=Retry(NoBackoff(), 0),
        )

    async def send(self, words: Sequence[str]) -> None:
        async with self._redis.pipeline(transaction=False) as pipeline:
            for word in words:
                pipeline.publish(_CHANNEL, word)
            await pipeline.execute()

    async def hear(self) -> AsyncGenerator[str | None, None]:
        async with self._redis.pubsub() as line:
            await line.subscribe(_CHANNEL)
            while True:
                message = await line.get_message(timeout=_SILENCE_S)
                if message is None:
                    await line.ping()
                    message = await line.get_message(timeout=_PATIENCE_S)
                if message is None:
                    raise TimeoutError("the line died without a word")
                if message["type"] == "subscribe":
                    yield None
                elif message["type"] == "message":
                    yield message["data"]

    async def hang_up(self) -> None:
        await self._redis.aclose()
