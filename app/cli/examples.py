"""The examples at the end of every --help; a test checks that none is missing."""


def example(*lines: str) -> str:
    """Returns an epilogue that click leaves as it is written."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)
