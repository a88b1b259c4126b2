"""What agents are told by mail, in French and plain text: references and dates, never a citizen's words, name or address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.ids import Prefix, public_id
from app.sve.law.reasons import in_french
from app.sve.warning.gathering import Owed, Pressing, Untaken

SHOWN = 50
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_FOOT = "Ce message est automatique : n'y répondez pas, personne ne lirait votre réponse.\nQui le reçoit se règle ici : {url}\n"
# Risk → what heads its section.
HEADS: Mapping[str, str] = {
    "born": "ACCORDS NÉS, OU QUI PEUVENT L'ÊTRE",
    "critical": "TERME DANS TROIS JOURS OU MOINS",
    "near": "TERME DANS QUINZE JOURS OU MOINS",
}
_DUTIES = {"AEE": "accusé d'enregistrement", "ARE": "accusé de réception"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a day's digest tells of. Lists hold at most what is shown; counts say how many there are."""

    pressing: Mapping[str, Sequence[Pressing]]
    counts: Mapping[str, int]
    alerts: Sequence[Untaken]
    alert_count: int
    owed: Sequence[Owed]
    owed_count: int

    @property
    def calm(self) -> bool:
        """Whether there is nothing to tell."""
        told = any(self.counts.get(risk, 0) for risk in (*HEADS, "unqualified"))
        return not (told or self.alert_count or self.owed_count)


class Writer:
    """Writes for one administration; `base_url` is where its agents read the rest."""

    def __init__(self, name: str, *, zone: str, base_url: str) -> None:
        self._name, self._zone, self._url = name, ZoneInfo(zone), base_url

    def digest(self, day: Day, *, on: date) -> tuple[str, str]:
        """Returns the title and text of a day's digest."""
        parts = [f"{self._name} : échéances du {_weekday(on)} {in_french(on)}"]
        for risk, head in HEADS.items():
            lines = [f"{one.reference} : {_term(one)}\n  {self._ticket(one.ticket_id)}" for one in day.pressing[risk]]
            parts += self._section(head, lines, count=day.counts.get(risk, 0), more=f"/surveillance?risque={risk}")
        lines = [self._alert(one) for one in day.alerts[:SHOWN]]
        parts += self._section("ALERTES NOUVELLES", lines, count=day.alert_count, more="/surveillance/alertes")
        lines = [
            f"{one.reference} : {_DUTIES.get(one.kind, one.kind)} {'en retard, ' if one.due_on < on else ''}"
            f"dû le {in_french(one.due_on)}\n  {self._ticket(one.ticket_id)}"
            for one in day.owed[:SHOWN]
        ]
        parts += self._section("ACCUSÉS À ENVOYER", lines, count=day.owed_count, more="/surveillance")
        if waiting := day.counts.get("unqualified", 0):
            said = (
                f"{waiting} demande{'s' if waiting > 1 else ''} à qualifier, traitée{'s' if waiting > 1 else ''} comme"
            )
            parts.append(f"À QUALIFIER\n{said} un accord possible : {self._url}/surveillance?risque=unqualified")
        title = f"Échéances du {in_french(on)} : {_summary(day)}"
        return title, self._signed(parts)

    def calm(self, *, on: date) -> tuple[str, str]:
        """Returns the title and text of the week's word when there is nothing to tell."""
        said = (
            "Tout est calme : aucune échéance proche, aucune alerte, aucun accusé en attente, rien à qualifier.\n"
            "Ce mot part le premier jour ouvré de chaque semaine calme : si rien n'arrivait, c'est que la veille ou "
            "l'envoi seraient en panne."
        )
        return f"Échéances du {in_french(on)} : tout est calme", self._signed([f"{self._name} : {in_french(on)}", said])

    def escalation(self, alerts: Sequence[Untaken]) -> tuple[str, str]:
        """Returns the title and text that tell of alerts nobody took in charge."""
        many = len(alerts) > 1
        said = (
            f"{len(alerts)} alertes dont personne ne s'est saisi."
            if many
            else "Personne ne s'est saisi de cette alerte."
        )
        parts = [f"{self._name} : {said}"]
        parts += self._section(
            "À PRENDRE EN CHARGE",
            [self._alert(one) for one in alerts[:SHOWN]],
            count=len(alerts),
            more="/surveillance/alertes",
        )
        title = (
            f"{len(alerts)} alertes sans prise en charge"
            if many
            else f"Alerte sans prise en charge : {alerts[0].reference}"
        )
        return title, self._signed(parts)

    def late_watch(self, *, since: datetime, until: datetime) -> tuple[str, str]:
        """Returns the title and text that tell that the watch itself had stopped."""
        said = (
            f"La veille des délais ne s'est pas faite du {self._moment(since)} au {self._moment(until)}.\n"
            "Elle vient de tout reprendre. Les alertes dont le jour était passé sont levées et marquées en retard : personne "
            "n'avait été prévenu à temps, regardez-les d'abord.\n"
            f"{self._url}/surveillance/alertes"
        )
        return "La veille des délais s'était arrêtée", self._signed([f"{self._name}", said])

    def _section(self, head: str, lines: Sequence[str], *, count: int, more: str) -> list[str]:
        if not count:
            return []
        rest = count - len(lines)
        left = [f"- et {rest} autre{'s' if rest > 1 else ''} : {self._url}{more}"] if rest > 0 else []
        return ["\n".join([f"{head} ({count})", *(f"- {line}" for line in lines), *left])]

    def _alert(self, one: Untaken) -> str:
        late = " (levée en retard)" if one.late else ""
        return f"{one.reference} : {one.because}{late}\n  {self._ticket(one.ticket_id)}"

    def _ticket(self, ticket_id: UUID) -> str:
        return f"{self._url}/demandes/{public_id(Prefix.TICKET, ticket_id)}#legal"

    def _signed(self, parts: Sequence[str]) -> str:
        return "\n\n".join([*parts, "-- \n" + _FOOT.format(url=f"{self._url}/surveillance/reglages")])

    def _moment(self, at: datetime) -> str:
        return moment(at, self._zone)


def moment(at: datetime, zone: ZoneInfo) -> str:
    """2 mars 2026 à 9 h 05, in the administration's own time."""
    there = at.astimezone(zone)
    return f"{in_french(there.date())} à {there.hour} h {there:%M}"


def _weekday(day: date) -> str:
    return _DAYS[day.weekday()]


def _term(one: Pressing) -> str:
    day = one.term_on if one.risk == "born" and one.term_on else one.alert_on
    return f"terme passé le {in_french(day)}" if one.risk == "born" else f"terme le {in_french(day)} à minuit"


def _summary(day: Day) -> str:
    urgent = sum(day.counts.get(risk, 0) for risk in ("born", "critical"))
    told = [
        f"{urgent} urgente{'s' if urgent > 1 else ''}" if urgent else "",
        f"{day.alert_count} alerte{'s' if day.alert_count > 1 else ''}" if day.alert_count else "",
        f"{day.owed_count} accusé{'s' if day.owed_count > 1 else ''}" if day.owed_count else "",
        f"{day.counts.get('unqualified', 0)} à qualifier" if day.counts.get("unqualified") else "",
    ]
    return ", ".join(part for part in told if part) or f"{day.counts.get('near', 0)} proche(s)"
