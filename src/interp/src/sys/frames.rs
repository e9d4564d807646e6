//! `sys` functions over frames and threads: `_getframe`, `_current_frames`, tracing functions, async generator hooks.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Dict, Int, names, raise};

use crate::frame::{object::frame_object, stack};

#[pymodule(part)]
pub mod frames {
    use super::*;

    /// Return a frame object from the call stack.
    ///
    /// If optional integer depth is given, return the frame object that many
    /// calls below the top of the stack.  If that is deeper than the call
    /// stack, ValueError is raised.  The default for depth is zero, returning
    /// the frame at the top of the call stack.
    #[function(sig = "(depth=0, /)")]
    fn _getframe(th: &mut Thread, depth: isize) -> Result<Ref<Object>, Raised> {
        let frame = stack::frames(th).nth(usize::try_from(depth).unwrap_or(0));
        match frame {
            Some(frame) => Ok(frame_object(th, frame).up()),
            None => Err(raise::value_error(th, format_args!("call stack is not deep enough"))),
        }
    }

    /// Return the name of the module of the calling frame.
    #[function(sig = "(depth=0)")]
    fn _getframemodulename(th: &mut Thread, depth: isize) -> Ref<Object> {
        let frame = stack::frames(th).nth(usize::try_from(depth).unwrap_or(0));
        match frame.and_then(|frame| frame.globals().downcast::<Dict>().and_then(|globals| globals.get_str(th, &names::__name__))) {
            Some(name) => name,
            None => objects::none_ref(),
        }
    }

    /// Return a dict mapping each thread's thread id to its current stack frame.
    ///
    /// This function should be used for specialized purposes only.
    #[function]
    fn _current_frames(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
        let dict = Dict::new(th);
        let mut found: Vec<(u64, Ref<Object>)> = Vec::new();
        let stopped = heap::world::stop(th);
        heap::world::for_each_thread(th, &mut |other| {
            if let Some(frame) = stack::current(other) {
                let object: Ref<Object> = frame_object(other, frame).up();
                // R6: what another thread reaches from now on is common.
                th.share(&object);
                found.push((super::super::debugging::thread_ident(other), object));
            }
        });
        drop(stopped);
        for (ident, frame) in found {
            let key = Int::from_u64(th, ident);
            dict.set(th, &key, frame)?;
        }
        Ok(dict)
    }
}
