//! Constant folding, with CPython's limits: what would raise or grow large is left to run time.

use crate::code::{BigInt, Const};
use ruff_python_ast::{Operator, UnaryOp};

const MAX_ITEMS: usize = 256;
const MAX_STR: usize = 4096;

/// bool(value), where that is known.
pub(super) fn truth(value: &Const) -> Option<bool> {
    Some(match value {
        Const::None => false,
        Const::Ellipsis | Const::BigInt(_) | Const::Slice(_) => true,
        Const::Bool(b) => *b,
        Const::Int(n) => *n != 0,
        Const::Float(x) => *x != 0.0,
        Const::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Const::Str(s) | Const::Bytes(s) => !s.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
        Const::Code(_) => return None,
    })
}

/// An int constant of any size up to 128 bits.
pub(super) fn int(n: i128) -> Const {
    if let Ok(n) = i64::try_from(n) {
        return Const::Int(n);
    }
    let mut digits = Vec::new();
    let mut rest = n.unsigned_abs();
    while rest != 0 {
        digits.push((rest & 0x3fff_ffff) as u32);
        rest >>= 30;
    }
    Const::BigInt(Box::new(BigInt { negative: n < 0, digits: digits.into() }))
}

fn as_int(value: &Const) -> Option<i128> {
    match value {
        Const::Int(n) => Some(i128::from(*n)),
        Const::Bool(b) => Some(i128::from(*b)),
        Const::BigInt(big) if big.digits.len() <= 4 => {
            let magnitude = big.digits.iter().rev().fold(0i128, |n, digit| n << 30 | i128::from(*digit));
            Some(if big.negative { -magnitude } else { magnitude })
        }
        _ => None,
    }
}

/// As a float, if the conversion is exact enough to be Python's own.
fn as_float(value: &Const) -> Option<f64> {
    match value {
        Const::Float(x) => Some(*x),
        Const::Int(n) => Some(*n as f64),
        Const::Bool(b) => Some(f64::from(u8::from(*b))),
        _ => None,
    }
}

pub(super) fn unary(op: UnaryOp, value: &Const) -> Option<Const> {
    match (op, value) {
        (UnaryOp::Not, value) => truth(value).map(|t| Const::Bool(!t)),
        (UnaryOp::USub, Const::Float(x)) => Some(Const::Float(-x)),
        (UnaryOp::USub, Const::Complex(re, im)) => Some(Const::Complex(-re, -im)),
        (UnaryOp::UAdd, Const::Float(_) | Const::Complex(..)) => Some(value.clone()),
        (UnaryOp::USub, Const::BigInt(big)) if big.digits.len() > 4 => {
            Some(Const::BigInt(Box::new(BigInt { negative: !big.negative, digits: big.digits.clone() })))
        }
        // `~True` warns at run time.
        (UnaryOp::Invert, Const::Bool(_)) => None,
        (op, value) => {
            let n = as_int(value)?;
            Some(int(match op {
                UnaryOp::USub => n.checked_neg()?,
                UnaryOp::UAdd => n,
                UnaryOp::Invert => !n,
                UnaryOp::Not => return None,
            }))
        }
    }
}

pub(super) fn binary(a: &Const, op: Operator, b: &Const) -> Option<Const> {
    match (a, b) {
        (Const::Str(x), Const::Str(y)) if op == Operator::Add => Some(Const::Str(concat(x, y)?)),
        (Const::Bytes(x), Const::Bytes(y)) if op == Operator::Add => Some(Const::Bytes(concat(x, y)?)),
        (Const::Tuple(x), Const::Tuple(y)) if op == Operator::Add => {
            (x.len() + y.len() <= MAX_ITEMS).then(|| Const::Tuple(x.iter().chain(y.iter()).cloned().collect()))
        }
        (Const::Str(x), n) | (n, Const::Str(x)) if op == Operator::Mult => Some(Const::Str(repeat(x, n)?.into())),
        (Const::Bytes(x), n) | (n, Const::Bytes(x)) if op == Operator::Mult => Some(Const::Bytes(repeat(x, n)?.into())),
        (Const::Tuple(x), n) | (n, Const::Tuple(x)) if op == Operator::Mult => {
            let n = usize::try_from(as_int(n)?.max(0)).ok()?;
            let total = x.len().checked_mul(n)?;
            (total <= MAX_ITEMS).then(|| Const::Tuple(x.iter().cycle().take(total).cloned().collect()))
        }
        (Const::Complex(..), _) | (_, Const::Complex(..)) => complex(a, op, b),
        (Const::Float(_), _) | (_, Const::Float(_)) => float(as_float(a)?, op, as_float(b)?),
        _ => ints(as_int(a)?, op, as_int(b)?, matches!((a, b), (Const::Bool(_), Const::Bool(_)))),
    }
}

fn concat(x: &[u8], y: &[u8]) -> Option<std::sync::Arc<[u8]>> {
    // Two surrogate halves side by side stay two in Python: in generalised UTF-8 they do as well.
    (x.len() + y.len() <= 1 << 20).then(|| [x, y].concat().into())
}

