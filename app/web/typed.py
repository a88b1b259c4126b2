"""What an agent typed, read from one of our own forms; what is missing is said in a sentence."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.channels.kit.forms import Form
from app.errors import Flaw, Invalid, NotFound, Stale
from app.ids import IdError, Prefix, parse_id
from app.sve.cases import checked_delay
from app.sve.law.regime import Regime

# What a person may say of a request; the others belong to procedures of the catalogue.
REGIMES = {regime.value: regime for regime in (Regime.SVA, Regime.SVR, Regime.NONE, Regime.UNKNOWN)}


def words(form: Form, name: str, otherwise: str) -> str:
    text = (form.last(name) or "").replace("\r\n", "\n").strip()
    if not text:
        raise flawed(name, otherwise)
    return text


def regime(form: Form) -> Regime:
    chosen = REGIMES.get(form.last("regime") or "")
    if chosen is None:
        raise flawed("regime", "choisissez une démarche, ou dites ce que vaut le silence")
    return chosen


def instant(form: Form, name: str, *, zone: str, now: datetime) -> datetime:
    """Reads a day and an hour of the administration's own time. Raises `Invalid` for one to come."""
    try:
        local = datetime.fromisoformat(form.last(name) or "")
    except ValueError:
        raise Invalid("donnez le jour et l’heure de la notification") from None
    at = local.replace(tzinfo=ZoneInfo(zone))
    if at > now:
        raise Invalid("cette date est à venir : enregistrez la notification une fois faite")
    return at


def delay(form: Form) -> str | None:
    text = (form.last("delai") or "").strip().upper()
    try:
        return checked_delay(text) if text else None
    except ValueError:
        told = "écrivez le délai comme P2M (deux mois) ou P15D (quinze jours), ou laissez-le vide"
        raise flawed("delai", told) from None


def version(form: Form) -> int:
    return number(form, "version")


def same_version(current: int, form: Form) -> None:
    if current != version(form):
        raise Stale


def point(form: Form) -> UUID | None:
    chosen = form.last("vers") or ""
    if not chosen:
        return None
    try:
        return parse_id(Prefix.POINT, chosen)
    except IdError:
        raise Invalid("choisissez un des moyens de contact proposés") from None


def message_id(text: str) -> UUID:
    try:
        return parse_id(Prefix.MESSAGE, text)
    except IdError:
        raise NotFound from None


def number(form: Form, name: str) -> int:
    """Reads a number our own form bore. Raises `Stale`: another one than ours was an older page."""
    text = form.last(name) or ""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Stale
    return int(text)


def saisine_id(text: str) -> UUID:
    try:
        return parse_id(Prefix.SAISINE, text)
    except IdError:
        raise NotFound from None


def flawed(name: str, told: str) -> Invalid:
    return Invalid(flaws=[Flaw(f"/{name}", "form", told)])
