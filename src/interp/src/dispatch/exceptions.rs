//! Exceptions and their handlers.

use super::prelude::*;

handlers! {
    EnterHandler => cx {
        sure!(cx, EnterHandler, except::op_enter_handler(cx.th, cx.frame, a!(cx)))
    }
    LeaveHandler => cx {
        sure!(cx, LeaveHandler, except::op_leave_handler(cx.th, cx.frame, a!(cx)))
    }
    Reraise => cx {
        save!(cx);
        let _ = except::op_reraise(cx.th, cx.frame, a!(cx));
        return Next::RAISED;
    }
    ReraiseThere => cx {
        save!(cx);
        let _ = except::op_reraise(cx.th, cx.frame, a!(cx));
        return Next::RAISED;
    }
    UnwindHandler => cx {
        save!(cx);
        except::op_leave_handler(cx.th, cx.frame, a!(cx));
        return Next::RAISED;
    }
    Unwind => cx {
        save!(cx);
        return Next::RAISED;
    }
    LoadHandled => cx {
        sure!(cx, LoadHandled, except::op_load_handled(cx.th, cx.frame, a!(cx)))
    }
    TakeRaised => cx {
        sure!(cx, TakeRaised, except::op_take_raised(cx.th, cx.frame, a!(cx)))
    }
    JumpUnlessMatch => cx {
        test!(cx, JumpUnlessMatch, except::op_match(cx.th, cx.frame, a!(cx)), false, to32!(cx))
    }
    MatchExcGroup => cx {
        slow!(cx, MatchExcGroup, except::op_match_exc_group(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    PrepReraiseStar => cx {
        slow!(cx, PrepReraiseStar, except::op_prep_reraise_star(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    ReraiseValue => cx {
        save!(cx);
        let _ = except::op_reraise_value(cx.th, cx.frame, a!(cx));
        return Next::RAISED;
    }
    Raise => cx {
        save!(cx);
        let _ = except::op_raise(cx.th, cx.frame, a!(cx), None);
        return Next::RAISED;
    }
    RaiseFrom => cx {
        save!(cx);
        let _ = except::op_raise(cx.th, cx.frame, a!(cx), Some(b!(cx)));
        return Next::RAISED;
    }
    RaiseBare => cx {
        save!(cx);
        let _ = except::op_raise_bare(cx.th, cx.frame);
        return Next::RAISED;
    }
    PrepareExit => cx {
        slow!(cx, PrepareExit, except::op_prepare_exit(cx.th, cx.frame, a!(cx), b!(cx), false))
    }
    PrepareExitExc => cx {
        slow!(cx, PrepareExitExc, except::op_prepare_exit(cx.th, cx.frame, a!(cx), b!(cx), true))
    }
}
