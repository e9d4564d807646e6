//! What `Element.iter` and `Element.itertext` return: a walk through the tree, each element before its children.

use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::serial::Serial;
use objects::{Int, List, none, ops};

use super::element::{Element, same};

#[pytype(name = "_element_iterator", module = "_elementtree", flags(DISALLOW_INSTANTIATION, IMMUTABLETYPE), doc = none)]
#[repr(C)]
pub struct ElementIter {
    head: Head,
    /// Where the walk begins; none: it has begun.
    root: Slot<Element>,
    /// Elements that are walked through, and how many of their children were met: two entries each.
    path: Slot<List>,
    tag: Slot,
    text: bool,
    #[untraversed]
    serial: Serial,
}

impl ElementIter {
    pub fn create(th: &mut Thread, root: &Element, tag: Option<&Object>, text: bool) -> Ref<ElementIter> {
        let path = List::empty(th);
        let tag = Slot::from_option(tag.map(|tag| tag.to_ref()));
        th.new_object(ElementIter {
            head: Head::INIT,
            root: Slot::new(root.to_ref()),
            path: Slot::new(path),
            tag,
            text,
            serial: Serial::new(),
        })
    }

    fn step(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let Some(path) = self.path.get(th, self) else { return Ok(None) };
        loop {
            let depth = path.len();
            let next = if depth < 2 {
                match self.root.take(th, self) {
                    Some(root) => root.up(),
                    None => return Ok(None),
                }
            } else {
                let (parent, count) = (path.get(th, depth - 2), path.get(th, depth - 1));
                let (Some(parent), Some(count)) = (parent, count) else { return Ok(None) };
                let met = count.downcast_ref::<Int>().and_then(Int::to_u64).unwrap_or(0);
                let child = parent.downcast_ref::<Element>().and_then(|parent| parent.child(th, met as usize));
                match child {
                    Some(child) => {
                        let met = Int::from_i64(th, met as i64 + 1).up();
                        path.set(th, depth - 1, met);
                        child
                    }
                    None => {
                        path.pop(th);
                        path.pop(th);
                        // Text behind the element that the walk began with is not part of it.
                        if self.text && path.len() >= 2 {
                            let tail = parent.downcast_ref::<Element>().map(|parent| parent.tail_of(th));
                            if let Some(tail) = wanted(th, tail)? {
                                return Ok(Some(tail));
                            }
                        }
                        continue;
                    }
                }
            };
            path.append(th, next.clone())?;
            let zero = Int::from_i64(th, 0).up();
            path.append(th, zero)?;
            let Some(element) = next.downcast_ref::<Element>() else { continue };
            let tag = element.tag_of(th);
            if self.text {
                if tag.is(none()) || is_str(&tag) {
                    let text = Some(element.text_of(th));
                    if let Some(text) = wanted(th, text)? {
                        return Ok(Some(text));
                    }
                }
                continue;
            }
            match self.tag.get(th, self) {
                None => return Ok(Some(next)),
                Some(sought) if same(th, &tag, &sought)? => return Ok(Some(next)),
                Some(_) => {}
            }
        }
    }
}

/// Text, if there is any.
fn wanted(th: &mut Thread, text: Option<Ref<Object>>) -> Result<Option<Ref<Object>>, Raised> {
    match text {
        Some(text) if !text.is(none()) && ops::is_true(th, &text)? => Ok(Some(text)),
        _ => Ok(None),
    }
}

#[pymethods]
impl ElementIter {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.serial.step(th, self, |th| self.step(th))
    }
}
