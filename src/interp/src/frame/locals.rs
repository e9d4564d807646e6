//! `f_locals` of functions: a mapping that writes through to the frame's variables (PEP 667).

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Cell, Dict, List, Str, ops, raise};
use syntax::code::LocalKind;

use super::object::FrameObject;
use super::stack::{self, Fp};
use super::Reg;

/// A write-through view of a frame's local variables.
#[pytype(name = "FrameLocalsProxy", doc = none, flags(MAPPING))]
#[repr(C)]
pub struct LocalsProxy {
    head: Head,
    frame: Slot<FrameObject>,
}

/// The value of local `index`: a cell's content where it is one. The frame is this thread's, or the world is stopped.
pub fn local_value(th: &Thread, frame: Fp, index: usize) -> Option<Ref<Object>> {
    let kind = frame.code().source().locals.get(index)?.kind;
    let object = frame.regs().opt(index as i32)?;
    let held = match kind {
        LocalKind::Cell | LocalKind::Free => match object.downcast_exact::<Cell>() {
            Some(cell) => cell.get(th)?,
            None => return Some(FrameObject::take_out(th, object)),
        },
        LocalKind::Plain | LocalKind::Private => return Some(FrameObject::take_out(th, object)),
    };
    Some(FrameObject::take_out(th, &*held))
}

/// Replaces the value of local `index`.
fn set_local(th: &mut Thread, object: &FrameObject, index: usize, value: Ref<Object>) {
    // R6: a common frame object's locals are common.
    th.barrier(object.as_object(), &value);
    let cell = object.look(th, |th, frame| {
        let frame = frame?;
        let (regs, r) = (frame.regs(), index as i32);
        if let Some(cell) = regs.opt(r).and_then(|o| o.downcast_exact::<Cell>())
            && matches!(frame.code().source().locals[index].kind, LocalKind::Cell | LocalKind::Free)
        {
            return Some((FrameObject::take_out(th, cell), value));
        }
        let old = regs.reg(r);
        regs.put(r, Reg::counted(value));
        frame.touched.set(true);
        // R13: an instruction of this frame may be borrowing the old value.
        if let Some(old) = old.into_ref(th) {
            if th.is_mine(object) { stack::keep(th, frame, old) } else { stack::keep_in_its_thread(th, frame, old) }
        }
        None
    });
    if let Some((cell, value)) = cell {
        cell.set(th, Some(value));
    }
}

/// Whether a module's or class's body is in a comprehension that is part of it: then its locals are the comprehension's variables (PEP 709).
pub fn in_comprehension(frame: Fp) -> bool {
    let locals = &frame.code().source().locals;
    locals.iter().enumerate().any(|(index, local)| match local.kind {
        LocalKind::Private => frame.regs().opt(index as i32).is_some(),
        LocalKind::Cell => {
            let cell = frame.regs().opt(index as i32).and_then(|object| object.downcast_exact::<Cell>());
            cell.is_some_and(|cell| !cell.is_empty()) && !["__class__", "__classdict__", "__conditional_annotations__"].contains(&&*local.name)
        }
        LocalKind::Plain | LocalKind::Free => false,
    })
}

/// The variables of a frame that have a value, in order.
pub fn variables(th: &Thread, frame: Fp) -> Vec<(&'static Str, Ref<Object>)> {
    let code = frame.code();
    let names = code.local_names();
    let mut found = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        if let Some(value) = local_value(th, frame, index) {
            found.push((*name, value));
        }
    }
    found
}

impl LocalsProxy {
    /// The view of a frame.
    pub fn new(th: &Thread, frame: &FrameObject) -> Ref<LocalsProxy> {
        th.new_object(LocalsProxy { head: Head::INIT, frame: Slot::new(th.retain(frame)) })
    }

    fn object(&self) -> &FrameObject {
        match self.frame.peek() {
            Some(frame) => frame,
            None => unreachable!("a proxy is made with its frame, which is never replaced"),
        }
    }

