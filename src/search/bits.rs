//! Bits into text that a script can hold as it is, and the codes that numbers and symbols are written in.
//!
//! Thirteen bits are two characters of an alphabet of 91 that need no escape in a string literal: a fifth shorter than base64.

/// Every printable ASCII character but space, `"`, `\` and `<`.
const ALPHABET: &[u8; 91] = b"!#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// Bits, the first written first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bits {
    bytes: Vec<u8>,
    length: usize,
}

impl Bits {
    /// Returns how many bits there are.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Appends the `count` low bits of `value`, the highest of them first.
    pub(crate) fn push(&mut self, value: u32, count: u32) {
        let (mut left, value) = (count, u64::from(value) & ((1 << count) - 1));
        while left > 0 {
            let free = match self.length % 8 {
                0 => {
                    self.bytes.push(0);
                    8
                }
                used => 8 - used as u32,
            };
            let taken = left.min(free);
            left -= taken;
            let bits = value >> left & ((1 << taken) - 1);
            let last = self.bytes.len() - 1;
            self.bytes[last] |= (bits << (free - taken)) as u8;
            self.length += taken as usize;
        }
    }

    /// Appends `value`, at least 1, in Elias gamma code: as many zeros as it has bits after the first, then its bits.
    pub(crate) fn push_gamma(&mut self, value: u32) {
        let value = value.max(1);
        let extra = 31 - value.leading_zeros();
        self.push(0, extra);
        self.push(value, extra + 1);
    }

    /// Appends `value`, at least 0, in Rice code: the part above `low_bits` as ones and a zero, then the low bits.
    pub(crate) fn push_rice(&mut self, value: u32, low_bits: u32) {
        for _ in 0..value >> low_bits {
            self.push(1, 1);
        }
        self.push(0, 1);
        self.push(value, low_bits);
    }

    /// Appends all bits of `other`.
    pub(crate) fn append(&mut self, other: &Bits) {
        for (at, byte) in other.bytes.iter().enumerate() {
            let count = (other.length - at * 8).min(8);
            self.push(u32::from(*byte) >> (8 - count), u32::try_from(count).unwrap_or(8));
        }
    }

    /// Returns the bits as text: two characters for every thirteen.
    pub(crate) fn to_text(&self) -> String {
        let mut text = Vec::with_capacity(self.length / 13 * 2 + 2);
        let (mut held, mut count) = (0u32, 0u32);
        let mut emit = |value: u32| {
            text.push(ALPHABET[value as usize / 91]);
            text.push(ALPHABET[value as usize % 91]);
        };
        for byte in &self.bytes {
            held = held << 8 | u32::from(*byte);
            count += 8;
            if count >= 13 {
                emit(held >> (count - 13));
                held &= (1 << (count - 13)) - 1;
                count -= 13;
            }
        }
        if count > 0 {
            emit(held << (13 - count));
        }
        text.into_iter().map(char::from).collect()
    }
}

/// Returns the number of low bits with which gaps of `count` among `total` are shortest in Rice code.
pub(crate) fn rice_low_bits(total: usize, count: usize) -> u32 {
    // The mean gap times the logarithm of two.
    let mean = total * 69 / (count.max(1) * 100);
    if mean == 0 { 0 } else { mean.ilog2() }
}

/// A prefix code: for each symbol its bits and how many they are.
#[derive(Debug, Clone)]
pub(crate) struct PrefixCode {
    codes: Vec<(u32, u32)>,
}

impl PrefixCode {
    /// No code is longer, so that a reader may hold one in a small table.
    const MAX_BITS: u32 = 20;

    /// Returns the canonical code for symbols of that many occurrences; a symbol that does not occur has none.
    pub(crate) fn of(counts: &[u64]) -> Self {
        let mut scale = 0;
        loop {
            let scaled: Vec<u64> = counts.iter().map(|count| if *count == 0 { 0 } else { (count >> scale).max(1) }).collect();
            let lengths = huffman_lengths(&scaled);
            if lengths.iter().all(|length| *length <= Self::MAX_BITS) {
                return Self { codes: canonical(&lengths) };
            }
            scale += 1;
        }
    }

    /// Appends the code of `symbol`.
    pub(crate) fn push(&self, bits: &mut Bits, symbol: usize) {
        let (code, length) = self.codes[symbol];
        bits.push(code, length);
    }

    /// Returns how many bits `symbol` takes; 0 where it does not occur.
    #[cfg(test)]
    fn bits_of(&self, symbol: usize) -> u32 {
        self.codes[symbol].1
    }

    /// Returns the symbols that occur, in the order of the canonical code: by length, then by number.
    pub(crate) fn in_order(&self) -> Vec<usize> {
        let mut symbols: Vec<usize> = (0..self.codes.len()).filter(|symbol| self.codes[*symbol].1 > 0).collect();
        symbols.sort_by_key(|symbol| (self.codes[*symbol].1, *symbol));
        symbols
    }

