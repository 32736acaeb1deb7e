//! PDFs that hold text. The letters come from `pdf-extract`, which knows fonts and encodings; what is a line and what is a column
//! is decided in [`super::layout`].

use std::panic::{AssertUnwindSafe, catch_unwind};

use ntro_store::Sheet;
use pdf_extract::{Document, MediaBox, OutputDev, OutputError, Transform, output_doc_page};

use super::layout::{self, Glyph};
use super::{Budget, Parsed};
use crate::Limits;

/// More letters than that on one page are no text that a person has written.
const GLYPHS_PER_PAGE: usize = 200_000;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Parsed, String> {
    let document = Document::load_mem(bytes).map_err(|error| {
        let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
        if head.windows(5).any(|window| window == b"%PDF-") {
            format!("it is a broken PDF ({error})")
        } else {
            "it is not a PDF, although its name says so".to_owned()
        }
    })?;
    // Loading decrypts what opens without a password, which is what most protected files do.
    if document.trailer.has(b"Encrypt") && !document.was_encrypted() {
        return Err("it is protected by a password; save it without one".into());
    }
    let numbers: Vec<u32> = document.get_pages().into_keys().collect();
    if numbers.is_empty() {
        return Err("it has no pages".into());
    }
    let mut budget = Budget::new(limits);
    let mut parsed = Parsed { format: "pdf", pages: numbers.len(), ..Parsed::default() };
    let mut broken = Vec::new();
    for number in numbers.iter().take(limits.pages) {
        let mut output = Letters::default();
        // A page that breaks the reader costs what follows on that page, not the other pages.
        match catch_unwind(AssertUnwindSafe(|| output_doc_page(&document, &mut output, *number))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => broken.push((*number, error.to_string())),
            Err(_) => broken.push((*number, "its inner structure is broken".to_owned())),
        }
        let (rows, text) = layout::page(output.glyphs);
        parsed.plain_text.push_str(&text);
        let cells: usize = rows.iter().map(|row| row.len().max(1)).sum();
        if budget.take(cells) {
            parsed.grid.sheets.push(Sheet { name: format!("page {number}"), rows });
        }
        if parsed.plain_text.len() > limits.plain_text_bytes.saturating_mul(4) {
            parsed.truncated = true;
            break;
        }
    }
    parsed.truncated |= budget.exhausted || numbers.len() > limits.pages;
    if parsed.plain_text.trim().is_empty() {
        return Err(match broken.first() {
            Some((page, error)) => format!("page {page} is broken ({error})"),
            None => "it holds pictures only, no text; scan it with text recognition (OCR) first".into(),
        });
    }
    parsed.notes.extend(broken.iter().map(|(page, error)| format!("page {page} could not be read wholly ({error})")));
    Ok(parsed)
}

/// Collects the letters of a page.
#[derive(Default)]
struct Letters {
    glyphs: Vec<Glyph>,
    height: f64,
}

impl OutputDev for Letters {
    fn begin_page(&mut self, _: u32, media_box: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        self.height = media_box.ury;
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        if self.glyphs.len() >= GLYPHS_PER_PAGE {
            return Ok(());
        }
        // A font's size is stretched by the page's transformation; the square root gives the side of a square of equal area.
        let (across, up) = ((place.m11 + place.m21) * font_size, (place.m12 + place.m22) * font_size);
        let size = (across * up).abs().sqrt();
        let text = text.replace('\u{a0}', " ");
        self.glyphs.push(Glyph { x: place.m31, y: self.height - place.m32, width: width * size, size, text });
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}
