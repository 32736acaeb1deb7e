//! Bytes: what cannot be read is answered, and the next message is read.

use std::io::{BufReader, PipeReader, PipeWriter, Write};
use std::sync::Arc;

use ntro_lsp::End;
use serde_json::{Value as Json, json};

use crate::frames;
use crate::support::MemoryDisk;

struct Wire {
    to: PipeWriter,
    from: BufReader<PipeReader>,
    server: std::thread::JoinHandle<End>,
}

impl Wire {
    fn new() -> Wire {
        let (theirs, to) = std::io::pipe().unwrap();
        let (from, answers) = std::io::pipe().unwrap();
        let server = std::thread::spawn(move || {
            let (connection, threads) = ntro_lsp::connect(BufReader::new(theirs), answers).unwrap();
            let end = ntro_lsp::serve(&connection, Arc::new(MemoryDisk::default())).unwrap();
            drop(connection);
            threads.flush();
            end
        });
        Wire { to, from: BufReader::new(from), server }
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.to.write_all(bytes).unwrap();
    }

    fn send(&mut self, body: &str) {
        frames::write(&mut self.to, body);
    }

    fn receive(&mut self) -> Json {
        frames::read(&mut self.from)
    }

    fn initialize(&mut self) {
        self.send(r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"capabilities":{}}}"#);
        assert_eq!(self.receive()["id"], 0);
    }
}

#[test]
fn one_broken_message_does_not_end_a_session() {
    let mut wire = Wire::new();
    wire.initialize();
    wire.send("{ this is no JSON");
    let said = wire.receive();
    assert_eq!((&said["id"], &said["error"]["code"]), (&Json::Null, &json!(-32700)));
    wire.send(r#"{"jsonrpc":"2.0","id":7}"#);
    let said = wire.receive();
    assert_eq!((&said["id"], &said["error"]["code"]), (&json!(7), &json!(-32600)));
    wire.send("[]");
    assert_eq!(wire.receive()["error"]["code"], -32600);
    wire.send("\u{feff}");
    assert_eq!(wire.receive()["error"]["code"], -32700);
    // Other headers, other letters, a missing space.
    let body = r#"{"jsonrpc":"2.0","id":"two","method":"shutdown"}"#;
    wire.raw(format!("X-Other: 1\r\ncontent-length:{}\r\nContent-Type: x\r\n\r\n{body}", body.len()).as_bytes());
    assert_eq!(wire.receive(), json!({ "jsonrpc": "2.0", "id": "two", "result": null }));
    wire.send(r#"{"jsonrpc":"2.0","method":"exit"}"#);
    assert_eq!(wire.server.join().unwrap(), End::Clean);
}

#[test]
fn a_message_that_is_too_large_is_skipped() {
    let mut wire = Wire::new();
    wire.initialize();
    let length = 65 * 1024 * 1024;
    wire.raw(format!("Content-Length: {length}\r\n\r\n").as_bytes());
    let part = vec![b' '; 1024 * 1024];
    for _ in 0..65 {
        wire.raw(&part);
    }
    assert_eq!(wire.receive()["error"]["code"], -32600);
    wire.send(r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#);
    assert_eq!(wire.receive()["id"], 1);
}

#[test]
fn a_header_without_a_length_ends_it_and_so_does_the_end_of_the_stream() {
    let mut wire = Wire::new();
    wire.initialize();
    wire.raw(b"Content-Type: x\r\n\r\n{}");
    assert_eq!(wire.server.join().unwrap(), End::Abrupt);

    let mut wire = Wire::new();
    wire.initialize();
    wire.raw(b"Content-Length: 100\r\n\r\n{ \"half");
    drop(wire.to);
    assert_eq!(wire.server.join().unwrap(), End::Abrupt);
}

#[test]
fn a_client_that_closes_the_stream_after_shutdown_has_left_in_order() {
    let mut wire = Wire::new();
    wire.initialize();
    wire.send(r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#);
    assert_eq!(wire.receive()["id"], 1);
    drop(wire.to);
    assert_eq!(wire.server.join().unwrap(), End::Clean);

    let mut wire = Wire::new();
    wire.initialize();
    drop(wire.to);
    assert_eq!(wire.server.join().unwrap(), End::Abrupt);
}

#[test]
fn every_answer_is_written_before_the_server_ends() {
    let mut wire = Wire::new();
    wire.initialize();
    for id in 1..=200 {
        wire.send(&format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"nothing"}}"#));
    }
    wire.send(r#"{"jsonrpc":"2.0","id":201,"method":"shutdown"}"#);
    wire.send(r#"{"jsonrpc":"2.0","method":"exit"}"#);
    for id in 1..=201 {
        assert_eq!(wire.receive()["id"], id);
    }
    assert_eq!(wire.server.join().unwrap(), End::Clean);
}
