"""Memory with real embeddings goes through an archive and recalls the same, without a word embedded anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bootstrap import Assistant, build
from app.runtime.host import EmbedHost
from tests.archive.test_archive import brought, content, written
from tests.fakes import FakeClock, FakeModel

SAID = [
    "I left my umbrella on the tram this morning, line eleven.",
    "My sister keeps bees behind her house in the hills.",
    "The landlord wants the rent by bank transfer from now on.",
    "We watched a film about a lighthouse keeper last night.",
    "The doctor told me to drink less coffee.",
    "Our neighbour's cat had four kittens under the stairs.",
]
ASKED = [
    "Where did I forget the thing against rain?",
    "Who makes honey?",
    "What should I have less of?",
    "baby animals",
]


@pytest.mark.real
def test_recall_by_meaning_is_the_same_behind_an_archive(tmp_path: Path, embed_host: EmbedHost) -> None:
    def living(name: str) -> Assistant:
        return build(
            tmp_path / name,
            background=False,
            clock=FakeClock(),
            model=FakeModel(),
            embedder=embed_host,
            meaning_wait_s=60,
        )

    with living("one") as one:
        for text in SAID:
            one.memory.begin(text, one.clock.now())
        one.memory.embed_pending()
        first = written(one, tmp_path / "a.mneme", passphrase="four words are enough")
        before = [[(hit.span.text, hit.score) for hit in one.memory.recall(question).hits] for question in ASKED]
    with living("two") as two:
        brought(two, tmp_path / "a.mneme", "four words are enough")
        assert two.memory.embed_pending() == 0
        after = [[(hit.span.text, hit.score) for hit in two.memory.recall(question).hits] for question in ASKED]
        assert content(written(two, tmp_path / "b.mneme")) == content(first)
    for one_found, other_found in zip(before, after, strict=True):
        assert [text for text, _ in one_found] == [text for text, _ in other_found]
        assert [score for _, score in one_found] == pytest.approx([score for _, score in other_found], abs=1e-3)
    assert "umbrella" in after[0][0][0]
    assert "bees" in after[1][0][0]
