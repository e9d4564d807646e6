//! Weak references: `PyWeakref_*`.
