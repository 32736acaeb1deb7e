//! What people read, and what other programs hear, holds no passwords and keys.
//!
//! A name is all that can be told of a value here, so this is a warning.

use ntro_grammar::ast;

use crate::diagnostic::Level;
use crate::flow::Flow;

const CODE: &str = "N0443";

/// Parts of names that say that something is a secret.
const SECRET: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "api_key",
    "apikey",
    "access_key",
    "private_key",
    "token",
    "credential",
    "client_secret",
    "pin_code",
];

/// Names with such a part that hold none.
const HARMLESS: [&str; 4] = ["token_count", "tokens", "secretary", "secretariat"];

impl Flow<'_> {
    /// Looks at a text that people read: the message of a failure, feedback, a warning.
    pub(in crate::flow) fn told_secrets(&mut self, text: &ast::Template, what: &str) {
        for part in &text.parts {
            if let ast::TemplatePart::Expr(value) = part {
                self.secret_in(value, what);
            }
        }
    }

    /// Looks at a value that leaves the run in a message.
    pub(in crate::flow) fn secret_in(&mut self, value: &ast::Expr, what: &str) {
        let name = match &value.kind {
            ast::ExprKind::Name(name) => name.as_str(),
            ast::ExprKind::Member { name, .. } => name.text.as_str(),
            ast::ExprKind::Paren(inner) => return self.secret_in(inner, what),
            ast::ExprKind::Text(text) => return self.told_secrets(text, what),
            ast::ExprKind::Record(items) => {
                for item in items {
                    if let ast::RecordItem::Field { name, value, .. } = item {
                        match value {
                            Some(value) => self.secret_in(value, what),
                            None if is_secret(&name.text) => self.secret_told(name.span, &name.text, what),
                            None => {}
                        }
                    }
                }
                return;
            }
            _ => return,
        };
        if is_secret(name) {
            self.secret_told(value.span, name, what);
        }
    }

    fn secret_told(&mut self, span: ntro_grammar::Span, name: &str, what: &str) {
        self.lesser(
            Level::Warning,
            CODE,
            span,
            format!("`{name}` looks like a secret, and {what} shows it to everybody who looks at the run."),
            "a secret in a message",
            "Leave it out. Passwords and keys belong to whoever runs the capabilities, not into a run: its history keeps them.",
        );
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !HARMLESS.iter().any(|known| name.contains(known)) && SECRET.iter().any(|part| name.contains(part))
}
