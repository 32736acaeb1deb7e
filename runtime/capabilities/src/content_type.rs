//! Finds out what a file is: by its first bytes where they say so, else by its name's ending.

/// The MIME type of a file.
pub(crate) fn of(filename: &str, bytes: &[u8]) -> &'static str {
    let ending = filename.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    if bytes.starts_with(b"%PDF-") {
        return "application/pdf";
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return match ending.as_str() {
            "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "xlsx" | "xlsm" => XLSX,
            "ods" => "application/vnd.oasis.opendocument.spreadsheet",
            "odt" => "application/vnd.oasis.opendocument.text",
            _ if contains(bytes, b"xl/workbook") => XLSX,
            _ => "application/zip",
        };
    }
    if bytes.starts_with(b"\x89PNG\r\n") {
        return "image/png";
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return "image/jpeg";
    }
    match ending.as_str() {
        "csv" => "text/csv",
        "tsv" | "tab" => "text/tab-separated-values",
        "txt" | "text" | "log" => "text/plain",
        "md" | "markdown" => "text/markdown",
        "json" => "application/json",
        "html" | "htm" => "text/html",
        "xml" => "application/xml",
        "pdf" => "application/pdf",
        "xlsx" | "xlsm" => XLSX,
        "xls" => "application/vnd.ms-excel",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "odt" => "application/vnd.oasis.opendocument.text",
        "doc" => "application/msword",
        "tif" | "tiff" => "image/tiff",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "eml" => "message/rfc822",
        "msg" => "application/vnd.ms-outlook",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

/// What people call a MIME type; the type itself where they have no word for it.
pub(crate) fn name(kind: &str) -> &str {
    match kind {
        "application/pdf" => "PDF",
        "text/csv" => "CSV",
        "text/tab-separated-values" => "TSV",
        XLSX => "Excel (.xlsx)",
        "application/vnd.ms-excel.sheet.macroEnabled.12" => "Excel with macros (.xlsm)",
        "application/vnd.ms-excel" => "old Excel (.xls)",
        "application/vnd.oasis.opendocument.spreadsheet" => "OpenDocument table (.ods)",
        "application/vnd.oasis.opendocument.text" => "OpenDocument text (.odt)",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "Word (.docx)",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "PowerPoint (.pptx)",
        "application/msword" => "old Word (.doc)",
        "text/plain" => "plain text",
        "text/markdown" => "Markdown",
        "text/html" => "HTML",
        "application/json" => "JSON",
        "application/xml" => "XML",
        "application/zip" => "ZIP",
        "image/png" => "PNG",
        "image/jpeg" => "JPEG",
        "image/tiff" => "TIFF",
        "image/gif" => "GIF",
        "image/webp" => "WebP",
        "message/rfc822" => "e-mail (.eml)",
        "application/vnd.ms-outlook" => "Outlook e-mail (.msg)",
        "application/octet-stream" => "of an unknown kind",
        other => other,
    }
}

pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
