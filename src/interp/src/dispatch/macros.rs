//! The building blocks of handlers. Each takes the handler's context first; those that end an instruction return from the handler.

// Defines handlers: a type for each instruction, so that tables name them. A handler may have a quick half, which calls nothing, so that
// no machine register is saved: it goes on by `go!` and its like, or falls through, and then the other half runs instead.
macro_rules! handlers {
    ($($op:ident => $cx:ident $(quick $quick:block)? $body:block)*) => {$(
        pub(super) enum $op {}

        impl Run for $op {
            const QUICK: bool = has_quick!($($quick)?);

            #[inline(always)]
            #[allow(unused_variables, reason = "not every instruction has operands")]
            fn run<const STEP: bool, const CHAIN: bool, const ONLY_QUICK: bool>($cx: &mut Cx<'_>) -> Next {
                halves!($cx $(quick $quick)? $body)
            }
        }
    )*};
}
macro_rules! has_quick {
    () => { false };
    ($quick:block) => { true };
}
macro_rules! halves {
    ($cx:ident $body:block) => {
        if ONLY_QUICK { Next::UNDONE } else { $body }
    };
    ($cx:ident quick $quick:block $body:block) => {{
        #[inline(never)]
        #[allow(unused_variables, reason = "not every instruction has operands")]
        fn slow<const STEP: bool>(th: &mut Thread, frame: Fp, pc: Pc, word: u64, high: u64) -> Next {
            #[allow(dead_code, reason = "for what both halves share")]
            const CHAIN: bool = false;
            #[allow(dead_code, reason = "for what both halves share")]
            const ONLY_QUICK: bool = false;
            let $cx = &mut Cx { th, frame, regs: frame.regs(), pc, word, high };
            $body
        }
        if !STEP {
            $quick
        }
        if ONLY_QUICK {
            return Next::UNDONE;
        }
        slow::<STEP>(&mut *$cx.th, $cx.frame, $cx.pc, $cx.word, $cx.high)
    }};
}
// Handlers of one macro each, which says both halves: `QUICK` tells which is meant.
macro_rules! split_handlers {
    ($($op:ident => $cx:ident $body:block)*) => {
        handlers! {$(
            $op => $cx quick {
                const QUICK: bool = true;
                $body
            } {
                const QUICK: bool = false;
                $body
                unreachable!("the slow half ends the instruction")
            }
        )*}
    };
}

