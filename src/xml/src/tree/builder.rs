//! `TreeBuilder`: makes a tree of the events of a document.

use heap::sync::{AtomicBool, Ordering::Relaxed};
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::str::Name;
use objects::{Dict, List, Str, Tuple, none, none_ref, ops, raise};

use super::element::Element;
use super::{COMMENT, ERROR, INSTRUCTION};

static APPEND: Name = Name::new("append");
static TEXT: Name = Name::new("text");
static TAIL: Name = Name::new("tail");
static JOIN: Name = Name::new("join");

/// Events that a program may want to see, in the order of the builder's slots.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Start,
    End,
    StartNs,
    EndNs,
    Comment,
    Instruction,
}

impl Event {
    pub fn named(name: &str) -> Option<Event> {
        Some(match name {
            "start" => Event::Start,
            "end" => Event::End,
            "start-ns" => Event::StartNs,
            "end-ns" => Event::EndNs,
            "comment" => Event::Comment,
            "pi" => Event::Instruction,
            _ => return None,
        })
    }
}

#[pytype(name = "TreeBuilder", module = "xml.etree.ElementTree", flags(BASETYPE), doc = none)]
#[repr(C)]
pub struct TreeBuilder {
    head: Head,
    root: Slot,
    /// The element that is open; none: there is none yet.
    this: Slot,
    last: Slot,
    /// The last one, if text belongs behind it.
    last_for_tail: Slot,
    /// Pieces of text that wait.
    data: Slot<List>,
    stack: Slot<List>,
    element_factory: Slot,
    comment_factory: Slot,
    instruction_factory: Slot,
    report: Slot,
    events: [Slot; 6],
    insert_comments: AtomicBool,
    insert_instructions: AtomicBool,
}

impl TreeBuilder {
    pub fn create(th: &mut Thread, cls: &Type) -> Ref<TreeBuilder> {
        let (stack, comment, instruction) = (List::empty(th), COMMENT.get(th), INSTRUCTION.get(th));
        let builder = TreeBuilder {
            head: Head::INIT,
            root: Slot::NULL,
            this: Slot::NULL,
            last: Slot::NULL,
            last_for_tail: Slot::NULL,
            data: Slot::NULL,
            stack: Slot::new(stack),
            element_factory: Slot::NULL,
            comment_factory: Slot::from_option(comment),
            instruction_factory: Slot::from_option(instruction),
            report: Slot::NULL,
            events: core::array::from_fn(|_| Slot::NULL),
            insert_comments: AtomicBool::new(false),
            insert_instructions: AtomicBool::new(false),
        };
        th.new_instance(cls, builder)
    }

    pub fn wants(&self, event: Event) -> bool {
        !self.events[event as usize].is_null()
    }

    pub fn inserts_instructions(&self) -> bool {
        self.insert_instructions.load(Relaxed)
    }

    /// Chooses what is reported, and to whom.
    pub fn set_report(&self, th: &mut Thread, report: Ref<Object>) {
        self.report.set(th, self, Some(report));
        for slot in &self.events {
            slot.set(th, self, None);
        }
    }

    pub fn set_event(&self, th: &mut Thread, event: Event, name: Ref<Object>) {
        self.events[event as usize].set(th, self, Some(name));
    }

    pub fn tell(&self, th: &mut Thread, event: Event, node: &Object) -> Result<(), Raised> {
        let (Some(report), Some(name)) = (self.report.get(th, self), self.events[event as usize].get(th, self)) else {
            return Ok(());
        };
        let pair = Tuple::from_array(th, [name, node.to_ref()]);
        ops::call1(th, &report, &pair)?;
        Ok(())
    }

    /// Gives the text that waits to the element that it belongs to.
    fn flush(&self, th: &mut Thread) -> Result<(), Raised> {
        let Some(pieces) = self.data.take(th, self) else { return Ok(()) };
        let (tail, element) = match self.last_for_tail.get(th, self) {
            Some(element) => (true, Some(element)),
            None => (false, self.last.get(th, self)),
        };
        let Some(element) = element else { return Ok(()) };
        let mut text = match pieces.get(th, 0) {
            Some(only) if pieces.len() == 1 => only,
            _ => {
                let empty = Str::empty();
                ops::call_method(th, &empty, &JOIN, &[&pieces])?
            }
        };
        if let Some(element) = (*element).downcast_exact::<Element>()
            && element.put_text(th, tail, &text)
        {
            return Ok(());
        }
        let name: &'static Name = if tail { &TAIL } else { &TEXT };
        let before = ops::getattr(th, &element, name)?;
        if !before.is(none()) {
            text = ops::add(th, &before, &text)?;
        }
        ops::setattr(th, &element, name, &text)
    }

    fn add(&self, th: &mut Thread, parent: &Object, child: &Object) -> Result<(), Raised> {
        match parent.downcast_exact::<Element>() {
            Some(parent) => parent.add(th, child),
            None => ops::call_method(th, parent, &APPEND, &[child]).map(drop),
        }
    }

    pub fn begin(&self, th: &mut Thread, tag: &Object, attrib: Option<Ref<Dict>>) -> Result<Ref<Object>, Raised> {
        self.flush(th)?;
        let node = match self.element_factory.get(th, self) {
            None => Element::create(th, tag, attrib).up(),
            Some(factory) => {
                let attrib = attrib.unwrap_or_else(|| Dict::new(th));
                ops::call(th, &factory, &[tag, &attrib])?
            }
        };
        self.last_for_tail.set(th, self, None);
        let this = self.this.get(th, self);
        match &this {
            Some(this) => self.add(th, this, &node)?,
            None if self.root.is_null() => self.root.set(th, self, Some(node.clone())),
            None => return Err(ERROR.raise(th, format_args!("multiple elements on top level"))),
        }
        if let Some(stack) = self.stack.get(th, self) {
            stack.append(th, this.unwrap_or_else(none_ref))?;
        }
        self.this.set(th, self, Some(node.clone()));
        self.last.set(th, self, Some(node.clone()));
        self.tell(th, Event::Start, &node)?;
        Ok(node)
    }

