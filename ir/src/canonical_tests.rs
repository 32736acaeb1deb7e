#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use serde_json::json;

use super::*;
use crate::test_program::program;
use crate::types::{FieldDef, RecordDef};

#[test]
fn keys_are_sorted_and_nothing_is_blank() {
    let json = json!({ "b": [1, { "z": null, "a": "é\n" }], "a": true });
    assert_eq!(text(&json), r#"{"a":true,"b":[1,{"a":"é\n","z":null}]}"#);
}

#[test]
fn a_program_reads_back_and_keeps_its_digest() {
    let program = program();
    let json = program_json(&program).unwrap();
    let again = Program::from_json(json.as_bytes()).unwrap();
    assert_eq!(again, program);
    assert_eq!(digest(&again), digest(&program));
    let pretty = serde_json::to_string_pretty(&program).unwrap();
    assert_eq!(digest(&Program::from_json(pretty.as_bytes()).unwrap()), digest(&program), "layout does not count");
    let mut other = program;
    other.title.push('!');
    assert_ne!(digest(&other), digest(&again));
}

#[test]
fn digests_have_a_text() {
    let digest = Digest::of("ntro test", b"x");
    assert_eq!(digest.to_string().parse(), Ok(digest));
    assert_eq!(digest.to_string().len(), 64);
    assert_ne!(Digest::of("ntro other test", b"x"), digest);
    assert_eq!("abc".parse::<Digest>(), Err("`abc` is not a digest of 64 hexadecimal digits".to_owned()));
    assert!("é".repeat(32).parse::<Digest>().is_err());
}

#[test]
fn what_is_no_program_is_refused_with_its_place() {
    let message = |json: &[u8]| Program::from_json(json).unwrap_err().message;
    assert!(message(b"{\"ir_version\": 1").starts_with("This is not a compiled runbook: "));
    assert!(message(&vec![b' '; MAX_PROGRAM_BYTES + 1]).contains("16777216 are the most"));
    let deep = "[".repeat(100_000);
    assert!(message(deep.as_bytes()).starts_with("This is not a compiled runbook: "));
}

#[test]
fn an_interface_is_what_json_fits_it() {
    let field = |name: &str, ty: Type| FieldDef { name: name.to_owned(), ty, default: None, doc: String::new() };
    let record = |name: &str, fields: Vec<FieldDef>| {
        TypeDef::Record(RecordDef { name: name.to_owned(), fields, doc: format!("About {name}.") })
    };
    let inner = |name: &str| record(name, vec![field("x", Type::Int)]);
    let digest = |types: &[TypeDef]| interface_digest(&Type::Named(0), &Type::Text, types);
    let named = |id| Type::List(Box::new(Type::Named(id)));
    let one = digest(&[record("A", vec![field("a", Type::Text), field("b", named(1))]), inner("I")]);
    let renamed =
        digest(&[record("B", vec![field("b", named(2)), field("a", Type::Text)]), inner("unused"), inner("J")]);
    assert_eq!(one, renamed, "names of types, order and places do not count");
    let other_name = digest(&[record("A", vec![field("a", Type::Text), field("c", named(1))]), inner("I")]);
    let other_type = digest(&[record("A", vec![field("a", Type::Int), field("b", named(1))]), inner("I")]);
    let deeper = digest(&[
        record("A", vec![field("a", Type::Text), field("b", named(1))]),
        record("I", vec![field("x", Type::Text)]),
    ]);
    let with_default = FieldDef { default: Some(crate::Value::text("")), ..field("a", Type::Text) };
    let default = digest(&[record("A", vec![with_default, field("b", named(1))]), inner("I")]);
    let all = [one, other_name, other_type, deeper, default, interface_digest(&Type::Text, &Type::Named(0), &[])];
    let different: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(different.len(), all.len());
}

#[test]
fn types_that_hold_themselves_have_an_interface_too() {
    let node = |name: &str| {
        let field = FieldDef { name: name.to_owned(), ty: Type::Named(0), default: None, doc: String::new() };
        [TypeDef::Record(RecordDef { name: "Node".to_owned(), fields: vec![field], doc: String::new() })]
    };
    let digest = |name: &str| interface_digest(&Type::Named(0), &Type::Nothing, &node(name));
    assert_ne!(digest("next"), digest("before"));
}
