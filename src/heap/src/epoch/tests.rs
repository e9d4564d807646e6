//! Real threads that read slots of common holders optimistically, while others replace what is there and its memory is really freed.
//! Run it under AddressSanitizer and ThreadSanitizer as well.

use crate::proto;
use crate::sync::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering::*};
use crate::world::tests::{Dice, Member, world};
use std::time::{Duration, Instant};

const MAGIC: u64 = 0x0B5E_C7ED;

struct Thing {
    count: AtomicU32,
    magic: AtomicU64,
    /// Plain memory, written before the thing is published.
    payload: [u64; 6],
}

static LIVE: AtomicUsize = AtomicUsize::new(0);

fn make(seed: u64) -> *mut Thing {
    LIVE.fetch_add(1, Relaxed);
    Box::into_raw(Box::new(Thing { count: AtomicU32::new(1), magic: AtomicU64::new(MAGIC), payload: [seed; 6] }))
}

unsafe fn free(thing: *mut u8) {
    let thing = thing.cast::<Thing>();
    // SAFETY: R8: retired once, freed once.
    let thing = unsafe { Box::from_raw(thing) };
    thing.magic.store(0xDEAD, Relaxed);
    LIVE.fetch_sub(1, Relaxed);
}

fn count_of(thing: *mut Thing) -> *const AtomicU32 {
    // SAFETY: R8: a slot named it since the last safepoint.
    unsafe { &raw const (*thing).count }
}

fn give(me: &Member, thing: *mut Thing) {
    // SAFETY: R2: the caller holds a count.
    if proto::decref_common(unsafe { &*count_of(thing) }) {
        // SAFETY: R8: no count left and no slot names it.
        unsafe { me.world.retire(&me.slot, thing.cast(), size_of::<Thing>(), free) };
    }
}

#[test]
fn optimistic_readers_never_see_freed_memory() {
    let world = world();
    world.set_epoch_threshold(1 << 14);
    let slots: Vec<AtomicPtr<Thing>> = (0..16).map(|seed| AtomicPtr::new(make(seed))).collect();
    let reads = AtomicU64::new(0);
    let end = Instant::now() + Duration::from_millis(1500);
    std::thread::scope(|scope| {
        for seed in 1..=4u64 {
            let (slots, reads) = (&slots, &reads);
            scope.spawn(move || {
                let mut dice = Dice(seed * 0x9E37_79B9);
                let mut me = Member::join(world);
                let mut done = 0;
                while Instant::now() < end {
                    for _ in 0..100 {
                        let slot = &slots[dice.roll(16) as usize];
                        if dice.roll(10) < 7 {
                            let thing = proto::read_slot(slot, |thing| proto::try_incref(unsafe { &*count_of(thing) }), |thing| give(&me, thing)).expect("never empty");
                            // SAFETY: R2: we hold a count.
                            let found = unsafe { &*thing };
                            assert_eq!(found.magic.load(Relaxed), MAGIC);
                            assert_eq!(found.payload[0], found.payload[5]);
                            give(&me, thing);
                            done += 1;
                        } else {
                            give(&me, proto::publish(slot, make(dice.roll(1000))));
                        }
                        me.world.safepoint(&me.slot);
                    }
                    match dice.roll(64) {
                        0 => {
                            me.world.detach(&me.slot);
                            std::thread::yield_now();
                            me.world.attach(&me.slot);
                        }
                        1 => {
                            let _stopped = me.world.stop_world(&me.slot);
                            me.world.reclaim_all(&me.slot);
                        }
                        2 => {
                            drop(me);
                            me = Member::join(world);
                        }
                        3 => {
                            me.world.tick();
                        }
                        _ => {}
                    }
                }
                reads.fetch_add(done, Relaxed);
            });
        }
    });
    let me = Member::join(world);
    for slot in &slots {
        give(&me, proto::publish(slot, core::ptr::null_mut()));
    }
    let _stopped = world.stop_world(&me.slot);
    world.reclaim_all(&me.slot);
    assert_eq!((LIVE.load(Relaxed), world.epoch_backlog()), (0, 0));
    assert!(reads.load(Relaxed) > 1000);
}