    /// Returns how many codes there are of one bit, of two, and so on: with [`Self::in_order`] all that a reader needs.
    pub(crate) fn lengths(&self) -> Vec<usize> {
        let longest = self.codes.iter().map(|code| code.1).max().unwrap_or(0);
        (1..=longest).map(|length| self.codes.iter().filter(|code| code.1 == length).count()).collect()
    }
}

/// Returns the length of each symbol's code.
fn huffman_lengths(counts: &[u64]) -> Vec<u32> {
    let mut lengths = vec![0; counts.len()];
    let mut leaves: Vec<usize> = (0..counts.len()).filter(|symbol| counts[*symbol] > 0).collect();
    leaves.sort_by_key(|symbol| (counts[*symbol], *symbol));
    if let [only] = leaves[..] {
        lengths[only] = 1;
    }
    if leaves.len() < 2 {
        return lengths;
    }
    // Two queues, both in order of weight: the leaves, and the nodes in the order in which they are made.
    let count = leaves.len();
    let mut weights: Vec<u64> = leaves.iter().map(|symbol| counts[*symbol]).collect();
    let mut parents = vec![0; 2 * count - 1];
    let (mut leaf, mut node) = (0, count);
    for made in count..2 * count - 1 {
        let mut lightest = || {
            let takes_leaf = leaf < count && (node >= made || weights[leaf] <= weights[node]);
            let next = if takes_leaf { &mut leaf } else { &mut node };
            *next += 1;
            *next - 1
        };
        let (a, b) = (lightest(), lightest());
        (parents[a], parents[b]) = (made, made);
        weights.push(weights[a] + weights[b]);
    }
    let mut depths = vec![0u32; 2 * count - 1];
    for at in (0..2 * count - 2).rev() {
        depths[at] = depths[parents[at]] + 1;
    }
    for (at, symbol) in leaves.iter().enumerate() {
        lengths[*symbol] = depths[at];
    }
    lengths
}

fn canonical(lengths: &[u32]) -> Vec<(u32, u32)> {
    let mut symbols: Vec<usize> = (0..lengths.len()).filter(|symbol| lengths[*symbol] > 0).collect();
    symbols.sort_by_key(|symbol| (lengths[*symbol], *symbol));
    let mut codes = vec![(0, 0); lengths.len()];
    let (mut code, mut length) = (0u32, 0);
    for symbol in symbols {
        code <<= lengths[symbol] - length;
        length = lengths[symbol];
        codes[symbol] = (code, length);
        code += 1;
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alphabet_needs_no_escape() {
        for byte in ALPHABET {
            assert!(byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'<'));
        }
        assert_eq!(ALPHABET.iter().collect::<std::collections::BTreeSet<_>>().len(), 91);
    }

    #[test]
    fn thirteen_bits_are_two_characters() {
        let mut bits = Bits::default();
        bits.push(91 + 2, 13);
        bits.push(0, 1);
        assert_eq!(bits.to_text(), "#$!!");
    }

    #[test]
    fn gamma_and_rice_are_as_long_as_they_should_be() {
        let length = |write: &dyn Fn(&mut Bits)| {
            let mut bits = Bits::default();
            write(&mut bits);
            bits.len()
        };
        assert_eq!([1, 2, 3, 4, 1000].map(|value| length(&|bits| bits.push_gamma(value))), [1, 3, 3, 5, 19]);
        assert_eq!([0, 1, 4, 9].map(|value| length(&|bits| bits.push_rice(value, 2))), [3, 3, 4, 5]);
        assert_eq!([(100, 100), (100, 10), (10_000, 1)].map(|(total, count)| rice_low_bits(total, count)), [0, 2, 12]);
    }

    #[test]
    fn frequent_symbols_have_short_codes() {
        let code = PrefixCode::of(&[5, 0, 1, 1, 9]);
        assert_eq!((0..5).map(|symbol| code.bits_of(symbol)).collect::<Vec<_>>(), [2, 0, 3, 3, 1]);
        assert_eq!(code.in_order(), [4, 0, 2, 3]);
        assert_eq!(code.lengths(), [1, 1, 2]);
        assert_eq!(PrefixCode::of(&[0, 7]).lengths(), [1]);
        assert!(PrefixCode::of(&[]).lengths().is_empty());
    }

    #[test]
    fn no_code_is_longer_than_a_reader_takes() {
        let mut fibonacci = vec![1u64, 1];
        while fibonacci.len() < 60 {
            fibonacci.push(fibonacci[fibonacci.len() - 1] + fibonacci[fibonacci.len() - 2]);
        }
        let code = PrefixCode::of(&fibonacci);
        assert!((0..60).all(|symbol| (1..=PrefixCode::MAX_BITS).contains(&code.bits_of(symbol))));
    }
}
