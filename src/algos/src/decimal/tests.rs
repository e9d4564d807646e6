//! The arithmetic of decimals against facts of the specification, each worked out by hand or taken from CPython.

use super::*;

fn number(text: &str) -> Number {
    parse(text.as_bytes(), &Context::MAX, &mut Status::default())
}

const PLAIN: Context = Context { prec: 28, emax: 999_999, emin: -999_999, rounding: Rounding::HalfEven, clamp: false };

fn binary(op: fn(&Number, &Number, &Context, &mut Status) -> Number, a: &str, b: &str, context: Context) -> (String, Status) {
    let mut status = Status::default();
    let result = op(&number(a), &number(b), &context, &mut status);
    (to_scientific(&result, true), status)
}

fn unary(op: fn(&Number, &Context, &mut Status) -> Number, a: &str, prec: i64) -> String {
    to_scientific(&op(&number(a), &Context { prec, ..PLAIN }, &mut Status::default()), true)
}

#[test]
fn text_goes_and_comes() {
    for text in ["0", "-0", "1", "1.50", "-0.001", "1E+3", "1.2E-10", "NaN", "sNaN12", "-Infinity", "0E-7", "0.000000"] {
        assert_eq!(to_scientific(&number(text), true), text);
    }
    assert_eq!(to_engineering(&number("1E+4"), true), "10E+3");
    assert_eq!(to_engineering(&number("0E+2"), true), "0.0E+3");
    assert_eq!(to_scientific(&number("1e"), true), "NaN");
}

#[test]
fn arithmetic_reports_what_happened() {
    let inexact = Status::INEXACT | Status::ROUNDED;
    assert_eq!(binary(div, "1", "3", PLAIN), ("0.3333333333333333333333333333".into(), inexact));
    assert_eq!(binary(div, "1", "4", PLAIN), ("0.25".into(), Status::NONE));
    assert_eq!(binary(div, "0", "0", PLAIN), ("NaN".into(), Status::DIVISION_UNDEFINED));
    assert_eq!(binary(add, "1E+100", "1", PLAIN), ("1.000000000000000000000000000E+100".into(), inexact));
    assert_eq!(binary(sub, "1E+100", "1", PLAIN).0, "1.000000000000000000000000000E+100");
    assert_eq!(binary(mul, "9E+999999", "9", PLAIN), ("Infinity".into(), inexact | Status::OVERFLOW));
    assert_eq!(binary(rem_near, "10", "6", PLAIN).0, "-2");
    assert_eq!(binary(quantize, "2.5", "1", PLAIN).0, "2");
}

#[test]
fn functions_round_correctly() {
    assert_eq!(unary(exp, "1", 50), "2.7182818284590452353602874713526624977572470937000");
    assert_eq!(unary(ln, "10", 50), "2.3025850929940456840179914546843642076011014886288");
    assert_eq!(unary(ln, "1.0000000000000000000000000000001", 10), "1.000000000E-31");
    assert_eq!(unary(log10, "2", 50), "0.30102999566398119521373889472449302676818988146211");
    assert_eq!(unary(log10, "1000", 50), "3");
    assert_eq!(unary(sqrt, "2", 50), "1.4142135623730950488016887242096980785696718753769");
    assert_eq!(unary(sqrt, "100", 50), "10");
    assert_eq!(binary(pow, "2", "0.5", PLAIN).0, "1.414213562373095048801688724");
}

#[test]
fn what_rounds_up_to_a_normal_number_is_none_that_underflows() {
    let (context, mut status) = (Context { prec: 9, emax: 1, emin: 0, ..PLAIN }, Status::default());
    assert_eq!(to_scientific(&exp(&number("-1E-13"), &context, &mut status), true), "1.00000000");
    assert_eq!(status, Status::INEXACT | Status::ROUNDED);
    let (inexact, mut status) = (status, Status::default());
    assert_eq!(to_scientific(&exp(&number("9E+18"), &PLAIN, &mut status), true), "Infinity");
    assert_eq!(status, inexact | Status::OVERFLOW);
}

#[test]
fn a_huge_precision_costs_nothing_while_results_are_exact() {
    assert_eq!(binary(div, "1", "8", Context::MAX).0, "0.125");
    assert_eq!(binary(mul, "123456789", "1000000007", Context::MAX).0, "123456789864197523");
    assert_eq!(binary(div, "1", "3", Context::MAX), ("NaN".into(), Status::MALLOC));
    assert_eq!(to_scientific(&sqrt(&number("0.0625"), &Context::MAX, &mut Status::default()), true), "0.25");
}

#[test]
fn digits_are_counted() {
    for k in 0..400 {
        let power = coeff::power_of_ten(k);
        assert_eq!(coeff::digits(&power), k + 1);
        assert_eq!(coeff::digits(&(power - 1_u64)), k.max(1));
    }
}

#[test]
fn formats() {
    let locale = crate::format::Locale::default();
    let format = |text: &str, spec: &str| format(&number(text), spec, Rounding::HalfEven, true, &locale, None);
    assert_eq!(format("1234567.891", ",.2f").as_deref(), Ok("1,234,567.89"));
    assert_eq!(format("-1.5", "010").as_deref(), Ok("-0000001.5"));
    assert_eq!(format("1234", "08,").as_deref(), Ok("0,001,234"));
    assert_eq!(format("0.00001", "e").as_deref(), Ok("1e-5"));
    assert_eq!(format("1", "+.2e").as_deref(), Ok("+1.00e+0"));
    assert_eq!(format("1", "Q"), Err(Broken::Syntax));
}
