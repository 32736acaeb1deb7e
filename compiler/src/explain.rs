//! The page of each message: what is wrong, why it matters, a wrong piece and a right one.
//!
//! Every code that the compiler can report stands in this list and has its page in `explain/`. A page begins with
//! `# CODE: title` and ends with a `wrong` and a `right` block; a test compiles both.

/// Registers a page for each code: the file `explain/CODE.md`.
macro_rules! pages {
    ($($code:literal)*) => {
        const PAGES: &[(&str, &str)] = &[$(($code, include_str!(concat!("explain/", $code, ".md")))),*];
    };
}

// One code a line, in order.
pages! {
    "N0201"
}

/// The page of a code, in Markdown; `None` for a code that does not exist. Case does not matter.
pub fn page(code: &str) -> Option<String> {
    let wanted = code.trim().to_ascii_uppercase();
    PAGES.iter().find(|(code, _)| *code == wanted).map(|(_, text)| (*text).to_owned())
}

/// All codes with the titles of their pages, in order.
pub fn codes() -> Vec<(&'static str, &'static str)> {
    PAGES.iter().map(|(code, text)| (*code, title(text))).collect()
}

/// What stands after `# CODE: ` in the first line.
fn title(page: &'static str) -> &'static str {
    let first = page.lines().next().unwrap_or_default();
    first.split_once(": ").map_or(first, |(_, title)| title)
}
