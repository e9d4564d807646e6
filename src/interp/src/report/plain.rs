//! Tracebacks made without the library: it may be what is broken, or it is too late to run it. No carets, no suggestions.

use heap::{Object, Ref, Thread};
use objects::{Int, Str, Traceback, names, ops};

/// How long a chain of causes may be in a text that is made here.
const LONGEST_CHAIN: usize = 100;

/// How many entries are shown unless `sys.tracebacklimit` says otherwise.
const ENTRIES: usize = 1000;

/// How often the same line is shown; that it came more often is told once.
const REPEATED: usize = 3;

/// A source file larger than this is not looked through for a line.
const LARGEST_SOURCE: u64 = 64 << 20;

/// An exception with its causes, each once.
pub fn write_chain(th: &mut Thread, exception: &Object, text: &mut String) {
    write_with_causes(th, exception, &mut Vec::new(), text);
}

fn write_with_causes(th: &mut Thread, exception: &Object, seen: &mut Vec<*const Object>, text: &mut String) {
    let Some(raised) = objects::exceptions::as_exception(exception) else {
        let got = ops::type_name(exception);
        text.push_str(&format!("TypeError: print_exception(): Exception expected for value, {got} found\n"));
        return;
    };
    seen.push(core::ptr::from_ref(exception));
    if seen.len() <= LONGEST_CHAIN && !th.stack_is_low() {
        let known = |seen: &[*const Object], other: &Object| seen.contains(&core::ptr::from_ref(other));
        let (cause, context) = (raised.cause(th), raised.context(th));
        if let Some(cause) = cause {
            if !known(seen, &cause) {
                write_with_causes(th, &cause, seen, text);
                text.push_str("\nThe above exception was the direct cause of the following exception:\n\n");
            }
        } else if let Some(context) = context.filter(|context| !raised.suppress_context() && !known(seen, context)) {
            write_with_causes(th, &context, seen, text);
            text.push_str("\nDuring handling of the above exception, another exception occurred:\n\n");
        }
    }
    let traceback = raised.traceback(th);
    write_traceback(th, traceback, text);
    write_message(th, exception, true, text);
}

/// An exception that nobody receives: its own traceback only.
pub fn write_unraisable(th: &mut Thread, exception: &Object, text: &mut String) {
    let traceback = objects::exceptions::as_exception(exception).and_then(|raised| raised.traceback(th));
    write_traceback(th, traceback, text);
    write_message(th, exception, false, text);
}

/// One entry of a traceback.
#[derive(PartialEq)]
struct Entry {
    file: String,
    line: i32,
    name: String,
}

fn write_traceback(th: &mut Thread, mut next: Option<Ref<Traceback>>, text: &mut String) {
    if next.is_none() {
        return;
    }
    let limit = crate::sys::attribute(th, "tracebacklimit").and_then(|limit| limit.downcast_ref::<Int>().map(|n| n.to_i64().unwrap_or(i64::MAX)));
    let limit = match limit {
        Some(n) if n <= 0 => return,
        Some(n) => usize::try_from(n).unwrap_or(usize::MAX),
        None => ENTRIES,
    };
    let mut entries = std::collections::VecDeque::new();
    while let Some(entry) = next {
        let (file, name) = match entry.frame().downcast::<crate::FrameObject>().and_then(|f| f.code()) {
            Some(code) => (code.filename().to_string_lossy(), code.name().to_string_lossy()),
            None => ("?".to_owned(), "?".to_owned()),
        };
        let line = entry.line(th).unwrap_or(0);
        if entries.len() == limit {
            entries.pop_front();
        }
        entries.push_back(Entry { file, line, name });
        next = entry.next(th);
    }
    text.push_str("Traceback (most recent call last):\n");
    let mut sources = Sources::default();
    let mut same = 0;
    for (index, entry) in entries.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| entries.get(before));
        if before != Some(entry) {
            write_repeated(same, text);
            same = 0;
        }
        same += 1;
        if same > REPEATED {
            continue;
        }
        let Entry { file, line, name } = entry;
        text.push_str(&format!("  File \"{file}\", line {line}, in {name}\n"));
        if let Some(source) = sources.line(th, file, *line) {
            text.push_str(&format!("    {source}\n"));
        }
    }
    write_repeated(same, text);
}

