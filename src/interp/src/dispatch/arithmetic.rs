//! Arithmetic of any operands.

use super::prelude::*;

handlers! {
    BinaryAdd => cx {
        binary!(cx, BinaryAdd, abs::add)
    }
    BinarySub => cx {
        binary!(cx, BinarySub, abs::sub)
    }
    BinaryMul => cx {
        binary!(cx, BinaryMul, abs::mul)
    }
    AddPy => cx {
        operator!(cx)
    }
    SubPy => cx {
        operator!(cx)
    }
    MulPy => cx {
        operator!(cx)
    }
    DivPy => cx {
        operator!(cx)
    }
    BinaryMatMul => cx {
        binary!(cx, BinaryMatMul, abs::matmul)
    }
    BinaryDiv => cx {
        binary!(cx, BinaryDiv, abs::truediv)
    }
    BinaryFloorDiv => cx {
        binary!(cx, BinaryFloorDiv, abs::floordiv)
    }
    BinaryMod => cx {
        binary!(cx, BinaryMod, abs::mod_)
    }
    BinaryPow => cx {
        binary!(cx, BinaryPow, fast::pow)
    }
    BinaryLshift => cx {
        binary!(cx, BinaryLshift, abs::lshift)
    }
    BinaryRshift => cx {
        binary!(cx, BinaryRshift, abs::rshift)
    }
    BinaryAnd => cx {
        binary!(cx, BinaryAnd, abs::and)
    }
    BinaryOr => cx {
        binary!(cx, BinaryOr, abs::or)
    }
    BinaryXor => cx {
        binary!(cx, BinaryXor, abs::xor)
    }
    InplaceAdd => cx {
        binary!(cx, InplaceAdd, abs::inplace_add)
    }
    InplaceSub => cx {
        binary!(cx, InplaceSub, abs::inplace_sub)
    }
    InplaceMul => cx {
        binary!(cx, InplaceMul, abs::inplace_mul)
    }
    InplaceMatMul => cx {
        binary!(cx, InplaceMatMul, abs::inplace_matmul)
    }
    InplaceDiv => cx {
        binary!(cx, InplaceDiv, abs::inplace_truediv)
    }
    InplaceFloorDiv => cx {
        binary!(cx, InplaceFloorDiv, abs::inplace_floordiv)
    }
    InplaceMod => cx {
        binary!(cx, InplaceMod, abs::inplace_mod)
    }
    InplacePow => cx {
        binary!(cx, InplacePow, abs::inplace_pow)
    }
    InplaceLshift => cx {
        binary!(cx, InplaceLshift, abs::inplace_lshift)
    }
    InplaceRshift => cx {
        binary!(cx, InplaceRshift, abs::inplace_rshift)
    }
    InplaceAnd => cx {
        binary!(cx, InplaceAnd, abs::inplace_and)
    }
    InplaceOr => cx {
        binary!(cx, InplaceOr, abs::inplace_or)
    }
    InplaceXor => cx {
        binary!(cx, InplaceXor, abs::inplace_xor)
    }
    AddImm => cx {
        binary_imm!(cx, AddImm, abs::add)
    }
    SubImm => cx {
        binary_imm!(cx, SubImm, abs::sub)
    }
    MulImm => cx {
        binary_imm!(cx, MulImm, abs::mul)
    }
    FloorDivImm => cx {
        binary_imm!(cx, FloorDivImm, abs::floordiv)
    }
    ModImm => cx {
        binary_imm!(cx, ModImm, abs::mod_)
    }
    AndImm => cx {
        binary_imm!(cx, AndImm, abs::and)
    }
    LshiftImm => cx {
        binary_imm!(cx, LshiftImm, abs::lshift)
    }
    RshiftImm => cx {
        binary_imm!(cx, RshiftImm, abs::rshift)
    }
    InplaceAddImm => cx {
        binary_imm!(cx, InplaceAddImm, abs::inplace_add)
    }
    InplaceSubImm => cx {
        binary_imm!(cx, InplaceSubImm, abs::inplace_sub)
    }
    UnaryNegative => cx {
        unary!(cx, UnaryNegative, abs::neg)
    }
    UnaryPositive => cx {
        unary!(cx, UnaryPositive, abs::pos)
    }
    UnaryInvert => cx {
        unary!(cx, UnaryInvert, abs::invert)
    }
    UnaryNot => cx {
        if let Some(truth) = cx.regs.reg(b!(cx)).known_truth() {
            if b!(cx) < 0 {
                cx.regs.put(b!(cx), Reg::NULL);
            }
            out!(cx, a!(cx), Reg::bool(!truth));
            next!(cx, UnaryNot)
        }
        slow!(cx, UnaryNot, arith::op_not(cx.th, cx.frame, a!(cx), b!(cx)))
    }
}
