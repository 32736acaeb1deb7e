//! Bindings without a server: what their `with` gives at which time, how they are kept, and what a run that they start is given.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on should say so at once"
)]

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use ntro_ir::Binding;
use ntro_machine::bound_input;
use ntro_worker::bindings::{self, Written};
use ntro_worker::bundle::{self, Deployment};
use ntro_worker::marker::{Bound, Marker, ProgramRequest};
use ntro_worker::programs::{ProgramError, Programs};
use serde_json::{Value as Json, json};

const RUNBOOK: &str = "runbook monthly \"Monthly\" {
  version: \"1.0.0\"
  input { entity: text, period: period?, day: date?, id: text?, n: decimal? }
  step a \"A\" { return 1 }
}
";

fn check(source: &str) -> ntro_compiler::Checked {
    ntro_compiler::check(&BTreeMap::from([("m.ntro".to_owned(), source.into())]))
}

fn binding(with: &str, more: &str) -> Binding {
    let source =
        format!("{RUNBOOK}workflow w {{\n  runbook: monthly\n  entity: \"spv1\"\n  {more}\n  with: {with}\n}}\n");
    let checked = check(&source);
    assert!(checked.bindings.contains_key("w"), "{:?}", checked.diagnostics);
    (*checked.bindings["w"].binding).clone()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn the_nominal_time_is_now_in_the_zone_of_the_binding() {
    // Half past eleven in the evening in London is the next day in Tokyo.
    let at = time("2026-02-28T23:30:00Z");
    let with = "{ period: previous_period(today()), day: today() }";
    let given = |zone: &str, project: Option<&str>| bound_input(&binding(with, zone), at, "r", project, &[]).unwrap();
    assert_eq!(given("", None), json!({ "entity": "spv1", "period": "2026-01", "day": "2026-02-28" }));
    assert_eq!(given("zone: \"Asia/Tokyo\"", None)["period"], "2026-02");
    assert_eq!(given("", Some("Asia/Tokyo"))["day"], "2026-03-01");
    assert_eq!(given("zone: \"Europe/London\"", Some("Asia/Tokyo"))["day"], "2026-02-28");
}

#[test]
fn the_same_run_gets_the_same_identifier_at_every_attempt() {
    let at = time("2026-02-28T23:30:00Z");
    let given = |run: &str| bound_input(&binding("{ id: uuid() }", ""), at, run, None, &[]).unwrap()["id"].clone();
    assert_eq!(given("r1"), given("r1"));
    assert_ne!(given("r1"), given("r2"));
}

#[test]
fn what_has_no_value_and_what_is_no_zone_is_said() {
    let at = time("2026-02-28T23:30:00Z");
    let why = bound_input(&binding("{ n: 1.0 / (day(today()) - 28) }", ""), at, "r", None, &[]).unwrap_err();
    assert!(why.contains("zero"), "{why}");
    let why = bound_input(&binding("{ }", ""), at, "r", Some("Nowhere"), &[]).unwrap_err();
    assert!(why.contains("Nowhere"), "{why}");
}

#[test]
fn a_binding_is_kept_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (binding("{ period: 2026-01 }", ""), binding("{ period: 2026-02 }", ""));
    let write = |binding| bindings::write(folder.path(), binding, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(bindings::read(folder.path(), "w").unwrap(), None);
    assert_eq!(bindings::names(folder.path()).unwrap(), Vec::<String>::new());
    assert_eq!([write(&first), write(&first), write(&second)], [Written::New, Written::Same, Written::Changed]);
    assert_eq!(bindings::read(folder.path(), "w").unwrap().unwrap().binding, second);
    assert_eq!(bindings::names(folder.path()).unwrap(), ["w"]);
    // The folder of bindings is no runbook.
    assert_eq!(bundle::runbooks(folder.path()).unwrap(), Vec::<String>::new());
    let path = folder.path().join(".bindings/w.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("spv1", "spv2")).unwrap();
    assert!(bindings::read(folder.path(), "w").unwrap_err().to_string().contains("was changed"));
    std::fs::write(&path, "{").unwrap();
    assert!(bindings::read(folder.path(), "w").unwrap_err().to_string().contains("cannot be read"));
    // What is broken is mended by writing it anew.
    assert_eq!(write(&second), Written::Changed);
    assert!(bindings::remove(folder.path(), "w").unwrap());
    assert!(!bindings::remove(folder.path(), "w").unwrap());
    assert!(bindings::read(folder.path(), "../w").is_err());
}

fn deploy(bundles: &Path, source: &str) {
    deploy_with(bundles, source, json!({}));
}

fn deploy_with(bundles: &Path, source: &str, tenants: Json) {
    let checked = check(source);
    let compiled = checked.runbooks.values().next().unwrap();
    let deployment = Deployment {
        program: &compiled.program,
        source_map: &compiled.source_map,
        version: None,
        config: Json::Null,
        tenants: serde_json::from_value(tenants).unwrap(),
        anonymous: None,
        holidays: Vec::new(),
        zone: Some("Asia/Tokyo".into()),
        tenant: Some("project".into()),
        files: BTreeMap::new(),
        at: Timestamp::UNIX_EPOCH,
    };
    bundle::deploy(bundles, &deployment).unwrap();
}

fn find(programs: &Programs, runbook: &str) -> Result<Marker, ProgramError> {
    let at = time("2026-02-28T23:30:00Z");
    let bound = Bound { name: "w".into(), at, run: "r".into() };
    programs.find(&ProgramRequest { runbook: runbook.into(), binding: Some(bound), ..ProgramRequest::default() })
}

#[test]
fn a_run_that_a_binding_starts_is_given_its_input_and_whose_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let programs = Programs::new(folder.path(), true);
    deploy(folder.path(), RUNBOOK);
    let why = find(&programs, "monthly").unwrap_err().to_string();
    assert!(why.contains("`w`") && why.contains("not deployed"), "{why}");
    let write = |binding: &Binding| bindings::write(folder.path(), binding, Timestamp::UNIX_EPOCH).unwrap();

    write(&binding("{ day: today() }", "tenant: \"acme\""));
    let marker = find(&programs, "monthly").unwrap();
    assert_eq!(marker.input, json!({ "entity": "spv1", "day": "2026-03-01" }));
    let whose = [marker.tenant.as_deref(), marker.entity.as_deref(), marker.zone.as_deref()];
    assert_eq!(whose, [Some("acme"), Some("spv1"), Some("Asia/Tokyo")]);
    // The alias that existing clients start means the same runbook.
    assert_eq!(find(&programs, "MonthlyWorkflow").unwrap().input, marker.input);

    // One of the next version: unpinned follows, pinned stays.
    deploy(folder.path(), &RUNBOOK.replace("1.0.0", "2.0.0"));
    assert_eq!(find(&programs, "monthly").unwrap().version, "2.0.0");
    write(&binding("{ day: today() }", "pin: \"1.0.0\"\n  zone: \"UTC\""));
    let pinned = find(&programs, "monthly").unwrap();
    assert_eq!((pinned.version.as_str(), &pinned.input["day"]), ("1.0.0", &json!("2026-02-28")));
    assert_eq!((pinned.tenant.as_deref(), pinned.zone.as_deref()), (Some("project"), Some("UTC")));

    // A version that wants something else is refused until the binding is mended.
    deploy(folder.path(), &RUNBOOK.replace("1.0.0", "3.0.0").replace("id: text?", "fee: money"));
    assert_eq!(find(&programs, "monthly").unwrap().version, "1.0.0");
    write(&binding("{ day: today() }", ""));
    let why = find(&programs, "monthly").unwrap_err().to_string();
    assert!(why.contains("3.0.0") && why.contains("needs `fee`"), "{why}");
}

#[test]
fn a_binding_of_another_runbook_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let programs = Programs::new(folder.path(), true);
    deploy(folder.path(), RUNBOOK);
    deploy(folder.path(), &RUNBOOK.replace("runbook monthly", "runbook yearly"));
    bindings::write(folder.path(), &binding("{ }", ""), Timestamp::UNIX_EPOCH).unwrap();
    let why = find(&programs, "yearly").unwrap_err().to_string();
    assert!(why.contains("it is of the runbook `monthly`"), "{why}");
}

