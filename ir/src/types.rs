//! The types that remain in a program: those that decide how JSON is read and written, and what a person may edit.

use serde::{Deserialize, Serialize};

use crate::value::{Currency, Value};

/// An index into [`crate::Program::types`].
pub type TypeId = u32;

/// A type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// No value: a capability without `->`, a step that yields nothing.
    Nothing,
    /// `true` or `false`.
    Bool,
    /// A whole number of 64 bits.
    Int,
    /// An exact decimal of up to 28 digits.
    Decimal,
    /// Text.
    Text,
    /// A calendar date.
    Date,
    /// An instant.
    DateTime,
    /// A calendar month.
    Period,
    /// A length of time in milliseconds.
    Duration,
    /// An amount with its currency.
    Money,
    /// An amount in a currency that is known here.
    MoneyIn(Currency),
    /// A currency code.
    Currency,
    /// A document in the store, by reference.
    File,
    /// A table of cells in the store, by reference.
    Grid,
    /// JSON that no expression looks into.
    Json,
    /// A list.
    List(Box<Type>),
    /// A map from text.
    Map(Box<Type>),
    /// A value or `none`.
    Optional(Box<Type>),
    /// A record or an enumeration of [`crate::Program::types`].
    Named(TypeId),
    /// A value, or the failure that stands in its place.
    Outcome(Box<Type>),
    /// One of several named values: what an `await` with several `on` yields. Sorted by the order of the arms.
    Choice(Vec<(String, Type)>),
}

/// A record or an enumeration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeDef {
    /// A record.
    Record(RecordDef),
    /// An enumeration.
    Enum(EnumDef),
}

/// A record type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordDef {
    /// Its name with its type arguments (`Extraction<Lease>`); empty for an anonymous one.
    pub name: String,
    /// Its fields in the order of the declaration, which is the order of JSON and of columns.
    pub fields: Vec<FieldDef>,
    /// Its documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDef {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// What it is where JSON lacks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Its documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

/// An enumeration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumDef {
    /// Its name.
    pub name: String,
    /// Its values in the order of the declaration.
    pub values: Vec<String>,
    /// Its documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

impl TypeDef {
    /// Its name; empty for an anonymous record.
    pub fn name(&self) -> &str {
        match self {
            TypeDef::Record(def) => &def.name,
            TypeDef::Enum(def) => &def.name,
        }
    }
}
