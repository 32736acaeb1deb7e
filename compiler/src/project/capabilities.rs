//! The properties of capabilities and agents: plain words, texts, numbers and durations.

use ntro_grammar::{Span, ast};
use ntro_ir::CallOptions;

use crate::diagnostic::{Diagnostic, Place};
use crate::expr::quoted::quoted;
use crate::suggest::{did_you_mean, name_list};
use crate::ty::Ty;

/// The limit of one attempt where a capability says none: five minutes.
pub(super) const DEFAULT_WITHIN_MS: i64 = 5 * 60_000;
/// The longest that a `quick` capability may take: longer ones would hold back signals.
const QUICK_MS: i64 = 2_000;
/// No limit or pause is longer than a year.
const LONGEST_MS: i64 = 366 * 86_400_000;

const CAPABILITY_PROPS: &[&str] = &["queue", "activity", "program", "retry", "within", "quick"];
const RETRY_PROPS: &[&str] = &["attempts", "first", "factor", "max"];
const AGENT_PROPS: &[&str] = &["kind", "ref", "program"];

/// Reads properties of one file.
pub(super) struct Props<'a> {
    pub file: &'a str,
    pub out: &'a mut Vec<Diagnostic>,
}

impl Props<'_> {
    /// Applies the properties of a capability, or of a group to each of its capabilities.
    pub(super) fn capability(&mut self, options: &mut CallOptions, props: &[ast::Prop], within: Option<&ast::Within>) {
        for prop in props.iter().filter(|prop| !prop.name.is_missing()) {
            match prop.name.text.as_str() {
                "queue" => options.queue = self.text(prop).or(options.queue.take()),
                "activity" => options.activity = self.text(prop).or(options.activity.take()),
                "program" => options.program = self.program(prop).or(options.program.take()),
                "retry" => self.retry(prop, options),
                "within" => {
                    if let Some(ms) = self.duration(&prop.value) {
                        options.within_ms = ms;
                    }
                }
                "quick" => match prop.value.kind {
                    ast::ExprKind::Bool(quick) => options.quick = quick,
                    _ => self.wrong(&prop.value, "`quick` is `true` or `false`."),
                },
                _ => self.unknown(&prop.name, CAPABILITY_PROPS, "A capability"),
            }
        }
        if let Some(within) = within {
            match &within.limit {
                ast::Limit::Expr(value) => {
                    if let Some(ms) = self.duration(value) {
                        options.within_ms = ms;
                    }
                }
                ast::Limit::Never(span) | ast::Limit::WorkingDays(ast::Expr { span, .. }) => {
                    self.wrong_at(*span, "A capability's limit is a duration such as `within 5m`.");
                }
            }
        }
        let own_limit = within.is_some() || props.iter().any(|prop| prop.name.text == "within");
        if options.quick && !own_limit {
            options.within_ms = options.within_ms.min(QUICK_MS);
        }
        if options.quick && options.within_ms > QUICK_MS {
            let span =
                within.map_or_else(|| props.first().map_or(Span::default(), |prop| prop.span), |within| within.span);
            self.wrong_at(span, "A `quick` capability takes at most `2s`; leave out `quick` for a longer one.");
        }
    }

    /// Reads `kind:` and `ref:` or `program:` of an agent.
    pub(super) fn agent(&mut self, name: Span, props: &[ast::Prop]) -> (Option<String>, Option<String>) {
        let (mut kind, mut reference) = (None, None);
        for prop in props.iter().filter(|prop| !prop.name.is_missing()) {
            match prop.name.text.as_str() {
                "kind" => match &prop.value.kind {
                    ast::ExprKind::Name(word) => kind = Some(word.clone()),
                    _ => kind = self.text(prop),
                },
                "ref" | "program" => reference = self.text(prop),
                _ => self.unknown(&prop.name, AGENT_PROPS, "An agent"),
            }
        }
        super::agents::check(self, name, props, kind.as_deref(), reference.as_deref());
        (kind, reference)
    }

    fn text(&mut self, prop: &ast::Prop) -> Option<String> {
        let plain = match &prop.value.kind {
            ast::ExprKind::Text(template) => template.plain(),
            ast::ExprKind::Missing => return None,
            _ => None,
        };
        if plain.is_none() {
            let help = format!("`{}` is a text in quotes, without `{{{{ }}}}`.", prop.name.text);
            self.wrong(&prop.value, &help);
        }
        plain
    }

    fn program(&mut self, prop: &ast::Prop) -> Option<Vec<String>> {
        let ast::ExprKind::List(items) = &prop.value.kind else {
            return self.text(prop).map(|path| vec![path]);
        };
        let words: Option<Vec<String>> = items
            .iter()
            .map(|item| if let ast::ExprKind::Text(template) = &item.kind { template.plain() } else { None })
            .collect();
        match words {
            Some(words) if !words.is_empty() => Some(words),
            _ => {
                self.wrong(
                    &prop.value,
                    "`program` is a path, or a list of the path and its arguments, each in quotes.",
                );
                None
            }
        }
    }

    fn retry(&mut self, prop: &ast::Prop, options: &mut CallOptions) {
        let ast::ExprKind::Record(items) = &prop.value.kind else {
            self.wrong(&prop.value, "Write `retry: { attempts: 5, first: 1s, factor: 2, max: 1m }`.");
            return;
        };
        for item in items {
            let ast::RecordItem::Field { name, value: Some(value), .. } = item else {
                self.wrong(&prop.value, "Write `retry: { attempts: 5, first: 1s, factor: 2, max: 1m }`.");
                return;
            };
            match name.text.as_str() {
                "attempts" => match whole(value) {
                    Some(count @ 1..=1000) => options.retry.attempts = count,
                    _ => self.wrong(value, "`attempts` is a number from 1 to 1000; the first attempt counts."),
                },
                "first" => {
                    if let Some(ms) = self.duration(value) {
                        options.retry.first_ms = ms;
                    }
                }
                "max" => {
                    if let Some(ms) = self.duration(value) {
                        options.retry.max_ms = ms;
                    }
                }
                "factor" => match hundredths(value) {
                    Some(factor @ 100..=10_000) => options.retry.factor_percent = factor,
                    _ => self.wrong(value, "`factor` is a number from 1 to 100, such as `2` or `1.5`."),
                },
                "" => {}
                _ => self.unknown(name, RETRY_PROPS, "`retry`"),
            }
        }
    }

    fn duration(&mut self, value: &ast::Expr) -> Option<i64> {
        let ms = match &value.kind {
            ast::ExprKind::Duration(text) => ntro_ir::display::parse_duration(text),
            ast::ExprKind::Missing => return None,
            _ => None,
        };
        let ms = ms.filter(|ms| (1..=LONGEST_MS).contains(ms));
        if ms.is_none() {
            match quoted(value, &Ty::Duration) {
                Some(meant) => self.wrong(value, &format!("Write it without quotes: `{meant}`.")),
                None => self.wrong(value, "Write a duration of at most a year, such as `30s`, `5m` or `1h`."),
            }
        }
        ms
    }

    fn unknown(&mut self, name: &ast::Name, known: &[&str], what: &str) {
        let known: Vec<String> = known.iter().map(|word| (*word).to_owned()).collect();
        let near = match meant(&name.text).filter(|meant| known.iter().any(|known| known == meant)) {
            Some(meant) => format!("Did you mean `{meant}`? "),
            None => did_you_mean(&name.text, known.clone()),
        };
        let help = format!("{near}{what} has {}.", name_list(&known));
        let message = format!("{what} has no property `{}`.", name.text);
        let place = Place { file: self.file.to_owned(), span: name.span };
        self.out.push(Diagnostic::error("N0216", place, message, "unknown property", help));
    }

    fn wrong(&mut self, value: &ast::Expr, help: &str) {
        if value.kind != ast::ExprKind::Missing {
            self.wrong_at(value.span, help);
        }
    }

    fn wrong_at(&mut self, span: Span, help: &str) {
        let place = Place { file: self.file.to_owned(), span };
        self.out.push(Diagnostic::error(
            "N0217",
            place,
            "This property cannot have this value.",
            "not possible here",
            help,
        ));
    }
}

fn whole(value: &ast::Expr) -> Option<u32> {
    match &value.kind {
        ast::ExprKind::Int(text) => text.parse().ok(),
        _ => None,
    }
}

fn hundredths(value: &ast::Expr) -> Option<u32> {
    let (ast::ExprKind::Int(text) | ast::ExprKind::Decimal(text)) = &value.kind else { return None };
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = digits.chars().chain("00".chars()).take(2).collect();
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(digits.parse().ok()?)
}

/// What a property is called elsewhere.
fn meant(word: &str) -> Option<&'static str> {
    Some(match word {
        "initial_interval" | "initialInterval" | "initial" | "delay" | "backoff" | "interval" => "first",
        "backoff_coefficient" | "backoffCoefficient" | "multiplier" | "exponent" => "factor",
        "maximum_attempts" | "maximumAttempts" | "max_attempts" | "maxAttempts" | "times" | "count" => "attempts",
        "maximum_interval" | "maximumInterval" | "max_interval" | "max_delay" => "max",
        "task_queue" | "taskQueue" => "queue",
        _ => return None,
    })
}
