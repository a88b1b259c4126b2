"""A live test in words: what a provider answered, as an administrator understands it.

Closed, filtered and refused addresses are told alike: a test of settings is no way to look around a network (T32).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.channels.contract import Checked, CheckState, Context, Sent
from app.channels.kit.json import JsonRefused, load_provider
from app.channels.kit.sending import Answer, Call, exchange, shortened

_MOST_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Told:
    """The document a provider answered with, and its status."""

    status: int
    document: object


def ready(french: str, english: str) -> Checked:
    return Checked(ok=True, state=CheckState.READY, words_fr=french, words_en=english)


def limited(french: str, english: str, *, detail: str | None = None) -> Checked:
    return Checked(ok=True, state=CheckState.LIMITED, words_fr=french, words_en=english, detail=_cut(detail))


def incomplete(french: str, english: str) -> Checked:
    return Checked(ok=False, state=CheckState.INCOMPLETE, words_fr=french, words_en=english)


def refused(name: str, *, detail: str | None = None) -> Checked:
    """The credentials are not, or no more, those the provider wants."""
    return Checked(
        ok=False,
        state=CheckState.REFUSED,
        words_fr=f"{name} refuse la connexion : donnez de nouvelles clés",
        words_en=f"{name} refuses the connection: give new credentials",
        detail=_cut(detail),
    )


def unreachable(name: str) -> Checked:
    return Checked(
        ok=False,
        state=CheckState.UNREACHABLE,
        words_fr=f"{name} ne répond pas : vérifiez l'adresse, ou réessayez plus tard",
        words_en=f"{name} does not answer: check the address, or try again later",
    )


def unsure(name: str, *, detail: str | None = None) -> Checked:
    return Checked(
        ok=False,
        state=CheckState.UNSURE,
        words_fr=f"{name} a répondu une chose qui ne se comprend pas",
        words_en=f"{name} answered something that cannot be understood",
        detail=_cut(detail),
    )


async def asked(call: Call, context: Context, *, name: str) -> Told | Checked:
    """Makes one call of a live test. Returns its document on success, else what it came to."""
    return judged(await exchange(call, context), name=name)


def judged(answer: Answer | Sent, *, name: str) -> Told | Checked:
    """Judges the answer to a live test: its document on success, else what it came to."""
    if isinstance(answer, Sent):
        return unreachable(name)
    document = _document(answer)
    if answer.status in {401, 403}:
        return refused(name, detail=_said(document))
    if answer.status == 429 or answer.status >= 500:
        return unreachable(name)
    if answer.status != 200:
        return unsure(name, detail=_said(document) or f"réponse {answer.status}")
    if not isinstance(document, dict):
        return unsure(name)
    return Told(answer.status, document)


def bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _document(answer: Answer) -> object:
    try:
        return load_provider(answer.body)
    except JsonRefused:
        return None


def _said(document: object) -> str | None:
    """The sentence of an error, where providers put it."""
    if not isinstance(document, dict):
        return None
    error = document.get("error")
    inner = error.get("message") if isinstance(error, dict) else error
    for found in (inner, document.get("description"), document.get("message"), document.get("error_description")):
        if isinstance(found, str) and found:
            return found
    return None


def _cut(detail: str | None) -> str | None:
    told = shortened(detail)
    return told[:_MOST_DETAIL] if told else None
