//! The exported functions, a file or folder for each family.

pub mod object;
