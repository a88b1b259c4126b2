"""`parvis demo`: the embedded house with its fictional town, filled on the first start, then served."""

import asyncio
import contextlib
import json
import os
import time
from pathlib import Path

import click

from app.bootstrap import opened
from app.demo.clock import DemoClock
from app.demo.filling import filled, summary
from app.serving import serve
from app.settings import Settings

OPENED = """
  Parvis — mairie de démonstration (fictive)

  Adresse            {url}
  Agents             {url}/connexion   avec la clé : {key}
  Formulaire         {url}/formulaires/contact
  API                {url}/docs        avec la même clé (Authorization: Bearer …)
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


def run(*, once: bool, as_json: bool, listen: str | None = None) -> None:
    """Opens the demonstration house; `once` fills it, says what it holds, and ends."""
    chosen = _settings(listen=listen)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(chosen, once=once, as_json=as_json))


def _settings(*, listen: str | None) -> Settings:
    """The demonstration never sends anything and never touches another database than its own."""
    given = Settings()
    folder = Path(os.environ.get("PARVIS_DATA_DIR") or "data") / "demo"
    values = {
        "data_dir": folder,
        "database_url": None,
        "outgoing": "capture",
        "worker_inside": True,
        "log_level": "warning",
        "log_format": "console",
    }
    if listen or "PARVIS_LISTEN" in os.environ:
        address = listen or given.listen
        values |= {"listen": address, "base_url": f"http://{address}"}
    return given.model_copy(update=values)


async def _run(settings: Settings, *, once: bool, as_json: bool) -> None:
    clock = DemoClock()
    started = time.monotonic()
    async with opened(settings, clock=clock) as house:
        if not as_json:
            click.echo("Ouverture de la maison de démonstration…", err=True)
        town = await filled(house, clock)
        told = await summary(house, town)
        if as_json:
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            watch = ", ".join(
                f"{count} {WORDS.get(risk, risk)}" for risk, count in sorted(told["watch"].items()) if risk in WORDS
            )
            smtp = f"  Courrier (SMTP)    {settings.smtp_listen}\n" if settings.smtp_listen else ""
            words = OPENED.format(
                url=told["url"],
                key=town.key,
                smtp=smtp,
                tickets=told["tickets"],
                channels=len(told["by_channel"]),
                watch=watch,
                data=settings.data_dir,
            )
            click.echo(words)
            click.echo(f"  Prête en {time.monotonic() - started:.1f} s.\n", err=True)
        if not once:
            await serve(house)
