"""How a command ends when it cannot do what was asked: one sentence on stderr, 1 for a refusal, 2 for bad usage."""

import sys
from typing import Any, NoReturn

import click

from app.channels.errors import ChannelError
from app.errors import ParvisError


class Program(click.Group):
    """Turns what the house refuses into one sentence; what nobody foresaw into one line that a log entry completes."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            raise click.exceptions.Exit(130) from None
        except ParvisError as error:
            raise click.ClickException(_sentence(error)) from error
        except ChannelError as error:
            raise click.ClickException(_one_line(str(error))) from error
        except Exception as error:  # noqa: BLE001 — no traceback reaches a person who did not ask for one
            _unforeseen(error)


def _sentence(error: ParvisError) -> str:
    told = error.detail or error.title_en
    if error.flaws:
        told += " (" + "; ".join(f"{flaw.pointer}: {flaw.detail}" for flaw in error.flaws) + ")"
    return _one_line(told)


def _one_line(told: str) -> str:
    return " ".join(told.split())


def _unforeseen(error: Exception) -> NoReturn:
    from pydantic import ValidationError

    if isinstance(error, ValidationError) and error.title == "Settings":
        flaws = [f"PARVIS_{'_'.join(map(str, flaw['loc'])).upper()}: {flaw['msg']}" for flaw in error.errors()]
        raise click.ClickException(_one_line("; ".join(flaws))) from None
    import structlog

    from app import logs
    from app.ids import new_id

    logs.configure_unless_done()
    ended = new_id().hex
    structlog.get_logger().error("command.failed", log_id=ended, exc_info=error)
    debugging = logs.debugging()
    if debugging:
        raise error
    sys.stderr.flush()
    raise click.ClickException(
        f"something unforeseen happened ({type(error).__name__}); the log entry {ended} tells where. "
        "Set PARVIS_LOG_LEVEL=debug to see it whole."
    ) from error
