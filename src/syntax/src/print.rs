//! Listings of code, for people and for golden tests.

use crate::code::{BigInt, Code, Const};
use crate::opcodes::{CommonConst, Decoded, FunctionAttr, Intrinsic1Kind, Intrinsic2Kind, Kind, Op, Special};
use core::fmt::Write;

/// A code object's instructions, without those of code among its constants.
pub fn listing(code: &Code) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_code(&mut out, code);
    out
}

/// A code object and, after it, all code among its constants.
pub fn listing_all(code: &Code) -> String {
    let mut out = String::new();
    let mut work = vec![code];
    while let Some(code) = work.pop() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&listing(code));
        work.extend(code.consts.iter().rev().filter_map(|k| match k {
            Const::Code(inner) => Some(&**inner),
            _ => None,
        }));
    }
    out
}

fn write_code(out: &mut String, code: &Code) -> core::fmt::Result {
    writeln!(
        out,
        "{}: args {}/{}/{}, hidden {}, temps {}, flags {:#x}",
        code.qualname, code.posonly_count, code.arg_count, code.kwonly_count, code.hidden_count, code.temp_count, code.flags
    )?;
    let targets: std::collections::BTreeSet<usize> = instructions(code)
        .filter_map(|(pc, insn)| insn.jump_target(pc))
        .filter_map(|t| usize::try_from(t).ok())
        .chain(code.handlers.iter().map(|h| h.target as usize))
        .collect();
    let mut line = None;
    for (pc, insn) in instructions(code) {
        let here = code.line(pc);
        let shown = if here == line { String::new() } else { here.map_or("--".to_string(), |l| l.to_string()) };
        line = here;
        let mark = if targets.contains(&pc) { '>' } else { ' ' };
        write!(out, "{shown:>4} {mark}{pc:4} {}", insn.op)?;
        for (slot, (_, kind)) in insn.op.operands().iter().enumerate() {
            let value = insn.operands[slot];
            out.push(' ');
            match kind {
                Kind::Const => write_const(out, code.consts.get(value as usize))?,
                Kind::Name => out.push_str(code.names.get(value as usize).map_or("?", |n| n)),
                Kind::Imm => match imm_name(insn.op, value) {
                    Some(text) => out.push_str(text),
                    None => write!(out, "#{value}")?,
                },
                Kind::Jump16 | Kind::Jump32 => write!(out, "-> {}", insn.jump_target(pc).unwrap_or(-1))?,
                _ => write_reg(out, code, value)?,
            }
        }
        out.push('\n');
    }
    for h in &code.handlers {
        writeln!(out, "     {}..{} -> {} [temps {}, hidden {}]", h.start, h.end, h.target, h.temp_depth, h.hidden_depth)?;
    }
    Ok(())
}

/// All instructions with their words; ends at the first word that is none.
pub fn instructions(code: &Code) -> impl Iterator<Item = (usize, Decoded)> + '_ {
    let mut pc = 0;
    core::iter::from_fn(move || {
        let insn = Decoded::at(&code.words, pc)?;
        let at = pc;
        pc += insn.len;
        Some((at, insn))
    })
}

/// What a number means to an instruction, if it has a name.
pub fn imm_name(op: Op, value: i32) -> Option<&'static str> {
    match op {
        Op::LoadCommon => CommonConst::from_imm(value).map(CommonConst::name),
        Op::LoadSpecial => Special::from_imm(value).map(Special::name),
        Op::SetFunctionAttr => FunctionAttr::from_imm(value).map(FunctionAttr::name),
        Op::Intrinsic1 => Intrinsic1Kind::from_imm(value).map(Intrinsic1Kind::name),
        Op::Intrinsic2 => Intrinsic2Kind::from_imm(value).map(Intrinsic2Kind::name),
        _ => None,
    }
}

fn write_reg(out: &mut String, code: &Code, reg: i32) -> core::fmt::Result {
    if reg < 0 {
        return write!(out, "t{}", i64::from(reg) + i64::from(code.temp_count));
    }
    match code.locals.get(reg as usize) {
        Some(local) => write!(out, "{}", local.name),
        None => write!(out, "h{}", reg as usize - code.locals.len()),
    }
}

fn write_const(out: &mut String, value: Option<&Const>) -> core::fmt::Result {
    let Some(value) = value else { return out.write_str("?") };
    match value {
        Const::None => out.write_str("None"),
        Const::Ellipsis => out.write_str("..."),
        Const::Bool(true) => out.write_str("True"),
        Const::Bool(false) => out.write_str("False"),
        Const::Int(n) => write!(out, "{n}"),
        Const::BigInt(n) => write_big(out, n),
        Const::Float(x) => write!(out, "{x:?}"),
        Const::Complex(re, im) => write!(out, "({re:?}+{im:?}j)"),
        Const::Str(s) => write!(out, "{:?}", String::from_utf8_lossy(s)),
        Const::Bytes(s) => write!(out, "b{:?}", String::from_utf8_lossy(s)),
        Const::Tuple(items) => write_items(out, "(", items, ")"),
        Const::FrozenSet(items) => write_items(out, "{", items, "}"),
        Const::Slice(parts) => write_items(out, "slice(", &parts[..], ")"),
        Const::Code(code) => write!(out, "<{}>", code.qualname),
    }
}

fn write_items(out: &mut String, open: &str, items: &[Const], close: &str) -> core::fmt::Result {
    out.push_str(open);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_const(out, Some(item))?;
    }
    out.push_str(close);
    Ok(())
}

/// In hexadecimal, which needs no division.
fn write_big(out: &mut String, n: &BigInt) -> core::fmt::Result {
    out.push_str(if n.negative { "-0x" } else { "0x" });
    let mut nibbles = Vec::new();
    let (mut buffer, mut filled) = (0u64, 0);
    for digit in &n.digits {
        buffer |= u64::from(*digit) << filled;
        filled += 30;
        while filled >= 4 {
            nibbles.push((buffer & 15) as u32);
            buffer >>= 4;
            filled -= 4;
        }
    }
    nibbles.push(buffer as u32);
    while nibbles.last() == Some(&0) {
        nibbles.pop();
    }
    for nibble in nibbles.iter().rev() {
        out.push(char::from_digit(*nibble, 16).unwrap_or('?'));
    }
    Ok(())
}
