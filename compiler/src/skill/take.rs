//! From a runbook to front matter.

use ntro_grammar::ast::{self, BlockKind, Clause, ExprKind};
use ntro_ir::{Draft, Gate, Program, Type, TypeDef, TypeId, json};
use serde_json::Value as Json;

use super::{Setting, Skill, SkillStep};
use crate::quote;

/// The longest text that is taken over, in characters.
const LONGEST: usize = 2_000;

pub(super) fn take(text: &str, runbook: &ast::RunbookDecl, program: &Program) -> Skill {
    let mut blocks = Vec::new();
    outermost(&runbook.body, &mut blocks);
    Skill {
        id: format!("rb-{}", program.name),
        slug: program.name.clone(),
        name: program.title.clone(),
        description: program.doc.clone(),
        tags: program.tags.clone(),
        version: program.version.clone(),
        steps: blocks.into_iter().map(|block| step(text, block, program)).collect(),
        config: settings(program, program.config),
        input: settings(program, program.input),
    }
}

/// The blocks that people see: those that stand in no other.
fn outermost<'b>(body: &'b ast::Body, blocks: &mut Vec<&'b ast::Block>) {
    use ast::Stmt;
    for stmt in &body.stmts {
        match stmt {
            Stmt::Block(block) => blocks.push(block),
            Stmt::If(it) => {
                outermost(&it.then, blocks);
                it.otherwise.iter().for_each(|body| outermost(body, blocks));
            }
            Stmt::Match(it) => {
                for arm in &it.arms {
                    if let ast::ArmBody::Body(body) = &arm.body {
                        outermost(body, blocks);
                    }
                }
            }
            Stmt::For(ast::ForStmt { body, .. })
            | Stmt::Repeat(ast::RepeatStmt { body, .. })
            | Stmt::Try { body, .. }
            | Stmt::Parallel { body, .. } => outermost(body, blocks),
            _ => {}
        }
    }
}

fn step(text: &str, block: &ast::Block, program: &Program) -> SkillStep {
    let mut step = SkillStep {
        id: block.name.text.clone(),
        label: block.title.as_ref().map_or_else(|| block.name.text.clone(), |it| quote::template(text, it, LONGEST)),
        component: "LOADING".to_owned(),
        description: block.doc.clone(),
        ..SkillStep::default()
    };
    match &block.content {
        ast::BlockContent::Step(body) => {
            step.activity = quote::calls(body).first().map(|run| run.target.text.clone()).unwrap_or_default();
        }
        ast::BlockContent::Clauses(clauses) => {
            for clause in clauses {
                of_clause(text, clause, &mut step);
            }
            if matches!(block.kind, BlockKind::Await) && step.responsibility.is_empty() {
                step.responsibility = "client".to_owned();
            }
            if block.kind == BlockKind::Approve {
                let gate = program.gates.iter().find(|gate| {
                    program.blocks.get(gate.block as usize).is_some_and(|found| found.path == block.name.text)
                });
                step.columns = gate.map(|gate| columns(gate, program)).unwrap_or_default();
                if step.component == "LOADING" {
                    step.component = "APPROVAL_FORM".to_owned();
                }
            }
        }
    }
    step
}

fn of_clause(text: &str, clause: &Clause, step: &mut SkillStep) {
    match clause {
        Clause::Prop(prop) if prop.name.text == "by" => {
            step.responsibility = role(&prop.value).unwrap_or_else(|| quote::at(text, prop.value.span, LONGEST));
        }
        Clause::Within(within) => step.timeout_minutes = minutes(text, &within.limit),
        Clause::Ask(ask) => {
            step.component = match ask.name.text.as_str() {
                "file_upload" => "FILE_UPLOAD",
                "files" => "MULTI_FILE_UPLOAD",
                _ => "APPROVAL_FORM",
            }
            .to_owned();
            for prop in &ask.props {
                match (prop.name.text.as_str(), &prop.value.kind) {
                    ("instructions", ExprKind::Text(it)) => step.instructions = quote::template(text, it, LONGEST),
                    ("accept", ExprKind::List(kinds)) => {
                        step.accept = kinds.iter().map(|kind| quote::at(text, kind.span, LONGEST)).collect();
                    }
                    _ => {}
                }
            }
        }
        Clause::AskForm { .. } => step.component = "APPROVAL_FORM".to_owned(),
        Clause::Show(show) => {
            step.component = match show.name.text.as_str() {
                "data_table" => "DATA_TABLE",
                "report_preview" => "REPORT_PREVIEW",
                "summary" => "SUMMARY",
                _ => "APPROVAL_FORM",
            }
            .to_owned();
        }
        Clause::Run(run) => step.runbook = run.target.text.clone(),
        _ => {}
    }
}

