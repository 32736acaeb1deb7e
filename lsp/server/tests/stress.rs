//! A client that types at random: what the server then says of a text is what a fresh analysis of that text says, and it needs no more memory
//! for having been typed at for long.
//!
//! A failure names its seed; `NTRO_STRESS_SEED` runs that one alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "a test may stop where it stands, and uses a part of the client"
)]

#[path = "it/fixture.rs"]
mod fixture;
#[path = "it/support.rs"]
mod support;

use fixture::{MAIN, TYPES};
use ntro_ide::Host;
use serde_json::{Value as Json, json};
use support::{Client, able, uri};

/// Numbers that look random and are the same for one seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below a number that is not 0.
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// The unit of columns, counted here anew: the server's own counting is what is tested.
fn units(encoding: &str, char: char) -> usize {
    match encoding {
        "utf-8" => char.len_utf8(),
        "utf-16" => char.len_utf16(),
        _ => 1,
    }
}

fn position(text: &str, offset: usize, encoding: &str) -> Json {
    let (mut line, mut column) = (0, 0);
    let mut chars = text[..offset].chars().chain(text[offset..].chars().take(1)).peekable();
    let mut at = 0;
    while at < offset {
        let char = chars.next().unwrap();
        at += char.len_utf8();
        if char == '\n' || char == '\r' && chars.peek() != Some(&'\n') {
            (line, column) = (line + 1, 0);
        } else {
            column += units(encoding, char);
        }
    }
    // Between `\r` and `\n` is no place of its own.
    if text[..offset].ends_with('\r') && text[offset..].starts_with('\n') {
        column -= units(encoding, '\r');
    }
    json!({ "line": line, "character": column })
}

/// A place that does not cut a character or the end of a line.
fn place(text: &str, dice: &mut Dice) -> usize {
    let mut at = dice.below(text.len() + 1);
    while !text.is_char_boundary(at) || text[..at].ends_with('\r') && text[at..].starts_with('\n') {
        at -= 1;
    }
    at
}

const TYPED: &[&str] = &[
    "a",
    " ",
    "\n",
    "\r\n",
    "{",
    "}",
    "\"",
    "{{ ",
    " }}",
    "𝄞",
    "é–",
    ".",
    "// ",
    "/// ",
    "count",
    "leases",
    "2d",
    "(",
    ")",
    "\t",
    "0",
    "step next \"Next\" {\n    run nothing()\n  }\n",
    "fn f() -> int = 1\n",
    "runbook",
    "\u{feff}",
    "\u{0}",
    "`",
    "'",
    ",",
    ":",
    "<",
    ">",
];

/// One edit of the mirror, and what the client says of it.
fn edit(text: &mut String, encoding: &str, dice: &mut Dice) -> Json {
    if dice.below(40) == 0 {
        // Everything is replaced: broken, empty, with other ends of lines, or right again.
        let new = match dice.below(5) {
            0 => String::new(),
            1 => MAIN.replace('\n', "\r\n"),
            2 => MAIN[..MAIN.floor_char_boundary(dice.below(MAIN.len()))].to_owned(),
            3 => MAIN.replace("double", "𝄞"),
            _ => MAIN.to_owned(),
        };
        text.clone_from(&new);
        return json!({ "text": new });
    }
    let start = place(text, dice);
    let mut end = start;
    if dice.below(2) == 0 {
        end = (start + dice.below(12)).min(text.len());
        while !text.is_char_boundary(end) || text[..end].ends_with('\r') && text[end..].starts_with('\n') {
            end += 1;
        }
    }
    let new = if end > start && dice.below(2) == 0 { "" } else { dice.of(TYPED) };
    let range = json!({ "start": position(text, start, encoding), "end": position(text, end, encoding) });
    text.replace_range(start..end, new);
    json!({ "range": range, "text": new })
}

fn client(encoding: &str) -> Client {
    let mut abilities = able();
    abilities["general"]["positionEncodings"] = json!([encoding]);
    let files = [("ntro.yaml", ""), ("types.ntro", TYPES), ("main.ntro", MAIN)];
    Client::with(&files, abilities, Json::Null)
}

/// Code and range of what is wrong, in the order in which it is said.
type Said = Vec<(String, Json, Json)>;

fn of_fresh_analysis(text: &str, encoding: &str) -> Said {
    let mut host = Host::new();
    host.set_file("types.ntro", TYPES.into());
    host.set_file("main.ntro", text.into());
    host.set_other_files(["ntro.yaml".to_owned()].into());
    let found = host.analysis().diagnostics("main.ntro").expect("nothing changes meanwhile");
    let at = |offset: u32| position(text, offset as usize, encoding);
    found.iter().map(|it| (it.code.to_owned(), at(it.place.span.start), at(it.place.span.end))).collect()
}

fn of_server(told: &[Json]) -> Said {
    let one =
        |it: &Json| (it["code"].as_str().unwrap().to_owned(), it["range"]["start"].clone(), it["range"]["end"].clone());
    told.iter().map(one).collect()
}

