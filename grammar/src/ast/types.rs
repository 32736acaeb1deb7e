//! Types as written.

use super::Name;
use crate::Span;

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeExpr {
    /// What it says.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// What a type says.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// Nothing was written.
    Missing,
    /// `text`, `Lease`, `list<Lease>`, `money<GBP>`
    Named {
        /// Its name.
        name: Name,
        /// Between `<` and `>`.
        args: Vec<TypeExpr>,
    },
    /// `T?`
    Optional(Box<TypeExpr>),
}
