"""Deterministic keys for what providers leave without one."""

import hashlib


def digest(*parts: object) -> str:
    """Returns a key for a canonical tuple: the same parts give the same key, whatever they contain."""
    written = "".join(f"{len(part)}:{part}" for part in map(str, parts))
    return "sha256-" + hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()[:40]
