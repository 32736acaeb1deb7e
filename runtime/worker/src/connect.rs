//! The way to a Temporal server: address, namespace, TLS and API key as every Temporal tool takes them, from `TEMPORAL_*` and
//! `temporal.toml`.

use std::time::Duration;

use temporalio_client::envconfig::LoadClientConfigProfileOptions;
use temporalio_client::grpc::WorkflowService;
use temporalio_client::tonic::{Code, IntoRequest as _, Request, Response, Status};
use temporalio_client::{Client, ClientOptions, Connection, ConnectionOptions};

use crate::workflow_loop::BETWEEN;

/// How long connecting may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a call is sent again that the connection dropped before it was sent.
const AGAIN: u32 = 3;

/// The pause before a run is spoken to again that is between two tasks, or about to close.
const MOMENT: Duration = Duration::from_millis(50);

/// Where the server is, where that is said on a command line.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// `HOST:PORT`; from the environment or the profile where absent.
    pub address: Option<String>,
    /// The namespace; from the environment or the profile where absent.
    pub namespace: Option<String>,
    /// The profile of `temporal.toml`.
    pub profile: Option<String>,
}

/// A connection with its namespace.
#[derive(Clone)]
pub struct Link {
    /// The connection.
    pub connection: Connection,
    /// The client on it.
    pub client: Client,
    /// The namespace.
    pub namespace: String,
    /// The address, for messages.
    pub address: String,
}

impl Link {
    /// One call with its deadline. Servers and what stands before them close connections now and then, Temporal's own every few minutes; a
    /// call that was on its way out at that moment was never sent, and is sent on the next connection.
    ///
    /// # Errors
    /// What the server refuses, or that it does not answer in time.
    pub async fn ask<Q, T, F>(
        &self,
        patience: Duration,
        request: Q,
        call: impl Fn(Box<dyn WorkflowService>, Request<Q>) -> F,
    ) -> Result<T, Status>
    where
        Q: Clone,
        F: Future<Output = Result<Response<T>, Status>>,
    {
        let asked = async {
            let mut left = AGAIN;
            loop {
                match call(self.connection.workflow_service(), request.clone().into_request()).await {
                    Err(status) if left > 0 && was_not_sent(&status) => left -= 1,
                    Err(status) if is_between(&status) => tokio::time::sleep(MOMENT).await,
                    answer => return answer.map(Response::into_inner),
                }
            }
        };
        tokio::time::timeout(patience, asked)
            .await
            .unwrap_or_else(|_| Err(Status::deadline_exceeded("no answer in time")))
    }
}

/// The transport's word for a request that it dropped before it was processed.
fn was_not_sent(status: &Status) -> bool {
    status.code() == Code::Cancelled && status.message().contains("operation was canceled")
}

/// In a moment the run can be spoken to again: in its next task, in its next history, or it is over.
fn is_between(status: &Status) -> bool {
    status.message().contains(BETWEEN) || status.message().contains("workflow is closing")
}

/// Why no server was reached.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The settings cannot be used.
    #[error("the settings for Temporal cannot be used: {0}")]
    Settings(String),
    /// Nobody answers there.
    #[error("no Temporal server answers at {address}: {why}")]
    Unreachable {
        /// Where.
        address: String,
        /// Why not.
        why: String,
    },
}

