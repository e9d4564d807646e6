//! The command line, as CPython reads it. What the environment and `-X` decide is in [`crate::settings`], the texts are in [`crate::help`].

use capi::embed::{Options, Program, Stop, Wanted};
use interp::config::Config;

use crate::{help, settings};

/// What options set, as far as it is read.
struct Reader {
    config: Config,
    rest: Vec<Vec<u8>>,
    versions: u32,
    skip_first_line: bool,
}

impl Reader {
    fn program(&self) -> String {
        String::from_utf8_lossy(&self.config.program).into_owned()
    }

    fn usage_error(&self, message: &str) -> Stop {
        let usage = help::usage(&self.program());
        Stop::usage(format!("{message}\n{usage}Try `python -h' for more information.\n"))
    }

    /// An option that begins with two dashes. `Ok(false)`: it was `--` alone, and options go on.
    fn long(&mut self, arg: &[u8]) -> Result<(), Stop> {
        match arg {
            b"--help" => Err(Stop::say(help::usage_and_options(&self.program()))),
            b"--help-env" => Err(Stop::say(help::environment())),
            b"--help-xoptions" => Err(Stop::say(help::x_options())),
            b"--help-all" => Err(Stop::say(help::all(&self.program()))),
            b"--version" => {
                self.versions += 1;
                Ok(())
            }
            b"--check-hash-based-pycs" => {
                let Some(value) = self.rest.pop() else {
                    return Err(self.usage_error("Argument expected for the --check-hash-based-pycs options"));
                };
                if ![&b"always"[..], b"default", b"never"].contains(&value.as_slice()) {
                    return Err(self.usage_error("--check-hash-based-pycs must be one of 'default', 'always', or 'never'"));
                }
                self.config.check_hash_pycs = String::from_utf8_lossy(&value).into_owned();
                Ok(())
            }
            _ => {
                let text = String::from_utf8_lossy(arg);
                Err(self.usage_error(&format!("Unknown option: {text}")))
            }
        }
    }

    /// A cluster of one-letter options. The program, if one of them names it.
    fn short(&mut self, arg: &[u8]) -> Result<Option<(Program, &'static [u8])>, Stop> {
        let mut at = 1;
        while let Some(&letter) = arg.get(at) {
            at += 1;
            let takes_value = matches!(letter, b'c' | b'm' | b'W' | b'X');
            let mut value = Vec::new();
            if takes_value {
                value = match arg.get(at..) {
                    Some(here) if !here.is_empty() => here.to_vec(),
                    _ => match self.rest.pop() {
                        Some(next) => next,
                        None => return Err(self.usage_error(&format!("Argument expected for the -{} option", char::from(letter)))),
                    },
                };
                at = arg.len();
            }
            match letter {
                b'c' => return Ok(Some((Program::Command(value), b"-c"))),
                b'm' => return Ok(Some((Program::Module(value), b"-m"))),
                b'W' => self.config.warn_options.push(value),
                b'X' => self.config.x_options.push(match value.iter().position(|c| *c == b'=') {
                    Some(equal) => (value[..equal].to_vec(), Some(value[equal + 1..].to_vec())),
                    None => (value, None),
                }),
                b'h' | b'?' => return Err(Stop::say(help::usage_and_options(&self.program()))),
                _ => self.flag(letter)?,
            }
        }
        Ok(None)
    }

    fn flag(&mut self, letter: u8) -> Result<(), Stop> {
        let config = &mut self.config;
        match letter {
            b'b' => config.bytes_warning = config.bytes_warning.saturating_add(1),
            b'B' => config.dont_write_bytecode = true,
            b'd' => config.debug = config.debug.saturating_add(1),
            b'E' => config.ignore_environment = true,
            b'i' => {
                config.inspect = config.inspect.saturating_add(1);
                config.interactive = config.interactive.saturating_add(1);
            }
            b'I' => {
                config.isolated = true;
                config.ignore_environment = true;
                config.no_user_site = true;
                config.safe_path = true;
            }
            b'O' => config.optimize = config.optimize.saturating_add(1),
            b'P' => config.safe_path = true,
            b'q' => config.quiet = true,
            // Hashes of strings are random anyhow.
            b'R' => {}
            b's' => config.no_user_site = true,
            b'S' => config.no_site = true,
            // CPython accepts -t and does nothing.
            b't' => {}
            b'u' => config.unbuffered = true,
            b'v' => config.verbose = config.verbose.saturating_add(1),
            b'V' => self.versions += 1,
            b'x' => self.skip_first_line = true,
            b'J' => return Err(self.usage_error("-J is reserved for Jython")),
            other => return Err(self.usage_error(&format!("Unknown option: -{}", char::from(other)))),
        }
        Ok(())
    }
}

/// Reads arguments and environment.
pub fn read(wanted: Wanted) -> Result<Options, Stop> {
    let mut config = wanted.base.clone();
    let raw = wanted.argv.clone();
    config.orig_argv = if wanted.orig_argv.is_empty() { raw.clone() } else { wanted.orig_argv.clone() };
    let called = wanted.program_name.clone().or_else(|| config.orig_argv.first().cloned());
    config.program = called.filter(|name| !name.is_empty()).unwrap_or_else(|| b"pyston".to_vec());
    let (mut config, program, skip_first_line) = if wanted.parse_argv {
        command_line(config, &raw)?
    } else {
        config.argv = if raw.is_empty() { vec![Vec::new()] } else { raw };
        (config, Program::Stdin, false)
    };
    let seed = settings::complete(&mut config, &wanted)?;
    let program = wanted.program.clone().unwrap_or(program);
    let skip_first_line = skip_first_line || wanted.skip_first_line;
    Ok(Options { config, program, skip_first_line, seed, wanted })
}

/// Reads the interpreter's options; the rest of the arguments is the program's.
fn command_line(config: Config, raw: &[Vec<u8>]) -> Result<(Config, Program, bool), Stop> {
    let mut rest: Vec<Vec<u8>> = raw.get(1..).unwrap_or_default().to_vec();
    rest.reverse();
    let mut reader = Reader { config, rest, versions: 0, skip_first_line: false };
    let mut program = Program::Stdin;
    let mut head: Vec<u8> = Vec::new();
    while let Some(arg) = reader.rest.pop() {
        if arg == b"-" {
            head = arg;
            break;
        }
        if arg == b"--" {
            if let Some(file) = reader.rest.pop() {
                head.clone_from(&file);
                program = Program::File(file);
            }
            break;
        }
        if !arg.starts_with(b"-") {
            head.clone_from(&arg);
            program = Program::File(arg);
            break;
        }
        if arg.starts_with(b"--") {
            reader.long(&arg)?;
        } else if let Some((named, name)) = reader.short(&arg)? {
            program = named;
            head = name.to_vec();
            break;
        }
    }
    if reader.versions > 0 {
        return Err(Stop::say(format!("{}\n", help::version(reader.versions))));
    }
    let Reader { mut config, mut rest, skip_first_line, .. } = reader;
    rest.reverse();
    config.argv = vec![head];
    config.argv.extend(rest);
    Ok((config, program, skip_first_line))
}
