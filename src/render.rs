//! Not written yet.

pub mod markdown;
