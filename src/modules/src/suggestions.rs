//! `_suggestions`: the name that is meant, for the library's tracebacks.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::suggest::closest;
use objects::{List, Str, raise};

#[pymodule(name = "_suggestions")]
pub mod suggestions {
    use super::*;

    /// Returns the candidate in candidates that's closest to item
    #[function(sig = "(candidates, item, /)")]
    fn _generate_suggestions(th: &mut Thread, candidates: &Object, item: &Str) -> Result<Option<Ref<Str>>, Raised> {
        let Some(candidates) = candidates.downcast_exact::<List>() else {
            return Err(raise::type_error(th, format_args!("candidates must be a list")));
        };
        let candidates = candidates.snapshot(th);
        let Some(name) = item.to_utf8() else { return Err(raise::unicode_surrogates(th, item)) };
        let mut names = Vec::with_capacity(candidates.len());
        for candidate in &candidates {
            let Some(text) = candidate.downcast_ref::<Str>() else {
                return Err(raise::type_error(th, format_args!("all elements in 'candidates' must be strings")));
            };
            match text.to_utf8() {
                Some(text) => names.push(text),
                None => return Err(raise::unicode_surrogates(th, text)),
            }
        }
        Ok(closest(name, names).map(|found| Str::new(th, found)))
    }
}
