//! The module `builtins`: its functions, and the types and exceptions that it names.
//!
//! Functions that iterate are in `aggregate`, those that compile and run source in `source`, those of frames in `scope`.

pub mod aggregate;
pub mod scope;
pub mod source;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Int, Str, names, ops, raise};

#[pymodule(name = "builtins", parts(aggregate::aggregate, source::source, scope::scope))]
pub mod builtins {
    //! Built-in functions, types, exceptions, and other objects.
    //!
    //! This module provides direct access to all 'built-in'
    //! identifiers of Python; for example, builtins.len is
    //! the full name for the built-in function len().
    //!
    //! This module is not normally accessed explicitly by most
    //! applications, but can be useful in modules that provide
    //! objects with the same name as a builtin and need the built-in
    //! version.
    use super::*;

    /// Return the absolute value of the argument.
    #[function(sig = "(x, /)")]
    fn abs(th: &mut Thread, x: &Object) -> Result<Ref<Object>, Raised> {
        ops::abs(th, x)
    }

    /// Return an ASCII-only representation of an object.
    ///
    /// As repr(), return a string containing a printable representation of an
    /// object, but escape the non-ASCII characters in the string returned by
    /// repr() using \\x, \\u or \\U escapes. This generates a string similar
    /// to that returned by repr() in Python 2.
    #[function(sig = "(obj, /)")]
    fn ascii(th: &mut Thread, obj: &Object) -> Result<Ref<Str>, Raised> {
        ops::ascii(th, obj)
    }

    /// Return the binary representation of an integer.
    ///
    ///    >>> bin(2796202)
    ///    '0b1010101010101010101010'
    #[function(sig = "(number, /)")]
    fn bin(th: &mut Thread, number: &Object) -> Result<String, Raised> {
        in_base(th, number, 2, "0b")
    }

    /// Return the octal representation of an integer.
    ///
    ///    >>> oct(342391)
    ///    '0o1234567'
    #[function(sig = "(number, /)")]
    fn oct(th: &mut Thread, number: &Object) -> Result<String, Raised> {
        in_base(th, number, 8, "0o")
    }

    /// Return the hexadecimal representation of an integer.
    ///
    ///    >>> hex(12648430)
    ///    '0xc0ffee'
    #[function(sig = "(number, /)")]
    fn hex(th: &mut Thread, number: &Object) -> Result<String, Raised> {
        in_base(th, number, 16, "0x")
    }

    /// Return whether the object is callable (i.e., some kind of function).
    ///
    /// Note that classes are callable, as are instances of classes with a
    /// __call__() method.
    #[function(sig = "(obj, /)")]
    fn callable(obj: &Object) -> bool {
        ops::is_callable(obj)
    }

    /// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
    #[function(sig = "(i, /)")]
    fn chr(th: &mut Thread, i: &Object) -> Result<Ref<Str>, Raised> {
        let n = ops::index(th, i)?;
        match n.to_i64() {
            Some(n) if (0..0x11_0000).contains(&n) => Ok(Str::from_char(th, n as u32)),
            _ => Err(raise::value_error(th, format_args!("chr() arg not in range(0x110000)"))),
        }
    }

    /// Return the ordinal value of a character.
    ///
    /// If the argument is a one-character string, return the Unicode code
    /// point of that character.
    ///
    /// If the argument is a bytes or bytearray object of length 1, return its
    /// single byte value.
    #[function(sig = "(character, /)")]
    fn ord(th: &mut Thread, character: &Object) -> Result<u32, Raised> {
        let len = if let Some(s) = character.downcast::<Str>() {
            if s.len() == 1 {
                return Ok(s.char_at(0));
            }
            s.len()
        } else if let Some(b) = character.downcast::<objects::Bytes>() {
            if let [byte] = b.as_slice() {
                return Ok(u32::from(*byte));
            }
            b.len()
        } else if character.ty().tp_name_bytes() == b"bytearray" {
            let n = ops::len(th, character)?;
            if n == 1 {
                let zero = Int::from_i64(th, 0);
                let byte = ops::getitem(th, character, &zero)?;
                return Ok(byte.downcast_ref::<Int>().and_then(Int::to_i64).unwrap_or(0) as u32);
            }
            n
        } else {
            let got = ops::type_name(character);
            return Err(raise::type_error(th, format_args!("ord() expected string of length 1, but {got} found")));
        };
        Err(raise::type_error(th, format_args!("ord() expected a character, but string of length {len} found")))
    }

