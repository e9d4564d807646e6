//! The methods that `bytes` and `bytearray` declare with the same words.

/// Declares them for a type, as its part `same`.
macro_rules! same_methods {
    ($ty:ty) => {
        const _: () = {
            use algos::text::{self, bytes as alg};
            use heap::{Object, Raised, Ref, Thread};
            use $crate::bytes::like::{self, BytesLike, FillByte};
            use $crate::glue::Buffer;
            use $crate::str::search::SliceIndex;

            #[macros::pymethods(part = "same")]
            impl $ty {
                /// B.capitalize() -> copy of B
                ///
                /// Return a copy of B with only its first character capitalized (ASCII)
                /// and the rest lower-cased.
                #[method]
                fn capitalize(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                    like::mapped(th, self, alg::capitalize)
                }

                /// Return a centered string of length width.
                ///
                /// Padding is done using the specified fill character.
                #[method(sig = "($self, width, fillchar=b' ', /)")]
                fn center(&self, th: &mut Thread, width: isize, fillchar: Option<FillByte>) -> Result<Ref<Object>, Raised> {
                    like::padded(th, self, width, fillchar, text::center)
                }

                /// count($self, sub[, start[, end]], /)
                /// --
                ///
                /// Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].
                ///
                ///   start
                ///     Optional start position. Default: start of the bytes.
                ///   end
                ///     Optional stop position. Default: end of the bytes.
                #[method(sig = none)]
                fn count(&self, th: &mut Thread, sub: &Object, start: Option<SliceIndex>, end: Option<SliceIndex>) -> Result<usize, Raised> {
                    like::count(th, self, sub, start, end)
                }

                /// Return a copy where all tab characters are expanded using spaces.
                ///
                /// If tabsize is not given, a tab size of 8 characters is assumed.
                #[method(sig = "($self, /, tabsize=8)")]
                fn expandtabs(&self, th: &mut Thread, tabsize: i32) -> Result<Ref<Object>, Raised> {
                    like::expandtabs(th, self, tabsize)
                }

                /// B.isalnum() -> bool
                ///
                /// Return True if all characters in B are alphanumeric
                /// and there is at least one character in B, False otherwise.
                #[method]
                fn isalnum(&self, th: &mut Thread) -> bool {
                    alg::is_alnum(&self.hold(th))
                }

                /// B.isalpha() -> bool
                ///
                /// Return True if all characters in B are alphabetic
                /// and there is at least one character in B, False otherwise.
                #[method]
                fn isalpha(&self, th: &mut Thread) -> bool {
                    alg::is_alpha(&self.hold(th))
                }

                /// B.isascii() -> bool
                ///
                /// Return True if B is empty or all characters in B are ASCII,
                /// False otherwise.
                #[method]
                fn isascii(&self, th: &mut Thread) -> bool {
                    self.hold(th).is_ascii()
                }

                /// B.isdigit() -> bool
                ///
                /// Return True if all characters in B are digits
                /// and there is at least one character in B, False otherwise.
                #[method]
                fn isdigit(&self, th: &mut Thread) -> bool {
                    alg::is_digit(&self.hold(th))
                }

                /// B.islower() -> bool
                ///
                /// Return True if all cased characters in B are lowercase and there is
                /// at least one cased character in B, False otherwise.
                #[method]
                fn islower(&self, th: &mut Thread) -> bool {
                    alg::is_lower(&self.hold(th))
                }

                /// B.isspace() -> bool
                ///
                /// Return True if all characters in B are whitespace
                /// and there is at least one character in B, False otherwise.
                #[method]
                fn isspace(&self, th: &mut Thread) -> bool {
                    alg::is_space(&self.hold(th))
                }

                /// B.istitle() -> bool
                ///
                /// Return True if B is a titlecased string and there is at least one
                /// character in B, i.e. uppercase characters may only follow uncased
                /// characters and lowercase characters only cased ones. Return False
                /// otherwise.
                #[method]
                fn istitle(&self, th: &mut Thread) -> bool {
                    alg::is_title(&self.hold(th))
                }

                /// B.isupper() -> bool
                ///
                /// Return True if all cased characters in B are uppercase and there is
                /// at least one cased character in B, False otherwise.
                #[method]
                fn isupper(&self, th: &mut Thread) -> bool {
                    alg::is_upper(&self.hold(th))
                }

                /// Return a left-justified string of length width.
                ///
                /// Padding is done using the specified fill character.
                #[method(sig = "($self, width, fillchar=b' ', /)")]
                fn ljust(&self, th: &mut Thread, width: isize, fillchar: Option<FillByte>) -> Result<Ref<Object>, Raised> {
                    like::padded(th, self, width, fillchar, |len, width| (0, width - len))
                }

                /// B.lower() -> copy of B
                ///
                /// Return a copy of B with all ASCII characters converted to lowercase.
                #[method]
                fn lower(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                    like::mapped(th, self, <[u8]>::to_ascii_lowercase)
                }

                /// Return a translation table usable for the bytes or bytearray translate method.
                ///
                /// The returned table will be one where each byte in frm is mapped to
                /// the byte at the same position in to.
                ///
                /// The bytes objects frm and to must be of the same length.
                #[staticmethod]
                fn maketrans(th: &mut Thread, frm: Buffer, to: Buffer) -> Result<Ref<$crate::Bytes>, Raised> {
                    like::maketrans(th, &frm, &to)
                }

                /// Return a copy with all occurrences of substring old replaced by new.
                ///
                ///   count
                ///     Maximum number of occurrences to replace.
                ///     -1 (the default value) means replace all occurrences.
                ///
                /// If the optional argument count is given, only the first count occurrences are
                /// replaced.
                #[method(sig = "($self, old, new, count=-1, /)")]
                fn replace(&self, th: &mut Thread, old: Buffer, new: Buffer, count: isize) -> Result<Ref<Object>, Raised> {
                    like::replace(th, self, &old, &new, count)
                }

                /// Return a right-justified string of length width.
                ///
                /// Padding is done using the specified fill character.
                #[method(sig = "($self, width, fillchar=b' ', /)")]
                fn rjust(&self, th: &mut Thread, width: isize, fillchar: Option<FillByte>) -> Result<Ref<Object>, Raised> {
                    like::padded(th, self, width, fillchar, |len, width| (width - len, 0))
                }

                /// Strip trailing bytes contained in the argument.
                ///
                /// If the argument is omitted or None, strip trailing ASCII whitespace.
                #[method(sig = "($self, bytes=None, /)")]
                fn rstrip(&self, th: &mut Thread, bytes: Option<&Object>) -> Result<Ref<Object>, Raised> {
                    like::strip(th, self, bytes, false, true)
                }

                /// Strip leading and trailing bytes contained in the argument.
                ///
                /// If the argument is omitted or None, strip leading and trailing ASCII
                /// whitespace.
                #[method(sig = "($self, bytes=None, /)")]
                fn strip(&self, th: &mut Thread, bytes: Option<&Object>) -> Result<Ref<Object>, Raised> {
                    like::strip(th, self, bytes, true, true)
                }

                /// B.swapcase() -> copy of B
                ///
                /// Return a copy of B with uppercase ASCII characters converted
                /// to lowercase ASCII and vice versa.
                #[method]
                fn swapcase(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                    like::mapped(th, self, alg::swapcase)
                }

                /// B.title() -> copy of B
                ///
                /// Return a titlecased version of B, i.e. ASCII words start with
                /// uppercase characters, all remaining cased characters have lowercase.
                #[method]
                fn title(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                    like::mapped(th, self, alg::title)
                }

                /// Return a copy with each character mapped by the given translation table.
                ///
                ///   table
                ///     Translation table, which must be a bytes object of length 256.
                ///
                /// All characters occurring in the optional argument delete are
                /// removed.  The remaining characters are mapped through the given
                /// translation table.
                #[method(sig = "($self, table, /, delete=b'')")]
                fn translate(&self, th: &mut Thread, table: &Object, delete: Option<&Object>) -> Result<Ref<Object>, Raised> {
                    like::translate(th, self, table, delete)
                }

                /// B.upper() -> copy of B
                ///
                /// Return a copy of B with all ASCII characters converted to uppercase.
                #[method]
                fn upper(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                    like::mapped(th, self, <[u8]>::to_ascii_uppercase)
                }

                /// Pad a numeric string with zeros on the left, to fill a field of the given width.
                ///
                /// The original string is never truncated.
                #[method]
                fn zfill(&self, th: &mut Thread, width: isize) -> Result<Ref<Object>, Raised> {
                    like::zfill(th, self, width)
                }
            }
        };
    };
}

pub(crate) use same_methods;
