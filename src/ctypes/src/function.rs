//! `CFuncPtr`: functions of libraries, functions at addresses, and Python callables as C functions.
#![allow(unsafe_code, reason = "addresses of functions")]

use core::ffi::c_int;
use std::ffi::CString;

use heap::{Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, Int, Str, Tuple, none, none_ref, ops, raise};

use crate::call::Call;
use crate::callback::Thunk;
use crate::cdata::{CData, from_out_parameter, new_instance};
use crate::info::{self, Info, Kind, flags};
use crate::meta::{self, CFuncPtrType};
use crate::{codes, layout};

/// Function Pointer
#[pytype(name = "CFuncPtr", module = "_ctypes", base = CData, metaclass = CFuncPtrType, flags(BASETYPE), lock = instance)]
#[repr(C)]
pub struct CFuncPtr {
    base: CData,
    thunk: Slot<Thunk>,
    callable: Slot,
    restype: Slot,
    checker: Slot,
    errcheck: Slot,
    argtypes: Slot,
    converters: Slot<Tuple>,
    paramflags: Slot<Tuple>,
}

/// The direction of a parameter.
mod direction {
    pub const IN: u64 = 1;
    pub const OUT: u64 = 2;
    pub const LCID: u64 = 4;
    pub const ALL: u64 = IN | OUT | LCID;
}

/// What `paramflags` makes of the arguments of a call.
struct Given {
    args: Vec<Ref<Object>>,
    /// Positions whose values are results: given by the caller, or made for the call.
    results: Vec<(usize, bool)>,
}

impl CFuncPtr {
    /// An instance with these fields.
    pub fn make(th: &Thread, cls: &Type, base: CData) -> Ref<CFuncPtr> {
        let made = CFuncPtr {
            base,
            thunk: Slot::NULL,
            callable: Slot::NULL,
            restype: Slot::NULL,
            checker: Slot::NULL,
            errcheck: Slot::NULL,
            argtypes: Slot::NULL,
            converters: Slot::NULL,
            paramflags: Slot::NULL,
        };
        th.new_instance(cls, made)
    }

    fn known(&self, th: &mut Thread) -> Result<&Info, Raised> {
        info::required(th, self.as_object().ty())
    }

    fn fresh(th: &mut Thread, cls: &Type) -> Result<Ref<CFuncPtr>, Raised> {
        match new_instance(th, cls)?.downcast::<CFuncPtr>() {
            Ok(made) => Ok(made),
            Err(_) => Err(info::abstract_class(th)),
        }
    }

    /// `cls((name, dll), paramflags)`
    fn from_library(th: &mut Thread, cls: &Type, spec: &Object, paramflags: Option<&Object>) -> Result<Ref<CFuncPtr>, Raised> {
        let spec = ops::to_tuple(th, spec)?;
        let (Some(name), Some(dll), 2) = (spec.item(0), spec.item(1), spec.len()) else {
            return Err(raise::type_error(th, format_args!("illegal func_spec argument")));
        };
        let text = function_name(th, name)?;
        let shown = Str::from_wtf8(th, text.as_bytes());
        interp::audit::event(th, "ctypes.dlsym", &[dll, &shown])?;
        let address = meta::symbol_in(th, dll, &text, objects::exceptions::attribute_error_type())?;
        let paramflags = check_paramflags(th, cls, paramflags.filter(|flags| !flags.is(none())), None)?;
        let made = CFuncPtr::fresh(th, cls)?;
        made.paramflags.set(th, &*made, paramflags);
        made.set_pointer(th, address);
        made.keep(th, 0, Some(dll.to_owned()))?;
        Ok(made)
    }

    /// `cls(callable)`
    fn from_callable(th: &mut Thread, cls: &Type, callable: &Object) -> Result<Ref<CFuncPtr>, Raised> {
        if !ops::is_callable(callable) {
            return Err(raise::type_error(th, format_args!("argument must be callable or integer function address")));
        }
        let known = info::of_class(cls);
        let Some((known, types)) = known.and_then(|known| known.argtypes.get(th, known).map(|types| (known, types))) else {
            return Err(raise::type_error(th, format_args!("cannot construct instance of this class: no argtypes")));
        };
        let types = ops::to_tuple(th, &types)?;
        let restype = known.restype.get(th, known);
        let thunk = Thunk::new(th, callable, types, restype.as_deref(), known.flags)?;
        let made = CFuncPtr::fresh(th, cls)?;
        made.callable.set(th, &*made, Some(callable.to_owned()));
        made.set_pointer(th, thunk.code());
        made.keep(th, 0, Some(thunk.clone().up()))?;
        made.thunk.set(th, &*made, Some(thunk));
        Ok(made)
    }

