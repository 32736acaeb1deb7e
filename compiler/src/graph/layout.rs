//! Where the parts of a graph stand in a picture: layers from the top to the bottom, few crossings, straight main ways.
//!
//! The classical way of layered drawings: each node one layer below the last that leads to it; ways over several layers get a place in each;
//! the order in a layer follows the neighbours; then each moves as near to its neighbours as the order allows. Failures stand at the
//! right of the block that fails, ways back run at the left. Whole numbers only, so that every machine draws the same picture.

use super::{EdgeKind, Graph, NodeKind};

/// Between two things in a layer.
const BESIDE: i32 = 28;
/// Between two layers.
const BELOW: i32 = 52;
/// Between a block and its failures, where the label of the way stands.
pub(super) const TO_FAILURE: i32 = 150;
/// Between two failures of one block.
const BETWEEN_FAILURES: i32 = 10;
/// Room for the labels of ways back, left of the blocks.
pub(super) const BACK_LABEL: i32 = 170;
/// Between two ways back.
const LANE: i32 = 14;
/// How often layers are put in order, and moved.
const SWEEPS: usize = 8;

/// A point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) x: i32,
    pub(super) y: i32,
}

/// Where all stands.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The middle of each node, by its index.
    pub(super) nodes: Vec<Point>,
    /// The way of each edge, by its index: straight from layer to layer at a node's height, else curved.
    pub(super) edges: Vec<Vec<Point>>,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// Something that has a place in a layer: a node with its failures, or a way that passes.
struct Cell {
    node: Option<usize>,
    /// From its anchor to its left and its right border.
    left: i32,
    right: i32,
    height: i32,
    layer: usize,
    /// Where its anchor stands.
    x: i32,
    above: Vec<usize>,
    below: Vec<usize>,
}

/// Finds a place for everything. `sizes` are width and height of each node.
pub(super) fn layout(graph: &Graph, sizes: &[(i32, i32)]) -> Layout {
    let mut making = Making::new(graph, sizes);
    making.chains(graph);
    making.order();
    making.place();
    making.finish(graph)
}

struct Making<'s> {
    sizes: &'s [(i32, i32)],
    cells: Vec<Cell>,
    /// The cell of each node; failures have none of their own.
    cell_of: Vec<Option<usize>>,
    /// The failures of each node.
    failures: Vec<Vec<usize>>,
    /// The cells in the order of each layer.
    layers: Vec<Vec<usize>>,
    /// The cells that an edge passes, by its index.
    passes: Vec<Vec<usize>>,
}

