//! `Element`: a tag, attributes, text, and children, which are other elements.
//!
//! Invariant: children are a list that programs never see, with elements only; it and the dict of attributes are made when they are needed.
//! What calls out while it goes through the children looks at the list anew afterwards.

use heap::{Head, Heaped, Object, PyType, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::exceptions::deprecation_warning_type;
use objects::glue::*;
use objects::repr_guard::ReprGuard;
use objects::str::Name;
use objects::{Bytes, Dict, Int, List, Str, Tuple, none, none_ref, ops, raise, warn};

use super::iter::ElementIter;
use super::{COPY, PATH, imported};

static FIND: Name = Name::new("find");
static FINDTEXT: Name = Name::new("findtext");
static FINDALL: Name = Name::new("findall");
static ITERFIND: Name = Name::new("iterfind");

#[pytype(name = "Element", module = "xml.etree.ElementTree", flags(BASETYPE), weakref, doc = none)]
#[repr(C)]
pub struct Element {
    head: Head,
    tag: Slot,
    text: Slot,
    tail: Slot,
    attrib: Slot<Dict>,
    children: Slot<List>,
}

#[cold]
fn raise_no_element(th: &mut Thread, object: &Object) -> Raised {
    let got = ops::type_name(object);
    raise::type_error(th, format_args!("expected an Element, not \"{got}\""))
}

#[cold]
fn raise_no_dict(th: &mut Thread, object: &Object) -> Raised {
    let got = ops::type_name(object);
    raise::type_error(th, format_args!("attrib must be dict, not {got}"))
}

fn checked<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a Element, Raised> {
    object.downcast::<Element>().ok_or_else(|| raise_no_element(th, object))
}

/// An argument that must be an element; `place` is what messages call it.
fn argument<'a>(th: &mut Thread, place: &str, object: &'a Object) -> Result<&'a Element, Raised> {
    if let Some(element) = object.downcast::<Element>() {
        return Ok(element);
    }
    let wanted = ops::full_type_name(th, Element::type_object());
    let got = if object.is(none()) { "None".to_owned() } else { ops::type_name(object) };
    Err(raise::type_error(th, format_args!("{place} must be {wanted}, not {got}")))
}

/// Equality as containers have it.
pub fn same(th: &mut Thread, a: &Object, b: &Object) -> Result<bool, Raised> {
    if a.is(b) { Ok(true) } else { ops::eq(th, a, b) }
}

/// The attributes of a call: a dict, and keywords that come on top of it. `None`: neither.
pub fn attributes(th: &mut Thread, attrib: Option<&Object>, kwargs: KwArgs<'_>) -> Result<Option<Ref<Dict>>, Raised> {
    let mut given = attrib.map(|attrib| attrib.to_ref());
    let extra = Dict::new(th);
    for (name, value) in kwargs.iter() {
        if given.is_none() && str_equals(name, "attrib") {
            given = Some(value.to_ref());
        } else {
            extra.set(th, name, value.to_ref())?;
        }
    }
    let Some(given) = given else { return Ok((extra.len() > 0).then_some(extra)) };
    let Some(dict) = given.downcast_ref::<Dict>() else { return Err(raise_no_dict(th, &given)) };
    let dict = dict.copy(th)?;
    dict.update(th, &extra)?;
    Ok(Some(dict))
}

/// A deep copy by the library's function.
fn deep_copy(th: &mut Thread, object: &Object, memo: &Object) -> Result<Ref<Object>, Raised> {
    if object.is(none()) || object.downcast_exact::<Str>().is_some() {
        return Ok(object.to_ref());
    }
    let copy = imported(th, &COPY)?;
    ops::call(th, &copy, &[object, memo])
}

/// Whether a path is more than a tag.
fn is_path(path: &Object) -> bool {
    let text;
    let bytes = match (path.downcast_ref::<Str>(), path.downcast_ref::<Bytes>()) {
        (Some(path), _) => {
            text = path.to_string_lossy();
            text.as_bytes()
        }
        (_, Some(path)) => path.as_slice(),
        _ => return true,
    };
    if bytes.len() >= 3 && (bytes.starts_with(b"{}") || bytes.starts_with(b"{*}")) {
        return true;
    }
    let mut outside = true;
    for byte in bytes {
        match byte {
            b'{' => outside = false,
            b'}' => outside = true,
            b'/' | b'*' | b'[' | b'@' | b'.' if outside => return true,
            _ => {}
        }
    }
    false
}

