//! What the declarations of a project look like from outside, and whose meaning changes with them.
//!
//! An item is checked again when its own text changed, or when a name that occurs in it means something else now: because a declaration
//! of that name came, went or changed, or one whose own text has such a name in it. That is more than need be, and never less.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ntro_grammar::ast::{self, Decl};
use ntro_grammar::{Piece, PiecePart, Placed, Span};

use super::visit;
use crate::hands::{self, Hands};
use crate::project::Read;
use crate::words::{Word, hash, split, words};

/// What a piece of a file declares.
#[derive(Debug, Clone)]
struct Signature {
    piece: Arc<Piece>,
    /// The words of the names that it declares.
    names: Vec<Word>,
    /// What others can see of it.
    seen: u64,
    /// The words in it, sorted.
    words: Arc<[Word]>,
    /// The same for each of the parts that it was read in, by their numbers.
    parts: Vec<(usize, Arc<[Word]>)>,
    /// Whether a scenario is among what it declares.
    plays: bool,
}

#[derive(Debug, Default)]
struct File {
    pieces: Option<Arc<[Placed]>>,
    imports: u64,
    signatures: Vec<Signature>,
}

/// The declarations of all files, as they were last.
#[derive(Debug, Default)]
pub(super) struct Signatures {
    files: BTreeMap<String, File>,
}

/// What is different now.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Words that may mean something else.
    pub(super) words: BTreeSet<Word>,
    /// Files in which every word may.
    pub(super) files: BTreeSet<String>,
}

impl Changes {
    /// Whether nothing that others can see is different.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.files.is_empty()
    }

    /// Whether words of a piece are among those that changed.
    pub(super) fn concern(&self, path: &str, words: &[Word]) -> bool {
        self.files.contains(path) || self.words.iter().any(|word| words.binary_search(word).is_ok())
    }
}

impl Signatures {
    /// Takes over what the files are now, and tells what is different.
    pub(super) fn update(&mut self, files: &[(String, Read)], hands: &dyn Hands) -> Changes {
        let mut changes = Changes::default();
        let now: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        let gone: Vec<String> = self.files.keys().filter(|path| !now.contains(path.as_str())).cloned().collect();
        for path in gone {
            if let Some(file) = self.files.remove(&path) {
                changes.words.extend(file.signatures.iter().flat_map(|signature| &signature.names));
            }
        }
        let is_same = |path: &str, read: &Read| {
            let pieces = self.files.get(path).and_then(|known| known.pieces.as_ref());
            pieces.is_some_and(|pieces| Arc::ptr_eq(pieces, &read.pieces))
        };
        let open: Vec<&(String, Read)> = files.iter().filter(|(path, read)| !is_same(path, read)).collect();
        let new = hands::map(hands, open.len(), |at| open.get(at).map(|(path, read)| file(read, self.files.get(path))));
        for ((path, _), new) in open.into_iter().zip(new.into_iter().flatten()) {
            let known = self.files.entry(path.clone()).or_default();
            if new.imports != known.imports {
                changes.files.insert(path.clone());
            }
            differing(&known.signatures, &new.signatures, &mut changes.words);
            *known = new;
        }
        self.spread(&mut changes);
        changes
    }

    /// The words in a piece of a file, by its index.
    pub(super) fn words(&self, path: &str, piece: usize) -> Arc<[Word]> {
        let signature = self.files.get(path).and_then(|file| file.signatures.get(piece));
        signature.map(|signature| signature.words.clone()).unwrap_or_default()
    }

    /// Whether a scenario may reach what a piece declares under a name: there are scenarios, and another piece mentions the name.
    pub(super) fn plays(&self, name: &str, piece: &Arc<Piece>) -> bool {
        let wanted: Vec<Word> = split(name).map(hash).collect();
        let mentions = |signature: &Signature| {
            !Arc::ptr_eq(&signature.piece, piece)
                && wanted.iter().all(|word| signature.words.binary_search(word).is_ok())
        };
        let mut all = self.files.values().flat_map(|file| &file.signatures);
        all.clone().any(|signature| signature.plays) && all.any(mentions)
    }

    /// What mentions a changed name has changed too.
    fn spread(&self, changes: &mut Changes) {
        let mut grew = !changes.words.is_empty();
        while std::mem::take(&mut grew) {
            for signature in self.files.values().flat_map(|file| &file.signatures) {
                let known = signature.names.iter().all(|name| changes.words.contains(name));
                if !known && changes.concern("", &signature.words) {
                    changes.words.extend(&signature.names);
                    grew = true;
                }
            }
        }
    }
}

