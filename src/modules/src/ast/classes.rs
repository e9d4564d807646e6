//! The node classes, made once from the grammar's table.

use std::sync::OnceLock;

use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use objects::typing::class::set_in_namespace;
use objects::typing::instance::Template;
use objects::{Dict, Int, List, Str, Tuple, intern, none, ops, raise};
use syntax::tree::grammar::PLACE;
use syntax::tree::{Attributes, Field, FieldType, Kind, Quantity, Sum};

use super::node::Ast;

/// A class with what makes its instances quickly. Classes of nodes are never freed.
struct Class {
    name: &'static Str,
    class: &'static Type,
    template: Template,
    /// The one instance, of classes without fields and place.
    singleton: Option<&'static Object>,
}

/// All node classes.
pub struct Classes {
    kinds: Vec<Class>,
    /// In the order of `Sum::ALL`; products are among the kinds.
    sums: Vec<Option<(&'static Str, &'static Type)>>,
    /// The names of each kind's fields, interned.
    fields: Vec<Box<[&'static Str]>>,
    pub place: [&'static Str; 4],
}

static CLASSES: OnceLock<Classes> = OnceLock::new();

/// The classes, made when they are first asked for.
pub fn get(th: &mut Thread) -> Result<&'static Classes, Raised> {
    if let Some(classes) = CLASSES.get() {
        return Ok(classes);
    }
    let made = make(th)?;
    // Of two threads that make them at once, one wins; the other's are never seen.
    let _ = CLASSES.set(made);
    CLASSES.get().ok_or(()).or_else(|()| Err(raise::system_error(th, format_args!("the classes of _ast are gone"))))
}

impl Classes {
    /// Every class by its name, the base class left out.
    pub fn all(&self) -> impl Iterator<Item = (&'static Str, &'static Type)> {
        let sums = self.sums.iter().flatten().copied();
        sums.chain(self.kinds.iter().map(|c| (c.name, c.class)))
    }

    /// The class of a kind and how instances are filled.
    pub fn of(&self, kind: Kind) -> (&'static Type, &Template) {
        let class = &self.kinds[kind as usize];
        (class.class, &class.template)
    }

    /// The instance of a kind that has but one.
    pub fn singleton(&self, kind: Kind) -> &'static Object {
        self.kinds[kind as usize].singleton.unwrap_or(none())
    }

    /// The class of a sum or product.
    pub fn of_sum(&self, sum: Sum) -> &'static Type {
        match self.sums[sum as usize] {
            Some((_, class)) => class,
            None => self.kinds[sum.kinds()[0] as usize].class,
        }
    }

    /// The names of a kind's fields.
    pub fn field_names(&self, kind: Kind) -> &[&'static Str] {
        &self.fields[kind as usize]
    }
}

fn names(th: &mut Thread, names: impl Iterator<Item = &'static str>) -> Ref<Object> {
    let names: Vec<Ref<Object>> = names.map(|name| intern(th, name).to_ref().up()).collect();
    Tuple::new(th, names).up()
}

