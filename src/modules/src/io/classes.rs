//! `BufferedReader`, `BufferedWriter`, `BufferedRandom` and `BufferedRWPair`.

use heap::{Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, ops, raise};

use super::base::{BufferedIoBase, Data, size_argument};
use super::buffered::{self, Buffered, Core};
use super::{DEFAULT_BUFFER_SIZE, names as n};

/// Create a new buffered reader using the given readable raw IO object.
#[pytype(name = "BufferedReader", module = "_io", base = BufferedIoBase, sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)", flags(BASETYPE, PLAIN_NEW), parts(shared, reads))]
#[repr(C)]
pub struct BufferedReader {
    base: BufferedIoBase,
    raw: Slot,
    core: Core,
}

/// A buffer for a writeable sequential RawIO object.
///
/// The constructor creates a BufferedWriter for the given writeable raw
/// stream. If the buffer_size is not given, it defaults to
/// DEFAULT_BUFFER_SIZE.
#[pytype(name = "BufferedWriter", module = "_io", base = BufferedIoBase, sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)", flags(BASETYPE, PLAIN_NEW), parts(shared, writes))]
#[repr(C)]
pub struct BufferedWriter {
    base: BufferedIoBase,
    raw: Slot,
    core: Core,
}

/// A buffered interface to random access streams.
///
/// The constructor creates a reader and writer for a seekable stream,
/// raw, given in the first argument. If the buffer_size is omitted it
/// defaults to DEFAULT_BUFFER_SIZE.
#[pytype(name = "BufferedRandom", module = "_io", base = BufferedIoBase, sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)", flags(BASETYPE, PLAIN_NEW), parts(shared, reads, writes))]
#[repr(C)]
pub struct BufferedRandom {
    base: BufferedIoBase,
    raw: Slot,
    core: Core,
}

macro_rules! shared {
    ($ty:ident, $reads:literal, $writes:literal) => {
        impl Buffered for $ty {
            fn core(&self) -> &Core {
                &self.core
            }
            fn slot(&self) -> &Slot {
                &self.raw
            }
            fn finalizing(&self) -> bool {
                self.is_finalizing()
            }
            const READS: bool = $reads;
            const WRITES: bool = $writes;
        }

        #[pymethods(part = "shared")]
        impl $ty {
            #[slot(tp_new)]
            fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<$ty>, Raised> {
                Ok(th.new_instance(cls, $ty { base: BufferedIoBase::new(), raw: Slot::NULL, core: Core::new() }))
            }

            #[slot(tp_init, sig = "(raw, buffer_size=131072)")]
            fn init(&self, th: &mut Thread, raw: &Object, buffer_size: isize) -> Result<(), Raised> {
                buffered::init(th, self, raw, buffer_size)
            }

            #[slot(tp_repr)]
            fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
                buffered::repr(th, self)
            }

            #[method]
            fn detach(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                buffered::detach(th, self)
            }

            #[method]
            fn flush(&self, th: &mut Thread) -> Result<(), Raised> {
                buffered::flush(th, self)
            }

            #[method]
            fn close(&self, th: &mut Thread) -> Result<(), Raised> {
                self.mark_closed();
                buffered::close(th, self)
            }

            #[method]
            fn seekable(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                buffered::forward(th, self, &n::seekable)
            }

            #[method]
            fn fileno(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                buffered::forward(th, self, &n::fileno)
            }

            #[method]
            fn isatty(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                buffered::forward(th, self, &n::isatty)
            }

            #[method]
            fn _dealloc_warn(&self, th: &mut Thread, source: &Object) -> Result<(), Raised> {
                if let Ok(raw) = buffered::raw(th, self) {
                    super::base::warn_below(th, &raw, source);
                } else {
                    th.take_exception();
                }
                Ok(())
            }

            #[method]
            fn tell(&self, th: &mut Thread) -> Result<i64, Raised> {
                buffered::tell(th, self)
            }

            #[method(sig = "($self, target, whence=0, /)")]
            fn seek(&self, th: &mut Thread, target: &Object, whence: i32) -> Result<i64, Raised> {
                buffered::seek(th, self, target, whence)
            }

            #[method(sig = "($self, pos=None, /)")]
            fn truncate(&self, th: &mut Thread, pos: Option<&Object>) -> Result<Ref<Object>, Raised> {
                buffered::truncate(th, self, pos)
            }

            #[getter]
            fn _finalizing(&self) -> bool {
                self.is_finalizing()
            }

            #[method]
            fn __getstate__(&self, th: &mut Thread) -> Result<(), Raised> {
                Err(super::no_pickle(th, self.as_object()))
            }

            #[method]
            fn __sizeof__(&self) -> usize {
                buffered::size(self)
            }

            #[getter]
            fn raw(&self, th: &mut Thread) -> Option<Ref<Object>> {
                self.raw.get(th, self)
            }

            #[getter]
            fn closed(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                buffered::attribute(th, self, &n::closed)
            }

            #[getter]
            fn name(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                buffered::attribute(th, self, &n::name)
            }

            #[getter]
            fn mode(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                buffered::attribute(th, self, &n::mode)
            }
        }
    };
}

