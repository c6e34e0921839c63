"""What a sweep varies: any setting that bears on answers, and tuned constants that are none.

Nobody but a sweep changes those constants, so they are no settings; here they are set while one variant
runs, and set back. One sweep runs in a process at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.errors import BadSweep

if TYPE_CHECKING:
    from vectorstore.library import Library

Value = str | int | float
MOST = 64

# Name -> the least and the most it may be; `depth`, `lexical`, `covered` and `named` are the search's recipe.
_NUMBERS: dict[str, tuple[float, float]] = {
    "k": (1, 100), "passage_chars": (50, 5000), "depth": (10, 10_000), "lexical": (0, 1), "covered": (0, 1),
    "named": (0, 10),
}
_WHOLE = ("k", "passage_chars", "depth")
_RECIPE = ("depth", "lexical", "covered", "named")
PASSAGE_CHARS = "passage_chars"
PROMPTS = "prompts"
SETTINGS = (
    "backend", "base_url", "local_model", "context", "embedder", "evidence_tokens", "evidence_chars",
    "read_chars", "extract_chars", "unsupported",
)
CONSTANTS = (*_NUMBERS, PROMPTS)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run: names and values, `settings` of the product's own and `constants` of the above."""

    settings: Mapping[str, str]
    constants: Mapping[str, Value]

    @property
    def name(self) -> str:
        """`k=5 backend=local`, in the order in which they were said."""
        values = {**self.settings, **self.constants}
        return " ".join(f"{key}={value}" for key, value in values.items()) or "as it is"


def variants(said: Sequence[str]) -> list[Variant]:
    """Every combination of what is said as `NAME=A,B,...`, the first value of each first.

    Raises `BadSweep` with everything that is wrong.
    """
    wrong: list[str] = []
    choices: dict[str, list[str]] = {}
    for item in said:
        name, _, values = item.partition("=")
        found = list(dict.fromkeys(value.strip() for value in values.split(",") if value.strip()))
        if name in choices:
            wrong.append(f"{name} is varied twice")
        elif name not in (*CONSTANTS, *SETTINGS):
            wrong.append(f"{name!r} cannot be varied; what can: {', '.join([*SETTINGS, *CONSTANTS])}")
        elif not found:
            wrong.append(f"{item!r} names no value; write {name}=A,B")
        else:
            choices[name] = found
            wrong += [f"{name}={value}: {why}" for value in found if (why := _unfit(name, value))]
    if wrong:
        raise BadSweep("; ".join(wrong))
    made = [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]
    if len(made) > MOST:
        raise BadSweep(f"these are {len(made)} combinations; vary less, {MOST} at most")
    return [
        Variant(
            {key: value for key, value in one.items() if key not in CONSTANTS},
            {key: _number(value) for key, value in one.items() if key in CONSTANTS},
        )
        for one in made
    ]


def _unfit(name: str, value: str) -> str:
    if name == PROMPTS:
        return "" if Path(value).is_dir() else "is no folder"
    if name not in _NUMBERS:
        return ""
    (least, most), number = _NUMBERS[name], _number(value)
    if isinstance(number, str) or not least <= number <= most:
        return f"must be a number from {least:g} to {most:g}"
    return "must be a whole number" if name in _WHOLE and not isinstance(number, int) else ""


def _number(value: str) -> Value:
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            pass
    return value


def recorded(variant: Variant) -> dict[str, Any]:
    """What a run's manifest says of the constants; prompts by the hashes of their files."""
    said: dict[str, Any] = dict(variant.constants)
    if PROMPTS in said:
        said[PROMPTS] = {
            file.name: sha256(file.read_bytes()).hexdigest()[:16]
            for file in sorted(Path(str(said[PROMPTS])).glob("*.md"))
        }
    return said


@contextmanager
def applied(variant: Variant, library: Library) -> Iterator[None]:
    """The constants as the variant has them, until the block ends; `library` searches by its recipe."""
    chosen = {name: value for name, value in variant.constants.items() if name in _RECIPE}
    with ExitStack() as stack:
        if chosen:
            changed: Any = replace(library.recipe, **chosen)  # type: ignore[arg-type]
            stack.enter_context(_replaced(library, "recipe", changed))
        if "k" in variant.constants:
            stack.enter_context(_replaced(import_module("assistant.assistant"), "READ", variant.constants["k"]))
        if folder := variant.constants.get(PROMPTS):
            stack.enter_context(_replaced(import_module("prompts"), "load", _loader(Path(str(folder)))))
        yield


def library_of(variant: Variant) -> str:
    """What tells the libraries of variants apart; "" for the library there is."""
    said = {**variant.settings, **variant.constants}
    return " ".join(f"{key}={said[key]}" for key in ("embedder", PASSAGE_CHARS) if key in said)


@contextmanager
def cut_to(characters: int) -> Iterator[None]:
    """Reports that are indexed meanwhile are cut into passages of about so many characters."""
    from vectorstore import passages, workers

    # The default of the function itself, so that whoever imported it has it, too; and files are read in this
    # process, since others would not know.
    here = _replaced(workers, "_worthwhile", lambda tasks: False)
    with here, _replaced(passages.cut, "__defaults__", (characters,)):
        yield


@contextmanager
def _replaced(place: object, name: str, value: object) -> Iterator[None]:
    before = getattr(place, name)
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, before)


def _loader(folder: Path) -> Any:
    """`prompts.load` that takes a prompt from the folder where it is there."""
    import prompts

    ours = prompts.load

    def load(task: str, lang: str) -> prompts.Prompt:
        file = folder / f"{task}.{lang}.md"
        if not file.is_file():
            return ours(task, lang)
        try:
            return prompts.parse(f"{task}.{lang}", file.read_text("utf-8"))
        except ValueError as error:
            raise BadSweep(f"{file}: {error}") from None

    return load
