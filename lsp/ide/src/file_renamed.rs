//! Imports that follow a file that gets another name.

use ntro_compiler::index::imported_path;
use ntro_grammar::ast;

use crate::{Analysis, Cancellable, Edit, Place};

impl Analysis {
    /// The edits of imports when a file, or a folder with all its files, moves from `old` to `new`. Places are those before the move.
    pub fn file_renamed(&self, old: &str, new: &str) -> Cancellable<Vec<Edit>> {
        self.go_on()?;
        let moved = |path: &str| match path.strip_prefix(old) {
            Some("") => new.to_owned(),
            Some(rest) if rest.starts_with('/') => format!("{new}{rest}"),
            _ => path.to_owned(),
        };
        let mut edits = Vec::new();
        for (path, file) in self.files.iter() {
            for decl in &file.tree().decls {
                let ast::Decl::Import(import) = decl else { continue };
                let Some(target) = imported_path(path, &import.path.text) else { continue };
                let (from, to) = (moved(path), moved(&target));
                if import.path.is_missing() || (from == *path && to == target) {
                    continue;
                }
                let written = relative(&from, &to);
                if written != import.path.text {
                    let place = Place { file: path.clone(), span: import.path.span };
                    edits.push(Edit { place, text: quoted_as(file.at(import.path.span), &written) });
                }
            }
        }
        Ok(edits)
    }
}

/// The new path with the quotes of the old one, where its place has them.
fn quoted_as(old: &str, new: &str) -> String {
    match old.chars().next() {
        Some('"') => format!("\"{new}\""),
        Some('\'') => format!("'{new}'"),
        _ => new.to_owned(),
    }
}

/// The path from one file to another as an import writes it.
pub(crate) fn relative(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = to.split('/').collect();
    let folders = from.len().saturating_sub(1).min(to.len().saturating_sub(1));
    let same = from.iter().zip(&to).take(folders).take_while(|(a, b)| a == b).count();
    let up = from.len().saturating_sub(1).saturating_sub(same);
    let lead = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
    format!("{lead}{}", to.iter().skip(same).copied().collect::<Vec<_>>().join("/"))
}
