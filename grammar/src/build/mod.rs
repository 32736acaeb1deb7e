//! From the parser's pairs to the tree.
//!
//! Invariants: every pair is looked at once, in the order of the text; what a function does not expect goes to
//! [`Builder::hole`], which words missing and surplus pieces; nothing here panics on any shape of pairs. Depth is counted
//! on the way down, so that neither this code nor the tree's own `Drop` can exhaust the stack.

mod block;
mod chain;
mod decl;
mod expr;
mod holes;
mod scenario;
mod stmt;
mod template;

use pest::Parser;
use pest::iterators::{Pair, Pairs};

use crate::ast::{Clause, Comment, Decl, Doc, File, Name, TypeExpr, TypeKind};
use crate::problems::{self, RESERVED};
use crate::syntax::{Rule, Syntax};
use crate::{Problem, Span};

/// A pair of this grammar.
pub(crate) type P<'t> = Pair<'t, Rule>;

/// How deep the tree may be. A chain of operators or of `.members` counts one for each link.
pub(crate) const MAX_DEPTH: usize = 256;

/// How many problems are noted before the ones that are told are chosen.
const MAX_FOUND: usize = 5000;

/// Where strings are being read: it decides which quotes fit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// In code.
    Double,
    /// In a hole of a `"` string.
    Single,
    /// In a hole of a `"""` string, where both fit.
    Either,
}

/// A problem before the pass that keeps one for each mistake.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// What it is.
    pub(crate) problem: Problem,
    /// Whether it may merely follow from another on its line.
    pub(crate) noise: bool,
}

/// What one parse gave.
pub(crate) struct Built {
    /// The tree.
    pub(crate) file: File,
    /// All that was found, unsorted.
    pub(crate) found: Vec<Found>,
}

/// Walks the pairs of one text.
pub(crate) struct Builder<'t> {
    pub(crate) text: &'t str,
    /// The real pieces of the text in order: no blanks, no comments.
    leaves: Vec<Span>,
    comments: Vec<Comment>,
    pub(crate) found: Vec<Found>,
    /// Whether every bracket of the text is a piece of it: none was put in.
    untouched: bool,
    pub(crate) quotes: Quotes,
    depth: usize,
    too_deep: bool,
    /// The last run of pieces that nobody understood: which problem speaks of it, how far it goes, and
    /// whether it is still on the line on which it began.
    junk: Option<(usize, Span, bool)>,
    /// `on edit` clauses of the component that was read last.
    pub(crate) hoisted: Vec<Clause>,
    /// Declarations that stand inside of the one that is read.
    pub(crate) nested: Vec<Decl>,
}

/// One parse of a text, before the tree.
pub(crate) struct Read<'t> {
    text: &'t str,
    pairs: Pairs<'t, Rule>,
    leaves: Vec<Span>,
    /// Whether no bracket was put in.
    untouched: bool,
    /// What is wrong at a glance.
    pub(crate) bad: Bad,
}

/// What a parse finds wrong: the measure by which repairs are chosen.
#[derive(Default)]
pub(crate) struct Bad {
    /// Lines with something wrong, brackets each for themselves.
    pub(crate) places: usize,
    /// Brackets that are not closed, not opened, or closed without being open.
    pub(crate) closers: usize,
    /// Ends of what a `{` may have followed.
    pub(crate) openers: Vec<usize>,
}

/// Parses a text that is known to be small and shallow enough. `braces` are places, in order, where a bracket was put over
/// a blank. `None` when the parser gave up, which only its guard of the stack can make it do.
/// What pest makes of a text, with nothing of ours: whether it is any text of the language, which all are that are not nested too deeply.
pub(crate) fn only_parse(text: &str) -> bool {
    Syntax::parse(Rule::file, text).is_ok()
}

