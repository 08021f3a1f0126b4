"""Whether llama.cpp's graph is built the way that moving weights relies on."""

from __future__ import annotations

from app.core.phrase import Phrase
from app.runtime.flash.guard import FlashRefused
from app.runtime.flash.layout import Layout
from app.runtime.flash.model_map import ModelMap
from app.runtime.flash.survey import Node, Survey

_STRANGE = Phrase("this model's layers are computed in an order that Mneme does not know")


def verify_experts(survey: Survey, layout: Layout, model: ModelMap) -> None:
    """In each graph and layer the chosen experts must be read by nothing but products with the tensors that move,
    once the weights of the chosen have been computed. Raises FlashRefused."""
    names = {part.info.name for parts in model.experts.values() for part in parts}
    if missing := names - survey.weights.keys():
        raise FlashRefused("llama.cpp does not use {0}", min(missing))
    for graph in survey.graphs:
        for layer in model.experts:
            _verify_layer(survey, layout, graph, layer, names)


def _verify_layer(survey: Survey, layout: Layout, graph: list[Node], layer: int, names: set[str]) -> None:
    wanted = f"ffn_moe_weights-{layer}"
    places = [i for i, node in enumerate(graph) if node.name == wanted and node.op == layout.get_rows]
    if len(places) != 1:
        raise FlashRefused(_STRANGE)
    chosen = graph[places[0]].sources[1]
    prefix = f"blk.{layer}."
    for at, node in enumerate(graph):
        read = {name for source in node.sources if (name := survey.named(source)) in names and name.startswith(prefix)}
        late = at > places[0] and (chosen in node.sources or node.view_of == chosen)
        if read or late:
            ids = node.sources[2] if len(node.sources) == 3 else 0
            by_id = node.op in (layout.mul_mat_id, layout.add_id)
            if not (read and by_id and ids == chosen and at > places[0]):
                raise FlashRefused(_STRANGE)


def verify_layers(survey: Survey, streamed: dict[int, list[str]], last: int) -> None:
    """In each graph the tensors of a layer that do not stay must be read after the layer before has ended, and before
    the layer itself has, and through no view. Raises FlashRefused."""
    of_layer = {name: layer for layer, names in streamed.items() for name in names}
    if missing := of_layer.keys() - survey.weights.keys():
        raise FlashRefused("llama.cpp does not use {0}", min(missing))
    if viewed := of_layer.keys() & survey.viewed:
        raise FlashRefused("llama.cpp reads {0} in parts", min(viewed))
    ends = {f"l_out-{layer}": layer for layer in range(last + 1)}
    for graph in survey.graphs:
        ended = -1
        for node in graph:
            for source in node.sources:
                if of_layer.get(survey.named(source), ended + 1) != ended + 1:
                    raise FlashRefused(_STRANGE)
            if (layer := ends.get(node.name)) is not None:
                if layer != ended + 1:
                    raise FlashRefused(_STRANGE)
                ended = layer
        if ended != last:
            raise FlashRefused(_STRANGE)
