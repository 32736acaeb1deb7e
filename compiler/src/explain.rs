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
    "N0202"
    "N0203"
    "N0204"
    "N0205"
    "N0206"
    "N0207"
    "N0208"
    "N0209"
    "N0210"
    "N0211"
    "N0212"
    "N0213"
    "N0214"
    "N0215"
    "N0216"
    "N0217"
    "N0218"
    "N0219"
    "N0220"
    "N0221"
    "N0222"
    "N0223"
    "N0224"
    "N0225"
    "N0226"
    "N0227"
    "N0228"
    "N0229"
    "N0230"
    "N0231"
    "N0232"
    "N0301"
    "N0302"
    "N0303"
    "N0304"
    "N0305"
    "N0306"
    "N0307"
    "N0308"
    "N0309"
    "N0310"
    "N0311"
    "N0312"
    "N0313"
    "N0314"
    "N0315"
    "N0316"
    "N0317"
    "N0318"
    "N0319"
    "N0320"
    "N0321"
    "N0322"
    "N0323"
    "N0324"
    "N0325"
    "N0326"
    "N0327"
    "N0328"
    "N0329"
    "N0330"
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
    "N0435"
    "N0436"
    "N0437"
    "N0438"
    "N0439"
    "N0440"
    "N0441"
    "N0442"
    "N0443"
    "N0444"
    "N0445"
    "N0446"
    "N0450"
    "N0501"
    "N0502"
    "N0503"
    "N0504"
    "N0505"
    "N0506"
    "N0602"
    "N0603"
    "N0604"
    "N0605"
    "N0606"
    "N0607"
    "N0608"
    "N0609"
    "N0611"
    "N0612"
    "N0613"
    "N0701"
    "N0702"
    "N0703"
    "N0704"
    "N0705"
    "N0706"
    "N0707"
    "N0708"
    "N0709"
    "N0710"
    "N0711"
    "N0712"
    "N0713"
    "N0714"
}

/// The page of a code, in Markdown; `None` for a code that does not exist. Case does not matter.
pub fn page(code: &str) -> Option<String> {
    let wanted = code.trim().to_ascii_uppercase();
    if let Some((_, text)) = PAGES.iter().find(|(code, _)| *code == wanted) {
        return Some((*text).to_owned());
    }
    let of_text = ntro_grammar::PROBLEMS.iter().find(|problem| problem.code == wanted)?;
    let title = ntro_grammar::english::capitalised(of_text.title);
    Some(format!(
        "# {}: {title}\n\n{}\n\n```ntro wrong\n{}\n```\n\n```ntro right\n{}\n```\n",
        of_text.code, of_text.text, of_text.wrong, of_text.right
    ))
}

/// All codes with the titles of their pages, in order.
pub fn codes() -> Vec<(&'static str, &'static str)> {
    let of_text = ntro_grammar::PROBLEMS.iter().map(|problem| (problem.code, problem.title));
    let mut all: Vec<_> = of_text.chain(PAGES.iter().map(|(code, text)| (*code, title(text)))).collect();
    all.sort_unstable();
    all
}

/// What stands after `# CODE: ` in the first line.
fn title(page: &'static str) -> &'static str {
    let first = page.lines().next().unwrap_or_default();
    first.split_once(": ").map_or(first, |(_, title)| title)
}
