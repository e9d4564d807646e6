//! Pickling: one object after the other becomes instructions.

use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use objects::set::AnySet;
use objects::{Bool, ByteArray, Bytes, Dict, Float, FrozenSet, Int, List, Set, Str, Tuple, none, not_implemented, ops, raise, typing};

use super::buffer::PickleBuffer;
use super::memo::Memo;
use super::opcodes::*;
use super::output::Output;
use super::{PICKLING_ERROR, names};

/// One run.
pub struct Saver {
    pub out: Output,
    pub memo: Memo,
    pub protocol: i64,
    pub fix_imports: bool,
    /// No memo: objects are written as often as they are met.
    pub fast: bool,
    pub persistent_id: Option<Ref<Object>>,
    pub reducer_override: Option<Ref<Object>>,
    /// The pickler's own table of reducers, else `copyreg`'s.
    pub dispatch_table: Option<Ref<Object>>,
    pub buffer_callback: Option<Ref<Object>>,
    /// What is being written without a memo, innermost last: cycles would have no end.
    pub open: Vec<usize>,
    /// `copyreg.dispatch_table`, when it was looked for.
    pub copyreg_table: Option<Ref<Object>>,
}

/// How deep objects may be nested in fast mode before cycles are looked for.
const FAST_NESTING: usize = 50;

/// The type of an object in messages.
pub fn shown_type(th: &mut Thread, object: &Object) -> String {
    let name = ops::qualified_type_name(th, object.ty());
    name.strip_prefix("__main__.").map(str::to_owned).unwrap_or(name)
}

/// Adds "when serializing T …" to what is being raised.
#[cold]
pub fn note(th: &mut Thread, object: &Object, what: core::fmt::Arguments<'_>) -> Raised {
    let Some(raised) = th.take_exception() else { return raise::bad_internal_call(th) };
    let name = shown_type(th, object);
    let _ = th.set_exception(raised);
    raise::add_note_to_raised(th, &format!("when serializing {name} {what}"))
}

/// Adds "when serializing T item K".
#[cold]
fn note_key(th: &mut Thread, object: &Object, key: &Object) -> Raised {
    let Some(raised) = th.take_exception() else { return raise::bad_internal_call(th) };
    let key = match ops::repr(th, key) {
        Ok(key) => key.to_string_lossy(),
        Err(_) => {
            th.take_exception();
            return th.set_exception(raised);
        }
    };
    let _ = th.set_exception(raised);
    note(th, object, format_args!("item {key}"))
}

fn changed(th: &mut Thread, what: &str) -> Raised {
    raise::runtime_error(th, format_args!("{what} changed size during iteration"))
}

impl Saver {
    pub fn binary(&self) -> bool {
        self.protocol >= 1
    }

    /// The whole pickle of an object.
    pub fn dump(&mut self, th: &mut Thread, object: &Object) -> Result<(), Raised> {
        if self.protocol >= 2 {
            self.out.put(&[PROTO, self.protocol as u8]);
        }
        self.out.framing = self.protocol >= 4;
        self.save(th, object)?;
        self.out.op(STOP);
        self.out.end_frame();
        self.out.framing = false;
        Ok(())
    }

    pub fn save(&mut self, th: &mut Thread, object: &Object) -> Result<(), Raised> {
        self.out.boundary(th)?;
        if let Some(persistent_id) = self.persistent_id.clone()
            && self.save_persistent(th, &persistent_id, object)?
        {
            return Ok(());
        }
        self.save_value(th, object)
    }

