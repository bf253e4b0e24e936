//! How long and how often we try: full-jitter backoff, the server's own wishes, and an end for the whole run.

use std::{
    cell::Cell,
    thread,
    time::{Duration, Instant},
};

use super::Fault;

/// How often a request is sent that is refused before any work.
const TRIES: u32 = 6;
/// How long a whole request may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(90);
/// The longest wait that a server may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How long the run may take, and how long it waits between tries. One for a run; targets ask it for every request.
#[derive(Debug)]
pub struct Patience {
    end: Option<Instant>,
    first_wait: Duration,
    answer_limit: Duration,
    is_over: Cell<bool>,
    seed: Cell<u64>,
    requests: Cell<usize>,
}

impl Patience {
    /// Returns patience until `deadline` after now, whose waits begin at `first_wait` (tests make it short).
    pub fn new(deadline: Option<Duration>, first_wait: Duration) -> Self {
        let seed = u64::from(std::process::id()).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        Self {
            end: deadline.map(|deadline| Instant::now() + deadline),
            first_wait,
            answer_limit: ANSWER_LIMIT,
            is_over: Cell::new(false),
            seed: Cell::new(seed),
            requests: Cell::new(0),
        }
    }

    /// Returns it with another limit for a whole request.
    pub fn with_answer_limit(self, answer_limit: Duration) -> Self {
        Self { answer_limit, ..self }
    }

    /// Returns how long a whole request may take.
    pub fn answer_limit(&self) -> Duration {
        self.answer_limit
    }

    /// From now on nothing is tried twice: the run has failed, and what is left is to say how far it came.
    pub fn lose(&self) {
        self.is_over.set(true);
    }

    /// Returns how many requests were counted.
    pub fn requests(&self) -> usize {
        self.requests.get()
    }

    /// Counts one request to the server.
    pub fn count_request(&self) {
        self.requests.set(self.requests.get() + 1);
    }

    /// Returns how much time is left; `None` where there is no end.
    pub fn left(&self) -> Option<Duration> {
        self.end.map(|end| end.saturating_duration_since(Instant::now()))
    }

    /// Does `attempt` until it does anything else than to answer [`Fault::Later`], or patience ends; then the fault is
    /// [`Fault::Stop`]. [`Fault::Login`] is given back: the target logs in and comes again.
    pub fn insist<T>(&self, mut attempt: impl FnMut() -> Result<T, Fault>) -> Result<T, Fault> {
        let mut tries = 0;
        loop {
            let (message, after) = match attempt() {
                Err(Fault::Later { message, after }) => (message, after),
                done => return done,
            };
            tries += 1;
            if tries >= TRIES || self.is_over.get() {
                return Err(Fault::Stop(message));
            }
            let wait = after.map_or_else(|| self.backoff(tries), |after| after.min(LONGEST_WAIT));
            if self.left().is_some_and(|left| left <= wait) {
                return Err(Fault::Stop(format!("{message}; the deadline does not leave time to try again")));
            }
            thread::sleep(wait);
        }
    }

    /// Returns a random part of 1 s, 2 s, 4 s, … up to 30 s (full jitter).
    fn backoff(&self, tries: u32) -> Duration {
        let most = self.first_wait.saturating_mul(1 << (tries - 1).min(5)).min(Duration::from_secs(30));
        // xorshift: it only has to keep two publishers from knocking in step.
        let mut seed = self.seed.get();
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        self.seed.set(seed);
        most.mul_f64((seed % 1000) as f64 / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn later() -> Fault {
        Fault::Later { message: "busy".to_owned(), after: Some(Duration::ZERO) }
    }

    #[test]
    fn what_is_refused_before_any_work_is_sent_again_and_not_for_ever() {
        let patience = Patience::new(None, Duration::ZERO);
        let mut left = 3;
        let answer = patience.insist(|| {
            left -= 1;
            if left > 0 { Err(later()) } else { Ok(left) }
        });
        assert_eq!(answer, Ok(0));
        let mut count = 0;
        let answer: Result<(), Fault> = patience.insist(|| {
            count += 1;
            Err(later())
        });
        assert_eq!((answer, count), (Err(Fault::Stop("busy".to_owned())), 6));
    }

    #[test]
    fn what_may_have_happened_is_never_sent_again_here() {
        let mut count = 0;
        let answer: Result<(), Fault> = Patience::new(None, Duration::ZERO).insist(|| {
            count += 1;
            Err(Fault::Unsure("cut".to_owned()))
        });
        assert_eq!((answer, count), (Err(Fault::Unsure("cut".to_owned())), 1));
    }
}
