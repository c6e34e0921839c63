"""Settings on the page: who may change them, what is kept, and that a key goes in and never out."""

from __future__ import annotations

import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ModelUnavailable
from assistant.faces import pulling
from assistant.faces.api import create_app
from assistant.faces.options import write
from assistant.faces.owners import COOKIE
from assistant.settings import load
from tests.assistant.faces.fakes import FakeAssistant, wait_for

KEY = "sk-very-secret"


class Server:
    """A server without the page, and the assistant behind it."""

    def __init__(self, home: Path, headers: dict[str, str] | None = None, **said: Any) -> None:
        self.assistant: Any = FakeAssistant()
        settings = load(home, **said)
        self.assistant.settings, self.assistant.successors = settings, ()
        app = create_app(self.assistant, settings, page=False)
        base = "http://localhost:7860"
        self.client = TestClient(app, base_url=base, cookies={COOKIE: "m" * 43}, headers=headers)

    def put(self, **changes: Any) -> Any:
        return self.client.put("/my/settings", json=changes)


def test_a_change_is_kept_and_used_at_once(home: Path) -> None:
    (home / "settings.toml").write_text("# mine\nport = 8000\nbackend = 'auto'\n")
    server = Server(home)
    assert server.put(backend="openai:gpt-4o-mini", api_key=KEY, extract_chars=400).json() == {
        "model": server.assistant.model_name
    }
    assert server.assistant.model.name == "openai:gpt-4o-mini"
    assert server.assistant.settings.extract_chars == 400
    text = (home / "settings.toml").read_text()
    assert text.startswith("# mine\nport = 8000\n")
    again = load(home)
    assert (again.backend, again.extract_chars, again.port) == ("openai:gpt-4o-mini", 400, 8000)
    assert (home / "settings.toml").stat().st_mode & 0o077 == 0


def test_a_key_is_never_shown(home: Path) -> None:
    server = Server(home)
    server.put(backend="openai:x", api_key=KEY)
    html = server.client.get("/my/settings").text
    assert KEY not in html
    assert "kept on the server" in html
    assert KEY not in server.put(backend="nonsense").text


def test_an_empty_key_leaves_the_one_that_is_there(home: Path) -> None:
    server = Server(home)
    server.put(backend="openai:x", api_key=KEY)
    server.put(backend="openai:y", api_key="")
    assert load(home).api_key.get_secret_value() == KEY  # type: ignore[union-attr]


@pytest.mark.parametrize("way", ["put", "test"])
def test_a_key_does_not_go_to_another_address(home: Path, way: str) -> None:
    server = Server(home)
    server.put(backend="openai:x", api_key=KEY)
    body = {"backend": "openai:x", "base_url": "https://elsewhere.test"}
    reply = server.put(**body) if way == "put" else server.client.post("/my/settings/test", json=body)
    assert "needs its own key" in reply.json()["error"]
    assert load(home).base_url is None


def test_what_the_environment_or_the_command_says_stays(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_EXTRACT_CHARS", "333")
    server = Server(home, backend="extractive")
    html = server.client.get("/my/settings").text
    assert "set by the environment" in html
    assert "set by the server&#x27;s command" in html
    assert server.put(extract_chars=400).status_code == 400
    assert "environment" in server.put(backend="auto").json()["error"]
    assert server.put(backend="extractive", extract_chars=333, evidence_chars=500).status_code == 200


@pytest.mark.parametrize(
    ("said", "headers", "may"),
    [
        ({}, {}, True),
        ({}, {"X-Forwarded-For": "10.0.0.9"}, False),
        ({"page_settings": "none"}, {}, False),
        ({"page_settings": "password"}, {"X-Forwarded-For": "10.0.0.9"}, False),
        ({"host": "0.0.0.0", "password": "p"}, {"Authorization": "Basic OnA="}, False),
        ({"host": "0.0.0.0", "password": "p", "page_settings": "password"}, {"Authorization": "Basic OnA="}, True),
    ],
)
def test_who_may_change_settings(home: Path, said: dict[str, Any], headers: dict[str, str], may: bool) -> None:
    server = Server(home, headers, **said)
    status = 200 if may else 403
    assert server.put(extract_chars=400).status_code == status
    assert ("Shown, not open to change" in server.client.get("/my/settings").text) is not may
    for reply in (
        server.client.post("/my/settings/test", json={}),
        server.client.delete("/my/models"),
    ):
        assert reply.status_code == status


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"backend": "nonsense"}, "no backend “nonsense”"),
        ({"local_model": "/etc/passwd"}, "no local model"),
        ({"base_url": "file:///etc", "api_key": "x"}, "begin with https://"),
        ({"extract_chars": 1}, "greater than"),
        ({"port": 1}, "port"),
    ],
)
def test_bad_values_are_named_and_nothing_changes(home: Path, changes: dict[str, Any], words: str) -> None:
    server = Server(home)
    assert words in server.put(**changes).json()["error"]
    assert not (home / "settings.toml").exists()


def test_the_test_button_really_asks(home: Path) -> None:
    server = Server(home)
    asked = []

    def stream(messages: Any, **more: Any) -> Any:
        asked.append(messages[-1].content)
        return iter(["2"])

    server.assistant.model = SimpleNamespace(name="local:x", stream=stream)
    reply = server.client.post("/my/settings/test", json={"backend": "auto"}).json()
    assert (reply["model"], reply["said"]) == ("local:x", "2")
    assert len(asked) == 1


def test_a_download_tells_how_far_it_is_and_can_be_stopped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(model: Any, cache: Path, progress: Any) -> None:
        while True:
            progress(5_000_000, 10_000_000, "hub.test")

    monkeypatch.setattr(pulling, "pull", slow)
    server = Server(home)
    assert server.client.post("/my/models/nonsense").status_code == 400
    server.client.post("/my/models/qwen2.5-coder-1.5b")
    assert wait_for(lambda: "5 / 10 MB" in server.client.get("/my/models").text)
    assert server.client.get("/my/models").headers["wenju-active"] == "1"
    server.client.delete("/my/models")
    assert wait_for(lambda: "goes on from there" in server.client.get("/my/models").text)


def test_a_download_that_fails_says_why(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(model: Any, cache: Path, progress: Any) -> None:
        raise ModelUnavailable("no <space>")

    monkeypatch.setattr(pulling, "pull", none)
    server = Server(home)
    server.client.post("/my/models/qwen2.5-coder-1.5b")
    assert wait_for(lambda: "no &lt;space&gt;" in server.client.get("/my/models").text)


VALUES = st.none() | st.text(st.characters(codec="utf-8")) | st.integers(0, 9)


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(["backend", "base_url", "port"]), VALUES))
def test_a_settings_file_holds_what_was_written(tmp_path_factory: Any, changes: dict[str, Any]) -> None:
    file = tmp_path_factory.mktemp("settings") / "settings.toml"
    file.write_text('# kept\nbackend = """\nauto"""\nuploads = false\n')
    write(file, changes)
    wanted = {"backend": "auto", "uploads": False} | changes
    assert tomllib.loads(file.read_text("utf-8")) == {key: one for key, one in wanted.items() if one is not None}