fn repeat(x: &[u8], n: &Const) -> Option<Vec<u8>> {
    let n = usize::try_from(as_int(n)?.max(0)).ok()?;
    (x.len().checked_mul(n)? <= MAX_STR).then(|| x.repeat(n))
}

fn bits(n: i128) -> u32 {
    128 - n.unsigned_abs().leading_zeros()
}

fn ints(a: i128, op: Operator, b: i128, bools: bool) -> Option<Const> {
    let n = match op {
        Operator::Add => a.checked_add(b)?,
        Operator::Sub => a.checked_sub(b)?,
        Operator::Mult => a.checked_mul(b)?,
        Operator::FloorDiv | Operator::Mod => {
            let quotient = a.checked_div(b)?;
            let remainder = a - quotient * b;
            let adjust = remainder != 0 && (remainder < 0) != (b < 0);
            match (op, adjust) {
                (Operator::FloorDiv, _) => quotient - i128::from(adjust),
                (_, true) => remainder + b,
                _ => remainder,
            }
        }
        Operator::Div => {
            let exact = |n: i128| n.unsigned_abs() <= 1 << 53;
            return (b != 0 && exact(a) && exact(b)).then(|| Const::Float(a as f64 / b as f64));
        }
        Operator::Pow => {
            if b < 0 {
                return (a != 0 && bits(a) <= 53 && b > -1100).then(|| Const::Float((a as f64).powf(b as f64)));
            }
            let exponent = u32::try_from(b).ok()?;
            if u64::from(bits(a)) * u64::from(exponent) > 128 && bits(a) > 1 {
                return None;
            }
            a.checked_pow(exponent)?
        }
        Operator::LShift => {
            let shift = u32::try_from(b).ok()?;
            if a != 0 && bits(a) + shift.min(200) > 126 {
                return None;
            }
            if a == 0 { 0 } else { a << shift }
        }
        Operator::RShift => a >> u32::try_from(b).ok()?.min(127),
        Operator::BitAnd | Operator::BitOr | Operator::BitXor => {
            let n = match op {
                Operator::BitAnd => a & b,
                Operator::BitOr => a | b,
                _ => a ^ b,
            };
            return Some(if bools { Const::Bool(n != 0) } else { int(n) });
        }
        Operator::MatMult => return None,
    };
    Some(int(n))
}

fn float(a: f64, op: Operator, b: f64) -> Option<Const> {
    let x = match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        // Python's own rules for signs and special values are the runtime's business.
        Operator::Mod | Operator::FloorDiv if b > 0.0 && a >= 0.0 && a.is_finite() && b.is_finite() => {
            let remainder = a % b;
            if op == Operator::Mod {
                remainder
            } else {
                let quotient = (a - remainder) / b;
                let floor = quotient.floor();
                if quotient - floor > 0.5 { floor + 1.0 } else { floor }
            }
        }
        Operator::Pow if a > 0.0 && a.is_finite() && b.is_finite() => {
            let x = a.powf(b);
            if !x.is_finite() {
                return None;
            }
            x
        }
        _ => return None,
    };
    Some(Const::Float(x))
}

fn complex(a: &Const, op: Operator, b: &Const) -> Option<Const> {
    // 3.14 treats a real operand as real: `1 - 2j` has the imaginary part -2, not 0 - 2.
    let out = match (a, op, b) {
        (Const::Complex(ar, ai), Operator::Add, Const::Complex(br, bi)) => Const::Complex(ar + br, ai + bi),
        (Const::Complex(ar, ai), Operator::Sub, Const::Complex(br, bi)) => Const::Complex(ar - br, ai - bi),
        // Two complex factors have rules for infinities, which are the runtime's business.
        (Const::Complex(..), Operator::Mult, Const::Complex(..)) => return None,
        (Const::Complex(re, im), Operator::Mult, real) | (real, Operator::Mult, Const::Complex(re, im)) => {
            let real = as_float(real)?;
            Const::Complex(re * real, im * real)
        }
        (Const::Complex(ar, ai), Operator::Add, real) => Const::Complex(ar + as_float(real)?, *ai),
        (Const::Complex(ar, ai), Operator::Sub, real) => Const::Complex(ar - as_float(real)?, *ai),
        (real, Operator::Add, Const::Complex(br, bi)) => Const::Complex(as_float(real)? + br, *bi),
        (real, Operator::Sub, Const::Complex(br, bi)) => Const::Complex(as_float(real)? - br, -bi),
        _ => return None,
    };
    Some(out)
}

pub(super) fn subscript(obj: &Const, index: &Const) -> Option<Const> {
    let n = as_int(index)?;
    let at = |len: usize| -> Option<usize> {
        let n = if n < 0 { n + len as i128 } else { n };
        usize::try_from(n).ok().filter(|n| *n < len)
    };
    match obj {
        Const::Tuple(items) => Some(items[at(items.len())?].clone()),
        Const::Bytes(bytes) => Some(Const::Int(i64::from(bytes[at(bytes.len())?]))),
        Const::Str(s) => {
            let s = core::str::from_utf8(s).ok()?;
            let c = s.chars().nth(at(s.chars().count())?)?;
            Some(Const::Str(c.encode_utf8(&mut [0; 4]).as_bytes().into()))
        }
        _ => None,
    }
}
