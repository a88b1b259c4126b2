"""Links to choose a password, sent by the administration's own mailbox: invitations, and passwords forgotten.

Of a link only a digest is kept (T64). The mail is frozen with a mask in its place; the link itself waits sealed beside it and
is put in at the moment it leaves, then forgotten. A password forgotten is asked for blindly: whoever asks gets the same page
and the same work for every address (T67); whether there is an account is looked at afterwards, by a worker.
"""

import base64
import json
from datetime import datetime, timedelta
from uuid import UUID

from app.channels.service import Channels
from app.clock import Clock, civil_day
from app.db.transaction import Database, Session
from app.exchanges.noticing import Noticing
from app.facts import FactBook, Seen
from app.identity.accounts import INVITED_FOR, RESET_FOR, Accounts, invitation_url
from app.identity.people import Person
from app.identity.signing_in import compared
from app.identity.turns import take_turn, turn_of
from app.ids import new_id
from app.jobs import queue
from app.jobs.queue import Job
from app.sealing import KeyRing
from app.sve.warning.links import MASK, bound_to
from app.sve.warning.posting import Posting
from app.sve.warning.values import Letter, NoticeKind
from app.tenants.service import Tenants
from app.tenants.values import Tenant

RESET = "reset-password"
_REQUESTED_FOR = timedelta(minutes=30)


class Inviting:
    """Writes the mails that carry a link. `leaves` is False where mails stay in the house: then links are shown instead."""

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        accounts: Accounts,
        channels: Channels,
        noticing: Noticing,
        ring: KeyRing,
        book: FactBook,
        clock: Clock,
        *,
        base_url: str,
        leaves: bool,
    ) -> None:
        self._database, self._tenants, self._accounts, self._channels = database, tenants, accounts, channels
        self._noticing, self._ring, self._book, self._clock = noticing, ring, book, clock
        self._base_url, self._leaves = base_url, leaves

    async def can_mail(self, session: Session, tenant_id: UUID) -> bool:
        """Says whether the administration has a mailbox that writes to the outside."""
        return self._leaves and self._noticing.mail_way(await self._channels.all_of(session, tenant_id)) is not None

    async def invite(self, session: Session, tenant_id: UUID, person: Person, word: str) -> None:
        """Posts the link of an invitation, in the transaction that made it."""
        tenant = await self._tenants.get(session, tenant_id)
        until = self._clock() + INVITED_FOR
        title = f"{tenant.name} : votre compte d'agent"
        await self._post(session, tenant, person, word, until, kind=NoticeKind.INVITATION, title=title)

    async def ask(self, tenant_id: UUID, email: str, *, address: str) -> None:
        """Takes a request for a forgotten password; the same for every address. Raises `TooManyRequests`."""
        turn = turn_of(account=f"reset/{compared(email)}", address=address)
        now = self._clock()
        await take_turn(self._database, tenant_id, turn, now=now)
        asked = json.dumps({"email": email[:320], "at": now.timestamp()}).encode()
        sealed = base64.b64encode(self._ring.seal(asked, bound_to=f"reset/{tenant_id}")).decode()
        async with self._database.transaction(tenant=tenant_id) as session:
            # Without a lock: wake-ups of one lock absorb each other, and each of these is its own request.
            await queue.defer(session, Job(RESET, {"tenant": str(tenant_id), "asked": sealed}))

    async def reset(self, tenant: str, asked: str) -> None:
        """The job: mails a link to the holder of the address, if there is one. A request lost is made again by its author."""
        tenant_id, now = UUID(tenant), self._clock()
        kept = json.loads(self._ring.open(base64.b64decode(asked), bound_to=f"reset/{tenant_id}"))
        if now.timestamp() - kept["at"] > _REQUESTED_FOR.total_seconds():
            return
        async with self._database.transaction(tenant=tenant_id) as session:
            if not await self.can_mail(session, tenant_id):
                return
            made = await self._accounts.reset_link(session, tenant_id, email=kept["email"])
            if made is None:
                return
            word, person = made
            tenant_of = await self._tenants.get(session, tenant_id)
            title = f"{tenant_of.name} : choisir un nouveau mot de passe"
            await self._post(session, tenant_of, person, word, now + RESET_FOR, kind=NoticeKind.RESET, title=title)
            seen = Seen(tenant_id=tenant_id, subject_id=person.id, at=now, action="password.reset_asked")
            await self._book.record(session, seen)

    async def _post(
        self,
        session: Session,
        tenant: Tenant,
        person: Person,
        word: str,
        until: datetime,
        *,
        kind: NoticeKind,
        title: str,
    ) -> None:
        key = new_id().hex
        link = invitation_url(self._base_url, word).encode()
        sealed = self._ring.seal(link, bound_to=bound_to(tenant.id, key))
        letter = Letter(
            kind=kind,
            subject_key=key,
            day=civil_day(self._clock(), tenant.time_zone),
            title=title,
            text=words(tenant, person, kind),
            detail={"link": base64.b64encode(sealed).decode(), "until": until.isoformat()},
        )
        await Posting(self._book, self._clock).post(session, tenant.id, letter, [person.email])


def words(tenant: Tenant, person: Person, kind: NoticeKind) -> str:
    """Writes the mail, the link masked."""
    if kind is NoticeKind.INVITATION:
        said = [
            f"{tenant.name} vous ouvre un compte d'agent, à cette adresse.",
            "Choisissez votre mot de passe sur cette page ; le lien sert une fois, pendant trois jours :",
            MASK,
            "Vous n'attendiez rien ? Ne faites rien, et prévenez votre administrateur.",
        ]
    else:
        said = [
            "Un nouveau mot de passe a été demandé pour votre compte.",
            "Choisissez-le sur cette page ; le lien sert une fois, pendant une demi-heure :",
            MASK,
            "Vous n'avez rien demandé ? Ne faites rien : votre mot de passe reste le même.",
        ]
    return "\n\n".join([f"Bonjour {person.name},", *said, f"{tenant.service_name}, {tenant.name}"])