#[test]
fn a_run_keeps_the_configuration_of_its_tenant_and_entity() {
    let folder = tempfile::tempdir().unwrap();
    let programs = Programs::new(folder.path(), true);
    let runbook = RUNBOOK.replace("input {", "config { n: int = 1, m: int = 1 }\n  input {");
    let tenants = json!({
        "acme": { "config": { "n": 2, "m": 2 }, "entities": { "spv1": { "n": 3 } } },
        "project": { "entities": { "spv2": { "n": 4 } } },
    });
    deploy_with(folder.path(), &runbook, tenants);
    let config = |request: ProgramRequest| {
        programs.find(&ProgramRequest { runbook: "monthly".into(), ..request }).unwrap().config
    };
    let none = ProgramRequest::default;
    let acme = Some("acme".to_owned());
    // Who starts it says whose it is, else its input, else the project.
    assert_eq!(config(none()), Json::Null);
    assert_eq!(config(ProgramRequest { tenant: acme.clone(), ..none() }), json!({ "n": 2, "m": 2 }));
    let spv1 = Some("spv1".to_owned());
    assert_eq!(config(ProgramRequest { tenant: acme.clone(), entity: spv1, ..none() }), json!({ "n": 3, "m": 2 }));
    let naming = json!({ "entity": "spv1" });
    assert_eq!(config(ProgramRequest { tenant: acme, naming, ..none() }), json!({ "n": 3, "m": 2 }));
    assert_eq!(config(ProgramRequest { naming: json!({ "entity_slug": "spv2" }), ..none() }), json!({ "n": 4 }));
    // The project's tenant goes before one that the input names, as it does for the run itself.
    assert_eq!(config(ProgramRequest { naming: json!({ "tenant": "acme", "entity": "x" }), ..none() }), Json::Null);
    // A binding's are its own.
    let checked =
        check(&format!("{runbook}workflow w {{\n  runbook: monthly\n  tenant: \"acme\"\n  entity: \"spv1\"\n}}\n"));
    bindings::write(folder.path(), &checked.bindings["w"].binding, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(find(&programs, "monthly").unwrap().config, json!({ "n": 3, "m": 2 }));
}

#[test]
fn an_override_belongs_to_a_version() {
    let folder = tempfile::tempdir().unwrap();
    let runbook = RUNBOOK.replace("input {", "config { n: int = 1 }\n  input {");
    deploy_with(folder.path(), &runbook, json!({ "acme": { "config": { "n": 2 } } }));
    let checked = check(&runbook);
    let compiled = checked.runbooks.values().next().unwrap();
    let again = Deployment {
        program: &compiled.program,
        source_map: &compiled.source_map,
        version: None,
        config: Json::Null,
        tenants: BTreeMap::new(),
        anonymous: None,
        holidays: Vec::new(),
        zone: Some("Asia/Tokyo".into()),
        tenant: Some("project".into()),
        files: BTreeMap::new(),
        at: Timestamp::UNIX_EPOCH,
    };
    assert_eq!(bundle::compare(folder.path(), &again).unwrap(), bundle::Standing::OtherContent);
}
