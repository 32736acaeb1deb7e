//! The page behind each code.

/// What `ntroc explain` shows for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemDoc {
    /// The stable code.
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// One paragraph: what is wrong, and why the language is so.
    pub text: &'static str,
    /// A text that has the problem.
    pub wrong: &'static str,
    /// The same without it.
    pub right: &'static str,
}

/// One page for each code, in the order of the codes.
pub const PROBLEMS: &[ProblemDoc] = &[];
