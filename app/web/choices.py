"""What an agent chose in the qualify form: a procedure of the catalogue, or an effect said by the agent."""

from dataclasses import dataclass

from app.channels.kit.forms import Form
from app.errors import Flaw, Invalid
from app.sve.catalogue import Catalogue
from app.sve.law.regime import Regime
from app.web import typed

PROPOSED = "demarche:"
BY_CODE = "code"


@dataclass(frozen=True, slots=True)
class Choice:
    """Without a `regime`, what the catalogue says of `procedure` applies; with one, the procedure is only noted."""

    regime: Regime | None
    procedure: str | None


def choice(form: Form, catalogue: Catalogue) -> Choice:
    """Reads the choice; a code typed without choosing anything else is one. Raises `Invalid`, naming the field."""
    chosen, written = form.last("regime") or "", (form.last("demarche") or "").strip()[:300]
    if chosen.startswith(PROPOSED):
        code = known(chosen.removeprefix(PROPOSED), catalogue)
        if written and known(written, catalogue) != code:
            told = f"vous avez choisi « {code} » et écrit un autre code : effacez-le, ou choisissez « par son code »"
            raise Invalid(flaws=[Flaw("/demarche", "contradiction", told)])
        return Choice(None, code)
    if chosen == BY_CODE or (written and not chosen):
        return Choice(None, known(written, catalogue))
    return Choice(typed.regime(form), written or None)


def known(written: str, catalogue: Catalogue) -> str:
    """Returns a code as the catalogue writes it. Raises `Invalid` for one it does not hold."""
    for code in (written, written.upper()):
        if catalogue.get(code) is not None:
            return code
    told = (
        f"le catalogue n’a pas de démarche « {written[:80]} » : cherchez son code, ou dites vous-même l’effet du silence"
        if written
        else "écrivez le code de la démarche"
    )
    raise Invalid(flaws=[Flaw("/demarche", "unknown-procedure", told)])
