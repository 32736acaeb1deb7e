//! Declarations at the top of a file, and the lists of fields and properties that they hold.

use pest::iterators::Pairs;

use super::expr::missing;
use super::stmt::no_body;
use super::{Builder, P, between, with_commas};
use crate::Span;
use crate::ast::{
    AgentDecl, Body, CapabilitiesDecl, CapabilityDecl, Clause, Decl, EnumDecl, Field, FnDecl, Import, Name, Prop,
    RoleDecl, RunbookDecl, SignalDecl, SignalPayload, TypeDecl, TypeExpr, TypeKind, Within, WorkflowDecl,
};
use crate::problems;
use crate::syntax::Rule;

/// What stands between the braces of a list of properties.
#[derive(Default)]
pub(crate) struct Props {
    /// The properties.
    pub(crate) props: Vec<Prop>,
    /// A limit.
    pub(crate) within: Option<Within>,
    /// `on edit (row) => …`
    pub(crate) edits: Vec<Clause>,
    /// The capabilities of a group.
    pub(crate) items: Vec<CapabilityDecl>,
}

impl<'t> Builder<'t> {
    /// All declarations of a file.
    pub(crate) fn file(&mut self, pairs: Pairs<'t, Rule>) -> Vec<Decl> {
        let mut out = Vec::new();
        for file in pairs {
            for child in file.into_inner() {
                out.extend(self.decl(child));
                // What is declared inside it is known all the same, so that one message tells of it.
                out.append(&mut self.nested);
            }
        }
        out
    }

    /// Declarations inside a body, where none can stand. They are kept for the file.
    pub(crate) fn nested(&mut self, pair: P<'t>) {
        for child in pair.into_inner() {
            let span = self.span(&child);
            let text = self.at(span);
            let word = text.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
            let head = text.split(['{', '(', '=', '\n']).next().unwrap_or("").trim_end();
            let end = span.start + u32::try_from(head.len()).unwrap_or(0);
            self.report(problems::nested(Span::new(span.start, end), word));
            if child.as_rule() != Rule::nested_runbook {
                let decl = self.decl(child);
                self.nested.extend(decl);
            }
        }
    }

    fn decl(&mut self, pair: P<'t>) -> Option<Decl> {
        Some(match pair.as_rule() {
            Rule::import_ => Decl::Import(self.import(pair)),
            Rule::role_ => Decl::Role(self.role(pair)),
            Rule::type_ => Decl::Type(self.type_decl(pair)),
            Rule::enum_ => Decl::Enum(self.enum_decl(pair)),
            Rule::signal_ => Decl::Signal(self.signal(pair)),
            Rule::capability_ => Decl::Capability(self.capability(pair)),
            Rule::caps_ => Decl::Capabilities(self.capabilities(pair)),
            Rule::agent_decl => Decl::Agent(self.agent_decl(pair, false)),
            Rule::extern_ => return self.extern_(pair),
            Rule::runbook_ => Decl::Runbook(self.runbook(pair)),
            Rule::workflow_ => Decl::Workflow(self.workflow(pair)),
            Rule::fn_ => Decl::Fn(self.fn_decl(pair)),
            Rule::scenario_ => Decl::Scenario(self.scenario(pair)),
            Rule::unknown_decl => {
                let word = pair.clone().into_inner().next()?;
                let name = self.word(&word);
                let known = ["runbook", "workflow", "type", "enum", "agent", "capability", "capabilities", "signal"];
                let guess = problems::nearest(&name.text, &known).or_else(|| problems::declaration_meant(&name.text));
                self.report(problems::unknown_decl(&name, guess));
                let before = self.found.len();
                let out = self.runbook(pair);
                if guess != Some("runbook") {
                    self.found.truncate(before);
                    return None;
                }
                Decl::Runbook(out)
            }
            _ => {
                self.hole(pair, Rule::file);
                return None;
            }
        })
    }

