//! Running one program to its end, or to the end of our patience.
//!
//! Invariant: when `run` returns, neither the program nor a child of its process group is alive, however it ended. Output goes to files, so that
//! a full pipe or a grandchild that keeps one open cannot hang the test.
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{Read, Seek};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How a program ended and what it wrote.
#[derive(Debug)]
pub struct Outcome {
    /// `None` if it had to be killed.
    pub status: Option<ExitStatus>,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Outcome {
    pub fn succeeded(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// One sentence on the end, then the output, shortened from the front.
    pub fn describe(&self) -> String {
        let end = match self.status {
            None => format!("killed after {:.1} s", self.took.as_secs_f64()),
            Some(status) => match status.signal() {
                Some(signal) => format!("died of signal {signal}"),
                None => format!("exit status {}", status.code().unwrap_or(-1)),
            },
        };
        let mut text = format!("{end}\n");
        for (name, output) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !output.is_empty() {
                text += &format!("--- {name}\n{}\n", last_lines(output, 60));
            }
        }
        text
    }
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<_> = text.trim_end().lines().collect();
    let skipped = lines.len().saturating_sub(count);
    let head = if skipped > 0 { format!("… {skipped} lines before\n") } else { String::new() };
    head + &lines[skipped..].join("\n")
}

/// Runs `command` in a process group of its own with an empty standard input.
pub fn run(mut command: Command, patience: Duration) -> std::io::Result<Outcome> {
    let mut stdout = tempfile::tempfile()?;
    let mut stderr = tempfile::tempfile()?;
    command.stdin(Stdio::null()).stdout(stdout.try_clone()?).stderr(stderr.try_clone()?).process_group(0);
    let start = Instant::now();
    let mut child = command.spawn()?;
    let group = Pid::from_child(&child);
    let mut pause = Duration::from_micros(500);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if start.elapsed() >= patience {
            break None;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    let took = start.elapsed();
    // The group has no member any more in the usual case, which is an error that says just that.
    let _ = kill_process_group(group, Signal::KILL);
    if status.is_none() {
        child.wait()?;
    }
    Ok(Outcome { status, stdout: contents(&mut stdout)?, stderr: contents(&mut stderr)?, took })
}

fn contents(file: &mut std::fs::File) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_and_status_come_back() {
        let outcome = run(shell("echo out; echo err >&2; exit 3"), Duration::from_secs(5)).unwrap();
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("out\n", "err\n"));
        assert!(outcome.describe().starts_with("exit status 3\n"));
    }

    #[test]
    fn a_program_that_hangs_is_killed_with_its_children() {
        let outcome = run(shell("sleep 100 & sleep 100"), Duration::from_millis(50)).unwrap();
        assert!(outcome.status.is_none() && outcome.took < Duration::from_secs(5));
    }
}
