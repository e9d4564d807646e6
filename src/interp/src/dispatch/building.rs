//! Building containers.

use super::prelude::*;

handlers! {
    BuildTuple => cx quick {
        let tuple = match c!(cx) {
            2 => quick::tuple::<2>(cx.th, cx.regs, b!(cx)),
            3 => quick::tuple::<3>(cx.th, cx.regs, b!(cx)),
            _ => None,
        };
        if let Some(tuple) = tuple {
            out_go!(cx, BuildTuple, a!(cx), Reg::counted(tuple))
        }
    } {
        sure!(cx, BuildTuple, build::op_build_tuple(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    BuildList => cx {
        sure!(cx, BuildList, build::op_build_list(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    BuildSet => cx {
        slow!(cx, BuildSet, build::op_build_set(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    BuildMap => cx {
        slow!(cx, BuildMap, build::op_build_map(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    BuildString => cx {
        slow!(cx, BuildString, build::op_build_string(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    BuildSlice => cx {
        slow!(cx, BuildSlice, build::op_build_slice(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    BuildConstList => cx {
        sure!(cx, BuildConstList, build::op_build_const_list(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    BuildConstSet => cx {
        slow!(cx, BuildConstSet, build::op_build_const_set(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    ListAppend => cx quick {
        if quick::append(cx.th, cx.regs, a!(cx), b!(cx)).is_some() {
            go!(cx, ListAppend)
        }
    } {
        slow!(cx, ListAppend, build::op_list_append(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    ListExtend => cx {
        slow!(cx, ListExtend, build::op_list_extend(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    SetAdd => cx {
        slow!(cx, SetAdd, build::op_set_add(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    SetUpdate => cx {
        slow!(cx, SetUpdate, build::op_set_update(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    MapSet => cx {
        slow!(cx, MapSet, build::op_map_set(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    DictUpdate => cx {
        slow!(cx, DictUpdate, build::op_dict_update(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    DictMerge => cx {
        slow!(cx, DictMerge, build::op_dict_merge(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
}
