//! Iteration and unpacking.

use super::prelude::*;

handlers! {
    GetIter => cx {
        slow!(cx, GetIter, iter::op_get_iter(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    ForIterRange => cx quick {
        let dst = a!(cx);
        let old = if dst >= 0 { cx.regs.reg(dst) } else { Reg::NULL };
        if let Some(range) = cx.regs.get(b!(cx)).downcast_exact::<objects::range::iter::RangeIter>()
            && let Some(number) = range.peek_mine(cx.th)
        {
            if let Some(small) = objects::Int::small_cached(number) {
                range.advance_mine();
                cx.regs.put(dst, Reg::uncounted(small));
                ended_go!(cx, ForIter, old)
            }
            if old.reuse_int(cx.th, number) {
                range.advance_mine();
                go!(cx, ForIter)
            }
            if let Some(made) = objects::Int::new_in_kept(cx.th, number) {
                range.advance_mine();
                cx.regs.put(dst, Reg::counted(made));
                ended_go!(cx, ForIter, old)
            }
        }
    } {
        match { save!(cx); iter::next_of_range(cx.th, cx.regs.get(b!(cx))) } {
        Some(Some(number)) => {
            ended!(cx, fast::put_int(cx.th, cx.regs, a!(cx), 0, 0, number));
            next!(cx, ForIter)
        }
        Some(None) => jump!(cx, ForIter, c!(cx)),
        None => miss!(cx),
    }
    }
    ForIterList => cx quick {
        for_quick!(cx, objects::list::iter::ListIter)
    } {
        for_fast!(cx, iter::next_of_list)
    }
    ForIterTuple => cx quick {
        for_quick!(cx, objects::tuple::iter::TupleIter)
    } {
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
    ForIterGenerator => cx quick {
        let target = crate::generator::Target { kind: Kind::ForIter, dst: a!(cx), jump: c!(cx), skip: const { 1 + Op::ForIter.cache_words() as u8 } };
        if let Some(generator) = crate::generator::plain_generator(cx.regs.get(b!(cx)))
            && let Some(to) = crate::generator::resume_quick(cx.th, generator, cx.frame, &target)
        {
            save!(cx);
            enter!(cx, to)
        }
    } {
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
    UnpackSequenceTuple => cx quick {
        let (base, src, n) = (a!(cx), b!(cx), c!(cx));
        if let Some(tuple) = cx.regs.get(src).downcast_exact::<objects::Tuple>()
            && tuple.len() == n as usize
            && quick::unpack(cx.th, cx.regs, base, src, tuple.as_slice())
        {
            go!(cx, UnpackSequence)
        }
    } {
        save!(cx);
        if !iter::unpack_tuple(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)) {
            miss!(cx)
        }
        next!(cx, UnpackSequence)
    }
    UnpackSequenceList => cx quick {
        let (base, src, n) = (a!(cx), b!(cx), c!(cx));
        if let Some(list) = cx.regs.get(src).downcast_exact::<objects::List>()
            && let Some(items) = list.items_of_mine(cx.th)
            && items.len() == n as usize
            && quick::unpack(cx.th, cx.regs, base, src, items)
        {
            go!(cx, UnpackSequence)
        }
    } {
        save!(cx);
        if !iter::unpack_list(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)) {
            miss!(cx)
        }
        next!(cx, UnpackSequence)
    }
    UnpackEx => cx {
        slow!(cx, UnpackEx, iter::op_unpack_ex(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
}
