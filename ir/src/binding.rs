//! A binding: a runbook for an entity, with its input, optionally on a schedule.
//!
//! What `with` says is a program of its own that only returns a record. It is evaluated by each run at its start, with the
//! schedule's nominal time as `now()`, never when the binding is made: a run that is caught up later gets the period it stands for.

use serde::{Deserialize, Serialize};

use crate::canonical::Digest;
use crate::program::{Op, Program};
use crate::types::{FieldDef, Type, TypeDef};
use crate::verify::{VerifyError, verify};

/// How long after its time a run is still started where a binding does not say, in milliseconds: a day.
pub const DEFAULT_CATCH_UP_MS: i64 = 86_400_000;
/// How long a text of a binding may be, in bytes.
const MAX_TEXT: usize = 1_000;

/// What happens when a run is due while the one before is still going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// It is left out.
    #[default]
    Skip,
    /// It waits for its turn.
    Queue,
    /// It runs beside.
    Beside,
}

impl Overlap {
    /// How it is written.
    pub fn word(self) -> &'static str {
        match self {
            Overlap::Skip => "skip",
            Overlap::Queue => "queue",
            Overlap::Beside => "beside",
        }
    }
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// Its kebab-case name.
    pub name: String,
    /// Its documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// The runbook.
    pub runbook: String,
    /// Whose runs they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// For which entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// When: five fields of a cron expression. Absent: somebody starts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// The IANA name of the zone of `schedule`, of `with` and of the run; the project's where absent, else UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// See [`Overlap`].
    #[serde(default)]
    pub overlap: Overlap,
    /// How long after its time a run is still started, in milliseconds.
    pub catch_up_ms: i64,
    /// The version that it stays with; the deployed one where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// Gives the whole input, tenant and entity included: no input of its own, one [`Op::Return`].
    pub with: Program,
}

impl Binding {
    /// A digest of all that it says.
    pub fn digest(&self) -> Digest {
        let json = serde_json::to_value(self).map(|json| crate::canonical::text(&json)).unwrap_or_default();
        Digest::of("ntro binding", json.as_bytes())
    }

    /// Checks that it is well-formed; see [`verify`] for its program.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn verify(&self) -> Result<(), VerifyError> {
        let refuse = |message: String| Err(VerifyError { message });
        let texts = [("name", Some(&self.name)), ("runbook", Some(&self.runbook)), ("tenant", self.tenant.as_ref())];
        let more = [("entity", &self.entity), ("schedule", &self.schedule), ("zone", &self.zone), ("pin", &self.pin)];
        for (what, text) in texts.into_iter().chain(more.into_iter().map(|(what, text)| (what, text.as_ref()))) {
            if text.is_some_and(|text| text.is_empty() || text.len() > MAX_TEXT) {
                return refuse(format!("the binding's {what} is empty or longer than {MAX_TEXT} bytes"));
            }
        }
        if self.catch_up_ms < 0 {
            return refuse("the binding's `catch_up` is negative".to_owned());
        }
        verify(&self.with)?;
        if !matches!(self.with.ops.as_slice(), [Op::Return(Some(_))]) {
            return refuse("the binding's `with` does more than give a record".to_owned());
        }
        Ok(())
    }

    /// Why a runbook's program cannot take what `with` gives, as a sentence; none where it can.
    pub fn misfit(&self, program: &Program) -> Option<String> {
        let given = fields(&self.with.output, &self.with)?;
        let wanted = fields(&Type::Named(program.input), program)?;
        for field in wanted {
            let optional = field.default.is_some() || matches!(field.ty, Type::Optional(_));
            match given.iter().find(|given| given.name == field.name) {
                None if !optional => {
                    return Some(format!("its input needs `{}`, which `with` does not give", field.name));
                }
                Some(given) if !takes((&field.ty, program), (&given.ty, &self.with)) => {
                    return Some(format!("its input `{}` has another type than what `with` gives", field.name));
                }
                _ => {}
            }
        }
        given
            .iter()
            .find(|given| wanted.iter().all(|field| field.name != given.name))
            .map(|given| format!("its input has no `{}`, which `with` gives", given.name))
    }
}

fn fields<'a>(ty: &Type, program: &'a Program) -> Option<&'a [FieldDef]> {
    match ty {
        Type::Named(id) => match program.types.get(*id as usize)? {
            TypeDef::Record(record) => Some(&record.fields),
            TypeDef::Enum(_) => None,
        },
        _ => None,
    }
}

/// Whether the same JSON fits both types; a value fits where it may be absent.
fn takes((wanted, program): (&Type, &Program), (given, with): (&Type, &Program)) -> bool {
    let same = |wanted: &Type, given: &Type| {
        crate::interface_digest(wanted, &Type::Nothing, &program.types)
            == crate::interface_digest(given, &Type::Nothing, &with.types)
    };
    same(wanted, given) || matches!(wanted, Type::Optional(of) if same(of, given))
}
