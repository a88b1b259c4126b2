"""What is refused about accounts and teams, named after the fact."""

from app.errors import Conflict, Forbidden
from app.rest.languages import Said


class AddressTaken(Conflict):
    """Somebody has an account under that address."""

    code = "account-exists"
    title_fr = "Un compte existe déjà à cette adresse"
    title_en = "An account already exists under this address"
    advice = Said(
        "ouvrez ce compte ; s'il est suspendu, rétablissez-le", en="open that account; reinstate it if it is suspended"
    )


class LastAdministrator(Conflict):
    """Nobody could set the house up any more."""

    code = "last-administrator"
    title_fr = "C'est le dernier administrateur"
    title_en = "This is the last administrator"
    advice = Said(
        "donnez d'abord ce rôle à quelqu'un d'autre, ou servez-vous de « parvis users create »",
        en="give somebody else the role first, or use `parvis users create`",
    )


class TeamTaken(Conflict):
    """Another team has that name."""

    code = "team-exists"
    title_fr = "Une équipe porte déjà ce nom"
    title_en = "A team already has this name"
    advice = Said("choisissez un autre nom, ou rouvrez l'autre équipe", en="choose another name")


class InvitationOver(Conflict):
    """The link was used, replaced or is out of date."""

    code = "invitation-over"
    title_fr = "Ce lien n'est plus valable"
    title_en = "This link is not valid any more"
    advice = Said(
        "il sert une fois, pendant trois jours : demandez-en un autre à votre administrateur",
        en="it works once, for three days: ask your administrator for another",
    )


class PasswordRefused(Forbidden):
    """This installation opens accounts through its identity provider, less the ones it names."""

    code = "password-not-used"
    title_fr = "Ce compte ne s'ouvre pas avec un mot de passe"
    title_en = "This account is not opened with a password"
    advice = Said("connectez-vous par le fournisseur d'identité", en="sign in through the identity provider")


class LinkOver(Conflict):
    """An operator's link was used, replaced, or its access is over."""

    code = "operator-link-over"
    title_fr = "Ce lien d'exploitant n'est plus valable"
    title_en = "This operator's link is not valid any more"
    advice = Said(
        "il sert une fois, pendant un quart d'heure : « parvis operators open » en donne un autre tant que l'accès est ouvert",
        en="it works once, for a quarter of an hour: `parvis operators open` gives another while the access is open",
    )


class SameOperator(Conflict):
    """One person cannot answer for themselves."""

    code = "two-operators-wanted"
    title_fr = "Deux exploitants différents sont nécessaires"
    title_en = "Two different operators are needed"
    advice = Said(
        "un accès sans accord engage deux personnes : chacune donne son secret",
        en="access without approval takes two people: each gives their secret",
    )
