"""Reads each heavy mail in a child of its own and prints what it cost: the limits are of one mail, not of a run."""

import json
import os
import resource
import sys
import time

from app.channels.adapters.email import EmailAdapter, EmailConfig
from app.channels.contract import Delivery
from app.channels.errors import Unreadable
from tests.channels.email.made import HEAVY, mail

ADAPTER, CONFIG = EmailAdapter(), EmailConfig(address="contact@example.org")


def cost(name: str) -> dict[str, object]:
    raw = HEAVY[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    try:
        (event,) = ADAPTER.parse(Delivery(body=raw, envelope={"door": "smtp"}), CONFIG)
        outcome, warnings = event.type.value, list(event.warnings)
    except Unreadable as refusal:
        outcome, warnings = "held", [str(refusal)]
    seconds = time.process_time() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {"name": name, "outcome": outcome, "warnings": warnings, "seconds": seconds, "grown_mb": grown}


def main() -> None:
    ADAPTER.parse(Delivery(body=mail("<p>tiède</p>", content_type="text/html")), CONFIG)
    for name in HEAVY:
        sys.stdout.flush()
        if (child := os.fork()) == 0:
            sys.stdout.write(json.dumps(cost(name)) + "\n")
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            died = {"name": name, "outcome": f"died of {status}", "warnings": [], "seconds": 0, "grown_mb": 0}
            sys.stdout.write(json.dumps(died) + "\n")


if __name__ == "__main__":
    main()
