//! `sendmsg` and `recvmsg`: several buffers and ancillary data at once.
//!
//! Invariant: control messages are read with bounds from what the kernel said it wrote.
#![allow(unsafe_code, reason = "control messages are laid out in a block of bytes")]

use core::mem::{MaybeUninit, align_of, size_of};

use heap::{Object, Raised, Ref, Thread};
use objects::glue::{Buffer, Exported};
use objects::{Bytes, Tuple, none, ops, raise};

use super::address::{self, Address};
use super::object::{For, Socket, room};
use crate::os::{self, c, int};

const ALIGN: usize = align_of::<libc::cmsghdr>();
const HEADER: usize = size_of::<libc::cmsghdr>().next_multiple_of(ALIGN);

/// The length of a control message with so much data (`CMSG_LEN`).
pub fn cmsg_len(data: usize) -> Option<usize> {
    HEADER.checked_add(data).filter(|n| *n <= i32::MAX as usize)
}

/// The room that such a message takes with its padding (`CMSG_SPACE`).
pub fn cmsg_space(data: usize) -> Option<usize> {
    data.checked_next_multiple_of(ALIGN)?.checked_add(HEADER).filter(|n| *n <= i32::MAX as usize)
}

fn header() -> libc::msghdr {
    // SAFETY: all zero is a message without anything.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// Receives into the vectors: how many bytes, and `[ancdata, flags, address]`.
pub fn receive(
    socket: &Socket,
    th: &mut Thread,
    vectors: &mut [libc::iovec],
    ancillary: isize,
    flags: i32,
) -> Result<(usize, [Ref<Object>; 3]), Raised> {
    let Some(size) = usize::try_from(ancillary).ok().filter(|n| *n <= i32::MAX as usize) else {
        return Err(raise::value_error(th, format_args!("invalid ancillary data buffer length")));
    };
    let mut control = room(th, size)?;
    let mut from = Address::room();
    let mut seen = header();
    let n = socket.run(th, For::Reading, |fd| {
        from = Address::room();
        let mut message = header();
        message.msg_name = from.ptr_mut().cast();
        message.msg_namelen = from.len;
        message.msg_iov = vectors.as_mut_ptr();
        message.msg_iovlen = vectors.len();
        if size > 0 {
            message.msg_control = control.as_mut_ptr().cast();
            message.msg_controllen = size;
        }
        let n = c!(recvmsg(fd, &raw mut message, flags));
        seen = message;
        n
    })?;
    from.len = seen.msg_namelen;
    let mut all = Vec::new();
    let control = &control[..seen.msg_controllen.min(size)];
    let mut at = 0;
    while at + size_of::<libc::cmsghdr>() <= control.len() {
        // SAFETY: that many bytes are there; the header may stand anywhere in them.
        let head = unsafe { control[at..].as_ptr().cast::<libc::cmsghdr>().read_unaligned() };
        if head.cmsg_len < size_of::<libc::cmsghdr>() {
            break;
        }
        // The last message's data may have been cut off.
        let start = (at + HEADER).min(control.len());
        let end = at.saturating_add(head.cmsg_len).clamp(start, control.len());
        let parts = [int(th, head.cmsg_level.into()), int(th, head.cmsg_type.into()), Bytes::new(th, &control[start..end]).up()];
        all.push(os::tuple(th, parts.into()));
        at = at.saturating_add(head.cmsg_len.next_multiple_of(ALIGN));
    }
    let rest = [os::list(th, all), int(th, seen.msg_flags.into()), address::show(th, &from, socket.proto())];
    Ok((n.cast_unsigned(), rest))
}

/// `sendmsg`
pub fn send(socket: &Socket, th: &mut Thread, buffers: &Object, ancillary: Option<&Object>, flags: i32, to: Option<&Object>) -> Result<isize, Raised> {
    let to = match to.filter(|a| !a.is(none())) {
        Some(to) => Some(address::parse(th, socket.family(), socket.proto(), to, "sendmsg")?),
        None => None,
    };
    if ops::iter_opt(th, buffers)?.is_none() {
        return Err(raise::type_error(th, format_args!("sendmsg() argument 1 must be iterable")));
    }
    let mut held = Vec::new();
    for item in ops::to_vec(th, buffers)? {
        held.push(Exported::new(th, &item)?);
    }
    let mut vectors: Vec<libc::iovec> =
        held.iter().map(|buffer| libc::iovec { iov_base: buffer.as_ptr().cast_mut().cast(), iov_len: buffer.len() }).collect();
    let mut control = match ancillary {
        Some(ancillary) => control_messages(th, ancillary)?,
        None => Vec::new(),
    };
    socket.run(th, For::Writing, |fd| {
        let mut message = header();
        if let Some(to) = &to {
            message.msg_name = to.ptr().cast_mut().cast();
            message.msg_namelen = to.len;
        }
        message.msg_iov = vectors.as_mut_ptr();
        message.msg_iovlen = vectors.len();
        if !control.is_empty() {
            message.msg_control = control.as_mut_ptr().cast();
            message.msg_controllen = control.len();
        }
        c!(sendmsg(fd, &raw const message, flags))
    })
}

/// The block of control messages for `(level, type, data)` tuples.
fn control_messages(th: &mut Thread, list: &Object) -> Result<Vec<u8>, Raised> {
    if ops::iter_opt(th, list)?.is_none() {
        return Err(raise::type_error(th, format_args!("sendmsg() argument 2 must be iterable")));
    }
    let mut block: Vec<u8> = Vec::new();
    for item in ops::to_vec(th, list)? {
        let parts = item.downcast_ref::<Tuple>().map(Tuple::as_slice);
        let Some([level, kind, data]) = parts else {
            return Err(raise::type_error(th, format_args!("[sendmsg() ancillary data items] must be sequence of length 3")));
        };
        let mut numbers = [0i32; 2];
        for (to, from) in numbers.iter_mut().zip([level, kind]) {
            let value = ops::index(th, from)?;
            match value.to_i64().and_then(|n| i32::try_from(n).ok()) {
                Some(number) => *to = number,
                None => return Err(raise::overflow_error(th, format_args!("signed integer is out of range"))),
            }
        }
        let data = Buffer::new(th, data)?;
        let (Some(length), Some(space)) = (cmsg_len(data.len()), cmsg_space(data.len())) else {
            return Err(raise::new(th, objects::exceptions::os_error_type(), format_args!("ancillary data item too large")));
        };
        // SAFETY: all zero is a header, some targets' padding included.
        let mut head: libc::cmsghdr = unsafe { MaybeUninit::zeroed().assume_init() };
        (head.cmsg_len, head.cmsg_level, head.cmsg_type) = (length, numbers[0], numbers[1]);
        let start = block.len();
        block.resize(start + space, 0);
        // SAFETY: the block has room for the header there.
        unsafe { block[start..].as_mut_ptr().cast::<libc::cmsghdr>().write_unaligned(head) };
        block[start + HEADER..start + HEADER + data.len()].copy_from_slice(&data);
    }
    Ok(block)
}
