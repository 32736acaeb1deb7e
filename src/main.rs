//! `ntroc`: checks, builds and runs `.ntro` runbooks on this machine.
//!
//! The binary holds no meaning of its own: it finds files, calls the compiler and the local host, and talks to people. Each command has
//! one file under `commands/`; what `run` needs lies under `run/`. Results go to stdout, all else to stderr.

mod commands;
mod project;
mod remote;
mod run;
mod stop;
mod suggest;
mod terminal;
mod yaml;

fn main() -> std::process::ExitCode {
    commands::main()
}