    /// Writes an object, whatever the persistent id function might say about it.
    fn save_value(&mut self, th: &mut Thread, object: &Object) -> Result<(), Raised> {
        if self.save_atom(object) {
            return Ok(());
        }
        if let Some(number) = self.memo.get(object) {
            self.put_get(number);
            return Ok(());
        }
        if let Some(text) = object.downcast_exact::<Str>() {
            return self.save_str(th, text);
        }
        if let Some(bytes) = object.downcast_exact::<Bytes>() {
            return self.save_bytes(th, bytes);
        }
        ops::native_recursion(th, " while pickling an object")?;
        if let Some(dict) = object.downcast_exact::<Dict>() {
            return self.save_dict(th, dict);
        }
        if let Some(list) = object.downcast_exact::<List>() {
            return self.save_list(th, list);
        }
        if let Some(tuple) = object.downcast_exact::<Tuple>() {
            return self.save_tuple(th, tuple);
        }
        if object.is_exactly::<Set>() || object.is_exactly::<FrozenSet>() {
            return self.save_set(th, object);
        }
        if let Some(array) = object.downcast_exact::<ByteArray>() {
            return self.save_bytearray(th, array);
        }
        if let Some(buffer) = object.downcast_exact::<PickleBuffer>() {
            return self.save_buffer(th, buffer);
        }
        self.save_by_reducer(th, object)
    }

    /// What has no identity worth keeping.
    fn save_atom(&mut self, object: &Object) -> bool {
        if object.is(none()) {
            self.out.op(NONE);
        } else if let Some(int) = object.downcast_exact::<Int>() {
            self.save_int(int);
        } else if let Some(float) = object.downcast_exact::<Float>() {
            self.save_float(float.value());
        } else if object.is_exactly::<Bool>() {
            let truth = object.is(objects::true_());
            match self.protocol >= 2 {
                true => self.out.op(if truth { NEWTRUE } else { NEWFALSE }),
                false => self.out.line(INT, if truth { b"01" } else { b"00" }),
            }
        } else {
            return false;
        }
        true
    }

    fn save_int(&mut self, int: &Int) {
        let small = int.to_i64().and_then(|value| i32::try_from(value).ok());
        if self.binary() && let Some(value) = small {
            if let Ok(value) = u8::try_from(value) {
                return self.out.op_with(BININT1, &[value]);
            }
            if let Ok(value) = u16::try_from(value) {
                return self.out.op_with(BININT2, &value.to_le_bytes());
            }
            return self.out.op_with(BININT, &value.to_le_bytes());
        }
        if self.protocol >= 2 {
            let bytes = signed_bytes(int);
            match u8::try_from(bytes.len()) {
                Ok(len) => self.out.op_with(LONG1, &[len]),
                Err(_) => self.out.op_with(LONG4, &(bytes.len() as u32).to_le_bytes()),
            }
            return self.out.put(&bytes);
        }
        let mut text = algos::int::to_decimal(int.view()).into_bytes();
        if small.is_some() {
            return self.out.line(INT, &text);
        }
        text.push(b'L');
        self.out.line(LONG, &text);
    }

    fn save_float(&mut self, value: f64) {
        if self.binary() {
            return self.out.op_with(BINFLOAT, &value.to_be_bytes());
        }
        let text = algos::float::repr(value);
        self.out.line(FLOAT, text.as_bytes());
    }

    // --- the memo ---

    pub fn put_get(&mut self, number: usize) {
        if !self.binary() {
            return self.out.line(GET, number.to_string().as_bytes());
        }
        match u8::try_from(number) {
            Ok(number) => self.out.op_with(BINGET, &[number]),
            Err(_) => self.out.op_with(LONG_BINGET, &(number as u32).to_le_bytes()),
        }
    }

    pub fn memoize(&mut self, object: &Object) {
        if self.fast {
            return;
        }
        let number = self.memo.add(object);
        if self.protocol >= 4 {
            return self.out.op(MEMOIZE);
        }
        if !self.binary() {
            return self.out.line(PUT, number.to_string().as_bytes());
        }
        match u8::try_from(number) {
            Ok(number) => self.out.op_with(BINPUT, &[number]),
            Err(_) => self.out.op_with(LONG_BINPUT, &(number as u32).to_le_bytes()),
        }
    }

