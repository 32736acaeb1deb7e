//! Texts with holes: escapes, the indentation of blocks, and the nesting of `{% … %}` tags.

use super::expr::missing;
use super::{Builder, P, Quotes};
use crate::Span;
use crate::ast::{Expr, Name, Template, TemplatePart};
use crate::problems;
use crate::syntax::Rule;

/// A piece of a text before its tags are nested.
enum Piece {
    Text(String),
    Expr(Expr),
    For(Name, Expr, Span),
    If(Expr, Span),
    Elif(Expr, Span),
    Else(Span),
    EndFor(Span),
    EndIf(Span),
}

/// An open tag while its end is looked for.
enum Open {
    For { name: Name, list: Expr, span: Span },
    If { arms: Vec<(Expr, Vec<TemplatePart>)>, cond: Option<Expr>, otherwise: Option<Span>, span: Span },
}

/// Stands for a hole or an escape while the indentation of a block is measured; it cannot occur in a line's blanks.
const HOLE: char = '\u{1}';

impl<'t> Builder<'t> {
    /// A string with double quotes.
    pub(crate) fn template(&mut self, pair: P<'t>) -> Template {
        let span = self.span(&pair);
        if !self.down(1, span) {
            return Template { parts: Vec::new(), span, block: false };
        }
        let block = pair.as_str().starts_with("\"\"\"");
        if !block && self.wants_single() {
            self.report(problems::double_quotes_inside(span, self.at(span)));
        }
        let outer = self.quotes;
        self.quotes = if block { Quotes::Either } else { Quotes::Single };
        let mut raw = String::new();
        let mut held: Vec<Piece> = Vec::new();
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::text_run | Rule::block_text if child.as_str().contains(HOLE) => {
                    raw.push_str(&child.as_str().replace(HOLE, " "));
                }
                Rule::text_run | Rule::block_text => raw.push_str(child.as_str()),
                Rule::escape => {
                    raw.push(HOLE);
                    held.push(Piece::Text(self.escape(&child)));
                }
                Rule::itp => {
                    raw.push(HOLE);
                    let hole = self.interpolation(child);
                    held.push(Piece::Expr(hole));
                }
                Rule::tag => {
                    if let Some(piece) = self.tag(child) {
                        raw.push(HOLE);
                        held.push(piece);
                    }
                }
                Rule::itp_bad => {
                    let at = self.span(&child);
                    self.report(problems::open_hole(Span::new(at.start, at.start + 2), child.as_str()));
                }
                _ => self.hole(child, Rule::string),
            }
        }
        self.quotes = outer;
        let text = if block { unindent(&raw) } else { raw };
        let parts = match text {
            text if !held.is_empty() => self.nest(fill(&text, held)),
            text if text.is_empty() => Vec::new(),
            // Most texts have no holes.
            text => vec![TemplatePart::Text(text)],
        };
        self.up(1);
        Template { parts, span, block }
    }

    fn escape(&mut self, pair: &P<'t>) -> String {
        match pair.as_str() {
            "\\n" => "\n".to_owned(),
            "\\t" => "\t".to_owned(),
            "\\\"" => "\"".to_owned(),
            "\\\\" => "\\".to_owned(),
            "\\{" => "{".to_owned(),
            other => {
                let span = self.span(pair);
                self.report(problems::bad_escape(span, other));
                other.to_owned()
            }
        }
    }

    fn interpolation(&mut self, pair: P<'t>) -> Expr {
        let at = self.span(&pair);
        let mut out = missing(at);
        for child in pair.into_inner() {
            if Self::is_expr(child.as_rule()) { out = self.expr(child) } else { self.hole(child, Rule::itp) }
        }
        out
    }

    fn tag(&mut self, pair: P<'t>) -> Option<Piece> {
        let span = self.span(&pair);
        let mut out = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::tag_for => {
                    let mut name = self.no_name(&child);
                    let mut list = missing(self.span(&child).after());
                    for inner in child.into_inner() {
                        match inner.as_rule() {
                            Rule::vname => name = self.variable(&inner, "name"),
                            rule if Self::is_expr(rule) => list = self.expr(inner),
                            _ => self.hole(inner, Rule::tag_for),
                        }
                    }
                    out = Some(Piece::For(name, list, span));
                }
                Rule::tag_if => out = Some(Piece::If(self.only_expr(child), span)),
                Rule::tag_elif => out = Some(Piece::Elif(self.only_expr(child), span)),
                Rule::k_else => out = Some(Piece::Else(span)),
                Rule::k_endfor => out = Some(Piece::EndFor(span)),
                Rule::k_endif => out = Some(Piece::EndIf(span)),
                Rule::tag_other => self.report(problems::unknown_tag(span, child.as_str())),
                _ => self.hole(child, Rule::tag),
            }
        }
        out
    }

    /// The one expression of a pair.
    pub(crate) fn only_expr(&mut self, pair: P<'t>) -> Expr {
        let rule = pair.as_rule();
        let mut out = missing(self.span(&pair).after());
        for child in pair.into_inner() {
            if Self::is_expr(child.as_rule()) { out = self.expr(child) } else { self.hole(child, rule) }
        }
        out
    }

    fn nest(&mut self, pieces: Vec<Piece>) -> Vec<TemplatePart> {
        let mut stack: Vec<(Open, Vec<TemplatePart>)> = Vec::new();
        let mut parts: Vec<TemplatePart> = Vec::new();
        let mut levels = 0;
        for piece in pieces {
            match piece {
                Piece::Text(text) => match parts.last_mut() {
                    Some(TemplatePart::Text(before)) => before.push_str(&text),
                    _ => parts.push(TemplatePart::Text(text)),
                },
                Piece::Expr(expr) => parts.push(TemplatePart::Expr(expr)),
                Piece::For(name, list, span) => {
                    if !self.down(1, span) {
                        continue;
                    }
                    levels += 1;
                    stack.push((Open::For { name, list, span }, std::mem::take(&mut parts)));
                }
                Piece::If(cond, span) => {
                    if !self.down(1, span) {
                        continue;
                    }
                    levels += 1;
                    let open = Open::If { arms: Vec::new(), cond: Some(cond), otherwise: None, span };
                    stack.push((open, std::mem::take(&mut parts)));
                }
                Piece::Elif(next, span) => self.branch(&mut stack, &mut parts, Some(next), span),
                Piece::Else(span) => self.branch(&mut stack, &mut parts, None, span),
                Piece::EndFor(span) => match stack.pop() {
                    Some((open @ Open::For { .. }, outer)) => close(open, outer, &mut parts),
                    other => self.unbalanced(&mut stack, other, span, "endfor"),
                },
                Piece::EndIf(span) => match stack.pop() {
                    Some((open @ Open::If { .. }, outer)) => close(open, outer, &mut parts),
                    other => self.unbalanced(&mut stack, other, span, "endif"),
                },
            }
        }
        while let Some((open, outer)) = stack.pop() {
            let (span, end) = match &open {
                Open::For { span, .. } => (*span, "endfor"),
                Open::If { span, .. } => (*span, "endif"),
            };
            self.report(problems::open_tag(span, end));
            close(open, outer, &mut parts);
        }
        self.up(levels);
        parts
    }

    /// `elif` (with a condition) or `else`.
    fn branch(
        &mut self,
        stack: &mut [(Open, Vec<TemplatePart>)],
        parts: &mut Vec<TemplatePart>,
        next: Option<Expr>,
        at: Span,
    ) {
        let Some((Open::If { arms, cond, otherwise, .. }, _)) = stack.last_mut() else {
            self.report(problems::stray_tag(at, if next.is_some() { "elif" } else { "else" }));
            return;
        };
        let Some(before) = cond.take() else {
            self.report(problems::stray_tag(at, if next.is_some() { "elif" } else { "else" }));
            return;
        };
        arms.push((before, std::mem::take(parts)));
        if next.is_none() {
            *otherwise = Some(at);
        }
        *cond = next;
    }

    fn unbalanced(
        &mut self,
        stack: &mut Vec<(Open, Vec<TemplatePart>)>,
        popped: Option<(Open, Vec<TemplatePart>)>,
        at: Span,
        word: &str,
    ) {
        stack.extend(popped);
        self.report(problems::stray_tag(at, word));
    }
}

