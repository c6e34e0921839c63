from __future__ import annotations

import json
from pathlib import Path

import prompts
from assistant.settings import load
from eval.manifest import differences, manifest


def test_no_secret_is_recorded(tmp_path: Path) -> None:
    settings = load(tmp_path, api_key="sk-very-secret", base_url="https://me:hush@api.example.com/v1")
    text = json.dumps(manifest(settings, "openai:m", "abc"))
    assert "very-secret" not in text
    assert "hush" not in text
    assert "api.example.com" in text


def test_what_bears_on_answers_is_recorded_and_the_place_is_not(tmp_path: Path) -> None:
    here = manifest(load(tmp_path / "here", threads=1))
    there = manifest(load(tmp_path / "there", threads=2))
    assert here == there
    changed = manifest(load(tmp_path / "here", evidence_tokens=500), model="other")
    assert differences(here, changed) == [
        "model (was , is other)", "settings.evidence_tokens (was 3000, is 500)",
    ]


def test_another_package_version_may_go_on() -> None:
    assert differences({"version": "1"}, {"version": "2"}) == []


def test_prompts_are_hashed_by_name() -> None:
    assert all(len(value) == 16 and not name.endswith(".py") for name, value in prompts.fingerprint().items())
