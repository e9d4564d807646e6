//! `-X jit-log=FILE`: what was compiled, how long it took, and what was given up.
#![allow(unsafe_code, reason = "its lock is held over a fork")]

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use heap::sync::Mutex;

use interp::compiled::report::Totals;

use crate::hir::{ExitData, Function};
use crate::records::{Failure, Product, Site, Sites, words};

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
    pub fn job(&self, name: &str, pc: u32, took: Duration, result: Result<&Product, &Failure>) {
        if self.file.is_none() {
            return;
        }
        let ms = took.as_secs_f64() * 1e3;
        self.write(&match result {
            Ok(made) => format!("{name} at {pc}: compiled in {ms:.1} ms, tier {}, {} bytes\n", made.tier, made.code.len()),
            Err(failure) => format!("{name} at {pc}: not compiled: {}\n", failure.what),
        });
    }

    /// What took how long in the back end.
    pub fn times(&self, times: &lir::door::Times) {
        let ms = |nanoseconds: u64| nanoseconds as f64 / 1e6;
        if self.file.is_some() && times.generate != 0 {
            self.write(&format!("{:.1} ms to build, {:.1} ms of passes, {:.1} ms to generate\n", ms(times.build), ms(times.passes), ms(times.generate)));
        }
    }

    /// A unit as it was built.
    pub fn unit(&self, function: &Function, unit: &lir::Unit) {
        if self.file.is_some() {
            let cost = crate::worth::cost(function);
            self.write(&format!("{function}{} instructions; takes {cost:.2} of what the interpreter takes\n", unit.instructions()));
        }
    }

    /// A unit that was left too often, and where it was left so far.
    pub fn given_up(&self, function: &Function, exit: &ExitData, sites: &Sites) {
        if self.file.is_some() {
            self.write(&format!("{} at {}: given up: {exit}\n{}", function.name, function.pc, table(sites)));
        }
    }

    /// The end: what was done, and where units were left.
    pub fn finish(&self, totals: &Totals, sites: &Sites) {
        if self.file.is_some() {
            self.write(&format!("{}{}", summary(totals), table(sites)));
        }
    }
}

/// `class 3, overflow 1`, in brackets; nothing of nothing.
fn reasons(counts: &[(String, u64)]) -> String {
    let all: Vec<String> = counts.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
    if all.is_empty() { String::new() } else { format!(" ({})", all.join(", ")) }
}

fn sum(counts: &[(String, u64)]) -> u64 {
    counts.iter().map(|(_, count)| count).sum()
}

fn summary(totals: &Totals) -> String {
    let Totals { compiled, live, ended, code_bytes, compile_seconds, queued, .. } = totals;
    let (given_up, refused) = (&totals.given_up, &totals.refused);
    format!(
        "units: {compiled} compiled in {compile_seconds:.3} s, {live} live, {ended} ended, {} given up{}, {} places not compiled{}, {queued} waiting; {code_bytes} bytes of code\n",
        sum(given_up),
        reasons(given_up),
        sum(refused),
        reasons(refused),
    )
}

/// Where units were left, most often first.
fn table(sites: &Sites) -> String {
    let mut rows: Vec<(&Site, u64)> = sites.counts.iter().map(|(site, count)| (site, *count)).collect();
    rows.sort_by_key(|(site, count)| (u64::MAX - count, *site));
    let mut text = String::from("deoptimisations by site\n         count  why             where\n");
    for (site, count) in rows {
        let line = site.line.map_or_else(String::new, |line| format!(":{line}"));
        let _ = writeln!(text, "    {count:>10}  {:<14}  {}, {}{line}", words(&site.reason), site.name, site.file);
    }
    if sites.others > 0 {
        let _ = writeln!(text, "    {:>10}                  at other places", sites.others);
    }
    text
}
