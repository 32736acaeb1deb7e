//! The values that a run computes with. They are immutable, cheap to clone, ordered in themselves and serialisable.
//!
//! The serde form here is the one of snapshots (tagged, so that it reads back without a type). The JSON that people and
//! systems see is made in [`crate::json`].

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// `none`, and what a step without a value yields.
    #[serde(rename = "n")]
    None,
    /// A truth value.
    #[serde(rename = "b")]
    Bool(bool),
    /// A whole number.
    #[serde(rename = "i")]
    Int(i64),
    /// An exact decimal.
    #[serde(rename = "d")]
    Decimal(Decimal),
    /// Text.
    #[serde(rename = "s")]
    Text(Arc<str>),
    /// A value of an enumeration, by its name.
    #[serde(rename = "e")]
    Enum(Arc<str>),
    /// An amount of money.
    #[serde(rename = "m")]
    Money(Money),
    /// A currency.
    #[serde(rename = "c")]
    Currency(Currency),
    /// A calendar date.
    #[serde(rename = "D")]
    Date(jiff::civil::Date),
    /// An instant.
    #[serde(rename = "T")]
    DateTime(jiff::Timestamp),
    /// A calendar month.
    #[serde(rename = "p")]
    Period(Period),
    /// A length of time in milliseconds; a day is 24 hours.
    #[serde(rename = "u")]
    Duration(i64),
    /// A list.
    #[serde(rename = "l")]
    List(Arc<Vec<Value>>),
    /// A map from text.
    #[serde(rename = "M")]
    Map(Arc<BTreeMap<Arc<str>, Value>>),
    /// A record.
    #[serde(rename = "r")]
    Record(Arc<Record>),
    /// One of several named values: `ok`/`failed` of an outcome, the signal that ended an await.
    #[serde(rename = "v")]
    Variant(Arc<(Arc<str>, Value)>),
    /// A document in the store.
    #[serde(rename = "f")]
    File(Arc<FileRef>),
    /// A table of cells in the store, by its reference.
    #[serde(rename = "g")]
    Grid(Arc<str>),
    /// Opaque JSON, as canonical text.
    #[serde(rename = "j")]
    Json(Arc<str>),
    /// A function that exists only while an expression is evaluated (an argument of `map`, `filter` …). Never stored.
    #[serde(skip)]
    Lambda(crate::expr::ExprId),
}

/// The fields of a record, in the order of its type. Two records are equal where the same names have equal values.
#[derive(Debug, Clone, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Record(pub Vec<(Arc<str>, Value)>);

impl Record {
    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| &**key == name).map(|(_, value)| value)
    }

    /// Sets a field, in its place where it exists, else last.
    pub fn set(&mut self, name: &str, value: Value) {
        match self.0.iter_mut().find(|(key, _)| &**key == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.into(), value)),
        }
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

impl Eq for Record {}

impl<K: Into<Arc<str>>> FromIterator<(K, Value)> for Record {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(iter: I) -> Self {
        Record(iter.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

/// An exact amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// How much.
    #[serde(rename = "a")]
    pub amount: Decimal,
    /// Of what.
    #[serde(rename = "c")]
    pub currency: Currency,
}

/// A currency code of three capital letters (ISO 4217 form; the list of codes is the compiler's concern).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The currency of a code, where it has the form of one.
    pub fn new(code: &str) -> Option<Currency> {
        match code.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|x| x.is_ascii_uppercase()) => Some(Currency([*a, *b, *c])),
            _ => None,
        }
    }

    /// The code.
    pub fn code(&self) -> &str {
        // Three capital letters are text, so the empty default is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = String;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        Currency::new(&code).ok_or_else(|| format!("`{code}` is not a currency code"))
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    /// The year, 1 to 9999.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: i8,
}

impl Period {
    /// The month of a year, where both are in range.
    pub fn new(year: i16, month: i8) -> Option<Period> {
        ((1..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Period { year, month })
    }

    /// Reads `2026-03`.
    pub fn parse(text: &str) -> Option<Period> {
        let (year, month) = text.split_once('-')?;
        if year.len() != 4 || month.len() != 2 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return None;
        }
        Period::new(year.parse().ok()?, month.parse().ok()?)
    }

    /// The month that many months later; `None` outside the years 1 to 9999.
    pub fn add_months(self, months: i64) -> Option<Period> {
        let index = (i64::from(self.year) * 12 + i64::from(self.month) - 1).checked_add(months)?;
        Period::new(i16::try_from(index.div_euclid(12)).ok()?, i8::try_from(index.rem_euclid(12) + 1).ok()?)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl TryFrom<String> for Period {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Period::parse(&text).ok_or_else(|| format!("`{text}` is not a period such as 2026-03"))
    }
}

impl From<Period> for String {
    fn from(period: Period) -> String {
        period.to_string()
    }
}

/// A document in the store. The bytes never travel with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// Its key in the store.
    pub document_ref: String,
    /// The name it was submitted under.
    #[serde(default)]
    pub filename: String,
    /// Its MIME type.
    #[serde(default)]
    pub content_type: String,
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<Arc<str>>) -> Value {
        Value::Text(text.into())
    }

    /// A list.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(Arc::new(items))
    }

    /// A record from names and values.
    pub fn record<K: Into<Arc<str>>>(fields: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Record(Arc::new(fields.into_iter().collect()))
    }

    /// One of several named values.
    pub fn variant(tag: &str, value: Value) -> Value {
        Value::Variant(Arc::new((tag.into(), value)))
    }

    /// The field of a record; `None` for anything else.
    pub fn field(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Record(record) => record.get(name),
            _ => None,
        }
    }

    /// The text of a text or of a value of an enumeration.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) | Value::Enum(text) => Some(text),
            _ => None,
        }
    }
}
