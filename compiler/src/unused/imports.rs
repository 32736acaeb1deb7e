//! Imports that nothing in the file mentions.

use std::collections::BTreeSet;

use ntro_grammar::{Span, ast};

use super::{removal, words};
use crate::diagnostic::{Diagnostic, Place};
use crate::items::SourceFile;

const CODE: &str = "N0213";

/// Reports the imports of a file that it does not use, but for names about which something else is wrong.
pub(crate) fn unused(file: &SourceFile, broken: &BTreeSet<String>, out: &mut Vec<Diagnostic>) {
    let imports =
        || file.tree.decls.iter().filter_map(|decl| if let ast::Decl::Import(x) = decl { Some(x) } else { None });
    if imports().next().is_none() {
        return;
    }
    let mut left_out: Vec<Span> = file.tree.comments.iter().map(|comment| comment.span).collect();
    left_out.extend(imports().map(|import| import.span));
    let names: BTreeSet<&str> = imports().flat_map(|import| &import.names).map(|name| name.text.as_str()).collect();
    let mut used = BTreeSet::new();
    words::mentioned(&file.text, left_out, &names, &mut used);
    for import in imports() {
        let needless =
            |name: &ast::Name| !name.is_missing() && !broken.contains(&name.text) && !used.contains(name.text.as_str());
        let spans: Vec<Span> = import.names.iter().map(|name| name.span).collect();
        for (index, name) in import.names.iter().enumerate().filter(|(_, name)| needless(name)) {
            let place = |span| Place { file: file.path.clone(), span };
            let message = format!("`{}` is imported and never used.", name.text);
            let found = Diagnostic::error(CODE, place(name.span), message, "not used", "Leave it out.").warning();
            // Of several each goes alone, and the line with the last of them.
            out.push(found.edit(place(removal::of_list(&file.text, &spans, index, import.span)), ""));
        }
    }
}
