//! Socket addresses: Python's tuples and texts from and to the kernel's structs.
//!
//! Invariant: an [`Address`] says how many of its bytes are the address.
#![allow(unsafe_code, reason = "the kernel's address structs are views of one block of bytes")]

use core::ffi::CStr;
use core::mem::{MaybeUninit, offset_of, size_of};

use heap::{Object, Raised, Ref, Thread};
use objects::glue::Buffer;
use objects::{Bytes, Str, Tuple, exceptions, ops, raise};

use super::names;
use crate::os::{self, int};

/// An address of any family.
pub struct Address {
    storage: libc::sockaddr_storage,
    pub len: libc::socklen_t,
}

impl Address {
    /// Room for any address.
    pub fn room() -> Address {
        // SAFETY: all zero is an address without a family.
        let storage = unsafe { MaybeUninit::zeroed().assume_init() };
        Address { storage, len: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }

    fn of<T: Copy>(value: T) -> Address {
        const { assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>() && align_of::<T>() <= align_of::<libc::sockaddr_storage>()) };
        let mut made = Address::room();
        // SAFETY: the storage is large enough and aligned, as just asserted.
        unsafe { (&raw mut made.storage).cast::<T>().write(value) };
        made.len = size_of::<T>() as libc::socklen_t;
        made
    }

    /// The bytes that the kernel or a resolver returned.
    pub fn from_raw(start: *const libc::sockaddr, len: libc::socklen_t) -> Address {
        let mut made = Address::room();
        let len = (len as usize).min(size_of::<libc::sockaddr_storage>());
        // SAFETY: the caller's struct has `len` bytes, and so has the storage.
        unsafe { core::ptr::copy_nonoverlapping(start.cast::<u8>(), (&raw mut made.storage).cast::<u8>(), len) };
        made.len = len as libc::socklen_t;
        made
    }

    pub fn ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    pub fn ptr_mut(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }

    pub fn family(&self) -> i32 {
        i32::from(self.storage.ss_family)
    }

    fn view<T: Copy>(&self) -> T {
        const { assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>()) };
        // SAFETY: plain data, and zero behind what the kernel wrote.
        unsafe { (&raw const self.storage).cast::<T>().read() }
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: `len` is never more than the storage.
        unsafe { core::slice::from_raw_parts((&raw const self.storage).cast(), (self.len as usize).min(size_of::<libc::sockaddr_storage>())) }
    }

    /// Sets the port of an internet address.
    fn set_port(&mut self, port: u16) {
        // Both structs have it at the same place.
        const { assert!(offset_of!(libc::sockaddr_in, sin_port) == offset_of!(libc::sockaddr_in6, sin6_port)) };
        // SAFETY: the storage is larger than either.
        unsafe { (*(&raw mut self.storage).cast::<libc::sockaddr_in>()).sin_port = port.to_be() };
    }
}

fn wrong_type(th: &mut Thread, caller: &str, family: &str, want: &str, got: &Object) -> Raised {
    let got = ops::type_name(got);
    raise::type_error(th, format_args!("{caller}(): {family} address must be {want}, not {got}"))
}

/// The items of a tuple that has between `least` and `most` of them.
fn items<'a>(th: &mut Thread, caller: &str, family: &str, shape: &str, address: &'a Object, least: usize, most: usize) -> Result<&'a [&'a Object], Raised> {
    let Some(tuple) = address.downcast::<Tuple>() else {
        return Err(wrong_type(th, caller, family, "tuple", address));
    };
    if !(least..=most).contains(&tuple.len()) {
        return Err(raise::type_error(th, format_args!("{family} address must be {shape}")));
    }
    Ok(tuple.as_slice())
}

fn number(th: &mut Thread, object: &Object) -> Result<i64, Raised> {
    let value = ops::index(th, object)?;
    match value.to_i64().filter(|v| i32::try_from(*v).is_ok()) {
        Some(value) => Ok(value),
        None => {
            let small = value.to_i128().is_some_and(|v| v < 0);
            let what = if small { "less than minimum" } else { "greater than maximum" };
            Err(raise::overflow_error(th, format_args!("signed integer is {what}")))
        }
    }
}

fn unsigned(th: &mut Thread, object: &Object) -> Result<u32, Raised> {
    let value = ops::index(th, object)?;
    // As C's masks: the low bits.
    Ok(value.to_i128().map_or(0, |v| v as u32))
}

fn port(th: &mut Thread, caller: &str, number: i64) -> Result<u16, Raised> {
    u16::try_from(number).or_else(|_| Err(raise::overflow_error(th, format_args!("{caller}(): port must be 0-65535."))))
}

