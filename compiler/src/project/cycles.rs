//! Records that would never end: a type does not contain itself, whatever lies between.

use crate::diagnostic::Diagnostic;
use crate::items::{Def, DefKind, Items, Param};
use crate::suggest::{MOST_NAMED, way_round};
use crate::ty::{DefId, Ty};

/// How deep records may nest.
const MAX_DEPTH: usize = 32;

/// Reports types that contain themselves and types that are nested too deep.
pub(super) fn check(items: &Items, out: &mut Vec<Diagnostic>) {
    let mut state = vec![State::New; items.defs.len()];
    for index in 0..items.defs.len() {
        let mut walk = Walk { items, state: &mut state, path: Vec::new(), out };
        walk.visit(DefId(u32::try_from(index).unwrap_or(u32::MAX)));
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    /// Done; how deep it nests.
    Done(usize),
}

struct Walk<'a> {
    items: &'a Items,
    state: &'a mut Vec<State>,
    /// The records that are open, each with the field that leads to the next.
    path: Vec<(DefId, Option<&'a Param>)>,
    out: &'a mut Vec<Diagnostic>,
}

impl<'a> Walk<'a> {
    /// How deep the type nests.
    fn visit(&mut self, id: DefId) -> usize {
        match self.state.get(id.0 as usize) {
            Some(State::Done(depth)) => return *depth,
            Some(State::New) => {}
            _ => return 0,
        }
        self.set(id, State::Open);
        self.path.push((id, None));
        let mut depth = 1;
        if let Some(def) = self.items.def(id)
            && let DefKind::Record(fields) = &def.kind
            && self.path.len() <= 2 * MAX_DEPTH
        {
            for field in fields {
                let Some(inner) = contained(&field.ty) else { continue };
                if let Some((_, by)) = self.path.last_mut() {
                    *by = Some(field);
                }
                if self.state.get(inner.0 as usize) == Some(&State::Open) {
                    self.endless(inner, field);
                    continue;
                }
                depth = depth.max(1 + self.visit(inner));
            }
            if depth == MAX_DEPTH + 1 {
                let place = self.items.place(def.file, def.span);
                let message = format!("The records inside `{}` are nested more than 32 deep.", def.name);
                let help = "Flatten it: keep ids of records in place of the records.";
                self.out.push(Diagnostic::error("N0210", place, message, "nested too deep", help));
            }
        }
        self.path.pop();
        self.set(id, State::Done(depth));
        depth
    }

    fn set(&mut self, id: DefId, state: State) {
        if let Some(slot) = self.state.get_mut(id.0 as usize) {
            *slot = state;
        }
    }

    /// Reports that the last field of the path leads back to a type further up.
    fn endless(&mut self, id: DefId, field: &Param) {
        let from = self.path.iter().position(|(open, _)| *open == id).unwrap_or(self.path.len());
        let circle: Vec<(&'a Def, &'a Param)> =
            self.path.iter().skip(from).filter_map(|(id, by)| Some((self.items.def(*id)?, (*by)?))).collect();
        let Some((def, _)) = circle.first() else { return };
        let (name, by) = (&def.name, &field.name);
        let way = way_round(circle.iter().map(|(def, _)| def.name.as_str()));
        let message = format!("`{name}` contains itself{way}, so its depth has no bound.");
        let help = format!(
            "Hold what identifies the other one (`{by}: text`, or a `list<text>` of ids), or `json` for data of any depth."
        );
        let place = self.items.place(field.file, field.span);
        let mut found = Diagnostic::error("N0209", place, message, "leads back to the type itself", help);
        let others = circle.iter().zip(circle.iter().skip(1));
        for ((_, by), (next, _)) in others.take(MOST_NAMED) {
            found = found.related(self.items.place(by.file, by.span), format!("leads to `{}`", next.name));
        }
        self.out.push(found);
    }
}

/// The record that a field holds, in a list, in a map or as something optional too.
fn contained(ty: &Ty) -> Option<DefId> {
    match ty {
        Ty::Named(id, _) => Some(*id),
        Ty::List(of) | Ty::Map(of) | Ty::Optional(of) | Ty::Outcome(of) => contained(of),
        _ => None,
    }
}
