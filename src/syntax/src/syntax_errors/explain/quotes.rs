//! Errors behind a string: a quote too much, and what CPython does not say because it has looked for one.

use super::{Error, Place, Tok, syntax};

impl Place<'_> {
    /// `"a" b "c"`: what stands between two strings may have been meant as a part of them. The error is at token `i`.
    pub(super) fn part_of_string(&self, i: usize) -> Option<Box<Error>> {
        let string = i.checked_sub(1).filter(|s| self.starts_with_string(*s))?;
        if self.kind(i) == Tok::String {
            return None;
        }
        let mut last = None;
        let mut at = i;
        while self.kind(at) != Tok::String {
            if !self.starts_operand(at) {
                return None;
            }
            let end = self.operand_end(at, true);
            self.parsed(at, end)?;
            (last, at) = (Some(end), end + 1);
        }
        debug_assert!(string < i, "the string stands before");
        let whole = self.range(self.list[i].start, self.list[last?].end);
        Some(syntax(whole, "invalid syntax. Is this intended to be part of the string?"))
    }

    /// Whether an expression starts with token `s`, a single string or bytes literal.
    fn starts_with_string(&self, s: usize) -> bool {
        if self.kind(s) != Tok::String || self.kind(s + 1) == Tok::String {
            return false;
        }
        let prefix = self.text(&self.list[s]).split(['\'', '"']).next().unwrap_or_default().to_ascii_lowercase();
        if prefix.contains(['f', 't']) {
            return false;
        }
        let Some(before) = s.checked_sub(1) else { return true };
        match self.kind(before) {
            Tok::Newline | Tok::Indent | Tok::Dedent => true,
            Tok::Op => ["(", "[", "{", ",", "=", ":", ":=", ";", "->"].iter().any(|op| self.is(before, op)),
            Tok::Name => ["return", "yield", "if", "elif", "while", "in", "assert", "from", "with", "raise", "del", "lambda", "else"].iter().any(|k| self.is(before, k)),
            _ => false,
        }
    }

    /// Behind a string CPython looks for expressions up to another string, keeps quiet about what is wrong in them, and remembers only that
    /// they are wrong: `"a" + f(x, y for y in z)`. Where it gives up, if the error is of that kind.
    pub(super) fn kept_quiet(&self, error: &Error) -> Option<usize> {
        let range = error.range?;
        let (from, to) = (self.at(range.start().to_usize()), range.end().to_usize());
        let led = |s: &usize| {
            let sign = self.is(s + 1, "+") || self.is(s + 1, "-");
            sign && self.starts_with_string(*s) && self.bracket(*s) != self.bracket(from) && self.operand_end(s + 1, true) >= from
        };
        (self.statement(from)..from).find(led)?;
        let find = |text: &str| (from..self.list.len()).find(|n| self.is(*n, text));
        match error.msg.as_str() {
            "Generator expression must be parenthesized" if from > 0 && self.is(from - 1, "(") => {
                Some(self.at(to))
            }
            "Generator expression must be parenthesized"
            | "iterable unpacking cannot be used in comprehension"
            | "did you forget parentheses around the comprehension target?" => find("for"),
            "invalid syntax. Perhaps you forgot a comma?" => (from + 1..self.list.len()).find(|n| self.starts_operand(*n) && self.ends_operand(n - 1)),
            "expected argument value expression" => find("=").map(|n| n + 1),
            "expression cannot contain assignment, perhaps you meant \"==\"?" => find("="),
            msg if msg.starts_with("cannot assign to ") && msg.len() < 24 => find("="),
            _ => None,
        }
    }
}
