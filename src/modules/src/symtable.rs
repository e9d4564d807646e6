//! `_symtable`: the compiler's symbol tables as objects.

use heap::{Head, Object, Raised, Ref, Slot, Thread};
use interp::compile::flags;
use macros::{pymethods, pymodule, pytype};
use objects::{Dict, Int, List, Str, raise};
use syntax::Interner;
use syntax::scope::{self, Resolution, Scope, ScopeId, ScopeKind, SymbolTable};

const SCOPE_OFFSET: i64 = 12;

#[pytype(name = "symtable entry", module = "builtins", doc = none)]
#[repr(C)]
pub struct Entry {
    head: Head,
    #[member(none, name = "id", readonly, doc = none)]
    id: Slot,
    #[member(none, name = "name", readonly, doc = none)]
    name: Slot,
    #[member(none, name = "symbols", readonly, doc = none)]
    symbols: Slot,
    #[member(none, name = "varnames", readonly, doc = none)]
    varnames: Slot,
    #[member(none, name = "children", readonly, doc = none)]
    children: Slot,
    #[member(name = "nested", readonly, doc = none)]
    nested: i32,
    #[member(name = "type", readonly, doc = none)]
    kind: i32,
    #[member(name = "lineno", readonly, doc = none)]
    lineno: i32,
}

#[pymethods]
impl Entry {
    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let (name, id) = (self.name.get(th, self), self.id.get(th, self));
        let (Some(name), Some(id)) = (name, id) else { return Ok("<symtable entry>".to_owned()) };
        let (name, id) = (objects::ops::str_(th, &name)?.to_string_lossy(), objects::ops::str_(th, &id)?.to_string_lossy());
        Ok(format!("<symtable entry {name}({id}), line {}>", self.lineno))
    }
}

fn kind_number(kind: ScopeKind) -> i32 {
    match kind {
        ScopeKind::Class => 1,
        ScopeKind::Module => 2,
        ScopeKind::Annotation => 3,
        ScopeKind::TypeAlias => 4,
        ScopeKind::TypeParams => 5,
        ScopeKind::TypeVariable => 6,
        _ => 0,
    }
}

/// The name that the table shows: of the compiler's own scopes what they belong to.
fn shown_name(name: &str) -> &str {
    let inner = name.strip_prefix("<generic parameters of ").unwrap_or(name.strip_prefix('<').unwrap_or(name));
    inner.strip_suffix('>').unwrap_or(inner)
}

struct Maker<'t> {
    th: &'t mut Thread,
    table: &'t SymbolTable,
    names: &'t Interner,
    locator: &'t syntax::location::Locator<'t>,
}

