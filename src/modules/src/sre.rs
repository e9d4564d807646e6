//! `_sre`: compiled patterns over `algos::sre`, the engine.
//!
//! Start at [`pattern`]; [`matches`] has match objects, scanners and replacement templates; [`subject`] the text that is searched.

pub mod matches;
pub mod pattern;
pub mod subject;

use algos::sre as alg;
use heap::{Object, Raised, Ref, Slot, Thread};
use macros::pymodule;
use matches::{Match, Scanner, Template};
use objects::{Dict, Int, List, Tuple, ops, raise};
use pattern::Pattern;

/// A character given by its number.
fn character(number: i32) -> u32 {
    // Negative numbers are no characters, and no table knows them.
    number as u32
}

#[pymodule(name = "_sre", hidden(Pattern, Match, Scanner, Template))]
pub mod sre {
    use super::*;

    #[constant]
    const MAGIC: i64 = alg::MAGIC as i64;
    #[constant]
    const CODESIZE: i64 = alg::CODE_SIZE as i64;
    #[constant]
    const MAXREPEAT: i64 = alg::MAX_REPEAT as i64;
    #[constant]
    const MAXGROUPS: i64 = alg::MAX_GROUPS as i64;
    #[constant]
    const copyright: &str = " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ";

    #[function]
    fn getcodesize() -> usize {
        alg::CODE_SIZE
    }

    #[function(sig = "(character, /)")]
    fn ascii_iscased(number: i32) -> bool {
        alg::ascii_is_cased(character(number))
    }

    #[function(sig = "(character, /)")]
    fn unicode_iscased(number: i32) -> bool {
        alg::unicode_is_cased(character(number))
    }

    #[function(sig = "(character, /)")]
    fn ascii_tolower(number: i32) -> u32 {
        alg::ascii_to_lower(character(number))
    }

    #[function(sig = "(character, /)")]
    fn unicode_tolower(number: i32) -> u32 {
        alg::unicode_to_lower(character(number))
    }

    #[function(sig = "(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        th: &mut Thread,
        pattern: &Object,
        flags: i32,
        code: &List,
        groups: usize,
        groupindex: &Dict,
        indexgroup: &Tuple,
    ) -> Result<Ref<Pattern>, Raised> {
        let mut words = Vec::new();
        for item in code.snapshot(th) {
            let word = ops::index(th, &item)?.to_i64().and_then(|word| u32::try_from(word).ok());
            match word {
                Some(word) => words.push(word),
                None => return Err(raise::overflow_error(th, format_args!("regular expression code size limit exceeded"))),
            }
        }
        Pattern::compile(th, pattern, flags, words, groups, groupindex, indexgroup)
    }

    #[function(sig = "(pattern, template, /)")]
    fn template(th: &mut Thread, _pattern: &Object, template: &List) -> Result<Ref<Template>, Raised> {
        let items = template.snapshot(th);
        let mut groups = Vec::new();
        let mut literals = Vec::new();
        for (at, item) in items.iter().enumerate() {
            if at % 2 == 0 {
                literals.push(item.clone());
                continue;
            }
            let Some(group) = item.downcast_ref::<Int>() else {
                return Err(raise::type_error(th, format_args!("an integer is required")));
            };
            match group.to_i64().and_then(|group| usize::try_from(group).ok()) {
                Some(group) => groups.push(group),
                None => return Err(raise::type_error(th, format_args!("invalid template"))),
            }
        }
        if items.len() % 2 == 0 {
            return Err(raise::type_error(th, format_args!("invalid template")));
        }
        let literals = Tuple::new(th, literals);
        Ok(th.new_object(Template { head: heap::Head::INIT, literals: Slot::new(literals), groups }))
    }
}