fn close(open: Open, outer: Vec<TemplatePart>, parts: &mut Vec<TemplatePart>) {
    let inner = std::mem::replace(parts, outer);
    parts.push(match open {
        Open::For { name, list, span } => TemplatePart::For { name, list, parts: inner, span },
        Open::If { mut arms, cond, span, .. } => match cond {
            Some(cond) => {
                arms.push((cond, inner));
                TemplatePart::If { arms, otherwise: Vec::new(), span }
            }
            None => TemplatePart::If { arms, otherwise: inner, span },
        },
    });
}

/// Puts the held pieces back into their places.
fn fill(text: &str, held: Vec<Piece>) -> Vec<Piece> {
    let mut held = held.into_iter();
    let mut out = Vec::new();
    for (i, run) in text.split(HOLE).enumerate() {
        if i > 0 {
            out.extend(held.next());
        }
        if !run.is_empty() {
            out.push(Piece::Text(run.to_owned()));
        }
    }
    out
}

/// Removes the first and the last line break of a block, and the blanks that all its lines begin with.
fn unindent(raw: &str) -> String {
    let raw = raw.replace("\r\n", "\n");
    if !raw.contains('\n') {
        return raw;
    }
    let mut lines: Vec<&str> = raw.split('\n').collect();
    let head = lines.first().is_some_and(|line| !line.trim().is_empty());
    if !head && !lines.is_empty() {
        lines.remove(0);
    }
    if lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let measured = lines.iter().skip(usize::from(head));
    let common = measured.filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min().unwrap_or(0);
    let strip = |(i, line): (usize, &&str)| -> String {
        if head && i == 0 {
            return (*line).to_owned();
        }
        line.get(common.min(indent(line))..).unwrap_or("").to_owned()
    };
    lines.iter().enumerate().map(strip).collect::<Vec<_>>().join("\n")
}
