//! The documented download of Temporal's command line tool, which has the development server in it.
//!
//! `https://temporal.download/cli/VERSION?platform=…&arch=…` names an archive and the file in it. Where the checksums of the release
//! lie beside the archive, it must have one of them.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::read::GzDecoder;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::{Response, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::connect::said;
use crate::server::Tell;

/// The version that is fetched: the same that Go would build.
pub const VERSION: &str = "v1.5.1";
/// Where it is fetched from.
const PLACE: &str = "https://temporal.download";
/// Another place, such as a mirror inside a company.
const PLACE_VARIABLE: &str = "NTRO_TEMPORAL_DOWNLOAD";
/// How long an answer, and each further part of it, may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long all of it may take.
const ALL: Duration = Duration::from_secs(15 * 60);
/// How often it is said how far it is.
const TELL_EVERY: Duration = Duration::from_secs(2);
/// The largest archive and the largest program, in bytes.
const MOST_BYTES: usize = 500_000_000;
/// The largest answer that is read as text, in bytes.
const MOST_TEXT: usize = 1_000_000;
/// How often one is sent on.
const REDIRECTS: usize = 5;

/// What the place says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    archive_url: String,
    file_to_extract: String,
}

type Http = Client<HttpsConnector<HttpConnector>, Empty<Bytes>>;

/// Fetches the program into `to`.
///
/// # Errors
/// One line that says what failed.
pub async fn fetch(to: &Path, tell: Tell<'_>) -> Result<(), String> {
    let place = std::env::var(PLACE_VARIABLE).ok().filter(|place| !place.is_empty());
    let place = place.unwrap_or_else(|| PLACE.to_owned());
    let failed = |why: String| format!("the download from {place} failed: {why}");
    match tokio::time::timeout(ALL, fetch_from(&place, to, tell)).await {
        Ok(fetched) => fetched.map_err(failed),
        Err(_) => Err(failed(format!("it did not end within {} minutes", ALL.as_secs() / 60))),
    }
}

/// The same from this place.
///
/// # Errors
/// One line that says what failed.
pub async fn fetch_from(place: &str, to: &Path, tell: Tell<'_>) -> Result<(), String> {
    let (platform, arch) = machine()?;
    let connector = HttpsConnectorBuilder::new()
        .with_native_roots()
        .map_err(|error| format!("no certificates of authorities are here ({error})"))?
        .https_or_http()
        .enable_http1()
        .build();
    let http: Http = Client::builder(TokioExecutor::new()).build(connector);
    let place = place.trim_end_matches('/');
    let url = format!("{place}/cli/{VERSION}?platform={platform}&arch={arch}&format=tar.gz");
    let info = text(&http, &url).await?.ok_or_else(|| format!("{url} is not there"))?;
    let info: Info =
        serde_json::from_str(&info).map_err(|error| format!("{url} says something else than where it is ({error})"))?;
    let sum = published(&http, &info.archive_url).await?;
    tell(&format!("Downloading a Temporal server, once: {} …", info.archive_url));
    let archive = bytes(&http, &info.archive_url, tell).await?;
    match sum {
        Some(sum) => {
            let found: String = Sha256::digest(&archive).iter().map(|byte| format!("{byte:02x}")).collect();
            if !found.eq_ignore_ascii_case(&sum) {
                return Err(format!(
                    "the archive has the checksum {found}, and {sum} was published; nothing of it is used"
                ));
            }
        }
        None => tell("No checksum is published beside it; the connection alone vouches for it."),
    }
    let (to, file) = (to.to_owned(), info.file_to_extract);
    tokio::task::spawn_blocking(move || unpack(&archive, &file, &to)).await.map_err(|error| error.to_string())?
}

fn machine() -> Result<(&'static str, &'static str), String> {
    let platform = match std::env::consts::OS {
        "linux" => "linux",
        "macos" => "darwin",
        "windows" => "windows",
        other => return Err(format!("there is none for {other}")),
    };
    match std::env::consts::ARCH {
        "x86_64" => Ok((platform, "amd64")),
        "aarch64" => Ok((platform, "arm64")),
        other => Err(format!("there is none for {other}")),
    }
}

