//! A text read in pieces: one for each declaration, and in a runbook one for each block, so that an edit has only its own read anew.
//!
//! A piece begins where a declaration begins at the left margin, with the comments above it. Where every bracket is closed the pieces give
//! the same tree as the whole text; where one is not, the piece ends all the same at the next declaration, as long as the lines before it are
//! indented. What a piece gives depends on its text alone, so the same text always gives the same, whatever was known before.
//!
//! A text that nobody has edited yet is read in one go, and its pieces are only found: most files of a project are never edited. The pieces of a text
//! with something wrong are read one by one from the start, because there they may say less than the whole.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::ast::{File, Stmt};
use crate::blocks::{self, Part, Unit};
use crate::parse::{one_each, raw};
use crate::scan::Scan;
use crate::shift::{append, append_moved};
use crate::{Parsed, Problem, Span, parse};

/// The most problems that are told of one text.
const MAX_PROBLEMS: usize = 5_000;
/// Larger texts are not read at all; the message about it is the parser's.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A piece of a text; places are counted from its own beginning.
#[derive(Debug)]
pub struct Piece {
    text: Box<str>,
    /// What it is read in, once that is known.
    units: OnceLock<Units>,
    problems: Vec<Problem>,
}

/// What a piece is read in.
#[derive(Debug)]
struct Units {
    /// In order, each with its place.
    all: Vec<(u32, Arc<Unit>)>,
    /// Where the bracket stands that closes the piece, where it is a runbook that was read in several units.
    closer: Option<u32>,
}

impl Units {
    /// Reads a piece. Units that were read before are used again.
    fn read(text: &str, known: &Known<'_>) -> Units {
        let divided = blocks::split(text).and_then(|split| {
            let mut all = Vec::with_capacity(split.parts.len());
            for (start, part, text) in &split.parts {
                let old = known.get(&(*part, text.len(), *text)).map(|unit| (*unit).clone());
                all.push((size(*start), old.or_else(|| Unit::new(*part, text).map(Arc::new))?));
            }
            Some(Units { all, closer: Some(size(split.closer)) })
        });
        divided.unwrap_or_else(|| Units { all: vec![(0, Arc::new(Unit::whole(text)))], closer: None })
    }
}

/// A piece in its text.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The piece; the same one where the text of a declaration did not change.
    pub piece: Arc<Piece>,
    /// Where it begins.
    pub start: u32,
    /// The index of its first declaration in the tree.
    pub first: usize,
}

impl Placed {
    /// The byte after its last.
    pub fn end(&self) -> u32 {
        self.start.saturating_add(size(self.piece.text.len()))
    }
}

/// A part of a piece that was read by itself: of a runbook its head, or a block with what follows it.
#[derive(Debug, Clone, Copy)]
pub struct PiecePart<'p> {
    /// Where it begins in the piece.
    pub start: u32,
    /// What it says.
    pub text: &'p str,
    /// How many statements of the runbook stand in it.
    pub statements: usize,
    /// How long its longest word is.
    pub longest: usize,
    /// The same number for the same text, as long as a piece is kept in which it stands.
    pub number: usize,
}

impl Piece {
    /// What it says.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads its parts, unless they are known already: the first edit has then only one of them to read.
    pub fn divide(&self) {
        self.units();
    }

    /// Whether its parts are known already.
    pub fn is_divided(&self) -> bool {
        self.units.get().is_some()
    }

    /// The parts that it is read in: one alone, or those of one runbook, its head first. Where they are not known yet, they are read now.
    pub fn parts(&self) -> impl Iterator<Item = PiecePart<'_>> {
        self.units().all.iter().map(|(start, unit)| PiecePart {
            start: *start,
            text: &unit.text,
            statements: unit.statements(),
            longest: unit.longest,
            number: Arc::as_ptr(unit) as usize,
        })
    }

    /// The same piece with another text. Parts that stand in this one are not read again.
    #[must_use]
    pub fn with_text(&self, text: &str) -> Piece {
        self.units();
        Piece::new(text, &known([self]))
    }

    /// The statements of some parts of a runbook, where the piece begins at a place.
    pub fn statements(&self, parts: std::ops::Range<usize>, start: u32) -> Vec<Stmt> {
        let mut all = Vec::new();
        for (at, unit) in self.units().all.get(parts).unwrap_or_default() {
            append(&mut all, &unit.stmts, start.saturating_add(*at));
        }
        all
    }

    /// Reads a piece. Units that were read before are used again.
    fn new(text: &str, known: &Known<'_>) -> Piece {
        let units = Units::read(text, known);
        let mut found = Vec::new();
        units.all.iter().for_each(|(start, unit)| append(&mut found, &unit.found, *start));
        Piece { text: text.into(), problems: one_each(text, found), units: units.into() }
    }

    /// A piece in which nothing is wrong, and which was read with its text.
    fn sound(text: &str) -> Piece {
        Piece { text: text.into(), units: OnceLock::new(), problems: Vec::new() }
    }

    fn units(&self) -> &Units {
        self.units.get_or_init(|| Units::read(&self.text, &Known::new()))
    }

    /// Puts its declarations, comments and problems behind others.
    fn write(&self, file: &mut File, problems: &mut Vec<Problem>, start: u32) {
        let units = self.units();
        for (at, unit) in &units.all {
            let at = start.saturating_add(*at);
            append(&mut file.decls, &unit.decls, at);
            blocks::add_statements(file, &unit.stmts, at);
            append(&mut file.comments, &unit.comments, at);
        }
        if let Some(closer) = units.closer {
            blocks::close(file, start.saturating_add(closer));
        }
        append(problems, &self.problems, start);
    }
}

