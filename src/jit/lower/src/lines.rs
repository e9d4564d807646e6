//! The table of lines: a unit's positions are the lines of a file that has the unit's name.
//!
//! Invariant: in a function with a table every instruction has a line, 0 if it comes from nowhere; LLVM refuses calls that have none.
use inkwell::context::Context;
use inkwell::debug_info::{
    AsDIScope, DICompileUnit, DIFlags, DIFlagsConstants, DISubprogram, DWARFEmissionKind, DWARFSourceLanguage, DebugInfoBuilder,
};
use inkwell::module::{FlagBehavior, Module};
use inkwell::values::FunctionValue;
use lir::{Function, Position};

pub(crate) struct Lines<'c> {
    context: &'c Context,
    builder: DebugInfoBuilder<'c>,
    unit: DICompileUnit<'c>,
}

impl<'c> Lines<'c> {
    pub(crate) fn new(context: &'c Context, module: &Module<'c>, unit: &str) -> Self {
        let version = context.i32_type().const_int(u64::from(inkwell::debug_info::debug_metadata_version()), false);
        module.add_basic_value_flag("Debug Info Version", FlagBehavior::Warning, version);
        let (builder, unit) = module.create_debug_info_builder(
            true,
            DWARFSourceLanguage::Python,
            unit,
            "",
            "pyston",
            true,
            "",
            0,
            "",
            DWARFEmissionKind::Full,
            0,
            false,
            false,
            "",
            "",
        );
        Self { context, builder, unit }
    }

    /// Makes a table for a function.
    pub(crate) fn function(&self, function: &Function, value: FunctionValue<'c>) -> DISubprogram<'c> {
        let file = self.unit.get_file();
        let ty = self.builder.create_subroutine_type(file, None, &[], DIFlags::PUBLIC);
        let first = function.insts.iter().map(|(_, inst)| inst.position.0).filter(|&line| line != 0).min().unwrap_or(0);
        let scope = self.unit.as_debug_info_scope();
        let subprogram =
            self.builder.create_function(scope, &function.name, None, file, first, ty, false, true, first, DIFlags::PUBLIC, true);
        value.set_subprogram(subprogram);
        subprogram
    }

    /// What is built from now on comes from there.
    pub(crate) fn at(&self, builder: &inkwell::builder::Builder<'c>, scope: DISubprogram<'c>, position: Position) {
        let location = self.builder.create_debug_location(self.context, position.0, 0, scope.as_debug_info_scope(), None);
        builder.set_current_debug_location(location);
    }

    /// Ends the tables of all functions.
    pub(crate) fn finish(&self) {
        self.builder.finalize();
    }
}
