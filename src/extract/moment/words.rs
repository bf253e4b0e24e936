//! The words of dates and durations in English, German, French, Spanish and Portuguese, as data.

use std::sync::LazyLock;

/// Month names and their abbreviations, lower case. `true` marks a spelling that is also a common word or part of other
/// phrases ("may", "5 out of 10"): it is a month only beside a day and with a capital, or with a year.
const MONTHS: &[(&str, u8, bool)] = &[
    ("january", 1, false),
    ("jan", 1, false),
    ("januar", 1, false),
    ("jänner", 1, false),
    ("janvier", 1, false),
    ("janv", 1, false),
    ("enero", 1, false),
    ("ene", 1, true),
    ("janeiro", 1, false),
    ("february", 2, false),
    ("feb", 2, false),
    ("febr", 2, false),
    ("februar", 2, false),
    ("février", 2, false),
    ("fevrier", 2, false),
    ("févr", 2, false),
    ("febrero", 2, false),
    ("fevereiro", 2, false),
    ("fev", 2, false),
    ("march", 3, true),
    ("mar", 3, true),
    ("märz", 3, false),
    ("maerz", 3, false),
    ("mrz", 3, false),
    ("mars", 3, true),
    ("marzo", 3, false),
    ("março", 3, false),
    ("april", 4, false),
    ("apr", 4, false),
    ("avril", 4, false),
    ("avr", 4, false),
    ("abril", 4, false),
    ("abr", 4, false),
    ("may", 5, true),
    ("mai", 5, false),
    ("mayo", 5, true),
    ("maio", 5, false),
    ("june", 6, false),
    ("jun", 6, false),
    ("juni", 6, false),
    ("juin", 6, false),
    ("junio", 6, false),
    ("junho", 6, false),
    ("july", 7, false),
    ("jul", 7, false),
    ("juli", 7, false),
    ("juillet", 7, false),
    ("juil", 7, false),
    ("julio", 7, false),
    ("julho", 7, false),
    ("august", 8, false),
    ("aug", 8, false),
    ("août", 8, false),
    ("aout", 8, false),
    ("agosto", 8, false),
    ("ago", 8, true),
    ("september", 9, false),
    ("sept", 9, false),
    ("sep", 9, false),
    ("septembre", 9, false),
    ("septiembre", 9, false),
    ("setembro", 9, false),
    ("set", 9, true),
    ("october", 10, false),
    ("oct", 10, false),
    ("oktober", 10, false),
    ("okt", 10, false),
    ("octobre", 10, false),
    ("octubre", 10, false),
    ("outubro", 10, false),
    ("out", 10, true),
    ("november", 11, false),
    ("nov", 11, false),
    ("novembre", 11, false),
    ("noviembre", 11, false),
    ("novembro", 11, false),
    ("december", 12, false),
    ("dec", 12, true),
    ("dezember", 12, false),
    ("dez", 12, false),
    ("décembre", 12, false),
    ("decembre", 12, false),
    ("déc", 12, false),
    ("diciembre", 12, false),
    ("dic", 12, false),
    ("dezembro", 12, false),
];

const WEEKDAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonnabend",
    "sonntag",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "lunes",
    "martes",
    "miércoles",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
];

/// Units of time and their minutes.
const UNITS: &[(&str, f64)] = &[
    ("s", 1.0 / 60.0),
    ("sec", 1.0 / 60.0),
    ("secs", 1.0 / 60.0),
    ("second", 1.0 / 60.0),
    ("seconds", 1.0 / 60.0),
    ("sekunden", 1.0 / 60.0),
    ("secondes", 1.0 / 60.0),
    ("segundos", 1.0 / 60.0),
    ("m", 1.0),
    ("min", 1.0),
    ("mins", 1.0),
    ("minute", 1.0),
    ("minutes", 1.0),
    ("minuten", 1.0),
    ("minuto", 1.0),
    ("minutos", 1.0),
    ("h", 60.0),
    ("hr", 60.0),
    ("hrs", 60.0),
    ("hour", 60.0),
    ("hours", 60.0),
    ("stunde", 60.0),
    ("stunden", 60.0),
    ("std", 60.0),
    ("heure", 60.0),
    ("heures", 60.0),
    ("hora", 60.0),
    ("horas", 60.0),
    ("d", 1440.0),
    ("day", 1440.0),
    ("days", 1440.0),
    ("tag", 1440.0),
    ("tage", 1440.0),
    ("tagen", 1440.0),
    ("jour", 1440.0),
    ("jours", 1440.0),
    ("día", 1440.0),
    ("días", 1440.0),
    ("dia", 1440.0),
    ("dias", 1440.0),
    ("w", 10080.0),
    ("week", 10080.0),
    ("weeks", 10080.0),
    ("woche", 10080.0),
    ("wochen", 10080.0),
    ("semaine", 10080.0),
    ("semaines", 10080.0),
    ("semana", 10080.0),
    ("semanas", 10080.0),
];

