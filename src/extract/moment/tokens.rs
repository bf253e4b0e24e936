//! Cuts a text into numbers, words, spaces and other characters, each with its bytes. A word that dates and lengths are made of
//! is looked up here, once.

use super::words::{self, Meaning};
use crate::extract::text::find_byte;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A run of ASCII digits.
    Number,
    /// A run of letters.
    Word,
    /// White space without a line end.
    Space,
    /// One character that is none of these; a line end too.
    Other(char),
}

/// A piece of the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: TokenKind,
    /// Its first byte.
    pub(super) start: usize,
    /// One past its last byte.
    pub(super) end: usize,
    /// What it is to dates and lengths, where it is a word of theirs.
    meaning: Option<&'static Meaning>,
    /// What a number of at most [`MAX_DIGITS`] digits is.
    value: u32,
    /// Whether an expression of time can begin with it, as far as it tells itself.
    opens: bool,
}

const MAX_DIGITS: usize = 8;

/// The tokens of a text, with the text.
pub(super) struct Tokens<'a> {
    /// The text.
    pub(super) text: &'a str,
    list: Vec<Token>,
}

/// What an ASCII byte is part of; `None` for other bytes.
const fn kind_of(byte: u8) -> Option<TokenKind> {
    match byte {
        b'0'..=b'9' => Some(TokenKind::Number),
        b'a'..=b'z' | b'A'..=b'Z' => Some(TokenKind::Word),
        b' ' | b'\t' | b'\r' => Some(TokenKind::Space),
        0x80.. => None,
        _ => Some(TokenKind::Other(byte as char)),
    }
}

/// So near before a digit, in bytes, stands whatever belongs to a time, date or length with it.
const NEAR_BEFORE: usize = 40;

/// So near behind a digit and the spaces behind it stands whatever belongs to it, up to the next digit.
const NEAR_BEHIND: usize = 20;

/// A longer word behind a digit goes on with it only where it is one of dates and lengths: "7th of June", "10:00 a.m.", "10 to 12".
const LINK: usize = 3;

const NUMBER: u8 = 1;
const WORD: u8 = 2;
const SPACE: u8 = 3;
const BEYOND_ASCII: u8 = 4;

/// For each byte, which kind of run it is of: 1 to 3 for numbers, words and spaces; 0 for none; [`BEYOND_ASCII`] where the whole
/// character tells.
const RUNS: [u8; 256] = {
    let mut runs = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        runs[byte] = match kind_of(byte as u8) {
            Some(TokenKind::Number) => NUMBER,
            Some(TokenKind::Word) => WORD,
            Some(TokenKind::Space) => SPACE,
            Some(TokenKind::Other(_)) => 0,
            None => BEYOND_ASCII,
        };
        byte += 1;
    }
    runs
};

/// What the character at byte `at` is part of, and its bytes.
fn kind_at(text: &str, at: usize) -> (TokenKind, usize) {
    if let Some(kind) = kind_of(text.as_bytes()[at]) {
        return (kind, 1);
    }
    let c = text[at..].chars().next().unwrap_or('\u{fffd}');
    let kind = match c {
        '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{200a}' => TokenKind::Space,
        c if c.is_alphabetic() && !matches!(c, 'º' | 'ª') => TokenKind::Word,
        // Emoji come with joiners and variation selectors; they are never part of a time.
        c => TokenKind::Other(c),
    };
    (kind, c.len_utf8())
}

/// Returns where the run of `kind` ends that goes on at byte `at`.
fn run_end(text: &str, mut at: usize, kind: TokenKind) -> usize {
    let run = match kind {
        TokenKind::Number => NUMBER,
        TokenKind::Word => WORD,
        TokenKind::Space => SPACE,
        TokenKind::Other(_) => return at,
    };
    let bytes = text.as_bytes();
    loop {
        while bytes.get(at).is_some_and(|byte| RUNS[usize::from(*byte)] == run) {
            at += 1;
        }
        // What is beyond ASCII may go on with it.
        match bytes.get(at) {
            Some(0x80..) if kind_at(text, at).0 == kind => at += kind_at(text, at).1,
            _ => return at,
        }
    }
}

