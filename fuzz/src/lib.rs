//! What must hold of every text, whatever somebody typed. The targets ask it of texts that a fuzzer makes up; `compiler/tests/fuzz.rs` asks it of
//! those that are kept in `seeds`, in each run of the tests.

mod compile;
mod files;
mod format;
mod parse;

pub use compile::compile;
pub use files::files;
pub use format::format;
pub use parse::parse;
