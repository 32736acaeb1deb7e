//! The pieces of a text with what the formatter must know of each.

use crate::ast::Comment;
use crate::build::{self, span};
use crate::syntax::Rule;

/// What a piece is to its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, a literal, a text.
    Plain,
    /// `{`
    OpenBrace,
    /// `(` or `[` that touches what stands before it.
    OpenTight,
    /// `(` or `[` on its own.
    OpenLoose,
    /// `}`, `)`, `]`
    Close,
    /// `,`
    Comma,
    /// `:`, `?` of a type, `>`: touches what stands before it.
    TightBefore,
    /// `-`, `...`: touches what stands after it.
    TightAfter,
    /// `.`, `?.`, `<` of a type: touches both.
    TightBoth,
    /// `and`, `or`
    Logic,
    /// Another operator with two sides.
    Op,
    /// `else`
    Else,
}

/// The columns that a line may take part in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// `name: value`
    Prop,
    /// `within`, `send`, `expect` beside the properties of an agent or a capability.
    Clause,
    /// `input`, `config`
    Decl,
    /// A line of a scenario.
    Scenario,
}

/// One piece.
#[derive(Debug)]
pub(super) struct Piece<'t> {
    /// As written.
    pub(super) text: &'t str,
    /// What it is.
    pub(super) kind: Kind,
    /// Whether an item of the bracket that holds it begins here.
    pub(super) item: bool,
    /// The column that the item belongs to.
    pub(super) column: Option<Column>,
    /// Whether the item is an arm of a `match`, whose commas stay.
    pub(super) arm: bool,
    /// Line breaks before it, or before the first comment before it.
    pub(super) breaks: usize,
    /// Comments on the line of the piece before.
    pub(super) trailing: Vec<&'t str>,
    /// Comments on lines of their own, each with whether a blank line stands before it.
    pub(super) above: Vec<(&'t str, bool)>,
    /// Whether a blank line stands between the last comment above, or the piece before, and this piece.
    pub(super) blank: bool,
}

/// Cuts a text into pieces; the last one is empty and holds the comments at the end.
pub(super) fn pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    let read = build::read(text, &[])?;
    let mut cutter = Cutter { text, out: Vec::new(), stack: Vec::new(), item: None, inside: None };
    let mut open: Option<(Rule, usize)> = None;
    for token in read.tokens() {
        match token {
            pest::Token::Start { rule, pos } => {
                cutter.start(rule, pos.pos());
                open = Some((rule, pos.pos()));
            }
            pest::Token::End { rule, pos } => {
                cutter.end(rule, open.take(), pos.pos());
            }
        }
    }
    let mut out = cutter.out;
    out.push(Raw { start: text.len(), end: text.len(), rule: Rule::EOI, parent: Rule::file, item: None });
    Some(with_gaps(text, &out, &build::comments(text, &out.iter().map(|r| span(r.start, r.end)).collect::<Vec<_>>())))
}

struct Raw {
    start: usize,
    end: usize,
    rule: Rule,
    parent: Rule,
    /// The rule of the item that begins here and of what holds it.
    item: Option<(Rule, Rule)>,
}

struct Cutter<'t> {
    text: &'t str,
    out: Vec<Raw>,
    /// Open rules, each with whether its `{` was seen.
    stack: Vec<(Rule, bool)>,
    item: Option<(Rule, Rule)>,
    /// A text is one piece, whatever it holds.
    inside: Option<(usize, usize)>,
}

impl Cutter<'_> {
    fn start(&mut self, rule: Rule, at: usize) {
        if self.inside.is_none() {
            if rule == Rule::string {
                self.inside = Some((self.stack.len(), at));
            }
            let parent = self.stack.last().copied();
            if let Some((parent, seen)) = parent
                && holds_items(parent)
                && (seen || parent == Rule::file)
                && !is_sign(rule)
            {
                self.item = Some((rule, parent));
            }
            if matches!(rule, Rule::lbrace | Rule::lparen | Rule::lbracket)
                && let Some(last) = self.stack.last_mut()
            {
                last.1 = true;
            }
        }
        self.stack.push((rule, false));
    }

    fn end(&mut self, rule: Rule, open: Option<(Rule, usize)>, at: usize) {
        self.stack.pop();
        let parent = self.stack.last().map_or(Rule::file, |(rule, _)| *rule);
        if let Some((depth, start)) = self.inside {
            if depth == self.stack.len() {
                self.inside = None;
                self.push(start, at, rule, parent);
            }
        } else if let Some((leaf, start)) = open
            && start < at
            && leaf == rule
        {
            self.push(start, at, rule, parent);
        }
    }

    fn push(&mut self, start: usize, end: usize, rule: Rule, parent: Rule) {
        debug_assert!(self.text.is_char_boundary(start) && self.text.is_char_boundary(end));
        let item = self.item.take();
        self.out.push(Raw { start, end, rule, parent, item });
    }
}

