//! A name in brackets for what a case, a signal or a failure carries, where nothing uses it.

use ntro_grammar::{Span, ast};

use super::marks_unused;
use crate::cx::{Cx, Expressions};
use crate::diagnostic::{Edit, Level};

const CODE: &str = "N0231";

/// What gives the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// `document_submitted (d) { … }`, `ok (v) => …`
    Case,
    /// `on vendor_called (e) { … }`
    Handler,
    /// `on vendor_called (e)` in an `await`
    Wait,
    /// `on failure (e) { … }`
    Failure,
}

impl Cx<'_> {
    /// Reports it. The brackets can be left out, and nothing means anything else then.
    pub(crate) fn unused_carried(&mut self, name: &ast::Name, carrier: Carrier) {
        if marks_unused(name) {
            return;
        }
        let word = &name.text;
        let message = match carrier {
            Carrier::Case => format!("Nothing in this case uses `{word}`."),
            Carrier::Handler => format!("This handler does not use `{word}`."),
            Carrier::Wait => format!("`{word}` is for a `where` behind it, and nothing uses it."),
            Carrier::Failure => format!("What follows the failure does not use `{word}`."),
        };
        let help = match carrier {
            Carrier::Wait => {
                format!("Leave out `({word})`. What comes is read after the wait by the name of its step.")
            }
            _ => format!("Leave out `({word})`, or use it."),
        };
        let place = self.items.file(self.file).and_then(|file| brackets(&file.text, name.span));
        let place = place.map(|span| self.items.place(self.file, span));
        let found = self.report(CODE, name.span, message, "not used".into(), help);
        found.level = Level::Hint;
        found.fix.extend(place.map(|place| Edit { place, text: String::new() }));
    }
}

/// The brackets around a name, with the blanks before them.
fn brackets(text: &str, name: Span) -> Option<Span> {
    let blank = [' ', '\t'];
    let before = text.get(..name.start as usize)?.trim_end_matches(blank).strip_suffix('(')?.trim_end_matches(blank);
    let rest = text.get(name.end as usize..)?;
    let inside = rest.len() - rest.trim_start_matches(blank).len();
    rest.get(inside..)?.starts_with(')').then_some(())?;
    Some(Span::new(u32::try_from(before.len()).ok()?, name.end + u32::try_from(inside).ok()? + 1))
}

#[cfg(test)]
mod tests {
    use ntro_grammar::Span;

    use super::brackets;

    #[test]
    fn brackets_go_with_the_blanks_before_them() {
        assert_eq!(brackets("ok (v) => 1", Span::new(4, 5)), Some(Span::new(2, 6)));
        assert_eq!(brackets("ok( v ) => 1", Span::new(4, 5)), Some(Span::new(2, 7)));
        assert_eq!(brackets("ok v => 1", Span::new(3, 4)), None);
        assert_eq!(brackets("ok (v", Span::new(4, 5)), None);
    }
}
