//! Quoted-printable.

const MAX_LINE: usize = 76;

/// `a2b_qp`.
#[must_use]
pub fn decode_qp(text: &[u8], header: bool) -> Vec<u8> {
    let hex = |i: usize| text.get(i).and_then(|&b| char::from(b).to_digit(16)).map(|d| d as u8);
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let b = text[at];
        at += 1;
        match b {
            b'=' => match text.get(at) {
                None => break,
                // A soft line break.
                Some(b'\n' | b'\r') => {
                    at = text[at..].iter().position(|&b| b == b'\n').map_or(text.len(), |i| at + i + 1);
                }
                Some(b'=') => {
                    out.push(b'=');
                    at += 1;
                }
                Some(_) => match (hex(at), hex(at + 1)) {
                    (Some(high), Some(low)) => {
                        out.push(high << 4 | low);
                        at += 2;
                    }
                    _ => out.push(b'='),
                },
            },
            b'_' if header => out.push(b' '),
            _ => out.push(b),
        }
    }
    out
}

fn push_hex(b: u8, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.extend_from_slice(&[b'=', DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]);
}

/// `b2a_qp`.
#[must_use]
pub fn encode_qp(bytes: &[u8], quote_tabs: bool, is_text: bool, header: bool) -> Vec<u8> {
    // Line ends follow those of the input's first line.
    let crlf = bytes.iter().position(|&b| b == b'\n').is_some_and(|i| i > 0 && bytes[i - 1] == b'\r');
    let line_end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    let mut line = 0;
    let mut at = 0;
    while at < bytes.len() {
        let b = bytes[at];
        let next = bytes.get(at + 1);
        let quoted = match b {
            127.. | b'=' => true,
            b'_' => header,
            b'.' => line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0)),
            b'\r' | b'\n' => !is_text,
            b'\t' | b' ' => next.is_none() || quote_tabs,
            0..33 => true,
            _ => false,
        };
        if quoted {
            if line + 3 >= MAX_LINE {
                out.push(b'=');
                out.extend_from_slice(line_end);
                line = 0;
            }
            push_hex(b, &mut out);
            at += 1;
            line += 3;
        } else if is_text && (b == b'\n' || (b == b'\r' && next == Some(&b'\n'))) {
            line = 0;
            // Blanks at a line's end would get lost.
            if let Some(&last @ (b' ' | b'\t')) = out.last() {
                out.pop();
                push_hex(last, &mut out);
            }
            out.extend_from_slice(line_end);
            at += if b == b'\r' { 2 } else { 1 };
        } else {
            if next.is_some_and(|&n| n != b'\n') && line + 1 >= MAX_LINE {
                out.push(b'=');
                out.extend_from_slice(line_end);
                line = 0;
            }
            line += 1;
            out.push(if header && b == b' ' { b'_' } else { b });
            at += 1;
        }
    }
    out
}
