//! `make_encoder`: from objects to JSON text.

use std::collections::HashSet;
use std::fmt::Write as _;

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::str::StrBuilder;
use objects::{Dict, Float, Int, List, Str, Tuple, false_, none, ops, raise, true_};

use super::Spread;

/// Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)
#[pytype(name = "Encoder", module = "_json")]
#[repr(C)]
pub struct Encoder {
    head: Head,
    /// markers
    #[member(name = "markers", readonly)]
    markers: Slot,
    /// default
    #[member(name = "default", readonly)]
    default: Slot,
    /// encoder
    #[member(name = "encoder", readonly)]
    encoder: Slot,
    /// indent
    #[member(name = "indent", readonly)]
    indent: Slot,
    /// key_separator
    #[member(name = "key_separator", readonly)]
    key_separator: Slot,
    /// item_separator
    #[member(name = "item_separator", readonly)]
    item_separator: Slot,
    /// sort_keys
    #[member(name = "sort_keys", readonly)]
    sort_keys: bool,
    /// skipkeys
    #[member(name = "skipkeys", readonly)]
    skipkeys: bool,
    allow_nan: bool,
    /// `encoder` is one of ours: whether it keeps to ASCII.
    quoting: Option<bool>,
}

#[pymethods]
impl Encoder {
    #[slot(
        tp_new,
        sig = "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
        name = "make_encoder"
    )]
    fn tp_new(
        th: &mut Thread,
        cls: &Type,
        markers: &Object,
        default: &Object,
        encoder: &Object,
        indent: &Object,
        key_separator: &Object,
        item_separator: &Object,
        sort_keys: bool,
        skipkeys: bool,
        allow_nan: bool,
    ) -> Result<Ref<Encoder>, Raised> {
        if !markers.is(none()) && !markers.is_a::<Dict>() {
            let got = ops::type_name(markers);
            return Err(raise::type_error(th, format_args!("make_encoder() argument 1 must be dict or None, not {got}")));
        }
        for (number, separator) in [(5, key_separator), (6, item_separator)] {
            if !separator.is_a::<Str>() {
                let got = ops::type_name(separator);
                return Err(raise::type_error(th, format_args!("make_encoder() argument {number} must be str, not {got}")));
            }
        }
        let value = Encoder {
            head: Head::INIT,
            markers: Slot::new(th.retain(markers)),
            default: Slot::new(th.retain(default)),
            encoder: Slot::new(th.retain(encoder)),
            indent: Slot::new(th.retain(indent)),
            key_separator: Slot::new(th.retain(key_separator)),
            item_separator: Slot::new(th.retain(item_separator)),
            sort_keys,
            skipkeys,
            allow_nan,
            quoting: super::quoting_of(encoder),
        };
        Ok(th.new_instance(cls, value))
    }

    #[slot(tp_call, sig = "(obj, _current_indent_level)", name = "_iterencode")]
    fn call(&self, th: &mut Thread, obj: &Object, _current_indent_level: isize) -> Result<Ref<Tuple>, Raised> {
        let mut run = Run::new(self);
        run.value(th, obj, _current_indent_level.max(0))?;
        let text = run.out.finish(th)?;
        Ok(Tuple::from_array(th, [text.up()]))
    }
}

/// One call of an encoder.
struct Run<'a> {
    encoder: &'a Encoder,
    key_separator: Option<&'a Str>,
    item_separator: Option<&'a Str>,
    indent: Option<&'a Str>,
    /// The containers that are being written, by address; each is held by the call that writes it.
    open: Option<HashSet<usize, Spread>>,
    out: StrBuilder,
}

/// How the text of a float that JSON has no number for is spelled.
fn special(x: f64) -> &'static str {
    match x {
        _ if x.is_nan() => "NaN",
        f64::INFINITY => "Infinity",
        _ => "-Infinity",
    }
}

impl<'a> Run<'a> {
    fn new(encoder: &'a Encoder) -> Self {
        let text = |slot: &'a Slot| slot.peek().and_then(Str::of);
        Run {
            encoder,
            key_separator: text(&encoder.key_separator),
            item_separator: text(&encoder.item_separator),
            indent: text(&encoder.indent),
            open: encoder.markers.peek().is_some_and(|markers| !markers.is(none())).then(HashSet::default),
            out: StrBuilder::new(),
        }
    }

