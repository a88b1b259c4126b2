"""`parvis openapi`: the document of the API, without a house."""

import json

import click

from app.cli.examples import example


@click.command(epilog=example("parvis openapi > openapi.json"))
def openapi() -> None:
    """Print the OpenAPI 3.1 document of the API, the same as /openapi.json."""
    from app.main import openapi_document

    click.echo(json.dumps(openapi_document(), ensure_ascii=False, indent=2))
