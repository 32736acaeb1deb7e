//! What is missing and what is too much, worded by where it happened.

use super::{Builder, P};
use crate::problems::{self, Around};
use crate::syntax::Rule;
use crate::{Problem, Span};

/// What a rule says about the text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing bad.
    Fine,
    /// Something is not there.
    Missing,
    /// Something is there that nobody understands, or in the wrong place.
    Surplus,
    /// A bracket is not closed.
    Closer,
}

/// What a rule says about the text.
pub(super) fn kind(rule: Rule) -> Kind {
    use Rule::*;
    match rule {
        missing_rbrace | missing_rparen | missing_rbracket | missing_rangle | missing_lbrace | missing_body => {
            Kind::Closer
        }
        missing_colon | missing_comma | missing_eq | missing_arrow | missing_name | missing_expr | missing_type
        | missing_string | missing_outcome | missing_args | missing_quote | missing_member | missing_target
        | missing_interp_end | missing_then | missing_else | missing_in | missing_from | missing_to | missing_most
        | missing_times | missing_at | missing_once | missing_every | missing_days | missing_for
        | missing_on_failure | missing_run | missing_signal | missing_calls | missing_running | missing_expect
        | missing_path | missing_decl | missing_payload | missing_when | missing_params => Kind::Missing,
        junk_b | junk_f | junk_h | junk_i | junk_l | junk_r | junk_top | misplaced | misplaced_clause
        | unknown_block | unknown_decl | bad_number | paper_date | worded | thousands | bare_else | xif | xthen
        | bad_op => Kind::Surplus,
        _ => Kind::Fine,
    }
}

/// What is written where a word is missing.
fn word_of(rule: Rule) -> Option<(&'static str, &'static str)> {
    use Rule::*;
    Some(match rule {
        missing_then => ("then", "if high then director else accountant"),
        missing_in => ("in", "for row in rows { … }"),
        missing_to => ("to", "escalate to manager within 24h else fail \"…\""),
        missing_most => ("most", "at most 3 times"),
        missing_times => ("times", "at most 3 times"),
        missing_at => ("at once", "at most 10 at once"),
        missing_once => ("once", "at most 10 at once"),
        missing_every => ("every", "remind every 1d"),
        missing_days => ("days", "within 5 working days"),
        missing_for => ("for", "scenario \"nobody answers\" for document-ingest { … }"),
        missing_run => ("run", "coverage \"Every lease is billed\" run quality.coverage(rows)"),
        missing_signal => ("signal", "after 2h signal document_submitted { … }"),
        missing_calls => ("calls", "expect 3 calls custodian.remind"),
        missing_running => ("running", "expect at most 3 running document-ingest"),
        missing_when => ("when", "warn \"Low confidence.\" when extracted.confidence < 0.7"),
        _ => return None,
    })
}

/// What is told of something missing by its place alone, whatever the line goes on with.
fn plain(rule: Rule, parent: Rule, at: Span, before: &str) -> Option<Problem> {
    use Rule::*;
    Some(match rule {
        missing_rparen => problems::unclosed(at, None, ")"),
        missing_rbracket => problems::unclosed(at, None, "]"),
        missing_rangle => problems::unclosed(at, None, ">"),
        missing_comma if before == "lambda" => problems::lambda(at),
        missing_comma => problems::missing_comma(at),
        missing_eq => problems::missing_equals(at, parent == fn_),
        missing_arrow => problems::missing_arrow(at),
        missing_member => problems::missing_member(at),
        missing_payload => problems::missing_payload(at, before),
        missing_type => problems::missing_type(at, before),
        missing_string => problems::missing_text(at, before),
        missing_path => problems::missing_path(at),
        missing_outcome => problems::missing_outcome(at, before),
        missing_args => problems::missing_args(at, before),
        missing_params => problems::missing_params(at, before),
        missing_interp_end => problems::unclosed_hole(at),
        missing_else if parent == if_expr => problems::missing_else_value(at),
        missing_else => problems::missing_else(at),
        missing_from if parent == import_ => problems::missing_word(at, "from", "import { Row } from \"./types.ntro\""),
        missing_from => problems::missing_word(at, "from", "rework from submitted at most 3 times else fail \"…\""),
        missing_on_failure => problems::missing_on_failure(at),
        missing_decl => problems::missing_decl(at),
        _ => return None,
    })
}