/// The units of the pieces that changed, by what they are, how long they are (which tells most apart), and what they say.
type Known<'t> = BTreeMap<(Part, usize, &'t str), &'t Arc<Unit>>;

fn known<'t>(pieces: impl IntoIterator<Item = &'t Piece>) -> Known<'t> {
    let units = pieces.into_iter().filter_map(|piece| piece.units.get()).flat_map(|units| &units.all);
    units.map(|(_, unit)| ((unit.part, unit.text.len(), &*unit.text), unit)).collect()
}

/// What a text said before: its tree, and its pieces.
pub type Before<'b> = (&'b File, &'b [Placed]);

/// Reads a text in pieces. What was read before is used again where it is still there.
pub fn parse_pieces(text: &str, before: Option<Before<'_>>) -> (Parsed, Vec<Placed>) {
    if text.len() > MAX_BYTES {
        return (parse(text), Vec::new());
    }
    let parts = split(text);
    let Some((tree, before)) = before.filter(|(_, placed)| !placed.is_empty()) else {
        return in_one_go(text, &parts).unwrap_or_else(|| anew(&parts, (&File::default(), &[])));
    };
    anew(&parts, (tree, before))
}

/// Reads the pieces that were not there before.
fn anew(parts: &[&str], (tree, before): Before<'_>) -> (Parsed, Vec<Placed>) {
    let same = |part: &&str, old: &Placed| **part == *old.piece.text;
    let head = parts.iter().zip(before).take_while(|(part, old)| same(part, old)).count();
    let most = parts.len().min(before.len()) - head;
    let tail = parts.iter().rev().zip(before.iter().rev()).take(most).take_while(|(part, old)| same(part, old)).count();
    let changed = before.get(head..before.len() - tail).unwrap_or_default();
    let known = known(changed.iter().map(|old| &*old.piece));
    let mut all = Vec::with_capacity(parts.len());
    let (mut file, mut problems) = (File::default(), Vec::<Problem>::new());
    let mut start = 0;
    for (index, part) in parts.iter().enumerate() {
        let from_end = parts.len() - index;
        let old = if index < head { Some(index) } else { (from_end <= tail).then(|| before.len() - from_end) };
        let first = file.decls.len();
        let piece = match old.and_then(|at| Some((before.get(at)?, before.get(at + 1)))) {
            Some((old, next)) => {
                copy(tree, old, next, &mut file, start);
                append(&mut problems, &old.piece.problems, start);
                old.piece.clone()
            }
            None => {
                let piece = Piece::new(part, &known);
                piece.write(&mut file, &mut problems, start);
                Arc::new(piece)
            }
        };
        all.push(Placed { piece, start, first });
        start = start.saturating_add(size(part.len()));
    }
    problems.truncate(MAX_PROBLEMS);
    (Parsed { file, problems }, all)
}

/// Copies what a piece gave to the tree in which it stood behind others.
fn copy(tree: &File, old: &Placed, next: Option<&Placed>, file: &mut File, start: u32) {
    // Texts are bounded to 4 MiB.
    let by = i32::try_from(i64::from(start) - i64::from(old.start)).unwrap_or(0);
    let end = next.map_or(tree.decls.len(), |next| next.first);
    append_moved(&mut file.decls, tree.decls.get(old.first..end).unwrap_or_default(), by);
    let place = |at: u32| tree.comments.partition_point(|comment| comment.span.start < at);
    let comments = tree.comments.get(place(old.start)..place(old.end())).unwrap_or_default();
    append_moved(&mut file.comments, comments, by);
}

