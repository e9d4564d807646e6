//! Dense arenas: vectors whose index is a type of its own.
//!
//! Invariant: an index is only made by the arena that it points into, or read from bytes; [`crate::Unit::verify`] checks the latter.
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// An index into an [`Arena`].
pub trait Index: Copy {
    fn new(index: u32) -> Self;
    fn index(self) -> usize;
}

/// Declares an index type that prints as a letter and its number.
macro_rules! index {
    ($(#[$doc:meta])* $name:ident, $letter:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub struct $name(u32);

        impl $crate::arena::Index for $name {
            fn new(index: u32) -> Self {
                Self(index)
            }

            fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }
    };
}
pub(crate) use index;

/// Items that are only ever added, each known by its index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arena<I, T> {
    items: Vec<T>,
    #[serde(skip)]
    kind: PhantomData<fn(I)>,
}

impl<I, T> Default for Arena<I, T> {
    fn default() -> Self {
        Self { items: Vec::new(), kind: PhantomData }
    }
}

impl<I: Index, T> Arena<I, T> {
    /// Adds an item.
    ///
    /// # Panics
    /// With more than 2^32 items.
    pub fn push(&mut self, item: T) -> I {
        let index = self.next();
        self.items.push(item);
        index
    }

    /// The index that the next item gets.
    pub fn next(&self) -> I {
        I::new(u32::try_from(self.items.len()).expect("an arena has fewer than 2^32 items"))
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub fn get(&self, index: I) -> Option<&T> {
        self.items.get(index.index())
    }

    /// Items with their indices, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.items.iter().enumerate().map(|(number, item)| (I::new(number as u32), item))
    }

    /// All indices, in order.
    pub fn indices(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.items.len() as u32).map(I::new)
    }
}

impl<I: Index, T> std::ops::Index<I> for Arena<I, T> {
    type Output = T;

    fn index(&self, index: I) -> &T {
        &self.items[index.index()]
    }
}

impl<I: Index, T> std::ops::IndexMut<I> for Arena<I, T> {
    fn index_mut(&mut self, index: I) -> &mut T {
        &mut self.items[index.index()]
    }
}
