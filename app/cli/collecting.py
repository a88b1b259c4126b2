"""The collector of cycles, kept out of the way of a start, and of what a start has loaded.

Loading some 2,500 modules makes a million objects that never die, and collections walk all of them again and again: a
third of the time of a start, and 0.2 s of everybody's each time the oldest generation is looked at later.
"""

import gc


def hold_off() -> None:
    """Collects nothing while a process that lives long starts."""
    gc.disable()


def settle() -> None:
    """Collects again, and never looks at what is there now (`gc.freeze`)."""
    gc.freeze()
    gc.enable()
