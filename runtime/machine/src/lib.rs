//! The interpreter: pure, synchronous, its state plain data. See `docs/ARCHITECTURE.md`.

mod eval;
pub mod io;

use std::sync::Arc;

use ntro_ir::Program;

pub use eval::Clock;
pub use io::*;

/// One run.
pub struct Machine {
    _program: Arc<Program>,
}
