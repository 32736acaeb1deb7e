//! The rules of blocks, flow and people: one file a rule, each with its code and its messages.
//!
//! A message says what is wrong in one sentence, points at the cause, and says what to write.

mod alone;
mod by_missing;
mod cannot_assign;
mod config_default;
mod endless_loop;
mod escalation_end;
mod handler_effects;
mod limit_missing;
mod misplaced;
mod missing_part;
mod name_reserved;
mod name_twice;
mod no_value;
mod not_exhaustive;
mod nothing_offered;
mod result_type;
mod return_missing;
mod returns_differ;
mod rework_limit;
mod rework_target;
mod runs_itself;
mod secret_told;
mod side_by_side;
mod twice;
mod unbounded_fan;
mod unhandled_reject;
mod unknown_agent;
mod unknown_column;
mod unknown_component;
pub(crate) mod unknown_property;
mod unknown_role;
mod unknown_signal;
mod unknown_target;
mod unreachable;
mod unused_name;
mod var_type;
mod wrong_check;
mod wrong_clause;
mod wrong_kind;
mod wrong_limit;
mod wrong_outcome;
mod wrong_pattern;
mod wrong_send;
