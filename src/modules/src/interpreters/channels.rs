//! `_interpchannels`: channels between interpreters, whose senders may wait until what they sent is received.
//!
//! Invariant: a channel's state is touched under its lock only, never across a call-out. A channel lives as long as there are `ChannelID`s
//! that count, of which each gives its count up as it ends. There is one interpreter, so each end has one user at most.
#![allow(unsafe_code, reason = "the state is reached through a cell under the object's lock; identifiers end on a thread that Python knows")]

use core::cell::UnsafeCell;
use std::collections::VecDeque;

use heap::park::{Parked, TABLE as WAITERS};
use heap::sync::{AtomicI64, AtomicU64, Ordering::*};
use heap::{Head, Heaped, Object, Raised, Ref, Thread};
use macros::{pymethods, pymodule, pytype};
use objects::glue::*;
use objects::{Dict, Int, MemoryView, Tuple, exceptions, none, ops, raise, structseq};

use super::crossing::{Data, Fallback};
use super::queues::{fallback_of, unbound_of};
use crate::errors::ErrorClass;
use crate::os::{self, Deadline, Round, int, list, tuple};

static CHANNEL_ERROR: ErrorClass = ErrorClass::new("_interpchannels", "ChannelError", exceptions::runtime_error_type);
static NOT_FOUND: ErrorClass = ErrorClass::under("_interpchannels", "ChannelNotFoundError", &CHANNEL_ERROR);
static CLOSED: ErrorClass = ErrorClass::under("_interpchannels", "ChannelClosedError", &CHANNEL_ERROR);
static EMPTY: ErrorClass = ErrorClass::under("_interpchannels", "ChannelEmptyError", &CHANNEL_ERROR);
static NOT_EMPTY: ErrorClass = ErrorClass::under("_interpchannels", "ChannelNotEmptyError", &CHANNEL_ERROR);

/// The library's classes of the two ends.
static SEND_END: Global<Object> = Global::EMPTY;
static RECV_END: Global<Object> = Global::EMPTY;
static INFO: Global<Object> = Global::EMPTY;

/// The channels by number.
static TABLE: Global<Dict> = Global::EMPTY;
static NEXT: AtomicI64 = AtomicI64::new(0);

const REPLACE: i32 = 3;

/// What the interpreter has to do with one end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Never,
    Open,
    Released,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Send = 0,
    Recv = 1,
}

/// A channel; Python knows its number.
#[pytype(name = "_channel", module = "_interpchannels", doc = none, flags(DISALLOW_INSTANTIATION), lock = instance, gc = custom)]
#[repr(C)]
pub struct Channel {
    head: Head,
    #[untraversed]
    state: UnsafeCell<State>,
    /// How many items have left it; who waits for one that it sent waits for a higher number.
    left: AtomicU64,
    unbound: i32,
    fallback: Fallback,
}

struct State {
    items: VecDeque<Item>,
    sent: u64,
    received: u64,
    uses: [Use; 2],
    /// No more is sent, but what is there may be received.
    closing: bool,
    closed: bool,
    /// Closed because nobody uses it any more: it is listed all the same.
    released: bool,
    refs: usize,
}

struct Item {
    serial: u64,
    data: Data,
}

impl Traverse for Channel {
    fn traverse(&self, visitor: &mut Visitor) {
        // SAFETY: R6: traversals run where no other thread can write it.
        for item in unsafe { &(*self.state.get()).items } {
            visitor.reference(&item.data.value);
        }
    }
}

impl Clear for Channel {
    fn clear(&self, th: &mut Thread) {
        let items = self.with(th, |state, _| core::mem::take(&mut state.items));
        self.drop_items(th, items);
    }
}

/// What a channel answers instead.
enum No {
    Closed,
    AlreadyClosed,
    Empty,
    NotEmpty,
}