pub(crate) fn read<'t>(text: &'t str, braces: &[u32]) -> Option<Read<'t>> {
    let pairs = Syntax::parse(Rule::file, text).ok()?;
    let mut leaves: Vec<Span> = Vec::new();
    let mut bad = Bad::default();
    // Lines are counted on the way, so that a text full of mistakes costs one pass as well.
    let (mut line, mut counted, mut bad_line) = (0, 0, usize::MAX);
    let mut open: Option<(Rule, usize)> = None;
    for token in pairs.clone().tokens() {
        match token {
            pest::Token::Start { rule, pos } => {
                let at = pos.pos();
                let stray = rule == Rule::rbrace && open == Some((Rule::junk_top, at));
                open = Some((rule, at));
                let kind = if stray { holes::Kind::Closer } else { holes::kind(rule) };
                if kind == holes::Kind::Fine {
                    continue;
                }
                let last = leaves.last().map_or(0, |leaf| leaf.end as usize);
                let place = if kind == holes::Kind::Surplus || stray { at } else { last };
                if place > counted {
                    let passed = text.as_bytes().get(counted..place).unwrap_or(&[]);
                    line += passed.iter().filter(|b| **b == b'\n').count();
                    counted = place;
                }
                if line != bad_line || kind == holes::Kind::Closer {
                    bad.places += 1;
                    bad_line = line;
                }
                bad.closers += usize::from(kind == holes::Kind::Closer);
                let opener = matches!(rule, Rule::missing_lbrace | Rule::missing_body);
                // A lost `{` shows where the first thing goes wrong, or where one is missed.
                if (opener || bad.places == 1) && bad.openers.len() < 4 && bad.openers.last() != Some(&last) {
                    bad.openers.push(last);
                }
            }
            pest::Token::End { pos, .. } => {
                if let Some((_, start)) = open.take()
                    && start < pos.pos()
                {
                    let leaf = span(start, pos.pos());
                    if braces.binary_search(&leaf.start).is_err() {
                        leaves.push(leaf);
                    }
                }
            }
        }
    }
    Some(Read { text, pairs, leaves, untouched: braces.is_empty(), bad })
}

impl<'t> Read<'t> {
    /// Beginnings and ends of all pairs, in order.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = pest::Token<'t, Rule>> {
        self.pairs.clone().tokens()
    }
}

/// Makes the tree.
pub(crate) fn build(read: Read<'_>) -> Built {
    let Read { text, pairs, leaves, untouched, .. } = read;
    let comments = comments(text, &leaves);
    let mut builder = Builder {
        text,
        leaves,
        comments,
        found: Vec::new(),
        untouched,
        quotes: Quotes::Double,
        depth: 0,
        too_deep: false,
        junk: None,
        hoisted: Vec::new(),
        nested: Vec::new(),
    };
    let decls = builder.file(pairs);
    Built { file: File { decls, comments: builder.comments }, found: builder.found }
}

/// The comments between the leaves: the gaps are blanks and comments, nothing else.
pub(crate) fn comments(text: &str, leaves: &[Span]) -> Vec<Comment> {
    let mut out = Vec::new();
    let mut at = 0;
    // There are few slashes, and many gaps.
    while let Some(slash) = text.get(at..).and_then(|rest| rest.find('/')).map(|found| at + found) {
        let next = leaves.get(leaves.partition_point(|leaf| leaf.end as usize <= slash));
        at = match next {
            Some(leaf) if leaf.start as usize <= slash => leaf.end as usize,
            _ => {
                let end = next.map_or(text.len(), |leaf| leaf.start as usize);
                gap(text, slash, end, &mut out);
                end
            }
        };
    }
    out
}

fn gap(text: &str, from: usize, to: usize, out: &mut Vec<Comment>) {
    let Some(mut rest) = text.get(from..to) else { return };
    let mut at = from;
    while let Some(found) = rest.find("//") {
        let start = at + found;
        let Some(tail) = rest.get(found..) else { return };
        let line = tail.split('\n').next().unwrap_or(tail);
        let shown = line.trim_end();
        let doc = shown.starts_with("///") && !shown.starts_with("////");
        let body = shown.trim_start_matches('/');
        out.push(Comment { text: body.trim().to_owned(), span: span(start, start + shown.len()), doc });
        at = start + line.len();
        rest = tail.get(line.len()..).unwrap_or("");
    }
}

/// Room for what stands between brackets: the largest pieces of a tree stand in lists, most of them alone.
pub(crate) fn between<T>(pairs: &Pairs<'_, Rule>) -> Vec<T> {
    Vec::with_capacity(pairs.len().saturating_sub(2))
}

/// The same where commas stand between them.
pub(crate) fn with_commas<T>(pairs: &Pairs<'_, Rule>) -> Vec<T> {
    Vec::with_capacity(pairs.len().saturating_sub(1) / 2)
}