impl<'s> Making<'s> {
    fn new(graph: &Graph, sizes: &'s [(i32, i32)]) -> Making<'s> {
        let count = graph.nodes.len();
        let is_failure = |index: usize| graph.nodes.get(index).is_some_and(|node| node.kind == NodeKind::Failed);
        let mut failures = vec![Vec::new(); count];
        let mut layer = vec![0_usize; count];
        // Edges lead from lower to higher numbers, so that one pass in the order of their targets finds the longest ways.
        let mut onward: Vec<(usize, usize)> =
            graph.edges.iter().filter(|edge| edge.to > edge.from).map(|edge| (edge.to, edge.from)).collect();
        onward.sort_unstable();
        for (to, from) in onward {
            if is_failure(to) {
                if let Some(list) = failures.get_mut(from) {
                    list.push(to);
                }
                continue;
            }
            let below = layer.get(from).map_or(0, |layer| layer + 1);
            if let Some(layer) = layer.get_mut(to) {
                *layer = (*layer).max(below);
            }
        }
        let mut making = Making {
            sizes,
            cells: Vec::new(),
            cell_of: vec![None; count],
            failures,
            layers: Vec::new(),
            passes: Vec::new(),
        };
        for (index, layer) in layer.into_iter().enumerate().filter(|(index, _)| !is_failure(*index)) {
            let cell = making.cell(index, layer);
            if let Some(of) = making.cell_of.get_mut(index) {
                *of = Some(cell);
            }
        }
        making
    }

    fn size(&self, node: usize) -> (i32, i32) {
        self.sizes.get(node).copied().unwrap_or_default()
    }

    fn cell(&mut self, node: usize, layer: usize) -> usize {
        let (width, height) = self.size(node);
        let failures = self.failures.get(node).cloned().unwrap_or_default();
        let widest = failures.iter().map(|index| self.size(*index).0).max();
        let tall: i32 = failures.iter().map(|index| self.size(*index).1 + BETWEEN_FAILURES).sum();
        let right = width / 2 + widest.map_or(0, |widest| TO_FAILURE + widest);
        self.add(Cell {
            node: Some(node),
            left: width / 2,
            right,
            height: height.max(tall - BETWEEN_FAILURES),
            layer,
            x: 0,
            above: Vec::new(),
            below: Vec::new(),
        })
    }

    fn add(&mut self, cell: Cell) -> usize {
        let (layer, index) = (cell.layer, self.cells.len());
        if self.layers.len() <= layer {
            self.layers.resize_with(layer + 1, Vec::new);
        }
        if let Some(cells) = self.layers.get_mut(layer) {
            cells.push(index);
        }
        self.cells.push(cell);
        index
    }

    /// Ways over several layers get a place in each that they pass.
    fn chains(&mut self, graph: &Graph) {
        for edge in &graph.edges {
            let mut passes = Vec::new();
            let ends = (self.cell_of.get(edge.from).copied().flatten(), self.cell_of.get(edge.to).copied().flatten());
            if let (Some(from), Some(to), true) = (ends.0, ends.1, edge.kind != EdgeKind::Back) {
                let layer_of = |making: &Self, cell: usize| making.cells.get(cell).map_or(0, |cell| cell.layer);
                let (first, last) = (layer_of(self, from), layer_of(self, to));
                let mut before = from;
                for layer in first + 1..last {
                    let half = if edge.label.is_empty() || layer > first + 1 { 8 } else { 40 };
                    let (above, below) = (Vec::new(), Vec::new());
                    let pass =
                        self.add(Cell { node: None, left: half, right: half, height: 0, layer, x: 0, above, below });
                    self.link(before, pass);
                    passes.push(pass);
                    before = pass;
                }
                self.link(before, to);
            }
            self.passes.push(passes);
        }
    }

    fn link(&mut self, above: usize, below: usize) {
        if let Some(cell) = self.cells.get_mut(above) {
            cell.below.push(below);
        }
        if let Some(cell) = self.cells.get_mut(below) {
            cell.above.push(above);
        }
    }

    /// Puts the cells of each layer in the order of their neighbours, and keeps the order with the fewest crossings.
    fn order(&mut self) {
        let (mut best, mut fewest) = (self.layers.clone(), self.crossings());
        for sweep in 0..SWEEPS {
            if fewest == 0 {
                break;
            }
            let down = sweep % 2 == 0;
            let count = self.layers.len();
            for step in 1..count {
                let layer = if down { step } else { count - 1 - step };
                let places = self.places();
                let Some(mut cells) = self.layers.get(layer).cloned() else { continue };
                // Twice the mean place of the neighbours, as a whole number; without neighbours a cell stays where it is.
                let weigh = |cell: &usize| {
                    let cell_data = self.cells.get(*cell);
                    let around = cell_data.map(|cell| if down { &cell.above } else { &cell.below });
                    let around = around.filter(|around| !around.is_empty());
                    let place = |cell: &usize| places.get(*cell).copied().unwrap_or(0) * 1_000;
                    around.map_or_else(|| place(cell), |around| around.iter().map(place).sum::<usize>() / around.len())
                };
                let mut weighed: Vec<(usize, usize)> = cells.iter().map(|cell| (weigh(cell), *cell)).collect();
                weighed.sort_by_key(|(weight, _)| *weight);
                cells = weighed.into_iter().map(|(_, cell)| cell).collect();
                if let Some(at) = self.layers.get_mut(layer) {
                    *at = cells;
                }
            }
            let crossings = self.crossings();
            if crossings < fewest {
                (best, fewest) = (self.layers.clone(), crossings);
            }
        }
        self.layers = best;
    }

    /// The place of each cell in its layer.
    fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.cells.len()];
        for layer in &self.layers {
            for (place, cell) in layer.iter().enumerate() {
                if let Some(at) = places.get_mut(*cell) {
                    *at = place;
                }
            }
        }
        places
    }

    fn crossings(&self) -> usize {
        let places = self.places();
        let place = |cell: usize| places.get(cell).copied().unwrap_or(0);
        let mut crossings = 0;
        for layer in &self.layers {
            let mut ways: Vec<(usize, usize)> = Vec::new();
            for cell in layer {
                let below = self.cells.get(*cell).map(|cell| cell.below.as_slice()).unwrap_or_default();
                ways.extend(below.iter().map(|below| (place(*cell), place(*below))));
            }
            for (index, one) in ways.iter().enumerate() {
                let rest = ways.get(index + 1..).unwrap_or_default();
                crossings += rest
                    .iter()
                    .filter(|other| (one.0 < other.0) != (one.1 < other.1) && one.0 != other.0 && one.1 != other.1)
                    .count();
            }
        }
        crossings
    }

    /// Moves each cell as near to its neighbours as order and width allow.
    fn place(&mut self) {
        for layer in 0..self.layers.len() {
            self.settle(layer, |_| 0);
        }
        for sweep in 0..SWEEPS {
            let down = sweep % 2 == 0;
            for step in 0..self.layers.len() {
                let layer = if down { step } else { self.layers.len() - 1 - step };
                let xs: Vec<i32> = self.cells.iter().map(|cell| cell.x).collect();
                let wishes: Vec<(usize, i32)> = self
                    .layers
                    .get(layer)
                    .into_iter()
                    .flatten()
                    .filter_map(|index| {
                        let cell = self.cells.get(*index)?;
                        let around = if down { &cell.above } else { &cell.below };
                        let sum: i32 = around.iter().filter_map(|other| xs.get(*other)).sum();
                        let count = i32::try_from(around.len()).ok().filter(|count| *count > 0);
                        Some((*index, count.map_or(cell.x, |count| sum / count)))
                    })
                    .collect();
                self.settle(layer, |cell| wishes.iter().find(|(index, _)| *index == cell).map_or(0, |(_, x)| *x));
            }
        }
    }

    /// Gives the cells of a layer the places nearest to what they wish for, in their order and without overlaps: neighbours that would
    /// overlap move as one, to the mean of what they wish.
    fn settle(&mut self, layer: usize, wish: impl Fn(usize) -> i32) {
        let Some(cells) = self.layers.get(layer).cloned() else { return };
        // How far each anchor stands at least from that of the first.
        let (mut offset, mut before): (i32, Option<i32>) = (0, None);
        let mut groups: Vec<(i64, i64, usize)> = Vec::new();
        let mut offsets = Vec::new();
        for cell in &cells {
            let Some(data) = self.cells.get(*cell) else { continue };
            if let Some(right) = before {
                offset += right + BESIDE + data.left;
            }
            before = Some(data.right);
            offsets.push(offset);
            let mut group = (i64::from(wish(*cell) - offset), 1, 1);
            while let Some(last) = groups.last().copied().filter(|last| last.0 * group.1 > group.0 * last.1) {
                groups.pop();
                group = (group.0 + last.0, group.1 + last.1, group.2 + last.2);
            }
            groups.push(group);
        }
        let bases = groups.iter().flat_map(|(sum, count, cells)| std::iter::repeat_n(sum.div_euclid(*count), *cells));
        for ((cell, offset), base) in cells.iter().zip(offsets).zip(bases) {
            if let Some(data) = self.cells.get_mut(*cell) {
                data.x = i32::try_from(base).unwrap_or(0) + offset;
            }
        }
    }

    /// From places in layers to points in the picture.
    fn finish(self, graph: &Graph) -> Layout {
        let heights: Vec<i32> = self
            .layers
            .iter()
            .map(|layer| {
                layer.iter().filter_map(|cell| self.cells.get(*cell)).map(|cell| cell.height).max().unwrap_or(0)
            })
            .collect();
        let mut tops = Vec::with_capacity(heights.len());
        let mut y = BESIDE;
        for height in &heights {
            tops.push(y);
            y += height + BELOW;
        }
        let middle =
            |layer: usize| tops.get(layer).copied().unwrap_or(0) + heights.get(layer).copied().unwrap_or(0) / 2;
        let lanes = Lanes::new(graph, |node| {
            self.cell_of.get(node).copied().flatten().and_then(|cell| self.cells.get(cell)).map(|cell| cell.layer)
        });
        let leftmost = self.cells.iter().map(|cell| cell.x - cell.left).min().unwrap_or(0);
        let room = if lanes.count == 0 { BESIDE } else { BESIDE + BACK_LABEL + LANE * lanes.count };
        let shift = room - leftmost;
        let mut out = Layout { nodes: vec![Point { x: 0, y: 0 }; graph.nodes.len()], ..Layout::default() };
        for cell in &self.cells {
            out.width = out.width.max(cell.x + cell.right + shift + BESIDE);
            let Some(node) = cell.node else { continue };
            let at = Point { x: cell.x + shift, y: middle(cell.layer) };
            if let Some(point) = out.nodes.get_mut(node) {
                *point = at;
            }
            self.failures_at(node, at, &mut out.nodes);
        }
        out.height = y - BELOW + BESIDE;
        for (index, edge) in graph.edges.iter().enumerate() {
            let (Some(from), Some(to)) = (out.nodes.get(edge.from).copied(), out.nodes.get(edge.to).copied()) else {
                continue;
            };
            let (a, b) = (self.size(edge.from), self.size(edge.to));
            let points = if let Some(lane) = lanes.of(index) {
                // Leaves a little below the middle and comes in a little above it, so that the ways of one block stay apart.
                let x = room - BACK_LABEL - LANE * (lane + 1);
                let (leave, enter) = (from.y + a.1 / 5, to.y - b.1 / 5);
                vec![
                    Point { x: from.x - a.0 / 2, y: leave },
                    Point { x, y: leave },
                    Point { x, y: enter },
                    Point { x: to.x - b.0 / 2, y: enter },
                ]
            } else if graph.nodes.get(edge.to).is_some_and(|node| node.kind == NodeKind::Failed) {
                vec![Point { x: from.x + a.0 / 2, y: from.y }, Point { x: to.x - b.0 / 2, y: to.y }]
            } else {
                let mut points = vec![Point { x: from.x, y: from.y + a.1 / 2 }];
                for pass in self.passes.get(index).into_iter().flatten().filter_map(|pass| self.cells.get(*pass)) {
                    let top = tops.get(pass.layer).copied().unwrap_or(0);
                    let height = heights.get(pass.layer).copied().unwrap_or(0);
                    points.extend([Point { x: pass.x + shift, y: top }, Point { x: pass.x + shift, y: top + height }]);
                }
                points.push(Point { x: to.x, y: to.y - b.1 / 2 });
                points
            };
            out.edges.push(points);
        }
        out
    }

    /// The failures of a block, one below the other at its right.
    fn failures_at(&self, node: usize, at: Point, points: &mut [Point]) {
        let failures = self.failures.get(node).map(Vec::as_slice).unwrap_or_default();
        let tall: i32 = failures.iter().map(|index| self.size(*index).1 + BETWEEN_FAILURES).sum();
        let mut y = at.y - (tall - BETWEEN_FAILURES) / 2;
        for failure in failures {
            let (width, height) = self.size(*failure);
            if let Some(point) = points.get_mut(*failure) {
                *point = Point { x: at.x + self.size(node).0 / 2 + TO_FAILURE + width / 2, y: y + height / 2 };
            }
            y += height + BETWEEN_FAILURES;
        }
    }
}

