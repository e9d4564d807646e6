//! The formatting mini-language for decimals.

use core::iter::{Peekable, repeat_n};
use core::str::Chars;

use super::coeff;
use super::context::{MAX_PREC, Rounding};
use super::number::Number;
use super::round::{pad, rounded_shift};
use super::text::special;
use crate::format::Locale;
use crate::ucd;

/// Why there is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    Syntax,
    Memory,
    /// A width or precision beyond all bounds.
    Limits,
    /// Separators that no locale has.
    Separators,
}

/// Separators that are given instead of the locale's, or of those that the specification names.
#[derive(Clone, Debug, Default)]
pub struct Separators {
    pub point: Option<String>,
    pub thousands: Option<String>,
    pub grouping: Option<Vec<u8>>,
}

/// A format specification, read.
struct Spec {
    fill: char,
    align: char,
    sign: char,
    no_negative_zero: bool,
    alternate: bool,
    zero_pad: bool,
    width: usize,
    separator: String,
    grouping: Vec<u8>,
    point: String,
    precision: Option<i64>,
    fraction_separator: &'static str,
    code: char,
    /// It says what only the library's Python version understands, to which CPython turns then: that takes no separators but its own.
    extended: bool,
}

fn number(chars: &mut Peekable<Chars<'_>>) -> Option<i64> {
    let mut value = None;
    while let Some(digit) = chars.peek().and_then(|&c| ucd::decimal(c.into())) {
        value = Some(value.unwrap_or(0_i64).saturating_mul(10).saturating_add(i64::from(digit)));
        chars.next();
    }
    value
}

