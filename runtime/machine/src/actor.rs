//! Who acts, and whether they may.

use ntro_ir::Gate;

use crate::bounds;
use crate::eval::Eval;
use crate::io::Json;
use crate::state::{AwaitWait, FibreId, GateWait};
use crate::view::View;

/// What an anonymous person is called where a decision notes who made it.
pub(crate) const ANONYMOUS: &str = "anonymous";

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Actor {
    /// Absent for the anonymous one.
    pub(crate) id: Option<String>,
    pub(crate) roles: Vec<String>,
}

impl Actor {
    /// The `actor {id, roles}` of a payload; anonymous where it has none.
    ///
    /// # Errors
    /// A sentence where it is something else.
    pub(crate) fn of(payload: &Json) -> Result<Actor, String> {
        let actor = match payload.get("actor") {
            None | Some(Json::Null) => return Ok(Actor::default()),
            Some(actor) => actor,
        };
        let wrong = || "`actor` must look like { \"id\": \"ana\", \"roles\": [\"accountant\"] }.".to_owned();
        let id = actor.get("id").and_then(Json::as_str).map(str::trim).ok_or_else(wrong)?;
        if id.is_empty() || id.len() > bounds::NAME_BYTES {
            return Err(wrong());
        }
        let roles = match actor.get("roles") {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(roles)) if roles.len() <= bounds::ROLES => roles
                .iter()
                .map(|role| role.as_str().filter(|role| role.len() <= bounds::NAME_BYTES).map(str::to_owned))
                .collect::<Option<Vec<_>>>()
                .ok_or_else(wrong)?,
            Some(_) => return Err(wrong()),
        };
        // A person who calls themselves anonymous is: the word must not pass for a second person.
        if id == ANONYMOUS {
            return Ok(Actor { id: None, roles: Vec::new() });
        }
        Ok(Actor { id: Some(id.to_owned()), roles })
    }

    /// How the actor is called.
    pub(crate) fn name(&self) -> &str {
        self.id.as_deref().unwrap_or(ANONYMOUS)
    }
}

impl View<'_> {
    /// The roles that may decide at a gate, escalations included; nothing where anyone may.
    pub(crate) fn gate_roles(&self, fibre: FibreId, gate: &Gate, wait: &GateWait) -> Eval<Option<Vec<String>>> {
        let Some(by) = gate.by else { return Ok(None) };
        let this = self.this(fibre, gate, wait, None, None)?;
        let mut roles = self.names(fibre, by, &[this])?;
        add(&mut roles, &wait.escalated);
        Ok(Some(roles))
    }

    /// The roles that may answer an await; nothing where anyone may.
    pub(crate) fn await_roles(&self, fibre: FibreId, wait: &AwaitWait) -> Eval<Option<Vec<String>>> {
        let Some(by) = self.program.awaits.get(wait.id as usize).and_then(|def| def.by) else { return Ok(None) };
        let mut roles = self.names(fibre, by, &[])?;
        add(&mut roles, &wait.escalated);
        Ok(Some(roles))
    }

    /// The people who may not decide at a gate.
    pub(crate) fn barred(&self, fibre: FibreId, gate: &Gate, wait: &GateWait) -> Eval<Vec<String>> {
        if gate.not_by.is_empty() {
            return Ok(Vec::new());
        }
        let this = self.this(fibre, gate, wait, None, None)?;
        let mut barred = Vec::new();
        for expr in &gate.not_by {
            let value = self.eval(fibre, *expr, std::slice::from_ref(&this))?;
            crate::view::collect_names(&value, &mut barred)?;
        }
        Ok(barred)
    }

    /// How many different people must approve.
    pub(crate) fn quorum(&self, fibre: FibreId, gate: &Gate, wait: &GateWait) -> Eval<usize> {
        let Some(quorum) = gate.quorum else { return Ok(1) };
        let this = self.this(fibre, gate, wait, None, None)?;
        let quorum = self.with_env(fibre, &[this], |env| env.eval_int(quorum))?;
        Ok(usize::try_from(quorum.max(1)).unwrap_or(usize::MAX))
    }

    /// Whether somebody with one of the roles acts. `None` stands for anyone.
    pub(crate) fn has_role(&self, actor: &Actor, roles: Option<&[String]>) -> bool {
        match roles {
            None => true,
            Some(_) if actor.id.is_none() => self.run().is_some_and(|run| run.anonymous),
            Some(roles) => actor.roles.iter().any(|role| roles.contains(role)),
        }
    }

    /// Whether the actor may touch a gate at all.
    ///
    /// # Errors
    /// A sentence for the person.
    pub(crate) fn may_touch(&self, actor: &Actor, fibre: FibreId, gate: &Gate, wait: &GateWait) -> Result<(), String> {
        let roles = self.gate_roles(fibre, gate, wait).map_err(|error| error.message)?;
        if !self.has_role(actor, roles.as_deref()) {
            let who = one_of(roles.as_deref().unwrap_or_default());
            return Err(match &actor.id {
                None => format!("Only {who} may decide here, and this action does not say who acts (`actor`)."),
                Some(id) if actor.roles.is_empty() => format!("Only {who} may decide here; {id} has no role."),
                Some(id) => format!("Only {who} may decide here; {id} is {}.", one_of(&actor.roles)),
            });
        }
        let barred = self.barred(fibre, gate, wait).map_err(|error| error.message)?;
        match &actor.id {
            _ if barred.is_empty() => Ok(()),
            None => Err(format!(
                "Somebody other than {} must decide here, and this action does not say who acts (`actor`).",
                one_of(&barred)
            )),
            Some(id) if barred.contains(id) => {
                Err(format!("{id} may not decide here: it takes somebody other than {}.", one_of(&barred)))
            }
            Some(_) => Ok(()),
        }
    }
}

pub(crate) fn add(roles: &mut Vec<String>, more: &[String]) {
    for role in more {
        if !roles.contains(role) {
            roles.push(role.clone());
        }
    }
}

/// `a`, `a or b`, `a, b or c`
pub(crate) fn one_of(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
