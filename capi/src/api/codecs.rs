//! `PyCodec_*`, `PyUnicode_Encode*`, `PyUnicode_Decode*`.
