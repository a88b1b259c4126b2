"""A town saved and put back: its requests, messages as received, legal clocks, log, journal and pieces."""

import resource
import time

from app.bootstrap import backups
from app.db.checks import Check
from bench import figures
from bench.full_house import lived_in, settings_of, silent
from bench.ground import Ground
from bench.open_clocks import ticking

# Providers give a message up after eight hours (Mailgun): being back takes a small part of that.
SAVED_WITHIN_S, RESTORED_WITHIN_S = 600.0, 1800.0


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns seconds of the backup and of the restore with its proof, bytes, and the memory of this process."""
    count = 200 if quick else ground.rows or 100_000
    async with lived_in(ground, count) as (_, _, settings, rows):
        pass
    saved = ground.folder / "saved"  # of its own: a backup overwrites nothing, and `backup` wrote one at the same hour
    saved.mkdir()
    begun = time.perf_counter()
    taken = await backups.backup(settings, saved, told=silent, clock=ticking())
    saved_s = time.perf_counter() - begun
    target, folder = ground.database(migrated=False), ground.folder / "again"
    said: list[Check] = []
    begun = time.perf_counter()
    again = settings_of(target, folder, settings.backup_key_file)
    holds = await backups.put_back(again, taken.path, told=silent, said=said.append, clock=ticking())
    restored_s = time.perf_counter() - begun
    return {
        "what": f"{count} requests saved to one encrypted file, read again, and put back with their proof",
        "of": count,
        "rows": rows,
        "pieces": taken.manifest.pieces,
        "pieces_bytes": taken.manifest.pieces_bytes,
        "file_bytes": taken.size,
        "backup_s": round(saved_s, 1),
        "restore_s": round(restored_s, 1),
        "proof_holds": holds,
        "failed": [str(check.detail) for check in said if not check.ok],
        "budgets": {
            "backup_s": figures.at_most(SAVED_WITHIN_S, saved_s),
            "restore_s": figures.at_most(RESTORED_WITHIN_S, restored_s),
        },
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
