//! Repairs of names: where a message names the one word that was probably meant, the edit that writes it.

use ntro_grammar::Span;

use crate::Sources;
use crate::diagnostic::{Diagnostic, Edit, Place};

/// Messages about words of the language: what is nearly such a word is that word. Other names are the author's own, and the one that is
/// spelled most like it may be another thing.
const WORDS: [&str; 4] = ["N0216", "N0418", "N0419", "N0607"];

/// Gives each message that ends with "Did you mean …?" the edit that writes what was meant.
pub(crate) fn rename(sources: &Sources, diagnostics: &mut [Diagnostic]) {
    for found in diagnostics.iter_mut().filter(|found| found.fix.is_empty()) {
        let Some(meant) = meant(&found.help) else { continue };
        let Some(text) = sources.get(&found.place.file) else { continue };
        let written = text.get(found.place.span.start as usize..found.place.span.end as usize).unwrap_or("");
        let Some((from, word)) = named(&found.message, written) else { continue };
        let quoted = written.len() == word.len() + 2 && written.starts_with('"') && written.ends_with('"');
        let (place, new) = if quoted {
            (found.place.clone(), format!("\"{meant}\""))
        } else {
            let start = found.place.span.start + u32::try_from(from).unwrap_or(0);
            let span = Span::new(start, start + u32::try_from(word.len()).unwrap_or(0));
            (Place { file: found.place.file.clone(), span }, meant.to_owned())
        };
        found.fix.push(Edit { place, text: new });
        found.certain = WORDS.contains(&found.code);
    }
}

/// The word in "Did you mean `word`?".
fn meant(help: &str) -> Option<&str> {
    let (_, rest) = help.split_once("Did you mean `")?;
    let (word, end) = rest.split_once('`')?;
    end.starts_with('?').then_some(word)
}

/// The very word that a message names, where it stands once in the place that the message points at: the place may be wider than the word, or
/// hold another one.
fn named<'m>(message: &'m str, written: &str) -> Option<(usize, &'m str)> {
    let bare = written.trim_matches('"');
    let mut words = message.split('`').skip(1).step_by(2).filter(|word| !word.is_empty());
    if let Some(word) = words.clone().find(|word| *word == bare) {
        return Some((0, word));
    }
    // What a type holds may be wrong as well, and is told only once the type is right.
    if written.contains('<') {
        return None;
    }
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    words.find_map(|word| {
        let mut places = written.match_indices(word);
        let (at, _) = places.next().filter(|_| places.next().is_none())?;
        let alone = !written.get(..at)?.ends_with(part) && !written.get(at + word.len()..)?.starts_with(part);
        alone.then_some((at, word))
    })
}
