//! `ntroc bindings`: which runbooks are bound to which entity, and when they run next.

use std::path::Path;

use ntro_worker::bindings;
use ntro_worker::schedules::{ScheduleLine, Schedules};

use crate::project::Project;
use crate::remote::deploying::refused;
use crate::remote::{self, Places, Server, plan, schedule_times};
use crate::stop::{DONE, Outcome};
use crate::terminal;

/// Lists what is bound to which entity, and when it runs next
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ntroc bindings

A binding is a `workflow` block that was deployed, or what `ntroc deploy --entity … --schedule …` made.
Exit codes: 0 listed · 2 the server was not reached")]
pub(super) struct Args {
    #[command(flatten)]
    places: Places,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Outcome {
    remote::block_on(async {
        let link = args.server.link().await?;
        let bundles = args.places.bundles(&Project::of(Path::new("."))?.root);
        let lines = Schedules::new(link, &args.server.task_queue).list().await.map_err(remote::schedule_stop)?;
        let mut text = String::new();
        for name in bindings::names(&bundles).map_err(refused)? {
            let line = lines.iter().find(|line| line.name == name);
            match bindings::read(&bundles, &name) {
                Ok(Some(record)) => {
                    let binding = record.binding;
                    text.push_str(&format!("{name}  {}\n", plan::told(&binding)));
                    let zone = binding.zone.as_deref().unwrap_or("UTC");
                    match (line, &binding.schedule) {
                        (Some(line), _) => text.push_str(&when(line, zone)),
                        (None, Some(_)) => text.push_str("  not scheduled on this server; deploy it\n"),
                        (None, None) => {}
                    }
                }
                Ok(None) => {}
                Err(error) => text.push_str(&format!("{name}  {error}\n")),
            }
        }
        let known = bindings::names(&bundles).map_err(refused)?;
        for line in lines.iter().filter(|line| !known.contains(&line.name)) {
            text.push_str(&format!(
                "{}  {}, scheduled, and not among the bundles of this folder\n",
                line.name, line.runbook
            ));
            text.push_str(&when(line, "UTC"));
        }
        if text.is_empty() {
            errln!("nothing is bound");
        }
        terminal::out(&text);
        Ok(DONE)
    })
}

fn when(line: &ScheduleLine, zone: &str) -> String {
    let mut text = match (line.paused, line.next.as_slice()) {
        (true, _) => "  paused\n".to_owned(),
        (false, []) => String::new(),
        (false, next) => format!("  next  {}\n", schedule_times::told(next, zone)),
    };
    if let Some(last) = &line.last {
        text.push_str(&format!("  last  {last}\n"));
    }
    text
}