    /// Deletes the named attribute from the given object.
    ///
    /// delattr(x, 'y') is equivalent to ``del x.y``
    #[function(sig = "(obj, name, /)")]
    fn delattr(th: &mut Thread, obj: &Object, name: &Object) -> Result<(), Raised> {
        let name = attribute(th, name)?;
        ops::delattr(th, obj, name)
    }

    /// Sets the named attribute on the given object to the specified value.
    ///
    /// setattr(x, 'y', v) is equivalent to ``x.y = v``
    #[function(sig = "(obj, name, value, /)")]
    fn setattr(th: &mut Thread, obj: &Object, name: &Object, value: &Object) -> Result<(), Raised> {
        let name = attribute(th, name)?;
        ops::setattr(th, obj, name, value)
    }

    /// getattr(object, name[, default]) -> value
    ///
    /// Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.
    /// When a default argument is given, it is returned when the attribute doesn't
    /// exist; without it, an exception is raised in that case.
    #[function(sig = none)]
    fn getattr(th: &mut Thread, obj: &Object, name: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let name = attribute(th, name)?;
        match default {
            None => ops::getattr(th, obj, name),
            Some(default) => Ok(ops::getattr_opt(th, obj, name)?.unwrap_or_else(|| default.to_owned())),
        }
    }

    /// Return whether the object has an attribute with the given name.
    ///
    /// This is done by calling getattr(obj, name) and catching AttributeError.
    #[function(sig = "(obj, name, /)")]
    fn hasattr(th: &mut Thread, obj: &Object, name: &Object) -> Result<bool, Raised> {
        let name = attribute(th, name)?;
        ops::hasattr(th, obj, name)
    }

    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    #[function(sig = "(x, y, /)")]
    fn divmod(th: &mut Thread, x: &Object, y: &Object) -> Result<Ref<Object>, Raised> {
        ops::divmod(th, x, y)
    }

    /// Return type(value).__format__(value, format_spec)
    ///
    /// Many built-in types implement format_spec according to the
    /// Format Specification Mini-language. See help('FORMATTING')
    /// for details.
    #[function(sig = "(value, format_spec='', /)")]
    fn format(th: &mut Thread, value: &Object, #[default(names::EMPTY.get())] format_spec: &Str) -> Result<Ref<Str>, Raised> {
        ops::format(th, value, format_spec)
    }

    /// Return the hash value for the given object.
    ///
    /// Two objects that compare equal must also have the same hash value, but the
    /// reverse is not necessarily true.
    #[function(sig = "(obj, /)")]
    fn hash(th: &mut Thread, obj: &Object) -> Result<isize, Raised> {
        ops::hash(th, obj)
    }

