//! A value of another kind is needed here.

use ntro_grammar::{Span, ast};

use crate::cx::Expressions;
use crate::diagnostic::{Diagnostic, Edit};
use crate::expr::quoted::quoted;
use crate::ty::Ty;

use crate::flow::Flow;

const CODE: &str = "N0422";

/// The ending that is meant by `.csv`, `text/csv` and the like.
fn ending(written: &str) -> String {
    const LONG: [(&str, &str); 5] =
        [("spreadsheet", "xlsx"), ("ms-excel", "xls"), ("wordprocessing", "docx"), ("msword", "doc"), ("plain", "txt")];
    match LONG.iter().find(|(word, _)| written.contains(word)) {
        Some((_, ending)) => (*ending).to_owned(),
        None => written.rsplit(['.', '/']).next().unwrap_or("").to_owned(),
    }
}

impl Flow<'_> {
    /// "…, not `T`."
    fn wrong_kind(&mut self, span: Span, wanted: &str, ty: &Ty, help: &str) -> &mut Diagnostic {
        let shown = self.cx.show(ty);
        self.error(CODE, span, format!("{wanted}, not `{shown}`."), format!("this is `{shown}`"), help)
    }

    /// `key: "id"`
    pub(in crate::flow) fn field_in_quotes(&mut self, name: &str, span: Span) {
        let place = self.place(span);
        let found = self.error(
            CODE,
            span,
            "The name of a field has no quotes.",
            "remove the quotes",
            format!("Write `{name}`."),
        );
        found.fix.push(crate::diagnostic::Edit { place, text: name.to_owned() });
    }

    pub(in crate::flow) fn not_a_word(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "Names are needed here.",
            "not a name",
            "Write a list of names, such as `[pdf, xlsx]` or `[amount, category]`.",
        );
    }

    /// `accept: ".csv,.xlsx"`, `accept: "text/csv"`
    pub(in crate::flow) fn not_an_ending(&mut self, words: &[String], span: Span) {
        let parts = words.iter().flat_map(|word| word.split([',', ';', ' ']));
        let endings: Vec<String> = parts
            .map(|part| ending(&part.to_lowercase()))
            .filter(|part| !part.is_empty() && part.len() <= 5 && part.bytes().all(|b| b.is_ascii_alphanumeric()))
            .collect();
        let ours = format!("[{}]", endings.join(", "));
        let meant = if endings.is_empty() { "[pdf, csv, xlsx]" } else { &ours };
        let message = "What files are taken is said by their endings, each a word of its own.";
        let place = self.place(span);
        let found = self.error(CODE, span, message, "not an ending", format!("Write `{meant}`."));
        if !endings.is_empty() {
            found.fix.push(crate::diagnostic::Edit { place, text: ours });
        }
    }

    /// `show text { value: x, editable: [value] }`
    pub(in crate::flow) fn text_is_edited_whole(&mut self, span: Span) {
        let place = self.place(span);
        let message = "A text has no fields: it is edited as a whole, or not at all.";
        let found = self.error(CODE, span, message, "true or false", "Write `editable: true`.");
        found.fix.push(crate::diagnostic::Edit { place, text: "true".to_owned() });
    }

    pub(in crate::flow) fn not_a_size(&mut self, span: Span) {
        self.error(CODE, span, "A size is needed here.", "not a size", "Write a number with its unit, such as `25MB`.");
    }

    pub(in crate::flow) fn icon_not_a_word(&mut self, span: Span) {
        self.error(CODE, span, "An icon is a word.", "not a word", "Write the name of an icon, such as `icon: Inbox`.");
    }

    pub(in crate::flow) fn plain_text_wanted(&mut self, span: Span, example: &str) {
        self.error(
            CODE,
            span,
            "A text without `{{ … }}` is needed here.",
            "not a plain text",
            format!("Write it out, such as `{example}`."),
        );
    }

    pub(in crate::flow) fn runbook_title_not_plain(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "The title of a runbook is the same for every run.",
            "holds `{{ … }}`",
            "Leave the `{{ … }}` out here; the titles of steps may use the input.",
        );
    }

    pub(in crate::flow) fn not_reviewable(&mut self, span: Span, component: &str, ty: &Ty) {
        let wanted = if component == "data_table" {
            "The rows of a table are a list of records"
        } else {
            "A form shows one record"
        };
        self.wrong_kind(span, wanted, ty, "Show the value of a step that has a type with fields.");
    }

    pub(in crate::flow) fn not_sendable(&mut self, span: Span, ty: &Ty) {
        self.wrong_kind(span, "An agent is sent a text or a record", ty, "Write `send { text: \"…\", files: […] }`.");
    }

    pub(in crate::flow) fn emit_not_record(&mut self, span: Span, ty: &Ty) {
        self.wrong_kind(span, "An event carries a record", ty, "Write `emit event.name { field: value }`.");
    }

    pub(in crate::flow) fn feedback_not_text(&mut self, span: Span, ty: &Ty) {
        self.wrong_kind(
            span,
            "Feedback is a text or the outcome of an ingest",
            ty,
            "Write a text, such as `feedback \"{{ count }} rows were read.\"`.",
        );
    }

    pub(in crate::flow) fn not_a_list(&mut self, span: Span, ty: &Ty) {
        let help = if ty.may_be_none() { "It may be `none`: write `… ?? []`." } else { "Write a list after `in`." };
        self.wrong_kind(span, "`for` goes through a list", ty, help);
    }

    pub(in crate::flow) fn not_an_instant(&mut self, value: &ast::Expr, ty: &Ty) {
        let meant = quoted(value, &Ty::Date);
        let help = match &meant {
            Some(meant) => format!("Write it without quotes: `sleep until {meant}`."),
            None => "Write a date, or for a length of time `sleep 3d`.".to_owned(),
        };
        let place = self.place(value.span);
        let found = self.wrong_kind(value.span, "`sleep until` needs a date or an instant", ty, &help);
        found.fix.extend(meant.map(|text| Edit { place, text }));
    }

    pub(in crate::flow) fn fan_key_not_text(&mut self, span: Span, ty: &Ty) {
        self.wrong_kind(span, "A key is a text", ty, "Use a field that identifies the element, such as `key x.id`.");
    }

    pub(in crate::flow) fn unknown_level(&mut self, name: &ast::Name, known: &[&str]) {
        let near = self.near(&name.text, known.iter().map(|level| (*level).to_owned()).collect::<Vec<_>>());
        self.error(
            CODE,
            name.span,
            format!("Feedback has no level `{}`.", name.text),
            "not known",
            format!("{near}Known are `info`, `warning` and `error`."),
        );
    }
}
