//! What runs are searched by: told whenever it changes, once at the end of an activation.

use crate::cx::Cx;
use crate::io::{Output, SearchAttributes};
use crate::state::{Phase, Wait};
use crate::view::View;

impl Cx<'_> {
    /// Tells what the run is searched by, where that has changed.
    pub(crate) fn upsert_search(&mut self) {
        let Some(now) = self.view().search() else { return };
        // What follows the end of a run is not carried out by any host.
        if now != self.state.search && self.state.phase == Phase::Running {
            self.state.search = now.clone();
            self.out.push_back(Output::UpsertSearchAttributes(now));
        }
    }
}

impl View<'_> {
    fn search(&self) -> Option<SearchAttributes> {
        let run = self.run()?;
        // Asked at the end of every activation: what is shown is not worked out for it.
        let asked = self.asked();
        let mut kinds: Vec<_> = asked.iter().map(|(kind, _)| (*kind).to_owned()).collect();
        let mut roles: Vec<_> = asked.into_iter().flat_map(|(_, roles)| roles.into_iter().flatten()).collect();
        if kinds.is_empty() && self.state.fibres.values().any(|fibre| matches!(fibre.wait, Wait::Child(_))) {
            kinds.push("drill_down".to_owned());
        }
        kinds.sort_unstable();
        kinds.dedup();
        roles.sort_unstable();
        roles.dedup();
        let due = self.state.fibres.values().filter_map(|fibre| match &fibre.wait {
            Wait::Gate(wait) => wait.limit.as_ref(),
            Wait::Await(wait) => wait.limit.as_ref(),
            Wait::Child(wait) => wait.limit.as_ref(),
            Wait::Ready
            | Wait::Call(_)
            | Wait::Sleep { .. }
            | Wait::Join { .. }
            | Wait::Each(_)
            | Wait::Undo { .. } => None,
        });
        let frames = self.state.fibres.values().flat_map(|fibre| &fibre.limits).map(|frame| frame.due);
        Some(SearchAttributes {
            runbook: self.program.name.clone(),
            tenant: run.tenant.clone(),
            entity: run.entity.clone(),
            step: self.first_active(),
            pending: kinds,
            roles,
            due: due.map(|limit| limit.due).chain(frames).min(),
        })
    }

    /// The address of the first active block in the order of the text, and of those that hold one another the innermost.
    fn first_active(&self) -> Option<String> {
        let fibres = self.state.fibres.values().filter(|fibre| !fibre.settles);
        let active: Vec<_> = fibres.flat_map(|fibre| &fibre.active).collect();
        let holds = |block: u32| {
            active.iter().any(|inner| self.block(inner.block).and_then(|inner| inner.parent) == Some(block))
        };
        let first =
            active.iter().filter(|active| !holds(active.block)).min_by_key(|active| (active.block, active.entry))?;
        Some(self.address(first.block, first.entry))
    }
}