fn typed_at_random(seed: u64, encoding: &str, edits: i32) {
    let mut dice = Dice(seed);
    let mut client = client(encoding);
    let mut text = MAIN.to_owned();
    client.open("main.ntro", &text);
    client.told("main.ntro", Some(1));
    for version in 2..edits + 2 {
        let count = 1 + dice.below(3);
        let changes: Vec<Json> = (0..count).map(|_| edit(&mut text, encoding, &mut dice)).collect();
        client.edit("main.ntro", version, json!(changes));
        let told = client.told("main.ntro", Some(version));
        let context = || format!("seed {seed}, {encoding}, version {version}, after {changes:?}:\n{text:?}");
        assert_eq!(of_server(&told), of_fresh_analysis(&text, encoding), "{}", context());
        if version % 8 == 0 {
            let params =
                json!({ "textDocument": { "uri": uri("main.ntro") }, "positions": [{ "line": 0, "character": 0 }] });
            let answer = client.request("textDocument/selectionRange", params);
            let mut outer = &answer[0];
            while outer["parent"].is_object() {
                outer = &outer["parent"];
            }
            assert_eq!(
                outer["range"]["end"],
                position(&text, text.len(), encoding),
                "the end of the text; {}",
                context()
            );
            // Nothing that is asked of a broken text is answered with a fault.
            let here = json!({ "textDocument": { "uri": uri("main.ntro") }, "position": position(&text, place(&text, &mut dice), encoding) });
            for method in [
                "hover",
                "completion",
                "definition",
                "signatureHelp",
                "semanticTokens/full",
                "foldingRange",
                "documentSymbol",
            ] {
                if let Err((code, why)) = client.try_request(&format!("textDocument/{method}"), here.clone()) {
                    assert_ne!(code, -32603, "{method}: {why}; {}", context());
                }
            }
        }
    }
    client.leave();
}

#[test]
fn after_each_edit_the_server_says_what_a_fresh_analysis_says() {
    let wanted = std::env::var("NTRO_STRESS_SEED").ok().map(|seed| seed.parse().expect("a number"));
    let seeds: Vec<u64> = wanted.map_or_else(|| (1..=6).collect(), |seed| vec![seed]);
    std::thread::scope(|scope| {
        for seed in seeds {
            let encoding = ["utf-16", "utf-8", "utf-32"][(seed % 3) as usize];
            scope.spawn(move || typed_at_random(seed, encoding, 150));
        }
    });
}

#[test]
fn a_large_file_is_edited_like_a_small_one() {
    let mut client = client("utf-16");
    let mut text = String::new();
    for number in 0..400 {
        text.push_str(&format!("/// Number {number} – 𝄞.\nfn double_{number}(amount: int) -> int = amount * 2\n"));
    }
    // Each is used: a sound file says nothing.
    let calls: Vec<String> = (0..400).map(|number| format!("double_{number}(1)")).collect();
    let calls = calls.join(",\n");
    text.push_str(&format!("runbook large \"Large\" {{\n  output: list<int>\n  return [\n{calls}]\n}}\n"));
    client.open("large.ntro", &text);
    assert_eq!(client.told("large.ntro", Some(1)), [] as [Json; 0]);
    let end = position(&text, text.len(), "utf-16");
    client.edit(
        "large.ntro",
        2,
        json!([{ "range": { "start": end, "end": end }, "text": "fn broken() -> int = nowhere\n" }]),
    );
    let mut told = client.told("large.ntro", Some(2));
    told.retain(|one| one["severity"] == 1);
    assert_eq!((told.len(), &told[0]["range"]["start"]["line"]), (1, &end["line"]), "{told:?}");
    client.leave();
}

/// What this process has in memory, in bytes.
#[cfg(target_os = "linux")]
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() * 1_024
}

/// Ten thousand edits, looked at now and then: were each to leave so much as the text behind, it would be seen.
#[cfg(target_os = "linux")]
#[test]
fn memory_stays_flat() {
    let mut client = client("utf-16");
    // Each edit is of a text of 40 KB, so that what is left behind adds up.
    let mut text = MAIN.to_owned();
    text.push_str(&"// a line that says nothing, and says it at some length\n".repeat(700));
    client.open("main.ntro", &text);
    client.told("main.ntro", Some(1));
    let mut dice = Dice(7);
    let mut settled = 0;
    for version in 2..10_002 {
        let word = dice.of(&["a", "b", "é", "–"]);
        let at = json!({ "line": 4, "character": 4 });
        let next = json!({ "line": 4, "character": 5 });
        let (range, new) = if version % 2 == 0 {
            (json!({ "start": at, "end": at }), word)
        } else {
            (json!({ "start": at, "end": next }), "")
        };
        client.edit("main.ntro", version, json!([{ "range": range, "text": new }]));
        if version % 100 == 1 {
            client.told("main.ntro", Some(version));
            let document = json!({ "textDocument": { "uri": uri("main.ntro") } });
            client.request("textDocument/semanticTokens/full", document);
        }
        if version == 2_001 {
            settled = resident();
        }
    }
    let now = resident();
    let grown = now.saturating_sub(settled);
    #[allow(clippy::print_stdout, reason = "with --nocapture the figures are told, for the docs")]
    {
        println!("after 2,000 edits {settled} bytes, after 10,000 {now}");
    }
    assert!(grown < 64 * 1_024 * 1_024, "8,000 edits have left {grown} bytes behind");
    client.leave();
}
