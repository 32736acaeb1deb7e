//! From the tree to the graph: statements and the ways between them. What each kind of block is lies in [`super::blocks`].
//!
//! Whatever a statement leaves open (its [`Ends`]) leads to what follows. Nothing here asks whether the text is right.

use ntro_grammar::{Span, ast};

use super::{Edge, EdgeKind, Graph, MOST_EDGES, MOST_NODES, Node, NodeKind, words};

/// A way that leads nowhere yet.
#[derive(Debug, Clone)]
pub(super) struct Loose {
    pub(super) from: usize,
    pub(super) label: String,
    pub(super) kind: EdgeKind,
}

/// Ways that lead nowhere yet.
pub(super) type Ends = Vec<Loose>;

/// A way on from a node, always taken.
pub(super) fn onward(from: usize) -> Ends {
    labelled(from, "")
}

/// A way on from a node, taken in the case that is named.
pub(super) fn labelled(from: usize, label: impl Into<String>) -> Ends {
    vec![Loose { from, label: label.into(), kind: EdgeKind::Next }]
}

/// Adds words to what stands at a way.
pub(super) fn also(label: &str, words: &str) -> String {
    match (label.is_empty(), words.is_empty()) {
        (true, _) => words.to_owned(),
        (_, true) => label.to_owned(),
        _ => format!("{label}, {words}"),
    }
}

/// Adds words to what stands at some ways.
pub(super) fn all_also(mut ends: Ends, words: &str) -> Ends {
    for end in &mut ends {
        end.label = also(&end.label, words);
    }
    ends
}

/// The graph of a runbook.
pub(super) fn walk(text: &str, decl: &ast::RunbookDecl) -> Graph {
    let mut walk = Walk {
        text,
        nodes: Vec::new(),
        edges: Vec::new(),
        path: Vec::new(),
        parents: Vec::new(),
        leaves: vec![Vec::new()],
        catches: Vec::new(),
        made: 0,
        more: None,
        truncated: false,
    };
    let name = &decl.name.text;
    let title = decl.title.as_ref().map_or_else(|| name.clone(), |title| words::template(text, title));
    let start = walk.put(NodeKind::Start, "@start".into(), "Start".into(), Span::default(), Vec::new(), Vec::new());
    let mut ends = walk.body(&decl.body, onward(start));
    ends.extend(walk.leaves.pop().unwrap_or_default());
    let (edges, truncated) = walk.finish(ends);
    let Walk { nodes, .. } = walk;
    Graph { runbook: name.clone(), title, nodes, edges, truncated }
}

/// What is known on the way through the text.
pub(super) struct Walk<'t> {
    pub(super) text: &'t str,
    pub(super) nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// The names of the open blocks.
    pub(super) path: Vec<String>,
    /// The open steps.
    pub(super) parents: Vec<usize>,
    /// Where `return` and `skip` of the run and of the open steps lead.
    pub(super) leaves: Vec<Ends>,
    /// What the open `try`s catch.
    catches: Vec<Ends>,
    /// Numbers what has no name.
    made: usize,
    /// What stands for all that there is no room for.
    more: Option<usize>,
    truncated: bool,
}

