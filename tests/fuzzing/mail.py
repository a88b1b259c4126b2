"""Coverage-guided fuzzing of the reading of mails: nothing but `Unreadable` may come out, and nothing may be stored wrong.

`make fuzz` runs it with atheris, which is installed for that alone (it needs Linux and takes a while to be worth it).
The seeds are our hostile mails; what it finds becomes one of them.
"""

import argparse
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["app.channels"]):
    from app.channels.adapters.email.adapter import EmailAdapter
    from app.channels.contract import Delivery
    from app.channels.errors import Unreadable

SEEDS = Path(__file__).parents[1] / "data" / "mail"
LONGEST = 64 << 10
_ADAPTER = EmailAdapter()
_CONFIG = _ADAPTER.config_for(None)


def one(data: bytes) -> None:
    """Reads one mail; what PostgreSQL cannot store must not be in any text of it."""
    try:
        events = _ADAPTER.parse(Delivery(body=data), _CONFIG)
    except Unreadable:
        return
    for event in events:
        for text in (event.subject, event.text, event.text_new, event.html, event.thread_key, event.external_id):
            if text is not None and ("\x00" in text or any("\ud800" <= c <= "\udfff" for c in text)):
                raise AssertionError("a text that cannot be stored")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz the reading of mails.")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--found", type=Path, default=Path("dist/fuzz"))
    asked = parser.parse_args()
    corpus = asked.found / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    small = [seed for seed in sorted(SEEDS.glob("*.eml")) if seed.stat().st_size <= LONGEST]
    for seed in small:
        (corpus / seed.name).write_bytes(seed.read_bytes())
    options = [
        f"-max_total_time={asked.seconds}",
        f"-max_len={LONGEST}",
        "-timeout=5",
        "-rss_limit_mb=1500",
        f"-artifact_prefix={asked.found}/",
        "-print_final_stats=1",
        str(corpus),
    ]
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