/// Address of Python's for a socket of this family; `caller` is for messages.
pub fn parse(th: &mut Thread, family: i32, proto: i32, address: &Object, caller: &str) -> Result<Address, Raised> {
    match family {
        libc::AF_INET => {
            let items = items(th, caller, "AF_INET", "a pair (host, port)", address, 2, 2)?;
            let host = names::host_bytes(th, items[0])?;
            let number = number(th, items[1])?;
            // The host comes first: of two things that are wrong its error is the one that is seen.
            let mut made = names::resolve(th, &host, libc::AF_INET)?;
            made.set_port(port(th, caller, number)?);
            Ok(made)
        }
        libc::AF_INET6 => {
            let items = items(th, caller, "AF_INET6", "a tuple (host, port[, flowinfo[, scopeid]])", address, 2, 4)?;
            let host = names::host_bytes(th, items[0])?;
            let number = number(th, items[1])?;
            let flow = items.get(2).map_or(Ok(0), |item| unsigned(th, item))?;
            let scope = items.get(3).map_or(Ok(0), |item| unsigned(th, item))?;
            if flow > 0xf_ffff {
                return Err(raise::overflow_error(th, format_args!("{caller}(): flowinfo must be 0-1048575.")));
            }
            let found = names::resolve(th, &host, libc::AF_INET6)?;
            let port = port(th, caller, number)?;
            let mut made: libc::sockaddr_in6 = found.view();
            made.sin6_port = port.to_be();
            made.sin6_flowinfo = flow.to_be();
            if items.len() == 4 || made.sin6_scope_id == 0 {
                made.sin6_scope_id = scope;
            }
            Ok(Address::of(made))
        }
        libc::AF_UNIX => unix(th, address),
        libc::AF_NETLINK => {
            let items = items(th, caller, "AF_NETLINK", "a pair (pid, groups)", address, 2, 2)?;
            // SAFETY: all zero is a valid struct.
            let mut made: libc::sockaddr_nl = unsafe { MaybeUninit::zeroed().assume_init() };
            made.nl_family = libc::AF_NETLINK as u16;
            made.nl_pid = unsigned(th, items[0])?;
            made.nl_groups = unsigned(th, items[1])?;
            Ok(Address::of(made))
        }
        libc::AF_VSOCK => {
            let items = items(th, caller, "AF_VSOCK", "a pair (cid, port)", address, 2, 2)?;
            // SAFETY: all zero is a valid struct.
            let mut made: libc::sockaddr_vm = unsafe { MaybeUninit::zeroed().assume_init() };
            made.svm_family = libc::AF_VSOCK as u16;
            made.svm_cid = unsigned(th, items[0])?;
            made.svm_port = unsigned(th, items[1])?;
            Ok(Address::of(made))
        }
        libc::AF_PACKET => packet(th, caller, address),
        libc::AF_CAN if matches!(proto, libc::CAN_RAW | libc::CAN_BCM) => {
            let items = items(th, caller, "AF_CAN", "a tuple (interface, )", address, 1, 1)?;
            // SAFETY: all zero is a valid struct.
            let mut made: libc::sockaddr_can = unsafe { MaybeUninit::zeroed().assume_init() };
            made.can_family = libc::AF_CAN as u16;
            made.can_ifindex = interface(th, items[0])?;
            Ok(Address::of(made))
        }
        other => Err(raise::not_implemented(th, format_args!("{caller}(): addresses of family {other}, protocol {proto}"))),
    }
}

fn unix(th: &mut Thread, address: &Object) -> Result<Address, Raised> {
    let path = match address.downcast::<Str>() {
        Some(text) => os::encode(th, text)?,
        None => Buffer::new(th, address)?.as_slice().to_vec(),
    };
    // SAFETY: all zero is a valid struct.
    let mut made: libc::sockaddr_un = unsafe { MaybeUninit::zeroed().assume_init() };
    // A name that begins with NUL is abstract: all its bytes count. Others end with one.
    let is_abstract = path.first() == Some(&0);
    if path.len() + usize::from(!is_abstract && !path.is_empty()) > made.sun_path.len() {
        return Err(raise::new(th, exceptions::os_error_type(), format_args!("AF_UNIX path too long")));
    }
    made.sun_family = libc::AF_UNIX as u16;
    for (to, from) in made.sun_path.iter_mut().zip(&path) {
        *to = *from as _;
    }
    let mut all = Address::of(made);
    let used = path.len() + usize::from(!is_abstract && !path.is_empty());
    all.len = (offset_of!(libc::sockaddr_un, sun_path) + used) as libc::socklen_t;
    Ok(all)
}

/// The index of a network interface; 0 (all) for an empty name.
fn interface(th: &mut Thread, name: &Object) -> Result<i32, Raised> {
    let name = os::fs_string(th, name)?;
    if name.as_bytes().is_empty() {
        return Ok(0);
    }
    match os::c!(if_nametoindex(name.as_ptr())) {
        0 => Err(os::last_error(th)),
        index => Ok(index.cast_signed()),
    }
}