/// A span from offsets; texts are bounded to 4 MiB long before.
pub(crate) fn span(start: usize, end: usize) -> Span {
    Span::new(u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX))
}

impl<'t> Builder<'t> {
    /// The place of a pair, ended at its last real piece.
    pub(crate) fn span(&self, pair: &P<'t>) -> Span {
        let raw = pair.as_span();
        let (start, end) = (raw.start() as u32, raw.end() as u32);
        // A pair that does not end in blanks ends at a piece, unless a comment ends the text or a bracket was put in.
        let last = self.text.as_bytes().get(..raw.end()).and_then(<[u8]>::last);
        if self.untouched && start < end && raw.end() < self.text.len() && !last.is_some_and(u8::is_ascii_whitespace) {
            return Span::new(start, end);
        }
        let after = self.leaves.partition_point(|leaf| leaf.end <= end);
        let last = after.checked_sub(1).and_then(|i| self.leaves.get(i));
        match last {
            Some(leaf) if leaf.end > start => Span::new(start, leaf.end),
            // Nothing real in it: it stands, empty, after what comes before.
            Some(leaf) => leaf.after(),
            None => Span::default(),
        }
    }

    /// The empty place after the last real piece before `at`.
    pub(crate) fn before(&self, at: u32) -> Span {
        let after = self.leaves.partition_point(|leaf| leaf.end <= at);
        after.checked_sub(1).and_then(|i| self.leaves.get(i)).map_or(Span::default(), |leaf| leaf.after())
    }

    /// The last real piece that ends at or before `at`.
    pub(crate) fn leaf_before(&self, at: u32) -> Option<Span> {
        let after = self.leaves.partition_point(|leaf| leaf.end <= at);
        after.checked_sub(1).and_then(|i| self.leaves.get(i)).copied()
    }

    /// The first real piece that starts at or after `at`.
    pub(crate) fn leaf_after(&self, at: u32) -> Option<Span> {
        self.leaves.get(self.leaves.partition_point(|leaf| leaf.start < at)).copied()
    }

