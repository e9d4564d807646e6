//! Unpickling: a machine with a stack, marks and a memo.

use std::collections::HashMap;

use heap::sync::{AtomicU8, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread};
use objects::codecs::decoding;
use objects::{ByteArray, Bytes, Dict, Float, FrozenSet, Int, List, Set, Str, Tuple, bool_ref, none_ref, ops, raise};

use super::input::{Input, truncated};
use super::opcodes::*;
use super::{UNPICKLING_ERROR, build};

/// Numbers up to this lie in a row; a stream that claims larger ones gets a table.
const DENSE: usize = 1 << 22;

/// Objects by their numbers.
#[derive(Default)]
pub struct Memo {
    pub dense: Vec<Option<Ref<Object>>>,
    pub far: HashMap<usize, Ref<Object>>,
    pub count: usize,
}

impl Memo {
    pub fn get(&self, number: usize) -> Option<&Ref<Object>> {
        match self.dense.get(number) {
            Some(entry) => entry.as_ref(),
            None => self.far.get(&number),
        }
    }

    pub fn put(&mut self, number: usize, object: Ref<Object>) {
        let old = if number < DENSE {
            if number >= self.dense.len() {
                self.dense.resize(number + 1, None);
            }
            self.dense[number].replace(object)
        } else {
            self.far.insert(number, object)
        };
        self.count += usize::from(old.is_none());
    }
}

/// One run.
pub struct Loader<'a> {
    pub input: Input<'a>,
    pub stack: Vec<Ref<Object>>,
    pub marks: Vec<usize>,
    pub memo: Memo,
    pub protocol: u8,
    /// Where others look up the protocol.
    pub shared_protocol: Option<&'a AtomicU8>,
    pub fix_imports: bool,
    pub encoding: &'a str,
    pub errors: &'a str,
    /// An iterator over buffers that are not in the stream.
    pub buffers: Option<Ref<Object>>,
    pub persistent_load: Option<Ref<Object>>,
    /// A subclass's own `find_class`.
    pub find_class: Option<Ref<Object>>,
}

#[cold]
pub fn broken(th: &mut Thread, message: core::fmt::Arguments<'_>) -> Raised {
    UNPICKLING_ERROR.raise(th, message)
}

type Done = Result<(), Raised>;

impl<'a> Loader<'a> {
    pub fn load(&mut self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        loop {
            let Some(code) = self.input.byte(th)? else {
                return Err(raise::eof_error(th, format_args!("Ran out of input")));
            };
            if code == STOP {
                break;
            }
            self.step(th, code)?;
        }
        self.input.skip_peeked(th)?;
        self.pop(th)
    }

