//! Template strings: `string.templatelib.Template`, `Interpolation`, and the iterator over both.
//!
//! Invariant: a template has one string more than interpolations; strings and interpolations alternate, beginning with a string.

use heap::sync::{AtomicUsize, Ordering::Relaxed};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::text::Text;
use crate::{Str, Tuple, hooks, names, none, ops, raise};

/// Template object
#[pytype(name = "Template", module = "string.templatelib", export = "_PyTemplate_Type")]
#[repr(C)]
pub struct Template {
    head: Head,
    #[member(none, readonly, doc = "Strings")]
    strings: Slot<Tuple>,
    #[member(none, readonly, doc = "Interpolations")]
    interpolations: Slot<Tuple>,
}

/// Interpolation object
#[pytype(name = "Interpolation", module = "string.templatelib", export = "_PyInterpolation_Type")]
#[repr(C)]
pub struct Interpolation {
    head: Head,
    #[member(none, readonly, doc = "Value")]
    value: Slot,
    #[member(none, readonly, doc = "Expression")]
    expression: Slot,
    #[member(none, readonly, doc = "Conversion")]
    conversion: Slot,
    #[member(none, readonly, doc = "Format specifier")]
    format_spec: Slot,
}

/// Template iterator object
#[pytype(name = "TemplateIter", module = "string.templatelib", export = "_PyTemplateIter_Type", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct TemplateIter {
    head: Head,
    template: Slot<Template>,
    /// Parts handed out or passed over; even ones are strings.
    at: AtomicUsize,
}

impl Template {
    /// From parts that keep the invariant.
    pub fn from_parts(th: &mut Thread, strings: Ref<Tuple>, interpolations: Ref<Tuple>) -> Ref<Template> {
        th.new_object(Template { head: Head::INIT, strings: Slot::new(strings), interpolations: Slot::new(interpolations) })
    }

    /// The strings.
    pub fn strings(&self) -> &Tuple {
        self.strings.peek().unwrap_or_else(|| Tuple::empty_static())
    }

    /// The interpolations.
    pub fn interpolations(&self) -> &Tuple {
        self.interpolations.peek().unwrap_or_else(|| Tuple::empty_static())
    }
}

impl Interpolation {
    /// From what the syntax gives; without a conversion it is `None`.
    pub fn from_parts(th: &mut Thread, value: &Object, expression: &Str, conversion: Option<&Str>, format_spec: &Str) -> Ref<Interpolation> {
        th.new_object(Interpolation {
            head: Head::INIT,
            value: Slot::new(value.to_ref()),
            expression: Slot::new(expression.to_ref().up()),
            conversion: Slot::new(conversion.map_or_else(crate::none_ref, |c| c.to_ref().up())),
            format_spec: Slot::new(format_spec.to_ref().up()),
        })
    }

    fn fields(&self) -> [&Object; 4] {
        [&self.value, &self.expression, &self.conversion, &self.format_spec].map(|field| field.peek().unwrap_or(none()))
    }
}

/// Two neighbouring strings as one.
fn joined(th: &mut Thread, a: &Str, b: &Str) -> Result<Ref<Str>, Raised> {
    Str::concat(th, a, b).ok_or_else(|| raise::memory_error(th))
}

