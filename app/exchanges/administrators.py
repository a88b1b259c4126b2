"""Telling every administrator by mail what is done to their administration: operators who ask, suspension, its end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.db.transaction import Session
from app.facts import Fact, FactBook
from app.identity import people_repository
from app.identity.grant_facts import OperatorAccessRequested, OperatorBrokeIn
from app.sve.warning.posting import Posting
from app.sve.warning.values import Letter, NoticeKind
from app.tenants.facts import ClosureAnnounced, ClosureCancelled, TenantResumed, TenantSuspended
from app.tenants.service import Tenants


class TellingAdministrators:
    """Hears what concerns the administration itself, and posts one mail to each of its administrators."""

    def __init__(self, tenants: Tenants, posting: Posting, *, base_url: str) -> None:
        self._tenants, self._posting, self._base_url = tenants, posting, base_url

    def listen(self, book: FactBook) -> None:
        """Hears all it tells, each in the transaction that says so."""
        for kind in (
            OperatorAccessRequested,
            OperatorBrokeIn,
            TenantSuspended,
            TenantResumed,
            ClosureAnnounced,
            ClosureCancelled,
        ):
            book.listen(kind, self.heard)

    async def heard(self, session: Session, facts: Sequence[Fact]) -> None:
        for fact in facts:
            tenant = await self._tenants.get(session, fact.tenant_id)
            title, text = self._words(fact, zone=ZoneInfo(tenant.time_zone), name=tenant.name)
            recipients = await people_repository.administrators_addresses(session, fact.tenant_id)
            detail: Mapping[str, Any] = {"fact": fact.type}
            letter = Letter(
                kind=NoticeKind.ADMINISTRATION,
                subject_key=f"{fact.type}:{fact.subject_id}:{fact.at.isoformat()}",
                day=fact.at.astimezone(ZoneInfo(tenant.time_zone)).date(),
                title=title,
                text=f"{text}\n",
                detail=detail,
            )
            await self._posting.post(session, fact.tenant_id, letter, recipients)

    def _words(self, fact: Fact, *, zone: ZoneInfo, name: str) -> tuple[str, str]:
        page = f"{self._base_url}/equipe/exploitant"
        match fact:
            case OperatorAccessRequested():
                return (
                    "L’exploitant de Parvis demande à voir vos données",
                    (
                        f"{fact.operator} demande un accès de {fact.hours} h.\nRaison : {fact.reason}\n\n"
                        f"Rien ne s’ouvre sans l’accord d’un administrateur : {page}"
                    ),
                )
            case OperatorBrokeIn():
                return (
                    "L’exploitant de Parvis est entré sans votre accord",
                    (
                        f"{fact.operator} voit vos données jusqu’au {_moment(fact.until, zone)}, avec la parole de "
                        f"{fact.second}, autre exploitant.\nRaison : {fact.reason}\n\n"
                        f"Les demandes confidentielles lui restent fermées. Fermez cet accès si vous le voulez : {page}"
                    ),
                )
            case TenantSuspended():
                return (
                    f"Le service de {name} est suspendu",
                    (
                        f"Raison : {fact.reason}\n\nPersonne ne peut plus se connecter, et aucune réponse d’agent ne part. Les "
                        "messages reçus sont gardés, les accusés partent, et les délais légaux courent : la veille prévient "
                        "toujours ceux qu’elle devait prévenir."
                    ),
                )
            case TenantResumed():
                return (f"Le service de {name} reprend", f"{fact.reason}\n\nCe qui attendait part, dans son ordre.")
            case ClosureAnnounced():
                return (
                    f"Le service de {name} s’arrête le {fact.due_on:%d/%m/%Y}",
                    (
                        f"Raison : {fact.reason}\n\nÀ partir de ce jour, toutes les données pourront être effacées. "
                        f"Prenez-en une copie complète : {self._base_url}/administration"
                    ),
                )
            case ClosureCancelled():
                return (f"Le service de {name} ne s’arrête pas", "L’arrêt annoncé est annulé : rien ne sera effacé.")
            case _:
                raise TypeError(fact.type)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d/%m/%Y à %H h %M}"
