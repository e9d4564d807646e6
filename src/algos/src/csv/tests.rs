//! The vectors of `tools/vectors_modules.py` for `csv`.

use super::*;

fn read(field: &str) -> Vec<u32> {
    if field == "-" {
        return Vec::new();
    }
    field.split('.').map(|c| u32::from_str_radix(c, 16).expect("vectors are well formed")).collect()
}

fn show(text: &Text) -> String {
    let points = text.code_points();
    if points.is_empty() {
        return "-".into();
    }
    points.iter().map(|c| format!("{c:x}")).collect::<Vec<_>>().join(".")
}

fn dialect(text: &str) -> Dialect {
    let fields: Vec<&str> = text.split(';').collect();
    let char = |i: usize| u32::from_str_radix(fields[i], 16).ok();
    Dialect {
        delimiter: char(0).expect("a delimiter"),
        quote: char(1),
        escape: char(2),
        double_quote: fields[3] == "1",
        skip_initial_space: fields[4] == "1",
        quoting: Quoting::from_number(fields[5].parse().expect("a number")).expect("a quoting"),
        strict: fields[6] == "1",
        ..Dialect::default()
    }
}

fn error(message: &str) -> String {
    format!("!{}", message.replace(' ', "_"))
}

fn record(fields: &[Field]) -> String {
    let shown: Vec<String> = fields
        .iter()
        .map(|f| match f {
            Field::Null => "null".into(),
            Field::Str(text) => show(text),
            Field::Float(x) => format!("f{}", float::to_hex(*x)),
        })
        .collect();
    if shown.is_empty() { "empty".into() } else { shown.join("|") }
}

fn run_reader(d: &str, source: &str) -> String {
    let mut reader = Reader::new(dialect(d), 131_072);
    let mut out = Vec::new();
    let mut lines = source.split('/').map(read);
    'records: loop {
        reader.start();
        let fields = loop {
            let fed = match lines.next() {
                Some(line) => reader.feed(&line),
                None => match reader.finish() {
                    Ok(None) => break 'records,
                    other => other,
                },
            };
            match fed {
                Ok(Some(fields)) => break fields,
                Ok(None) => {}
                Err(ReadError::Csv(message)) => {
                    out.push(error(&message));
                    break 'records;
                }
                Err(ReadError::Float(_)) => {
                    out.push("!float".into());
                    break 'records;
                }
            }
        };
        out.push(record(&fields));
    }
    if out.is_empty() { "nothing".into() } else { out.join("/") }
}

fn run_writer(d: &str, row: &str) -> String {
    let dialect = dialect(d);
    let mut writer = Writer::new(&dialect);
    for value in row.split('|').filter(|v| *v != "empty") {
        let (kind, text) = match value.split_at(1) {
            _ if value == "null" => (Value::Null, Vec::new()),
            ("s", text) => (Value::Str, read(text)),
            (_, text) => (Value::Number, read(text)),
        };
        if let Err(message) = writer.field(&text, kind) {
            return error(&message);
        }
    }
    writer.finish().map_or_else(|m| error(&m), |text| show(&text))
}

#[test]
fn vectors() {
    let mut wrong = Vec::new();
    for line in include_str!("../../tests/vectors/modules.txt").lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let (got, expected) = match fields[..] {
            ["read", d, source, expected] => (run_reader(d, source), expected),
            ["write", d, row, expected] => (run_writer(d, row), expected),
            _ => continue,
        };
        if got != expected {
            wrong.push(format!("{line}\n  got {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[..wrong.len().min(15)].join("\n"));
}