macro_rules! reads {
    ($ty:ident) => {
        #[pymethods(part = "reads")]
        impl $ty {
            #[method]
            fn readable(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                buffered::forward(th, self, &n::readable)
            }

            #[method(sig = "($self, size=-1, /)")]
            fn read(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Object>, Raised> {
                if let Some(number) = size.and_then(|size| size.downcast::<objects::Int>()).and_then(objects::Int::to_i64)
                    && number < -1
                {
                    return Err(raise::value_error(th, format_args!("read length must be non-negative or -1")));
                }
                let size = size_argument(th, size)?;
                buffered::read(th, self, size)
            }

            #[method(sig = "($self, size=0, /)")]
            fn peek(&self, th: &mut Thread, _size: Option<&Object>) -> Result<Ref<Bytes>, Raised> {
                buffered::peek(th, self)
            }

            #[method(sig = "($self, size=-1, /)")]
            fn read1(&self, th: &mut Thread, #[default(-1)] size: isize) -> Result<Ref<Object>, Raised> {
                buffered::read1(th, self, usize::try_from(size).ok())
            }

            #[method(sig = "($self, buffer, /)")]
            fn readinto(&self, th: &mut Thread, mut buffer: WritableBuffer) -> Result<Option<usize>, Raised> {
                buffered::read_into(th, self, buffer.as_mut_slice(), false)
            }

            #[method(sig = "($self, buffer, /)")]
            fn readinto1(&self, th: &mut Thread, mut buffer: WritableBuffer) -> Result<Option<usize>, Raised> {
                buffered::read_into(th, self, buffer.as_mut_slice(), true)
            }

            #[method(sig = "($self, size=-1, /)")]
            fn readline(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Bytes>, Raised> {
                let size = size_argument(th, size)?;
                buffered::read_line(th, self, size)
            }

            #[slot(tp_iternext)]
            fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
                let me = self.as_object();
                let line = if core::ptr::eq(me.ty(), <$ty as heap::PyType>::type_object()) {
                    buffered::read_line(th, self, None)?.up()
                } else {
                    ops::call_method(th, me, &n::readline, &[])?
                };
                if ops::len(th, &line)? == 0 { Ok(None) } else { Ok(Some(line)) }
            }
        }
    };
}

macro_rules! writes {
    ($ty:ident) => {
        #[pymethods(part = "writes")]
        impl $ty {
            #[method]
            fn writable(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
                buffered::forward(th, self, &n::writable)
            }

            /// Write the given buffer to the IO stream.
            ///
            /// Return the number of bytes written, which is always
            /// the length of b in bytes.
            ///
            /// Raise BlockingIOError if the buffer is full and the
            /// underlying raw stream cannot accept more data at the moment.
            #[method(sig = "($self, buffer, /)")]
            fn write(&self, th: &mut Thread, buffer: &Object) -> Result<usize, Raised> {
                let data = Data::new(th, buffer)?;
                buffered::write(th, self, &data)
            }
        }
    };
}

shared!(BufferedReader, true, false);
shared!(BufferedWriter, false, true);
shared!(BufferedRandom, true, true);
reads!(BufferedReader);
reads!(BufferedRandom);
writes!(BufferedWriter);
writes!(BufferedRandom);

/// A buffered reader and writer object together.
///
/// A buffered reader object and buffered writer object put together to
/// form a sequential IO object that can read and write. This is typically
/// used with a socket or two-way pipe.
///
/// reader and writer are RawIOBase objects that are readable and
/// writeable respectively. If the buffer_size is omitted it defaults to
/// DEFAULT_BUFFER_SIZE.
#[pytype(name = "BufferedRWPair", module = "_io", base = BufferedIoBase, sig = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)", flags(BASETYPE, PLAIN_NEW))]
#[repr(C)]
pub struct BufferedRwPair {
    base: BufferedIoBase,
    reader: Slot,
    writer: Slot,
}

impl BufferedRwPair {
    fn half(&self, th: &mut Thread, slot: &Slot) -> Result<Ref<Object>, Raised> {
        slot.get(th, self).ok_or_else(|| raise::value_error(th, format_args!("I/O operation on uninitialized object")))
    }

    fn read_by(&self, th: &mut Thread, name: &objects::Str, args: &[&Object]) -> Result<Ref<Object>, Raised> {
        let half = self.half(th, &self.reader)?;
        ops::call_method(th, &half, name, args)
    }

    fn write_by(&self, th: &mut Thread, name: &objects::Str, args: &[&Object]) -> Result<Ref<Object>, Raised> {
        let half = self.half(th, &self.writer)?;
        ops::call_method(th, &half, name, args)
    }
}

#[pymethods]
impl BufferedRwPair {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<BufferedRwPair>, Raised> {
        Ok(th.new_instance(cls, BufferedRwPair { base: BufferedIoBase::new(), reader: Slot::NULL, writer: Slot::NULL }))
    }

    #[slot(tp_init, sig = "(reader, writer, buffer_size=131072, /)")]
    fn init(&self, th: &mut Thread, reader: &Object, writer: &Object, #[default(DEFAULT_BUFFER_SIZE as isize)] buffer_size: isize) -> Result<(), Raised> {
        super::base::check_can(th, reader, &n::readable, "File or stream is not readable.")?;
        super::base::check_can(th, writer, &n::writable, "File or stream is not writable.")?;
        let size = objects::Int::from_i64(th, buffer_size as i64);
        let read = ops::call(th, <BufferedReader as heap::PyType>::type_object(), &[reader, &size])?;
        let write = ops::call(th, <BufferedWriter as heap::PyType>::type_object(), &[writer, &size])?;
        self.reader.set(th, self, Some(read));
        self.writer.set(th, self, Some(write));
        Ok(())
    }

    #[method(shows = none)]
    fn read(&self, th: &mut Thread, args: Option<&Object>) -> Result<Ref<Object>, Raised> {
        self.read_by(th, &n::read, args.as_slice())
    }

    #[method(shows = none)]
    fn peek(&self, th: &mut Thread, args: Option<&Object>) -> Result<Ref<Object>, Raised> {
        self.read_by(th, &n::peek, args.as_slice())
    }

    #[method(shows = none)]
    fn read1(&self, th: &mut Thread, args: Option<&Object>) -> Result<Ref<Object>, Raised> {
        self.read_by(th, &n::read1, args.as_slice())
    }

    #[method(shows = none)]
    fn readinto(&self, th: &mut Thread, buffer: &Object) -> Result<Ref<Object>, Raised> {
        self.read_by(th, &n::readinto, &[buffer])
    }

    #[method(shows = none)]
    fn readinto1(&self, th: &mut Thread, buffer: &Object) -> Result<Ref<Object>, Raised> {
        self.read_by(th, &n::readinto1, &[buffer])
    }

    #[method(shows = none)]
    fn write(&self, th: &mut Thread, buffer: &Object) -> Result<Ref<Object>, Raised> {
        self.write_by(th, &n::write, &[buffer])
    }

    #[method]
    fn flush(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.write_by(th, &n::flush, &[])
    }

    #[method]
    fn readable(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.read_by(th, &n::readable, &[])
    }

    #[method]
    fn writable(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.write_by(th, &n::writable, &[])
    }

    #[method]
    fn isatty(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let answer = self.write_by(th, &n::isatty, &[])?;
        if answer.is(objects::false_()) { self.read_by(th, &n::isatty, &[]) } else { Ok(answer) }
    }

    #[method]
    fn close(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let first = self.write_by(th, &n::close, &[]);
        let earlier = if first.is_err() { th.take_exception() } else { None };
        let second = self.read_by(th, &n::close, &[]);
        match earlier {
            None => second,
            Some(earlier) if second.is_ok() => Err(raise::again(th, earlier)),
            Some(earlier) => Err(raise::chain(th, earlier)),
        }
    }

    #[getter]
    fn closed(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let half = self.half(th, &self.writer)?;
        ops::getattr(th, &half, &n::closed)
    }
}
