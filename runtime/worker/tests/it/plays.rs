//! The examples, and a runbook of timers and quick steps, each with what people do in it: a run is driven from any answer to any other.

use std::collections::BTreeMap;

use ntro_machine::Json;
use ntro_worker::client::StartOptions;
use serde_json::json;

use crate::support::{World, deploy_files, files_of, fixture, root};

/// What somebody does, and where.
pub struct Answer {
    /// What the run's id is followed by where a child asks.
    pub child: &'static str,
    pub step: &'static str,
    pub what: What,
}

pub enum What {
    /// Hands in a file of the example, as this source.
    File(&'static str, &'static str),
    /// Decides.
    Decide(Json),
    /// Sends a signal.
    Signal(&'static str, Json),
}

/// A runbook and what people do in it.
pub struct Play {
    pub runbook: &'static str,
    /// The folder below `examples`; none for the fixture.
    example: Option<&'static str>,
    pub input: Json,
    config: Option<Json>,
    pub answers: Vec<Answer>,
    /// What a new version of it changes: texts and what they are replaced by.
    changes: &'static [(&'static str, &'static str)],
}

fn at(step: &'static str, what: What) -> Answer {
    Answer { child: "", step, what }
}

fn by(who: &str, role: &str, decision: &str) -> Json {
    json!({ "type": decision, "actor": { "id": who, "roles": [role] } })
}

/// One step more at the beginning, and the version.
const NEW_VERSION: (&str, &str) = ("version: \"0.1.0\"", "version: \"0.2.0\"");

pub fn document_ingest() -> Play {
    let mut review = by("ana", "accountant", "approved");
    review["corrections"] = json!([{ "line_item_id": "U-03", "field": "monthly_rent", "new_value": "950.00 GBP" }]);
    Play {
        runbook: "document-ingest",
        example: Some("document-ingest"),
        input: json!({ "period": "2026-03", "source": "rent-roll" }),
        config: None,
        answers: vec![
            at("submitted", What::File("inputs/rent-roll.xlsx", "rent-roll")),
            at("review", What::Decide(review)),
        ],
        changes: &[
            NEW_VERSION,
            ("  await submitted ", "  step fresh \"Fresh\" { sleep 1ms }\n\n  await submitted "),
            ("    source\n    id: ", "    source: \"changed\"\n    id: "),
        ],
    }
}

pub fn expense_processor() -> Play {
    let mut review = by("ana", "accountant", "approved");
    review["corrections"] = json!([]);
    let receipt = json!({
        "event_id": "e-1", "kind": "expense",
        "data": {
            "receipt": "R-1016", "spent_on": "2026-03-31", "vendor": "Royal Mail", "description": "Special delivery",
            "amount": { "amount": "9.35", "currency": "GBP" },
        },
    });
    let reject_row =
        json!({ "kind": "row_action", "payload": { "ledger": "rows", "action": "reject_row", "row_id": "R-1010" } });
    Play {
        runbook: "expense-processor",
        example: Some("expense-processor"),
        input: json!({ "period": "2026-03" }),
        config: Some(json!({ "min_rows": 11, "gl": "uk-main" })),
        answers: vec![
            at("collect.upload", What::File("inputs/expenses.csv", "expense-csv")),
            at("collect.upload~2", What::Signal("data_submitted", receipt)),
            at("review", What::Signal("user_action", reject_row)),
            at("review", What::Decide(review)),
        ],
        changes: &[
            NEW_VERSION,
            ("  step collect ", "  step fresh \"Fresh\" { sleep 1ms }\n\n  step collect "),
            ("review.value.count() - accepted.count()", "99"),
        ],
    }
}

pub fn nav_monthly() -> Play {
    const NORTH: &str = ":documents:document-ingest:rent-roll-north";
    const SOUTH: &str = ":documents:document-ingest:rent-roll-south";
    let child = |child, step, what| Answer { child, step, what };
    let mut again = by("cleo", "controller", "rejected");
    again["comments"] = json!("Say which month the fee is for");
    Play {
        runbook: "nav-monthly",
        example: Some("nav-monthly"),
        input: json!({ "period": "2025-12" }),
        config: None,
        answers: vec![
            at("trial_balance", What::File("inputs/trial-balance.csv", "trial-balance")),
            child(NORTH, "submitted", What::File("inputs/rent-roll-north.xlsx", "rent-roll-north")),
            child(SOUTH, "submitted", What::File("inputs/rent-roll-south.csv", "rent-roll-south")),
            child(NORTH, "review", What::Decide(by("ana", "accountant", "approved"))),
            child(SOUTH, "review", What::Decide(by("ana", "accountant", "approved"))),
            at("review", What::Decide(by("ana", "accountant", "approved"))),
            at("signoff", What::Decide(again)),
            at("review~2", What::Decide(by("ana", "accountant", "approved"))),
            at("signoff~2", What::Decide(by("cleo", "controller", "approved"))),
        ],
        changes: &[
            NEW_VERSION,
            ("  step opened ", "  step fresh \"Fresh\" { sleep 1ms }\n\n  step opened "),
            ("journals:  review.value.count()", "journals: 99"),
        ],
    }
}

/// Retries, a timer, and quick steps in a row.
pub fn errand() -> Play {
    Play {
        runbook: "errand",
        example: None,
        input: json!({ "n": 1 }),
        config: None,
        answers: vec![at("ok", What::Decide(json!({ "type": "approved" })))],
        changes: &[
            NEW_VERSION,
            ("  step booked ", "  step fresh \"Fresh\" { sleep 1ms }\n\n  step booked "),
            ("return sum", "return sum + 1000"),
        ],
    }
}

impl Play {
    /// Compiles and deploys it; the new version if `changed`. Its ledger books into a database of the test.
    pub fn deploy(&self, world: &World, changed: bool) {
        let mut files = match self.example {
            Some(example) => files_of(&root().join("examples").join(example)),
            None => BTreeMap::from([("errand.ntro".to_owned(), fixture("errand.ntro").into_bytes())]),
        };
        if let Some(program) = files.get_mut("programs/gl_post.py") {
            let ledger = world.folder.path().join("ledger.db").to_string_lossy().into_owned();
            *program = fixture("ledger.py").replace("LEDGER", &ledger).into_bytes();
        }
        if changed {
            let mut found = 0;
            for (_, text) in files.iter_mut().filter(|(path, _)| path.ends_with(".ntro")) {
                let mut new = String::from_utf8(text.clone()).unwrap();
                // A child of the same project gets a new version too, and stays what it is otherwise.
                let mine = new.contains(&format!("runbook {} ", self.runbook));
                for (old, replacement) in self.changes.iter().filter(|change| mine || **change == NEW_VERSION) {
                    found += usize::from(mine && new.contains(old));
                    new = new.replace(old, replacement);
                }
                *text = new.into_bytes();
            }
            assert_eq!(found, self.changes.len(), "{} is not changed as it should", self.runbook);
        }
        deploy_files(&world.bundles(), files);
    }

