"""The token endpoints of Microsoft and Google: what they give, and how they refuse."""

from urllib.parse import parse_qs

import httpx

from tests.simulators.misery import Misery, Simulator

TRACE = "Trace ID: 6d9e Correlation ID: 77aa Timestamp: 2026-03-02 09:00:00Z"


class Identification(Simulator):
    """Gives numbered tokens for an hour. `rotates`: each answer brings another refresh token, and the old one dies."""

    def __init__(self, *, refresh: str = "R0", rotates: bool = False, lasts: object = 3600) -> None:
        super().__init__()
        self.refresh, self.rotates, self.lasts = refresh, rotates, lasts
        self.given: list[str] = []
        self.grant_lasts: int | None = None

    def answer(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != self.refresh:
            return refused("invalid_grant", f"AADSTS70008: The refresh token has expired. {form['refresh_token']}")
        self.given.append(f"jeton-{len(self.given) + 1}")
        document: dict[str, object] = {
            "token_type": "Bearer",
            "expires_in": self.lasts,
            "access_token": self.given[-1],
        }
        if self.rotates and form["grant_type"] == "refresh_token":
            self.refresh = f"R{len(self.given)}"
            document["refresh_token"] = self.refresh
        if self.grant_lasts is not None:
            document["refresh_token_expires_in"] = self.grant_lasts
        return httpx.Response(200, json=document)

    def speaks(self, request: httpx.Request) -> bool:
        return request.method == "POST"

    @property
    def told(self) -> list[str]:
        return self.given

    @property
    def forms(self) -> list[dict[str, str]]:
        return [{n: v[0] for n, v in parse_qs(one.content.decode()).items()} for one in self.requests]


def refused(error: str, words: str = "", status: int = 400) -> httpx.Response:
    return httpx.Response(status, json={"error": error, "error_description": f"{words} {TRACE}"})


def refusing(error: str, words: str = "", status: int = 400) -> Misery:
    return lambda *_: refused(error, words, status)
