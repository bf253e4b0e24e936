//! Is one period different from another, or is it chance? Two tests, both without random numbers.
//!
//! Durations: the Mann-Whitney test (normal approximation, corrected for ties and continuity) with the Hodges-Lehmann estimate of
//! the ratio and Moses' 95 % interval for it. Counts: the exact conditional test of two Poisson rates, which is a binomial test
//! given the total; two-sided by the probabilities that are no greater than the one observed.

use super::{LEAST_FOR_QUARTILES, Measure, Range, Summary, duration_text, interval, interval::Z};

/// At which chance of error a difference is called one.
const SIGNIFICANCE: f64 = 0.05;
/// The shortest time that a ratio counts, in minutes: shorter ones are as long as this.
const SHORTEST: f64 = 1.0;

/// What a comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Too few incidents in one of the periods to say anything.
    TooFew,
    /// No more than chance would bring.
    Chance,
    /// More (or longer) than before, beyond chance.
    More,
    /// Less (or shorter) than before, beyond chance.
    Less,
}

/// Two counts compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountComparison {
    /// The count now.
    pub now: usize,
    /// The count before.
    pub before: usize,
    /// Days of the period now.
    pub days_now: i64,
    /// Days of the period before.
    pub days_before: i64,
    /// The probability of a difference as great or greater by chance alone.
    pub p: f64,
}

/// Two sets of durations compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DurationComparison {
    /// What is compared.
    pub measure: Measure,
    /// How many now, and the median where there is one.
    pub now: (usize, Option<f64>),
    /// How many before, and the median where there is one.
    pub before: (usize, Option<f64>),
    /// The test; only where both have 20 or more.
    pub test: Option<DurationTest>,
}

/// The outcome of a test of durations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DurationTest {
    /// The probability of a difference as great or greater by chance alone.
    pub p: f64,
    /// By how much the times now are typically longer (above 1) or shorter than before.
    pub ratio: f64,
    /// The 95 % interval of the ratio.
    pub interval: Range,
}

impl CountComparison {
    pub(super) fn of(now: usize, before: usize, days_now: i64, days_before: i64) -> Self {
        let (days_now, days_before) = (days_now.max(1), days_before.max(1));
        #[expect(clippy::cast_precision_loss, reason = "counts of days are far below 2^52")]
        let share = days_now as f64 / (days_now + days_before) as f64;
        Self { now, before, days_now, days_before, p: binomial_test(now, now + before, share) }
    }

    /// Returns what it says. Trend words need 20 incidents in all.
    pub fn verdict(&self) -> Verdict {
        #[expect(clippy::cast_precision_loss, reason = "counts of days are far below 2^52")]
        let (rate_now, rate_before) = (self.now as f64 / self.days_now as f64, self.before as f64 / self.days_before as f64);
        match () {
            () if self.now + self.before < LEAST_FOR_QUARTILES => Verdict::TooFew,
            () if self.p >= SIGNIFICANCE => Verdict::Chance,
            () if rate_now > rate_before => Verdict::More,
            () => Verdict::Less,
        }
    }

    /// Says it in words; `name` is the period before.
    pub fn sentence(&self, name: &str) -> String {
        let counts = format!("{} {}, against {} in {name}", self.now, if self.now == 1 { "incident" } else { "incidents" }, self.before);
        let p = p_text(self.p);
        match self.verdict() {
            Verdict::TooFew => format!("{counts}: too few to tell a change from chance"),
            Verdict::Chance => format!("{counts}: no more of a difference than chance would bring (exact conditional test, {p})"),
            Verdict::More => format!("{counts}: more than chance would bring (exact conditional test, {p})"),
            Verdict::Less => format!("{counts}: fewer than chance would bring (exact conditional test, {p})"),
        }
    }
}

impl DurationComparison {
    pub(super) fn of(now: &Summary, before: &Summary) -> Self {
        let enough = now.n() >= LEAST_FOR_QUARTILES && before.n() >= LEAST_FOR_QUARTILES;
        let test = enough.then(|| {
            let values = |summary: &Summary| summary.samples.iter().map(|sample| sample.minutes).collect::<Vec<_>>();
            duration_test(&values(now), &values(before))
        });
        Self { measure: now.measure, now: (now.n(), now.median), before: (before.n(), before.median), test }
    }

    /// Returns what it says: a change only where the test finds one and the interval of the ratio leaves out 1.
    pub fn verdict(&self) -> Verdict {
        match self.test {
            None => Verdict::TooFew,
            Some(test) if test.p < SIGNIFICANCE && test.interval.low > 1.0 => Verdict::More,
            Some(test) if test.p < SIGNIFICANCE && test.interval.high < 1.0 => Verdict::Less,
            Some(_) => Verdict::Chance,
        }
    }

