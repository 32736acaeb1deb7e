//! `with: { period: previous_period(today()) }` as a program: no input, no configuration, one record.

use ntro_grammar::{Span, ast};
use ntro_ir::{Expr, ExprId, Op, RecordDef, SlotDef, Type, TypeDef, TypeId, Value};

use super::Props;
use crate::cx::{Cx, Expressions};
use crate::items::{Param, RunbookItem};
use crate::ty::Ty;

/// The inputs that a binding's tenant and entity fill.
const TENANT: [&str; 2] = ["tenant", "tenant_slug"];
const ENTITY: [&str; 2] = ["entity", "entity_slug"];

/// Lowers `with` against the runbook's input. The program is the context's.
pub(super) fn lower(cx: &mut Cx<'_>, decl: &ast::WorkflowDecl, props: &Props<'_>, runbook: &RunbookItem) {
    cx.program.name.clone_from(&decl.name.text);
    cx.program.title.clone_from(&decl.name.text);
    empty_head(cx);
    let place = props.with.map_or(decl.name.span, |with| with.span);
    let Some(args) = arguments(cx, props.with) else { return };
    let filled = filled(cx, props, runbook);
    for (name, text_place) in &filled {
        if let Some(twice) = args.iter().find(|arg| arg.name.as_ref().is_some_and(|given| given.text == name.name)) {
            let first = cx.items.place(cx.file, text_place.1);
            let help = "Leave it out of `with`: the workflow's own property fills it.".to_owned();
            let message = format!("`{}` is given twice.", name.name);
            let new = cx.report("N0309", twice.span, message, "given again here".into(), help);
            new.related.push((first, "first given here".into()));
        }
    }
    let is_filled = |name: &str| filled.iter().any(|(param, _)| param.name == name);
    let given: Vec<ast::Arg> =
        args.into_iter().filter(|arg| arg.name.as_ref().is_none_or(|name| !is_filled(&name.text))).collect();
    let open: Vec<Param> = runbook.input.iter().filter(|param| !is_filled(&param.name)).cloned().collect();
    let before = cx.diagnostics.len();
    let record = cx.arguments(&given, &open, &format!("`{}`", runbook.name), place);
    mend_help(cx, before, props);
    let mut fields = written(cx, record, &given);
    for (param, (text, span)) in &filled {
        fields.push((param.name.clone(), cx.push(Expr::Const(Value::text(text.as_str())), *span)));
    }
    // The order of the runbook's input, so that where something stands in `with` does not matter.
    let order = |name: &str| runbook.input.iter().position(|param| param.name == name);
    fields.sort_by_key(|(name, _)| order(name));
    let types = fields.iter().filter_map(|(name, _)| {
        let param = runbook.input.iter().find(|param| param.name == *name)?;
        Some((name.clone(), param.ty.clone()))
    });
    let output = Ty::Anonymous(types.collect::<Vec<_>>().into());
    cx.program.output = cx.ir_type(&output);
    let value = cx.push(Expr::Record(fields), place);
    cx.program.ops.push(Op::Return(Some(value)));
}

/// The types and slots that every program has.
fn empty_head(cx: &mut Cx<'_>) {
    let mut record = |name: &str| {
        let id = TypeId::try_from(cx.program.types.len()).unwrap_or(TypeId::MAX);
        let def = RecordDef { name: name.to_owned(), fields: Vec::new(), doc: String::new() };
        cx.program.types.push(TypeDef::Record(def));
        id
    };
    let (input, config) = (record("Input"), record("Config"));
    cx.program.input = input;
    cx.program.config = config;
    let rework = Type::Optional(Box::new(Type::Nothing));
    for (name, ty) in [("%input", Type::Named(input)), ("%config", Type::Named(config)), ("%rework", rework)] {
        cx.program.slots.push(SlotDef { name: name.to_owned(), ty, var: false, written_by_handler: false });
    }
}

/// The fields of `with` as arguments by name; none where it is no record.
fn arguments(cx: &mut Cx<'_>, with: Option<&ast::Expr>) -> Option<Vec<ast::Arg>> {
    let Some(with) = with else { return Some(Vec::new()) };
    let ast::ExprKind::Record(items) = &with.kind else {
        let help = "Write `with: { period: previous_period(today()) }`, the runbook's input by name.".to_owned();
        cx.report("N0217", with.span, "`with` is a record.".to_owned(), "not a record".into(), help);
        return None;
    };
    let mut args = Vec::new();
    for item in items {
        match item {
            ast::RecordItem::Spread { span, .. } => {
                let help = "Write each input by its name: `with: { period: 2026-03 }`.".to_owned();
                cx.report("N0217", *span, "There is nothing here to take over.".to_owned(), "not here".into(), help);
                return None;
            }
            ast::RecordItem::Field { name, .. } if name.is_missing() => {}
            ast::RecordItem::Field { name, value, span } => {
                let kind = || ast::Expr { kind: ast::ExprKind::Name(name.text.clone()), span: name.span };
                let value = value.clone().unwrap_or_else(kind);
                args.push(ast::Arg { name: Some(name.clone()), value, span: *span });
            }
        }
    }
    Some(args)
}

/// The inputs that the binding's own tenant and entity fill, with their texts.
fn filled<'a>(cx: &Cx<'_>, props: &'a Props<'_>, runbook: &'a RunbookItem) -> Vec<(&'a Param, &'a (String, Span))> {
    let mut filled = Vec::new();
    for (names, text) in [(TENANT, &props.tenant), (ENTITY, &props.entity)] {
        let fits = |param: &&Param| names.contains(&param.name.as_str()) && cx.fits(&Ty::Text, &param.ty);
        if let Some(text) = text {
            filled.extend(runbook.input.iter().filter(fits).map(|param| (param, text)));
        }
    }
    filled
}

/// What was written, without the defaults of what was not: those are the deployed version's to give.
fn written(cx: &Cx<'_>, record: ExprId, given: &[ast::Arg]) -> Vec<(String, ExprId)> {
    let Some(Expr::Record(fields)) = cx.program.exprs.get(record.0 as usize) else { return Vec::new() };
    let is_given = |name: &str| given.iter().any(|arg| arg.name.as_ref().is_some_and(|written| written.text == name));
    fields.iter().filter(|(name, _)| is_given(name)).cloned().collect()
}

/// What a missing input is given by stands in `with`, or is the workflow's own property.
fn mend_help(cx: &mut Cx<'_>, before: usize, props: &Props<'_>) {
    let has_with = props.with.is_some();
    for found in cx.diagnostics.iter_mut().skip(before).filter(|found| found.code == "N0307") {
        let own = [("`entity`", "entity", props.entity.is_none()), ("`tenant`", "tenant", props.tenant.is_none())];
        let own = own.into_iter().find(|(name, _, free)| *free && found.message.ends_with(&format!("{name}.")));
        if let Some((_, name, _)) = own {
            found.help = format!("Add `{name}: \"…\"` to the workflow.");
        } else if !has_with {
            let inner = found.help.strip_prefix("Add `").and_then(|rest| rest.split_once('`'));
            if let Some((fields, rest)) = inner {
                found.help = format!("Add `with: {{ {fields} }}`{rest}");
            }
        }
    }
}
