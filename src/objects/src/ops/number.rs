//! Binary, unary and in-place arithmetic over the number slots.
#![allow(unsafe_code, reason = "slots are read as words and called by their signature")]

use heap::{Heaped, Object, Raised, Ref, Thread};

use super::cslot;
use crate::typing::places::SlotId;
use crate::{Int, not_implemented, raise};

/// An arithmetic operator with its slots.
#[derive(Clone, Copy)]
pub struct Operator {
    /// The slot.
    pub slot: SlotId,
    /// The in-place slot, tried first by `+=` and its like.
    pub inplace: SlotId,
    /// How messages write it.
    pub symbol: &'static str,
}

macro_rules! operators {
    ($($name:ident $inplace_name:ident $const:ident $slot:ident $inplace:ident $symbol:literal;)*) => {$(
        #[doc = concat!("`", $symbol, "`")]
        pub const $const: Operator = Operator { slot: SlotId::$slot, inplace: SlotId::$inplace, symbol: $symbol };
        #[doc = concat!("`a ", $symbol, " b`")]
        pub fn $name(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
            binary(th, &$const, a, b)
        }
        #[doc = concat!("`a ", $symbol, "= b`")]
        pub fn $inplace_name(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
            inplace(th, &$const, a, b)
        }
    )*};
}

operators! {
    add inplace_add ADD nb_add nb_inplace_add "+";
    sub inplace_sub SUB nb_subtract nb_inplace_subtract "-";
    mul inplace_mul MUL nb_multiply nb_inplace_multiply "*";
    matmul inplace_matmul MATMUL nb_matrix_multiply nb_inplace_matrix_multiply "@";
    truediv inplace_truediv TRUEDIV nb_true_divide nb_inplace_true_divide "/";
    floordiv inplace_floordiv FLOORDIV nb_floor_divide nb_inplace_floor_divide "//";
    mod_ inplace_mod MOD nb_remainder nb_inplace_remainder "%";
    lshift inplace_lshift LSHIFT nb_lshift nb_inplace_lshift "<<";
    rshift inplace_rshift RSHIFT nb_rshift nb_inplace_rshift ">>";
    and inplace_and AND nb_and nb_inplace_and "&";
    xor inplace_xor XOR nb_xor nb_inplace_xor "^";
    or inplace_or OR nb_or nb_inplace_or "|";
}

const DIVMOD: Operator = Operator { slot: SlotId::nb_divmod, inplace: SlotId::nb_divmod, symbol: "divmod()" };

/// `divmod(a, b)`.
pub fn divmod(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    binary(th, &DIVMOD, a, b)
}

fn binary_slot(ty: &heap::Type, slot: SlotId) -> Option<abi::binaryfunc> {
    let word = slot.read(ty);
    // SAFETY: R4: what stands in a binary slot is a binary function; 0 is `None`.
    unsafe { core::mem::transmute::<usize, Option<abi::binaryfunc>>(word) }
}

fn ternary_slot(ty: &heap::Type, slot: SlotId) -> Option<abi::ternaryfunc> {
    let word = slot.read(ty);
    // SAFETY: R4: as above.
    unsafe { core::mem::transmute::<usize, Option<abi::ternaryfunc>>(word) }
}

fn unary_slot(ty: &heap::Type, slot: SlotId) -> Option<abi::unaryfunc> {
    let word = slot.read(ty);
    // SAFETY: R4: as above.
    unsafe { core::mem::transmute::<usize, Option<abi::unaryfunc>>(word) }
}

fn same(a: Option<abi::binaryfunc>, b: Option<abi::binaryfunc>) -> bool {
    a.map(|f| f as usize) == b.map(|f| f as usize)
}