#[pymethods]
impl Template {
    #[slot(tp_new)]
    fn py_new(th: &mut Thread, _cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Template>, Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("Template.__new__ only accepts *args arguments")));
        }
        let (mut strings, mut interpolations) = (Vec::new(), Vec::new());
        let mut last = Str::new(th, "");
        for &arg in args.iter() {
            if let Some(text) = arg.downcast::<Str>() {
                last = if last.is_empty() { text.to_ref() } else { joined(th, &last, text)? };
            } else if arg.is_a::<Interpolation>() {
                let text = core::mem::replace(&mut last, Str::new(th, ""));
                strings.push(text.up());
                interpolations.push(arg.to_ref());
            } else {
                let name = ops::type_name(arg);
                let message = format_args!("Template.__new__ *args need to be of type 'str' or 'Interpolation', got {name}");
                return Err(raise::type_error(th, message));
            }
        }
        strings.push(last.up());
        let (strings, interpolations) = (Tuple::new(th, strings), Tuple::new(th, interpolations));
        Ok(Template::from_parts(th, strings, interpolations))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut text = Text::new("Template(strings=");
        text.push_repr(th, self.strings())?.push(", interpolations=").push_repr(th, self.interpolations())?.push(")");
        Ok(text.finish(th))
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Ref<TemplateIter> {
        th.new_object(TemplateIter { head: Head::INIT, template: Slot::new(self.to_ref()), at: AtomicUsize::new(0) })
    }

    #[slot(sq_concat)]
    fn concat(&self, th: &mut Thread, other: &Object) -> Result<Ref<Template>, Raised> {
        let Some(other) = other.downcast_exact::<Template>() else {
            let (own, name) = (ops::type_name(self), ops::type_name(other));
            return Err(raise::type_error(th, format_args!("can only concatenate {own} (not \"{name}\") to {own}")));
        };
        let mut strings: Vec<Ref<Object>> = self.strings().iter().map(Heaped::to_ref).collect();
        let mut rest = other.strings().iter();
        if let (Some(a), Some(b)) = (strings.pop(), rest.next())
            && let (Some(a), Some(b)) = (a.downcast_ref::<Str>(), b.downcast::<Str>())
        {
            strings.push(joined(th, a, b)?.up());
        }
        strings.extend(rest.map(Heaped::to_ref));
        let interpolations = self.interpolations().iter().chain(other.interpolations().iter()).map(Heaped::to_ref).collect();
        let (strings, interpolations) = (Tuple::new(th, strings), Tuple::new(th, interpolations));
        Ok(Template::from_parts(th, strings, interpolations))
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let module = (hooks::get().import)(th, "string.templatelib")?;
        let unpickle = ops::getattr_str(th, &module, "_template_unpickle")?;
        let args = Tuple::from_slice(th, &[self.strings(), self.interpolations()]);
        Ok(Tuple::from_slice(th, &[&*unpickle, &args]))
    }

    /// Template supports [] for generic usage
    #[classmethod]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        crate::generic_alias(th, cls, object)
    }

    /// Values of interpolations
    #[getter]
    fn values(&self, th: &mut Thread) -> Ref<Tuple> {
        let values = self.interpolations().iter().map(|i| i.downcast::<Interpolation>().map_or(none(), |i| i.fields()[0]).to_ref());
        let values = values.collect();
        Tuple::new(th, values)
    }
}

#[pymethods]
impl Interpolation {
    #[slot(tp_new, sig = "(value, expression='', conversion=None, format_spec='')")]
    fn py_new(
        th: &mut Thread,
        _cls: &Type,
        value: &Object,
        expression: Option<&Str>,
        conversion: Option<&Object>,
        format_spec: Option<&Str>,
    ) -> Result<Ref<Interpolation>, Raised> {
        let conversion = match conversion.filter(|conversion| !conversion.is(none())) {
            None => None,
            Some(conversion) => {
                let Some(text) = conversion.downcast::<Str>() else {
                    let name = ops::type_name(conversion);
                    let message = format_args!("Interpolation() argument 'conversion' must be str, not {name}");
                    return Err(raise::type_error(th, message));
                };
                if !["s", "r", "a"].iter().any(|known| text.eq_text(known)) {
                    let message = format_args!("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'");
                    return Err(raise::value_error(th, message));
                }
                Some(text)
            }
        };
        let empty = names::EMPTY.get();
        Ok(Interpolation::from_parts(th, value, expression.unwrap_or(empty), conversion, format_spec.unwrap_or(empty)))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let [value, expression, conversion, format_spec] = self.fields();
        let mut text = Text::new("Interpolation(");
        text.push_repr(th, value)?.push(", ").push_repr(th, expression)?.push(", ");
        text.push_repr(th, conversion)?.push(", ").push_repr(th, format_spec)?.push(")");
        Ok(text.finish(th))
    }

    /// __reduce__() -> (cls, state)
    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Ref<Tuple> {
        let state = Tuple::from_slice(th, &self.fields());
        Tuple::from_slice(th, &[self.ty(), &state])
    }

    /// Interpolations are generic over the types of their values
    #[classmethod]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        crate::generic_alias(th, cls, object)
    }
}

/// Sets `Interpolation.__match_args__`; once, when the type is ready.
pub fn init(th: &mut Thread) {
    let parts = ["value", "expression", "conversion", "format_spec"].map(|name| crate::str::intern(th, name));
    let args = Tuple::from_slice(th, &parts.map(|name| name.as_object()));
    th.share(&args);
    if let Some(dict) = crate::typing::lookup::own_dict(Interpolation::type_object()) {
        dict.set_str(th, &names::__match_args__, args.up());
    }
}

#[pymethods]
impl TemplateIter {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    /// Empty strings are passed over.
    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Option<Ref<Object>> {
        let template = self.template.get(th, self)?;
        loop {
            let at = self.at.fetch_add(1, Relaxed);
            if at % 2 == 1 {
                if at / 2 < template.interpolations().len() {
                    return Some(template.interpolations().get(at / 2).to_ref());
                }
            } else if at / 2 < template.strings().len() {
                let text = template.strings().get(at / 2);
                if text.downcast::<Str>().is_none_or(|text| !text.is_empty()) {
                    return Some(text.to_ref());
                }
                continue;
            }
            // The end: the count stays where it is, however often somebody asks.
            self.at.store(usize::MAX & !1, Relaxed);
            return None;
        }
    }
}
