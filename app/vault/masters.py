"""Who wraps data keys: a secret of the settings, or a program that asks a key service. Neither is in PostgreSQL."""

import asyncio
import base64
import binascii
import contextlib
from collections.abc import Sequence
from typing import Protocol

from app.errors import Misconfigured, Unavailable
from app.sealing import KeyRing

COMMAND = "command"
_PATIENCE_S = 10.0
_LONGEST = 16_384


class Master(Protocol):
    """Wraps and unwraps small secrets. A kept word of 1 to 40 characters names the key that wrapped."""

    @property
    def name(self) -> str:
        """Names the key that wraps now."""
        ...

    def holds(self, name: str) -> bool:
        """Says whether what that key wrapped can be unwrapped here."""
        ...

    async def wrap(self, plain: bytes, *, bound_to: str) -> bytes:
        """Raises `Unavailable` when the key cannot be asked."""
        ...

    async def unwrap(self, wrapped: bytes, *, bound_to: str) -> bytes:
        """Raises `Misconfigured` for what was wrapped by another key or for another row, `Unavailable`."""
        ...


class RingMaster:
    """PARVIS_SECRET_KEY wraps; PARVIS_PREVIOUS_SECRET_KEYS unwrap too."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    @property
    def name(self) -> str:
        return self._ring.name

    def holds(self, name: str) -> bool:
        return self._ring.holds(name)

    async def wrap(self, plain: bytes, *, bound_to: str) -> bytes:
        return self._ring.seal(plain, bound_to=bound_to)

    async def unwrap(self, wrapped: bytes, *, bound_to: str) -> bytes:
        return self._ring.open(wrapped, bound_to=bound_to)


class CommandMaster:
    """A program wraps: `… wrap` and `… unwrap` read one line of base64 and write one line.

    What a key service cannot be told (which row this is for) travels inside what it wraps, and is compared afterwards.
    """

    name = COMMAND

    def __init__(self, command: Sequence[str], *, patience_s: float = _PATIENCE_S) -> None:
        self._command, self._patience_s = tuple(command), patience_s

    def holds(self, name: str) -> bool:
        return name == COMMAND

    async def wrap(self, plain: bytes, *, bound_to: str) -> bytes:
        return (await self._ask("wrap", base64.b64encode(bound_to.encode() + b"\0" + plain))).strip()

    async def unwrap(self, wrapped: bytes, *, bound_to: str) -> bytes:
        try:
            answered = base64.b64decode(await self._ask("unwrap", wrapped), validate=False)
        except binascii.Error as error:
            raise Unavailable("PARVIS_KEY_COMMAND answered no base64 to `unwrap`") from error
        named, _, plain = answered.partition(b"\0")
        if named != bound_to.encode():
            raise Misconfigured("a data key stands in another row than the one it was made for: restore data_keys")
        return plain

    async def _ask(self, verb: str, line: bytes) -> bytes:
        """Runs the program without a shell. What it says on stderr stays out of our logs: it may quote a key."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                verb,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            raise Unavailable(f"PARVIS_KEY_COMMAND cannot be run ({error.strerror})") from error
        try:
            async with asyncio.timeout(self._patience_s):
                answer, _ = await process.communicate(line + b"\n")
        except TimeoutError as error:
            raise Unavailable(f"PARVIS_KEY_COMMAND did not answer `{verb}` in {self._patience_s:g} s") from error
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode or not answer.strip() or len(answer) > _LONGEST:
            raise Unavailable(f"PARVIS_KEY_COMMAND failed to {verb} a key (status {process.returncode})")
        return answer


class Masters:
    """The master that wraps, and those that only unwrap what they wrapped before."""

    def __init__(self, present: Master, *older: Master) -> None:
        self.present, self._all = present, (present, *older)

    def holds(self, name: str) -> bool:
        return any(one.holds(name) for one in self._all)

    async def unwrap(self, wrapped: bytes, *, name: str, bound_to: str) -> bytes:
        """Raises `Misconfigured` naming the key that is missing, `Unavailable`."""
        for one in self._all:
            if one.holds(name):
                return await one.unwrap(wrapped, bound_to=bound_to)
        raise Misconfigured(missing(name))


def missing(name: str) -> str:
    """Says which master key is missing, and where to put it."""
    if name == COMMAND:
        return "a data key was wrapped by PARVIS_KEY_COMMAND, which is not set: set it again"
    return (
        f"the master key {name} is missing: put the secret key of that name in PARVIS_PREVIOUS_SECRET_KEYS "
        "(`parvis secrets status` names those that are there)"
    )
