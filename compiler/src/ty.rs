//! The types that the checker reasons with. They become [`ntro_ir::Type`]s where a program needs them.

use std::sync::Arc;

use ntro_ir::Currency;

/// A record or enumeration of the project or of the prelude: an index into [`crate::items::Items`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct DefId(pub u32);

/// A type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Ty {
    /// Something here was already reported: it fits everything, so that one mistake gives one message.
    Error,
    /// No value at all (a capability without `->`, a step that yields nothing).
    Nothing,
    /// The literal `none`: fits every optional.
    NoneLit,
    /// The element of `[]`: fits every type.
    Unknown,
    Bool,
    Int,
    Decimal,
    Text,
    Date,
    DateTime,
    Period,
    Duration,
    /// `money`, or `money<GBP>`, which fits `money`.
    Money(Option<Currency>),
    Currency,
    File,
    Grid,
    Json,
    List(Arc<Ty>),
    Map(Arc<Ty>),
    /// `T?`; never an optional of an optional.
    Optional(Arc<Ty>),
    /// A nominal record or enumeration with its type arguments (`Extraction<Lease>`).
    Named(DefId, Arc<[Ty]>),
    /// A record literal without an expected type; fits any record type with the same fields.
    Anonymous(Arc<[(String, Ty)]>),
    /// `outcome<T>`
    Outcome(Arc<Ty>),
    /// What an `await` with several arms yields: names (`signal`, `until`, `late`) with what they carry.
    Choice(Arc<[(String, Ty)]>),
    /// An enumeration without a name: the decisions of a gate. Its values are written bare, as those of any enumeration.
    Words(Arc<[String]>),
    /// A type parameter inside a generic declaration of the prelude.
    Param(Arc<str>),
}

impl Ty {
    /// `list<T>`
    pub(crate) fn list(of: Ty) -> Ty {
        Ty::List(Arc::new(of))
    }

    /// `T?`; what is optional already stays as it is.
    pub(crate) fn optional(of: Ty) -> Ty {
        match of {
            Ty::Optional(_) | Ty::NoneLit | Ty::Error => of,
            Ty::Nothing => Ty::Nothing,
            other => Ty::Optional(Arc::new(other)),
        }
    }

    /// The type without its `?`.
    pub(crate) fn present(&self) -> Ty {
        match self {
            Ty::Optional(of) => (**of).clone(),
            other => other.clone(),
        }
    }

    /// Whether a value of it may be `none`.
    pub(crate) fn may_be_none(&self) -> bool {
        matches!(self, Ty::Optional(_) | Ty::NoneLit)
    }

    /// The type with type parameters filled in: `params` by name, `args` in the same order.
    pub(crate) fn with(&self, params: &[String], args: &[Ty]) -> Ty {
        if params.is_empty() {
            return self.clone();
        }
        let one = |ty: &Ty| ty.with(params, args);
        match self {
            Ty::Param(name) => {
                let at = params.iter().position(|param| **param == **name);
                at.and_then(|at| args.get(at)).unwrap_or(self).clone()
            }
            Ty::List(of) => Ty::List(Arc::new(one(of))),
            Ty::Map(of) => Ty::Map(Arc::new(one(of))),
            Ty::Optional(of) => Ty::optional(one(of)),
            Ty::Outcome(of) => Ty::Outcome(Arc::new(one(of))),
            Ty::Named(id, of) if !of.is_empty() => Ty::Named(*id, of.iter().map(one).collect()),
            Ty::Anonymous(of) => Ty::Anonymous(of.iter().map(|(name, ty)| (name.clone(), one(ty))).collect()),
            Ty::Choice(of) => Ty::Choice(of.iter().map(|(name, ty)| (name.clone(), one(ty))).collect()),
            other => other.clone(),
        }
    }
}
