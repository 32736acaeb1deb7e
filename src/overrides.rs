//! What `ntro.yaml` says of the configuration of runbooks: for everybody, for a tenant, for an entity of a tenant.

use std::collections::BTreeMap;
use std::sync::Arc;

use ntro_compiler::settings::{Field, Section};
use ntro_compiler::{Checked, Place};
use ntro_machine::{TenantConfig, Tenants};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use serde_saphyr::Spanned;

use crate::project::{SETTINGS, Settings};
use crate::yaml::{Placed, parted};

/// `config:` of a section: values by setting, by runbook.
pub(crate) type Configs = BTreeMap<String, Option<Placed>>;

/// `tenants: NAME: …`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Tenant {
    config: Configs,
    entities: BTreeMap<String, Option<Entity>>,
}

/// `tenants: NAME: entities: NAME: …`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Entity {
    config: Configs,
}

fn plain(configs: &Configs, runbook: &str) -> Map<String, Json> {
    parted(configs.get(runbook).cloned().flatten().unwrap_or_default(), SETTINGS).0
}

impl Settings {
    /// The configuration of every runbook that has one here for everybody, as the runbook is given it.
    pub(crate) fn configs(&self) -> BTreeMap<String, Json> {
        self.config.keys().map(|runbook| (runbook.clone(), plain(&self.config, runbook).into())).collect()
    }

    /// What tenants and entities override, by runbook.
    pub(crate) fn overrides(&self) -> BTreeMap<String, Tenants> {
        let mut runbooks: Vec<&String> = Vec::new();
        for tenant in self.tenants.values().flatten() {
            let of_entities = tenant.entities.values().flatten().flat_map(|entity| entity.config.keys());
            runbooks.extend(tenant.config.keys().chain(of_entities));
        }
        runbooks.sort_unstable();
        runbooks.dedup();
        runbooks.into_iter().map(|runbook| (runbook.clone(), self.overrides_of(runbook))).collect()
    }

    /// The same for one runbook. Whoever overrides nothing of it is left out.
    pub(crate) fn overrides_of(&self, runbook: &str) -> Tenants {
        let mut found = Tenants::new();
        for (name, tenant) in &self.tenants {
            let Some(tenant) = tenant else { continue };
            let entities = tenant.entities.iter().filter_map(|(name, entity)| {
                let fields = plain(&entity.as_ref()?.config, runbook);
                (!fields.is_empty()).then(|| (name.clone(), fields))
            });
            let config = TenantConfig { config: plain(&tenant.config, runbook), entities: entities.collect() };
            if config != TenantConfig::default() {
                found.insert(name.clone(), config);
            }
        }
        found
    }

    /// Reports what does not fit the runbooks of the project. `text` is that of the settings' file.
    pub(crate) fn check_configs(&self, text: &Arc<str>, checked: &mut Checked) {
        let found = ntro_compiler::settings::check(checked, &self.sections(text));
        checked.diagnostics.extend(found);
    }

    /// What they say of the configuration of runbooks, for everybody, for tenants and for entities; the one to run is named without any.
    /// `text` is that of the settings' file.
    pub(crate) fn sections(&self, text: &str) -> Vec<Section> {
        let mut out = Vec::new();
        let mut of = |configs: &Configs, above: &[&str]| {
            for (runbook, placed) in configs {
                out.push(section(text, runbook, above, placed.as_ref()));
            }
        };
        of(&self.config, &[]);
        for (name, tenant) in &self.tenants {
            let Some(tenant) = tenant else { continue };
            of(&tenant.config, &[name]);
            for (entity_name, entity) in &tenant.entities {
                let Some(entity) = entity else { continue };
                of(&entity.config, &[name, entity_name]);
            }
        }
        if let Some(run) = &self.run {
            let quoted = |text: &str| text.starts_with(['"', '\'']);
            let start = offset(text, run);
            let start = start + usize::from(text.get(start..).is_some_and(quoted));
            let place = at(start, start + run.value.len());
            out.push(Section { runbook: run.value.clone(), place, fields: Vec::new() });
        }
        out
    }
}

fn section(text: &str, runbook: &str, above: &[&str], placed: Option<&Placed>) -> Section {
    let mut fields = Vec::new();
    for (name, value) in placed.into_iter().flatten() {
        let start = offset(text, value);
        let name_place = key_before(text, name, start).unwrap_or_else(|| at(start, start));
        fields.push(Field {
            name: name.clone(),
            name_place,
            value: value.value.clone(),
            value_place: at(start, end_of_value(text, start)),
        });
    }
    let first = fields.iter().map(|field| field.name_place.span.start as usize).min();
    let place = match first {
        Some(first) => key_before(text, runbook, first),
        // Without values there is nothing after it that has a place: it is looked for below the names above it.
        None => key_below(text, above, runbook),
    };
    Section { runbook: runbook.to_owned(), place: place.unwrap_or_else(|| at(0, 0)), fields }
}

fn at(start: usize, end: usize) -> Place {
    let bytes = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Place { file: SETTINGS.to_owned(), span: ntro_grammar::Span { start: bytes(start), end: bytes(end) } }
}

/// Where a value begins, in bytes. YAML's reader counts characters of a line.
fn offset<T>(text: &str, value: &Spanned<T>) -> usize {
    let number = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).saturating_sub(1);
    let (line, column) = (number(value.referenced.line()), number(value.referenced.column()));
    let mut start = 0;
    for (index, content) in text.split_inclusive('\n').enumerate() {
        if index == line {
            let within = content.char_indices().nth(column).map_or(content.len(), |(at, _)| at);
            return start + within;
        }
        start += content.len();
    }
    text.len()
}

/// The last place before `end` where the text has `name:` as a key.
fn key_before(text: &str, name: &str, end: usize) -> Option<Place> {
    let head = text.get(..end)?;
    head.rmatch_indices(name)
        .map(|(start, _)| start)
        .find(|start| is_key(text, name, *start))
        .map(|start| at(start, start + name.len()))
}

/// The first place of `name:` below all the others, each below the one before.
fn key_below(text: &str, above: &[&str], name: &str) -> Option<Place> {
    let mut from = if above.is_empty() { text.find("config")? } else { 0 };
    for outer in above {
        let below = text.get(from..)?;
        from += below
            .match_indices(outer)
            .map(|(start, _)| start)
            .find(|start| is_key(text, outer, from + start))
            .unwrap_or(0);
    }
    let below = text.get(from..)?;
    let found = below.match_indices(name).map(|(start, _)| from + start).find(|start| is_key(text, name, *start))?;
    Some(at(found, found + name.len()))
}

fn is_key(text: &str, name: &str, start: usize) -> bool {
    let before = text.get(..start).and_then(|head| head.chars().next_back());
    let after = text.get(start + name.len()..).unwrap_or_default().trim_start_matches(['"', '\'', ' ']);
    before.is_none_or(|before| !before.is_alphanumeric() && !"_-".contains(before)) && after.starts_with(':')
}

/// Where a value ends that begins there, on its line.
fn end_of_value(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    let closes = match line.chars().next() {
        Some(quote @ ('"' | '\'')) => Some(quote),
        Some('[') => Some(']'),
        Some('{') => Some('}'),
        _ => None,
    };
    let length = match closes {
        Some(closes) => line.get(1..).and_then(|rest| rest.find(closes)).map_or(line.len(), |at| at + 2),
        None => line.find([',', '}', ']', '#']).unwrap_or(line.len()),
    };
    start + line.get(..length).unwrap_or_default().trim_end().len().max(1)
}