impl Element {
    /// An element of the class itself. An empty dict is not kept.
    pub fn create(th: &mut Thread, tag: &Object, attrib: Option<Ref<Dict>>) -> Ref<Element> {
        let attrib = attrib.filter(|attrib| attrib.len() > 0);
        let tag = tag.to_ref();
        th.new_object(Element::around(tag, attrib))
    }

    fn around(tag: Ref<Object>, attrib: Option<Ref<Dict>>) -> Element {
        Element {
            head: Head::INIT,
            tag: Slot::new(tag),
            text: Slot::new(none_ref()),
            tail: Slot::new(none_ref()),
            attrib: Slot::from_option(attrib),
            children: Slot::NULL,
        }
    }

    pub fn tag_of(&self, th: &Thread) -> Ref<Object> {
        self.tag.get(th, self).unwrap_or_else(none_ref)
    }

    pub fn text_of(&self, th: &Thread) -> Ref<Object> {
        self.text.get(th, self).unwrap_or_else(none_ref)
    }

    pub fn tail_of(&self, th: &Thread) -> Ref<Object> {
        self.tail.get(th, self).unwrap_or_else(none_ref)
    }

    /// Sets the text or the tail, where there is none yet.
    pub fn put_text(&self, th: &mut Thread, tail: bool, text: &Object) -> bool {
        let slot = if tail { &self.tail } else { &self.text };
        let free = slot.get(th, self).is_none_or(|old| old.is(none()));
        if free {
            slot.set(th, self, Some(text.to_ref()));
        }
        free
    }

    fn known(&self, th: &Thread) -> Option<Ref<List>> {
        self.children.get(th, self)
    }

    fn list(&self, th: &Thread) -> Ref<List> {
        match self.known(th) {
            Some(list) => list,
            None => self.children.get_or_put(th, self, List::empty(th)),
        }
    }

    fn dict(&self, th: &Thread) -> Ref<Dict> {
        match self.attrib.get(th, self) {
            Some(dict) => dict,
            None => self.attrib.get_or_put(th, self, Dict::new(th)),
        }
    }

    pub fn child(&self, th: &Thread, index: usize) -> Option<Ref<Object>> {
        self.known(th)?.get(th, index)
    }

    pub fn add(&self, th: &mut Thread, child: &Object) -> Result<(), Raised> {
        checked(th, child)?;
        self.list(th).append(th, child.to_ref())
    }

    /// The first child with a tag, from an index on, and where it is.
    fn next_with(&self, th: &mut Thread, tag: &Object, mut index: usize) -> Result<Option<(usize, Ref<Object>)>, Raised> {
        while let Some(child) = self.child(th, index) {
            if let Some(element) = child.downcast_ref::<Element>() {
                let own = element.tag_of(th);
                if same(th, &own, tag)? {
                    return Ok(Some((index, child)));
                }
            }
            index += 1;
        }
        Ok(None)
    }

    /// Asks the library's `ElementPath`.
    fn by_path(&self, th: &mut Thread, method: &'static Name, arguments: &[&Object]) -> Result<Ref<Object>, Raised> {
        let path = imported(th, &PATH)?;
        let mut all: Vec<&Object> = vec![self.as_object()];
        all.extend_from_slice(arguments);
        ops::call_method(th, &path, method, &all)
    }

    /// Puts a state together again.
    fn restore(&self, th: &mut Thread, state: &Dict) -> Result<(), Raised> {
        let mut parts: [Option<Ref<Object>>; 5] = Default::default();
        for (name, value) in state.snapshot(th) {
            let place = str_text(&name)
                .and_then(|name| ["tag", "attrib", "text", "tail", "_children"].iter().position(|known| **known == name));
            match place {
                Some(place) => parts[place] = Some(value),
                None => {
                    let shown = str_text(&name).unwrap_or_default();
                    return Err(raise::type_error(
                        th,
                        format_args!("this function got an unexpected keyword argument '{shown}'"),
                    ));
                }
            }
        }
        let [tag, attrib, text, tail, children] = parts;
        let Some(tag) = tag else { return Err(raise::type_error(th, format_args!("tag may not be NULL"))) };
        let list = match &children {
            None => None,
            Some(children) => {
                let Some(list) = children.downcast_ref::<List>() else {
                    return Err(raise::type_error(th, format_args!("'_children' is not a list")));
                };
                let items = list.snapshot(th);
                for item in &items {
                    checked(th, item)?;
                }
                Some(List::new(th, items))
            }
        };
        let dict = match &attrib {
            None => None,
            Some(attrib) => Some(attrib.downcast_ref::<Dict>().ok_or_else(|| raise_no_dict(th, attrib))?.to_ref()),
        };
        self.tag.set(th, self, Some(tag));
        self.text.set(th, self, Some(text.unwrap_or_else(none_ref)));
        self.tail.set(th, self, Some(tail.unwrap_or_else(none_ref)));
        if list.is_some() || dict.is_some() {
            if list.is_some() {
                self.children.set(th, self, list);
            }
            self.attrib.set(th, self, dict);
        }
        Ok(())
    }

