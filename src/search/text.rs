//! Cards into bits: a code for the words that this archive uses.
//!
//! A text is a row of words and of what stands between them; a single space between two words goes without saying. The frequent
//! ones have codes by how often they come, the rest is spelt out. General compression does worse here, since a card is too short to
//! learn from and every reader would have to unpack its neighbours.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::bits::{Bits, PrefixCode};

/// How many tokens have a code of their own.
const MAX_TOKENS: usize = 1800;
/// A token must come this often: its entry in the table takes about six bytes, and saves about three each time.
const MIN_COUNT: u64 = 4;
/// A character that comes less often is written as its number.
const MIN_CHAR_COUNT: u64 = 3;

/// The code of an archive's cards.
#[derive(Debug)]
pub(super) struct TextCode {
    /// By symbol: the tokens in order, after [`SPELT`].
    tokens: Vec<String>,
    token_code: PrefixCode,
    numbers: HashMap<String, usize, RandomState>,
    /// By symbol: the characters in order, after [`END`] and [`RARE`].
    chars: Vec<char>,
    char_code: PrefixCode,
    char_numbers: HashMap<char, usize, RandomState>,
}

/// The token that says that one is spelt out.
const SPELT: usize = 0;
/// Ends a token that is spelt out.
const END: usize = 0;
/// Says that the number of a character follows, in 21 bits.
const RARE: usize = 1;

/// Takes one text after the other.
pub(super) type TakeText<'a> = &'a mut dyn FnMut(&str);

impl TextCode {
    /// Returns the code that is shortest for all texts; `each_text` calls its argument with one after the other.
    pub(super) fn of(each_text: &dyn Fn(TakeText<'_>)) -> Self {
        let mut found: HashMap<Box<str>, u64, RandomState> = HashMap::default();
        each_text(&mut |text| {
            for_each_token(text, &mut |token| match found.get_mut(token) {
                Some(count) => *count += 1,
                None => {
                    found.insert(token.into(), 1);
                }
            });
        });
        let mut counts: Vec<(&str, u64)> = found.iter().map(|(token, count)| (&**token, *count)).collect();
        let saved = |token: &str, count: u64| count * (token.len() as u64 + 1);
        counts.sort_unstable_by(|a, b| saved(b.0, b.1).cmp(&saved(a.0, a.1)).then(a.0.cmp(b.0)));
        let is_kept = |count: u64| count >= MIN_COUNT;
        let mut kept: Vec<(&str, u64)> = counts.iter().copied().filter(|(_, count)| is_kept(*count)).take(MAX_TOKENS).collect();
        kept.sort_unstable();
        let numbers: HashMap<String, usize, RandomState> =
            kept.iter().enumerate().map(|(at, (token, _))| ((*token).to_owned(), at + 1)).collect();

        let (mut spelt, mut char_counts) = (0, HashMap::<char, u64, RandomState>::default());
        for (token, count) in counts.iter().filter(|(token, _)| !numbers.contains_key(*token)) {
            spelt += count;
            token.chars().for_each(|c| *char_counts.entry(c).or_default() += count);
        }
        let mut char_counts: Vec<(char, u64)> = char_counts.into_iter().collect();
        char_counts.sort_unstable();
        let rare = char_counts.iter().filter(|(_, count)| *count < MIN_CHAR_COUNT).map(|(_, count)| count).sum();
        char_counts.retain(|(_, count)| *count >= MIN_CHAR_COUNT);

        let token_counts: Vec<u64> = std::iter::once(spelt).chain(kept.iter().map(|(_, count)| *count)).collect();
        let all_char_counts: Vec<u64> = [spelt, rare].into_iter().chain(char_counts.iter().map(|(_, count)| *count)).collect();
        Self {
            tokens: kept.iter().map(|(token, _)| (*token).to_owned()).collect(),
            token_code: PrefixCode::of(&token_counts),
            numbers,
            char_numbers: char_counts.iter().enumerate().map(|(at, (c, _))| (*c, at + 2)).collect(),
            chars: char_counts.into_iter().map(|(c, _)| c).collect(),
            char_code: PrefixCode::of(&all_char_counts),
        }
    }

    /// Appends `text`: how many tokens it has, then each.
    pub(super) fn push(&self, bits: &mut Bits, text: &str) {
        let mut count = 0;
        for_each_token(text, &mut |_| count += 1);
        bits.push_gamma(count + 1);
        for_each_token(text, &mut |token| match self.numbers.get(token) {
            Some(number) => self.token_code.push(bits, *number),
            None => self.spell(bits, token),
        });
    }

    fn spell(&self, bits: &mut Bits, token: &str) {
        self.token_code.push(bits, SPELT);
        for c in token.chars() {
            match self.char_numbers.get(&c) {
                Some(number) => self.char_code.push(bits, *number),
                None => {
                    self.char_code.push(bits, RARE);
                    bits.push(u32::from(c), 21);
                }
            }
        }
        self.char_code.push(bits, END);
    }

    /// Returns what a reader needs: the tokens in the order of their codes (an empty one for [`SPELT`]), how many codes there are of
    /// each length, and both for the characters.
    pub(super) fn table(&self) -> serde_json::Value {
        let tokens: Vec<&str> =
            self.token_code.in_order().into_iter().map(|symbol| if symbol == SPELT { "" } else { &self.tokens[symbol - 1] }).collect();
        let chars: Vec<String> = self
            .char_code
            .in_order()
            .into_iter()
            .map(|symbol| match symbol {
                END => String::new(),
                RARE => "rare".to_owned(),
                symbol => self.chars[symbol - 2].to_string(),
            })
            .collect();
        // No token holds a tab: cards have no white space but spaces and line ends.
        serde_json::json!([tokens.join("\t"), self.token_code.lengths(), chars.join("\t"), self.char_code.lengths()])
    }
}

/// Calls `each` with the words of `text` and with what stands between them, but for single spaces between words.
fn for_each_token<'a>(text: &'a str, each: &mut dyn FnMut(&'a str)) {
    let mut rest = text;
    let mut follows_word = false;
    while let Some(first) = rest.chars().next() {
        let is_word = first.is_alphanumeric();
        let end = rest.find(|c: char| c.is_alphanumeric() != is_word).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        if is_word || !(token == " " && follows_word && !after.is_empty()) {
            each(token);
        }
        follows_word = is_word;
        rest = after;
    }
}
