//! Options of the command line that C adds: `PySys_AddWarnOption*`, `PySys_AddXOption`, `PySys_SetPath`.

use heap::{Object, Ref, Thread};
use objects::{Dict, List, Str, bool_ref};

use super::wide_text;
use crate::api;

fn add_warning(th: &mut Thread, option: Ref<Object>) {
    match interp::sys::attribute(th, "warnoptions").as_ref().and_then(|options| options.downcast_ref::<List>()) {
        Some(options) => {
            // Without memory for it the option is lost, as in CPython.
            if options.append(th, option).is_err() {
                drop(th.take_exception());
            }
        }
        None => {
            let options = List::new(th, vec![option]);
            interp::sys::set_attribute(th, "warnoptions", options.up());
        }
    }
}

api! {
    /// Adds an option as `-W` does.
    fn PySys_AddWarnOption(th, option: *const abi::wchar_t) {
        // SAFETY: R4: the function's contract.
        let option = unsafe { wide_text(th, option) };
        add_warning(th, option.up());
    }

    /// The same of a `str`.
    fn PySys_AddWarnOptionUnicode(th, option: &Object) {
        let option = th.retain(option);
        add_warning(th, option);
    }

    /// Adds an option as `-X` does: `name` or `name=value`.
    fn PySys_AddXOption(th, option: *const abi::wchar_t) {
        // SAFETY: R4: the function's contract.
        let option = unsafe { wide_text(th, option) }.to_string_lossy();
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Str::new(th, value).up()),
            None => (option.as_str(), bool_ref(true)),
        };
        let all = interp::sys::attribute(th, "_xoptions");
        match all.as_ref().and_then(|all| all.downcast_ref::<Dict>()) {
            Some(all) => all.set_by_name(th, name, value),
            None => {
                let all = Dict::new(th);
                all.set_by_name(th, name, value);
                interp::sys::set_attribute(th, "_xoptions", all.up());
            }
        }
    }

    /// Replaces `sys.path` by folders with colons between them.
    fn PySys_SetPath(th, path: *const abi::wchar_t) {
        // SAFETY: R4: the function's contract.
        let path = unsafe { wide_text(th, path) }.to_string_lossy();
        let folders = path.split(':').map(|folder| Str::new(th, folder).up()).collect();
        let folders = List::new(th, folders);
        interp::sys::set_attribute(th, "path", folders.up());
    }
}