// Operands: registers, immediates, and the distance of jumps.
macro_rules! a { ($cx:ident) => { if STEP { wide($cx.word, $cx.high, 16) } else { ($cx.word >> 16) as i16 as i32 } }; }
macro_rules! b { ($cx:ident) => { if STEP { wide($cx.word, $cx.high, 32) } else { ($cx.word >> 32) as i16 as i32 } }; }
macro_rules! c { ($cx:ident) => { if STEP { wide($cx.word, $cx.high, 48) } else { ($cx.word >> 48) as i16 as i32 } }; }
macro_rules! to32 { ($cx:ident) => { ($cx.word >> 32) as i32 }; }
// Brings the frame up to date, before anything that may raise, call out, or look at frames.
macro_rules! save { ($cx:ident) => { $cx.frame.pc.set($cx.pc) }; }
// On with the next instruction.
macro_rules! next {
    ($cx:ident, $op:ident) => {
        return Next::to($cx.frame, $cx.pc.offset(const { 1 + Op::$op.cache_words() as i32 }))
    };
}
// On `$by` words behind the next instruction.
macro_rules! jump {
    ($cx:ident, $op:ident, $by:expr) => {
        return Next::to($cx.frame, $cx.pc.offset(const { 1 + Op::$op.cache_words() as i32 } + $by))
    };
}
// The same from a quick half.
macro_rules! go {
    ($cx:ident, $op:ident) => { go!($cx, $op, 0) };
    ($cx:ident, $op:ident, $by:expr) => {
        return chain::<CHAIN>(&mut *$cx.th, $cx.frame, $cx.pc.offset(const { 1 + Op::$op.cache_words() as i32 } + $by), $cx.regs)
    };
}
// On after a quick half wrote over `$old`.
macro_rules! ended_go {
    ($cx:ident, $op:ident, $old:expr) => {{
        let old: Reg = $old;
        if !old.release_plainly($cx.th) {
            if ONLY_QUICK {
                return Next::left_over($cx.th, old);
            }
            save!($cx);
            return release_and_go(&mut *$cx.th, $cx.frame, $cx.pc.offset(const { 1 + Op::$op.cache_words() as i32 }), old);
        }
        go!($cx, $op)
    }};
}
// Writes an output in a quick half, and on.
macro_rules! out_go {
    ($cx:ident, $op:ident, $r:expr, $value:expr) => {{
        let (r, value): (i32, Reg) = ($r, $value);
        if r < 0 {
            $cx.regs.put(r, value);
            go!($cx, $op)
        }
        let old = $cx.regs.reg(r);
        $cx.regs.put(r, value);
        ended_go!($cx, $op, old)
    }};
}
// The quick half of a load from the operand `b`, which ends: `$peek` gives what is loaded, borrowed.
macro_rules! load_quick {
    ($cx:ident, $peek:expr) => {{
        let obj = b!($cx);
        if let Some(value) = $peek
            && quick::is_consumed($cx.th, $cx.regs, obj)
            && let Some(value) = quick::hold($cx.th, value)
        {
            quick::consume($cx.th, $cx.regs, obj);
            out_go!($cx, LoadAttr, a!($cx), value)
        }
    }};
}
// The quick half of a load of a method `$peek`, for a call with the operand `b`.
macro_rules! load_method_quick {
    ($cx:ident, $op:ident, $peek:expr) => {{
        let obj = b!($cx);
        if let Some(method) = $peek
            && quick::is_held($cx.th, method)
            && let Some(this) = if obj < 0 { Some($cx.regs.take(obj)) } else { quick::duplicate($cx.th, $cx.regs.reg(obj)) }
            && let Some(method) = quick::hold($cx.th, method)
        {
            $cx.regs.put(a!($cx), method);
            $cx.regs.put(a!($cx) + 1, this);
            go!($cx, $op)
        }
    }};
}
// The quick half of a load of what is called without the operand `b`, which ends.
macro_rules! load_function_quick {
    ($cx:ident, $peek:expr) => {{
        let obj = b!($cx);
        if let Some(function) = $peek
            && quick::is_consumed($cx.th, $cx.regs, obj)
            && let Some(function) = quick::hold($cx.th, function)
        {
            quick::consume($cx.th, $cx.regs, obj);
            $cx.regs.put(a!($cx), function);
            $cx.regs.put(a!($cx) + 1, Reg::NULL);
            go!($cx, LoadMethod)
        }
    }};
}
// The quick half of a subscript by the int in the operand `c`, and by the number that this operand is.
macro_rules! subscript_quick {
    ($cx:ident, $at:path) => {{
        let (obj, index) = (b!($cx), c!($cx));
        if let Some(at) = quick::int($cx.regs.reg(index))
            && quick::is_consumed($cx.th, $cx.regs, index)
            && quick::is_consumed($cx.th, $cx.regs, obj)
            && let Some(item) = $at($cx.th, $cx.regs.get(obj), at)
        {
            quick::consume($cx.th, $cx.regs, index);
            quick::consume($cx.th, $cx.regs, obj);
            out_go!($cx, Subscript, a!($cx), item)
        }
    }};
}
macro_rules! subscript_imm_quick {
    ($cx:ident, $at:path) => {{
        let obj = b!($cx);
        if quick::is_consumed($cx.th, $cx.regs, obj)
            && let Some(item) = $at($cx.th, $cx.regs.get(obj), i64::from(c!($cx)))
        {
            quick::consume($cx.th, $cx.regs, obj);
            out_go!($cx, SubscriptImm, a!($cx), item)
        }
    }};
}
// The quick half of a `for` over an iterator of this type.
macro_rules! for_quick {
    ($cx:ident, $iter:path) => {{
        if let Some(iter) = $cx.regs.get(b!($cx)).downcast_exact::<$iter>()
            && let Some(item) = iter.peek_mine($cx.th)
            && let Some(value) = quick::hold($cx.th, item)
        {
            iter.advance_mine();
            out_go!($cx, ForIter, a!($cx), value)
        }
    }};
}
// The quick half of a global's load: of a builtin, or from the module.
macro_rules! global_quick {
    ($cx:ident, $builtin:literal) => {{
        if let Some(value) = global::peek_cached($cx.th, $cx.frame, $cx.pc, $builtin)
            && let Some(value) = quick::hold($cx.th, value)
        {
            out_go!($cx, LoadGlobal, a!($cx), value)
        }
    }};
}
// An instruction that may raise or call out.
macro_rules! slow {
    ($cx:ident, $op:ident, $call:expr) => {{
        save!($cx);
        if $call.is_err() {
            return Next::RAISED;
        }
        $cx.th.drain_zero();
        next!($cx, $op)
    }};
}
// An instruction that cannot raise.
macro_rules! sure {
    ($cx:ident, $op:ident, $call:expr) => {{
        save!($cx);
        $call;
        next!($cx, $op)
    }};
}
// An instruction that jumps if the result is `$when`.
macro_rules! test {
    ($cx:ident, $op:ident, $call:expr, $when:expr, $by:expr) => {{
        save!($cx);
        match $call {
            Ok(truth) => {
                $cx.th.drain_zero();
                if truth == $when { jump!($cx, $op, $by) } else { next!($cx, $op) }
            }
            Err(_) => return Next::RAISED,
        }
    }};
}
// On in another frame.
macro_rules! enter {
    ($cx:ident, $frame:expr) => {{
        let frame: Fp = $frame;
        return Next::to(frame, frame.pc.get());
    }};
}
macro_rules! left {
    ($cx:ident, $left:expr) => {
        {
            let left = $left;
            return Next::left($cx.th, left)
        }
    };
}
// Native code ran: it may have turned tracing on, or have waited while signals came.
macro_rules! returned {
    ($cx:ident, $op:ident) => {{
        $cx.th.drain_zero();
        if safepoint::is_wanted($cx.th) {
            let words = const { 1 + Op::$op.cache_words() as i32 };
            if safepoint::after_native($cx.th, $cx.frame, words).is_err() {
                return Next::RAISED;
            }
            if !STEP && crate::trace::is_on($cx.th) {
                $cx.frame.pc.set($cx.pc.offset(words));
                return Next::STEP;
            }
        }
        next!($cx, $op)
    }};
}
macro_rules! called {
    ($cx:ident, $op:ident, $call:expr) => {{
        save!($cx);
        match $call {
            Ok(None) => returned!($cx, $op),
            Ok(Some(to)) => enter!($cx, to),
            Err(_) => return Next::RAISED,
        }
    }};
}
macro_rules! binary {
    ($cx:ident, $op:ident, $apply:path) => {{
        adapt!($cx, arith::specialize_binary($cx.th, $cx.frame, $cx.pc, $cx.regs.get(b!($cx)), $cx.regs.get(c!($cx))));
        slow!($cx, $op, arith::op_binary($cx.th, $cx.frame, a!($cx), b!($cx), c!($cx), $apply))
    }};
}
// An operator that a Python function does.
macro_rules! operator {
    ($cx:ident) => {{
        save!($cx);
        enter_or_miss!($cx, special::enter_operator($cx.th, $cx.frame, $cx.pc, a!($cx), b!($cx), c!($cx)))
    }};
}
macro_rules! binary_imm {
    ($cx:ident, $op:ident, $apply:path) => {{
        adapt!($cx, arith::specialize_imm($cx.pc, $cx.regs.get(b!($cx))));
        slow!($cx, $op, arith::op_binary_imm($cx.th, $cx.frame, a!($cx), b!($cx), c!($cx), $apply))
    }};
}
macro_rules! unary { ($cx:ident, $op:ident, $apply:path) => { slow!($cx, $op, arith::op_unary($cx.th, $cx.frame, a!($cx), b!($cx), $apply)) }; }
macro_rules! compare {
    ($cx:ident, $op:ident, $cmp:ident) => {{
        adapt!($cx, compare::specialize($cx.pc, $cx.regs.get(b!($cx)), $cx.regs.get(c!($cx))));
        slow!($cx, $op, compare::op_compare($cx.th, $cx.frame, a!($cx), b!($cx), c!($cx), CompareOp::$cmp))
    }};
}
macro_rules! compare_jump {
    ($cx:ident, $op:ident, $cmp:ident, $when:literal) => {{
        adapt!($cx, compare::specialize($cx.pc, $cx.regs.get(a!($cx)), $cx.regs.get(b!($cx))));
        test!($cx, $op, compare::op_compare_test($cx.th, $cx.frame, a!($cx), b!($cx), CompareOp::$cmp), $when, c!($cx))
    }};
}
macro_rules! compare_jump_imm {
    ($cx:ident, $op:ident, $cmp:ident, $when:literal) => {{
        adapt!($cx, compare::specialize_imm($cx.pc, $cx.regs.get(a!($cx))));
        test!($cx, $op, compare::op_compare_test_imm($cx.th, $cx.frame, a!($cx), b!($cx), CompareOp::$cmp), $when, c!($cx))
    }};
}