    /// The names of the files that people hand in.
    pub fn files(&self) -> impl Iterator<Item = &'static str> {
        self.answers.iter().filter_map(|answer| match answer.what {
            What::File(path, _) => path.rsplit('/').next(),
            What::Decide(_) | What::Signal(..) => None,
        })
    }

    /// Starts a run, for an entity of its own name.
    pub async fn start(&self, world: &World, run: &str) {
        let mut input = self.input.clone();
        if self.example.is_some() {
            input["entity"] = json!(run);
        }
        let options = StartOptions { config: self.config.clone(), ..StartOptions::default() };
        world.runs.start(self.runbook, run, &input, &options).await.unwrap();
    }

    /// Waits until the run asks for this answer.
    pub async fn asks(&self, world: &World, run: &str, answer: usize) {
        let Answer { child, step, .. } = &self.answers[answer];
        world.pending(&format!("{run}{child}"), step).await;
    }

    /// Gives an answer, by signal: it arrives even where no worker is.
    pub async fn give(&self, world: &World, run: &str, answer: usize) {
        let Answer { child, step, what } = &self.answers[answer];
        let asked = format!("{run}{child}");
        match what {
            What::File(file, source) => {
                let path = root().join("examples").join(self.example.unwrap()).join(file);
                let document = world.submit(&path, &asked, source, run).await;
                world.runs.signal(&asked, "document_submitted", &document).await.unwrap();
            }
            What::Decide(decision) => {
                let mut decision = decision.clone();
                decision["step"] = json!(step);
                world.runs.signal(&asked, "user_action", &decision).await.unwrap();
            }
            What::Signal(name, body) => world.runs.signal(&asked, name, body).await.unwrap(),
        }
    }

    /// Gives all answers from one on, each when it is asked for.
    pub async fn drive(&self, world: &World, run: &str, from: usize) {
        for answer in from..self.answers.len() {
            self.asks(world, run, answer).await;
            self.give(world, run, answer).await;
        }
    }
}
