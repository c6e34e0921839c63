"""Settings: the environment before the file before the default; one sentence for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.errors import BadSetting
from assistant.settings import Settings, documented, load, unknown


def file(home: Path, text: str) -> Path:
    path = home / "settings.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_anything_said_the_defaults_hold(home: Path) -> None:
    settings = load()
    assert settings.home == home
    assert (settings.backend, settings.port, settings.host) == ("auto", 7860, "127.0.0.1")


def test_the_file_goes_before_the_default(home: Path) -> None:
    file(home, 'port = 8000\nbackend = "extractive"\n')
    assert (load().port, load().backend) == (8000, "extractive")


def test_the_environment_goes_before_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file(home, "port = 8000\nthreads = 3\n")
    monkeypatch.setenv("WENJU_PORT", "9000")
    assert (load().port, load().threads) == (9000, 3)


def test_the_command_line_goes_before_all_where_it_says_something(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(home, 'port = 8000\nbackend = "local"\n')
    monkeypatch.setenv("WENJU_PORT", "9000")
    settings = load(port=9999, backend=None)
    assert (settings.port, settings.backend) == (9999, "local")


def test_a_home_that_is_named_goes_before_the_environment_and_its_file_is_read(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    file(other, "port = 8000\n")
    settings = load(other)
    assert (settings.home, settings.port) == (other, 8000)


def test_a_tilde_in_the_home_is_the_users_folder_also_for_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    file(tmp_path / "mine", "port = 8000\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WENJU_HOME", "~/mine")
    assert (load().home, load().port) == (tmp_path / "mine", 8000)


def test_a_tilde_in_the_cache_is_the_users_folder(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("WENJU_CACHE", raising=False)
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text('cache = "~/models"\n')
    assert load(home).cache == tmp_path / "models"


def test_settings_never_change_once_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "banana"), ("port", "-1"), ("port", "65536"), ("threads", "0"), ("timeout", "0"),
        ("context", "10"), ("retries", "-1"), ("unsupported", "hide"), ("log_level", "loud"),
        ("evidence_chars", "many"),
        ("backend", "zzz"), ("backend", "openai:"), ("backend", ":x"), ("backend", ""), ("fallback", "foo"),
        ("fallback", "local,foo"), ("prices", "foo"), ("prices", "openai:x=1"), ("public_url", "foo"),
        ("public_url", "ftp://x"), ("base_url", "example.org/v1"), ("slack_api_url", "http://"),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_its_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"WENJU_{name.upper()}", value)
    with pytest.raises(BadSetting) as error:
        load()
    assert f"setting {name} (WENJU_{name.upper()})" in str(error.value)
    assert repr(value) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("backend", "anthropic:any-model"), ("backend", "ollama:qwen3:8b"), ("fallback", "none"), ("fallback", ""),
        ("fallback", "local, openai:x,extractive"), ("prices", "openai:x=0.4/1.6, a:b=1/2"),
        ("public_url", "https://wenju.example.org/"), ("public_url", ""), ("base_url", "http://[::1]:8000/v1"),
    ],
)  # fmt: skip
def test_only_the_form_of_a_value_is_looked_at(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"WENJU_{name.upper()}", value)
    assert getattr(load(), name) == value


def test_a_variable_that_is_no_setting_is_known_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WENJU_BOGUS", "WENJU_SLACK_BOT_TOKEN", "WENJU_CHROMIUM", "WENJU_PORT"):
        monkeypatch.setenv(name, "1")
    assert unknown() == ["WENJU_BOGUS"]


def test_everything_that_is_wrong_is_said_at_once(home: Path) -> None:
    file(home, 'portt = 1\nport = "x"\nthreads = 0\n')
    with pytest.raises(BadSetting) as error:
        load()
    for part in ("unknown setting 'portt'", "WENJU_PORT", "'x'", "WENJU_THREADS"):
        assert part in str(error.value)


@pytest.mark.parametrize("content", [b"port = = 1", b"\xff\xfe\x00", b"[[[", b'port = "'])
def test_a_file_that_is_not_toml_is_named(home: Path, content: bytes) -> None:
    (home / "settings.toml").write_bytes(content)
    with pytest.raises(BadSetting, match=r"settings\.toml cannot be read") as error:
        load()
    assert "\n" not in str(error.value)


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("not a folder")
    with pytest.raises(BadSetting, match="is not a folder; name another by --home or WENJU_HOME"):
        load(place)


@pytest.mark.parametrize("inside", [".", "cache", "a/b"])
def test_the_cache_never_lies_inside_the_home(
    home: Path, inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_CACHE", str(home / inside))
    with pytest.raises(BadSetting, match="lies inside the home"):
        load()


SECRETS = (
    "api_key", "embed_api_key", "rerank_api_key", "password", "slack_bot_token", "slack_app_token",
    "slack_signing_secret", "slack_client_secret",
)  # fmt: skip


def test_a_secret_is_in_no_text_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(f"WENJU_{name.upper()}", "open-sesame")
    settings = load()
    assert settings.password is not None
    assert settings.password.get_secret_value() == "open-sesame"
    for text in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert "open-sesame" not in text


@pytest.mark.parametrize("name", SECRETS)
def test_a_bad_secret_is_not_shown(name: str, home: Path) -> None:
    file(home, f"{name} = [31415926]\n")
    with pytest.raises(BadSetting, match=r"\(hidden\)") as error:
        load()
    assert "31415926" not in str(error.value)
    assert error.value.__cause__ is None


def test_a_misspelled_secret_is_named_but_not_shown(home: Path) -> None:
    file(home, 'apikey = "open-sesame"\n')
    with pytest.raises(BadSetting, match="apikey") as error:
        load()
    assert "open-sesame" not in str(error.value)


def test_every_setting_is_described_in_one_line() -> None:
    assert documented().keys() == Settings.model_fields.keys()
    for name, line in documented().items():
        assert line.endswith("."), name
        assert "\n" not in line, name
