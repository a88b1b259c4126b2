"""The forms of letters as the API gives them, in the caller's language."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from pydantic import BaseModel, Field

from app.exchanges.letter_forms import LetterForm, WayOut
from app.rest.languages import Language, say
from app.sve.letters.forms import ITEMS_MAX, SENSES, Asked, How
from app.sve.letters.values import Kind, Way


class LetterChoiceOut(BaseModel):
    """Une valeur qu'un champ peut prendre."""

    value: str = Field(examples=["acceptance"])
    label: str = Field(examples=["Elle accorde"])


class LetterFieldOut(BaseModel):
    """Un champ d'une lettre : ce que seule une personne sait."""

    name: str = Field(description="Son nom dans `fields`.", examples=["deadline_on"])
    label: str = Field(examples=["Dernier jour"])
    hint: str = Field(
        description="Ce qu'il attend ; vide : rien à en dire.",
        examples=["Le jour jusqu’auquel la personne peut répondre ou produire."],
    )
    how: How = Field(
        description="Comment il se remplit : `line` une ligne, `text` un texte, `lines` une chose par ligne, `day` un jour, "
        "`sense` un des `choices`.",
        examples=["day"],
    )
    folded: bool = Field(description="Rarement utile : à replier.", examples=[False])
    max_length: int | None = Field(
        description="Caractères au plus, de chaque ligne pour `lines` ; `null` là où rien ne se tape.", examples=[None]
    )
    max_items: int | None = Field(description="Lignes au plus, pour `lines`.", examples=[None])
    choices: list[LetterChoiceOut] = Field(description="Vide sauf pour `sense`.", examples=[[]])

    @classmethod
    def of(cls, name: str, asked: Asked, language: Language) -> Self:
        senses = [LetterChoiceOut(value=one.value, label=say(label, language)) for one, label in SENSES.items()]
        return cls(
            name=name,
            label=say(asked.label, language),
            hint=say(asked.hint, language),
            how=asked.how,
            folded=LetterForm.folded(name),
            max_length=asked.longest,
            max_items=ITEMS_MAX if asked.how is How.LINES else None,
            choices=senses if asked.how is How.SENSE else [],
        )


class LetterWayOut(BaseModel):
    """Une voie par laquelle la lettre peut partir."""

    way: Way = Field(examples=["channel"])
    label: str = Field(examples=["Par le canal de la personne"])
    open: bool = Field(description="Faux : elle ne partirait pas par là maintenant.", examples=[True])
    because: str | None = Field(description="Pourquoi elle ne le peut pas.", examples=[None])
    channel_type: str | None = Field(
        description="Le type du canal qui la porterait ; `null` hors d'un canal.", examples=["email"]
    )
    to: str | None = Field(description="L'adresse où il la porterait.", examples=["usager@example.org"])

    @classmethod
    def of(cls, one: WayOut, language: Language) -> Self:
        return cls(
            way=one.way,
            label=say(one.label, language),
            open=one.shut is None,
            because=None if one.shut is None else say(one.shut, language),
            channel_type=one.channel_type,
            to=one.to,
        )


class LetterFormOut(BaseModel):
    """Un genre de lettre, pour cette saisine et à cet instant."""

    kind: Kind = Field(examples=["pieces"])
    title: str = Field(examples=["Demande de pièces manquantes"])
    stands: bool = Field(
        description="Vrai : elle peut s'écrire. Faux : ce qu'elle dirait n'est pas ; `because` dit pourquoi.",
        examples=[True],
    )
    because: str | None = Field(description="Pourquoi elle ne peut pas s'écrire.", examples=[None])
    source: str | None = Field(description="Le texte qui le dit.", examples=[None])
    due_on: date | None = Field(
        description="Dernier jour, quand la loi la veut et qu'elle n'est pas partie.", examples=["2026-03-12"]
    )
    fields: list[LetterFieldOut] = Field(description="Ses champs, dans l'ordre.")
    ways: list[LetterWayOut] = Field(description="Les voies par lesquelles elle peut partir.")

    @classmethod
    def of(cls, form: LetterForm, language: Language) -> Self:
        refused = form.obstacle
        return cls(
            kind=form.kind,
            title=say(form.name, language),
            stands=refused is None,
            because=None if refused is None else say(refused.because, language),
            source=None if refused is None else refused.source,
            due_on=form.due_on,
            fields=[LetterFieldOut.of(name, asked, language) for name, asked in form.fields],
            ways=[LetterWayOut.of(one, language) for one in form.ways],
        )


class LetterFormsOut(BaseModel):
    """Les genres de lettre : ceux que la loi veut d'abord, puis ceux qui peuvent s'écrire, puis les autres."""

    data: list[LetterFormOut]

    @classmethod
    def of(cls, forms: Sequence[LetterForm], language: Language) -> Self:
        return cls(data=[LetterFormOut.of(one, language) for one in forms])
