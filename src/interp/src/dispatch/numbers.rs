//! Arithmetic and comparison of exact ints and floats.

use super::prelude::*;

split_handlers! {
    AddInt => cx {
        int_binary!(cx, BinaryAdd, |x, y| x.checked_add(y))
    }
    InplaceAddInt => cx {
        int_binary!(cx, InplaceAdd, |x, y| x.checked_add(y))
    }
    SubInt => cx {
        int_binary!(cx, BinarySub, |x, y| x.checked_sub(y))
    }
    InplaceSubInt => cx {
        int_binary!(cx, InplaceSub, |x, y| x.checked_sub(y))
    }
    MulInt => cx {
        int_binary!(cx, BinaryMul, |x, y| x.checked_mul(y))
    }
    InplaceMulInt => cx {
        int_binary!(cx, InplaceMul, |x, y| x.checked_mul(y))
    }
    FloorDivInt => cx {
        int_binary!(cx, BinaryFloorDiv, |x, y| fast::floor_div(x, y))
    }
    InplaceFloorDivInt => cx {
        int_binary!(cx, InplaceFloorDiv, |x, y| fast::floor_div(x, y))
    }
    ModInt => cx {
        int_binary!(cx, BinaryMod, |x, y| fast::modulo(x, y))
    }
    InplaceModInt => cx {
        int_binary!(cx, InplaceMod, |x, y| fast::modulo(x, y))
    }
    AndInt => cx {
        int_binary!(cx, BinaryAnd, |x, y| Some(x & y))
    }
    InplaceAndInt => cx {
        int_binary!(cx, InplaceAnd, |x, y| Some(x & y))
    }
    OrInt => cx {
        int_binary!(cx, BinaryOr, |x, y| Some(x | y))
    }
    InplaceOrInt => cx {
        int_binary!(cx, InplaceOr, |x, y| Some(x | y))
    }
    XorInt => cx {
        int_binary!(cx, BinaryXor, |x, y| Some(x ^ y))
    }
    InplaceXorInt => cx {
        int_binary!(cx, InplaceXor, |x, y| Some(x ^ y))
    }
    LshiftInt => cx {
        int_binary!(cx, BinaryLshift, |x, y| fast::shift_left(x, y))
    }
    InplaceLshiftInt => cx {
        int_binary!(cx, InplaceLshift, |x, y| fast::shift_left(x, y))
    }
    RshiftInt => cx {
        int_binary!(cx, BinaryRshift, |x, y| fast::shift_right(x, y))
    }
    InplaceRshiftInt => cx {
        int_binary!(cx, InplaceRshift, |x, y| fast::shift_right(x, y))
    }
    AddFloat => cx {
        float_binary!(cx, BinaryAdd, |x, y| Some(x + y))
    }
    InplaceAddFloat => cx {
        float_binary!(cx, InplaceAdd, |x, y| Some(x + y))
    }
    SubFloat => cx {
        float_binary!(cx, BinarySub, |x, y| Some(x - y))
    }
    InplaceSubFloat => cx {
        float_binary!(cx, InplaceSub, |x, y| Some(x - y))
    }
    MulFloat => cx {
        float_binary!(cx, BinaryMul, |x, y| Some(x * y))
    }
    InplaceMulFloat => cx {
        float_binary!(cx, InplaceMul, |x, y| Some(x * y))
    }
    DivFloat => cx {
        float_binary!(cx, BinaryDiv, |x, y| (y != 0.0).then(|| x / y))
    }
    DivInt => cx {
        int_quotient!(cx, BinaryDiv)
    }
    InplaceDivInt => cx {
        int_quotient!(cx, InplaceDiv)
    }
    InplaceDivFloat => cx {
        float_binary!(cx, InplaceDiv, |x, y| (y != 0.0).then(|| x / y))
    }
    AddImmInt => cx {
        int_imm!(cx, AddImm, |x, y| x.checked_add(y))
    }
    SubImmInt => cx {
        int_imm!(cx, SubImm, |x, y| x.checked_sub(y))
    }
    MulImmInt => cx {
        int_imm!(cx, MulImm, |x, y| x.checked_mul(y))
    }
    FloorDivImmInt => cx {
        int_imm!(cx, FloorDivImm, |x, y| fast::floor_div(x, y))
    }
    ModImmInt => cx {
        int_imm!(cx, ModImm, |x, y| fast::modulo(x, y))
    }
    AndImmInt => cx {
        int_imm!(cx, AndImm, |x, y| Some(x & y))
    }
    LshiftImmInt => cx {
        int_imm!(cx, LshiftImm, |x, y| fast::shift_left(x, y))
    }
    RshiftImmInt => cx {
        int_imm!(cx, RshiftImm, |x, y| fast::shift_right(x, y))
    }
    InplaceAddImmInt => cx {
        int_imm!(cx, InplaceAddImm, |x, y| x.checked_add(y))
    }
    InplaceSubImmInt => cx {
        int_imm!(cx, InplaceSubImm, |x, y| x.checked_sub(y))
    }
    AddImmFloat => cx {
        float_imm!(cx, AddImm, |x, y| x + y)
    }
    SubImmFloat => cx {
        float_imm!(cx, SubImm, |x, y| x - y)
    }
    MulImmFloat => cx {
        float_imm!(cx, MulImm, |x, y| x * y)
    }
    CompareLessInt => cx {
        compare_fast!(cx, CompareLess, ints, |x, y| x < y)
    }
    CompareLessFloat => cx {
        compare_fast!(cx, CompareLess, floats, |x, y| x < y)
    }
    CompareLessEqualInt => cx {
        compare_fast!(cx, CompareLessEqual, ints, |x, y| x <= y)
    }
    CompareLessEqualFloat => cx {
        compare_fast!(cx, CompareLessEqual, floats, |x, y| x <= y)
    }
    CompareEqualInt => cx {
        compare_fast!(cx, CompareEqual, ints, |x, y| x == y)
    }
    CompareEqualFloat => cx {
        compare_fast!(cx, CompareEqual, floats, |x, y| x == y)
    }
    CompareNotEqualInt => cx {
        compare_fast!(cx, CompareNotEqual, ints, |x, y| x != y)
    }
    CompareNotEqualFloat => cx {
        compare_fast!(cx, CompareNotEqual, floats, |x, y| x != y)
    }
    CompareGreaterInt => cx {
        compare_fast!(cx, CompareGreater, ints, |x, y| x > y)
    }
    CompareGreaterFloat => cx {
        compare_fast!(cx, CompareGreater, floats, |x, y| x > y)
    }
    CompareGreaterEqualInt => cx {
        compare_fast!(cx, CompareGreaterEqual, ints, |x, y| x >= y)
    }
    CompareGreaterEqualFloat => cx {
        compare_fast!(cx, CompareGreaterEqual, floats, |x, y| x >= y)
    }
    JumpIfLessInt => cx {
        jump_fast!(cx, JumpIfLess, ints, |x, y| x < y, true)
    }
    JumpIfLessFloat => cx {
        jump_fast!(cx, JumpIfLess, floats, |x, y| x < y, true)
    }
    JumpIfLessImmInt => cx {
        jump_imm_fast!(cx, JumpIfLessImm, |x, y| x < y, true)
    }
    JumpIfLessEqualInt => cx {
        jump_fast!(cx, JumpIfLessEqual, ints, |x, y| x <= y, true)
    }
    JumpIfLessEqualFloat => cx {
        jump_fast!(cx, JumpIfLessEqual, floats, |x, y| x <= y, true)
    }
    JumpIfLessEqualImmInt => cx {
        jump_imm_fast!(cx, JumpIfLessEqualImm, |x, y| x <= y, true)
    }
    JumpIfEqualInt => cx {
        jump_fast!(cx, JumpIfEqual, ints, |x, y| x == y, true)
    }
    JumpIfEqualFloat => cx {
        jump_fast!(cx, JumpIfEqual, floats, |x, y| x == y, true)
    }
    JumpIfEqualImmInt => cx {
        jump_imm_fast!(cx, JumpIfEqualImm, |x, y| x == y, true)
    }
    JumpIfNotEqualInt => cx {
        jump_fast!(cx, JumpIfNotEqual, ints, |x, y| x != y, true)
    }
    JumpIfNotEqualFloat => cx {
        jump_fast!(cx, JumpIfNotEqual, floats, |x, y| x != y, true)
    }
    JumpIfNotEqualImmInt => cx {
        jump_imm_fast!(cx, JumpIfNotEqualImm, |x, y| x != y, true)
    }
    JumpIfGreaterInt => cx {
        jump_fast!(cx, JumpIfGreater, ints, |x, y| x > y, true)
    }
    JumpIfGreaterFloat => cx {
        jump_fast!(cx, JumpIfGreater, floats, |x, y| x > y, true)
    }
    JumpIfGreaterImmInt => cx {
        jump_imm_fast!(cx, JumpIfGreaterImm, |x, y| x > y, true)
    }
    JumpIfGreaterEqualInt => cx {
        jump_fast!(cx, JumpIfGreaterEqual, ints, |x, y| x >= y, true)
    }
    JumpIfGreaterEqualFloat => cx {
        jump_fast!(cx, JumpIfGreaterEqual, floats, |x, y| x >= y, true)
    }
    JumpIfGreaterEqualImmInt => cx {
        jump_imm_fast!(cx, JumpIfGreaterEqualImm, |x, y| x >= y, true)
    }
    JumpUnlessLessInt => cx {
        jump_fast!(cx, JumpUnlessLess, ints, |x, y| x < y, false)
    }
    JumpUnlessLessFloat => cx {
        jump_fast!(cx, JumpUnlessLess, floats, |x, y| x < y, false)
    }
    JumpUnlessLessImmInt => cx {
        jump_imm_fast!(cx, JumpUnlessLessImm, |x, y| x < y, false)
    }
    JumpUnlessLessEqualInt => cx {
        jump_fast!(cx, JumpUnlessLessEqual, ints, |x, y| x <= y, false)
    }
    JumpUnlessLessEqualFloat => cx {
        jump_fast!(cx, JumpUnlessLessEqual, floats, |x, y| x <= y, false)
    }
    JumpUnlessLessEqualImmInt => cx {
        jump_imm_fast!(cx, JumpUnlessLessEqualImm, |x, y| x <= y, false)
    }
    JumpUnlessEqualInt => cx {
        jump_fast!(cx, JumpUnlessEqual, ints, |x, y| x == y, false)
    }
    JumpUnlessEqualFloat => cx {
        jump_fast!(cx, JumpUnlessEqual, floats, |x, y| x == y, false)
    }
    JumpUnlessEqualImmInt => cx {
        jump_imm_fast!(cx, JumpUnlessEqualImm, |x, y| x == y, false)
    }
    JumpUnlessNotEqualInt => cx {
        jump_fast!(cx, JumpUnlessNotEqual, ints, |x, y| x != y, false)
    }
    JumpUnlessNotEqualFloat => cx {
        jump_fast!(cx, JumpUnlessNotEqual, floats, |x, y| x != y, false)
    }
    JumpUnlessNotEqualImmInt => cx {
        jump_imm_fast!(cx, JumpUnlessNotEqualImm, |x, y| x != y, false)
    }
    JumpUnlessGreaterInt => cx {
        jump_fast!(cx, JumpUnlessGreater, ints, |x, y| x > y, false)
    }
    JumpUnlessGreaterFloat => cx {
        jump_fast!(cx, JumpUnlessGreater, floats, |x, y| x > y, false)
    }
    JumpUnlessGreaterImmInt => cx {
        jump_imm_fast!(cx, JumpUnlessGreaterImm, |x, y| x > y, false)
    }
    JumpUnlessGreaterEqualInt => cx {
        jump_fast!(cx, JumpUnlessGreaterEqual, ints, |x, y| x >= y, false)
    }
    JumpUnlessGreaterEqualFloat => cx {
        jump_fast!(cx, JumpUnlessGreaterEqual, floats, |x, y| x >= y, false)
    }
    JumpUnlessGreaterEqualImmInt => cx {
        jump_imm_fast!(cx, JumpUnlessGreaterEqualImm, |x, y| x >= y, false)
    }
}