    /// One's own, or what the class says.
    fn either<T: Heaped>(&self, th: &Thread, own: &Slot<T>, of_class: &Slot<T>, known: &Info) -> Option<Ref<T>> {
        own.get(th, self).or_else(|| of_class.get(th, known))
    }

    /// The arguments of the call, from those that were given.
    fn arrange(
        &self,
        th: &mut Thread,
        types: Option<&Tuple>,
        args: &[&Object],
        kwargs: &[(&Object, &Object)],
    ) -> Result<Given, Raised> {
        let mut given = Given { args: Vec::new(), results: Vec::new() };
        let (Some(types), Some(all)) = (types.filter(|types| !types.is_empty()), self.paramflags.get(th, self)) else {
            given.args = args.iter().map(|arg| th.retain(*arg)).collect();
            return Ok(given);
        };
        let mut used = 0;
        for (at, (ty, parameter)) in types.iter().zip(all.iter()).enumerate() {
            let Some(parameter) = parameter.downcast::<Tuple>() else {
                return Err(raise::type_error(
                    th,
                    format_args!("paramflags must be a sequence of (int [,string [,value]]) tuples"),
                ));
            };
            let flag = parameter.item(0).and_then(|flag| flag.downcast::<Int>()).map_or(0, codes::low_bits) & direction::ALL;
            let (name, default) = (parameter.item(1), parameter.item(2));
            let arg = match flag {
                f if f == direction::IN | direction::LCID => {
                    default.map_or_else(|| Int::from_i64(th, 0).up(), |default| default.to_owned())
                }
                direction::OUT => {
                    given.results.push((at, true));
                    match default {
                        Some(default) => default.to_owned(),
                        None => out_argument(th, ty)?,
                    }
                }
                _ => {
                    if flag & direction::OUT != 0 {
                        given.results.push((at, false));
                    }
                    pick(th, &mut used, name, default, args, kwargs)?
                }
            };
            given.args.push(arg);
        }
        let actual = args.len() + kwargs.len();
        if actual != used {
            return Err(raise::type_error(th, format_args!("call takes exactly {used} arguments ({actual} given)")));
        }
        Ok(given)
    }
}

/// One argument: by position, by name, or the default.
fn pick(
    th: &mut Thread,
    used: &mut usize,
    name: Option<&Object>,
    default: Option<&Object>,
    args: &[&Object],
    kwargs: &[(&Object, &Object)],
) -> Result<Ref<Object>, Raised> {
    if let Some(arg) = args.get(*used) {
        *used += 1;
        return Ok(th.retain(*arg));
    }
    if let Some(name) = name.and_then(|name| name.downcast::<Str>())
        && let Some((_, value)) = kwargs.iter().find(|(key, _)| key.downcast::<Str>().is_some_and(|key| key.eq_str(name)))
    {
        *used += 1;
        return Ok(th.retain(*value));
    }
    if let Some(default) = default {
        return Ok(default.to_owned());
    }
    match name {
        Some(name) => {
            let name = ops::str_(th, name)?;
            Err(raise::type_error(th, format_args!("required argument '{name}' missing")))
        }
        None => Err(raise::type_error(th, format_args!("not enough arguments"))),
    }
}

/// A new instance for a result of a call: an array, or what a pointer points at.
fn out_argument(th: &mut Thread, ty: &Object) -> Result<Ref<Object>, Raised> {
    let Some(known) = info::of_type(ty) else {
        return Err(raise::runtime_error(th, format_args!("NULL stginfo unexpected")));
    };
    match (known.kind, known.proto(th)) {
        (Kind::Array, _) => ops::call(th, ty, &[]),
        (Kind::Pointer, Some(target)) => ops::call(th, &target, &[]),
        _ => {
            let name = as_type(ty).map_or_else(String::new, ops::message_name);
            Err(raise::type_error(th, format_args!("{name} 'out' parameter must be passed as default value")))
        }
    }
}

fn function_name(th: &mut Thread, name: &Object) -> Result<CString, Raised> {
    let bytes = if let Some(bytes) = name.downcast::<Bytes>() {
        bytes.as_slice().to_vec()
    } else if let Some(text) = name.downcast::<Str>() {
        match text.to_utf8() {
            Some(text) => text.as_bytes().to_vec(),
            None => return Err(raise::unicode_surrogates(th, text)),
        }
    } else {
        return Err(raise::type_error(th, format_args!("function name must be string, bytes object or integer")));
    };
    // C reads it up to the first zero.
    let len = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    Ok(CString::new(&bytes[..len]).unwrap_or_default())
}

