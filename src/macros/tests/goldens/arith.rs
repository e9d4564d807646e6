#[pymodule(name = "arith", types(Point), parts(more))]
pub mod arith {
    //! Sums.
    #[constant]
    const LIMIT: i32 = 3;

    /// Adds all.
    #[function]
    fn total(th: &mut Thread, args: Args<'_>) -> Result<Ref<Object>, Raised> {
        sum(th, args)
    }

    #[attr]
    fn table(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        make(th)
    }
}
