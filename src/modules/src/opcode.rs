//! `_opcode`: the instruction table, and code as the library's `dis` reads it.

use heap::sync::Ordering::Relaxed;
use heap::{Heaped, Object, Raised, Ref, Thread};
use interp::Code;
use macros::pymodule;
use objects::{Int, List, Str, Tuple, none_ref, raise};
use syntax::opcodes::{CommonConst, Decoded, Intrinsic1Kind, Intrinsic2Kind, Kind, Op, Special};

/// `LoadConst` as `LOAD_CONST`; some have the names that tools look for.
fn shown_name(op: Op) -> String {
    match op {
        Op::Wide => return "EXTENDED_ARG".to_string(),
        Op::Return => return "RETURN_VALUE".to_string(),
        Op::Yield => return "YIELD_VALUE".to_string(),
        Op::Jump => return "JUMP_FORWARD".to_string(),
        Op::JumpBack => return "JUMP_BACKWARD".to_string(),
        _ => {}
    }
    let mut out = String::new();
    for (at, c) in op.name().chars().enumerate() {
        if at > 0 && c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}

fn op_of(number: i64) -> Option<Op> {
    u16::try_from(number).ok().and_then(Op::from_u16)
}

fn has(number: i64, wanted: &[Kind]) -> bool {
    op_of(number).is_some_and(|op| op.operands().iter().any(|(_, kind)| wanted.contains(kind)))
}

fn texts(th: &mut Thread, names: impl Iterator<Item = String>) -> Ref<Object> {
    let names: Vec<Ref<Object>> = names.map(|name| Str::new(th, &name).up()).collect();
    Tuple::new(th, names).up()
}

fn number(th: &mut Thread, n: i64) -> Ref<Object> {
    Int::from_i64(th, n).up()
}

/// What an operand is called in listings.
fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Const => "const",
        Kind::Name => "name",
        Kind::Imm => "number",
        Kind::Jump16 | Kind::Jump32 => "jump",
        Kind::Cell => "cell",
        Kind::Out | Kind::OutBase => "out",
        Kind::In | Kind::Peek | Kind::InOut | Kind::Kill | Kind::Base => "in",
    }
}

/// A register by its variable's name; temporaries and hidden ones by number.
fn register(code: &Code, reg: i32) -> String {
    let source = code.source();
    match usize::try_from(reg) {
        Err(_) => format!("t{}", i64::from(reg) + i64::from(source.temp_count)),
        Ok(at) => match source.locals.get(at) {
            Some(local) => local.name.to_string(),
            None => format!("h{}", at - source.locals.len()),
        },
    }
}

/// (kind, number, text) of each operand.
fn operands(th: &mut Thread, code: &Code, pc: usize, insn: &Decoded) -> Ref<Object> {
    let rows = insn.op.operands().iter().enumerate().map(|(slot, (_, kind))| {
        let value = insn.operands[slot];
        let (value, text) = match kind {
            Kind::Jump16 | Kind::Jump32 => (insn.jump_target(pc).unwrap_or(-1) * 2, String::new()),
            Kind::Name => (i64::from(value), code.source().names.get(value as usize).map_or(String::new(), |name| name.to_string())),
            Kind::Imm => (i64::from(value), syntax::print::imm_name(insn.op, value).unwrap_or_default().to_string()),
            Kind::Const => (i64::from(value), String::new()),
            _ => (i64::from(value), register(code, value)),
        };
        (kind_name(*kind), value, text)
    });
    let rows: Vec<_> = rows.collect();
    let rows: Vec<Ref<Object>> = rows
        .into_iter()
        .map(|(kind, value, text)| {
            let row = [objects::intern(th, kind).to_ref().up(), number(th, value), Str::new(th, &text).up()];
            Tuple::from_array(th, row).up()
        })
        .collect();
    Tuple::new(th, rows).up()
}

#[pymodule(name = "_opcode")]
pub mod opcode {
    //! Opcode support module.
    use super::*;

