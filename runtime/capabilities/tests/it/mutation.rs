//! Files that were sound and are damaged in places: every one is read or refused, none brings the reader down.

use crate::pdf::pdf;
use crate::world::World;

/// A small generator with a seed (xorshift), so that a failure names its case.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below as u64).unwrap()
    }
}

fn damaged(sound: &[u8], seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut bytes = sound.to_vec();
    for _ in 0..=dice.roll(12) {
        let at = dice.roll(bytes.len());
        match dice.roll(4) {
            0 => bytes[at] = u8::try_from(dice.roll(256)).unwrap(),
            1 => bytes.truncate(at.max(16)),
            2 => drop(bytes.remove(at)),
            _ => {
                let part: Vec<u8> = bytes[at..(at + dice.roll(40)).min(bytes.len())].to_vec();
                let to = dice.roll(bytes.len());
                bytes.splice(to..to, part);
            }
        }
        if bytes.len() < 16 {
            break;
        }
    }
    bytes
}

async fn survive(name: &str, sound: &[u8], cases: u64) {
    let world = World::new().await;
    for seed in 0..cases {
        if let Err(error) = world.parse(name, damaged(sound, seed)).await {
            let known = ["unreadable_file", "unsupported_format"].contains(&error.kind.as_str());
            assert!(known && !error.message.contains("took longer"), "{name}, seed {seed}: {error:?}");
        }
    }
}

fn cases() -> u64 {
    std::env::var("MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

#[tokio::test]
async fn damaged_pdfs() {
    let page = vec![(50.0, 700.0, "Unit"), (150.0, 700.0, "Rent"), (50.0, 680.0, "U-1"), (150.0, 680.0, "5.00")];
    survive("a.pdf", &pdf(&[page.clone(), page]), cases()).await;
}

#[tokio::test]
async fn damaged_workbooks() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..20 {
        sheet.write_string(row, 0, format!("U-{row}")).unwrap();
        sheet.write_number(row, 1, f64::from(row) * 1.25).unwrap();
    }
    survive("a.xlsx", &book.save_to_buffer().unwrap(), cases()).await;
}

#[tokio::test]
async fn damaged_texts() {
    survive("a.csv", "Name,Rent\n\"A, B\",£5\n\nC,7\n".repeat(20).as_bytes(), cases()).await;
    survive("a.json", br#"[{"a": {"amount": "1.00", "currency": "GBP"}, "b": [1, 2, {"c": null}]}]"#, cases()).await;
}
