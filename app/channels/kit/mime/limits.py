"""How much of one mail is looked at. What lies beyond stays in the stored original."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Hard bounds of the parser; `max_bytes` follows the channel's configuration."""

    max_bytes: int = 40 * 2**20
    header_block_bytes: int = 16 * 2**20
    header_count: int = 1_000
    header_lines_scanned: int = 200_000
    header_bytes: int = 64 * 2**10
    encoded_words: int = 2_000
    addresses: int = 500
    depth: int = 50
    parts: int = 1_000
    nested_messages: int = 50
    # Delimiters are searched once for each level: the budget keeps the sum linear in the size of the mail.
    scan_factor: int = 12
    text_chars: int = 12 * 2**20


DEFAULT_LIMITS = Limits()
