"""Every worked case of the law, asked in one request."""

from tests.sve.law.worked import everything


async def test_all_the_worked_cases_come_out_of_one_request_as_the_law_wants_them(town) -> None:
    cases = everything()
    answer = await town.http.post("/api/v1/sve/simulations", json=[document for document, _ in cases])
    assert answer.status_code == 200, answer.text[:500]
    readings = answer.json()
    assert len(readings) == len(cases) > 150
    differences = {
        index: wrong(reading) for index, ((_, wrong), reading) in enumerate(zip(cases, readings, strict=True))
    }
    assert {index: found for index, found in differences.items() if found} == {}
