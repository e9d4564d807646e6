//! Plumbing: moves, constants, the start of a body.

use super::prelude::*;

// What happens where a body starts.
macro_rules! begin {
    ($cx:ident) => {
        if safepoint::is_wanted($cx.th) {
            if !STEP && crate::trace::is_on($cx.th) {
                save!($cx);
                return Next::STEP;
            }
            $cx.frame.fresh.set(false);
            save!($cx);
            if safepoint::take($cx.th, $cx.frame).is_err() {
                return Next::RAISED;
            }
            $cx.th.drain_zero();
            // Tracing was turned on while this thread waited.
            if !STEP && crate::trace::is_on($cx.th) {
                $cx.frame.pc.set($cx.pc.offset(const { 1 + Op::Resume.cache_words() as i32 }));
                return Next::STEP;
            }
        }
        $cx.frame.fresh.set(false);
    };
}

handlers! {
    Nop => cx quick {
        go!(cx, Nop)
    } {
        next!(cx, Nop)
    }
    Wide => cx {
        save!(cx);
        return Next::STEP;
    }
    Resume => cx quick {
        if !safepoint::is_wanted(cx.th) && compiled::is_cold(cx.pc) {
            cx.frame.fresh.set(false);
            go!(cx, Resume)
        }
    } {
        begin!(cx);
        compiled::count(cx.th, cx.frame, cx.pc);
        next!(cx, Resume)
    }
    ResumeWarm => cx quick {
        if !safepoint::is_wanted(cx.th) {
            cx.frame.fresh.set(false);
            go!(cx, Resume)
        }
    } {
        begin!(cx);
        next!(cx, Resume)
    }
    ResumeCompiled => cx {
        begin!(cx);
        if !STEP && let Some(unit) = compiled::unit(cx.pc) {
            save!(cx);
            return unit.enter(cx.th, cx.frame);
        }
        next!(cx, Resume)
    }
    Move => cx quick {
        let src = b!(cx);
        if src < 0 {
            out_go!(cx, Move, a!(cx), cx.regs.take(src))
        }
        if let Some(value) = quick::duplicate(cx.th, cx.regs.reg(src)) {
            out_go!(cx, Move, a!(cx), value)
        }
    } {
        let (dst, src) = (a!(cx), b!(cx));
        let value = cx.regs.move_in(cx.th, src);
        if dst >= 0 {
            save!(cx);
        }
        cx.regs.out(cx.th, dst, value);
        next!(cx, Move)
    }
    Take => cx quick {
        out_go!(cx, Take, a!(cx), cx.regs.take(b!(cx)))
    } {
        let value = cx.regs.take(b!(cx));
        let dst = a!(cx);
        if dst >= 0 {
            save!(cx);
        }
        cx.regs.out(cx.th, dst, value);
        next!(cx, Take)
    }
    Release => cx quick {
        ended_go!(cx, Release, cx.regs.take(a!(cx)))
    } {
        save!(cx);
        cx.regs.take(a!(cx)).release(cx.th);
        next!(cx, Release)
    }
    LoadConst => cx quick {
        out_go!(cx, LoadConst, a!(cx), cx.frame.code().const_at(b!(cx)))
    } {
        let value = cx.frame.code().const_at(b!(cx));
        let dst = a!(cx);
        if dst >= 0 {
            save!(cx);
        }
        cx.regs.out(cx.th, dst, value);
        next!(cx, LoadConst)
    }
    LoadSmallInt => cx quick {
        if let Some(small) = objects::Int::small_cached(i64::from(b!(cx))) {
            out_go!(cx, LoadSmallInt, a!(cx), Reg::uncounted(small))
        }
    } {
        save!(cx);
        let value = fast::small_int(cx.th, b!(cx));
        cx.regs.out(cx.th, a!(cx), value);
        next!(cx, LoadSmallInt)
    }
    CheckBound => cx quick {
        if !cx.regs.reg(a!(cx)).is_null() {
            go!(cx, CheckBound)
        }
    } {
        if cx.regs.reg(a!(cx)).is_null() {
            save!(cx);
            let _ = global::unbound(cx.th, cx.frame, a!(cx));
            return Next::RAISED;
        }
        next!(cx, CheckBound)
    }
}
