//! What a person who is asked for a file may send.

use crate::CapabilityError;
use crate::content_type::{self, XLSX};

/// What is accepted where a file is asked for. The default accepts everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accept {
    /// MIME types; empty for all.
    pub types: Vec<String>,
    /// The largest size in MB (of 1,048,576 bytes).
    pub most_mb: Option<u64>,
}

impl Accept {
    /// What is accepted, in words: `PDF or Excel (.xlsx) up to 50 MB`. Empty where everything is.
    pub fn described(&self) -> String {
        let mut names: Vec<&str> = self.types.iter().map(|kind| content_type::name(kind)).collect();
        names.dedup();
        let types = match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            Some((last, _)) => (*last).to_owned(),
            None => String::new(),
        };
        match self.most_mb {
            Some(most) if types.is_empty() => format!("files up to {most} MB"),
            Some(most) => format!("{types} up to {most} MB"),
            None => types,
        }
    }

    /// Refuses a file that is too large, before it is read.
    pub(crate) fn check_size(&self, filename: &str, bytes: u64) -> Result<(), CapabilityError> {
        match self.most_mb {
            Some(most) if bytes > most.saturating_mul(1_048_576) => {
                let size = bytes.div_ceil(1_048_576);
                Err(self.refusal(&format!("{filename} has {size} MB")))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a file of another kind, and one whose content is not what its name says.
    pub(crate) fn check_kind(&self, filename: &str, kind: &str, bytes: &[u8]) -> Result<(), CapabilityError> {
        let any = self.types.is_empty() || self.types.iter().any(|wanted| wanted == "application/octet-stream");
        if any {
            return Ok(());
        }
        if bytes.is_empty() {
            return Err(self.refusal(&format!("{filename} is empty")));
        }
        if !self.types.iter().any(|wanted| same(wanted, kind)) {
            return Err(self.refusal(&format!("{filename} is {}", content_type::name(kind))));
        }
        let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
        let true_to_name = match kind {
            "application/pdf" => head.windows(5).any(|window| window == b"%PDF-"),
            XLSX => bytes.starts_with(b"PK\x03\x04"),
            _ => true,
        };
        if true_to_name {
            return Ok(());
        }
        Err(self.refusal(&format!("{filename} is not {}, whatever its name says", content_type::name(kind))))
    }

    fn refusal(&self, what: &str) -> CapabilityError {
        CapabilityError::new("not_accepted", format!("{what}; accepted: {}", self.described()))
    }
}

/// Whether a kind is the wanted one: the same, one of a family such as `image/*`, or a workbook that differs in its macros only.
fn same(wanted: &str, kind: &str) -> bool {
    let wanted = wanted.trim().to_ascii_lowercase();
    let family = wanted.strip_suffix('*').is_some_and(|family| family.ends_with('/') && kind.starts_with(family));
    wanted == kind
        || family
        || wanted == "*/*"
        || (kind == XLSX && wanted.starts_with("application/vnd.ms-excel.sheet"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Accept {
        Accept { types: vec!["application/pdf".into(), XLSX.into()], most_mb: Some(50) }
    }

    #[test]
    fn what_is_accepted_is_said_in_words() {
        assert_eq!(asked().described(), "PDF or Excel (.xlsx) up to 50 MB");
        assert_eq!(Accept { most_mb: Some(5), ..Accept::default() }.described(), "files up to 5 MB");
        assert_eq!(Accept::default().described(), "");
    }

    #[test]
    fn kinds_and_sizes_are_held_to() {
        let asked = asked();
        assert!(asked.check_kind("a.pdf", "application/pdf", b"%PDF-1.7").is_ok());
        assert!(asked.check_kind("a.xlsx", XLSX, b"PK\x03\x04").is_ok());
        let refused = asked.check_kind("README.md", "text/markdown", b"# A").err().map(|error| error.message);
        assert_eq!(refused.as_deref(), Some("README.md is Markdown; accepted: PDF or Excel (.xlsx) up to 50 MB"));
        assert!(asked.check_kind("a.pdf", "application/pdf", b"").is_err());
        assert!(asked.check_kind("a.xlsx", XLSX, b"date,amount").is_err());
        assert!(asked.check_size("a.pdf", 50 * 1_048_576).is_ok());
        assert!(asked.check_size("a.pdf", 50 * 1_048_576 + 1).is_err());
        let images = Accept { types: vec!["image/*".into()], most_mb: None };
        assert!(images.check_kind("a.png", "image/png", b"\x89PNG").is_ok());
        assert!(images.check_kind("a.png", "image/png", b"").is_err());
        assert!(images.check_kind("a.pdf", "application/pdf", b"%PDF-").is_err());
    }
}
