//! Resolution of names: after `build`, top down, each name of each scope becomes local, cell, free or global.
//!
//! A name that is free somewhere is marked free in every scope between and `Cell` where it is bound. A comprehension that
//! will be inlined is transparent: what it uses of its host is no capture.

use super::{Resolution, ScopeId, ScopeKind, SymbolTable, flags};
use crate::errors::{Result, error};
use crate::intern::{Interner, Sym};
use ruff_text_size::TextRange;

/// Names with a meaning of their own in class scopes.
pub(super) struct Specials {
    pub(super) class: Sym,
    pub(super) classdict: Sym,
    pub(super) conditional: Sym,
}

impl Specials {
    pub(super) fn new(names: &mut Interner) -> Specials {
        Specials {
            class: names.intern("__class__"),
            classdict: names.intern("__classdict__"),
            conditional: names.intern("__conditional_annotations__"),
        }
    }
}

/// Where the search outward found a name.
enum Found {
    In(ScopeId),
    Global,
}

/// Resolves all names of the table. Scopes are numbered in the order of their start, so parents come before children.
pub(super) fn analyze(table: &mut SymbolTable, names: &mut Interner) -> Result<()> {
    let specials = Specials::new(names);
    for at in 0..table.scopes.len() {
        let id = ScopeId(at as u32);
        let parent_sees_class = table.scope(id).parent.is_some_and(|p| table.scope(p).can_see_class_scope);
        let scope = table.scope_mut(id);
        scope.inlined = scope.kind.is_comprehension() && scope.kind != ScopeKind::Generator && !parent_sees_class;
    }
    for at in 0..table.scopes.len() {
        let id = ScopeId(at as u32);
        for index in 0..table.scope(id).symbols.len() {
            resolve(table, names, &specials, id, index)?;
        }
    }
    Ok(())
}

fn resolve(table: &mut SymbolTable, names: &Interner, specials: &Specials, id: ScopeId, index: usize) -> Result<()> {
    let scope = table.scope(id);
    let symbol = scope.symbols[index];
    let set = |table: &mut SymbolTable, resolution| table.scope_mut(id).symbols[index].resolution = resolution;
    if symbol.flags & flags::GLOBAL != 0 {
        if symbol.flags & flags::NONLOCAL != 0 {
            return error(symbol.range, format!("name '{}' is nonlocal and global", names.name(symbol.name)));
        }
        set(table, Resolution::GlobalExplicit);
        return Ok(());
    }
    if symbol.flags & flags::NONLOCAL != 0 {
        return match find(table, specials, id, symbol.name) {
            Found::In(definer) => {
                if table.scope(definer).symbol(symbol.name).is_some_and(|s| s.flags & flags::TYPE_PARAM != 0) {
                    let msg = format!("nonlocal binding not allowed for type parameter '{}'", names.name(symbol.name));
                    return error(symbol.range, msg);
                }
                capture(table, specials, id, definer, symbol.name, symbol.range);
                Ok(())
            }
            Found::Global => error(symbol.range, format!("no binding for nonlocal '{}' found", names.name(symbol.name))),
        };
    }
    if symbol.flags & flags::BOUND != 0 {
        // Inner scopes, which come later, turn it into a cell.
        if symbol.resolution != Resolution::Cell {
            set(table, Resolution::Local);
        }
        return Ok(());
    }
    if symbol.resolution == Resolution::Free || symbol.resolution == Resolution::Cell {
        return Ok(()); // An earlier scope's search passed through here.
    }
    if scope.can_see_class_scope
        && let Some(class) = enclosing_class(table, id)
        && let Some(in_class) = table.scope(class).symbol(symbol.name)
        && symbol.name != specials.classdict
    {
        if in_class.flags & flags::GLOBAL != 0 {
            set(table, Resolution::GlobalExplicit);
            return Ok(());
        }
        if in_class.flags & flags::BOUND != 0 && in_class.flags & flags::NONLOCAL == 0 {
            set(table, Resolution::GlobalImplicit);
            return Ok(());
        }
    }
    match find(table, specials, id, symbol.name) {
        Found::In(definer) => capture(table, specials, id, definer, symbol.name, symbol.range),
        Found::Global => set(table, Resolution::GlobalImplicit),
    }
    Ok(())
}

/// The class whose namespace an annotation scope sees.
fn enclosing_class(table: &SymbolTable, id: ScopeId) -> Option<ScopeId> {
    let mut at = table.scope(id).parent?;
    while table.scope(at).kind != ScopeKind::Class {
        if !table.scope(at).can_see_class_scope {
            return None;
        }
        at = table.scope(at).parent?;
    }
    Some(at)
}

fn is_special(specials: &Specials, name: Sym) -> bool {
    name == specials.class || name == specials.classdict || name == specials.conditional
}

/// Looks for the binding of `name` outside `from`.
fn find(table: &SymbolTable, specials: &Specials, from: ScopeId, name: Sym) -> Found {
    let mut all_inlined = table.scope(from).inlined;
    let mut at = table.scope(from).parent;
    while let Some(id) = at {
        let scope = table.scope(id);
        match scope.kind {
            ScopeKind::Module => return Found::Global,
            ScopeKind::Class => {
                if is_special(specials, name) {
                    // In a comprehension that becomes part of the class body the name is a global one.
                    return if all_inlined { Found::Global } else { Found::In(id) };
                }
            }
            _ => {
                if let Some(symbol) = scope.symbol(name) {
                    if symbol.flags & flags::GLOBAL != 0 {
                        return Found::Global;
                    }
                    if symbol.flags & flags::BOUND != 0 && symbol.flags & flags::NONLOCAL == 0 {
                        return Found::In(id);
                    }
                }
            }
        }
        all_inlined &= scope.inlined;
        at = scope.parent;
    }
    Found::Global
}

/// Makes `name` free from `from` outward up to `definer`, where it becomes a cell.
fn capture(table: &mut SymbolTable, specials: &Specials, from: ScopeId, definer: ScopeId, name: Sym, range: TextRange) {
    // Only inlined comprehensions in between: the name is simply the host's own.
    let mut at = from;
    while table.scope(at).inlined && at != definer {
        at = table.scope(at).parent.unwrap_or(definer);
    }
    let captured = at != definer;
    let mut at = from;
    while at != definer {
        let scope = table.scope_mut(at);
        if scope.kind == ScopeKind::Class && at != from {
            let symbol = scope.entry(name, range);
            if symbol.flags & (flags::BOUND | flags::GLOBAL) != 0 {
                symbol.flags |= flags::FREE_CLASS;
            } else {
                symbol.resolution = Resolution::Free;
            }
        } else {
            scope.entry(name, range).resolution = Resolution::Free;
        }
        let Some(parent) = scope.parent else { return };
        at = parent;
    }
    if !captured {
        return;
    }
    let scope = table.scope_mut(definer);
    match scope.kind {
        ScopeKind::Class => {
            if name == specials.class {
                scope.needs_class_closure = true;
            } else if name == specials.classdict {
                scope.needs_classdict = true;
            } else {
                scope.needs_conditional_annotations_cell = true;
            }
        }
        _ => {
            if let Some(symbol) = scope.symbol_mut(name) {
                symbol.resolution = Resolution::Cell;
            }
        }
    }
}