    #[inline]
    fn step(&mut self, th: &mut Thread, code: u8) -> Done {
        match code {
            BININT1 => {
                let [value] = self.input.array(th)?;
                self.push_int(th, value.into())
            }
            BININT2 => {
                let value = u16::from_le_bytes(self.input.array(th)?);
                self.push_int(th, value.into())
            }
            BININT => {
                let value = i32::from_le_bytes(self.input.array(th)?);
                self.push_int(th, value.into())
            }
            NONE => self.push(none_ref()),
            NEWTRUE => self.push(bool_ref(true)),
            NEWFALSE => self.push(bool_ref(false)),
            BINFLOAT => {
                let value = f64::from_be_bytes(self.input.array(th)?);
                self.push(Float::new(th, value).up())
            }
            SHORT_BINUNICODE => {
                let [len] = self.input.array(th)?;
                self.load_text(th, len.into())
            }
            BINUNICODE => {
                let len = u32::from_le_bytes(self.input.array(th)?);
                self.load_text(th, len as usize)
            }
            MEMOIZE => self.memoize(th, self.memo.count),
            BINPUT => {
                let [number] = self.input.array(th)?;
                self.memoize(th, number.into())
            }
            LONG_BINPUT => {
                let number = u32::from_le_bytes(self.input.array(th)?);
                self.memoize(th, number as usize)
            }
            BINGET => {
                let [number] = self.input.array(th)?;
                self.get(th, number.into())
            }
            LONG_BINGET => {
                let number = u32::from_le_bytes(self.input.array(th)?);
                self.get(th, number as usize)
            }
            MARK => {
                self.marks.push(self.stack.len());
                Ok(())
            }
            EMPTY_TUPLE => self.push(Tuple::empty().up()),
            TUPLE1 => self.make_tuple(th, 1),
            TUPLE2 => self.make_tuple(th, 2),
            TUPLE3 => self.make_tuple(th, 3),
            TUPLE => {
                let items = self.pop_mark(th)?;
                self.push(Tuple::new(th, items).up())
            }
            EMPTY_LIST => self.push(List::empty(th).up()),
            EMPTY_DICT => self.push(Dict::new(th).up()),
            APPEND => {
                let item = self.pop(th)?;
                self.append(th, vec![item])
            }
            APPENDS => {
                let items = self.pop_mark(th)?;
                self.append(th, items)
            }
            SETITEM => {
                let value = self.pop(th)?;
                let key = self.pop(th)?;
                self.set_items(th, vec![key, value])
            }
            SETITEMS => {
                let items = self.pop_mark(th)?;
                self.set_items(th, items)
            }
            NEWOBJ => self.load_new(th, false),
            BUILD => {
                let state = self.pop(th)?;
                let object = self.top(th)?.clone();
                build::set_state(th, &object, &state)
            }
            REDUCE => {
                let args = self.pop(th)?;
                let function = self.pop(th)?;
                let Some(args) = args.downcast_ref::<Tuple>() else {
                    return Err(raise::type_error(th, format_args!("argument list must be a tuple")));
                };
                let made = ops::call_ex(th, &function, args, None)?;
                self.push(made)
            }
            STACK_GLOBAL => {
                let name = self.pop(th)?;
                let module = self.pop(th)?;
                let (Some(module), Some(name)) = (module.downcast_exact_ref::<Str>(), name.downcast_exact_ref::<Str>()) else {
                    return Err(broken(th, format_args!("STACK_GLOBAL requires str")));
                };
                let found = self.find(th, module, name)?;
                self.push(found)
            }
            _ => self.step_rare(th, code),
        }
    }

