//! A binding given on the command line: it becomes a `workflow` block like any other, and is checked like one.

use crate::project::Project;
use crate::stop::Stop;

/// The name of the file that the options stand for, in the project.
pub(crate) const FILE: &str = "command-line.ntro";
/// What people read instead.
pub(crate) const SHOWN: &str = "the command line";

/// A runbook bound to an entity, as options.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Bind a runbook to an entity, as a `workflow` block does")]
pub(crate) struct BindingFlags {
    /// The runbook, where the path has several
    #[arg(long, value_name = "NAME")]
    pub(crate) runbook: Option<String>,
    /// The binding's name [default: RUNBOOK-ENTITY]
    #[arg(long, value_name = "NAME")]
    pub(crate) bind: Option<String>,
    /// Whose runs they are
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    /// For which entity
    #[arg(long, value_name = "NAME")]
    pub(crate) entity: Option<String>,
    /// When: minute, hour, day of the month, month, weekday
    #[arg(long, value_name = "CRON")]
    pub(crate) schedule: Option<String>,
    /// The time zone, such as Europe/London; the project's where absent, else UTC
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: Option<String>,
    /// What to do while the run before still goes on: skip, queue or beside
    #[arg(long, value_name = "HOW")]
    pub(crate) overlap: Option<String>,
    /// How late a run is still started, such as 7d
    #[arg(long, value_name = "DURATION")]
    pub(crate) catch_up: Option<String>,
    /// The version to stay with; the deployed one where absent
    #[arg(long, value_name = "VERSION")]
    pub(crate) pin: Option<String>,
    /// The input, in the language: '{ period: previous_period(today()) }'
    #[arg(long, value_name = "{ … }")]
    pub(crate) with: Option<String>,
}

impl BindingFlags {
    /// Whether anything is said.
    pub(crate) fn given(&self) -> bool {
        let texts = [&self.bind, &self.tenant, &self.entity, &self.schedule, &self.timezone];
        let more = [&self.overlap, &self.catch_up, &self.pin, &self.with, &self.runbook];
        texts.into_iter().chain(more).any(Option::is_some)
    }

    /// The block that the options stand for. `runbooks` are those of the path.
    pub(crate) fn source(&self, project: &Project, runbooks: &[String]) -> Result<String, Stop> {
        let runbook = self.runbook(project, runbooks)?;
        let name = match &self.bind {
            Some(name) => name.clone(),
            None => match &self.entity {
                Some(entity) => format!("{runbook}-{}", words(entity)),
                None => {
                    return Err(Stop::new("the binding has no name")
                        .help("say for which entity with --entity, or give it a name with --bind"));
                }
            },
        };
        if name.is_empty() || words(&name) != name || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(Stop::new(format!("--bind {name}: a binding is named with small letters, digits and dashes"))
                .help("such as --bind acme-spv1-nav"));
        }
        let mut text = format!("workflow {name} {{\n  runbook: {runbook}\n");
        let quoted = [
            ("tenant", "tenant", &self.tenant),
            ("entity", "entity", &self.entity),
            ("schedule", "schedule", &self.schedule),
            ("timezone", "zone", &self.timezone),
            ("pin", "pin", &self.pin),
        ];
        for (option, property, value) in quoted {
            let Some(value) = value else { continue };
            if value.contains(['"', '\\', '{', '}']) || value.chars().any(char::is_control) {
                return Err(Stop::new(format!("--{option} {value}: quotation marks and braces cannot stand in it")));
            }
            text.push_str(&format!("  {property}: \"{value}\"\n"));
        }
        for (property, value) in [("overlap", &self.overlap), ("catch_up", &self.catch_up)] {
            let Some(value) = value else { continue };
            if !value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') || value.is_empty() {
                let option = property.replace('_', "-");
                return Err(Stop::new(format!("--{option} {value}: one word stands here")));
            }
            text.push_str(&format!("  {property}: {value}\n"));
        }
        if let Some(with) = &self.with {
            let with = with.trim();
            let with = if with.starts_with('{') { with.to_owned() } else { format!("{{ {with} }}") };
            text.push_str(&format!("  with: {with}\n"));
        }
        text.push_str("}\n");
        Ok(text)
    }

    fn runbook(&self, project: &Project, runbooks: &[String]) -> Result<String, Stop> {
        let known = |name: &String| runbooks.contains(name);
        if let Some(name) = &self.runbook {
            return if known(name) {
                Ok(name.clone())
            } else {
                let stop = Stop::new(format!("--runbook {name}: there is no such runbook here"));
                Err(stop.help(format!("there are {}", runbooks.join(", "))))
            };
        }
        match (runbooks, &project.settings.run) {
            ([one], _) => Ok(one.clone()),
            (_, Some(run)) if known(&run.value) => Ok(run.value.clone()),
            _ => Err(Stop::new("which runbook is bound is not said")
                .help(format!("say it with --runbook NAME; there are {}", runbooks.join(", ")))),
        }
    }
}

/// Small letters, digits and dashes.
fn words(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let all: String = text.chars().map(plain).collect();
    all.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}
