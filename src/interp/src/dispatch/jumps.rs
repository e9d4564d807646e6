//! Jumps and truth.

use super::prelude::*;

// What happens where a loop ends.
macro_rules! back {
    ($cx:ident) => {
        if safepoint::is_wanted($cx.th) {
            save!($cx);
            if safepoint::take($cx.th, $cx.frame).is_err() {
                return Next::RAISED;
            }
            if !STEP && crate::trace::is_on($cx.th) {
                $cx.frame.pc.set($cx.pc.offset(const { 1 + Op::JumpBack.cache_words() as i32 } + to32!($cx)));
                return Next::STEP;
            }
        }
    };
}

handlers! {
    Jump => cx quick {
        go!(cx, Jump, to32!(cx))
    } {
        jump!(cx, Jump, to32!(cx))
    }
    JumpBack => cx quick {
        // Through the loop: see `chain`.
        if !safepoint::is_wanted(cx.th) && compiled::is_cold(cx.pc) {
            jump!(cx, JumpBack, to32!(cx))
        }
    } {
        back!(cx);
        compiled::count(cx.th, cx.frame, cx.pc);
        jump!(cx, JumpBack, to32!(cx))
    }
    JumpBackWarm => cx quick {
        if !safepoint::is_wanted(cx.th) {
            jump!(cx, JumpBack, to32!(cx))
        }
    } {
        back!(cx);
        jump!(cx, JumpBack, to32!(cx))
    }
    JumpBackCompiled => cx {
        back!(cx);
        if !STEP && let Some(unit) = compiled::unit(cx.pc) {
            // A unit with several entries looks where it is.
            save!(cx);
            return unit.enter(cx.th, cx.frame);
        }
        jump!(cx, JumpBack, to32!(cx))
    }
    JumpIfTrue => cx quick {
        match quick::test(cx.th, cx.regs, a!(cx)) {
            Some(true) => go!(cx, JumpIfTrue, to32!(cx)),
            Some(false) => go!(cx, JumpIfTrue),
            None => {}
        }
    } {
        let r = a!(cx);
        match cx.regs.reg(r).known_truth() {
            Some(true) => jump!(cx, JumpIfTrue, to32!(cx)),
            Some(false) => next!(cx, JumpIfTrue),
            None => {}
        }
        test!(cx, JumpIfTrue, compare::op_test(cx.th, cx.frame, r), true, to32!(cx))
    }
    JumpIfFalse => cx quick {
        match quick::test(cx.th, cx.regs, a!(cx)) {
            Some(true) => go!(cx, JumpIfFalse),
            Some(false) => go!(cx, JumpIfFalse, to32!(cx)),
            None => {}
        }
    } {
        let r = a!(cx);
        match cx.regs.reg(r).known_truth() {
            Some(true) => next!(cx, JumpIfFalse),
            Some(false) => jump!(cx, JumpIfFalse, to32!(cx)),
            None => {}
        }
        test!(cx, JumpIfFalse, compare::op_test(cx.th, cx.frame, r), false, to32!(cx))
    }
    JumpIfTrueOrPop => cx {
        match cx.regs.reg(a!(cx)).known_truth() {
            Some(true) => jump!(cx, JumpIfTrueOrPop, to32!(cx)),
            Some(false) => {
                cx.regs.put(a!(cx), Reg::NULL);
                next!(cx, JumpIfTrueOrPop)
            }
            None => {}
        }
        save!(cx);
        match compare::op_peek_test(cx.th, cx.frame, a!(cx)) {
            Ok(true) => jump!(cx, JumpIfTrueOrPop, to32!(cx)),
            Ok(false) => cx.regs.consume(cx.th, a!(cx)),
            Err(_) => return Next::RAISED,
        }
        next!(cx, JumpIfTrueOrPop)
    }
    JumpIfFalseOrPop => cx {
        match cx.regs.reg(a!(cx)).known_truth() {
            Some(false) => jump!(cx, JumpIfFalseOrPop, to32!(cx)),
            Some(true) => {
                cx.regs.put(a!(cx), Reg::NULL);
                next!(cx, JumpIfFalseOrPop)
            }
            None => {}
        }
        save!(cx);
        match compare::op_peek_test(cx.th, cx.frame, a!(cx)) {
            Ok(false) => jump!(cx, JumpIfFalseOrPop, to32!(cx)),
            Ok(true) => cx.regs.consume(cx.th, a!(cx)),
            Err(_) => return Next::RAISED,
        }
        next!(cx, JumpIfFalseOrPop)
    }
    JumpIfNone => cx quick {
        let r = a!(cx);
        if cx.regs.reg(r).is(objects::none()) {
            go!(cx, JumpIfNone, to32!(cx))
        }
        if quick::is_consumed(cx.th, cx.regs, r) {
            quick::consume(cx.th, cx.regs, r);
            go!(cx, JumpIfNone)
        }
    } {
        let r = a!(cx);
        if cx.regs.reg(r).is(objects::none()) {
            jump!(cx, JumpIfNone, to32!(cx))
        }
        save!(cx);
        cx.regs.consume(cx.th, r);
        next!(cx, JumpIfNone)
    }
    JumpIfNotNone => cx quick {
        let r = a!(cx);
        if cx.regs.reg(r).is(objects::none()) {
            go!(cx, JumpIfNotNone)
        }
        if quick::is_consumed(cx.th, cx.regs, r) {
            quick::consume(cx.th, cx.regs, r);
            go!(cx, JumpIfNotNone, to32!(cx))
        }
    } {
        let r = a!(cx);
        if cx.regs.reg(r).is(objects::none()) {
            next!(cx, JumpIfNotNone)
        }
        save!(cx);
        cx.regs.consume(cx.th, r);
        jump!(cx, JumpIfNotNone, to32!(cx))
    }
    JumpIfIs => cx quick {
        let (x, y) = (a!(cx), b!(cx));
        if quick::are_consumed(cx.th, cx.regs, x, y) {
            let jumps = cx.regs.reg(x).address() == cx.regs.reg(y).address();
            quick::consume(cx.th, cx.regs, y);
            quick::consume(cx.th, cx.regs, x);
            if jumps { go!(cx, JumpIfIs, c!(cx)) } else { go!(cx, JumpIfIs) }
        }
    } {
        let (x, y) = (a!(cx), b!(cx));
        let same = cx.regs.reg(x).address() == cx.regs.reg(y).address();
        save!(cx);
        cx.regs.consume(cx.th, y);
        cx.regs.consume(cx.th, x);
        if same { jump!(cx, JumpIfIs, c!(cx)) } else { next!(cx, JumpIfIs) }
    }
    JumpIfIsNot => cx quick {
        let (x, y) = (a!(cx), b!(cx));
        if quick::are_consumed(cx.th, cx.regs, x, y) {
            let jumps = cx.regs.reg(x).address() != cx.regs.reg(y).address();
            quick::consume(cx.th, cx.regs, y);
            quick::consume(cx.th, cx.regs, x);
            if jumps { go!(cx, JumpIfIsNot, c!(cx)) } else { go!(cx, JumpIfIsNot) }
        }
    } {
        let (x, y) = (a!(cx), b!(cx));
        let same = cx.regs.reg(x).address() == cx.regs.reg(y).address();
        save!(cx);
        cx.regs.consume(cx.th, y);
        cx.regs.consume(cx.th, x);
        if !same { jump!(cx, JumpIfIs, c!(cx)) } else { next!(cx, JumpIfIs) }
    }
    JumpIfLess => cx {
        compare_jump!(cx, JumpIfLess, Lt, true)
    }
    JumpIfLessEqual => cx {
        compare_jump!(cx, JumpIfLessEqual, Le, true)
    }
    JumpIfEqual => cx {
        compare_jump!(cx, JumpIfEqual, Eq, true)
    }
    JumpIfNotEqual => cx {
        compare_jump!(cx, JumpIfNotEqual, Ne, true)
    }
    JumpIfGreater => cx {
        compare_jump!(cx, JumpIfGreater, Gt, true)
    }
    JumpIfGreaterEqual => cx {
        compare_jump!(cx, JumpIfGreaterEqual, Ge, true)
    }
    JumpUnlessLess => cx {
        compare_jump!(cx, JumpUnlessLess, Lt, false)
    }
    JumpUnlessLessEqual => cx {
        compare_jump!(cx, JumpUnlessLessEqual, Le, false)
    }
    JumpUnlessEqual => cx {
        compare_jump!(cx, JumpUnlessEqual, Eq, false)
    }
    JumpUnlessNotEqual => cx {
        compare_jump!(cx, JumpUnlessNotEqual, Ne, false)
    }
    JumpUnlessGreater => cx {
        compare_jump!(cx, JumpUnlessGreater, Gt, false)
    }
    JumpUnlessGreaterEqual => cx {
        compare_jump!(cx, JumpUnlessGreaterEqual, Ge, false)
    }
    JumpIfLessImm => cx {
        compare_jump_imm!(cx, JumpIfLessImm, Lt, true)
    }
    JumpIfLessEqualImm => cx {
        compare_jump_imm!(cx, JumpIfLessEqualImm, Le, true)
    }
    JumpIfEqualImm => cx {
        compare_jump_imm!(cx, JumpIfEqualImm, Eq, true)
    }
    JumpIfNotEqualImm => cx {
        compare_jump_imm!(cx, JumpIfNotEqualImm, Ne, true)
    }
    JumpIfGreaterImm => cx {
        compare_jump_imm!(cx, JumpIfGreaterImm, Gt, true)
    }
    JumpIfGreaterEqualImm => cx {
        compare_jump_imm!(cx, JumpIfGreaterEqualImm, Ge, true)
    }
    JumpUnlessLessImm => cx {
        compare_jump_imm!(cx, JumpUnlessLessImm, Lt, false)
    }
    JumpUnlessLessEqualImm => cx {
        compare_jump_imm!(cx, JumpUnlessLessEqualImm, Le, false)
    }
    JumpUnlessEqualImm => cx {
        compare_jump_imm!(cx, JumpUnlessEqualImm, Eq, false)
    }
    JumpUnlessNotEqualImm => cx {
        compare_jump_imm!(cx, JumpUnlessNotEqualImm, Ne, false)
    }
    JumpUnlessGreaterImm => cx {
        compare_jump_imm!(cx, JumpUnlessGreaterImm, Gt, false)
    }
    JumpUnlessGreaterEqualImm => cx {
        compare_jump_imm!(cx, JumpUnlessGreaterEqualImm, Ge, false)
    }
}