impl No {
    #[cold]
    fn raise(self, th: &mut Thread, id: i64) -> Raised {
        match self {
            No::Closed => CLOSED.raise(th, format_args!("channel {id} is closed")),
            No::AlreadyClosed => CLOSED.raise(th, format_args!("channel {id} is already closed")),
            No::Empty => EMPTY.raise(th, format_args!("channel {id} is empty")),
            No::NotEmpty => NOT_EMPTY.raise(th, format_args!("channel {id} may not be closed if not empty (try force=True)")),
        }
    }
}

impl Channel {
    /// One stretch under the lock; nothing in it calls out or drops objects.
    fn with<R>(&self, th: &mut Thread, body: impl FnOnce(&mut State, &Thread) -> R) -> R {
        let guard = th.lock(self.as_object());
        // SAFETY: R9: the object is *mine* or locked by the guard, which outlives the use.
        body(unsafe { &mut *self.state.get() }, &guard)
    }

    fn key(&self) -> usize {
        (&raw const self.left).addr()
    }

    /// Something has left: who waits looks again.
    fn wake(&self) {
        WAITERS.unpark_all(self.key(), 0, || {
            self.left.fetch_add(1, SeqCst);
        });
    }

    fn drop_items(&self, th: &mut Thread, items: VecDeque<Item>) {
        self.wake();
        for item in items {
            item.data.release(th);
        }
    }

    /// Ends it, whatever is in it.
    fn close(&self, th: &mut Thread) {
        let items = self.with(th, |state, _| {
            (state.closed, state.closing) = (true, false);
            core::mem::take(&mut state.items)
        });
        self.drop_items(th, items);
    }

    /// Adds an item; its serial number.
    fn push(&self, th: &mut Thread, data: Data) -> Result<u64, (No, Data)> {
        self.with(th, |state, th| {
            if state.closed || state.closing {
                return Err((No::Closed, data));
            }
            if state.uses[End::Send as usize] == Use::Released {
                return Err((No::AlreadyClosed, data));
            }
            state.uses[End::Send as usize] = Use::Open;
            state.sent += 1;
            // R6: the store barrier of a field that is no `Slot`.
            th.barrier(self.as_object(), &data.value);
            state.items.push_back(Item { serial: state.sent, data });
            Ok(state.sent)
        })
    }

    fn pop(&self, th: &mut Thread) -> Result<Data, No> {
        let item = self.with(th, |state, _| {
            if state.closed {
                return Err(No::Closed);
            }
            if state.uses[End::Recv as usize] == Use::Released {
                return Err(No::AlreadyClosed);
            }
            state.uses[End::Recv as usize] = Use::Open;
            let item = state.items.pop_front();
            if state.closing && state.items.is_empty() {
                (state.closed, state.closing) = (true, false);
            }
            let item = item.ok_or(if state.closed { No::Closed } else { No::Empty })?;
            state.received = item.serial;
            Ok(item)
        })?;
        self.wake();
        Ok(item.data)
    }

    /// Waits until an item has left: whether it was received; `None` if time is up, and it is taken back.
    fn wait(&self, th: &mut Thread, serial: u64, deadline: Deadline) -> Result<Option<bool>, Raised> {
        loop {
            let seen = self.left.load(SeqCst);
            let (queued, received) = self.with(th, |state, _| (state.items.iter().any(|item| item.serial == serial), state.received >= serial));
            if !queued {
                return Ok(Some(received));
            }
            let until = deadline.left().map(|left| heap::sync::now().saturating_add(left));
            let parked = WAITERS.park(self.key(), 0, &*th, until, true, || self.left.load(SeqCst) == seen);
            match parked {
                Parked::Woken(_) | Parked::Invalid => {}
                Parked::TimedOut => {
                    if self.take_back(th, serial) {
                        return Ok(None);
                    }
                }
                Parked::Interrupted => {
                    if let Err(raised) = crate::signal::run_handlers(th) {
                        self.take_back(th, serial);
                        return Err(raised);
                    }
                }
            }
        }
    }

