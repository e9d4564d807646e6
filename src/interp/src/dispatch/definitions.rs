//! Functions, classes, modules; f-strings; `match`.

use super::prelude::*;

handlers! {
    MakeFunction => cx {
        slow!(cx, MakeFunction, call::op_make_function(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    SetFunctionAttr => cx {
        slow!(cx, SetFunctionAttr, call::op_set_function_attr(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    ImportName => cx {
        slow!(cx, ImportName, import::op_import_name(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    ImportFrom => cx {
        slow!(cx, ImportFrom, import::op_import_from(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    SetupAnnotations => cx {
        slow!(cx, SetupAnnotations, import::op_setup_annotations(cx.th, cx.frame))
    }
    Intrinsic1 => cx {
        slow!(cx, Intrinsic1, import::op_intrinsic1(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    Intrinsic2 => cx {
        slow!(cx, Intrinsic2, import::op_intrinsic2(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    FormatSimple => cx {
        slow!(cx, FormatSimple, format::op_format_simple(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    FormatSpec => cx {
        slow!(cx, FormatSpec, format::op_format_spec(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    Convert => cx {
        slow!(cx, Convert, format::op_convert(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    BuildInterpolation => cx {
        slow!(cx, BuildInterpolation, format::op_build_interpolation(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    BuildTemplate => cx {
        slow!(cx, BuildTemplate, format::op_build_template(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    GetLen => cx {
        slow!(cx, GetLen, pattern::op_get_len(cx.th, cx.frame, a!(cx), b!(cx)))
    }
    MatchMapping => cx {
        save!(cx);
        let fits = pattern::has_pattern_flag(cx.regs.get(b!(cx)), true);
        cx.regs.out(cx.th, a!(cx), fits);
        next!(cx, MatchMapping)
    }
    MatchSequence => cx {
        save!(cx);
        let fits = pattern::has_pattern_flag(cx.regs.get(b!(cx)), false);
        cx.regs.out(cx.th, a!(cx), fits);
        next!(cx, MatchSequence)
    }
    MatchKeys => cx {
        slow!(cx, MatchKeys, pattern::op_match_keys(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
    MatchClass => cx {
        slow!(cx, MatchClass, pattern::op_match_class(cx.th, cx.frame, a!(cx), b!(cx), c!(cx)))
    }
}