fn separator(chars: &mut Peekable<Chars<'_>>) -> &'static str {
    if chars.next_if_eq(&',').is_some() {
        ","
    } else if chars.next_if_eq(&'_').is_some() {
        "_"
    } else {
        ""
    }
}

impl Spec {
    fn parse(text: &str, capital: bool, locale: &Locale) -> Result<Spec, Broken> {
        let is_align = |c: char| matches!(c, '<' | '>' | '=' | '^');
        let mut chars = text.chars();
        let (first, second) = (chars.clone().next(), chars.clone().nth(1));
        let (mut fill, mut align) = (None, None);
        if second.is_some_and(is_align) {
            fill = first;
            align = second;
            chars.nth(1);
        } else if first.is_some_and(is_align) {
            align = first;
            chars.next();
        }
        let digits_elsewhere = !chars.as_str().is_ascii();
        let mut chars = chars.peekable();
        let sign = chars.next_if(|c| matches!(c, '-' | '+' | ' ')).unwrap_or('-');
        let no_negative_zero = chars.next_if_eq(&'z').is_some();
        let alternate = chars.next_if_eq(&'#').is_some();
        let zero_pad = chars.next_if_eq(&'0').is_some();
        if zero_pad && align.is_some() {
            return Err(Broken::Syntax);
        }
        let width = number(&mut chars).unwrap_or(0);
        let thousands = separator(&mut chars);
        let (mut precision, mut fraction_separator) = (None, "");
        if chars.next_if_eq(&'.').is_some() {
            precision = number(&mut chars);
            fraction_separator = separator(&mut chars);
            if precision.is_none() && fraction_separator.is_empty() {
                return Err(Broken::Syntax);
            }
        }
        let code = match chars.next() {
            None if capital => 'G',
            None => 'g',
            Some(code) if matches!(code, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | 'N' | '%') => code,
            Some(_) => return Err(Broken::Syntax),
        };
        let extended = no_negative_zero || alternate || thousands == "_" || !fraction_separator.is_empty() || digits_elsewhere;
        if chars.next().is_some() || extended && code == 'N' {
            return Err(Broken::Syntax);
        }
        if width >= MAX_PREC || precision.is_some_and(|p| p >= MAX_PREC) {
            return Err(Broken::Limits);
        }
        if width > coeff::LIMIT || precision.is_some_and(|p| p > coeff::LIMIT) {
            return Err(Broken::Memory);
        }
        if precision == Some(0) && matches!(code, 'g' | 'G' | 'n' | 'N') {
            precision = Some(1);
        }
        let mut spec = Spec {
            fill: fill.unwrap_or(' '),
            align: align.unwrap_or('>'),
            sign,
            no_negative_zero,
            alternate,
            zero_pad,
            width: usize::try_from(width).unwrap_or(0),
            separator: thousands.to_owned(),
            grouping: vec![3],
            point: ".".to_owned(),
            precision,
            fraction_separator,
            code,
            extended,
        };
        if matches!(code, 'n' | 'N') {
            if !thousands.is_empty() {
                return Err(Broken::Syntax);
            }
            spec.code = if code == 'n' { 'g' } else { 'G' };
            spec.separator.clone_from(&locale.thousands_sep);
            spec.grouping.clone_from(&locale.grouping);
            spec.point.clone_from(&locale.decimal_point);
        }
        Ok(spec)
    }

    /// Takes over what is given. Where nothing separates digits there is no point either, so that one must be given.
    fn customize(&mut self, custom: &Separators, localized: bool) -> Result<(), Broken> {
        if !localized && self.separator.is_empty() && custom.point.is_none() {
            return Err(Broken::Separators);
        }
        let Separators { point, thousands, grouping } = custom.clone();
        self.point = point.unwrap_or_else(|| self.point.clone());
        if let Some(grouping) = grouping {
            self.grouping = grouping;
        } else if !localized && self.separator.is_empty() {
            self.grouping.clear();
        }
        self.separator = thousands.unwrap_or_else(|| self.separator.clone());
        let sane = (1..=4).contains(&self.point.len()) && self.separator.len() <= 4 && self.grouping.iter().all(u8::is_ascii);
        if sane { Ok(()) } else { Err(Broken::Separators) }
    }

    fn sign_of(&self, negative: bool) -> &'static str {
        match (negative, self.sign) {
            (true, _) => "-",
            (false, ' ') => " ",
            (false, '+') => "+",
            _ => "",
        }
    }

    fn aligned(&self, sign: &str, body: &str) -> String {
        let length = sign.len() + body.chars().count();
        let missing = self.width.saturating_sub(length);
        let left = match self.align {
            '<' | '=' => 0,
            '^' => missing / 2,
            _ => missing,
        };
        let inner = if self.align == '=' { missing } else { 0 };
        let mut out = String::with_capacity(body.len() + missing + 1);
        out.extend(repeat_n(self.fill, left));
        out.push_str(sign);
        out.extend(repeat_n(self.fill, inner));
        out.push_str(body);
        out.extend(repeat_n(self.fill, missing - left - inner));
        out
    }

    /// The digits before the point with separators, filled up with zeros to `width` characters.
    fn grouped(&self, digits: &str, width: i64) -> String {
        if self.separator.is_empty() || self.grouping.is_empty() {
            let missing = usize::try_from(width).unwrap_or(0).saturating_sub(digits.len());
            return "0".repeat(missing) + digits;
        }
        let separator: Vec<char> = self.separator.chars().rev().collect();
        let mut left = digits.bytes().rev();
        let mut width = width;
        let mut sizes = self.grouping.iter().copied();
        let mut size = 0;
        // From the right, and backwards.
        let mut out: Vec<char> = Vec::with_capacity(digits.len() + digits.len() / 2);
        loop {
            // The last size repeats; 127, or no size at all, ends the grouping.
            match sizes.next() {
                Some(0) | None => {}
                Some(next) => size = i64::from(next),
            }
            let rest = (left.len() as i64).max(width).max(1);
            let ends = size == 0 || size == 127;
            let length = if ends { rest } else { rest.min(size) };
            out.extend((0..length).map(|_| left.next().map_or('0', char::from)));
            width -= length;
            if ends || left.len() == 0 && width <= 0 {
                break;
            }
            out.extend(&separator);
            width -= separator.len() as i64;
        }
        out.into_iter().rev().collect()
    }
}

/// With so many digits: zeros are added if there are less and `fill` is set.
fn rounded(number: &Number, digits: i64, fill: bool, rounding: Rounding) -> Result<Number, Broken> {
    let excess = number.digits() - digits;
    if excess <= 0 {
        let mut result = number.clone();
        if fill && !result.coeff.is_zero() && !pad(&mut result, digits) {
            return Err(Broken::Memory);
        }
        return Ok(result);
    }
    let (mut coeff, _) = rounded_shift(&number.coeff, excess, rounding, number.negative);
    let mut exp = number.exp + excess;
    if coeff::digits(&coeff) > digits {
        coeff = coeff::shift_right(&coeff, 1).0;
        exp += 1;
    }
    Ok(Number::finite(number.negative, coeff, exp))
}

