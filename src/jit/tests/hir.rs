//! HIR goldens: the first function of each file in `tests/hir`, as the builder sees it with the feedback that the file's directives say.
//!
//! `numbers`: what arithmetic and comparisons saw (`int`, `float`). `iter`: what loops go over (`range`, `list`, `tuple`). `items`: what is
//! subscripted (`list`, `tuple`). `entry`: `function`, or `loop` for the first one.

use jit::build::{Entry, build};
use jit::snapshot::{Snapshot, Source};
use syntax::code::{Code, Const};
use syntax::opcodes::{Decoded, Op};
use syntax::{CompileOptions, Mode, compile, print};
use testkit::directives::Directives;
use testkit::golden;

const KNOWN: &[&str] = &["numbers", "iter", "items", "entry"];

fn main() {
    let arguments = libtest_mimic::Arguments::from_args();
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hir"));
    let trials = golden::trials(folder, "py", KNOWN, |case| {
        let code = compile(case.source, "golden.py", Mode::Exec, CompileOptions::default()).result.map_err(|error| error.to_string())?;
        let function = first_function(&code).ok_or("no function")?;
        let mut snapshot = Snapshot::of(function);
        specialize(&mut snapshot.words, case.directives);
        let entry = match case.directives.get("entry") {
            Some("loop") => Entry::Loop(first_loop(&snapshot).ok_or("no loop")?),
            _ => Entry::Function(start(&snapshot).ok_or("no start")?),
        };
        let unit = build(&Source::alone(snapshot), entry).map_err(|refused| format!("{refused:?}"))?;
        Ok(vec![("bytecode".into(), print::listing(function)), ("HIR".into(), unit.to_string())])
    });
    libtest_mimic::run(&arguments, trials).exit();
}

fn first_function(code: &Code) -> Option<&Code> {
    code.consts.iter().find_map(|constant| match constant {
        Const::Code(code) => Some(&**code),
        _ => None,
    })
}

/// Instructions with their places.
fn instructions(words: &[u64]) -> impl Iterator<Item = (usize, Decoded)> {
    let mut pc = 0;
    core::iter::from_fn(move || {
        let insn = Decoded::at(words, pc)?;
        pc += insn.len;
        Some((pc - insn.len, insn))
    })
}

fn start(snapshot: &Snapshot) -> Option<u32> {
    instructions(&snapshot.words).find(|(_, insn)| insn.op == Op::Resume).map(|(pc, insn)| (pc + insn.len) as u32)
}

fn first_loop(snapshot: &Snapshot) -> Option<u32> {
    instructions(&snapshot.words).find(|(_, insn)| insn.op == Op::JumpBack).and_then(|(pc, insn)| insn.jump_target(pc)).map(|pc| pc as u32)
}

/// Gives instructions the forms that they would have after they saw what the directives say.
fn specialize(words: &mut [u64], directives: &Directives) {
    let endings = [directives.get("numbers"), directives.get("iter"), directives.get("items")];
    let wanted: Vec<String> = endings.into_iter().flatten().map(|word| word[..1].to_uppercase() + &word[1..]).collect();
    let places: Vec<(usize, Op)> = instructions(words).map(|(pc, insn)| (pc, insn.op)).collect();
    for (pc, op) in places {
        let fits = |form: &&Op| form.generic() == op && form.is_specialized() && wanted.iter().any(|ending| is_form(form.name(), ending));
        if let Some(form) = Op::ALL.iter().find(fits) {
            words[pc] = words[pc] & !0xffff | *form as u64;
        }
    }
}

/// Whether a form of this name is the one for `List` and the like.
fn is_form(name: &str, ending: &str) -> bool {
    name.ends_with(ending) || name.ends_with(&format!("{ending}Int")) && !name.starts_with("Store")
}