    fn import(&mut self, pair: P<'t>) -> Import {
        let span = self.span(&pair);
        let mut out = Import { names: Vec::new(), path: self.no_name_at(span), span };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::names => {
                    let mut open = None;
                    for inner in child.into_inner() {
                        match inner.as_rule() {
                            Rule::lbrace => open = Some(self.span(&inner)),
                            Rule::missing_rbrace => self.unclosed(&inner, open),
                            Rule::vname => {
                                let name = self.word(&inner);
                                self.separated(out.names.last().map(|n| n.span), name.span);
                                out.names.push(name);
                            }
                            Rule::dotted => {
                                let span = self.span(&inner);
                                self.separated(out.names.last().map(|n| n.span), span);
                                let area = inner.as_str().split('.').next().unwrap_or("");
                                let again = out.names.iter().any(|name| name.text == area);
                                self.report(problems::dotted_import(span, inner.as_str(), area, again));
                                if !again {
                                    out.names.push(Name { text: area.to_owned(), span });
                                }
                            }
                            _ => self.hole(inner, Rule::names),
                        }
                    }
                }
                Rule::string | Rule::sq_string => {
                    let at = self.span(&child);
                    let text = self.text(child, Rule::import_).and_then(|t| t.plain()).unwrap_or_default();
                    out.path = Name { text, span: at };
                }
                _ => self.hole(child, Rule::import_),
            }
        }
        out
    }

    fn role(&mut self, pair: P<'t>) -> RoleDecl {
        let span = self.span(&pair);
        let mut names = Vec::new();
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::vname => names.push(self.word(&child)),
                _ => self.hole(child, Rule::role_),
            }
        }
        RoleDecl { names, doc: self.doc(span), span }
    }

    fn type_decl(&mut self, pair: P<'t>) -> TypeDecl {
        let span = self.span(&pair);
        let doc = self.doc(span);
        let mut out = TypeDecl { name: self.no_name_at(span), params: Vec::new(), fields: Vec::new(), doc, span };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::name => out.name = self.word(&child),
                Rule::tparams => out.params = self.type_params(child),
                Rule::fields => out.fields = self.fields(child, false, false),
                _ => self.hole(child, Rule::type_),
            }
        }
        out
    }

    fn type_params(&mut self, pair: P<'t>) -> Vec<Name> {
        let mut out = Vec::new();
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::vname => out.push(self.word(&child)),
                _ => self.hole(child, Rule::tparams),
            }
        }
        out
    }

    /// `{ name: type = default }`; `variables` says whether the names are read bare, `form` whether they may have a label.
    pub(crate) fn fields(&mut self, pair: P<'t>, variables: bool, form: bool) -> Vec<Field> {
        let inner = pair.into_inner();
        let mut out = between(&inner);
        let mut open = None;
        let mut last = None;
        for child in inner {
            match child.as_rule() {
                Rule::lbrace => open = Some(self.span(&child)),
                Rule::missing_rbrace => self.unclosed(&child, open),
                Rule::field => {
                    let at = self.span(&child);
                    self.separated(last, at);
                    last = Some(at);
                    out.push(self.field(child, variables, form));
                }
                _ => {
                    if child.as_rule() == Rule::junk_f {
                        last = None;
                    }
                    self.hole(child, Rule::fields);
                }
            }
        }
        out
    }

    fn field(&mut self, pair: P<'t>, variable: bool, form: bool) -> Field {
        let span = self.span(&pair);
        let mut name = self.no_name(&pair);
        let mut ty = TypeExpr { kind: TypeKind::Missing, span: span.after() };
        let mut default = None;
        let mut label = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::key => {
                    name = self.key(&child);
                    if variable && problems::RESERVED.contains(&name.text.as_str()) {
                        self.report(problems::reserved(&name, "input"));
                    }
                }
                Rule::ty => ty = self.ty(child),
                Rule::string => {
                    let text = self.template(child);
                    if !form {
                        self.report(problems::needless_label(text.span));
                    }
                    label = Some(text);
                }
                rule if Self::is_expr(rule) => default = Some(self.expr(child)),
                _ => self.hole(child, Rule::field),
            }
        }
        Field { doc: self.doc(span), name, ty, default, label, span }
    }

    /// `(a: int, b: text = "x")`
    fn params(&mut self, pair: P<'t>) -> Vec<Field> {
        let inner = pair.into_inner();
        let mut out = with_commas(&inner);
        for child in inner {
            match child.as_rule() {
                Rule::param => out.push(self.field(child, true, false)),
                _ => self.hole(child, Rule::params),
            }
        }
        out
    }

    fn enum_decl(&mut self, pair: P<'t>) -> EnumDecl {
        let span = self.span(&pair);
        let mut out = EnumDecl { name: self.no_name_at(span), values: Vec::new(), doc: self.doc(span), span };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::name => out.name = self.word(&child),
                Rule::enum_body => {
                    let mut open = None;
                    for inner in child.into_inner() {
                        match inner.as_rule() {
                            Rule::lbrace => open = Some(self.span(&inner)),
                            Rule::missing_rbrace => self.unclosed(&inner, open),
                            Rule::word => {
                                let value = self.word(&inner);
                                self.separated(out.values.last().map(|(n, _): &(Name, String)| n.span), value.span);
                                let doc = self.doc(value.span);
                                out.values.push((value, doc));
                            }
                            _ => self.hole(inner, Rule::enum_body),
                        }
                    }
                }
                _ => self.hole(child, Rule::enum_),
            }
        }
        out
    }

    fn signal(&mut self, pair: P<'t>) -> SignalDecl {
        let span = self.span(&pair);
        let payload = SignalPayload::Fields(Vec::new());
        let doc = self.doc(span);
        let mut out = SignalDecl { name: self.no_name_at(span), params: Vec::new(), payload, doc, span };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::vname => out.name = self.word(&child),
                Rule::tparams => out.params = self.type_params(child),
                Rule::fields => out.payload = SignalPayload::Fields(self.fields(child, false, false)),
                Rule::ty => out.payload = SignalPayload::Type(self.ty(child)),
                _ => self.hole(child, Rule::signal_),
            }
        }
        out
    }

    fn capability(&mut self, pair: P<'t>) -> CapabilityDecl {
        let span = self.trim_comma(self.span(&pair));
        let rule = pair.as_rule();
        let mut out = CapabilityDecl {
            name: self.no_name_at(span),
            type_params: Vec::new(),
            params: Vec::new(),
            result: None,
            props: Vec::new(),
            within: None,
            doc: self.doc(span),
            span,
        };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::lpath | Rule::word => out.name = self.word(&child),
                Rule::tparams => out.type_params = self.type_params(child),
                Rule::params => out.params = self.params(child),
                Rule::ty => out.result = Some(self.ty(child)),
                Rule::props => {
                    let found = self.props(child, "`capability`");
                    self.no_edits(&found, "a `capability`");
                    out.props = found.props;
                    out.within = found.within;
                }
                _ => self.hole(child, rule),
            }
        }
        out
    }

    fn capabilities(&mut self, pair: P<'t>) -> CapabilitiesDecl {
        let span = self.span(&pair);
        let mut prefix = self.no_name_at(span);
        let mut found = Props::default();
        let mut open = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::name => prefix = self.word(&child),
                Rule::lbrace => open = Some(self.span(&child)),
                Rule::missing_rbrace => self.unclosed(&child, open),
                _ => self.props_item(child, &mut found),
            }
        }
        let Props { props, within, items, .. } = found;
        CapabilitiesDecl { prefix, props, within, items, doc: self.doc(span), span }
    }

    /// `{ name: value … }`
    pub(crate) fn props(&mut self, pair: P<'t>, owner: &str) -> Props {
        let mut out = Props::default();
        let mut open = None;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::lbrace => open = Some(self.span(&child)),
                Rule::missing_rbrace => self.unclosed(&child, open),
                Rule::missing_body => self.no_brace(&child, owner),
                _ => self.props_item(child, &mut out),
            }
        }
        out
    }

    fn props_item(&mut self, child: P<'t>, out: &mut Props) {
        let at = self.span(&child);
        match child.as_rule() {
            Rule::prop => {
                self.separated(out.props.last().map(|p| p.span), self.trim_comma(at));
                out.props.extend(self.inner_prop(child));
            }
            Rule::prop_open => out.props.push(self.prop(child)),
            Rule::within => {
                let within = self.within(child);
                if let Some(first) = &out.within {
                    self.report(problems::twice(within.span, first.span, "within"));
                } else {
                    out.within = Some(within);
                }
            }
            Rule::on_edit => out.edits.push(self.on_edit(child)),
            Rule::cap_item => out.items.push(self.capability(child)),
            _ => self.hole(child, Rule::props),
        }
    }

    fn on_edit(&mut self, pair: P<'t>) -> Clause {
        let span = self.trim_comma(self.span(&pair));
        let mut name = self.no_name_at(span);
        let mut binding = None;
        let mut value = missing(span.after());
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::name => name = self.word(&child),
                Rule::binding => binding = Some(self.binding(child)),
                rule if Self::is_expr(rule) => value = self.expr(child),
                _ => self.hole(child, Rule::on_edit),
            }
        }
        Clause::OnEdit { name, binding, value, span }
    }

    fn no_edits(&mut self, found: &Props, owner: &str) {
        for edit in &found.edits {
            self.report(problems::misplaced(edit.span(), "on", owner));
        }
    }

    fn agent_decl(&mut self, pair: P<'t>, external: bool) -> AgentDecl {
        let span = self.span(&pair);
        let doc = self.doc(span);
        let mut out = AgentDecl { name: self.no_name_at(span), props: Vec::new(), external, doc, span };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::name => out.name = self.word(&child),
                Rule::props => {
                    let found = self.props(child, "`agent`");
                    self.only_props(&found, "an `agent`");
                    out.props = found.props;
                }
                _ => self.hole(child, Rule::agent_decl),
            }
        }
        out
    }

    fn only_props(&mut self, found: &Props, owner: &str) {
        self.no_edits(found, owner);
        if let Some(within) = &found.within {
            self.report(problems::misplaced(within.span, "within", owner));
        }
    }

    fn extern_(&mut self, pair: P<'t>) -> Option<Decl> {
        let agent = pair.clone().into_inner().any(|c| c.as_rule() == Rule::k_agent);
        let nothing = pair.clone().into_inner().any(|c| c.as_rule() == Rule::missing_decl);
        if nothing {
            for child in pair.into_inner() {
                self.hole(child, Rule::extern_);
            }
            return None;
        }
        Some(if agent { Decl::Agent(self.agent_decl(pair, true)) } else { Decl::ExternRunbook(self.runbook(pair)) })
    }

    fn runbook(&mut self, pair: P<'t>) -> RunbookDecl {
        let span = self.span(&pair);
        let mut name = self.no_name_at(span);
        let mut title = None;
        let mut body: Body = no_body(span);
        let doc = self.doc(span);
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::kname => name = self.word(&child),
                Rule::string | Rule::sq_string => title = self.text(child, Rule::runbook_),
                Rule::body => {
                    let owner = format!("`runbook {}`", name.text);
                    body = self.body(child, &owner);
                }
                _ => self.hole(child, Rule::runbook_),
            }
        }
        RunbookDecl { name, title, body, doc, span }
    }

    fn workflow(&mut self, pair: P<'t>) -> WorkflowDecl {
        let span = self.span(&pair);
        let mut out = WorkflowDecl { name: self.no_name_at(span), props: Vec::new(), doc: self.doc(span), span };
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::kname => out.name = self.word(&child),
                Rule::props => {
                    let found = self.props(child, "`workflow`");
                    self.only_props(&found, "a `workflow`");
                    out.props = found.props;
                }
                _ => self.hole(child, Rule::workflow_),
            }
        }
        out
    }

    fn fn_decl(&mut self, pair: P<'t>) -> FnDecl {
        let span = self.span(&pair);
        let mut out = FnDecl {
            name: self.no_name_at(span),
            params: Vec::new(),
            result: None,
            body: missing(span.after()),
            doc: self.doc(span),
            span,
        };
        let mut unmarked = false;
        for child in pair.into_inner() {
            match child.as_rule() {
                Rule::name => out.name = self.variable(&child, "function"),
                Rule::params => out.params = self.params(child),
                Rule::ty => out.result = Some(self.ty(child)),
                Rule::missing_eq => {
                    unmarked = true;
                    self.hole(child, Rule::fn_);
                }
                rule if Self::is_expr(rule) => {
                    // `fn f() -> int { … }`: braces hold a record, and what stands there was meant as statements.
                    let (before, braces) = (self.found.len(), unmarked && child.as_str().starts_with('{'));
                    out.body = self.expr(child);
                    if braces {
                        self.found.truncate(before);
                        out.body.kind = crate::ast::ExprKind::Missing;
                    }
                }
                _ => self.hole(child, Rule::fn_),
            }
        }
        out
    }
}
