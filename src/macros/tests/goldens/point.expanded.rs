/// A point.
#[repr(C)]
pub struct Point {
    head: Head,
    x: Slot,
    attributes: Slot<Dict>,
    seen: Cell<bool>,
}
///The type object of `example.point`.
#[allow(unsafe_code, reason = "C entries and ABI tables, written by the macro: R4")]
#[allow(clippy::all, clippy::undocumented_unsafe_blocks, reason = "written by a macro")]
#[allow(
    non_upper_case_globals,
    non_snake_case,
    unused_variables,
    unreachable_code,
    reason = "written by a macro"
)]
#[unsafe(export_name = "Point_Type")]
pub static POINT_TYPE: ::objects::glue::Type = {
    use ::objects::glue;
    #[allow(unused_imports, reason = "for types without methods")]
    use ::objects::glue::NoPart as _;
    const SLOTS: glue::Slots = glue::Slots::EMPTY.or(<Point>::PY_PART.slots);
    const METHODS: &[&[glue::PyMethodDef]] = &[<Point>::PY_PART.methods];
    const GETSET: &[&[glue::PyGetSetDef]] = &[<Point>::PY_PART.getset];
    const MEMBERS: &[glue::PyMemberDef] = &[
        glue::member(
            c"x",
            glue::abi::Py_T_OBJECT_EX,
            ::core::mem::offset_of!(Point, x),
            glue::abi::Py_READONLY,
            ::core::ptr::null(),
        ),
    ];
    static METHOD_TABLE: glue::Static<[glue::PyMethodDef; glue::total(METHODS) + 1]> = glue::Static::new(
        glue::method_table(METHODS),
    );
    static GETSET_TABLE: glue::Static<[glue::PyGetSetDef; glue::total(GETSET) + 1]> = glue::Static::new(
        glue::getset_table(GETSET),
    );
    static MEMBER_TABLE: glue::Static<[glue::PyMemberDef; MEMBERS.len() + 1]> = glue::Static::new(
        glue::member_table(&[MEMBERS]),
    );
    static NUMBER: glue::Static<glue::PyNumberMethods> = glue::Static::new(SLOTS.number);
    static SEQUENCE: glue::Static<glue::PySequenceMethods> = glue::Static::new(
        SLOTS.sequence,
    );
    static MAPPING: glue::Static<glue::PyMappingMethods> = glue::Static::new(
        SLOTS.mapping,
    );
    static ASYNC: glue::Static<glue::PyAsyncMethods> = glue::Static::new(SLOTS.async_);
    static BUFFER: glue::Static<glue::PyBufferProcs> = glue::Static::new(SLOTS.buffer);
    const fn SIZED(info: glue::TypeInfo) -> glue::TypeInfo {
        info
    }
    glue::Type::new_static(
        glue::TypeFacts {
            name: c"example.point".as_ptr(),
            doc: c"point(x, y=None, /)\n--\n\nA point.".as_ptr(),
            basicsize: ::core::mem::size_of::<Point>() as isize,
            itemsize: 0,
            flags: 0 | glue::type_flags::BASETYPE | glue::type_flags::HAVE_GC
                | glue::type_flags::PREFIX,
            base: ::core::ptr::null(),
            metaclass: ::core::ptr::null(),
            dict_offset: ::core::mem::offset_of!(Point, attributes) as isize,
            weakref_offset: 0,
            vectorcall_offset: 0,
            traverse: Some(glue::traverse_entry::<Point>),
            clear: Some(glue::clear_entry::<Point>),
            call: None,
            methods: if glue::total(METHODS) == 0 {
                ::core::ptr::null_mut()
            } else {
                METHOD_TABLE.get().cast()
            },
            getset: if glue::total(GETSET) == 0 {
                ::core::ptr::null_mut()
            } else {
                GETSET_TABLE.get().cast()
            },
            members: if MEMBERS.is_empty() {
                ::core::ptr::null_mut()
            } else {
                MEMBER_TABLE.get().cast()
            },
            number: if SLOTS.has_number() {
                NUMBER.get()
            } else {
                ::core::ptr::null_mut()
            },
            sequence: if SLOTS.has_sequence() {
                SEQUENCE.get()
            } else {
                ::core::ptr::null_mut()
            },
            mapping: if SLOTS.has_mapping() {
                MAPPING.get()
            } else {
                ::core::ptr::null_mut()
            },
            async_: if SLOTS.has_async() {
                ASYNC.get()
            } else {
                ::core::ptr::null_mut()
            },
            buffer: if SLOTS.has_buffer() {
                BUFFER.get()
            } else {
                ::core::ptr::null_mut()
            },
            info: {
                static INFO: glue::TypeInfo = SIZED(
                    glue::TypeInfo::of::<Point>(glue::LockKind::Immutable),
                );
                &raw const INFO
            },
        }
            .build(SLOTS),
    )
};
#[allow(unsafe_code, reason = "C entries and ABI tables, written by the macro: R4")]
#[allow(clippy::all, clippy::undocumented_unsafe_blocks, reason = "written by a macro")]
#[allow(
    non_upper_case_globals,
    non_snake_case,
    unused_variables,
    unreachable_code,
    reason = "written by a macro"
)]
const _: () = {
    use ::objects::glue;
    unsafe impl glue::Heaped for Point {}
    unsafe impl glue::PyType for Point {
        const NAME: &'static str = "point";
        #[inline(always)]
        fn type_object() -> &'static glue::Type {
            &POINT_TYPE
        }
    }
    unsafe impl glue::StaticType for Point {
        const TYPE: *const glue::Type = &raw const POINT_TYPE;
    }
    impl ::core::ops::Deref for Point {
        type Target = glue::Object;
        #[inline(always)]
        fn deref(&self) -> &glue::Object {
            unsafe { &*::core::ptr::from_ref(self).cast() }
        }
    }
    #[allow(dead_code, reason = "checks the first field's type")]
    fn first_field(object: &Point) -> &impl glue::Header {
        &object.head
    }
    impl glue::Traverse for Point {
        fn traverse(&self, visitor: &mut glue::Visitor) {
            glue::HeapField::visit(&self.x, visitor);
            glue::HeapField::visit(&self.attributes, visitor);
        }
    }
    impl glue::Clear for Point {
        fn clear(&self, th: &mut glue::Thread) {
            glue::HeapField::clear(&self.x, th, self);
            glue::HeapField::clear(&self.attributes, th, self);
        }
    }
};
impl Point {
    fn new(
        th: &mut Thread,
        cls: &Type,
        x: &Object,
        y: Option<&Object>,
    ) -> Result<Ref<Point>, Raised> {
        th.make(cls, x, y)
    }
    fn len(&self, th: &mut Thread) -> Result<usize, Raised> {
        Ok(2)
    }
    /// Move by some steps.
    fn go(&self, th: &mut Thread, steps: isize, name: &str) -> Result<(), Raised> {
        Ok(())
    }
    fn join(&self, other: &Point) -> bool {
        true
    }
    /// The length.
    fn norm(&self) -> f64 {
        1.0
    }
}
#[allow(unsafe_code, reason = "C entries and ABI tables, written by the macro: R4")]
#[allow(clippy::all, clippy::undocumented_unsafe_blocks, reason = "written by a macro")]
#[allow(
    non_upper_case_globals,
    non_snake_case,
    unused_variables,
    unreachable_code,
    reason = "written by a macro"
)]
impl Point {
    ///The slots, methods and attributes that this block declares: 2 methods.
    #[doc(hidden)]
    pub(crate) const PY_PART: ::objects::glue::Part = {
        use ::objects::glue;
        unsafe extern "C-unwind" fn slot_tp_new(
            slf: *mut glue::PyTypeObject,
            args: *mut glue::PyObject,
            kwargs: *mut glue::PyObject,
        ) -> *mut glue::PyObject {
            static SPEC: glue::ParamSpec = glue::ParamSpec {
                func: <Point as glue::PyType>::NAME,
                names: &["x", "y"],
                positional_only: 2u8,
                positional: 2u8,
                required: 1u8,
                required_keywords: 0u8,
                var_args: false,
                var_keywords: false,
            };
            unsafe {
                glue::entry_object(|th| {
                    let mut bound = [None; 2usize];
                    let mut buffer = glue::KwBuffer::new();
                    glue::tuple_dict(
                        th,
                        &SPEC,
                        args,
                        kwargs,
                        || glue::new_is_strict(
                            slf,
                            <Point as glue::PyType>::type_object(),
                        ),
                        &mut buffer,
                        &mut bound,
                    )?;
                    let a0 = glue::object(th, bound[0usize], &SPEC, 0u8)?;
                    let a1 = bound[1usize];
                    let result = <Point>::new(&mut *th, glue::class(slf.cast()), a0, a1);
                    glue::to_object(th, result)
                })
            }
        }
        unsafe extern "C-unwind" fn slot_sq_length(slf: *mut glue::PyObject) -> isize {
            unsafe {
                glue::entry_len(|th| {
                    let result = <Point>::len(glue::this::<Point>(slf), &mut *th);
                    glue::to_len(th, result)
                })
            }
        }
        unsafe extern "C-unwind" fn method_go(
            slf: *mut glue::PyObject,
            args: *const *mut glue::PyObject,
            nargs: isize,
            names: *mut glue::PyObject,
        ) -> *mut glue::PyObject {
            static SPEC: glue::ParamSpec = glue::ParamSpec {
                func: "go",
                names: &["steps", "name"],
                positional_only: 0u8,
                positional: 1u8,
                required: 0u8,
                required_keywords: 0u8,
                var_args: false,
                var_keywords: false,
            };
            unsafe {
                glue::entry_object(|th| {
                    let mut bound = [None; 2usize];
                    glue::keywords(th, &SPEC, args, nargs, names, &mut bound)?;
                    let a0 = match glue::optional(th, bound[0usize], &SPEC, 0u8)? {
                        Some(value) => value,
                        None => 1,
                    };
                    let a1 = match glue::optional(th, bound[1usize], &SPEC, 1u8)? {
                        Some(value) => value,
                        None => "up",
                    };
                    let result = <Point>::go(glue::this::<Point>(slf), &mut *th, a0, a1);
                    glue::to_object(th, result)
                })
            }
        }
        unsafe extern "C-unwind" fn method_join(
            slf: *mut glue::PyObject,
            arg: *mut glue::PyObject,
        ) -> *mut glue::PyObject {
            static SPEC: glue::ParamSpec = glue::ParamSpec {
                func: "join",
                names: &["other"],
                positional_only: 1u8,
                positional: 1u8,
                required: 1u8,
                required_keywords: 0u8,
                var_args: false,
                var_keywords: false,
            };
            unsafe {
                glue::entry_object(|th| {
                    let a0 = glue::required(th, Some(glue::borrow(arg)), &SPEC, 0u8)?;
                    let result = <Point>::join(glue::this::<Point>(slf), a0);
                    glue::to_object(th, result)
                })
            }
        }
        unsafe extern "C-unwind" fn get_norm(
            slf: *mut glue::PyObject,
            _: *mut ::core::ffi::c_void,
        ) -> *mut glue::PyObject {
            unsafe {
                glue::entry_object(|th| {
                    let result = <Point>::norm(glue::this::<Point>(slf));
                    glue::to_object(th, result)
                })
            }
        }
        glue::Part {
            slots: {
                #[allow(unused_mut, reason = "a part without slots")]
                let mut slots = glue::Slots::EMPTY;
                slots.ty.tp_new = Some(slot_tp_new);
                slots.sequence.sq_length = Some(slot_sq_length);
                slots
            },
            methods: &[
                glue::method_fast_keywords(
                    c"go",
                    method_go,
                    0,
                    c"go($self, /, steps=1, *, name='up')\n--\n\nMove by some steps."
                        .as_ptr(),
                ),
                glue::method_o(
                    c"join",
                    method_join,
                    0,
                    c"join($self, other, /)\n--\n\n".as_ptr(),
                ),
            ],
            getset: &[
                glue::attribute(c"norm", Some(get_norm), None, c"The length.".as_ptr()),
            ],
        }
    };
}
