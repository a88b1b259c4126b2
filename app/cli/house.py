"""The house, opened for a command."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from app.bootstrap import House
    from app.settings import Settings

Result = TypeVar("Result")


def settings() -> "Settings":
    """Reads the settings and configures the logs by them; whoever runs a command sees logs on stderr."""
    from app import logs
    from app.settings import Settings

    read = Settings()
    logs.configure(level=read.log_level, form=read.log_format, secrets=_secrets(read))
    return read


def run(work: Callable[["House"], Awaitable[Result]]) -> Result:
    """Opens the house, works in it, closes it."""
    return asyncio.run(_in_house(work))


@asynccontextmanager
async def opened(read: "Settings", *, stop: asyncio.Event | None = None) -> "AsyncIterator[House]":
    """Opens the house, once it is sure that the database is what it must be. Raises `Misconfigured`.

    What lives long hands its `stop`: it waits for a database that is slow to start, and for no reader of its logs.
    """
    from app.bootstrap import opened as unchecked
    from app.cli import awaiting
    from app.db.checks import check_all
    from app.db.letting_go import let_go_of_silence
    from app.errors import Misconfigured
    from app.logs_apart import apart

    async with AsyncExitStack() as stack:
        if stop is not None:
            stack.enter_context(apart())
        letting_go: list[asyncio.Task[None]] = []
        stack.callback(lambda: [task.cancel() for task in letting_go])  # last of all: closing the house may wait too
        house = await stack.enter_async_context(unchecked(read))
        if stop is not None:
            letting_go.append(asyncio.create_task(let_go_of_silence(house.database.url, stop), name="letting go"))
            await awaiting.answered(house.database, within_s=awaiting.WITHIN_S, stop=stop)
        for check in await check_all(house.database, clock=house.clock):
            if not check.ok:
                raise Misconfigured(check.detail)
        keys = await house.rotation.check()
        if not keys.ok:
            raise Misconfigured(keys.detail)
        yield house


async def _in_house(work: Callable[["House"], Awaitable[Result]]) -> Result:
    async with opened(settings()) as house:
        return await work(house)


def _secrets(read: "Settings") -> list[str]:
    from pydantic import SecretStr

    given = [getattr(read, name) for name in type(read).model_fields]
    flat = [item for value in given for item in (value if isinstance(value, list) else [value])]
    return [item.get_secret_value() for item in flat if isinstance(item, SecretStr)]
