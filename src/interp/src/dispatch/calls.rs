//! Calls and returns.

use super::prelude::*;

handlers! {
    Call => cx {
        adapt!(cx, call::specialize(cx.th, cx.frame, cx.pc, cx.regs.get(b!(cx)), c!(cx)));
        called!(cx, Call, call::op_call(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    CallPy => cx quick {
        let base = b!(cx);
        let caller = Caller { frame: cx.frame, dst: a!(cx), skip: const { 1 + Op::Call.cache_words() as u8 } };
        save!(cx);
        if let Some(to) = call::enter_quick(cx.th, cx.regs, base, base + 1, c!(cx), &caller) {
            enter!(cx, to)
        }
    } {
        let (base, nargs) = (b!(cx), c!(cx));
        save!(cx);
        match call::enter_exact(cx.th, cx.regs.reg(base), cx.regs, base + 1, nargs) {
            Some(Ok(to)) => {
                to.func.set(cx.regs.take(base));
                call::returns_to(to, Kind::Call, a!(cx), const { 1 + Op::Call.cache_words() as u8 });
                enter!(cx, to)
            }
            Some(Err(_)) => return Next::RAISED,
            None => miss!(cx),
        }
    }
    CallClass => cx {
        save!(cx);
        match call::op_call_class(cx.th, cx.frame, cx.pc, a!(cx), b!(cx), c!(cx)) {
            Some(Ok(to)) => enter!(cx, to),
            Some(Err(_)) => return Next::RAISED,
            None => miss!(cx),
        }
    }
    CallMethod => cx {
        adapt!(cx, call::specialize_method(cx.th, cx.pc, cx.regs.get(b!(cx)), c!(cx) + i32::from(!cx.regs.reg(b!(cx) + 1).is_null())));
        called!(cx, CallMethod, call::op_call_method(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    CallVector => cx {
        native!(cx, Call, call::op_call_vector(cx.th, cx.frame, a!(cx), b!(cx), b!(cx) + 1, c!(cx)))
    }
    CallMethodVector => cx {
        let own = i32::from(!cx.regs.reg(b!(cx) + 1).is_null());
        native!(cx, CallMethod, call::op_call_vector(cx.th, cx.frame, a!(cx), b!(cx), b!(cx) + 2 - own, c!(cx) + own))
    }
    CallMethodBuiltin => cx {
        native!(cx, CallMethod, call::op_call_method_builtin(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    CallMethodAppend => cx quick {
        let base = b!(cx);
        if call::is_list_append(cx.regs.get(base)) && quick::append_called(cx.th, cx.regs, base).is_some() {
            out_go!(cx, CallMethod, a!(cx), Reg::none())
        }
    } {
        native!(cx, CallMethod, call::op_call_method_builtin(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    CallMethodPy => cx quick {
        let base = b!(cx);
        let own = i32::from(!cx.regs.reg(base + 1).is_null());
        let caller = Caller { frame: cx.frame, dst: a!(cx), skip: const { 1 + Op::CallMethod.cache_words() as u8 } };
        save!(cx);
        if let Some(to) = call::enter_quick(cx.th, cx.regs, base, base + 2 - own, c!(cx) + own, &caller) {
            enter!(cx, to)
        }
    } {
        let (base, nargs) = (b!(cx), c!(cx));
        let own = i32::from(!cx.regs.reg(base + 1).is_null());
        save!(cx);
        match call::enter_exact(cx.th, cx.regs.reg(base), cx.regs, base + 2 - own, nargs + own) {
            Some(Ok(to)) => {
                to.func.set(cx.regs.take(base));
                call::returns_to(to, Kind::Call, a!(cx), const { 1 + Op::CallMethod.cache_words() as u8 });
                enter!(cx, to)
            }
            Some(Err(_)) => return Next::RAISED,
            None => miss!(cx),
        }
    }
    CallKw => cx {
        called!(cx, CallKw, call::op_call_kw(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    CallMethodKw => cx {
        called!(cx, CallMethodKw, call::op_call_method_kw(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    CallEx => cx {
        called!(cx, CallEx, call::op_call_ex(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    Return => cx quick {
        let value = cx.regs.reg(a!(cx));
        let escaping = if value.is_counted() { Some(value) } else { quick::hold(cx.th, value.full()) };
        if cx.frame.object().is_none()
            && let Some(escaping) = escaping
        {
            cx.regs.put(a!(cx), Reg::NULL);
            return_quick!(cx, escaping);
            cx.regs.put(a!(cx), escaping);
        }
    } {
        save!(cx);
        let r = a!(cx);
        // A `frame` object keeps the locals as they are; otherwise they end here and the value just moves.
        let kept = r >= 0 && cx.frame.object().is_some();
        let value = if kept { cx.regs.reg(r).duplicate(cx.th) } else { cx.regs.take(r) };
        give_back!(cx, value.escaping(cx.th))
    }
    ReturnConst => cx quick {
        let value = cx.frame.code().const_at(a!(cx));
        if value.full().is_immortal() {
            return_quick!(cx, value)
        }
    } {
        save!(cx);
        give_back!(cx, cx.frame.code().const_at(a!(cx)).escaping(cx.th))
    }
}
