//! `ntroc import`: a project of an existing `runbook.md`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ntro_compiler::skill::{self, Setting, Skill, SkillStep};
use ntro_compiler::{Level, report};
use serde::Deserialize;
use serde_json::Value as Json;
use serde_saphyr::Spanned;

use crate::project::{self, Project, SETTINGS, shown};
use crate::stop::{DONE, Outcome, PROBLEMS, Stop};
use crate::{terminal, yaml};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1_000_000;
/// The most steps and the most settings.
const MOST: usize = 200;

/// Makes a project of a runbook.md
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc import runbook.md                 makes a folder that is called as the runbook is
  ntroc import runbook.md -o close-books

What front matter does not say stands as a comment in the runbook, and is listed here.
Exit codes: 0 made · 1 what was made has errors · 2 the file cannot be read, or something is there already")]
pub(super) struct Args {
    /// The file
    file: PathBuf,
    /// The folder that is made; the name of the runbook where absent
    #[arg(short, long = "out", value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Front matter as it is written. What has no place here is listed.
#[derive(Debug, Deserialize)]
struct Written {
    #[serde(default)]
    slug: Option<Spanned<String>>,
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    version: Option<Json>,
    #[serde(default)]
    steps: Vec<WrittenStep>,
    #[serde(default)]
    config_schema: WrittenConfig,
    #[serde(default)]
    input_schema: WrittenInput,
    #[serde(flatten)]
    other: BTreeMap<String, Json>,
}

#[derive(Debug, Deserialize)]
struct WrittenStep {
    id: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    component: String,
    #[serde(default)]
    responsibility: String,
    #[serde(default)]
    activity: String,
    #[serde(default)]
    runbook: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    timeout_minutes: Option<u64>,
    #[serde(default)]
    config: BTreeMap<String, Json>,
    #[serde(flatten)]
    other: BTreeMap<String, Json>,
}

#[derive(Debug, Default, Deserialize)]
struct WrittenConfig {
    #[serde(default)]
    global: BTreeMap<String, Json>,
    #[serde(default)]
    steps: BTreeMap<String, Json>,
}

#[derive(Debug, Default, Deserialize)]
struct WrittenInput {
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    properties: BTreeMap<String, Json>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let text = project::read_text(&args.file, LARGEST)?;
    let name = shown(&args.file);
    let (inside, behind) = parts(&text, &name)?;
    let written: Written = yaml::read(&inside, &name)?;
    if let Some(slug) = written.slug.as_ref().filter(|slug| slug.value.trim().is_empty()) {
        let place = slug.referenced;
        return Err(Stop::new(format!("{name}:{}:{}: `slug` is empty", place.line(), place.column()))
            .help("write the name of the runbook, such as `slug: close-books`"));
    }
    for (what, count) in [
        ("steps", written.steps.len()),
        ("settings", written.config_schema.global.len()),
        ("inputs", written.input_schema.properties.len()),
    ] {
        if count > MOST {
            return Err(Stop::new(format!("{name}: there are {count} {what}; at most {MOST} are read")));
        }
    }
    let mut left = Vec::new();
    let mut skill = skill_of(written, &mut left);
    complete(&mut skill, behind, &args.file, &mut left);
    if skill.steps.len() > MOST {
        return Err(Stop::new(format!("{name}: there are {} steps; at most {MOST} are read", skill.steps.len())));
    }
    let mut made = skill::scaffold(&skill);
    made.notes.extend(left);
    let folder = args.out.clone().unwrap_or_else(|| PathBuf::from(&made.name));
    write(&folder, &made, &skill.name)?;
    terminal::out(&format!("{} was made\n", shown(&folder)));
    for note in &made.notes {
        terminal::out(&format!("  {note}\n"));
    }
    checked(&folder)
}

/// What stands between the two lines of dashes, each line where it stands in the file, and the text behind it.
fn parts<'t>(text: &'t str, name: &str) -> Result<(String, &'t str), Stop> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let help = "front matter begins with a line `---` and ends with one, and has at least `name:` between them";
    if text.lines().next().map(str::trim_end) != Some("---") {
        return Err(Stop::new(format!("{name}:1:1: there is no front matter")).help(help));
    }
    let mut inside = String::from("\n");
    let mut read = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        read += line.len();
        if number == 0 {
            continue;
        }
        if line.trim_end() == "---" {
            return if inside.trim().is_empty() {
                Err(Stop::new(format!("{name}:2:1: the front matter is empty")).help(help))
            } else {
                Ok((inside, text.get(read..).unwrap_or_default()))
            };
        }
        inside.push_str(line.trim_end_matches(['\r', '\n']));
        inside.push('\n');
    }
    Err(Stop::new(format!("{name}:{}:1: the front matter does not end", text.lines().count())).help(help))
}