    /// Takes an item back that nobody has received; whether it was still there.
    fn take_back(&self, th: &mut Thread, serial: u64) -> bool {
        let item = self.with(th, |state, _| {
            let at = state.items.iter().position(|item| item.serial == serial)?;
            state.items.remove(at)
        });
        let found = item.is_some();
        if let Some(item) = item {
            item.data.release(th);
        }
        found
    }

    fn lose(&self, th: &mut Thread, id: i64) {
        let last = self.with(th, |state, _| {
            state.refs = state.refs.saturating_sub(1);
            state.refs == 0
        });
        if last {
            raise::protect(th, |th| destroy(th, id, self));
        }
    }
}

fn table(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    TABLE.get_or_init(th, |th| Ok(Dict::new(th)))
}

/// The number of a channel, given as such or by a `ChannelID`.
fn id_of(th: &mut Thread, id: &Object) -> Result<i64, Raised> {
    if let Some(id) = id.downcast::<ChannelId>() {
        return Ok(id.id);
    }
    if !ops::has_index(id) {
        let got = ops::type_name(id);
        return Err(raise::type_error(th, format_args!("channel ID must be an int, got {got}")));
    }
    let number = ops::index(th, id)?;
    match number.to_i64() {
        Some(number) if number >= 0 => Ok(number),
        _ if number.is_negative() => {
            let shown = ops::repr(th, &*number)?.to_string_lossy();
            Err(raise::value_error(th, format_args!("channel ID must be a non-negative int, got {shown}")))
        }
        _ => Err(raise::overflow_error(th, format_args!("int too big to convert"))),
    }
}

#[cold]
fn not_found(th: &mut Thread, id: i64) -> Raised {
    NOT_FOUND.raise(th, format_args!("channel {id} not found"))
}

fn look_up(th: &mut Thread, id: i64) -> Result<Option<Ref<Channel>>, Raised> {
    let key = Int::from_i64(th, id);
    let found = table(th)?.get(th, &*key)?;
    Ok(found.and_then(|found| found.downcast::<Channel>().ok()))
}

fn find(th: &mut Thread, id: &Object) -> Result<(i64, Ref<Channel>), Raised> {
    let id = id_of(th, id)?;
    match look_up(th, id)? {
        Some(channel) => Ok((id, channel)),
        None => Err(not_found(th, id)),
    }
}

fn destroy(th: &mut Thread, id: i64, channel: &Channel) -> Result<(), Raised> {
    let key = Int::from_i64(th, id);
    let gone = table(th)?.pop(th, &*key)?;
    channel.close(th);
    if let Some(gone) = gone {
        th.release(gone);
    }
    Ok(())
}

/// Which ends two arguments name: both, unless one of them says which.
fn ends_of(send: Option<bool>, recv: Option<bool>) -> (bool, bool) {
    match (send, recv) {
        (None, None) => (true, true),
        (send, recv) => (send.unwrap_or(recv == Some(false)), recv.unwrap_or(send == Some(false))),
    }
}

/// A channel ID identifies a channel and may be used as an int.
#[pytype(name = "ChannelID", module = "_interpchannels", flags(BASETYPE, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct ChannelId {
    head: Head,
    id: i64,
    end: Option<End>,
    /// Whether the channel counts it.
    counted: bool,
}

impl Drop for ChannelId {
    fn drop(&mut self) {
        if !self.counted {
            return;
        }
        // SAFETY: R10: an object ends on a thread that Python knows.
        let th = unsafe { Thread::from_tls() };
        let id = self.id;
        raise::protect(th, |th| {
            if let Some(channel) = look_up(th, id)? {
                channel.lose(th, id);
            }
            Ok(())
        });
    }
}