fn packet(th: &mut Thread, caller: &str, address: &Object) -> Result<Address, Raised> {
    let items = items(th, caller, "AF_PACKET", "a tuple of two to five elements", address, 2, 5)?;
    let index = interface(th, items[0])?;
    let proto = number(th, items[1])?;
    let Ok(proto) = u16::try_from(proto) else {
        return Err(raise::overflow_error(th, format_args!("{caller}(): proto argument out of range")));
    };
    // SAFETY: all zero is a valid struct.
    let mut made: libc::sockaddr_ll = unsafe { MaybeUninit::zeroed().assume_init() };
    made.sll_family = libc::AF_PACKET as u16;
    made.sll_protocol = proto.to_be();
    made.sll_ifindex = index;
    made.sll_pkttype = items.get(2).map_or(Ok(0), |item| number(th, item))? as u8;
    made.sll_hatype = items.get(3).map_or(Ok(0), |item| number(th, item))? as u16;
    if let Some(hardware) = items.get(4) {
        let hardware = Buffer::new(th, hardware)?;
        if hardware.len() > 8 {
            return Err(raise::value_error(th, format_args!("hardware address must be 8 bytes or less")));
        }
        made.sll_addr[..hardware.len()].copy_from_slice(&hardware);
        made.sll_halen = hardware.len() as u8;
    }
    Ok(Address::of(made))
}

/// The name of a network interface, empty where it has none.
fn interface_name(th: &Thread, index: i32) -> Ref<Object> {
    let mut name = [0; libc::IF_NAMESIZE];
    if index == 0 || os::c!(if_indextoname(index.cast_unsigned(), name.as_mut_ptr())).is_null() {
        return Str::new(th, "").up();
    }
    os::c_text(th, name.as_ptr())
}

/// The text of an internet address.
pub fn host_text(address: &Address) -> String {
    match address.family() {
        libc::AF_INET => {
            let v4: libc::sockaddr_in = address.view();
            std::net::Ipv4Addr::from(u32::from_be(v4.sin_addr.s_addr)).to_string()
        }
        libc::AF_INET6 => names::ntop6(&address.view::<libc::sockaddr_in6>().sin6_addr.s6_addr),
        _ => String::new(),
    }
}

/// The address as Python shows it; `None` where there is none.
pub fn show(th: &mut Thread, address: &Address, proto: i32) -> Ref<Object> {
    if address.len == 0 {
        return objects::none_ref();
    }
    match address.family() {
        libc::AF_INET => {
            let v4: libc::sockaddr_in = address.view();
            let host = Str::new(th, &host_text(address)).up();
            let port = int(th, u16::from_be(v4.sin_port).into());
            os::tuple(th, vec![host, port])
        }
        libc::AF_INET6 => {
            let v6: libc::sockaddr_in6 = address.view();
            // The zone is shown as a number, not in the text.
            let host = Str::new(th, &host_text(address)).up();
            let parts = [i64::from(u16::from_be(v6.sin6_port)), u32::from_be(v6.sin6_flowinfo).into(), v6.sin6_scope_id.into()];
            let mut all = vec![host];
            all.extend(parts.map(|part| int(th, part)));
            os::tuple(th, all)
        }
        libc::AF_UNIX => {
            let path = address.bytes().get(offset_of!(libc::sockaddr_un, sun_path)..).unwrap_or(&[]);
            match path.first() {
                Some(0) => Bytes::new(th, path).up(),
                _ => {
                    let end = path.iter().position(|b| *b == 0).unwrap_or(path.len());
                    interp::config::decode_os(th, &path[..end]).up()
                }
            }
        }
        libc::AF_NETLINK => {
            let nl: libc::sockaddr_nl = address.view();
            let all = [nl.nl_pid, nl.nl_groups].map(|part| int(th, part.into()));
            os::tuple(th, all.into())
        }
        libc::AF_VSOCK => {
            let vm: libc::sockaddr_vm = address.view();
            let all = [vm.svm_cid, vm.svm_port].map(|part| int(th, part.into()));
            os::tuple(th, all.into())
        }
        libc::AF_PACKET => {
            let ll: libc::sockaddr_ll = address.view();
            let hardware = Bytes::new(th, &ll.sll_addr[..usize::from(ll.sll_halen).min(8)]).up();
            let parts = [i64::from(u16::from_be(ll.sll_protocol)), ll.sll_pkttype.into(), ll.sll_hatype.into()];
            let mut all = vec![interface_name(th, ll.sll_ifindex)];
            all.extend(parts.map(|part| int(th, part)));
            all.push(hardware);
            os::tuple(th, all)
        }
        libc::AF_CAN if matches!(proto, libc::CAN_RAW | libc::CAN_BCM) => {
            let can: libc::sockaddr_can = address.view();
            let name = interface_name(th, can.can_ifindex);
            os::tuple(th, vec![name])
        }
        family => {
            let data = Bytes::new(th, address.bytes().get(2..).unwrap_or(&[])).up();
            let family = int(th, family.into());
            os::tuple(th, vec![family, data])
        }
    }
}

/// A C string in a fixed array of bytes.
pub fn terminated(bytes: &[u8]) -> &CStr {
    CStr::from_bytes_until_nul(bytes).unwrap_or_default()
}