const NUMBERS: &[(&str, f64)] = &[
    ("a", 1.0),
    ("an", 1.0),
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("fifteen", 15.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("ninety", 90.0),
    ("half", 0.5),
    ("eine", 1.0),
    ("einer", 1.0),
    ("zwei", 2.0),
    ("drei", 3.0),
    ("vier", 4.0),
    ("une", 1.0),
    ("deux", 2.0),
    ("trois", 3.0),
    ("quatre", 4.0),
    ("una", 1.0),
    ("dos", 2.0),
    ("tres", 3.0),
    ("cuatro", 4.0),
    ("uma", 1.0),
    ("duas", 2.0),
    ("três", 3.0),
    ("quatro", 4.0),
];

/// Further words that an expression of time can begin with.
const OPENERS: &[&str] = &["t", "next", "following", "noon", "midday", "midnight", "mitternacht", "minuit"];

/// What a line must hold to say a time, date or length without a digit: "noon", "two hours", "the next day", `HH:mm`, `--:--`.
pub(crate) const WITHOUT_DIGITS: &[&str] = &[
    "noon",
    "midday",
    "midnight",
    "mitternacht",
    "minuit",
    "morning",
    "half",
    "day",
    "days",
    "week",
    "weeks",
    "hour",
    "hours",
    "hr",
    "hrs",
    "min",
    "mins",
    "minute",
    "minutes",
    "minuten",
    "minuto",
    "minutos",
    "sec",
    "secs",
    "second",
    "seconds",
    "sekunden",
    "secondes",
    "segundos",
    "std",
    "stunde",
    "stunden",
    "tag",
    "tage",
    "tagen",
    "woche",
    "wochen",
    "heure",
    "heures",
    "jour",
    "jours",
    "semaine",
    "semaines",
    "semana",
    "semanas",
    "hora",
    "horas",
    "día",
    "días",
    "dia",
    "dias",
    "hh:",
    "hh-",
    "hh/",
    "mm:",
    "mm-",
    "mm/",
    "ss:",
    "ss-",
    "ss/",
    "xx:",
    "xx-",
    "xx/",
    "dd:",
    "dd-",
    "dd/",
    "yy:",
    "yy-",
    "yy/",
    "yyyy:",
    "yyyy-",
    "yyyy/",
    "xxxx:",
    "xxxx-",
    "xxxx/",
    "hhmm:",
    "hhmm-",
    "hhmm/",
    "ddmm:",
    "ddmm-",
    "ddmm/",
    "mmdd:",
    "mmdd-",
    "mmdd/",
    "-:-",
    "--:-",
    "?:?",
    "??:?",
];

/// What a word is to dates and lengths of time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Meaning {
    /// The month that it names, and whether the word is also something else.
    pub(super) month: Option<(u8, bool)>,
    /// Whether it is the name of a day of the week.
    pub(super) weekday: bool,
    /// The minutes of the unit of time that it names.
    pub(super) unit: Option<f64>,
    /// The number that it names.
    pub(super) number: Option<f64>,
}

/// The words above by their letters: a table of slots, in which a word stands at the slot of its hash or in one of the next.
pub(super) struct Dictionary {
    slots: Vec<(Key, Meaning)>,
    /// By the first two letters of a word, a bit for each length that words with these letters have.
    lengths: Box<[u32; 32 * 32]>,
}

/// A word of at most 16 bytes in lower case; 0 for none.
type Key = u128;

const SLOTS: usize = 1024;

/// The first two bytes of a word as a number: one for all cases of a letter.
#[inline]
fn first_letters(word: &str) -> usize {
    match *word.as_bytes() {
        [first, second, ..] => usize::from(first % 32) * 32 + usize::from(second % 32),
        [first] => usize::from(first % 32) * 32,
        [] => 0,
    }
}

fn slot(key: Key) -> usize {
    let folded = (key as u64) ^ ((key >> 64) as u64).rotate_left(23);
    (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54) as usize % SLOTS
}

/// The key of a word: its bytes, ASCII letters in lower case.
fn key_of(word: &str) -> Option<Key> {
    let mut bytes = [0_u8; 16];
    bytes.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    bytes.make_ascii_lowercase();
    Some(Key::from_le_bytes(bytes))
}

impl Dictionary {
    fn new() -> Self {
        let mut dictionary = Self { slots: vec![(0, Meaning::default()); SLOTS], lengths: Box::new([0; 32 * 32]) };
        for (name, month, risky) in MONTHS {
            dictionary.entry(name).month.get_or_insert((*month, *risky));
        }
        for name in WEEKDAYS {
            dictionary.entry(name).weekday = true;
        }
        for (name, minutes) in UNITS {
            dictionary.entry(name).unit.get_or_insert(*minutes);
        }
        for (name, number) in NUMBERS {
            dictionary.entry(name).number.get_or_insert(*number);
        }
        for name in OPENERS {
            dictionary.entry(name);
        }
        dictionary
    }

    fn entry(&mut self, word: &str) -> &mut Meaning {
        let key = key_of(word).expect("the words of dates are short");
        let at = self.place(key);
        self.slots[at].0 = key;
        self.lengths[first_letters(word)] |= 1 << word.len();
        &mut self.slots[at].1
    }

    /// The slot that holds `key`, or the empty one where it would stand. There are far more slots than words.
    fn place(&self, key: Key) -> usize {
        let mut at = slot(key);
        while self.slots[at].0 != key && self.slots[at].0 != 0 {
            at = (at + 1) % SLOTS;
        }
        at
    }

    /// Returns what `word` is to dates and lengths, whatever its case.
    #[inline]
    pub(super) fn meaning(&self, word: &str) -> Option<&Meaning> {
        // Most words are none of these, which their first letters and length tell.
        let may_be_one = word.len() <= 16 && self.lengths[first_letters(word)] & 1 << word.len() != 0;
        if may_be_one { self.look_up(word) } else { None }
    }

    fn look_up(&self, word: &str) -> Option<&Meaning> {
        let key = if word.is_ascii() { key_of(word) } else { key_of(&word.to_lowercase()) }?;
        let (found, meaning) = &self.slots[self.place(key)];
        (*found != 0).then_some(meaning)
    }
}

/// The dictionary of the words above.
pub(super) fn dictionary() -> &'static Dictionary {
    static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(Dictionary::new);
    &DICTIONARY
}

/// True where `word` is the name of a day of the week.
pub(crate) fn is_weekday(word: &str) -> bool {
    dictionary().meaning(word).is_some_and(|meaning| meaning.weekday)
}
