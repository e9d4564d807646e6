//! The one opcode table: names, operands, cache words and meaning of every instruction.
//!
//! An instruction is one aligned `u64`: opcode (bits 0–15), operands `a` (16–31), `b` (32–47), `c` (48–63), each an `i16`.
//! Its cache words follow; they are zero in compiled code and belong to the interpreter from then on.
//!
//! **Wide.** A `Wide` word before an instruction carries the upper 16 bits of the next word's `a`, `b`, `c`; each operand is then
//! `(wide << 16) | (narrow & 0xffff)` as an `i32`. An operand of kind `Jump32` is already 32 bits in `b` and `c` (`b` the low half);
//! a `Wide` before such an instruction extends `a` alone and has zero in `b` and `c`. Jumps may target a `Wide`, never the word behind it.
//!
//! **Jumps** are relative to the word after the instruction *and its caches*. Only `JumpBack` goes backward; it is the loop safepoint.
//!
//! **Registers.** `r >= 0` is a local: arguments in CPython's order, other variable names, cells that are not arguments, free
//! variables, hidden locals of the compiler. A captured argument's register holds its `Cell` after `MakeCell`.
//! `r < 0` is a temporary: temp `k` is operand `k - ntemps`, so temps ascend in memory and end just below local 0.
//!
//! **Temps form a stack.** An instruction consumes the temps that it reads (it takes over their references); those are always
//! the topmost live ones, in whatever order its operands name them. If its output is a temp, it is the lowest free one after that. So
//! `BinaryAdd t0, t0, t1` and `BinaryAdd t0, x, t0` are well formed. `Peek` operands are read without being consumed.
//! Locals are borrowed by their reader and never consumed; writing one releases what it held before, after the write.
//! A temp may be null only where the text says so (the second temp of `LoadMethod`, `LoadSpecial`).
//!
//! **Raising.** An instruction that raises has not written its outputs, and its inputs still are (or have become null) in their
//! registers. The unwinder finds the innermost `Handler` whose range holds the instruction's first word, releases the live temps from
//! `handler.temp_depth` up to `Code::temp_depth(pc)`, the hidden locals from `handler.hidden_depth` on (dead hidden locals are null at
//! all times), adds the traceback entry unless the instruction is one of the re-raising ones, and continues at the handler with the
//! exception still *raised* (the thread's `current_exception`). A handler starts with one of `EnterHandler`, `TakeRaised`,
//! `UnwindHandler`, `Unwind`, `CleanupThrow`, `EndAsyncFor`, `StopIterationError`, or with `Take`/`Release` on the way to one of them.

use core::fmt;

/// What an operand is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A register that the instruction writes.
    Out,
    /// A register read; a temp is consumed.
    In,
    /// A register read without being consumed, temp or local.
    Peek,
    /// A register read and then written; a temp stays live.
    InOut,
    /// A register that is emptied: a local becomes null (it may have been null), a temp is consumed.
    Kill,
    /// A local that holds a `Cell`; its content is read or written, the register is not.
    Cell,
    /// The first of several consecutive temps, all consumed. How many: `Op::base_len`.
    Base,
    /// The first of several consecutive registers written (temps or hidden locals). How many: `Op::out_len`.
    OutBase,
    /// An index into `Code::consts`.
    Const,
    /// An index into `Code::names`.
    Name,
    /// A number whose meaning the instruction defines.
    Imm,
    /// A jump in 16 bits (32 with `Wide`).
    Jump16,
    /// A jump in `b` and `c`.
    Jump32,
}

macro_rules! operand_newtypes {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name(pub i32);
        impl $name { pub const KIND: Kind = Kind::$name; }
    )* };
}
operand_newtypes! {
    /// See `Kind::Out`.
    Out,
    /// See `Kind::In`.
    In,
    /// See `Kind::Peek`.
    Peek,
    /// See `Kind::InOut`.
    InOut,
    /// See `Kind::Kill`.
    Kill,
    /// See `Kind::Cell`.
    Cell,
    /// See `Kind::Base`.
    Base,
    /// See `Kind::OutBase`.
    OutBase,
    /// See `Kind::Const`.
    Const,
    /// See `Kind::Name`.
    Name,
    /// See `Kind::Imm`.
    Imm,
    /// See `Kind::Jump16`.
    Jump16,
    /// See `Kind::Jump32`.
    Jump32,
}

