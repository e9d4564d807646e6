//! Comparison and concatenation of exact strings.

use super::prelude::*;

split_handlers! {
    CompareEqualStr => cx {
        compare_str!(cx, CompareEqual, true)
    }
    CompareNotEqualStr => cx {
        compare_str!(cx, CompareNotEqual, false)
    }
    JumpIfEqualStr => cx {
        jump_str!(cx, JumpIfEqual, true, true)
    }
    JumpIfNotEqualStr => cx {
        jump_str!(cx, JumpIfNotEqual, false, true)
    }
    JumpUnlessEqualStr => cx {
        jump_str!(cx, JumpUnlessEqual, true, false)
    }
    JumpUnlessNotEqualStr => cx {
        jump_str!(cx, JumpUnlessNotEqual, false, false)
    }
}

handlers! {
    AddStr => cx {
        native!(cx, BinaryAdd, arith::op_add_str(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    InplaceAddStr => cx {
        native!(cx, InplaceAdd, arith::op_add_str(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
}
