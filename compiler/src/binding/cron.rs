//! `schedule: "0 8 5 * *"`: five fields, each within its range, and a day that the calendar has.

use std::collections::BTreeSet;

/// A field: its name, its range, and the words that stand for its numbers from the first on.
struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    words: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", least: 0, most: 59, words: &[] },
    Field { name: "hour", least: 0, most: 23, words: &[] },
    Field { name: "day of the month", least: 1, most: 31, words: &[] },
    Field {
        name: "month",
        least: 1,
        most: 12,
        words: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Field { name: "weekday", least: 0, most: 7, words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/// What the short forms of other tools stand for.
const SHORT: [(&str, &str); 7] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

/// How many days each month has at most.
const DAYS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const EXAMPLE: &str = "Write five fields: minute, hour, day of the month, month, weekday. `0 8 5 * *` is 08:00 on the 5th of every month.";

/// What is wrong with a schedule: a sentence, and what to write.
pub(super) type Wrong = (String, String);

/// What is worth saying of a schedule that can be used.
pub(super) struct Remark {
    pub message: &'static str,
    pub help: &'static str,
}

/// Checks a schedule.
pub(super) fn check(text: &str) -> Result<Option<Remark>, Wrong> {
    if let Some((short, long)) = SHORT.iter().find(|(short, _)| *short == text.trim().to_ascii_lowercase()) {
        return Err((format!("`{short}` is not a schedule here."), format!("Write `schedule: \"{long}\"`.")));
    }
    let parts: Vec<&str> = text.split_whitespace().collect();
    if parts.len() != FIELDS.len() {
        let many = match parts.len() {
            0 => "is empty".to_owned(),
            1 => "has one field".to_owned(),
            count => format!("has {count} fields"),
        };
        return Err((format!("This schedule {many}, and five are needed."), EXAMPLE.to_owned()));
    }
    let mut sets = Vec::new();
    for (field, part) in FIELDS.iter().zip(&parts) {
        sets.push(numbers(field, part)?);
    }
    let all = |at: usize| parts.get(at).is_none_or(|part| *part == "*");
    if let (Some(days), Some(months)) = (sets.get(2), sets.get(3)) {
        let first = days.first().copied().unwrap_or(1);
        let longest = months.iter().filter_map(|month| DAYS.get((*month as usize).wrapping_sub(1))).max().copied();
        if longest.is_some_and(|longest| first > longest) {
            let message = "This schedule never comes: no such month has that day.".to_owned();
            return Err((message, "Write a day of the month that one of the months has.".to_owned()));
        }
    }
    // Other tools take either of the two; Temporal wants both.
    Ok((!all(2) && !all(4)).then_some(Remark {
        message: "This schedule names days of the month and weekdays: a run comes only where both hold.",
        help: "Write `*` for one of them, unless a day such as \"Friday the 13th\" is meant.",
    }))
}

/// The numbers that a field stands for.
fn numbers(field: &Field, part: &str) -> Result<BTreeSet<u32>, Wrong> {
    let mut all = BTreeSet::new();
    for item in part.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        let step = match step {
            None => 1,
            Some(step) => step
                .parse()
                .ok()
                .filter(|step| (1..=field.most).contains(step))
                .ok_or_else(|| wrong(field, &format!("`/{step}` is no step")))?,
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (field.least, field.most),
            Some((from, to)) => (number(field, from)?, number(field, to)?),
            // `5/10` begins at 5 and goes on to the end.
            None => {
                let from = number(field, range)?;
                (from, if item.contains('/') { field.most } else { from })
            }
        };
        if from > to {
            return Err(wrong(field, &format!("`{range}` goes backwards")));
        }
        all.extend((from..=to).step_by(step as usize));
    }
    Ok(all)
}

fn number(field: &Field, text: &str) -> Result<u32, Wrong> {
    let word = field.words.iter().position(|word| *word == text.to_ascii_lowercase());
    let number = match word {
        Some(at) => u32::try_from(at).ok().map(|at| at + field.least),
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        None => None,
    };
    number.filter(|number| (field.least..=field.most).contains(number)).ok_or_else(|| {
        let what = if text.is_empty() { "a number is missing".to_owned() } else { format!("`{text}` is none") };
        wrong(field, &what)
    })
}

fn wrong(field: &Field, what: &str) -> Wrong {
    let words = match field.words.first().zip(field.words.last()) {
        Some((first, last)) => format!(" or {first} to {last}"),
        None => String::new(),
    };
    let message = format!("The {} of this schedule cannot be read: {what}.", field.name);
    let help = format!(
        "The {} is `*`, or numbers from {} to {}{words}: `1`, `1,15`, `1-5`, `*/10`. {EXAMPLE}",
        field.name, field.least, field.most
    );
    (message, help)
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn schedules_are_read_as_temporal_reads_them() {
        for right in ["0 8 5 * *", "*/15 9-17 * * mon-fri", "0 0 1,15 JAN,jul *", "5/10 * * * 7", "0 12 31 1-2 *"] {
            assert!(check(right).is_ok_and(|remark| remark.is_none()), "{right}");
        }
        assert!(check("0 8 13 * fri").is_ok_and(|remark| remark.is_some()));
        for (wrong, part) in [
            ("", "is empty"),
            ("0 8 5 *", "has 4 fields"),
            ("60 8 5 * *", "minute"),
            ("0 24 * * *", "hour"),
            ("0 8 0 * *", "day of the month"),
            ("0 8 1 13 *", "month"),
            ("0 8 * * 8", "weekday"),
            ("0 8 * * monday", "`monday` is none"),
            ("0 17-9 * * *", "goes backwards"),
            ("*/0 * * * *", "no step"),
            ("0 0 30 2 *", "never comes"),
            ("0 0 31 4,6 *", "never comes"),
            ("@Monthly", "not a schedule"),
            ("0 8 , * *", "a number is missing"),
        ] {
            let said = check(wrong).err().map(|(message, help)| format!("{message} {help}")).unwrap_or_default();
            assert!(said.contains(part), "{wrong}: {said}");
        }
    }
}
