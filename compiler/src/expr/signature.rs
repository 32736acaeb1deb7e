//! The signatures of the table as patterns, and what stands for their letters in one call.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::functions::{FUNCTIONS, Function};
use crate::items::Items;
use crate::ty::Ty;

/// A type with letters in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Pattern {
    /// A letter: `T U A B` any type, `K` ordered, `N` a number, `Q` a number or money.
    Letter(char),
    Plain(Ty),
    List(Box<Pattern>),
    Map(Box<Pattern>),
    Optional(Box<Pattern>),
    Outcome(Box<Pattern>),
    /// A type of the prelude with arguments.
    Prelude(String, Vec<Pattern>),
    /// `T => U`
    Rule(Vec<Pattern>, Box<Pattern>),
}

/// One form of a function.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Form {
    pub params: Vec<Pattern>,
    pub result: Pattern,
}

/// The forms of a function of the table. They are read once: a project calls the same few functions over and over.
pub(super) fn forms(function: &Function) -> &'static [Form] {
    static ALL: OnceLock<BTreeMap<&'static str, Vec<Form>>> = OnceLock::new();
    let read_all = |function: &Function| function.forms.iter().filter_map(|form| read(form)).collect();
    let all = ALL.get_or_init(|| FUNCTIONS.iter().map(|function| (function.name, read_all(function))).collect());
    all.get(function.name).map_or(&[], Vec::as_slice)
}

/// Whether a function takes a value of a type first.
pub(super) fn takes_first(items: &Items, function: &Function, ty: &Ty) -> bool {
    let fits = |form: &Form| {
        form.params.first().is_some_and(|pattern| match pattern {
            // What takes anything is offered nowhere in particular.
            Pattern::Letter('T') => false,
            pattern => Letters::default().take(items, pattern, ty),
        })
    };
    *ty != Ty::Error && forms(function).iter().any(fits)
}

/// Reads a form of the table. A test proves that all can be read.
fn read(text: &str) -> Option<Form> {
    let mut reader = Reader { rest: text };
    reader.take("(")?;
    let mut params = Vec::new();
    while reader.take(")").is_none() {
        params.push(reader.pattern()?);
        let _ = reader.take(",");
    }
    reader.take("->")?;
    let result = reader.pattern()?;
    reader.rest.trim().is_empty().then_some(Form { params, result })
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn take(&mut self, word: &str) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(word)?;
        Some(())
    }

    fn pattern(&mut self) -> Option<Pattern> {
        let left = self.simple()?;
        if self.take("=>").is_some() {
            return Some(Pattern::Rule(vec![left], Box::new(self.simple()?)));
        }
        Some(left)
    }

    fn simple(&mut self) -> Option<Pattern> {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        let mut args = Vec::new();
        if self.rest.starts_with('<') {
            self.take("<")?;
            while self.take(">").is_none() {
                args.push(self.simple()?);
                let _ = self.take(",");
            }
        }
        let first = args.first().cloned().map(Box::new);
        let mut pattern = match (word, first) {
            ("list", Some(of)) => Pattern::List(of),
            ("map", Some(of)) => Pattern::Map(of),
            ("outcome", Some(of)) => Pattern::Outcome(of),
            ("int", _) => Pattern::Plain(Ty::Int),
            ("decimal", _) => Pattern::Plain(Ty::Decimal),
            ("text", _) => Pattern::Plain(Ty::Text),
            ("bool", _) => Pattern::Plain(Ty::Bool),
            ("date", _) => Pattern::Plain(Ty::Date),
            ("datetime", _) => Pattern::Plain(Ty::DateTime),
            ("period", _) => Pattern::Plain(Ty::Period),
            ("money", _) => Pattern::Plain(Ty::Money(None)),
            ("currency", _) => Pattern::Plain(Ty::Currency),
            (letter, _) if letter.len() == 1 => Pattern::Letter(letter.chars().next()?),
            (name, _) if !name.is_empty() => Pattern::Prelude(name.to_owned(), args),
            _ => return None,
        };
        if self.rest.starts_with('?') {
            self.take("?")?;
            pattern = Pattern::Optional(Box::new(pattern));
        }
        Some(pattern)
    }
}

/// What the letters stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Letters(Vec<(char, Ty)>);

impl Letters {
    /// What a letter stands for.
    pub(super) fn get(&self, letter: char) -> Option<&Ty> {
        self.0.iter().find(|(name, _)| *name == letter).map(|(_, ty)| ty)
    }

