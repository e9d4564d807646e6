//! The loop: one `match` over the opcodes. What is hot stands here, what is cold in `ops`.
//!
//! Invariant: `frame` is the thread's innermost frame and `regs` its registers. `pc` is the instruction that runs; `frame.pc` is brought
//! up to date before anything that may raise, call out, or look at frames (`save!`).
//!
//! There are two instances of the loop: the fast one, and one that runs a single instruction, for instructions with a `Wide` prefix and
//! for tracing.

use heap::{Object, Raised, Ref, Thread};
use objects::glue::CompareOp;
use objects::{ops as abs, raise};
use syntax::opcodes::{Op, word_operands};

use crate::frame::regs::{op_of, opaque_thread};
use crate::frame::stack;
use crate::frame::{Fp, Kind, Reg};
use crate::ops::control::{self, Left};
use crate::ops::r#gen::Sent;
use crate::ops::{arith, attr, build, call, compare, except, format, r#gen, global, import, item, iter, r#match as pattern};
use crate::{adapt, fast, safepoint};
use crate::unwind::unwind;

/// How an instance of the loop ends.
enum Exit {
    /// The entry frame ended, or the generator that native code resumed yielded.
    Value(Reg),
    /// Nobody handles the raised exception before native code.
    Raised,
    /// One instruction is to be run by the other instance, or was: go on in the innermost frame.
    Step,
}

/// Runs `entry`, the innermost frame, and the frames that it calls, until it returns, yields or raises. With `raised` it starts by
/// handling the raised exception at its `pc` (`generator.throw`).
pub fn run(th: &mut Thread, entry: Fp, raised: bool) -> Result<Ref<Object>, Raised> {
    let mut frame = entry;
    let mut raised = raised;
    if th.stack_is_low() {
        drop(th.take_exception());
        let _ = raise::recursion_error(th, "");
        raised = true;
    }
    let state = stack::state(th);
    state.depth.set(state.depth.get() + 1);
    let mut single = crate::trace::is_on(th);
    let result = loop {
        let exit = if single { exec::<true>(th, frame, raised) } else { exec::<false>(th, frame, raised) };
        raised = false;
        match exit {
            Exit::Value(value) => break Ok(value.into_full(th)),
            Exit::Raised => break Err(th.already_raised()),
            Exit::Step => {
                // The innermost frame is what the instruction left behind; its `pc` is up to date.
                let Some(now) = stack::current(th) else { break Err(lost(th)) };
                frame = now;
                single = !single || crate::trace::is_on(th);
                if single && crate::trace::is_on(th) && crate::trace::before(th, frame).is_err() {
                    raised = true;
                }
            }
        }
    };
    state.depth.set(state.depth.get() - 1);
    crate::trace::notice(th);
    result
}

#[cold]
fn lost(th: &mut Thread) -> Raised {
    raise::system_error(th, format_args!("the interpreter lost its frame"))
}

/// Operand in bits `shift ..` of `word`, with its upper half from a prefix.
#[inline(always)]
fn wide(word: u64, high: u64, shift: u32) -> i32 {
    (((high >> shift) as u16 as i32) << 16) | (word >> shift) as u16 as i32
}

/// What a prefix would say for a word that has none.
fn sign_prefix(word: u64) -> u64 {
    let [a, b, c] = word_operands(word);
    let half = |n: i32| u64::from((n >> 16) as u16);
    half(a) << 16 | half(b) << 32 | half(c) << 48
}

#[allow(clippy::cognitive_complexity, reason = "one arm per instruction")]
fn exec<const STEP: bool>(th: &mut Thread, start: Fp, start_raised: bool) -> Exit {
    let mut frame = start;
    let mut raised = start_raised;
    let mut fresh = true;
    loop {
        if raised {
            match unwind(th, frame) {
                Ok(handler) => frame = handler,
                Err(_) => return Exit::Raised,
            }
            if STEP {
                return Exit::Step;
            }
        }
        raised = true;
        let mut regs = frame.regs();
        let mut pc = frame.pc.get();
        'run: loop {
            let th = opaque_thread(th);
            regs = regs.opaque();
            pc = pc.opaque();
            let mut word = pc.word();
            let mut high = 0;
            if STEP {
                if !fresh {
                    frame.pc.set(pc);
                    return Exit::Step;
                }
                fresh = false;
                high = sign_prefix(word);
                if matches!(op_of(word), Op::Wide) {
                    high = word;
                    pc = pc.offset(1);
                    word = pc.word();
                }
            }
            macro_rules! a { () => { if STEP { wide(word, high, 16) } else { (word >> 16) as i16 as i32 } }; }
            macro_rules! b { () => { if STEP { wide(word, high, 32) } else { (word >> 32) as i16 as i32 } }; }
            macro_rules! c { () => { if STEP { wide(word, high, 48) } else { (word >> 48) as i16 as i32 } }; }
            macro_rules! to32 { () => { (word >> 32) as i32 }; }
            macro_rules! save { () => { frame.pc.set(pc) }; }
            macro_rules! next {
                ($op:ident) => {{
                    pc = pc.offset(const { 1 + Op::$op.cache_words() as i32 });
                    continue;
                }};
            }
            macro_rules! jump {
                ($op:ident, $by:expr) => {{
                    pc = pc.offset(const { 1 + Op::$op.cache_words() as i32 } + $by);
                    continue;
                }};
            }
            // An instruction that may raise or call out.
            macro_rules! slow {
                ($op:ident, $call:expr) => {{
                    save!();
                    if $call.is_err() {
                        break 'run;
                    }
                    th.drain_zero();
                    next!($op)
                }};
            }
            // An instruction that cannot raise.
            macro_rules! sure {
                ($op:ident, $call:expr) => {{
                    save!();
                    $call;
                    next!($op)
                }};
            }
            // An instruction that jumps if the result is `$when`.
            macro_rules! test {
                ($op:ident, $call:expr, $when:expr, $by:expr) => {{
                    save!();
                    match $call {
                        Ok(truth) => {
                            th.drain_zero();
                            if truth == $when { jump!($op, $by) } else { next!($op) }
                        }
                        Err(_) => break 'run,
                    }
                }};
            }
            macro_rules! enter {
                ($frame:expr) => {{
                    frame = $frame;
                    regs = frame.regs();
                    pc = frame.pc.get();
                    continue;
                }};
            }
            macro_rules! left {
                ($left:expr) => {
                    match $left {
                        Left::Frame(to) => enter!(to),
                        Left::Native(value) => return Exit::Value(value),
                        Left::Raised(to) => {
                            frame = to;
                            break 'run;
                        }
                    }
                };
            }
            // Native code ran: it may have turned tracing on.
            macro_rules! returned {
                ($op:ident) => {{
                    th.drain_zero();
                    if !STEP && safepoint::is_wanted(th) && crate::trace::is_on(th) {
                        frame.pc.set(pc.offset(const { 1 + Op::$op.cache_words() as i32 }));
                        return Exit::Step;
                    }
                    next!($op)
                }};
            }
            macro_rules! called {
                ($op:ident, $call:expr) => {{
                    save!();
                    match $call {
                        Ok(None) => returned!($op),
                        Ok(Some(to)) => enter!(to),
                        Err(_) => break 'run,
                    }
                }};
            }
            macro_rules! binary {
                ($op:ident, $apply:path) => {{
                    adapt!(arith::specialize_binary(pc, regs.get(b!()), regs.get(c!())));
                    slow!($op, arith::op_binary(th, frame, a!(), b!(), c!(), $apply))
                }};
            }
            macro_rules! binary_imm {
                ($op:ident, $apply:path) => {{
                    adapt!(arith::specialize_imm(pc, regs.get(b!())));
                    slow!($op, arith::op_binary_imm(th, frame, a!(), b!(), c!(), $apply))
                }};
            }
            macro_rules! unary { ($op:ident, $apply:path) => { slow!($op, arith::op_unary(th, frame, a!(), b!(), $apply)) }; }
            macro_rules! compare {
                ($op:ident, $cmp:ident) => {{
                    adapt!(compare::specialize(pc, regs.get(b!()), regs.get(c!())));
                    slow!($op, compare::op_compare(th, frame, a!(), b!(), c!(), CompareOp::$cmp))
                }};
            }
            macro_rules! compare_jump {
                ($op:ident, $cmp:ident, $when:literal) => {{
                    adapt!(compare::specialize(pc, regs.get(a!()), regs.get(b!())));
                    test!($op, compare::op_compare_test(th, frame, a!(), b!(), CompareOp::$cmp), $when, c!())
                }};
            }
            macro_rules! compare_jump_imm {
                ($op:ident, $cmp:ident, $when:literal) => {{
                    adapt!(compare::specialize_imm(pc, regs.get(a!())));
                    test!($op, compare::op_compare_test_imm(th, frame, a!(), b!(), CompareOp::$cmp), $when, c!())
                }};
            }


            // The specialised form does not fit: the generic one runs instead, and stays for a while.
            macro_rules! miss {
                () => {{
                    adapt::lost(pc);
                    continue;
                }};
            }
            // A specialised call of native code.
            macro_rules! native {
                ($op:ident, $call:expr) => {{
                    save!();
                    match $call {
                        Some(Ok(())) => returned!($op),
                        Some(Err(_)) => break 'run,
                        None => miss!(),
                    }
                }};
            }
            // Writes an output; what a local held before may run code as it goes.
            macro_rules! out {
                ($r:expr, $value:expr) => {{
                    let (r, value): (i32, Reg) = ($r, $value);
                    if r >= 0 {
                        let old = regs.reg(r);
                        regs.put(r, value);
                        if old.is_counted() {
                            save!();
                            old.release(th);
                        }
                    } else {
                        regs.put(r, value);
                    }
                }};
            }
            // Releases what an output held before its new value.
            macro_rules! ended {
                ($old:expr) => {{
                    let old: Reg = $old;
                    if old.is_counted() {
                        save!();
                        old.release(th);
                    }
                }};
            }
            macro_rules! int_binary {
                ($op:ident, $apply:expr) => {{
                    let (a, b) = (b!(), c!());
                    if let (Some(x), Some(y)) = (fast::int(regs.reg(a)), fast::int(regs.reg(b))) {
                        let apply: fn(i64, i64) -> Option<i64> = $apply;
                        if let Some(value) = apply(x, y) {
                            ended!(fast::put_int(th, regs, a!(), a, b, value));
                            next!($op)
                        }
                    }
                    miss!()
                }};
            }
            macro_rules! float_binary {
                ($op:ident, $apply:expr) => {{
                    let (a, b) = (b!(), c!());
                    if let (Some(x), Some(y)) = (fast::float(regs.reg(a)), fast::float(regs.reg(b))) {
                        let apply: fn(f64, f64) -> Option<f64> = $apply;
                        if let Some(value) = apply(x, y) {
                            ended!(fast::put_float(th, regs, a!(), a, b, value));
                            next!($op)
                        }
                    }
                    miss!()
                }};
            }
            macro_rules! int_imm {
                ($op:ident, $apply:expr) => {{
                    let a = b!();
                    if let Some(x) = fast::int(regs.reg(a)) {
                        let apply: fn(i64, i64) -> Option<i64> = $apply;
                        if let Some(value) = apply(x, i64::from(c!())) {
                            ended!(fast::put_int(th, regs, a!(), a, 0, value));
                            next!($op)
                        }
                    }
                    miss!()
                }};
            }
            macro_rules! float_imm {
                ($op:ident, $apply:expr) => {{
                    let a = b!();
                    if let Some(x) = fast::float(regs.reg(a)) {
                        let apply: fn(f64, f64) -> f64 = $apply;
                        ended!(fast::put_float(th, regs, a!(), a, 0, apply(x, f64::from(c!()))));
                        next!($op)
                    }
                    miss!()
                }};
            }
            macro_rules! compare_fast {
                ($op:ident, $read:ident, $apply:expr) => {{
                    let (a, b) = (b!(), c!());
                    if let (Some(x), Some(y)) = (fast::$read(regs.reg(a)), fast::$read(regs.reg(b))) {
                        let apply: fn(_, _) -> bool = $apply;
                        let value = Reg::bool(apply(x, y));
                        regs.consume_number(th, b);
                        regs.consume_number(th, a);
                        out!(a!(), value);
                        next!($op)
                    }
                    miss!()
                }};
            }
            macro_rules! jump_fast {
                ($op:ident, $read:ident, $apply:expr, $when:literal) => {{
                    let (a, b) = (a!(), b!());
                    if let (Some(x), Some(y)) = (fast::$read(regs.reg(a)), fast::$read(regs.reg(b))) {
                        let apply: fn(_, _) -> bool = $apply;
                        regs.consume_number(th, b);
                        regs.consume_number(th, a);
                        if apply(x, y) == $when { jump!($op, c!()) } else { next!($op) }
                    }
                    miss!()
                }};
            }
            macro_rules! jump_imm_fast {
                ($op:ident, $apply:expr, $when:literal) => {{
                    let a = a!();
                    if let Some(x) = fast::int(regs.reg(a)) {
                        let apply: fn(i64, i64) -> bool = $apply;
                        let y = i64::from(b!());
                        regs.consume_number(th, a);
                        if apply(x, y) == $when { jump!($op, c!()) } else { next!($op) }
                    }
                    miss!()
                }};
            }
            macro_rules! compare_str {
                ($op:ident, $equal:literal) => {{
                    let (a, b) = (b!(), c!());
                    let Some(equal) = fast::same_text(regs.reg(a), regs.reg(b)) else { miss!() };
                    regs.consume(th, b);
                    regs.consume(th, a);
                    out!(a!(), Reg::bool(equal == $equal));
                    next!($op)
                }};
            }
            macro_rules! jump_str {
                ($op:ident, $equal:literal, $when:literal) => {{
                    let (a, b) = (a!(), b!());
                    let Some(equal) = fast::same_text(regs.reg(a), regs.reg(b)) else { miss!() };
                    regs.consume(th, b);
                    regs.consume(th, a);
                    if (equal == $equal) == $when { jump!($op, c!()) } else { next!($op) }
                }};
            }
            macro_rules! subscript_fast {
                ($op:ident, $at:path, $index:expr, $second:expr) => {{
                    let (object, second): (i32, i32) = (b!(), $second);
                    let value = match $index {
                        Some(index) => $at(th, regs.get(object), index),
                        None => None,
                    };
                    match value {
                        Some(value) => {
                            regs.consume(th, second);
                            if object < 0 {
                                save!();
                                regs.consume(th, object);
                            }
                            out!(a!(), value);
                            next!($op)
                        }
                        None => miss!(),
                    }
                }};
            }
            macro_rules! for_fast {
                ($next:path) => {{
                    save!();
                    match $next(th, regs.get(b!())) {
                        Some(Some(value)) => {
                            out!(a!(), value);
                            next!(ForIter)
                        }
                        Some(None) => jump!(ForIter, c!()),
                        None => miss!(),
                    }
                }};
            }
            macro_rules! load_attr {
                ($value:expr) => {
                    match $value {
                        Some(value) => {
                            if b!() < 0 {
                                save!();
                                regs.consume(th, b!());
                            }
                            out!(a!(), value);
                            next!(LoadAttr)
                        }
                        None => miss!(),
                    }
                };
            }
            macro_rules! load_function {
                ($value:expr) => {
                    match $value {
                        Some(value) => {
                            save!();
                            regs.consume(th, b!());
                            regs.put(a!(), value);
                            regs.put(a!() + 1, Reg::NULL);
                            next!(LoadMethod)
                        }
                        None => miss!(),
                    }
                };
            }
            // The generic form looks for a specialised one now and then.
            macro_rules! adapt {
                ($specialize:expr) => {
                    if !STEP && adapt::is_due(pc) && $specialize {
                        continue;
                    }
                };
            }

            match op_of(word) {
                // ---- plumbing
                Op::Nop => next!(Nop),
                Op::Wide => {
                    save!();
                    return Exit::Step;
                }
                Op::Resume => {
                    if safepoint::is_wanted(th) {
                        if !STEP && crate::trace::is_on(th) {
                            save!();
                            return Exit::Step;
                        }
                        frame.fresh.set(false);
                        slow!(Resume, safepoint::take(th, frame))
                    }
                    frame.fresh.set(false);
                    next!(Resume)
                }
                Op::Move => {
                    let (dst, src) = (a!(), b!());
                    let value = regs.move_in(th, src);
                    if dst >= 0 {
                        save!();
                    }
                    regs.out(th, dst, value);
                    next!(Move)
                }
                Op::Take => {
                    let value = regs.take(b!());
                    let dst = a!();
                    if dst >= 0 {
                        save!();
                    }
                    regs.out(th, dst, value);
                    next!(Take)
                }
                Op::Release => {
                    save!();
                    regs.take(a!()).release(th);
                    next!(Release)
                }
                Op::LoadConst => {
                    let value = frame.code().const_at(b!());
                    let dst = a!();
                    if dst >= 0 {
                        save!();
                    }
                    regs.out(th, dst, value);
                    next!(LoadConst)
                }
                Op::LoadSmallInt => {
                    save!();
                    let value = fast::small_int(th, b!());
                    regs.out(th, a!(), value);
                    next!(LoadSmallInt)
                }
                Op::CheckBound => {
                    if regs.reg(a!()).is_null() {
                        save!();
                        let _ = global::unbound(th, frame, a!());
                        break 'run;
                    }
                    next!(CheckBound)
                }

                // ---- cells and names
                Op::MakeCell => sure!(MakeCell, global::op_make_cell(th, frame, a!())),
                Op::LoadDeref => slow!(LoadDeref, global::op_load_deref(th, frame, a!(), b!())),
                Op::StoreDeref => sure!(StoreDeref, global::op_store_deref(th, frame, a!(), b!())),
                Op::DeleteDeref => slow!(DeleteDeref, global::op_delete_deref(th, frame, a!())),
                Op::LoadFromDictOrDeref => slow!(LoadFromDictOrDeref, global::op_load_from_dict_or_deref(th, frame, a!(), b!(), c!())),
                Op::LoadFromDictOrGlobals => slow!(LoadFromDictOrGlobals, global::op_load_from_dict_or_globals(th, frame, a!(), b!(), c!())),
                Op::LoadLocals => slow!(LoadLocals, global::op_load_locals(th, frame, a!())),
                Op::LoadGlobal => {
                    adapt!(global::specialize_load(th, frame, pc, b!()));
                    slow!(LoadGlobal, global::op_load_global(th, frame, a!(), b!()))
                }
                Op::LoadGlobalModule | Op::LoadGlobalBuiltin if !STEP => {
                    match global::load_cached(th, frame, pc, matches!(op_of(word), Op::LoadGlobalBuiltin)) {
                        Some(value) => {
                            out!(a!(), value);
                            next!(LoadGlobal)
                        }
                        None => miss!(),
                    }
                }
                Op::StoreGlobal => slow!(StoreGlobal, global::op_store_global(th, frame, a!(), b!())),
                Op::DeleteGlobal => slow!(DeleteGlobal, global::op_delete_global(th, frame, a!())),
                Op::LoadName => slow!(LoadName, global::op_load_name(th, frame, a!(), b!())),
                Op::StoreName => slow!(StoreName, global::op_store_name(th, frame, a!(), b!())),
                Op::DeleteName => slow!(DeleteName, global::op_delete_name(th, frame, a!())),
                Op::LoadBuildClass => slow!(LoadBuildClass, global::op_load_build_class(th, frame, a!())),
                Op::LoadCommon => slow!(LoadCommon, build::op_load_common(th, frame, a!(), b!())),

                // ---- attributes and items
                Op::LoadAttr => {
                    adapt!(attr::specialize_load(th, frame, pc, b!(), c!()));
                    slow!(LoadAttr, attr::op_load_attr(th, frame, a!(), b!(), c!()))
                }
                Op::LoadAttrSlot if !STEP => load_attr!(attr::load_slot(th, pc, regs.get(b!()))),
                Op::LoadAttrModule if !STEP => load_attr!(attr::load_module(th, pc, regs.get(b!()))),
                Op::LoadAttrType if !STEP => load_attr!(attr::load_type(th, frame, pc, regs.get(b!()))),
                Op::LoadAttrClass if !STEP => load_attr!(attr::load_class(th, frame, pc, regs.get(b!()))),
                Op::StoreAttr => {
                    adapt!(attr::specialize_store(th, frame, pc, a!(), b!()));
                    slow!(StoreAttr, attr::op_store_attr(th, frame, a!(), b!(), c!()))
                }
                Op::StoreAttrSlot if !STEP => {
                    let (obj, value) = (a!(), c!());
                    let done = {
                        let th: &Thread = th;
                        attr::store_slot(th, frame, pc, regs.get(obj), || regs.take_in(th, value))
                    };
                    match done {
                        Some(old) => {
                            save!();
                            if let Some(old) = old {
                                th.release(old);
                            }
                            regs.consume(th, obj);
                            next!(StoreAttr)
                        }
                        None => miss!(),
                    }
                }
                Op::DeleteAttr => slow!(DeleteAttr, attr::op_delete_attr(th, frame, a!(), b!())),
                Op::LoadMethod => {
                    adapt!(attr::specialize_method(th, frame, pc, b!(), c!()));
                    slow!(LoadMethod, attr::op_load_method(th, frame, a!(), b!(), c!()))
                }
                Op::LoadMethodType if !STEP => match attr::load_type(th, frame, pc, regs.get(b!())) {
                    Some(method) => {
                        let this = regs.move_in(th, b!());
                        regs.put(a!(), method);
                        regs.put(a!() + 1, this);
                        next!(LoadMethod)
                    }
                    None => miss!(),
                },
                Op::LoadMethodModule if !STEP => load_function!(attr::load_module(th, pc, regs.get(b!()))),
                Op::LoadMethodClass if !STEP => load_function!(attr::load_class(th, frame, pc, regs.get(b!()))),
                Op::LoadSuperAttr => slow!(LoadSuperAttr, attr::op_load_super_attr(th, frame, a!(), b!(), c!())),
                Op::LoadSuperMethod => slow!(LoadSuperMethod, attr::op_load_super_method(th, frame, a!(), b!(), c!())),
                Op::LoadSpecial => slow!(LoadSpecial, attr::op_load_special(th, frame, a!(), b!(), c!())),
                Op::Subscript => {
                    adapt!(item::specialize(pc, regs.get(b!()), regs.get(c!())));
                    slow!(Subscript, item::op_subscript(th, frame, a!(), b!(), c!()))
                }
                Op::SubscriptListInt if !STEP => subscript_fast!(Subscript, item::list_at, item::index_of(regs.reg(c!())), c!()),
                Op::SubscriptTupleInt if !STEP => subscript_fast!(Subscript, item::tuple_at, item::index_of(regs.reg(c!())), c!()),
                Op::SubscriptImmList if !STEP => subscript_fast!(SubscriptImm, item::list_at, Some(i64::from(c!())), 0),
                Op::SubscriptImmTuple if !STEP => subscript_fast!(SubscriptImm, item::tuple_at, Some(i64::from(c!())), 0),
                Op::SubscriptDict if !STEP => {
                    save!();
                    match item::op_subscript_dict(th, frame, a!(), b!(), c!()) {
                        Some(Ok(())) => {
                            th.drain_zero();
                            next!(Subscript)
                        }
                        Some(Err(_)) => break 'run,
                        None => miss!(),
                    }
                }
                Op::SubscriptImm => {
                    adapt!(item::specialize_imm(pc, regs.get(b!())));
                    slow!(SubscriptImm, item::op_subscript_imm(th, frame, a!(), b!(), c!()))
                }
                Op::SubscriptSlice => slow!(SubscriptSlice, item::op_subscript_slice(th, frame, a!(), b!(), c!())),
                Op::StoreSubscript => {
                    adapt!(item::specialize_store(pc, regs.get(a!()), regs.get(b!())));
                    slow!(StoreSubscript, item::op_store_subscript(th, frame, a!(), b!(), c!()))
                }
                Op::StoreSubscriptListInt if !STEP => {
                    save!();
                    if !item::store_list(th, frame, a!(), b!(), c!()) {
                        miss!()
                    }
                    next!(StoreSubscript)
                }
                Op::StoreSubscriptDict if !STEP => {
                    save!();
                    match item::op_store_dict(th, frame, a!(), b!(), c!()) {
                        Some(Ok(())) => {
                            th.drain_zero();
                            next!(StoreSubscript)
                        }
                        Some(Err(_)) => break 'run,
                        None => miss!(),
                    }
                }
                Op::DeleteSubscript => slow!(DeleteSubscript, item::op_delete_subscript(th, frame, a!(), b!())),

                // ---- arithmetic
                Op::BinaryAdd => binary!(BinaryAdd, abs::add),
                Op::BinarySub => binary!(BinarySub, abs::sub),
                Op::BinaryMul => binary!(BinaryMul, abs::mul),
                Op::BinaryMatMul => binary!(BinaryMatMul, abs::matmul),
                Op::BinaryDiv => binary!(BinaryDiv, abs::truediv),
                Op::BinaryFloorDiv => binary!(BinaryFloorDiv, abs::floordiv),
                Op::BinaryMod => binary!(BinaryMod, abs::mod_),
                Op::BinaryPow => binary!(BinaryPow, fast::pow),
                Op::BinaryLshift => binary!(BinaryLshift, abs::lshift),
                Op::BinaryRshift => binary!(BinaryRshift, abs::rshift),
                Op::BinaryAnd => binary!(BinaryAnd, abs::and),
                Op::BinaryOr => binary!(BinaryOr, abs::or),
                Op::BinaryXor => binary!(BinaryXor, abs::xor),
                Op::InplaceAdd => binary!(InplaceAdd, abs::inplace_add),
                Op::InplaceSub => binary!(InplaceSub, abs::inplace_sub),
                Op::InplaceMul => binary!(InplaceMul, abs::inplace_mul),
                Op::InplaceMatMul => binary!(InplaceMatMul, abs::inplace_matmul),
                Op::InplaceDiv => binary!(InplaceDiv, abs::inplace_truediv),
                Op::InplaceFloorDiv => binary!(InplaceFloorDiv, abs::inplace_floordiv),
                Op::InplaceMod => binary!(InplaceMod, abs::inplace_mod),
                Op::InplacePow => binary!(InplacePow, abs::inplace_pow),
                Op::InplaceLshift => binary!(InplaceLshift, abs::inplace_lshift),
                Op::InplaceRshift => binary!(InplaceRshift, abs::inplace_rshift),
                Op::InplaceAnd => binary!(InplaceAnd, abs::inplace_and),
                Op::InplaceOr => binary!(InplaceOr, abs::inplace_or),
                Op::InplaceXor => binary!(InplaceXor, abs::inplace_xor),
                Op::AddImm => binary_imm!(AddImm, abs::add),
                Op::SubImm => binary_imm!(SubImm, abs::sub),
                Op::MulImm => binary_imm!(MulImm, abs::mul),
                Op::FloorDivImm => binary_imm!(FloorDivImm, abs::floordiv),
                Op::ModImm => binary_imm!(ModImm, abs::mod_),
                Op::AndImm => binary_imm!(AndImm, abs::and),
                Op::LshiftImm => binary_imm!(LshiftImm, abs::lshift),
                Op::RshiftImm => binary_imm!(RshiftImm, abs::rshift),
                Op::InplaceAddImm => binary_imm!(InplaceAddImm, abs::inplace_add),
                Op::InplaceSubImm => binary_imm!(InplaceSubImm, abs::inplace_sub),
                Op::UnaryNegative => unary!(UnaryNegative, abs::neg),
                Op::UnaryPositive => unary!(UnaryPositive, abs::pos),
                Op::UnaryInvert => unary!(UnaryInvert, abs::invert),
                Op::UnaryNot => {
                    if let Some(truth) = regs.reg(b!()).known_truth() {
                        if b!() < 0 {
                            regs.put(b!(), Reg::NULL);
                        }
                        out!(a!(), Reg::bool(!truth));
                        next!(UnaryNot)
                    }
                    slow!(UnaryNot, arith::op_not(th, frame, a!(), b!()))
                }

                // ---- comparison
                Op::CompareLess => compare!(CompareLess, Lt),
                Op::CompareLessEqual => compare!(CompareLessEqual, Le),
                Op::CompareEqual => compare!(CompareEqual, Eq),
                Op::CompareNotEqual => compare!(CompareNotEqual, Ne),
                Op::CompareGreater => compare!(CompareGreater, Gt),
                Op::CompareGreaterEqual => compare!(CompareGreaterEqual, Ge),
                Op::Is | Op::IsNot => {
                    let (x, y) = (b!(), c!());
                    let same = regs.reg(x).address() == regs.reg(y).address();
                    save!();
                    regs.consume(th, y);
                    regs.consume(th, x);
                    regs.out(th, a!(), Reg::bool(same == matches!(op_of(word), Op::Is)));
                    next!(Is)
                }
                Op::Contains => slow!(Contains, compare::op_contains(th, frame, a!(), b!(), c!(), false)),
                Op::NotContains => slow!(NotContains, compare::op_contains(th, frame, a!(), b!(), c!(), true)),

                // ---- jumps
                Op::Jump => jump!(Jump, to32!()),
                Op::JumpBack => {
                    if safepoint::is_wanted(th) {
                        save!();
                        if safepoint::take(th, frame).is_err() {
                            break 'run;
                        }
                    }
                    jump!(JumpBack, to32!())
                }
                Op::JumpIfTrue => {
                    let r = a!();
                    match regs.reg(r).known_truth() {
                        Some(true) => jump!(JumpIfTrue, to32!()),
                        Some(false) => next!(JumpIfTrue),
                        None => {}
                    }
                    test!(JumpIfTrue, compare::op_test(th, frame, r), true, to32!())
                }
                Op::JumpIfFalse => {
                    let r = a!();
                    match regs.reg(r).known_truth() {
                        Some(true) => next!(JumpIfFalse),
                        Some(false) => jump!(JumpIfFalse, to32!()),
                        None => {}
                    }
                    test!(JumpIfFalse, compare::op_test(th, frame, r), false, to32!())
                }
                Op::JumpIfTrueOrPop => {
                    match regs.reg(a!()).known_truth() {
                        Some(true) => jump!(JumpIfTrueOrPop, to32!()),
                        Some(false) => {
                            regs.put(a!(), Reg::NULL);
                            next!(JumpIfTrueOrPop)
                        }
                        None => {}
                    }
                    save!();
                    match compare::op_peek_test(th, frame, a!()) {
                        Ok(true) => jump!(JumpIfTrueOrPop, to32!()),
                        Ok(false) => regs.consume(th, a!()),
                        Err(_) => break 'run,
                    }
                    next!(JumpIfTrueOrPop)
                }
                Op::JumpIfFalseOrPop => {
                    match regs.reg(a!()).known_truth() {
                        Some(false) => jump!(JumpIfFalseOrPop, to32!()),
                        Some(true) => {
                            regs.put(a!(), Reg::NULL);
                            next!(JumpIfFalseOrPop)
                        }
                        None => {}
                    }
                    save!();
                    match compare::op_peek_test(th, frame, a!()) {
                        Ok(false) => jump!(JumpIfFalseOrPop, to32!()),
                        Ok(true) => regs.consume(th, a!()),
                        Err(_) => break 'run,
                    }
                    next!(JumpIfFalseOrPop)
                }
                Op::JumpIfNone => {
                    let r = a!();
                    if regs.reg(r).is(objects::none()) {
                        jump!(JumpIfNone, to32!())
                    }
                    save!();
                    regs.consume(th, r);
                    next!(JumpIfNone)
                }
                Op::JumpIfNotNone => {
                    let r = a!();
                    if regs.reg(r).is(objects::none()) {
                        next!(JumpIfNotNone)
                    }
                    save!();
                    regs.consume(th, r);
                    jump!(JumpIfNotNone, to32!())
                }
                Op::JumpIfIs | Op::JumpIfIsNot => {
                    let (x, y) = (a!(), b!());
                    let same = regs.reg(x).address() == regs.reg(y).address();
                    save!();
                    regs.consume(th, y);
                    regs.consume(th, x);
                    if same == matches!(op_of(word), Op::JumpIfIs) { jump!(JumpIfIs, c!()) } else { next!(JumpIfIs) }
                }
                Op::JumpIfLess => compare_jump!(JumpIfLess, Lt, true),
                Op::JumpIfLessEqual => compare_jump!(JumpIfLessEqual, Le, true),
                Op::JumpIfEqual => compare_jump!(JumpIfEqual, Eq, true),
                Op::JumpIfNotEqual => compare_jump!(JumpIfNotEqual, Ne, true),
                Op::JumpIfGreater => compare_jump!(JumpIfGreater, Gt, true),
                Op::JumpIfGreaterEqual => compare_jump!(JumpIfGreaterEqual, Ge, true),
                Op::JumpUnlessLess => compare_jump!(JumpUnlessLess, Lt, false),
                Op::JumpUnlessLessEqual => compare_jump!(JumpUnlessLessEqual, Le, false),
                Op::JumpUnlessEqual => compare_jump!(JumpUnlessEqual, Eq, false),
                Op::JumpUnlessNotEqual => compare_jump!(JumpUnlessNotEqual, Ne, false),
                Op::JumpUnlessGreater => compare_jump!(JumpUnlessGreater, Gt, false),
                Op::JumpUnlessGreaterEqual => compare_jump!(JumpUnlessGreaterEqual, Ge, false),
                Op::JumpIfLessImm => compare_jump_imm!(JumpIfLessImm, Lt, true),
                Op::JumpIfLessEqualImm => compare_jump_imm!(JumpIfLessEqualImm, Le, true),
                Op::JumpIfEqualImm => compare_jump_imm!(JumpIfEqualImm, Eq, true),
                Op::JumpIfNotEqualImm => compare_jump_imm!(JumpIfNotEqualImm, Ne, true),
                Op::JumpIfGreaterImm => compare_jump_imm!(JumpIfGreaterImm, Gt, true),
                Op::JumpIfGreaterEqualImm => compare_jump_imm!(JumpIfGreaterEqualImm, Ge, true),
                Op::JumpUnlessLessImm => compare_jump_imm!(JumpUnlessLessImm, Lt, false),
                Op::JumpUnlessLessEqualImm => compare_jump_imm!(JumpUnlessLessEqualImm, Le, false),
                Op::JumpUnlessEqualImm => compare_jump_imm!(JumpUnlessEqualImm, Eq, false),
                Op::JumpUnlessNotEqualImm => compare_jump_imm!(JumpUnlessNotEqualImm, Ne, false),
                Op::JumpUnlessGreaterImm => compare_jump_imm!(JumpUnlessGreaterImm, Gt, false),
                Op::JumpUnlessGreaterEqualImm => compare_jump_imm!(JumpUnlessGreaterEqualImm, Ge, false),

                // ---- calls
                Op::Call => {
                    adapt!(call::specialize(th, frame, pc, regs.get(b!()), c!()));
                    called!(Call, call::op_call(th, frame, a!(), b!(), c!()))
                }
                Op::CallPy if !STEP => {
                    let (base, nargs) = (b!(), c!());
                    save!();
                    match call::enter_exact(th, regs.reg(base), regs, base + 1, nargs) {
                        Some(Ok(to)) => {
                            to.func.set(regs.take(base));
                            call::returns_to(to, Kind::Call, a!(), const { 1 + Op::Call.cache_words() as u8 });
                            enter!(to)
                        }
                        Some(Err(_)) => break 'run,
                        None => miss!(),
                    }
                }
                Op::CallClass if !STEP => {
                    save!();
                    match call::op_call_class(th, frame, pc, a!(), b!(), c!()) {
                        Some(Ok(to)) => enter!(to),
                        Some(Err(_)) => break 'run,
                        None => miss!(),
                    }
                }
                Op::CallMethod => {
                    adapt!(call::specialize_method(pc, regs.get(b!()), c!() + i32::from(!regs.reg(b!() + 1).is_null())));
                    called!(CallMethod, call::op_call_method(th, frame, a!(), b!(), c!()))
                }
                Op::CallVector if !STEP => native!(Call, call::op_call_vector(th, frame, a!(), b!(), b!() + 1, c!())),
                Op::CallMethodVector if !STEP => {
                    let own = i32::from(!regs.reg(b!() + 1).is_null());
                    native!(CallMethod, call::op_call_vector(th, frame, a!(), b!(), b!() + 2 - own, c!() + own))
                }
                Op::CallMethodBuiltin if !STEP => native!(CallMethod, call::op_call_method_builtin(th, frame, a!(), b!(), c!())),
                Op::CallMethodPy if !STEP => {
                    let (base, nargs) = (b!(), c!());
                    let own = i32::from(!regs.reg(base + 1).is_null());
                    save!();
                    match call::enter_exact(th, regs.reg(base), regs, base + 2 - own, nargs + own) {
                        Some(Ok(to)) => {
                            to.func.set(regs.take(base));
                            call::returns_to(to, Kind::Call, a!(), const { 1 + Op::CallMethod.cache_words() as u8 });
                            enter!(to)
                        }
                        Some(Err(_)) => break 'run,
                        None => miss!(),
                    }
                }
                Op::CallKw => called!(CallKw, call::op_call_kw(th, frame, a!(), b!(), c!())),
                Op::CallMethodKw => called!(CallMethodKw, call::op_call_method_kw(th, frame, a!(), b!(), c!())),
                Op::CallEx => called!(CallEx, call::op_call_ex(th, frame, a!(), b!(), c!())),
                Op::Return | Op::ReturnConst => {
                    save!();
                    let value = if matches!(op_of(word), Op::ReturnConst) {
                        frame.code().const_at(a!()).escaping(th)
                    } else {
                        let r = a!();
                        // A `frame` object keeps the locals as they are; otherwise they end here and the value just moves.
                        if r >= 0 && frame.object().is_some() { regs.reg(r).duplicate(th).escaping(th) } else { regs.take(r).escaping(th) }
                    };
                    if !STEP && frame.kind.get() == Kind::Call && frame.object().is_none() {
                        let (dst, skip) = (frame.dst.get(), frame.skip.get());
                        let Some(caller) = control::leave_plain(th, frame) else { unreachable!("a called frame has a caller") };
                        frame = caller;
                        regs = frame.regs();
                        pc = frame.pc.get().offset(i32::from(skip));
                        regs.out(th, dst, value);
                        continue;
                    }
                    left!(control::op_return(th, frame, value))
                }

                // ---- building
                Op::BuildTuple => sure!(BuildTuple, build::op_build_tuple(th, frame, a!(), b!(), c!())),
                Op::BuildList => sure!(BuildList, build::op_build_list(th, frame, a!(), b!(), c!())),
                Op::BuildSet => slow!(BuildSet, build::op_build_set(th, frame, a!(), b!(), c!())),
                Op::BuildMap => slow!(BuildMap, build::op_build_map(th, frame, a!(), b!(), c!())),
                Op::BuildString => slow!(BuildString, build::op_build_string(th, frame, a!(), b!(), c!())),
                Op::BuildSlice => slow!(BuildSlice, build::op_build_slice(th, frame, a!(), b!(), c!())),
                Op::BuildConstList => sure!(BuildConstList, build::op_build_const_list(th, frame, a!(), b!())),
                Op::BuildConstSet => slow!(BuildConstSet, build::op_build_const_set(th, frame, a!(), b!())),
                Op::ListAppend => slow!(ListAppend, build::op_list_append(th, frame, a!(), b!())),
                Op::ListExtend => slow!(ListExtend, build::op_list_extend(th, frame, a!(), b!())),
                Op::SetAdd => slow!(SetAdd, build::op_set_add(th, frame, a!(), b!())),
                Op::SetUpdate => slow!(SetUpdate, build::op_set_update(th, frame, a!(), b!())),
                Op::MapSet => slow!(MapSet, build::op_map_set(th, frame, a!(), b!(), c!())),
                Op::DictUpdate => slow!(DictUpdate, build::op_dict_update(th, frame, a!(), b!())),
                Op::DictMerge => slow!(DictMerge, build::op_dict_merge(th, frame, a!(), b!(), c!())),

                // ---- iteration and unpacking
                Op::GetIter => slow!(GetIter, iter::op_get_iter(th, frame, a!(), b!())),
                Op::ForIterRange if !STEP => match { save!(); iter::next_of_range(th, regs.get(b!())) } {
                    Some(Some(number)) => {
                        ended!(fast::put_int(th, regs, a!(), 0, 0, number));
                        next!(ForIter)
                    }
                    Some(None) => jump!(ForIter, c!()),
                    None => miss!(),
                },
                Op::ForIterList if !STEP => for_fast!(iter::next_of_list),
                Op::ForIterTuple if !STEP => for_fast!(iter::next_of_tuple),
                Op::ForIterGenerator if !STEP => {
                    let Some(generator) = crate::generator::plain_generator(regs.get(b!())) else { miss!() };
                    save!();
                    let skip = const { 1 + Op::ForIter.cache_words() as u8 };
                    match r#gen::op_for_generator(th, generator, a!(), c!(), skip) {
                        Ok(Some(to)) => enter!(to),
                        Ok(None) => jump!(ForIter, c!()),
                        Err(_) => break 'run,
                    }
                }
                Op::ForIter => {
                    adapt!(iter::specialize(pc, regs.get(b!())));
                    save!();
                    if let Some(generator) = crate::generator::plain_generator(regs.get(b!())) {
                        let skip = const { 1 + Op::ForIter.cache_words() as u8 };
                        match r#gen::op_for_generator(th, generator, a!(), c!(), skip) {
                            Ok(Some(to)) => enter!(to),
                            Ok(None) => jump!(ForIter, c!()),
                            Err(_) => break 'run,
                        }
                    }
                    test!(ForIter, iter::op_for_iter(th, frame, a!(), b!()), false, c!())
                }
                Op::UnpackSequence => {
                    adapt!(iter::specialize_unpack(pc, regs.get(b!()), c!()));
                    slow!(UnpackSequence, iter::op_unpack_sequence(th, frame, a!(), b!(), c!()))
                }
                Op::UnpackSequenceTuple if !STEP => {
                    save!();
                    if !iter::unpack_tuple(th, frame, a!(), b!(), c!()) {
                        miss!()
                    }
                    next!(UnpackSequence)
                }
                Op::UnpackEx => slow!(UnpackEx, iter::op_unpack_ex(th, frame, a!(), b!(), c!())),

                // ---- generators and coroutines
                Op::ReturnGenerator => {
                    // Execution resumes behind this.
                    frame.pc.set(pc.offset(1));
                    match control::op_return_generator(th, frame) {
                        Ok(left) => left!(left),
                        Err(_) => break 'run,
                    }
                }
                Op::Yield => {
                    save!();
                    let value = regs.move_in(th, b!()).escaping(th);
                    left!(control::op_yield(th, frame, value, a!()))
                }
                Op::YieldDelegated => {
                    save!();
                    let value = regs.take(a!()).escaping(th);
                    left!(control::op_yield(th, frame, value, a!()))
                }
                Op::Send => {
                    save!();
                    let skip = const { 1 + Op::Send.cache_words() as u8 };
                    match r#gen::op_send(th, frame, a!(), b!(), c!(), skip) {
                        Ok(Sent::Frame(to)) => enter!(to),
                        Ok(Sent::Yielded) => {
                            th.drain_zero();
                            next!(Send)
                        }
                        Ok(Sent::Returned) => {
                            th.drain_zero();
                            jump!(Send, c!())
                        }
                        Err(_) => break 'run,
                    }
                }
                Op::CleanupThrow => slow!(CleanupThrow, r#gen::op_cleanup_throw(th, frame, a!())),
                Op::GetYieldFromIter => slow!(GetYieldFromIter, r#gen::op_get_yield_from_iter(th, frame, a!(), b!())),
                Op::GetAwaitable => slow!(GetAwaitable, r#gen::op_get_awaitable(th, frame, a!(), b!(), c!())),
                Op::GetAiter => slow!(GetAiter, r#gen::op_get_aiter(th, frame, a!(), b!())),
                Op::GetAnext => slow!(GetAnext, r#gen::op_get_anext(th, frame, a!(), b!())),
                Op::EndAsyncFor => slow!(EndAsyncFor, r#gen::op_end_async_for(th)),
                Op::StopIterationError => {
                    save!();
                    let _ = r#gen::op_stop_iteration_error(th, frame);
                    break 'run;
                }

                // ---- exceptions
                Op::EnterHandler => sure!(EnterHandler, except::op_enter_handler(th, frame, a!())),
                Op::LeaveHandler => sure!(LeaveHandler, except::op_leave_handler(th, frame, a!())),
                Op::Reraise => {
                    save!();
                    let _ = except::op_reraise(th, frame, a!());
                    break 'run;
                }
                Op::UnwindHandler => {
                    save!();
                    except::op_leave_handler(th, frame, a!());
                    break 'run;
                }
                Op::Unwind => {
                    save!();
                    break 'run;
                }
                Op::LoadHandled => sure!(LoadHandled, except::op_load_handled(th, frame, a!())),
                Op::TakeRaised => sure!(TakeRaised, except::op_take_raised(th, frame, a!())),
                Op::JumpUnlessMatch => test!(JumpUnlessMatch, except::op_match(th, frame, a!()), false, to32!()),
                Op::MatchExcGroup => slow!(MatchExcGroup, except::op_match_exc_group(th, frame, a!(), b!(), c!())),
                Op::PrepReraiseStar => slow!(PrepReraiseStar, except::op_prep_reraise_star(th, frame, a!(), b!(), c!())),
                Op::ReraiseValue => {
                    save!();
                    let _ = except::op_reraise_value(th, frame, a!());
                    break 'run;
                }
                Op::Raise => {
                    save!();
                    let _ = except::op_raise(th, frame, a!(), None);
                    break 'run;
                }
                Op::RaiseFrom => {
                    save!();
                    let _ = except::op_raise(th, frame, a!(), Some(b!()));
                    break 'run;
                }
                Op::RaiseBare => {
                    save!();
                    let _ = except::op_raise_bare(th, frame);
                    break 'run;
                }
                Op::PrepareExit => slow!(PrepareExit, except::op_prepare_exit(th, frame, a!(), b!(), false)),
                Op::PrepareExitExc => slow!(PrepareExitExc, except::op_prepare_exit(th, frame, a!(), b!(), true)),

                // ---- functions, classes, modules
                Op::MakeFunction => slow!(MakeFunction, call::op_make_function(th, frame, a!(), b!())),
                Op::SetFunctionAttr => slow!(SetFunctionAttr, call::op_set_function_attr(th, frame, a!(), b!(), c!())),
                Op::ImportName => slow!(ImportName, import::op_import_name(th, frame, a!(), b!(), c!())),
                Op::ImportFrom => slow!(ImportFrom, import::op_import_from(th, frame, a!(), b!(), c!())),
                Op::SetupAnnotations => slow!(SetupAnnotations, import::op_setup_annotations(th, frame)),
                Op::Intrinsic1 => slow!(Intrinsic1, import::op_intrinsic1(th, frame, a!(), b!(), c!())),
                Op::Intrinsic2 => slow!(Intrinsic2, import::op_intrinsic2(th, frame, a!(), b!(), c!())),

                // ---- f-strings and t-strings
                Op::FormatSimple => slow!(FormatSimple, format::op_format_simple(th, frame, a!(), b!())),
                Op::FormatSpec => slow!(FormatSpec, format::op_format_spec(th, frame, a!(), b!(), c!())),
                Op::Convert => slow!(Convert, format::op_convert(th, frame, a!(), b!(), c!())),
                Op::BuildInterpolation => slow!(BuildInterpolation, format::op_build_interpolation(th, frame, a!(), b!(), c!())),
                Op::BuildTemplate => slow!(BuildTemplate, format::op_build_template(th, frame, a!(), b!())),

                // ---- match
                Op::GetLen => slow!(GetLen, pattern::op_get_len(th, frame, a!(), b!())),
                Op::MatchMapping => {
                    save!();
                    let fits = pattern::has_pattern_flag(regs.get(b!()), true);
                    regs.out(th, a!(), fits);
                    next!(MatchMapping)
                }
                Op::MatchSequence => {
                    save!();
                    let fits = pattern::has_pattern_flag(regs.get(b!()), false);
                    regs.out(th, a!(), fits);
                    next!(MatchSequence)
                }
                Op::MatchKeys => slow!(MatchKeys, pattern::op_match_keys(th, frame, a!(), b!(), c!())),
                Op::MatchClass => slow!(MatchClass, pattern::op_match_class(th, frame, a!(), b!(), c!())),

                // ---- arithmetic of exact ints and floats
                Op::AddInt if !STEP => int_binary!(BinaryAdd, |x, y| x.checked_add(y)),
                Op::InplaceAddInt if !STEP => int_binary!(InplaceAdd, |x, y| x.checked_add(y)),
                Op::SubInt if !STEP => int_binary!(BinarySub, |x, y| x.checked_sub(y)),
                Op::InplaceSubInt if !STEP => int_binary!(InplaceSub, |x, y| x.checked_sub(y)),
                Op::MulInt if !STEP => int_binary!(BinaryMul, |x, y| x.checked_mul(y)),
                Op::InplaceMulInt if !STEP => int_binary!(InplaceMul, |x, y| x.checked_mul(y)),
                Op::FloorDivInt if !STEP => int_binary!(BinaryFloorDiv, |x, y| fast::floor_div(x, y)),
                Op::InplaceFloorDivInt if !STEP => int_binary!(InplaceFloorDiv, |x, y| fast::floor_div(x, y)),
                Op::ModInt if !STEP => int_binary!(BinaryMod, |x, y| fast::modulo(x, y)),
                Op::InplaceModInt if !STEP => int_binary!(InplaceMod, |x, y| fast::modulo(x, y)),
                Op::AndInt if !STEP => int_binary!(BinaryAnd, |x, y| Some(x & y)),
                Op::InplaceAndInt if !STEP => int_binary!(InplaceAnd, |x, y| Some(x & y)),
                Op::OrInt if !STEP => int_binary!(BinaryOr, |x, y| Some(x | y)),
                Op::InplaceOrInt if !STEP => int_binary!(InplaceOr, |x, y| Some(x | y)),
                Op::XorInt if !STEP => int_binary!(BinaryXor, |x, y| Some(x ^ y)),
                Op::InplaceXorInt if !STEP => int_binary!(InplaceXor, |x, y| Some(x ^ y)),
                Op::LshiftInt if !STEP => int_binary!(BinaryLshift, |x, y| fast::shift_left(x, y)),
                Op::InplaceLshiftInt if !STEP => int_binary!(InplaceLshift, |x, y| fast::shift_left(x, y)),
                Op::RshiftInt if !STEP => int_binary!(BinaryRshift, |x, y| fast::shift_right(x, y)),
                Op::InplaceRshiftInt if !STEP => int_binary!(InplaceRshift, |x, y| fast::shift_right(x, y)),
                Op::AddFloat if !STEP => float_binary!(BinaryAdd, |x, y| Some(x + y)),
                Op::InplaceAddFloat if !STEP => float_binary!(InplaceAdd, |x, y| Some(x + y)),
                Op::SubFloat if !STEP => float_binary!(BinarySub, |x, y| Some(x - y)),
                Op::InplaceSubFloat if !STEP => float_binary!(InplaceSub, |x, y| Some(x - y)),
                Op::MulFloat if !STEP => float_binary!(BinaryMul, |x, y| Some(x * y)),
                Op::InplaceMulFloat if !STEP => float_binary!(InplaceMul, |x, y| Some(x * y)),
                Op::DivFloat if !STEP => float_binary!(BinaryDiv, |x, y| (y != 0.0).then(|| x / y)),
                Op::InplaceDivFloat if !STEP => float_binary!(InplaceDiv, |x, y| (y != 0.0).then(|| x / y)),
                Op::AddImmInt if !STEP => int_imm!(AddImm, |x, y| x.checked_add(y)),
                Op::SubImmInt if !STEP => int_imm!(SubImm, |x, y| x.checked_sub(y)),
                Op::MulImmInt if !STEP => int_imm!(MulImm, |x, y| x.checked_mul(y)),
                Op::FloorDivImmInt if !STEP => int_imm!(FloorDivImm, |x, y| fast::floor_div(x, y)),
                Op::ModImmInt if !STEP => int_imm!(ModImm, |x, y| fast::modulo(x, y)),
                Op::AndImmInt if !STEP => int_imm!(AndImm, |x, y| Some(x & y)),
                Op::LshiftImmInt if !STEP => int_imm!(LshiftImm, |x, y| fast::shift_left(x, y)),
                Op::RshiftImmInt if !STEP => int_imm!(RshiftImm, |x, y| fast::shift_right(x, y)),
                Op::InplaceAddImmInt if !STEP => int_imm!(InplaceAddImm, |x, y| x.checked_add(y)),
                Op::InplaceSubImmInt if !STEP => int_imm!(InplaceSubImm, |x, y| x.checked_sub(y)),
                Op::AddImmFloat if !STEP => float_imm!(AddImm, |x, y| x + y),
                Op::SubImmFloat if !STEP => float_imm!(SubImm, |x, y| x - y),
                Op::MulImmFloat if !STEP => float_imm!(MulImm, |x, y| x * y),

                // ---- comparison of exact ints and floats
                Op::CompareLessInt if !STEP => compare_fast!(CompareLess, int, |x, y| x < y),
                Op::CompareLessFloat if !STEP => compare_fast!(CompareLess, float, |x, y| x < y),
                Op::CompareLessEqualInt if !STEP => compare_fast!(CompareLessEqual, int, |x, y| x <= y),
                Op::CompareLessEqualFloat if !STEP => compare_fast!(CompareLessEqual, float, |x, y| x <= y),
                Op::CompareEqualInt if !STEP => compare_fast!(CompareEqual, int, |x, y| x == y),
                Op::CompareEqualFloat if !STEP => compare_fast!(CompareEqual, float, |x, y| x == y),
                Op::CompareEqualStr if !STEP => compare_str!(CompareEqual, true),
                Op::CompareNotEqualStr if !STEP => compare_str!(CompareNotEqual, false),
                Op::JumpIfEqualStr if !STEP => jump_str!(JumpIfEqual, true, true),
                Op::JumpIfNotEqualStr if !STEP => jump_str!(JumpIfNotEqual, false, true),
                Op::JumpUnlessEqualStr if !STEP => jump_str!(JumpUnlessEqual, true, false),
                Op::JumpUnlessNotEqualStr if !STEP => jump_str!(JumpUnlessNotEqual, false, false),
                Op::CompareNotEqualInt if !STEP => compare_fast!(CompareNotEqual, int, |x, y| x != y),
                Op::CompareNotEqualFloat if !STEP => compare_fast!(CompareNotEqual, float, |x, y| x != y),
                Op::CompareGreaterInt if !STEP => compare_fast!(CompareGreater, int, |x, y| x > y),
                Op::CompareGreaterFloat if !STEP => compare_fast!(CompareGreater, float, |x, y| x > y),
                Op::CompareGreaterEqualInt if !STEP => compare_fast!(CompareGreaterEqual, int, |x, y| x >= y),
                Op::CompareGreaterEqualFloat if !STEP => compare_fast!(CompareGreaterEqual, float, |x, y| x >= y),
                Op::JumpIfLessInt if !STEP => jump_fast!(JumpIfLess, int, |x, y| x < y, true),
                Op::JumpIfLessFloat if !STEP => jump_fast!(JumpIfLess, float, |x, y| x < y, true),
                Op::JumpIfLessImmInt if !STEP => jump_imm_fast!(JumpIfLessImm, |x, y| x < y, true),
                Op::JumpIfLessEqualInt if !STEP => jump_fast!(JumpIfLessEqual, int, |x, y| x <= y, true),
                Op::JumpIfLessEqualFloat if !STEP => jump_fast!(JumpIfLessEqual, float, |x, y| x <= y, true),
                Op::JumpIfLessEqualImmInt if !STEP => jump_imm_fast!(JumpIfLessEqualImm, |x, y| x <= y, true),
                Op::JumpIfEqualInt if !STEP => jump_fast!(JumpIfEqual, int, |x, y| x == y, true),
                Op::JumpIfEqualFloat if !STEP => jump_fast!(JumpIfEqual, float, |x, y| x == y, true),
                Op::JumpIfEqualImmInt if !STEP => jump_imm_fast!(JumpIfEqualImm, |x, y| x == y, true),
                Op::JumpIfNotEqualInt if !STEP => jump_fast!(JumpIfNotEqual, int, |x, y| x != y, true),
                Op::JumpIfNotEqualFloat if !STEP => jump_fast!(JumpIfNotEqual, float, |x, y| x != y, true),
                Op::JumpIfNotEqualImmInt if !STEP => jump_imm_fast!(JumpIfNotEqualImm, |x, y| x != y, true),
                Op::JumpIfGreaterInt if !STEP => jump_fast!(JumpIfGreater, int, |x, y| x > y, true),
                Op::JumpIfGreaterFloat if !STEP => jump_fast!(JumpIfGreater, float, |x, y| x > y, true),
                Op::JumpIfGreaterImmInt if !STEP => jump_imm_fast!(JumpIfGreaterImm, |x, y| x > y, true),
                Op::JumpIfGreaterEqualInt if !STEP => jump_fast!(JumpIfGreaterEqual, int, |x, y| x >= y, true),
                Op::JumpIfGreaterEqualFloat if !STEP => jump_fast!(JumpIfGreaterEqual, float, |x, y| x >= y, true),
                Op::JumpIfGreaterEqualImmInt if !STEP => jump_imm_fast!(JumpIfGreaterEqualImm, |x, y| x >= y, true),
                Op::JumpUnlessLessInt if !STEP => jump_fast!(JumpUnlessLess, int, |x, y| x < y, false),
                Op::JumpUnlessLessFloat if !STEP => jump_fast!(JumpUnlessLess, float, |x, y| x < y, false),
                Op::JumpUnlessLessImmInt if !STEP => jump_imm_fast!(JumpUnlessLessImm, |x, y| x < y, false),
                Op::JumpUnlessLessEqualInt if !STEP => jump_fast!(JumpUnlessLessEqual, int, |x, y| x <= y, false),
                Op::JumpUnlessLessEqualFloat if !STEP => jump_fast!(JumpUnlessLessEqual, float, |x, y| x <= y, false),
                Op::JumpUnlessLessEqualImmInt if !STEP => jump_imm_fast!(JumpUnlessLessEqualImm, |x, y| x <= y, false),
                Op::JumpUnlessEqualInt if !STEP => jump_fast!(JumpUnlessEqual, int, |x, y| x == y, false),
                Op::JumpUnlessEqualFloat if !STEP => jump_fast!(JumpUnlessEqual, float, |x, y| x == y, false),
                Op::JumpUnlessEqualImmInt if !STEP => jump_imm_fast!(JumpUnlessEqualImm, |x, y| x == y, false),
                Op::JumpUnlessNotEqualInt if !STEP => jump_fast!(JumpUnlessNotEqual, int, |x, y| x != y, false),
                Op::JumpUnlessNotEqualFloat if !STEP => jump_fast!(JumpUnlessNotEqual, float, |x, y| x != y, false),
                Op::JumpUnlessNotEqualImmInt if !STEP => jump_imm_fast!(JumpUnlessNotEqualImm, |x, y| x != y, false),
                Op::JumpUnlessGreaterInt if !STEP => jump_fast!(JumpUnlessGreater, int, |x, y| x > y, false),
                Op::JumpUnlessGreaterFloat if !STEP => jump_fast!(JumpUnlessGreater, float, |x, y| x > y, false),
                Op::JumpUnlessGreaterImmInt if !STEP => jump_imm_fast!(JumpUnlessGreaterImm, |x, y| x > y, false),
                Op::JumpUnlessGreaterEqualInt if !STEP => jump_fast!(JumpUnlessGreaterEqual, int, |x, y| x >= y, false),
                Op::JumpUnlessGreaterEqualFloat if !STEP => jump_fast!(JumpUnlessGreaterEqual, float, |x, y| x >= y, false),
                Op::JumpUnlessGreaterEqualImmInt if !STEP => jump_imm_fast!(JumpUnlessGreaterEqualImm, |x, y| x >= y, false),

                // A specialised form that this loop does not have: the generic one does everything.
                other => {
                    if !other.is_specialized() {
                        save!();
                        let _ = raise::system_error(th, format_args!("unknown instruction {other}"));
                        break 'run;
                    }
                    adapt::lost(pc);
                    fresh = true;
                    if STEP && high != sign_prefix(word) {
                        pc = pc.offset(-1);
                    }
                    continue;
                }
            }
        }
    }
}
