//! The vectors of `tools/vectors_modules.py` for `binascii`.

use super::*;

fn unhex(text: &str) -> Vec<u8> {
    if text == "-" {
        return Vec::new();
    }
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("vectors are well formed")).collect()
}

fn show(bytes: &[u8]) -> String {
    if bytes.is_empty() { "-".into() } else { bytes.iter().map(|b| format!("{b:02x}")).collect() }
}

fn result<E: ToString>(result: Result<Vec<u8>, E>) -> String {
    result.map_or_else(|e| format!("!{}", e.to_string().replace(' ', "_")), |bytes| show(&bytes))
}

#[test]
fn vectors() {
    let mut wrong = Vec::new();
    for line in include_str!("../../tests/vectors/modules.txt").lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let got = match fields[..] {
            ["b64", text, strict, _] => result(decode_base64(&unhex(text), strict == "1")),
            ["tob64", bytes, _] => show(&encode_base64(&unhex(bytes), true)),
            ["uu", text, _] => result(decode_uu(&unhex(text))),
            ["touu", bytes, backtick, _] => result(encode_uu(&unhex(bytes), backtick == "1")),
            ["qp", text, header, _] => show(&decode_qp(&unhex(text), header == "1")),
            ["toqp", bytes, tabs, text, header, _] => show(&encode_qp(&unhex(bytes), tabs == "1", text == "1", header == "1")),
            ["sums", bytes, start, ..] => {
                let bytes = unhex(bytes);
                let start = start.parse().expect("a number");
                format!("{} {} {}", crc32(&bytes, start), adler32(&bytes, start), crc_hqx(&bytes, start & 0xffff))
            }
            _ => continue,
        };
        if !line.ends_with(&format!(" {got}")) {
            wrong.push(format!("{line}\n  got {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[..wrong.len().min(15)].join("\n"));
}