/// Checks `paramflags` against the types of arguments, if both are there.
fn check_paramflags(
    th: &mut Thread,
    cls: &Type,
    paramflags: Option<&Object>,
    types: Option<&Object>,
) -> Result<Option<Ref<Tuple>>, Raised> {
    let known = info::required(th, cls)?;
    let types = types.map(|types| types.to_owned()).or_else(|| known.argtypes.get(th, known));
    let Some(paramflags) = paramflags else { return Ok(None) };
    let Some(all) = paramflags.downcast::<Tuple>() else {
        if types.is_none() {
            return Ok(None);
        }
        return Err(raise::type_error(th, format_args!("paramflags must be a tuple or None")));
    };
    let Some(types) = types else { return Ok(Some(all.to_ref())) };
    let types = ops::to_tuple(th, &types)?;
    if all.len() != types.len() {
        return Err(raise::value_error(th, format_args!("paramflags must have the same length as argtypes")));
    }
    for (at, (parameter, ty)) in all.iter().zip(types.iter()).enumerate() {
        let parts = parameter.downcast::<Tuple>().filter(|parts| (1..=3).contains(&parts.len()));
        let flag = parts.and_then(|parts| parts.get(0).downcast::<Int>()).and_then(Int::to_i64);
        let named = parts.is_some_and(|parts| parts.item(1).is_none_or(|name| name.is(none()) || name.is_a::<Str>()));
        let Some(flag) = flag.filter(|_| named) else {
            return Err(raise::type_error(th, format_args!("paramflags must be a sequence of (int [,string [,value]]) tuples")));
        };
        match flag.cast_unsigned() & direction::ALL {
            0 | direction::IN => {}
            f if f == direction::IN | direction::LCID || f == direction::IN | direction::OUT => {}
            direction::OUT => check_out_type(th, ty, at + 1)?,
            _ => return Err(raise::type_error(th, format_args!("paramflag value {flag} not supported"))),
        }
    }
    Ok(Some(all.to_ref()))
}

fn check_out_type(th: &mut Thread, ty: &Object, at: usize) -> Result<(), Raised> {
    if layout::is_kind(ty, Kind::Pointer) || layout::is_kind(ty, Kind::Array) {
        return Ok(());
    }
    if info::of_type(ty).and_then(Info::simple).is_some_and(|simple| b"PzZ".contains(&simple.code)) {
        return Ok(());
    }
    let name = as_type(ty).map_or_else(|| ops::type_name(ty), ops::message_name);
    Err(raise::type_error(th, format_args!("'out' parameter {at} must be a pointer type, not {name}")))
}

fn check_count(th: &mut Thread, converters: Option<&Tuple>, actual: usize, flags: u32) -> Result<(), Raised> {
    let Some(required) = converters.map(Tuple::len) else { return Ok(()) };
    let plural = if required == 1 { "" } else { "s" };
    if flags & flags::CDECL != 0 {
        // C functions may take more.
        if required > actual {
            return Err(raise::type_error(
                th,
                format_args!("this function takes at least {required} argument{plural} ({actual} given)"),
            ));
        }
    } else if required != actual {
        return Err(raise::type_error(th, format_args!("this function takes {required} argument{plural} ({actual} given)")));
    }
    Ok(())
}