impl ChannelId {
    /// An identifier that counts, if there is such a channel.
    fn new(th: &mut Thread, id: i64, end: Option<End>) -> Result<Ref<ChannelId>, Raised> {
        let channel = look_up(th, id)?;
        if let Some(channel) = &channel {
            channel.with(th, |state, _| state.refs += 1);
        }
        Ok(th.new_object(ChannelId { head: Head::INIT, id, end, counted: channel.is_some() }))
    }

    /// For the way to another interpreter: the number and the end.
    pub fn pack(&self, th: &mut Thread) -> Ref<Object> {
        let end = self.end.map_or(-1, |end| end as i64);
        tuple(th, vec![int(th, self.id), int(th, end)])
    }
}

/// Whether an object is an end of a channel, as the library makes them.
pub fn is_end(th: &Thread, object: &Object) -> bool {
    [&SEND_END, &RECV_END].into_iter().any(|class| class.get(th).is_some_and(|class| object.ty().as_object().is(&*class)))
}

/// What arrives of an identifier that was packed, or of an end of that class.
pub fn unpack(th: &mut Thread, packed: &Object, as_end: bool) -> Result<Ref<Object>, Raised> {
    let field = |at: usize| packed.downcast::<Tuple>().filter(|packed| packed.len() == 2).and_then(|packed| packed.get(at).downcast::<Int>()).and_then(Int::to_i64);
    let (Some(id), end) = (field(0), field(1)) else {
        return Err(raise::system_error(th, format_args!("no identifier of a channel")));
    };
    let end = match end {
        Some(0) => Some(End::Send),
        Some(1) => Some(End::Recv),
        _ => None,
    };
    let made = ChannelId::new(th, id, end)?;
    let class = match end {
        Some(End::Send) if as_end => SEND_END.get(th),
        Some(End::Recv) if as_end => RECV_END.get(th),
        _ => None,
    };
    match class {
        Some(class) => ops::call1(th, &class, &made),
        None => Ok(made.up()),
    }
}

#[pymethods]
impl ChannelId {
    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let end = match self.end {
            None => "",
            Some(End::Send) => ", send=True",
            Some(End::Recv) => ", recv=True",
        };
        format!("ChannelID({}{end})", self.id)
    }

    #[slot(tp_str)]
    fn str(&self) -> String {
        self.id.to_string()
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        self.id as isize
    }

    #[slot(nb_int, nb_index)]
    fn int(&self) -> i64 {
        self.id
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(objects::not_implemented_ref());
        }
        let equal = if let Some(other) = other.downcast::<ChannelId>() {
            (self.id, self.end) == (other.id, other.end)
        } else if let Some(other) = other.downcast::<Int>() {
            other.to_i64() == Some(self.id)
        } else if other.downcast::<objects::Float>().is_some() || ops::has_index(other) {
            let own = int(th, self.id);
            return ops::richcompare(th, &own, other, op);
        } else {
            return Ok(objects::not_implemented_ref());
        };
        Ok(objects::bool_ref(equal == (op == CompareOp::Eq)))
    }

    /// 'send', 'recv', or 'both'
    #[getter]
    fn end(&self) -> &'static str {
        match self.end {
            None => "both",
            Some(End::Send) => "send",
            Some(End::Recv) => "recv",
        }
    }

    /// the 'send' end of the channel
    #[getter]
    fn send(&self, th: &mut Thread) -> Result<Ref<ChannelId>, Raised> {
        ChannelId::new(th, self.id, Some(End::Send))
    }

    /// the 'recv' end of the channel
    #[getter]
    fn recv(&self, th: &mut Thread) -> Result<Ref<ChannelId>, Raised> {
        ChannelId::new(th, self.id, Some(End::Recv))
    }
}