impl<'t> Builder<'t> {
    /// A child that its parent has no place for: a word it only passes, or something missing or surplus.
    pub(crate) fn hole(&mut self, pair: P<'t>, parent: Rule) {
        use Rule::*;
        let rule = pair.as_rule();
        // Nearly always it is a bracket or a word that was read for its place only.
        if kind(rule) == Kind::Fine && !matches!(rule, xcolon | eqcolon) {
            return;
        }
        let at = self.before(pair.as_span().start() as u32);
        let by_if = rule == missing_when && self.next_word(at) == "if";
        if let Some((missing, example)) = word_of(rule).filter(|_| !by_if) {
            self.report_noise(problems::missing_word(at, missing, example));
            return;
        }
        let before = self.previous(at);
        let problem = match rule {
            xcolon | xthen | eqcolon | missing_colon => {
                let problem = self.sign(&pair, parent, at, before);
                self.report(problem);
                return;
            }
            missing_quote => {
                let start = self.string_start(at);
                self.report(problems::unclosed_string(start, at));
                return;
            }
            missing_rbrace => return self.unclosed(&pair, None),
            missing_lbrace | missing_body if parent == import_ || before == "import" => problems::import_braces(at),
            missing_body if parent == emit_ => problems::emit_braces(at, before),
            missing_lbrace | missing_body if parent == signal_ => problems::signal_fields(at, before),
            missing_lbrace | missing_body => match problems::opened_otherwise(at, before, self.rest_of_line(at)) {
                Some(problem) => problem,
                None => problems::missing_open(at, &format!("`{before}`")),
            },
            missing_target => {
                let line = self.text.get(at.end as usize..).unwrap_or("").split('\n').next().unwrap_or("");
                match problems::name_slip(at, before, line) {
                    Some(problem) => {
                        self.report(problem);
                        return;
                    }
                    None => problems::missing_target(at),
                }
            }
            missing_expr if before == "=>" && parent != lambda1 && parent != lambda_n => {
                problems::case_without_braces(at)
            }
            missing_string if parent == action && self.rest_of_line(at).trim_start().starts_with(':') => {
                let line = self.rest_of_line(at);
                let blanks = line.len() - line.trim_start_matches([' ', '\t', ':']).len();
                problems::colon_of_action(Span::new(at.start, at.start + u32::try_from(blanks).unwrap_or(0)), before)
            }
            missing_string if parent == action => problems::label_of_action(at, before),
            missing_else if parent == require_ && !self.line_ends(at) => {
                problems::require_goes_on(at, before, self.rest_of_line(at))
            }
            missing_name => {
                let line = self.rest_of_line(at);
                if let Some(problem) = problems::yaml(at, before, line) {
                    self.report(problem);
                    return;
                }
                if let Some(problem) = problems::name_slip(at, before, line) {
                    self.report(problem);
                    return;
                }
                if before == "show" && line.trim_start().starts_with('"') {
                    problems::shown_without_component(at, line.trim())
                } else if parent == s_action && line.trim_start().starts_with('{') {
                    problems::action_in_braces(at, before, line)
                } else {
                    problems::missing_name(at, before)
                }
            }
            missing_when if self.next_word(at) == "if" => {
                let blanks = self.blanks_after(at);
                let here = Span::new(at.end + blanks, at.end + blanks + 2);
                self.report(problems::foreign_word(here, "if", "when"));
                return;
            }
            missing_expr => match problems::body_by_colon(at, before, self.rest_of_line(at)) {
                Some(problem) => {
                    self.report(problem);
                    return;
                }
                None => problems::missing_value(at, before),
            },
            missing_expect => problems::missing_expectation(at, self.rest_of_line(at)),
            junk_b | junk_f | junk_h | junk_i | junk_l | junk_r | junk_top => return self.junk(pair, parent),
            _ => match plain(rule, parent, at, before) {
                Some(problem) => problem,
                None => return,
            },
        };
        self.report_noise(problem);
    }

