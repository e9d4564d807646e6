//! Cells and names.

use super::prelude::*;

handlers! {
    MakeCell => cx {
        sure!(cx, MakeCell, global::op_make_cell(cx.th, cx.frame, a!(cx)))
    }
    LoadDeref => cx quick {
        if let Some(cell) = cx.regs.get(b!(cx)).downcast_exact::<objects::Cell>()
            && let Some(value) = cell.peek(cx.th)
            && let Some(value) = quick::hold(cx.th, value)
        {
            out_go!(cx, LoadDeref, a!(cx), value)
        }
    } {
        slow!(cx, LoadDeref, global::op_load_deref(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    StoreDeref => cx {
        sure!(cx, StoreDeref, global::op_store_deref(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    DeleteDeref => cx {
        slow!(cx, DeleteDeref, global::op_delete_deref(cx.th, cx.frame, a!(cx)))
    }
    LoadFromDictOrDeref => cx {
        slow!(cx, LoadFromDictOrDeref, global::op_load_from_dict_or_deref(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    LoadFromDictOrGlobals => cx {
        slow!(cx, LoadFromDictOrGlobals, global::op_load_from_dict_or_globals(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    LoadLocals => cx {
        slow!(cx, LoadLocals, global::op_load_locals(cx.th, cx.frame, a!(cx)))
    }
    LoadGlobal => cx {
        adapt!(cx, global::specialize_load(cx.th, cx.frame, cx.pc, b!(cx)));
        slow!(cx, LoadGlobal, global::op_load_global(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    LoadGlobalModule => cx quick {
        global_quick!(cx, false)
    } {
        match global::load_cached(cx.th, cx.frame, cx.pc, false) {
            Some(value) => {
                out!(cx, a!(cx), value);
                next!(cx, LoadGlobal)
            }
            None => miss!(cx),
        }
    }
    LoadGlobalBuiltin => cx quick {
        global_quick!(cx, true)
    } {
        match global::load_cached(cx.th, cx.frame, cx.pc, true) {
            Some(value) => {
                out!(cx, a!(cx), value);
                next!(cx, LoadGlobal)
            }
            None => miss!(cx),
        }
    }
    StoreGlobal => cx {
        slow!(cx, StoreGlobal, global::op_store_global(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    DeleteGlobal => cx {
        slow!(cx, DeleteGlobal, global::op_delete_global(cx.th, cx.frame, a!(cx)))
    }
    LoadName => cx {
        slow!(cx, LoadName, global::op_load_name(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    StoreName => cx {
        slow!(cx, StoreName, global::op_store_name(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    DeleteName => cx {
        slow!(cx, DeleteName, global::op_delete_name(cx.th, cx.frame, a!(cx)))
    }
    LoadBuildClass => cx {
        slow!(cx, LoadBuildClass, global::op_load_build_class(cx.th, cx.frame, a!(cx)))
    }
    LoadCommon => cx {
        slow!(cx, LoadCommon, build::op_load_common(cx.th, cx.frame, a!(cx), b!(cx)))
    }
}
