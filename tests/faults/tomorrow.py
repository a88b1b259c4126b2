"""Tomorrow's version of Parvis: this code, and one revision more that does what docs/migrations.md lets a revision do."""

import shutil
from pathlib import Path

from app.db import revisions

ROOT = Path(__file__).parents[2]
BATCHES = 20
# A column, a check made sure of beside everybody's work, an index built likewise, and a filling by batches: all on the
# table every message goes through.
_REVISION = '''
"""Messages say how long they are."""
from alembic import op
from app.db.patience import patiently

revision = "tomorrow"
down_revision = "{before}"
branch_labels = depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        patiently("ALTER TABLE messages ADD COLUMN IF NOT EXISTS length bigint")
        patiently("ALTER TABLE messages DROP CONSTRAINT IF EXISTS ck_messages_length")
        patiently("ALTER TABLE messages ADD CONSTRAINT ck_messages_length CHECK (length >= 0) NOT VALID")
        op.execute("ALTER TABLE messages VALIDATE CONSTRAINT ck_messages_length")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_messages_length")
        op.execute("CREATE INDEX CONCURRENTLY ix_messages_length ON messages (tenant_id, length)")
        for part in range({batches}):
            op.execute(f"""
                DO $$ DECLARE owner uuid; BEGIN
                  FOR owner IN SELECT id FROM tenant_directory() LOOP
                    PERFORM set_config('app.tenant', owner::text, true);
                    UPDATE messages SET length = octet_length(text)
                    WHERE tenant_id = owner AND length IS NULL AND abs(hashtext(id::text)) % {batches} = {{part}};
                  END LOOP;
                END $$""")
            op.execute("SELECT pg_sleep(0.05)")


def downgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_messages_length")
        patiently("ALTER TABLE messages DROP CONSTRAINT IF EXISTS ck_messages_length")
        patiently("ALTER TABLE messages DROP COLUMN IF EXISTS length")
'''


def written(folder: Path) -> Path:
    """Writes that version's tree into a folder: what `PYTHONPATH` names to run it."""
    tree = folder / "tomorrow"
    tree.mkdir()
    (tree / "app").symlink_to(ROOT / "app")
    shutil.copytree(revisions.folder(), tree / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    revision = _REVISION.format(before=revisions.head(), batches=BATCHES)
    (tree / "migrations" / "versions" / "tomorrow.py").write_text(revision)
    return tree
