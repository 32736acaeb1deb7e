use std::time::Duration;

use crate::pdf::{assemble, pdf};
use crate::world::World;

fn cells(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

#[tokio::test]
async fn every_separator_of_csv_is_found_out() {
    let world = World::new().await;
    for separator in [",", ";", "\t", "|"] {
        let text = ["name;amount;note", "\"Smith; Sons, Ltd|x\ty\";1;a", "Jones;2;b"].map(|line| {
            // The separators inside the quotes stay.
            match line.split_once("\";") {
                Some((quoted, rest)) => format!("{quoted}\"{separator}{}", rest.replace(';', separator)),
                None => line.replace(';', separator),
            }
        });
        let (parsed, rows) = world.parse("a.csv", text.join("\n")).await.unwrap();
        let want = cells(&[&["name", "amount", "note"], &["Smith; Sons, Ltd|x\ty", "1", "a"], &["Jones", "2", "b"]]);
        assert_eq!(rows, want, "separator {separator:?}");
        assert_eq!((parsed["format"].as_str(), parsed["rows"].as_u64()), (Some("csv"), Some(3)));
    }
}

#[tokio::test]
async fn quotes_line_breaks_blank_lines_and_excels_hint_are_understood() {
    let world = World::new().await;
    let (_, rows) =
        world.parse("a.csv", "sep=;\nname;note\r\n\r\n\"A \"\"b\"\"\";\"two\nlines\"\r\nC;,\r\n").await.unwrap();
    assert_eq!(rows, cells(&[&["name", "note"], &[], &["A \"b\"", "two\nlines"], &["C", ","]]));
}

#[tokio::test]
async fn a_quotation_mark_that_nothing_closes_swallows_no_rows() {
    let world = World::new().await;
    let refused = |text: &'static str| {
        let world = &world;
        async move { world.parse("a.csv", text).await.unwrap_err().message }
    };
    assert!(refused("name,note\nA,one\nB,\"two\nC,three\n").await.contains("mark in line 3 is not closed"));
    assert!(refused("sep=,\nname,note\n\"A,one\n").await.contains("mark in line 3 is not closed"));
    for sound in
        ["name,note\nA,5\" disk\n", "name,note\n\"A\",\"one \"\"1\"\"\"\n", "name,note\nA,\"\"\n", "a,b\n\"A\"x,y"]
    {
        assert!(world.parse("a.csv", sound).await.is_ok(), "{sound}");
    }
}

#[tokio::test]
async fn encodings_are_found_out_and_guesses_are_noted() {
    let world = World::new().await;
    let text = "name,rent\nCafé Zoë,£5";
    let utf16 = |big: bool, mark: bool| -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let windows = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect::<Vec<u8>>();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let cases = [
        (text.as_bytes().to_vec(), false),
        (marked, false),
        (utf16(false, true), false),
        (utf16(true, true), false),
        (utf16(false, false), true),
        (windows, true),
    ];
    for (index, (bytes, guessed)) in cases.into_iter().enumerate() {
        let (parsed, rows) = world.parse("a.csv", bytes).await.unwrap();
        assert_eq!(rows, cells(&[&["name", "rent"], &["Café Zoë", "£5"]]), "case {index}");
        assert_eq!(parsed["notes"].as_array().unwrap().is_empty(), !guessed, "case {index}: {parsed}");
    }
}

#[tokio::test]
async fn a_workbook_gives_all_sheets_with_exact_numbers_and_dates() {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let first = book.add_worksheet().set_name("Leases").unwrap();
    first.write_string(0, 0, "Unit").unwrap();
    first.write_string(0, 1, "Rent").unwrap();
    first.write_string(0, 2, "From").unwrap();
    first.write_string(1, 0, "U-01").unwrap();
    // The nearest binary fraction to 0.1 + 0.2 is not 0.3.
    first.write_number(1, 1, 1234.5 + 0.1 + 0.2 - 0.24).unwrap();
    first.write_datetime_with_format(1, 2, ExcelDateTime::from_ymd(2026, 3, 31).unwrap(), &date).unwrap();
    first.write_number(3, 1, 1_250_000.0).unwrap();
    first.write_boolean(3, 2, true).unwrap();
    let second = book.add_worksheet().set_name("Notes").unwrap();
    second.write_string(0, 0, "Nothing to add").unwrap();
    let world = World::new().await;
    let (parsed, rows) = world.parse("a.xlsx", book.save_to_buffer().unwrap()).await.unwrap();
    let want = cells(&[
        &["Unit", "Rent", "From"],
        &["U-01", "1234.56", "2026-03-31"],
        &[],
        &["", "1250000", "true"],
        &["Nothing to add"],
    ]);
    assert_eq!(rows, want);
    assert_eq!((parsed["format"].as_str(), parsed["pages"].as_u64()), (Some("xlsx"), Some(2)));
    assert!(parsed["plain_text"].as_str().unwrap().contains("# Notes\nNothing to add"));
}