    fn set(&mut self, letter: char, ty: Ty) {
        match self.0.iter_mut().find(|(name, _)| *name == letter) {
            Some((_, old)) => *old = ty,
            None => self.0.push((letter, ty)),
        }
    }

    /// The type that a pattern stands for; `None` where a letter of it is open.
    pub(super) fn fill(&self, items: &Items, pattern: &Pattern) -> Option<Ty> {
        Some(match pattern {
            Pattern::Letter(letter) => self.get(*letter)?.clone(),
            Pattern::Plain(ty) => ty.clone(),
            Pattern::List(of) => Ty::list(self.fill(items, of)?),
            Pattern::Map(of) => Ty::Map(std::sync::Arc::new(self.fill(items, of)?)),
            Pattern::Optional(of) => Ty::optional(self.fill(items, of)?),
            Pattern::Outcome(of) => Ty::Outcome(std::sync::Arc::new(self.fill(items, of)?)),
            Pattern::Prelude(name, args) => {
                let args: Option<Vec<Ty>> = args.iter().map(|arg| self.fill(items, arg)).collect();
                items.prelude_type(name, &args?)
            }
            Pattern::Rule(..) => return None,
        })
    }

    /// Takes a type for a pattern and notes what its letters stand for; `false` where it does not fit.
    pub(super) fn take(&mut self, items: &Items, pattern: &Pattern, ty: &Ty) -> bool {
        match (pattern, ty) {
            (Pattern::Letter(letter), Ty::Error) => {
                // What is made of it is as little known.
                if self.get(*letter).is_none() {
                    self.set(*letter, Ty::Error);
                }
                true
            }
            (_, Ty::Error) => true,
            (Pattern::Letter(letter), ty) => self.take_letter(items, *letter, ty),
            (Pattern::Plain(to), ty) => items.fits(ty, to),
            (Pattern::List(of), Ty::List(ty)) => self.take(items, of, ty),
            (Pattern::Map(of), Ty::Map(ty)) => self.take(items, of, ty),
            (Pattern::Outcome(of), Ty::Outcome(ty)) => self.take(items, of, ty),
            (Pattern::Optional(of), Ty::Optional(ty)) => self.take(items, of, ty),
            (Pattern::Optional(_), Ty::NoneLit | Ty::Unknown) => true,
            (Pattern::Optional(of), ty) => self.take(items, of, ty),
            (Pattern::List(_) | Pattern::Map(_) | Pattern::Outcome(_), Ty::Unknown) => true,
            (Pattern::Prelude(_, patterns), Ty::Named(_, args)) => {
                self.fill(items, pattern).is_none_or(|to| items.fits(ty, &to))
                    && patterns.iter().zip(args.iter()).all(|(pattern, ty)| self.take(items, pattern, ty))
            }
            _ => false,
        }
    }

    fn take_letter(&mut self, items: &Items, letter: char, ty: &Ty) -> bool {
        if *ty == Ty::Nothing || !allowed(letter, ty) {
            return false;
        }
        match self.get(letter).cloned() {
            None | Some(Ty::Unknown) => {
                self.set(letter, ty.clone());
                true
            }
            Some(known) if items.fits(ty, &known) => true,
            Some(known) => match items.join(&known, ty) {
                Some(both) if allowed(letter, &both) => {
                    self.set(letter, both);
                    true
                }
                _ => false,
            },
        }
    }
}

/// Whether a letter may stand for a type.
fn allowed(letter: char, ty: &Ty) -> bool {
    if matches!(ty, Ty::Error | Ty::Unknown) {
        return true;
    }
    match letter {
        'N' => matches!(ty, Ty::Int | Ty::Decimal),
        'Q' => matches!(ty, Ty::Int | Ty::Decimal | Ty::Money(_)),
        'R' => matches!(ty, Ty::Decimal | Ty::Money(_)),
        'K' => super::operators::has_order(ty),
        _ => true,
    }
}

/// What a letter asks for, for messages.
pub(super) fn asks_for(letter: char) -> &'static str {
    match letter {
        'N' => "a number",
        'Q' => "a number or money",
        'R' => "a decimal or money",
        'K' => "something that has an order (a number, money, a text, a date …)",
        _ => "a value",
    }
}

#[cfg(test)]
mod tests {
    use super::super::functions::FUNCTIONS;
    use super::read;

    #[test]
    fn every_form_of_the_table_can_be_read() {
        for function in FUNCTIONS {
            for form in function.forms {
                assert!(read(form).is_some(), "{}{form}", function.name);
            }
            assert!(!function.doc.is_empty());
        }
    }
}