    fn step_rare(&mut self, th: &mut Thread, code: u8) -> Done {
        match code {
            PROTO => self.load_protocol(th),
            FRAME => {
                let len = u64::from_le_bytes(self.input.array(th)?);
                let len = self.length(th, len, "FRAME length exceeds system's maximum of")?;
                self.input.begin_frame(th, len)
            }
            SHORT_BINBYTES => {
                let [len] = self.input.array(th)?;
                self.load_bytes(th, len.into())
            }
            BINBYTES => {
                let len = u32::from_le_bytes(self.input.array(th)?);
                self.load_bytes(th, len as usize)
            }
            BINBYTES8 => {
                let len = u64::from_le_bytes(self.input.array(th)?);
                let len = self.length(th, len, "BINBYTES exceeds system's maximum size of")?;
                self.load_bytes(th, len)
            }
            BINUNICODE8 => {
                let len = u64::from_le_bytes(self.input.array(th)?);
                let len = self.length(th, len, "BINUNICODE exceeds system's maximum size of")?;
                self.load_text(th, len)
            }
            BYTEARRAY8 => self.load_bytearray(th),
            NEXT_BUFFER => self.load_next_buffer(th),
            READONLY_BUFFER => self.load_readonly_buffer(th),
            INT => self.load_int(th),
            LONG => self.load_long(th),
            LONG1 => {
                let [len] = self.input.array(th)?;
                self.load_counted_long(th, len.into())
            }
            LONG4 => {
                let len = i32::from_le_bytes(self.input.array(th)?);
                match usize::try_from(len) {
                    Ok(len) => self.load_counted_long(th, len),
                    Err(_) => Err(broken(th, format_args!("LONG pickle has negative byte count"))),
                }
            }
            FLOAT => self.load_float(th),
            STRING => self.load_quoted(th),
            SHORT_BINSTRING => {
                let [len] = self.input.array(th)?;
                self.load_string(th, len.into())
            }
            BINSTRING => {
                let len = i32::from_le_bytes(self.input.array(th)?);
                match usize::try_from(len) {
                    Ok(len) => self.load_string(th, len),
                    Err(_) => Err(broken(th, format_args!("BINSTRING pickle has negative byte count"))),
                }
            }
            UNICODE => {
                let mut line = self.input.line(th)?;
                line.pop();
                let source = Bytes::new(th, &line);
                let text = decoding::raw_unicode_escape(th, decoding::Input::new(&source, &line), None, true)?.0;
                self.push(text.up())
            }
            EMPTY_SET => self.push(Set::new(th).up()),
            ADDITEMS => self.add_items(th),
            FROZENSET => {
                let items = self.pop_mark(th)?;
                let items: Vec<&Object> = items.iter().map(|item| &**item).collect();
                let made = FrozenSet::from_keys(th, &items)?;
                self.push(made.up())
            }
            LIST => {
                let items = self.pop_mark(th)?;
                self.push(List::new(th, items).up())
            }
            DICT => {
                let items = self.pop_mark(th)?;
                if items.len() % 2 != 0 {
                    return Err(broken(th, format_args!("odd number of items for DICT")));
                }
                let dict = Dict::new(th);
                self.push(dict.up())?;
                self.set_items(th, items)
            }
            GLOBAL => {
                let (module, name) = (self.name_line(th)?, self.name_line(th)?);
                let found = self.find(th, &module, &name)?;
                self.push(found)
            }
            INST => {
                let (module, name) = (self.name_line(th)?, self.name_line(th)?);
                let args = self.pop_mark(th)?;
                let cls = self.find(th, &module, &name)?;
                self.instantiate(th, &cls, &args)
            }
            OBJ => {
                let mut args = self.pop_mark(th)?;
                if args.is_empty() {
                    return Err(self.underflow(th));
                }
                let cls = args.remove(0);
                self.instantiate(th, &cls, &args)
            }
            NEWOBJ_EX => self.load_new(th, true),
            POP => self.load_pop(th),
            POP_MARK => self.pop_mark(th).map(drop),
            DUP => {
                let top = self.top(th)?.clone();
                self.push(top)
            }
            GET => {
                let number = self.number_line(th)?;
                let Ok(at) = usize::try_from(number) else {
                    let shown = Int::from_i64(th, number);
                    return Err(raise::key_error(th, &shown));
                };
                self.get(th, at)
            }
            PUT => {
                let number = self.number_line(th)?;
                match usize::try_from(number) {
                    Ok(number) => self.memoize(th, number),
                    Err(_) => Err(raise::value_error(th, format_args!("negative PUT argument"))),
                }
            }
            PERSID | BINPERSID => self.load_persistent(th, code),
            EXT1 => {
                let [code] = self.input.array(th)?;
                self.load_extension(th, code.into())
            }
            EXT2 => {
                let code = u16::from_le_bytes(self.input.array(th)?);
                self.load_extension(th, code.into())
            }
            EXT4 => {
                let code = i32::from_le_bytes(self.input.array(th)?);
                self.load_extension(th, code.into())
            }
            0x20..=0x7e if !matches!(code, b'\'' | b'\\') => Err(broken(th, format_args!("invalid load key, '{}'.", char::from(code)))),
            _ => Err(broken(th, format_args!("invalid load key, '\\x{code:02x}'."))),
        }
    }

    // --- the stack ---

    #[inline]
    pub fn push(&mut self, object: Ref<Object>) -> Done {
        self.stack.push(object);
        Ok(())
    }

    fn push_int(&mut self, th: &mut Thread, value: i64) -> Done {
        self.stack.push(Int::from_i64(th, value).up());
        Ok(())
    }

    /// Below this the stack belongs to an outer mark.
    #[inline]
    fn fence(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    #[cold]
    fn underflow(&self, th: &mut Thread) -> Raised {
        match self.marks.is_empty() {
            true => broken(th, format_args!("unpickling stack underflow")),
            false => broken(th, format_args!("unexpected MARK found")),
        }
    }

    #[inline]
    pub fn pop(&mut self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        if self.stack.len() > self.fence()
            && let Some(object) = self.stack.pop()
        {
            return Ok(object);
        }
        Err(self.underflow(th))
    }

    #[inline]
    fn top(&self, th: &mut Thread) -> Result<&Ref<Object>, Raised> {
        match self.stack.last() {
            Some(object) if self.stack.len() > self.fence() => Ok(object),
            _ => Err(self.underflow(th)),
        }
    }

    /// What stands above the last mark.
    fn pop_mark(&mut self, th: &mut Thread) -> Result<Vec<Ref<Object>>, Raised> {
        match self.marks.pop() {
            Some(mark) => Ok(self.stack.split_off(mark.min(self.stack.len()))),
            None => Err(broken(th, format_args!("could not find MARK"))),
        }
    }

    fn load_pop(&mut self, th: &mut Thread) -> Done {
        // A mark counts as an item here.
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            return Ok(());
        }
        let object = self.pop(th)?;
        th.release(object);
        Ok(())
    }

