"""The words of a case and what they mean to the engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from app.sve.law import events as facts
from app.sve.law.territories import Territory, territory_named
from app.sve.law.vocabulary.fields import Fields, SimulationError

W = TypeVar("W")
D = TypeVar("D")

WAYS: Mapping[str, facts.Way] = MappingProxyType(
    {
        **dict.fromkeys(("post", "mail", "letter", "paper", "courrier", "lrar", "registered_letter"), facts.Way.POST),
        **dict.fromkeys(("front_desk", "counter", "desk", "guichet", "deposit"), facts.Way.DESK),
        **dict.fromkeys(("phone", "telephone", "call", "voicemail"), facts.Way.PHONE),
    }
)
SENDERS: Mapping[str, facts.Sender] = MappingProxyType(
    {
        **dict.fromkeys(("agent", "public_agent"), facts.Sender.AGENT),
        **dict.fromkeys(("public_law_entity", "public_body", "administration"), facts.Sender.PUBLIC_BODY),
        **dict.fromkeys(("legal_person", "company", "association", "sci"), facts.Sender.LEGAL_PERSON),
        **dict.fromkeys(("person", "natural_person", "citizen", "individual"), facts.Sender.PERSON),
    }
)
SENSES: Mapping[str, facts.Sense] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "refusal",
                "rejection",
                "opposition",
                "refus",
                "rejet",
                "unfavourable",
                "sursis",
                "partial",
                "partial_refusal",
                "sursis_a_statuer",
            ),
            facts.Sense.REFUSAL,
        ),
        **dict.fromkeys(
            (
                "acceptance",
                "approval",
                "grant",
                "permit",
                "non_opposition",
                "favourable",
                "accord",
                "authorisation",
                "granted",
                "conditional",
            ),
            facts.Sense.ACCEPTANCE,
        ),
        **dict.fromkeys(("preemption", "pre_emption"), facts.Sense.PREEMPTION),
        **dict.fromkeys(("renunciation", "renonciation"), facts.Sense.RENUNCIATION),
    }
)
APPEALS: Mapping[str, facts.AppealKind] = MappingProxyType(
    {
        "gracious": facts.AppealKind.GRACIOUS,
        "gracieux": facts.AppealKind.GRACIOUS,
        **dict.fromkeys(("recours_gracieux", "graceful"), facts.AppealKind.GRACIOUS),
        **dict.fromkeys(("hierarchical", "hierarchique", "recours_hierarchique"), facts.AppealKind.HIERARCHICAL),
        "mandatory": facts.AppealKind.MANDATORY,
        "rapo": facts.AppealKind.MANDATORY,
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """One event as written, its type, its first known instant and where the competent court sits."""

    fields: Fields
    name: str
    territory: Territory
    at: datetime

    def flag(self, *names: str) -> bool:
        return bool(self.fields.flag(*names))

    def unless(self, name: str) -> bool:
        """Gives the flag, true when nobody said otherwise."""
        return self.fields.flag(name) is not False


def way_of(channel: str) -> facts.Way:
    """Tells post, desk and telephone from the rest: CRPA L112-8 covers every electronic sending.

    A type of channel names its family first: `phone.asterisk` is a telephone.
    """
    word = channel.lower()
    return WAYS.get(word) or WAYS.get(word.partition(".")[0], facts.Way.ELECTRONIC)


def one_of(fields: Fields, name: str, words: Mapping[str, W], *, default: D) -> W | D:
    word = fields.text(name)
    if word is None:
        return default
    for spelled in (word, word.lower(), word.upper()):
        if spelled in words:
            return words[spelled]
    raise SimulationError(fields.at(name), f"« {word[:80]} » inconnu : écrire l'un de {', '.join(words)}.")


def residence_of(fields: Fields, territory: Territory) -> facts.Residence:
    word = fields.text("applicant_residence", "residence")
    if word is None:
        return facts.Residence.SAME
    if word.upper() in {"ABROAD", "FOREIGN", "ETRANGER"}:
        return facts.Residence.ABROAD
    if word.upper() in {"OVERSEAS", "OUTRE_MER"}:
        return facts.Residence.OVERSEAS
    home = territory_named(word)
    if home is None:
        raise SimulationError(fields.at("applicant_residence"), "écrire ABROAD, OVERSEAS ou un territoire connu.")
    same = home is territory or not (home.overseas or territory.overseas)
    return facts.Residence.SAME if same else facts.Residence.OVERSEAS