    /// A sign between a name and its value that is missing, or that stands there and should not.
    fn sign(&self, pair: &P<'t>, parent: Rule, at: Span, before: &str) -> Problem {
        match pair.as_rule() {
            Rule::xcolon => problems::needless_colon(self.span(pair), before),
            Rule::xthen => problems::needless_then(self.span(pair)),
            Rule::eqcolon => problems::equals_for_colon(self.span(pair), before),
            _ if self.next_piece(at).starts_with([')', ',', '}']) => problems::missing_type(at, before),
            _ if before == "return" && parent == Rule::prop_open => {
                problems::capability_with_body(self.leaf_before(at.end).unwrap_or(at))
            }
            _ => problems::missing_colon(at, before),
        }
    }

    /// The last word or sign before a place, as written.
    fn previous(&self, at: Span) -> &'t str {
        self.leaf_before(at.end).map_or("", |leaf| self.at(leaf))
    }

    /// Whether nothing but a comment follows on the line.
    fn line_ends(&self, at: Span) -> bool {
        let rest = self.text.get(at.end as usize..).unwrap_or("").trim_start_matches([' ', '\t']);
        rest.is_empty() || rest.starts_with(['\n', '\r', '}']) || rest.starts_with("//")
    }

    /// What follows on the line.
    pub(super) fn rest_of_line(&self, at: Span) -> &'t str {
        self.text.get(at.end as usize..).unwrap_or("").split('\n').next().unwrap_or("")
    }

    /// The next piece of the text, up to a blank.
    fn next_piece(&self, at: Span) -> &'t str {
        self.text.get(at.end as usize..).unwrap_or("").split_whitespace().next().unwrap_or("")
    }

    /// How many blanks follow a place.
    fn blanks_after(&self, at: Span) -> u32 {
        let rest = self.text.get(at.end as usize..).unwrap_or("");
        u32::try_from(rest.len() - rest.trim_start_matches([' ', '\t']).len()).unwrap_or(0)
    }

    /// The word after a place, on its line.
    fn next_word(&self, at: Span) -> &'t str {
        let rest = self.text.get(at.end as usize..).unwrap_or("").trim_start_matches([' ', '\t']);
        rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("")
    }

    /// Where the string that ends at `at` begins; strings that miss a quote have it on their line or, as blocks, above.
    fn string_start(&self, at: Span) -> Span {
        let text = self.text.get(..at.end as usize).unwrap_or("");
        let line = text.rfind('\n').map_or(0, |i| i + 1);
        let found = text.get(line..).and_then(|l| l.rfind('"')).map(|i| line + i);
        let start = found.or_else(|| text.rfind("\"\"\"")).unwrap_or(text.len());
        super::span(start, at.end as usize)
    }

    /// A `{` without its `}`.
    pub(crate) fn unclosed(&mut self, pair: &P<'t>, open: Option<Span>) {
        let at = self.before(pair.as_span().start() as u32);
        self.report_noise(problems::unclosed(at, open, "}"));
    }

    /// A block without its `{`.
    pub(crate) fn no_brace(&mut self, pair: &P<'t>, owner: &str) {
        let at = self.before(pair.as_span().start() as u32);
        match problems::opened_otherwise(at, self.previous(at), self.rest_of_line(at)) {
            Some(problem) => self.report_noise(problem),
            None => self.report_noise(problems::missing_open(at, owner)),
        }
    }

    /// Pieces that nobody understands; neighbours make one problem.
    fn junk(&mut self, pair: P<'t>, parent: Rule) {
        let here = self.span(&pair);
        if let Some((index, last, same_line)) = self.junk
            && self.before(here.start).end <= last.end
            && !self.begins_scenario_line(here, parent)
        {
            // The words of a sentence that is no code: the first line is enough to show.
            let same_line = same_line && !self.at(Span::new(last.end, here.end.max(last.end))).contains('\n');
            if let Some(found) = self.found.get_mut(index)
                && same_line
                // What is mended is shown, and no more.
                && found.problem.fix.is_none()
            {
                found.problem.span = found.problem.span.to(here);
            }
            self.junk = Some((index, here, same_line));
            return;
        }
        let (problem, sure) = self.word_junk(here, parent);
        self.junk = Some((self.found.len(), here, true));
        if sure { self.report(problem) } else { self.report_noise(problem) }
    }

    /// What a piece that does not belong is likely to be.
    fn word_junk(&self, here: Span, parent: Rule) -> (Problem, bool) {
        let text = self.at(here);
        let rest = self.text.get(here.end as usize..).unwrap_or("").split('\n').next().unwrap_or("");
        let before = self.previous(self.before(here.start));
        if let Some(problem) = self.scenario_junk(here, text, rest, before, parent) {
            return (problem, true);
        }
        if let Some(problem) = problems::odd_sign(here, text, rest, before) {
            return (problem, true);
        }
        if text.starts_with(|c: char| c.is_ascii_alphabetic())
            && let Some(problem) = problems::odd_word(here, text, rest, Self::around(parent))
        {
            return (problem, true);
        }
        if text.starts_with('{') && before.starts_with(|c: char| c.is_ascii_uppercase()) {
            let name = self.leaf_before(here.start).unwrap_or(here);
            return (problems::typed_record(name, before), true);
        }
        if text == ":" && parent == Rule::file && before == ")" {
            return (problems::colon_for_arrow(here), true);
        }
        match text.chars().next() {
            Some(';') => (problems::semicolon(here), true),
            Some('#') => (problems::hash_comment(here), true),
            Some('}' | ')' | ']') => (problems::stray_closer(here, text), false),
            Some('|') if parent == Rule::itp => {
                (problems::filter(here, self.before(here.start).end, before, rest), true)
            }
            Some('?') => (problems::ternary(here), true),
            Some('\'') => (problems::single_quotes(here, text), false),
            Some('$' | '£' | '€') => (problems::currency_sign(here, text), true),
            Some('"') if text.len() == 1 || !text.ends_with('"') => {
                (problems::unclosed_string(here, here.after()), true)
            }
            _ => (problems::unexpected(here, text, self.parent_hint(parent)), false),
        }
    }

    /// Whether a line of a scenario begins here, in words that are understood though they are wrong.
    fn begins_scenario_line(&self, here: Span, parent: Rule) -> bool {
        let line = self.text.get(..here.start as usize).unwrap_or("").rsplit('\n').next().unwrap_or("");
        parent == Rule::scenario_body
            && line.trim().is_empty()
            && problems::scenario_line(here, self.at(here), self.rest_of_line(here)).is_some()
    }

    /// The same in a scenario.
    fn scenario_junk(&self, here: Span, text: &str, rest: &str, before: &str, parent: Rule) -> Option<Problem> {
        if !matches!(parent, Rule::scenario_body | Rule::mock) {
            return None;
        }
        let line = self.text.get(..here.start as usize).unwrap_or("").rsplit('\n').next().unwrap_or("").trim();
        match line.strip_prefix("mock ") {
            Some(name) if text == "-" && rest.starts_with('>') => {
                return Some(problems::arrow_of_mock(here, name.trim()));
            }
            _ => {}
        }
        if line.is_empty() {
            return problems::scenario_line(here, text, rest);
        }
        let at_step = line.starts_with("at ") && before == "signal";
        at_step.then(|| problems::signal_at_step(here, text))
    }

    /// What kind of place a piece that does not belong stands in.
    fn around(parent: Rule) -> Around {
        match parent {
            Rule::file => Around::File,
            Rule::child_body => Around::Child,
            Rule::approve_body | Rule::await_body | Rule::agent_body => Around::Clauses,
            Rule::body => Around::Body,
            _ => Around::Inside,
        }
    }

    fn parent_hint(&self, parent: Rule) -> &'static str {
        match parent {
            Rule::file => {
                "At the top of a file stand `runbook`, `type`, `enum`, `signal`, `capability`, `role`, `fn`, `import`, `workflow` and `scenario`."
            }
            Rule::fields | Rule::input_ => "A field is written `name: type`, for example `amount: money`.",
            Rule::record => "A part of a record is written `name: value`.",
            Rule::list => "The parts of a list are values with commas between them: `[a, b]`.",
            Rule::args => "Arguments are written `name: value` with commas between them.",
            Rule::props => "A property is written `name: value`.",
            Rule::runbook_ => {
                "A runbook has no brackets: inside its braces write `input { name: type }`, and `output: TYPE` where it yields something."
            }
            Rule::scenario_body => {
                "A line of a scenario begins with `given`, `config`, `mock`, `signal`, `after`, `at`, `cancel`, `start` or `expect`."
            }
            _ => "Check the word before it, or remove it.",
        }
    }
}
