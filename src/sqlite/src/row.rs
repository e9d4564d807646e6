//! `Row`: a row whose items have names, too.

use heap::{Head, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Int, List, Slice, Str, Tuple, ops, raise};

use crate::cursor::Cursor;

#[pytype(name = "Row", module = "sqlite3", doc = none, flags(BASETYPE))]
#[repr(C)]
pub struct Row {
    head: Head,
    data: Slot<Tuple>,
    /// The cursor's description when the row was read; `None` where that had none.
    description: Slot,
}

impl Row {
    fn data(&self, th: &Thread) -> Ref<Tuple> {
        self.data.get(th, self).unwrap_or_else(Tuple::empty)
    }

    fn description(&self, th: &Thread) -> Ref<Object> {
        self.description.get(th, self).unwrap_or_else(objects::none_ref)
    }

    /// The columns' names.
    fn names(&self, th: &Thread) -> Option<Vec<Ref<Object>>> {
        let description = self.description(th);
        let columns = description.downcast_ref::<Tuple>()?;
        Some(columns.iter().filter_map(|column| column.downcast::<Tuple>()?.item(0).map(|name| name.to_ref())).collect())
    }

    fn item_at(&self, th: &mut Thread, at: isize) -> Result<Ref<Object>, Raised> {
        let data = self.data(th);
        match usize::try_from(at).ok().and_then(|at| data.item(at)) {
            Some(item) => Ok(item.to_ref()),
            None => Err(raise::index_error(th, format_args!("tuple index out of range"))),
        }
    }

    fn item_of(&self, th: &mut Thread, name: &Str) -> Result<Ref<Object>, Raised> {
        let Some(names) = self.names(th) else {
            let shown = ops::repr(th, name.as_object())?.to_string_lossy();
            return Err(raise::index_error(th, format_args!("No item with key {shown}")));
        };
        for (at, column) in names.iter().enumerate() {
            if is_same_name(th, name, column)? {
                return self.item_at(th, at as isize);
            }
        }
        Err(raise::index_error(th, format_args!("No item with that key")))
    }
}

/// Names are the same if they are equal, or differ in case alone and are ASCII.
fn is_same_name(th: &mut Thread, name: &Str, column: &Object) -> Result<bool, Raised> {
    if ops::eq(th, name.as_object(), column)? {
        return Ok(true);
    }
    let ascii = |text: &Str| text.to_utf8().filter(|utf8| utf8.is_ascii()).map(str::to_owned);
    let (Some(name), Some(column)) = (ascii(name), column.downcast::<Str>().and_then(ascii)) else { return Ok(false) };
    Ok(name.eq_ignore_ascii_case(&column))
}

#[pymethods]
impl Row {
    #[slot(tp_new, name = "Row", sig = "(cursor, data, /)")]
    fn tp_new(th: &mut Thread, cls: &Type, cursor: &Cursor, data: &Tuple) -> Ref<Row> {
        let description = cursor.description(th);
        th.new_instance(cls, Row { head: Head::INIT, data: Slot::new(data.to_ref()), description: Slot::new(description) })
    }

    #[slot(mp_length, sq_length)]
    fn len(&self, th: &mut Thread) -> usize {
        self.data(th).len()
    }

    #[slot(sq_item)]
    fn item(&self, th: &mut Thread, at: isize) -> Result<Ref<Object>, Raised> {
        self.item_at(th, at)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        if key.is_a::<Int>() {
            let at = ops::index_subscript(th, key)?;
            let at = if at < 0 { at + self.data(th).len().cast_signed() } else { at };
            return self.item_at(th, at);
        }
        if let Some(name) = key.downcast::<Str>() {
            return self.item_of(th, name);
        }
        if key.is_a::<Slice>() {
            let data = self.data(th);
            return ops::getitem(th, data.as_object(), key);
        }
        Err(raise::index_error(th, format_args!("Index must be int or string")))
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let data = self.data(th);
        ops::iter(th, data.as_object())
    }

    #[slot(tp_hash)]
    fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        let (description, data) = (self.description(th), self.data(th));
        let hash = ops::hash(th, &description)? ^ ops::hash(th, data.as_object())?;
        Ok(if hash == -1 { -2 } else { hash })
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let wanted = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let Some(other) = other.downcast::<Row>().filter(|_| wanted) else { return Ok(objects::not_implemented_ref()) };
        let (a, b) = (self.description(th), other.description(th));
        if !ops::eq(th, &a, &b)? {
            return Ok(objects::bool_ref(matches!(op, CompareOp::Ne)));
        }
        let (a, b) = (self.data(th), other.data(th));
        ops::richcompare(th, a.as_object(), b.as_object(), op)
    }

    /// Returns the keys of the row.
    #[method(sig = "($self, /)")]
    fn keys(&self, th: &mut Thread) -> Ref<List> {
        let names = self.names(th).unwrap_or_default();
        List::new(th, names)
    }
}
