"""Why a sign-in through a provider did not open a session: a closed set, said in words on the page."""

from enum import StrEnum

from app.errors import Unauthenticated
from app.rest.languages import Said


class Trouble(StrEnum):
    """What went wrong, from the agent's side."""

    EXPIRED = "expired"  # not begun in this browser, more than ten minutes ago, or used already
    CANCELLED = "cancelled"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"  # what came back does not prove anybody
    TOWN_WANTED = "town-wanted"
    NO_SIRET = "no-siret"
    OTHER_TOWN = "other-town"
    UNKNOWN = "unknown"
    TAKEN = "taken"
    INVITATION_OVER = "invitation-over"
    SUSPENDED = "suspended"
    WEAK = "weak"


class NotLetIn(Unauthenticated):
    """The provider answered, or should have, and no session was opened."""

    code = "sign-in-not-opened"
    title_fr = "La connexion par le fournisseur d'identité n'a pas abouti"
    title_en = "Signing in through the identity provider did not succeed"
    advice = Said("recommencez depuis la page de connexion", en="start again from the page of signing in")

    def __init__(self, trouble: Trouble, *, why: str = "") -> None:
        """`why` is for the log: which check failed, never what was in it."""
        super().__init__(self.advice)
        self.trouble, self.why = trouble, why


def untrusted(why: str) -> NotLetIn:
    return NotLetIn(Trouble.UNTRUSTED, why=why)