/// Which way back runs how far outside: those that overlap have different lanes, short ones run inside.
struct Lanes {
    lane: Vec<Option<i32>>,
    count: i32,
}

impl Lanes {
    fn new(graph: &Graph, layer: impl Fn(usize) -> Option<usize>) -> Lanes {
        let mut back: Vec<(usize, usize, usize, usize)> = graph
            .edges
            .iter()
            .enumerate()
            .filter(|(_, edge)| edge.kind == EdgeKind::Back)
            .filter_map(|(index, edge)| {
                let (bottom, top) = (layer(edge.from)?, layer(edge.to)?);
                Some((bottom.saturating_sub(top), top, bottom, index))
            })
            .collect();
        back.sort_unstable();
        let mut taken: Vec<Vec<(usize, usize)>> = Vec::new();
        let mut lane = vec![None; graph.edges.len()];
        for (_, top, bottom, index) in back {
            let free = taken.iter().position(|lane| lane.iter().all(|(a, b)| bottom < *a || top > *b));
            let free = free.unwrap_or_else(|| {
                taken.push(Vec::new());
                taken.len() - 1
            });
            if let (Some(list), Some(at)) = (taken.get_mut(free), lane.get_mut(index)) {
                list.push((top, bottom));
                *at = i32::try_from(free).ok();
            }
        }
        Lanes { lane, count: i32::try_from(taken.len()).unwrap_or(i32::MAX) }
    }

    fn of(&self, edge: usize) -> Option<i32> {
        self.lane.get(edge).copied().flatten()
    }
}
