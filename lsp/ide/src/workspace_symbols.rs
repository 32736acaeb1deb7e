//! Declarations of the whole project by a part of their names.

use crate::{Analysis, Cancellable, Place, SymbolKind};

/// A declaration somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSymbol {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its name in the text.
    pub place: Place,
    /// In what it is declared; empty at the top of a file.
    pub container: String,
}

/// How many are given.
const MOST: usize = 500;

impl Analysis {
    /// The declarations whose names hold the letters of `query` in their order, the best first, at most 500.
    pub fn workspace_symbols(&self, query: &str) -> Cancellable<Vec<WorkspaceSymbol>> {
        let query: Vec<char> = query.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        let mut all: Vec<(usize, WorkspaceSymbol)> = Vec::new();
        for (path, file) in self.files.iter() {
            self.go_on()?;
            let offered = |kind| !matches!(kind, SymbolKind::Variable | SymbolKind::Parameter);
            for declared in file.declared().iter().filter(|declared| !declared.local && offered(declared.kind)) {
                let Some(rank) = rank(&declared.name, &query) else { continue };
                let place = Place { file: path.clone(), span: declared.span };
                let (name, container) = (declared.name.clone(), declared.container.clone());
                all.push((rank, WorkspaceSymbol { name, kind: declared.kind, place, container }));
            }
        }
        all.sort_by(|(a, x), (b, y)| (a, &x.name, &x.place).cmp(&(b, &y.name, &y.place)));
        Ok(all.into_iter().take(MOST).map(|(_, symbol)| symbol).collect())
    }
}

/// How far the letters lie from the beginning and from each other; `None` where they are not all there.
fn rank(name: &str, query: &[char]) -> Option<usize> {
    let mut far = 0;
    let mut letters = name.chars().flat_map(char::to_lowercase);
    for wanted in query {
        far += letters.by_ref().position(|letter| letter == *wanted)?;
    }
    Some(far)
}
