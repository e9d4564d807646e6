//! Attributes and items.

use super::prelude::*;

handlers! {
    LoadAttr => cx {
        adapt!(cx, attr_cache::specialize_load(cx.th, cx.frame, cx.pc, b!(cx), c!(cx)));
        slow!(cx, LoadAttr, attr::op_load_attr(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    LoadAttrSlot => cx quick {
        load_quick!(cx, attr_cache::peek_slot(cx.pc, cx.regs.get(b!(cx))))
    } {
        load_attr!(cx, attr_cache::load_slot(cx.th, cx.frame, cx.pc, cx.regs.get(b!(cx)), c!(cx)), attr_cache::extend_load)
    }
    LoadAttrModule => cx quick {
        load_quick!(cx, attr_cache::peek_module(cx.th, cx.pc, cx.regs.get(b!(cx))))
    } {
        load_attr!(cx, attr_cache::load_module(cx.th, cx.pc, cx.regs.get(b!(cx))))
    }
    LoadAttrType => cx quick {
        load_quick!(cx, attr_cache::peek_type(cx.frame, cx.pc, cx.regs.get(b!(cx))))
    } {
        load_attr!(cx, attr_cache::load_type(cx.th, cx.frame, cx.pc, cx.regs.get(b!(cx)), c!(cx)), attr_cache::extend_load)
    }
    LoadAttrClass => cx quick {
        load_quick!(cx, attr_cache::peek_class(cx.frame, cx.pc, cx.regs.get(b!(cx))))
    } {
        load_attr!(cx, attr_cache::peek_class(cx.frame, cx.pc, cx.regs.get(b!(cx))).and_then(|value| fast::cached(cx.th, value)))
    }
    StoreAttr => cx {
        adapt!(cx, attr_cache::specialize_store(cx.th, cx.frame, cx.pc, a!(cx), b!(cx)));
        slow!(cx, StoreAttr, attr::op_store_attr(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    StoreAttrSlot => cx quick {
        let (obj, value) = (a!(cx), c!(cx));
        if let Some(slot) = attr_cache::slot_to_store(cx.th, cx.frame, cx.pc, cx.regs.get(obj))
            && quick::is_consumed(cx.th, cx.regs, obj)
            && let Some(old) = attr_cache::store_quick(cx.th, cx.regs, slot, cx.regs.get(obj), value)
        {
            quick::consume(cx.th, cx.regs, obj);
            ended_go!(cx, StoreAttr, old)
        }
    } {
        let (obj, value) = (a!(cx), c!(cx));
        let th: &Thread = cx.th;
        match attr_cache::store_slot(th, cx.frame, cx.pc, cx.regs.get(obj), || cx.regs.take_in(th, value)) {
            Some(old) => {
                save!(cx);
                if let Some(old) = old {
                    cx.th.release(old);
                }
                cx.regs.consume(cx.th, obj);
                next!(cx, StoreAttr)
            }
            None if attr_cache::extend_store(cx.th, cx.frame, cx.pc, obj, b!(cx)) => return Next::to(cx.frame, cx.pc),
            None => miss!(cx),
        }
    }
    DeleteAttr => cx {
        slow!(cx, DeleteAttr, attr::op_delete_attr(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    LoadMethod => cx {
        adapt!(cx, attr_cache::specialize_method(cx.th, cx.frame, cx.pc, b!(cx), c!(cx)));
        slow!(cx, LoadMethod, attr::op_load_method(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    LoadMethodType => cx quick {
        load_method_quick!(cx, LoadMethod, attr_cache::peek_type(cx.frame, cx.pc, cx.regs.get(b!(cx))))
    } {
        load_method!(
            cx,
            LoadMethod,
            attr_cache::load_type(cx.th, cx.frame, cx.pc, cx.regs.get(b!(cx)), c!(cx)),
            attr_cache::extend_method(cx.th, cx.frame, cx.pc, b!(cx), c!(cx))
        )
    }
    LoadMethodModule => cx quick {
        load_function_quick!(cx, attr_cache::peek_module(cx.th, cx.pc, cx.regs.get(b!(cx))))
    } {
        load_function!(cx, attr_cache::load_module(cx.th, cx.pc, cx.regs.get(b!(cx))))
    }
    LoadMethodClass => cx quick {
        load_function_quick!(cx, attr_cache::peek_class(cx.frame, cx.pc, cx.regs.get(b!(cx))))
    } {
        load_function!(cx, attr_cache::peek_class(cx.frame, cx.pc, cx.regs.get(b!(cx))).and_then(|value| fast::cached(cx.th, value)))
    }
    LoadMethodStatic => cx quick {
        load_function_quick!(cx, attr_cache::peek_type(cx.frame, cx.pc, cx.regs.get(b!(cx))).and_then(attr_cache::static_of))
    } {
        let found = attr_cache::peek_type(cx.frame, cx.pc, cx.regs.get(b!(cx))).and_then(attr_cache::static_of);
        load_function!(cx, found.and_then(|function| fast::cached(cx.th, function)))
    }
    LoadMethodClassStatic => cx quick {
        load_function_quick!(cx, attr_cache::peek_class(cx.frame, cx.pc, cx.regs.get(b!(cx))).and_then(attr_cache::static_of))
    } {
        let found = attr_cache::peek_class(cx.frame, cx.pc, cx.regs.get(b!(cx))).and_then(attr_cache::static_of);
        load_function!(cx, found.and_then(|function| fast::cached(cx.th, function)))
    }
    LoadMethodOwn => cx quick {
        let obj = b!(cx);
        if let Some(method) = attr_cache::peek_type(cx.frame, cx.pc, cx.regs.get(obj)).and_then(attr_cache::own_of)
            && quick::is_held(cx.th, method)
            && quick::is_consumed(cx.th, cx.regs, obj)
            && let Some(class) = quick::hold(cx.th, cx.regs.get(obj).ty())
            && let Some(method) = quick::hold(cx.th, method)
        {
            quick::consume(cx.th, cx.regs, obj);
            cx.regs.put(a!(cx), method);
            cx.regs.put(a!(cx) + 1, class);
            go!(cx, LoadMethod)
        }
    } {
        let obj = b!(cx);
        let found = attr_cache::peek_type(cx.frame, cx.pc, cx.regs.get(obj)).and_then(attr_cache::own_of);
        let Some(method) = found.and_then(|method| fast::cached(cx.th, method)) else { miss!(cx) };
        let class = Reg::counted(cx.th.retain(cx.regs.get(obj).ty()));
        save!(cx);
        cx.regs.consume(cx.th, obj);
        cx.regs.put(a!(cx), method);
        cx.regs.put(a!(cx) + 1, class);
        next!(cx, LoadMethod)
    }
    LoadMethodClassOwn => cx quick {
        load_method_quick!(cx, LoadMethod, attr_cache::peek_class(cx.frame, cx.pc, cx.regs.get(b!(cx))).and_then(attr_cache::own_of))
    } {
        let found = attr_cache::peek_class(cx.frame, cx.pc, cx.regs.get(b!(cx))).and_then(attr_cache::own_of);
        load_method!(cx, LoadMethod, found.and_then(|method| fast::cached(cx.th, method)), false)
    }
    LoadSuperAttr => cx {
        slow!(cx, LoadSuperAttr, attr::op_load_super_attr(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    LoadSuperMethod => cx {
        adapt!(cx, attr_cache::specialize_super(cx.th, cx.frame, cx.pc, a!(cx), b!(cx)));
        slow!(cx, LoadSuperMethod, attr::op_load_super_method(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    LoadSuperMethodType => cx quick {
        let base = a!(cx);
        if let Some(method) = attr_cache::peek_super(cx.frame, cx.pc, &cx.regs, base)
            && quick::is_consumed(cx.th, cx.regs, base + 1)
            && let Some(method) = quick::hold(cx.th, method)
        {
            let this = cx.regs.take(base + 2);
            quick::consume(cx.th, cx.regs, base + 1);
            cx.regs.put(base, method);
            cx.regs.put(base + 1, this);
            go!(cx, LoadSuperMethod)
        }
    } {
        let base = a!(cx);
        let found = attr_cache::peek_super(cx.frame, cx.pc, &cx.regs, base).and_then(|method| fast::cached(cx.th, method));
        let Some(method) = found else { miss!(cx) };
        save!(cx);
        let this = cx.regs.take(base + 2);
        cx.regs.release_range(cx.th, base, 2);
        cx.regs.put(base, method);
        cx.regs.put(base + 1, this);
        next!(cx, LoadSuperMethod)
    }
    LoadSpecial => cx {
        adapt!(cx, attr_cache::specialize_special(cx.th, cx.frame, cx.pc, b!(cx), c!(cx)));
        slow!(cx, LoadSpecial, attr::op_load_special(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    LoadSpecialType => cx quick {
        load_method_quick!(cx, LoadSpecial, attr_cache::peek_special(cx.frame, cx.pc, cx.regs.get(b!(cx))))
    } {
        load_method!(cx, LoadSpecial, attr_cache::peek_special(cx.frame, cx.pc, cx.regs.get(b!(cx))).and_then(|found| fast::cached(cx.th, found)), false)
    }
    Subscript => cx {
        adapt!(cx, item::specialize(cx.th, cx.frame, cx.pc, cx.regs.get(b!(cx)), cx.regs.get(c!(cx))));
        slow!(cx, Subscript, item::op_subscript(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    SubscriptListInt => cx quick {
        subscript_quick!(cx, quick::list_at)
    } {
        subscript_fast!(cx, Subscript, item::list_at, item::index_of(cx.regs.reg(c!(cx))), c!(cx))
    }
    SubscriptTupleInt => cx quick {
        subscript_quick!(cx, quick::tuple_at)
    } {
        subscript_fast!(cx, Subscript, item::tuple_at, item::index_of(cx.regs.reg(c!(cx))), c!(cx))
    }
    SubscriptImmList => cx quick {
        subscript_imm_quick!(cx, quick::list_at)
    } {
        subscript_fast!(cx, SubscriptImm, item::list_at, Some(i64::from(c!(cx))), 0)
    }
    SubscriptImmTuple => cx quick {
        subscript_imm_quick!(cx, quick::tuple_at)
    } {
        subscript_fast!(cx, SubscriptImm, item::tuple_at, Some(i64::from(c!(cx))), 0)
    }
    SubscriptStrInt => cx {
        subscript_fast!(cx, Subscript, item::char_at, item::index_of(cx.regs.reg(c!(cx))), c!(cx))
    }
    SubscriptImmStr => cx {
        subscript_fast!(cx, SubscriptImm, item::char_at, Some(i64::from(c!(cx))), 0)
    }
    SubscriptDict => cx quick {
        let (obj, key) = (b!(cx), c!(cx));
        if quick::is_consumed(cx.th, cx.regs, key)
            && quick::is_consumed(cx.th, cx.regs, obj)
            && let Some(value) = quick::dict_at(cx.th, cx.regs.get(obj), cx.regs.get(key))
        {
            quick::consume(cx.th, cx.regs, key);
            quick::consume(cx.th, cx.regs, obj);
            out_go!(cx, Subscript, a!(cx), value)
        }
    } {
        save!(cx);
        match item::op_subscript_dict(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)) {
            Some(Ok(())) => {
                cx.th.drain_zero();
                next!(cx, Subscript)
            }
            Some(Err(_)) => return Next::RAISED,
            None => miss!(cx),
        }
    }
    SubscriptImm => cx {
        adapt!(cx, item::specialize_imm(cx.pc, cx.regs.get(b!(cx))));
        slow!(cx, SubscriptImm, item::op_subscript_imm(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    SubscriptSlice => cx {
        slow!(cx, SubscriptSlice, item::op_subscript_slice(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    StoreSubscript => cx {
        adapt!(cx, item::specialize_store(cx.th, cx.frame, cx.pc, cx.regs.get(a!(cx)), cx.regs.get(b!(cx))));
        slow!(cx, StoreSubscript, item::op_store_subscript(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    StoreSubscriptListInt => cx quick {
        let (obj, index, value) = (a!(cx), b!(cx), c!(cx));
        if let Some(at) = quick::int(cx.regs.reg(index))
            && quick::is_consumed(cx.th, cx.regs, index)
            && quick::is_consumed(cx.th, cx.regs, obj)
            && let Some(list) = cx.regs.get(obj).downcast_exact::<objects::List>()
            && let Some(slot) = list.slot_of_mine(cx.th, at)
            && let Some(old) = quick::store(cx.th, cx.regs, slot, cx.regs.get(obj), value)
        {
            quick::consume(cx.th, cx.regs, index);
            quick::consume(cx.th, cx.regs, obj);
            ended_go!(cx, StoreSubscript, old)
        }
    } {
        save!(cx);
        if !item::store_list(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)) {
            miss!(cx)
        }
        next!(cx, StoreSubscript)
    }
    StoreSubscriptDict => cx {
        save!(cx);
        match item::op_store_dict(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)) {
            Some(Ok(())) => {
                cx.th.drain_zero();
                next!(cx, StoreSubscript)
            }
            Some(Err(_)) => return Next::RAISED,
            None => miss!(cx),
        }
    }
    SubscriptPy => cx {
        save!(cx);
        enter_or_miss!(cx, special::enter(cx.th, cx.frame, cx.pc, [b!(cx), c!(cx)], (Kind::Call, a!(cx))))
    }
    StoreSubscriptPy => cx {
        save!(cx);
        enter_or_miss!(cx, special::enter(cx.th, cx.frame, cx.pc, [a!(cx), b!(cx), c!(cx)], (Kind::Drop, 0)))
    }
    DeleteSubscript => cx {
        slow!(cx, DeleteSubscript, item::op_delete_subscript(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    LoadAttrBound => cx {
        let (obj, name) = (b!(cx), c!(cx));
        match attr_cache::load_unbound(cx.th, cx.frame, cx.pc, cx.regs.get(obj), name) {
            Some(method) => slow!(cx, LoadAttr, attr::op_bind(cx.th, cx.frame, a!(cx), obj, method)),
            None if attr_cache::extend_load(&mut *cx.th, cx.frame, cx.pc, obj, name) => return Next::to(cx.frame, cx.pc),
            None => miss!(cx),
        }
    }
    LoadAttrProperty => cx {
        save!(cx);
        enter_or_miss!(cx, call::op_load_property(cx.th, cx.frame, cx.pc, a!(cx), b!(cx)))
    }
}
