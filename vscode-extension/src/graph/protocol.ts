// What the server answers to `ntro/graph`, what the picture and the extension say to each other, and nothing that needs either.

/** A place in a text, as the protocol has it: from 0, in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** From a place up to another one. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** What is asked: the flow of the runbook around a position. */
export interface GraphParams {
  readonly uri: string;
  readonly position: Position;
}

/** A block, or a place where the flow parts or ends. */
export interface GraphNode {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly notes?: readonly string[];
  /** Where it stands; nothing for what stands nowhere, as the end of a run. */
  readonly range?: Range | null;
}

/** A way from one node to another. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  readonly kind?: string;
}

/** The flow of one runbook. */
export interface Graph {
  readonly runbook?: string;
  readonly title?: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** The picture; its nodes bear their id as `data-id`. */
  readonly svg?: string;
}

/** To the picture. */
export type ToPicture =
  /** Another graph, and the node in which the cursor stands. */
  | { readonly type: "graph"; readonly graph: Graph; readonly current: string | undefined }
  /** Only the cursor has moved. */
  | { readonly type: "current"; readonly current: string | undefined }
  /** There is nothing to show, and this is why. */
  | { readonly type: "nothing"; readonly why: string };

/** From the picture. */
export type FromPicture =
  /** It has been loaded, and knows nothing yet. */
  | { readonly type: "ready" }
  /** The user wants to see where this node stands. */
  | { readonly type: "reveal"; readonly id: string };

/** The node in which a position lies: the innermost one, and of those as small the later one. */
export function nodeAt(graph: Graph, position: Position): GraphNode | undefined {
  let best: GraphNode | undefined;
  for (const node of graph.nodes) {
    if (!node.range || !holds(node.range, position)) continue;
    if (!best?.range || isWithin(node.range, best.range)) best = node;
  }
  return best;
}

function holds(range: Range, position: Position): boolean {
  return !before(position, range.start) && !before(range.end, position);
}

function isWithin(inner: Range, outer: Range): boolean {
  return !before(inner.start, outer.start) && !before(outer.end, inner.end);
}

function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
