//! The procedure that a runbook is, as a document for those who audit it: what it is for, who decides what and until when, what is kept
//! as evidence, where data goes, what happens when something fails.
//!
//! It says what the text of the runbook says, in its order, and adds nothing: conditions and texts stand as they are written. It is made
//! from the tree and the program of a runbook that compiles. The same text always gives the same document.

use ntro_grammar::ast;
use ntro_ir::Program;

mod blocks;
mod build;
mod clauses;
mod facts;
mod html;
mod markdown;
mod words;

pub(crate) use words::in_words;

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// What it is called.
    pub title: String,
    /// What it consists of, in order.
    pub pieces: Vec<Piece>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A heading of the second level (1) or below.
    Heading(u8, Line),
    /// A paragraph.
    Text(Line),
    /// What is said of something: a word and a sentence each.
    Facts(Vec<(String, Line)>),
    /// Columns with their names, and rows.
    Table(Vec<&'static str>, Vec<Vec<Line>>),
}

/// A line of text, parts of which are as they stand in the runbook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line(pub Vec<Words>);

/// Words of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// Prose.
    Plain(String),
    /// Names and expressions of the runbook.
    Code(String),
}

impl Line {
    pub(crate) fn plain(text: impl Into<String>) -> Line {
        Line(vec![Words::Plain(text.into())])
    }

    pub(crate) fn code(text: impl Into<String>) -> Line {
        Line(vec![Words::Code(text.into())])
    }

    /// This line, and more prose.
    pub(crate) fn and(mut self, text: impl Into<String>) -> Line {
        self.0.push(Words::Plain(text.into()));
        self
    }

    /// This line, and more of the runbook.
    pub(crate) fn and_code(mut self, text: impl Into<String>) -> Line {
        self.0.push(Words::Code(text.into()));
        self
    }

    /// This line, and another.
    pub(crate) fn then(mut self, other: Line) -> Line {
        self.0.extend(other.0);
        self
    }
}

/// The document of the runbook that a program was made from. `text` is the file in which it stands; `None` where it does not stand there.
pub fn procedure(text: &str, program: &Program) -> Option<Procedure> {
    let file = ntro_grammar::parse(text).file;
    let runbook = file.decls.iter().find_map(|decl| match decl {
        ast::Decl::Runbook(runbook) if runbook.name.text == program.name => Some(runbook),
        _ => None,
    })?;
    Some(build::build(text, runbook, program))
}

impl Procedure {
    /// As Markdown.
    pub fn markdown(&self) -> String {
        markdown::markdown(self)
    }

    /// As one HTML page without scripts and references, for screens and paper. `picture` is an SVG element that shows the flow.
    pub fn html(&self, picture: Option<&str>) -> String {
        html::html(self, picture)
    }
}
