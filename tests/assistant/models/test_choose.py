"""The setting decides; `auto` takes the best that is there and says, in both languages, which it took."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import BadSetting
from assistant.models import choose as choosing
from assistant.models import local
from assistant.models.choose import choose, model_path, successors
from assistant.models.local import LocalModel
from assistant.models.outgoing import Outgoing
from assistant.settings import Settings


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The default model's file in the cache, xllamacpp installed, plenty of memory."""
    path = tmp_path / "cache" / "models" / "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"GGUF")
    monkeypatch.setattr(local, "available", lambda: True)
    monkeypatch.setattr(choosing, "_free_memory", lambda: 64.0)
    return path


def settings(tmp_path: Path, **more: object) -> Settings:
    return Settings(home=tmp_path / "home", cache=tmp_path / "cache", **more)  # type: ignore[arg-type]


def test_extractive_is_no_model(tmp_path: Path) -> None:
    choice = choose(settings(tmp_path, backend="extractive"))
    assert (choice.model, choice.name, choice.fallback) == (None, "extractive", False)


def test_local_is_the_catalogues_model_even_before_it_is_fetched(tmp_path: Path) -> None:
    choice = choose(settings(tmp_path, backend="local"))
    assert isinstance(choice.model, LocalModel)
    assert choice.name == "local:qwen2.5-coder-1.5b"
    assert choice.model.small


def test_local_may_be_any_gguf_file(tmp_path: Path) -> None:
    chosen = settings(tmp_path, backend="local", local_model=str(tmp_path / "mine.gguf"))
    assert choose(chosen).name == "local:mine"
    assert model_path(chosen) == tmp_path / "mine.gguf"


def test_provider_and_model_are_remote(tmp_path: Path) -> None:
    choice = choose(settings(tmp_path, backend="openai:deepseek-chat", base_url="https://example.org/v1"))
    assert isinstance(choice.model, Outgoing)
    assert choice.model.name == "openai:deepseek-chat"
    assert not choice.model.small


def test_a_models_own_name_may_hold_colons(tmp_path: Path) -> None:
    choice = choose(settings(tmp_path, backend="ollama:qwen3:8b"))
    assert isinstance(choice.model, Outgoing)
    assert choice.model.name == "ollama:qwen3:8b"


@pytest.mark.parametrize("backend", ["gpt-4", "", "openai:", ":x", "open ai:x", "Local"])
def test_an_unknown_backend_names_the_value_and_the_choices(tmp_path: Path, backend: str) -> None:
    with pytest.raises(BadSetting, match="auto, extractive, local or provider:model") as caught:
        choose(settings(tmp_path, backend=backend))
    assert repr(backend) in str(caught.value)


def test_an_unknown_local_model_names_the_choices(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"'nothing'.*qwen2.5-coder-1.5b"):
        choose(settings(tmp_path, backend="local", local_model="nothing"))


def test_auto_takes_the_local_model_when_all_is_there(tmp_path: Path, put: Path) -> None:
    choice = choose(settings(tmp_path))
    assert choice.kind == "local"
    assert not choice.fallback
    assert "local:qwen2.5-coder-1.5b" in choice.reason["en"]
    assert "本地模型" in choice.reason["zh"]


def test_auto_does_without_when_the_file_is_missing(tmp_path: Path) -> None:
    choice = choose(settings(tmp_path))
    assert (choice.kind, choice.fallback) == ("extractive", True)
    assert all("wenju model pull" in sentence for sentence in choice.reason.values())


@pytest.mark.parametrize(
    ("name", "said"),
    [("qwen2.5-coder-1.5b", "wenju model pull qwen2.5-coder-1.5b, 1.1 GB"), ("qwen3-8b", "wenju model pull qwen3-8b)")],
)
def test_a_model_of_the_catalogue_is_fetched_by_its_own_name(tmp_path: Path, name: str, said: str) -> None:
    reason = choose(settings(tmp_path, local_model=name)).reason
    assert said in reason["en"]
    assert said.rstrip(")") in reason["zh"]


def test_a_file_of_ones_own_cannot_be_fetched(tmp_path: Path) -> None:
    mine = str(tmp_path / "mine.gguf")
    for sentence in choose(settings(tmp_path, local_model=mine)).reason.values():
        assert mine in sentence
        assert "WENJU_LOCAL_MODEL" in sentence
        assert "model pull" not in sentence


def test_auto_does_without_when_the_extra_is_missing(
    tmp_path: Path, put: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "available", lambda: False)
    choice = choose(settings(tmp_path))
    assert choice.kind == "extractive"
    assert all("wenju[local]" in sentence for sentence in choice.reason.values())


def test_auto_does_without_when_memory_is_short(
    tmp_path: Path, put: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "_free_memory", lambda: 0.5)
    choice = choose(settings(tmp_path))
    assert choice.kind == "extractive"
    assert "0.5 GB" in choice.reason["en"]
    assert "0.5 GB" in choice.reason["zh"]


def test_backends_take_over_in_the_order_of_the_setting(tmp_path: Path) -> None:
    def named(fallback: str, backend: str = "openai:big") -> list[str]:
        taking_over = successors(settings(tmp_path, backend=backend, fallback=fallback))
        return [model.name if model else "extractive" for model in taking_over]

    assert named("extractive") == ["extractive"]
    assert named("local, openai:other,extractive") == ["local:qwen2.5-coder-1.5b", "openai:other", "extractive"]
    assert named("none") == named("") == named("extractive", "extractive") == []
    with pytest.raises(BadSetting, match=r"WENJU_FALLBACK.*'nonsense'"):
        named("nonsense")


def test_the_machine_says_how_much_memory_is_free_where_it_can() -> None:
    free = choosing._free_memory()
    assert free is None or 0 < free < 100_000