// The specialised form does not fit: the generic one runs instead, and stays for a while.
macro_rules! miss {
    ($cx:ident) => {{
        adapt::lost($cx.pc);
        return Next::to($cx.frame, $cx.pc);
    }};
}
// Enters a frame that was made where the cache fits.
macro_rules! enter_or_miss {
    ($cx:ident, $entered:expr) => {
        match $entered {
            Some(Ok(to)) => enter!($cx, to),
            Some(Err(_)) => return Next::RAISED,
            None => miss!($cx),
        }
    };
}
// A specialised call of native code.
macro_rules! native {
    ($cx:ident, $op:ident, $call:expr) => {{
        save!($cx);
        match $call {
            Some(Ok(())) => returned!($cx, $op),
            Some(Err(_)) => return Next::RAISED,
            None => miss!($cx),
        }
    }};
}
// Writes an output; what a local held before may run code as it goes.
macro_rules! out {
    ($cx:ident, $r:expr, $value:expr) => {{
        let (r, value): (i32, Reg) = ($r, $value);
        if r >= 0 {
            let old = $cx.regs.reg(r);
            $cx.regs.put(r, value);
            if old.is_counted() {
                save!($cx);
                old.release($cx.th);
            }
        } else {
            $cx.regs.put(r, value);
        }
    }};
}
// Releases what an output held before its new value.
macro_rules! ended {
    ($cx:ident, $old:expr) => {{
        let old: Reg = $old;
        if old.is_counted() {
            save!($cx);
            old.release($cx.th);
        }
    }};
}
macro_rules! int_binary {
    ($cx:ident, $op:ident, $apply:expr) => {{
        let (a, b) = (b!($cx), c!($cx));
        if QUICK {
            let apply: fn(i64, i64) -> Option<i64> = $apply;
            if let Some((x, y)) = quick::ints($cx.regs.reg(a), $cx.regs.reg(b))
                && let Some(value) = apply(x, y)
                && let Some(old) = quick::put_int($cx.th, $cx.regs, a!($cx), a, b, value)
            {
                ended_go!($cx, $op, old)
            }
        } else {
        if let Some((x, y)) = fast::ints($cx.regs.reg(a), $cx.regs.reg(b)) {
            let apply: fn(i64, i64) -> Option<i64> = $apply;
            if let Some(value) = apply(x, y) {
                ended!($cx, fast::put_int($cx.th, $cx.regs, a!($cx), a, b, value));
                next!($cx, $op)
            }
        }
        miss!($cx)
        }
    }};
}
macro_rules! float_binary {
    ($cx:ident, $op:ident, $apply:expr) => {{
        let (a, b) = (b!($cx), c!($cx));
        if QUICK {
            let apply: fn(f64, f64) -> Option<f64> = $apply;
            if let Some((x, y)) = quick::floats($cx.regs.reg(a), $cx.regs.reg(b))
                && let Some(value) = apply(x, y)
                && let Some(old) = quick::put_float($cx.th, $cx.regs, a!($cx), a, b, value)
            {
                ended_go!($cx, $op, old)
            }
        } else {
        if let Some((x, y)) = fast::floats($cx.regs.reg(a), $cx.regs.reg(b)) {
            let apply: fn(f64, f64) -> Option<f64> = $apply;
            if let Some(value) = apply(x, y) {
                ended!($cx, fast::put_float($cx.th, $cx.regs, a!($cx), a, b, value));
                next!($cx, $op)
            }
        }
        miss!($cx)
        }
    }};
}
// The quotient of ints that floats hold exactly.
macro_rules! int_quotient {
    ($cx:ident, $op:ident) => {{
        let (a, b) = (b!($cx), c!($cx));
        if QUICK {
            if let Some((x, y)) = quick::ints($cx.regs.reg(a), $cx.regs.reg(b))
                && let (Some(x), Some(y)) = (fast::exact_f64(x), fast::exact_f64(y))
                && y != 0.0
                && let Some(old) = quick::put_float($cx.th, $cx.regs, a!($cx), a, b, x / y)
            {
                ended_go!($cx, $op, old)
            }
        } else {
        if let Some((x, y)) = fast::ints($cx.regs.reg(a), $cx.regs.reg(b))
            && let (Some(x), Some(y)) = (fast::exact_f64(x), fast::exact_f64(y))
            && y != 0.0
        {
            ended!($cx, fast::put_float($cx.th, $cx.regs, a!($cx), a, b, x / y));
            next!($cx, $op)
        }
        miss!($cx)
        }
    }};
}
macro_rules! int_imm {
    ($cx:ident, $op:ident, $apply:expr) => {{
        let a = b!($cx);
        if QUICK {
            let apply: fn(i64, i64) -> Option<i64> = $apply;
            if let Some(x) = quick::int($cx.regs.reg(a))
                && let Some(value) = apply(x, i64::from(c!($cx)))
                && let Some(old) = quick::put_int($cx.th, $cx.regs, a!($cx), a, 0, value)
            {
                ended_go!($cx, $op, old)
            }
        } else {
        if let Some(x) = fast::int($cx.regs.reg(a)) {
            let apply: fn(i64, i64) -> Option<i64> = $apply;
            if let Some(value) = apply(x, i64::from(c!($cx))) {
                ended!($cx, fast::put_int($cx.th, $cx.regs, a!($cx), a, 0, value));
                next!($cx, $op)
            }
        }
        miss!($cx)
        }
    }};
}
macro_rules! float_imm {
    ($cx:ident, $op:ident, $apply:expr) => {{
        let a = b!($cx);
        if QUICK {
            let apply: fn(f64, f64) -> f64 = $apply;
            if let Some(x) = fast::float($cx.regs.reg(a))
                && let Some(old) = quick::put_float($cx.th, $cx.regs, a!($cx), a, 0, apply(x, f64::from(c!($cx))))
            {
                ended_go!($cx, $op, old)
            }
        } else {
        if let Some(x) = fast::float($cx.regs.reg(a)) {
            let apply: fn(f64, f64) -> f64 = $apply;
            ended!($cx, fast::put_float($cx.th, $cx.regs, a!($cx), a, 0, apply(x, f64::from(c!($cx)))));
            next!($cx, $op)
        }
        miss!($cx)
        }
    }};
}
macro_rules! compare_fast {
    ($cx:ident, $op:ident, $read:ident, $apply:expr) => {{
        let (a, b) = (b!($cx), c!($cx));
        if QUICK {
            let apply: fn(_, _) -> bool = $apply;
            if let Some((x, y)) = quick::$read($cx.regs.reg(a), $cx.regs.reg(b)) && quick::consume_both($cx.th, $cx.regs, a, b) {
                out_go!($cx, $op, a!($cx), Reg::bool(apply(x, y)))
            }
        } else {
        if let Some((x, y)) = fast::$read($cx.regs.reg(a), $cx.regs.reg(b)) {
            let apply: fn(_, _) -> bool = $apply;
            let value = Reg::bool(apply(x, y));
            $cx.regs.consume_number($cx.th, b);
            $cx.regs.consume_number($cx.th, a);
            out!($cx, a!($cx), value);
            next!($cx, $op)
        }
        miss!($cx)
        }
    }};
}
macro_rules! jump_fast {
    ($cx:ident, $op:ident, $read:ident, $apply:expr, $when:literal) => {{
        let (a, b) = (a!($cx), b!($cx));
        if QUICK {
            let apply: fn(_, _) -> bool = $apply;
            if let Some((x, y)) = quick::$read($cx.regs.reg(a), $cx.regs.reg(b)) && quick::consume_both($cx.th, $cx.regs, a, b) {
                if apply(x, y) == $when { go!($cx, $op, c!($cx)) } else { go!($cx, $op) }
            }
        } else {
        if let Some((x, y)) = fast::$read($cx.regs.reg(a), $cx.regs.reg(b)) {
            let apply: fn(_, _) -> bool = $apply;
            $cx.regs.consume_number($cx.th, b);
            $cx.regs.consume_number($cx.th, a);
            if apply(x, y) == $when { jump!($cx, $op, c!($cx)) } else { next!($cx, $op) }
        }
        miss!($cx)
        }
    }};
}
macro_rules! jump_imm_fast {
    ($cx:ident, $op:ident, $apply:expr, $when:literal) => {{
        let (a, y) = (a!($cx), b!($cx));
        if QUICK {
            let apply: fn(i64, i64) -> bool = $apply;
            if let Some(x) = quick::int($cx.regs.reg(a)) && quick::consume_both($cx.th, $cx.regs, a, 0) {
                if apply(x, i64::from(y)) == $when { go!($cx, $op, c!($cx)) } else { go!($cx, $op) }
            }
        } else {
        let truth = if let Some(x) = fast::int($cx.regs.reg(a)) {
            let apply: fn(i64, i64) -> bool = $apply;
            apply(x, i64::from(y))
        } else if let Some(x) = fast::float($cx.regs.reg(a)) {
            let apply: fn(f64, f64) -> bool = $apply;
            apply(x, f64::from(y))
        } else {
            miss!($cx)
        };
        $cx.regs.consume_number($cx.th, a);
        if truth == $when { jump!($cx, $op, c!($cx)) } else { next!($cx, $op) }
        }
    }};
}
macro_rules! compare_str {
    ($cx:ident, $op:ident, $equal:literal) => {{
        let (a, b) = (b!($cx), c!($cx));
        if QUICK {
            if let Some(equal) = quick::same_text($cx.th, $cx.regs, a, b) {
                out_go!($cx, $op, a!($cx), Reg::bool(equal == $equal))
            }
        } else {
        let Some(equal) = fast::same_text($cx.regs.reg(a), $cx.regs.reg(b)) else { miss!($cx) };
        $cx.regs.consume($cx.th, b);
        $cx.regs.consume($cx.th, a);
        out!($cx, a!($cx), Reg::bool(equal == $equal));
        next!($cx, $op)
        }
    }};
}
macro_rules! jump_str {
    ($cx:ident, $op:ident, $equal:literal, $when:literal) => {{
        let (a, b) = (a!($cx), b!($cx));
        if QUICK {
            if let Some(equal) = quick::same_text($cx.th, $cx.regs, a, b) {
                if (equal == $equal) == $when { go!($cx, $op, c!($cx)) } else { go!($cx, $op) }
            }
        } else {
        let Some(equal) = fast::same_text($cx.regs.reg(a), $cx.regs.reg(b)) else { miss!($cx) };
        $cx.regs.consume($cx.th, b);
        $cx.regs.consume($cx.th, a);
        if (equal == $equal) == $when { jump!($cx, $op, c!($cx)) } else { next!($cx, $op) }
        }
    }};
}
macro_rules! subscript_fast {
    ($cx:ident, $op:ident, $at:path, $index:expr, $second:expr) => {{
        let (object, second): (i32, i32) = (b!($cx), $second);
        let value = match $index {
            Some(index) => $at($cx.th, $cx.regs.get(object), index),
            None => None,
        };
        match value {
            Some(value) => {
                $cx.regs.consume($cx.th, second);
                if object < 0 {
                    save!($cx);
                    $cx.regs.consume($cx.th, object);
                }
                out!($cx, a!($cx), value);
                next!($cx, $op)
            }
            None => miss!($cx),
        }
    }};
}
macro_rules! for_fast {
    ($cx:ident, $next:path) => {{
        save!($cx);
        match $next($cx.th, $cx.regs.get(b!($cx))) {
            Some(Some(value)) => {
                out!($cx, a!($cx), value);
                next!($cx, ForIter)
            }
            Some(None) => jump!($cx, ForIter, c!($cx)),
            None => miss!($cx),
        }
    }};
}
macro_rules! load_attr {
    ($cx:ident, $value:expr) => { load_attr!($cx, $value, |_, _, _, _, _| false) };
    ($cx:ident, $value:expr, $extend:expr) => {
        match $value {
            Some(value) => {
                if b!($cx) < 0 {
                    save!($cx);
                    $cx.regs.consume($cx.th, b!($cx));
                }
                out!($cx, a!($cx), value);
                next!($cx, LoadAttr)
            }
            None if $extend(&mut *$cx.th, $cx.frame, $cx.pc, b!($cx), c!($cx)) => return Next::to($cx.frame, $cx.pc),
            None => miss!($cx),
        }
    };
}
macro_rules! load_method {
    ($cx:ident, $op:ident, $method:expr, $extend:expr) => {
        match $method {
            Some(method) => {
                let this = $cx.regs.move_in($cx.th, b!($cx));
                $cx.regs.put(a!($cx), method);
                $cx.regs.put(a!($cx) + 1, this);
                next!($cx, $op)
            }
            None if $extend => return Next::to($cx.frame, $cx.pc),
            None => miss!($cx),
        }
    };
}
macro_rules! load_function {
    ($cx:ident, $value:expr) => {
        match $value {
            Some(value) => {
                save!($cx);
                $cx.regs.consume($cx.th, b!($cx));
                $cx.regs.put(a!($cx), value);
                $cx.regs.put(a!($cx) + 1, Reg::NULL);
                next!($cx, LoadMethod)
            }
            None => miss!($cx),
        }
    };
}
// The generic form looks for a specialised one now and then.
macro_rules! adapt {
    ($cx:ident, $specialize:expr) => {
        if !STEP && adapt::is_due($cx.th, $cx.pc) && $specialize {
            return Next::to($cx.frame, $cx.pc);
        }
    };
}
// Ends the frame with a value, unless that takes a call.
macro_rules! return_quick {
    ($cx:ident, $value:expr) => {{
        let mut value: Reg = $value;
        let (frame, kind) = ($cx.frame, $cx.frame.kind.get());
        if matches!(kind, Kind::ForIter | Kind::Send) {
            save!($cx);
            return return_from_generator(&mut *$cx.th, frame, value);
        }
        let is_simple = matches!(kind, Kind::Call | Kind::Entry) || matches!(kind, Kind::Init | Kind::Drop) && value.is(objects::none());
        if is_simple && stack::pop_plain($cx.th, frame) {
            let Some(caller) = frame.prev.get().filter(|_| kind != Kind::Entry) else {
                return returned_to_native(&mut *$cx.th, value);
            };
            let (regs, dst) = (caller.regs(), frame.dst.get());
            let pc = frame.return_pc(caller);
            if kind == Kind::Drop {
                return Next::to(caller, pc);
            }
            if kind == Kind::Init {
                value = regs.take(frame.dst2.get());
            }
            let old = if dst >= 0 { regs.reg(dst) } else { Reg::NULL };
            regs.put(dst, value);
            if !old.release_plainly($cx.th) {
                return release_and_go(&mut *$cx.th, caller, pc, old);
            }
            return Next::to(caller, pc);
        }
    }};
}
// Ends the frame with a value.
macro_rules! give_back {
    ($cx:ident, $value:expr) => {{
        let value: Reg = $value;
        if !STEP && $cx.frame.kind.get() == Kind::Call && $cx.frame.object().is_none() {
            let (dst, skip) = ($cx.frame.dst.get(), $cx.frame.skip.get());
            let Some(caller) = control::leave_plain($cx.th, $cx.frame) else { unreachable!("a called frame has a caller") };
            let pc = caller.pc.get().offset(i32::from(skip));
            caller.regs().out($cx.th, dst, value);
            return Next::to(caller, pc);
        }
        left!($cx, control::op_return($cx.th, $cx.frame, value))
    }};
}
