//! What can be wrong with a scenario, and what to write instead.

use ntro_grammar::{Span, ast};
use ntro_ir::BlockKind;

use super::address::Found;
use super::{Checker, Known};
use crate::cx::Expressions;
use crate::diagnostic::{Diagnostic, Place};
use crate::suggest::{did_you_mean, name_list, nearest, or_else};

/// Two scenarios with one title.
pub(super) fn title_twice(title: &str, first: Place, second: Place) -> Diagnostic {
    Diagnostic::error(
        "N0702",
        second,
        format!("There are two scenarios \"{title}\" for this runbook."),
        "told again here",
        "Give each scenario a title of its own: it is how a result names it.",
    )
    .related(first, "first told here")
}

impl Checker<'_> {
    fn say(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        label: &str,
        help: impl Into<String>,
    ) -> &mut Diagnostic {
        self.cx.report(code, span, message.into(), label.to_owned(), help.into())
    }

    fn here(&self, span: Span) -> Place {
        self.cx.items.place(self.cx.file, span)
    }

    // ---- the scenario itself

    pub(super) fn unknown_runbook(&mut self, target: &ast::Name) {
        let name = target.text.clone();
        if self.cx.items.runbook(&name).is_some() {
            let help =
                "Write it for a runbook of this project; one that is declared `extern` is played where it is written.";
            self.say(
                "N0701",
                target.span,
                format!("`{name}` runs elsewhere: nothing of it is known here but its interface."),
                "elsewhere",
                help,
            );
            return;
        }
        // Those that have mistakes too: which have a program changes with every letter that is typed in them.
        let items = self.cx.items;
        let names: Vec<String> =
            items.runbooks.iter().filter(|(_, item)| !item.external).map(|(name, _)| name.clone()).collect();
        let near = did_you_mean(&name, items.runbook_names());
        let help = if near.is_empty() && !names.is_empty() {
            format!("There is {}.", name_list(&names))
        } else if near.is_empty() {
            "Write `runbook NAME { … }` first.".to_owned()
        } else {
            near.trim().to_owned()
        };
        self.say("N0701", target.span, format!("There is no runbook `{name}`."), "not known", help);
    }

    pub(super) fn unknown_workflow(&mut self, target: &ast::Name) {
        let name = target.text.clone();
        let names: Vec<String> = self.cx.items.workflows.keys().cloned().collect();
        let near = did_you_mean(&name, names.clone());
        let help = if self.cx.items.runbook(&name).is_some() {
            format!("It is a runbook: write `for {name}`, and say what it is given.")
        } else if !near.is_empty() {
            near.trim().to_owned()
        } else if names.is_empty() {
            "Write `workflow NAME { runbook: … }` first.".to_owned()
        } else {
            format!("There is {}.", name_list(&names))
        };
        self.say("N0701", target.span, format!("There is no workflow `{name}`."), "not known", help);
    }

    pub(super) fn given_by_workflow(&mut self, span: Span) {
        let help = "Remove the line, and say what comes of `with`: `expect input { … }`.";
        self.say("N0712", span, "The workflow gives the input.", "given already", help);
    }

    pub(super) fn whose_by_workflow(&mut self, what: &str, span: Span) {
        let message = format!("The workflow says whose run it is, its `{what}` too.");
        self.say("N0712", span, message, "said already", "Remove the line.");
    }

    pub(super) fn said_twice(&mut self, what: &str, span: Span, first: Span) {
        let first = self.here(first);
        let message = format!("`{what}` stands twice in this scenario.");
        let found = self.say("N0712", span, message, "again here", "Keep one of them.");
        found.related.push((first, "first here".to_owned()));
    }

    pub(super) fn expects_nothing(&mut self, decl: &ast::ScenarioDecl) {
        let message = "This scenario expects nothing, so it could never fail.";
        let help = "End it with what must come of it: `expect completed`, `expect failed at STEP \"…\"` or `expect open STEP`.";
        self.say("N0712", decl.title.span, message, "expects nothing", help);
    }

    pub(super) fn input_of_workflow(&mut self, span: Span) {
        let help = "A runbook is given its input by this scenario; remove the line.";
        self.say("N0710", span, "`expect input` is about what a `workflow` gives its runbook.", "not here", help);
    }

    // ---- values

    pub(super) fn not_plain(&mut self, span: Span) {
        let help =
            "Write the value itself: a number, a text without `{{ }}`, a date, a list or a record of such values.";
        self.say("N0328", span, "A scenario has plain values.", "has to be calculated", help);
    }

    pub(super) fn backwards(&mut self, span: Span) {
        self.say("N0712", span, "Time only goes forward.", "less than nothing", "Write a duration such as `2h`.");
    }

    pub(super) fn no_count(&mut self, span: Span) {
        self.say("N0712", span, "This is no number of times.", "not a count", "Write a whole number such as `3`.");
    }

    pub(super) fn counted_from_one(&mut self, span: Span) {
        self.say("N0710", span, "Calls are counted from 1.", "there is no such call", "Write `1` for the first call.");
    }

    pub(super) fn field_twice(&mut self, name: &ast::Name) {
        let message = format!("The field `{}` is given twice.", name.text);
        self.say("N0306", name.span, message, "given again here", "Leave one of them out.");
    }

    pub(super) fn unknown_field(&mut self, name: &ast::Name, of: &str, help: String) {
        let message = if of.is_empty() {
            format!("There is no field `{}`.", name.text)
        } else {
            format!("`{of}` has no field `{}`.", name.text)
        };
        self.say("N0305", name.span, message, "no such field", help);
    }

    pub(super) fn has_no_text(&mut self, span: Span, shown: &str) {
        let message = format!("`has` looks into a text, and this is `{shown}`.");
        self.say("N0714", span, message, "not a text", "Write the value that is expected.");
    }

    // ---- steps

    pub(super) fn unknown_step(&mut self, name: &ast::Name, known: &Known, before: &[String]) {
        let all = self.addresses(known, before);
        let bare = name.text.split('~').next().unwrap_or_default().to_owned();
        let inner = all.iter().find(|address| address.ends_with(&format!(".{bare}"))).cloned();
        let help = match inner.or_else(|| nearest(&bare, all.clone())) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => format!("Its steps are {}.", name_list(&all)),
        };
        let message = format!("`{}` has no step `{bare}`.", known.program.name);
        self.say("N0703", name.span, message, "no such step", help);
    }

    pub(super) fn child_elsewhere(&mut self, name: &ast::Name, runbook: &str) {
        let message = format!("`{runbook}` runs elsewhere, so its steps are not known here.");
        let help = format!("Say what it answers: `mock {runbook} => {{ … }}`.");
        self.say("N0703", name.span, message, "elsewhere", help);
    }

    pub(super) fn key_of_no_child(&mut self, address: &str, span: Span) {
        let message = format!("`{address}` is a step of this runbook, not of a child.");
        self.say("N0708", span, message, "no child is meant", "Leave `for …` out.");
    }

    pub(super) fn no_children(&mut self, span: Span) {
        let message = format!("`for` says which child is meant, and `{}` starts none.", self.name);
        self.say("N0708", span, message, "there are no children", "Leave `for …` out.");
    }

    pub(super) fn nobody_decides(
        &mut self,
        address: &ast::Name,
        kind: BlockKind,
        signal: Option<&str>,
        inner: &[String],
    ) {
        let name = &address.text;
        let message = match kind {
            BlockKind::Await => format!("`{name}` waits for a signal, not for a decision."),
            BlockKind::Child => format!("`{name}` waits for another runbook, not for a decision."),
            BlockKind::Agent => format!("`{name}` waits for an agent, not for a person."),
            BlockKind::Step | BlockKind::Approve => format!("`{name}` waits for nobody."),
        };
        let help = match (signal, inner.first()) {
            (Some(signal), _) if name.contains('.') => {
                format!(
                    "Send it: `after 1h signal {signal} {{ … }}`; a child's with `for \"KEY\"` after the signal's name."
                )
            }
            (Some(signal), _) => format!("Send it: `after 1h signal {signal} {{ … }}`."),
            (None, Some(gate)) => format!("Act where somebody decides: `at {gate} …`."),
            (None, None) => match self.gates() {
                gates if gates.is_empty() => "Nobody is asked to decide in this runbook.".to_owned(),
                gates => format!("Somebody decides at {}.", name_list(&gates)),
            },
        };
        self.say("N0704", address.span, message, "nobody decides here", help);
    }

    pub(super) fn can_open(&mut self, found: &Found<'_>, address: &ast::Name) {
        let kind = found.known.program.blocks.get(found.block as usize).map(|block| block.kind);
        if matches!(kind, Some(BlockKind::Await | BlockKind::Approve)) {
            return;
        }
        let prefix = found.known.program.blocks.get(found.block as usize).map(|block| format!("{}.", block.path));
        let waits = |block: &ntro_ir::Block| matches!(block.kind, BlockKind::Await | BlockKind::Approve);
        let inner = found.known.program.blocks.iter().find(|block| {
            waits(block) && prefix.as_ref().is_some_and(|prefix| block.path.starts_with(prefix.as_str()))
        });
        let help = match inner {
            Some(inner) => format!("Name what waits: `expect open {}`.", inner.path),
            None => "Name an `approve` or an `await`.".to_owned(),
        };
        let message = format!("`{}` is never open: it waits for nobody.", address.text);
        self.say("N0710", address.span, message, "can never hold", help);
    }

    // ---- people

    pub(super) fn unknown_role(&mut self, role: &ast::Name) {
        let near = did_you_mean(&role.text, self.cx.items.roles(self.cx.file));
        let help = or_else(&near, &format!("Name a role that is declared, `role {}`.", role.text));
        self.say("N0503", role.span, format!("There is no role `{}`.", role.text), "not known", help);
    }

    pub(super) fn not_offered(
        &mut self,
        word: &str,
        action: &ast::ScenarioAction,
        offered: &[String],
        address: &ast::Name,
    ) {
        let message = format!("`{}` does not offer `{word}`.", address.text);
        let near = did_you_mean(word, offered.iter().cloned().chain(["edit".to_owned(), "correct".to_owned()]));
        let help = match (near.is_empty(), offered.is_empty()) {
            (false, _) => near.trim().to_owned(),
            (true, false) => format!("It offers {}.", name_list(offered)),
            (true, true) => "It offers nothing; it closes by itself.".to_owned(),
        };
        // `action hold` names it behind the word.
        let named = action.value.as_ref().filter(|_| action.verb.text == "action").map(|value| value.span);
        self.say("N0705", named.unwrap_or(action.verb.span), message, "not offered", help);
    }

    pub(super) fn not_a_form_word(&mut self, action: &ast::ScenarioAction, words: &[String]) {
        let message = format!("`{}` is no answer to what is asked here.", action.verb.text);
        let first = words.first().map_or("submit", String::as_str);
        self.say("N0705", action.verb.span, message, "not offered", format!("Write `{first}`."));
    }

    pub(super) fn nothing_to_give(&mut self, word: &str, span: Span) {
        let message = format!("`{word}` takes no value.");
        let help = "Give a reason with `comment \"…\"`, and change what is shown with `edit`.";
        self.say("N0706", span, message, "not possible here", help);
    }

    pub(super) fn edits_nothing(&mut self, span: Span) {
        let help = "Write what changes: `edit row \"9\" { amount: 1.00 GBP }`, `edit { amount: 1.00 GBP }` or `edit \"new text\"`.";
        self.say("N0706", span, "This edit changes nothing.", "changes nothing", help);
    }

    pub(super) fn no_rows(&mut self, span: Span) {
        let help = "A row is rejected where `show data_table { … }` shows rows; `reject` alone rejects the whole.";
        self.say("N0706", span, "No rows are shown here.", "no rows", help);
    }

    pub(super) fn row_missing(&mut self, span: Span, key: &str) {
        let help = format!("Write which row, by its `{key}`: `edit row \"…\" {{ … }}`.");
        self.say("N0706", span, "Rows are shown here, and this edit does not say which one.", "which row?", help);
    }

    pub(super) fn cannot_edit(&mut self, span: Span, shown: &str) {
        if shown.is_empty() {
            let help = "Make something editable: `editable: [amount]` in a `data_table` or a `form`.";
            self.say("N0706", span, "Nothing can be edited here.", "not editable", help);
        } else {
            self.say(
                "N0706",
                span,
                "This edit does not fit what is shown.",
                "does not fit",
                format!("What is shown is {shown}."),
            );
        }
    }

    pub(super) fn not_editable(&mut self, name: &ast::Name, editable: &[String]) {
        let message = format!("`{}` cannot be edited here.", name.text);
        let help = if editable.is_empty() {
            "Nothing can: add `editable: […]` to what is shown.".to_owned()
        } else {
            format!("What can be edited is {}.", name_list(editable))
        };
        self.say("N0706", name.span, message, "not editable", help);
    }

    // ---- what is called and heard

    pub(super) fn never_called(&mut self, target: &ast::Name, why: &str) {
        let name = target.text.clone();
        let all = self.callable();
        let near = did_you_mean(&name, all.clone());
        let known = self.cx.items.capability(self.cx.file, &name).is_some()
            || self.cx.items.runbook(&name).is_some()
            || self.cx.items.agent(self.cx.file, &name).is_some();
        let message = if known {
            format!("`{}` never calls `{name}`.", self.name)
        } else {
            format!("There is no capability, agent or runbook `{name}`.")
        };
        let help = match (near.is_empty(), all.is_empty()) {
            (false, _) => near.trim().to_owned(),
            (true, false) => format!("{why} It calls {}.", name_list(&all)),
            (true, true) => why.to_owned(),
        };
        self.say("N0707", target.span, message, "never called", help);
    }

    pub(super) fn yields_nothing(&mut self, target: &ast::Name, span: Span) {
        let message = format!("`{}` yields nothing, so there is nothing to answer.", target.text);
        let help = format!("Remove the line, or let it fail: `mock {} fails \"…\"`.", target.text);
        self.say("N0302", span, message, "no value is wanted", help);
    }

    pub(super) fn nobody_hears(&mut self, signal: &ast::Name, in_child: bool) {
        let heard = self.heard_names(in_child);
        let near = did_you_mean(&signal.text, heard.clone());
        let in_children = !in_child && !self.heard(&signal.text, true).is_empty();
        let who = if in_child { "No child of it hears" } else { "It does not hear" };
        let message = format!("Nobody waits for the signal `{}` here.", signal.text);
        let help = if in_children {
            format!("A child hears it; say which one by its key: `signal {} for \"KEY\" {{ … }}`.", signal.text)
        } else if !near.is_empty() {
            near.trim().to_owned()
        } else if heard.is_empty() {
            format!("{who} any signal.")
        } else {
            format!("What is heard is {}.", name_list(&heard))
        };
        self.say("N0709", signal.span, message, "nobody hears it", help);
    }

    // ---- expectations

    pub(super) fn ends_twice(&mut self, how: &str, span: Span, other: &str, first: Span) {
        let first = self.here(first);
        let message = format!("The run cannot be {how} and {other}.");
        let found = self.say("N0710", span, message, "can never hold", "Keep one of the two.");
        found.related.push((first, format!("{other} here")));
    }

    pub(super) fn open_after_end(&mut self, span: Span, how: &str, first: Span) {
        let first = self.here(first);
        let help = "Move this line before the one that ends the run.";
        let found = self.say("N0710", span, "Nothing is open any more once the run has ended.", "can never hold", help);
        found.related.push((first, format!("the run is {how} here")));
    }

    pub(super) fn after_the_end(&mut self, span: Span) {
        let Some((how, first)) = self.ended else { return };
        let first = self.here(first);
        let help = "Move this line before it: what is expected as an end stands last.";
        let found = self.say("N0711", span, "This comes after the run has ended.", "too late", help);
        found.related.push((first, format!("the run is {how} here")));
    }

    /// `at review …` and `expect never review` contradict each other.
    pub(super) fn acted_and_never(&mut self, address: &ast::Name, key: Option<&ast::Expr>, decl: &ast::ScenarioDecl) {
        let acted = decl.lines.iter().find_map(|line| match &line.kind {
            ast::ScenarioLineKind::At { address: at, key: of, .. }
                if at.text == address.text && of.is_some() == key.is_some() && key.is_none() =>
            {
                Some(at.span)
            }
            _ => None,
        });
        if let Some(acted) = acted {
            let place = self.here(acted);
            let message = format!("Somebody acts at `{}` in this scenario, so it is entered.", address.text);
            let found = self.say("N0710", address.span, message, "can never hold", "Keep one of the two lines.");
            found.related.push((place, "somebody acts here".to_owned()));
        }
    }

    pub(super) fn runbook_yields_nothing(&mut self, span: Span) {
        let message = format!("`{}` yields nothing.", self.name);
        let help = "Write `expect completed` alone, or give the runbook an `output:`.";
        self.say("N0710", span, message, "can never hold", help);
    }

    pub(super) fn result_is_no_record(&mut self, span: Span, shown: &str) {
        let message = format!("`{}` yields `{shown}`, which has no fields.", self.name);
        let help = "Write the value itself, as in `expect completed with 4`.";
        self.say("N0710", span, message, "can never hold", help);
    }

    pub(super) fn fails_in_child(&mut self, at: &ast::Name, step: &str) {
        let message = "What fails in a child fails the step that started it.";
        self.say("N0710", at.span, message, "can never hold", format!("Write `expect failed at {step}`."));
    }
}
