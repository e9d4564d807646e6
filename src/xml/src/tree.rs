//! `_elementtree`: trees of elements, what builds them, and the parser that feeds it.
#![allow(non_snake_case, reason = "names that Python sees")]

mod builder;
mod element;
mod iter;
mod reader;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use modules::errors::ErrorClass;
use objects::exceptions::syntax_error_type;
use objects::glue::{upward, *};
use objects::{Tuple, none, none_ref, ops, raise};

use builder::TreeBuilder;
use element::Element;
use iter::ElementIter;
use reader::Reader;

pub static ERROR: ErrorClass = ErrorClass::new("xml.etree.ElementTree", "ParseError", syntax_error_type);

/// What makes comments and processing instructions.
static COMMENT: Global<Object> = Global::EMPTY;
static INSTRUCTION: Global<Object> = Global::EMPTY;
/// `copy.deepcopy`
static COPY: Global<Object> = Global::EMPTY;
/// `xml.etree.ElementPath`
static PATH: Global<Object> = Global::EMPTY;

/// What the module imported.
fn imported(th: &mut Thread, global: &Global<Object>) -> Result<Ref<Object>, Raised> {
    match global.get(th) {
        Some(object) => Ok(object),
        None => Err(raise::system_error(th, format_args!("_elementtree is not imported"))),
    }
}

/// A factory, or `None`.
fn factory(th: &mut Thread, given: &Object, what: &str) -> Result<Option<Ref<Object>>, Raised> {
    if given.is(none()) {
        return Ok(None);
    }
    if !ops::is_callable(given) {
        let got = ops::type_name(given);
        return Err(raise::type_error(th, format_args!("{what} factory must be callable, not {got}")));
    }
    Ok(Some(given.to_ref()))
}

#[pymodule(name = "_elementtree", types(Element, TreeBuilder, Reader), hidden(ElementIter))]
pub mod elementtree {
    use super::*;

    #[attr(name = "ParseError")]
    fn error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ERROR.object(th)
    }

    #[exec]
    fn prepare(th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        for class in [Element::type_object(), TreeBuilder::type_object(), Reader::type_object(), ElementIter::type_object()] {
            upward::type_ready(th, class)?;
        }
        let copy = interp::import::import_module(th, "copy")?;
        let copy = ops::getattr_str(th, &copy, "deepcopy")?;
        COPY.set(th, Some(copy));
        let path = interp::import::import_module(th, "xml.etree.ElementPath")?;
        PATH.set(th, Some(path));
        Ok(())
    }

    #[function(sig = none)]
    fn SubElement(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Element>, Raised> {
        element::sub_element(th, args, kwargs)
    }

    /// Change the factories used to create comments and processing instructions.
    ///
    /// For internal use only.
    #[function(sig = "(comment_factory, pi_factory, /)")]
    fn _set_factories(th: &mut Thread, comment_factory: &Object, pi_factory: &Object) -> Result<Ref<Tuple>, Raised> {
        let comment = factory(th, comment_factory, "Comment")?;
        let instruction = factory(th, pi_factory, "PI")?;
        let before = [&COMMENT, &INSTRUCTION].map(|global| global.get(th).unwrap_or_else(none_ref));
        COMMENT.set(th, comment);
        INSTRUCTION.set(th, instruction);
        Ok(Tuple::from_array(th, before))
    }
}
