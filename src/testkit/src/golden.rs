//! Goldens: what came out last time, kept beside what went in.
//!
//! A file with an expectation inside is source, then a line `# ==== title ====`, then the expected text, each line behind `# `; so it stays a
//! program. `UPDATE_GOLDEN=1` writes what came out instead of comparing it.
//!
//! Invariant: comparing never writes; updating never fails for a difference.
use crate::directives::Directives;
use crate::{files_below, test_name};
use libtest_mimic::{Failed, Trial};
use std::fmt::Write;
use std::path::Path;

/// What a golden's function gets.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub path: &'a Path,
    /// The text above the first expectation.
    pub source: &'a str,
    pub directives: &'a Directives,
}

/// One test for each file with this extension below `folder`. `produce` gives the titled sections that belong below the source.
pub fn trials<F>(folder: &Path, extension: &str, known: &'static [&'static str], produce: F) -> Vec<Trial>
where
    F: Fn(&Case) -> Result<Vec<(String, String)>, String> + Copy + Send + 'static,
{
    let files = files_below(folder, extension);
    assert!(!files.is_empty(), "no goldens in {}", folder.display());
    let trial = |path: std::path::PathBuf| {
        let name = test_name(folder, &path);
        Trial::test(name, move || check_inside(&path, known, produce).map_err(Failed::from))
    };
    files.into_iter().map(trial).collect()
}

/// Compares (or updates) the sections below the source in one file.
pub fn check_inside<F>(path: &Path, known: &[&str], produce: F) -> Result<(), String>
where
    F: Fn(&Case) -> Result<Vec<(String, String)>, String>,
{
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let source = source_part(&text);
    let directives = Directives::read(source, known).map_err(|error| format!("{}: {error}", path.display()))?;
    let sections = produce(&Case { path, source, directives: &directives })?;
    let mut whole = source.trim_end().to_owned();
    whole.push('\n');
    for (title, body) in &sections {
        let _ = writeln!(whole, "\n{}", title_line(title));
        for line in body.trim_end().lines() {
            let _ = writeln!(whole, "{}", format!("# {line}").trim_end());
        }
    }
    compare(path, &text, &whole)
}

/// Compares (or updates) a file that is nothing but an expectation.
pub fn check_file(path: &Path, actual: &str) -> Result<(), String> {
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    compare(path, &expected, actual)
}

fn compare(path: &Path, expected: &str, actual: &str) -> Result<(), String> {
    if expected == actual {
        return Ok(());
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        return std::fs::write(path, actual).map_err(|error| format!("{}: {error}", path.display()));
    }
    Err(format!("{} differs (UPDATE_GOLDEN=1 accepts it):\n{}", path.display(), difference(expected, actual)))
}

fn title_line(title: &str) -> String {
    format!("# ==== {title} ====")
}

fn source_part(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        if bare.starts_with("# ==== ") && bare.ends_with(" ====") {
            break;
        }
        end += line.len();
    }
    &text[..end]
}

/// The lines that differ, with their neighbours: `-` expected, `+` actual. A longest common subsequence, as goldens are short.
pub fn difference(expected: &str, actual: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (expected.lines().collect(), actual.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[same..], &new[same..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (middle_old, middle_new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let mut text = String::new();
    if same > 0 {
        let _ = writeln!(text, "  … {same} equal lines");
    }
    if middle_old.len() * middle_new.len() > 4_000_000 {
        let _ = writeln!(text, "  {} lines expected, {} lines came out", middle_old.len(), middle_new.len());
        return text;
    }
    let mut common = vec![vec![0_u32; middle_new.len() + 1]; middle_old.len() + 1];
    for (i, a) in middle_old.iter().enumerate().rev() {
        for (j, b) in middle_new.iter().enumerate().rev() {
            common[i][j] = if a == b { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < middle_old.len() || j < middle_new.len() {
        let both = i < middle_old.len() && j < middle_new.len();
        if both && middle_old[i] == middle_new[j] {
            let _ = writeln!(text, "  {}", middle_old[i]);
            (i, j) = (i + 1, j + 1);
        } else if j == middle_new.len() || (both && common[i + 1][j] >= common[i][j + 1]) {
            let _ = writeln!(text, "- {}", middle_old[i]);
            i += 1;
        } else {
            let _ = writeln!(text, "+ {}", middle_new[j]);
            j += 1;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_name_the_changed_lines() {
        assert_eq!(difference("a\nb\nc\n", "a\nx\nc\n"), "  … 1 equal lines\n- b\n+ x\n");
    }

    #[test]
    fn the_expectation_is_below_the_source() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("case.py");
        std::fs::write(&path, "# level: 2\nx = 1\n\n# ==== length ====\n# 18\n").unwrap();
        let produce = |case: &Case| {
            assert_eq!(case.directives.get("level"), Some("2"));
            Ok(vec![("length".to_owned(), case.source.len().to_string())])
        };
        check_inside(&path, &["level"], produce).unwrap();
        let other = |_: &Case| Ok(vec![("length".to_owned(), "19".to_owned())]);
        assert!(check_inside(&path, &["level"], other).unwrap_err().contains("- # 18\n+ # 19"));
    }
}
