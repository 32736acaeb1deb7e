//! The properties of a binding: words, texts and a duration.

use std::collections::BTreeMap;

use jiff::tz::TimeZoneDatabase;
use ntro_grammar::{Span, ast};
use ntro_ir::Overlap;
use ntro_ir::binding::DEFAULT_CATCH_UP_MS;

use super::cron;
use crate::cx::{Cx, Expressions};
use crate::diagnostic::Level;
use crate::suggest::{did_you_mean, name_list};

const KNOWN: [&str; 9] = ["runbook", "tenant", "entity", "schedule", "zone", "overlap", "catch_up", "pin", "with"];

/// What other tools call them.
const MEANT: [(&[&str], &str); 9] = [
    (&["cron", "when", "every", "at", "calendar", "interval"], "schedule"),
    (&["timezone", "time_zone", "tz"], "zone"),
    (&["input", "inputs", "args", "arguments", "params"], "with"),
    (&["version"], "pin"),
    (&["customer", "client", "tenant_slug"], "tenant"),
    (&["fund", "entity_slug"], "entity"),
    (&["catchup", "catchup_window", "late"], "catch_up"),
    (&["overlap_policy", "concurrency", "policy"], "overlap"),
    (&["run", "workflow", "use", "of"], "runbook"),
];

/// The longest time after which a run is still started, in milliseconds: a year.
const LONGEST_CATCH_UP_MS: i64 = 366 * 86_400_000;
/// The shortest that the server takes, in milliseconds.
const SHORTEST_CATCH_UP_MS: i64 = 10_000;

/// What the properties say.
#[derive(Debug, Default)]
pub(super) struct Props<'a> {
    pub runbook: Option<(String, Span)>,
    pub tenant: Option<(String, Span)>,
    pub entity: Option<(String, Span)>,
    pub schedule: Option<String>,
    pub zone: Option<String>,
    pub overlap: Overlap,
    pub catch_up_ms: i64,
    pub pin: Option<String>,
    pub with: Option<&'a ast::Expr>,
    /// Whether something could not be read, so that what is missing may be there.
    pub damaged: bool,
}

impl<'a> Props<'a> {
    /// Reads them; what is wrong is reported.
    pub(super) fn read(cx: &mut Cx<'_>, all: &'a [ast::Prop]) -> Props<'a> {
        let mut props = Props { catch_up_ms: DEFAULT_CATCH_UP_MS, ..Props::default() };
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        let mut timed: Option<(&str, Span)> = None;
        for prop in all {
            props.damaged |= prop.name.is_missing() || prop.value.kind == ast::ExprKind::Missing;
            if prop.name.is_missing() || prop.value.kind == ast::ExprKind::Missing {
                continue;
            }
            let name = prop.name.text.as_str();
            if let Some(first) = seen.insert(name, prop.name.span) {
                let first = cx.items.place(cx.file, first);
                let help = "Leave one of them out.".to_owned();
                let message = format!("`{name}` is given twice.");
                let new = cx.report("N0309", prop.name.span, message, "given again here".into(), help);
                new.related.push((first, "first given here".into()));
                continue;
            }
            if matches!(name, "overlap" | "catch_up") {
                timed.get_or_insert((name, prop.name.span));
            }
            props.one(cx, prop);
        }
        if let Some((name, span)) = timed
            && !seen.contains_key("schedule")
            && !props.damaged
        {
            let message = format!("`{name}` says what a schedule does, and this workflow has none.");
            let help = "Add `schedule: \"0 8 5 * *\"`, or leave it out.".to_owned();
            cx.report("N0217", span, message, "without a schedule".into(), help);
        }
        props
    }

    fn one(&mut self, cx: &mut Cx<'_>, prop: &'a ast::Prop) {
        let span = prop.value.span;
        match prop.name.text.as_str() {
            "runbook" => match &prop.value.kind {
                ast::ExprKind::Name(name) => self.runbook = Some((name.clone(), span)),
                _ => wrong(cx, prop, "`runbook` is the name of a runbook, without quotes."),
            },
            "tenant" => self.tenant = text(cx, prop, "\"acme-fund\"").map(|text| (text, prop.name.span)),
            "entity" => self.entity = text(cx, prop, "\"acme-spv1\"").map(|text| (text, prop.name.span)),
            "schedule" => self.schedule = text(cx, prop, "\"0 8 5 * *\"").and_then(|text| schedule(cx, text, span)),
            "zone" => self.zone = text(cx, prop, "\"Europe/London\"").and_then(|text| zone(cx, text, span)),
            "pin" => self.pin = text(cx, prop, "\"0.1.0\""),
            "with" => self.with = Some(&prop.value),
            "overlap" => match &prop.value.kind {
                ast::ExprKind::Name(word) if word == "skip" => self.overlap = Overlap::Skip,
                ast::ExprKind::Name(word) if word == "queue" => self.overlap = Overlap::Queue,
                ast::ExprKind::Name(word) if word == "beside" => self.overlap = Overlap::Beside,
                ast::ExprKind::Name(word) => {
                    let near = did_you_mean(word, ["skip", "queue", "beside"].map(str::to_owned));
                    wrong(cx, prop, &format!("{near}`overlap` is `skip`, `queue` or `beside`, without quotes."));
                }
                _ => wrong(cx, prop, "`overlap` is `skip`, `queue` or `beside`, without quotes."),
            },
            "catch_up" => {
                let ms = match &prop.value.kind {
                    ast::ExprKind::Duration(text) => ntro_ir::display::parse_duration(text),
                    _ => None,
                };
                match ms.filter(|ms| (SHORTEST_CATCH_UP_MS..=LONGEST_CATCH_UP_MS).contains(ms)) {
                    Some(ms) => self.catch_up_ms = ms,
                    None => wrong(cx, prop, "`catch_up` is a duration from `10s` to a year, such as `7d`."),
                }
            }
            _ => {
                // The runbook may stand here under a wrong name.
                self.damaged |= !did_you_mean(&prop.name.text, ["runbook".to_owned()]).is_empty();
                unknown(cx, &prop.name);
            }
        }
    }
}

