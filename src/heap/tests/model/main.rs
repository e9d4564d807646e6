//! Models of the thread protocols: every interleaving, and every value that the memory model lets a load return, within a bound on
//! preemptions. Run with `RUSTFLAGS="--cfg loom" cargo test -p pyston-heap --test model --release --target-dir target/loom`.
//!
//! Each protocol has a model that must hold, and for each edge that its proof rests on ([`heap::sync::Edge`]) a run with that edge weakened
//! to `Relaxed`, which must fail: so the models are known to look where they should.
#![cfg(loom)]
#![allow(unsafe_code, reason = "the protocols are about raw memory")]

mod closing;
mod count;
mod ends;
mod epoch;
mod harness;
mod leaf;
mod locks;
mod owners;
mod turn;
mod watch;
mod world;
