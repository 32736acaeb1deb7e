//! The documents that are open, kept exactly as the client has them.

use std::sync::Arc;

use ls_types::{TextDocumentContentChangeEvent, Uri};

use crate::positions::{Encoding, Lines};
use crate::project::Home;

/// The largest document that is looked at: the same as the largest file that `ntroc check` reads.
pub(crate) const LARGEST: usize = 4_000_000;

/// A document.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// As the client writes its address.
    pub uri: Uri,
    pub version: i32,
    pub text: Arc<str>,
    pub home: Home,
}

impl Document {
    /// Whether it is too large to be looked at.
    pub(crate) fn is_too_large(&self) -> bool {
        self.text.len() > LARGEST
    }

    /// Makes changes, one after the other: each speaks of the text that the one before has left.
    pub(crate) fn change(&mut self, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        let mut text = self.text.to_string();
        for change in changes {
            let Some(range) = change.range else {
                text = change.text;
                continue;
            };
            let lines = Lines::new(&text);
            let (start, end) = (lines.offset(&text, range.start, encoding), lines.offset(&text, range.end, encoding));
            text.replace_range(start.min(end) as usize..start.max(end) as usize, &change.text);
        }
        self.text = text.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Kind;
    use ls_types::{Position, Range};

    fn check(text: &str, changes: &[(Option<[u32; 4]>, &str)], expected: &str) {
        let home = Home { project: "/a.ntro".into(), kind: Kind::Alone, file: "a.ntro".to_owned() };
        let mut document = Document { uri: "file:///a.ntro".parse().unwrap(), version: 1, text: text.into(), home };
        let changes = changes.iter().map(|(range, text)| TextDocumentContentChangeEvent {
            range: range.map(|[a, b, c, d]| Range::new(Position::new(a, b), Position::new(c, d))),
            range_length: None,
            text: (*text).to_owned(),
        });
        document.change(changes.collect(), Encoding::Utf16);
        assert_eq!(&*document.text, expected);
    }

    #[test]
    fn changes_are_made_one_after_the_other() {
        check("ab\ncd\n", &[(Some([0, 1, 1, 1]), "X"), (Some([0, 2, 0, 2]), "Y")], "aXYd\n");
        check("a𝄞b", &[(Some([0, 1, 0, 3]), "")], "ab");
        check("a\r\nb", &[(Some([0, 1, 1, 0]), "\n")], "a\nb");
        check("abc", &[(None, "new"), (Some([0, 0, 0, 1]), "N")], "New");
    }

    #[test]
    fn changes_out_of_range_touch_what_is_nearest() {
        check("ab\n", &[(Some([7, 0, 9, 9]), "end")], "ab\nend");
        check("ab\n", &[(Some([0, 9, 0, 99]), "c")], "abc\n");
        check("abc", &[(Some([0, 2, 0, 1]), "X")], "aXc");
        check("a𝄞b", &[(Some([0, 2, 0, 2]), "X")], "aX𝄞b");
    }
}