    /// The variable that a key names: a string, or anything that equals one. Unhashable keys are an error.
    fn index(&self, th: &mut Thread, key: &Object) -> Result<Option<usize>, Raised> {
        let Some(code) = self.object().code() else { return Ok(None) };
        if let Some(name) = key.downcast_exact::<Str>() {
            return Ok(code.local_names().iter().position(|local| core::ptr::eq(*local, name) || local.eq_str(name)));
        }
        let hash = ops::hash(th, key)?;
        for (index, local) in code.local_names().iter().enumerate() {
            if local.hash() == hash && ops::eq(th, *local, key)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn find(&self, th: &mut Thread, key: &Object) -> Result<Option<Ref<Object>>, Raised> {
        if let Some(index) = self.index(th, key)?
            && let Some(value) = self.object().look(th, |th, frame| local_value(th, frame?, index))
        {
            return Ok(Some(value));
        }
        match self.object().extra_locals.get(th, self.object()) {
            Some(extra) => extra.get(th, key),
            None => Ok(None),
        }
    }

    fn pairs(&self, th: &mut Thread) -> Vec<(Ref<Object>, Ref<Object>)> {
        let mut pairs: Vec<(Ref<Object>, Ref<Object>)> = self
            .object()
            .look(th, |th, frame| frame.map_or_else(Vec::new, |frame| variables(th, frame)))
            .into_iter()
            .map(|(name, value)| (name.to_ref().up(), value))
            .collect();
        if let Some(extra) = self.object().extra_locals.get(th, self.object()) {
            pairs.extend(extra.snapshot(th));
        }
        pairs
    }

    /// All variables as a fresh dict.
    pub fn to_dict(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let dict = Dict::new(th);
        for (name, value) in self.pairs(th) {
            dict.set(th, &name, value)?;
        }
        Ok(dict)
    }

    fn store(&self, th: &mut Thread, key: &Object, value: Ref<Object>) -> Result<(), Raised> {
        if let Some(index) = self.index(th, key)? {
            set_local(th, self.object(), index, value);
            return Ok(());
        }
        let extra = match self.object().extra_locals.get(th, self.object()) {
            Some(extra) => extra,
            None => {
                let extra = Dict::new(th);
                self.object().extra_locals.get_or_put(th, self.object(), extra)
            }
        };
        extra.set(th, key, value)
    }
}

#[pymethods]
impl LocalsProxy {
    #[slot(tp_new, sig = "(*args, **kwargs)")]
    fn py_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<LocalsProxy>, Raised> {
        let &[frame] = args.as_slice() else {
            let got = args.len();
            return Err(raise::type_error(th, format_args!("FrameLocalsProxy expected 1 argument, got {got}")));
        };
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("FrameLocalsProxy takes no keyword arguments")));
        }
        let Some(frame) = frame.downcast::<FrameObject>() else {
            let got = ops::full_type_name(th, frame.ty());
            return Err(raise::type_error(th, format_args!("expect frame, not {got}")));
        };
        Ok(th.new_instance(cls, LocalsProxy { head: Head::INIT, frame: Slot::new(th.retain(frame)) }))
    }

    #[slot(mp_length)]
    fn len(&self, th: &mut Thread) -> usize {
        self.pairs(th).len()
    }

    #[slot(mp_subscript)]
    fn get_item(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        match self.find(th, key)? {
            Some(value) => Ok(value),
            None => {
                let text = ops::repr(th, key)?.to_string_lossy();
                Err(raise::new(th, objects::exceptions::key_error_type(), format_args!("local variable {text} is not defined")))
            }
        }
    }

    #[slot(mp_ass_subscript)]
    fn set_item(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
        match value {
            Some(value) => {
                let value = th.retain(value);
                self.store(th, key, value)
            }
            None if self.index(th, key)?.is_some() => Err(raise::value_error(th, format_args!("cannot remove local variables from FrameLocalsProxy"))),
            None => match self.object().extra_locals.get(th, self.object()) {
                Some(extra) => ops::delitem(th, &extra, key),
                None => Err(raise::key_error(th, key)),
            },
        }
    }

    #[slot(sq_contains)]
    fn contains(&self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
        Ok(self.find(th, key)?.is_some())
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let keys = self.keys(th);
        ops::iter(th, &keys)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let Some(_active) = objects::repr_guard::ReprGuard::enter(self.object()) else { return Ok(Str::new(th, "{...}")) };
        let dict = self.to_dict(th)?;
        ops::repr(th, &dict)
    }

    #[slot(tp_richcompare)]
    fn compare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let mine = self.to_dict(th)?;
        let theirs = match other.downcast::<LocalsProxy>() {
            Some(other) => other.to_dict(th)?.up(),
            None if other.is_a::<Dict>() => th.retain(other),
            None => return Ok(objects::not_implemented_ref()),
        };
        ops::richcompare(th, &mine, &theirs, op)
    }

    #[slot(nb_or)]
    fn or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        let side = |th: &mut Thread, o: &Object| -> Result<Option<Ref<Object>>, Raised> {
            match o.downcast::<LocalsProxy>() {
                Some(proxy) => Ok(Some(proxy.to_dict(th)?.up())),
                None if o.is_a::<Dict>() => Ok(Some(th.retain(o))),
                None => Ok(None),
            }
        };
        match (side(th, a)?, side(th, b)?) {
            (Some(a), Some(b)) => ops::or(th, &a, &b),
            _ => Ok(objects::not_implemented_ref()),
        }
    }

    #[method]
    fn keys(&self, th: &mut Thread) -> Ref<List> {
        let keys = self.pairs(th).into_iter().map(|(key, _)| key).collect();
        List::new(th, keys)
    }

    #[method]
    fn values(&self, th: &mut Thread) -> Ref<List> {
        let values = self.pairs(th).into_iter().map(|(_, value)| value).collect();
        List::new(th, values)
    }

    #[method]
    fn items(&self, th: &mut Thread) -> Ref<List> {
        let items = self.pairs(th).into_iter().map(|(key, value)| objects::Tuple::new(th, vec![key, value]).up()).collect();
        List::new(th, items)
    }

    #[method]
    fn copy(&self, th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        self.to_dict(th)
    }

    #[method(sig = none)]
    fn get(&self, th: &mut Thread, key: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        match self.find(th, key)? {
            Some(value) => Ok(value),
            None => Ok(th.retain(default.unwrap_or(objects::none()))),
        }
    }

    #[method(sig = none)]
    fn setdefault(&self, th: &mut Thread, key: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        if let Some(value) = self.find(th, key)? {
            return Ok(value);
        }
        let value = th.retain(default.unwrap_or(objects::none()));
        let copy = th.retain(&*value);
        self.store(th, key, copy)?;
        Ok(value)
    }

    #[method(sig = none)]
    fn pop(&self, th: &mut Thread, key: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        if self.index(th, key)?.is_some() {
            return Err(raise::value_error(th, format_args!("cannot remove local variables from FrameLocalsProxy")));
        }
        match self.object().extra_locals.get(th, self.object()) {
            Some(extra) => match extra.get(th, key)? {
                Some(value) => {
                    ops::delitem(th, &extra, key)?;
                    Ok(value)
                }
                None => default.map(|d| th.retain(d)).ok_or(()).or_else(|()| Err(raise::key_error(th, key))),
            },
            None => match default {
                Some(default) => Ok(th.retain(default)),
                None => Err(raise::key_error(th, key)),
            },
        }
    }

    #[method]
    fn update(&self, th: &mut Thread, other: &Object) -> Result<(), Raised> {
        let pairs = match other.downcast::<LocalsProxy>() {
            Some(proxy) => proxy.pairs(th),
            None if other.is_a::<Dict>() => crate::ops::build::keyword_pairs(th, other)?,
            None => {
                return Err(raise::type_error(th, format_args!("update() argument must be dict or another FrameLocalsProxy")));
            }
        };
        for (key, value) in pairs {
            self.store(th, &key, value)?;
        }
        Ok(())
    }

    #[method]
    fn __reversed__(&self, th: &mut Thread) -> Ref<List> {
        let mut keys: Vec<Ref<Object>> = self.pairs(th).into_iter().map(|(key, _)| key).collect();
        keys.reverse();
        List::new(th, keys)
    }
}
