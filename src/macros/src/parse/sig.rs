//! CPython's text signatures: `($self, index=-1, /, *, key=None)`.
//!
//! Invariant: what is parsed here is what `inspect.signature` parses from `__text_signature__`.

use crate::model::Kind;

/// One parameter of a text signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SigParam {
    pub name: String,
    pub kind: Kind,
    pub default: Option<String>,
}

/// A text signature without its receiver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sig {
    pub params: Vec<SigParam>,
    /// `$self`, `$module`, `$type`, where the text has one.
    pub receiver: Option<String>,
}

impl Sig {
    /// Parses `text`; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Sig, String> {
        let inner = text.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let inner = inner.ok_or("a text signature stands in parentheses")?;
        let mut params: Vec<SigParam> = Vec::new();
        let mut receiver = None;
        let mut keyword_only = false;
        let items = split(inner)?;
        for (index, item) in items.iter().enumerate() {
            let item = item.trim();
            if let Some(name) = item.strip_prefix('$') {
                if index != 0 {
                    return Err(format!("`${name}` must come first"));
                }
                receiver = Some(name.to_owned());
            } else if item == "/" {
                if keyword_only || params.iter().any(|p| p.kind != Kind::Positional) {
                    return Err("`/` must come before `*` and only once".into());
                }
                params.iter_mut().for_each(|p| p.kind = Kind::PositionalOnly);
            } else if item == "*" {
                keyword_only = true;
            } else if let Some(name) = item.strip_prefix("**") {
                params.push(SigParam { name: identifier(name)?, kind: Kind::VarKeywords, default: None });
                if index + 1 != items.len() {
                    return Err(format!("`**{name}` must come last"));
                }
            } else if let Some(name) = item.strip_prefix('*') {
                if keyword_only {
                    return Err(format!("`*{name}` after `*`"));
                }
                params.push(SigParam { name: identifier(name)?, kind: Kind::VarArgs, default: None });
                keyword_only = true;
            } else {
                let (name, default) = match item.split_once('=') {
                    Some((name, default)) => (name, Some(default.trim().to_owned())),
                    None => (item, None),
                };
                let kind = if keyword_only { Kind::KeywordOnly } else { Kind::Positional };
                params.push(SigParam { name: identifier(name)?, kind, default });
            }
        }
        Ok(Sig { params, receiver })
    }
}

fn identifier(name: &str) -> Result<String, String> {
    let name = name.trim();
    let ok = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if ok { Ok(name.to_owned()) } else { Err(format!("`{name}` is no parameter name")) }
}

/// Splits at the commas outside of brackets and quotes.
fn split(text: &str) -> Result<Vec<&str>, String> {
    let mut items = Vec::new();
    let (mut depth, mut quote, mut start, mut escaped) = (0_usize, None, 0, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{' | '<') => depth += 1,
            (None, ')' | ']' | '}' | '>') => depth = depth.checked_sub(1).ok_or("unbalanced brackets")?,
            (None, ',') if depth == 0 => {
                items.push(&text[start..at]);
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    if depth != 0 || quote.is_some() {
        return Err("unbalanced brackets or quotes".into());
    }
    if !text[start..].trim().is_empty() {
        items.push(&text[start..]);
    }
    Ok(items)
}

/// The text signature of `params` with `receiver` (`$self`, …) in front.
pub fn render(receiver: Option<&str>, params: &[SigParam]) -> String {
    let mut parts: Vec<String> = receiver.map(|name| format!("${name}")).into_iter().collect();
    let mut starred = false;
    for (index, param) in params.iter().enumerate() {
        match param.kind {
            Kind::VarArgs => {
                parts.push(format!("*{}", param.name));
                starred = true;
                continue;
            }
            Kind::VarKeywords => {
                parts.push(format!("**{}", param.name));
                continue;
            }
            Kind::KeywordOnly if !starred => {
                parts.push("*".into());
                starred = true;
            }
            _ => {}
        }
        parts.push(match &param.default {
            Some(default) => format!("{}={default}", param.name),
            None => param.name.clone(),
        });
        let last_positional_only =
            param.kind == Kind::PositionalOnly && params.get(index + 1).is_none_or(|next| next.kind != Kind::PositionalOnly);
        if last_positional_only {
            parts.push("/".into());
        }
    }
    // A receiver is positional-only, and the text says so even when nothing follows it.
    if receiver.is_some() && !params.iter().any(|p| p.kind == Kind::PositionalOnly) {
        parts.insert(1, "/".into());
    }
    format!("({})", parts.join(", "))
}
