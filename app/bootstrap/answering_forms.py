"""What the answers of forms fill, joined to the messages that carry them."""

from app.bootstrap.ground import Ground
from app.forms.filling import FormFilling
from app.tickets.facts import MessageReceived


def hear_forms(ground: Ground) -> None:
    """Has fields filled in the transaction that writes a form's message."""
    ground.book.listen(MessageReceived, FormFilling(ground.tickets, ground.book, ground.clock).heard)