    fn make_tuple(&mut self, th: &mut Thread, len: usize) -> Done {
        if self.stack.len() < self.fence() + len {
            return Err(self.underflow(th));
        }
        let items = self.stack.split_off(self.stack.len() - len);
        self.push(Tuple::new(th, items).up())
    }

    // --- the memo ---

    fn memoize(&mut self, th: &mut Thread, number: usize) -> Done {
        let object = self.top(th)?.clone();
        self.memo.put(number, object);
        Ok(())
    }

    fn get(&mut self, th: &mut Thread, number: usize) -> Done {
        match self.memo.get(number) {
            Some(object) => {
                let object = object.clone();
                self.push(object)
            }
            None => Err(broken(th, format_args!("Memo value not found at index {number}"))),
        }
    }

    // --- numbers ---

    /// A length that the address space has room for.
    fn length(&self, th: &mut Thread, len: u64, what: &str) -> Result<usize, Raised> {
        match isize::try_from(len) {
            Ok(len) => Ok(len.unsigned_abs()),
            Err(_) => Err(raise::overflow_error(th, format_args!("{what} {} bytes", isize::MAX))),
        }
    }

    /// A line, which has something in it.
    fn full_line(&mut self, th: &mut Thread) -> Result<Vec<u8>, Raised> {
        let line = self.input.line(th)?;
        if line.len() < 2 { Err(truncated(th)) } else { Ok(line) }
    }

    fn number_line(&mut self, th: &mut Thread) -> Result<i64, Raised> {
        let line = self.full_line(th)?;
        let text = Str::from_latin1(th, &line);
        let number = objects::int::parse::from_str(th, &text, 10)?;
        match number.to_i64() {
            Some(number) => Ok(number),
            None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C ssize_t"))),
        }
    }

    fn load_int(&mut self, th: &mut Thread) -> Done {
        let line = self.full_line(th)?;
        match &line[..] {
            b"00\n" => return self.push(bool_ref(false)),
            b"01\n" => return self.push(bool_ref(true)),
            _ => {}
        }
        match objects::int::parse::from_bytes(th, &line, 10) {
            Ok(number) => self.push(number.up()),
            Err(_) => {
                th.take_exception();
                Err(raise::value_error(th, format_args!("could not convert string to int")))
            }
        }
    }

    fn load_long(&mut self, th: &mut Thread) -> Done {
        let mut line = self.full_line(th)?;
        if let Some(at) = line.len().checked_sub(2)
            && line[at] == b'L'
        {
            line.truncate(at);
        }
        let text = Str::from_latin1(th, &line);
        let number = objects::int::parse::from_str(th, &text, 10)?;
        self.push(number.up())
    }

    fn load_counted_long(&mut self, th: &mut Thread, len: usize) -> Done {
        let number = algos::int::from_bytes(self.input.take(th, len)?, true, true);
        self.push(Int::from_alg(th, &number).up())
    }

    fn load_float(&mut self, th: &mut Thread) -> Done {
        let line = self.full_line(th)?;
        let text = String::from_utf8_lossy(&line).into_owned();
        let source = Str::new(th, text.trim_end_matches('\n'));
        match objects::float::from_object(th, &source) {
            Ok(value) => self.push(Float::new(th, value).up()),
            Err(_) => {
                th.take_exception();
                Err(raise::value_error(th, format_args!("could not convert string to float: '{text}'")))
            }
        }
    }

    // --- strings and bytes ---

