//! A small project that most tests can use.

pub const TYPES: &str = "/// One lease.\ntype Lease {\n  unit: text  /// which unit\n  rent: money<GBP>\n}\n";
/// A runbook with what most requests need; before one name in it stand signs of four bytes and two units each.
pub const MAIN: &str = r#"import { Lease } from "./types.ntro"

role accountant

/// Doubles.
fn double(amount: int) -> int = amount * 2

runbook close "Close 𝄞" {
  input {
    leases: list<Lease>
  }
  output: int

  let count = leases.count()

  approve review "Review" {
    by: accountant
    on reject fail "no"
    within 2d else fail "𝄞𝄞 {{ count }} is late"
  }

  return double(count)
}
"#;
