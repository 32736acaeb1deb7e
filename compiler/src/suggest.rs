//! The name that was probably meant.

/// How many bytes of a name must be there for it to be meant by its beginning.
const SHORTEST_BEGINNING: usize = 4;

/// How many names of a fitting length are compared letter by letter. No author has so many that are alike; a damaged text may.
const MOST_COMPARED: usize = 300;

/// The nearest of some names, where one is near enough to be meant.
pub(crate) fn nearest(word: &str, among: impl IntoIterator<Item = String>) -> Option<String> {
    if word.is_empty() {
        return None;
    }
    let most = match word.chars().count() {
        0..=3 => 1,
        4..=7 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, String)> = None;
    // `edit` for `editable`: what begins alike, where it is one alone.
    let mut longer: Option<String> = None;
    let mut several = false;
    let mut compared = 0;
    let (letters, lower) = (word.chars().count(), word.to_lowercase());
    for name in among {
        if name == word {
            continue;
        }
        // Most names are of another length: they are not looked at letter by letter.
        if name.is_ascii() && name.len().abs_diff(letters) > most && !name.starts_with(word) {
            continue;
        }
        if word.len() >= SHORTEST_BEGINNING && name.starts_with(word) {
            several |= longer.is_some();
            longer = Some(name.clone());
        }
        if compared == MOST_COMPARED {
            continue;
        }
        compared += 1;
        let far = distance(&lower, &name.to_lowercase(), most + 1);
        if far <= most && best.as_ref().is_none_or(|(least, known)| (far, &name) < (*least, known)) {
            best = Some((far, name));
        }
    }
    best.map(|(_, name)| name).or(longer.filter(|_| !several))
}

/// "Did you mean `x`? ", which a help begins with, or nothing.
#[cold]
pub(crate) fn did_you_mean(word: &str, among: impl IntoIterator<Item = String>) -> String {
    nearest(word, among).map_or_else(String::new, |name| format!("Did you mean `{name}`? "))
}

/// What was probably meant (see [`did_you_mean`]), and what to do where it was not.
pub(crate) fn or_else(near: &str, help: &str) -> String {
    let mut letters = help.chars();
    match letters.next().filter(|_| !near.is_empty()) {
        Some(first) => format!("{near}If not, {}{}", first.to_lowercase(), letters.as_str()),
        None => help.to_owned(),
    }
}

/// How many letters are added, left out, changed or swapped with their neighbour, up to `bound`.
pub(crate) fn distance(a: &str, b: &str, bound: usize) -> usize {
    // Names are short; a hostile one is not compared letter by letter.
    if a.len() > 64 || b.len() > 64 {
        return bound;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) >= bound {
        return bound;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(bound);
            let mut least = (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(bound)
}

/// How many members of a circle are named.
pub(crate) const MOST_NAMED: usize = 8;

/// " (`a` → `b` → `a`)" for what leads back to itself by way of others; nothing where it does so at once.
pub(crate) fn way_round<'n>(mut names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let (count, Some(first)) = (names.len(), names.next()) else { return String::new() };
    if count < 2 {
        return String::new();
    }
    let mut way = format!(" (`{first}`");
    for name in names.take(MOST_NAMED) {
        way.push_str(&format!(" → `{name}`"));
    }
    if count > MOST_NAMED + 1 {
        way.push_str(&format!(" → {} more", count - MOST_NAMED - 1));
    }
    format!("{way} → `{first}`)")
}

/// `a`, `b` and `c`, for messages; at most twelve are named.
#[cold]
pub(crate) fn name_list(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
    if names.len() > 12 {
        shown.push(format!("{} more", names.len() - 12));
    }
    match shown.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{name_list, nearest};

    fn names(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = names(&["amount", "account", "description"]);
        assert_eq!(nearest("amuont", known.clone()).as_deref(), Some("amount"));
        assert_eq!(nearest("Amount", known.clone()).as_deref(), Some("amount"));
        assert_eq!(nearest("descripton", known.clone()).as_deref(), Some("description"));
        assert_eq!(nearest("period", known.clone()), None);
        assert_eq!(nearest("", known), None);
    }

    #[test]
    fn lists_read_as_a_sentence() {
        assert_eq!(name_list(&names(&["a"])), "`a`");
        assert_eq!(name_list(&names(&["a", "b", "c"])), "`a`, `b` and `c`");
    }
}