/// Returns where to begin with the tokens of the digit at byte `digit`, not before byte `at`: at the word before it, and farther
/// back where that word may be part of a date.
fn near_before(text: &str, at: usize, digit: usize) -> usize {
    let bytes = text.as_bytes();
    let nearest = digit.saturating_sub(NEAR_BEFORE).max(at);
    let space_before = |byte: usize| bytes[at..byte].iter().rposition(|byte| *byte == b' ').map_or(at, |space| at + space);
    let is_letter = |byte: &u8| matches!(RUNS[usize::from(*byte)], WORD | BEYOND_ASCII);
    let Some(last) = bytes[nearest..digit].iter().rposition(is_letter).map(|last| nearest + last) else { return space_before(nearest) };
    let letters = bytes[nearest..=last].iter().rev().take_while(|byte| is_letter(byte)).count();
    let first = last + 1 - letters;
    match text.get(first..=last) {
        Some(word) if words::dictionary().meaning(word).is_none() && !word.eq_ignore_ascii_case("the") => space_before(first),
        _ => space_before(nearest),
    }
}

impl<'a> Tokens<'a> {
    /// Cuts `text` into tokens, in the room of `list`.
    pub(super) fn new(text: &'a str, list: Vec<Token>) -> Self {
        let mut tokens = Self { text, list };
        tokens.list.clear();
        tokens.cut(0, |_| true);
        tokens
    }

    /// Cuts what stands near a digit into tokens, in the room of `list`; one token stands for each stretch between.
    pub(super) fn near_digits(text: &'a str, list: Vec<Token>) -> Self {
        let bytes = text.as_bytes();
        let mut tokens = Self { text, list };
        tokens.list.clear();
        let mut at = 0;
        while let Some(digit) = find_byte(bytes, at, |byte| byte.is_ascii_digit()) {
            let from = near_before(text, at, digit);
            tokens.leave_out(at, from);
            at = tokens.cut_near(from, digit);
        }
        tokens.leave_out(at, bytes.len());
        tokens
    }

    /// Cuts the tokens from byte `from` on that stand near the digit at byte `digit` or near a further digit behind it. Returns
    /// the end of the last.
    fn cut_near(&mut self, from: usize, digit: usize) -> usize {
        let mut limit = self.text.len();
        let mut after_number = false;
        self.cut(from, |token| {
            let is_number = token.kind == TokenKind::Number;
            if is_number || after_number && token.kind == TokenKind::Space {
                limit = token.end + NEAR_BEHIND;
            }
            after_number = is_number;
            let is_long = token.kind == TokenKind::Word && token.start > digit && token.end - token.start > LINK;
            token.end <= limit && !(is_long && token.meaning.is_none())
        })
    }

    /// Returns the room of the tokens, for those of another text.
    pub(super) fn into_list(self) -> Vec<Token> {
        self.list
    }

    fn leave_out(&mut self, start: usize, end: usize) {
        if start < end {
            self.list.push(Token { kind: TokenKind::Other('\0'), start, end, meaning: None, value: 0, opens: false });
        }
    }

    /// Cuts tokens from byte `from` on, up to the first behind which it does not go on. Returns the end of the last.
    #[inline]
    fn cut(&mut self, from: usize, mut goes_on: impl FnMut(&Token) -> bool) -> usize {
        let dictionary = words::dictionary();
        let text = self.text;
        let bytes = text.as_bytes();
        let mut start = from;
        while let Some(&first) = bytes.get(start) {
            let mut end = start + 1;
            let mut value = 0_u32;
            let run = RUNS[usize::from(first)];
            let kind = match run {
                NUMBER => {
                    value = u32::from(first - b'0');
                    while let Some(digit @ b'0'..=b'9') = bytes.get(end) {
                        value = value.wrapping_mul(10).wrapping_add(u32::from(digit - b'0'));
                        end += 1;
                    }
                    TokenKind::Number
                }
                WORD | SPACE => {
                    let kind = if run == WORD { TokenKind::Word } else { TokenKind::Space };
                    while bytes.get(end).is_some_and(|byte| RUNS[usize::from(*byte)] == run) {
                        end += 1;
                    }
                    if bytes.get(end).is_some_and(|byte| *byte >= 0x80) {
                        end = run_end(text, end, kind);
                    }
                    kind
                }
                BEYOND_ASCII => {
                    let (kind, len) = kind_at(text, start);
                    end = run_end(text, start + len, kind);
                    kind
                }
                _ => TokenKind::Other(first.into()),
            };
            let meaning = if kind == TokenKind::Word { dictionary.meaning(&text[start..end]) } else { None };
            let opens = match kind {
                TokenKind::Number => true,
                // What means nothing may be the blank of a form: `HH`, `YYYY`.
                TokenKind::Word => meaning.is_some() || matches!(end - start, 2 | 4),
                TokenKind::Space => false,
                TokenKind::Other(c) => matches!(c, '+' | '-' | '?' | '('),
            };
            let token = Token { kind, start, end, meaning, value, opens };
            self.list.push(token);
            start = end;
            if !goes_on(&token) {
                break;
            }
        }
        start
    }

