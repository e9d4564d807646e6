//! f-strings and t-strings.

use heap::{Heaped, Thread};
use objects::{Str, Tuple, ops, raise};

use super::Done;
use crate::frame::Fp;

/// dst = format(src, "")
#[inline(never)]
pub fn op_format_simple(th: &mut Thread, f: Fp, dst: i32, src: i32) -> Done {
    let regs = f.regs();
    if regs.get(src).is_exactly::<Str>() {
        let value = regs.move_in(th, src);
        regs.out(th, dst, value);
        return Ok(());
    }
    let empty = objects::names::EMPTY.get();
    let value = ops::format(th, regs.get(src), empty)?;
    regs.consume(th, src);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = format(src, spec)
#[inline(never)]
pub fn op_format_spec(th: &mut Thread, f: Fp, dst: i32, src: i32, spec: i32) -> Done {
    let regs = f.regs();
    let Some(text) = regs.get(spec).downcast::<Str>() else {
        return Err(raise::system_error(th, format_args!("a format spec is no str")));
    };
    let value = ops::format(th, regs.get(src), text)?;
    regs.consume(th, spec);
    regs.consume(th, src);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = str, repr or ascii of src
#[inline(never)]
pub fn op_convert(th: &mut Thread, f: Fp, dst: i32, src: i32, how: i32) -> Done {
    let regs = f.regs();
    let object = regs.get(src);
    let value = match how {
        1 => ops::str_(th, object)?,
        2 => ops::repr(th, object)?,
        _ => ops::ascii(th, object)?,
    };
    regs.consume(th, src);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = Interpolation
#[inline(never)]
pub fn op_build_interpolation(th: &mut Thread, f: Fp, dst: i32, base: i32, form: i32) -> Done {
    let regs = f.regs();
    let conversion = match form >> 2 {
        1 => Some(objects::str::intern(th, "s")),
        2 => Some(objects::str::intern(th, "r")),
        3 => Some(objects::str::intern(th, "a")),
        _ => None,
    };
    let spec = if form & 1 != 0 { regs.get(base + 2) } else { objects::names::EMPTY.get() };
    let (Some(expression), Some(spec)) = (regs.get(base + 1).downcast::<Str>(), spec.downcast::<Str>()) else {
        return Err(raise::system_error(th, format_args!("an interpolation without its text")));
    };
    let value = objects::Interpolation::from_parts(th, regs.get(base), expression, conversion, spec).up();
    regs.release_range(th, base, 2 + (form & 1) as usize);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = Template
#[inline(never)]
pub fn op_build_template(th: &mut Thread, f: Fp, dst: i32, base: i32) -> Done {
    let regs = f.regs();
    let (Some(strings), Some(interpolations)) = (regs.get(base).downcast::<Tuple>(), regs.get(base + 1).downcast::<Tuple>()) else {
        return Err(raise::system_error(th, format_args!("a template without its parts")));
    };
    let value = objects::Template::from_parts(th, strings.to_ref(), interpolations.to_ref()).up();
    regs.release_range(th, base, 2);
    regs.set(th, dst, value);
    Ok(())
}
