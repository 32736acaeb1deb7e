//! Declarations, types and expressions: what compiles, what does not, and what is said of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may stop at once"
)]
#![allow(missing_docs, reason = "tests document themselves by their names")]

use std::sync::Arc;

use ntro_compiler::{Checked, Sources, check, report};

const TYPES: &str = "
enum Status { open, closed, lost }
type Lease { unit: text, tenant: text?, rent: money<GBP>, any: money, ends: date?, status: Status, count: int, rate: decimal }
type Small { unit: text, note: text?, times: int = 1 }
";

fn project(files: &[(&str, &str)]) -> (Checked, Sources) {
    let sources: Sources = files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))).collect();
    (check(&sources), sources)
}

/// Checks one line beside [`TYPES`]; what is said, as `CODE message | help` a line.
fn said(line: &str) -> String {
    let (checked, sources) = project(&[("main.ntro", &format!("{TYPES}{line}\n"))]);
    let all: Vec<String> =
        checked.diagnostics.iter().map(|d| format!("{} {} | {}", d.code, d.message, d.help)).collect();
    // Every message can be shown.
    assert_eq!(report::render(&checked.diagnostics, &sources, false).is_empty(), all.is_empty());
    all.join("\n")
}

/// An expression with what is in sight, and the type that it must have.
fn of(expr: &str, ty: &str) -> String {
    said(&format!(
        "fn f(l: Lease, ls: list<Lease>, o: Lease?, n: int, d: decimal, t: text, day: date, p: period, m: map<int>, oc: list<outcome<Lease>>, g: Grid, b: bool) -> {ty} = {expr}"
    ))
}

fn fits(expr: &str, ty: &str) {
    assert_eq!(of(expr, ty), "", "`{expr}` is {ty}");
}

/// Exactly one message, with this code, that says these words.
fn fails(expr: &str, ty: &str, code: &str, words: &str) {
    let said = of(expr, ty);
    assert!(said.starts_with(code) && said.contains(words) && said.lines().count() == 1, "`{expr}` as {ty}:\n{said}");
}

#[test]
fn arithmetic_knows_what_it_gives() {
    for (expr, ty) in [
        ("n + 1", "int"),
        ("n / 2", "decimal"),
        ("n + d", "decimal"),
        ("1", "decimal"),
        ("1 + 2", "decimal"),
        ("l.rent * 12", "money<GBP>"),
        ("l.rent * 10%", "money"),
        ("2 * l.rent", "money<GBP>"),
        ("l.rent / l.rent", "decimal"),
        ("l.rent + l.any", "money<GBP>"),
        ("day + 3d", "date"),
        ("day - day", "duration"),
        ("p + 1", "period"),
        ("p - p", "int"),
        ("1h * 2", "duration"),
        ("t + \"x\"", "text"),
        ("ls + ls", "list<Lease>"),
        ("-n", "int"),
        ("25MB", "int"),
        ("l.rent.amount", "decimal"),
        ("l.rent.currency == GBP", "bool"),
        ("n == d", "bool"),
        ("(l.rent / 12).round()", "money<GBP>"),
    ] {
        fits(expr, ty);
    }
}

