"""`make migration m="what it does"`: writes a revision from what the mapped tables say and the migrations do not yet."""

import sys
import tempfile
from pathlib import Path

from app.db import migrate
from app.db.embedded import EmbeddedPostgres


def main() -> None:
    """Compares in a database of its own, which is thrown away; a person reads the file before it is kept."""
    message = " ".join(sys.argv[1:]).strip()
    if not message:
        sys.exit('say what the migration does: make migration m="keep the language of a message"')
    with tempfile.TemporaryDirectory(prefix="parvis-migration-") as folder:
        server = EmbeddedPostgres(Path(folder), fast=True)
        owner = server.start().owner
        try:
            migrate.upgrade(owner)
            migrate.new_revision(owner, message)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
