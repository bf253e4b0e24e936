//! Memory in small pages: a server that starts clears less of it.

/// While it lives, the system gives memory in its smallest pages. Much is kept of what is read, in pieces of all sizes: of huge pages
/// a quarter more would be cleared and never used, and clearing is what a machine that shares its memory is slowest at.
pub(super) struct SmallPages {
    /// Whether it was we who asked for them.
    is_ours: bool,
}

impl SmallPages {
    pub(super) fn ask() -> Self {
        #[cfg(target_os = "linux")]
        if matches!(rustix::thread::transparent_huge_pages_are_disabled(), Ok(false)) {
            return Self { is_ours: rustix::thread::disable_transparent_huge_pages(true).is_ok() };
        }
        Self { is_ours: false }
    }

    /// Does `work` as if they had not been asked for: a program that it starts would inherit them.
    pub(super) fn pause<T>(&self, work: impl FnOnce() -> T) -> T {
        self.set(false);
        let done = work();
        self.set(true);
        done
    }

    fn set(&self, small: bool) {
        #[cfg(target_os = "linux")]
        if self.is_ours {
            // Where the system refuses, memory is only a little dearer.
            let _ = rustix::thread::disable_transparent_huge_pages(small);
        }
        #[cfg(not(target_os = "linux"))]
        let _ = (self, small);
    }
}

impl Drop for SmallPages {
    fn drop(&mut self) {
        self.set(false);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::thread::transparent_huge_pages_are_disabled;

    use super::*;

    #[test]
    fn programs_that_are_started_do_not_inherit_small_pages() {
        // Where the system forbids to ask, nothing is changed either.
        let Ok(before) = transparent_huge_pages_are_disabled() else { return };
        let pages = SmallPages::ask();
        assert!(transparent_huge_pages_are_disabled().unwrap());
        assert_eq!(pages.pause(|| transparent_huge_pages_are_disabled().unwrap()), before);
        assert!(transparent_huge_pages_are_disabled().unwrap());
        drop(pages);
        assert_eq!(transparent_huge_pages_are_disabled().unwrap(), before);
    }
}
