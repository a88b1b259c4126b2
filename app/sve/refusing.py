"""What cannot be recorded of a saisine, said to whoever told it: the rule, its text, and what to do instead."""

from app.errors import Conflict, Flaw, Invalid
from app.rest.languages import Said
from app.sve.law.happenings import Refused


class ImpossibleEvent(Invalid):
    """No such thing can have happened, whatever else was recorded: a day to come, a decision older than the request."""

    code = "impossible-event"
    title_fr = "Cet événement est impossible"
    title_en = "This event is impossible"
    advice = Said(
        "voyez errors : because dit la règle qui l'interdit, source son texte",
        en="see errors: because states the rule that forbids it, source its text",
    )


class OutOfSequence(Conflict):
    """Possible in itself, at odds with what is recorded: pieces nobody asked for, a second decision."""

    code = "out-of-sequence"
    title_fr = "Cet événement contredit ce qui est consigné"
    title_en = "This event is at odds with what is recorded"
    advice = Said(
        "voyez errors : consignez d'abord ce qui manque, ou corrigez l'événement consigné à tort",
        en="see errors: record first what is missing, or correct the event that was recorded wrongly",
    )


class EventKeyReused(Conflict):
    """The caller's own name for an event already names another one of this saisine."""

    code = "event-key-reused"
    title_fr = "Nom d'événement déjà pris"
    title_en = "Event name already taken"
    advice = Said(
        "cette clé (« key ») désigne déjà un événement de cette saisine, au contenu différent : donnez-en une autre, ou "
        "renvoyez le même contenu",
        en="this `key` already names an event of this saisine with another content: give another one, or send the same "
        "content again",
    )


def refusal(refused: Refused) -> ImpossibleEvent | OutOfSequence:
    """Returns the error of a rule: what comes at odds with the record is a conflict."""
    kind = OutOfSequence if refused.conflict else ImpossibleEvent
    because = Said(refused.because, en=refused.because_en)
    flaw = Flaw(f"/{refused.field}", refused.code, because, because=because, source=refused.source)
    return kind(
        Said(f"{refused.because} ({refused.source})", en=f"{refused.because_en} ({refused.source})"), flaws=[flaw]
    )
