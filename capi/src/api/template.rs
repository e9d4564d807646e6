//! Template strings, as compiled Python (Cython) makes them.

use heap::{Heaped, Object, Raised, Ref};
use objects::{Template, Tuple};

use crate::api;
use crate::entry::expect;

api! {
    /// A template of its strings and of what stands between them.
    fn _PyTemplate_Build(th, strings: &Object, interpolations: &Object) -> Result<Ref<Template>, Raised> {
        let (strings, interpolations) = (expect::<Tuple>(th, strings)?, expect::<Tuple>(th, interpolations)?);
        Ok(Template::from_parts(th, strings.to_ref(), interpolations.to_ref()))
    }
}
