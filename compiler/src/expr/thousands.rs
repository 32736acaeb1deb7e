//! `1.000 GBP`: where people write a point between thousands it is a thousand pounds, here it is one.

use ntro_grammar::Span;

use crate::cx::{Cx, Expressions};
use crate::diagnostic::{Edit, Level};

const CODE: &str = "N0329";

/// Currencies with three decimals, and those whose amounts have more of them as a matter of course.
const FINER: [&str; 11] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND", "CLF", "UYW", "XAG", "XAU"];

impl Cx<'_> {
    /// Reports an amount with exactly three decimals in a currency that has none or two of them.
    pub(super) fn warn_of_thousands(&mut self, amount: &str, code: &str, span: Span) {
        let Some((whole, decimals)) = amount.split_once('.') else { return };
        // Less than one is a price of something small.
        if decimals.len() != 3 || whole.len() > 3 || whole.starts_with('0') || FINER.contains(&code) {
            return;
        }
        let meant = format!("{whole}{decimals} {code}");
        let fraction = if decimals == "000" { "" } else { " and a fraction" };
        let message = format!(
            "`{amount} {code}` is {whole} {code}{fraction}: a point stands before the decimals, not between thousands."
        );
        let help = format!(
            "Write `{meant}` where thousands are meant, with nothing between the digits. For three decimals write a fourth, `{amount}0 {code}`."
        );
        let label = format!("not {meant}");
        let edit = Edit { place: self.items.place(self.file, span), text: meant };
        let found = self.report(CODE, span, message, label, help);
        found.level = Level::Warning;
        // Only its author knows.
        found.certain = false;
        found.fix.push(edit);
    }
}
