//! Mutates Python sources and compiles what comes out: no panic, no hang, and code that verifies.
//!
//! `cargo run --release -p pyston-syntax --example fuzz -- FOLDER [SEED [SECONDS [FILE]]]`. The input at hand is kept in FILE, so that one
//! that ends the process is not lost.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use syntax::code::Position;
use syntax::tokenizer::{Reader, Tokenizer};
use syntax::tree::{Kind, Maker};
use syntax::{CompileOptions, Const, Mode, SyntaxErrorData};

/// A source that takes longer than this hangs.
const SLOW: Duration = Duration::from_secs(5);

const WORDS: &[&str] = &[
    "(", ")", "[", "]", "{", "}", ":", ",", ";", "=", ":=", "->", ".", "...", "*", "**", "@", "!", "\\\n", "\n", "\n    ", "\n\t", "\x0c", "#",
    "'", "\"", "'''", "\"\"\"", "f'", "f'''{", "rb'", "t'{x!r:>{y}}'", "f'{x=}'", "{{", "}}", "\\N{", "\\u", "\\x", "0x", "1e", "1_", "0777",
    "1j", "lambda", "lambda *a, **k: ", "async ", "await ", "yield ", "yield from ", "def f(", "class C[T]:", "if ", "elif x:", "else:", "try:",
    "except* ", "except:", "finally:", "with a as b, ", "match x:\n    case ", "case _ if ", "type X[T: int = str] = ", "import ", "from . import *",
    "global x", "nonlocal x", "del ", "return ", "raise ", "assert ", "for x in ", "while ", "not ", "is not ", "in ", "None", "True", "__debug__",
    "super()", "__class__", "é", "𝒳", "\u{2028}", "\u{feff}", "\u{200b}", "\0", "_", "x: int = ", "*x, = ", "print", "exec", "break", "continue",
];

const TOWERS: &[(&str, &str, &str)] = &[
    ("(", "x", ")"), ("[", "", "]"), ("{", "1", "}"), ("-", "x", ""), ("not ", "x", ""), ("x.", "y", ""), ("x[", "y", "]"), ("f(", "x", ")"),
    ("lambda: ", "x", ""), ("x if y else ", "z", ""), ("x + ", "y", ""), ("x ** ", "y", ""), ("x = ", "y", ""), ("await ", "x", ""),
    ("f'{", "x", "}'"), ("(yield ", "x", ")"), ("*", "x", ""), ("x and ", "y", ""), ("x < ", "y", ""), ("if x:\n ", "pass", "\n"), ("x; ", "y", ""),
    ("[x for x in ", "y", "]"), ("@x\n", "def f(): pass", ""), ("x, ", "y", ""), ("'a' ", "'b'", ""), ("~", "1", ""), ("a@", "b", ""),
    ("match x:\n case [", "y", "]: pass"), ("(x := ", "y", ")"), ("elif x: pass\n", "", ""), ("x:", "y", ""),
];

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 16) as usize % n.max(1)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "py") {
            out.push(path);
        }
    }
}

/// Some lines of a file.
fn window(random: &mut Random, files: &[PathBuf]) -> Vec<u8> {
    let text = std::fs::read(random.pick(files)).unwrap_or_default();
    let lines: Vec<&[u8]> = text.split_inclusive(|b| *b == b'\n').collect();
    let from = random.below(lines.len());
    let count = random.below(60) + 1;
    lines.into_iter().skip(from).take(count).flatten().copied().collect()
}

fn mutate(random: &mut Random, text: &mut Vec<u8>, files: &[PathBuf]) {
    let at = random.below(text.len() + 1);
    let to = (at + random.below(40)).min(text.len());
    match random.below(12) {
        0 => drop(text.drain(at..to)),
        1 => {
            let copy = text[at..to].to_vec();
            let place = random.below(text.len() + 1);
            text.splice(place..place, copy);
        }
        2..=6 => {
            let word = random.pick(WORDS).as_bytes().to_vec();
            text.splice(at..at, word);
        }
        7 => {
            if let Some(byte) = text.get_mut(at) {
                *byte = random.below(256) as u8;
            }
        }
        8 => text.truncate(at),
        9 => {
            let other = window(random, files);
            text.splice(at..at, other);
        }
        10 => {
            let word = random.pick(WORDS).as_bytes().to_vec();
            text.splice(at..to, word);
        }
        _ => {
            let (open, middle, close) = *random.pick(TOWERS);
            let n = *random.pick(&[2, 20, 90, 150, 250, 1000, 5000, 30_000]);
            let tower = format!("{}{middle}{}", open.repeat(n), close.repeat(n));
            text.splice(at..at, tower.into_bytes());
        }
    }
}

