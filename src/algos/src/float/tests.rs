//! The vectors of `tools/vectors_float.py`, complex numbers included.

use super::*;
use crate::complex::{self, Complex};
use crate::int::to_radix;

fn unhex(text: &str) -> Vec<u8> {
    if text == "-" {
        return Vec::new();
    }
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("vectors are well formed")).collect()
}

fn float(text: &str) -> f64 {
    from_hex(text.as_bytes()).expect("vectors are well formed")
}

fn complex(text: &str) -> Complex {
    let (real, imag) = text.split_once(',').expect("two parts");
    complex::new(float(real), float(imag))
}

fn show(z: Complex) -> String {
    format!("{},{}", to_hex(z.real), to_hex(z.imag))
}

const ZERO: &str = "ZeroDivisionError: division by zero";

fn show_quotient(z: Option<Complex>) -> String {
    z.map_or(ZERO.into(), show)
}

fn run(op: &str, args: &[&str]) -> String {
    let x = || float(args[0]);
    let y = || float(args[1]);
    let z = || complex(args[0]);
    let w = || complex(args[1]);
    match op {
        "repr" => repr(x()),
        "hex" => to_hex(x()),
        "hash" => hash(x()).expect("not NaN").to_string(),
        "ratio" => match as_integer_ratio(x()) {
            Ok((a, b)) => format!("{} {}", to_radix(a.view(), 16), to_radix(b.view(), 16)),
            Err(FromFloatError::Nan) => "ValueError: cannot convert NaN to integer ratio".into(),
            Err(FromFloatError::Infinity) => "OverflowError: cannot convert Infinity to integer ratio".into(),
        },
        "format" => {
            let flags =
                Flags { plus: args[3] == "+", alternate: args[3] == "#", no_negative_zero: args[3] == "z", dot_zero: false };
            format(x(), args[1].as_bytes()[0], args[2].parse().expect("a precision"), flags)
        }
        "round" => round(x(), args[1].parse().expect("a count"))
            .map_or("OverflowError: rounded value too large to represent".into(), to_hex),
        "divmod" | "mod" | "floordiv" if y() == 0.0 => ZERO.into(),
        "divmod" => {
            let (q, r) = divmod(x(), y());
            format!("{} {}", to_hex(q), to_hex(r))
        }
        "mod" => to_hex(modulo(x(), y())),
        "floordiv" => to_hex(floordiv(x(), y())),
        "pow" => match pow(x(), y()) {
            Ok(r) => to_hex(r),
            Err(PowError::Complex) => "complex".into(),
            Err(PowError::Overflow) => "OverflowError: (34, 'Numerical result out of range')".into(),
            Err(PowError::ZeroToNegative) => "ZeroDivisionError: zero to a negative power".into(),
        },
        "parse" => parse(&unhex(args[0])).map_or("ValueError".into(), to_hex),
        "fromhex" => match from_hex(&unhex(args[0])) {
            Ok(r) => to_hex(r),
            Err(e @ FromHexError::Invalid) => format!("ValueError: {e}"),
            Err(e @ FromHexError::TooLarge) => format!("OverflowError: {e}"),
        },
        "crepr" => complex::repr(z()),
        "cmul" => show(complex::mul(z(), w())),
        "csub" => show(complex::sub(z(), w())),
        "cdiv" => show_quotient(complex::div(z(), w())),
        "cpow" => match complex::pow(z(), w()) {
            Ok(r) => show(r),
            Err(complex::PowError::Zero) => "ZeroDivisionError: zero to a negative or complex power".into(),
            Err(complex::PowError::Overflow) => "OverflowError: complex exponentiation".into(),
        },
        "rcsub" => show(complex::real_sub(z().real, w())),
        "crsub" => show(complex::sub_real(z(), w().real)),
        "cradd" => show(complex::add_real(z(), w().real)),
        "crmul" => show(complex::mul_real(z(), w().real)),
        "crdiv" => show_quotient(complex::div_real(z(), w().real)),
        "rcdiv" => show_quotient(complex::real_div(z().real, w())),
        "cabs" => complex::abs(z()).map_or("OverflowError: absolute value too large".into(), to_hex),
        "chash" => complex::combine_hash(hash(z().real).expect("not NaN"), hash(z().imag).expect("not NaN")).to_string(),
        "cparse" => complex::parse(&unhex(args[0])).map_or("ValueError".into(), show),
        _ => panic!("unknown operation {op}"),
    }
}

#[test]
fn vectors() {
    let mut wrong = Vec::new();
    for line in include_str!("../../tests/vectors/float.txt").lines() {
        let (left, right) = line.split_once(" = ").expect("an equation");
        let mut args = left.split(' ');
        let op = args.next().expect("an operation");
        let args: Vec<&str> = args.collect();
        let got = run(op, &args);
        if got != right {
            wrong.push(format!("{left}\n  expected {right}\n  got      {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[..wrong.len().min(12)].join("\n"));
}
