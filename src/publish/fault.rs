//! What can go wrong between us and a wiki, sorted by what is to be done about it.

use std::{fmt, time::Duration};

/// Why a request or a write did not do what it should. The kind says what the caller does next.
///
/// [`Fault::Later`] and [`Fault::Login`] are dealt with inside the target (see [`super::Patience`]); what leaves it is one of the
/// others. A message never holds a secret, and says which page or address it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Refused before any work was done (429, `maxlag`, `ratelimited`, 503 with `Retry-After`, connection refused, no such host):
    /// it may be sent again, after that time where the server says one.
    Later {
        /// What the server said.
        message: String,
        /// How long it wants us to wait.
        after: Option<Duration>,
    },
    /// The login is lost (401, `badtoken`, `assertuserfailed`): log in again, once.
    Login(String),
    /// It is not known whether the write was done (a time-out or a cut after sending, 5xx on a write): look before sending again.
    Unsure(String),
    /// Somebody else was faster (409, `editconflict`, `articleexists`, a push that is no fast-forward): look and plan again.
    Raced(String),
    /// This page cannot be written, and will not be by trying again (400, 403, 413, `contenttoobig`, `protectedpage`): go on with
    /// the others.
    Refused(String),
    /// Nothing more can be done in this run: the server is read-only, gone, or does not let us in. What is left is listed.
    Stop(String),
}

impl Fault {
    /// Returns what happened, for people.
    pub fn message(&self) -> &str {
        match self {
            Fault::Later { message, .. } => message,
            Fault::Login(message) | Fault::Unsure(message) | Fault::Raced(message) | Fault::Refused(message) | Fault::Stop(message) => {
                message
            }
        }
    }

    /// Turns a fault that is left over when patience has ended into the one that ends the run.
    pub fn into_stop(self) -> Fault {
        match self {
            Fault::Later { message, .. } | Fault::Login(message) => Fault::Stop(message),
            other => other,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}
