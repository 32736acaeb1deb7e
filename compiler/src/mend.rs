//! Repairs of names: where a message names the one word that was probably meant, the edit that writes it.

use crate::Sources;
use crate::diagnostic::{Diagnostic, Edit};

/// Messages about words of the language: what is nearly such a word is that word. Other names are the author's own, and the one that is
/// spelled most like it may be another thing.
const WORDS: [&str; 4] = ["N0216", "N0418", "N0419", "N0607"];

/// Gives each message that ends with "Did you mean …?" the edit that writes what was meant.
pub(crate) fn rename(sources: &Sources, diagnostics: &mut [Diagnostic]) {
    for found in diagnostics.iter_mut().filter(|found| found.fix.is_empty()) {
        let Some(meant) = meant(&found.help) else { continue };
        let Some(text) = sources.get(&found.place.file) else { continue };
        let written = text.get(found.place.span.start as usize..found.place.span.end as usize).unwrap_or("");
        let bare = written.trim_matches('"');
        // The place may be wider than the word, or hold another one; only the very word that the message names is replaced.
        if bare.is_empty() || !found.message.contains(&format!("`{bare}`")) {
            continue;
        }
        let new = if written == bare { meant.to_owned() } else { format!("\"{meant}\"") };
        found.fix.push(Edit { place: found.place.clone(), text: new });
        found.certain = WORDS.contains(&found.code);
    }
}

/// The word in "Did you mean `word`?".
fn meant(help: &str) -> Option<&str> {
    let (_, rest) = help.split_once("Did you mean `")?;
    let (word, end) = rest.split_once('`')?;
    end.starts_with('?').then_some(word)
}