/// Sends, and waits if that is asked for.
fn send_data(th: &mut Thread, id: i64, channel: &Channel, data: Data, blocking: bool, timeout: Option<&Object>) -> Result<(), Raised> {
    let deadline = match timeout.filter(|timeout| !timeout.is(none())) {
        None => Ok(Deadline::NEVER),
        Some(_) if !blocking => Err(raise::value_error(th, format_args!("can't specify a timeout for a non-blocking call"))),
        Some(timeout) => match os::nanoseconds(th, timeout, Round::Ceiling) {
            Ok(nanos) if nanos < 0 => Err(raise::value_error(th, format_args!("timeout value must be a non-negative number"))),
            Ok(nanos) => Ok(Deadline::in_nanos(nanos)),
            Err(raised) => Err(raised),
        },
    };
    let deadline = match deadline {
        Ok(deadline) => deadline,
        Err(raised) => {
            drop(data.value);
            return Err(raised);
        }
    };
    let serial = match channel.push(th, data) {
        Ok(serial) => serial,
        Err((no, data)) => {
            data.release(th);
            return Err(no.raise(th, id));
        }
    };
    if !blocking {
        return Ok(());
    }
    match channel.wait(th, serial, deadline)? {
        Some(true) => Ok(()),
        Some(false) => Err(No::Closed.raise(th, id)),
        None => Err(raise::new(th, exceptions::timeout_error_type(), format_args!("timed out"))),
    }
}

const INFO_FIELDS: [(&str, &str); 16] = [
    ("open", "both ends are open"),
    ("closing", "send is closed, recv is non-empty"),
    ("closed", "both ends are closed"),
    ("count", "queued objects"),
    ("num_interp_send", "interpreters bound to the send end"),
    ("num_interp_send_released", "interpreters bound to the send end and released"),
    ("num_interp_recv", "interpreters bound to the send end"),
    ("num_interp_recv_released", "interpreters bound to the send end and released"),
    ("num_interp_both", "interpreters bound to both ends"),
    ("num_interp_both_released", "interpreters bound to both ends and released_from_both"),
    ("num_interp_both_send_released", "interpreters bound to both ends and released_from_the send end"),
    ("num_interp_both_recv_released", "interpreters bound to both ends and released_from_the recv end"),
    ("send_associated", "current interpreter is bound to the send end"),
    ("send_released", "current interpreter *was* bound to the send end"),
    ("recv_associated", "current interpreter is bound to the recv end"),
    ("recv_released", "current interpreter *was* bound to the recv end"),
];

#[pymodule(name = "_interpchannels", types(ChannelId), hidden(Channel))]
pub mod channels_ {
    //! This module provides primitive operations to manage Python interpreters.
    //! The 'interpreters' module provides a more convenient interface.
    use super::*;

