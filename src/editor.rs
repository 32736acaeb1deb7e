//! The files as the language server sees them: found by the same rules as for `ntroc check`, but one that cannot be read is left out and named,
//! where a command stops.

use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use ntro_grammar::english::capitalised;
use ntro_lsp::disk::SETTINGS;
use ntro_lsp::{Disk, Files, SettingsFile};

use crate::cache;
use crate::project::{self, Entry};
use crate::stop::Stop;

/// How many files of whatever kind are walked over in one project: a home folder that is opened by mistake must not be read for minutes.
const MOST_ENTRIES: usize = 200_000;
/// How many files a sample may name are noted.
const MOST_OTHERS: usize = 20_000;

/// The real disk.
#[derive(Debug)]
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    fn project_of(&self, path: &Path, folders: &[PathBuf]) -> Option<PathBuf> {
        let folder = if path.is_dir() { path } else { path.parent()? };
        let settings = project::settings_above(folder).and_then(|file| file.parent().map(Path::to_path_buf));
        let innermost = || {
            let around = folders.iter().filter(|open| folder.starts_with(open));
            around.max_by_key(|open| open.components().count()).cloned()
        };
        let root = settings.or_else(innermost)?;
        let below = folder.strip_prefix(&root).ok()?;
        let skipped = |part: Component| project::is_skipped(&part.as_os_str().to_string_lossy());
        (!below.components().any(skipped)).then_some(root)
    }

    fn projects_below(&self, folder: &Path) -> Vec<PathBuf> {
        let found = project::projects_in(folder).unwrap_or_default();
        found.into_iter().filter(|path| path != folder).collect()
    }

    fn files(&self, root: &Path) -> Files {
        let mut files = Files::default();
        let mut seen = 0;
        let walked = project::walk(root, 0, &mut |entry| {
            seen += 1;
            if seen > MOST_ENTRIES {
                return Err(Stop::new(format!(
                    "{} has more than {MOST_ENTRIES} files. Open a smaller folder, or give each project in it an ntro.yaml.",
                    root.display()
                )));
            }
            match entry {
                Entry::Closed(why) => files.left_out.push(sentence(&why)),
                Entry::Other(path) => {
                    if files.others.len() < MOST_OTHERS {
                        files.others.insert(project::relative(root, &path));
                    }
                }
                Entry::Runbook(_) if files.texts.len() >= project::MOST_FILES => {
                    let most = project::MOST_FILES;
                    return Err(Stop::new(format!("{} has more than {most} .ntro files", root.display())));
                }
                Entry::Runbook(path) => match project::read_text(&path, project::LARGEST_FILE) {
                    Ok(text) => drop(files.texts.insert(project::relative(root, &path), Arc::from(text))),
                    Err(why) => files.left_out.push(sentence(&why)),
                },
            }
            Ok(())
        });
        if let Err(why) = walked {
            files.left_out.push(sentence(&why));
        }
        files
    }

    fn read(&self, path: &Path) -> Result<Option<Arc<str>>, String> {
        if !path.is_file() {
            return Ok(None);
        }
        let text = project::read_text(path, project::LARGEST_FILE).map_err(|why| sentence(&why))?;
        Ok(Some(Arc::from(text)))
    }

    fn settings(&self, root: &Path, text: Option<Arc<str>>) -> Option<SettingsFile> {
        let file = root.join(SETTINGS);
        let (text, said) = match text {
            Some(text) => (text.clone(), project::settings_of(&text, &file)),
            None => {
                let text = Arc::from(project::read_text(&file, project::LARGEST_FILE).ok()?);
                (text, project::read_settings(&file).map(|(settings, _)| settings))
            }
        };
        Some(match said {
            Ok(settings) => SettingsFile { sections: settings.sections(&text), text, problem: None },
            Err(why) => SettingsFile { text, sections: Vec::new(), problem: Some(placed(&why)) },
        })
    }

    fn language_file(&self, name: &str, text: &str) -> Option<PathBuf> {
        let path = language_folder()?.join(name.strip_prefix("ntro:")?);
        if std::fs::read_to_string(&path).is_ok_and(|there| there == text) {
            return Some(path);
        }
        std::fs::create_dir_all(path.parent()?).ok()?;
        // Another server may write the same file at this moment: what is there is always whole.
        let beside = path.with_extension(format!("{}.new", std::process::id()));
        let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, &path));
        if written.is_err() {
            std::fs::remove_file(&beside).ok();
        }
        written.ok().map(|()| path)
    }

    fn language_name(&self, path: &Path) -> Option<String> {
        let name = path.strip_prefix(language_folder()?).ok()?.to_str()?;
        Some(format!("ntro:{name}"))
    }

    fn test(&self, file: &Path, runbook: &str, scenario: Option<&str>) -> Result<String, String> {
        let root = self.project_of(file, &[]);
        // A process of its own: what it writes must not come between the messages of this one.
        let ntroc = std::env::current_exe().map_err(|error| format!("ntroc cannot be started: {error}"))?;
        let output = Command::new(ntroc)
            .args(["--color", "never", "test", "--no-builtin", "--filter", scenario.unwrap_or(runbook)])
            .arg(root.as_deref().unwrap_or(file))
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("ntroc cannot be started: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let found = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        if output.status.success() { Ok(said) } else { Err(format!("{found}\n{said}").trim().to_owned()) }
    }
}

