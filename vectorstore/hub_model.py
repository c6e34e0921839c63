"""Models as hubs publish them, an ONNX graph and `tokenizer.json`: sentence embeddings and cross-encoders."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

GRAPHS = ("onnx/model_quantized.onnx", "onnx/model.onnx", "model.onnx")
"""Where repositories keep their graph; the first that exists is used."""

TOKENIZER, POOLING = "tokenizer.json", "1_Pooling/config.json"
_WINDOW = 512


def fetch(repo: str, cache: Path, endpoint: str, revision: str | None = None) -> Path:
    """The graph's path in the cache, with its tokenizer in the same snapshot; downloads what is missing.

    A model that is complete in the cache is used without asking the hub. Raises what `huggingface_hub`
    raises, and `FileNotFoundError` when the repository has no ONNX graph at any of `GRAPHS`.
    """
    found = _files(_Getter(repo, cache, endpoint, revision, offline=True))
    if found is None:
        _reach(endpoint)
        found = _files(_Getter(repo, cache, endpoint, revision, offline=False))
    if found is None:
        raise FileNotFoundError(f"the repository needs {TOKENIZER} and one of {', '.join(GRAPHS)}")
    return found


def _reach(endpoint: str) -> None:
    """Raise at once when nobody answers there: `huggingface_hub` goes on trying for 24 seconds."""
    import httpx

    httpx.head(endpoint, timeout=10)


def _files(get: _Getter) -> Path | None:
    """The graph, fetched last: once it is there, what belongs to it is there too."""
    if get(TOKENIZER) is None:
        return None
    get(POOLING)
    for name in GRAPHS:
        get(f"{name}_data")
        graph = get(name)
        if graph:
            return graph
    return None


class _Getter:
    """Files of one repository, None for those it does not have."""

    def __init__(self, repo: str, cache: Path, endpoint: str, revision: str | None, offline: bool) -> None:
        self._repo, self._cache, self._endpoint = repo, cache, endpoint
        self._revision, self._offline = revision, offline

    def __call__(self, file: str) -> Path | None:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

        try:
            return Path(
                hf_hub_download(
                    self._repo,
                    file,
                    revision=self._revision,
                    cache_dir=self._cache,
                    endpoint=self._endpoint,
                    local_files_only=self._offline,
                )
            )
        except LocalEntryNotFoundError:
            if not self._offline:  # the hub cannot be reached
                raise
            return None
        except EntryNotFoundError:
            return None


class _Graph:
    """A loaded graph with its tokenizer. Threads may share it."""

    def __init__(self, graph: Path, threads: int = 1) -> None:
        """`graph` lies in a snapshot folder named by its commit, as `fetch` leaves it."""
        import onnxruntime as ort
        from tokenizers import Tokenizer

        self.snapshot = next(folder for folder in graph.parents if (folder / TOKENIZER).is_file())
        self.version = f"{self.snapshot.name[:12]}/{graph.relative_to(self.snapshot).as_posix()}"
        self._tokenizer = Tokenizer.from_file(str(self.snapshot / TOKENIZER))
        self._tokenizer.no_padding()
        if self._tokenizer.truncation is None:
            self._tokenizer.enable_truncation(_WINDOW)
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._inputs = {value.name for value in self._session.get_inputs()}

    def run(self, text: str, pair: str | None = None) -> Floats:
        """The first output for a text, or for two that are read together, without the batch's axis."""
        encoded = self._tokenizer.encode(text, pair)
        row = np.array([encoded.ids], np.int64)
        known = {
            "input_ids": row,
            "attention_mask": np.ones_like(row),
            "token_type_ids": np.array([encoded.type_ids], np.int64),
            "position_ids": np.arange(len(encoded.ids))[None],
        }
        output: Floats = self._session.run(None, {name: known[name] for name in self._inputs})[0][0]
        return output


class CrossEncoder(_Graph):
    """How well a passage answers a question: a logit, for the last class where the graph has several."""

    def __call__(self, question: str, passage: str) -> float:
        """Higher is better."""
        return float(np.ravel(self.run(question, passage))[-1])


class HubModel(_Graph):
    """A text's vector."""

    def __init__(self, graph: Path) -> None:
        """See `_Graph`."""
        super().__init__(graph)
        self._first_token = _pools_first_token(self.snapshot / POOLING)
        self.dimension = len(self("a"))

    def __call__(self, text: str) -> Floats:
        """The vector (dimension,), of length 1, of a text that carries its prefix already."""
        states = self.run(text.encode("utf-8", "replace").decode())
        vector = states if states.ndim == 1 else states[0] if self._first_token else states.mean(axis=0)
        normalised: Floats = (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
        return normalised


def _pools_first_token(config: Path) -> bool:
    """Whether the repository says that the first token (CLS) stands for the text; the mean otherwise."""
    try:
        return bool(json.loads(config.read_text("utf-8")).get("pooling_mode_cls_token", False))
    except FileNotFoundError:
        return False
