"""A ticket's title when the channel has none."""

MAX = 200


def title_of(subject: str, text: str, *, fallback: str) -> str:
    """Returns the subject, else the first words of the text, else what the channel is called; one line, ≤ 200 characters."""
    for candidate in (subject, _first_words(text), fallback):
        line = " ".join(candidate.split())
        if line:
            return line if len(line) <= MAX else line[: MAX - 1].rstrip() + "…"
    return "Sans objet"


def _first_words(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")[:400]
    words = " ".join(line.split())
    return words if len(words) <= 90 else words[:90].rsplit(" ", 1)[0] + "…"
