//! Iteration and unpacking.

use super::prelude::*;

handlers! {
    GetIter => cx {
        slow!(cx, GetIter, iter::op_get_iter(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    ForIterRange => cx {
        match { save!(cx); iter::next_of_range(cx.th, cx.regs.get(b!(cx))) } {
        Some(Some(number)) => {
            ended!(cx, fast::put_int(cx.th, cx.regs, a!(cx), 0, 0, number));
            next!(cx, ForIter)
        }
        Some(None) => jump!(cx, ForIter, c!(cx)),
        None => miss!(cx),
    }
    }
    ForIterList => cx {
        for_fast!(cx, iter::next_of_list)
    }
    ForIterTuple => cx {
        for_fast!(cx, iter::next_of_tuple)
    }
    ForIterPair => cx {
        save!(cx);
        match iter::next_pair(cx.th, cx.regs.get(b!(cx))) {
            Some(Ok(Some((first, second)))) => {
                let unpack = cx.pc.offset(const { 1 + Op::ForIter.cache_words() as i32 });
                let [base, ..] = word_operands(unpack.word());
                cx.regs.put(base + 1, Reg::counted(first));
                cx.regs.put(base, Reg::counted(second));
                cx.th.drain_zero();
                return Next::to(cx.frame, unpack.offset(const { 1 + Op::UnpackSequence.cache_words() as i32 }));
            }
            Some(Ok(None)) => jump!(cx, ForIter, c!(cx)),
            Some(Err(_)) => return Next::RAISED,
            None => miss!(cx),
        }
    }
    ForIterGenerator => cx {
        let Some(generator) = crate::generator::plain_generator(cx.regs.get(b!(cx))) else { miss!(cx) };
        save!(cx);
        let skip = const { 1 + Op::ForIter.cache_words() as u8 };
        match r#gen::op_for_generator(cx.th, generator, a!(cx), c!(cx), skip) {
            Ok(Some(to)) => enter!(cx, to),
            Ok(None) => jump!(cx, ForIter, c!(cx)),
            Err(_) => return Next::RAISED,
        }
    }
    ForIter => cx {
        adapt!(cx, iter::specialize(cx.th, cx.pc, cx.regs.get(b!(cx))));
        save!(cx);
        if let Some(generator) = crate::generator::plain_generator(cx.regs.get(b!(cx))) {
            let skip = const { 1 + Op::ForIter.cache_words() as u8 };
            match r#gen::op_for_generator(cx.th, generator, a!(cx), c!(cx), skip) {
                Ok(Some(to)) => enter!(cx, to),
                Ok(None) => jump!(cx, ForIter, c!(cx)),
                Err(_) => return Next::RAISED,
            }
        }
        test!(cx, ForIter, iter::op_for_iter(cx.th, cx.frame, a!(cx), b!(cx)), false, c!(cx))
    }
    UnpackSequence => cx {
        adapt!(cx, iter::specialize_unpack(cx.pc, cx.regs.get(b!(cx)), c!(cx)));
        slow!(cx, UnpackSequence, iter::op_unpack_sequence(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    UnpackSequenceTuple => cx {
        save!(cx);
        if !iter::unpack_tuple(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)) {
            miss!(cx)
        }
        next!(cx, UnpackSequence)
    }
    UnpackEx => cx {
        slow!(cx, UnpackEx, iter::op_unpack_ex(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
}