/// What front matter does not say is taken from the text behind it: the name, and the steps.
fn complete(skill: &mut Skill, behind: &str, file: &Path, left: &mut Vec<String>) {
    let prose = skill::prose(behind);
    let stem = || file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if skill.name.is_empty() {
        skill.name.clone_from(&prose.title);
    }
    if skill.slug.is_empty() {
        skill.slug = if skill.name.is_empty() { stem() } else { skill.name.clone() };
    }
    if skill.steps.is_empty() && !prose.steps.is_empty() {
        skill.steps = prose.steps;
        left.push("The steps are those of the text; who does them, and with what, front matter would say.".to_owned());
    } else if !behind.trim().is_empty() {
        left.push("The text behind the front matter is not carried over.".to_owned());
    }
}

fn skill_of(written: Written, left: &mut Vec<String>) -> Skill {
    // The state of a catalogue is no part of a runbook.
    for key in written.other.keys().filter(|key| *key != "state") {
        left.push(format!("`{key}` has no place in a runbook."));
    }
    for key in written.config_schema.steps.keys() {
        left.push(format!("The settings of the step `{key}` are not carried over."));
    }
    let setting = |(name, schema): (String, Json), optional: bool| Setting { name, schema, optional };
    let required = written.input_schema.required;
    Skill {
        id: written.id,
        slug: written.slug.map(|slug| slug.value).unwrap_or_default(),
        name: written.name,
        description: written.description,
        tags: written.tags,
        version: match written.version {
            Some(Json::String(version)) => version,
            Some(Json::Number(version)) => version.to_string(),
            _ => String::new(),
        },
        steps: written.steps.into_iter().map(|step| step_of(step, left)).collect(),
        config: written.config_schema.global.into_iter().map(|entry| setting(entry, true)).collect(),
        input: written
            .input_schema
            .properties
            .into_iter()
            .map(|entry| {
                let optional = !required.contains(&entry.0);
                setting(entry, optional)
            })
            .collect(),
    }
}

fn step_of(step: WrittenStep, left: &mut Vec<String>) -> SkillStep {
    let texts = |value: Option<&Json>, key: &str| -> Vec<String> {
        let items = value.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        items.iter().filter_map(|item| item.as_str().or_else(|| item.get(key)?.as_str())).map(str::to_owned).collect()
    };
    for key in step.other.keys() {
        left.push(format!("`{key}` of the step `{}` has no place in a runbook.", step.id));
    }
    for key in step.config.keys().filter(|key| !["instructions", "accept", "columns"].contains(&key.as_str())) {
        left.push(format!("`config.{key}` of the step `{}` is not carried over.", step.id));
    }
    SkillStep {
        label: step.label,
        component: step.component,
        responsibility: step.responsibility,
        activity: step.activity,
        runbook: step.runbook,
        timeout_minutes: step.timeout_minutes.filter(|minutes| (1..=5_256_000).contains(minutes)),
        description: step.description,
        instructions: step.config.get("instructions").and_then(Json::as_str).unwrap_or_default().trim().to_owned(),
        accept: texts(step.config.get("accept"), "type"),
        columns: texts(step.config.get("columns"), "key"),
        id: step.id,
    }
}

/// Writes the project. What is there stays as it is.
fn write(folder: &Path, made: &skill::Scaffold, title: &str) -> Result<(), Stop> {
    let runbook = folder.join(format!("{}.ntro", made.name));
    let settings = folder.join(SETTINGS);
    for file in [&runbook, &settings] {
        if file.exists() {
            return Err(Stop::new(format!("{} is there already", shown(file)))
                .help("name another folder with `-o`; nothing is overwritten"));
        }
    }
    let failed = |error: std::io::Error| Stop::new(format!("{} cannot be written: {error}", shown(folder)));
    std::fs::create_dir_all(folder).map_err(failed)?;
    std::fs::write(&runbook, &made.runbook).map_err(failed)?;
    let title = if title.is_empty() { &made.name } else { title };
    std::fs::write(&settings, format!("name: {}\n", Json::from(title))).map_err(failed)
}

/// Whether what was made checks.
fn checked(folder: &Path) -> Outcome {
    let project = Project::of(folder)?;
    let checked = project.check();
    let (diagnostics, sources) = project.displayed(&checked.diagnostics);
    err!("{}", report::render(&diagnostics, &sources, console::colors_enabled_stderr()));
    Ok(if diagnostics.iter().any(|found| found.level == Level::Error) { PROBLEMS } else { DONE })
}
