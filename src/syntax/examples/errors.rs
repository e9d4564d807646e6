//! Compiles each NUL-separated source of a file and prints what comes of it, to be compared with another implementation.

fn main() {
    let Some(path) = std::env::args().nth(1) else { return };
    let Ok(all) = std::fs::read_to_string(path) else { return };
    for source in all.split('\u{1}') {
        let compiled = syntax::compile(source, "<s>", syntax::Mode::Exec, syntax::CompileOptions::default());
        match compiled.result {
            Ok(_) => println!("OK"),
            Err(e) => {
                let line = |n: Option<u32>| n.map_or("None".to_string(), |n| n.to_string());
                let show = |n: Option<i32>| n.map_or("None".to_string(), |n| n.to_string());
                println!(
                    "{:?}\u{1}{}\u{1}{}\u{1}{}\u{1}{}\u{1}{}",
                    e.kind,
                    e.msg.replace('\n', "\\n"),
                    line(e.lineno),
                    show(e.offset),
                    line(e.end_lineno),
                    show(e.end_offset)
                );
            }
        }
    }
}