#[test]
fn what_is_unlike_is_told_once_with_what_to_write() {
    for (expr, ty, code, words) in [
        ("n", "decimal", "N0302", "to_decimal(n)"),
        ("d", "int", "N0302", "floor(d)"),
        ("n", "money<EUR>", "N0302", "money(n, EUR)"),
        ("0", "money<GBP>", "N0302", "`0 GBP`"),
        ("l.any", "money<GBP>", "N0302", "l.any.in(GBP)"),
        ("1 EUR", "money<GBP>", "N0313", "in EUR"),
        ("l.rent", "decimal", "N0302", "l.rent.amount"),
        ("\"2026-03-31\"", "date", "N0302", "without quotes"),
        ("day", "period", "N0302", "period_of(day)"),
        ("ls", "Lease", "N0302", "only()"),
        ("l", "list<Lease>", "N0302", "[l]"),
        ("t", "Status", "N0302", "`open`, `closed` and `lost`"),
        ("o", "Lease", "N0303", "o ?? …"),
        ("none", "text", "N0303", "cannot be none"),
        ("l.rent + 1", "money<GBP>", "N0311", "1 GBP"),
        ("ls + l", "list<Lease>", "N0311", "ls + [l]"),
        ("day + 1", "date", "N0311", "day + 1d"),
        ("1 GBP < 1 EUR", "bool", "N0313", "GBP"),
        ("t < n", "bool", "N0312", "cannot be compared"),
        ("l.status < l.status", "bool", "N0312", "has no order"),
        ("l.status == \"open\"", "bool", "N0312", "without quotes"),
        ("l.status in [open, shut]", "bool", "N0208", "shut"),
        ("n in t", "bool", "N0311", "look for"),
        ("if n then 1 else 2", "int", "N0302", "`bool` is needed"),
        ("not n", "bool", "N0302", "`bool` is needed"),
        ("-t", "text", "N0311", "before `text`"),
        ("ls.sum()", "int", "N0302", "ls.sum(x => …)"),
        ("ls.sum(l => l.any)", "money", "N0323", "in: GBP"),
        ("ls.sum(l => l.rent, in: EUR)", "money", "N0313", "EUR"),
        ("ls.map(l => l.untt)", "list<text>", "N0301", "`unit`"),
        ("ls.unit", "text", "N0301", "ls.map(x => x.unit)"),
        ("m.total", "int", "N0301", "m.at(\"total\")"),
        ("g.rows", "int", "N0301", "inside Grid"),
        ("oc.first().unit", "text", "N0303", "may be none"),
        ("o.unit", "text", "N0303", "o?.unit"),
        ("ls.filter(l => l.unit)", "list<Lease>", "N0302", "`bool` is needed"),
        ("ls.filter(t)", "list<Lease>", "N0317", "needs a rule"),
        ("ls.first(l => l.tenant == \"x\").unit", "text", "N0303", "may be none"),
        ("ls.sort_by(l => l.status)", "list<Lease>", "N0302", "has an order"),
        ("ls.flat_map(l => l.unit)", "list<text>", "N0302", "brackets"),
        ("n.upper()", "text", "N0302", "upper(text)"),
        ("l.unit()", "text", "N0206", "without brackets"),
        ("t.count", "int", "N0206", "t.count()"),
        ("range(1)", "list<int>", "N0322", "2 values"),
        ("\"{{ l }}\"", "text", "N0316", "l.unit"),
        ("\"{{ o }}\"", "text", "N0316", "o?.unit"),
        ("\"{{ m }}\"", "text", "N0316", "at("),
        ("\"{% for x in l %}{{ x }}{% endfor %}\"", "text", "N0302", "a list"),
        ("2026-13", "period", "N0315", "01 to 12"),
        ("99999999999999999999", "int", "N0315", "too large"),
        ("l.any.in(GBX)", "money", "N0314", "ISO 4217"),
        ("Lease", "Lease", "N0201", "a type"),
        ("Status", "text", "N0201", "Status.open"),
        ("Status.opn", "Status", "N0208", "`open`"),
        ("{ ...n }", "Lease", "N0325", "takes over the fields"),
        ("{ ...l, unti: t }", "Lease", "N0305", "`unit`"),
        ("match l.status { open => 1, else => t }", "int", "N0302", "`int` is needed"),
        ("match n { 1 => t }", "text", "N0318", "else => …"),
        ("match o { some (x) => x.unit }", "text", "N0318", "`none`"),
        ("x => x", "int", "N0317", "no value of its own"),
    ] {
        fails(expr, ty, code, words);
    }
}