/// Reads a text as a whole. `None` where something is wrong with it, or where a declaration stands in several of the pieces.
fn in_one_go(text: &str, parts: &[&str]) -> Option<(Parsed, Vec<Placed>)> {
    let raw = raw(text);
    if !raw.found.is_empty() {
        return None;
    }
    let file = raw.file;
    let mut all = Vec::with_capacity(parts.len());
    let (mut start, mut first) = (0, 0);
    let mut comments = file.comments.iter();
    for part in parts {
        let end = size(start + part.len());
        let inside = |span: Span| size(start) <= span.start && span.end <= end;
        all.push(Placed { piece: Arc::new(Piece::sound(part)), start: size(start), first });
        let own = file.decls.iter().skip(first).take_while(|decl| decl.span().start < end);
        for decl in own {
            if !inside(decl.span()) {
                return None;
            }
            first += 1;
        }
        while let Some(comment) = comments.as_slice().first().filter(|comment| comment.span.start < end) {
            if !inside(comment.span) {
                return None;
            }
            comments.next();
        }
        start += part.len();
    }
    (first == file.decls.len()).then_some((Parsed { file, problems: Vec::new() }, all))
}

fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Words that begin a declaration, and whether one may do so while a bracket before it is open: inside bodies `agent` and `signal` mean
/// something else.
const OPENERS: [(&str, bool); 13] = [
    ("runbook", true),
    ("type", true),
    ("enum", true),
    ("role", true),
    ("capability", true),
    ("capabilities", true),
    ("import", true),
    ("workflow", true),
    ("scenario", true),
    ("fn", true),
    ("extern", true),
    ("signal", false),
    ("agent", false),
];

/// The pieces of a text, in order and without gaps.
fn split(text: &str) -> Vec<&str> {
    let mut scan = Scan::new(text);
    let mut starts = vec![0];
    while scan.more() {
        if begins_declaration(&scan) {
            starts.push(scan.next_line(scan.code_end));
            (scan.depth, scan.margin) = (0, false);
        }
        scan.line();
    }
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| text.get(*start..end)).collect()
}

/// Whether a declaration begins at this line's beginning, and not the first one.
fn begins_declaration(scan: &Scan<'_>) -> bool {
    // Nearly every line is indented, which one look at its first letter tells.
    if !scan.byte(scan.at).is_ascii_lowercase() || !scan.begun || (scan.depth > 0 && scan.margin) {
        return false;
    }
    let begins = |(word, inside): &(&str, bool)| {
        let after = scan.at + word.len();
        let next = scan.byte(after + 1);
        let named = scan.byte(after) == b' ' && (next.is_ascii_alphabetic() || matches!(next, b'_' | b'"' | b'{'));
        scan.starts(word) && named && (scan.depth == 0 || *inside)
    };
    OPENERS.iter().any(begins)
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "a test may stop where it stands")]
mod tests {
    use super::{parse_pieces, split};

    #[test]
    fn declarations_begin_pieces_with_their_comments() {
        let text = "// first\nrole a\n\n/// About it.\ntype B {\n  c: text\n}\nrunbook d \"D\" {\n}\n";
        assert_eq!(
            split(text),
            ["// first\nrole a\n", "\n/// About it.\ntype B {\n  c: text\n}\n", "runbook d \"D\" {\n}\n"]
        );
    }

    #[test]
    fn what_is_open_ends_with_the_next_declaration() {
        let text = "runbook a \"A\" {\n  step s \"S\" {\n\nrunbook b \"B\" {\n}\n";
        assert_eq!(split(text).len(), 2);
        let text = "scenario \"x\" for a {\nsignal b { c: 1 }\n}\n";
        assert_eq!(split(text).len(), 1, "a line of a scenario is no declaration");
        let text = "runbook a \"A\" {\nstep s \"S\" {\nrunbook b \"B\" {\n";
        assert_eq!(split(text).len(), 1, "without indentation nothing is known");
    }

    #[test]
    fn long_texts_hold_no_declarations() {
        assert_eq!(split("fn a() -> text = \"\"\"\ntype B {\n\"\"\"\nrole c\n").len(), 2);
    }

    #[test]
    fn what_did_not_change_is_not_read_again() {
        let (parsed, before) = parse_pieces("role a\ntype B { c: text }\nrole d\n", None);
        let (_, after) = parse_pieces("role a\n\n\ntype B { c: int }\nrole d\n", Some((&parsed.file, &before)));
        let same = |index: usize| std::sync::Arc::ptr_eq(&before[index].piece, &after[index].piece);
        assert_eq!([same(0), same(1), same(2)], [true, false, true]);
    }
}
