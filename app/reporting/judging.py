"""Judging each part of a service from facts; each mark with the sentence that founds it."""

from datetime import datetime, timedelta

from app.reporting.standing import Component, Facts, Mark, Part
from app.rest.languages import Said

READ_LATE, READ_STOPPED = timedelta(minutes=2), timedelta(minutes=15)
SENT_LATE, SENT_STOPPED = timedelta(minutes=15), timedelta(hours=2)
LEDGER_LATE = timedelta(hours=2)


def components(facts: Facts, *, now: datetime) -> tuple[Component, ...]:
    """Judges each part."""
    return (_intake(facts, now), _sending(facts, now), _watch(facts), _channels(facts), _ledger(facts, now))


def _intake(facts: Facts, now: datetime) -> Component:
    waits = _waited(facts.queued_since, now)
    if waits > READ_STOPPED:
        said = Said(
            f"Des messages sont reçus et gardés, mais ne sont plus lus depuis {_minutes(waits)} : le traitement est arrêté.",
            en=f"Messages are received and kept, but have not been read for {_minutes(waits)}: processing has stopped.",
        )
        return Component(part=Part.INTAKE, mark=Mark.FAILING, said=said)
    if waits > READ_LATE:
        said = Said(
            f"La lecture des messages a {_minutes(waits)} de retard ; rien n’est perdu.",
            en=f"Reading messages is {_minutes(waits)} late; nothing is lost.",
        )
        return Component(part=Part.INTAKE, mark=Mark.ATTENTION, said=said)
    if facts.held:
        said = Said(
            f"Les messages sont lus à mesure ; {facts.held} en quarantaine attendent quelqu’un.",
            en=f"Messages are read as they come; {facts.held} in quarantine wait for somebody.",
        )
        return Component(part=Part.INTAKE, mark=Mark.OK, said=said)
    return Component(
        part=Part.INTAKE,
        mark=Mark.OK,
        said=Said("Les messages sont lus à mesure qu’ils arrivent.", en="Messages are read as they come."),
    )


def _sending(facts: Facts, now: datetime) -> Component:
    waits = _waited(facts.sending_since, now)
    if waits > SENT_LATE:
        mark = Mark.FAILING if waits > SENT_STOPPED else Mark.ATTENTION
        said = Said(
            f"Un envoi dû attend depuis {_minutes(waits)} : un fournisseur ou le traitement est en retard.",
            en=f"A sending that is due has waited for {_minutes(waits)}: a provider or the processing is late.",
        )
        return Component(part=Part.SENDING, mark=mark, said=said)
    if facts.unknown or facts.failed:
        said = Said(
            f"Les envois partent ; {facts.failed} en échec et {facts.unknown} sans nouvelle attendent une décision.",
            en=f"Sendings leave; {facts.failed} failed and {facts.unknown} without news wait for a decision.",
        )
        return Component(part=Part.SENDING, mark=Mark.ATTENTION, said=said)
    return Component(
        part=Part.SENDING, mark=Mark.OK, said=Said("Les envois partent à leur heure.", en="Sendings leave in time.")
    )


def _watch(facts: Facts) -> Component:
    age = _minutes(facts.watch_age)
    if not facts.watch_alive:
        said = Said(
            f"La veille des délais légaux n’est plus passée depuis {age} : personne n’est averti.",
            en=f"The watch of legal terms has not gone round for {age}: nobody is warned.",
        )
        return Component(part=Part.WATCH, mark=Mark.FAILING, said=said)
    if not facts.watch_on_time:
        said = Said(
            f"La veille des délais légaux est en retard : dernier passage il y a {age}.",
            en=f"The watch of legal terms is late: it last went round {age} ago.",
        )
        return Component(part=Part.WATCH, mark=Mark.ATTENTION, said=said)
    return Component(
        part=Part.WATCH,
        mark=Mark.OK,
        said=Said("Les délais légaux sont surveillés.", en="Legal terms are watched."),
    )


def _channels(facts: Facts) -> Component:
    if facts.to_reconnect:
        named = ", ".join(facts.to_reconnect)
        said = Said(f"À rebrancher : {named}.", en=f"To be connected again: {named}.")
        return Component(part=Part.CHANNELS, mark=Mark.FAILING, said=said)
    if facts.silent:
        named = ", ".join(facts.silent)
        said = Said(
            f"Silence inhabituel : {named}. Rien n’en dit la cause.", en=f"Unusually silent: {named}. Nothing says why."
        )
        return Component(part=Part.CHANNELS, mark=Mark.ATTENTION, said=said)
    return Component(
        part=Part.CHANNELS,
        mark=Mark.OK,
        said=Said("Aucun canal ne demande d’attention.", en="No channel asks for attention."),
    )


def _ledger(facts: Facts, now: datetime) -> Component:
    if facts.unexplained:
        said = Said(
            f"{facts.unexplained} message(s) acceptés ne se retrouvent nulle part : prévenez l’exploitant.",
            en=f"{facts.unexplained} accepted message(s) are found nowhere: tell the operator.",
        )
        return Component(part=Part.LEDGER, mark=Mark.FAILING, said=said)
    if facts.ledger_at is None:
        mark = Mark.UNKNOWN if now - facts.founded_at <= LEDGER_LATE else Mark.ATTENTION
        said = Said("Les comptes n’ont pas encore été faits.", en="Nothing has been counted yet.")
        return Component(part=Part.LEDGER, mark=mark, said=said)
    age = now - facts.ledger_at
    if age > LEDGER_LATE:
        said = Said(
            f"Les comptes n’ont plus été faits depuis {_minutes(age)}.", en=f"Nothing was counted for {_minutes(age)}."
        )
        return Component(part=Part.LEDGER, mark=Mark.ATTENTION, said=said)
    return Component(
        part=Part.LEDGER,
        mark=Mark.OK,
        said=Said(
            "Tout ce qui a été accepté depuis deux jours se retrouve.",
            en="Everything accepted in the last two days is accounted for.",
        ),
    )


def _waited(since: datetime | None, now: datetime) -> timedelta:
    return timedelta() if since is None else max(now - since, timedelta())


def _minutes(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{max(minutes, 1)} min" if minutes < 60 else f"{minutes // 60} h"
