//! Compares the crate's structs with `layout.tsv`, the facts measured from CPython 3.14's headers (x86_64, default build).
//!
//! Classes of rows: *exact* rows must be as in C. *size-only* rows lie in memory that counts for the size (C types embed the struct) but that C code
//! does not read. *not-ours* structs are private to CPython, and this crate must not declare them: nothing may pretend to have them.
use abi::layout::{TABLES, bits, find, struct_named};
use std::collections::BTreeSet;

const FACTS: &str = include_str!("../layout.tsv");

struct Row {
    name: &'static str,
    field: &'static str,
    offset: &'static str,
    size: &'static str,
    class: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    FACTS.lines().skip(1).map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        let [name, field, offset, size, class] = columns[..] else { panic!("five columns: {line}") };
        Row { name, field, offset, size, class }
    })
}

/// `Some(what is wrong)`.
fn difference(row: &Row) -> Option<String> {
    let ours = if row.field == "(sizeof)" {
        struct_named(row.name).map(|layout| ("0".to_owned(), layout.size.to_string()))
    } else if row.offset.contains(':') {
        bits(row.name, row.field).map(|(offset, shift, width)| (format!("{offset}:{shift}"), format!("0:{width}")))
    } else if (row.name, row.field) == ("PyObject", "ob_refcnt_full") {
        // C's other view of word 0: count, owner and zero at once.
        let (offset, _) = find("PyObject", "ob_refcnt")?;
        let (end, _) = find("PyObject", "ob_type")?;
        Some((offset.to_string(), (end - offset).to_string()))
    } else {
        find(row.name, row.field).map(|(offset, size)| (offset.to_string(), size.to_string()))
    };
    match ours {
        None => Some("missing".to_owned()),
        Some((offset, size)) if (offset.as_str(), size.as_str()) == (row.offset, row.size) => None,
        Some((offset, size)) => Some(format!("{offset} size {size}, in C {} size {}", row.offset, row.size)),
    }
}

#[test]
fn exact_rows_are_as_in_c() {
    // C has two names for one struct; its rows are those of `PyOSErrorObject`.
    let wrong: Vec<_> = rows()
        .filter(|row| row.class == "exact" && row.name != "PyEnvironmentErrorObject")
        .filter_map(|row| Some(format!("{}.{}: {}", row.name, row.field, difference(&row)?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn classes_are_known_and_private_structs_are_not_declared() {
    for row in rows() {
        assert!(["exact", "size-only", "not-ours"].contains(&row.class), "{}.{}: {}", row.name, row.field, row.class);
        assert!(row.class != "not-ours" || struct_named(row.name).is_none(), "{} is declared", row.name);
    }
}

#[test]
fn every_declared_struct_has_its_facts() {
    let facts: BTreeSet<_> = rows().map(|row| row.name).collect();
    // Words of bit fields and unions have no name in C; their rows are among those of the struct around them.
    let nameless = ["PyUnicodeState", "PyThreadStateStatus", "PyUnicodeData"];
    for layout in TABLES.iter().copied().flatten() {
        assert!(facts.contains(layout.name) || nameless.contains(&layout.name), "{} is not in layout.tsv", layout.name);
        assert!(layout.size.is_multiple_of(layout.align));
    }
}

#[test]
fn names_are_unique() {
    let mut seen = BTreeSet::new();
    for layout in TABLES.iter().copied().flatten() {
        assert!(seen.insert(layout.name), "{} is declared twice", layout.name);
    }
}

#[test]
fn type_slots_follow_their_ids() {
    for (slot, id) in abi::TYPE_SLOTS.iter().zip(1..) {
        assert_eq!(slot.id, id, "{}", slot.name);
        let in_suite = |suite: &str| find("PyHeapTypeObject", &format!("{suite}{}", slot.name));
        let place = ["ht_type.", "as_async.", "as_number.", "as_mapping.", "as_sequence.", "as_buffer.", ""]
            .iter()
            .find_map(|s| in_suite(s));
        let expected = if slot.name == "tp_token" { find("PyHeapTypeObject", "ht_token") } else { place };
        assert_eq!(expected.map(|(offset, _)| offset), Some(slot.offset), "{}", slot.name);
    }
    assert_eq!(abi::TYPE_SLOTS.len(), 83);
    assert!(abi::type_slot(0).is_none() && abi::type_slot(84).is_none() && abi::type_slot(i32::MIN).is_none());
}

#[test]
fn immortal_counts_are_those_of_the_abi() {
    assert!(abi::IMMORTAL_INITIAL_COUNT.cast_signed() < 0);
    assert_eq!(abi::STATIC_IMMORTAL_WORD, 0x0005_0000_C000_0000);
}
