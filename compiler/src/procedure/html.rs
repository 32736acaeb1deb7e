//! A document as one HTML page: no scripts, no references, legible in light and dark and on paper, with headings and tables that
//! a screen reader can follow.

use std::fmt::Write as _;

use super::{Line, Piece, Procedure, Words};
use crate::markup::escaped;

const STYLE: &str = "\
:root{color-scheme:light dark;--ground:#ffffff;--ink:#1b1f24;--soft:#4a5360;--line:#8a939e;--plain:#f3f5f7}\
@media (prefers-color-scheme:dark){:root{--ground:#16191d;--ink:#f0f3f6;--soft:#b6c0cb;--line:#5f6b78;--plain:#242a31}}\
@media print{:root{--ground:#ffffff;--ink:#000000;--soft:#222222;--line:#666666;--plain:#ffffff}h2,h3,h4{break-after:avoid}tr,li,.facts{break-inside:avoid}}\
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}\
main{max-width:62rem;margin:0 auto;padding:2rem 1.5rem}\
h2{margin-top:2.5rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}\
code{font-family:ui-monospace,'SFMono-Regular',Menlo,Consolas,monospace;font-size:.9em;background:var(--plain);padding:.05em .3em;border-radius:3px;\
overflow-wrap:anywhere}\
.scroll{overflow-x:auto}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid var(--line);padding:.4rem .6rem;text-align:left;vertical-align:top}\
th{background:var(--plain)}\
dl{display:grid;grid-template-columns:minmax(8rem,12rem) 1fr;gap:.3rem 1rem}dt{font-weight:600;color:var(--soft)}dd{margin:0;min-width:0}\
@media (max-width:34rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}}\
figure{margin:1rem 0;overflow-x:auto}figure svg{max-width:100%;height:auto}";

pub(super) fn html(procedure: &Procedure, picture: Option<&str>) -> String {
    let title = escaped(&procedure.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n"
    );
    let mut picture = picture;
    let mut heading = title.clone();
    for (index, piece) in procedure.pieces.iter().enumerate() {
        match piece {
            Piece::Heading(level, text) => {
                // The picture stands behind what the procedure is for.
                if let Some(svg) = picture.filter(|_| index > 0 && *level == 1) {
                    let _ = writeln!(out, "<h2>Flow</h2>\n<figure>{}</figure>", svg.trim_end());
                    picture = None;
                }
                let level = level + 1;
                let _ = writeln!(out, "<h{level}>{}</h{level}>", line(text));
                heading = escaped(&plain(text));
            }
            Piece::Text(text) => {
                let _ = writeln!(out, "<p>{}</p>", line(text));
            }
            Piece::Facts(facts) => {
                out.push_str("<dl class=\"facts\">\n");
                for (word, text) in facts {
                    let _ = writeln!(out, "<dt>{}</dt><dd>{}</dd>", escaped(word), line(text));
                }
                out.push_str("</dl>\n");
            }
            Piece::Table(columns, rows) => table(&heading, columns, rows, &mut out),
        }
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn table(heading: &str, columns: &[&str], rows: &[Vec<Line>], out: &mut String) {
    // Who uses the keyboard must be able to scroll what is wider than the page, and hear which table it is.
    let _ = write!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{heading}\"><table>\n<thead><tr>"
    );
    for column in columns {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(column));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{}</td>", line(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}

/// A line without marks.
fn plain(line: &Line) -> String {
    line.0
        .iter()
        .map(|words| match words {
            Words::Plain(text) | Words::Code(text) => text.as_str(),
        })
        .collect()
}

fn line(line: &Line) -> String {
    line.0
        .iter()
        .map(|words| match words {
            Words::Plain(text) => escaped(text),
            Words::Code(text) => format!("<code>{}</code>", escaped(text)),
        })
        .collect()
}
