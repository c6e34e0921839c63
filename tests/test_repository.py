"""What the repository promises about itself: nothing of the machine in it, all documented, arrows kept."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("assistant", "eval", "prompts", "samples", "vectorstore")
LOCKS = ("requirements.lock", "requirements-dev.lock")
HEAVY = {"chromadb", "gradio", "langchain", "langchain_openai", "openai", "onnxruntime", "xllamacpp"}
# Put together from pieces, so that this file does not hold what it looks for.
MACHINE = re.compile(
    r"(?:^|[^A-Za-z0-9._-])/(?:" + "|".join(["work", "farm", "root", "tmp", "home/[a-z]+"]) + ")(?:/|$)",
    re.MULTILINE,
)
_HOSTS = [("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("deb", "debian")]
REGISTRY = re.compile("|".join(map("[.]".join, _HOSTS)))


def ignored(path: Path) -> bool:
    """Whether .gitignore leaves a path out; its patterns here are plain names of files and folders."""
    patterns = [".git", *(ROOT / ".gitignore").read_text("utf-8").replace("/\n", "\n").split()]
    return any(fnmatch(part, pattern) for part in path.parts for pattern in patterns)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control; every file in the tree where there is no git."""
    try:
        listing = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True, text=True
        ).stdout
        files = [ROOT / name for name in listing.split("\0") if name]
    except (FileNotFoundError, subprocess.CalledProcessError):
        files = [file for file in ROOT.rglob("*") if not ignored(file.relative_to(ROOT))]
    return tuple(file for file in files if file.is_file())


def texts() -> Iterator[tuple[str, str]]:
    """(path from the root, content) of every tracked text file."""
    for file in tracked():
        try:
            yield str(file.relative_to(ROOT)), file.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def modules() -> list[Path]:
    """The Python modules of the packages."""
    return [f for f in tracked() if f.suffix == ".py" and f.relative_to(ROOT).parts[0] in PACKAGES]


def imports(tree: ast.AST) -> Iterator[str]:
    """Full names of what is imported anywhere below a node; imports for type checking only do not count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imports(node)


def at_import(tree: ast.Module) -> Iterator[str]:
    """What a module imports as soon as it is imported itself."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from imports(ast.Module(body=[node], type_ignores=[]))


def inside(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


# ---- nothing of the machine


def test_no_file_holds_a_machine_path() -> None:
    found = [f"{path}: {match[0]}" for path, text in texts() for match in MACHINE.finditer(text)]
    assert not found


def test_no_file_holds_the_host_of_a_package_registry() -> None:
    found = [f"{path}: {match[0]}" for path, text in texts() for match in REGISTRY.finditer(text)]
    assert not found


# ---- the locks


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_version_carries_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 50
    for entry in entries:
        assert re.match(r"[a-z0-9][a-z0-9._-]*==\S+", entry), f"not pinned: {entry[:60]}"
        assert "--hash=sha256:" in entry, f"no hash: {entry[:60]}"
    assert "://" not in text
    assert "--index" not in text


def test_every_dependency_is_locked_and_torch_is_not_among_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    core = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["local"]]
    for lock, wanted in zip(LOCKS, (core, [*core, *project["dependency-groups"]["dev"]]), strict=True):
        locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / lock).read_text("utf-8"), re.MULTILINE))
        names = {re.match(r"[A-Za-z0-9._-]+", line)[0].lower() for line in wanted}  # type: ignore[index]
        assert names <= locked, f"not in {lock}: {sorted(names - locked)}; run `make lock`"
        assert "torch" not in locked


def test_both_locks_agree() -> None:
    pins = [set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text("utf-8"), re.MULTILINE)) for lock in LOCKS]
    assert pins[0] <= pins[1]


# ---- the documents


def test_every_setting_is_documented_with_its_own_words() -> None:
    from assistant.settings import documented

    page = (ROOT / "docs/settings.md").read_text("utf-8")
    for name, description in documented().items():
        assert f"`WENJU_{name.upper()}`" in page, f"docs/settings.md does not name WENJU_{name.upper()}"
        assert description in page, f"docs/settings.md says something else about WENJU_{name.upper()}"


def test_no_setting_is_documented_that_does_not_exist() -> None:
    from assistant.settings import documented

    page = (ROOT / "docs/settings.md").read_text("utf-8")
    rows = re.findall(r"^\| `WENJU_([A-Z_]+)`", page, re.MULTILINE)
    assert {row.lower() for row in rows} == set(documented())


def test_every_command_and_option_is_documented() -> None:
    from assistant.faces.cli import cli
    from assistant.faces.evaluation import evaluation

    page = (ROOT / "docs/commands.md").read_text("utf-8")
    spellings = [*_spellings(cli, "wenju"), *_spellings(evaluation, "wenju eval")]
    missing = [spelling for spelling in spellings if spelling not in page]
    assert not missing, f"docs/commands.md does not name {missing}"


def _spellings(command: object, name: str) -> Iterator[str]:
    """Every command's full name and every long option below a click command."""
    import click

    assert isinstance(command, click.Command)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield max(parameter.opts, key=len)
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield f"{name} {child.name}"
            yield from _spellings(child, f"{name} {child.name}")


def test_every_link_within_the_repository_leads_somewhere() -> None:
    broken = []
    for path, text in texts():
        if path.endswith(".md") and not path.startswith("prompts/"):
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
                if "://" not in target and not (ROOT / path).parent.joinpath(target).exists():
                    broken.append(f"{path} -> {target}")
    assert not broken


# ---- the house


def test_every_prompt_exists_in_both_languages() -> None:
    prompts = {file.name for file in (ROOT / "prompts").iterdir() if file.suffix not in {".py", ""}}
    assert prompts
    pairs = {name.replace(".zh.", ".en.") for name in prompts if ".zh." in name}
    assert pairs == {name for name in prompts if ".en." in name}
    assert all(".zh." in name or ".en." in name for name in prompts)


def test_no_module_has_400_lines() -> None:
    lengths = {str(f.relative_to(ROOT)): len(f.read_text("utf-8").splitlines()) for f in modules()}
    assert not {name: lines for name, lines in lengths.items() if lines >= 400}, "is each still one thing?"


@pytest.mark.parametrize("module", modules(), ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_go_the_right_way(module: Path) -> None:
    package, *rest = module.relative_to(ROOT).parts
    face = package == "assistant" and rest[0] == "faces"
    tree = ast.parse(module.read_text("utf-8"))
    everything = set(imports(tree))
    assert not any(name.startswith("None") for name in everything), "relative imports hide the arrows"
    if package in {"vectorstore", "prompts", "samples"}:
        assert not [name for name in everything if inside(name, "assistant")]
    if not face:
        assert not [name for name in everything if inside(name, "assistant.faces")]
    if not face and package != "eval":
        assert not [name for name in everything if inside(name, "eval")]
    assert not [name for name in at_import(tree) if face and inside(name, "eval")], "faces import eval lazily"


def test_the_command_line_starts_without_heavy_libraries() -> None:
    script = "import sys, assistant.faces.cli; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True)
    assert not HEAVY & set(loaded.split())