/// The checksum that is published for an archive, if any is.
async fn published(http: &Http, archive: &str) -> Result<Option<String>, String> {
    let address = archive.split(['?', '#']).next().unwrap_or(archive);
    let Some((folder, name)) = address.rsplit_once('/') else { return Ok(None) };
    let Some(sums) = text(http, &format!("{folder}/checksums.txt")).await? else { return Ok(None) };
    let of_it = |line: &str| {
        let (sum, file) = line.split_once(char::is_whitespace)?;
        (file.trim().trim_start_matches('*') == name).then(|| sum.to_owned())
    };
    match sums.lines().find_map(of_it) {
        Some(sum) => Ok(Some(sum)),
        None => Err(format!("the published checksums name no {name}")),
    }
}

async fn get(http: &Http, url: &str) -> Result<Response<Incoming>, String> {
    let mut url = url.to_owned();
    for _ in 0..=REDIRECTS {
        let uri: Uri = url.parse().map_err(|error| format!("`{url}` is no address ({error})"))?;
        let secure = uri.scheme_str() == Some("https");
        let response = tokio::time::timeout(PATIENCE, http.get(uri))
            .await
            .map_err(|_| format!("no answer within {} seconds", PATIENCE.as_secs()))?
            .map_err(|error| said(&error))?;
        if !response.status().is_redirection() {
            return Ok(response);
        }
        let next = response.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
        let base = url::Url::parse(&url).map_err(|error| error.to_string())?;
        let next =
            base.join(next).map_err(|error| format!("it sends us on to `{next}`, which is no address ({error})"))?;
        if secure && next.scheme() != "https" {
            return Err(format!("it sends us on to {next}, which is not secure"));
        }
        url = next.to_string();
    }
    Err(format!("it sends us on more than {REDIRECTS} times"))
}

/// A text; nothing where there is none.
async fn text(http: &Http, url: &str) -> Result<Option<String>, String> {
    let response = get(http, url).await?;
    match response.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => return Ok(None),
        other => return Err(format!("{url} answers {other}")),
    }
    let body = read(response, MOST_TEXT, &|_, _| {}).await?;
    String::from_utf8(body).map(Some).map_err(|_| format!("{url} is no text"))
}

async fn bytes(http: &Http, url: &str, tell: Tell<'_>) -> Result<Vec<u8>, String> {
    let response = get(http, url).await?;
    if response.status() != StatusCode::OK {
        return Err(format!("{url} answers {}", response.status()));
    }
    read(response, MOST_BYTES, &|have, of| {
        let mb = |bytes: usize| bytes / 1_000_000;
        tell(&match of {
            Some(of) => format!("  {} of {} MB", mb(have), mb(of)),
            None => format!("  {} MB", mb(have)),
        });
    })
    .await
}

async fn read(
    response: Response<Incoming>,
    most: usize,
    tell: &(dyn Fn(usize, Option<usize>) + Sync),
) -> Result<Vec<u8>, String> {
    let length = response.headers().get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    let mut body = response.into_body();
    let mut all = Vec::new();
    let mut told = tokio::time::Instant::now();
    while let Some(frame) =
        tokio::time::timeout(PATIENCE, body.frame()).await.map_err(|_| "it stopped in the middle".to_owned())?
    {
        let frame = frame.map_err(|error| format!("it broke off: {}", said(&error)))?;
        if let Some(data) = frame.data_ref() {
            all.extend_from_slice(data);
        }
        if all.len() > most {
            return Err(format!("it has more than {most} bytes"));
        }
        if told.elapsed() > TELL_EVERY {
            told = tokio::time::Instant::now();
            tell(all.len(), length);
        }
    }
    Ok(all)
}

/// Writes the program beside its place and renames it, so that a half one is never found.
fn unpack(archive: &[u8], file: &str, to: &Path) -> Result<(), String> {
    let broken = |error: std::io::Error| format!("the archive cannot be read ({error})");
    let mut archive = tar::Archive::new(GzDecoder::new(archive));
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        if entry.path().map_err(broken)? != Path::new(file) {
            continue;
        }
        let mut program = Vec::new();
        let limit = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
        entry.take(limit).read_to_end(&mut program).map_err(broken)?;
        return place(&program, to).map_err(|error| format!("{} cannot be written: {error}", to.display()));
    }
    Err(format!("the archive holds no `{file}`"))
}

fn place(program: &[u8], to: &Path) -> std::io::Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let beside: PathBuf = to.with_extension(format!("part-{}", std::process::id()));
    let written = write(program, &beside).and_then(|()| std::fs::rename(&beside, to));
    if written.is_err() {
        std::fs::remove_file(&beside).ok();
    }
    written
}

fn write(program: &[u8], to: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o755);
    }
    let mut file = options.open(to)?;
    file.write_all(program)?;
    file.sync_all()
}
