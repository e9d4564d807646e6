//! `cargo run -p pyston-syntax --example dis -- file.py`: the bytecode of a file. Several files: compile and verify each, with times.

use std::time::Instant;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let quiet = files.len() > 1;
    let (mut bytes, mut words, mut failures) = (0, 0, 0);
    let start = Instant::now();
    for file in &files {
        let Ok(source) = std::fs::read_to_string(file) else { continue };
        bytes += source.len();
        let compiled = syntax::compile(&source, file, syntax::Mode::Exec, syntax::CompileOptions::default());
        for warning in &compiled.warnings {
            println!("{file}:{}: {}", warning.lineno, warning.msg);
        }
        match compiled.result {
            Ok(code) => {
                if let Err(problem) = syntax::verify(&code) {
                    failures += 1;
                    println!("{file}: {problem}");
                }
                words += code.words.len();
                if !quiet {
                    print!("{}", syntax::print::listing_all(&code));
                }
            }
            Err(error) => {
                failures += 1;
                println!("{file}: {error} {:?}", (error.lineno, error.offset, error.end_lineno, error.end_offset));
            }
        }
    }
    if quiet {
        println!("{} files, {bytes} bytes, {words} words at top level, {failures} failures, {:?}", files.len(), start.elapsed());
    }
}