impl Maker<'_> {
    fn entry(&mut self, id: ScopeId, depth: usize) -> Result<Ref<Object>, Raised> {
        if self.th.stack_is_low() {
            return Err(raise::recursion_error(self.th, " in symtable"));
        }
        let scope = self.table.scope(id);
        let children = List::empty(self.th);
        self.children(scope, &children, depth + 1)?;
        let symbols = self.symbols(scope);
        let params: Vec<Ref<Object>> = scope.params.iter().map(|name| self.text(self.names.name(*name))).collect();
        let varnames = List::new(self.th, params);
        let name = self.text(shown_name(self.names.name(scope.name)));
        let lineno = if scope.kind == ScopeKind::Module { 0 } else { self.locator.position(scope.range).line as i32 };
        // Any number that is its own: the address of what the entry is made of.
        let number = Int::from_i64(self.th, core::ptr::from_ref(scope) as i64).up();
        let entry = self.th.new_object(Entry {
            head: Head::INIT,
            id: Slot::new(number),
            name: Slot::new(name),
            symbols: Slot::new(symbols),
            varnames: Slot::new(varnames.up()),
            children: Slot::new(children.up()),
            nested: i32::from(scope.nested),
            kind: kind_number(scope.kind),
            lineno,
        });
        Ok(entry.up())
    }

    /// Adds the scopes within one; those of a scope that is part of the enclosing code are there, too.
    fn children(&mut self, scope: &Scope, children: &List, depth: usize) -> Result<(), Raised> {
        let mut annotated = false;
        for &child in &scope.children {
            let inner = self.table.scope(child);
            if inner.inlined {
                self.children(inner, children, depth + 1)?;
                continue;
            }
            if inner.kind == ScopeKind::Function && !annotated {
                let empty = self.no_annotations(inner, scope);
                children.append(self.th, empty)?;
            }
            annotated = inner.kind == ScopeKind::Annotation && !Some(child).eq(&scope.annotations);
            let entry = self.entry(child, depth)?;
            children.append(self.th, entry)?;
        }
        Ok(())
    }

    /// The annotation scope of a function without annotations, which no code is made for.
    fn no_annotations(&mut self, function: &Scope, owner: &Scope) -> Ref<Object> {
        let format = self.text(".format");
        let symbols = Dict::new(self.th);
        let bits = i64::from(scope::flags::PARAM | scope::flags::USE) | 1 << SCOPE_OFFSET;
        let bits = Int::from_i64(self.th, bits).up();
        symbols.set_by_name(self.th, ".format", bits);
        if owner.kind == ScopeKind::Class {
            let bits = Int::from_i64(self.th, i64::from(scope::flags::USE) | 4 << SCOPE_OFFSET).up();
            symbols.set_by_name(self.th, "__classdict__", bits);
        }
        let name = self.text("__annotate__");
        let number = Int::from_i64(self.th, core::ptr::from_ref(function) as i64 + 1).up();
        let (varnames, children) = (List::new(self.th, vec![format]), List::empty(self.th));
        let entry = Entry {
            head: Head::INIT,
            id: Slot::new(number),
            name: Slot::new(name),
            symbols: Slot::new(symbols.up()),
            varnames: Slot::new(varnames.up()),
            children: Slot::new(children.up()),
            nested: i32::from(function.nested),
            kind: kind_number(ScopeKind::Annotation),
            lineno: self.locator.position(function.range).line as i32,
        };
        self.th.new_object(entry).up()
    }

    fn text(&mut self, text: &str) -> Ref<Object> {
        Str::new(self.th, text).up()
    }

    fn symbols(&mut self, scope: &Scope) -> Ref<Object> {
        let dict = Dict::new(self.th);
        self.add_symbols(scope, &dict, false);
        if scope.kind == ScopeKind::Module {
            self.declared_globals(&dict);
        }
        dict.up()
    }

    /// Names that some scope declares global are the module's.
    fn declared_globals(&mut self, dict: &Dict) {
        for scope in &self.table.scopes {
            for symbol in scope.symbols.iter().filter(|s| s.flags & scope::flags::GLOBAL != 0) {
                let name = self.names.name(symbol.name);
                let before = dict.get_by_name(self.th, name).and_then(|bits| bits.downcast_ref::<Int>().and_then(Int::to_i64)).unwrap_or(0);
                let bits = before & ((1 << SCOPE_OFFSET) - 1) | i64::from(scope::flags::GLOBAL) | 2 << SCOPE_OFFSET;
                let bits = Int::from_i64(self.th, bits).up();
                dict.set_by_name(self.th, name, bits);
            }
        }
    }

    fn add_symbols(&mut self, scope: &Scope, dict: &Dict, inlined: bool) {
        for symbol in &scope.symbols {
            let name = self.names.name(symbol.name);
            if inlined && (dict.get_by_name(self.th, name).is_some() || symbol.flags & scope::flags::PARAM != 0) {
                continue;
            }
            let place = match symbol.resolution {
                Resolution::Local => 1,
                Resolution::GlobalExplicit => 2,
                Resolution::GlobalImplicit => 3,
                Resolution::Free => 4,
                Resolution::Cell => 5,
            };
            // The compiler's own parameter counts as used.
            let used = if &**name == ".format" { scope::flags::USE } else { 0 };
            let bits = i64::from(symbol.flags & !scope::flags::DELETED | used) | place << SCOPE_OFFSET;
            let bits = Int::from_i64(self.th, bits).up();
            dict.set_by_name(self.th, name, bits);
        }
        for &child in &scope.children {
            let inner = self.table.scope(child);
            if inner.inlined {
                self.add_symbols(inner, dict, true);
            }
        }
    }
}

