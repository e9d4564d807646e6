//! Names of hosts, services, protocols and interfaces: the resolver's functions of `_socket`.
//!
//! Invariant: the resolver runs detached, and what it allocates is given back at once. The functions of libc that answer in memory of
//! their own run one at a time.
#![allow(unsafe_code, reason = "the resolver's structs, and functions of libc that its crate does not declare")]

use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem::MaybeUninit;
use std::ffi::CString;

use heap::sync::Mutex;
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Bytes, Dict, Int, Str, Tuple, exceptions, ops, raise};

use super::address::{self, Address};
use crate::os::{self, c, int};

static GAI_ERROR: Global<Object> = Global::EMPTY;
static HERROR: Global<Object> = Global::EMPTY;

/// Guards the functions that answer in static memory.
static NETDB: Mutex<()> = Mutex::new(());

#[repr(C)]
struct HostEnt {
    name: *const c_char,
    aliases: *const *const c_char,
    family: c_int,
    length: c_int,
    addresses: *const *const u8,
}

unsafe extern "C" {
    fn inet_pton(family: c_int, text: *const c_char, to: *mut c_void) -> c_int;
    fn inet_ntop(family: c_int, from: *const c_void, to: *mut c_char, size: libc::socklen_t) -> *const c_char;
    fn inet_aton(text: *const c_char, to: *mut libc::in_addr) -> c_int;
    fn hstrerror(error: c_int) -> *const c_char;
    fn gethostbyname_r(name: *const c_char, to: *mut HostEnt, buffer: *mut c_char, size: usize, result: *mut *mut HostEnt, error: *mut c_int) -> c_int;
    fn gethostbyaddr_r(
        address: *const c_void,
        length: libc::socklen_t,
        family: c_int,
        to: *mut HostEnt,
        buffer: *mut c_char,
        size: usize,
        result: *mut *mut HostEnt,
        error: *mut c_int,
    ) -> c_int;
}

fn error_class(th: &mut Thread, keep: &'static Global<Object>, name: &str) -> Result<Ref<Object>, Raised> {
    keep.get_or_init(th, |th| {
        let namespace = Dict::new(th);
        let module = Str::new(th, "socket");
        namespace.set_by_name(th, "__module__", module.up());
        let bases = Tuple::from_slice(th, &[exceptions::os_error_type()]);
        let name = Str::new(th, name);
        objects::typing::new_class::new_class(th, objects::typing::type_type(), &name, &bases, &namespace, KwArgs::new(&[], &[]))
    })
}

/// Raises `class(number, text)`.
fn raise_pair(th: &mut Thread, class: &Object, number: i32, text: *const c_char) -> Raised {
    let (number, text) = (int(th, number.into()), os::c_text(th, text));
    match ops::call(th, class, &[&number, &text]) {
        Ok(exception) => th.set_exception(exception),
        Err(raised) => raised,
    }
}

fn gai_error(th: &mut Thread, code: i32, number: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        return raise::os_error(th, number, None, None);
    }
    match error_class(th, &GAI_ERROR, "gaierror") {
        Ok(class) => raise_pair(th, &class, code, c!(gai_strerror(code))),
        Err(raised) => raised,
    }
}

fn host_error(th: &mut Thread, code: i32) -> Raised {
    // SAFETY: the text is libc's, for ever.
    let text = unsafe { hstrerror(code) };
    match error_class(th, &HERROR, "herror") {
        Ok(class) => raise_pair(th, &class, code, text),
        Err(raised) => raised,
    }
}

/// What `getaddrinfo` found.
struct Found(*mut libc::addrinfo);

impl Drop for Found {
    fn drop(&mut self) {
        if !self.0.is_null() {
            c!(freeaddrinfo(self.0));
        }
    }
}

impl Found {
    fn iter(&self) -> impl Iterator<Item = &libc::addrinfo> {
        // SAFETY: a list of structs that live as long as this.
        core::iter::successors(unsafe { self.0.as_ref() }, |info| unsafe { info.ai_next.as_ref() })
    }
}

