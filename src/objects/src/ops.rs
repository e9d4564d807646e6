//! Abstract operations: what any object can be asked, by its slots. The names are those of the `operator` module and the builtins.

pub mod attr;
pub mod call;
pub mod class;
pub mod convert;
pub mod cslot;
pub mod item;
pub mod iter;
pub mod number;
pub mod whole;

pub use attr::{bind, call_special, delattr, get_method, getattr, getattr_opt, getattr_str, hasattr, lookup_special, lookup_special_method, lookup_type_attr, setattr};
pub use call::{call, call_ex, call_kw, call_method, call0, call1, native_recursion};
pub use class::{full_type_name, is_callable, isinstance, issubclass, message_name, qualified_type_name, type_name};
pub use crate::quick::{quick_eq, quick_lt};
pub use convert::{CompareOp, ascii, compare_bool, eq, format, hash, is_true, repr, richcompare, str_};
pub(crate) use item::slot_index;
pub use item::{is_mapping, contains, delitem, getitem, getitem_opt, has_len, is_sequence, len, length_hint, setitem};
pub use iter::{at_one_moment, for_each, for_some, look_through, quiet_items, into_tuple, is_iterator, iter, iter_all, iter_opt, next, to_list, to_tuple, to_vec};
pub use number::*;
pub use whole::{keyed_by_itself, step_runs_code};
