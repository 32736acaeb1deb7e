//! Which names a text mentions. The text is searched rather than the tree: that is quick, and nothing can be overlooked.

use std::collections::BTreeSet;

use ntro_grammar::Span;

/// Adds those of some names that a text mentions outside some places. A name may have dots (`gl.post`) and dashes (`nav-monthly`); a
/// word between them is mentioned as well.
pub(super) fn mentioned<'n>(
    text: &str,
    mut left_out: Vec<Span>,
    names: &BTreeSet<&'n str>,
    found: &mut BTreeSet<&'n str>,
) {
    let mut open = Open::of(names);
    left_out.sort_unstable();
    let mut at = 0usize;
    let end = Span::new(u32::try_from(text.len()).unwrap_or(u32::MAX), u32::MAX);
    for span in left_out.iter().chain(std::iter::once(&end)) {
        let piece = text.get(at..(span.start as usize).max(at)).unwrap_or_default();
        search(piece, &mut open, found);
        if open.names.is_empty() {
            return;
        }
        at = at.max(span.end as usize);
    }
}

/// Names that no word was yet. A text has many words, and most names are mentioned soon.
struct Open<'n> {
    /// In order.
    names: Vec<&'n str>,
    /// Which lengths the names have that begin with a byte: nearly every word is told from them by that, without a search.
    lengths: [u64; 256],
    /// The same of the first words of those that have joints, whether they were found or not.
    first_words: [u64; 256],
}

impl<'n> Open<'n> {
    fn of(names: &BTreeSet<&'n str>) -> Open<'n> {
        let mut open = Open { names: names.iter().copied().collect(), lengths: [0; 256], first_words: [0; 256] };
        for name in names {
            open.hold(name);
            if let Some(end) = name.bytes().position(|byte| kind(byte) == Kind::Joint)
                && let Some(first) = name.bytes().next()
                && let Some(held) = open.first_words.get_mut(usize::from(first))
            {
                *held |= 1 << end.min(63);
            }
        }
        open
    }

    fn hold(&mut self, name: &str) {
        if let Some(held) = name.bytes().next().and_then(|first| self.lengths.get_mut(usize::from(first))) {
            *held |= 1 << name.len().min(63);
        }
    }

    /// Whether a name with joints may begin with the word between two places.
    fn may_begin(&self, text: &str, start: usize, end: usize) -> bool {
        let first = text.as_bytes().get(start).copied().unwrap_or(0);
        let held = self.first_words.get(usize::from(first)).copied().unwrap_or(0);
        held & (1 << end.saturating_sub(start).min(63)) != 0
    }

    /// Looks at what stands between two places.
    #[inline]
    fn look(&mut self, text: &str, start: usize, end: usize, found: &mut BTreeSet<&'n str>) {
        let Some(first) = text.as_bytes().get(start).copied() else { return };
        let held = self.lengths.get(usize::from(first)).copied().unwrap_or(0);
        if held & (1 << end.saturating_sub(start).min(63)) != 0
            && let Some(word) = text.get(start..end)
        {
            self.look_for(word, first, found);
        }
    }

    fn look_for(&mut self, word: &str, first: u8, found: &mut BTreeSet<&'n str>) {
        let Ok(at) = self.names.binary_search(&word) else { return };
        found.insert(self.names.remove(at));
        if let Some(held) = self.lengths.get_mut(usize::from(first)) {
            *held = 0;
        }
        let rest: Vec<&str> = self.names.iter().copied().filter(|name| name.bytes().next() == Some(first)).collect();
        rest.into_iter().for_each(|name| self.hold(name));
    }
}

/// What a byte is to words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Between,
    Letter,
    /// A dot or a dash, which a name may have.
    Joint,
    /// A part of a letter or sign that is not ASCII.
    Wide,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Between; 256];
    let mut byte = 0usize;
    while byte < 256 {
        #[expect(clippy::indexing_slicing, reason = "known when this is compiled")]
        {
            kinds[byte] = match byte as u8 {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' => Kind::Letter,
                b'.' | b'-' => Kind::Joint,
                0x80.. => Kind::Wide,
                _ => Kind::Between,
            };
        }
        byte += 1;
    }
    kinds
};

