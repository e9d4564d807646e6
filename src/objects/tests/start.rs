//! The object layer comes up: every builtin type is made ready, and plain operations work without an interpreter.

use heap::world::{WORLD, WorldSlot};
use heap::{Heaped, Object, PyType, Ref, Thread};
use objects::typing::{self, as_type};
use objects::{Dict, Int, List, Str, Tuple, ops};

#[allow(unsafe_code, reason = "the test registers its thread")]
fn with_runtime(body: impl FnOnce(&mut Thread)) {
    let id = WORLD.allocate_id().expect("ids are free");
    let mut th = Thread::new(id, WorldSlot::new(id));
    // SAFETY: R15: the record is boxed and lives to the end of the process (the test's).
    unsafe { th.register() };
    th.enter();
    th.attach();
    objects::start::start(&mut th).expect("the builtin types are consistent");
    body(&mut th);
    std::mem::forget(th);
}

fn text(th: &mut Thread, object: &Object) -> String {
    ops::repr(th, object).expect("repr works").to_string_lossy()
}

#[test]
fn types_are_ready_and_classes_can_be_made() {
    with_runtime(|th| {
        let four = Int::from_i64(th, 4);
        let five = Int::from_i64(th, 5);
        let nine = ops::add(th, &four, &five).expect("ints add");
        assert_eq!(nine.downcast_ref::<Int>().and_then(Int::to_i64), Some(9));
        assert_eq!(text(th, &nine), "9");
        assert!(ops::isinstance(th, objects::true_(), Int::type_object()).expect("isinstance works"));

        let name = Str::new(th, "Point");
        let bases = Tuple::from_slice(th, &[]);
        let namespace = Dict::new(th);
        let class = typing::new_class::new_class(th, typing::type_type(), &name, &bases, &namespace, objects::glue::KwArgs::new(&[], &[]))
            .expect("a class can be made");
        assert_eq!(typing::short_name(as_type(&class).expect("it is a type")), "Point");
        let point = ops::call0(th, &class).expect("it can be called");
        let x = objects::str::intern(th, "x");
        ops::setattr(th, &point, x, &five).expect("instances take attributes");
        let back: Ref<Object> = ops::getattr(th, &point, x).expect("and give them back");
        assert!(back.is(&*five));
        let missing = objects::str::intern(th, "y");
        assert!(ops::getattr_opt(th, &point, missing).expect("absence is no error").is_none());
        let list = List::new(th, vec![five.clone().up(), back]);
        assert_eq!(list.len(), 2);
        th.release(point);
        th.collect(heap::collect::Generation::Full);
        assert!(class.as_object().count() >= 1);
    });
}
