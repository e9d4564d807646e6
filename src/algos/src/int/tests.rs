//! The vectors of `tools/vectors_int.py`, and properties on numbers large enough for the bridge.

use super::*;

fn hex(text: &str) -> Int {
    parse(text.as_bytes(), 16, 0).expect("vectors are well formed")
}

fn unhex(text: &str) -> Vec<u8> {
    if text == "-" {
        return Vec::new();
    }
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("vectors are well formed")).collect()
}

fn show(a: &Int) -> String {
    to_radix(a.view(), 16)
}

/// Floats travel as `float.hex()`.
fn float(text: &str) -> f64 {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |t| (true, t));
    let (mantissa, exponent) = text.strip_prefix("0x").and_then(|t| t.split_once('p')).expect("a hexadecimal float");
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa = u64::from_str_radix(&format!("{whole}{fraction}"), 16).expect("a hexadecimal float");
    let exponent: i64 = exponent.parse().expect("an exponent");
    let x = if mantissa == 0 {
        0.0
    } else {
        round_scaled(mantissa, false, exponent - 4 * fraction.len() as i64).expect("a finite float")
    };
    if negative { -x } else { x }
}

fn run(op: &str, args: &[&str]) -> String {
    let a = || hex(args[0]);
    let b = || hex(args[1]);
    let n = |i: usize| u64::from_str_radix(args[i], 16).expect("a count");
    match op {
        "add" => show(&add(a().view(), b().view())),
        "sub" => show(&sub(a().view(), b().view())),
        "mul" => show(&mul(a().view(), b().view())),
        "and" => show(&and(a().view(), b().view())),
        "or" => show(&or(a().view(), b().view())),
        "xor" => show(&xor(a().view(), b().view())),
        "gcd" => show(&gcd(a().view(), b().view())),
        "divmod" => {
            let (q, r) = divmod(a().view(), b().view()).expect("not zero");
            assert_eq!(modulo(a().view(), b().view()).expect("not zero"), r);
            format!("{} {}", show(&q), show(&r))
        }
        "shl" => show(&lshift(a().view(), n(1)).expect("small")),
        "shr" => show(&rshift(a().view(), n(1))),
        "invert" => show(&invert(a().view())),
        "hash" => a().view().hash().to_string(),
        "bits" => format!("{} {}", bit_length(a().view()), bit_count(a().view())),
        "isqrt" => show(&isqrt(a().view()).expect("not negative")),
        "str" => {
            let text = to_decimal(a().view());
            assert_eq!(parse(text.as_bytes(), 10, 0), Ok(a()), "reading back");
            text
        }
        "oct" => to_radix(a().view(), 8),
        "round" => show(&round_to_power_of_ten(a().view(), n(1))),
        "pow" => show(&pow(a().view(), b().view()).expect("small")),
        "powmod" => mod_pow(a().view(), b().view(), hex(args[2]).view()).map_or_else(|e| e.to_string(), |r| show(&r)),
        "factorial" => show(&factorial(n(0)).expect("small")),
        "tobytes" => {
            let mut out = vec![0; n(1) as usize];
            match to_bytes(a().view(), &mut out, false, args[2] == "1") {
                Err(e) => e.to_string(),
                Ok(()) if out.is_empty() => "-".into(),
                Ok(()) => {
                    assert_eq!(from_bytes(&out, false, args[2] == "1"), a());
                    out.iter().map(|b| format!("{b:02x}")).collect()
                }
            }
        }
        "frombytes" => show(&from_bytes(&unhex(args[0]), true, args[1] == "1")),
        "parse" => parse(&unhex(args[0]), args[1].parse().expect("a base"), 0).map_or("invalid".into(), |r| show(&r)),
        "int" => show(&from_f64(float(args[0])).expect("finite")),
        "cmpf" => (cmp_f64(a().view(), float(args[1])).expect("finite") as i32).to_string(),
        _ => panic!("unknown operation {op}"),
    }
}

#[test]
fn vectors() {
    for line in include_str!("../../tests/vectors/int.txt").lines() {
        let (left, right) = line.split_once(" = ").expect("an equation");
        let mut args = left.split(' ');
        let op = args.next().expect("an operation");
        let args: Vec<&str> = args.collect();
        let expect_float = |got: Result<f64, &str>| match (got, right) {
            (Err(e), _) => assert_eq!(e, right, "{left}"),
            (Ok(x), _) => {
                assert!(right.contains("0x"), "{line}: got {x}");
                assert_eq!(x.to_bits(), float(right).to_bits(), "{line}: got {x}");
            }
        };
        match op {
            "truediv" => expect_float(true_div(hex(args[0]).view(), hex(args[1]).view()).map_err(|e| match e {
                TrueDivError::Zero => "zero",
                TrueDivError::Overflow => "overflow",
            })),
            "float" => expect_float(to_f64(hex(args[0]).view()).map_err(|_| "overflow")),
            "frexp" => {
                let (m, e) = frexp(hex(args[0]).view());
                let (expect_m, expect_e) = right.split_once(' ').expect("two results");
                assert_eq!((m, e), (float(expect_m), expect_e.parse().expect("an exponent")), "{line}");
            }
            _ => assert_eq!(run(op, &args), right, "{left}"),
        }
    }
}

#[test]
fn beyond_the_bridge() {
    let three = Int::from_i64(3);
    let power = pow(three.view(), Int::from_i64(40_000).view()).expect("fits");
    let other = add(pow(three.view(), Int::from_i64(21_000).view()).expect("fits").view(), three.view());
    let product = mul(power.view(), other.view());
    let (q, r) = divmod(product.view(), other.view()).expect("not zero");
    assert_eq!((q, r), (power.clone(), Int::ZERO));
    let (q, r) = divmod(power.negated().view(), other.view()).expect("not zero");
    assert_eq!(
        add(mul(q.view(), other.view()).view(), r.view()),
        pow(Int::from_i64(3).view(), Int::from_i64(40_000).view()).expect("fits").negated()
    );
    let text = to_decimal(product.view());
    assert_eq!(parse(text.as_bytes(), 10, 0), Ok(product.clone()));
    assert_eq!(checked_decimal(product.view(), 4300), Err(TooManyDigits { limit: 4300 }));
    assert_eq!(parse(text.as_bytes(), 10, 4300), Err(ParseError::TooManyDigits { limit: 4300, digits: text.len() }));
    let root = isqrt(mul(product.view(), product.view()).view()).expect("not negative");
    assert_eq!(root, product);
}

#[test]
fn machine_integers() {
    for n in [0, 1, -1, i64::MAX, i64::MIN, i64::MIN + 1, 1 << 60, -(1 << 59)] {
        let int = Int::from_i64(n);
        assert_eq!(int.view().to_i64(), Some(n));
        assert_eq!(int.view().wrapping_u64(), n.cast_unsigned());
        assert_eq!(int.view().to_i128(), Some(i128::from(n)));
    }
    let big = lshift(Int::from_i64(-1).view(), 63).expect("small");
    assert_eq!(big.view().to_i64(), Some(i64::MIN));
    assert_eq!(big.negated().view().to_i64(), None);
    assert_eq!(Int::from_u64(u64::MAX).view().to_u64(), Some(u64::MAX));
    assert_eq!(Int::from_i128(i128::MIN).view().to_i128(), Some(i128::MIN));
}
