"""« Êtes-vous satisfait ? »: the page behind a question's link. No account, no script; opening it changes nothing."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, Response

from app.exchanges.satisfaction.answering import Presented, Standing
from app.exchanges.satisfaction.links import PATH
from app.exchanges.satisfaction.values import MOST_COMMENT, Grade
from app.rest.origins import refuse_cross_site
from app.web.bodies import agents_form
from app.web.house import WebHouse, house_of
from app.web.pages import language_of, page, see
from app.web.refusals import PageRoute
from app.web.satisfaction_words import GRADES
from app.web.towns import town

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Word = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{64}$")]


@router.get(f"{PATH}/{{word}}")
async def ask(request: Request, word: Word, merci: str = "", oppose: str = "") -> HTMLResponse:
    """Asks the question, shows the answer that stands, or says why nothing is asked any more."""
    presented = await house_of(request).satisfaction_answers.present(word)
    return await _shown(request, presented, word, thanks=bool(merci), opposed=bool(oppose))


@router.post(f"{PATH}/{{word}}")
async def answer(request: Request, word: Word) -> Response:
    """Keeps an answer, or another in its place."""
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    await house.quotas.of_guess(request)
    presented = await house.satisfaction_answers.present(word)
    form = await agents_form(request)
    given, comment = form.last("degre") or "", form.last("commentaire") or ""
    fault = "grade" if given not in set(Grade) else "long" if len(comment.replace("\r\n", "\n")) > MOST_COMMENT else ""
    if presented.standing is not Standing.OPEN or await _stopped(house, presented):
        return await _shown(request, presented, word, comment=comment)
    if fault:
        return await _shown(request, presented, word, fault=fault, given=given, comment=comment)
    kept = await house.satisfaction_answers.answer(word, grade=Grade(given), comment=comment)
    if kept.standing is not Standing.OPEN:
        return await _shown(request, kept, word, comment=comment)
    return see(f"{PATH}/{word}{_variant(request, 'merci=1')}")


@router.post(f"{PATH}/{{word}}/opposition")
async def refuse(request: Request, word: Word) -> Response:
    """Notes that the person is not to be asked any more."""
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    await house.quotas.of_guess(request)
    await house.satisfaction_answers.refuse(word)
    return see(f"{PATH}/{word}{_variant(request, 'oppose=1')}")


async def _shown(
    request: Request,
    presented: Presented,
    word: str,
    *,
    thanks: bool = False,
    opposed: bool = False,
    fault: str = "",
    given: str | None = None,
    comment: str | None = None,
) -> HTMLResponse:
    house, question = house_of(request), presented.question
    language, easy = language_of(request), _easy(request)
    stopped = await _stopped(house, presented)
    ended = presented.standing is not Standing.OPEN
    return page(
        request,
        "citizens/satisfaction.html",
        status=503 if stopped else 410 if ended else 422 if fault else 200,
        tenant=await town(house, question.tenant_id),
        easy=easy,
        stopped=stopped,
        late=presented.standing is Standing.LATE,
        closed=presented.standing is Standing.CLOSED,
        reference=presented.reference,
        expires_at=question.expires_at,
        grades=[(grade.value, words.said(language, easy=easy)) for grade, words in GRADES.items()],
        chosen=given if given is not None else question.grade,
        comment=comment if comment is not None else question.comment,
        answered=question.answered_at is not None,
        refused=question.refused_at is not None,
        thanks=thanks and question.grade is not None,
        opposed=opposed and question.refused_at is not None,
        fault=fault,
        most=MOST_COMMENT,
        action=f"{PATH}/{word}",
        variant=_variant(request),
    )


async def _stopped(house: WebHouse, presented: Presented) -> bool:
    """Says whether the administration is suspended: why is not the public's to read."""
    return await house.standing.refusal(presented.question.tenant_id) is not None


def _easy(request: Request) -> bool:
    return request.query_params.get("simple") == "1"


def _variant(request: Request, *said: str) -> str:
    """The reader's choice of words, carried from page to page, and what the next one says."""
    chosen = "lang=en" if request.query_params.get("lang") == "en" else "simple=1" if _easy(request) else ""
    told = [one for one in (chosen, *said) if one]
    return f"?{'&'.join(told)}" if told else ""