    /// A place among the children that a program names.
    fn place(&self, th: &mut Thread, key: &Object, message: &str) -> Result<Option<usize>, Raised> {
        let index = ops::index_isize(th, key)?;
        let count = self.known(th).map_or(0, |list| list.len());
        let index = if index < 0 { index + count.cast_signed() } else { index };
        match usize::try_from(index).ok().filter(|&index| index < count) {
            Some(index) => Ok(Some(index)),
            None => Err(raise::index_error(th, format_args!("{message}"))),
        }
    }
}

fn is_index(key: &Object) -> bool {
    key.is_a::<Int>() || ops::has_index(key)
}

/// What stands in the way of deleting an attribute of elements.
fn kept<'a>(th: &mut Thread, value: Option<&'a Object>) -> Result<&'a Object, Raised> {
    value.ok_or_else(|| {
        raise::new(th, objects::exceptions::attribute_error_type(), format_args!("can't delete element attribute"))
    })
}

/// The items of what a program gives as elements.
fn elements(th: &mut Thread, items: &Object) -> Result<Vec<Ref<Object>>, Raised> {
    let all = match ops::iter(th, items) {
        Ok(_) => ops::to_vec(th, items)?,
        Err(_) if raise::catch(th, objects::exceptions::type_error_type()).is_some() => {
            let got = ops::type_name(items);
            return Err(raise::type_error(th, format_args!("expected sequence, not \"{got}\"")));
        }
        Err(raised) => return Err(raised),
    };
    for item in &all {
        checked(th, item)?;
    }
    Ok(all)
}

#[pymethods]
impl Element {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Element> {
        th.new_instance(cls, Element::around(none_ref(), None))
    }

