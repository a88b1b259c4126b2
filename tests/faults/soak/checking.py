"""`parvis check` as an operator runs it: the ledger, the clocks, the counts, the chain of the journal."""

import json
from collections.abc import Sequence

from tests.faults.soak.cast import Cast


async def unsound(cast: Cast) -> Sequence[str]:
    """Returns the lines that are not as they should be."""
    said = await cast.said("check", "--json")
    lines = [json.loads(line) for line in said.splitlines() if line.startswith('{"check"') or '"ok"' in line]
    if sum("journal" in line["check"] for line in lines) == 0:
        return [f"parvis check did not come to its end: {said[-1000:]}"]
    return [f"{line['check']}: {line['detail']}" for line in lines if not line["ok"]]