#[test]
fn what_is_made_sure_of_is_not_optional_any_more() {
    for (expr, ty) in [
        ("if o != none then o.unit else t", "text"),
        ("if o == none then t else o.unit", "text"),
        ("o != none and o.unit == t", "bool"),
        ("o == none or o.unit == t", "bool"),
        ("if not (o == none) then o.unit else t", "text"),
        ("if o?.tenant != none then o.tenant else t", "text"),
        ("if l.ends == none or n > 1 then day else l.ends", "date"),
        ("ls.filter(x => x.tenant != none and x.tenant.upper() == t)", "list<Lease>"),
        ("\"{% if o != none %}{{ o.unit }}{% else %}-{% endif %}\"", "text"),
        ("\"{{ o?.unit }}\"", "text"),
        ("match o { none => t, some (x) => x.unit }", "text"),
        ("match o { none => t, else => o.unit }", "text"),
        ("l.tenant ?? t", "text"),
        ("o?.tenant ?? t", "text"),
        ("l.tenant?.upper()", "text?"),
        ("if l.tenant == \"x\" then l.tenant else t", "text"),
    ] {
        fits(expr, ty);
    }
    fails("if o != none or b then o.unit else t", "text", "N0303", "may be none");
    fails("if o == none then o.unit else t", "text", "N0303", "may be none");
    fails("ls.any(o => o.tenant.upper() == t)", "bool", "N0303", "o.tenant");
}

#[test]
fn functions_keep_the_types_that_they_are_given() {
    for (expr, ty) in [
        ("ls.filter(l => l.count > 1).map(l => l.rent).sum()", "money<GBP>"),
        ("ls.sum(l => l.any, in: EUR)", "money<EUR>"),
        ("ls.sum(l => l.rate)", "decimal"),
        ("ls.map(l => l.any).totals()", "map<money>"),
        ("ls.group_by(l => l.unit).values().map(g => g.count())", "list<int>"),
        ("ls.map(l => l.tenant).present()", "list<text>"),
        ("ls.max(l => l.count)", "Lease?"),
        ("ls.map(l => l.count).max()", "int?"),
        ("ls.average(l => l.count)", "decimal?"),
        ("ls.left_join(ls, a => a.unit, b => b.unit).map(j => j.right?.unit ?? j.left.unit)", "list<text>"),
        ("ls.zip(range(0, 3)).map(p => p.right)", "list<int>"),
        ("oc.values().count()", "int"),
        ("oc.failures().map(x => \"{{ x.key }}: {{ x.error.message }}\").join(\", \")", "text"),
        ("ls.map(l => { unit: l.unit })", "list<Small>"),
        ("{ unit: t }", "Small"),
        ("[{ unit: t, note: none, times: 3 }]", "list<Small>"),
        ("[]", "list<Lease>"),
        ("[1, 2.5]", "list<decimal>"),
        ("{ a: 1, b: 2 }", "map<int>"),
        ("m.at(\"x\") ?? 0", "int"),
        ("money(d, GBP)", "money<GBP>"),
        ("l.any.in(EUR)", "money<EUR>"),
        ("{ ...l, status: closed }", "Lease"),
        ("ls.count(l => l.status in [open, lost])", "int"),
        ("open == l.status", "bool"),
        ("if b then open else closed", "Status"),
        ("match l.status { open => 1, closed => 2, lost => 3 }", "int"),
        ("match n { 1 => \"one\", 2 => \"two\", else => \"many\" }", "text"),
        ("match n { 1 if b => \"one\", else => \"many\" }", "text"),
        ("oc.map(x => match x { ok (v) => v.unit, failed (e) => e.message })", "list<text>"),
        ("l", "json"),
        ("previous_period(day)", "period"),
        ("count(ls)", "int"),
    ] {
        fits(expr, ty);
    }
}

#[test]
fn declarations_know_each_other_across_files() {
    let types = "import { fee } from \"./main.ntro\"\ntype Row { amount: money<GBP> }\ncapabilities bank { queue: \"bank\", within 1m, pay(row: Row) -> text }\nfn twice(row: Row) -> money<GBP> = row.amount + fee(row)\n";
    let main = "import { Row, twice, bank } from \"./types.ntro\"\nfn fee(row: Row) -> money<GBP> = row.amount * 2%\nfn both(row: Row) -> money<GBP> = row.twice()\nrunbook pay {\n  input { row: Row }\n  output: text\n  step paid \"Pay\" { run bank.pay(row) }\n  return \"{{ paid }} {{ row.twice() }} {{ row.both() }}\"\n}\n";
    let (checked, _) = project(&[("main.ntro", main), ("types.ntro", types)]);
    // That they import each other is worth a word, and breaks nothing.
    assert_eq!(checked.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), ["N0228"]);
    let program = &checked.runbooks["pay"].program;
    assert_eq!(program.calls[0].options.queue.as_deref(), Some("bank"));
    assert_eq!(program.calls[0].options.within_ms, 60_000);
}

