//! Which column is meant by a field: names are compared word by word, with the synonyms of office tables.

use std::collections::BTreeSet;

/// Words of one line mean the same in the head of a table; the first stands for all.
const SYNONYMS: &[&[&str]] = &[
    &["amount", "total", "value", "sum", "price", "cost", "charge"],
    &["description", "detail", "narrative", "particular", "memo", "desc", "narration"],
    &["vendor", "supplier", "merchant", "payee", "creditor", "seller"],
    &["customer", "client", "debtor", "buyer"],
    &["tenant", "lessee", "occupier", "occupant", "renter"],
    &["unit", "flat", "apartment", "suite", "premise", "property"],
    &["id", "ref", "reference", "no", "number", "num", "nr", "code", "identifier"],
    &["date", "dated", "day"],
    &["start", "from", "commencement", "begin", "beginning", "since"],
    &["end", "to", "expiry", "until", "termination", "expire", "expiration"],
    &["quantity", "qty", "count"],
    &["tax", "vat", "gst"],
    &["category", "class", "kind", "type"],
    &["currency", "ccy", "curr"],
    &["period", "month"],
    &["annual", "yearly", "pa", "annum", "year"],
    &["monthly", "pcm"],
    &["debit", "dr"],
    &["credit", "cr"],
    &["account", "acct", "acc"],
    &["email", "mail"],
    &["phone", "telephone", "tel", "mobile"],
    &["status", "state"],
    &["rate", "percent", "percentage"],
    &["note", "comment", "remark"],
    &["area", "sqft", "sqm"],
    &["invoice", "bill", "inv"],
    &["deposit", "bond"],
];

/// Words that say nothing.
const FILLERS: &[&str] = &["the", "of", "a", "an", "in", "per", "for", "and", "is", "this", "it"];

/// The words of a name or a heading: small, singular, without fillers; `leaseStart`, `lease_start` and `Lease start` are alike.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut last_small = false;
    for letter in text.chars() {
        if letter == '#' {
            words.push("no".into());
        }
        let starts = letter.is_uppercase() && last_small;
        if (!letter.is_alphanumeric() || starts) && letter != '.' && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        last_small = letter.is_lowercase() || letter.is_ascii_digit();
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words.into_iter().filter(|word| !FILLERS.contains(&word.as_str())).map(singular).collect()
}

fn singular(word: String) -> String {
    let keep = word.len() < 4 || !word.ends_with('s') || word.ends_with("ss") || word.ends_with("us");
    match word.strip_suffix("ies") {
        Some(stem) if !keep && word.len() > 4 => format!("{stem}y"),
        _ if keep => word,
        _ => word.strip_suffix('s').map(str::to_owned).unwrap_or(word),
    }
}

fn canonical(word: &str) -> &str {
    SYNONYMS.iter().find(|group| group.contains(&word)).and_then(|group| group.first()).copied().unwrap_or(word)
}

fn meanings(words: &[String]) -> BTreeSet<&str> {
    words.iter().map(|word| canonical(word)).collect()
}

/// How well a heading fits a field, from 0 to 100. 80 and more means the same; below 50 it does not fit.
pub(crate) fn fit(heading: &str, field: &str, doc: &str) -> u32 {
    let (head, name) = (words(heading), words(field));
    if head.is_empty() || name.is_empty() {
        return 0;
    }
    if head == name || head.concat() == name.concat() {
        return 100;
    }
    let sorted = |words: &[String]| words.iter().cloned().collect::<BTreeSet<_>>();
    if sorted(&head) == sorted(&name) {
        return 96;
    }
    let (head_means, name_means) = (meanings(&head), meanings(&name));
    if head_means == name_means {
        return 90;
    }
    let (core_head, core_name) = (core(&head_means), core(&name_means));
    let by_core = match core_head == core_name {
        true => 85,
        false => by_parts(&core_head, &core_name).saturating_sub(3),
    };
    by_parts(&head_means, &name_means).max(by_core).max(by_doc(&head_means, &head, doc))
}

/// The meanings without the words that only say what kind of thing it is, where others are left: `Start date` is the start.
fn core<'a>(means: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let core: BTreeSet<&str> =
        means.iter().copied().filter(|word| !["date", "amount", "name"].contains(word)).collect();
    if core.is_empty() { means.clone() } else { core }
}

/// One name says more than the other: `Tenant name` for `tenant`, `Rent` for `monthly_rent`.
fn by_parts(head: &BTreeSet<&str>, name: &BTreeSet<&str>) -> u32 {
    let common = u32::try_from(head.intersection(name).count()).unwrap_or(0);
    let all = u32::try_from(head.union(name).count()).unwrap_or(1).max(1);
    if common == 0 || !(head.is_subset(name) || name.is_subset(head)) {
        return 0;
    }
    let score = 55 + 25 * common / all;
    // `Tenant ID` names the tenant, but is not the tenant; a bare `No` could be anything's number.
    if head.contains("id") != name.contains("id") { score.saturating_sub(15) } else { score }
}

/// The documentation of the field has the words of the heading.
fn by_doc(means: &BTreeSet<&str>, head: &[String], doc: &str) -> u32 {
    let doc_words = words(doc);
    if doc_words.is_empty() {
        return 0;
    }
    if doc_words.windows(head.len()).any(|window| window == head) {
        return if head.len() > 1 { 75 } else { 62 };
    }
    if means.is_subset(&meanings(&doc_words)) { 52 } else { 0 }
}
