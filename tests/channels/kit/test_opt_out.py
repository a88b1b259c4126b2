"""Asking for no more messages, and only that."""

import pytest

from app.channels.contract import Event, EventType
from app.channels.kit.opt_out import asks_to_stop, with_opt_out


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop", "Stop !", " « stop » ", "ARRÊT", "arret.", "STOPSMS", "Stop SMS", "STOP 36111", "stop au 36111",
     "Désabonnement", "se désabonner", "UNSUBSCRIBE"],
)  # fmt: skip
def test_these_ask_to_stop(text: str):
    assert asks_to_stop(text)


@pytest.mark.parametrize(
    "text",
    [None, "", "Le bus stop est cassé", "Arrêtez les travaux", "STOP aux incivilités rue des Lilas", "stop" * 20, "OK"],
)
def test_these_do_not(text: str | None):
    assert not asks_to_stop(text)


def test_the_message_is_kept_beside_the_opt_out():
    message = Event(type=EventType.MESSAGE_RECEIVED, event_key="k", text="Stop")
    assert [(event.type, event.event_key, event.text) for event in with_opt_out(message)] == [
        (EventType.MESSAGE_RECEIVED, "k", "Stop"),
        (EventType.OPT_OUT, "k:opt_out", "Stop"),
    ]
