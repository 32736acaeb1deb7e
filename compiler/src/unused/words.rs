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
    left_out.sort_unstable();
    // Nearly every word is told from the names by its first letter and its length, without a search.
    let mut lengths = [0_u64; 256];
    for name in names {
        if let Some(held) = name.bytes().next().and_then(|first| lengths.get_mut(usize::from(first))) {
            *held |= 1 << name.len().min(63);
        }
    }
    let mut look = |word: &str| {
        let held = word.bytes().next().and_then(|first| lengths.get(usize::from(first)));
        if held.is_some_and(|held| held & (1 << word.len().min(63)) != 0)
            && let Some(name) = names.get(word)
        {
            found.insert(name);
        }
    };
    let mut at = 0usize;
    let end = Span::new(u32::try_from(text.len()).unwrap_or(u32::MAX), u32::MAX);
    for span in left_out.iter().chain(std::iter::once(&end)) {
        let piece = text.get(at..(span.start as usize).max(at)).unwrap_or_default();
        for word in piece.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))) {
            let word = word.trim_matches(['.', '-']);
            look(word);
            if word.contains(['.', '-']) {
                for part in word.split('.') {
                    look(part);
                    part.split('-').for_each(&mut look);
                }
            }
        }
        at = at.max(span.end as usize);
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
    }

    #[test]
    fn what_is_left_out_does_not_count() {
        assert_eq!(found("Row gl Row", &[Span::new(4, 6), Span::new(0, 3)]), ["Row"]);
        assert!(found("Row gl", &[Span::new(0, 3), Span::new(4, 6)]).is_empty());
    }
}