    fn load_text(&mut self, th: &mut Thread, len: usize) -> Done {
        let bytes = self.input.take(th, len)?;
        let text = match core::str::from_utf8(bytes) {
            Ok(text) => match Str::try_from_utf8(th, text) {
                Some(text) => text,
                None => return Err(raise::memory_error(th)),
            },
            Err(_) => {
                let bytes = bytes.to_vec();
                let source = Bytes::new(th, &bytes);
                decoding::utf8(th, decoding::Input::new(&source, &bytes), Some("surrogatepass"), true)?.0
            }
        };
        self.push(text.up())
    }

    fn load_bytes(&mut self, th: &mut Thread, len: usize) -> Done {
        let bytes = self.input.take(th, len)?;
        match Bytes::try_new(th, bytes) {
            Some(made) => self.push(made.up()),
            None => Err(raise::memory_error(th)),
        }
    }

    fn load_bytearray(&mut self, th: &mut Thread) -> Done {
        let len = u64::from_le_bytes(self.input.array(th)?);
        let len = self.length(th, len, "BYTEARRAY8 exceeds system's maximum size of")?;
        self.input.require(th, len.min(1 << 20))?;
        let array = ByteArray::new(th, &[])?;
        // The memory is claimed only when there are bytes for it.
        let filled = Bytes::try_build(th, len, |_| ()).ok_or_else(|| raise::memory_error(th))?;
        array.extend_from_slice(th, filled.as_slice())?;
        th.release(filled);
        self.input.read_into(th, &array, len)?;
        self.push(array.up())
    }

    /// A string of Python 2.
    fn load_string(&mut self, th: &mut Thread, len: usize) -> Done {
        let bytes = self.input.take(th, len)?.to_vec();
        self.push_string(th, &bytes)
    }

    fn load_quoted(&mut self, th: &mut Thread) -> Done {
        let line = self.input.line(th)?;
        let inner = match line.strip_suffix(b"\n").unwrap_or(&line) {
            [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner,
            _ => return Err(broken(th, format_args!("the STRING opcode argument must be quoted"))),
        };
        use algos::text::bytes::{OnError, unescape};
        match unescape(inner, OnError::Strict) {
            Ok((bytes, _)) => self.push_string(th, &bytes),
            Err(error) => Err(raise::value_error(th, format_args!("{error}"))),
        }
    }

    fn push_string(&mut self, th: &mut Thread, bytes: &[u8]) -> Done {
        let source = Bytes::try_new(th, bytes).ok_or_else(|| raise::memory_error(th))?;
        if self.encoding == "bytes" {
            return self.push(source.up());
        }
        let text = objects::str::decode_object(th, &source, Some(self.encoding), Some(self.errors))?;
        self.push(text.up())
    }

    fn load_next_buffer(&mut self, th: &mut Thread) -> Done {
        let Some(buffers) = self.buffers.clone() else {
            let message = format_args!("pickle stream refers to out-of-band data but no *buffers* argument was given");
            return Err(broken(th, message));
        };
        match ops::next(th, &buffers)? {
            Some(buffer) => self.push(buffer),
            None => Err(broken(th, format_args!("not enough out-of-band buffers"))),
        }
    }

    fn load_readonly_buffer(&mut self, th: &mut Thread) -> Done {
        let buffer = self.top(th)?.clone();
        let view = objects::MemoryView::new(th, &buffer)?;
        if view.view().readonly != 0 {
            return Ok(());
        }
        let toreadonly = objects::intern(th, "toreadonly");
        let readonly = ops::call_method(th, &view, toreadonly, &[])?;
        self.stack.pop();
        self.push(readonly)
    }

    // --- containers ---

    fn append(&mut self, th: &mut Thread, items: Vec<Ref<Object>>) -> Done {
        let target = self.top(th)?.clone();
        if let Some(list) = target.downcast_exact_ref::<List>() {
            let mut guard = list.lock(th);
            let extended = guard.extend(items);
            drop(guard);
            return extended.map_err(|error| error.raise(th));
        }
        build::append_all(th, &target, items)
    }

    fn set_items(&mut self, th: &mut Thread, items: Vec<Ref<Object>>) -> Done {
        let target = self.top(th)?.clone();
        if items.len() % 2 != 0 {
            return Err(broken(th, format_args!("odd number of items for SETITEMS")));
        }
        let dict = target.downcast_exact_ref::<Dict>();
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            match dict {
                Some(dict) => dict.set(th, &key, value)?,
                None => ops::setitem(th, &target, &key, &value)?,
            }
        }
        Ok(())
    }