    /// Says it in words; `name` is the period before.
    pub fn sentence(&self, name: &str) -> String {
        let what = self.measure.title();
        let (Some(now), Some(before)) = (self.now.1, self.before.1) else {
            return format!("{what}: {} incidents, {} in {name}; too few to compare", self.now.0, self.before.0);
        };
        let medians = format!("{what}: median {}, {} in {name}", duration_text(now), duration_text(before));
        let Some(test) = self.test else { return format!("{medians}; too few to tell a change from chance") };
        let p = p_text(test.p);
        match self.verdict() {
            Verdict::More => format!("{medians}; longer, beyond chance (Mann-Whitney test, {p})"),
            Verdict::Less => format!("{medians}; shorter, beyond chance (Mann-Whitney test, {p})"),
            _ => format!("{medians}; no more of a difference than chance would bring (Mann-Whitney test, {p})"),
        }
    }
}

/// Returns `p = 0.041`, or `p < 0.001`.
fn p_text(p: f64) -> String {
    if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") }
}

/// Compares two sets of durations, both in order.
fn duration_test(now: &[f64], before: &[f64]) -> DurationTest {
    let logs = |values: &[f64]| values.iter().map(|minutes| minutes.max(SHORTEST).ln()).collect::<Vec<_>>();
    let (a, b) = (logs(now), logs(before));
    let pairs = a.len() * b.len();
    #[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
    let (n_a, n_b) = (a.len() as f64, b.len() as f64);
    let spread = Z * (n_a * n_b * (n_a + n_b + 1.0) / 12.0).sqrt();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and the number of pairs")]
    let rank = ((n_a * n_b / 2.0 - spread).floor().max(1.0)) as usize;
    let middle = f64::midpoint(nth_difference(&a, &b, pairs.div_ceil(2)), nth_difference(&a, &b, pairs / 2 + 1));
    let interval = Range { low: nth_difference(&a, &b, rank).exp(), high: nth_difference(&a, &b, pairs + 1 - rank).exp() };
    DurationTest { p: mann_whitney(now, before), ratio: middle.exp(), interval }
}

/// Returns the two-sided probability of the Mann-Whitney test; both sets are in order.
#[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
fn mann_whitney(a: &[f64], b: &[f64]) -> f64 {
    let (n_a, n_b) = (a.len() as f64, b.len() as f64);
    let n = n_a + n_b;
    let (mut at_a, mut at_b, mut rank) = (0, 0, 0.0);
    let (mut ranks_a, mut ties) = (0.0, 0.0);
    while at_a < a.len() || at_b < b.len() {
        let value = match (a.get(at_a), b.get(at_b)) {
            (Some(x), Some(y)) => x.min(*y),
            (Some(x), None) | (None, Some(x)) => *x,
            (None, None) => break,
        };
        let same_a = a[at_a..].iter().take_while(|x| **x <= value).count();
        let same_b = b[at_b..].iter().take_while(|x| **x <= value).count();
        let same = (same_a + same_b) as f64;
        ranks_a += same_a as f64 * (rank + (same + 1.0) / 2.0);
        ties += same * same * same - same;
        rank += same;
        at_a += same_a;
        at_b += same_b;
    }
    let u = ranks_a - n_a * (n_a + 1.0) / 2.0;
    let u = u.max(n_a * n_b - u);
    let deviation = (n_a * n_b / 12.0 * (n + 1.0 - ties / (n * (n - 1.0)))).sqrt();
    if deviation.is_nan() || deviation <= 0.0 {
        return 1.0;
    }
    let z = (u - n_a * n_b / 2.0 - 0.5) / deviation;
    (2.0 * interval::normal_tail(z)).min(1.0)
}

/// Returns the difference of rank `rank` (from 1) among all `x - y` with `x` of `a` and `y` of `b`, both in order: by bisection over
/// the value, counting in one pass, so that the pairs are never written out.
fn nth_difference(a: &[f64], b: &[f64], rank: usize) -> f64 {
    let (Some(first_a), Some(last_a), Some(first_b), Some(last_b)) = (a.first(), a.last(), b.first(), b.last()) else { return 0.0 };
    let at_most = |limit: f64| {
        let (mut count, mut upper) = (0, 0);
        for y in b {
            while upper < a.len() && a[upper] - y <= limit {
                upper += 1;
            }
            // As y grows, more of `a` stays within the limit.
            count += upper;
        }
        count
    };
    let (mut low, mut high) = (first_a - last_b - 1e-9, last_a - first_b);
    while high - low > 1e-10 {
        let middle = f64::midpoint(low, high);
        if at_most(middle) >= rank { high = middle } else { low = middle }
    }
    high
}

