//! Directives: lines `# name: value` among the comments that open a test file.
//!
//! Invariant: the first line that is no comment ends them. A reader names the directives it knows, so that a misspelt one fails and does
//! not pass silently.

/// The directives of one file, in order.
#[derive(Clone, Debug, Default)]
pub struct Directives(Vec<(String, String)>);

impl Directives {
    /// Reads the head of `text`. `known` are the names that may stand there.
    pub fn read(text: &str, known: &[&str]) -> Result<Self, String> {
        let mut found = Vec::new();
        for line in text.lines() {
            let Some(comment) = line.strip_prefix('#') else { break };
            let Some((name, value)) = comment.split_once(':') else { continue };
            let name = name.trim();
            let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            if !is_name {
                continue;
            }
            if !known.contains(&name) {
                return Err(format!("unknown directive `{name}` (known: {})", known.join(", ")));
            }
            found.push((name.to_owned(), value.trim().to_owned()));
        }
        Ok(Self(found))
    }

    /// The value of the last directive `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The comma-separated values of all directives `name`.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let all = self.0.iter().filter(|(found, _)| found == name);
        all.flat_map(|(_, value)| value.split(',')).map(str::trim).filter(|item| !item.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Directives;

    #[test]
    fn reads_the_head_only() {
        let text = "#!/usr/bin/env python\n# modes: one, threads8\n# A sentence: with a colon.\nx = 1\n# timeout: 3\n";
        let directives = Directives::read(text, &["modes", "timeout"]).unwrap();
        assert_eq!(directives.list("modes"), ["one", "threads8"]);
        assert_eq!(directives.get("timeout"), None);
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(Directives::read("# mode: one\n", &["modes"]).unwrap_err().contains("`mode`"));
    }
}
