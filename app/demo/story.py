"""What people wrote to the town, and what agents did: dates are counted from today, so that some terms are near."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.demo.clock import at, received_for

CONTACT = "contact@villebourg.example.fr"


@dataclass(frozen=True, slots=True)
class Qualification:
    """What an agent said of a message, and the reason kept with it: a procedure of the catalogue, or an effect."""

    procedure: str | None
    reason: str
    regime: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """One delivery at an instant, and what an agent did with it afterwards. `send` names a method of `Script`."""

    at: datetime
    send: str
    qualification: Qualification | None = None
    pieces_asked_after: timedelta | None = None


CANTEEN = Qualification("SCO-CANTINE", "Inscription prévue par le règlement municipal, sans nombre de places limité.")
RENTAL = Qualification("HAB-LOUER", "La commune a institué le permis de louer dans ce quartier.")
ERP = Qualification("ERP-AT", "Aménagement d'une boutique, sans permis de construire.")
TERRACE = Qualification("DOM-TERR", "Tables et chaises sur le trottoir : occupation du domaine public.")
SIGN = Qualification("ENS-AUT", "Enseigne d'un magasin, hors abords d'un monument.")
THANKS = Qualification(None, "Remerciements : rien n'est demandé (CRPA L110-1).", regime="none")


def story(today: date) -> Sequence[Scene]:
    """The scenes in order of time: one acceptance in three days, one already born, some near, some unqualified."""
    day = timedelta(days=1)
    scenes = [
        Scene(at(received_for(today + 3 * day, "P2M"), 18, 42), "facebook_canteen", CANTEEN),
        Scene(at(received_for(today - 2 * day, "P1M"), 10, 5), "form_rental", RENTAL),
        Scene(at(received_for(today + 11 * day, "P4M"), 9, 12), "mail_erp", ERP),
        Scene(at(received_for(today + 6 * day, "P2M"), 14, 31), "mail_terrace", TERRACE),
        Scene(at(today - 20 * day, 11, 3), "mail_sign", SIGN, pieces_asked_after=3 * day),
        Scene(at(today - 9 * day, 8, 55), "mail_trees"),
        Scene(at(today - 8 * day, 17, 20), "sms_lamp"),
        Scene(at(today - 6 * day, 12, 2), "instagram_market"),
        Scene(at(today - 5 * day, 21, 47), "sms_waste"),
        Scene(at(today - 4 * day, 9, 30), "app_pothole"),
        Scene(at(today - 3 * day, 16, 15), "mail_records"),
        Scene(at(today - 2 * day, 7, 58), "mail_thanks", THANKS),
        Scene(at(today - 2 * day, 10, 10), "mail_trees_again"),
        Scene(at(today - day, 10, 30), "mail_absence"),
        Scene(at(today - day, 19, 5), "form_nursery"),
    ]
    return sorted(scenes, key=lambda scene: scene.at)


Send = Callable[[datetime], Awaitable[None]]
