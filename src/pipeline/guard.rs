//! Keeping a fault in one document from ending the run.

use std::{
    cell::{Cell, RefCell},
    panic::{self, AssertUnwindSafe, PanicHookInfo},
};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static FAULT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `work`; where it panics, returns what it said and where.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let before = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    result.map_err(|_| FAULT.take().unwrap_or_else(|| "something unexpected happened".to_owned()))
}

/// Makes panics of documents and pages silent, since they become diagnostics; others are printed as always. Called once, by `cli`.
pub fn install_panic_hook() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if GUARDED.get() {
            FAULT.set(Some(describe(info)));
        } else {
            print(info);
        }
    }));
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("something unexpected happened").lines().next().unwrap_or("");
    match info.location() {
        Some(place) => format!("{message} ({}:{})", place.file(), place.line()),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_is_caught_and_the_thread_goes_on() {
        assert!(guarded(|| -> u8 { panic!("for the test") }).is_err());
        assert_eq!(guarded(|| 3), Ok(3));
    }
}
