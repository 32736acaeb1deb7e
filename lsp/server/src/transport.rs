//! Messages over two streams of bytes, each behind a header with its length.
//!
//! What cannot be read is answered as the protocol says, and the next message is read: one broken message does not end a session. Only a
//! header that does not say how long its message is does, because nobody knows where the next one begins.

use std::io::{self, BufRead, Read, Write};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, select};
use lsp_server::{Connection, ErrorCode, Message};
use serde_json::{Value as Json, json};

/// The largest message that is read: a file of the largest size, every character of it escaped.
const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;
/// The longest line of a header.
const LONGEST_HEADER: u64 = 4 * 1024;
/// How many messages may wait to be handled before reading pauses.
const MOST_WAITING: usize = 4 * 1024;

/// The threads that read and write.
#[derive(Debug)]
pub struct Threads {
    writer: JoinHandle<()>,
}

impl Threads {
    /// Waits until everything is written. The reading thread may wait for a client for ever, and ends with the process.
    pub fn flush(self) {
        self.writer.join().ok();
    }
}

/// A connection over two streams.
///
/// Reading ends with the stream, with an `exit`, or where a header cannot be read; the connection's receiver then ends too.
///
/// # Errors
///
/// Where the system gives no thread.
pub fn connect(
    mut reader: impl BufRead + Send + 'static,
    mut writer: impl Write + Send + 'static,
) -> io::Result<(Connection, Threads)> {
    let (to_server, receiver) = crossbeam_channel::bounded(MOST_WAITING);
    // Not bounded: a client that sends much before it reads anything must not stop the server that answers it.
    let (sender, to_client) = crossbeam_channel::unbounded();
    let (complain, complaints) = crossbeam_channel::unbounded();
    thread::Builder::new()
        .name("ntro-lsp-read".to_owned())
        .spawn(move || read_all(&mut reader, &to_server, &complain))?;
    let writer = thread::Builder::new()
        .name("ntro-lsp-write".to_owned())
        .spawn(move || write_all(&mut writer, &to_client, &complaints))?;
    Ok((Connection { sender, receiver }, Threads { writer }))
}

fn read_all(reader: &mut impl BufRead, to_server: &Sender<Message>, complain: &Sender<Json>) {
    while let Ok(Some(frame)) = read_frame(reader) {
        let said = match frame {
            Frame::Whole(bytes) => decode(&bytes),
            Frame::TooLarge(length) => Err(error(
                Json::Null,
                ErrorCode::InvalidRequest,
                &format!("a message of {length} bytes; at most {LARGEST_MESSAGE} are read"),
            )),
        };
        match said {
            Ok(message) => {
                let exit = matches!(&message, Message::Notification(it) if it.method == "exit");
                if to_server.send(message).is_err() || exit {
                    return;
                }
            }
            Err(complaint) => {
                if complain.send(complaint).is_err() {
                    return;
                }
            }
        }
    }
}

fn write_all(writer: &mut impl Write, messages: &Receiver<Message>, complaints: &Receiver<Json>) {
    loop {
        let text = select! {
            recv(messages) -> message => match message {
                Ok(message) => encode(&message),
                // The server has ended. What it wrote before has been written: the channel gives that first.
                Err(_) => return,
            },
            recv(complaints) -> complaint => match complaint {
                Ok(complaint) => complaint.to_string(),
                // Reading has ended, and with it the complaints; answers may still come.
                Err(_) => break,
            },
        };
        if write_frame(writer, &text).is_err() {
            return;
        }
    }
    for message in messages {
        if write_frame(writer, &encode(&message)).is_err() {
            return;
        }
    }
}

/// What came.
enum Frame {
    Whole(Vec<u8>),
    /// It was skipped.
    TooLarge(usize),
}

/// One message, or none at the end of the stream.
fn read_frame(reader: &mut impl BufRead) -> io::Result<Option<Frame>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if reader.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("Content-Length")
        {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let length = length.ok_or(io::ErrorKind::InvalidData)?;
    if length > LARGEST_MESSAGE {
        io::copy(&mut reader.by_ref().take(length as u64), &mut io::sink())?;
        return Ok(Some(Frame::TooLarge(length)));
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes)?;
    Ok(Some(Frame::Whole(bytes)))
}

fn decode(bytes: &[u8]) -> Result<Message, Json> {
    let json: Json = serde_json::from_slice(bytes)
        .map_err(|what| error(Json::Null, ErrorCode::ParseError, &format!("this is no JSON: {what}")))?;
    let id = json.get("id").cloned().unwrap_or_default();
    serde_json::from_value(json).map_err(|_| {
        error(id, ErrorCode::InvalidRequest, "this is neither a request nor a notification nor a response of JSON-RPC")
    })
}

fn error(id: Json, code: ErrorCode, message: &str) -> Json {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code as i32, "message": message } })
}

fn encode(message: &Message) -> String {
    #[derive(serde::Serialize)]
    struct Framed<'m> {
        jsonrpc: &'static str,
        #[serde(flatten)]
        message: &'m Message,
    }
    serde_json::to_string(&Framed { jsonrpc: "2.0", message }).unwrap_or_default()
}

fn write_frame(writer: &mut impl Write, text: &str) -> io::Result<()> {
    write!(writer, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    writer.flush()
}
