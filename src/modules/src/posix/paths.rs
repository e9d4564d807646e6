//! Paths as text: `fspath`, and what `posixpath` does with native help.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::Str;

use crate::os;

/// A path as an argument that may contain NUL characters: it is text here, nothing is opened.
pub struct Text {
    object: Ref<Object>,
    bytes: Vec<u8>,
}

impl FromArg<'_> for Text {
    fn from_arg(th: &mut Thread, arg: &Object, at: At) -> Result<Self, Raised> {
        let Some(object) = os::fspath_opt(th, arg)? else {
            let (function, name) = (at.spec.func, at.spec.names.first().copied().unwrap_or("path"));
            let ty = objects::ops::type_name(arg);
            return Err(objects::raise::type_error(th, format_args!("{function}: {name} should be string, bytes or os.PathLike, not {ty}")));
        };
        // Text keeps its lone surrogates: nothing is encoded for the system.
        let bytes = match object.downcast_ref::<Str>() {
            Some(text) => text.to_wtf8(),
            None => os::path_bytes(th, &object)?,
        };
        Ok(Text { object, bytes })
    }
}

impl Text {
    fn like(&self, th: &Thread, bytes: &[u8]) -> Ref<Object> {
        match self.object.downcast_ref::<Str>() {
            Some(_) => Str::from_wtf8(th, bytes).up(),
            None => objects::Bytes::new(th, bytes).up(),
        }
    }
}

/// How many bytes the root takes: none, one slash, or exactly two.
fn root(path: &[u8]) -> usize {
    match path {
        [b'/', b'/', b'/', ..] => 1,
        [b'/', b'/', ..] => 2,
        [b'/', ..] => 1,
        _ => 0,
    }
}

fn normalize(path: &[u8]) -> Vec<u8> {
    if path.is_empty() {
        return b".".to_vec();
    }
    let root = root(path);
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path[root..].split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => {
                parts.pop();
            }
            b".." if root > 0 => {}
            _ => parts.push(part),
        }
    }
    let mut out = path[..root].to_vec();
    out.extend(parts.join(&b'/'));
    if out.is_empty() { b".".to_vec() } else { out }
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Return the file system path representation of the object.
    ///
    /// If the object is str or bytes, then allow it to pass through as-is.  If
    /// the object defines __fspath__(), then return the result of that method.
    /// All other types raise a TypeError.
    #[function(sig = "(path)")]
    fn fspath(th: &mut Thread, path: &Object) -> Result<Ref<Object>, Raised> {
        os::fspath(th, path)
    }

    /// Normalize path, eliminating double slashes, etc.
    #[function(sig = "(path)")]
    fn _path_normpath(th: &mut Thread, path: Text) -> Ref<Object> {
        let normal = normalize(&path.bytes);
        path.like(th, &normal)
    }

    /// Split a pathname into drive, root and tail.
    ///
    /// The tail contains anything after the root.
    #[function(sig = "(p)")]
    fn _path_splitroot_ex(th: &mut Thread, p: Text) -> Ref<Object> {
        let root = root(&p.bytes);
        let parts = vec![p.like(th, b""), p.like(th, &p.bytes[..root]), p.like(th, &p.bytes[root..])];
        os::tuple(th, parts)
    }

    /// Calls PyOS_CallInputHook droppong the GIL first
    #[function(sig = "()")]
    fn _inputhook() {}

    /// Checks if PyOS_CallInputHook is set
    #[function(sig = "()")]
    fn _is_inputhook_installed() -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn normal_paths() {
        for (path, expected) in
            [("", "."), ("a//b/./c/..", "a/b"), ("/..", "/"), ("//x", "//x"), ("///x", "/x"), ("../a", "../a"), ("a/..", "."), ("a/../..", "..")]
        {
            assert_eq!(normalize(path.as_bytes()), expected.as_bytes(), "{path}");
        }
    }
}
