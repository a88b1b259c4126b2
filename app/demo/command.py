"""`parvis demo`: the embedded house with its fictional town, filled on the first start, then served."""

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from typing import Any

import click

from app import logs
from app.bootstrap import House, opened
from app.cli.examples import example
from app.cli.house import settings
from app.cli.serving import address_of, bound, serve_http
from app.cli.stopping import until_done
from app.demo.clock import DemoClock
from app.demo.filling import filled, summary
from app.demo.town import Town
from app.settings import Settings

OPENED = """
  Parvis — mairie de démonstration (fictive)

  Adresse            {url}
  Agents             {url}/connexion
{accounts}
  Formulaire         {url}/formulaires/contact
  API                {url}/docs        avec la clé {key} (Authorization: Bearer …)
{smtp}
  Boîte              {tickets} demandes, {channels} canaux
  À surveiller       {watch}

  Les envois sont gardés dans la maison et visibles sous {url}/envois : rien ne part.
  Arrêter : Ctrl-C. Tout est dans {data} ; supprimez ce dossier pour recommencer.
"""
WORDS = {
    "born": "né(s)",
    "critical": "critique(s)",
    "near": "proche(s)",
    "controlled": "maîtrisé(s)",
    "suspended": "suspendu(s)",
    "silence_rejects": "silence vaut rejet",
    "unqualified": "à qualifier",
}


@click.command(epilog=example("parvis demo", "parvis demo --once --json"))
@click.option("--once", is_flag=True, help="Fill the house, say what it holds, and end.")
@click.option("--json", "as_json", is_flag=True, help="Say it as one JSON object.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on; that of PARVIS_LISTEN by default.")
def demo(*, once: bool, as_json: bool, port: int | None) -> None:
    """Serve a fictional town whose inbox is filled by real deliveries through the real doors.

    Everything is in PARVIS_DATA_DIR/demo; nothing is sent to anybody.
    """
    until_done(lambda stop: _demo(stop, once=once, as_json=as_json, port=port))


async def _demo(stop: asyncio.Event, *, once: bool, as_json: bool, port: int | None) -> None:
    started, clock = time.monotonic(), DemoClock()
    host, chosen = address_of(settings(), host=None, port=port)
    with contextlib.ExitStack() as stack:
        listening = None if once else stack.enter_context(bound(host, chosen))
        taken = listening.getsockname()[1] if listening else chosen
        async with opened(_demonstration(f"http://{host}:{taken}"), clock=clock) as house:
            if not as_json:
                click.echo("Ouverture de la maison de démonstration…", err=True)
            town = await filled(house, clock)
            _tell(house, town, await summary(house, town), as_json=as_json)
            if not as_json:
                click.echo(f"  Prête en {time.monotonic() - started:.1f} s.\n", err=True)
            if listening is not None:
                await serve_http(house, listening, stop)


def _demonstration(base_url: str) -> Settings:
    """The demonstration never sends anything and never touches another database than its own."""
    given = settings()
    if "log_level" not in given.model_fields_set:
        logs.configure(level="warning", form="console", secrets=[])  # a newcomer reads the address, not our logs
    return given.model_copy(
        update={
            "data_dir": given.data_dir / "demo",
            "database_url": None,
            "redis_url": None,
            "outgoing": "capture",
            "worker_inside": True,
            "base_url": base_url,
        }
    )


def _tell(house: House, town: Town, told: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    counted = [f"{count} {WORDS[risk]}" for risk, count in told["watch"].items() if risk in WORDS]
    smtp = f"  Courrier (SMTP)    {house.settings.smtp_listen}\n" if house.settings.smtp_listen else ""
    click.echo(
        OPENED.format(
            url=told["url"],
            key=town.key,
            accounts=_accounts(town),
            smtp=smtp,
            tickets=told["tickets"],
            channels=len(told["by_channel"]),
            watch=", ".join(counted),
            data=house.settings.data_dir,
        )
    )


def _accounts(town: Town) -> str:
    """Says how to get in; a house filled before there were accounts is entered with its key."""
    if not town.accounts:
        return f"                     avec la clé : {town.key}"
    return "\n".join(f"    {email:<38} mot de passe : {password}" for email, password in town.accounts.items())
