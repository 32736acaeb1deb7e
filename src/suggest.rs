//! "Did you mean …?"

/// The candidate that is spelled most like the word, if one is near enough.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(100).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(100).enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        for ((above, diagonal), y) in row.iter().skip(1).zip(&row).zip(&b) {
            let left = next.last().copied().unwrap_or(i + 1);
            next.push((diagonal + usize::from(x != *y)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_found_and_another_word_is_not() {
        let known = ["review", "submitted", "collect.upload"];
        assert_eq!(nearest("reviw", known), Some("review"));
        assert_eq!(nearest("collect.uplaod", known), Some("collect.upload"));
        assert_eq!(nearest("payment", known), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
