//! Running models, with an edge weakened or not, and the members of a model's world.

use heap::park::{Blocking, Parker};
use heap::sync::{Edge, model};
use heap::world::{World, WorldSlot};
use loom::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

fn explore(preemptions: usize, body: fn()) {
    let mut builder = loom::model::Builder::new();
    if builder.preemption_bound.is_none() {
        builder.preemption_bound = Some(preemptions);
    }
    builder.max_branches = 20_000;
    let runs = Arc::new(AtomicUsize::new(0));
    let count = runs.clone();
    builder.check(move || {
        count.fetch_add(1, Relaxed);
        body();
    });
    eprintln!("{} interleavings", runs.load(Relaxed));
}

/// The model holds. Sleeps are real, so that a lost wake-up is a deadlock.
pub fn holds(preemptions: usize, body: fn()) {
    model::weaken(None);
    model::sleepless(false);
    explore(preemptions, body);
}

/// The model fails: what it leaves out is needed.
pub fn fails(preemptions: usize, body: fn()) {
    model::weaken(None);
    model::sleepless(false);
    assert!(failure(preemptions, body).is_some(), "the model does not notice what it leaves out");
}

/// What the model fails with.
fn failure(preemptions: usize, body: fn()) -> Option<String> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(|| explore(preemptions, body)));
    std::panic::set_hook(hook);
    let panic = result.err()?;
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Some(text.unwrap_or("failed").lines().next().unwrap_or("").to_owned())
}

/// The model fails once `edge` is weakened. `sleepless` keeps the model's own condition variable from hiding the missing edge.
pub fn breaks(preemptions: usize, edge: Edge, sleepless: bool, body: fn()) {
    model::weaken(Some(edge));
    model::sleepless(sleepless);
    let failed = failure(preemptions, body);
    model::weaken(None);
    model::sleepless(false);
    match failed {
        Some(text) => eprintln!("{edge:?} weakened: {text}"),
        None => panic!("the model does not notice that {edge:?} is weakened"),
    }
}

/// A registered thread of the model. The world's keeper shares its slot, so that it may end without being unregistered.
pub struct Member {
    pub world: Arc<World>,
    pub slot: Arc<WorldSlot>,
}

// SAFETY: R15: a member is handed to its thread before it is first used.
unsafe impl Send for Member {}

impl Member {
    pub fn new(world: &Arc<World>) -> Member {
        let slot = Arc::new(WorldSlot::new(world.allocate_id().expect("few threads")));
        // SAFETY: R15: the slot lives until the model has joined its threads: `company` and the models see to it.
        unsafe { world.register(&raw const *slot, core::ptr::null()) };
        Member { world: world.clone(), slot }
    }

    /// R5 in one line: alone with the data, or one of several who only read.
    pub fn touch(&self, data: &Data) {
        if self.slot.also() == 0 {
            data.0.with_mut(|_| ());
        } else {
            data.0.with(|_| ());
        }
    }
    pub fn enter(&self) {
        self.world.enter_exclusive(&self.slot);
    }
    pub fn leave(&self) {
        self.world.leave_exclusive(&self.slot);
    }
    pub fn safepoint(&self) {
        self.world.safepoint(&self.slot);
    }
}

impl Blocking for Member {
    fn attach(&self) {
        self.world.attach(&self.slot);
    }
    fn detach(&self) {
        self.world.detach(&self.slot);
    }
    fn parker(&self) -> &Parker {
        &self.slot.parker
    }
}

/// Something that loom watches for races.
pub struct Data(pub UnsafeCell<u32>);

impl Data {
    pub fn new() -> Arc<Data> {
        Arc::new(Data(UnsafeCell::new(0)))
    }
}
// SAFETY: that access is exclusive where it must be is what the models check.
unsafe impl Sync for Data {}
// SAFETY: as above.
unsafe impl Send for Data {}

/// A world with `count` detached members of which none is alone. The third value keeps the slots.
pub fn company(count: usize) -> (Arc<World>, Vec<Member>, Vec<Arc<WorldSlot>>) {
    let world = Arc::new(World::separate());
    let first = Member::new(&world);
    let members: Vec<_> = (0..count).map(|_| Member::new(&world)).collect();
    world.unregister(&first.slot);
    let keep = members.iter().map(|member| member.slot.clone()).collect();
    (world, members, keep)
}

/// A thread that has no world to leave.
pub struct Worldless(pub Parker);
impl Blocking for Worldless {
    fn attach(&self) {}
    fn detach(&self) {}
    fn parker(&self) -> &Parker {
        &self.0
    }
}
