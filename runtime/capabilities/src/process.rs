//! Programs of the project that serve capabilities and agents: JSON in, JSON out.
//!
//! A program gets `{"capability", "args", "context", "files"}` on its standard input; `files` lists the documents among the
//! arguments with a `path` each, where their bytes lie while the program runs. It prints its result as JSON, or
//! `{"error": {"kind": "…", "message": "…", "retryable": true}}`. It runs in the project's folder, with no variable but `PATH`, in a
//! process group of its own that is killed as a whole when the time is over or the call is cancelled.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value as Json, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use crate::call::Call;
use crate::host::Host;
use crate::{CapabilityError, paths};

/// The documents of one call that are laid out for a program.
const MAX_FILES: usize = 100;

/// Serves a capability by a program.
pub(crate) async fn run_capability(call: &Call<'_>, program: &[String]) -> Result<Json, CapabilityError> {
    let args = Json::Object(call.args.clone());
    let mut request = json!({ "capability": call.capability, "args": args, "context": call.context });
    run(call.host, program, &args, &mut request).await
}

/// Runs a program with a request, to which the documents in `values` are added as `files`.
pub(crate) async fn run(
    host: &Host,
    program: &[String],
    values: &Json,
    request: &mut Json,
) -> Result<Json, CapabilityError> {
    let Some((path, arguments)) = program.split_first() else {
        return Err(CapabilityError::new("no_program", "the `program:` of a capability names no file"));
    };
    let file = paths::existing(&host.settings.bundle, path)?;
    // Dropped, and so removed, when the program has ended or the call is cancelled.
    let folder = lay_out(host, values, request).await?;
    let mut command = command(&file, path)?;
    command
        .args(arguments)
        .current_dir(&host.settings.bundle)
        .env_clear()
        .env("PATH", &host.settings.path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let child = command.spawn().map_err(|error| {
        CapabilityError::new("no_program", format!("the program `{path}` cannot be started: {error}"))
    })?;
    let result = talk(host, path, child, request.to_string()).await;
    drop(folder);
    result
}

/// How a file is run: by its ending, else as it is.
fn command(file: &Path, path: &str) -> Result<Command, CapabilityError> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let interpreter = match ending {
        "py" => "python3",
        "js" | "mjs" | "cjs" => "node",
        "sh" => "sh",
        _ if executable(file) => return Ok(Command::new(file)),
        _ => {
            let message =
                format!("`{path}` cannot be run: give it the ending .py, .js, .mjs or .sh, or make it executable");
            return Err(CapabilityError::new("no_program", message));
        }
    };
    let mut command = Command::new(interpreter);
    command.arg(file);
    Ok(command)
}

#[cfg(unix)]
fn executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn executable(file: &Path) -> bool {
    file.is_file()
}

/// Kills a program with all that it has started, unless that was done.
struct Group(Option<u32>);

