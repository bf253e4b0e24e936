//! One measure over a set of incidents, as far as their number supports it.

use super::{Measure, Range, duration_text};

/// From how many incidents on there is a median: below, no 95 % interval for it exists.
pub const LEAST_FOR_MEDIAN: usize = 6;
/// From how many incidents on there are quartiles and a 90th percentile, and words about trends.
pub const LEAST_FOR_QUARTILES: usize = 20;

/// The time of one incident.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// The incident.
    pub entry: usize,
    /// Its minutes; not negative.
    pub minutes: f64,
}

/// What the number of incidents supports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SummaryKind {
    /// No incident states it.
    NoData,
    /// One to five: they are listed, and there is no figure.
    Listed,
    /// Six to nineteen: the median with its interval.
    Median,
    /// Twenty or more: quartiles and 90th percentile too.
    Full,
}

/// The spread of many times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quartiles {
    /// A quarter took no longer.
    pub lower: f64,
    /// A quarter took longer.
    pub upper: f64,
    /// One in ten took longer.
    pub p90: f64,
}

/// A mean, never shown without its median and the share of its largest contributor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// The mean, in minutes.
    pub minutes: f64,
    /// What share of all minutes the longest has, 0 to 1.
    pub largest_share: f64,
}

/// A measure over a set of incidents.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// What is measured.
    pub measure: Measure,
    /// The times, shortest first (ties by place).
    pub samples: Vec<Sample>,
    /// Incidents that do not say, in their order. Those that go on are not among them.
    pub missing: Vec<usize>,
    /// Incidents that go on: their time is not known yet.
    pub censored: Vec<usize>,
    /// Incidents with a negative time (the alert came first): counted as 0.
    pub negative: Vec<usize>,
    /// The median, in minutes.
    pub median: Option<f64>,
    /// The 95 % interval for the median: two of the samples, by the binomial distribution of their ranks.
    pub interval: Option<Range>,
    /// Quartiles and 90th percentile.
    pub quartiles: Option<Quartiles>,
    /// The mean, for who asks for it; from six incidents on.
    pub mean: Option<Mean>,
}

impl Summary {
    /// Measures incidents, each with its minutes where they are known, and whether it goes on.
    pub(super) fn of(measure: Measure, incidents: impl Iterator<Item = (usize, Option<f64>, bool)>) -> Self {
        let (mut samples, mut missing, mut censored, mut negative) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (entry, minutes, goes_on) in incidents {
            match minutes {
                _ if goes_on => censored.push(entry),
                Some(minutes) => {
                    if minutes < 0.0 {
                        negative.push(entry);
                    }
                    samples.push(Sample { entry, minutes: minutes.max(0.0) });
                }
                None => missing.push(entry),
            }
        }
        samples.sort_by(|a, b| a.minutes.total_cmp(&b.minutes).then_with(|| a.entry.cmp(&b.entry)));
        let values: Vec<f64> = samples.iter().map(|sample| sample.minutes).collect();
        let enough = values.len() >= LEAST_FOR_MEDIAN;
        let interval = median_ranks(values.len()).map(|(low, high)| Range { low: values[low - 1], high: values[high - 1] });
        let quartiles = (values.len() >= LEAST_FOR_QUARTILES).then(|| Quartiles {
            lower: quantile(&values, 0.25),
            upper: quantile(&values, 0.75),
            p90: quantile(&values, 0.9),
        });
        Self {
            measure,
            median: enough.then(|| quantile(&values, 0.5)),
            interval,
            quartiles,
            mean: enough.then(|| mean(&values)),
            samples,
            missing,
            censored,
            negative,
        }
    }

    /// Returns how many incidents it rests on.
    pub fn n(&self) -> usize {
        self.samples.len()
    }

    /// Returns what the number of incidents supports.
    pub fn kind(&self) -> SummaryKind {
        match self.n() {
            0 => SummaryKind::NoData,
            n if n < LEAST_FOR_MEDIAN => SummaryKind::Listed,
            n if n < LEAST_FOR_QUARTILES => SummaryKind::Median,
            _ => SummaryKind::Full,
        }
    }

