//! `-X jit-log=FILE`: what was compiled, how long it took, and what was given up.
#![allow(unsafe_code, reason = "its lock is held over a fork")]

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use heap::sync::Mutex;

use crate::hir::{ExitData, Function};

/// Where it is written, if anywhere.
pub struct Log {
    file: Option<Mutex<File>>,
}

impl Log {
    /// # Errors
    /// If the file cannot be made.
    pub fn open(path: Option<&Path>) -> io::Result<Log> {
        let file = path.map(File::create).transpose()?.map(Mutex::new);
        Ok(Log { file })
    }

    /// Nobody writes until [`Log::unlock`].
    pub fn lock(&self) {
        if let Some(file) = &self.file {
            core::mem::forget(file.lock());
        }
    }

    /// By the thread that locked it, after a fork in either process.
    pub fn unlock(&self) {
        if let Some(file) = &self.file {
            // SAFETY: `lock` locked it.
            unsafe { file.force_unlock() };
        }
    }

    /// One record, whole; a log that cannot be written is no reason to stop.
    fn write(&self, text: &str) {
        if let Some(file) = &self.file {
            let _ = file.lock().write_all(text.as_bytes());
        }
    }

    /// What became of a job.
    pub fn job(&self, name: &str, pc: u32, took: Duration, refused: Option<&String>) {
        if self.file.is_none() {
            return;
        }
        let ms = took.as_secs_f64() * 1e3;
        self.write(&match refused {
            None => format!("{name} at {pc}: compiled in {ms:.1} ms\n"),
            Some(why) => format!("{name} at {pc}: not compiled: {why}\n"),
        });
    }

    /// A unit as it was built.
    pub fn unit(&self, function: &Function, unit: &lir::Unit) {
        if self.file.is_some() {
            self.write(&format!("{function}{} instructions\n", unit.instructions()));
        }
    }

    /// A unit that was left too often.
    pub fn given_up(&self, function: &Function, exit: &ExitData) {
        if self.file.is_some() {
            self.write(&format!("{} at {}: given up: {exit}\n", function.name, function.pc));
        }
    }
}