    /// Enters a container in fast mode, where no memo ends a cycle.
    fn enter(&mut self, th: &mut Thread, object: &Object) -> Result<(), Raised> {
        if !self.fast {
            return Ok(());
        }
        let address = object.as_ptr().addr();
        if self.open.len() >= FAST_NESTING && self.open.contains(&address) {
            let name = ops::type_name(object);
            let message = format_args!("fast mode: can't pickle cyclic objects including object type {name} at {:#x}", address);
            return Err(raise::value_error(th, message));
        }
        self.open.push(address);
        Ok(())
    }

    fn leave(&mut self) {
        if self.fast {
            self.open.pop();
        }
    }

    // --- strings and bytes ---

    fn save_str(&mut self, th: &mut Thread, text: &Str) -> Result<(), Raised> {
        if !self.binary() {
            let line = raw_escaped(text);
            self.out.line(UNICODE, &line);
            self.memoize(text);
            return Ok(());
        }
        let encoded;
        let bytes = match text.as_ascii() {
            Some(ascii) => ascii.as_bytes(),
            None => {
                encoded = text.to_wtf8();
                &encoded[..]
            }
        };
        self.save_utf8(th, bytes)?;
        self.memoize(text);
        Ok(())
    }

    fn save_utf8(&mut self, th: &mut Thread, bytes: &[u8]) -> Result<(), Raised> {
        let mut header = [0; 9];
        let len = bytes.len();
        let size = if let (Ok(len), true) = (u8::try_from(len), self.protocol >= 4) {
            header[..2].copy_from_slice(&[SHORT_BINUNICODE, len]);
            2
        } else if let Ok(len) = u32::try_from(len) {
            header[0] = BINUNICODE;
            header[1..5].copy_from_slice(&len.to_le_bytes());
            5
        } else if self.protocol >= 4 {
            header[0] = BINUNICODE8;
            header[1..].copy_from_slice(&(len as u64).to_le_bytes());
            9
        } else {
            let message = format_args!("serializing a string larger than 4 GiB requires pickle protocol 4 or higher");
            return Err(raise::overflow_error(th, message));
        };
        self.out.put_payload(th, &header[..size], bytes, None)
    }

    fn save_bytes(&mut self, th: &mut Thread, bytes: &Bytes) -> Result<(), Raised> {
        if self.protocol >= 3 {
            self.save_bytes_data(th, bytes.as_slice(), Some(bytes))?;
            self.memoize(bytes);
            return Ok(());
        }
        // Python 2 knows no bytes: a text is encoded again when it is loaded.
        if bytes.is_empty() {
            let class = Bytes::type_object().to_ref().up();
            return self.save_reduction(th, &class, Tuple::empty(), bytes);
        }
        let codecs = interp::import::import_module(th, "codecs")?;
        let encode = ops::getattr_str(th, &codecs, "encode")?;
        let text = Str::from_latin1(th, bytes.as_slice());
        let latin1 = names::latin1.get();
        let args = Tuple::from_slice(th, &[text.as_object(), latin1.as_object()]);
        self.save_reduction(th, &encode, args, bytes)
    }

    fn save_bytes_data(&mut self, th: &mut Thread, data: &[u8], object: Option<&Bytes>) -> Result<(), Raised> {
        let mut header = [0; 9];
        let size = if let Ok(len) = u8::try_from(data.len()) {
            header[..2].copy_from_slice(&[SHORT_BINBYTES, len]);
            2
        } else if let Ok(len) = u32::try_from(data.len()) {
            header[0] = BINBYTES;
            header[1..5].copy_from_slice(&len.to_le_bytes());
            5
        } else if self.protocol >= 4 {
            header[0] = BINBYTES8;
            header[1..].copy_from_slice(&(data.len() as u64).to_le_bytes());
            9
        } else {
            let message = format_args!("serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher");
            return Err(raise::overflow_error(th, message));
        };
        self.out.put_payload(th, &header[..size], data, object.map(Heaped::as_object))
    }

