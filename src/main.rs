//! `ntroc`: checks, builds and runs `.ntro` runbooks on this machine.
//!
//! The binary holds no meaning of its own: it finds files, calls the compiler and the local host, and talks to people. Each command has
//! one file under `commands/`; what `run` needs lies under `run/`. Results go to stdout, all else to stderr.

// First, because the macros that write to stderr are known from there on.
#[macro_use]
mod terminal;

mod cache;
mod commands;
mod editor;
mod filled_help;
mod generated;
mod overrides;
mod project;
mod remote;
mod run;
mod stop;
mod suggest;
mod testing;
mod write;
mod yaml;

/// Reading and checking make many small parts: what is allocated decides about a tenth of the time, more where two threads read.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    commands::main()
}