#[tokio::test]
async fn a_cell_in_the_last_corner_of_a_sheet_is_cut_and_said() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "first").unwrap();
    sheet.write_string(1_048_575, 16_383, "last").unwrap();
    let world = World::new().await;
    let (parsed, rows) = world.parse("a.xlsx", book.save_to_buffer().unwrap()).await.unwrap();
    assert_eq!(rows, cells(&[&["first"]]));
    assert_eq!(parsed["truncated"], true);
}

#[tokio::test]
async fn a_table_in_a_pdf_becomes_rows_and_columns() {
    let page = |head: bool, lines: &[[&'static str; 3]]| {
        let mut out = vec![(50.0, 780.0, "Rent roll of Acme SPV 1 at 31 March 2026, all amounts in GBP")];
        if head {
            out.extend([(50.0, 740.0, "Unit"), (120.0, 740.0, "Tenant"), (300.0, 740.0, "Monthly rent")]);
        }
        for (index, line) in lines.iter().enumerate() {
            let y = 720.0 - 14.0 * index as f64;
            // Amounts stand flush right, so they begin at different places.
            out.extend([(50.0, y, line[0]), (120.0, y, line[1]), (355.0 - 5.0 * line[2].len() as f64, y, line[2])]);
        }
        out
    };
    let file = pdf(&[
        page(true, &[["U-01", "Harbour Books Ltd", "£1,250.00"], ["U-02", "A (B) & Co", "£905.50"]]),
        page(true, &[["U-03", "The Very Long Name of a Tenant plc", "£12,000.00"]]),
    ]);
    let world = World::new().await;
    let (parsed, rows) = world.parse("a.pdf", file).await.unwrap();
    let title = "Rent roll of Acme SPV 1 at 31 March 2026, all amounts in GBP";
    let head: &[&str] = &["Unit", "Tenant", "Monthly rent"];
    let want = cells(&[
        &[title],
        head,
        &["U-01", "Harbour Books Ltd", "£1,250.00"],
        &["U-02", "A (B) & Co", "£905.50"],
        &[title],
        head,
        &["U-03", "The Very Long Name of a Tenant plc", "£12,000.00"],
    ]);
    assert_eq!(rows, want);
    assert_eq!((parsed["format"].as_str(), parsed["pages"].as_u64()), (Some("pdf"), Some(2)));
}

#[tokio::test]
async fn a_long_cell_that_touches_its_neighbour_stays_in_its_column() {
    let line =
        |y: f64, tenant: &'static str, rent: &'static str| vec![(50.0, y, "U-1"), (120.0, y, tenant), (267.0, y, rent)];
    // In Helvetica of 10 points the long name ends a few points before the amount.
    let lines = [
        vec![(50.0, 740.0, "Unit"), (120.0, 740.0, "Tenant"), (267.0, 740.0, "Rent")],
        line(720.0, "Books", "1.00"),
        line(706.0, "Cafe", "2.00"),
        line(692.0, "Very Long Name of a Tenant Ltd", "3.00"),
    ];
    let world = World::new().await;
    let (_, rows) = world.parse("a.pdf", pdf(&[lines.concat()])).await.unwrap();
    assert_eq!(rows[3], ["U-1", "Very Long Name of a Tenant Ltd", "3.00"]);
}

#[tokio::test]
async fn broken_files_are_refused_with_the_reason() {
    let world = World::new().await;
    let whole = pdf(&[vec![(50.0, 700.0, "Hello")]]);
    let encrypt = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (abcdefghijklmnopqrstuvwxyz012345) \
                   /U (ABCDEFGHIJKLMNOPQRSTUVWXYZ012345) >> /ID [(0123456789abcdef) (0123456789abcdef)]";
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".to_owned();
    let tree =
        ["<< /Type /Catalog /Pages 2 0 R >>".to_owned(), "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(), page];
    let bomb: Vec<u8> = b"%PDF-1.4\n".iter().copied().chain(std::iter::repeat_n(b'[', 200_000)).collect();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("password.pdf", assemble(&tree, encrypt), "protected by a password"),
        ("picture.pdf", assemble(&tree, ""), "pictures only"),
        ("half.pdf", whole[..whole.len() / 2].to_vec(), "cannot be read"),
        ("noise.pdf", (0..5_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect(), "not a PDF"),
        ("nested.pdf", bomb, "cannot be read"),
        ("noise.xlsx", b"this is no workbook".to_vec(), "not a sound workbook"),
        ("half.xlsx", b"PK\x03\x04 and nothing more".to_vec(), "not a sound workbook"),
        ("binary.csv", vec![0, 1, 2, 3, 255, 254, 0, 7], "not text"),
        ("empty.csv", Vec::new(), "empty"),
        ("bad.json", b"{\"a\": ".to_vec(), "not valid JSON (line 1"),
    ];
    for (name, bytes, reason) in cases {
        let error = world.parse(name, bytes).await.unwrap_err();
        assert_eq!(error.kind, "unreadable_file", "{name}: {error}");
        assert!(error.message.starts_with(name) && error.message.contains(reason), "{name}: {error}");
        assert!(!error.retryable, "{name}");
    }
}

#[tokio::test]
async fn what_is_not_read_is_named_with_what_is() {
    let world = World::new().await;
    for (name, bytes) in [("a.png", b"\x89PNG\r\n\x1a\n".as_slice()), ("a.docx", b"PK\x03\x04"), ("a", b"?")] {
        let error = world.parse(name, bytes).await.unwrap_err();
        assert_eq!(error.kind, "unsupported_format", "{error}");
        assert!(error.message.contains("CSV, Excel (.xlsx), PDF"), "{error}");
    }
    let error = world.parse("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....").await.unwrap_err();
    assert!(error.message.contains("save it as .xlsx"), "{error}");
}

#[tokio::test]
async fn texts_markdown_and_json_become_cells_too() {
    let world = World::new().await;
    let (parsed, rows) = world.parse("a.md", "# Rents\n\n| Unit | Rent |\n|---|---:|\n| U-1 | 5 |\n").await.unwrap();
    assert_eq!(rows, cells(&[&["# Rents"], &[], &["Unit", "Rent"], &[], &["U-1", "5"]]));
    assert_eq!(parsed["format"], "markdown");
    let (_, rows) = world.parse("a.txt", "Unit   Rent due\nU-1    5.00\n").await.unwrap();
    assert_eq!(rows, cells(&[&["Unit", "Rent due"], &["U-1", "5.00"]]));
    let json =
        r#"{"items": [{"id": "a", "amount": {"amount": "5.10", "currency": "GBP"}}, {"id": "b", "extra": 1.25}]}"#;
    let (_, rows) = world.parse("a.json", json).await.unwrap();
    assert_eq!(rows, cells(&[&["amount", "id", "extra"], &["5.10 GBP", "a", ""], &["", "b", "1.25"]]));
}

#[tokio::test]
async fn long_documents_are_cut_and_say_so() {
    let world = World::with(|settings| {
        settings.limits.plain_text_bytes = 1_001;
        settings.limits.cells = 100;
    })
    .await;
    let (parsed, _) = world.parse("a.txt", "é".repeat(2_000)).await.unwrap();
    assert_eq!((parsed["plain_text"].as_str().unwrap().len(), parsed["truncated"].as_bool()), (1_000, Some(true)));
    let (parsed, rows) = world.parse("a.csv", "a,b\n".repeat(500)).await.unwrap();
    assert_eq!((rows.len(), parsed["truncated"].as_bool()), (50, Some(true)));
}

#[tokio::test]
async fn documents_over_the_limits_are_refused_before_they_are_read() {
    let world = World::with(|settings| settings.limits.parse_bytes = 100).await;
    let path = world.bundle().join("huge.csv");
    std::fs::File::create(&path).unwrap().set_len(312_000_000).unwrap();
    let error = world.submit_path(&path).await.unwrap_err();
    assert_eq!(error.to_string(), "file huge.csv is 312 MB; the limit is 200 MB");
    assert_eq!(error.kind, "too_large");
    let error = world.parse("b.csv", "a,b\n".repeat(100)).await.unwrap_err();
    assert_eq!(error.kind, "too_large");
    let error = world.submit_path(&world.bundle().join("none.csv")).await.unwrap_err();
    assert!(error.message.ends_with("none.csv: there is no such file"), "{error}");
}

#[tokio::test]
async fn reading_that_takes_too_long_is_given_up() {
    let world = World::with(|settings| settings.limits.parse_time = Duration::from_millis(1)).await;
    // In a millisecond nobody reads three million bytes.
    let error = world.parse("a.csv", "a,b\n".repeat(750_000)).await.unwrap_err();
    assert!(error.message.contains("took longer than"), "{error}");
}