/// Makes nothing of nodes.
struct Nothing;

impl Maker for Nothing {
    type Value = ();
    type Error = Box<SyntaxErrorData>;
    fn node<const N: usize>(&mut self, _: Kind, _: Option<Position>, _: [(); N]) -> Result<(), Self::Error> {
        Ok(())
    }
    fn bare(&mut self, _: Kind) {}
    fn list(&mut self, _: Vec<()>) -> Result<(), Self::Error> {
        Ok(())
    }
    fn none(&mut self) {}
    fn identifier(&mut self, _: &str) {}
    fn text(&mut self, _: &str) {}
    fn int(&mut self, _: i64) {}
    fn constant(&mut self, _: &Const) {}
    fn error(&mut self, error: Box<SyntaxErrorData>) -> Self::Error {
        error
    }
}

struct Lines<'a>(std::str::SplitInclusive<'a, char>);

impl Reader for Lines<'_> {
    type Error = ();
    fn line(&mut self) -> Result<Option<String>, ()> {
        Ok(self.0.next().map(str::to_string))
    }
}

fn try_all(bytes: &[u8], mode: Mode, optimize: u8) {
    let options = CompileOptions { optimize, allow_incomplete_input: optimize == 1, dont_imply_dedent: optimize == 1, ..Default::default() };
    let compiled = syntax::compile_bytes(bytes, &mut |_, _| Ok(None), "<fuzz>", mode, options);
    if let Ok(code) = compiled.result {
        syntax::verify(&code).expect("compiled code verifies");
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(parsed) = syntax::parse(text, mode, options).result {
        let _ = parsed.emit(mode, &mut Nothing);
    }
    for extra in [true, false] {
        let mut tokenizer = Tokenizer::new(extra);
        let mut lines = Lines(text.split_inclusive('\n'));
        while let Ok(Some(_)) = tokenizer.next(&mut lines) {}
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let folder = args.get(1).expect("a folder of sources");
    let seed: u64 = args.get(2).map_or(1, |s| s.parse().expect("a seed"));
    let seconds: u64 = args.get(3).map_or(60, |s| s.parse().expect("seconds"));
    let keep = args.get(4).map(PathBuf::from);
    let mut all = Vec::new();
    files(Path::new(folder), &mut all);
    all.sort();
    assert!(!all.is_empty(), "no sources in {folder}");
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let end = Instant::now() + Duration::from_secs(seconds);
    let (mut tried, mut bad) = (0u64, 0u64);
    while Instant::now() < end {
        let mut text = window(&mut random, &all);
        for _ in 0..random.below(6) {
            mutate(&mut random, &mut text, &all);
        }
        let mode = *random.pick(&[Mode::Exec, Mode::Exec, Mode::Exec, Mode::Single, Mode::Eval]);
        let optimize = random.below(3) as u8;
        if let Some(keep) = &keep {
            let _ = std::fs::write(keep, &text);
        }
        let start = Instant::now();
        let result = std::panic::catch_unwind(|| try_all(&text, mode, optimize));
        tried += 1;
        let slow = start.elapsed() > SLOW;
        if result.is_err() || slow {
            bad += 1;
            let name = std::env::temp_dir().join(format!("fuzz-{seed}-{tried}.py"));
            let _ = std::fs::write(&name, &text);
            println!("{} mode {mode:?} optimize {optimize}: {}", if slow { "slow" } else { "panic" }, name.display());
        }
    }
    println!("seed {seed}: {tried} sources, {bad} findings");
    std::process::exit(i32::from(bad > 0));
}