    /// Return the identity of an object.
    ///
    /// This is guaranteed to be unique among simultaneously existing objects.
    /// (CPython uses the object's memory address.)
    #[function(sig = "(obj, /)")]
    fn id(obj: &Object) -> usize {
        core::ptr::from_ref(obj) as usize
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    ///
    /// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)
    /// or ...`` etc.
    #[function(sig = "(obj, class_or_tuple, /)")]
    fn isinstance(th: &mut Thread, obj: &Object, class_or_tuple: &Object) -> Result<bool, Raised> {
        ops::isinstance(th, obj, class_or_tuple)
    }

    /// Return whether 'cls' is derived from another class or is the same class.
    ///
    /// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)
    /// or ...``.
    #[function(sig = "(cls, class_or_tuple, /)")]
    fn issubclass(th: &mut Thread, cls: &Object, class_or_tuple: &Object) -> Result<bool, Raised> {
        ops::issubclass(th, cls, class_or_tuple)
    }

    /// Return the number of items in a container.
    #[function(sig = "(obj, /)")]
    fn len(th: &mut Thread, obj: &Object) -> Result<usize, Raised> {
        ops::len(th, obj)
    }

    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    ///
    /// Some types, such as ints, are able to use a more efficient algorithm when
    /// invoked using the three argument form.
    #[function(sig = "(base, exp, mod=None)")]
    fn pow(th: &mut Thread, base: &Object, exp: &Object, #[default(objects::none())] r#mod: &Object) -> Result<Ref<Object>, Raised> {
        ops::pow(th, base, exp, Some(r#mod))
    }

    /// Return the canonical string representation of the object.
    ///
    /// For many object types, including most builtins, eval() will return
    /// an object equal to the one that was passed.
    #[function(sig = "(obj, /)")]
    fn repr(th: &mut Thread, obj: &Object) -> Result<Ref<Str>, Raised> {
        ops::repr(th, obj)
    }

    /// Round a number to a given precision in decimal digits.
    ///
    /// The return value is an integer if ndigits is omitted or None.  Otherwise
    /// the return value has the same type as the number.  ndigits may be negative.
    #[function(sig = "(number, ndigits=None)")]
    fn round(th: &mut Thread, number: &Object, #[default(objects::none())] ndigits: &Object) -> Result<Ref<Object>, Raised> {
        let result = if ndigits.is(objects::none()) {
            ops::call_special(th, number, &names::__round__, &[])?
        } else {
            ops::call_special(th, number, &names::__round__, &[ndigits])?
        };
        match result {
            Some(result) => Ok(result),
            None => {
                let got = ops::type_name(number);
                Err(raise::type_error(th, format_args!("type {got} doesn't define __round__ method")))
            }
        }
    }

    /// Prints the values to a stream, or to sys.stdout by default.
    ///
    ///   sep
    ///     string inserted between values, default a space.
    ///   end
    ///     string appended after the last value, default a newline.
    ///   file
    ///     a file-like object (stream); defaults to the current sys.stdout.
    ///   flush
    ///     whether to forcibly flush the stream.
    #[function(sig = "(*args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(
        th: &mut Thread,
        args: Args<'_>,
        #[default(objects::none())] sep: &Object,
        #[default(objects::none())] end: &Object,
        #[default(objects::none())] file: &Object,
        #[default(objects::false_())] flush: &Object,
    ) -> Result<(), Raised> {
        let stdout;
        let file = if file.is(objects::none()) {
            match crate::sys::attribute(th, "stdout") {
                Some(out) if out.is(objects::none()) => return Ok(()),
                Some(out) => {
                    stdout = out;
                    &*stdout
                }
                None => return Err(raise::runtime_error(th, format_args!("lost sys.stdout"))),
            }
        } else {
            file
        };
        for (what, value) in [("sep", sep), ("end", end)] {
            if !value.is(objects::none()) && !value.is_a::<Str>() {
                let got = ops::type_name(value);
                return Err(raise::type_error(th, format_args!("{what} must be None or a string, not {got}")));
            }
        }
        let write = ops::getattr(th, file, &names::write)?;
        if heap::multi_threaded_ever()
            && write.is_exactly::<objects::Builtin>()
            && args.as_slice().iter().all(|arg| arg.ty().has_flag(heap::flags::LEAF))
        {
            // Values whose texts run no code, and a stream of ours: what the GIL makes one step stays one.
            let text = printed(th, args.as_slice(), sep, end)?;
            ops::call(th, &write, &[&text])?;
            if ops::is_true(th, flush)? {
                ops::call_method(th, file, names::flush.get(), &[])?;
            }
            return Ok(());
        }
        for (i, arg) in args.as_slice().iter().enumerate() {
            if i > 0 {
                if sep.is(objects::none()) {
                    ops::call(th, &write, &[names::SPACE.get()])?;
                } else {
                    ops::call(th, &write, &[sep])?;
                }
            }
            let text = ops::str_(th, arg)?;
            ops::call(th, &write, &[&text])?;
            th.release(text);
        }
        if end.is(objects::none()) {
            ops::call(th, &write, &[names::NEWLINE.get()])?;
        } else {
            ops::call(th, &write, &[end])?;
        }
        if ops::is_true(th, flush)? {
            ops::call_method(th, file, names::flush.get(), &[])?;
        }
        Ok(())
    }

    #[exec]
    fn exec_module(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        fill_namespace(th, module)
    }
}

/// All that `print` writes, as one text.
fn printed(th: &mut Thread, args: &[&Object], sep: &Object, end: &Object) -> Result<Ref<Object>, Raised> {
    let given = |th: &mut Thread, text: &Object, default: &str| {
        if text.is(objects::none()) { Str::new(th, default).up() } else { text.to_owned() }
    };
    let (sep, end) = (given(th, sep, " "), given(th, end, "\n"));
    let mut pieces: Vec<Ref<Object>> = Vec::new();
    for (i, arg) in args.iter().enumerate() {
        if i > 0 {
            pieces.push(sep.clone());
        }
        let text = ops::str_(th, arg)?;
        pieces.push(text.up());
    }
    pieces.push(end);
    let pieces = objects::List::new(th, pieces);
    let nothing = Str::new(th, "");
    let join = objects::intern(th, "join");
    ops::call_method(th, &nothing, join, &[&pieces])
}

fn attribute<'a>(th: &mut Thread, name: &'a Object) -> Result<&'a Str, Raised> {
    objects::typing::instance::attribute_name(th, name)
}

