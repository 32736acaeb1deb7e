// Which node the cursor stands in.

import assert from "node:assert/strict";
import { test } from "node:test";

import { nodeAt } from "../../src/graph/protocol";
import type { Graph, GraphNode } from "../../src/graph/protocol";

const node = (id: string, from: [number, number], to: [number, number]): GraphNode => ({
  id,
  title: id,
  kind: "step",
  range: { start: { line: from[0], character: from[1] }, end: { line: to[0], character: to[1] } },
});
const graph: Graph = {
  nodes: [{ id: "@start", title: "", kind: "start", range: null }, node("outer", [2, 2], [9, 3]), node("outer.inner", [4, 4], [6, 5]), node("after", [10, 2], [10, 30]), { id: "@end", title: "", kind: "end" }],
  edges: [],
};
const at = (line: number, character: number) => nodeAt(graph, { line, character })?.id;

test("it is the innermost one, its borders included", () => {
  assert.equal(at(3, 0), "outer");
  assert.equal(at(4, 4), "outer.inner");
  assert.equal(at(6, 5), "outer.inner");
  assert.equal(at(6, 6), "outer");
  assert.equal(at(10, 30), "after");
});

test("between blocks, and where nothing stands, it is none", () => {
  assert.equal(at(0, 0), undefined);
  assert.equal(at(2, 1), undefined);
  assert.equal(at(10, 31), undefined);
  assert.equal(nodeAt({ nodes: [], edges: [] }, { line: 0, character: 0 }), undefined);
});
