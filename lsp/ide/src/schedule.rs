//! What a schedule of five fields says, in words. What is not said plainly by them is left to whoever reads them.

use ntro_grammar::english::MONTHS;

const DAYS: [&str; 8] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// `0 8 5 * *` as "At 08:00 on day 5 of every month.".
pub(crate) fn said(schedule: &str) -> Option<String> {
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else { return None };
    let time = time(minute, hour)?;
    let months = match *month {
        "*" => "every month".to_owned(),
        month => listed(month, &|month| named(month, &MONTHS, 1))?,
    };
    let weekdays = match *weekday {
        "*" | "?" => None,
        weekday => Some(listed(weekday, &|weekday| named(weekday, &DAYS, 0))?),
    };
    let days = match *day {
        "*" | "?" => None,
        day => Some(listed(day, &|day| {
            day.parse::<u8>().ok().filter(|day| (1..=31).contains(day)).map(|day| day.to_string())
        })?),
    };
    let plural = |days: &str| if days.contains([',', ' ']) { "days" } else { "day" };
    Some(match (days, weekdays) {
        (None, None) if *month == "*" => format!("{time} every day."),
        (None, None) => format!("{time} every day in {months}."),
        (Some(days), None) => format!("{time} on {} {days} of {months}.", plural(&days)),
        (None, Some(weekdays)) if *month == "*" => format!("{time} on {weekdays}."),
        (None, Some(weekdays)) => format!("{time} on {weekdays} in {months}."),
        // Both must hold.
        (Some(days), Some(weekdays)) => format!("{time} on {} {days} of {months}, if it is {weekdays}.", plural(&days)),
    })
}

fn time(minute: &str, hour: &str) -> Option<String> {
    let within = |text: &str, most: u32| text.parse::<u32>().ok().filter(|value| *value <= most);
    if let (Some(step), "*") = (minute.strip_prefix("*/"), hour) {
        return within(step, 59).map(|step| format!("Every {step} minutes"));
    }
    let minute = within(minute, 59)?;
    match hour {
        "*" => Some(format!("At minute {minute} of every hour")),
        hour => match hour.strip_prefix("*/") {
            Some(step) => within(step, 23).map(|step| format!("At minute {minute} of every {step} hours")),
            None => listed(hour, &|hour| within(hour, 23).map(|hour| format!("{hour:02}:{minute:02}")))
                .map(|at| format!("At {at}")),
        },
    }
}

/// `1-5,7` with each of its values said.
fn listed(field: &str, say: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let part = |part: &str| match part.split_once('-') {
        Some((from, to)) => Some(format!("{} to {}", say(from)?, say(to)?)),
        None => say(part),
    };
    let parts = field.split(',').map(part).collect::<Option<Vec<_>>>()?;
    let (last, before) = parts.split_last()?;
    Some(if before.is_empty() { last.clone() } else { format!("{} and {last}", before.join(", ")) })
}

/// A day or a month by its number, or by the first three letters of its name.
fn named(word: &str, names: &[&str], first: usize) -> Option<String> {
    if let Ok(number) = word.parse::<usize>() {
        return names.get(number.checked_sub(first)?).map(|name| (*name).to_owned());
    }
    let begins = |name: &&&str| word.len() == 3 && name.get(..3).is_some_and(|first| first.eq_ignore_ascii_case(word));
    names.iter().find(begins).map(|name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn what_schedules_say() {
        let of = |schedule| said(schedule).unwrap_or_default();
        assert_eq!(of("0 8 5 * *"), "At 08:00 on day 5 of every month.");
        assert_eq!(of("30 7,19 * * 1-5"), "At 07:30 and 19:30 on Monday to Friday.");
        assert_eq!(of("0 6 * * MON,thu"), "At 06:00 on Monday and Thursday.");
        assert_eq!(of("15 0 1,15 1,7 *"), "At 00:15 on days 1 and 15 of January and July.");
        assert_eq!(of("*/10 * * * *"), "Every 10 minutes every day.");
        assert_eq!(of("0 9 1 * 1"), "At 09:00 on day 1 of every month, if it is Monday.");
        for unclear in ["", "0 8", "60 8 * * *", "0 24 * * *", "0 8 L * *", "0 8 32 * *", "0 8 * 13 *", "x y z a b"] {
            assert_eq!(said(unclear), None, "{unclear}");
        }
    }
}
