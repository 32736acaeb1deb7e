//! What goes when a declaration goes.

use ntro_grammar::Span;

/// The lines of a declaration, the documentation above it and the empty line after it. Where something else stands on its lines, only what the
/// declaration takes itself.
pub(crate) fn lines(text: &str, span: Span) -> Span {
    let (start, end) = (span.start as usize, span.end as usize);
    let line = line_start(text, start);
    let rest = text.get(end..).unwrap_or("");
    let (after, more) = rest.split_once('\n').map_or((rest, ""), |(line, more)| (line, more));
    let alone = text.get(line..start).is_some_and(|before| before.trim().is_empty());
    // Documentation behind a declaration belongs to it.
    let after = after.trim_matches([' ', '\t', '\r', ',']);
    if !alone || !(after.is_empty() || after.starts_with("///")) {
        return span;
    }
    let mut from = line;
    while from > 0 {
        let above = line_start(text, from - 1);
        if !text.get(above..from).is_some_and(|line| line.trim_start().starts_with("///")) {
            break;
        }
        from = above;
    }
    let mut to = text.len() - more.len();
    let empty = more.split_inclusive('\n').next().filter(|line| line.trim().is_empty());
    // An empty line before it stays.
    let stays = from == 0 || text.get(line_start(text, from - 1)..from).is_some_and(|line| line.trim().is_empty());
    if stays {
        to += empty.map_or(0, str::len);
    }
    place(from, to)
}

/// One of several names with commas between them, with its comma; the last one goes with what holds it.
pub(crate) fn of_list(text: &str, names: &[Span], index: usize, whole: Span) -> Span {
    let at = |index: usize| names.get(index).copied();
    match (index.checked_sub(1).and_then(at), at(index), at(index + 1)) {
        (_, Some(own), Some(next)) => Span::new(own.start, next.start),
        (Some(before), Some(own), None) => Span::new(before.end, own.end),
        _ => lines(text, whole),
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

fn place(start: usize, end: usize) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(offset(start), offset(end))
}

#[cfg(test)]
mod tests {
    use ntro_grammar::Span;

    use super::{lines, of_list, place};

    fn without(text: &str, part: &str) -> String {
        let start = text.find(part).unwrap_or_default();
        let span = lines(text, place(start, start + part.len()));
        format!("{}{}", &text.get(..span.start as usize).unwrap_or(""), &text.get(span.end as usize..).unwrap_or(""))
    }

    #[test]
    fn a_declaration_goes_with_its_documentation_and_one_empty_line() {
        assert_eq!(
            without("role a\n\n/// What it is.\ntype T { a: text }\n\nrole b\n", "type T { a: text }"),
            "role a\n\nrole b\n"
        );
        assert_eq!(without("type T { a: text }\n\nrole b\n", "type T { a: text }"), "role b\n");
        assert_eq!(without("role a\ntype T { a: text }\nrole b\n", "type T { a: text }"), "role a\nrole b\n");
        assert_eq!(without("role a\ntype T { a: text }", "type T { a: text }"), "role a\n");
        assert_eq!(without("a: text  /// one\nb: text, /// two\nc: int\n", "b: text"), "a: text  /// one\nc: int\n");
    }

    #[test]
    fn what_stands_on_the_same_line_stays() {
        assert_eq!(without("type T { a: text } // why\n", "type T { a: text }"), " // why\n");
        assert_eq!(without("capabilities a { b(), c() }\n", "b()"), "capabilities a { , c() }\n");
    }

    #[test]
    fn one_of_several_names_goes_with_its_comma() {
        let text = "role a, b, c\n";
        let names = [Span::new(5, 6), Span::new(8, 9), Span::new(11, 12)];
        let of = |index| of_list(text, &names, index, Span::new(0, 12));
        assert_eq!([of(0), of(1), of(2)], [Span::new(5, 8), Span::new(8, 11), Span::new(9, 12)]);
        assert_eq!(of_list("role a\nrole b\n", &names[..1], 0, Span::new(0, 6)), Span::new(0, 7));
    }
}