    fn value(&mut self, th: &mut Thread, value: &Object, level: isize) -> Result<(), Raised> {
        if let Some(text) = Str::of(value) {
            self.string(th, text)
        } else if let Some(word) = constant(value) {
            self.out.push_text(word);
            Ok(())
        } else if let Some(n) = Int::of(value) {
            self.int(th, n)
        } else if let Some(x) = Float::of(value) {
            let text = self.float(th, x)?;
            self.out.push_text(&text);
            Ok(())
        } else if value.is_a::<List>() || value.is_a::<Tuple>() {
            ops::native_recursion(th, " while encoding a JSON object")?;
            self.array(th, value, level)
        } else if let Some(dict) = value.downcast::<Dict>() {
            ops::native_recursion(th, " while encoding a JSON object")?;
            self.object(th, dict, level)
        } else {
            self.other(th, value, level)
        }
    }

    /// Marks a container as being written.
    fn enter(&mut self, th: &mut Thread, value: &Object) -> Result<(), Raised> {
        let Some(open) = &mut self.open else { return Ok(()) };
        if open.insert(core::ptr::from_ref(value).addr()) {
            return Ok(());
        }
        Err(raise::value_error(th, format_args!("Circular reference detected")))
    }

    fn leave(&mut self, value: &Object) {
        if let Some(open) = &mut self.open {
            open.remove(&core::ptr::from_ref(value).addr());
        }
    }

    fn string(&mut self, th: &mut Thread, text: &Str) -> Result<(), Raised> {
        if let Some(ascii) = self.encoder.quoting {
            super::push_quoted(&mut self.out, text, ascii);
            return Ok(());
        }
        let encoder = self.encoder.encoder.peek().unwrap_or(none());
        let encoded = ops::call1(th, encoder, text)?;
        match Str::of(&encoded) {
            Some(encoded) => {
                self.out.push_str(encoded);
                Ok(())
            }
            None => {
                let got = ops::type_name(&encoded);
                Err(raise::type_error(th, format_args!("encoder() must return a string, not {got}")))
            }
        }
    }

    fn int(&mut self, th: &mut Thread, n: &Int) -> Result<(), Raised> {
        match n.to_i64() {
            Some(n) => {
                let _ = write!(self.out, "{n}");
            }
            None => {
                let text = n.to_decimal(th)?;
                self.out.push_str(&text);
            }
        }
        Ok(())
    }

    fn float(&self, th: &mut Thread, x: &Float) -> Result<String, Raised> {
        let value = x.value();
        if value.is_finite() {
            return Ok(algos::float::repr(value));
        }
        if self.encoder.allow_nan {
            return Ok(special(value).to_owned());
        }
        let shown = ops::repr(th, x)?.to_string_lossy();
        Err(raise::value_error(th, format_args!("Out of range float values are not JSON compliant: {shown}")))
    }

    fn new_line(&mut self, level: isize) {
        let Some(indent) = self.indent else { return };
        self.out.push_text("\n");
        for _ in 0..level {
            self.out.push_str(indent);
        }
    }

    /// What stands between two items.
    fn between(&mut self, level: isize) {
        if let Some(separator) = self.item_separator {
            self.out.push_str(separator);
        }
        self.new_line(level);
    }

    fn array(&mut self, th: &mut Thread, value: &Object, level: isize) -> Result<(), Raised> {
        let list = value.downcast::<List>();
        let tuple = value.downcast::<Tuple>();
        let item = |th: &Thread, at: usize| match list {
            Some(list) => list.get(th, at),
            None => tuple.filter(|tuple| at < tuple.len()).map(|tuple| th.retain(tuple.get(at))),
        };
        let Some(mut next) = item(th, 0) else {
            self.out.push_text("[]");
            return Ok(());
        };
        self.enter(th, value)?;
        self.out.push_text("[");
        self.new_line(level + 1);
        let mut at = 0;
        loop {
            if let Err(raised) = self.value(th, &next, level + 1) {
                return Err(note_item(th, raised, value, &at.to_string()));
            }
            at += 1;
            th.release(next);
            match item(th, at) {
                Some(following) => next = following,
                None => break,
            }
            self.between(level + 1);
        }
        self.leave(value);
        self.new_line(level);
        self.out.push_text("]");
        Ok(())
    }

