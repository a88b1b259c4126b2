"""What is refused about people, named after the fact."""

from app.errors import Conflict, TooManyRequests
from app.rest.languages import Said


class PointTaken(Conflict):
    """The address is already known as somebody's."""

    code = "point-taken"
    title_fr = "Cette adresse est déjà celle d'une personne connue"
    title_en = "This address already belongs to a known person"
    advice = Said(
        "ouvrez cette personne ; si c'est la même, fusionnez les deux",
        en="open that person; if they are the same, merge them",
    )


class ContactMergedElsewhere(Conflict):
    """The person lives on in another one."""

    code = "contact-merged"
    title_fr = "Cette personne a été fusionnée avec une autre"
    title_en = "This person was merged into another"
    advice = Said(
        "ouvrez celle qui a repris ses demandes (merged_into), ou défaites la fusion",
        en="open the one that took over (merged_into), or undo the merge",
    )


class ContactMergeUndone(Conflict):
    """A merge is undone once."""

    code = "contact-merge-undone"
    title_fr = "Cette fusion de personnes est déjà défaite"
    title_en = "This merge of people is already undone"
    advice = Said("relisez les deux personnes", en="read both people again")


class OnlyPoint(Conflict):
    """The only address somebody wrote from says who they are."""

    code = "only-point"
    title_fr = "C'est la seule adresse de cette personne, et elle a écrit"
    title_en = "This is the only address of a person who wrote"
    advice = Said(
        "ajoutez une autre adresse, ou fusionnez la personne avec celle à qui l'adresse appartient",
        en="add another address, or merge the person with the one to whom the address belongs",
    )


class NothingToAnswer(Conflict):
    """A code leaves within a request: this person has none."""

    code = "no-request-yet"
    title_fr = "Cette personne n'a encore aucune demande"
    title_en = "This person has no request yet"
    advice = Said(
        "enregistrez d'abord sa demande : le code part de là, et y laisse sa trace",
        en="write their request down first: the code leaves from there, and leaves its trace there",
    )


class TooManyCodes(TooManyRequests):
    """An address is sent so many codes a day, and no more."""

    code = "too-many-codes"
    title_fr = "Trop de codes ont été envoyés à cette adresse"
    title_en = "Too many codes were sent to this address"
    advice = Said(
        "trois codes par jour et par adresse : attendez, ou demandez une pièce d'identité",
        en="three codes a day an address: wait, or ask for an identity document",
    )