fn in_base(th: &mut Thread, integer: &Object, base: u32, prefix: &str) -> Result<String, Raised> {
    let n = ops::index(th, integer)?;
    let digits = algos::int::to_radix(n.view().abs(), base);
    let sign = if n.is_negative() { "-" } else { "" };
    Ok(format!("{sign}{prefix}{digits}"))
}

/// Types, exceptions and constants.
fn fill_namespace(th: &mut Thread, module: &Object) -> Result<(), Raised> {
    let Some(dict) = module.downcast::<objects::Module>().and_then(objects::Module::dict) else {
        return Err(raise::system_error(th, format_args!("builtins is no module")));
    };
    for (name, value) in [
        ("None", objects::none()),
        ("True", objects::true_()),
        ("False", objects::false_()),
        ("NotImplemented", objects::not_implemented()),
        ("Ellipsis", objects::ellipsis()),
    ] {
        dict.set_by_name(th, name, value.to_owned());
    }
    dict.set_by_name(th, "__debug__", objects::bool_ref(crate::config::get().optimize == 0));
    for ty in objects::types::ALL {
        let ty = ty();
        let name = objects::typing::short_name(ty);
        // Types that programs name; the others are reached through `types`.
        if BUILTIN_TYPES.contains(&name.as_str()) && !ty.tp_name_bytes().contains(&b'.') {
            dict.set_by_name(th, &name, ty.to_owned());
        }
    }
    for ty in objects::exceptions::ALL {
        let ty = ty();
        let name = objects::typing::short_name(ty);
        dict.set_by_name(th, &name, ty.to_owned());
    }
    let group = objects::exceptions::exception_group_type();
    dict.set_by_name(th, "ExceptionGroup", group.to_owned());
    let os_error = objects::exceptions::os_error_type();
    dict.set_by_name(th, "EnvironmentError", os_error.to_owned());
    dict.set_by_name(th, "IOError", os_error.to_owned());
    objects::builtins_ref::install(dict);
    for (common, name) in COMMON.iter().zip(["all", "any"]) {
        let function = dict.get_by_name(th, name);
        common.set(th, function);
    }
    Ok(())
}

/// `all` and `any` as they were at the start, for code that takes their calls apart.
static COMMON: [Global<Object>; 2] = [Global::EMPTY, Global::EMPTY];

/// The builtin function `all` or `any`, whatever its name means by now.
pub fn common(th: &Thread, all: bool) -> Option<Ref<Object>> {
    COMMON[usize::from(!all)].get(th)
}

const BUILTIN_TYPES: &[&str] = &[
    "bool", "bytearray", "bytes", "classmethod", "complex", "dict", "enumerate", "filter", "float", "frozenset", "int", "list", "map",
    "memoryview", "object", "property", "range", "reversed", "set", "slice", "staticmethod", "str", "super", "tuple", "type", "zip",
];

/// Makes the module and its namespace, which stays for ever.
pub fn install(th: &mut Thread) -> Result<Ref<objects::Module>, Raised> {
    let module = crate::native::create(th, &builtins::MODULE)?;
    crate::compiled::feedback::note_builtins(th, module.as_object());
    Ok(module)
}
