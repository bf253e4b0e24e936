//! The one logarithmic axis of all durations: one minute to two days.

/// The ticks, in minutes.
pub(super) const TICKS: [f64; 5] = [1.0, 10.0, 60.0, 240.0, 1440.0];
const LONGEST: f64 = 2880.0;

/// Returns where a duration stands in percent: longer ones stand at the end, where a ring still has room.
pub(super) fn place(minutes: f64) -> f64 {
    98.0 * minutes.clamp(1.0, LONGEST).ln() / LONGEST.ln()
}
