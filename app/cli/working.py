"""`parvis worker`: the background work, beside the processes that serve."""

import asyncio

import click

from app.cli.examples import example


@click.command(epilog=example("parvis worker", "PARVIS_WORKER_INSIDE=false parvis serve   # in another place"))
def worker() -> None:
    """Do the background work: read what was received, send what must leave, watch the legal clocks.

    Any number of workers may run beside the processes that serve, on the same database. SIGTERM lets the jobs under
    way end, within 20 seconds.
    """
    from app.cli import collecting
    from app.cli.stopping import until_done

    collecting.hold_off()
    until_done(_work)


async def _work(stop: asyncio.Event) -> None:
    import structlog

    from app.cli import collecting
    from app.cli.counters import served
    from app.cli.house import opened, settings
    from app.cli.supervised import Standing, tell

    log = structlog.get_logger()
    read = settings()
    async with opened(read, stop=stop) as house:
        with served(read.worker_metrics_listen):
            collecting.settle()
            log.info("worker.ready", concurrency=house.settings.worker_concurrency)
            tell(Standing.READY)
            await house.work(stop)
            log.info("worker.stopped")