/// A problem with its line and column, which its message begins with: `ntro.yaml:3:1: …`.
fn placed(why: &Stop) -> (u32, u32, String) {
    let mut parts = why.message.splitn(4, ':');
    let (_, line, column, rest) = (parts.next(), parts.next(), parts.next(), parts.next());
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<u32>().ok());
    let (line, column, message) = match (number(line), number(column), rest) {
        (Some(line), Some(column), Some(rest)) => (line, column, rest.trim()),
        _ => (1, 1, why.message.as_str()),
    };
    let message = capitalised(message);
    let message = if message.ends_with(['.', '!', '?']) { message } else { format!("{message}.") };
    match &why.help {
        Some(help) => (line, column, format!("{message}\n{help}")),
        None => (line, column, message),
    }
}

/// Where the files of the language itself can be opened: a folder of the person's cache, one for each version.
fn language_folder() -> Option<PathBuf> {
    Some(cache::home()?.join(format!("language-{}", env!("CARGO_PKG_VERSION"))))
}

fn sentence(why: &Stop) -> String {
    match &why.help {
        Some(help) => format!("{}: {help}", why.message),
        None => why.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

    use super::*;
    use crate::project::Project;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        folder
    }

    #[test]
    fn a_project_has_the_files_that_ntroc_check_sees() {
        let files: [(&str, &[u8]); 8] = [
            ("ntro.yaml", b""),
            ("main.ntro", b"role a\n"),
            ("deep/er/b.ntro", b"role b\n"),
            ("inputs/rent.csv", b"1,2\n"),
            (".hidden/c.ntro", b"role c\n"),
            ("target/d.ntro", b"role d\n"),
            ("inner/ntro.yaml", b""),
            ("inner/e.ntro", b"role e\n"),
        ];
        let folder = folder(&files);
        let root = folder.path();
        let seen = RealDisk.files(root);
        assert_eq!(seen.texts, Project::of(root).unwrap().sources);
        assert_eq!(seen.texts.keys().collect::<Vec<_>>(), ["deep/er/b.ntro", "main.ntro"]);
        assert!(seen.others.contains("inputs/rent.csv") && seen.left_out.is_empty(), "{seen:?}");
        assert_eq!(RealDisk.projects_below(root), [root.join("inner")]);

        let of = |path: &str| RealDisk.project_of(&root.join(path), &[]);
        assert_eq!(of("deep/er/b.ntro"), Some(root.to_path_buf()));
        assert_eq!(of("deep/er/new.ntro"), Some(root.to_path_buf()), "it need not be saved yet");
        assert_eq!(of("inner/e.ntro"), Some(root.join("inner")));
        assert_eq!(of(".hidden/c.ntro"), None, "no project looks there");
    }

    #[test]
    fn without_settings_the_innermost_open_folder_is_the_project() {
        let folder = folder(&[("a/b/c.ntro", b"role c\n")]);
        let (outer, inner) = (folder.path().to_path_buf(), folder.path().join("a"));
        let file = inner.join("b/c.ntro");
        assert_eq!(RealDisk.project_of(&file, &[outer.clone(), inner.clone()]), Some(inner));
        assert_eq!(RealDisk.project_of(&file, std::slice::from_ref(&outer)), Some(outer));
        assert_eq!(RealDisk.project_of(&file, &[]), None);
    }

    #[test]
    fn the_settings_file_says_what_it_sets_or_what_is_wrong_with_it() {
        let folder = folder(&[
            ("ntro.yaml", b"config:\n  a: { most: 3 }\n"),
            ("b/ntro.yaml", b"name: b\nzoom: 3\n"),
            ("c/x", b""),
        ]);
        let own = RealDisk.settings(folder.path(), None).unwrap();
        assert_eq!((own.sections.len(), own.sections[0].fields[0].name.as_str(), own.problem), (1, "most", None));
        let (line, column, why) = RealDisk.settings(&folder.path().join("b"), None).unwrap().problem.unwrap();
        assert_eq!((line, column), (2, 1), "{why}");
        assert!(why.starts_with("There is no key `zoom` here.\n"), "{why}");
        assert_eq!(RealDisk.settings(&folder.path().join("c"), None), None);
        // As an editor has it, saved or not.
        let unsaved = RealDisk.settings(folder.path(), Some("name: b\nzoom: 3\n".into())).unwrap();
        assert_eq!(unsaved.problem.unwrap(), (line, column, why));
    }

    #[test]
    fn the_schema_of_the_settings_file_knows_its_keys() {
        let folder = folder(&[("ntro.yaml", b"zoom: 3\n"), ("a/ntro.yaml", b"tenants: { a: { zoom: 3 } }\n")]);
        let keys = |path: &str| {
            let (.., why) = RealDisk.settings(&folder.path().join(path), None).unwrap().problem.unwrap();
            let (_, keys) = why.split_once("keys here are ").unwrap();
            keys.split('`').skip(1).step_by(2).map(str::to_owned).collect::<std::collections::BTreeSet<_>>()
        };
        let schema = include_str!("../vscode-extension/schemas/ntro.yaml.json");
        let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
        let of = |schema: &serde_json::Value| {
            schema["properties"].as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(of(&schema), keys(""));
        assert_eq!(of(&schema["properties"]["tenants"]["additionalProperties"]), keys("a"));
    }

    #[test]
    fn what_cannot_be_read_is_left_out_and_named() {
        let folder = folder(&[("ntro.yaml", b""), ("good.ntro", b"role a\n"), ("bad.ntro", b"role \xff\n")]);
        let seen = RealDisk.files(folder.path());
        assert_eq!(seen.texts.keys().collect::<Vec<_>>(), ["good.ntro"]);
        assert!(seen.left_out.len() == 1 && seen.left_out[0].contains("bad.ntro:1:6"), "{:?}", seen.left_out);
        assert!(RealDisk.read(&folder.path().join("bad.ntro")).is_err());
        assert_eq!(RealDisk.read(&folder.path().join("none.ntro")), Ok(None));
    }
}