    #[slot(tp_init)]
    fn tp_init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let (tag, attrib) = match *args.as_slice() {
            [tag] => (tag, None),
            [tag, attrib] => {
                if !attrib.is_a::<Dict>() {
                    let got = ops::type_name(attrib);
                    return Err(raise::type_error(th, format_args!("Element() argument 2 must be dict, not {got}")));
                }
                (tag, Some(attrib))
            }
            [] => return Err(raise::type_error(th, format_args!("Element() takes at least 1 argument (0 given)"))),
            _ => return Err(raise::type_error(th, format_args!("Element() takes at most 2 arguments ({} given)", args.len()))),
        };
        let attrib = attributes(th, attrib, kwargs)?;
        if let Some(attrib) = attrib.filter(|attrib| attrib.len() > 0) {
            self.attrib.set(th, self, Some(attrib));
        }
        self.tag.set(th, self, Some(tag.to_ref()));
        self.text.set(th, self, Some(none_ref()));
        self.tail.set(th, self, Some(none_ref()));
        Ok(())
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let Some(_guard) = ReprGuard::enter(self.as_object()) else {
            let class = ops::type_name(self.as_object());
            return Err(raise::runtime_error(th, format_args!("reentrant call inside {class}.__repr__")));
        };
        let tag = self.tag_of(th);
        let tag = ops::repr(th, &tag)?.to_string_lossy();
        Ok(format!("<Element {tag} at {self:p}>"))
    }

    #[getter]
    fn tag(&self, th: &mut Thread) -> Ref<Object> {
        self.tag_of(th)
    }

    /// A textual annotation for the element.
    #[getter(doc = none)]
    fn text(&self, th: &mut Thread) -> Ref<Object> {
        self.text_of(th)
    }

    #[getter]
    fn tail(&self, th: &mut Thread) -> Ref<Object> {
        self.tail_of(th)
    }

    #[getter]
    fn attrib(&self, th: &mut Thread) -> Ref<Dict> {
        self.dict(th)
    }

    #[setter]
    fn set_tag(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = kept(th, value)?.to_ref();
        self.tag.set(th, self, Some(value));
        Ok(())
    }

    #[setter]
    fn set_text(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = kept(th, value)?.to_ref();
        self.text.set(th, self, Some(value));
        Ok(())
    }

    #[setter]
    fn set_tail(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = kept(th, value)?.to_ref();
        self.tail.set(th, self, Some(value));
        Ok(())
    }

    #[setter]
    fn set_attrib(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = kept(th, value)?;
        let Some(dict) = value.downcast_ref::<Dict>() else { return Err(raise_no_dict(th, value)) };
        self.attrib.set(th, self, Some(dict.to_ref()));
        Ok(())
    }

    #[slot(nb_bool)]
    fn bool(&self, th: &mut Thread) -> Result<bool, Raised> {
        let message = "Testing an element's truth value will always return True in future versions.  \
                       Use specific 'len(elem)' or 'elem is not None' test instead.";
        warn::warn(th, deprecation_warning_type(), format_args!("{message}"), 1)?;
        Ok(self.len(th) != 0)
    }

    #[slot(sq_length, mp_length)]
    fn len(&self, th: &mut Thread) -> usize {
        self.known(th).map_or(0, |list| list.len())
    }

    #[slot(sq_item)]
    fn item(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        let found = usize::try_from(index).ok().and_then(|index| self.child(th, index));
        found.ok_or_else(|| raise::index_error(th, format_args!("child index out of range")))
    }

    #[slot(mp_subscript)]
    fn subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        if is_index(key) {
            let index = self.place(th, key, "child index out of range")?;
            let found = index.and_then(|index| self.child(th, index));
            return found.ok_or_else(|| raise::index_error(th, format_args!("child index out of range")));
        }
        if !key.is_a::<objects::Slice>() {
            return Err(raise::type_error(th, format_args!("element indices must be integers")));
        }
        let list = self.list(th);
        ops::getitem(th, &list, key)
    }

    #[slot(mp_ass_subscript)]
    fn set_subscript(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let wrong = "child assignment index out of range";
        if is_index(key) {
            let index = self.place(th, key, wrong)?;
            if let Some(value) = value {
                checked(th, value)?;
            }
            let (list, index) = (self.list(th), Int::from_i64(th, index.unwrap_or(0) as i64));
            return match value {
                Some(value) => ops::setitem(th, &list, &index, value),
                None => ops::delitem(th, &list, &index),
            };
        }
        if !key.is_a::<objects::Slice>() {
            return Err(raise::type_error(th, format_args!("element indices must be integers")));
        }
        match value {
            Some(value) => {
                let items = elements(th, value)?;
                let (list, items) = (self.list(th), List::new(th, items));
                ops::setitem(th, &list, key, &items)
            }
            None => {
                let list = self.list(th);
                ops::delitem(th, &list, key)
            }
        }
    }

    #[method(sig = "($self, subelement, /)")]
    fn append(&self, th: &mut Thread, subelement: &Object) -> Result<(), Raised> {
        let subelement = argument(th, "append() argument 1", subelement)?;
        self.add(th, subelement)
    }

    #[method]
    fn clear(&self, th: &mut Thread) {
        self.children.set(th, self, None);
        self.attrib.set(th, self, None);
        self.text.set(th, self, Some(none_ref()));
        self.tail.set(th, self, Some(none_ref()));
    }

    #[method]
    fn __copy__(&self, th: &mut Thread) -> Result<Ref<Element>, Raised> {
        let attrib = match self.attrib.get(th, self) {
            Some(dict) => Some(dict.copy(th)?),
            None => None,
        };
        let tag = self.tag_of(th);
        let copy = Element::create(th, &tag, attrib);
        let (text, tail) = (self.text_of(th), self.tail_of(th));
        copy.text.set(th, &*copy, Some(text));
        copy.tail.set(th, &*copy, Some(tail));
        if let Some(list) = self.known(th) {
            let items = list.snapshot(th);
            let items = List::new(th, items);
            copy.children.set(th, &*copy, Some(items));
        }
        Ok(copy)
    }

    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(&self, th: &mut Thread, memo: &Dict) -> Result<Ref<Element>, Raised> {
        ops::native_recursion(th, " in Element.__deepcopy__")?;
        let tag = self.tag_of(th);
        let tag = deep_copy(th, &tag, memo)?;
        let attrib = match self.attrib.get(th, self) {
            None => None,
            Some(dict) => {
                let copied = deep_copy(th, &dict, memo)?;
                Some(copied.downcast_ref::<Dict>().ok_or_else(|| raise_no_dict(th, &copied))?.to_ref())
            }
        };
        let copy = Element::create(th, &tag, attrib);
        for (from, to) in [(&self.text, &copy.text), (&self.tail, &copy.tail)] {
            let text = from.get(th, self).unwrap_or_else(none_ref);
            let text = deep_copy(th, &text, memo)?;
            to.set(th, &*copy, Some(text));
        }
        let mut index = 0;
        while let Some(child) = self.child(th, index) {
            let child = deep_copy(th, &child, memo)?;
            copy.add(th, &child)?;
            index += 1;
        }
        let address = core::ptr::from_ref(self).addr() as i64;
        let key = Int::from_i64(th, address);
        memo.set(th, &key, copy.clone().up())?;
        Ok(copy)
    }

    #[method]
    fn __getstate__(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let items = self.known(th).map_or(Vec::new(), |list| list.snapshot(th));
        let children = List::new(th, items).up();
        let attrib = self.attrib.get(th, self).unwrap_or_else(|| Dict::new(th)).up();
        let state = Dict::new(th);
        let parts = [
            ("tag", self.tag_of(th)),
            ("_children", children),
            ("attrib", attrib),
            ("text", self.text_of(th)),
            ("tail", self.tail_of(th)),
        ];
        for (name, value) in parts {
            let name = Str::new(th, name);
            state.set(th, &name, value)?;
        }
        Ok(state)
    }

    #[method(sig = "($self, state, /)")]
    fn __setstate__(&self, th: &mut Thread, state: &Object) -> Result<(), Raised> {
        match state.downcast_exact::<Dict>() {
            Some(state) => self.restore(th, state),
            None => {
                let shown = ops::repr(th, state)?.to_string_lossy();
                Err(raise::type_error(th, format_args!("Don't know how to unpickle \"{shown}\" as an Element")))
            }
        }
    }

    #[method]
    fn __sizeof__(&self, th: &mut Thread) -> usize {
        let base = size_of::<Element>();
        self.known(th).map_or(base, |list| base + list.len() * size_of::<usize>())
    }

    #[method(sig = "($self, elements, /)")]
    fn extend(&self, th: &mut Thread, elements: &Object) -> Result<(), Raised> {
        let all = self::elements(th, elements)?;
        let list = self.list(th);
        for item in all {
            list.append(th, item)?;
        }
        Ok(())
    }

    #[method(sig = "($self, /, path, namespaces=None)")]
    fn find(&self, th: &mut Thread, path: &Object, namespaces: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let namespaces = namespaces.unwrap_or(none());
        if is_path(path) || !namespaces.is(none()) {
            return self.by_path(th, &FIND, &[path, namespaces]);
        }
        Ok(self.next_with(th, path, 0)?.map_or_else(none_ref, |(_, child)| child))
    }

    #[method(sig = "($self, /, path, default=None, namespaces=None)")]
    fn findtext(
        &self,
        th: &mut Thread,
        path: &Object,
        default: Option<&Object>,
        namespaces: Option<&Object>,
    ) -> Result<Ref<Object>, Raised> {
        let (default, namespaces) = (default.unwrap_or(none()), namespaces.unwrap_or(none()));
        if is_path(path) || !namespaces.is(none()) {
            return self.by_path(th, &FINDTEXT, &[path, default, namespaces]);
        }
        let Some((_, child)) = self.next_with(th, path, 0)? else { return Ok(default.to_ref()) };
        let text = child.downcast_ref::<Element>().map_or_else(none_ref, |child| child.text_of(th));
        Ok(if text.is(none()) { Str::empty().up() } else { text })
    }

    #[method(sig = "($self, /, path, namespaces=None)")]
    fn findall(&self, th: &mut Thread, path: &Object, namespaces: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let namespaces = namespaces.unwrap_or(none());
        if is_path(path) || !namespaces.is(none()) {
            return self.by_path(th, &FINDALL, &[path, namespaces]);
        }
        let found = List::empty(th);
        let mut index = 0;
        while let Some((at, child)) = self.next_with(th, path, index)? {
            found.append(th, child)?;
            index = at + 1;
        }
        Ok(found.up())
    }

    #[method(sig = "($self, /, path, namespaces=None)")]
    fn iterfind(&self, th: &mut Thread, path: &Object, namespaces: Option<&Object>) -> Result<Ref<Object>, Raised> {
        self.by_path(th, &ITERFIND, &[path, namespaces.unwrap_or(none())])
    }

    #[method(sig = "($self, /, key, default=None)")]
    fn get(&self, th: &mut Thread, key: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let found = match self.attrib.get(th, self) {
            Some(dict) => dict.get(th, key)?,
            None => None,
        };
        Ok(found.unwrap_or_else(|| default.unwrap_or(none()).to_ref()))
    }

    #[method(sig = "($self, key, value, /)")]
    fn set(&self, th: &mut Thread, key: &Object, value: &Object) -> Result<(), Raised> {
        self.dict(th).set(th, key, value.to_ref())
    }

    #[method]
    fn items(&self, th: &mut Thread) -> Ref<List> {
        let mut items = Vec::new();
        if let Some(dict) = self.attrib.get(th, self) {
            for (key, value) in dict.snapshot(th) {
                items.push(Tuple::from_array(th, [key, value]).up());
            }
        }
        List::new(th, items)
    }

    #[method]
    fn keys(&self, th: &mut Thread) -> Ref<List> {
        let keys = self.attrib.get(th, self).map_or(Vec::new(), |dict| dict.snapshot_keys(th));
        List::new(th, keys)
    }

    #[method(sig = "($self, index, subelement, /)")]
    fn insert(&self, th: &mut Thread, index: isize, subelement: &Object) -> Result<(), Raised> {
        let subelement = argument(th, "insert() argument 2", subelement)?;
        let list = self.list(th);
        let count = list.len();
        let index = if index < 0 { (index + count.cast_signed()).max(0) } else { index };
        list.insert(th, index.unsigned_abs().min(count), subelement.to_ref().up())
    }

    #[method(sig = "($self, /, tag=None)")]
    fn iter(&self, th: &mut Thread, tag: Option<&Object>) -> Ref<ElementIter> {
        let all = |tag: &Object| str_equals(tag, "*") || tag.downcast_ref::<Bytes>().is_some_and(|tag| tag.as_slice() == b"*");
        let tag = tag.filter(|tag| !tag.is(none()) && !all(tag));
        ElementIter::create(th, self, tag, false)
    }

    #[method]
    fn itertext(&self, th: &mut Thread) -> Ref<ElementIter> {
        ElementIter::create(th, self, None, true)
    }

    #[method(sig = "($self, tag, attrib, /)")]
    fn makeelement(&self, th: &mut Thread, tag: &Object, attrib: &Dict) -> Result<Ref<Element>, Raised> {
        let attrib = attrib.copy(th)?;
        Ok(Element::create(th, tag, Some(attrib)))
    }

    #[method(sig = "($self, subelement, /)")]
    fn remove(&self, th: &mut Thread, subelement: &Object) -> Result<(), Raised> {
        let subelement = argument(th, "remove() argument", subelement)?;
        let mut index = 0;
        while let Some(child) = self.child(th, index) {
            if same(th, &child, subelement)? {
                // Who compared may have taken away what was there.
                if self.child(th, index).is_some() {
                    let (list, index) = (self.list(th), Int::from_i64(th, index as i64));
                    return ops::delitem(th, &list, &index);
                }
                return Ok(());
            }
            index += 1;
        }
        Err(raise::value_error(th, format_args!("Element.remove(x): element not found")))
    }
}

/// `SubElement(parent, tag, attrib={}, **extra)`
pub fn sub_element(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Element>, Raised> {
    let (parent, tag, attrib) = match *args.as_slice() {
        [parent, tag] => (parent, tag, None),
        [parent, tag, attrib] => (parent, tag, Some(attrib)),
        _ if args.len() < 2 => {
            return Err(raise::type_error(th, format_args!("SubElement() takes at least 2 arguments ({} given)", args.len())));
        }
        _ => return Err(raise::type_error(th, format_args!("SubElement() takes at most 3 arguments ({} given)", args.len()))),
    };
    let parent = argument(th, "SubElement() argument 1", parent)?;
    if let Some(attrib) = attrib
        && !attrib.is_a::<Dict>()
    {
        let got = ops::type_name(attrib);
        return Err(raise::type_error(th, format_args!("SubElement() argument 3 must be dict, not {got}")));
    }
    let attrib = attributes(th, attrib, kwargs)?;
    let element = Element::create(th, tag, attrib);
    parent.add(th, &element)?;
    Ok(element)
}