    fn object(&mut self, th: &mut Thread, dict: &Dict, level: isize) -> Result<(), Raised> {
        if ops::len(th, dict)? == 0 {
            self.out.push_text("{}");
            return Ok(());
        }
        self.enter(th, dict)?;
        self.out.push_text("{");
        let mut first = true;
        if self.encoder.sort_keys || !dict.as_object().is_exactly::<Dict>() {
            let items = items(th, dict)?;
            if self.encoder.sort_keys {
                items.sort(th, None, false)?;
            }
            let mut at = 0;
            while let Some(pair) = items.get(th, at) {
                at += 1;
                let Some(pair) = pair.downcast_ref::<Tuple>().filter(|pair| pair.len() == 2) else {
                    return Err(raise::value_error(th, format_args!("items must return 2-tuples")));
                };
                self.member(th, dict, pair.get(0), pair.get(1), level, &mut first)?;
            }
        } else {
            let mut at = 0;
            while let Some((key, value)) = dict.next(th, &mut at) {
                self.member(th, dict, &key, &value, level, &mut first)?;
                th.release(key);
                th.release(value);
            }
        }
        self.leave(dict);
        if !first {
            self.new_line(level);
        }
        self.out.push_text("}");
        Ok(())
    }

    fn member(&mut self, th: &mut Thread, dict: &Dict, key: &Object, value: &Object, level: isize, first: &mut bool) -> Result<(), Raised> {
        let made;
        let name = if let Some(name) = Str::of(key) {
            name
        } else {
            let Some(name) = self.key_text(th, key)? else { return Ok(()) };
            made = name;
            &made
        };
        if core::mem::take(first) {
            self.new_line(level + 1);
        } else {
            self.between(level + 1);
        }
        self.string(th, name)?;
        if let Some(separator) = self.key_separator {
            self.out.push_str(separator);
        }
        self.value(th, value, level + 1).map_err(|raised| {
            let held = th.take_exception();
            let shown = ops::repr(th, key).map(|shown| shown.to_string_lossy());
            match (held, shown) {
                (Some(held), Ok(shown)) => {
                    let raised = th.set_exception(held);
                    note_item(th, raised, dict, &shown)
                }
                (Some(held), Err(_)) => {
                    drop(th.take_exception());
                    th.set_exception(held)
                }
                (None, _) => raised,
            }
        })
    }

    /// A key that is no string; `None`: it is left out.
    fn key_text(&self, th: &mut Thread, key: &Object) -> Result<Option<Ref<Str>>, Raised> {
        if let Some(word) = constant(key) {
            return Ok(Some(Str::new(th, word)));
        }
        if let Some(n) = Int::of(key) {
            return n.to_decimal(th).map(Some);
        }
        if let Some(x) = Float::of(key) {
            let text = self.float(th, x)?;
            return Ok(Some(Str::new(th, &text)));
        }
        if self.encoder.skipkeys {
            return Ok(None);
        }
        let got = ops::type_name(key);
        Err(raise::type_error(th, format_args!("keys must be str, int, float, bool or None, not {got}")))
    }

    /// What JSON has no form for: `default` says what to write instead.
    fn other(&mut self, th: &mut Thread, value: &Object, level: isize) -> Result<(), Raised> {
        self.enter(th, value)?;
        let default = self.encoder.default.peek().unwrap_or(none());
        let instead = ops::call1(th, default, value)?;
        ops::native_recursion(th, " while encoding a JSON object")?;
        if self.value(th, &instead, level).is_err() {
            let name = ops::qualified_type_name(th, value.ty());
            return Err(raise::add_note_to_raised(th, &format!("when serializing {name} object")));
        }
        self.leave(value);
        th.release(instead);
        Ok(())
    }
}

fn constant(value: &Object) -> Option<&'static str> {
    match () {
        () if value.is(none()) => Some("null"),
        () if value.is(true_()) => Some("true"),
        () if value.is(false_()) => Some("false"),
        () => None,
    }
}

/// `list(mapping.items())`
fn items(th: &mut Thread, dict: &Dict) -> Result<Ref<List>, Raised> {
    if dict.as_object().is_exactly::<Dict>() {
        let pairs = dict.snapshot(th).into_iter().map(|(key, value)| Tuple::from_array(th, [key, value]).up()).collect();
        return List::try_new(th, pairs).map_err(|e| e.raise(th));
    }
    let name = objects::intern(th, "items");
    let found = ops::call_method(th, dict, name, &[])?;
    if found.is_a::<objects::dict::views::DictItems>() {
        return ops::to_list(th, &found);
    }
    match ops::iter_opt(th, &found)? {
        Some(iterator) => ops::to_list(th, &iterator),
        None => {
            let (class, got) = (ops::type_name(dict), ops::type_name(&found));
            Err(raise::type_error(th, format_args!("{class}.items() returned a non-iterable (type {got})")))
        }
    }
}

#[cold]
fn note_item(th: &mut Thread, _raised: Raised, container: &Object, item: &str) -> Raised {
    let name = ops::qualified_type_name(th, container.ty());
    raise::add_note_to_raised(th, &format!("when serializing {name} item {item}"))
}