    /// Returns the longest; of equally long ones the newest.
    pub fn worst(&self) -> Option<Sample> {
        let longest = self.samples.last()?.minutes;
        self.samples.iter().find(|sample| sample.minutes >= longest).copied()
    }

    /// Says what the number of incidents supports, and nothing more. `name` is the name of an incident.
    pub fn sentence(&self, name: &dyn Fn(usize) -> String) -> String {
        let (n, all) = (self.n(), self.n() + self.missing.len());
        let of = if all > n { format!(" of {all}") } else { String::new() };
        let mut text = match (self.median, self.interval) {
            _ if all == 0 => "no data".to_owned(),
            _ if n == 0 => format!("no data: not stated in any of {all}"),
            (Some(median), Some(interval)) => {
                let (low, high) = (duration_text(interval.low), duration_text(interval.high));
                format!("median {} (95 %: {low} to {high}), n = {n}{of}", duration_text(median))
            }
            _ => {
                let times: Vec<String> =
                    self.samples.iter().map(|sample| format!("{} ({})", duration_text(sample.minutes), name(sample.entry))).collect();
                format!("{}; n = {n}{of}, too few for a median", times.join(", "))
            }
        };
        if let Some(quartiles) = self.quartiles {
            let (lower, upper) = (duration_text(quartiles.lower), duration_text(quartiles.upper));
            text.push_str(&format!("; half took {lower} to {upper}, one in ten over {}", duration_text(quartiles.p90)));
        }
        if let Some(mean) = self.mean {
            text.push_str(&format!("; {}", mean.sentence()));
        }
        if let (Some(worst), true) = (self.worst(), self.median.is_some()) {
            let word =
                if matches!(self.measure, Measure::Between | Measure::PostmortemLag | Measure::UpTime) { "longest" } else { "worst" };
            text.push_str(&format!("; {word} {}: {}", duration_text(worst.minutes), name(worst.entry)));
        }
        if !self.negative.is_empty() {
            text.push_str(&format!("; {} before the impact, shown as 0", self.negative.len()));
        }
        if !self.censored.is_empty() {
            text.push_str(&format!("; {} not over yet, left out", self.censored.len()));
        }
        text
    }

    /// Returns the sum of all minutes.
    pub fn total_minutes(&self) -> f64 {
        self.samples.iter().map(|sample| sample.minutes).sum()
    }
}

impl Mean {
    /// Says it together with what it hides: `mean 23 h 17 min, of which one incident is 80 %`.
    pub fn sentence(&self) -> String {
        format!("mean {}, of which one incident is {:.0} %", duration_text(self.minutes), self.largest_share * 100.0)
    }
}

/// Returns the ranks, from 1, of the two samples of `n` between which the median lies with at least 95 % certainty, whatever the
/// distribution; `None` below six, where no two do. The lower is the greatest k with P(Binomial(n, 1/2) < k) at most 2.5 %.
pub fn median_ranks(n: usize) -> Option<(usize, usize)> {
    #[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
    let ln_of = |k: usize| k as f64;
    // The logarithm of P(X = k), since 2^-n is 0 from n = 1075 on.
    let mut ln_p = -ln_of(n) * std::f64::consts::LN_2;
    let mut below = 0.0;
    let mut rank = 0;
    for k in 0..n / 2 {
        below += ln_p.exp();
        if below > 0.025 {
            break;
        }
        rank = k + 1;
        ln_p += (ln_of(n - k) / ln_of(k + 1)).ln();
    }
    (rank > 0).then_some((rank, n + 1 - rank))
}

/// Returns a quantile of sorted values, with a straight line between neighbours (Hyndman and Fan's type 7: what NumPy, R, DuckDB's
/// `quantile_cont` and spreadsheets do). 0 for no values.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
    let place = share.clamp(0.0, 1.0) * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the last place")]
    let low = place.floor() as usize;
    let (a, b) = (sorted[low], sorted[(low + 1).min(last)]);
    // Rounded far below what is shown, so that 471 does not come out as 471.0000000000001.
    ((a + (b - a) * place.fract()) * 1e6).round() / 1e6
}

