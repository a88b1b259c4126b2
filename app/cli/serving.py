"""`parvis serve`: one process, the API, the screens, the doors; and its own way of ending."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from app.cli.examples import example

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from app.bootstrap import House
    from app.settings import Settings

_REQUESTS_END_WITHIN_S = 4


@click.command(epilog=example("parvis serve --port 8080", "PARVIS_SMTP_LISTEN=127.0.0.1:2525 parvis serve --smtp-only"))
@click.option("--host", help="Address to listen on; that of PARVIS_LISTEN by default.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on; 0 takes a free one.")
@click.option("--smtp-only", is_flag=True, help="The mail doors alone: no HTTP, no background work.")
def serve(*, host: str | None, port: int | None, smtp_only: bool) -> None:
    """Serve the API, the agents' screens and the citizens' pages; the mail doors too, where settings open them.

    One process on one event loop; start as many as needed on one database. With PARVIS_DATABASE_URL unset, PostgreSQL
    is started in the data folder, and other processes of the same folder share it. SIGTERM ends what is under way
    first, within 25 seconds.
    """
    from app.cli import collecting
    from app.cli.stopping import until_done

    collecting.hold_off()
    until_done(lambda stop: _serve(stop, host=host, port=port, smtp_only=smtp_only))


async def _serve(stop: asyncio.Event, *, host: str | None, port: int | None, smtp_only: bool) -> None:
    from app.cli.house import opened, settings
    from app.errors import Misconfigured

    read = settings()
    if smtp_only:
        if read.smtp_listen is None and read.lmtp_listen is None:
            raise Misconfigured("--smtp-only opens nothing: set PARVIS_SMTP_LISTEN or PARVIS_LMTP_LISTEN to host:port")
        async with opened(read, stop=stop) as house:
            await _serve_mail(house, stop)
        return
    with bound(*address_of(read, host=host, port=port)) as listening:
        async with opened(read, stop=stop) as house:
            await serve_http(house, listening, stop)


async def _serve_mail(house: "House", stop: asyncio.Event) -> None:
    from app.cli import collecting
    from app.cli.supervised import Standing, tell

    door = house.mail_door()
    if door is not None:
        async with door:
            collecting.settle()
            tell(Standing.READY)
            await stop.wait()
            tell(Standing.STOPPING)


async def serve_http(house: "House", listening: socket.socket, stop: asyncio.Event) -> None:
    import structlog
    import uvicorn
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    from app.cli.patient import PatientProtocol
    from app.main import create_app
    from app.rest.tracing import TrustedTraces

    log = structlog.get_logger()
    app = create_app(house)
    trusted = house.settings.trusted_proxies
    config = uvicorn.Config(
        TrustedTraces(ProxyHeadersMiddleware(app, trusted_hosts=trusted), trusted=trusted),  # type: ignore[arg-type]  # uvicorn's own ASGI types are narrower than starlette's
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        http=PatientProtocol,
        proxy_headers=False,  # it stands above, where the connection's own address is still seen
        timeout_graceful_shutdown=_REQUESTS_END_WITHIN_S,
    )
    server = _quiet(config)
    ending = asyncio.create_task(_exit_when(stop, app, server))
    try:
        await server.serve(sockets=[listening])
    finally:
        ending.cancel()
    log.info("http.stopped")


def _quiet(config: "uvicorn.Config") -> "uvicorn.Server":
    import structlog
    import uvicorn

    from app.cli import collecting
    from app.cli.supervised import Standing, tell

    log = structlog.get_logger()

    class Server(uvicorn.Server):
        """uvicorn's own handlers raise the signal again once it has stopped, before the house is closed."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            collecting.settle()
            for listening in sockets or []:
                host, port = listening.getsockname()[:2]
                log.info("http.listening", host=host, port=port)
            tell(Standing.READY)

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    return Server(config)


async def _exit_when(stop: asyncio.Event, app: "FastAPI", server: "uvicorn.Server") -> None:
    from app.cli.supervised import Standing, tell

    await stop.wait()
    tell(Standing.STOPPING)
    app.state.closing.say()  # streams end by themselves; the server would wait for them
    server.should_exit = True


def address_of(read: "Settings", *, host: str | None, port: int | None) -> tuple[str, int]:
    from app.errors import Misconfigured

    set_host, colon, set_port = read.listen.rpartition(":")
    if not colon or not set_port.isdecimal() or int(set_port) > 65_535:
        raise Misconfigured(f"PARVIS_LISTEN={read.listen!r} is not host:port, as in 127.0.0.1:8000")
    return host or set_host.strip("[]"), int(set_port) if port is None else port


@contextlib.contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """Takes the address before anything else is started. Raises `Misconfigured` when somebody has it."""
    from app.errors import Misconfigured

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            raise Misconfigured(
                f"{host}:{port} cannot be listened on ({error.strerror or error}): choose another with --host and --port"
            ) from error
        yield listening