impl Walk<'_> {
    /// Adds a node to which the ends lead.
    pub(super) fn put(
        &mut self,
        kind: NodeKind,
        id: String,
        title: String,
        span: Span,
        notes: Vec<String>,
        ends: Ends,
    ) -> usize {
        // Two places are kept for `@more` and `@end`.
        if self.nodes.len() + 2 >= MOST_NODES {
            let more = self.more.unwrap_or_else(|| {
                let title = "There is more than fits here".to_owned();
                self.push(NodeKind::More, "@more".into(), title, Span::default(), Vec::new())
            });
            (self.more, self.truncated) = (Some(more), true);
            self.connect(ends, more);
            return more;
        }
        let node = self.push(kind, id, title, span, notes);
        self.connect(ends, node);
        node
    }

    fn push(&mut self, kind: NodeKind, id: String, title: String, span: Span, notes: Vec<String>) -> usize {
        let parent = self.parents.last().copied();
        self.nodes.push(Node { id, title, kind, span, parent, notes });
        self.nodes.len() - 1
    }

    /// Adds a node without a name in the text.
    pub(super) fn made(&mut self, kind: NodeKind, title: String, span: Span, ends: Ends) -> usize {
        self.made += 1;
        let id = format!("@{}{}", kind.word(), self.made);
        self.put(kind, id, title, span, Vec::new(), ends)
    }

    /// Lets ways lead to a node.
    pub(super) fn connect(&mut self, ends: Ends, to: usize) {
        for Loose { from, label, kind } in ends {
            let kind = if to <= from { EdgeKind::Back } else { kind };
            let edge = Edge { from, to, label, kind };
            // What has no room left leads from `@more` to itself; nobody needs to see that.
            if Some(to) == self.more && from == to || self.edges.contains(&edge) {
                continue;
            }
            if self.edges.len() >= MOST_EDGES {
                self.truncated = true;
                return;
            }
            self.edges.push(edge);
        }
    }

    /// The ways end here with a failure, or where the innermost `try` catches it.
    pub(super) fn fail(&mut self, ends: Ends, message: Option<&ast::Template>, span: Span) {
        let mut ends = ends;
        ends.iter_mut().for_each(|end| end.kind = EdgeKind::Failure);
        if let Some(caught) = self.catches.last_mut() {
            caught.extend(ends);
            return;
        }
        let title = message.map_or_else(|| "Fails".to_owned(), |message| words::template(self.text, message));
        for end in ends {
            self.made(NodeKind::Failed, title.clone(), span, vec![end]);
        }
    }

    /// Adds the end of the run, last of all, and gives the edges.
    fn finish(&mut self, ends: Ends) -> (Vec<Edge>, bool) {
        self.parents.clear();
        let end = self.push(NodeKind::End, "@end".into(), "Complete".into(), Span::default(), Vec::new());
        self.connect(ends, end);
        (std::mem::take(&mut self.edges), self.truncated)
    }

    /// What stands between braces.
    pub(super) fn body(&mut self, body: &ast::Body, ends: Ends) -> Ends {
        body.stmts.iter().fold(ends, |ends, stmt| self.stmt(stmt, ends))
    }

    fn stmt(&mut self, stmt: &ast::Stmt, ends: Ends) -> Ends {
        match stmt {
            ast::Stmt::Block(block) => self.block(block, ends),
            ast::Stmt::If(it) if flows(&it.then) || it.otherwise.as_ref().is_some_and(flows) => self.branch(it, ends),
            ast::Stmt::Match(it) if arms(it).any(flows) => self.matching(it, ends),
            ast::Stmt::For(it) if flows(&it.body) => self.for_each(it, ends),
            ast::Stmt::Repeat(it) if flows(&it.body) => self.repeat(it, ends),
            ast::Stmt::Parallel { body, span } => self.parallel(body, *span, ends),
            ast::Stmt::Try { body, on_failure, span } => self.attempt(body, on_failure.as_ref(), *span, ends),
            ast::Stmt::Return { .. } => {
                self.leave(ends);
                Vec::new()
            }
            ast::Stmt::Skip { .. } => {
                self.leave(all_also(ends, "skipped"));
                Vec::new()
            }
            ast::Stmt::Fail { message, span } => {
                self.fail(ends, message.as_ref(), *span);
                Vec::new()
            }
            ast::Stmt::Require(require) => {
                let label = format!("unless {}", words::at(self.text, require.cond.span));
                let otherwise = all_also(ends.clone(), &label);
                if let Some(outcome) = &require.otherwise {
                    self.outcome(outcome, otherwise, None);
                }
                ends
            }
            ast::Stmt::Rework(rework) => self.rework(rework, ends),
            ast::Stmt::Sleep { until, value, span } => {
                let word = if *until { "Wait until" } else { "Wait" };
                let title = format!("{word} {}", words::at(self.text, value.span));
                onward(self.made(NodeKind::Sleep, title, *span, ends))
            }
            ast::Stmt::Handler(handler) => {
                let title = format!("on {}", handler.signal.name.text);
                self.made(NodeKind::Handler, title, handler.span, Vec::new());
                ends
            }
            _ => ends,
        }
    }

    /// The step, or the run, is over.
    fn leave(&mut self, ends: Ends) {
        if let Some(leaves) = self.leaves.last_mut() {
            leaves.extend(ends);
        }
    }

    fn branch(&mut self, it: &ast::IfStmt, ends: Ends) -> Ends {
        let title = format!("{}?", words::at(self.text, it.cond.span));
        let choice = self.made(NodeKind::Choice, title, it.cond.span, ends);
        let mut after = self.body(&it.then, labelled(choice, "yes"));
        let no = labelled(choice, "no");
        after.extend(match &it.otherwise {
            Some(otherwise) => self.body(otherwise, no),
            None => no,
        });
        after
    }

    fn matching(&mut self, it: &ast::Match, ends: Ends) -> Ends {
        let title = format!("{}?", words::at(self.text, it.subject.span));
        let choice = self.made(NodeKind::Choice, title, it.subject.span, ends);
        let mut after = Vec::new();
        for arm in &it.arms {
            let mut label = words::pattern(self.text, &arm.pattern);
            if let Some(guard) = &arm.guard {
                label = format!("{label} if {}", words::at(self.text, guard.span));
            }
            let ends = labelled(choice, label);
            after.extend(match &arm.body {
                ast::ArmBody::Body(body) => self.body(body, ends),
                ast::ArmBody::Expr(_) => ends,
            });
        }
        after
    }

    fn for_each(&mut self, it: &ast::ForStmt, ends: Ends) -> Ends {
        let list = words::at(self.text, it.list.span);
        let title = format!("for each {} in {list}", it.name.text);
        let node = self.made(NodeKind::Loop, title, it.head_span, ends);
        if let Some(most) = &it.at_once {
            let label = format!("at most {} at once", words::at(self.text, most.span));
            let mut after = all_also(self.body(&it.body, labelled(node, label)), "all done");
            after.extend(labelled(node, "none"));
            return after;
        }
        let again = self.body(&it.body, labelled(node, "each"));
        self.connect(all_also(again, "next"), node);
        labelled(node, "no more")
    }

    fn repeat(&mut self, it: &ast::RepeatStmt, ends: Ends) -> Ends {
        let until = it.until.as_ref().map(|until| words::at(self.text, until.span));
        let title = until.map_or_else(|| "repeat".to_owned(), |until| format!("until {until}"));
        let node = self.made(NodeKind::Loop, title, it.head_span, ends);
        let again = self.body(&it.body, labelled(node, "not yet"));
        self.connect(all_also(again, "again"), node);
        let mut after = labelled(node, "done");
        if let Some(outcome) = &it.otherwise {
            let times = it.at_most.as_ref().map(|most| words::at(self.text, most.span)).unwrap_or_default();
            after.extend(self.outcome(outcome, labelled(node, format!("not after {times} times")), None));
        }
        after
    }

    fn parallel(&mut self, body: &ast::Body, span: Span, ends: Ends) -> Ends {
        let head = Span::new(span.start, body.span.start.max(span.start));
        let fork = self.made(NodeKind::Parallel, "side by side".into(), head, ends);
        let mut after = Vec::new();
        for stmt in &body.stmts {
            after.extend(self.stmt(stmt, onward(fork)));
        }
        // Statements that are no blocks leave the fork itself open; only what waits comes together.
        let others = after.iter().any(|end| end.from != fork);
        after.retain(|end| end.from != fork || !others);
        let join = self.made(NodeKind::Join, "all done".into(), head, after);
        onward(join)
    }

    fn attempt(&mut self, body: &ast::Body, failed: Option<&ast::OnFailure>, span: Span, ends: Ends) -> Ends {
        let handled = failed.is_some_and(|failed| match &failed.outcome.kind {
            ast::OutcomeKind::Body(body) => flows(body),
            _ => true,
        });
        if !flows(body) && !handled {
            return ends;
        }
        let head = Span::new(span.start, body.span.start.max(span.start));
        let node = self.made(NodeKind::Try, "try".into(), head, ends);
        self.catches.push(Vec::new());
        let mut after = self.body(body, onward(node));
        let mut caught = self.catches.pop().unwrap_or_default();
        caught.push(Loose { from: node, label: "on failure".into(), kind: EdgeKind::Failure });
        after.extend(match failed {
            Some(failed) => self.outcome(&failed.outcome, caught, None),
            None => caught,
        });
        after
    }

    /// Follows what comes of something. Gives the ways that go on behind it.
    pub(super) fn outcome(&mut self, outcome: &ast::Outcome, ends: Ends, reject: Option<&ast::Outcome>) -> Ends {
        match &outcome.kind {
            ast::OutcomeKind::Fail(message) => {
                self.fail(ends, message.as_ref(), outcome.span);
                Vec::new()
            }
            ast::OutcomeKind::Skip(_) => all_also(ends, "skipped"),
            ast::OutcomeKind::Approve => all_also(ends, "approved"),
            ast::OutcomeKind::Reject => match reject {
                Some(reject) => self.outcome(reject, all_also(ends, "rejected"), None),
                None => all_also(ends, "rejected"),
            },
            ast::OutcomeKind::Rework(rework) => self.rework(rework, ends),
            ast::OutcomeKind::Body(body) => self.body(body, ends),
            ast::OutcomeKind::Missing
            | ast::OutcomeKind::Refuse(_)
            | ast::OutcomeKind::Collect
            | ast::OutcomeKind::Escalate { .. } => ends,
        }
    }

    /// What follows when a limit of a node runs out. Gives the ways that go on behind it.
    pub(super) fn late(&mut self, within: &ast::Within, from: usize, reject: Option<&ast::Outcome>) -> Ends {
        let Some(limits) = words::limits(self.text, within) else { return Vec::new() };
        let mut last = within.otherwise.as_deref();
        while let Some(ast::Outcome { kind: ast::OutcomeKind::Escalate { within: Some(next), .. }, .. }) = last {
            last = next.otherwise.as_deref();
        }
        match last {
            Some(outcome) => self.outcome(outcome, labelled(from, format!("late: {limits}")), reject),
            None => Vec::new(),
        }
    }

    /// Goes back to an earlier block, and says what follows once that was done often enough.
    fn rework(&mut self, rework: &ast::Rework, ends: Ends) -> Ends {
        let times = rework.at_most.as_ref().map(|most| words::at(self.text, most.span));
        let label = times.as_ref().map_or_else(|| "rework".into(), |most| format!("rework, at most {most} times"));
        if let Some(target) = self.target(&rework.from.text) {
            self.connect(all_also(ends.clone(), &label), target);
        }
        match &rework.otherwise {
            Some(outcome) => {
                let more = times.map_or_else(|| "once more".into(), |most| format!("more than {most} times"));
                self.outcome(outcome, all_also(ends, &more), None)
            }
            None => Vec::new(),
        }
    }

    /// The block that a rework names: the nearest of that name, from the inside to the outside.
    fn target(&self, name: &str) -> Option<usize> {
        (0..=self.path.len()).rev().find_map(|depth| {
            let mut path = self.path.get(..depth)?.to_vec();
            path.push(name.to_owned());
            let path = path.join(".");
            self.nodes.iter().rposition(|node| node.kind.is_block() && node.id == path)
        })
    }
}

