//! The plain prompt: one statement after the other from standard input, in `__main__`. The terminal's own line editing is all there is.

use heap::{Raised, Ref, Thread};
use interp::report::{self, Ended};
use objects::{Str, ops, raise};

use crate::program::{Failure, remember_source, run_in_main};

/// Lines of standard input; more than one may have been read.
#[derive(Default)]
struct Lines {
    read: Vec<u8>,
}

impl Lines {
    /// The next line with its end; nothing at the end of the input.
    fn next(&mut self, th: &mut Thread) -> Result<Option<Vec<u8>>, Raised> {
        loop {
            if let Some(end) = self.read.iter().position(|c| *c == b'\n') {
                return Ok(Some(self.read.drain(..=end).collect()));
            }
            let mut block = vec![0; 8192];
            let got = match modules::io::sys::retry(th, || modules::io::sys::read(0, &mut block))? {
                Ok(got) => got,
                Err(error) => return Err(raise::io_error(th, &error, None)),
            };
            if got == 0 {
                let rest = core::mem::take(&mut self.read);
                return Ok((!rest.is_empty()).then_some(rest));
            }
            self.read.extend_from_slice(&block[..got]);
        }
    }
}

/// What one turn of the prompt came to.
enum Turn {
    Went,
    End,
}

/// Runs the prompt to the end of the input.
pub fn run(th: &mut Thread) -> Result<(), Failure> {
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if interp::sys::attribute(th, name).is_none() {
            let text = Str::new(th, text);
            interp::sys::set_attribute(th, name, text.up());
        }
    }
    let mut lines = Lines::default();
    loop {
        match turn(th, &mut lines) {
            Ok(Turn::Went) => {}
            Ok(Turn::End) => {
                interp::finalize::flush(th);
                stdx::tell(format_args!("\n"));
                return Ok(());
            }
            Err(_) => {
                if let Ended::Exit(code) = report::print(th, false) {
                    return Err(Failure::Left(code));
                }
            }
        }
        interp::finalize::flush(th);
    }
}

/// `sys.ps1` or `sys.ps2` as text.
fn prompt(th: &mut Thread, name: &str) -> String {
    let Some(value) = interp::sys::attribute(th, name) else { return String::new() };
    match ops::str_(th, &value) {
        Ok(text) => text.to_string_lossy(),
        Err(_) => {
            th.take_exception();
            String::new()
        }
    }
}

fn ask(th: &mut Thread, lines: &mut Lines, name: &str) -> Result<Option<Vec<u8>>, Raised> {
    stdx::tell(format_args!("{}", prompt(th, name)));
    let line = lines.next(th);
    if line.is_err() {
        use std::io::IsTerminal;
        if std::io::stdin().is_terminal() {
            stdx::tell(format_args!("\n"));
        }
    }
    line
}

/// Reads one statement, and runs it.
fn turn(th: &mut Thread, lines: &mut Lines) -> Result<Turn, Raised> {
    let filename = Str::new(th, "<stdin>");
    let mut source = Vec::new();
    let mut end = false;
    let code = loop {
        match ask(th, lines, if source.is_empty() { "ps1" } else { "ps2" })? {
            Some(line) => source.extend_from_slice(&line),
            None if source.is_empty() => return Ok(Turn::End),
            None => end = true,
        }
        let text = decode(th, &source)?;
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return Ok(Turn::Went);
        }
        if end || is_whole(&text) {
            let whole = Str::new(th, &text);
            let code = interp::compile::compile_source(th, &text, &filename, syntax::Mode::Single, 0, -1)?;
            break (code, whole);
        }
    };
    let (code, source): (Ref<interp::Code>, Ref<Str>) = code;
    remember_source(th, &code, &source, &filename)?;
    run_in_main(th, &code)?;
    Ok(Turn::Went)
}

/// Input is text in the encoding of `sys.stdin`.
fn decode(th: &mut Thread, source: &[u8]) -> Result<String, Raised> {
    let filename = Str::new(th, "<stdin>");
    match core::str::from_utf8(source) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => interp::compile::decode_file(th, source, &filename),
    }
}

/// Whether nothing is missing: the text compiles, or no further line could make it compile. A block is whole after an empty line.
fn is_whole(text: &str) -> bool {
    let options = syntax::CompileOptions { dont_imply_dedent: true, allow_incomplete_input: true, ..Default::default() };
    let open = |text: &str| match syntax::compile(text, "<stdin>", syntax::Mode::Single, options).result {
        Ok(_) => None,
        Err(error) => Some(error.kind == syntax::ErrorKind::IncompleteInput),
    };
    // Without its last line end a block is open, and so is a line that could go on; what is wrong with the line end there stays wrong.
    open(text.strip_suffix('\n').unwrap_or(text)) != Some(true) || open(text) == Some(false)
}
