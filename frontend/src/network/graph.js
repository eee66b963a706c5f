// From the columns of the server to a graph. Keys: the actor's number, the relation's number.
import Graph from "graphology";

export function graphOf(data) {
  const graph = new Graph({ type: "directed", multi: true, allowSelfLoops: false });
  const outside = new Set(data.outside);
  const names = data.categories.map(([key]) => key);
  data.ids.forEach((id, at) => {
    graph.addNode(String(id), {
      x: data.x[at],
      y: data.y[at],
      label: data.names[at],
      category: names[data.category[at]] ?? "",
      slug: data.slugs[at],
      outside: outside.has(at),
      size: 3,
    });
  });
  data.row.forEach((row, at) => {
    const [one, other] = [data.ids[data.one[at]], data.ids[data.other[at]]];
    graph.addEdgeWithKey(String(row), String(one), String(other), { kind: data.kinds[data.kind[at]] });
  });
  const scale = Math.max(0.55, Math.min(1, 14 / Math.sqrt(graph.order + 1)));
  graph.updateEachNodeAttributes((node, own) => {
    own.size = scale * (3.5 + 1.9 * Math.sqrt(graph.degree(node)));
    return own;
  });
  return graph;
}