/// Both operands' slots in the order of the language: the right one first if its type is a proper subtype. `NotImplemented` by value.
fn binary_try(th: &mut Thread, slot: SlotId, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    let left = binary_slot(a.ty(), slot);
    let mut right = if core::ptr::eq(a.ty(), b.ty()) { None } else { binary_slot(b.ty(), slot) };
    if same(left, right) {
        right = None;
    }
    if let Some(f) = left {
        if let Some(g) = right
            && heap::is_subtype(b.ty(), a.ty())
        {
            let result = cslot::binary(th, g, a, b)?;
            if !result.is(not_implemented()) {
                return Ok(result);
            }
            right = None;
        }
        let result = cslot::binary(th, f, a, b)?;
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    match right {
        Some(g) => cslot::binary(th, g, a, b),
        None => Ok(not_implemented().to_owned()),
    }
}

/// `a op b`.
pub fn binary(th: &mut Thread, op: &Operator, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    let result = binary_try(th, op.slot, a, b)?;
    if !result.is(not_implemented()) {
        return Ok(result);
    }
    match op.slot {
        SlotId::nb_add => sequence_concat(th, op, a, b),
        SlotId::nb_multiply => sequence_repeat(th, op, a, b, false),
        _ => Err(unsupported(th, op.symbol, a, b)),
    }
}

/// `a op= b`.
pub fn inplace(th: &mut Thread, op: &Operator, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    if let Some(f) = binary_slot(a.ty(), op.inplace) {
        let result = cslot::binary(th, f, a, b)?;
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    let result = binary_try(th, op.slot, a, b)?;
    if !result.is(not_implemented()) {
        return Ok(result);
    }
    match op.slot {
        SlotId::nb_add => {
            if let Some(f) = binary_slot(a.ty(), SlotId::sq_inplace_concat).or_else(|| binary_slot(a.ty(), SlotId::sq_concat)) {
                return cslot::binary(th, f, a, b);
            }
            Err(unsupported(th, "+=", a, b))
        }
        SlotId::nb_multiply => sequence_repeat(th, op, a, b, true),
        _ => {
            let symbol = format!("{}=", op.symbol);
            Err(unsupported(th, &symbol, a, b))
        }
    }
}

fn sequence_concat(th: &mut Thread, op: &Operator, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    match binary_slot(a.ty(), SlotId::sq_concat) {
        Some(f) => cslot::binary(th, f, a, b),
        None => Err(unsupported(th, op.symbol, a, b)),
    }
}

/// `operator.concat(a, b)`
pub fn concat(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    concat_by(th, a, b, &[SlotId::sq_concat], false)
}

/// `operator.iconcat(a, b)`
pub fn inplace_concat(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    concat_by(th, a, b, &[SlotId::sq_inplace_concat, SlotId::sq_concat], true)
}

/// The first of the slots that there is, else `+` of what looks like sequences.
fn concat_by(th: &mut Thread, a: &Object, b: &Object, slots: &[SlotId], in_place: bool) -> Result<Ref<Object>, Raised> {
    if let Some(f) = slots.iter().find_map(|&slot| binary_slot(a.ty(), slot)) {
        return cslot::binary(th, f, a, b);
    }
    if super::is_sequence(a) && super::is_sequence(b) {
        if in_place && let Some(f) = binary_slot(a.ty(), ADD.inplace) {
            let result = cslot::binary(th, f, a, b)?;
            if !result.is(not_implemented()) {
                return Ok(result);
            }
        }
        let result = binary_try(th, ADD.slot, a, b)?;
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    let name = super::type_name(a);
    Err(raise::type_error(th, format_args!("'{name}' object can't be concatenated")))
}

fn repeat_slot(ty: &heap::Type, inplace: bool) -> Option<abi::ssizeargfunc> {
    let mut word = if inplace { SlotId::sq_inplace_repeat.read(ty) } else { 0 };
    if word == 0 {
        word = SlotId::sq_repeat.read(ty);
    }
    // SAFETY: R4: what stands in a repeat slot has this signature; 0 is `None`.
    unsafe { core::mem::transmute::<usize, Option<abi::ssizeargfunc>>(word) }
}

/// `a * count` of a sequence.
pub fn repeat(th: &mut Thread, a: &Object, count: isize) -> Result<Ref<Object>, Raised> {
    repeat_by(th, a, count, false)
}

/// `a *= count` of a sequence.
pub fn inplace_repeat(th: &mut Thread, a: &Object, count: isize) -> Result<Ref<Object>, Raised> {
    repeat_by(th, a, count, true)
}

/// The slot for repetition, else `*` of what looks like a sequence.
fn repeat_by(th: &mut Thread, a: &Object, count: isize, in_place: bool) -> Result<Ref<Object>, Raised> {
    if let Some(f) = repeat_slot(a.ty(), in_place) {
        return cslot::index(th, f, a, count);
    }
    if super::is_sequence(a) {
        let n = Int::from_i64(th, count as i64);
        let mut result = not_implemented().to_owned();
        if in_place && let Some(f) = binary_slot(a.ty(), MUL.inplace) {
            result = cslot::binary(th, f, a, &n)?;
        }
        if result.is(not_implemented()) {
            result = binary_try(th, MUL.slot, a, &n)?;
        }
        th.release(n);
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    let name = super::type_name(a);
    Err(raise::type_error(th, format_args!("'{name}' object can't be repeated")))
}

fn sequence_repeat(th: &mut Thread, op: &Operator, a: &Object, b: &Object, inplace: bool) -> Result<Ref<Object>, Raised> {
    // In place a left operand that has sequence slots at all is the only one that is asked, as in CPython.
    let asks_right = !inplace || a.ty().tp_as_sequence().is_null();
    let (f, sequence, count) = match (repeat_slot(a.ty(), inplace), repeat_slot(b.ty(), false).filter(|_| asks_right)) {
        (Some(f), _) => (f, a, b),
        (None, Some(f)) => (f, b, a),
        (None, None) => {
            let symbol = if inplace { "*=" } else { op.symbol };
            return Err(unsupported(th, symbol, a, b));
        }
    };
    if !has_index(count) {
        let name = super::type_name(count);
        return Err(raise::type_error(th, format_args!("can't multiply sequence by non-int of type '{name}'")));
    }
    let n = index_isize(th, count)?;
    cslot::index(th, f, sequence, n)
}

/// Whether an operand's type takes part in an operator as a sequence.
pub fn is_sequence_operand(op: &Operator, a: &Object) -> bool {
    match op.slot {
        SlotId::nb_add => binary_slot(a.ty(), SlotId::sq_concat).is_some(),
        SlotId::nb_multiply => repeat_slot(a.ty(), false).is_some(),
        _ => false,
    }
}

/// The exception for operands that an operator does not know.
#[cold]
pub fn unsupported(th: &mut Thread, symbol: &str, a: &Object, b: &Object) -> Raised {
    let (left, right) = (super::type_name(a), super::type_name(b));
    if symbol == ">>" && a.ty().tp_name_bytes() == b"builtin_function_or_method" && a.downcast::<crate::Builtin>().is_some_and(|f| f.name_is("print")) {
        return raise::type_error(
            th,
            format_args!("unsupported operand type(s) for >>: '{left}' and '{right}'. Did you mean \"print(<message>, file=<output_stream>)\"?"),
        );
    }
    raise::type_error(th, format_args!("unsupported operand type(s) for {symbol}: '{left}' and '{right}'"))
}

/// `pow(a, b)`, `pow(a, b, m)`, `a ** b`.
pub fn pow(th: &mut Thread, a: &Object, b: &Object, m: Option<&Object>) -> Result<Ref<Object>, Raised> {
    power(th, a, b, m, "** or pow()")
}

/// `a **= b`.
pub fn inplace_pow(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    inplace_pow_mod(th, a, b, None)
}

/// The same with a modulus, which only C can give.
pub fn inplace_pow_mod(th: &mut Thread, a: &Object, b: &Object, m: Option<&Object>) -> Result<Ref<Object>, Raised> {
    if let Some(f) = ternary_slot(a.ty(), SlotId::nb_inplace_power) {
        let result = cslot::ternary(th, f, a, b, Some(m.unwrap_or(crate::none())))?;
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    power(th, a, b, m, "**=")
}

fn power(th: &mut Thread, a: &Object, b: &Object, m: Option<&Object>, symbol: &str) -> Result<Ref<Object>, Raised> {
    let third = m.unwrap_or(crate::none());
    let mut tried: Vec<usize> = Vec::new();
    let left = ternary_slot(a.ty(), SlotId::nb_power);
    let right = if core::ptr::eq(a.ty(), b.ty()) { None } else { ternary_slot(b.ty(), SlotId::nb_power) };
    let modulus = m.filter(|m| !m.is(crate::none())).and_then(|m| ternary_slot(m.ty(), SlotId::nb_power));
    let right_first = right.is_some() && heap::is_subtype(b.ty(), a.ty());
    let order = if right_first { [right, left, modulus] } else { [left, right, modulus] };
    for f in order.into_iter().flatten() {
        if tried.contains(&(f as usize)) {
            continue;
        }
        tried.push(f as usize);
        let result = cslot::ternary(th, f, a, b, Some(third))?;
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    let (left, right) = (super::type_name(a), super::type_name(b));
    match m.filter(|m| !m.is(crate::none())) {
        None => Err(raise::type_error(th, format_args!("unsupported operand type(s) for {symbol}: '{left}' and '{right}'"))),
        Some(m) => {
            let third = super::type_name(m);
            Err(raise::type_error(th, format_args!("unsupported operand type(s) for {symbol}: '{left}', '{right}', '{third}'")))
        }
    }
}

fn unary(th: &mut Thread, slot: SlotId, a: &Object, what: &str) -> Result<Ref<Object>, Raised> {
    match unary_slot(a.ty(), slot) {
        Some(f) => cslot::unary(th, f, a),
        None => {
            let name = super::type_name(a);
            Err(raise::type_error(th, format_args!("bad operand type for {what}: '{name}'")))
        }
    }
}

/// `-a`
pub fn neg(th: &mut Thread, a: &Object) -> Result<Ref<Object>, Raised> {
    unary(th, SlotId::nb_negative, a, "unary -")
}

/// `+a`
pub fn pos(th: &mut Thread, a: &Object) -> Result<Ref<Object>, Raised> {
    unary(th, SlotId::nb_positive, a, "unary +")
}

/// `~a`
pub fn invert(th: &mut Thread, a: &Object) -> Result<Ref<Object>, Raised> {
    unary(th, SlotId::nb_invert, a, "unary ~")
}

/// `abs(a)`
pub fn abs(th: &mut Thread, a: &Object) -> Result<Ref<Object>, Raised> {
    unary(th, SlotId::nb_absolute, a, "abs()")
}

/// The result of a unary number slot, if the type has it.
pub(crate) fn call_unary_slot(th: &mut Thread, slot: SlotId, a: &Object) -> Option<Result<Ref<Object>, Raised>> {
    let f = unary_slot(a.ty(), slot)?;
    Some(cslot::unary(th, f, a))
}

/// Whether the object has `__index__`.
pub fn has_index(a: &Object) -> bool {
    unary_slot(a.ty(), SlotId::nb_index).is_some()
}

/// `operator.index(a)`, an int (perhaps of a subclass).
pub fn index(th: &mut Thread, a: &Object) -> Result<Ref<Int>, Raised> {
    if let Some(n) = a.downcast::<Int>() {
        return Ok(n.to_ref());
    }
    let Some(f) = unary_slot(a.ty(), SlotId::nb_index) else {
        let name = super::type_name(a);
        return Err(raise::type_error(th, format_args!("'{name}' object cannot be interpreted as an integer")));
    };
    let result = cslot::unary(th, f, a)?;
    match result.downcast::<Int>() {
        Ok(n) => {
            if !n.is_exactly::<Int>() {
                crate::int::parse::warn_subclass(th, &n, "__index__")?;
            }
            Ok(n)
        }
        Err(other) => {
            let name = super::type_name(&other);
            Err(raise::type_error(th, format_args!("__index__ returned non-int (type {name})")))
        }
    }
}

/// The index as a machine word; `OverflowError` if it does not fit.
pub fn index_isize(th: &mut Thread, a: &Object) -> Result<isize, Raised> {
    let n = index(th, a)?;
    match n.to_i64() {
        Some(n) => Ok(n as isize),
        None => {
            let name = super::type_name(a);
            Err(raise::overflow_error(th, format_args!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

/// The index for subscripts: `IndexError` if it does not fit.
pub fn index_subscript(th: &mut Thread, a: &Object) -> Result<isize, Raised> {
    let n = index(th, a)?;
    match n.to_i64() {
        Some(n) => Ok(n as isize),
        None => {
            let name = super::type_name(a);
            Err(raise::index_error(th, format_args!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

/// The index, cut to the machine's range: for slices and `__length_hint__`.
pub fn index_clip(th: &mut Thread, a: &Object) -> Result<isize, Raised> {
    let n = index(th, a)?;
    Ok(match n.to_i64() {
        Some(n) => n as isize,
        None if n.is_negative() => isize::MIN,
        None => isize::MAX,
    })
}

/// Whether the object is a number: it has `__index__`, `__int__` or `__float__`, or is complex.
pub fn is_number(a: &Object) -> bool {
    let ty = a.ty();
    [SlotId::nb_index, SlotId::nb_int, SlotId::nb_float].iter().any(|slot| slot.read(ty) != 0) || a.is_a::<crate::Complex>()
}