impl Group {
    fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(id) = self.0.take().and_then(|id| i32::try_from(id).ok()) {
            // It may have ended already; then there is nothing to kill.
            let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGKILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn talk(host: &Host, path: &str, mut child: Child, request: String) -> Result<Json, CapabilityError> {
    let mut group = Group(child.id());
    let limits = host.settings.limits;
    let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let write = async {
        if let Some(mut input) = input {
            // A program that does not read its input is no failure of ours.
            let _ = input.write_all(request.as_bytes()).await;
        }
    };
    let read = async { head(output, limits.program_output_bytes).await };
    let tail = async { tail(errors, limits.program_stderr_bytes).await };
    let wait = async {
        let status = child.wait().await;
        // What the program left running holds its output open; it is not waited for.
        group.kill();
        status
    };
    let too_much = || {
        let limit = limits.program_output_bytes / 1_000_000;
        CapabilityError::new(
            "program_failed",
            format!("the program `{path}` printed more than {limit} MB; its answer must be smaller"),
        )
    };
    let read = async { read.await.ok_or_else(too_much) };
    let ((), printed, complaints, status) = tokio::try_join!(
        async {
            write.await;
            Ok(())
        },
        read,
        async { Ok(tail.await) },
        async { Ok(wait.await) }
    )?;
    let status = status.map_err(|error| {
        CapabilityError::new("program_failed", format!("the program `{path}` was lost: {error}")).retry()
    })?;
    answer(path, status, &printed, &complaints)
}

/// What a program's end means.
fn answer(
    path: &str,
    status: std::process::ExitStatus,
    printed: &[u8],
    complaints: &str,
) -> Result<Json, CapabilityError> {
    let told = if complaints.trim().is_empty() { String::new() } else { format!("\n{}", complaints.trim_end()) };
    let text = String::from_utf8_lossy(printed);
    let json: Result<Json, _> = if text.trim().is_empty() { Ok(Json::Null) } else { serde_json::from_str(&text) };
    if let Some(error) = json.as_ref().ok().and_then(only_error) {
        let word = |name: &str| error.get(name).and_then(Json::as_str);
        let message = word("message").unwrap_or("the program reported an error without a message");
        let retryable = error.get("retryable").and_then(Json::as_bool).unwrap_or(false);
        let failure = CapabilityError::new(word("kind").unwrap_or("program_failed"), message);
        return Err(if retryable { failure.retry() } else { failure });
    }
    if !status.success() {
        let how = match status.code() {
            Some(code) => format!("ended with code {code}"),
            None => "was killed".to_owned(),
        };
        let shown = if told.is_empty() && !text.trim().is_empty() { format!("\n{}", shortened(&text)) } else { told };
        return Err(CapabilityError::new("program_failed", format!("the program `{path}` {how}{shown}")).retry());
    }
    json.map_err(|error| {
        let shown = shortened(&text);
        let message = format!("the program `{path}` did not print JSON ({error}). It printed:\n{shown}{told}");
        CapabilityError::new("program_failed", message)
    })
}

/// `{"error": {…}}` and nothing beside it; an agent's answer may hold an error among other things.
fn only_error(json: &Json) -> Option<&Json> {
    let map = json.as_object().filter(|map| map.len() == 1)?;
    map.get("error").filter(|error| error.is_object())
}

fn shortened(text: &str) -> String {
    let text = text.trim();
    let cut: String = text.chars().take(500).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}

/// All that a program prints; `None` where that is more than the limit.
async fn head(output: Option<impl AsyncRead + Unpin>, limit: usize) -> Option<Vec<u8>> {
    let mut printed = Vec::new();
    let Some(output) = output else { return Some(printed) };
    // A read error means that the pipe is gone; what came until then is judged by the program's end.
    let _ = output.take(limit as u64 + 1).read_to_end(&mut printed).await;
    (printed.len() <= limit).then_some(printed)
}

/// The end of what a program complains.
async fn tail(errors: Option<impl AsyncRead + Unpin>, limit: usize) -> String {
    let mut kept: Vec<u8> = Vec::new();
    let Some(mut errors) = errors else { return String::new() };
    let mut chunk = vec![0_u8; 8_192];
    while let Ok(count) = errors.read(&mut chunk).await {
        if count == 0 {
            break;
        }
        kept.extend(chunk.get(..count).unwrap_or_default());
        let surplus = kept.len().saturating_sub(limit);
        kept.drain(..surplus);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// Writes the documents among the arguments into a folder that only this call has, and lists them in the request.
async fn lay_out(host: &Host, values: &Json, request: &mut Json) -> Result<Option<tempfile::TempDir>, CapabilityError> {
    let mut references = Vec::new();
    documents(values, 0, &mut references);
    references.sort_unstable();
    references.dedup();
    let mut files = Vec::new();
    let mut folder = None;
    if references.len() > MAX_FILES {
        let message = format!("a program can be given {MAX_FILES} documents at once, not {}", references.len());
        return Err(CapabilityError::argument(message));
    }
    for reference in references {
        let failed = |error: std::io::Error| {
            CapabilityError::new("store", format!("a document could not be laid out for the program: {error}")).retry()
        };
        let at = match &folder {
            Some(folder) => folder,
            None => folder.insert(tempfile::Builder::new().prefix("ntro-").tempdir().map_err(failed)?),
        };
        let meta = host.store.document_meta(&reference).await?;
        // The document's own name might lead out of the folder; its ending is all that programs look at.
        let ending = meta.filename.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
        let plain = ending.len() <= 8 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let name = if plain && !ending.is_empty() { format!("{reference}.{ending}") } else { reference.clone() };
        let path = at.path().join(name);
        tokio::fs::write(&path, host.store.document_bytes(&reference).await?).await.map_err(failed)?;
        files.push(json!({
            "document_ref": reference, "filename": meta.filename, "content_type": meta.content_type, "path": path,
        }));
    }
    if let Some(request) = request.as_object_mut() {
        request.insert("files".into(), Json::Array(files));
    }
    Ok(folder)
}

/// The references of all documents in a value.
pub(crate) fn documents(value: &Json, depth: usize, found: &mut Vec<String>) {
    if depth > 32 {
        return;
    }
    match value {
        Json::Object(map) => match map.get("document_ref").and_then(Json::as_str) {
            Some(reference) => found.push(reference.to_owned()),
            None => map.values().for_each(|inner| documents(inner, depth + 1, found)),
        },
        Json::Array(items) => items.iter().for_each(|inner| documents(inner, depth + 1, found)),
        _ => {}
    }
}
