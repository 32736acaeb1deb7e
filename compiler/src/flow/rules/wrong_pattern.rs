//! A case names something that the value can be.

use std::collections::BTreeSet;

use ntro_grammar::{Span, ast};

use crate::flow::Flow;

const CODE: &str = "N0431";

impl Flow<'_> {
    pub(in crate::flow) fn no_such_case(&mut self, name: &ast::Name, ty: &str, cases: Option<&[String]>) {
        let near = self.near(&name.text, cases.unwrap_or_default().to_vec());
        let help = match cases {
            Some(cases) => {
                let list = cases.iter().map(|case| format!("`{case}`")).collect::<Vec<_>>().join(", ");
                format!("{near}It can be {list}.")
            }
            None => "Compare it with a value, such as `\"text\" { … }`, and add `else { … }`.".to_owned(),
        };
        self.error(
            CODE,
            name.span,
            format!("This is never `{}`.", name.text),
            format!("the value is of type `{ty}`"),
            help,
        );
    }

    pub(in crate::flow) fn case_twice(&mut self, case: &str, span: Span, covered: &BTreeSet<String>) {
        if covered.contains(case) {
            self.error(
                CODE,
                span,
                format!("The case `{case}` stands here twice."),
                "the second one",
                "Keep one of them.",
            );
        }
    }

    pub(in crate::flow) fn never_none(&mut self, span: Span, ty: &str, subject: Span) {
        let place = self.place(subject);
        let found = self.error(
            CODE,
            span,
            "This is always there, so it is never `none`.",
            "never happens",
            "Remove this case.",
        );
        found.related.push((place, format!("this is `{ty}`")));
    }

    pub(in crate::flow) fn pattern_carries_nothing(&mut self, case: &str, binding: &ast::Name) {
        self.error(
            CODE,
            binding.span,
            format!("`{case}` carries nothing that could be named."),
            "no value",
            format!("Write `{case} {{ … }}`."),
        );
    }

    pub(in crate::flow) fn arm_is_a_value(&mut self, span: Span) {
        self.error(
            CODE,
            span,
            "A case of this `match` does something, so it has braces.",
            "a value alone does nothing",
            "Write `{ … }` instead of `=> …`; with `=>` the whole `match` is a value: `let x = match …`.",
        );
    }
}