fn make(th: &mut Thread) -> Result<Classes, Raised> {
    let base = Ast::type_object();
    for name in ["_fields", "__match_args__", "_attributes"] {
        let name = intern(th, name);
        set_in_namespace(th, base, name, Some(Tuple::empty_static()))?;
    }
    let mut sums = Vec::new();
    for &sum in Sum::ALL {
        if sum.is_product() {
            sums.push(None);
            continue;
        }
        let class = class(th, sum.name(), base, &[], &sum.doc(), Some(sum.attributes()))?;
        sums.push(Some((intern(th, sum.name()), class)));
    }
    let place = PLACE.map(|name| intern(th, name));
    let mut kinds = Vec::new();
    let mut fields = Vec::new();
    for &kind in Kind::ALL {
        let (parent, attributes) = match sums[kind.sum() as usize] {
            Some((_, parent)) => (parent, None),
            None => (base, Some(kind.sum().attributes())),
        };
        let class = class(th, kind.name(), parent, kind.fields(), &kind.doc(), attributes)?;
        let own: Box<[&'static Str]> = kind.fields().iter().map(|f| intern(th, f.name)).collect();
        let mut attributes = own.to_vec();
        if kind.sum().attributes() != Attributes::Plain {
            attributes.extend(place);
        }
        let Some(template) = Template::new(class, &attributes) else {
            return Err(raise::system_error(th, format_args!("no room for the attributes of {}", kind.name())));
        };
        let bare = attributes.is_empty() && !kind.sum().is_product();
        let singleton = match bare {
            true => {
                let instance = th.new_instance(class, Ast::empty());
                Some(objects::glue::global::keep(th, instance.up()))
            }
            false => None,
        };
        kinds.push(Class { name: intern(th, kind.name()), class, template, singleton });
        fields.push(own);
    }
    let classes = Classes { kinds, sums, fields, place };
    for &kind in Kind::ALL {
        annotate(th, &classes, kind)?;
    }
    Ok(classes)
}

/// Makes one class. `attributes`: what it says of the places of its nodes, if its parent does not say it.
fn class(th: &mut Thread, name: &'static str, parent: &Type, fields: &[Field], doc: &str, attributes: Option<Attributes>) -> Result<&'static Type, Raised> {
    let namespace = Dict::new(th);
    let own = names(th, fields.iter().map(|f| f.name));
    namespace.set_by_name(th, "_fields", own.clone());
    namespace.set_by_name(th, "__match_args__", own);
    let module = intern(th, "ast").to_ref().up();
    namespace.set_by_name(th, "__module__", module);
    let doc = Str::new(th, doc).up();
    namespace.set_by_name(th, "__doc__", doc);
    if let Some(attributes) = attributes {
        let place: &[&'static str] = if attributes == Attributes::Plain { &[] } else { &PLACE };
        let place = names(th, place.iter().copied());
        namespace.set_by_name(th, "_attributes", place);
        if attributes == Attributes::Placed {
            namespace.set_by_name(th, PLACE[2], none().to_ref());
            namespace.set_by_name(th, PLACE[3], none().to_ref());
        }
    }
    for field in fields.iter().filter(|f| f.quantity == Quantity::Optional) {
        namespace.set_by_name(th, field.name, none().to_ref());
    }
    // The class statement's way to say how many attributes instances will have; it is no attribute of these classes.
    let hint = "__static_attributes__";
    let room = fields.len() + PLACE.len();
    let room = Tuple::build(th, room, |_| none().to_ref()).up();
    namespace.set_by_name(th, hint, room);
    let bases = Tuple::from_slice(th, &[parent.as_object()]);
    let name = intern(th, name);
    let class = ops::call(th, objects::typing::type_type(), &[name, &bases, &namespace])?;
    let class = objects::glue::global::keep(th, class);
    let Some(class) = objects::typing::as_type(class) else {
        return Err(raise::system_error(th, format_args!("a new class is no type")));
    };
    let hint = intern(th, hint);
    set_in_namespace(th, class, hint, None)?;
    Ok(class)
}

/// `_field_types`, which is also what the class's annotations are.
fn annotate(th: &mut Thread, classes: &Classes, kind: Kind) -> Result<(), Raised> {
    let types = Dict::new(th);
    let annotations = Dict::new(th);
    for field in kind.fields() {
        let ty = field_type(th, classes, field)?;
        types.set_by_name(th, field.name, ty.clone());
        annotations.set_by_name(th, field.name, ty);
    }
    let class = classes.of(kind).0;
    for (name, dict) in [("_field_types", types), ("__annotations_cache__", annotations)] {
        let name = intern(th, name);
        set_in_namespace(th, class, name, Some(&dict))?;
    }
    Ok(())
}

fn field_type(th: &mut Thread, classes: &Classes, field: &Field) -> Result<Ref<Object>, Raised> {
    let ty = match field.ty {
        FieldType::Identifier | FieldType::String => Str::type_object(),
        FieldType::Int => Int::type_object(),
        FieldType::Constant => objects::typing::object_type(),
        FieldType::Node(sum) => classes.of_sum(sum),
    };
    match field.quantity {
        Quantity::One => Ok(ty.to_ref().up()),
        Quantity::Optional => objects::union::union_or(th, ty, none()),
        Quantity::Many | Quantity::ManyOrNone => objects::generic_alias(th, List::type_object(), ty),
    }
}
