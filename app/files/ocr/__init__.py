"""Reading pieces by machine: the text a PDF carries, else what `tesseract` recognises on its pages, in a limited child."""

from app.files.ocr import tesseract
from app.files.ocr.recognising import Recogniser
from app.files.ocr.values import READABLE, Bounds, Outcome, State

__all__ = ["READABLE", "Bounds", "Outcome", "Recogniser", "State", "tesseract"]
