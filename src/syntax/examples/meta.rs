//! Prints the metadata of all code objects of files, a line each, to be compared with another implementation's.

use std::collections::BTreeSet;
use syntax::{Code, Const};

fn walk(code: &Code) {
    let join = |names: &mut dyn Iterator<Item = &str>| names.collect::<Vec<_>>().join(",");
    let lines: BTreeSet<u32> = code.positions.iter().filter_map(|r| r.position).map(|p| p.line).filter(|l| *l > 0).collect();
    let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
    println!(
        "{}|{:#x}|{}|{}|{}|{}|{}|{}|{}|{}",
        code.qualname,
        code.flags,
        code.arg_count,
        code.posonly_count,
        code.kwonly_count,
        join(&mut code.varnames()),
        join(&mut code.cellvars()),
        join(&mut code.freevars()),
        code.first_line,
        lines.join(",")
    );
    for value in &code.consts {
        if let Const::Code(inner) = value {
            walk(inner);
        }
    }
}

fn main() {
    for file in std::env::args().skip(1) {
        let Ok(source) = std::fs::read_to_string(&file) else { continue };
        let compiled = syntax::compile(&source, &file, syntax::Mode::Exec, syntax::CompileOptions::default());
        if let Ok(code) = compiled.result {
            println!("## {file}");
            walk(&code);
        }
    }
}