fn address_of(info: &libc::addrinfo) -> Address {
    Address::from_raw(info.ai_addr, info.ai_addrlen)
}

fn look_up(th: &mut Thread, host: Option<&CStr>, service: Option<&CStr>, family: i32, kind: i32, proto: i32, flags: i32) -> Result<Found, Raised> {
    // SAFETY: all zero is a valid struct.
    let mut hints: libc::addrinfo = unsafe { MaybeUninit::zeroed().assume_init() };
    (hints.ai_family, hints.ai_socktype, hints.ai_protocol, hints.ai_flags) = (family, kind, proto, flags);
    let (host, service) = (host.map_or(core::ptr::null(), CStr::as_ptr), service.map_or(core::ptr::null(), CStr::as_ptr));
    let mut found = core::ptr::null_mut();
    let (code, number) = th.detached(|| (c!(getaddrinfo(host, service, &raw const hints, &raw mut found)), os::errno()));
    if code != 0 {
        return Err(gai_error(th, code, number));
    }
    Ok(Found(found))
}

/// A host's name as the resolver takes it: text is encoded by IDNA, bytes are taken as they are.
pub fn host_bytes(th: &mut Thread, host: &Object) -> Result<CString, Raised> {
    let bytes = if let Some(text) = host.downcast::<Str>() {
        if text.is_ascii() {
            text.to_wtf8()
        } else {
            let codec = Str::new(th, "idna");
            let encode = objects::intern(th, "encode");
            let encoded = ops::call_method(th, host, encode, &[&codec])?;
            Buffer::new(th, &encoded)?.as_slice().to_vec()
        }
    } else if host.is_a::<Bytes>() || host.is_a::<objects::ByteArray>() {
        Buffer::new(th, host)?.as_slice().to_vec()
    } else {
        let got = ops::type_name(host);
        return Err(raise::type_error(th, format_args!("str, bytes or bytearray expected, not {got}")));
    };
    CString::new(bytes).or_else(|_| Err(raise::type_error(th, format_args!("host name must not contain null character"))))
}

/// The first address of a host; an empty name is any address of this host.
pub fn resolve(th: &mut Thread, host: &CStr, family: i32) -> Result<Address, Raised> {
    if host.is_empty() {
        let found = look_up(th, None, Some(c"0"), family, libc::SOCK_DGRAM, 0, libc::AI_PASSIVE)?;
        let mut all = found.iter();
        return match (all.next(), all.next()) {
            (Some(first), None) => Ok(address_of(first)),
            _ => Err(raise::new(th, exceptions::os_error_type(), format_args!("wildcard resolved to multiple address"))),
        };
    }
    if host == c"255.255.255.255" || host == c"<broadcast>" {
        if family != libc::AF_INET && family != libc::AF_UNSPEC {
            return Err(raise::new(th, exceptions::os_error_type(), format_args!("address family mismatched")));
        }
        return Ok(v4(u32::MAX));
    }
    // Numbers need no resolver.
    if family != libc::AF_INET6
        && let Some(number) = host.to_str().ok().and_then(|text| text.parse::<std::net::Ipv4Addr>().ok())
    {
        return Ok(v4(u32::from(number)));
    }
    let found = look_up(th, Some(host), None, family, 0, 0, 0)?;
    match found.iter().next() {
        Some(first) => Ok(address_of(first)),
        None => Err(gai_error(th, libc::EAI_NONAME, 0)),
    }
}

fn v4(number: u32) -> Address {
    // SAFETY: all zero is a valid struct.
    let mut made: libc::sockaddr_in = unsafe { MaybeUninit::zeroed().assume_init() };
    made.sin_family = libc::AF_INET as u16;
    made.sin_addr.s_addr = number.to_be();
    Address::from_raw((&raw const made).cast(), size_of::<libc::sockaddr_in>() as libc::socklen_t)
}

