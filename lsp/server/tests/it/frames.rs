//! Messages as bytes, behind a header with their length.

use std::io::{BufRead, Write};

use serde_json::Value as Json;

/// Writes one message.
pub fn write(to: &mut impl Write, body: &str) {
    to.write_all(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
}

/// Reads the next message.
pub fn read(from: &mut impl BufRead) -> Json {
    let mut length = 0;
    loop {
        let mut line = String::new();
        from.read_line(&mut line).unwrap();
        match line.trim_end() {
            "" => break,
            line => length = line.strip_prefix("Content-Length: ").unwrap().parse().unwrap(),
        }
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
