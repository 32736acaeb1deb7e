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

#[cfg(test)]
mod tests {
    use super::{capitalised, pascal, titled};

    #[test]
    fn only_the_first_letter_changes() {
        assert_eq!(capitalised("the NAV of May"), "The NAV of May");
        assert_eq!(capitalised("été"), "Été");
        assert_eq!(capitalised(""), "");
        assert_eq!(titled("bank_details"), "Bank details");
        assert_eq!(pascal("bank_details_v2"), "BankDetailsV2");
        assert_eq!(pascal("_"), "");
    }
}