/// The role that decides; the first of several, because front matter has room for one.
fn role(expr: &ast::Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::List(roles) => roles.first().and_then(role),
        ExprKind::If { then, .. } => role(then),
        ExprKind::Paren(inner) => role(inner),
        _ => None,
    }
}

/// A limit in minutes, where it is one that does not depend on a day.
fn minutes(text: &str, limit: &ast::Limit) -> Option<u64> {
    let ast::Limit::Expr(expr) = limit else { return None };
    let ms = ntro_ir::display::parse_duration(&quote::at(text, expr.span, LONGEST))?;
    u64::try_from(ms / 60_000).ok().filter(|minutes| *minutes > 0)
}

/// The columns of a table, those that may be edited or all of its row.
fn columns(gate: &Gate, program: &Program) -> Vec<String> {
    let Draft::Rows { row, .. } = gate.draft else { return Vec::new() };
    match program.types.get(row as usize) {
        Some(TypeDef::Record(def)) => def.fields.iter().map(|field| field.name.clone()).collect(),
        _ => Vec::new(),
    }
}

fn settings(program: &Program, record: TypeId) -> Vec<Setting> {
    let Some(TypeDef::Record(def)) = program.types.get(record as usize) else { return Vec::new() };
    def.fields
        .iter()
        .map(|field| {
            // A catalogue says of what may be absent that it is not required, and not that it may be null.
            let (ty, optional) = match &field.ty {
                Type::Optional(inner) => (&**inner, true),
                ty => (ty, false),
            };
            let mut schema = json::schema(ty, &program.types);
            if let Some(fields) = schema.as_object_mut() {
                fields.remove("$schema");
                if let Some(Json::Object(defs)) = fields.remove("$defs") {
                    let mut room = MOST_WRITTEN_OUT;
                    written_out(&mut schema, &defs, &mut room, 0);
                }
            }
            if let Some(fields) = schema.as_object_mut() {
                if let Some(default) = &field.default {
                    fields.insert("default".to_owned(), json::to_json(default));
                }
                if !field.doc.is_empty() {
                    fields.insert("description".to_owned(), Json::from(field.doc.as_str()));
                }
            }
            Setting { name: field.name.clone(), schema, optional }
        })
        .collect()
}

/// How many times a setting's records and enumerations are written out, and how deep they may nest. Of what is beyond, nothing is said.
const MOST_WRITTEN_OUT: usize = 500;
const DEEPEST: usize = 16;

/// Puts in the place of each reference what it refers to. `#` is the whole of a document, in which a setting's schema is a small part, so that
/// references to its own definitions would lead nowhere.
fn written_out(schema: &mut Json, defs: &serde_json::Map<String, Json>, room: &mut usize, depth: usize) {
    match schema {
        Json::Object(fields) => {
            if let Some(Json::String(path)) = fields.remove("$ref") {
                let known = path.strip_prefix("#/$defs/").and_then(|name| defs.get(name));
                let known = known.filter(|_| *room > 0 && depth < DEEPEST);
                *room = room.saturating_sub(1);
                if let Some(Json::Object(meant)) = known {
                    for (key, value) in meant {
                        fields.entry(key.clone()).or_insert_with(|| value.clone());
                    }
                }
            }
            fields.values_mut().for_each(|value| written_out(value, defs, room, depth + 1));
        }
        Json::Array(items) => items.iter_mut().for_each(|value| written_out(value, defs, room, depth + 1)),
        _ => {}
    }
}