fn kind(byte: u8) -> Kind {
    KINDS.get(usize::from(byte)).copied().unwrap_or(Kind::Between)
}

/// The place after all letters.
fn letters(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| kind(*byte) == Kind::Letter) {
        at += 1;
    }
    at
}

/// Looks at each word of a text, for as long as anything is asked for.
fn search<'n>(text: &str, open: &mut Open<'n>, found: &mut BTreeSet<&'n str>) {
    if text.is_ascii() { search_ascii(text, open, found) } else { search_any(text, open, found) }
}

/// The same, byte by byte.
fn search_any<'n>(text: &str, open: &mut Open<'n>, found: &mut BTreeSet<&'n str>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if kind(*byte) == Kind::Between {
            at += 1;
            continue;
        }
        let start = at;
        at = letters(bytes, at);
        match bytes.get(at).map(|next| kind(*next)) {
            // Most words are plain.
            None | Some(Kind::Between) => open.look(text, start, at, found),
            _ => at = joined(text, start, open, found),
        }
        if open.names.is_empty() {
            return;
        }
    }
}

/// The same for plain ASCII, 64 bytes at a time: where a word ends is hard to foresee for a processor, so that a test at each byte costs far more
/// than what it does.
fn search_ascii<'n>(text: &str, open: &mut Open<'n>, found: &mut BTreeSet<&'n str>) {
    let bytes = text.as_bytes();
    let is_joint = |at: usize| bytes.get(at).is_some_and(|byte| kind(*byte) == Kind::Joint);
    let before = |at: usize| at.checked_sub(1).and_then(|at| bytes.get(at));
    // What was looked at already, joined to a word before it.
    let mut done = 0;
    let mut run = |start: usize, end: usize| {
        if start < done {
            return true;
        }
        open.look(text, start, end, found);
        // Only where a name may begin is what joints hold together looked at as a whole.
        if is_joint(end) && open.may_begin(text, start, end) {
            let mut from = start;
            while from > done && before(from).is_some_and(|byte| kind(*byte) != Kind::Between) {
                from -= 1;
            }
            done = joined(text, from, open, found);
        }
        !open.names.is_empty()
    };
    let (mut begun, mut carry) = (None, 0);
    for (chunk, base) in bytes.chunks(CHUNK).zip((0..).step_by(CHUNK)) {
        let mask = letters_of(chunk);
        // Where letters begin, and where they end.
        let mut edges = mask ^ (mask << 1 | carry);
        carry = mask >> (CHUNK - 1);
        while edges != 0 {
            let place = base + edges.trailing_zeros() as usize;
            edges &= edges - 1;
            match begun.take() {
                None => begun = Some(place),
                Some(start) if !run(start, place) => return,
                Some(_) => {}
            }
        }
    }
    if let Some(start) = begun {
        run(start, bytes.len());
    }
}

/// How many bytes are told by one mask.
const CHUNK: usize = 64;

