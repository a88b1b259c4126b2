"""How long a sign-in must wait after refused ones, by account and by address: a pure rule.

Waiting and not locking: nobody can shut a colleague out for long, and guessing stays hopeless (ASVS 6.3.1).
"""

from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
FREE_TRIES = 5
FREE_TRIES_OF_ADDRESS = 30
LONGEST = timedelta(minutes=5)


def wait_after(*, of_account: int, of_address: int, last: datetime | None, now: datetime) -> timedelta:
    """Returns how long to wait from now; nothing within the free tries, then doubling from two seconds."""
    beyond = max(of_account - FREE_TRIES, of_address - FREE_TRIES_OF_ADDRESS)
    if beyond < 0 or last is None:
        return timedelta(0)
    pause = min(timedelta(seconds=2 ** min(beyond + 1, 10)), LONGEST)
    return max(last + pause - now, timedelta(0))