#[test]
fn a_mistake_in_an_imported_file_withholds_the_program() {
    let main = "import { Row } from \"./types.ntro\"\nrunbook a {\n  input { row: Row }\n  output: text\n  return \"{{ row.x }}\"\n}\n";
    let (good, _) = project(&[("main.ntro", main), ("types.ntro", "type Row { x: text }\n")]);
    assert!(good.runbooks.contains_key("a"), "{:?}", good.diagnostics);
    let (bad, _) = project(&[("main.ntro", main), ("types.ntro", "type Row { x: text, y: Missing }\n")]);
    assert_eq!(bad.diagnostics.len(), 1);
    assert!(bad.runbooks.is_empty());
    let (other, _) =
        project(&[("main.ntro", main), ("types.ntro", "type Row { x: text }\n"), ("x.ntro", "type A { y: B }\n")]);
    assert!(other.runbooks.contains_key("a"), "a file that is not imported does not matter");
}

#[test]
fn each_circle_of_functions_is_told_once_where_it_is_declared() {
    let said = said(
        "fn a(n: int) -> int = b(n)\nfn b(n: int) -> int = a(n) + c(n)\nfn c(n: int) -> int = d(n)\nfn d(n: int) -> int = c(n)",
    );
    // Who only leads to a circle is on none.
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(said.contains("`a` → `b` → `a`") && said.contains("`c` → `d` → `c`"), "{said}");
    assert!(said.lines().all(|line| line.starts_with("N0214")), "{said}");
}

#[test]
fn a_function_that_is_called_often_lies_in_the_program_once() {
    let mut text = String::from("fn f0(x: int) -> int = x + 1\n");
    for i in 1..30 {
        text.push_str(&format!("fn f{i}(x: int) -> int = f{0}(x) + f{0}(x + 1)\n", i - 1));
    }
    text.push_str("runbook r {\n  output: int\n  return f29(1)\n}\n");
    let (checked, _) = project(&[("main.ntro", &text)]);
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    assert!(checked.runbooks["r"].program.exprs.len() < 1_000, "no doubling at each call");
}

#[test]
fn hostile_defaults_and_types_end() {
    let said = said(
        "type A { x: A? = {}, y: A? = {}, z: A? = {} }\ntype B { x: list<B>, y: map<B>, z: B? }\nfn f() -> A = {}",
    );
    // What runs refuses data of any depth, so each way back is told where it stands.
    assert_eq!(said.lines().count(), 6, "{said}");
    assert!(said.lines().all(|line| line.starts_with("N0209")), "{said}");
}

#[test]
fn the_language_s_own_files_are_without_mistakes() {
    for (path, text) in ntro_compiler::prelude() {
        assert_eq!(ntro_grammar::parse(text).problems, [], "{path}");
    }
    let (checked, sources) = project(&[("main.ntro", "role a\n")]);
    assert_eq!(report::render(&checked.diagnostics, &sources, false), "");
}

#[test]
fn json_has_lines_and_columns_from_one() {
    let (checked, sources) = project(&[("main.ntro", "type A { a: text = \"€\", b: string }\n")]);
    let json = report::json(&checked.diagnostics, &sources);
    let unknown = json.as_array().unwrap().iter().find(|d| d["code"] == "N0203").unwrap();
    assert_eq!((&unknown["line"], &unknown["column"]), (&1.into(), &28.into()), "{unknown}");
    assert_eq!(unknown["edits"][0]["text"], "text");
}

#[test]
fn at_most_a_hundred_messages_of_a_file_are_shown() {
    let text: String = (0..150).map(|i| format!("type T{i} {{ a: Missing }}\n")).collect();
    let (checked, sources) = project(&[("main.ntro", &text)]);
    assert_eq!(checked.diagnostics.len(), 150);
    let shown = report::render(&checked.diagnostics, &sources, false);
    assert!(shown.contains("main.ntro: 50 more messages are not shown."));
    assert_eq!(shown.matches("error[N0203]").count(), 100);
    assert_eq!(report::json(&checked.diagnostics, &sources).as_array().unwrap().len(), 101);
}