/// A text without holes.
fn text(cx: &mut Cx<'_>, prop: &ast::Prop, example: &str) -> Option<String> {
    let plain = match &prop.value.kind {
        ast::ExprKind::Text(template) => template.plain().filter(|text| !text.trim().is_empty()),
        _ => None,
    };
    if plain.is_none() {
        let name = &prop.name.text;
        wrong(cx, prop, &format!("`{name}` is a text in quotes without `{{{{ }}}}`: `{name}: {example}`."));
    }
    plain
}

fn schedule(cx: &mut Cx<'_>, text: String, span: Span) -> Option<String> {
    match cron::check(&text) {
        Ok(remark) => {
            if let Some(remark) = remark {
                let said = cx.report("N0603", span, remark.message.into(), "both must hold".into(), remark.help.into());
                said.level = Level::Warning;
            }
            Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        Err((message, help)) => {
            cx.report("N0603", span, message, "not a schedule".into(), help);
            None
        }
    }
}

fn zone(cx: &mut Cx<'_>, text: String, span: Span) -> Option<String> {
    let zones = TimeZoneDatabase::bundled();
    if zones.get(&text).is_ok() {
        return Some(text);
    }
    let near = nearest_zone(&text, zones.available().map(|name| name.as_str().to_owned()).collect());
    let help = format!("{near}Write a name such as `Europe/London` or `UTC`.");
    cx.report("N0604", span, format!("There is no time zone `{text}`."), "not known".into(), help);
    None
}

/// The names of all time zones, in order.
pub fn zones() -> Vec<String> {
    let mut zones: Vec<String> = TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_owned()).collect();
    zones.sort_unstable();
    zones
}

/// The zone that was meant: a near name, else the one of that city.
fn nearest_zone(text: &str, mut zones: Vec<String>) -> String {
    zones.sort_unstable();
    let city = text.rsplit('/').next().unwrap_or(text).replace(' ', "_").to_ascii_lowercase();
    let of_city = zones.iter().find(|zone| {
        zone.contains('/') && zone.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(&city))
    });
    match of_city {
        Some(zone) => format!("Did you mean `{zone}`? "),
        None => did_you_mean(text, zones),
    }
}

fn unknown(cx: &mut Cx<'_>, name: &ast::Name) {
    let known: Vec<String> = KNOWN.iter().map(|word| (*word).to_owned()).collect();
    let meant = MEANT.iter().find(|(words, _)| words.contains(&name.text.as_str()));
    let near = match meant {
        Some((_, meant)) => format!("Did you mean `{meant}`? "),
        None => did_you_mean(&name.text, known.clone()),
    };
    let help = format!("{near}A workflow has {}.", name_list(&known));
    let message = format!("A workflow has no property `{}`.", name.text);
    cx.report("N0216", name.span, message, "unknown property".into(), help);
}

fn wrong(cx: &mut Cx<'_>, prop: &ast::Prop, help: &str) {
    let message = "This property cannot have this value.".to_owned();
    cx.report("N0217", prop.value.span, message, "not possible here".into(), help.to_owned());
}
