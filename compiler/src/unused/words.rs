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
        each_word(piece, |word| {
            open.look(word, found);
            // Nobody asks for more.
            !open.names.is_empty()
        });
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
}

impl<'n> Open<'n> {
    fn of(names: &BTreeSet<&'n str>) -> Open<'n> {
        let mut open = Open { names: names.iter().copied().collect(), lengths: [0; 256] };
        for name in names {
            open.hold(name);
        }
        open
    }

    fn hold(&mut self, name: &str) {
        if let Some(held) = name.bytes().next().and_then(|first| self.lengths.get_mut(usize::from(first))) {
            *held |= 1 << name.len().min(63);
        }
    }

    fn look(&mut self, word: &str, found: &mut BTreeSet<&'n str>) {
        let Some(first) = word.bytes().next() else { return };
        let held = self.lengths.get(usize::from(first)).copied().unwrap_or(0);
        if held & (1 << word.len().min(63)) == 0 {
            return;
        }
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

/// The place after all bytes of a kind.
fn pass(bytes: &[u8], at: usize, of: Kind) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| kind(*byte) != of).unwrap_or(rest.len())
}

/// Tells each word of a text as long as somebody wants to know. Of words that dots and dashes join, each is told, what stands between two dots,
/// and the whole.
fn each_word(text: &str, mut tell: impl FnMut(&str) -> bool) {
    let bytes = text.as_bytes();
    let mut go_on = |start: usize, end: usize| start >= end || text.get(start..end).is_none_or(&mut tell);
    let mut at = 0;
    while at < bytes.len() {
        let start = pass(bytes, at, Kind::Between);
        let (mut dotted, mut word) = (start, start);
        at = start;
        loop {
            at = pass(bytes, at, Kind::Letter);
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
            if !go_on(word, at) || joint != Some(b'-') && dotted < word && !go_on(dotted, at) {
                return;
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
            if !go_on(start + before, at.saturating_sub(behind)) {
                return;
            }
        }
        // A sign that is no letter and not ASCII.
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
    }
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
    fn what_is_left_out_does_not_count() {
        assert_eq!(found("Row gl Row", &[Span::new(4, 6), Span::new(0, 3)]), ["Row"]);
        assert!(found("Row gl", &[Span::new(0, 3), Span::new(4, 6)]).is_empty());
    }
}