/// Whether something stands there that is a node of its own or leaves the body.
pub(super) fn flows(body: &ast::Body) -> bool {
    body.stmts.iter().any(|stmt| match stmt {
        ast::Stmt::Block(_)
        | ast::Stmt::Return { .. }
        | ast::Stmt::Parallel { .. }
        | ast::Stmt::Fail { .. }
        | ast::Stmt::Skip { .. }
        | ast::Stmt::Require(_)
        | ast::Stmt::Rework(_)
        | ast::Stmt::Sleep { .. } => true,
        ast::Stmt::If(it) => flows(&it.then) || it.otherwise.as_ref().is_some_and(flows),
        ast::Stmt::Match(it) => arms(it).any(flows),
        ast::Stmt::For(it) => flows(&it.body),
        ast::Stmt::Repeat(it) => flows(&it.body),
        ast::Stmt::Try { body, on_failure, .. } => {
            flows(body)
                || on_failure.as_ref().is_some_and(|failed| match &failed.outcome.kind {
                    ast::OutcomeKind::Body(body) => flows(body),
                    _ => true,
                })
        }
        _ => false,
    })
}

/// The bodies of a `match`.
pub(super) fn arms(it: &ast::Match) -> impl Iterator<Item = &ast::Body> {
    it.arms.iter().filter_map(|arm| match &arm.body {
        ast::ArmBody::Body(body) => Some(body),
        ast::ArmBody::Expr(_) => None,
    })
}
