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
    parts: Parts,
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

/// The words of parts, by the numbers of the parts.
type Parts = Vec<(usize, Arc<[Word]>)>;

/// What stood where something new stands now.
struct Known<'k> {
    /// The words of its parts, by their numbers.
    parts: BTreeMap<usize, &'k Arc<[Word]>>,
    /// Where it is a single piece: all that is known of it.
    piece: Option<&'k Signature>,
}

impl<'k> Known<'k> {
    fn of(gone: &[&'k Signature]) -> Known<'k> {
        let parts = gone.iter().flat_map(|gone| &gone.parts).map(|(number, words)| (*number, words)).collect();
        let piece = if let [piece] = gone { Some(*piece) } else { None };
        Known { parts, piece }
    }
}

/// The words of all parts of a piece, sorted. Of a piece of which one part was edited, only the words of that part are looked at, because a large
/// runbook has many thousands.
fn together(parts: &Parts, known: &Known<'_>) -> Arc<[Word]> {
    if let [(_, words)] = parts.as_slice() {
        return words.clone();
    }
    let Some(before) = known.piece.filter(|before| before.parts.len() > 1) else {
        let mut all: Vec<Word> = parts.iter().flat_map(|(_, words)| words.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        return all.into();
    };
    let now: BTreeSet<usize> = parts.iter().map(|(number, _)| *number).collect();
    let has = |words: &[Word], word: &Word| words.binary_search(word).is_ok();
    let gone = before.parts.iter().filter(|(number, _)| !now.contains(number)).flat_map(|(_, words)| words.iter());
    let gone: BTreeSet<Word> = gone.filter(|word| !parts.iter().any(|(_, of)| has(of, word))).copied().collect();
    let new = parts.iter().filter(|(number, _)| !known.parts.contains_key(number)).flat_map(|(_, words)| words.iter());
    let new: BTreeSet<Word> = new.filter(|word| !has(&before.words, word)).copied().collect();
    if gone.is_empty() && new.is_empty() {
        return before.words.clone();
    }
    let mut all: Vec<Word> = before.words.iter().filter(|word| !gone.contains(word)).copied().collect();
    all.extend(new);
    // This sort is quick where nearly all is in order.
    all.sort();
    all.into()
}

fn file(read: &Read, before: Option<&File>) -> File {
    let now: BTreeSet<*const Piece> = read.pieces.iter().map(|placed| Arc::as_ptr(&placed.piece)).collect();
    let before_it = before.into_iter().flat_map(|before| &before.signatures);
    let gone: Vec<&Signature> = before_it.filter(|known| !now.contains(&Arc::as_ptr(&known.piece))).collect();
    let known = Known::of(&gone);
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
        let words = known.parts.get(&part.number).map_or_else(|| words(part.text), |words| (*words).clone());
        (part.number, words)
    };
    // What was read as a whole is not divided only for this: no part has the number 0.
    let parts: Parts =
        if placed.piece.is_divided() { placed.piece.parts().map(part).collect() } else { vec![(0, words(text))] };
    let words = together(&parts, known);
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
mod tests {
    use super::{Arc, Known, Parts, Signature, Word, together};

    fn words(parts: &Parts) -> Vec<Word> {
        let mut all: Vec<Word> = parts.iter().flat_map(|(_, words)| words.to_vec()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    #[test]
    fn words_of_an_edited_piece_are_those_that_stand_in_it() {
        let part = |number: usize, words: &[Word]| (number, Arc::<[Word]>::from(words));
        let one: Parts = vec![part(1, &[1, 5, 9]), part(2, &[2, 5]), part(3, &[7])];
        let piece = ntro_grammar::parse_pieces("role a\n", None).1.first().unwrap().piece.clone();
        let words_of = words(&one).into();
        let before = Signature { piece, names: vec![], seen: 0, words: words_of, parts: one.clone(), plays: false };
        let edited: [Parts; 6] = [
            one.clone(),
            vec![part(1, &[1, 5, 9]), part(4, &[2, 5]), part(3, &[7])],
            vec![part(1, &[1, 5, 9]), part(4, &[3, 5, 9]), part(3, &[7])],
            vec![part(1, &[1, 5, 9]), part(3, &[7])],
            vec![part(3, &[7]), part(3, &[7]), part(1, &[1, 5, 9]), part(5, &[0, 8])],
            vec![part(8, &[4]), part(9, &[4, 6])],
        ];
        for parts in edited {
            assert_eq!(together(&parts, &Known::of(&[&before])).to_vec(), words(&parts), "{parts:?}");
            assert_eq!(together(&parts, &Known::of(&[])).to_vec(), words(&parts), "{parts:?}");
        }
    }
}