/// Which of at most 64 bytes are letters, digits or `_`: a bit for each, the first lowest.
fn letters_of(chunk: &[u8]) -> u64 {
    let mut ones = [0_u8; CHUNK];
    for (one, byte) in ones.iter_mut().zip(chunk) {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        *one = u8::from(letter | (byte.wrapping_sub(b'0') < 10) | (*byte == b'_'));
    }
    let mut mask = 0;
    for (eight, shift) in ones.as_chunks::<8>().0.iter().zip((0..).step_by(8)) {
        // The product moves the lowest bit of each byte into the highest byte, side by side.
        mask |= (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << shift;
    }
    mask
}

/// Looks at words that dots and dashes join: at each, at what stands between two dots, and at the whole. Gives the place behind them.
fn joined<'n>(text: &str, start: usize, open: &mut Open<'n>, found: &mut BTreeSet<&'n str>) -> usize {
    let bytes = text.as_bytes();
    let (mut dotted, mut word, mut at) = (start, start, start);
    loop {
        at = letters(bytes, at);
        let next = bytes.get(at).copied();
        if next.is_some_and(|byte| kind(byte) == Kind::Wide) {
            // What is not ASCII is looked at as the letter that it is.
            let sign = text.get(at..).and_then(|rest| rest.chars().next());
            if let Some(letter) = sign.filter(|sign| sign.is_alphanumeric()) {
                at += letter.len_utf8();
                continue;
            }
        }
        let joint = next.filter(|byte| kind(*byte) == Kind::Joint);
        open.look(text, word, at, found);
        if joint != Some(b'-') && dotted < word {
            open.look(text, dotted, at, found);
        }
        let Some(joint) = joint else { break };
        at += 1;
        word = at;
        if joint == b'.' {
            dotted = at;
        }
    }
    if start < word {
        let joint = |byte: &u8| kind(*byte) == Kind::Joint;
        let whole = bytes.get(start..at).unwrap_or_default();
        let before = whole.iter().take_while(|byte| joint(byte)).count();
        let behind = whole.iter().rev().take_while(|byte| joint(byte)).count();
        open.look(text, start + before, at.saturating_sub(behind), found);
    }
    // A sign that is no letter and not ASCII.
    at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ntro_grammar::Span;

    use super::mentioned;

    fn found(text: &str, left_out: &[Span]) -> Vec<&'static str> {
        let names = BTreeSet::from(["Row", "gl.post", "gl", "nav-monthly", "übung"]);
        let mut found = BTreeSet::new();
        mentioned(text, left_out.to_vec(), &names, &mut found);
        found.into_iter().collect()
    }

    #[test]
    fn a_name_is_a_whole_word() {
        assert_eq!(found("list<Row> Rows", &[]), ["Row"]);
        assert_eq!(found("run gl.post(a) run nav-monthly()", &[]), ["gl", "gl.post", "nav-monthly"]);
        assert_eq!(found("...Row.x übung-x", &[]), ["Row", "übung"]);
        assert_eq!(found("gl.posted glpost nav_monthly", &[]), ["gl"]);
        assert_eq!(found("a.nav-monthly. x.gl.post", &[]), ["gl", "nav-monthly"]);
        assert_eq!(found("-gl.post- \u{201c}Row\u{201d}", &[]), ["Row", "gl", "gl.post"]);
        assert_eq!(found("nav-monthly-x nav-monthly", &[]), ["nav-monthly"]);
        assert!(found("nav-monthly-x", &[]).is_empty());
    }

    #[test]
    fn both_searches_find_the_same() {
        let names = BTreeSet::from(["a", "b", "a.b", "a-b", "ab", "b.a-b", "aab", "b-b-b"]);
        let mut seed = 7_u64;
        for round in 0..4_000 {
            let mut text = String::new();
            for _ in 0..round % 150 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.extend(['a', 'b', '.', '-', ' ', '('].get((seed >> 33) as usize % 6));
            }
            let (mut one, mut other) = (BTreeSet::new(), BTreeSet::new());
            super::search_ascii(&text, &mut super::Open::of(&names), &mut one);
            super::search_any(&text, &mut super::Open::of(&names), &mut other);
            assert_eq!(one, other, "{text}");
        }
    }

    #[test]
    fn what_is_left_out_does_not_count() {
        assert_eq!(found("Row gl Row", &[Span::new(4, 6), Span::new(0, 3)]), ["Row"]);
        assert!(found("Row gl", &[Span::new(0, 3), Span::new(4, 6)]).is_empty());
    }
}
