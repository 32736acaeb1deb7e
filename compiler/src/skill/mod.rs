//! The front matter of `runbook.md`, by which catalogues, forms and agents know a runbook: made of a runbook, and made into one.
//!
//! It holds less than a runbook does. [`skill`] leaves out what it has no words for; [`scaffold`] says in comments, and in its notes, what it
//! could not carry over. Reading YAML is the caller's: this is plain data.

use ntro_grammar::ast;
use ntro_ir::Program;
use serde_json::Value as Json;

mod prose;
mod scaffold;
mod take;
mod yaml;

pub use prose::{Prose, prose};
pub use scaffold::{Scaffold, scaffold};

/// What front matter says of a runbook.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Skill {
    /// `rb-nav-monthly`
    pub id: String,
    /// The runbook's name.
    pub slug: String,
    /// Its title.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// `0.1.0`
    pub version: String,
    /// What people see of it, in order.
    pub steps: Vec<SkillStep>,
    /// Its settings.
    pub config: Vec<Setting>,
    /// What a run is started with.
    pub input: Vec<Setting>,
}

/// A step as people see it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SkillStep {
    /// Its name.
    pub id: String,
    /// Its title.
    pub label: String,
    /// How it is shown: `LOADING`, `FILE_UPLOAD`, `DATA_TABLE` …
    pub component: String,
    /// Who acts: `client`, or a role; empty where nobody is asked.
    pub responsibility: String,
    /// What is called; empty where nothing is.
    pub activity: String,
    /// The runbook that it starts; empty where it starts none.
    pub runbook: String,
    /// How long it may take.
    pub timeout_minutes: Option<u64>,
    /// What it does.
    pub description: String,
    /// What the people are told who upload something.
    pub instructions: String,
    /// The kinds of files that may be uploaded: `pdf`, or a MIME type.
    pub accept: Vec<String>,
    /// The columns of a table.
    pub columns: Vec<String>,
}

/// A setting, or a field of the input.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its JSON Schema.
    pub schema: Json,
    /// Whether it may be left out although there is no default.
    pub optional: bool,
}

/// What front matter says of the runbook that a program was made from. `text` is the file in which it stands; `None` where it does not stand there.
pub fn skill(text: &str, program: &Program) -> Option<Skill> {
    let file = ntro_grammar::parse(text).file;
    let runbook = file.decls.iter().find_map(|decl| match decl {
        ast::Decl::Runbook(runbook) if runbook.name.text == program.name => Some(runbook),
        _ => None,
    })?;
    Some(take::take(text, runbook, program))
}

impl Skill {
    /// As YAML between its two lines of dashes.
    pub fn front_matter(&self) -> String {
        yaml::front_matter(self)
    }
}
