//! Generators and coroutines.

use super::prelude::*;
use crate::generator::{GenKind, Target, gen_of, resume_quick, suspend_quick};

handlers! {
    ReturnGenerator => cx {
        // Execution resumes behind this.
        cx.frame.pc.set(cx.pc.offset(1));
        match control::op_return_generator(cx.th, cx.frame) {
            Ok(left) => left!(cx, left),
            Err(_) => return Next::RAISED,
        }
    }
    Yield => cx quick {
        let value = b!(cx);
        save!(cx);
        if quick::is_taken_in(cx.th, cx.regs, value)
            && let Some(caller) = suspend_quick(cx.th, cx.frame, value, a!(cx))
            && let Some(value) = quick::take_in(cx.th, cx.regs, value)
        {
            caller.regs().put(cx.frame.dst.get(), Reg::counted(value));
            return Next::to(caller, cx.frame.return_pc(caller));
        }
    } {
        save!(cx);
        let value = cx.regs.move_in(cx.th, b!(cx)).escaping(cx.th);
        left!(cx, control::op_yield(cx.th, cx.frame, value, a!(cx)))
    }
    Resumed => cx quick {
        go!(cx, Resumed)
    } {
        next!(cx, Resumed)
    }
    ResumedCompiled => cx {
        if !STEP && let Some(unit) = compiled::unit(cx.pc) {
            save!(cx);
            return unit.enter(cx.th, cx.frame);
        }
        next!(cx, Resumed)
    }
    YieldDelegated => cx quick {
        let value = a!(cx);
        save!(cx);
        if quick::is_taken_in(cx.th, cx.regs, value)
            && let Some(caller) = suspend_quick(cx.th, cx.frame, value, value)
            && let Some(value) = quick::take_in(cx.th, cx.regs, value)
        {
            caller.regs().put(cx.frame.dst.get(), Reg::counted(value));
            return Next::to(caller, cx.frame.return_pc(caller));
        }
    } {
        save!(cx);
        let value = cx.regs.take(a!(cx)).escaping(cx.th);
        left!(cx, control::op_yield(cx.th, cx.frame, value, a!(cx)))
    }
    Send => cx quick {
        let (value, iter) = (a!(cx), b!(cx));
        let target = Target { kind: Kind::Send, dst: value, jump: c!(cx), skip: const { 1 + Op::Send.cache_words() as u8 } };
        if cx.regs.reg(value).is(objects::none())
            && let Some(generator) = gen_of(cx.regs.get(iter)).filter(|generator| generator.kind != GenKind::AsyncGenerator)
            && let Some(to) = resume_quick(cx.th, generator, cx.frame, &target)
        {
            cx.regs.put(value, Reg::NULL);
            save!(cx);
            enter!(cx, to)
        }
    } {
        save!(cx);
        let skip = const { 1 + Op::Send.cache_words() as u8 };
        match r#gen::op_send(cx.th, cx.frame, a!(cx), b!(cx), c!(cx), skip) {
            Ok(Sent::Frame(to)) => enter!(cx, to),
            Ok(Sent::Yielded) => {
                cx.th.drain_zero();
                next!(cx, Send)
            }
            Ok(Sent::Returned) => {
                cx.th.drain_zero();
                jump!(cx, Send, c!(cx))
            }
            Err(_) => return Next::RAISED,
        }
    }
    CleanupThrow => cx {
        slow!(cx, CleanupThrow, r#gen::op_cleanup_throw(cx.th, cx.frame, a!(cx)))
    }
    GetYieldFromIter => cx {
        slow!(cx, GetYieldFromIter, r#gen::op_get_yield_from_iter(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    GetAwaitable => cx quick {
        let src = b!(cx);
        if let Some(coroutine) = gen_of(cx.regs.get(src))
            && coroutine.kind == GenKind::Coroutine
            && coroutine.is_created()
            && let Some(coroutine) = quick::take_in(cx.th, cx.regs, src)
        {
            out_go!(cx, GetAwaitable, a!(cx), Reg::counted(coroutine))
        }
    } {
        slow!(cx, GetAwaitable, r#gen::op_get_awaitable(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    GetAiter => cx {
        slow!(cx, GetAiter, r#gen::op_get_aiter(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    GetAnext => cx {
        slow!(cx, GetAnext, r#gen::op_get_anext(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    EndAsyncFor => cx {
        slow!(cx, EndAsyncFor, r#gen::op_end_async_for(cx.th))
    }
    StopIterationError => cx {
        save!(cx);
        let _ = r#gen::op_stop_iteration_error(cx.th, cx.frame);
        return Next::RAISED;
    }
}