    fn save_bytearray(&mut self, th: &mut Thread, array: &ByteArray) -> Result<(), Raised> {
        let data = array.to_vec(th);
        if self.protocol >= 5 {
            self.save_bytearray_data(th, &data)?;
            self.memoize(array);
            return Ok(());
        }
        let class = ByteArray::type_object().to_ref().up();
        let args = if data.is_empty() {
            Tuple::empty()
        } else {
            let bytes = Bytes::try_new(th, &data).ok_or_else(|| raise::memory_error(th))?;
            Tuple::from_array(th, [bytes.up()])
        };
        self.save_reduction(th, &class, args, array)
    }

    fn save_bytearray_data(&mut self, th: &mut Thread, data: &[u8]) -> Result<(), Raised> {
        let mut header = [BYTEARRAY8; 9];
        header[1..].copy_from_slice(&(data.len() as u64).to_le_bytes());
        self.out.put_payload(th, &header, data, None)
    }

    fn save_buffer(&mut self, th: &mut Thread, buffer: &PickleBuffer) -> Result<(), Raised> {
        if self.protocol < 5 {
            return Err(PICKLING_ERROR.raise(th, format_args!("PickleBuffer can only be pickled with protocol >= 5")));
        }
        let (data, readonly) = buffer.contents(th)?;
        let Some(data) = data else {
            let message = format_args!("PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
            return Err(PICKLING_ERROR.raise(th, message));
        };
        let in_band = match self.buffer_callback.clone() {
            Some(callback) => {
                let answer = ops::call1(th, &callback, buffer)?;
                ops::is_true(th, &answer)?
            }
            None => true,
        };
        if !in_band {
            self.out.op(NEXT_BUFFER);
            if readonly {
                self.out.op(READONLY_BUFFER);
            }
            return Ok(());
        }
        match readonly {
            true => self.save_bytes_data(th, &data, None)?,
            false => self.save_bytearray_data(th, &data)?,
        }
        self.memoize(buffer);
        Ok(())
    }

    // --- containers ---

    fn save_tuple(&mut self, th: &mut Thread, tuple: &Tuple) -> Result<(), Raised> {
        let len = tuple.len();
        if len == 0 {
            match self.binary() {
                true => self.out.op(EMPTY_TUPLE),
                false => self.out.put(&[MARK, TUPLE]),
            }
            return Ok(());
        }
        let short = len <= 3 && self.protocol >= 2;
        if !short {
            self.out.op(MARK);
        }
        for (index, item) in tuple.iter().enumerate() {
            if self.save(th, item).is_err() {
                return Err(note(th, tuple, format_args!("item {index}")));
            }
        }
        if let Some(number) = self.memo.get(tuple) {
            // An item contained the tuple, which was written meanwhile: what stands on the stack is not needed.
            match short || !self.binary() {
                true => (0..len + usize::from(!short)).for_each(|_| self.out.op(POP)),
                false => self.out.op(POP_MARK),
            }
            self.put_get(number);
            return Ok(());
        }
        self.out.op(if short { [TUPLE1, TUPLE2, TUPLE3][len - 1] } else { TUPLE });
        self.memoize(tuple);
        Ok(())
    }

    fn save_list(&mut self, th: &mut Thread, list: &List) -> Result<(), Raised> {
        self.enter(th, list)?;
        match self.binary() {
            true => self.out.op(EMPTY_LIST),
            false => self.out.put(&[MARK, LIST]),
        }
        self.memoize(list);
        let result = if self.binary() { self.append_list(th, list) } else { self.append_all(th, list, list) };
        self.leave();
        result
    }

    fn save_item(&mut self, th: &mut Thread, item: &Object, index: usize, holder: &Object) -> Result<(), Raised> {
        match self.save(th, item) {
            Ok(()) => Ok(()),
            Err(_) => Err(note(th, holder, format_args!("item {index}"))),
        }
    }

    /// The items of a list, which may change meanwhile.
    fn append_list(&mut self, th: &mut Thread, list: &List) -> Result<(), Raised> {
        if list.len() == 1 && let Some(item) = list.get(th, 0) {
            self.save_item(th, &item, 0, list)?;
            th.release(item);
            self.out.op(APPEND);
            return Ok(());
        }
        let mut index = 0;
        while index < list.len() {
            self.out.op(MARK);
            let end = index + BATCH;
            while index < end && let Some(item) = list.get(th, index) {
                self.save_item(th, &item, index, list)?;
                th.release(item);
                index += 1;
            }
            self.out.op(APPENDS);
        }
        Ok(())
    }

    /// What an iterable yields is appended to the object on the stack.
    pub fn append_all(&mut self, th: &mut Thread, items: &Object, holder: &Object) -> Result<(), Raised> {
        let iterator = ops::iter_all(th, items)?;
        let mut index = 0;
        if !self.binary() {
            while let Some(item) = ops::next(th, &iterator)? {
                self.save_item(th, &item, index, holder)?;
                self.out.op(APPEND);
                index += 1;
            }
            return Ok(());
        }
        while let Some(first) = ops::next(th, &iterator)? {
            let Some(second) = ops::next(th, &iterator)? else {
                self.save_item(th, &first, index, holder)?;
                self.out.op(APPEND);
                return Ok(());
            };
            self.out.op(MARK);
            self.save_item(th, &first, index, holder)?;
            index += 1;
            let mut next = Some(second);
            let mut count = 1;
            while let Some(item) = next.take() {
                self.save_item(th, &item, index, holder)?;
                index += 1;
                count += 1;
                if count < BATCH {
                    next = ops::next(th, &iterator)?;
                }
            }
            self.out.op(APPENDS);
            if count < BATCH {
                return Ok(());
            }
        }
        Ok(())
    }

    fn save_dict(&mut self, th: &mut Thread, dict: &Dict) -> Result<(), Raised> {
        self.enter(th, dict)?;
        match self.binary() {
            true => self.out.op(EMPTY_DICT),
            false => self.out.put(&[MARK, DICT]),
        }
        self.memoize(dict);
        let result = self.set_dict_items(th, dict);
        self.leave();
        result
    }

    fn save_pair(&mut self, th: &mut Thread, key: &Object, value: &Object, holder: &Object) -> Result<(), Raised> {
        self.save(th, key)?;
        match self.save(th, value) {
            Ok(()) => Ok(()),
            Err(_) => Err(note_key(th, holder, key)),
        }
    }

    /// The entries of a dict, which must not change meanwhile; of one that other threads have, those of one moment.
    fn set_dict_items(&mut self, th: &mut Thread, dict: &Dict) -> Result<(), Raised> {
        if !th.is_mine(dict) {
            let copy = dict.copy(th)?;
            return self.set_dict_items(th, &copy);
        }
        let size = dict.len();
        if size == 0 {
            return Ok(());
        }
        let mut position = 0;
        if !self.binary() || size == 1 {
            while let Some((key, value)) = dict.next(th, &mut position) {
                self.save_pair(th, &key, &value, dict)?;
                th.release(key);
                th.release(value);
                self.out.op(SETITEM);
                if dict.len() != size {
                    return Err(changed(th, "dictionary"));
                }
            }
            return Ok(());
        }
        loop {
            self.out.op(MARK);
            let mut count = 0;
            while count < BATCH && let Some((key, value)) = dict.next(th, &mut position) {
                self.save_pair(th, &key, &value, dict)?;
                th.release(key);
                th.release(value);
                count += 1;
            }
            self.out.op(SETITEMS);
            if dict.len() != size {
                return Err(changed(th, "dictionary"));
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    /// The pairs that an iterable yields are set in the object on the stack.
    pub fn set_all(&mut self, th: &mut Thread, items: &Object, holder: &Object) -> Result<(), Raised> {
        let iterator = ops::iter_all(th, items)?;
        if !self.binary() {
            while let Some(item) = ops::next(th, &iterator)? {
                let pair = pair(th, &item)?;
                self.save_pair(th, pair.get(0), pair.get(1), holder)?;
                self.out.op(SETITEM);
            }
            return Ok(());
        }
        while let Some(first) = ops::next(th, &iterator)? {
            let first = pair(th, &first)?.to_ref();
            let Some(second) = ops::next(th, &iterator)? else {
                self.save_pair(th, first.get(0), first.get(1), holder)?;
                self.out.op(SETITEM);
                return Ok(());
            };
            self.out.op(MARK);
            self.save_pair(th, first.get(0), first.get(1), holder)?;
            let mut next = Some(second);
            let mut count = 1;
            while let Some(item) = next.take() {
                let pair = pair(th, &item)?;
                self.save_pair(th, pair.get(0), pair.get(1), holder)?;
                count += 1;
                if count < BATCH {
                    next = ops::next(th, &iterator)?;
                }
            }
            self.out.op(SETITEMS);
            if count < BATCH {
                return Ok(());
            }
        }
        Ok(())
    }

    fn save_set(&mut self, th: &mut Thread, object: &Object) -> Result<(), Raised> {
        let Some(set) = AnySet::of(object) else { return Err(raise::bad_internal_call(th)) };
        let items = set.snapshot_hashed(th);
        if self.protocol < 4 {
            let class = object.ty().to_ref().up();
            let items: Vec<Ref<Object>> = items.into_iter().map(|(_, item)| item).collect();
            let list = List::new(th, items);
            let args = Tuple::from_array(th, [list.up()]);
            return self.save_reduction(th, &class, args, object);
        }
        let frozen = object.is_exactly::<FrozenSet>();
        if frozen {
            self.out.op(MARK);
            self.save_elements(th, &items, object)?;
            if let Some(number) = self.memo.get(object) {
                self.out.op(POP_MARK);
                self.put_get(number);
                return Ok(());
            }
            self.out.op(FROZENSET);
            self.memoize(object);
            return Ok(());
        }
        self.out.op(EMPTY_SET);
        self.memoize(object);
        if items.is_empty() {
            return Ok(());
        }
        let mut rest = &items[..];
        loop {
            let (batch, more) = rest.split_at(rest.len().min(BATCH));
            self.out.op(MARK);
            self.save_elements(th, batch, object)?;
            self.out.op(ADDITEMS);
            if th.is_mine(object) && set.len() != items.len() {
                return Err(changed(th, "set"));
            }
            if batch.len() < BATCH {
                return Ok(());
            }
            rest = more;
        }
    }

    fn save_elements(&mut self, th: &mut Thread, items: &[(isize, Ref<Object>)], holder: &Object) -> Result<(), Raised> {
        for (_, item) in items {
            if self.save(th, item).is_err() {
                return Err(note(th, holder, format_args!("element")));
            }
        }
        Ok(())
    }

    // --- everything else ---

    /// Writes what stands for an object outside of the pickle, if there is such a thing.
    fn save_persistent(&mut self, th: &mut Thread, persistent_id: &Object, object: &Object) -> Result<bool, Raised> {
        let id = ops::call1(th, persistent_id, object)?;
        if id.is(none()) {
            return Ok(false);
        }
        if self.binary() {
            self.save_value(th, &id)?;
            self.out.op(BINPERSID);
            return Ok(true);
        }
        let text = ops::str_(th, &id)?;
        match text.as_ascii() {
            Some(text) => self.out.line(PERSID, text.as_bytes()),
            None => return Err(PICKLING_ERROR.raise(th, format_args!("persistent IDs in protocol 0 must be ASCII strings"))),
        }
        Ok(true)
    }

    fn save_by_reducer(&mut self, th: &mut Thread, object: &Object) -> Result<(), Raised> {
        let mut reduced = None;
        if let Some(reducer) = self.reducer_override.clone() {
            reduced = Some(ops::call1(th, &reducer, object)?).filter(|value| !value.is(not_implemented()));
        }
        let reduced = match reduced {
            Some(reduced) => reduced,
            None => {
                let ty = object.ty();
                if core::ptr::eq(ty, typing::type_type()) {
                    return self.save_type(th, object);
                }
                if object.is_exactly::<interp::function::Function>() {
                    return self.save_global(th, object, None);
                }
                match self.reduce(th, object)? {
                    Some(reduced) => reduced,
                    None => return self.save_global(th, object, None),
                }
            }
        };
        if let Some(name) = reduced.downcast_ref::<Str>() {
            return self.save_global(th, object, Some(name));
        }
        match self.save_reduced(th, &reduced, object) {
            Ok(()) => Ok(()),
            Err(_) => Err(note(th, object, format_args!("object"))),
        }
    }

    /// What an object's reducer says; `None`: it is a class, which is found by its name.
    fn reduce(&mut self, th: &mut Thread, object: &Object) -> Result<Option<Ref<Object>>, Raised> {
        let ty: &Type = object.ty();
        if let Some(reducer) = self.reducer_of(th, ty)? {
            return ops::call1(th, &reducer, object).map(Some);
        }
        if heap::is_subtype(ty, typing::type_type()) {
            return Ok(None);
        }
        if let Some(reduce) = ops::getattr_opt(th, object, &objects::names::__reduce_ex__)? {
            let protocol = Int::from_i64(th, self.protocol);
            return ops::call1(th, &reduce, &protocol).map(Some);
        }
        if let Some(reduce) = ops::getattr_opt(th, object, &objects::names::__reduce__)? {
            return ops::call0(th, &reduce).map(Some);
        }
        let name = shown_type(th, object);
        Err(PICKLING_ERROR.raise(th, format_args!("Can't pickle {name} object")))
    }

    fn reducer_of(&mut self, th: &mut Thread, ty: &Type) -> Result<Option<Ref<Object>>, Raised> {
        if let Some(table) = self.dispatch_table.clone() {
            return match ops::getitem(th, &table, ty) {
                Ok(reducer) => Ok(Some(reducer)),
                Err(raised) => match raise::catch(th, objects::exceptions::lookup_error_type()) {
                    Some(_) => Ok(None),
                    None => Err(raised),
                },
            };
        }
        let table = match &self.copyreg_table {
            Some(table) => table.clone(),
            None => {
                let copyreg = interp::import::import_module(th, "copyreg")?;
                let table = ops::getattr_str(th, &copyreg, "dispatch_table")?;
                self.copyreg_table.insert(table).clone()
            }
        };
        match table.downcast_ref::<Dict>() {
            Some(table) => table.get(th, ty),
            None => Err(raise::runtime_error(th, format_args!("copyreg.dispatch_table should be a dict, not {}", ops::type_name(&table)))),
        }
    }
}

/// A pair that an iterator of items yielded.
fn pair<'a>(th: &mut Thread, item: &'a Object) -> Result<&'a Tuple, Raised> {
    match item.downcast::<Tuple>() {
        Some(pair) if pair.len() == 2 => Ok(pair),
        _ => Err(raise::type_error(th, format_args!("dict items iterator must return 2-tuples"))),
    }
}

/// An int in the fewest bytes, two's complement, least first.
fn signed_bytes(int: &Int) -> Vec<u8> {
    if int.is_zero() {
        return Vec::new();
    }
    let bits = algos::int::bit_length(int.view());
    let mut bytes = vec![0; (bits / 8 + 1) as usize];
    // There is room for the sign.
    let _ = algos::int::to_bytes(int.view(), &mut bytes, true, true);
    if let [.., high, 0xff] = bytes[..]
        && int.is_negative()
        && high & 0x80 != 0
    {
        bytes.pop();
    }
    bytes
}

/// A text as a line of protocol 0.
fn raw_escaped(text: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars().iter() {
        match c {
            0x1_0000.. => out.extend_from_slice(format!("\\U{c:08x}").as_bytes()),
            0x100.. => out.extend_from_slice(format!("\\u{c:04x}").as_bytes()),
            0 | 0x0a | 0x0d | 0x1a | 0x5c => out.extend_from_slice(format!("\\u{c:04x}").as_bytes()),
            _ => out.push(c as u8),
        }
    }
    out
}