    /// Returns the first token from `at` on that an expression of time can begin with.
    #[inline]
    pub(super) fn next_opener(&self, at: usize) -> Option<usize> {
        self.list.get(at..)?.iter().position(|token| token.opens).map(|distance| at + distance)
    }

    /// Returns how many tokens there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns the token at `at`.
    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<&Token> {
        self.list.get(at)
    }

    /// Returns the token before `at`.
    #[inline]
    pub(super) fn before(&self, at: usize) -> Option<&Token> {
        at.checked_sub(1).and_then(|at| self.get(at))
    }

    /// Returns the text of the token at `at`, or `""` beyond the end.
    #[inline]
    pub(super) fn str(&self, at: usize) -> &'a str {
        self.get(at).map_or("", |token| &self.text[token.start..token.end])
    }

    /// Returns the byte at which token `at` begins; the text's end beyond the last.
    #[inline]
    pub(super) fn start(&self, at: usize) -> usize {
        self.get(at).map_or(self.text.len(), |token| token.start)
    }

    /// Returns the digits of a number token and its value, where it has at most [`MAX_DIGITS`] digits.
    #[inline]
    pub(super) fn number(&self, at: usize) -> Option<(usize, u32)> {
        let token = self.get(at).filter(|token| token.kind == TokenKind::Number)?;
        let digits = token.end - token.start;
        (digits <= MAX_DIGITS).then_some((digits, token.value))
    }

    /// Returns the word at `at`.
    #[inline]
    pub(super) fn word(&self, at: usize) -> Option<&'a str> {
        self.get(at).filter(|token| token.kind == TokenKind::Word).map(|token| &self.text[token.start..token.end])
    }

    /// Returns what the word at `at` is to dates and lengths.
    #[inline]
    pub(super) fn meaning(&self, at: usize) -> Option<&'static Meaning> {
        self.list.get(at).and_then(|token| token.meaning)
    }

    /// Returns the month that the word at `at` names, and whether the word is also something else.
    #[inline]
    pub(super) fn month(&self, at: usize) -> Option<(u8, bool)> {
        self.meaning(at)?.month
    }

    /// Returns the minutes of the unit of time that the word at `at` names.
    #[inline]
    pub(super) fn unit(&self, at: usize) -> Option<f64> {
        self.meaning(at)?.unit
    }

    /// Returns the number that the word at `at` names.
    #[inline]
    pub(super) fn number_word(&self, at: usize) -> Option<f64> {
        self.meaning(at)?.number
    }

    /// True where the word at `at` is `word`, whatever its case.
    #[inline]
    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.word(at).is_some_and(|found| found.eq_ignore_ascii_case(word))
    }

    /// True where the token at `at` is the character `c`.
    #[inline]
    pub(super) fn is(&self, at: usize, c: char) -> bool {
        self.get(at).is_some_and(|token| token.kind == TokenKind::Other(c))
    }

    /// True where the token at `at` is white space.
    #[inline]
    pub(super) fn is_space(&self, at: usize) -> bool {
        self.get(at).is_some_and(|token| token.kind == TokenKind::Space)
    }

    /// Returns `at`, or the token after it where it is white space.
    #[inline]
    pub(super) fn skip_space(&self, at: usize) -> usize {
        at + usize::from(self.is_space(at))
    }

    /// Returns the character of the token at `at`, where it is neither number, word nor space.
    #[inline]
    pub(super) fn other(&self, at: usize) -> Option<char> {
        match self.get(at)?.kind {
            TokenKind::Other(c) => Some(c),
            _ => None,
        }
    }
}
