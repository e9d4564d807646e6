//! Comparison of any operands.

use super::prelude::*;

handlers! {
    CompareLess => cx {
        compare!(cx, CompareLess, Lt)
    }
    CompareLessEqual => cx {
        compare!(cx, CompareLessEqual, Le)
    }
    CompareEqual => cx {
        compare!(cx, CompareEqual, Eq)
    }
    CompareNotEqual => cx {
        compare!(cx, CompareNotEqual, Ne)
    }
    CompareGreater => cx {
        compare!(cx, CompareGreater, Gt)
    }
    CompareGreaterEqual => cx {
        compare!(cx, CompareGreaterEqual, Ge)
    }
    Is => cx {
        let (x, y) = (b!(cx), c!(cx));
        let same = cx.regs.reg(x).address() == cx.regs.reg(y).address();
        save!(cx);
        cx.regs.consume(cx.th, y);
        cx.regs.consume(cx.th, x);
        cx.regs.out(cx.th, a!(cx), Reg::bool(same));
        next!(cx, Is)
    }
    IsNot => cx {
        let (x, y) = (b!(cx), c!(cx));
        let same = cx.regs.reg(x).address() == cx.regs.reg(y).address();
        save!(cx);
        cx.regs.consume(cx.th, y);
        cx.regs.consume(cx.th, x);
        cx.regs.out(cx.th, a!(cx), Reg::bool(!same));
        next!(cx, Is)
    }
    Contains => cx {
        slow!(cx, Contains, compare::op_contains(cx.th, cx.frame, a!(cx), b!(cx), c!(cx), false))
    }
    NotContains => cx {
        slow!(cx, NotContains, compare::op_contains(cx.th, cx.frame, a!(cx), b!(cx), c!(cx), true))
    }
}
