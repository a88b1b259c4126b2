"""What an antivirus says of pieces: asked after the message is kept, never in its way."""

from app.files.antivirus.clamd import Away, Clamd, address_of
from app.files.antivirus.values import ScanState, Verdict

__all__ = ["Away", "Clamd", "ScanState", "Verdict", "address_of"]
