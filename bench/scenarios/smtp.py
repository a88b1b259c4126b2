"""Mail accepted over SMTP by four connections: Parvis's mail door against a sink that syncs each mail to a file."""

from bench import figures
from bench.corpus import mails
from bench.figures import Pair
from bench.ground import Ground, serving
from bench.processes import running
from bench.smtp_load import sent

CONNECTIONS = 4


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns the rates of both and their ratio."""
    count, rounds = (40, 1) if quick else (600, 5)
    town = await ground.town()
    kept = town.folder / "sink"
    kept.mkdir()
    async with (
        running("bench.thin.sink", str(kept), folder=town.folder) as sink,
        serving(town, PARVIS_SMTP_LISTEN="127.0.0.1:0") as (parvis, _),
    ):
        thin_port = int(str((await sink.said("listening"))["port"]))
        port = int(str((await parvis.said("mail.listening"))["port"]))
        warm = mails(20, seed=1)
        await sent(thin_port, warm, connections=CONNECTIONS)
        await sent(port, warm, connections=CONNECTIONS)
        pairs = []
        for number in range(rounds):
            corpus = mails(count, seed=10 + number)
            one = await sent(thin_port, corpus, connections=CONNECTIONS)
            pairs.append(Pair(one, await sent(port, corpus, connections=CONNECTIONS)))
    shown = figures.compared(pairs)
    return {
        "what": "mail accepted over SMTP, 4 connections",
        **shown,
        "budgets": {"rate": figures.at_least(0.5, float(str(shown["ratio"])))},
    }
