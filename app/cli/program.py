"""What `parvis` knows to do. Each command imports what it needs when it runs, so that all of them start at once."""

import click

from app.cli import lazy
from app.cli.examples import example
from app.cli.refusals import Program

COMMANDS = {
    "backup": ("app.cli.backing_up:backup", "Save the whole house in one encrypted file; check a file of it."),
    "channels": ("app.cli.channels:channels", "The channel types installed here: list, try, check, write one."),
    "check": ("app.cli.checking:check", "Tell whether configuration and data are sound, one line each."),
    "demo": ("app.demo.command:demo", "A demonstration town, with messages from every channel."),
    "evidence": ("app.cli.evidence:evidence", "The evidence of a saisine: take it, check a file of it."),
    "files": ("app.cli.files:files", "Pieces of messages: move them from the folder to a bucket."),
    "import": (
        "app.cli.importing:import_history",
        "Take over the history of another tool: Zammad, Chatwoot, FreeScout, CSV.",
    ),
    "ingest": ("app.cli.ingesting:ingest", "Bring mails from files in through the real intake."),
    "keys": ("app.cli.keys:keys", "Access keys of the API: create, list, revoke."),
    "migrate": ("app.cli.migrating:migrate", "Bring the database schema to the revision this code needs."),
    "openapi": ("app.cli.openapi:openapi", "Print the OpenAPI document of the API."),
    "operators": ("app.cli.operators:operators", "Operators of the installation, and their way in: asked for, ended."),
    "outbox": ("app.cli.outbox:outbox", "What leaves the house: stop it, decide of doubts, send again."),
    "procedures": ("app.cli.procedures:procedures", "The catalogue of procedures: list, show, import a national list."),
    "restore": ("app.cli.restoring:restore", "Put a backup back into an empty house, or try one."),
    "secrets": ("app.cli.secrets:secrets", "Keys that seal secrets: what stands under which, rotate."),
    "serve": ("app.cli.serving:serve", "Serve the API, the screens and the doors."),
    "sve": ("app.cli.sve:sve", "Legal clocks on paper: simulate a case, explain it."),
    "tenants": ("app.cli.tenants:tenants", "Administrations: create, suspend, export, close."),
    "users": ("app.cli.users:users", "Accounts of people: create, list, suspend."),
    "worker": ("app.cli.working:worker", "Do the background work, beside other processes."),
}


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=example("parvis serve"),
)
@click.version_option(package_name="parvis", message="parvis %(version)s")
def program() -> None:
    """Parvis: citizen relations for French administrations, every message one ticket, every legal clock beside it.

    Settings come from the environment or `.env` (PARVIS_…, listed in docs/settings.md). With none set, PostgreSQL
    starts by itself in ./data.
    """


for _name, (_target, _help) in COMMANDS.items():
    program.add_command(lazy.Command(_name, target=_target, short_help=_help))