    pub fn take(&self, th: &mut Thread, data: &Object) -> Result<(), Raised> {
        if self.last.is_null() {
            // Text in front of the first element.
            return Ok(());
        }
        let pieces = match self.data.get(th, self) {
            Some(pieces) => pieces,
            None => self.data.get_or_put(th, self, List::empty(th)),
        };
        pieces.append(th, data.to_ref())
    }

    pub fn finish(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.flush(th)?;
        let earlier = self.stack.get(th, self).and_then(|stack| stack.pop(th));
        let Some(earlier) = earlier else { return Err(raise::index_error(th, format_args!("pop from empty stack"))) };
        let done = self.this.get(th, self).unwrap_or_else(none_ref);
        self.last.set(th, self, Some(done.clone()));
        self.last_for_tail.set(th, self, Some(done.clone()));
        self.this.set(th, self, Some(earlier).filter(|earlier| !earlier.is(none())));
        self.tell(th, Event::End, &done)?;
        Ok(done)
    }

    /// Puts a comment or an instruction into the tree, if it is to be there.
    fn insert(&self, th: &mut Thread, wanted: bool, node: &Object) -> Result<(), Raised> {
        if wanted && let Some(this) = self.this.get(th, self) {
            self.add(th, &this, node)?;
            self.last_for_tail.set(th, self, Some(node.to_ref()));
        }
        Ok(())
    }

    pub fn note_comment(&self, th: &mut Thread, text: &Object) -> Result<Ref<Object>, Raised> {
        self.flush(th)?;
        let mut node = text.to_ref();
        if let Some(factory) = self.comment_factory.get(th, self) {
            node = ops::call1(th, &factory, text)?;
            self.insert(th, self.insert_comments.load(Relaxed), &node)?;
        }
        self.tell(th, Event::Comment, &node)?;
        Ok(node)
    }

    pub fn note_instruction(&self, th: &mut Thread, target: &Object, text: &Object) -> Result<Ref<Object>, Raised> {
        self.flush(th)?;
        let node = match self.instruction_factory.get(th, self) {
            Some(factory) => {
                let node = ops::call(th, &factory, &[target, text])?;
                self.insert(th, self.inserts_instructions(), &node)?;
                node
            }
            None => Tuple::from_slice(th, &[target, text]).up(),
        };
        self.tell(th, Event::Instruction, &node)?;
        Ok(node)
    }

    pub fn result(&self, th: &Thread) -> Ref<Object> {
        self.root.get(th, self).unwrap_or_else(none_ref)
    }
}

#[pymethods]
impl TreeBuilder {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<TreeBuilder> {
        TreeBuilder::create(th, cls)
    }

    #[slot(
        tp_init,
        sig = "(element_factory=None, *, comment_factory=None, pi_factory=None, insert_comments=False, insert_pis=False)"
    )]
    fn tp_init(
        &self,
        th: &mut Thread,
        element_factory: Option<&Object>,
        comment_factory: Option<&Object>,
        pi_factory: Option<&Object>,
        insert_comments: bool,
        insert_pis: bool,
    ) {
        let given = |factory: Option<&Object>| factory.filter(|factory| !factory.is(none())).map(|factory| factory.to_ref());
        let comment = given(comment_factory).or_else(|| COMMENT.get(th));
        let instruction = given(pi_factory).or_else(|| INSTRUCTION.get(th));
        self.insert_comments.store(insert_comments && comment.is_some(), Relaxed);
        self.insert_instructions.store(insert_pis && instruction.is_some(), Relaxed);
        self.element_factory.set(th, self, given(element_factory));
        self.comment_factory.set(th, self, comment);
        self.instruction_factory.set(th, self, instruction);
    }

    #[method(sig = "($self, tag, attrs, /)")]
    fn start(&self, th: &mut Thread, tag: &Object, attrs: &Dict) -> Result<Ref<Object>, Raised> {
        let attrs = attrs.to_ref();
        self.begin(th, tag, Some(attrs))
    }

    #[method(sig = "($self, data, /)")]
    fn data(&self, th: &mut Thread, data: &Object) -> Result<(), Raised> {
        self.take(th, data)
    }

    #[method(sig = "($self, tag, /)")]
    fn end(&self, th: &mut Thread, _tag: &Object) -> Result<Ref<Object>, Raised> {
        self.finish(th)
    }

    #[method(sig = "($self, text, /)")]
    fn comment(&self, th: &mut Thread, text: &Object) -> Result<Ref<Object>, Raised> {
        self.note_comment(th, text)
    }

    #[method(sig = "($self, target, text=None, /)")]
    fn pi(&self, th: &mut Thread, target: &Object, text: Option<&Object>) -> Result<Ref<Object>, Raised> {
        self.note_instruction(th, target, text.unwrap_or(none()))
    }

    #[method]
    fn close(&self, th: &mut Thread) -> Ref<Object> {
        self.result(th)
    }
}

/// Whether a parser's target is this class and none below it, whose methods may be others.
pub fn exact(target: &Object) -> Option<&TreeBuilder> {
    target.downcast_exact::<TreeBuilder>().filter(|_| core::ptr::eq(target.ty(), TreeBuilder::type_object()))
}
