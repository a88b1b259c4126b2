"""The child that reads one piece: no database, no settings, no network where the kernel allows, little memory and time."""

import ctypes
import json
import resource
import sys
import time
from collections.abc import Sequence
from typing import Any

from app.files.ocr import pdf, tesseract
from app.files.ocr.pictures import NoPicture, frame_of
from app.files.ocr.tesseract import NotRead, Words
from app.files.ocr.values import Bounds, Outcome, State, storable

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
# Fewer letters than this on a page are a stamp or a page number: its picture is read too.
_A_TEXT = 40


def main() -> None:
    asked = json.loads(sys.argv[1])
    bounds = Bounds(**asked["bounds"])
    _confine(bounds)
    content = sys.stdin.buffer.read(bounds.most_bytes + 1)
    reading = Reading(bounds, executable=asked["executable"], spoken=asked["languages"])
    told = json.dumps(reading.of(content).as_words())
    sys.stdout.write(told)
    sys.stdout.flush()


class Reading:
    """Reads one content within its bounds."""

    def __init__(self, bounds: Bounds, *, executable: str, spoken: str) -> None:
        self._bounds, self._executable, self._spoken = bounds, executable, spoken
        self._until = time.monotonic() + bounds.seconds * 0.9  # there is time left to say so

    def of(self, content: bytes) -> Outcome:
        try:
            if b"%PDF-" in content[:1024]:
                return self._pdf(content)
            return self._picture(content)
        except pdf.Unreadable as error:
            return Outcome(state=State.FAILED, reason=str(error))
        except NoPicture:
            return Outcome(state=State.FAILED, reason="ce n'est ni un PDF, ni une image TIFF, JPEG ou PNG lisible")
        except NotRead as error:
            return Outcome(state=State.FAILED, reason=str(error), again=True)
        except MemoryError:
            return Outcome(state=State.TOO_LARGE, reason="la lire demande trop de mémoire")

    def _pdf(self, content: bytes) -> Outcome:
        with pdf.opened(content) as document:
            count = len(document)
            if count > self._bounds.most_pages:
                return self._too_long(count)
            texts, confidences = list[str](), list[float]()
            for number in range(count):
                self._hurry()
                text, said = self._page(document, number)
                texts.append(text)
                confidences += said
        return self._outcome(texts, confidences, pages=count)

    def _page(self, document: Any, number: int) -> tuple[str, Sequence[float]]:
        try:
            page = document[number]
        except Exception as error:
            raise pdf.Unreadable(f"la page {number + 1} de ce PDF est abîmée") from error
        try:
            carried = pdf.text_of(page, most=self._bounds.most_characters)
            if len(carried) >= _A_TEXT:
                return carried, ()
            words = self._recognised(pdf.picture_of(page, most_pixels=self._bounds.page_pixels))
        finally:
            page.close()
        return (words.text, words.confidences) if len(words.text) > len(carried) else (carried, ())

    def _picture(self, content: bytes) -> Outcome:
        frame = frame_of(content, most_pages=self._bounds.most_pages)
        if frame.pages > self._bounds.most_pages:
            return self._too_long(frame.pages)
        if frame.pixels > self._bounds.most_pixels:
            millions = self._bounds.most_pixels // 1_000_000
            return Outcome(state=State.TOO_LARGE, reason=f"elle a plus de {millions} millions de points")
        words = self._recognised(content)
        return self._outcome([words.text], words.confidences, pages=frame.pages)

    def _recognised(self, picture: bytes) -> Words:
        left = self._until - time.monotonic()
        return tesseract.recognise(picture, executable=self._executable, spoken=self._spoken, seconds=left)

    def _hurry(self) -> None:
        if time.monotonic() > self._until:
            raise NotRead("la lecture a pris trop de temps")

    def _too_long(self, pages: int) -> Outcome:
        most = self._bounds.most_pages
        return Outcome(state=State.TOO_LARGE, pages=pages, reason=f"elle a plus de {most} pages")

    def _outcome(self, texts: Sequence[str], confidences: Sequence[float], *, pages: int) -> Outcome:
        text = storable("\n\n".join(filter(None, texts)))[: self._bounds.most_characters]
        if not text.strip():
            return Outcome(state=State.NOTHING, pages=pages, reason="aucun mot n'y a été trouvé")
        confidence = round(sum(confidences) / len(confidences)) if confidences else None
        return Outcome(state=State.READ, text=text, confidence=confidence, pages=pages)


def _confine(bounds: Bounds) -> None:
    """Takes away what a hostile piece could use; what is started from here inherits it."""
    memory = bounds.memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.processor_s, bounds.processor_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Some kernels and containers refuse it to whoever is not root: every other bound holds there all the same.
    ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)


if __name__ == "__main__":
    main()
