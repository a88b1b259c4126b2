"""F8: the machine's time jumps, alone or with the database's; what stands on it does not follow the one that is alone."""

from datetime import UTC, datetime, timedelta

import pytest

from app.clock import SteadyClock

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Machine:
    """A machine whose time somebody sets, and whose seconds since it started nobody does."""

    def __init__(self) -> None:
        self.up, self.set_by = 1000.0, timedelta()

    def time(self) -> datetime:
        return BEGAN + timedelta(seconds=self.up - 1000) + self.set_by

    @property
    def true(self) -> datetime:
        return BEGAN + timedelta(seconds=self.up - 1000)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def clock(machine: Machine) -> SteadyClock:
    return SteadyClock(machine.time, lambda: machine.up)


@pytest.mark.parametrize("jump", [timedelta(hours=2), -timedelta(hours=2), timedelta(days=90)])
def test_a_machine_that_jumps_alone_is_not_followed_however_long_it_stays_there(
    machine: Machine, clock: SteadyClock, jump: timedelta
) -> None:
    machine.set_by = jump
    for _ in range(3):
        machine.up += 3600
        assert clock() == machine.true
        assert not clock.compare(machine.true).agree
    machine.set_by = timedelta()
    assert clock.compare(machine.true).agree
    assert clock() == machine.true


@pytest.mark.parametrize("jump", [timedelta(hours=2), -timedelta(hours=2), timedelta(days=90)])
def test_a_database_that_jumps_alone_is_not_followed(machine: Machine, clock: SteadyClock, jump: timedelta) -> None:
    machine.up += 60
    compared = clock.compare(machine.true + jump)
    assert (compared.skew, compared.jumped, compared.agree) == (jump, timedelta(), False)
    assert clock() == machine.true


def test_what_both_say_is_believed_and_told(machine: Machine, clock: SteadyClock) -> None:
    """A machine that slept, a time that was wrong since the start: two voices of three."""
    machine.set_by = timedelta(hours=8)
    compared = clock.compare(machine.time())
    assert (compared.agree, compared.jumped) == (True, timedelta(hours=8))
    assert clock() == machine.time()


def test_small_corrections_are_followed_at_once_and_do_not_add_up(machine: Machine, clock: SteadyClock) -> None:
    for _ in range(10):
        machine.set_by += timedelta(seconds=3)
        assert clock() == machine.time()
        clock.compare(machine.time())
    assert machine.set_by > timedelta(seconds=5)