    fn add_items(&mut self, th: &mut Thread) -> Done {
        let items = self.pop_mark(th)?;
        let target = self.top(th)?.clone();
        if items.is_empty() {
            return Ok(());
        }
        if let Some(set) = target.downcast_ref::<Set>() {
            for item in items {
                set.add(th, &item)?;
            }
            return Ok(());
        }
        let add = objects::intern(th, "add");
        for item in items {
            let result = ops::call_method(th, &target, add, &[&*item])?;
            th.release(result);
        }
        Ok(())
    }

    // --- objects ---

    fn name_line(&mut self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut line = self.full_line(th)?;
        line.pop();
        let source = Bytes::new(th, &line);
        decoding::utf8(th, decoding::Input::new(&source, &line), None, true).map(|decoded| decoded.0)
    }

    fn instantiate(&mut self, th: &mut Thread, cls: &Object, args: &[Ref<Object>]) -> Done {
        let made = build::instantiate(th, cls, args)?;
        self.push(made)
    }

    fn load_new(&mut self, th: &mut Thread, with_keywords: bool) -> Done {
        let kwargs = if with_keywords { Some(self.pop(th)?) } else { None };
        let args = self.pop(th)?;
        let cls = self.pop(th)?;
        let made = build::new_object(th, &cls, &args, kwargs.as_deref())?;
        self.push(made)
    }

    fn find(&mut self, th: &mut Thread, module: &Str, name: &Str) -> Result<Ref<Object>, Raised> {
        match self.find_class.clone() {
            Some(find_class) => ops::call(th, &find_class, &[module, name]),
            None => build::find_class(th, module, name, self.protocol, self.fix_imports),
        }
    }

    fn load_protocol(&mut self, th: &mut Thread) -> Done {
        let [protocol] = self.input.array(th)?;
        if i64::from(protocol) > HIGHEST {
            return Err(raise::value_error(th, format_args!("unsupported pickle protocol: {protocol}")));
        }
        self.protocol = protocol;
        if let Some(shared) = self.shared_protocol {
            shared.store(protocol, Relaxed);
        }
        Ok(())
    }

    fn load_persistent(&mut self, th: &mut Thread, code: u8) -> Done {
        let id = if code == BINPERSID {
            self.pop(th)?
        } else {
            let mut line = self.input.line(th)?;
            line.pop();
            match core::str::from_utf8(&line) {
                Ok(text) if text.is_ascii() => Str::new(th, text).up(),
                _ => return Err(broken(th, format_args!("persistent IDs in protocol 0 must be ASCII strings"))),
            }
        };
        let Some(persistent_load) = self.persistent_load.clone() else { return Err(build::no_persistent_load(th)) };
        let object = ops::call1(th, &persistent_load, &id)?;
        self.push(object)
    }

    fn load_extension(&mut self, th: &mut Thread, code: i64) -> Done {
        if code <= 0 {
            return Err(broken(th, format_args!("EXT specifies code <= 0")));
        }
        let copyreg = interp::import::import_module(th, "copyreg")?;
        let cache = ops::getattr_str(th, &copyreg, "_extension_cache")?;
        let key = Int::from_i64(th, code);
        if let Some(found) = super::reduce::lookup(th, &cache, &key)? {
            return self.push(found);
        }
        let registry = ops::getattr_str(th, &copyreg, "_inverted_registry")?;
        let Some(entry) = super::reduce::lookup(th, &registry, &key)? else {
            return Err(raise::value_error(th, format_args!("unregistered extension code {code}")));
        };
        let pair = entry.downcast_ref::<Tuple>().filter(|pair| pair.len() == 2);
        let names = pair.and_then(|pair| Some((Str::of(pair.get(0))?, Str::of(pair.get(1))?)));
        let Some((module, name)) = names else {
            return Err(raise::value_error(th, format_args!("_inverted_registry[{code}] isn't a 2-tuple of strings")));
        };
        let found = self.find(th, module, name)?;
        ops::setitem(th, &cache, &key, &found)?;
        self.push(found)
    }
}
