"""A reranker puts the first hits in order; when it fails, the search goes on as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.vectorstore.test_embedders import Hub, Serve, _closed_port, _tiny_tokenizer, serve
from vectorstore.explain import Trace
from vectorstore.library import Library
from vectorstore.reranker import EndpointReranker, HubReranker, RerankFailed, open_reranker

__all__ = ["serve"]
TEXTS = ["about cats", "about dogs", "about cats and dogs"]


def endpoint(asked: list[dict[str, Any]], results: Callable[[dict[str, Any]], Any], status: int = 200) -> Any:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        asked.append({"path": handler.path, "key": handler.headers["Authorization"], **body})
        said = json.dumps({"results": results(body)}).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(said)))
        handler.end_headers()
        handler.wfile.write(said)

    return answer


def by_length(body: dict[str, Any]) -> list[dict[str, float]]:
    """Longer is better, given in another order than asked."""
    return [
        {"index": n, "relevance_score": len(text)} for n, text in reversed(list(enumerate(body["documents"])))
    ]


def test_an_endpoint_is_asked_once_and_its_scores_are_put_in_order(serve: Serve) -> None:
    asked: list[dict[str, Any]] = []
    reranker = EndpointReranker("bge", serve(endpoint(asked, by_length)) + "/v1/", "secret")
    assert reranker.scores("pets?", TEXTS) == [10, 10, 19]
    assert [(one["path"], one["key"], one["model"], one["query"], one["top_n"]) for one in asked] == [
        ("/v1/rerank", "Bearer secret", "bge", "pets?", 3)
    ]
    assert reranker.scores("\ud83d", ["\ud83d", "a"]) == [1, 1]


@pytest.mark.parametrize(
    "results",
    [
        lambda body: by_length(body)[:-1], lambda body: None, lambda body: [{"index": 0}],
        lambda body: [{"index": n, "relevance_score": "much"} for n in range(3)],
        lambda body: [{"index": n, "relevance_score": float("nan")} for n in range(3)],
    ],
)  # fmt: skip
def test_an_answer_without_all_scores_is_one_sentence(serve: Serve, results: Any) -> None:
    with pytest.raises(RerankFailed, match="no list of 3 scores") as failure:
        EndpointReranker("m", serve(endpoint([], results))).scores("q", TEXTS)
    assert "\n" not in str(failure.value)


def test_a_refusal_and_a_server_that_is_not_there_name_the_setting_and_hide_the_key(serve: Serve) -> None:
    with pytest.raises(RerankFailed, match=r"401.*WENJU_RERANK_API_KEY") as failure:
        EndpointReranker("m", serve(endpoint([], by_length, 401)), "secret").scores("q", TEXTS)
    assert "secret" not in str(failure.value)
    with pytest.raises(RerankFailed, match="WENJU_RERANK_BASE_URL") as failure:
        EndpointReranker("m", f"http://me:secret@127.0.0.1:{_closed_port()}").scores("q", TEXTS)
    assert "secret" not in str(failure.value)


def _pair_graph() -> bytes:
    """A graph whose logit is how often the token 4 (cat) stands in both texts together."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes = [
        helper.make_node("Equal", ["input_ids", "cat"], ["is_cat"]),
        helper.make_node("Cast", ["is_cat"], ["ones"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["ones", "axes"], ["logits"], keepdims=1),
    ]
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1])
    constants = [
        numpy_helper.from_array(np.array(4, np.int64), "cat"), numpy_helper.from_array(np.array([1], np.int64), "axes")
    ]  # fmt: skip
    graph = helper.make_graph(nodes, "pair", [ids], [logits], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


def test_a_cross_encoder_from_a_hub_reads_both_texts(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Hub({"onnx/model.onnx": _pair_graph(), "tokenizer.json": _tiny_tokenizer()})
    monkeypatch.setenv("HF_ENDPOINT", serve(hub))
    reranker = open_reranker("hub:owner/tiny-pair", cache=tmp_path)
    assert reranker is not None
    assert reranker.scores("cat", ["dog", "cat cat", "cat"]) == [1.0, 3.0, 2.0]
    asked = len(hub.asked)
    assert HubReranker("owner/tiny-pair", tmp_path, 1).scores("dog", ["cat"]) == [1.0]
    assert len(hub.asked) == asked


def test_one_that_cannot_be_had_says_from_where(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", serve(Hub({})))
    with pytest.raises(RerankFailed, match=r"owner/tiny-none.*HF_ENDPOINT"):
        HubReranker("owner/tiny-none", tmp_path, 1).scores("q", ["a"])


@pytest.mark.parametrize("name", ["", "bge", "api:", "api", "hub:", "hub:x", "hub:a/b/c"])
def test_an_unknown_reranker_names_the_choices(name: str, tmp_path: Path) -> None:
    with pytest.raises(RerankFailed, match=r"api:MODEL.*hub:OWNER/REPO"):
        open_reranker(name, cache=tmp_path, base_url="http://127.0.0.1:1")


def test_none_is_none_and_an_endpoint_needs_an_address(tmp_path: Path) -> None:
    assert open_reranker("none", cache=tmp_path) is None
    with pytest.raises(RerankFailed, match="WENJU_RERANK_BASE_URL"):
        open_reranker("api:bge", cache=tmp_path)


def test_hits_come_in_the_rerankers_order_and_say_so(serve: Serve, library: Library, tmp_path: Path) -> None:
    for n, text in enumerate(("水泵的产量为三万台。", "水泵的产量连年增长，去年为三万台，今年更多一些。")):
        (tmp_path / f"{n}.txt").write_text(text, "utf-8")
    library.add([tmp_path / "0.txt", tmp_path / "1.txt"])
    before = [hit.report.source for hit in library.search("水泵的产量为三万台", 2)]
    assert before == ["0.txt", "1.txt"]
    library.reranker = EndpointReranker("long", serve(endpoint([], by_length)))
    trace = Trace()
    hits = library.search("水泵的产量为三万台", 2, trace=trace)
    assert [(hit.rank, hit.report.source) for hit in hits] == [(1, "1.txt"), (2, "0.txt")]
    assert hits[0].score > hits[1].score
    assert "by api:long" in " ".join(trace.lines(hits))
    library.reranker = EndpointReranker("long", f"http://127.0.0.1:{_closed_port()}")
    assert [hit.report.source for hit in library.search("水泵的产量为三万台", 2, trace=trace)] == before
    assert "WENJU_RERANK_BASE_URL" in trace.reranked