fn holds_items(rule: Rule) -> bool {
    use Rule::*;
    matches!(
        rule,
        file | body
            | await_body
            | approve_body
            | child_body
            | agent_body
            | props
            | caps_
            | fields
            | params
            | args
            | list
            | record
            | arms
            | checks
            | actions
            | scenario_body
            | enum_body
            | names
            | x_calls
    )
}

fn is_sign(rule: Rule) -> bool {
    use Rule::*;
    matches!(rule, lbrace | rbrace | lparen | rparen | lbracket | rbracket | comma | EOI | body)
}

fn kind(raw: &Raw, text: &str) -> Kind {
    use Rule::*;
    match raw.rule {
        lbrace => Kind::OpenBrace,
        lparen if matches!(raw.parent, args | params) => Kind::OpenTight,
        lbracket if raw.parent == index => Kind::OpenTight,
        lparen | lbracket => Kind::OpenLoose,
        rbrace | rparen | rbracket => Kind::Close,
        comma => Kind::Comma,
        colon | opt | rangle | arr => Kind::TightBefore,
        neg | spread_tok => Kind::TightAfter,
        dot | qdot | langle => Kind::TightBoth,
        op if matches!(text, "and" | "or") => Kind::Logic,
        op => Kind::Op,
        k_else => Kind::Else,
        _ => Kind::Plain,
    }
}

fn column(item: Option<(Rule, Rule)>) -> Option<Column> {
    use Rule::*;
    let (rule, parent) = item?;
    match rule {
        prop if parent == body => Some(Column::Prop),
        prop | field | rfield => Some(Column::Prop),
        within if matches!(parent, props | agent_body | caps_) => Some(Column::Clause),
        send | expect if parent == agent_body => Some(Column::Clause),
        input_ | config_ => Some(Column::Decl),
        given | s_config | mock | after | s_signal | s_cancel | s_start | s_tenant | s_entity | s_at | s_expect => {
            Some(Column::Scenario)
        }
        _ => None,
    }
}

fn with_gaps<'t>(text: &'t str, raws: &[Raw], comments: &[Comment]) -> Vec<Piece<'t>> {
    let mut comments = comments.iter().peekable();
    let mut last = 0;
    let mut out = Vec::with_capacity(raws.len());
    for raw in raws {
        let shown = text.get(raw.start..raw.end).unwrap_or("");
        let mut piece = Piece {
            text: shown,
            kind: kind(raw, shown),
            item: raw.item.is_some(),
            column: column(raw.item),
            arm: raw.item.is_some_and(|(rule, _)| rule == Rule::arm),
            breaks: 0,
            trailing: Vec::new(),
            above: Vec::new(),
            blank: false,
        };
        let mut from = last;
        let mut seen = false;
        while let Some(comment) =
            comments.next_if(|c| (c.span.start as usize) < raw.start.max(last + 1) || raw.rule == Rule::EOI)
        {
            let gap = breaks(text, from, comment.span.start as usize);
            let shown = text.get(comment.span.start as usize..comment.span.end as usize).unwrap_or("");
            if gap == 0 && !seen && last > 0 {
                piece.trailing.push(shown);
            } else {
                piece.above.push((shown, gap > 1));
            }
            if !seen {
                piece.breaks = gap;
            }
            seen = true;
            from = comment.span.end as usize;
        }
        let gap = breaks(text, from, raw.start);
        piece.blank = gap > 1;
        piece.breaks = piece.breaks.max(gap);
        last = raw.end;
        out.push(piece);
    }
    out
}

fn breaks(text: &str, from: usize, to: usize) -> usize {
    text.get(from..to).map_or(0, |gap| gap.bytes().filter(|b| *b == b'\n').count())
}
