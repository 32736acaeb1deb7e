//! A document as Markdown. What people wrote is escaped, so that it reads as it was written.

use std::fmt::Write as _;

use super::{Line, Piece, Procedure, Words};

pub(super) fn markdown(procedure: &Procedure) -> String {
    let mut out = format!("# {}\n", escaped(&procedure.title));
    for piece in &procedure.pieces {
        out.push('\n');
        match piece {
            Piece::Heading(level, text) => {
                let _ = writeln!(out, "{} {}", "#".repeat(usize::from(*level) + 1), line(text));
            }
            Piece::Text(text) => {
                let _ = writeln!(out, "{}", line(text));
            }
            Piece::Facts(facts) => {
                for (word, text) in facts {
                    let _ = writeln!(out, "- **{}:** {}", escaped(word), line(text));
                }
            }
            Piece::Table(columns, rows) => {
                let _ = writeln!(out, "| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()));
                for row in rows {
                    let cells: Vec<String> = row.iter().map(line).collect();
                    let _ = writeln!(out, "| {} |", cells.join(" | "));
                }
            }
        }
    }
    out
}

fn line(line: &Line) -> String {
    line.0
        .iter()
        .map(|words| match words {
            Words::Plain(text) => escaped(text),
            Words::Code(text) => code(text),
        })
        .collect()
}

/// Prose in which no sign has a meaning of its own.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' => {
                out.push('\\');
                out.push(sign);
            }
            '&' => out.push_str("&amp;"),
            sign if sign.is_control() => out.push(' '),
            sign => out.push(sign),
        }
    }
    out
}

/// Code between as many backticks as it needs; a bar would end a cell of a table even there.
fn code(text: &str) -> String {
    let text: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    let text = text.replace('|', "\\|");
    let longest = text.split(|sign| sign != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if longest == 0 { format!("{fence}{text}{fence}") } else { format!("{fence} {text} {fence}") }
}
