//! Checking, and all that is made of what is right.

use ntro_compiler::schema::Part;
use ntro_compiler::{Diagnostic, Level, Place, Sources};

use super::files;

/// A check of one file or several never panics; its messages can be shown, its edits can be made, and what compiles is a program that the
/// machine accepts, that survives its journey as JSON, and of which all that is generated can be generated.
///
/// # Panics
/// Where that does not hold.
pub fn compile(text: &str) {
    let sources = files(text);
    let checked = ntro_compiler::check(&sources);
    for diagnostic in &checked.diagnostics {
        looks_right(diagnostic, &sources);
    }
    let _ = ntro_compiler::report::render(&checked.diagnostics, &sources, false);
    let _ = ntro_compiler::report::json(&checked.diagnostics, &sources);
    for (name, compiled) in &checked.runbooks {
        let program = &*compiled.program;
        assert!(ntro_ir::verify(program).is_ok(), "{name}: {:?}", ntro_ir::verify(program));
        let json = serde_json::to_string(program).expect("a program can be written");
        let read: ntro_ir::Program = serde_json::from_str(&json).expect("what was written can be read");
        assert!(read == *program, "{name} is another program once it was written and read");
        for part in [Part::Input, Part::Config] {
            let _ = ntro_compiler::schema::schema(program, part);
        }
        let text = sources.get(&compiled.file).expect("a runbook stands in a file");
        let _ = ntro_compiler::procedure::procedure(text, program);
        let _ = ntro_compiler::skill::skill(text, program);
        assert!(ntro_compiler::diff::diff(program, program).is_empty(), "{name} differs from itself");
    }
    for compiled in checked.bindings.values() {
        assert!(compiled.binding.verify().is_ok());
    }
    for text in sources.values() {
        let _ = ntro_compiler::graph::graphs(text);
    }
    if checked.diagnostics.iter().any(|found| found.certain && !found.fix.is_empty()) {
        let fixed = ntro_compiler::fix::fix(&sources, |_| true);
        let errors = |found: &[Diagnostic]| found.iter().filter(|d| d.level == Level::Error).count();
        // What was right stays right.
        assert!(
            errors(&checked.diagnostics) > 0 || errors(&fixed.checked.diagnostics) == 0,
            "mending broke it: {:?}",
            fixed.sources
        );
    }
}

/// Places lie within their files, and a refusal by the verifier is about a limit: anything else is a fault of the compiler
/// (the words are those of `ntro_ir::verify`).
fn looks_right(diagnostic: &Diagnostic, sources: &Sources) {
    let lies_within = |place: &Place| {
        let (start, end) = (place.span.start as usize, place.span.end as usize);
        // What ships with the language is a text as well.
        let shipped = || ntro_compiler::prelude().find(|(file, _)| *file == place.file).map(|(_, text)| text);
        let text = sources.get(&place.file).map(|text| &**text).or_else(shipped);
        text.is_some_and(|text| text.get(start..end).is_some())
    };
    assert!(lies_within(&diagnostic.place), "{diagnostic:?}");
    assert!(diagnostic.related.iter().all(|(place, _)| lies_within(place)), "{diagnostic:?}");
    assert!(diagnostic.fix.iter().all(|edit| lies_within(&edit.place)), "{diagnostic:?}");
    let names_a_limit = ["are the most", "more than", "are possible", "longer than"];
    let within = names_a_limit.iter().any(|words| diagnostic.message.contains(words));
    assert!(diagnostic.code != "N0602" || within, "{diagnostic:?}");
}