#[pymodule(name = "_symtable", hidden(Entry))]
#[allow(non_upper_case_globals, reason = "Python's names")]
pub mod symtable {
    use super::*;

    #[constant]
    const USE: u32 = scope::flags::USE as u32;
    #[constant]
    const DEF_GLOBAL: u32 = scope::flags::GLOBAL as u32;
    #[constant]
    const DEF_NONLOCAL: u32 = scope::flags::NONLOCAL as u32;
    #[constant]
    const DEF_LOCAL: u32 = scope::flags::LOCAL as u32;
    #[constant]
    const DEF_PARAM: u32 = scope::flags::PARAM as u32;
    #[constant]
    const DEF_TYPE_PARAM: u32 = scope::flags::TYPE_PARAM as u32;
    #[constant]
    const DEF_FREE_CLASS: u32 = scope::flags::FREE_CLASS as u32;
    #[constant]
    const DEF_IMPORT: u32 = scope::flags::IMPORT as u32;
    #[constant]
    const DEF_BOUND: u32 = (scope::flags::LOCAL | scope::flags::PARAM | scope::flags::IMPORT) as u32;
    #[constant]
    const DEF_ANNOT: u32 = scope::flags::ANNOT as u32;
    #[constant]
    const DEF_COMP_ITER: u32 = scope::flags::COMP_ITER as u32;
    #[constant]
    const DEF_COMP_CELL: u32 = scope::flags::COMP_CELL as u32;
    #[constant]
    const TYPE_FUNCTION: u32 = 0;
    #[constant]
    const TYPE_CLASS: u32 = 1;
    #[constant]
    const TYPE_MODULE: u32 = 2;
    #[constant]
    const TYPE_ANNOTATION: u32 = 3;
    #[constant]
    const TYPE_TYPE_ALIAS: u32 = 4;
    #[constant]
    const TYPE_TYPE_PARAMETERS: u32 = 5;
    #[constant]
    const TYPE_TYPE_VARIABLE: u32 = 6;
    #[constant]
    const LOCAL: u32 = 1;
    #[constant]
    const GLOBAL_EXPLICIT: u32 = 2;
    #[constant]
    const GLOBAL_IMPLICIT: u32 = 3;
    #[constant]
    const FREE: u32 = 4;
    #[constant]
    const CELL: u32 = 5;
    #[constant]
    const SCOPE_OFF: u32 = SCOPE_OFFSET as u32;
    #[constant]
    const SCOPE_MASK: u32 = 15;

    /// Return symbol and scope dictionaries used internally by compiler.
    #[function(sig = "(source, filename, startstr, /)")]
    fn symtable(th: &mut Thread, source: &Object, filename: &Object, startstr: &str) -> Result<Ref<Object>, Raised> {
        let mode = match startstr {
            "exec" => syntax::Mode::Exec,
            "eval" => syntax::Mode::Eval,
            "single" => syntax::Mode::Single,
            _ => return Err(raise::value_error(th, format_args!("symtable() arg 3 must be 'exec' or 'eval' or 'single'"))),
        };
        let filename = interp::builtins::source::filename(th, filename)?;
        let text = interp::compile::source_text(th, "symtable", source, &filename, false)?;
        let parsed = interp::compile::parse(th, &text, &filename, mode, flags::DONT_IMPLY_DEDENT, -1, None)?;
        let built = parsed.with_symbols(syntax::CompileOptions::default(), |table, names, locator| Maker { th: &mut *th, table, names, locator }.entry(ScopeId(0), 0));
        match built {
            Ok(entry) => entry,
            Err(error) => Err(interp::compile::raise_syntax_error(th, &filename, &error)),
        }
    }
}
