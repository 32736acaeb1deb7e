//! The outcomes of scenarios for people.

use std::fmt::Write as _;
use std::time::Duration;

use console::Style;
use ntro_grammar::english::counted;
use ntro_harness::RunEnd;
use ntro_harness::scenario::{Moment, Outcome, elapsed};

use super::{Coverage, Job, Result, Tested};

/// How many of the last moments are shown of a scenario that does not hold.
const LAST: usize = 12;
/// The widest column of titles, in characters.
const WIDEST: usize = 80;

/// Everything that goes to stdout.
pub(super) fn all(projects: &[Tested]) -> String {
    let mut text = String::new();
    for project in projects.iter().filter(|project| !project.results.is_empty()) {
        writeln!(text, "{}", Style::new().bold().apply_to(&project.name)).ok();
        listed(&mut text, project);
        for coverage in &project.coverage {
            covered(&mut text, coverage, project);
        }
        for result in project.results.iter().filter(|result| !result.played.passed()) {
            explained(&mut text, result);
        }
        text.push('\n');
    }
    text
}

/// `9 scenarios: 8 hold, 1 does not (12 ms)`
pub(super) fn summary(projects: &[Tested], took: Duration) -> String {
    let results = || projects.iter().flat_map(|project| &project.results);
    let written = results().filter(|result| matches!(result.job, Job::Written(_))).count();
    let failed = results().filter(|result| !result.played.passed()).count();
    let builtin = results().count() - written;
    let beside = if builtin > 0 { format!(", {builtin} made ones beside them") } else { String::new() };
    let scenarios = if written == 1 { "1 scenario".to_owned() } else { format!("{written} scenarios") };
    let how = match (failed, written) {
        (0, 0) => "nothing was expected".to_owned(),
        (0, _) => Style::new().for_stderr().green().apply_to("all hold").to_string(),
        (1, _) => Style::new().for_stderr().red().apply_to("1 does not hold").to_string(),
        (n, _) => Style::new().for_stderr().red().apply_to(format!("{n} do not hold")).to_string(),
    };
    let ms = took.as_secs_f64() * 1_000.0;
    format!("{scenarios}{beside}: {how} ({ms:.0} ms)")
}

/// One line a scenario, beneath its runbook.
fn listed(text: &mut String, project: &Tested) {
    let dim = Style::new().dim();
    let width = project.results.iter().map(|result| result.job.title().chars().count()).max().unwrap_or(0).min(WIDEST);
    let mut runbook = "";
    for result in &project.results {
        if result.job.runbook() != runbook {
            runbook = result.job.runbook();
            writeln!(text, "  {runbook}").ok();
        }
        let mark = match (&result.job, result.played.passed()) {
            (_, false) => Style::new().red().apply_to("✗"),
            (Job::Written(_), true) => Style::new().green().apply_to("✓"),
            (Job::Builtin(..), true) => Style::new().dim().apply_to("·"),
        };
        let played = &result.played;
        let steps = counted(played.steps, "step");
        let took = elapsed(played.started, played.ended);
        let end = match &result.job {
            Job::Builtin(..) => format!("  {}", in_short(played)),
            Job::Written(_) => String::new(),
        };
        let title = result.job.title();
        let blanks = " ".repeat(width.saturating_sub(title.chars().count()));
        let when = played.ended.strftime("%a %H:%M");
        let figures = format!("{took:>8}  {when}  {steps:>9}");
        writeln!(text, "    {mark} {title}{blanks}  {}{}", dim.apply_to(figures), dim.apply_to(end)).ok();
    }
}

/// How a made scenario ended.
fn in_short(played: &Outcome) -> String {
    match (&played.end, &played.unfinished) {
        (Some(RunEnd::Completed(_)), _) => "completed".to_owned(),
        (Some(RunEnd::Failed(failure)), _) => {
            format!("failed: {}", failure.message.lines().next().unwrap_or_default())
        }
        (Some(RunEnd::Cancelled), _) => "cancelled".to_owned(),
        (None, Some(why)) => format!("no end: {why}"),
        (None, None) => "no end".to_owned(),
    }
}

fn covered(text: &mut String, coverage: &Coverage, project: &Tested) {
    let name = &coverage.runbook;
    let all = coverage.reached + coverage.missing.len();
    let has = |result: &Result| matches!(&result.job, Job::Written(scenario) if scenario.runbook == *name);
    if !coverage.ran && !project.results.iter().any(has) {
        writeln!(text, "  {name}: no scenario reaches it").ok();
        return;
    }
    if coverage.missing.is_empty() {
        writeln!(text, "  {name}: all {all} places reached").ok();
        return;
    }
    writeln!(text, "  {name}: {} of {all} places reached, not these:", coverage.reached).ok();
    for place in &coverage.missing {
        writeln!(text, "      {place}").ok();
    }
}

/// Why a scenario does not hold.
fn explained(text: &mut String, result: &Result) {
    let Some(broken) = &result.played.broken else { return };
    // The line that broke, then what was wanted of it.
    let (bold, red) = (Style::new().bold(), Style::new().red().bold());
    writeln!(text, "\n  {} {}: {}", red.apply_to("✗"), result.job.runbook(), bold.apply_to(result.job.title())).ok();
    if broken.place.line > 0 {
        writeln!(text, "    {}:{}:{}", result.file, broken.place.line, broken.place.column).ok();
    } else {
        writeln!(text, "    {}", result.file).ok();
    }
    if !broken.line.is_empty() {
        writeln!(text, "      {}", broken.line).ok();
    }
    writeln!(text, "    expected: {}", broken.expected).ok();
    writeln!(text, "    happened: {}", broken.happened).ok();
    let story = &result.played.story;
    let last: &[Moment] = story.get(story.len().saturating_sub(LAST)..).unwrap_or_default();
    if !last.is_empty() {
        let before = story.len() - last.len();
        let more = if before > 0 { format!(" ({before} before)") } else { String::new() };
        writeln!(text, "    what came before{more}:").ok();
        let width = last.iter().map(|moment| moment.elapsed.chars().count()).max().unwrap_or(0);
        for moment in last {
            writeln!(text, "      {:>width$}  {}", moment.elapsed, moment.text).ok();
        }
    }
    for (address, what) in &result.played.open {
        writeln!(text, "    open: `{address}` waits for {what}").ok();
    }
}