/// The text of an IPv6 address, as libc writes it.
pub fn ntop6(bytes: &[u8; 16]) -> String {
    ntop(libc::AF_INET6, bytes).unwrap_or_default()
}

fn ntop(family: i32, bytes: &[u8]) -> Option<String> {
    let mut text = [0u8; 64];
    // SAFETY: the callers' bytes are as many as the family has; the text has room for any address.
    let done = unsafe { inet_ntop(family, bytes.as_ptr().cast(), text.as_mut_ptr().cast(), text.len() as libc::socklen_t) };
    (!done.is_null()).then(|| address::terminated(&text).to_string_lossy().into_owned())
}

/// Name, aliases and addresses of a host that one of the `_r` functions found.
fn host_entry(th: &mut Thread, mut call: impl FnMut(*mut HostEnt, &mut Vec<c_char>, *mut *mut HostEnt, *mut c_int) -> c_int) -> Result<Ref<Object>, Raised> {
    let mut buffer: Vec<c_char> = vec![0; 16 << 10];
    loop {
        let mut entry = MaybeUninit::<HostEnt>::zeroed();
        let (mut result, mut error) = (core::ptr::null_mut(), 0);
        let code = th.detached(|| call(entry.as_mut_ptr(), &mut buffer, &raw mut result, &raw mut error));
        if code == libc::ERANGE && buffer.len() < 1 << 20 {
            buffer.resize(buffer.len() * 2, 0);
            continue;
        }
        if result.is_null() {
            return Err(host_error(th, error));
        }
        // SAFETY: filled by the call; it points into `buffer`.
        let entry = unsafe { entry.assume_init() };
        let mut aliases = Vec::new();
        // SAFETY: a list of strings that ends with null.
        for alias in unsafe { pointers(entry.aliases) } {
            aliases.push(os::c_text(th, alias));
        }
        let length = if entry.family == libc::AF_INET6 { 16 } else { 4 };
        let mut addresses = Vec::new();
        // SAFETY: a list of addresses of that family that ends with null.
        for address in unsafe { pointers(entry.addresses) } {
            // SAFETY: `length` bytes.
            let text = ntop(entry.family, unsafe { core::slice::from_raw_parts(address, length) }).unwrap_or_default();
            addresses.push(Str::new(th, &text).up());
        }
        let parts = vec![os::c_text(th, entry.name), os::list(th, aliases), os::list(th, addresses)];
        return Ok(os::tuple(th, parts));
    }
}

/// # Safety
/// `list` is null or ends with a null pointer.
unsafe fn pointers<T>(list: *const *const T) -> Vec<*const T> {
    let mut all = Vec::new();
    let mut at = list;
    // SAFETY: the caller's promise.
    while !at.is_null() && unsafe { !(*at).is_null() } {
        // SAFETY: as above.
        unsafe {
            all.push(*at);
            at = at.add(1);
        }
    }
    all
}

/// A number for a C type of so many bits.
fn unsigned(th: &mut Thread, value: &Object, bits: u32) -> Result<u32, Raised> {
    let number = ops::index(th, value)?;
    if number.view().is_negative() {
        return Err(raise::value_error(th, format_args!("Cannot convert negative int")));
    }
    match number.to_i64() {
        Some(v) if v < 1 << bits => Ok(v as u32),
        _ => Err(raise::overflow_error(th, format_args!("Python int too large for C uint{bits}_t"))),
    }
}

/// The functions of `_socket` that need no socket.
#[pymodule(part)]
pub mod resolver {
    use super::*;

    #[attr]
    fn gaierror(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        error_class(th, &GAI_ERROR, "gaierror")
    }

    #[attr]
    fn herror(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        error_class(th, &HERROR, "herror")
    }

