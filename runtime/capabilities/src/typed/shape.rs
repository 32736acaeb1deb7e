//! What a row is, from the JSON Schema of its type. Schemas are read generously: what matters is which kind of value a field
//! holds, not how a schema spells it.

use serde_json::Value as Json;

/// References inside a schema are followed so often; more is a circle.
const MAX_HOPS: usize = 16;

/// A record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    pub(crate) title: String,
    pub(crate) fields: Vec<Field>,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) doc: String,
    /// Whether a row without it is no row: it is neither optional nor has a default.
    pub(crate) required: bool,
    /// Whether `none` may stand for it.
    pub(crate) nullable: bool,
    pub(crate) kind: Kind,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Int,
    Decimal,
    Text,
    Date,
    DateTime,
    Period,
    Currency,
    /// Money, of this currency where it is fixed.
    Money(Option<String>),
    /// One of these.
    Enum(Vec<String>),
    /// Texts parted by `;`.
    Texts,
    /// Nothing that a cell can hold: a document, a record.
    Other,
}

impl Kind {
    /// What a cell should be, for a message.
    pub(crate) fn describe(&self) -> String {
        match self {
            Kind::Bool => "yes or no".into(),
            Kind::Int => "a whole number".into(),
            Kind::Decimal => "a number".into(),
            Kind::Text => "text".into(),
            Kind::Date => "a date".into(),
            Kind::DateTime => "a date with a time".into(),
            Kind::Period => "a month such as 2026-03".into(),
            Kind::Currency => "a currency code such as GBP".into(),
            Kind::Money(None) => "an amount of money".into(),
            Kind::Money(Some(currency)) => format!("an amount in {currency}"),
            Kind::Enum(values) => format!("one of {}", values.join(", ")),
            Kind::Texts => "a list of texts".into(),
            Kind::Other => "a value that a table can hold".into(),
        }
    }
}

impl Shape {
    /// Reads the schema of a record, or of a list of records.
    ///
    /// Errors are sentences for the runbook's author.
    pub(crate) fn of(schema: &Json) -> Result<Shape, String> {
        let mut record = resolve(schema, schema);
        if let Some(items) = record.get("items") {
            record = resolve(items, schema);
        }
        let Some(properties) = record.get("properties").and_then(Json::as_object).filter(|map| !map.is_empty()) else {
            return Err("a row must be a record with fields, such as `type Lease { tenant: text, rent: money }`".into());
        };
        let required: Vec<&str> = record
            .get("required")
            .and_then(Json::as_array)
            .map(|names| names.iter().filter_map(Json::as_str).collect())
            .unwrap_or_default();
        let fields = properties
            .iter()
            .map(|(name, field)| {
                let (kind, nullable) = kind(field, schema, 0);
                let described = resolve(field, schema);
                let doc = field.get("description").or_else(|| described.get("description")).and_then(Json::as_str);
                let has_default = field.get("default").is_some();
                Field {
                    name: name.clone(),
                    doc: doc.unwrap_or_default().to_owned(),
                    required: required.contains(&name.as_str()) && !nullable && !has_default,
                    nullable,
                    kind,
                }
            })
            .collect();
        let title = record.get("title").and_then(Json::as_str).unwrap_or("row").to_owned();
        Ok(Shape { title, fields })
    }

    pub(crate) fn field(&self, index: usize) -> Option<&Field> {
        self.fields.get(index)
    }
}

/// Follows `$ref` within the schema.
fn resolve<'a>(schema: &'a Json, root: &'a Json) -> &'a Json {
    let mut at = schema;
    for _ in 0..MAX_HOPS {
        let Some(reference) = at.get("$ref").and_then(Json::as_str) else { return at };
        match reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer)) {
            Some(next) => at = next,
            None => return at,
        }
    }
    at
}

fn kind(schema: &Json, root: &Json, depth: usize) -> (Kind, bool) {
    let schema = resolve(schema, root);
    if depth > MAX_HOPS {
        return (Kind::Other, false);
    }
    for word in ["anyOf", "oneOf", "allOf"] {
        if let Some(branches) = schema.get(word).and_then(Json::as_array) {
            return of_branches(branches, root, depth);
        }
    }
    let types: Vec<&str> = match schema.get("type") {
        Some(Json::String(one)) => vec![one],
        Some(Json::Array(several)) => several.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    let nullable = types.contains(&"null");
    let is = |name: &str| types.contains(&name);
    if let Some(values) = schema.get("enum").and_then(Json::as_array) {
        let nullable = nullable || values.iter().any(Json::is_null);
        return (Kind::Enum(values.iter().filter_map(Json::as_str).map(str::to_owned).collect()), nullable);
    }
    // A schema that says nothing takes anything, and a text is something.
    if types.is_empty() && schema.get("properties").is_none() && schema.get("const").is_none() {
        return (Kind::Text, false);
    }
    let found = if let Some(properties) = schema.get("properties") {
        of_object(properties, root)
    } else if is("array") {
        match schema.get("items").map(|items| kind(items, root, depth + 1).0) {
            Some(Kind::Text) => Kind::Texts,
            _ => Kind::Other,
        }
    } else if is("boolean") {
        Kind::Bool
    } else if is("string") {
        of_string(schema, is("number") || is("integer"))
    } else if is("number") {
        Kind::Decimal
    } else if is("integer") {
        Kind::Int
    } else {
        Kind::Other
    };
    (found, nullable)
}

/// Several spellings of one value: money as an object or a number, a decimal as a text or a number, anything or null.
fn of_branches(branches: &[Json], root: &Json, depth: usize) -> (Kind, bool) {
    let is_null = |branch: &&Json| branch.get("type").and_then(Json::as_str) == Some("null");
    let mut nullable = branches.iter().any(|branch| is_null(&branch));
    let mut kinds = Vec::new();
    for branch in branches.iter().filter(|branch| !is_null(branch)) {
        let (found, or_null) = kind(branch, root, depth + 1);
        nullable |= or_null;
        kinds.push(found);
    }
    let rank = |kind: &Kind| match kind {
        Kind::Money(_) => 4,
        Kind::Decimal | Kind::Int => 3,
        Kind::Text | Kind::Texts => 1,
        Kind::Other => 0,
        _ => 2,
    };
    (kinds.into_iter().max_by_key(rank).unwrap_or(Kind::Other), nullable)
}

fn of_object(properties: &Json, root: &Json) -> Kind {
    let (Some(_), Some(currency)) = (properties.get("amount"), properties.get("currency")) else { return Kind::Other };
    let currency = resolve(currency, root);
    let only =
        currency.get("enum").and_then(Json::as_array).filter(|list| list.len() == 1).and_then(|list| list.first());
    let fixed = currency.get("const").or(only).and_then(Json::as_str);
    Kind::Money(fixed.map(str::to_owned))
}

fn of_string(schema: &Json, or_number: bool) -> Kind {
    let word = |name: &str| schema.get(name).and_then(Json::as_str).unwrap_or_default();
    match word("format") {
        "date" => return Kind::Date,
        "date-time" => return Kind::DateTime,
        "period" | "year-month" => return Kind::Period,
        "decimal" => return Kind::Decimal,
        "currency" => return Kind::Currency,
        _ => {}
    }
    let pattern = word("pattern");
    if or_number || pattern.contains("\\.") {
        Kind::Decimal
    } else if pattern.contains("[A-Z]{3}") {
        Kind::Currency
    } else if pattern.contains('-') && (pattern.contains("{4}") || pattern.contains("\\d\\d\\d\\d")) {
        Kind::Period
    } else {
        Kind::Text
    }
}
