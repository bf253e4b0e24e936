//! What is computed when it is first asked for, and shared by all archives for which it holds.

use std::{
    fmt,
    ops::Deref,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

/// A value that is made when it is first used. Clones share it.
pub struct Lazy<T>(Arc<Shared<T>>);

struct Shared<T> {
    value: OnceLock<T>,
    make: Mutex<Option<Make<T>>>,
}

type Make<T> = Box<dyn FnOnce() -> T + Send>;

impl<T> Lazy<T> {
    pub(super) fn new(make: impl FnOnce() -> T + Send + 'static) -> Self {
        Self(Arc::new(Shared { value: OnceLock::new(), make: Mutex::new(Some(Box::new(make))) }))
    }

    /// Makes the value where it is not there.
    pub(super) fn compute(&self) {
        self.get();
    }

    fn get(&self) -> &T {
        self.0.value.get_or_init(|| {
            let make = self.0.make.lock().unwrap_or_else(PoisonError::into_inner).take();
            make.expect("what could not be made is not asked for again")()
        })
    }

    /// Returns true where the value is there already.
    pub(super) fn is_known(&self) -> bool {
        self.0.value.get().is_some()
    }
}

impl<T> Deref for Lazy<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.get()
    }
}

impl<T> Clone for Lazy<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: fmt::Debug> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<'a, T> IntoIterator for &'a Lazy<Vec<T>> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
