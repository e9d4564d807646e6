//! Plumbing: moves, constants, the start of a body.

use super::prelude::*;

handlers! {
    Nop => cx {
        next!(cx, Nop)
    }
    Wide => cx {
        save!(cx);
        return Next::STEP;
    }
    Resume => cx {
        if safepoint::is_wanted(cx.th) {
            if !STEP && crate::trace::is_on(cx.th) {
                save!(cx);
                return Next::STEP;
            }
            cx.frame.fresh.set(false);
            slow!(cx, Resume, safepoint::take(cx.th, cx.frame))
        }
        cx.frame.fresh.set(false);
        next!(cx, Resume)
    }
    Move => cx {
        let (dst, src) = (a!(cx), b!(cx));
        let value = cx.regs.move_in(cx.th, src);
        if dst >= 0 {
            save!(cx);
        }
        cx.regs.out(cx.th, dst, value);
        next!(cx, Move)
    }
    Take => cx {
        let value = cx.regs.take(b!(cx));
        let dst = a!(cx);
        if dst >= 0 {
            save!(cx);
        }
        cx.regs.out(cx.th, dst, value);
        next!(cx, Take)
    }
    Release => cx {
        save!(cx);
        cx.regs.take(a!(cx)).release(cx.th);
        next!(cx, Release)
    }
    LoadConst => cx {
        let value = cx.frame.code().const_at(b!(cx));
        let dst = a!(cx);
        if dst >= 0 {
            save!(cx);
        }
        cx.regs.out(cx.th, dst, value);
        next!(cx, LoadConst)
    }
    LoadSmallInt => cx {
        save!(cx);
        let value = fast::small_int(cx.th, b!(cx));
        cx.regs.out(cx.th, a!(cx), value);
        next!(cx, LoadSmallInt)
    }
    CheckBound => cx {
        if cx.regs.reg(a!(cx)).is_null() {
            save!(cx);
            let _ = global::unbound(cx.th, cx.frame, a!(cx));
            return Next::RAISED;
        }
        next!(cx, CheckBound)
    }
}
