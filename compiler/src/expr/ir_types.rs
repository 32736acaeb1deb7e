//! Types as a program knows them. Records and enumerations are registered once.

use ntro_ir::types::{EnumDef, FieldDef, RecordDef, TypeDef};
use ntro_ir::{Type, TypeId};

use crate::cx::Cx;
use crate::items::DefKind;
use crate::ty::Ty;

impl Cx<'_> {
    /// The IR's form of a type.
    pub(super) fn lowered_type(&mut self, ty: &Ty) -> Type {
        match ty {
            Ty::Nothing | Ty::Error => Type::Nothing,
            Ty::Unknown | Ty::Param(_) | Ty::Json => Type::Json,
            Ty::NoneLit => Type::Optional(Box::new(Type::Json)),
            Ty::Bool => Type::Bool,
            Ty::Int => Type::Int,
            Ty::Decimal => Type::Decimal,
            Ty::Text => Type::Text,
            Ty::Date => Type::Date,
            Ty::DateTime => Type::DateTime,
            Ty::Period => Type::Period,
            Ty::Duration => Type::Duration,
            Ty::Money(None) => Type::Money,
            Ty::Money(Some(currency)) => Type::MoneyIn(*currency),
            Ty::Currency => Type::Currency,
            Ty::File => Type::File,
            Ty::Grid => Type::Grid,
            Ty::List(of) => Type::List(Box::new(self.lowered_type(of))),
            Ty::Map(of) => Type::Map(Box::new(self.lowered_type(of))),
            Ty::Optional(of) => Type::Optional(Box::new(self.lowered_type(of))),
            Ty::Outcome(of) => Type::Outcome(Box::new(self.lowered_type(of))),
            Ty::Choice(arms) => {
                Type::Choice(arms.iter().map(|(name, ty)| (name.clone(), self.lowered_type(ty))).collect())
            }
            Ty::Named(..) | Ty::Anonymous(_) | Ty::Words(_) => Type::Named(self.registered(ty)),
        }
    }

    fn registered(&mut self, ty: &Ty) -> TypeId {
        if let Some((_, id)) = self.types.iter().find(|(known, _)| known == ty) {
            return *id;
        }
        let id = TypeId::try_from(self.program.types.len()).unwrap_or(TypeId::MAX);
        self.types.push((ty.clone(), id));
        // The place is taken before the fields are looked at, for a record may hold a list of itself.
        let empty = RecordDef { name: String::new(), fields: Vec::new(), doc: String::new() };
        self.program.types.push(TypeDef::Record(empty));
        let def = self.type_def(ty);
        if let Some(place) = self.program.types.get_mut(id as usize) {
            *place = def;
        }
        id
    }

    fn type_def(&mut self, ty: &Ty) -> TypeDef {
        let items = self.items;
        if let Ty::Named(id, _) = ty
            && let Some(def) = items.def(*id)
            && let DefKind::Enum(values) = &def.kind
        {
            return TypeDef::Enum(EnumDef { name: def.name.clone(), values: values.clone(), doc: def.doc.clone() });
        }
        if let Ty::Words(words) = ty {
            return TypeDef::Enum(EnumDef { name: String::new(), values: words.to_vec(), doc: String::new() });
        }
        let Some((def, params)) = items.record(ty) else {
            let fields = items.fields(ty).unwrap_or_default().into_iter().map(|(name, ty)| FieldDef {
                name,
                ty: self.lowered_type(&ty),
                default: None,
                doc: String::new(),
            });
            return TypeDef::Record(RecordDef { name: String::new(), fields: fields.collect(), doc: String::new() });
        };
        let mut fields = Vec::new();
        for param in params {
            let default = if param.default.is_some() { self.default_value(&param) } else { None };
            fields.push(FieldDef { name: param.name, ty: self.lowered_type(&param.ty), default, doc: param.doc });
        }
        TypeDef::Record(RecordDef { name: items.show(ty), fields, doc: def.doc.clone() })
    }
}