    #[attr(name = "ChannelError")]
    fn channel_error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        CHANNEL_ERROR.object(th)
    }

    #[attr(name = "ChannelNotFoundError")]
    fn not_found_error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        NOT_FOUND.object(th)
    }

    #[attr(name = "ChannelClosedError")]
    fn closed_error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        CLOSED.object(th)
    }

    #[attr(name = "ChannelEmptyError")]
    fn empty_error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        EMPTY.object(th)
    }

    #[attr(name = "ChannelNotEmptyError")]
    fn not_empty_error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        NOT_EMPTY.object(th)
    }

    #[attr(name = "ChannelInfo")]
    fn channel_info(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        INFO.get_or_init(th, |th| {
            structseq::new_type(th, "_interpchannels", "ChannelInfo", "ChannelInfo\n\nA named tuple of a channel's state.", &INFO_FIELDS, 8)
        })
    }

    /// channel_create(unboundop) -> cid
    ///
    /// Create a new cross-interpreter channel and return a unique generated ID.
    #[function(sig = "(unboundop=-1, fallback=-1)")]
    fn create(th: &mut Thread, unboundop: i32, fallback: i32) -> Result<Ref<ChannelId>, Raised> {
        let unbound = unbound_of(th, unboundop, REPLACE)?;
        let fallback = fallback_of(th, fallback, Fallback::Pickle)?;
        let state = State { items: VecDeque::new(), sent: 0, received: 0, uses: [Use::Never; 2], closing: false, closed: false, released: false, refs: 0 };
        let channel = th.new_object(Channel { head: Head::INIT, state: UnsafeCell::new(state), left: AtomicU64::new(0), unbound, fallback });
        let id = NEXT.fetch_add(1, Relaxed);
        let key = Int::from_i64(th, id);
        table(th)?.set(th, &*key, channel)?;
        ChannelId::new(th, id, None)
    }

    /// channel_destroy(cid)
    ///
    /// Close and finalize the channel.  Afterward attempts to use the channel
    /// will behave as though it never existed.
    #[function(name = "destroy", sig = "(cid)")]
    fn destroy_(th: &mut Thread, cid: &Object) -> Result<(), Raised> {
        let (id, channel) = find(th, cid)?;
        super::destroy(th, id, &channel)
    }

    /// channel_list_all() -> [cid]
    ///
    /// Return the list of all IDs for active channels.
    #[function]
    fn list_all(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let channels = table(th)?.snapshot(th);
        let mut all = Vec::new();
        // The newest first.
        for (id, channel) in channels.into_iter().rev() {
            let (Some(id), Some(channel)) = (id.downcast_ref::<Int>().and_then(Int::to_i64), channel.downcast_ref::<Channel>()) else { continue };
            if channel.with(th, |state, _| state.closed && !state.released) {
                continue;
            }
            let (id, unbound, fallback) = (ChannelId::new(th, id, None)?, int(th, channel.unbound.into()), int(th, channel.fallback as i64));
            all.push(tuple(th, vec![id.up(), unbound, fallback]));
        }
        Ok(list(th, all))
    }

    /// channel_list_interpreters(cid, *, send) -> [id]
    ///
    /// Return the list of all interpreter IDs associated with an end of the channel.
    ///
    /// The 'send' argument should be a boolean indicating whether to use the send or
    /// receive end.
    #[function(sig = "(cid, *, send)")]
    fn list_interpreters(th: &mut Thread, cid: &Object, send: bool) -> Result<Ref<Object>, Raised> {
        let (id, channel) = find(th, cid)?;
        let end = if send { End::Send } else { End::Recv };
        let used = channel.with(th, |state, _| if state.closed { Err(No::Closed) } else { Ok(state.uses[end as usize] == Use::Open) });
        match used {
            Ok(true) => {
                let main = int(th, super::super::MAIN_ID);
                Ok(list(th, vec![main]))
            }
            Ok(false) => Ok(list(th, Vec::new())),
            Err(no) => Err(no.raise(th, id)),
        }
    }

    /// channel_send(cid, obj, *, blocking=True, timeout=None)
    ///
    /// Add the object's data to the channel's queue.
    /// By default this waits for the object to be received.
    #[function(sig = "(cid, obj, unboundop=-1, fallback=-1, *, blocking=True, timeout=None)")]
    fn send(
        th: &mut Thread,
        cid: &Object,
        obj: &Object,
        unboundop: i32,
        fallback: i32,
        blocking: bool,
        timeout: Option<&Object>,
    ) -> Result<(), Raised> {
        let (id, channel) = find(th, cid)?;
        unbound_of(th, unboundop, channel.unbound)?;
        let fallback = fallback_of(th, fallback, channel.fallback)?;
        let data = Data::of(th, obj, fallback)?;
        send_data(th, id, &channel, data, blocking, timeout)
    }

    /// channel_send_buffer(cid, obj, *, blocking=True, timeout=None)
    ///
    /// Add the object's buffer to the channel's queue.
    /// By default this waits for the object to be received.
    #[function(sig = "(cid, obj, unboundop=-1, fallback=-1, *, blocking=True, timeout=None)")]
    fn send_buffer(
        th: &mut Thread,
        cid: &Object,
        obj: &Object,
        unboundop: i32,
        fallback: i32,
        blocking: bool,
        timeout: Option<&Object>,
    ) -> Result<(), Raised> {
        let view = MemoryView::new(th, obj)?;
        send(th, cid, view.as_object(), unboundop, fallback, blocking, timeout)
    }

    /// channel_recv(cid, [default]) -> (obj, unboundop)
    ///
    /// Return a new object from the data at the front of the channel's queue.
    ///
    /// If there is nothing to receive then raise ChannelEmptyError, unless
    /// a default value is provided.  In that case return it.
    #[function(sig = "(cid, default=<unrepresentable>)")]
    fn recv(th: &mut Thread, cid: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let (id, channel) = find(th, cid)?;
        let arrived = match (channel.pop(th), default) {
            (Ok(data), _) => data.arrive(th)?,
            (Err(No::Empty), Some(default)) => default.to_ref(),
            (Err(no), _) => return Err(no.raise(th, id)),
        };
        // The interpreter of each item lives.
        Ok(tuple(th, vec![arrived, none().to_ref()]))
    }

    /// channel_close(cid, *, send=None, recv=None, force=False)
    ///
    /// Close the channel for all interpreters.
    ///
    /// If the channel is empty then the keyword args are ignored and both
    /// ends are immediately closed.  Otherwise, if 'force' is True then
    /// all queued items are released and both ends are immediately
    /// closed.
    ///
    /// If the channel is not empty *and* 'force' is False then following
    /// happens:
    ///
    ///  * recv is True (regardless of send):
    ///    - raise ChannelNotEmptyError
    ///  * recv is None and send is None:
    ///    - raise ChannelNotEmptyError
    ///  * send is True and recv is not True:
    ///    - fully close the 'send' end
    ///    - close the 'recv' end to interpreters not already receiving
    ///    - fully close it once empty
    ///
    /// Closing an already closed channel results in a ChannelClosedError.
    ///
    /// Once the channel's ID has no more ref counts in any interpreter
    /// the channel will be destroyed.
    #[function(sig = "(cid, *, send=False, recv=False, force=False)")]
    fn close(th: &mut Thread, cid: &Object, send: bool, recv: bool, force: bool) -> Result<(), Raised> {
        let (id, channel) = find(th, cid)?;
        let whole = channel.with(th, |state, _| {
            if state.closed || state.closing && !force {
                Err(No::Closed)
            } else if state.items.is_empty() || force {
                Ok(true)
            } else if send && !recv {
                state.closing = true;
                state.uses[End::Send as usize] = Use::Open;
                Ok(false)
            } else {
                Err(No::NotEmpty)
            }
        });
        match whole {
            Ok(true) => {
                channel.close(th);
                Ok(())
            }
            Ok(false) => Ok(()),
            Err(no) => Err(no.raise(th, id)),
        }
    }

    /// channel_release(cid, *, send=None, recv=None, force=True)
    ///
    /// Close the channel for the current interpreter.  'send' and 'recv'
    /// (bool) may be used to indicate the ends to close.  By default both
    /// ends are closed.  Closing an already closed end is a noop.
    #[function(sig = "(cid, *, send=False, recv=False, force=False)")]
    fn release(th: &mut Thread, cid: &Object, send: bool, recv: bool, force: bool) -> Result<(), Raised> {
        let _ = force;
        let (id, channel) = find(th, cid)?;
        let (send, recv) = if send || recv { (send, recv) } else { (true, true) };
        let unused = channel.with(th, |state, _| {
            if state.closed {
                return Err(No::Closed);
            }
            for (end, given) in [(End::Send, send), (End::Recv, recv)] {
                if given {
                    state.uses[end as usize] = Use::Released;
                }
            }
            state.released = !state.uses.contains(&Use::Open);
            Ok(state.released)
        });
        match unused {
            Ok(true) => channel.close(th),
            Ok(false) => {}
            Err(no) => return Err(no.raise(th, id)),
        }
        Ok(())
    }

    /// get_count(cid)
    ///
    /// Return the number of items in the channel.
    #[function(sig = "(cid)")]
    fn get_count(th: &mut Thread, cid: &Object) -> Result<usize, Raised> {
        let (id, channel) = find(th, cid)?;
        let count = channel.with(th, |state, _| if state.closed { Err(No::Closed) } else { Ok(state.items.len()) });
        count.map_err(|no| no.raise(th, id))
    }

    /// get_info(cid)
    ///
    /// Return details about the channel.
    #[function(sig = "(cid)")]
    fn get_info(th: &mut Thread, cid: &Object) -> Result<Ref<Object>, Raised> {
        let (_, channel) = find(th, cid)?;
        let (count, [send, recv], closing, closed) = channel.with(th, |state, _| (state.items.len(), state.uses, state.closing, state.closed));
        // What a closed channel's ends were used for is forgotten.
        let [send, recv] = if closed { [Use::Never; 2] } else { [send, recv] };
        let both = send != Use::Never && recv != Use::Never;
        let is = |given: bool| usize::from(given);
        let numbers = [
            is(!both && send == Use::Open),
            is(!both && send == Use::Released),
            is(!both && recv == Use::Open),
            is(!both && recv == Use::Released),
            is(send == Use::Open && recv == Use::Open),
            is(send == Use::Released && recv == Use::Released),
            is(send == Use::Released && recv == Use::Open),
            is(send == Use::Open && recv == Use::Released),
        ];
        let mut values: Vec<Ref<Object>> = [!closing && !closed, closing, closed].into_iter().map(objects::bool_ref).collect();
        values.push(int(th, count as i64));
        values.extend(numbers.map(|number| int(th, number as i64)));
        values.extend([send == Use::Open, send == Use::Released, recv == Use::Open, recv == Use::Released].map(objects::bool_ref));
        let values: Vec<&Object> = values.iter().map(|value| &**value).collect();
        let class = channel_info(th)?;
        structseq::new(th, &class, &values)
    }

    /// get_channel_defaults(cid)
    ///
    /// Return the channel's default values, set when it was created.
    #[function(sig = "(cid)")]
    fn get_channel_defaults(th: &mut Thread, cid: &Object) -> Result<Ref<Object>, Raised> {
        let (id, channel) = find(th, cid)?;
        if channel.with(th, |state, _| state.closed) {
            return Err(No::Closed.raise(th, id));
        }
        Ok(tuple(th, vec![int(th, channel.unbound.into()), int(th, channel.fallback as i64)]))
    }

    #[function(sig = "(id, *, send=None, recv=None, force=False, _resolve=False)")]
    fn _channel_id(
        th: &mut Thread,
        id: &Object,
        send: Option<bool>,
        recv: Option<bool>,
        force: bool,
        _resolve: bool,
    ) -> Result<Ref<ChannelId>, Raised> {
        let number = id_of(th, id)?;
        if send == Some(false) && recv == Some(false) {
            return Err(raise::value_error(th, format_args!("'send' and 'recv' cannot both be False")));
        }
        if !force && look_up(th, number)?.is_none() {
            return Err(not_found(th, number));
        }
        let end = match ends_of(send, recv) {
            (true, false) if send == Some(true) => Some(End::Send),
            (false, true) if recv == Some(true) => Some(End::Recv),
            _ => None,
        };
        ChannelId::new(th, number, end)
    }

    #[function(sig = "(send, recv)")]
    fn _register_end_types(th: &mut Thread, send: &Object, recv: &Object) -> Result<(), Raised> {
        for (class, name) in [(send, "send"), (recv, "recv")] {
            if as_type(class).is_none() {
                return Err(raise::type_error(th, format_args!("expected a type for '{name}'")));
            }
        }
        SEND_END.set(th, Some(send.to_ref()));
        RECV_END.set(th, Some(recv.to_ref()));
        Ok(())
    }
}
