//! Which native modules there are. The layers above hand in their lists at start; `_imp` makes modules of them.

use heap::sync::Mutex;
use heap::{Raised, Ref, Thread};
use objects::Module;
use objects::glue::ModuleDef;

static LISTS: Mutex<Vec<&'static [&'static ModuleDef]>> = Mutex::new(Vec::new());

/// Adds a list of modules.
pub fn register(list: &'static [&'static ModuleDef]) {
    LISTS.lock().push(list);
}

/// The module of that name.
pub fn find(name: &str) -> Option<&'static ModuleDef> {
    LISTS.lock().iter().flat_map(|list| list.iter()).copied().find(|def| def.name == name)
}

/// All names, sorted (`sys.builtin_module_names`).
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = LISTS.lock().iter().flat_map(|list| list.iter()).map(|def| def.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Makes and fills a module object.
pub fn create(th: &mut Thread, def: &'static ModuleDef) -> Result<Ref<Module>, Raised> {
    let module = Module::new(th, def.name);
    def.fill(th, &module)?;
    crate::hooks::hooks().native_module_made(th, def.name, &module)?;
    Ok(module)
}