/// Calls `$m! { generic { docs Name(operand: Kind, …), cache words; … } specialized { docs Name of Generic; … } }`.
///
/// A specialised instruction has the operands and caches of its generic one; only the interpreter writes it.
#[macro_export]
macro_rules! for_each_opcode {
    ($m:ident) => { $m! {
generic {
    // ---- plumbing
    /// Does nothing.
    Nop(), 0;
    /// Prefix: upper halves of the next instruction's operands.
    Wide(), 0;
    /// Start of the body: function-entry safepoint, call event, hotness counter. Once per code object, after `MakeCell`s and `ReturnGenerator`.
    Resume(), 1;
    /// dst = src (local: new reference; temp: moved). `src` may be a cell register: the `Cell` itself is copied (closures).
    Move(dst: Out, src: In), 0;
    /// dst = src; src = null, no count changes. `src` is a local and may be null; then `dst` becomes null, too.
    Take(dst: Out, src: Kill), 0;
    /// Drops the value: a local becomes null (may be null already), a temp is consumed. Also `del x` and an expression statement's result.
    Release(r: Kill), 0;
    /// dst = consts[k]; uncounted, constants are immortal or owned by the code.
    LoadConst(dst: Out, k: Const), 0;
    /// dst = the int `n`.
    LoadSmallInt(dst: Out, n: Imm), 0;
    /// Raises UnboundLocalError (NameError for a free variable's name) if the local is null.
    CheckBound(r: Peek), 0;

    // ---- cells and names
    /// r = new Cell(r): in place, takes the value in r (null: an empty cell).
    MakeCell(r: InOut), 0;
    /// dst = content of the cell. Empty: UnboundLocalError for a cell variable, NameError ("cannot access free variable …") for a free one.
    LoadDeref(dst: Out, cell: Cell), 0;
    /// Content of the cell = src.
    StoreDeref(cell: Cell, src: In), 0;
    /// Empties the cell; raises as `LoadDeref` if it is empty.
    DeleteDeref(cell: Cell), 0;
    /// dst = map[name of the cell variable] if there (KeyError swallowed), otherwise content of the cell as `LoadDeref`.
    LoadFromDictOrDeref(dst: Out, map: In, cell: Cell), 0;
    /// dst = map[name] if there, otherwise as `LoadGlobal`.
    LoadFromDictOrGlobals(dst: Out, map: In, name: Name), 0;
    /// dst = the frame's locals mapping (class or module namespace).
    LoadLocals(dst: Out), 0;
    /// dst = globals[name], or builtins[name]; NameError "name 'x' is not defined".
    LoadGlobal(dst: Out, name: Name), 2;
    /// globals[name] = src.
    StoreGlobal(name: Name, src: In), 2;
    /// del globals[name]; NameError.
    DeleteGlobal(name: Name), 0;
    /// dst = locals[name], globals[name] or builtins[name].
    LoadName(dst: Out, name: Name), 2;
    /// locals[name] = src.
    StoreName(name: Name, src: In), 2;
    /// del locals[name]; NameError.
    DeleteName(name: Name), 0;
    /// dst = builtins.__build_class__.
    LoadBuildClass(dst: Out), 0;
    /// dst = one of `CommonConst`.
    LoadCommon(dst: Out, which: Imm), 0;

    // ---- attributes and items
    /// dst = obj.name.
    LoadAttr(dst: Out, obj: In, name: Name), 4;
    /// obj.name = value.
    StoreAttr(obj: In, name: Name, value: In), 4;
    /// del obj.name.
    DeleteAttr(obj: In, name: Name), 0;
    /// Attribute for a call: (base, base+1) = (unbound method, obj) or (obj.name, null).
    LoadMethod(base: OutBase, obj: In, name: Name), 4;
    /// base = super(cls, self).name; base..base+3 hold (global `super`, `__class__`, self), consumed; result in base.
    /// `form`: 0 for zero-argument `super()` (if `super` is not the builtin, call it without arguments), 1 for the two-argument form.
    LoadSuperAttr(base: InOut, name: Name, form: Imm), 1;
    /// As `LoadSuperAttr`, with the results of `LoadMethod` in (base, base+1).
    LoadSuperMethod(base: InOut, name: Name, form: Imm), 2;
    /// (base, base+1) = (callable, self or null) of the special method looked up on the type; `which` is a `Special`.
    /// TypeError "'C' object does not support the (asynchronous) context manager protocol (missed __exit__ method)" if missing.
    LoadSpecial(base: OutBase, obj: In, which: Imm), 1;
    /// dst = obj[index].
    Subscript(dst: Out, obj: In, index: In), 1;
    /// dst = obj[n] with the int `n`.
    SubscriptImm(dst: Out, obj: In, n: Imm), 1;
    /// dst = obj[start:stop]; start, stop in base, base+1 (None where absent).
    SubscriptSlice(dst: Out, obj: In, base: Base), 1;
    /// obj[index] = value.
    StoreSubscript(obj: In, index: In, value: In), 1;
    /// del obj[index].
    DeleteSubscript(obj: In, index: In), 0;

    // ---- arithmetic: dst = a op b
    /// a + b
    BinaryAdd(dst: Out, a: In, b: In), 1;
    /// a - b
    BinarySub(dst: Out, a: In, b: In), 1;
    /// a * b
    BinaryMul(dst: Out, a: In, b: In), 1;
    /// a @ b
    BinaryMatMul(dst: Out, a: In, b: In), 1;
    /// a / b
    BinaryDiv(dst: Out, a: In, b: In), 1;
    /// a // b
    BinaryFloorDiv(dst: Out, a: In, b: In), 1;
    /// a % b
    BinaryMod(dst: Out, a: In, b: In), 1;
    /// a ** b
    BinaryPow(dst: Out, a: In, b: In), 1;
    /// a << b
    BinaryLshift(dst: Out, a: In, b: In), 1;
    /// a >> b
    BinaryRshift(dst: Out, a: In, b: In), 1;
    /// a & b
    BinaryAnd(dst: Out, a: In, b: In), 1;
    /// a | b
    BinaryOr(dst: Out, a: In, b: In), 1;
    /// a ^ b
    BinaryXor(dst: Out, a: In, b: In), 1;
    /// a += b: as the others, `__iadd__` first.
    InplaceAdd(dst: Out, a: In, b: In), 1;
    /// a -= b
    InplaceSub(dst: Out, a: In, b: In), 1;
    /// a *= b
    InplaceMul(dst: Out, a: In, b: In), 1;
    /// a @= b
    InplaceMatMul(dst: Out, a: In, b: In), 1;
    /// a /= b
    InplaceDiv(dst: Out, a: In, b: In), 1;
    /// a //= b
    InplaceFloorDiv(dst: Out, a: In, b: In), 1;
    /// a %= b
    InplaceMod(dst: Out, a: In, b: In), 1;
    /// a **= b
    InplacePow(dst: Out, a: In, b: In), 1;
    /// a <<= b
    InplaceLshift(dst: Out, a: In, b: In), 1;
    /// a >>= b
    InplaceRshift(dst: Out, a: In, b: In), 1;
    /// a &= b
    InplaceAnd(dst: Out, a: In, b: In), 1;
    /// a |= b
    InplaceOr(dst: Out, a: In, b: In), 1;
    /// a ^= b
    InplaceXor(dst: Out, a: In, b: In), 1;
    /// a + n with the int `n` on the right (full semantics: `a` may be anything).
    AddImm(dst: Out, a: In, n: Imm), 1;
    /// a - n
    SubImm(dst: Out, a: In, n: Imm), 1;
    /// a * n
    MulImm(dst: Out, a: In, n: Imm), 1;
    /// a // n
    FloorDivImm(dst: Out, a: In, n: Imm), 1;
    /// a % n
    ModImm(dst: Out, a: In, n: Imm), 1;
    /// a & n
    AndImm(dst: Out, a: In, n: Imm), 1;
    /// a << n
    LshiftImm(dst: Out, a: In, n: Imm), 1;
    /// a >> n
    RshiftImm(dst: Out, a: In, n: Imm), 1;
    /// a += n
    InplaceAddImm(dst: Out, a: In, n: Imm), 1;
    /// a -= n
    InplaceSubImm(dst: Out, a: In, n: Imm), 1;
    /// -a
    UnaryNegative(dst: Out, a: In), 1;
    /// +a
    UnaryPositive(dst: Out, a: In), 1;
    /// ~a
    UnaryInvert(dst: Out, a: In), 1;
    /// not a: True or False
    UnaryNot(dst: Out, a: In), 1;

    // ---- comparison: dst = a op b (rich: any object)
    /// a < b
    CompareLess(dst: Out, a: In, b: In), 1;
    /// a <= b
    CompareLessEqual(dst: Out, a: In, b: In), 1;
    /// a == b
    CompareEqual(dst: Out, a: In, b: In), 1;
    /// a != b
    CompareNotEqual(dst: Out, a: In, b: In), 1;
    /// a > b
    CompareGreater(dst: Out, a: In, b: In), 1;
    /// a >= b
    CompareGreaterEqual(dst: Out, a: In, b: In), 1;
    /// a is b
    Is(dst: Out, a: In, b: In), 0;
    /// a is not b
    IsNot(dst: Out, a: In, b: In), 0;
    /// a in b
    Contains(dst: Out, a: In, b: In), 1;
    /// a not in b
    NotContains(dst: Out, a: In, b: In), 1;

    // ---- jumps
    /// Forward jump.
    Jump(to: Jump32), 0;
    /// Backward jump: safepoint, back-edge counter, on-stack-replacement entry at the target. Never ends a loop by itself.
    JumpBack(to: Jump32), 1;
    /// Jumps if `a` is true.
    JumpIfTrue(a: In, to: Jump32), 1;
    /// Jumps if `a` is false.
    JumpIfFalse(a: In, to: Jump32), 1;
    /// `a` is a temp. If true: jumps and keeps it; otherwise consumes it.
    JumpIfTrueOrPop(a: Peek, to: Jump32), 1;
    /// `a` is a temp. If false: jumps and keeps it; otherwise consumes it.
    JumpIfFalseOrPop(a: Peek, to: Jump32), 1;
    /// Jumps if `a` is None.
    JumpIfNone(a: In, to: Jump32), 0;
    /// Jumps if `a` is not None.
    JumpIfNotNone(a: In, to: Jump32), 0;
    /// Jumps if `a is b`.
    JumpIfIs(a: In, b: In, to: Jump16), 0;
    /// Jumps if `a is not b`.
    JumpIfIsNot(a: In, b: In, to: Jump16), 0;
    /// Jumps if bool(a < b).
    JumpIfLess(a: In, b: In, to: Jump16), 1;
    /// Jumps if bool(a <= b).
    JumpIfLessEqual(a: In, b: In, to: Jump16), 1;
    /// Jumps if bool(a == b).
    JumpIfEqual(a: In, b: In, to: Jump16), 1;
    /// Jumps if bool(a != b).
    JumpIfNotEqual(a: In, b: In, to: Jump16), 1;
    /// Jumps if bool(a > b).
    JumpIfGreater(a: In, b: In, to: Jump16), 1;
    /// Jumps if bool(a >= b).
    JumpIfGreaterEqual(a: In, b: In, to: Jump16), 1;
    /// Jumps unless bool(a < b).
    JumpUnlessLess(a: In, b: In, to: Jump16), 1;
    /// Jumps unless bool(a <= b).
    JumpUnlessLessEqual(a: In, b: In, to: Jump16), 1;
    /// Jumps unless bool(a == b).
    JumpUnlessEqual(a: In, b: In, to: Jump16), 1;
    /// Jumps unless bool(a != b).
    JumpUnlessNotEqual(a: In, b: In, to: Jump16), 1;
    /// Jumps unless bool(a > b).
    JumpUnlessGreater(a: In, b: In, to: Jump16), 1;
    /// Jumps unless bool(a >= b).
    JumpUnlessGreaterEqual(a: In, b: In, to: Jump16), 1;
    /// Jumps if bool(a < n) with the int `n`.
    JumpIfLessImm(a: In, n: Imm, to: Jump16), 1;
    /// Jumps if bool(a <= n).
    JumpIfLessEqualImm(a: In, n: Imm, to: Jump16), 1;
    /// Jumps if bool(a == n).
    JumpIfEqualImm(a: In, n: Imm, to: Jump16), 1;
    /// Jumps if bool(a != n).
    JumpIfNotEqualImm(a: In, n: Imm, to: Jump16), 1;
    /// Jumps if bool(a > n).
    JumpIfGreaterImm(a: In, n: Imm, to: Jump16), 1;
    /// Jumps if bool(a >= n).
    JumpIfGreaterEqualImm(a: In, n: Imm, to: Jump16), 1;
    /// Jumps unless bool(a < n).
    JumpUnlessLessImm(a: In, n: Imm, to: Jump16), 1;
    /// Jumps unless bool(a <= n).
    JumpUnlessLessEqualImm(a: In, n: Imm, to: Jump16), 1;
    /// Jumps unless bool(a == n).
    JumpUnlessEqualImm(a: In, n: Imm, to: Jump16), 1;
    /// Jumps unless bool(a != n).
    JumpUnlessNotEqualImm(a: In, n: Imm, to: Jump16), 1;
    /// Jumps unless bool(a > n).
    JumpUnlessGreaterImm(a: In, n: Imm, to: Jump16), 1;
    /// Jumps unless bool(a >= n).
    JumpUnlessGreaterEqualImm(a: In, n: Imm, to: Jump16), 1;

    // ---- calls (everything from `base` up is consumed)
    /// dst = callee(args): base = callee, base+1 … base+nargs = args. A bound method's self may be put into base (`args[-1]`).
    Call(dst: Out, base: Base, nargs: Imm), 2;
    /// dst = callee(args): base = callee, base+1 = self or null, then `nargs` args (self not counted).
    CallMethod(dst: Out, base: Base, nargs: Imm), 2;
    /// As `Call`; the last len(names) of the `nargs` args are keyword arguments, `names` a constant tuple of str. Result in base.
    CallKw(base: InOut, nargs: Imm, names: Const), 2;
    /// As `CallMethod` with keyword arguments. Result in base.
    CallMethodKw(base: InOut, nargs: Imm, names: Const), 2;
    /// dst = base(*base+1, **base+2): args is a tuple already (or any iterable: `f(*x)`), kwargs a dict or mapping, present if `kw` is 1.
    CallEx(dst: Out, base: Base, kw: Imm), 1;
    /// Returns `src` to the caller.
    Return(src: In), 0;
    /// Returns consts[k].
    ReturnConst(k: Const), 0;

    // ---- building
    /// dst = tuple of n temps.
    BuildTuple(dst: Out, base: Base, n: Imm), 0;
    /// dst = list of n temps.
    BuildList(dst: Out, base: Base, n: Imm), 0;
    /// dst = set of n temps, added in order.
    BuildSet(dst: Out, base: Base, n: Imm), 0;
    /// dst = dict of n pairs: key, value, key, value …
    BuildMap(dst: Out, base: Base, n: Imm), 0;
    /// dst = concatenation of n temps, all exact str.
    BuildString(dst: Out, base: Base, n: Imm), 0;
    /// dst = slice of n (2 or 3) temps.
    BuildSlice(dst: Out, base: Base, n: Imm), 0;
    /// dst = [*k] with the constant tuple k.
    BuildConstList(dst: Out, k: Const), 0;
    /// dst = {*k} with the constant tuple k.
    BuildConstSet(dst: Out, k: Const), 0;
    /// list.append(value).
    ListAppend(list: Peek, value: In), 0;
    /// list.extend(iterable); "Value after * must be an iterable, not X".
    ListExtend(list: Peek, iterable: In), 0;
    /// set.add(value).
    SetAdd(set: Peek, value: In), 0;
    /// set.update(iterable).
    SetUpdate(set: Peek, iterable: In), 0;
    /// map[key] = value.
    MapSet(map: Peek, key: In, value: In), 0;
    /// map.update(mapping); "'X' object is not a mapping".
    DictUpdate(map: Peek, mapping: In), 0;
    /// As `DictUpdate` for `f(**mapping)`: a duplicate key is TypeError "f() got multiple values for keyword argument 'k'"; callee is for that text.
    DictMerge(map: Peek, mapping: In, callee: Peek), 0;

    // ---- iteration and unpacking
    /// dst = iter(src).
    GetIter(dst: Out, src: In), 0;
    /// dst = next(iter), or jumps when exhausted (StopIteration swallowed, dst not written; the iterator stays until its `Release`).
    ForIter(dst: Out, iter: Peek, to: Jump16), 1;
    /// Unpacks exactly n items: the first into the highest temp, base+n-1, the last into base.
    UnpackSequence(base: OutBase, src: In, n: Imm), 1;
    /// Starred unpacking: `counts & 0xff` items before, one list, `counts >> 8` items after; order as `UnpackSequence`.
    UnpackEx(base: OutBase, src: In, counts: Imm), 0;

    // ---- generators and coroutines
    /// Makes the generator (coroutine, async generator by the code's flags) from this frame and returns it; execution resumes behind it.
    ReturnGenerator(), 0;
    /// Yields value; when resumed dst = the sent value, or a thrown exception is raised here.
    Yield(dst: Out, value: In), 0;
    /// Mark behind a `Yield`, at which compiled code can be entered. It does nothing; the interpreter goes on behind it.
    Resumed(), 1;
    /// Yields value on behalf of the sub-iterator in local `iter` (`gi_yieldfrom`, `cr_await`); value = what was sent.
    YieldDelegated(value: InOut, iter: Peek), 0;
    /// Sends value into iter: it yields v: value = v and falls through; it returns v: value = v and jumps.
    Send(value: InOut, iter: Peek, to: Jump16), 1;
    /// Handler of a `YieldDelegated`: if the raised exception is StopIteration, dst = its value and it is no longer raised; otherwise unwinding goes on.
    CleanupThrow(dst: Out), 0;
    /// dst = iterator for `yield from src` (a coroutine only in a coroutine; a generator as it is).
    GetYieldFromIter(dst: Out, src: In), 0;
    /// dst = awaitable's iterator. `context`: 0 await, 1 result of `__aenter__`, 2 of `__aexit__` (for the error text).
    GetAwaitable(dst: Out, src: In, context: Imm), 0;
    /// dst = aiter(src): `__aiter__`, checked to have `__anext__`.
    GetAiter(dst: Out, src: In), 0;
    /// dst = awaitable's iterator of `iter.__anext__()`.
    GetAnext(dst: Out, iter: Peek), 0;
    /// Handler: if the raised exception is StopAsyncIteration it is dropped and execution goes on behind this; otherwise unwinding goes on.
    EndAsyncFor(), 0;
    /// Handler around a generator's body: raised StopIteration (in async generators also StopAsyncIteration) becomes
    /// RuntimeError "generator raised StopIteration" with cause and context; unwinding goes on.
    StopIterationError(), 0;

    // ---- exceptions
    /// Start of a handler: h = the handled exception (null if none); the raised exception becomes the handled one.
    EnterHandler(h: Out), 0;
    /// End of a handler: the handled exception is dropped, the one in h (may be null) is handled again, h = null.
    LeaveHandler(h: Kill), 0;
    /// `LeaveHandler h`, and the exception that was handled is raised again as it was (no traceback entry, no context).
    Reraise(h: Kill), 0;
    /// As `Reraise`; if the frame ends by it, its line is the one where the exception was raised.
    ReraiseThere(h: Kill), 0;
    /// As `LeaveHandler`, in a handler whose body raised: the raised exception goes on (no traceback entry, no context).
    UnwindHandler(h: Kill), 0;
    /// Handler without `EnterHandler`: the raised exception goes on (no traceback entry, no context).
    Unwind(), 0;
    /// dst = the handled exception.
    LoadHandled(dst: Out), 0;
    /// dst = the raised exception, which is no longer raised; what is handled stays.
    TakeRaised(dst: Out), 0;
    /// Jumps if the handled exception does not match `kind` (class or tuple; TypeError "catching classes that do not inherit from BaseException is not allowed").
    JumpUnlessMatch(kind: In, to: Jump32), 0;
    /// except*: rest (hidden local) is the exception or group still unmatched, or None. dst = matching part or None; rest = what remains or None;
    /// a match becomes the handled exception. Naked exceptions are wrapped into a group.
    MatchExcGroup(dst: Out, rest: InOut, kind: In), 0;
    /// End of except*: dst = exception to raise from `orig` and the `list` of raised and unhandled parts (Nones allowed), or None.
    PrepReraiseStar(dst: Out, orig: In, list: In), 0;
    /// Raises value as it is (no traceback entry, no context).
    ReraiseValue(value: In), 0;
    /// raise exc
    Raise(exc: In), 0;
    /// raise exc from cause
    RaiseFrom(exc: In, cause: In), 0;
    /// raise: the handled exception again; RuntimeError "No active exception to reraise".
    RaiseBare(), 0;
    /// For the call of `__exit__` in h, h+1 (as left by `LoadSpecial`): base = h, base+1 = h+1 (may be null), base+2..5 = None, None, None.
    PrepareExit(base: OutBase, h: Peek), 0;
    /// As `PrepareExit` with (type, exception, traceback) of the handled exception.
    PrepareExitExc(base: OutBase, h: Peek), 0;

    // ---- functions, classes, modules
    /// dst = function of the code constant and the frame's globals.
    MakeFunction(dst: Out, code: Const), 0;
    /// Sets the `FunctionAttr` of a fresh function.
    SetFunctionAttr(func: Peek, value: In, which: Imm), 0;
    /// dst = import: base = level (int), base+1 = fromlist (tuple or None).
    ImportName(dst: Out, base: Base, name: Name), 0;
    /// dst = getattr(module, name), falling back to sys.modules["module.name"]; ImportError.
    ImportFrom(dst: Out, module: Peek, name: Name), 0;
    /// locals["__annotations__"] = {} unless there.
    SetupAnnotations(), 0;
    /// dst = `Intrinsic1`(src).
    Intrinsic1(dst: Out, src: In, which: Imm), 0;
    /// dst = `Intrinsic2`(base, base+1).
    Intrinsic2(dst: Out, base: Base, which: Imm), 0;

    // ---- f-strings and t-strings
    /// dst = format(src, ""); an exact str as it is.
    FormatSimple(dst: Out, src: In), 0;
    /// dst = format(src, spec).
    FormatSpec(dst: Out, src: In, spec: In), 0;
    /// dst = str (1), repr (2) or ascii (3) of src.
    Convert(dst: Out, src: In, how: Imm), 0;
    /// dst = Interpolation of base = value, base+1 = expression text, base+2 = format spec if `form & 1`; `form >> 2` is the conversion as in `Convert`, 0 for none.
    BuildInterpolation(dst: Out, base: Base, form: Imm), 0;
    /// dst = Template of base = tuple of strings, base+1 = tuple of interpolations.
    BuildTemplate(dst: Out, base: Base), 0;

    // ---- match
    /// dst = len(src).
    GetLen(dst: Out, src: Peek), 0;
    /// dst = bool: src's type has the MAPPING flag.
    MatchMapping(dst: Out, src: Peek), 0;
    /// dst = bool: src's type has the SEQUENCE flag.
    MatchSequence(dst: Out, src: Peek), 0;
    /// dst = tuple of src's values for the tuple `keys`, or None if one is missing; ValueError for a duplicate key.
    MatchKeys(dst: Out, src: Peek, keys: Peek), 0;
    /// Class pattern: base = subject, base+1 = class, base+2 = tuple of keyword names; dst = tuple of attributes or None.
    MatchClass(dst: Out, base: Base, npos: Imm), 0;
}
specialized {
    /// Ran often: nobody counts any more.
    ResumeWarm of Resume;
    /// The cache names compiled code of the function.
    ResumeCompiled of Resume;
    /// The cache names compiled code that goes on here.
    ResumedCompiled of Resumed;
    /// Ran often: nobody counts any more.
    JumpBackWarm of JumpBack;
    /// The cache names compiled code that begins at the target.
    JumpBackCompiled of JumpBack;
    /// Both exact int, results that fit 64 bits.
    AddInt of BinaryAdd;
    /// Both exact int, results that fit 64 bits.
    SubInt of BinarySub;
    /// Both exact int, results that fit 64 bits.
    MulInt of BinaryMul;
    /// Both exact int that floats hold exactly, not divided by zero.
    DivInt of BinaryDiv;
    /// Both exact int that floats hold exactly, not divided by zero.
    InplaceDivInt of InplaceDiv;
    /// Both exact int, results that fit 64 bits.
    FloorDivInt of BinaryFloorDiv;
    /// Both exact int, results that fit 64 bits.
    ModInt of BinaryMod;
    /// Both exact int, results that fit 64 bits.
    AndInt of BinaryAnd;
    /// Both exact int, results that fit 64 bits.
    OrInt of BinaryOr;
    /// Both exact int, results that fit 64 bits.
    XorInt of BinaryXor;
    /// Both exact int, results that fit 64 bits.
    LshiftInt of BinaryLshift;
    /// Both exact int, results that fit 64 bits.
    RshiftInt of BinaryRshift;
    /// Both exact int, results that fit 64 bits.
    InplaceAddInt of InplaceAdd;
    /// Both exact int, results that fit 64 bits.
    InplaceSubInt of InplaceSub;
    /// Both exact int, results that fit 64 bits.
    InplaceMulInt of InplaceMul;
    /// Both exact int, results that fit 64 bits.
    InplaceFloorDivInt of InplaceFloorDiv;
    /// Both exact int, results that fit 64 bits.
    InplaceModInt of InplaceMod;
    /// Both exact int, results that fit 64 bits.
    InplaceAndInt of InplaceAnd;
    /// Both exact int, results that fit 64 bits.
    InplaceOrInt of InplaceOr;
    /// Both exact int, results that fit 64 bits.
    InplaceXorInt of InplaceXor;
    /// Both exact int, results that fit 64 bits.
    InplaceLshiftInt of InplaceLshift;
    /// Both exact int, results that fit 64 bits.
    InplaceRshiftInt of InplaceRshift;
    /// Both exact float, or one and an exact int.
    AddFloat of BinaryAdd;
    /// Both exact float, or one and an exact int.
    SubFloat of BinarySub;
    /// Both exact float, or one and an exact int.
    MulFloat of BinaryMul;
    /// Both exact float, or one and an exact int.
    DivFloat of BinaryDiv;
    /// Both exact float, or one and an exact int.
    InplaceAddFloat of InplaceAdd;
    /// Both exact float, or one and an exact int.
    InplaceSubFloat of InplaceSub;
    /// Both exact float, or one and an exact int.
    InplaceMulFloat of InplaceMul;
    /// Both exact float, or one and an exact int.
    InplaceDivFloat of InplaceDiv;
    /// `__add__` of the left operand's class is a Python function, which runs in the loop. So for the next three.
    AddPy of BinaryAdd;
    SubPy of BinarySub;
    MulPy of BinaryMul;
    DivPy of BinaryDiv;
    /// Both exact str.
    AddStr of BinaryAdd;
    /// Both exact str.
    InplaceAddStr of InplaceAdd;
    /// Exact int.
    AddImmInt of AddImm;
    /// Exact int.
    SubImmInt of SubImm;
    /// Exact int.
    MulImmInt of MulImm;
    /// Exact int.
    FloorDivImmInt of FloorDivImm;
    /// Exact int.
    ModImmInt of ModImm;
    /// Exact int.
    AndImmInt of AndImm;
    /// Exact int.
    LshiftImmInt of LshiftImm;
    /// Exact int.
    RshiftImmInt of RshiftImm;
    /// Exact int.
    InplaceAddImmInt of InplaceAddImm;
    /// Exact int.
    InplaceSubImmInt of InplaceSubImm;
    /// Exact float.
    AddImmFloat of AddImm;
    /// Exact float.
    SubImmFloat of SubImm;
    /// Exact float.
    MulImmFloat of MulImm;
    /// Both exact int.
    CompareLessInt of CompareLess;
    /// Both exact int.
    CompareLessEqualInt of CompareLessEqual;
    /// Both exact int.
    CompareEqualInt of CompareEqual;
    /// Both exact int.
    CompareNotEqualInt of CompareNotEqual;
    /// Both exact int.
    CompareGreaterInt of CompareGreater;
    /// Both exact int.
    CompareGreaterEqualInt of CompareGreaterEqual;
    /// Both exact float, or one and an exact int.
    CompareLessFloat of CompareLess;
    /// Both exact float, or one and an exact int.
    CompareLessEqualFloat of CompareLessEqual;
    /// Both exact float, or one and an exact int.
    CompareEqualFloat of CompareEqual;
    /// Both exact float, or one and an exact int.
    CompareNotEqualFloat of CompareNotEqual;
    /// Both exact float, or one and an exact int.
    CompareGreaterFloat of CompareGreater;
    /// Both exact float, or one and an exact int.
    CompareGreaterEqualFloat of CompareGreaterEqual;
    /// Both exact int.
    JumpIfLessInt of JumpIfLess;
    /// Both exact int.
    JumpIfLessEqualInt of JumpIfLessEqual;
    /// Both exact int.
    JumpIfEqualInt of JumpIfEqual;
    /// Both exact int.
    JumpIfNotEqualInt of JumpIfNotEqual;
    /// Both exact int.
    JumpIfGreaterInt of JumpIfGreater;
    /// Both exact int.
    JumpIfGreaterEqualInt of JumpIfGreaterEqual;
    /// Both exact float, or one and an exact int.
    JumpIfLessFloat of JumpIfLess;
    /// Both exact float, or one and an exact int.
    JumpIfLessEqualFloat of JumpIfLessEqual;
    /// Both exact float, or one and an exact int.
    JumpIfEqualFloat of JumpIfEqual;
    /// Both exact float, or one and an exact int.
    JumpIfNotEqualFloat of JumpIfNotEqual;
    /// Both exact float, or one and an exact int.
    JumpIfGreaterFloat of JumpIfGreater;
    /// Both exact float, or one and an exact int.
    JumpIfGreaterEqualFloat of JumpIfGreaterEqual;
    /// Exact int or float.
    JumpIfLessImmInt of JumpIfLessImm;
    /// Exact int or float.
    JumpIfLessEqualImmInt of JumpIfLessEqualImm;
    /// Exact int or float.
    JumpIfEqualImmInt of JumpIfEqualImm;
    /// Exact int or float.
    JumpIfNotEqualImmInt of JumpIfNotEqualImm;
    /// Exact int or float.
    JumpIfGreaterImmInt of JumpIfGreaterImm;
    /// Exact int or float.
    JumpIfGreaterEqualImmInt of JumpIfGreaterEqualImm;
    /// Both exact int.
    JumpUnlessLessInt of JumpUnlessLess;
    /// Both exact int.
    JumpUnlessLessEqualInt of JumpUnlessLessEqual;
    /// Both exact int.
    JumpUnlessEqualInt of JumpUnlessEqual;
    /// Both exact int.
    JumpUnlessNotEqualInt of JumpUnlessNotEqual;
    /// Both exact int.
    JumpUnlessGreaterInt of JumpUnlessGreater;
    /// Both exact int.
    JumpUnlessGreaterEqualInt of JumpUnlessGreaterEqual;
    /// Both exact float, or one and an exact int.
    JumpUnlessLessFloat of JumpUnlessLess;
    /// Both exact float, or one and an exact int.
    JumpUnlessLessEqualFloat of JumpUnlessLessEqual;
    /// Both exact float, or one and an exact int.
    JumpUnlessEqualFloat of JumpUnlessEqual;
    /// Both exact float, or one and an exact int.
    JumpUnlessNotEqualFloat of JumpUnlessNotEqual;
    /// Both exact float, or one and an exact int.
    JumpUnlessGreaterFloat of JumpUnlessGreater;
    /// Both exact float, or one and an exact int.
    JumpUnlessGreaterEqualFloat of JumpUnlessGreaterEqual;
    /// Exact int or float.
    JumpUnlessLessImmInt of JumpUnlessLessImm;
    /// Exact int or float.
    JumpUnlessLessEqualImmInt of JumpUnlessLessEqualImm;
    /// Exact int or float.
    JumpUnlessEqualImmInt of JumpUnlessEqualImm;
    /// Exact int or float.
    JumpUnlessNotEqualImmInt of JumpUnlessNotEqualImm;
    /// Exact int or float.
    JumpUnlessGreaterImmInt of JumpUnlessGreaterImm;
    /// Exact int or float.
    JumpUnlessGreaterEqualImmInt of JumpUnlessGreaterEqualImm;
    /// Both exact str.
    CompareEqualStr of CompareEqual;
    /// Both exact str.
    CompareNotEqualStr of CompareNotEqual;
    /// Both exact str.
    JumpIfEqualStr of JumpIfEqual;
    /// Both exact str.
    JumpIfNotEqualStr of JumpIfNotEqual;
    /// Both exact str.
    JumpUnlessEqualStr of JumpUnlessEqual;
    /// Both exact str.
    JumpUnlessNotEqualStr of JumpUnlessNotEqual;
    /// Global found in the module's dict.
    LoadGlobalModule of LoadGlobal;
    /// Global found in builtins.
    LoadGlobalBuiltin of LoadGlobal;
    /// Attribute in an inline slot of the instance.
    LoadAttrSlot of LoadAttr;
    /// Attribute of a module.
    LoadAttrModule of LoadAttr;
    /// Attribute of the instance's class that is no descriptor.
    LoadAttrType of LoadAttr;
    /// Attribute of a class.
    LoadAttrClass of LoadAttr;
    /// Property whose getter is a Python function.
    LoadAttrProperty of LoadAttr;
    /// Method of the instance's class, bound; the instance has no such attribute.
    LoadAttrBound of LoadAttr;
    /// Instance attribute stored to an inline slot that is full.
    StoreAttrSlot of StoreAttr;
    /// Method found on the class, the instance has no such attribute.
    LoadMethodType of LoadMethod;
    /// Function of a module.
    LoadMethodModule of LoadMethod;
    /// Attribute of a class.
    LoadMethodClass of LoadMethod;
    /// Static method of the instance's class, and of a class.
    LoadMethodStatic of LoadMethod;
    LoadMethodClassStatic of LoadMethod;
    /// Class method of the instance's class, and of a class.
    LoadMethodOwn of LoadMethod;
    LoadMethodClassOwn of LoadMethod;
    /// Method descriptor behind the class in the MRO of the instance's type, by the builtin `super`.
    LoadSuperMethodType of LoadSuperMethod;
    /// Special method that is a method descriptor of the type.
    LoadSpecialType of LoadSpecial;
    /// list[int].
    SubscriptListInt of Subscript;
    /// tuple[int].
    SubscriptTupleInt of Subscript;
    /// str[int].
    SubscriptStrInt of Subscript;
    /// dict[key].
    SubscriptDict of Subscript;
    /// `__getitem__` of the object's class is a Python function, which runs in the loop.
    SubscriptPy of Subscript;
    /// list[n].
    SubscriptImmList of SubscriptImm;
    /// tuple[n].
    SubscriptImmTuple of SubscriptImm;
    /// str[n].
    SubscriptImmStr of SubscriptImm;
    /// list[int] = value.
    StoreSubscriptListInt of StoreSubscript;
    /// dict[key] = value.
    StoreSubscriptDict of StoreSubscript;
    /// `__setitem__` of the object's class is a Python function, which runs in the loop.
    StoreSubscriptPy of StoreSubscript;
    /// range iterator.
    ForIterRange of ForIter;
    /// list iterator.
    ForIterList of ForIter;
    /// tuple iterator.
    ForIterTuple of ForIter;
    /// Generator: its frame runs in the loop.
    ForIterGenerator of ForIter;
    /// Iterator over pairs, which the next instruction takes apart: both are done at once.
    ForIterPair of ForIter;
    /// Python function, exact positional arguments.
    CallPy of Call;
    /// Callable with a vectorcall function that is no Python function or bound method: builtin functions, most builtin classes.
    CallVector of Call;
    /// Python class: `__init__` runs in the loop.
    CallClass of Call;
    /// Python function as a method, exact positional arguments.
    CallMethodPy of CallMethod;
    /// Method of a builtin type, on an instance of it.
    CallMethodBuiltin of CallMethod;
    /// `list.append` on a list.
    CallMethodAppend of CallMethod;
    /// As `CallVector`: functions and classes of modules.
    CallMethodVector of CallMethod;
    /// Exact tuple.
    UnpackSequenceTuple of UnpackSequence;
    /// An exact list that is *mine*, of the right length.
    UnpackSequenceList of UnpackSequence;
}
    } };
}

