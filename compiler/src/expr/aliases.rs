//! What functions of other languages are called here.

/// The function that does what one of another language does; `None` where there is none.
pub(super) fn function(word: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(names, _)| names.contains(&word)).map(|(_, ours)| *ours)
}

const ALIASES: [(&[&str], &str); 22] = [
    (&["len", "length", "size", "Len"], "count"),
    (&["toUpperCase", "to_upper", "uppercase", "upcase"], "upper"),
    (&["toLowerCase", "to_lower", "lowercase", "downcase"], "lower"),
    (&["strip", "trimmed"], "trim"),
    (&["includes", "has", "contain"], "contains"),
    (&["startsWith", "startswith"], "starts_with"),
    (&["endsWith", "endswith"], "ends_with"),
    (&["some", "exists"], "any"),
    (&["every", "for_all"], "all"),
    (&["select", "collect", "forEach", "for_each"], "map"),
    (&["where"], "filter"),
    (&["find"], "first"),
    (&["flatMap"], "flat_map"),
    (&["groupBy", "groupby"], "group_by"),
    (&["sortBy", "sort", "sorted", "order_by", "orderBy"], "sort_by"),
    (&["unique", "uniq", "dedup"], "distinct"),
    (&["avg", "mean"], "average"),
    (&["str", "toString", "to_string", "string"], "to_text"),
    (&["parseInt", "int"], "parse_int"),
    (&["parseFloat", "float", "Decimal"], "parse_decimal"),
    (&["get", "nth"], "at"),
    (&["substr", "substring"], "slice"),
];
