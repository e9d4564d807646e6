//! What belongs to no family.
