//! Dicts as a whole: copied, merged, listed.

use core::ffi::c_int;

use heap::{Object, Raised, Ref};
use objects::dict::merge::Existing;
use objects::{Dict, List, Tuple};

use crate::api;
use crate::entry::expect;

fn existing(replace: c_int) -> Existing {
    if replace == 0 { Existing::Keep } else { Existing::Replace }
}

api! {
    /// Removes all entries; of anything but a dict none.
    fn PyDict_Clear(th, dict: Option<&Object>) {
        if let Some(dict) = dict.and_then(|dict| dict.downcast::<Dict>()) {
            dict.clear_entries(th);
        }
    }

    /// An exact dict with the same entries.
    fn PyDict_Copy(th, dict: &Object) -> Result<Ref<Dict>, Raised> {
        let dict = expect::<Dict>(th, dict)?;
        dict.copy(th)
    }

    /// The keys in a list.
    fn PyDict_Keys(th, dict: &Object) -> Result<Ref<List>, Raised> {
        let keys = expect::<Dict>(th, dict)?.snapshot_keys(th);
        Ok(List::new(th, keys))
    }

    /// The values in a list.
    fn PyDict_Values(th, dict: &Object) -> Result<Ref<List>, Raised> {
        let values = expect::<Dict>(th, dict)?.snapshot_values(th);
        Ok(List::new(th, values))
    }

    /// The pairs of keys and values in a list.
    fn PyDict_Items(th, dict: &Object) -> Result<Ref<List>, Raised> {
        let items = expect::<Dict>(th, dict)?.snapshot(th);
        let pairs = items.into_iter().map(|(key, value)| Tuple::from_array(th, [key, value]).up()).collect();
        Ok(List::new(th, pairs))
    }

    /// Adds the entries of a mapping; they win.
    fn PyDict_Update(th, dict: &Object, mapping: &Object) -> Result<(), Raised> {
        let dict = expect::<Dict>(th, dict)?;
        dict.merge(th, mapping, Existing::Replace)
    }

    /// Adds the entries of a mapping.
    fn PyDict_Merge(th, dict: &Object, mapping: &Object, replace: c_int) -> Result<(), Raised> {
        let dict = expect::<Dict>(th, dict)?;
        dict.merge(th, mapping, existing(replace))
    }

    /// Adds entries; 0: what is there stays, 1: what comes wins, 2: a key that is there already raises `KeyError`.
    fn _PyDict_MergeEx(th, dict: &Object, mapping: &Object, replace: c_int) -> Result<(), Raised> {
        let dict = expect::<Dict>(th, dict)?;
        dict.merge(th, mapping, if replace == 2 { Existing::Refuse } else { existing(replace) })
    }

    /// Adds pairs of keys and values.
    fn PyDict_MergeFromSeq2(th, dict: &Object, pairs: &Object, replace: c_int) -> Result<(), Raised> {
        let dict = expect::<Dict>(th, dict)?;
        dict.merge_pairs(th, pairs, existing(replace))
    }
}
