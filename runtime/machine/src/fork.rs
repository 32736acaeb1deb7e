//! Fibres side by side.

use std::collections::{BTreeMap, BTreeSet};

use ntro_ir::{Pc, Slot, Value};

use crate::cx::Cx;
use crate::failure::{Run, fault};
use crate::state::{EachWait, Fibre, FibreId, Overlay, Wait};

impl Cx<'_> {
    /// Runs fibres from these places and waits for all.
    pub(crate) fn fork(&mut self, id: FibreId, bodies: &[Pc]) -> Run {
        let mut running = BTreeSet::new();
        // The wait is kept up to date while fibres start, so that a failure to start one ends those before it.
        for body in bodies {
            let started = self.spawn(Fibre::new(Some(id), *body))?;
            running.insert(started);
            self.fibre_mut(id)?.wait = Wait::Join { running: running.clone() };
        }
        Ok(())
    }

    /// Runs a fibre for each element and waits for all.
    pub(crate) fn fork_each(
        &mut self,
        id: FibreId,
        items: &[Value],
        item: Slot,
        scope: u32,
        at_once: u32,
        body: Pc,
    ) -> Run {
        if items.is_empty() {
            return Ok(());
        }
        let waiting = items.iter().rev().cloned().collect();
        self.fibre_mut(id)?.wait =
            Wait::Each(Box::new(EachWait { waiting, item, scope, at_once, body, running: BTreeSet::new() }));
        self.start_iterations(id)
    }

    /// Starts iterations as far as the limit allows.
    fn start_iterations(&mut self, id: FibreId) -> Run {
        loop {
            let Wait::Each(each) = &mut self.fibre_mut(id)?.wait else {
                return fault(format!("fibre {id} does not wait for iterations"));
            };
            if each.running.len() >= each.at_once as usize {
                return Ok(());
            }
            let Some(value) = each.waiting.pop() else { return Ok(()) };
            let mut fibre = Fibre::new(Some(id), each.body);
            let slots = BTreeMap::from([(each.item.0, value)]);
            fibre.overlay = Some(Overlay { scope: each.scope, slots });
            let started = self.spawn(fibre)?;
            if let Wait::Each(each) = &mut self.fibre_mut(id)?.wait {
                each.running.insert(started);
            }
        }
    }

    /// A fibre has reached its end.
    pub(crate) fn end_fibre(&mut self, id: FibreId) -> Run {
        let fibre = self.fibre(id)?;
        let Some(parent) = fibre.parent else {
            return fault("the run's own fibre reached the end of a fork");
        };
        let feedback = self.state.notes.feedback.remove(&id);
        if self.runs_beside(parent, id) {
            self.state.notes.feedback.extend(feedback.map(|feedback| (parent, feedback)));
            return self.beside_ended(parent, id, None);
        }
        self.forget(id);
        if let Some(feedback) = feedback {
            // Nobody has seen it yet: it shows at the next wait.
            self.state.notes.feedback.insert(parent, feedback);
        }
        match &mut self.fibre_mut(parent)?.wait {
            Wait::Join { running } => {
                running.remove(&id);
                if running.is_empty() { self.wake(parent, None) } else { Ok(()) }
            }
            Wait::Each(each) => {
                each.running.remove(&id);
                if each.running.is_empty() && each.waiting.is_empty() {
                    self.wake(parent, None)
                } else {
                    let started = self.start_iterations(parent);
                    self.or_raise(parent, started)
                }
            }
            _ => fault(format!("fibre {parent} does not wait for fibre {id}")),
        }
    }
}