    /// CPython's specialised instructions are none of ours.
    #[constant]
    const ENABLE_SPECIALIZATION: i64 = 0;
    /// The same, for its build without a lock.
    #[constant]
    const ENABLE_SPECIALIZATION_FT: i64 = 0;

    /// The names of all instructions, by number.
    #[function]
    fn opnames(th: &mut Thread) -> Ref<Object> {
        texts(th, Op::ALL.iter().map(|op| shown_name(*op)))
    }

    /// Return True if opcode is a valid opcode, False otherwise.
    #[function(sig = "(opcode)")]
    fn is_valid(opcode: i64) -> bool {
        op_of(opcode).is_some()
    }

    /// Whether the compiler writes the instruction; others are written over it as code runs.
    #[function(sig = "(opcode)")]
    fn is_generic(opcode: i64) -> bool {
        op_of(opcode).is_some_and(|op| !op.is_specialized())
    }

    /// The instruction that a specialised one stands for.
    #[function(sig = "(opcode)")]
    fn deopt(opcode: i64) -> i64 {
        op_of(opcode).map_or(opcode, |op| op.generic() as i64)
    }

    /// How many words of cache follow the instruction.
    #[function(sig = "(opcode)")]
    fn cache_words(opcode: i64) -> usize {
        op_of(opcode).map_or(0, Op::cache_words)
    }

