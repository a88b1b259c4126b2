"""The five grades of the satisfaction question, in words: French, English, easy French."""

from collections.abc import Mapping
from types import MappingProxyType

from app.exchanges.satisfaction.values import Grade
from app.web.follow_words import Words

GRADES: Mapping[Grade, Words] = MappingProxyType(
    {
        Grade.VERY_SATISFIED: Words("Très satisfait", "Very satisfied", "Très content"),
        Grade.SATISFIED: Words("Satisfait", "Satisfied", "Content"),
        Grade.MIXED: Words(
            "Ni satisfait ni mécontent", "Neither satisfied nor dissatisfied", "Ni content ni mécontent"
        ),
        Grade.DISSATISFIED: Words("Peu satisfait", "Dissatisfied", "Pas très content"),
        Grade.VERY_DISSATISFIED: Words("Pas du tout satisfait", "Very dissatisfied", "Pas content du tout"),
    }
)