/// Returns the two-sided probability of `hits` of `n` where each is one with probability `share`: the sum of all outcomes that are
/// no more probable.
#[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
fn binomial_test(hits: usize, n: usize, share: f64) -> f64 {
    let ln_choose =
        |k: usize| interval::ln_gamma(n as f64 + 1.0) - interval::ln_gamma(k as f64 + 1.0) - interval::ln_gamma((n - k) as f64 + 1.0);
    let ln_p = |k: usize| ln_choose(k) + k as f64 * share.ln() + (n - k) as f64 * (1.0 - share).ln();
    // A little slack, so that equally probable outcomes are not lost to rounding.
    let limit = ln_p(hits) + 1e-7;
    (0..=n).map(ln_p).filter(|ln_p| *ln_p <= limit).map(f64::exp).sum::<f64>().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(actual: f64, expected: f64, tolerance: f64) {
        assert!((actual - expected).abs() <= tolerance, "{actual}, expected {expected}");
    }

    #[test]
    fn binomial_test_sums_the_outcomes_that_are_no_more_probable() {
        near(binomial_test(7, 10, 0.5), 0.34375, 1e-12);
        near(binomial_test(0, 0, 0.5), 1.0, 1e-12);
        near(binomial_test(5, 10, 0.5), 1.0, 1e-12);
        near(binomial_test(0, 4, 0.25), 1.0 - 4.0 * 0.25 * 0.421_875, 1e-12);
    }

    #[test]
    fn mann_whitney_counts_ties() {
        let a: Vec<f64> = (0..20).map(f64::from).collect();
        near(mann_whitney(&a, &a), 1.0, 1e-12);
        near(mann_whitney(&[1.0; 20], &[1.0; 20]), 1.0, 1e-12);
        // z = (400 - 200 - 0.5) / sqrt(400 / 12 * 41).
        let b: Vec<f64> = a.iter().map(|x| x + 100.0).collect();
        near(mann_whitney(&a, &b), 2.0 * interval::normal_tail(199.5 / (400.0_f64 / 12.0 * 41.0).sqrt()), 1e-15);
    }

    #[test]
    fn nth_difference_is_that_of_all_pairs() {
        let (a, b): (Vec<f64>, Vec<f64>) = ((0..9).map(|x| f64::from(x * x)).collect(), (0..7).map(|x| f64::from(3 * x)).collect());
        let mut all: Vec<f64> = a.iter().flat_map(|x| b.iter().map(move |y| x - y)).collect();
        all.sort_by(f64::total_cmp);
        for (place, difference) in all.iter().enumerate() {
            near(nth_difference(&a, &b, place + 1), *difference, 1e-9);
        }
    }

    #[test]
    fn halved_times_are_shorter_beyond_chance() {
        let before: Vec<f64> = (1..=40).map(|x| f64::from(x) * 10.0).collect();
        let now: Vec<f64> = before.iter().map(|x| x / 4.0).collect();
        let test = duration_test(&now, &before);
        assert!(test.p < 0.001 && test.interval.high < 1.0, "{test:?}");
        assert!(test.interval.low < test.ratio && test.ratio < test.interval.high, "{test:?}");
    }

    /// The same times in another order, a few of them changed: what chance alone does.
    #[test]
    fn a_difference_by_chance_is_called_chance() {
        let times = |shift: u32| (0..30_u32).map(|number| f64::from((number * 37 + shift) % 113) + 5.0).collect::<Vec<_>>();
        let summary = |times: Vec<f64>| {
            Summary::of(Measure::Resolve, times.into_iter().enumerate().map(|(entry, minutes)| (entry, Some(minutes), false)))
        };
        let comparison = DurationComparison::of(&summary(times(11)), &summary(times(64)));
        assert_eq!(comparison.verdict(), Verdict::Chance);
        let sentence = comparison.sentence("2025");
        assert!(sentence.contains("no more of a difference than chance would bring (Mann-Whitney test, p = 0."), "{sentence}");
        let few = DurationComparison::of(&summary(times(11)), &summary(times(64).into_iter().take(19).collect()));
        assert!(few.sentence("2025").ends_with("too few to tell a change from chance"), "{}", few.sentence("2025"));
    }

    #[test]
    fn counts_are_compared_in_words() {
        for (now, before, expected) in [
            (
                46,
                40,
                "46 incidents, against 40 in 2025: no more of a difference than chance would bring (exact conditional test, p = 0.590)",
            ),
            (60, 20, "60 incidents, against 20 in 2025: more than chance would bring (exact conditional test, p < 0.001)"),
            (1, 3, "1 incident, against 3 in 2025: too few to tell a change from chance"),
        ] {
            assert_eq!(CountComparison::of(now, before, 365, 365).sentence("2025"), expected);
        }
    }
}
