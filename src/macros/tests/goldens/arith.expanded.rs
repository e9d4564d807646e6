pub mod arith {
    //! Sums.
    const LIMIT: i32 = 3;
    /// Adds all.
    fn total(th: &mut Thread, args: Args<'_>) -> Result<Ref<Object>, Raised> {
        sum(th, args)
    }
    fn table(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        make(th)
    }
    /// What this part of the module declares.
    #[doc(hidden)]
    #[allow(unsafe_code, reason = "C entries and ABI tables, written by the macro: R4")]
    #[allow(
        clippy::all,
        clippy::undocumented_unsafe_blocks,
        reason = "written by a macro"
    )]
    #[allow(
        non_upper_case_globals,
        non_snake_case,
        unused_variables,
        unreachable_code,
        reason = "written by a macro"
    )]
    pub static PART: ::objects::glue::ModulePart = {
        use ::objects::glue;
        unsafe extern "C-unwind" fn method_total(
            slf: *mut glue::PyObject,
            args: *const *mut glue::PyObject,
            nargs: isize,
        ) -> *mut glue::PyObject {
            unsafe {
                glue::entry_object(|th| {
                    let args = glue::argument_slice(args, nargs);
                    let a0 = glue::Args::behind(args, 0usize);
                    let result = total(&mut *th, a0);
                    glue::to_object(th, result)
                })
            }
        }
        static METHODS: glue::Static<[glue::PyMethodDef; DEFS.len() + 1]> = glue::Static::new(
            glue::method_table(&[DEFS]),
        );
        const DEFS: &[glue::PyMethodDef] = &[
            glue::method_fast(
                c"total",
                method_total,
                0,
                c"total($module, /, *args)\n--\n\nAdds all.".as_ptr(),
            ),
        ];
        glue::ModulePart {
            methods: glue::MethodDefs::new(METHODS.get().cast(), DEFS.len()),
            constants: &[("LIMIT", glue::Constant::Int(LIMIT as i128))],
            attrs: &[
                (
                    "table",
                    |th| {
                        let result = table(&mut *th);
                        glue::to_object(th, result)
                    },
                ),
            ],
            types: &[<Point as glue::PyType>::type_object],
            hidden: &[],
            exec: None,
        }
    };
    /// The module's definition.
    #[allow(unsafe_code, reason = "C entries and ABI tables, written by the macro: R4")]
    #[allow(
        clippy::all,
        clippy::undocumented_unsafe_blocks,
        reason = "written by a macro"
    )]
    #[allow(
        non_upper_case_globals,
        non_snake_case,
        unused_variables,
        unreachable_code,
        reason = "written by a macro"
    )]
    pub static MODULE: ::objects::glue::ModuleDef = ::objects::glue::ModuleDef::new(
        "arith",
        c"arith",
        c"Sums.".as_ptr(),
        &[&PART, &more::PART],
    );
}
