"""What a macro did on one request, or would do, as the API says it."""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, Field

from app.exchanges.macro_running import ActDone, Outcome
from app.rest.languages import Language, say
from app.rest.public_ids import MacroId
from app.sve.schemas import TicketOut
from app.tickets.macro_schemas import ActOut
from app.tickets.macro_values import Macro


class ActDoneOut(BaseModel):
    """Un acte, et ce qu'il fait ou ferait."""

    act: ActOut = Field(description="L'acte, tel que la macro le porte.")
    outcome: Outcome = Field(
        description="`done` : fait ; `unchanged` : rien à changer ; `refused` : refusé, et alors rien ne se ferait.",
        examples=["done"],
    )
    text: str | None = Field(description="Les mots d'une réponse ou d'une note, remplis.", examples=[None])
    code: str | None = Field(description="Pourquoi il est refusé (docs/errors.md).", examples=[None])
    detail: str | None = Field(description="La même chose en une phrase.", examples=[None])

    @classmethod
    def of(cls, done: ActDone, language: Language) -> Self:
        code = detail = None
        if done.refusal is not None:
            refusal = done.refusal
            told = refusal.detail or next((flaw.detail for flaw in refusal.flaws), refusal.title_fr)
            code, detail = refusal.code, say(told, language)
        return cls(act=ActOut.of(done.act), outcome=done.outcome, text=done.text, code=code, detail=detail)


class MacroPreviewOut(BaseModel):
    """Ce qu'une macro ferait sur une demande ; rien n'est fait."""

    macro_id: MacroId
    possible: bool = Field(description="Aucun acte n'est refusé.", examples=[True])
    acts: list[ActDoneOut] = Field(description="Chaque acte, ceux d'avant supposés faits.")

    @classmethod
    def of(cls, macro: Macro, done: Sequence[ActDone], language: Language) -> Self:
        possible = all(one.refusal is None for one in done)
        return cls(macro_id=macro.id, possible=possible, acts=[ActDoneOut.of(one, language) for one in done])


class MacroRunOut(BaseModel):
    """Ce qu'une macro a fait sur une demande."""

    macro_id: MacroId
    acts: list[ActDoneOut]
    ticket: TicketOut = Field(description="La demande, ensuite.")