fn mean(values: &[f64]) -> Mean {
    let total: f64 = values.iter().sum();
    let largest = values.last().copied().unwrap_or(0.0);
    #[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
    let count = values.len() as f64;
    Mean { minutes: total / count, largest_share: if total > 0.0 { largest / total } else { 0.0 } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_lies_between_these_ranks() {
        for (n, expected) in [
            (0, None),
            (1, None),
            (5, None),
            (6, Some((1, 6))),
            (8, Some((1, 8))),
            (10, Some((2, 9))),
            (15, Some((4, 12))),
            (20, Some((6, 15))),
            (30, Some((10, 21))),
            (10_000, Some((4_902, 5_099))),
        ] {
            assert_eq!(median_ranks(n), expected, "n = {n}");
        }
    }

    /// Measures times; `missing` more incidents do not say.
    fn summary(times: &[f64], missing: usize) -> Summary {
        let known = times.iter().enumerate().map(|(entry, minutes)| (entry, Some(*minutes), false));
        let summary = Summary::of(Measure::Resolve, known.chain((0..missing).map(|place| (times.len() + place, None, false))));
        Summary { mean: None, ..summary }
    }

    #[track_caller]
    fn check(times: &[f64], missing: usize, expected: &str) {
        assert_eq!(summary(times, missing).sentence(&|entry| format!("#{entry}")), expected);
    }

    fn first(count: u32) -> Vec<f64> {
        (1..=count).map(|number| f64::from(number) * 10.0).collect()
    }

    #[test]
    fn sentence_says_what_the_number_supports_and_no_more() {
        check(&[], 0, "no data");
        check(&[], 3, "no data: not stated in any of 3");
        check(&first(1), 0, "10 min (#0); n = 1, too few for a median");
        check(&first(5), 2, "10 min (#0), 20 min (#1), 30 min (#2), 40 min (#3), 50 min (#4); n = 5 of 7, too few for a median");
        check(&first(6), 0, "median 35 min (95 %: 10 min to 1 h), n = 6; worst 1 h: #5");
        check(&first(19), 1, "median 1 h 40 min (95 %: 50 min to 2 h 30 min), n = 19 of 20; worst 3 h 10 min: #18");
        check(
            &first(20),
            0,
            "median 1 h 45 min (95 %: 1 h to 2 h 30 min), n = 20; half took 58 min to 2 h 33 min, one in ten over 3 h 1 min; worst 3 h 20 min: #19",
        );
    }

    #[test]
    fn ties_give_an_interval_that_is_a_point() {
        check(&[30.0; 8], 0, "median 30 min (95 %: 30 min to 30 min), n = 8; worst 30 min: #0");
    }

    #[test]
    fn an_outlier_moves_the_mean_and_not_the_median() {
        let mut times = first(19);
        times.push(7600.0);
        let summary = Summary::of(Measure::Resolve, times.into_iter().enumerate().map(|(entry, minutes)| (entry, Some(minutes), false)));
        assert_eq!(summary.median, Some(105.0));
        assert_eq!(
            summary.sentence(&|entry| format!("#{entry}")),
            "median 1 h 45 min (95 %: 1 h to 2 h 30 min), n = 20; half took 58 min to 2 h 33 min, one in ten over 3 h 1 min; \
             mean 7 h 55 min, of which one incident is 80 %; worst 5 d 6 h: #19"
        );
    }

    #[test]
    fn an_alert_before_the_impact_counts_as_none_and_is_told() {
        check(&[-4.0, 6.0], 0, "0 min (#0), 6 min (#1); n = 2, too few for a median; 1 before the impact, shown as 0");
    }

    #[test]
    fn quantile_lies_on_the_line_between_neighbours() {
        let values = [1.0, 2.0, 4.0, 8.0];
        for (share, expected) in [(0.0, 1.0), (0.5, 3.0), (0.25, 1.75), (0.9, 6.8), (1.0, 8.0)] {
            assert!((quantile(&values, share) - expected).abs() < 1e-12, "{share}");
        }
        assert_eq!((quantile(&[], 0.5), quantile(&[7.0], 0.9)), (0.0, 7.0));
    }
}
