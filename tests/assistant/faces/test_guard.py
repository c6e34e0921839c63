from __future__ import annotations

import base64
import re

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.faces.guard import Guard, is_loopback, policy


def client(
    host: str = "127.0.0.1", password: str | None = None, base: str = "http://localhost:7860"
) -> TestClient:
    app = Starlette(
        routes=[Route("/{path:path}", lambda request: PlainTextResponse("in"), methods=["GET", "POST"])]
    )
    app.add_middleware(Guard, host=host, password=password, closed=("/shut",))
    return TestClient(app, base_url=base)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.7", "localhost", "::1", "[::1]", "LOCALHOST"])
def test_loopback_addresses(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", "localhost.example.org", ""])
def test_addresses_that_others_can_reach(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LocalHost:7860", "127.0.0.1:1"])
def test_loopback_names_are_served(host: str) -> None:
    assert client().get("/", headers={"Host": host}).text == "in"


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:7860", "127.0.0.1.evil.test", "", "[", "localhost@evil.test"]
)
def test_another_host_name_is_refused_against_dns_rebinding(host: str) -> None:
    reply = client().get("/", headers={"Host": host})
    assert reply.status_code == 403
    assert "not one this server answers to" in reply.json()["error"]


@pytest.mark.parametrize(
    "origin", ["http://evil.test", "null", "http://localhost:9999", "https://localhost.evil.test"]
)
def test_a_request_from_another_sites_page_is_refused(origin: str) -> None:
    assert client().post("/", headers={"Origin": origin}).status_code == 403
    assert client("0.0.0.0", "secret").get("/", headers={"Origin": origin}).status_code == 403


def test_a_request_from_the_page_itself_is_served() -> None:
    assert client().post("/", headers={"Origin": "http://localhost:7860"}).text == "in"


def basic(said: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(said.encode()).decode()}


def test_with_a_password_everything_asks_for_it() -> None:
    open_ = client("0.0.0.0", "pässwort:1", base="http://anything.example")
    refused = open_.get("/")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic")
    assert open_.get("/", headers=basic("anyone:pässwort:1")).text == "in"
    for said in ("anyone:wrong", "anyone:", "pässwort:1", ":"):
        assert open_.get("/", headers=basic(said)).status_code == 401
    for header in ("Basic", "Basic !!!", "Bearer " + basic("a:pässwort:1")["Authorization"][6:]):
        assert open_.get("/", headers={"Authorization": header}).status_code == 401


def test_who_guesses_passwords_has_to_wait_and_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    open_ = client("0.0.0.0", "secret", base="http://anything.example")
    for _ in range(20):
        assert open_.get("/").status_code == 401, "a browser that was not asked yet has not guessed"
    for n in range(10):
        assert open_.get("/", headers=basic(f"me:wrong {n}")).status_code == 401
    for said in ("me:wrong", "me:secret"):
        reply = open_.get("/", headers=basic(said))
        assert reply.status_code == 429
        assert 0 < int(reply.headers["retry-after"]) <= 60
        assert re.search(r"wait \d+ seconds", reply.json()["error"])
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "'testclient' sent 10 wrong passwords" in caplog.text
    assert "wrong 1" not in caplog.text
    other = TestClient(open_.app, base_url="http://anything.example", client=("10.0.0.9", 1))
    assert other.get("/", headers=basic("me:secret")).text == "in"


def test_closed_addresses_are_not_there() -> None:
    assert client().get("/shut/door").status_code == 404


def test_a_request_of_many_megabytes_is_refused_unread() -> None:
    reply = client().post("/", content=b"x" * 2_000_001)
    assert reply.status_code == 413
    assert "2,000,000 bytes" in reply.json()["error"]


def test_an_application_that_knows_no_such_error_is_answered_for() -> None:
    async def reads(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    app = Guard(Route("/", reads, methods=["POST"]), host="127.0.0.1", password=None)
    at = TestClient(app, base_url="http://localhost:7860")
    assert at.post("/", content=iter([b"x" * 1_000_000] * 2)).text == "2000000"
    reply = at.post("/", content=iter([b"x" * 1_000_000] * 3))
    assert (reply.status_code, "2,000,000 bytes" in reply.json()["error"]) == (413, True)
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_every_response_carries_the_policy_even_a_refusal() -> None:
    for reply in (client().get("/"), client().get("/", headers={"Host": "evil.test"})):
        assert reply.headers["content-security-policy"] == policy()
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "same-origin"


def test_the_policy_names_no_other_host() -> None:
    assert "http" not in policy()
    assert "frame-src 'none'" in policy()
    assert "unsafe" not in policy()
    assert policy(script_src="'self' 'nonce-1'").count("script-src") == 1


def test_an_address_for_uploads_takes_more_than_others_and_says_its_own_limit() -> None:
    app = Starlette(routes=[Route("/{path:path}", lambda request: PlainTextResponse("in"), methods=["POST"])])
    app.add_middleware(Guard, host="127.0.0.1", password=None, large={"/up": 3 * 2**20})
    at = TestClient(app, base_url="http://localhost:7860")
    assert at.post("/up", content=b"x" * 2_500_000).text == "in"
    assert at.post("/elsewhere", content=b"x" * 2_500_000).status_code == 413
    assert "larger than 3 MB" in at.post("/up", content=b"x" * 3_500_000).json()["error"]
