"""llvmlite: builds, parses, optimises and runs machine code through ctypes; callbacks; errors."""

import ctypes

from _expect import raises

from llvmlite import binding, ir

binding.initialize_native_target()
binding.initialize_native_asmprinter()
module = ir.Module("use")
i64 = ir.IntType(64)
function = ir.Function(module, ir.FunctionType(i64, [i64]), "total")
entry, loop, done = (function.append_basic_block(name) for name in ("entry", "loop", "done"))
builder = ir.IRBuilder(entry)
builder.branch(loop)
builder.position_at_end(loop)
number, total = builder.phi(i64, "n"), builder.phi(i64, "t")
following, added = builder.sub(number, i64(1)), builder.add(total, number)
number.add_incoming(function.args[0], entry)
number.add_incoming(following, loop)
total.add_incoming(i64(0), entry)
total.add_incoming(added, loop)
builder.cbranch(builder.icmp_signed(">", following, i64(0)), loop, done)
builder.position_at_end(done)
builder.ret(added)

callback = ir.FunctionType(i64, [i64])
apply = ir.Function(module, ir.FunctionType(i64, [callback.as_pointer(), i64]), "apply")
builder = ir.IRBuilder(apply.append_basic_block())
builder.ret(builder.mul(builder.call(apply.args[0], [apply.args[1]]), i64(10)))
assert "define i64 @\"total\"(i64 %\".1\")" in str(module)

parsed = binding.parse_assembly(str(module))
parsed.verify()
assert sorted(item.name for item in parsed.functions) == ["apply", "total"] and not parsed.get_function("total").is_declaration
machine = binding.Target.from_default_triple().create_target_machine(opt=2)
assert "x86_64" in parsed.triple or "x86_64" in machine.triple
tuning = binding.create_pipeline_tuning_options(speed_level=3)
passes = binding.create_pass_builder(machine, tuning).getModulePassManager()
passes.run(parsed, binding.create_pass_builder(machine, tuning))
assert "total" in machine.emit_assembly(parsed) and machine.emit_object(parsed).startswith(b"\x7fELF")
engine = binding.create_mcjit_compiler(parsed, machine)
engine.finalize_object()
Total = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)
total = Total(engine.get_function_address("total"))
assert total(10) == 55 and total(100_000) == 5_000_050_000
run = ctypes.CFUNCTYPE(ctypes.c_int64, Total, ctypes.c_int64)(engine.get_function_address("apply"))
calls = []
assert run(Total(lambda value: calls.append(value) or value + 1), 6) == 70 and calls == [6]
copy = binding.parse_bitcode(parsed.as_bitcode())
assert {"apply", "total"} <= {item.name for item in copy.functions}
assert str(ir.Constant(ir.ArrayType(ir.IntType(8), 3), bytearray(b"abc"))) == '[3 x i8] c"abc"' and str(ir.LiteralStructType([i64, ir.DoubleType()])) == "{i64, double}"

raises(RuntimeError, "LLVM IR parsing error", binding.parse_assembly, "define nonsense")
raises(RuntimeError, "LLVM bitcode parsing error", binding.parse_bitcode, b"no bitcode")
raises(NameError, "nope", parsed.get_function, "nope")
raises(RuntimeError, "No available targets are compatible with triple \"nonsense-triple\"", binding.Target.from_triple, "nonsense-triple")
raises(ValueError, "Operands must be the same type", builder.add, i64(1), ir.IntType(8)(1))
raises(AssertionError, "", builder.ret, i64(1))
print("ok")
