//! Being written.
pub(super) fn negate(_value: &ntro_ir::Value) -> super::Eval {
    Err(super::EvalError::program("not yet"))
}
