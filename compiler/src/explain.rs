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
    "N0403"
    "N0404"
    "N0405"
    "N0406"
    "N0407"
    "N0408"
    "N0409"
    "N0410"
    "N0411"
    "N0412"
    "N0413"
    "N0414"
    "N0415"
    "N0416"
    "N0417"
    "N0418"
    "N0419"
    "N0420"
    "N0421"
    "N0422"
    "N0423"
    "N0424"
    "N0425"
    "N0426"
    "N0427"
    "N0428"
    "N0429"
    "N0430"
    "N0431"
    "N0432"
    "N0433"
    "N0434"
    "N0501"
    "N0502"
    "N0503"
    "N0504"
    "N0505"
    "N0506"
    "N0901"
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
