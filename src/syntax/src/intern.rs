//! Names of one compilation as small numbers, so that symbol tables and name tables hash integers.

use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A name, by number in its `Interner`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Sym(u32);

/// All names of a compilation.
#[derive(Default)]
pub struct Interner {
    numbers: FxHashMap<Arc<str>, Sym>,
    names: Vec<Arc<str>>,
}

impl Interner {
    /// The number of `name`.
    pub fn intern(&mut self, name: &str) -> Sym {
        if let Some(&sym) = self.numbers.get(name) {
            return sym;
        }
        let sym = Sym(self.names.len() as u32);
        let name: Arc<str> = name.into();
        self.names.push(name.clone());
        self.numbers.insert(name, sym);
        sym
    }

    /// The name of a number of this interner.
    pub fn name(&self, sym: Sym) -> &Arc<str> {
        &self.names[sym.0 as usize]
    }

    /// `name` as it is spelled inside class `private`: `__x` becomes `_C__x`.
    pub fn mangle(&mut self, private: Option<&str>, name: &str) -> Sym {
        match private {
            Some(class) if name.starts_with("__") => match mangled(class, name) {
                Some(name) => self.intern(&name),
                None => self.intern(name),
            },
            _ => self.intern(name),
        }
    }
}

fn mangled(class: &str, name: &str) -> Option<String> {
    if name.ends_with("__") || name.contains('.') {
        return None;
    }
    let class = class.trim_start_matches('_');
    (!class.is_empty()).then(|| format!("_{class}{name}"))
}

impl Interner {
    /// The names of a list, as `Code` keeps them.
    pub(crate) fn clone_names(&self, list: &[Sym]) -> Box<[Arc<str>]> {
        list.iter().map(|sym| self.name(*sym).clone()).collect()
    }
}