macro_rules! define_ops {
    (
        generic { $( $(#[$gdoc:meta])* $g:ident ( $($field:ident : $kind:ident),* ), $cache:literal; )* }
        specialized { $( $(#[$sdoc:meta])* $s:ident of $base:ident; )* }
    ) => {
        /// Every instruction, generic ones first.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u16)]
        pub enum Op {
            $( $(#[$gdoc])* $g, )*
            $( $(#[$sdoc])* $s, )*
        }

        impl Op {
            /// All instructions by number.
            pub const ALL: &'static [Op] = &[ $(Op::$g,)* $(Op::$s,)* ];
            /// How many of them the compiler may emit.
            pub const GENERIC: usize = [ $(Op::$g),* ].len();

            /// Name as in the table.
            pub const fn name(self) -> &'static str {
                match self { $(Op::$g => stringify!($g),)* $(Op::$s => stringify!($s),)* }
            }
            /// Names and kinds of the operands, in the order a, b, c (a `Jump32` is always b and c).
            pub const fn operands(self) -> &'static [(&'static str, Kind)] {
                match self.generic() { $(Op::$g => &[ $((stringify!($field), Kind::$kind)),* ],)* _ => &[] }
            }
            /// Number of cache words behind the instruction.
            pub const fn cache_words(self) -> usize {
                const TABLE: [u8; Op::ALL.len()] = {
                    let mut table = [0; Op::ALL.len()];
                    $( table[Op::$g as usize] = $cache; )*
                    $( table[Op::$s as usize] = table[Op::$base as usize]; )*
                    table
                };
                TABLE[self as usize] as usize
            }
            /// The instruction that the compiler emits for this one (itself, unless specialised).
            pub const fn generic(self) -> Op {
                match self { $(Op::$s => Op::$base,)* other => other }
            }
        }

        /// One plain struct per generic instruction: what the lowering hands to the assembler.
        pub mod insn {
            use super::*;
            $(
                $(#[$gdoc])*
                #[derive(Clone, Copy, Debug)]
                pub struct $g { $(pub $field: $kind),* }
                impl Insn for $g {
                    const OP: Op = Op::$g;
                    #[allow(unused_assignments, unused_mut, unused_variables, reason = "instructions without operands use none of it")]
                    fn operands(self) -> [i32; 3] {
                        let mut out = [0; 3];
                        let mut at = 0;
                        $(
                            if matches!($kind::KIND, Kind::Jump32) { at = 1; }
                            out[at] = self.$field.0;
                            at += 1;
                        )*
                        out
                    }
                }
            )*
        }
    };
}
for_each_opcode!(define_ops);

/// A typed instruction: an opcode and its operands in slots a, b, c (a `Jump32` whole in slot b).
pub trait Insn {
    const OP: Op;
    fn operands(self) -> [i32; 3];
}

impl Op {
    /// The opcode of a number.
    pub const fn from_u16(n: u16) -> Option<Op> {
        if (n as usize) < Op::ALL.len() { Some(Op::ALL[n as usize]) } else { None }
    }

    /// Whether only the interpreter writes it.
    pub const fn is_specialized(self) -> bool {
        self as usize >= Op::GENERIC
    }

    /// The slot (0 = a) of the jump operand and its width, if there is one.
    pub const fn jump(self) -> Option<(usize, Kind)> {
        let operands = self.operands();
        let mut i = 0;
        while i < operands.len() {
            match operands[i].1 {
                Kind::Jump16 => return Some((i, Kind::Jump16)),
                Kind::Jump32 => return Some((1, Kind::Jump32)),
                _ => i += 1,
            }
        }
        None
    }

    /// How many consecutive temps a `Base` operand (or the `InOut` base of `CallKw`, `LoadSuper…`) names, given all operands.
    pub const fn base_len(self, operands: [i32; 3]) -> i32 {
        let [_, b, c] = operands;
        match self.generic() {
            Op::Call => c.wrapping_add(1),
            Op::CallMethod => c.wrapping_add(2),
            Op::CallKw => b.wrapping_add(1),
            Op::CallMethodKw => b.wrapping_add(2),
            Op::CallEx => c.wrapping_add(2),
            Op::LoadSuperAttr | Op::LoadSuperMethod => 3,
            Op::SubscriptSlice | Op::ImportName | Op::Intrinsic2 | Op::BuildTemplate => 2,
            Op::BuildTuple | Op::BuildList | Op::BuildSet | Op::BuildString | Op::BuildSlice => c,
            Op::BuildMap => c.wrapping_mul(2),
            Op::BuildInterpolation => 2 + (c & 1),
            Op::MatchClass => 3,
            _ => 0,
        }
    }

    /// How many consecutive registers an `OutBase` operand (or the base of `CallKw`, `LoadSuper…`) names as outputs.
    pub const fn out_len(self, operands: [i32; 3]) -> i32 {
        let c = operands[2];
        match self.generic() {
            Op::LoadMethod | Op::LoadSpecial | Op::LoadSuperMethod => 2,
            Op::LoadSuperAttr | Op::CallKw | Op::CallMethodKw => 1,
            Op::PrepareExit | Op::PrepareExitExc => 5,
            Op::UnpackSequence => c,
            Op::UnpackEx => (c & 0xff) + (c >> 8) + 1,
            _ => 0,
        }
    }

    /// Whether control never continues behind the instruction.
    pub const fn is_terminal(self) -> bool {
        matches!(
            self.generic(),
            Op::Jump
                | Op::JumpBack
                | Op::Return
                | Op::ReturnConst
                | Op::Raise
                | Op::RaiseFrom
                | Op::RaiseBare
                | Op::Reraise
                | Op::ReraiseThere
                | Op::ReraiseValue
                | Op::UnwindHandler
                | Op::Unwind
                | Op::StopIterationError
        )
    }

    /// Whether raising here adds no traceback entry for this frame: the exception has been here before.
    pub const fn is_reraising(self) -> bool {
        matches!(
            self.generic(),
            Op::RaiseBare | Op::Reraise | Op::ReraiseThere | Op::ReraiseValue | Op::UnwindHandler | Op::Unwind | Op::StopIterationError | Op::CleanupThrow | Op::EndAsyncFor
        )
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $n:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* $variant = $n),* }
        impl $name {
            /// The variant of an immediate operand.
            pub const fn from_imm(n: i32) -> Option<Self> {
                match n { $($n => Some(Self::$variant),)* _ => None }
            }
            /// Its name, for listings.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),* }
            }
        }
    };
}

numbered! {
    /// `LoadCommon`.
    CommonConst { AssertionError = 0, NotImplementedError = 1, Tuple = 2, All = 3, Any = 4, List = 5, Set = 6 }
}
numbered! {
    /// `LoadSpecial`.
    Special { Enter = 0, Exit = 1, Aenter = 2, Aexit = 3 }
}
numbered! {
    /// `SetFunctionAttr`.
    FunctionAttr {
        /// Tuple of positional defaults.
        Defaults = 1,
        /// Dict of keyword-only defaults.
        KwDefaults = 2,
        /// Dict (or flat tuple name, value, …) of annotations, under `from __future__ import annotations`.
        Annotations = 4,
        /// Tuple of cells, in the order of the code's free variables.
        Closure = 8,
        /// The function's `__annotate__`.
        Annotate = 16,
    }
}
numbered! {
    /// `Intrinsic1`.
    Intrinsic1Kind {
        /// sys.displayhook(src); result None.
        Print = 1,
        /// from src import *; result None.
        ImportStar = 2,
        /// Wraps an async generator's value for its driver.
        AsyncGenWrap = 3,
        /// tuple(list) of a list that nobody else has.
        ListToTuple = 4,
        /// TypeVar(name).
        TypeVar = 5,
        /// ParamSpec(name).
        ParamSpec = 6,
        /// TypeVarTuple(name).
        TypeVarTuple = 7,
        /// Generic[*src], src the tuple of type parameters.
        SubscriptGeneric = 8,
        /// TypeAliasType from the tuple (name, type params or None, evaluator).
        TypeAlias = 9,
    }
}
numbered! {
    /// `Intrinsic2`.
    Intrinsic2Kind {
        /// TypeVar(name, evaluator of the bound).
        TypeVarWithBound = 1,
        /// TypeVar(name, evaluator of the constraints).
        TypeVarWithConstraints = 2,
        /// function.__type_params__ = second; result the function.
        SetFunctionTypeParams = 3,
        /// type parameter's default evaluator = second; result the type parameter.
        SetTypeParamDefault = 4,
    }
}

/// An instruction word's opcode number.
#[inline(always)]
pub const fn word_op(word: u64) -> u16 {
    word as u16
}

/// An instruction word's operands without a prefix.
#[inline(always)]
pub const fn word_operands(word: u64) -> [i32; 3] {
    [(word >> 16) as i16 as i32, (word >> 32) as i16 as i32, (word >> 48) as i16 as i32]
}

/// Packs a word from an opcode and the low halves of its operands.
pub const fn pack(op: Op, operands: [i32; 3]) -> u64 {
    op as u64
        | (operands[0] as u16 as u64) << 16
        | (operands[1] as u16 as u64) << 32
        | (operands[2] as u16 as u64) << 48
}

/// One decoded instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decoded {
    pub op: Op,
    /// Slots a, b, c; a `Jump32` whole in slot b with c zero.
    pub operands: [i32; 3],
    /// Words up to the next instruction: prefix, the word itself, caches.
    pub len: usize,
}

impl Decoded {
    /// Decodes the instruction (with its prefix) at `pc`; `None` if the words are no code.
    pub fn at(words: &[u64], pc: usize) -> Option<Decoded> {
        let mut word = *words.get(pc)?;
        let mut len = 1;
        let mut high = None;
        if word_op(word) == Op::Wide as u16 {
            high = Some(word_operands(word));
            word = *words.get(pc + 1)?;
            len = 2;
        }
        let op = Op::from_u16(word_op(word))?;
        if matches!(op, Op::Wide) {
            return None;
        }
        let mut operands = word_operands(word);
        if let Some(high) = high {
            for (low, high) in operands.iter_mut().zip(high) {
                *low = high << 16 | (*low & 0xffff);
            }
        }
        if let Some((slot, Kind::Jump32)) = op.jump() {
            let [_, b, c] = word_operands(word);
            operands[slot] = c << 16 | (b & 0xffff);
            operands[2] = 0;
        }
        len += op.cache_words();
        (pc + len <= words.len()).then_some(Decoded { op, operands, len })
    }

    /// The word that its jump, if it has one, leads to from `pc`.
    pub fn jump_target(&self, pc: usize) -> Option<i64> {
        let (slot, _) = self.op.jump()?;
        Some(pc as i64 + self.len as i64 + i64::from(self.operands[slot]))
    }
}
