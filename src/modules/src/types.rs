//! `_types`: names for builtin types that `builtins` does not name.

use heap::{Object, PyType, Raised, Thread, Type};
use macros::pymodule;
use objects::typing::{descr, wrapper};
use objects::{ops, singletons};

/// One list; `types` takes its names over.
const NAMES: &[(&str, fn() -> &'static Type)] = &[
    ("AsyncGeneratorType", interp::AsyncGenerator::type_object),
    ("BuiltinFunctionType", objects::Builtin::type_object),
    ("BuiltinMethodType", objects::Builtin::type_object),
    ("CapsuleType", objects::Capsule::type_object),
    ("CellType", objects::Cell::type_object),
    ("ClassMethodDescriptorType", descr::ClassMethodDescr::type_object),
    ("CodeType", interp::Code::type_object),
    ("CoroutineType", interp::Coroutine::type_object),
    ("EllipsisType", singletons::EllipsisType::type_object),
    ("FrameType", interp::FrameObject::type_object),
    ("FunctionType", interp::Function::type_object),
    ("GeneratorType", interp::Generator::type_object),
    ("GenericAlias", objects::GenericAlias::type_object),
    ("GetSetDescriptorType", descr::GetSetDescr::type_object),
    ("LambdaType", interp::Function::type_object),
    ("MappingProxyType", objects::MappingProxy::type_object),
    ("MemberDescriptorType", descr::MemberDescr::type_object),
    ("MethodDescriptorType", descr::MethodDescr::type_object),
    ("MethodType", objects::Method::type_object),
    ("MethodWrapperType", wrapper::MethodWrapper::type_object),
    ("ModuleType", objects::Module::type_object),
    ("NoneType", singletons::NoneType::type_object),
    ("NotImplementedType", singletons::NotImplementedType::type_object),
    ("SimpleNamespace", objects::Namespace::type_object),
    ("TracebackType", objects::Traceback::type_object),
    ("UnionType", objects::Union::type_object),
    ("WrapperDescriptorType", wrapper::WrapperDescr::type_object),
];

#[pymodule(name = "_types")]
pub mod types {
    //! Define names for built-in types.
    use super::*;

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        for (name, ty) in NAMES {
            let name = objects::str::intern(th, name);
            ops::setattr(th, module, name, ty())?;
        }
        Ok(())
    }
}