fn write_repeated(same: usize, text: &mut String) {
    if same > REPEATED {
        let more = same - REPEATED;
        let plural = if more == 1 { "" } else { "s" };
        text.push_str(&format!("  [Previous line repeated {more} more time{plural}]\n"));
    }
}

/// The source files of a traceback, each read once.
#[derive(Default)]
struct Sources {
    files: Vec<(String, Option<Vec<u8>>)>,
}

impl Sources {
    /// A line of a file without its indentation.
    fn line(&mut self, th: &mut Thread, file: &str, line: i32) -> Option<String> {
        if file.starts_with('<') && file.ends_with('>') {
            return None;
        }
        let at = match self.files.iter().position(|(known, _)| known == file) {
            Some(at) => at,
            None => {
                self.files.push((file.to_owned(), read(th, file)));
                self.files.len() - 1
            }
        };
        let data = self.files[at].1.as_deref()?;
        let line = data.split(|byte| *byte == b'\n').nth(usize::try_from(line).ok()?.checked_sub(1)?)?;
        let line = String::from_utf8_lossy(line);
        Some(line.trim_start_matches([' ', '\t', '\x0c']).trim_end_matches('\r').to_owned())
    }
}

/// A source file: of the library in the binary, or by its path, or by its name in one of the folders of `sys.path`.
fn read(th: &mut Thread, file: &str) -> Option<Vec<u8>> {
    let root = crate::sys::info::stdlib_dir();
    if let Some(path) = file.strip_prefix(&root).and_then(|rest| rest.strip_prefix('/'))
        && let Some(data) = crate::import::library().and_then(|library| (library.file)(path))
    {
        return Some(data);
    }
    let plain = |path: &std::path::Path| {
        let about = std::fs::metadata(path).ok()?;
        if !about.is_file() || about.len() > LARGEST_SOURCE { None } else { std::fs::read(path).ok() }
    };
    if let Some(data) = plain(std::path::Path::new(file)) {
        return Some(data);
    }
    let name = std::path::Path::new(file).file_name()?;
    let folders = crate::sys::attribute(th, "path")?;
    let folders = folders.downcast_ref::<objects::List>()?;
    let mut at = 0;
    while let Some(folder) = folders.get(th, at) {
        at += 1;
        if let Some(folder) = folder.downcast_ref::<Str>().and_then(Str::to_utf8)
            && let Some(data) = plain(&std::path::Path::new(folder).join(name))
        {
            return Some(data);
        }
    }
    None
}

/// The last line: the class by its full name, and the message. `short` leaves out an empty message.
fn write_message(th: &mut Thread, exception: &Object, short: bool, text: &mut String) {
    let class = exception.ty();
    let attribute = |th: &mut Thread, name: &Str| match ops::getattr(th, class, name) {
        Ok(value) => value.downcast_ref::<Str>().map(Str::to_string_lossy),
        Err(_) => {
            th.take_exception();
            None
        }
    };
    let name = attribute(th, &names::__qualname__).unwrap_or_else(|| ops::type_name(exception).to_string());
    match attribute(th, &names::__module__) {
        Some(module) if matches!(module.as_str(), "builtins" | "__main__") => {}
        Some(module) => text.push_str(&format!("{module}.")),
        None => text.push_str("<unknown>."),
    }
    match ops::str_(th, exception) {
        Ok(message) if short && message.is_empty() => text.push_str(&format!("{name}\n")),
        Ok(message) => text.push_str(&format!("{name}: {}\n", message.to_string_lossy())),
        Err(_) => {
            th.take_exception();
            text.push_str(&format!("{name}: <exception str() failed>\n"));
        }
    }
}
