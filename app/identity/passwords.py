"""Passwords: long ones, hashed by argon2id, never more than a few at once.

Length and not composition decides (ANSSI, recommandations relatives à l'authentification, R22 ff.; NIST SP 800-63B §3.1.1).
"""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.errors import Flaw, Invalid
from app.identity.people import email_key
from app.rest.languages import Said

T = TypeVar("T")
SHORTEST, LONGEST = 12, 200
# Normalised, an accent of its own joins its letter: two hundred characters may be typed as more.
_READ = 4 * LONGEST
# Words that guessers of French passwords try first; the library knows English ones, names, dates and keyboards.
_WORN = [
    "motdepasse",
    "azerty",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "bonjour",
    "bienvenue",
    "mairie",
    "commune",
    "ville",
    "departement",
    "prefecture",
    "accueil",
    "liberte",
    "egalite",
    "fraternite",
    "republique",
    "soleil",
    "doudou",
    "loulou",
    "chouchou",
    "jetaime",
    "administrateur",
    "admin",
    "parvis",
    "agent",
    "changemoi",
    "secret",
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
]
# Guessed after 10^10 tries at least, which throttling makes centuries of (NIST SP 800-63B §3.1.1.2).
_HARD_ENOUGH = 4
# Its work grows with the square of the length; what is hard to guess in 72 characters is hard in more.
_JUDGED = 72


class Passwords:
    """Hashes and checks. Two threads of their own: a storm of sign-ins delays sign-ins and nothing else."""

    def __init__(self, *, memory_kib: int = 65536, threads: int = 2, only: Collection[str] | None = None) -> None:
        """`only` are the accounts that may have one, by their compared address; None where everybody may."""
        self._only = None if only is None else frozenset(only)
        self._hasher = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=memory_kib, parallelism=1),))
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="password")
        self._nobody: str | None = None

    @property
    def for_everybody(self) -> bool:
        return self._only is None

    def allowed(self, email: str) -> bool:
        """Says whether an account may be opened with a password here."""
        return self._only is None or email_key(email) in self._only

    async def digest(self, password: str) -> str:
        return await self._run(partial(self._hasher.hash, _normal(password)))

    async def right(self, password: str, stored: str | None) -> bool:
        """Says whether it is the one. An account without a password takes the same time as one with."""
        if self._nobody is None:
            self._nobody = await self.digest("nobody has this password")
        checked = partial(self._hasher.verify, _normal(password[:_READ]), stored or self._nobody)
        return await self._run(checked) and stored is not None

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def refuse_weak(password: str, *, about: tuple[str, ...], pointer: str = "/password") -> None:
    """Refuses a password that is short, worn, or made of what is known about its owner. Raises `Invalid`."""
    written = _normal(password)
    folded = written.casefold()
    told: Said | None = None
    if len(written) < SHORTEST:
        told = Said(f"au moins {SHORTEST} caractères : une phrase convient", en=f"at least {SHORTEST} characters")
    elif len(written) > LONGEST:
        told = Said(f"au plus {LONGEST} caractères", en=f"at most {LONGEST} characters")
    elif any(len(word) > 3 and word.casefold() in folded for word in about) and len(written) < 20:
        told = Said("il contient votre nom ou votre adresse", en="it holds your name or your address")
    elif len(set(folded)) < 5 or not _hard(folded, about):
        told = Said("trop facile à deviner : choisissez quelques mots sans lien", en="too easy to guess")
    if told is not None:
        raise Invalid(flaws=[Flaw(pointer, "password", told)])


def _hard(folded: str, about: tuple[str, ...]) -> bool:
    """Says whether it stands, as written and without what stands between its words."""
    known = [part for word in about for part in (word.casefold(), *re.split(r"\W+", word.casefold())) if len(part) > 2]
    written = {folded[:_JUDGED], re.sub(r"[\s_.,'’-]+", "", folded)[:_JUDGED]}
    from zxcvbn import zxcvbn  # twelve megabytes of English words, for whoever chooses a password

    return all(zxcvbn(one, user_inputs=[*_WORN, *known])["score"] >= _HARD_ENOUGH for one in written if one)


def _normal(password: str) -> str:
    # Two keyboards write é in two ways (SP 800-63B §3.1.1.2).
    return unicodedata.normalize("NFKC", password)
