//! What is known at one place of a text: the names in sight, what is expected there, what a value has.

use ntro_grammar::Span;

use crate::expr::functions::FunctionDoc;
use crate::items::{DefKind, FileId, Items, Param};
use crate::ty::Ty;

/// What is known at one place.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The type of the smallest expression around the place.
    pub ty: Option<String>,
    /// Where that expression stands.
    pub span: Span,
    /// Where that type is declared.
    pub(crate) declared: Option<(FileId, Span)>,
    /// Whether a value may stand here.
    pub value: bool,
    /// The names in sight.
    pub names: Vec<SeenName>,
    /// What is expected.
    pub expected: Option<SeenType>,
    /// What the value before the dot has.
    pub members: Option<SeenMembers>,
    /// Fields, arguments or columns that may be named here.
    pub fields: Vec<SeenField>,
    /// The cases of the `match` at hand.
    pub cases: Vec<String>,
}

/// A name in sight.
#[derive(Debug, Clone)]
pub struct SeenName {
    /// The name.
    pub name: String,
    /// Its type.
    pub ty: String,
    /// Where it is declared in this file.
    pub span: Span,
    /// Whether it can be read here; steps that come later cannot.
    pub readable: bool,
    /// Whether it is a `var`.
    pub var: bool,
    /// Whether it is an input.
    pub input: bool,
    /// For a block, the blocks inside it.
    pub inner: Vec<SeenName>,
}

/// A type, as far as it matters for what may be written.
#[derive(Debug, Clone, Default)]
pub struct SeenType {
    /// How it is written.
    pub shown: String,
    /// The values of an enumeration.
    pub values: Vec<String>,
    /// The fields of a record.
    pub fields: Vec<SeenField>,
}

/// A field, an input or a parameter.
#[derive(Debug, Clone)]
pub struct SeenField {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: String,
    /// Its documentation.
    pub doc: String,
    /// Whether it may be left out.
    pub optional: bool,
}

/// What a value has.
#[derive(Debug, Clone)]
pub struct SeenMembers {
    /// Its type.
    pub of: SeenType,
    /// Whether it may be `none`.
    pub optional: bool,
    /// The blocks inside a block.
    pub inner: Vec<SeenName>,
    /// The functions of the language that take it first.
    pub functions: Vec<FunctionDoc>,
    /// The functions of the project that take it first, each with how it is called.
    pub fns: Vec<(String, String)>,
}

/// A type as it is shown.
pub(super) fn type_of(items: &Items, ty: &Ty) -> SeenType {
    let present = ty.present();
    let values = items.enum_values(&present).unwrap_or_default();
    SeenType { shown: items.show(ty), values, fields: fields_of(items, &present) }
}

/// The fields of a record.
pub(super) fn fields_of(items: &Items, ty: &Ty) -> Vec<SeenField> {
    let plain = |name: &str, ty: &str, doc: &str| SeenField {
        name: name.to_owned(),
        ty: ty.to_owned(),
        doc: doc.to_owned(),
        optional: false,
    };
    match ty.present() {
        Ty::Named(..) => items
            .record(&ty.present())
            .map_or_else(Vec::new, |(_, fields)| fields.iter().map(|f| field(items, f)).collect()),
        Ty::Anonymous(fields) => {
            let one = |(name, ty): &(String, Ty)| SeenField {
                name: name.clone(),
                ty: items.show(ty),
                doc: String::new(),
                optional: ty.may_be_none(),
            };
            fields.iter().map(one).collect()
        }
        Ty::Money(_) => vec![plain("amount", "decimal", "The number."), plain("currency", "currency", "The currency.")],
        Ty::File => vec![
            plain("filename", "text", "What the file is called."),
            plain("content_type", "text", "What kind of file it is, as `application/pdf`."),
            plain("document_ref", "text", "Where it is kept."),
        ],
        _ => Vec::new(),
    }
}

/// A field with its type.
pub(super) fn field(items: &Items, param: &Param) -> SeenField {
    SeenField {
        name: param.name.clone(),
        ty: items.show(&param.ty),
        doc: param.doc.clone(),
        optional: param.default.is_some() || param.ty.may_be_none(),
    }
}

/// Whether a declared type is an enumeration.
pub(super) fn is_enum(kind: &DefKind) -> bool {
    matches!(kind, DefKind::Enum(_))
}
