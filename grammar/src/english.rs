//! Words of the language that messages, titles and hovers are written in.

/// The months of a year.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The text with a capital at its beginning, the rest left as it is.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A name as people read it: `bank_details` as `Bank details`.
pub fn titled(name: &str) -> String {
    capitalised(&name.replace('_', " "))
}

/// A name as types are written: `bank_details` as `BankDetails`.
pub fn pascal(name: &str) -> String {
    name.split('_').map(capitalised).collect()
}

/// How many there are of something: `1 error`, `2 errors`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::{capitalised, counted, pascal, titled};

    #[test]
    fn only_the_first_letter_changes() {
        assert_eq!(capitalised("the NAV of May"), "The NAV of May");
        assert_eq!(capitalised("été"), "Été");
        assert_eq!(capitalised(""), "");
        assert_eq!(titled("bank_details"), "Bank details");
        assert_eq!(pascal("bank_details_v2"), "BankDetailsV2");
        assert_eq!(pascal("_"), "");
        assert_eq!((counted(0, "row"), counted(1, "row")), ("0 rows".to_owned(), "1 row".to_owned()));
    }
}