    /// The text of a span.
    pub(crate) fn at(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Notes a problem.
    #[cold]
    pub(crate) fn report(&mut self, problem: Problem) {
        self.note(Found { problem, noise: false });
    }

    /// A text full of mistakes would need more room for its problems than for itself.
    fn note(&mut self, found: Found) {
        if self.found.len() < MAX_FOUND {
            self.found.push(found);
        }
    }

    /// Notes a problem that may merely follow from another on its line.
    #[cold]
    pub(crate) fn report_noise(&mut self, problem: Problem) {
        self.note(Found { problem, noise: true });
    }

    /// Goes `by` levels down; `false` when that is too deep, which is said once.
    pub(crate) fn down(&mut self, by: usize, at: Span) -> bool {
        if self.depth + by > MAX_DEPTH {
            if !self.too_deep {
                self.too_deep = true;
                self.report(problems::too_deep(at));
            }
            return false;
        }
        self.depth += by;
        true
    }

    /// Comes back up.
    pub(crate) fn up(&mut self, by: usize) {
        self.depth = self.depth.saturating_sub(by);
    }

    /// The word of a pair.
    pub(crate) fn word(&self, pair: &P<'t>) -> Name {
        Name { text: pair.as_str().to_owned(), span: self.span(pair) }
    }

    /// A name that is not there.
    pub(crate) fn no_name(&self, pair: &P<'t>) -> Name {
        Name { text: String::new(), span: self.before(pair.as_span().start() as u32) }
    }

    /// A name that was never reached.
    pub(crate) fn no_name_at(&self, at: Span) -> Name {
        Name { text: String::new(), span: self.before(at.end) }
    }

    /// The word of a property or field; quotes round it are a habit from JSON.
    pub(crate) fn key(&mut self, pair: &P<'t>) -> Name {
        let mut name = self.word(pair);
        if name.text.starts_with('"') {
            name.text = name.text.trim_matches('"').to_owned();
            self.report(problems::quoted_key(&name));
        }
        name
    }

    /// The name of a variable, step or parameter: some words are reserved.
    pub(crate) fn variable(&mut self, pair: &P<'t>, what: &str) -> Name {
        let name = self.word(pair);
        if RESERVED.contains(&name.text.as_str()) {
            self.report(problems::reserved(&name, what));
        } else if name.text.contains('-') {
            self.report(problems::dashed(&name, what));
        }
        name
    }

    /// The documentation of an item: `///` lines above it, and one on its own line after it.
    pub(crate) fn doc(&self, item: Span) -> Doc {
        let mut lines: Vec<&str> = Vec::new();
        let prev = self.leaf_before(item.start);
        let from = prev.map_or(0, |leaf| leaf.end);
        let prev_opens = prev.is_none_or(|leaf| matches!(self.at(leaf), "{" | "("));
        for comment in self.comments_in(from, item.start) {
            let own_line = prev_opens || self.at(Span::new(from, comment.span.start)).contains('\n');
            if comment.doc && own_line {
                lines.push(&comment.text);
            }
        }
        let mut end = item.end;
        let mut next = self.leaf_after(end);
        if let Some(leaf) = next
            && self.at(leaf) == ","
        {
            end = leaf.end;
            next = self.leaf_after(end);
        }
        let to = next.map_or(self.text.len() as u32, |leaf| leaf.start);
        for comment in self.comments_in(end, to) {
            if comment.doc && !self.at(Span::new(end, comment.span.start)).contains('\n') {
                lines.push(&comment.text);
            }
        }
        lines.join("\n")
    }

    fn comments_in(&self, from: u32, to: u32) -> impl Iterator<Item = &Comment> {
        let first = self.comments.partition_point(|c| c.span.start < from);
        self.comments.iter().skip(first).take_while(move |c| c.span.end <= to)
    }

    /// Two items on one line need a comma between them.
    pub(crate) fn separated(&mut self, before: Option<Span>, next: Span) {
        let Some(before) = before else { return };
        if before.end > next.start {
            return;
        }
        let between = self.at(Span::new(before.end, next.start));
        if !between.contains([',', '\n']) && !self.at(before).ends_with(',') {
            self.report_noise(problems::missing_comma(before.after()));
        }
    }

    /// A type.
    pub(crate) fn ty(&mut self, pair: P<'t>) -> TypeExpr {
        let at = self.span(&pair);
        if !self.down(1, at) {
            return TypeExpr { kind: TypeKind::Missing, span: at };
        }
        let mut out = TypeExpr { kind: TypeKind::Missing, span: at };
        let mut links = 0;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::ty_base => out = self.ty_base(child),
                Rule::ty_record => {
                    // Its fields may have problems of their own, which come with it once it has a name.
                    let here = self.span(&child);
                    self.report(problems::record_type(here, self.at(here)));
                    out = TypeExpr { kind: TypeKind::Missing, span: here };
                }
                Rule::opt => {
                    let span = out.span.to(self.span(&child));
                    if matches!(out.kind, TypeKind::Optional(_)) {
                        continue;
                    }
                    if !self.down(1, span) {
                        continue;
                    }
                    links += 1;
                    out = TypeExpr { kind: TypeKind::Optional(Box::new(out)), span };
                }
                Rule::arr => {
                    let here = self.span(&child);
                    self.report(problems::array_type(out.span, here, self.at(out.span)));
                    if !self.down(1, here) {
                        continue;
                    }
                    links += 1;
                    let span = out.span.to(here);
                    let name = Name { text: "list".to_owned(), span: here };
                    out = TypeExpr { kind: TypeKind::Named { name, args: vec![out] }, span };
                }
                _ => self.hole(child, Rule::ty),
            }
        }
        self.up(1 + links);
        out
    }

    fn ty_base(&mut self, pair: P<'t>) -> TypeExpr {
        let span = self.span(&pair);
        let mut name = self.no_name_at(span);
        let mut args = Vec::new();
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::ty_name => name = self.word(&child),
                Rule::targs => args = self.targs(child),
                _ => self.hole(child, Rule::ty_base),
            }
        }
        TypeExpr { kind: TypeKind::Named { name, args }, span }
    }

    /// `<T, U>`
    pub(crate) fn targs(&mut self, pair: P<'t>) -> Vec<TypeExpr> {
        let mut out = Vec::new();
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::ty => out.push(self.ty(child)),
                _ => self.hole(child, Rule::targs),
            }
        }
        out
    }
}