/// With that exponent.
fn rescaled(number: &Number, exp: i64, rounding: Rounding) -> Result<Number, Broken> {
    let coeff = if number.exp >= exp {
        coeff::shift_left(&number.coeff, number.exp - exp).ok_or(Broken::Memory)?
    } else {
        rounded_shift(&number.coeff, exp - number.exp, rounding, number.negative).0
    };
    Ok(Number::finite(number.negative, coeff, exp))
}

/// The number as the specification wants it.
pub fn format(
    number: &Number,
    text: &str,
    rounding: Rounding,
    capital: bool,
    locale: &Locale,
    custom: Option<&Separators>,
) -> Result<String, Broken> {
    let mut spec = Spec::parse(text, capital, locale)?;
    if let Some(custom) = custom.filter(|_| !spec.extended) {
        spec.customize(custom, text.ends_with(['n', 'N']))?;
    }
    if let Some(mut body) = special(&number.abs()) {
        if spec.code == '%' {
            body.push('%');
        }
        return Ok(spec.aligned(spec.sign_of(number.negative), &body));
    }
    let mut number = number.clone();
    if spec.code == '%' {
        number.exp += 2;
    }
    let fixed = matches!(spec.code, 'f' | 'F' | '%');
    let scientific = matches!(spec.code, 'e' | 'E');
    if let Some(precision) = spec.precision {
        number = if scientific {
            rounded(&number, precision + 1, true, rounding)?
        } else if fixed {
            rescaled(&number, -precision, rounding)?
        } else {
            rounded(&number, precision, false, rounding)?
        };
    }
    if fixed && number.coeff.is_zero() && number.exp > 0 {
        number.exp = 0;
    }
    if spec.no_negative_zero && number.coeff.is_zero() {
        number.negative = false;
    }
    let digits = number.digit_text();
    let length = digits.len() as i64;
    let left = number.exp + length;
    let place = if scientific {
        match spec.precision {
            Some(precision) if number.coeff.is_zero() => 1 - precision,
            _ => 1,
        }
    } else if fixed || number.exp <= 0 && left > -6 {
        left
    } else {
        1
    };
    if place.unsigned_abs() > coeff::LIMIT.unsigned_abs() {
        return Err(Broken::Memory);
    }
    let (whole, fraction) = if place < 0 {
        ("0".to_owned(), format!("{}{digits}", "0".repeat(place.unsigned_abs() as usize)))
    } else if place > length {
        (format!("{digits}{}", "0".repeat((place - length) as usize)), String::new())
    } else {
        let (whole, fraction) = digits.split_at(place as usize);
        (if whole.is_empty() { "0".to_owned() } else { whole.to_owned() }, fraction.to_owned())
    };
    Ok(assemble(&spec, number.negative, &whole, &fraction, left - place))
}

/// Puts the parts together.
fn assemble(spec: &Spec, negative: bool, whole: &str, fraction: &str, exp: i64) -> String {
    let mut tail = String::new();
    if !fraction.is_empty() || spec.alternate {
        tail.push_str(&spec.point);
    }
    for (i, digit) in fraction.chars().enumerate() {
        if i > 0 && i % 3 == 0 {
            tail.push_str(spec.fraction_separator);
        }
        tail.push(digit);
    }
    if exp != 0 || matches!(spec.code, 'e' | 'E') {
        tail.push(if matches!(spec.code, 'E' | 'G') { 'E' } else { 'e' });
        tail.push_str(&format!("{exp:+}"));
    }
    if spec.code == '%' {
        tail.push('%');
    }
    let sign = spec.sign_of(negative);
    let width = if spec.zero_pad { spec.width as i64 - tail.chars().count() as i64 - sign.len() as i64 } else { 0 };
    let body = spec.grouped(whole, width) + &tail;
    spec.aligned(sign, &body)
}
