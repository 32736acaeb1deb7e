//! The answers file: what people will do, in YAML.

use std::path::{Path, PathBuf};

use ntro_harness::answers::{Answer, Book};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use serde_saphyr::Spanned;

use crate::project::{read_text, shown};
use crate::stop::Stop;
use crate::yaml::{self, Placed, Places, parted};

/// The largest answers file in bytes.
const LARGEST: u64 = 4_000_000;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    input: Option<Placed>,
    #[serde(default)]
    config: Option<Placed>,
    #[serde(default)]
    answers: Vec<Spanned<Answer>>,
}

/// An answers file, read.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// The input it gives.
    pub(crate) input: (Map<String, Json>, Places),
    /// The configuration it gives.
    pub(crate) config: (Map<String, Json>, Places),
    /// Its entries.
    pub(crate) book: Book,
    /// What paths in it are relative to.
    pub(crate) folder: PathBuf,
}

/// Reads an answers file.
pub(crate) fn read(path: &Path) -> Result<Answers, Stop> {
    let text = read_text(path, LARGEST)?;
    let name = shown(path);
    let blank = text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    let file: File = if blank { File::default() } else { yaml::read(&text, &name)? };
    let mut entries = Vec::new();
    for spanned in file.answers {
        let place = format!("{name}:{}:{}", spanned.referenced.line(), spanned.referenced.column());
        spanned.value.check().map_err(|problem| Stop::new(format!("{place}: {problem}")))?;
        entries.push((spanned.value, place));
    }
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let input = parted(file.input.unwrap_or_default(), &name);
    let config = parted(file.config.unwrap_or_default(), &name);
    Ok(Answers { input, config, book: Book::new(entries), folder })
}
