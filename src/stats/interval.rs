//! Intervals for counts and shares, without random numbers.

/// An interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// The quantile of the normal distribution that a two-sided 95 % interval uses.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// Returns Wilson's 95 % interval for a share of `hits` of `n`; `None` for `n` = 0.
/// See Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
#[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
pub fn wilson_interval(hits: usize, n: usize) -> Option<Range> {
    if n == 0 {
        return None;
    }
    let (hits, n) = (hits.min(n) as f64, n as f64);
    let share = hits / n;
    let square = Z * Z;
    let center = share + square / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    let scale = 1.0 + square / n;
    let low = if hits == 0.0 { 0.0 } else { (center - spread) / scale };
    let high = if hits == n { 1.0 } else { (center + spread) / scale };
    Some(Range { low: low.max(0.0), high: high.min(1.0) })
}

/// Returns the exact 95 % interval for the mean of a Poisson count. See Garwood, "Fiducial limits for the Poisson distribution", 1936.
#[expect(clippy::cast_precision_loss, reason = "counts of incidents are far below 2^52")]
pub fn poisson_interval(count: usize) -> Range {
    let count = count as f64;
    let low = if count == 0.0 { 0.0 } else { gamma_quantile(count, 0.025) };
    Range { low, high: gamma_quantile(count + 1.0, 0.975) }
}

/// Returns where the gamma distribution of that shape reaches `p`, by bisection: slow to converge and never wrong.
fn gamma_quantile(shape: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, shape + 1.0);
    while lower_gamma(shape, high) < p {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if lower_gamma(shape, middle) < p { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Returns the regularised lower incomplete gamma function: by its series below the shape, by its continued fraction above.
/// See Abramowitz and Stegun, 6.5.29 and 6.5.31.
fn lower_gamma(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let scale = (shape * x.ln() - x - ln_gamma(shape)).exp();
    if x < shape + 1.0 {
        let (mut term, mut sum, mut divisor) = (1.0 / shape, 1.0 / shape, shape);
        while term > sum * 1e-17 {
            divisor += 1.0;
            term *= x / divisor;
            sum += term;
        }
        return sum * scale;
    }
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for step in 1..10_000 {
        let step = f64::from(step);
        let a = -step * (step - shape);
        b += 2.0;
        d = a * d + b;
        d = 1.0 / if d.abs() < TINY { TINY } else { d };
        c = b + a / c;
        c = if c.abs() < TINY { TINY } else { c };
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    1.0 - fraction * scale
}

/// Returns the probability that a normal variable is greater than `z`.
pub(super) fn normal_tail(z: f64) -> f64 {
    let half = 0.5 * (1.0 - lower_gamma(0.5, z * z / 2.0));
    if z < 0.0 { 1.0 - half } else { half }
}

/// Returns the natural logarithm of the gamma function for `x` above 0, by Stirling's series after shifting `x` up to 15.
pub(super) fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 15.0 {
        shift += x.ln();
        x += 1.0;
    }
    let square = x * x;
    let series = (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * square)) / square) / square) / square) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: Range, low: f64, high: f64) {
        assert!((range.low - low).abs() < 5e-7 && (range.high - high).abs() < 5e-7, "{range:?}, expected {low} to {high}");
    }

    /// Garwood's limits as printed in tables of the chi-squared distribution: half its quantiles at 2k and 2k + 2 degrees.
    #[test]
    fn poisson_interval_has_the_tabled_limits() {
        check(poisson_interval(0), 0.0, 3.688_879_5);
        check(poisson_interval(1), 0.025_317_8, 5.571_643_4);
        check(poisson_interval(10), 4.795_388_8, 18.390_356_1);
        check(poisson_interval(100), 81.363_991_3, 121.626_793_8);
    }

    #[test]
    fn wilson_interval_has_the_known_limits() {
        assert_eq!(wilson_interval(0, 0), None);
        let check_share = |hits, n, low, high| check(wilson_interval(hits, n).expect("n is above 0"), low, high);
        check_share(0, 10, 0.0, 0.277_532_8);
        check_share(10, 10, 0.722_467_2, 1.0);
        check_share(1, 2, 0.094_531_2, 0.905_468_8);
    }

    #[test]
    fn normal_tail_has_the_tabled_values() {
        for (z, expected) in [(0.0, 0.5), (1.0, 0.158_655_253_9), (Z, 0.025), (-1.0, 0.841_344_746_1), (4.0, 3.167_124_2e-5)] {
            assert!((normal_tail(z) - expected).abs() < 1e-10, "{z}: {}", normal_tail(z));
        }
    }

    #[test]
    fn gamma_of_whole_numbers_is_a_factorial() {
        let mut factorial = 1.0_f64;
        for n in 1..30 {
            assert!((ln_gamma(f64::from(n)) - factorial.ln()).abs() < 1e-12, "{n}");
            factorial *= f64::from(n);
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-12);
    }
}