    /// Resolve host and port into addrinfo struct.
    #[function(sig = "(host, port, family=0, type=0, proto=0, flags=0)", shows = none)]
    fn getaddrinfo(th: &mut Thread, host: &Object, port: &Object, family: i32, r#type: i32, proto: i32, flags: i32) -> Result<Ref<Object>, Raised> {
        let host = if host.is(objects::none()) {
            None
        } else if host.is_a::<Str>() || host.is_a::<Bytes>() {
            Some(host_bytes(th, host)?)
        } else {
            return Err(raise::type_error(th, format_args!("getaddrinfo() argument 1 must be string or None")));
        };
        let service = if port.is(objects::none()) {
            None
        } else if port.is_a::<Int>() {
            Some(ops::repr(th, port)?.to_wtf8().to_vec())
        } else if let Some(text) = port.downcast::<Str>() {
            match text.to_utf8() {
                Some(utf8) => Some(utf8.as_bytes().to_vec()),
                None => return Err(raise::unicode_surrogates(th, text)),
            }
        } else if let Some(bytes) = port.downcast::<Bytes>() {
            Some(bytes.as_slice().to_vec())
        } else {
            return Err(raise::new(th, exceptions::os_error_type(), format_args!("Int or String expected")));
        };
        let service = match service.map(CString::new) {
            None => None,
            Some(Ok(service)) => Some(service),
            Some(Err(_)) => return Err(raise::value_error(th, format_args!("embedded null character"))),
        };
        let found = look_up(th, host.as_deref(), service.as_deref(), family, r#type, proto, flags)?;
        let mut all = Vec::new();
        for info in found.iter() {
            let name = if info.ai_canonname.is_null() { Str::new(th, "").up() } else { os::c_text(th, info.ai_canonname) };
            let shown = address::show(th, &address_of(info), -1);
            let parts = [info.ai_family, info.ai_socktype, info.ai_protocol].map(|part| int(th, part.into()));
            let mut tuple: Vec<Ref<Object>> = parts.into();
            tuple.extend([name, shown]);
            all.push(os::tuple(th, tuple));
        }
        Ok(os::list(th, all))
    }

    /// Get host and port for a sockaddr.
    #[function(sig = none)]
    fn getnameinfo(th: &mut Thread, sockaddr: &Object, flags: i32) -> Result<Ref<Object>, Raised> {
        let Some(tuple) = sockaddr.downcast::<Tuple>() else {
            return Err(raise::type_error(th, format_args!("getnameinfo() argument 1 must be a tuple")));
        };
        let items = tuple.as_slice();
        if !(2..=4).contains(&items.len()) {
            return Err(raise::type_error(th, format_args!("getnameinfo(): illegal sockaddr argument")));
        }
        let Some(host) = items[0].downcast::<Str>() else {
            return Err(raise::type_error(th, format_args!("getnameinfo(): illegal sockaddr argument")));
        };
        let host = host_bytes(th, host)?;
        let mut numbers = [0i64; 3];
        for (to, from) in numbers.iter_mut().zip(&items[1..]) {
            let value = ops::index(th, from)?;
            *to = value.to_i64().unwrap_or(i64::MAX);
        }
        if !(0..=0xf_ffff).contains(&numbers[1]) {
            return Err(raise::overflow_error(th, format_args!("getnameinfo(): flowinfo must be 0-1048575.")));
        }
        let service = CString::new(numbers[0].to_string()).unwrap_or_default();
        let numeric = libc::AI_NUMERICHOST | libc::AI_NUMERICSERV;
        let found = look_up(th, Some(&host), Some(&service), libc::AF_UNSPEC, libc::SOCK_DGRAM, 0, numeric)?;
        let mut all = found.iter();
        let (Some(first), None) = (all.next(), all.next()) else {
            return Err(raise::new(th, exceptions::os_error_type(), format_args!("sockaddr resolved to multiple addresses")));
        };
        let mut address = address_of(first);
        match first.ai_family {
            libc::AF_INET if items.len() != 2 => {
                return Err(raise::new(th, exceptions::os_error_type(), format_args!("IPv4 sockaddr must be 2 tuple")));
            }
            libc::AF_INET6 => {
                // SAFETY: the family says so, and the storage is larger.
                let v6 = unsafe { &mut *address.ptr_mut().cast::<libc::sockaddr_in6>() };
                v6.sin6_flowinfo = (numbers[1] as u32).to_be();
                v6.sin6_scope_id = numbers[2] as u32;
            }
            _ => {}
        }
        let (mut name, mut port) = ([0u8; libc::NI_MAXHOST as usize], [0u8; 32]);
        let (code, number) = th.detached(|| {
            let code = c!(getnameinfo(
                address.ptr(),
                address.len,
                name.as_mut_ptr().cast(),
                name.len() as libc::socklen_t,
                port.as_mut_ptr().cast(),
                port.len() as libc::socklen_t,
                flags
            ));
            (code, os::errno())
        });
        if code != 0 {
            return Err(gai_error(th, code, number));
        }
        let both = [&name[..], &port[..]].map(|text| interp::config::decode_os(th, address::terminated(text).to_bytes()).up());
        Ok(os::tuple(th, both.into()))
    }

    /// Return the IP address (a string of the form '255.255.255.255') for a host.
    #[function(sig = none)]
    fn gethostbyname(th: &mut Thread, host: &Object) -> Result<String, Raised> {
        let host = host_bytes(th, host)?;
        Ok(address::host_text(&resolve(th, &host, libc::AF_INET)?))
    }

    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[function(sig = none)]
    fn gethostbyname_ex(th: &mut Thread, host: &Object) -> Result<Ref<Object>, Raised> {
        let host = host_bytes(th, host)?;
        resolve(th, &host, libc::AF_INET)?;
        // SAFETY: the function fills the entry and the buffer, whose size it is told.
        host_entry(th, |entry, buffer, result, error| unsafe {
            gethostbyname_r(host.as_ptr(), entry, buffer.as_mut_ptr(), buffer.len(), result, error)
        })
    }

    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[function(sig = none)]
    fn gethostbyaddr(th: &mut Thread, host: &Object) -> Result<Ref<Object>, Raised> {
        let host = host_bytes(th, host)?;
        let address = resolve(th, &host, libc::AF_UNSPEC)?;
        let family = address.family();
        let (offset, length) = match family {
            libc::AF_INET => (core::mem::offset_of!(libc::sockaddr_in, sin_addr), 4),
            libc::AF_INET6 => (core::mem::offset_of!(libc::sockaddr_in6, sin6_addr), 16),
            _ => return Err(raise::new(th, exceptions::os_error_type(), format_args!("unsupported address family"))),
        };
        // SAFETY: the function fills the entry and the buffer, whose size it is told; the offset lies in the address.
        host_entry(th, |entry, buffer, result, error| unsafe {
            gethostbyaddr_r(address.ptr().cast::<u8>().add(offset).cast(), length, family, entry, buffer.as_mut_ptr(), buffer.len(), result, error)
        })
    }

    /// Return the current host name.
    #[function]
    fn gethostname(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut name = [0u8; 1024];
        os::quick(th, c!(gethostname(name.as_mut_ptr().cast(), name.len() - 1)))?;
        Ok(interp::config::decode_os(th, address::terminated(&name).to_bytes()).up())
    }

    /// Sets the hostname to name.
    #[function(sig = none)]
    fn sethostname(th: &mut Thread, name: &Object) -> Result<(), Raised> {
        let name = match name.downcast::<Bytes>() {
            Some(bytes) => bytes.as_slice().to_vec(),
            None => os::fs_string(th, name)?.into_bytes(),
        };
        os::quick(th, c!(sethostname(name.as_ptr().cast(), name.len())))?;
        Ok(())
    }

    /// Return a port number from a service name and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[function(sig = none)]
    fn getservbyname(th: &mut Thread, servicename: &str, protocolname: Option<&str>) -> Result<u16, Raised> {
        let (name, proto) = (CString::new(servicename).unwrap_or_default(), protocolname.map(|p| CString::new(p).unwrap_or_default()));
        let found = th.detached(|| {
            let _one = NETDB.lock();
            let entry = c!(getservbyname(name.as_ptr(), proto.as_ref().map_or(core::ptr::null(), |p| p.as_ptr())));
            // SAFETY: null or libc's struct, which the lock guards.
            unsafe { entry.as_ref() }.map(|entry| u16::from_be(entry.s_port as u16))
        });
        found.ok_or(()).or_else(|()| Err(raise::new(th, exceptions::os_error_type(), format_args!("service/proto not found"))))
    }

    /// Return the service name from a port number and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[function(sig = none)]
    fn getservbyport(th: &mut Thread, port: i32, protocolname: Option<&str>) -> Result<Ref<Object>, Raised> {
        let Ok(port) = u16::try_from(port) else {
            return Err(raise::overflow_error(th, format_args!("getservbyport: port must be 0-65535.")));
        };
        let proto = protocolname.map(|p| CString::new(p).unwrap_or_default());
        let found = th.detached(|| {
            let _one = NETDB.lock();
            let entry = c!(getservbyport(i32::from(port.to_be()), proto.as_ref().map_or(core::ptr::null(), |p| p.as_ptr())));
            // SAFETY: null or libc's struct, which the lock guards.
            unsafe { entry.as_ref() }.map(|entry| os::c_bytes(entry.s_name).to_vec())
        });
        match found {
            Some(name) => Ok(interp::config::decode_os(th, &name).up()),
            None => Err(raise::new(th, exceptions::os_error_type(), format_args!("port/proto not found"))),
        }
    }

    /// Return the protocol number for the named protocol.  (Rarely used.)
    #[function(sig = none)]
    fn getprotobyname(th: &mut Thread, name: &str) -> Result<i32, Raised> {
        let name = CString::new(name).unwrap_or_default();
        let found = th.detached(|| {
            let _one = NETDB.lock();
            // SAFETY: null or libc's struct, which the lock guards.
            unsafe { libc::getprotobyname(name.as_ptr()).as_ref() }.map(|entry| entry.p_proto)
        });
        found.ok_or(()).or_else(|()| Err(raise::new(th, exceptions::os_error_type(), format_args!("protocol not found"))))
    }

    /// Convert a 16-bit unsigned integer from network to host byte order.
    #[function(sig = "(integer, /)")]
    fn ntohs(th: &mut Thread, x: &Object) -> Result<u16, Raised> {
        unsigned(th, x, 16).map(|x| u16::from_be(x as u16))
    }

    /// Convert a 16-bit unsigned integer from host to network byte order.
    #[function(sig = "(integer, /)")]
    fn htons(th: &mut Thread, x: &Object) -> Result<u16, Raised> {
        unsigned(th, x, 16).map(|x| u16::to_be(x as u16))
    }

    /// Convert a 32-bit unsigned integer from network to host byte order.
    #[function(sig = "(integer, /)")]
    fn ntohl(th: &mut Thread, x: &Object) -> Result<u32, Raised> {
        unsigned(th, x, 32).map(u32::from_be)
    }

    /// Convert a 32-bit unsigned integer from host to network byte order.
    #[function(sig = "(integer, /)")]
    fn htonl(th: &mut Thread, x: &Object) -> Result<u32, Raised> {
        unsigned(th, x, 32).map(u32::to_be)
    }

    /// Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format used in low-level network functions.
    #[function(sig = "(ip_addr, /)")]
    fn inet_aton(th: &mut Thread, ip_addr: &str) -> Result<Ref<Bytes>, Raised> {
        let text = CString::new(ip_addr).unwrap_or_default();
        let mut found = libc::in_addr { s_addr: 0 };
        // SAFETY: a terminated string, and a struct that is ours.
        if unsafe { super::inet_aton(text.as_ptr(), &raw mut found) } == 0 {
            return Err(raise::new(th, exceptions::os_error_type(), format_args!("illegal IP address string passed to inet_aton")));
        }
        Ok(Bytes::new(th, &found.s_addr.to_ne_bytes()))
    }

    /// Convert an IP address from 32-bit packed binary format to string format.
    #[function(sig = "(packed_ip, /)")]
    fn inet_ntoa(th: &mut Thread, packed_ip: Buffer) -> Result<String, Raised> {
        match <[u8; 4]>::try_from(packed_ip.as_slice()) {
            Ok(bytes) => Ok(std::net::Ipv4Addr::from(bytes).to_string()),
            Err(_) => Err(raise::new(th, exceptions::os_error_type(), format_args!("packed IP wrong length"))),
        }
    }

    /// Convert an IP address from string format to a packed string suitable for use with low-level network functions.
    #[function(sig = none)]
    fn inet_pton(th: &mut Thread, af: i32, ip: &str) -> Result<Ref<Bytes>, Raised> {
        let text = CString::new(ip).unwrap_or_default();
        let mut packed = [0u8; 16];
        // SAFETY: a terminated string; no family's address is longer.
        match unsafe { super::inet_pton(af, text.as_ptr(), packed.as_mut_ptr().cast()) } {
            1 => Ok(Bytes::new(th, &packed[..if af == libc::AF_INET { 4 } else { 16 }])),
            0 => Err(raise::new(th, exceptions::os_error_type(), format_args!("illegal IP address string passed to inet_pton"))),
            _ => Err(os::last_error(th)),
        }
    }

    /// Convert a packed IP address of the given family to string format.
    #[function(sig = none)]
    fn inet_ntop(th: &mut Thread, af: i32, packed_ip: Buffer) -> Result<String, Raised> {
        let want = match af {
            libc::AF_INET => 4,
            libc::AF_INET6 => 16,
            _ => return Err(raise::value_error(th, format_args!("unknown address family {af}"))),
        };
        if packed_ip.len() != want {
            return Err(raise::value_error(th, format_args!("invalid length of packed IP address string")));
        }
        ntop(af, &packed_ip).ok_or(()).or_else(|()| Err(os::last_error(th)))
    }

    /// Returns a list of network interface information (index, name) tuples.
    #[function]
    fn if_nameindex(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let list = c!(if_nameindex());
        if list.is_null() {
            return Err(os::last_error(th));
        }
        let mut all = Vec::new();
        let mut at = list;
        // SAFETY: the list ends with an entry of zeroes.
        while let Some(entry) = unsafe { at.as_ref() }.filter(|entry| entry.if_index != 0 && !entry.if_name.is_null()) {
            let pair = vec![int(th, entry.if_index.into()), os::c_text(th, entry.if_name)];
            all.push(os::tuple(th, pair));
            // SAFETY: as above.
            at = unsafe { at.add(1) };
        }
        c!(if_freenameindex(list));
        Ok(os::list(th, all))
    }

    /// Returns the interface index corresponding to the interface name if_name.
    #[function(sig = "(oname, /)")]
    fn if_nametoindex(th: &mut Thread, if_name: &Object) -> Result<u32, Raised> {
        let name = os::fs_string(th, if_name)?;
        match c!(if_nametoindex(name.as_ptr())) {
            0 => Err(raise::new(th, exceptions::os_error_type(), format_args!("no interface with this name"))),
            index => Ok(index),
        }
    }

    /// Returns the interface name corresponding to the interface index if_index.
    #[function(sig = "(if_index, /)")]
    fn if_indextoname(th: &mut Thread, if_index: u32) -> Result<Ref<Object>, Raised> {
        let mut name = [0; libc::IF_NAMESIZE];
        if c!(if_indextoname(if_index, name.as_mut_ptr())).is_null() {
            return Err(os::last_error(th));
        }
        Ok(os::c_text(th, name.as_ptr()))
    }
}
