"""PageRank over names: what is reached from the best candidates over names that they share with others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.types import Span
from app.memory.recall.candidates import Candidate
from app.memory.recall.features import NAMES, STAGES, features
from app.memory.recall.graph import named, ranks
from app.memory.recall.query import parse_query
from app.storage.entities import Mention

LINKS = st.lists(
    st.builds(Mention, st.integers(1, 6), st.integers(1, 4), st.integers(1, 6), st.booleans()),
    unique_by=lambda m: (m.span_id, m.entity_id),
)
SEEDS = st.dictionaries(st.integers(1, 8), st.floats(0, 1), max_size=5)


@given(LINKS, SEEDS, st.sets(st.integers(1, 4)))
def test_ranks_are_shares_of_one_walk(links: list[Mention], seeds: dict[int, float], asked: set[int]) -> None:
    found = ranks(links, seeds, asked)
    assert all(value >= 0 for value in found.values())
    assert sum(found.values()) <= 1 + 1e-9
    assert found.keys() <= {link.span_id for link in links} | seeds.keys()


@given(LINKS)
def test_a_seed_alone_tells_nothing_of_itself(links: list[Mention]) -> None:
    assert ranks(links, {1: 1.0}).get(1, 0.0) == 0.0


@pytest.mark.parametrize("seeds", [{}, {1: 0.0}, {1: 1.0, 2: 0.0}])
def test_without_links_or_a_start_there_is_nothing(seeds: dict[int, float]) -> None:
    assert ranks([], seeds) == {}
    assert not any(ranks([Mention(3, 1, 2)], seeds).values())


def test_a_rare_name_leads_further_than_a_common_one_and_to_what_is_about_it() -> None:
    rare, common = [Mention(1, 1, 2), Mention(2, 1, 2)], [Mention(1, 2, 50), Mention(3, 2, 50)]
    found = ranks([*rare, *common], {1: 1.0})
    assert found[2] > found[3] > 0
    about = [Mention(1, 1, 3), Mention(2, 1, 3), Mention(3, 1, 3, about=True)]
    found = ranks(about, {1: 1.0})
    assert found[3] > found[2] > 0


def test_names_of_the_question_are_not_walked_over_but_count_where_they_stand() -> None:
    links = [Mention(1, 1, 2), Mention(2, 1, 2)]
    assert ranks(links, {1: 1.0}, asked={1}) == {}
    assert named([*links, Mention(3, 1, 3, about=True), Mention(4, 2, 1)], {1}).keys() == {1, 2, 3}


def test_names_lead_to_documents_and_not_to_what_people_say_to_each_other() -> None:
    texts = [("", "Graz\nA city in Styria."), ("Ann", "Graz\nA city in Styria."), ("", "We went to Graz."), ("", "No.")]
    found = [
        Candidate(Span(1, n, n, 0, 1, id=n, text=text, speaker=speaker), graph=float(n < 4), about=float(n < 4))
        for n, (speaker, text) in enumerate(texts, 1)
    ]
    columns = [NAMES.index(name) for name in STAGES["graph"]]
    graph = features(found, parse_query("Where is Graz?"))[:, columns]
    assert (graph[0] > 0).all()
    assert not graph[1:].any()