    /// Return True if the opcode uses its oparg, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_arg(opcode: i64) -> bool {
        op_of(opcode).is_some_and(|op| !op.operands().is_empty())
    }

    /// Return True if the opcode accesses a constant, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_const(opcode: i64) -> bool {
        has(opcode, &[Kind::Const])
    }

    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_name(opcode: i64) -> bool {
        has(opcode, &[Kind::Name])
    }

    /// Return True if the opcode has a jump target, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_jump(opcode: i64) -> bool {
        has(opcode, &[Kind::Jump16, Kind::Jump32])
    }

    /// Return True if the opcode accesses a free variable, False otherwise.
    ///
    /// Note that 'free' in this context refers to names in the current scope
    /// that are referenced by inner scopes or names in outer scopes that are
    /// referenced from this scope. It does not include references to global
    /// or builtin scopes.
    #[function(sig = "(opcode)")]
    fn has_free(opcode: i64) -> bool {
        has(opcode, &[Kind::Cell])
    }

    /// Return True if the opcode accesses a local variable, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_local(opcode: i64) -> bool {
        has(opcode, &[Kind::Out, Kind::In, Kind::Peek, Kind::InOut, Kind::Kill])
    }

    /// Return True if the opcode sets an exception handler, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_exc(opcode: i64) -> bool {
        // Handlers are ranges in a table, not instructions.
        let _ = opcode;
        false
    }

    /// Compute the stack effect of the opcode.
    ///
    /// Instructions name registers, and there is no stack that they would grow or shrink.
    #[function(sig = "(opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(th: &mut Thread, opcode: i64, oparg: Option<&Object>, jump: Option<&Object>) -> Result<i64, Raised> {
        let _ = oparg;
        if jump.is_some_and(|jump| !jump.is(objects::none()) && !jump.is_a::<objects::Bool>()) {
            return Err(raise::value_error(th, format_args!("stack_effect: jump must be False, True or None")));
        }
        match op_of(opcode) {
            Some(_) => Ok(0),
            None => Err(raise::value_error(th, format_args!("invalid opcode or oparg"))),
        }
    }

    /// The instructions of a code object: (offset, opcode, operands, end offset) of each, in which an operand is (kind, number, text).
    ///
    /// With adaptive, what is running now, specialised instructions included.
    #[function(sig = "(code, adaptive=False)")]
    fn decode(th: &mut Thread, code: &Code, adaptive: bool) -> Result<Ref<Object>, Raised> {
        let words: Vec<u64> = match adaptive {
            true => {
                code.complete();
                code.words().iter().map(|word| word.load(Relaxed)).collect()
            }
            false => code.source().words.to_vec(),
        };
        let mut rows = Vec::new();
        let mut pc = 0;
        while let Some(insn) = Decoded::at(&words, pc) {
            let end = pc + insn.len;
            let row = [number(th, pc as i64 * 2), number(th, insn.op as i64), operands(th, code, pc, &insn), number(th, end as i64 * 2)];
            rows.push(Tuple::from_array(th, row).up());
            pc = end;
        }
        Ok(List::new(th, rows).up())
    }

    /// The exception table: (start, end, target, depth) of each entry.
    #[function(sig = "(code)")]
    fn handlers(th: &mut Thread, code: &Code) -> Ref<Object> {
        let rows: Vec<_> = code.source().handlers.iter().map(|h| [h.start * 2, h.end * 2, h.target * 2, h.temp_depth]).collect();
        let rows = rows
            .into_iter()
            .map(|row| {
                let row = row.map(|n| number(th, i64::from(n)));
                Tuple::from_array(th, row).up()
            })
            .collect();
        List::new(th, rows).up()
    }

    /// Return the specialization stats
    #[function]
    fn get_specialization_stats() -> Ref<Object> {
        none_ref()
    }

    /// Return the executor object at offset in code if exists, None otherwise.
    #[function(sig = "(code, offset)")]
    fn get_executor(th: &mut Thread, code: &Object, offset: i64) -> Result<Ref<Object>, Raised> {
        let _ = offset;
        if !code.is_a::<Code>() {
            let got = objects::ops::type_name(code);
            return Err(raise::type_error(th, format_args!("expected a code object, not '{got}'")));
        }
        Err(raise::value_error(th, format_args!("no executor exists at address {offset}")))
    }

    /// Return a list of symbols of the binary ops.
    #[function]
    fn get_nb_ops(th: &mut Thread) -> Ref<Object> {
        const OPS: [(&str, &str); 13] = [
            ("NB_ADD", "+"),
            ("NB_AND", "&"),
            ("NB_FLOOR_DIVIDE", "//"),
            ("NB_LSHIFT", "<<"),
            ("NB_MATRIX_MULTIPLY", "@"),
            ("NB_MULTIPLY", "*"),
            ("NB_REMAINDER", "%"),
            ("NB_OR", "|"),
            ("NB_POWER", "**"),
            ("NB_RSHIFT", ">>"),
            ("NB_SUBTRACT", "-"),
            ("NB_TRUE_DIVIDE", "/"),
            ("NB_XOR", "^"),
        ];
        let plain = OPS.iter().map(|(name, sign)| ((*name).to_string(), (*sign).to_string()));
        let inplace = OPS.iter().map(|(name, sign)| (name.replace("NB_", "NB_INPLACE_"), format!("{sign}=")));
        let subscript = [("NB_SUBSCR".to_string(), "[]".to_string())];
        let rows: Vec<(String, String)> = plain.chain(inplace).chain(subscript).collect();
        let rows = rows.into_iter().map(|(name, sign)| texts(th, [name, sign].into_iter())).collect();
        List::new(th, rows).up()
    }

    /// Return a list of names of the unary intrinsics.
    #[function]
    fn get_intrinsic1_descs(th: &mut Thread) -> Ref<Object> {
        texts(th, (0..).map_while(Intrinsic1Kind::from_imm).map(|kind| kind.name().to_string()))
    }

    /// Return a list of names of the binary intrinsics.
    #[function]
    fn get_intrinsic2_descs(th: &mut Thread) -> Ref<Object> {
        texts(th, (0..).map_while(Intrinsic2Kind::from_imm).map(|kind| kind.name().to_string()))
    }

    /// Return a list of special method names.
    #[function]
    fn get_special_method_names(th: &mut Thread) -> Ref<Object> {
        texts(th, (0..).map_while(Special::from_imm).map(|kind| kind.name().to_string()))
    }

    /// The names of the builtins that instructions load by number.
    #[function]
    fn get_common_constant_names(th: &mut Thread) -> Ref<Object> {
        let name = |kind: CommonConst| match kind {
            CommonConst::AssertionError | CommonConst::NotImplementedError => kind.name().to_string(),
            other => other.name().to_ascii_lowercase(),
        };
        texts(th, (0..).map_while(CommonConst::from_imm).map(name))
    }
}
