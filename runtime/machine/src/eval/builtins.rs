//! Being written.
pub(super) fn call(_env: &super::Env<'_>, _builtin: ntro_ir::Builtin, _args: &[ntro_ir::ExprId]) -> super::Eval {
    Err(super::EvalError::program("not yet"))
}
