"""The same request received by several ways: one clock, the earliest; every message keeps what it is owed."""

from dataclasses import dataclass
from uuid import UUID

from app.db.transaction import Session
from app.errors import Conflict, Flaw, Invalid, NotFound
from app.facts import Actor
from app.ids import Prefix, public_id
from app.rest.etags import require_version
from app.rest.languages import Said
from app.sve import repository
from app.sve.law.happenings import Act
from app.sve.recording import Recording
from app.sve.values import Saisine

OTHER_CONTACT = Said(
    "les deux demandes ne viennent pas de la même personne : vérifiez qu'il s'agit bien de la même",
    en="the two requests do not come from the same person: make sure that they are the same one",
)
ASKED_AGAIN = (
    "received after the other one was decided: a new request, or an appeal whose silence rejects in two months (CRPA L411-7); "
    "its own clock runs until somebody says which"
)


class JoinRefused(Conflict):
    """Joining would lose a warning, or tie a knot."""

    code = "join-refused"
    title_fr = "Ces saisines ne peuvent pas être réunies ainsi"
    title_en = "These saisines cannot be joined this way"
    advice = Said(
        "la saisine gardée est celle reçue la première : son délai est le plus proche",
        en="the one received first is kept: its clock is the nearest",
    )


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of joining: the one whose clock counts, the other, and what to look at."""

    kept: Saisine
    joined: Saisine
    warnings: tuple[str, ...] = ()


class Joining:
    """Joins saisines, and separates them. The kept one must be the one received first (CRPA L114-3)."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    async def join(
        self,
        session: Session,
        tenant_id: UUID,
        saisine_id: UUID,
        *,
        to: UUID,
        reason: str,
        version: int,
        actor: Actor,
    ) -> Joined:
        """Makes a saisine count for another, received before it by another way.

        The other way round is refused, not swapped: until a person says it rightly both clocks run, and both warn.
        Raises `NotFound`, `Invalid` for itself or an unknown one, `Stale`, `JoinRefused`.
        """
        if to == saisine_id:
            raise _flawed("to", "itself", Said("une autre saisine est attendue", en="another saisine is expected"))
        both = await repository.locked(
            session, tenant_id, await repository.family(session, tenant_id, [saisine_id, to])
        )
        saisine, kept = both.get(saisine_id), both.get(to)
        if saisine is None:
            raise NotFound
        if kept is None:
            raise _flawed("to", "unknown", Said("cette saisine n'existe pas ici", en="there is no such saisine here"))
        require_version(saisine.version, expected=version)
        await self._check(session, saisine, kept)
        end = await self._recording.clocks.end_of(session, kept)
        if end is not None and not end.answers(saisine.received_on):
            raise JoinRefused(Said(end.because, en=ASKED_AGAIN))
        people = await repository.contacts_of(session, tenant_id, [saisine.ticket_id, kept.ticket_id])
        doubtful = people.get(saisine.ticket_id) != people.get(kept.ticket_id)
        told = {"to": public_id(Prefix.SAISINE, to), "reason": reason, "other_contact": doubtful}
        await self._recording.act(session, saisine, Act.JOINED, told, actor=actor)
        await repository.change(session, tenant_id, saisine_id, {"joined_to": to})
        return await self._both(session, saisine, kept, warnings=(OTHER_CONTACT,) if doubtful else ())

    async def separate(
        self, session: Session, tenant_id: UUID, saisine_id: UUID, *, version: int, actor: Actor
    ) -> Joined:
        """Undoes a join: each clock runs by itself again, from its own events. Raises `Conflict` when there is none."""
        saisine = await self._recording.taken(session, tenant_id, saisine_id)
        require_version(saisine.version, expected=version)
        kept = None if saisine.joined_to is None else await repository.find(session, tenant_id, saisine.joined_to)
        if kept is None:
            raise Conflict(Said("cette saisine n'est réunie à aucune autre", en="this saisine is joined to no other"))
        told = {"from": public_id(Prefix.SAISINE, kept.id)}
        await self._recording.act(session, saisine, Act.SEPARATED, told, actor=actor)
        await repository.change(session, tenant_id, saisine_id, {"joined_to": None})
        return await self._both(session, saisine, kept)

    async def _check(self, session: Session, saisine: Saisine, kept: Saisine) -> None:
        if saisine.joined_to is not None:
            raise JoinRefused(
                Said(
                    "cette saisine est déjà réunie à une autre : séparez-les d'abord",
                    en="joined already: separate first",
                )
            )
        if kept.joined_to is not None:
            root = public_id(Prefix.SAISINE, kept.joined_to)
            raise JoinRefused(
                Said(
                    f"elle-même est réunie à « {root} » : réunissez à celle-là",
                    en=f"joined itself to {root}: join to it",
                )
            )
        if (kept.received_at, kept.id) > (saisine.received_at, saisine.id):
            raise JoinRefused(
                Said(
                    "celle que vous gardez a été reçue après : son délai serait plus tardif. Réunissez dans l'autre sens",
                    en="the one you keep was received later: its clock would be the later one. Join the other way round",
                )
            )
        if await repository.joined_to(session, saisine.tenant_id, [saisine.id]):
            raise JoinRefused(
                Said(
                    "d'autres saisines sont réunies à celle-ci : séparez-les d'abord",
                    en="other saisines are joined to this one: separate them first",
                )
            )
        if kept.closed_at is not None:
            raise JoinRefused(
                Said(
                    "celle que vous gardez est close : son délai ne compte plus, celui-ci s'éteindrait avec lui",
                    en="the one you keep is closed: its clock no longer counts, this one would die with it",
                )
            )

    async def _both(
        self, session: Session, saisine: Saisine, kept: Saisine, *, warnings: tuple[str, ...] = ()
    ) -> Joined:
        await self._recording.read_again(session, saisine.tenant_id, [kept, saisine])
        present = await repository.locked(session, saisine.tenant_id, [kept.id, saisine.id])
        return Joined(present[kept.id], present[saisine.id], warnings)


def _flawed(name: str, code: str, told: Said) -> Invalid:
    return Invalid(flaws=[Flaw(f"/{name}", code, told)])
