"""The store: what is committed is there whole, what is being written is not seen, failures change nothing."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from vectorstore.errors import LibraryBroken, NotInLibrary, WenjuError
from vectorstore.schema import OffsetMap, Page, Passage, PassageKind, Report
from vectorstore.store import Store


def report(id: str, text: str, passages: int = 1) -> Report:
    return Report(
        id=id, source=f"{id}.txt", path=f"/reports/{id}.txt", format="text", sha256="0" * 64, title=f"题 {id}",
        publisher=None, date="2024-05", lang="zh", pages=1, characters=len(text), passages=passages,
        added="2024-05-01T00:00:00+00:00",
    )  # fmt: skip


def passage(id: str, ordinal: int, text: str, kind: PassageKind = "text") -> Passage:
    offsets = OffsetMap(((0, ordinal * 10, len(text)),))
    start = ordinal * 10
    return Passage(id, ordinal, start, start + len(text), 1, 1, kind, ("章", "节"), text, offsets)


def begin(
    store: Store, segment: str, id: str, texts: Sequence[str], kinds: Sequence[PassageKind] = ()
) -> int:
    whole = "".join(text.ljust(10) for text in texts)
    key = store.begin(segment, report(id, whole, len(texts)), whole, [Page(1, 0, len(whole))])
    kinds = kinds or ["text"] * len(texts)
    parts = [passage(id, n, text, kind) for n, (text, kind) in enumerate(zip(texts, kinds, strict=True))]
    store.put_passages(key, [(part, f"hash of {part.clean}") for part in parts])
    return key


def searchable(store: Store, keys: Sequence[int]) -> list[str]:
    """The words that would be indexed."""
    store.put_words([(hash, clean) for hash, _, clean in store.contents(range(100))])
    store.put_vectors("e", [(hash, np.zeros(2)) for hash, _, _ in store.contents(range(100))])
    return [row[3] for row in store.searchable(keys, "e")]


@pytest.fixture
def store(home: Path) -> Store:
    return Store(home / "library.db")


def add(store: Store, segment: str, id: str, texts: Sequence[str], kinds: Sequence[PassageKind] = ()) -> None:
    store.commit(segment, [begin(store, segment, id, texts, kinds)])


def test_a_report_comes_back_as_it_went_in(store: Store) -> None:
    add(store, "s1", "a", ["甲😀𠮷", "乙"])
    assert store.report("a") == report("a", " " * 20, 2)
    assert store.text("a") == "甲😀𠮷".ljust(10) + "乙".ljust(10)
    assert store.pages("a") == (Page(1, 0, 20),)
    assert store.passages_of("a") == [passage("a", 0, "甲😀𠮷"), passage("a", 1, "乙")]


def test_what_is_being_added_is_not_seen(store: Store) -> None:
    key = begin(store, "s1", "a", ["甲"])
    assert store.reports() == []
    assert store.segments() == {}
    assert store.passages_of("a") == []
    assert store.keys() == []
    assert searchable(store, [key]) == ["甲"]
    generation = store.generation
    store.commit("s1", [key])
    assert [r.id for r in store.reports()] == ["a"]
    assert store.segments() == {"s1": 1}
    assert store.generation == generation + 1


def test_a_new_version_takes_the_place_of_the_old(store: Store) -> None:
    add(store, "s1", "a", ["旧", "旧二"])
    add(store, "s1b", "b", ["别"])
    assert {p.clean for p in store.passages([1, 2, 3]).values()} == {"旧", "旧二", "别"}
    add(store, "s2", "a", ["新"])
    assert [r.id for r in store.reports()] == ["a", "b"]
    assert [p.clean for p in store.passages_of("a")] == ["新"]
    assert [p.clean for p in store.passages([1, 2, 3, 4]).values()] == ["别", "新"]
    assert store.live_passages() == {"s1b": 1, "s2": 1}


def test_boilerplate_is_kept_and_not_searched(store: Store) -> None:
    add(store, "s1", "a", ["甲", "声明"], ["text", "boilerplate"])
    assert len(store.passages_of("a")) == 2
    assert searchable(store, store.keys()) == ["甲"]
    assert store.segments() == {"s1": 1}
    add(store, "s2", "b", ["声明"], ["boilerplate"])
    assert "s2" not in store.segments()


def test_passages_stand_under_title_and_headings(store: Store) -> None:
    add(store, "s1", "a", ["甲"])
    assert list(store.contents([1])) == [("hash of 甲", "题 a 章 节", "甲")]
    store.put_vectors("e", [("hash of 甲", np.ones(2))])
    store.put_words([("hash of 甲", "甲 等")])
    ((*row, vector),) = store.searchable(store.keys(), "e")
    assert row == [1, "a", "题 a 章 节", "甲 等"]
    assert vector.tolist() == [1, 1]


def test_what_has_no_vector_yet_is_named_once_and_short_ones_first(store: Store) -> None:
    add(store, "s1", "a", ["甲乙丙", "甲", "声明"], ["text", "text", "boilerplate"])
    add(store, "s2", "b", ["甲", "丁"])
    assert store.unembedded(store.keys(), "e") in ([2, 5, 1], [5, 2, 1])
    store.put_vectors("e", [("hash of 甲", np.zeros(3))])
    assert store.unembedded(store.keys(), "e") == [5, 1]
    assert store.unembedded(store.keys(["s1"]), "e") == [1]
    assert store.unembedded(store.keys(), "other") in ([2, 5, 1], [5, 2, 1])


def test_what_is_not_cut_into_words_yet_is_named_once(store: Store) -> None:
    add(store, "s1", "a", ["甲", "声明"], ["text", "boilerplate"])
    add(store, "s2", "b", ["甲", "丁"])
    assert sorted(store.uncut(store.keys())) == [1, 4]
    store.put_words([("hash of 甲", "甲")])
    assert store.uncut(store.keys()) == [4]
    assert store.uncut(store.keys(["s1"])) == []
    store.forget_words()
    assert sorted(store.uncut(store.keys())) == [1, 4]


def test_vectors_that_nothing_needs_are_dropped(store: Store) -> None:
    add(store, "s1", "a", ["甲"])
    store.put_vectors("e", [("hash of 甲", np.ones(2)), ("hash of 乙", np.ones(2))])
    store.put_vectors("before", [("hash of 甲", np.ones(2))])
    store.prune_vectors("e")
    assert list(store.vectors(["hash of 甲", "hash of 乙"], "e")) == ["hash of 甲"]
    assert store.vectors(["hash of 甲"], "before") == {}


def test_ranges_of_passages(store: Store) -> None:
    add(store, "s1", "a", ["甲", "乙", "丙"])
    add(store, "s2", "b", ["丁"])
    assert store.passage_ranges(["a"]) == [(1, 3)]
    assert store.passage_ranges(["b", "a", "none"]) == [(1, 3), (4, 4)]
    assert store.passage_ranges([]) == []


def test_what_a_killed_run_left_is_cleared_away(store: Store) -> None:
    add(store, "s1", "a", ["甲"])
    begin(store, "s2", "b", ["乙"])
    store.clean_up()
    assert store.db.execute("SELECT count(*) FROM reports").fetchone() == (1,)
    assert store.db.execute("SELECT count(*) FROM passages").fetchone() == (1,)


def test_an_emptied_segment_goes_and_readers_hear_of_it(store: Store) -> None:
    add(store, "s1", "a", ["甲"])
    store.remove(["a"])
    generation = store.generation
    store.clean_up()
    assert store.segments() == {}
    assert store.generation > generation
    store.clean_up()
    assert store.generation == generation + 1


def test_one_segment_replaces_others(store: Store) -> None:
    add(store, "s1", "a", ["甲"])
    add(store, "s2", "b", ["乙", "声明"], ["text", "boilerplate"])
    add(store, "s3", "c", ["丙"])
    store.replace_segments("s4", ["s1", "s2"])
    assert store.segments() == {"s3": 1, "s4": 2}
    assert len(store.keys(["s4"])) == 2
    assert store.meta("embedder") is None
    store.remove(["a", "b", "c"])
    store.replace_segments("s5", embedder="another")
    assert store.segments() == {}
    assert store.meta("embedder") == "another"


def test_vectors_by_content_and_embedder(store: Store) -> None:
    vectors = {f"h{n}": np.full(3, n, np.float32) for n in range(1200)}
    store.put_vectors("e", vectors.items())
    store.put_vectors("other", [("h1", np.zeros(3))])
    found = store.vectors([*vectors, "unknown"], "e")
    assert set(found) == set(vectors)
    assert all((found[name] == vectors[name]).all() for name in vectors)
    assert set(store.vectors(list(vectors), "other")) == {"h1"}


def test_facts_can_be_set(store: Store) -> None:
    add(store, "s1", "a", ["甲"])
    store.update("a", title="新题", publisher="某院", date=None)
    found = store.report("a")
    assert (found.title, found.publisher, found.date) == ("新题", "某院", None)


def test_tags_are_written_alike_and_stay_when_the_report_is_read_again(store: Store) -> None:
    add(store, "s1", "a", ["甲"])
    assert store.report("a").tags == ()
    store.update("a", tags="Chips， 2024 outlook, chips,,")
    assert store.report("a").tags == ("chips", "2024-outlook")
    add(store, "s2", "a", ["乙"])
    assert store.reports()[0].tags == store.edits("a")["tags"] == ("chips", "2024-outlook")
    store.update("a", tags="")
    assert store.report("a").tags == ()


@pytest.mark.parametrize("call", [Store.report, Store.text])
def test_an_unknown_id_is_named(store: Store, call: object) -> None:
    with pytest.raises(NotInLibrary, match=r"'nope'.*wenju docs list"):
        call(store, "nope")  # type: ignore[operator]
    assert store.pages("nope") == ()


def test_threads_may_share_it(store: Store) -> None:
    add(store, "s1", "a", ["甲"])
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(store.text("a").strip())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["甲"] * 8


def test_a_failing_transaction_changes_nothing(store: Store) -> None:
    def interrupted() -> None:
        with store.writing() as db:
            db.execute("INSERT INTO meta VALUES('a', 'b')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert store.meta("a") is None
    store.set_meta("a", "c")
    assert Store(store._path).meta("a") == "c"


def test_a_full_disk_is_one_sentence_and_nothing_is_half_there(store: Store) -> None:
    add(store, "s1", "a", ["甲"])
    (size,) = store.db.execute("PRAGMA page_count").fetchone()
    store.db.execute(f"PRAGMA max_page_count={size + 2}")
    with pytest.raises(WenjuError, match=r"^the disk is full; make room in .* and run it again$"):
        store.put_vectors("e", ((f"h{n}", np.zeros(384)) for n in range(100)))
    assert store.vectors([f"h{n}" for n in range(100)], "e") == {}
    assert [r.id for r in store.reports()] == ["a"]
    store.db.execute("PRAGMA max_page_count=1000000")
    store.put_vectors("e", [("h1", np.zeros(384))])


def test_a_file_that_is_no_database(home: Path) -> None:
    path = home / "library.db"
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(LibraryBroken, match="name another home") as caught:
        Store(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_database_of_another_version(store: Store) -> None:
    store.set_meta("version", "99")
    with pytest.raises(LibraryBroken, match="another version of Wenju"):
        Store(store._path)


def test_the_truth_is_a_write_ahead_database(store: Store) -> None:
    assert store.db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert isinstance(store.db, sqlite3.Connection)