/// The names of declarations that are in one list and not in the other.
fn differing(before: &[Signature], after: &[Signature], words: &mut BTreeSet<Word>) {
    let of = |list: &[Signature]| -> BTreeMap<(Vec<Word>, u64), usize> {
        let mut counts = BTreeMap::new();
        for signature in list {
            *counts.entry((signature.names.clone(), signature.seen)).or_insert(0) += 1;
        }
        counts
    };
    let (before, after) = (of(before), of(after));
    for (key, count) in before.iter().chain(&after) {
        if before.get(key) != after.get(key) && *count > 0 {
            words.extend(&key.0);
        }
    }
}

/// The words of parts that were there before, by their numbers.
type Known<'k> = BTreeMap<usize, &'k Arc<[Word]>>;

/// The words of several parts, sorted.
fn together<'w>(parts: impl Iterator<Item = &'w Arc<[Word]>>) -> Arc<[Word]> {
    let mut all: Vec<Word> = parts.flat_map(|words| words.iter().copied()).collect();
    // This sort is quick where much is in order already.
    all.sort();
    all.dedup();
    all.into()
}

fn file(read: &Read, before: Option<&File>) -> File {
    let now: BTreeSet<*const Piece> = read.pieces.iter().map(|placed| Arc::as_ptr(&placed.piece)).collect();
    let before_it = before.into_iter().flat_map(|before| &before.signatures);
    let gone = before_it.filter(|known| !now.contains(&Arc::as_ptr(&known.piece)));
    let known: Known<'_> = gone.flat_map(|known| &known.parts).map(|(number, words)| (*number, words)).collect();
    let mut new = File { pieces: Some(read.pieces.clone()), ..File::default() };
    let decls = &read.tree().decls;
    for (index, placed) in read.pieces.iter().enumerate() {
        let end = read.pieces.get(index + 1).map_or(decls.len(), |next| next.first);
        let own = decls.get(placed.first..end).unwrap_or_default();
        if own.iter().any(|decl| matches!(decl, Decl::Import(_))) {
            new.imports = mix(new.imports, hash(placed.piece.text()));
        }
        let kept = before
            .into_iter()
            .flat_map(|before| &before.signatures)
            .find(|known| Arc::ptr_eq(&known.piece, &placed.piece));
        new.signatures.push(kept.cloned().unwrap_or_else(|| signature(placed, own, &known)));
    }
    new
}

fn signature(placed: &Placed, decls: &[Decl], known: &Known<'_>) -> Signature {
    let text = placed.piece.text();
    let part = |part: PiecePart<'_>| {
        let words = known.get(&part.number).map_or_else(|| words(part.text), |words| (*words).clone());
        (part.number, words)
    };
    let parts: Vec<(usize, Arc<[Word]>)> = placed.piece.parts().map(part).collect();
    let words = match parts.as_slice() {
        [(_, words)] => words.clone(),
        parts => together(parts.iter().map(|(_, words)| words)),
    };
    let mut names = Vec::new();
    let mut seen = 0;
    for decl in decls {
        declared(decl, &mut names);
        seen = mix(seen, visible(decl, placed, text));
    }
    names.sort_unstable();
    names.dedup();
    let plays = decls.iter().any(|decl| matches!(decl, Decl::Scenario(_)));
    Signature { piece: placed.piece.clone(), names, seen, words, parts, plays }
}

/// The words of the names that a declaration declares.
fn declared(decl: &Decl, names: &mut Vec<Word>) {
    let mut name = |name: &ast::Name| names.extend(split(&name.text).map(hash));
    match decl {
        Decl::Import(_) | Decl::Scenario(_) => {}
        Decl::Role(x) => x.names.iter().for_each(name),
        Decl::Capabilities(x) => {
            name(&x.prefix);
            x.items.iter().for_each(|item| name(&item.name));
        }
        decl => visit::decl_name(decl).into_iter().for_each(name),
    }
}

/// What others can see of a declaration: of a runbook what goes in and comes out, of all else everything. Where that stands counts too, because
/// messages elsewhere point at it.
fn visible(decl: &Decl, placed: &Placed, text: &str) -> u64 {
    let at = |span: Span| {
        let from = span.start.saturating_sub(placed.start) as usize;
        let to = span.end.saturating_sub(placed.start) as usize;
        mix(hash(text.get(from..to).unwrap_or_default()), u64::from(span.start.saturating_sub(placed.start)))
    };
    match decl {
        Decl::Scenario(_) | Decl::Import(_) => 0,
        Decl::Workflow(x) => at(x.name.span),
        Decl::Runbook(x) => {
            let parts = x.body.stmts.iter().filter_map(|stmt| match stmt {
                ast::Stmt::Input(x) => Some(x.span),
                ast::Stmt::Output { span, .. } => Some(*span),
                _ => None,
            });
            parts.fold(at(x.name.span), |sum, span| mix(sum, at(span)))
        }
        decl => at(visit::decl_span(decl)),
    }
}

fn mix(sum: u64, with: u64) -> u64 {
    (sum.rotate_left(5) ^ with).wrapping_mul(0x517c_c1b7_2722_0a95).wrapping_add(1)
}
