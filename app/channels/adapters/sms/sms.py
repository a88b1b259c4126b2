"""What channels of SMS that also send have in common: what they declare, and how a call ends."""

from collections.abc import Sequence

from app.channels.contract import Capabilities, IdentityAssurance, TextUnit
from app.channels.kit.json import JsonRefused, load_provider
from app.channels.kit.opt_out import WORDS
from app.channels.kit.sending import Answer

# What one answer may be: more SMS in a row are a letter, and cost as much.
MOST_SEGMENTS = 8


def capabilities_of(
    *, sends: bool, hosts: Sequence[str] = (), rate: float | None = None, segments: int = MOST_SEGMENTS
) -> Capabilities:
    """Returns what an SMS channel can do: plain text by the segment, from a number that may be forged."""
    return Capabilities(
        can_send=sends,
        can_start=sends,
        text_max=segments,
        text_unit=TextUnit.SMS_SEGMENTS,
        max_parts=1,
        receipts=True,
        opt_out_words=WORDS,
        rate_per_second=rate if sends else None,
        identity_assurance=IdentityAssurance.ROUTED,
        needs_public_url=True,
        credential_hosts=hosts if sends else (),
    )


def document_of(answer: Answer) -> object:
    """Returns the JSON of an answer, None when it is none: the status then says what it can."""
    try:
        return load_provider(answer.body)
    except JsonRefused:
        return None
