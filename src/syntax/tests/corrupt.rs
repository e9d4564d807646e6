//! Corrupt code data is refused: no panic, no huge allocation, nothing unverified.

use syntax::{CompileOptions, Mode, compile, format};

const SOURCE: &str = "
import os
def f(a, *b, c=1, **d):
    try:
        return [x for x in a if x > (1, 2.5, 3j, 'ü', b'y', 123456789012345678901234567890)[0]]
    except* OSError as e:
        with a as g, b: yield (lambda: a)
class A[T]:
    x: int = 3
    def m(self): return super().m(f'{self.x!r:>{T}}')
match f:
    case {'a': [1, *_], **rest} | rest: pass
";

#[test]
fn every_damage_is_survived() {
    let code = compile(SOURCE, "<s>", Mode::Exec, CompileOptions::default()).result.expect("the source is right");
    let good = format::write(&code);
    assert_eq!(format::write(&format::read(&good).expect("what was written reads")), good);
    for end in 0..good.len() {
        assert!(format::read(&good[..end]).is_err());
    }
    // Each byte in turn becomes something else; a read that succeeds has verified.
    for at in 0..good.len() {
        for change in [1u8, 0x80, 0xff] {
            let mut bad = good.clone();
            bad[at] ^= change;
            if let Ok(code) = format::read(&bad) {
                let _ = format::write(&code);
                for pc in 0..code.words.len() {
                    let _ = (code.position(pc), code.temp_depth(pc), code.handler_at(pc));
                }
            }
        }
    }
}

#[test]
fn deep_sources_do_not_overflow() {
    let cases = [
        format!("{}{}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("x = 1{}", "+1".repeat(200_000)),
        format!("x = a{}", ".b".repeat(200_000)),
        format!("x = a{}", "()".repeat(100_000)),
        format!("x = a{}", "[0]".repeat(100_000)),
        format!("x = {}1", "-".repeat(100_000)),
        format!("x = {}1", "not ".repeat(100_000)),
        format!("x = {}1", "lambda: ".repeat(20_000)),
        format!("x = {}1", "1 if 1 else ".repeat(20_000)),
        format!("x = {}1", "a ** ".repeat(20_000)),
        format!("if x: pass\n{}", "elif x: pass\n".repeat(20_000)),
        format!("x = '{}'", "a".repeat(1_000_000)),
        format!("f({})", "a, ".repeat(50_000)),
        format!("x = [{}]", "a, ".repeat(50_000)),
        (0..150).map(|n| format!("{}if 1:\n", " ".repeat(n))).collect::<String>() + &" ".repeat(150) + "pass\n",
    ];
    for source in cases {
        let compiled = compile(&source, "<s>", Mode::Exec, CompileOptions::default());
        if let Ok(code) = compiled.result {
            syntax::verify(&code).expect("compiled code verifies");
        }
    }
}