/// Connects, within ten seconds.
///
/// # Errors
/// The settings cannot be used, or no server answers; each says what to do.
pub async fn connect(target: &Target) -> Result<Link, ConnectError> {
    let settings = |why: String| ConnectError::Settings(why);
    let mut load = LoadClientConfigProfileOptions::default();
    load.config_file_profile.clone_from(&target.profile);
    let (mut loaded, options) = ClientOptions::load_from_config(load).map_err(|error| settings(error.to_string()))?;
    let url = match &target.address {
        Some(address) => {
            let scheme = if loaded.tls_options.is_some() { "https" } else { "http" };
            let text = if address.contains("://") { address.clone() } else { format!("{scheme}://{address}") };
            text.parse().map_err(|error| settings(format!("`{address}` is no address ({error})")))?
        }
        None => loaded.target.clone(),
    };
    let address = format!(
        "{}:{}",
        url::Url::host_str(&url).unwrap_or("?"),
        url::Url::port_or_known_default(&url).unwrap_or(7233)
    );
    // The name of a client can only be given to the builder, so what was loaded moves into a new one.
    let mut connection = ConnectionOptions::new(url)
        .identity(format!("ntroc@{}", std::process::id()))
        .client_name("ntroc")
        .client_version(env!("CARGO_PKG_VERSION"))
        .maybe_tls_options(loaded.tls_options.take())
        .maybe_api_key(loaded.api_key.take())
        .build();
    connection.headers = loaded.headers.take();
    let unreachable = |why: String| ConnectError::Unreachable { address: address.clone(), why };
    let until = tokio::time::Instant::now() + PATIENCE;
    let connection = loop {
        match tokio::time::timeout_at(until, Connection::connect(connection.clone())).await {
            Ok(Ok(connection)) => break connection,
            // A server that is just starting opens its port before it serves.
            Ok(Err(error)) if error.to_string().contains("not healthy yet") && tokio::time::Instant::now() < until => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Ok(Err(error)) => return Err(unreachable(said(&error))),
            Err(_) => return Err(unreachable(format!("no answer within {} seconds", PATIENCE.as_secs()))),
        }
    };
    let namespace = target.namespace.clone().unwrap_or_else(|| options.namespace.clone());
    let client = Client::new(connection.clone(), ClientOptions::new(namespace.clone()).build())
        .map_err(|error| settings(error.to_string()))?;
    Ok(Link { connection, client, namespace, address })
}

/// What lies under all wrappers, in words that say what to do: the transport's own are for its authors.
pub(crate) fn said(error: &(dyn std::error::Error + 'static)) -> String {
    // Some wrappers hold what they wrap without naming it as their source.
    let all = format!("{error:?} {}", reason(error));
    let has = |words: &[&str]| words.iter().any(|word| all.contains(word));
    let known = if has(&["UnknownIssuer", "CaUsedAsEndEntity"]) {
        "its certificate is signed by nobody whom this machine knows. Name the authority's certificate in \
         TEMPORAL_TLS_SERVER_CA_CERT_PATH"
    } else if has(&["NotValidForName"]) {
        "its certificate is for another name than this address. Use that name, or say it in TEMPORAL_TLS_SERVER_NAME"
    } else if has(&["Expired"]) {
        "its certificate has expired"
    } else if has(&["invalid peer certificate", "InvalidCertificate"]) && !has(&["NotValidYet"]) {
        return format!("its certificate cannot be trusted ({})", root(error));
    } else if has(&["NotValidYet"]) {
        "its certificate is not valid yet: is the clock right?"
    } else if has(&[
        "CertificateRequired",
        "HandshakeFailure",
        "BadCertificate",
        "DecryptError",
        "UnknownCA",
        "AccessDenied",
    ]) {
        "it refuses our certificate, or wants one: see TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH"
    } else if has(&["InvalidContentType", "corrupt message", "InvalidMessage"]) {
        "it does not speak TLS there. Without TLS, leave TEMPORAL_TLS and TEMPORAL_API_KEY unset and write the address without https://"
    } else if has(&["Connection refused", "ConnectionRefused"]) {
        "nothing listens there (connection refused)"
    } else if has(&["failed to lookup address", "Name or service not known", "DnsResolutionError", "dns error"]) {
        "there is no host of that name"
    } else if has(&["Unauthenticated", "PermissionDenied"]) {
        "it does not let us in: look at TEMPORAL_API_KEY"
    } else if has(&[
        "FRAME_SIZE_ERROR",
        "frame with invalid size",
        "invalid HTTP",
        "Reset(",
        "GoAway",
        "BrokenPipe",
        "connection closed",
        "ConnectionReset",
        "UnexpectedEof",
        "IncompleteMessage",
        "Unimplemented",
        "grpc-status header missing",
        "invalid content type",
        "HTTP status code",
    ]) {
        "what answers there is no Temporal server, or one that wants TLS (TEMPORAL_TLS=true)"
    } else {
        return root(error);
    };
    known.to_owned()
}

/// The innermost error.
fn root(error: &(dyn std::error::Error + 'static)) -> String {
    let mut error = error;
    while let Some(inner) = error.source() {
        error = inner;
    }
    error.to_string()
}

/// All reasons, in words: wrappers only say that there was an error.
pub(crate) fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = inner.source();
    }
    text
}