#[pymethods]
impl CFuncPtr {
    #[slot(tp_new, sig = "(*args, **kwargs)")]
    fn new(th: &mut Thread, cls: &Type, args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<CFuncPtr>, Raised> {
        match *args.as_slice() {
            [] => CFuncPtr::fresh(th, cls),
            [spec] if spec.is_a::<Tuple>() => CFuncPtr::from_library(th, cls, spec, None),
            [spec, flags] if spec.is_a::<Tuple>() => CFuncPtr::from_library(th, cls, spec, Some(flags)),
            [address] if address.is_a::<Int>() => {
                let address = crate::module::address(th, address)?;
                let made = CFuncPtr::fresh(th, cls)?;
                made.set_pointer(th, address);
                Ok(made)
            }
            [callable] => CFuncPtr::from_callable(th, cls, callable),
            [spec, ..] if spec.is_a::<Tuple>() => {
                let count = args.len();
                Err(raise::type_error(th, format_args!("function takes at most 2 arguments ({count} given)")))
            }
            _ => {
                let count = args.len();
                Err(raise::type_error(th, format_args!("function takes exactly 1 argument ({count} given)")))
            }
        }
    }

    #[slot(tp_call, sig = "($self, /, *args, **kwargs)")]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let known = self.known(th)?;
        let restype = self.either(th, &self.restype, &known.restype, known);
        let converters = self.either(th, &self.converters, &known.converters, known);
        let checker = self.either(th, &self.checker, &known.checker, known);
        let errcheck = self.errcheck.get(th, self);
        let function: *const () = self.pointer(th).cast_const().cast();
        let kwargs: Vec<(&Object, &Object)> = kwargs.iter().collect();
        let types = match self.paramflags.is_null() {
            true => None,
            false => match self.either(th, &self.argtypes, &known.argtypes, known) {
                Some(types) => Some(ops::to_tuple(th, &types)?),
                None => None,
            },
        };
        let call = Call {
            function,
            flags: known.flags,
            converters: converters.as_deref(),
            restype: restype.as_deref(),
            checker: checker.as_deref(),
        };
        if types.is_none() && errcheck.is_none() {
            check_count(th, converters.as_deref(), args.len(), known.flags)?;
            return call.run(th, &args);
        }
        let given = self.arrange(th, types.as_deref(), &args, &kwargs)?;
        check_count(th, converters.as_deref(), given.args.len(), known.flags)?;
        let all: Vec<&Object> = given.args.iter().map(|arg| &**arg).collect();
        let result = call.run(th, &all)?;
        if let Some(errcheck) = errcheck {
            let passed = Tuple::from_slice(th, &all);
            let checked = ops::call(th, &errcheck, &[&result, self.as_object(), &passed])?;
            if !Thread::same(&*checked, &*passed) {
                return Ok(checked);
            }
        }
        results(th, &given, result)
    }

    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, view: &mut Py_buffer, _flags: c_int) -> Result<(), Raised> {
        self.fill_buffer(th, view)
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<{} object at {:p}>", ops::message_name(self.as_object().ty()), self)
    }

    #[slot(nb_bool)]
    fn bool_(&self, th: &mut Thread) -> bool {
        !self.pointer(th).is_null()
    }

    /// a function to check for errors
    #[getter(name = "errcheck")]
    fn get_errcheck(&self, th: &mut Thread) -> Ref<Object> {
        self.errcheck.get(th, self).unwrap_or_else(none_ref)
    }

    #[setter(errcheck)]
    fn set_errcheck(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        if value.is_some_and(|value| !ops::is_callable(value)) {
            return Err(raise::type_error(th, format_args!("the errcheck attribute must be callable")));
        }
        self.errcheck.set(th, self, value.map(|value| value.to_owned()));
        Ok(())
    }

    /// specify the result type
    #[getter(name = "restype")]
    fn get_restype(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let known = self.known(th)?;
        Ok(self.either(th, &self.restype, &known.restype, known).unwrap_or_else(none_ref))
    }

    #[setter(restype)]
    fn set_restype(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let checker = match value {
            Some(value) => meta::checker_of(th, value, "restype")?,
            None => None,
        };
        self.checker.set(th, self, checker);
        self.restype.set(th, self, value.map(|value| value.to_owned()));
        Ok(())
    }

    /// specify the argument types
    #[getter(name = "argtypes")]
    fn get_argtypes(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let known = self.known(th)?;
        Ok(self.either(th, &self.argtypes, &known.argtypes, known).unwrap_or_else(none_ref))
    }

    #[setter(argtypes)]
    fn set_argtypes(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(types) = value.filter(|value| !value.is(none())) else {
            self.converters.set(th, self, None);
            self.argtypes.set(th, self, None);
            return Ok(());
        };
        let converters = meta::converters(th, types)?;
        let paramflags = self.paramflags.get(th, self);
        check_paramflags(th, self.as_object().ty(), paramflags.as_ref().map(|flags| flags.as_object()), Some(types))?;
        self.converters.set(th, self, Some(converters));
        self.argtypes.set(th, self, Some(types.to_owned()));
        Ok(())
    }
}

/// What a call returns: its result, or the values of its parameters for results.
fn results(th: &mut Thread, given: &Given, result: Ref<Object>) -> Result<Ref<Object>, Raised> {
    let mut all = Vec::with_capacity(given.results.len());
    for &(at, is_new) in &given.results {
        let arg = &given.args[at];
        all.push(if is_new { from_out_parameter(th, arg)? } else { arg.clone() });
    }
    Ok(match all.len() {
        0 => result,
        1 => all.swap_remove(0),
        _ => Tuple::new(th, all).up(),
    })
}
