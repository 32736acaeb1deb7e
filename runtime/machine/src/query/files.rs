//! Files that people are asked for: what existing clients need to send them.

use serde_json::{Map, json};

use crate::io::Json;

/// The MIME type of a word such as `pdf`; a word that is one already stays as it is.
pub(crate) fn mime(word: &str) -> String {
    let known = match word.to_ascii_lowercase().trim_start_matches('.') {
        "pdf" => "application/pdf",
        "csv" => "text/csv",
        "tsv" => "text/tab-separated-values",
        "txt" | "text" => "text/plain",
        "json" => "application/json",
        "xml" => "application/xml",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsm" => "application/vnd.ms-excel.sheet.macroEnabled.12",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "odt" => "application/vnd.oasis.opendocument.text",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "tif" | "tiff" => "image/tiff",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "eml" => "message/rfc822",
        "msg" => "application/vnd.ms-outlook",
        "html" | "htm" => "text/html",
        "md" => "text/markdown",
        "zip" => "application/zip",
        _ if word.contains('/') => word,
        _ => "application/octet-stream",
    };
    known.to_owned()
}

/// Rewrites the properties of a file upload for existing clients: `accept` as MIME types, `max_size` as megabytes.
pub(crate) fn upload_config(mut config: Map<String, Json>) -> Map<String, Json> {
    if let Some(Json::Array(words)) = config.get("accept") {
        let types: Vec<_> = words.iter().filter_map(Json::as_str).map(mime).collect();
        config.insert("accept".to_owned(), json!(types));
    }
    if let Some(size) = config.remove("max_size") {
        config.insert("max_size_mb".to_owned(), megabytes(&size));
    }
    config.entry("multiple").or_insert(Json::Bool(false));
    config
}

/// Bytes as megabytes, rounded up; a text such as `25MB` is taken as it reads.
fn megabytes(size: &Json) -> Json {
    const MEBI: i64 = 1024 * 1024;
    const MEGA: i64 = 1_000_000;
    match size {
        Json::Number(bytes) => match bytes.as_i64() {
            Some(bytes) if bytes % MEBI == 0 => json!(bytes / MEBI),
            Some(bytes) => json!(bytes.saturating_add(MEGA - 1) / MEGA),
            None => size.clone(),
        },
        Json::String(text) => {
            text.trim_end_matches("MB").trim().parse::<i64>().map_or_else(|_| size.clone(), |mb| json!(mb))
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_megabytes() {
        assert_eq!(megabytes(&json!(25_000_000)), json!(25));
        assert_eq!(megabytes(&json!(25 * 1024 * 1024)), json!(25));
        assert_eq!(megabytes(&json!(1)), json!(1));
    }

    #[test]
    fn words_are_mime_types() {
        assert_eq!(mime("pdf"), "application/pdf");
        assert_eq!(mime("image/heic"), "image/heic");
        assert_eq!(mime("weird"), "application/octet-stream");
    }
}
