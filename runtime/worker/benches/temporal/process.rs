//! Worker processes, and what the system knows of them.

use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A process; killed when it goes out of scope.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn start(program: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Process {
        let mut command = Command::new(program);
        command.args(arguments).envs(variables.iter().copied()).stdin(Stdio::null()).stdout(Stdio::null());
        Process(command.spawn().unwrap())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }

    /// What it has in memory, in KiB.
    pub(crate) fn memory_kib(&self) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The processor time that a process and its threads have taken, in milliseconds. The system counts in hundredths of a second.
pub(crate) fn cpu_ms(pid: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = [fields[11], fields[12]].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    ticks as f64 * 10.0
}
