//! Being written.
pub(super) fn binary(
    _env: &super::Env<'_>,
    _op: ntro_ir::BinaryOp,
    _left: &ntro_ir::Value,
    _right: &ntro_ir::Value,
) -> super::Eval {
    Err(super::EvalError::program("not yet"))
}
