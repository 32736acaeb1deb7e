//! `template.render(template: text, data) -> text`: renders a template file of the project's folder with Jinja's syntax. A name that
//! the data does not have is an error; templates can include others of the folder; `money` formats an amount.

use std::io::{self, Write};
use std::path::PathBuf;

use async_trait::async_trait;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde_json::{Value as Json, json};

use crate::call::{Call, Capability};
use crate::{CapabilityError, Limits, paths};

/// No template is larger.
const TEMPLATE_BYTES: u64 = 1_000_000;

pub(crate) struct TemplateRender;

#[async_trait]
impl Capability for TemplateRender {
    fn name(&self) -> &'static str {
        "template.render"
    }

    async fn call(&self, call: &Call<'_>) -> Result<Json, CapabilityError> {
        let name = call.text("template")?.to_owned();
        let data = call.get("data").cloned().unwrap_or_else(|| json!({}));
        let (bundle, limits) = (call.host.settings.bundle.clone(), call.host.settings.limits);
        paths::existing(&bundle, &name)?;
        // Rendering computes and reads files; it would hold up the other calls of this thread.
        let work = tokio::task::spawn_blocking(move || render(bundle, &name, &data, &limits));
        let lost =
            |error: tokio::task::JoinError| CapabilityError::new("template", format!("the template failed: {error}"));
        work.await.map_err(lost)?.map(|text| json!(text))
    }
}

fn render(bundle: PathBuf, name: &str, data: &Json, limits: &Limits) -> Result<String, CapabilityError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(limits.template_fuel));
    environment.set_recursion_limit(50);
    environment.set_auto_escape_callback(|name| match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html" | "htm" | "xml") => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    environment.set_loader(move |name| load(&bundle, name));
    environment.add_filter("money", money);
    let failed = |error: Error| {
        let at = match (error.name(), error.line()) {
            (Some(name), Some(line)) => format!("{name}, line {line}"),
            _ => name.to_owned(),
        };
        let why =
            error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
        CapabilityError::new("template", format!("{at}: {why}"))
    };
    let template = environment.get_template(name).map_err(failed)?;
    let mut out = Bounded { text: Vec::new(), limit: limits.template_bytes, full: false };
    let done = template.render_captured_to(Value::from(minijinja::value::Serde(data)), &mut out);
    if out.full {
        let message = format!("{name}: the document would have more than {} MB", limits.template_bytes / 1_000_000);
        return Err(CapabilityError::new("too_large", message));
    }
    done.map_err(failed)?;
    String::from_utf8(out.text).map_err(|_| CapabilityError::new("template", format!("{name} did not give text")))
}

/// Finds a template that another one includes.
fn load(bundle: &std::path::Path, name: &str) -> Result<Option<String>, Error> {
    let invalid = |message: String| Error::new(ErrorKind::InvalidOperation, message);
    let file = match paths::existing(bundle, name) {
        Ok(file) => file,
        Err(error) if error.kind == "not_found" => return Ok(None),
        Err(error) => return Err(invalid(error.message)),
    };
    let size = file.metadata().map_err(|error| invalid(error.to_string()))?.len();
    if size > TEMPLATE_BYTES {
        return Err(invalid(format!("{name} has {size} bytes; templates have at most {TEMPLATE_BYTES}")));
    }
    std::fs::read_to_string(file).map(Some).map_err(|error| invalid(format!("{name}: {error}")))
}

/// `{{ rent | money }}`: `{"amount": "1234.5", "currency": "GBP"}` becomes `1,234.50 GBP`. Digits beyond the second stay: nothing is
/// rounded here.
fn money(value: Value) -> Result<String, Error> {
    let wrong = || Error::new(ErrorKind::InvalidOperation, "`money` formats amounts of money");
    let amount = value.get_attr("amount").ok().filter(|amount| !amount.is_undefined()).ok_or_else(wrong)?;
    let currency = value.get_attr("currency")?;
    let amount: rust_decimal::Decimal = amount.to_string().parse().map_err(|_| wrong())?;
    let text = amount.abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    Ok(format!("{sign}{grouped}.{fraction:0<2} {currency}"))
}

/// Takes so much and no more.
struct Bounded {
    text: Vec<u8>,
    limit: usize,
    full: bool,
}

impl Write for Bounded {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        if self.text.len() + part.len() > self.limit {
            self.full = true;
            return Err(io::Error::other("too large"));
        }
        self.text.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
