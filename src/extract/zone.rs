//! Reads time zones as people write them: `WAT`, `GMT+1`, `(UTC-05)`, `+02:00`, `Pacific Time`, `Europe/Berlin`.
//!
//! A zone keeps its written form; what it means in minutes depends on the day and is asked for with [`Zone::offset_on`].
//! The answer is `None` where the writing does not fit the day (`PST` on a summer day may mean standard time or simply
//! Pacific time) or where the abbreviation has several meanings and nothing in the document decides.
//!
//! The table of abbreviations is by hand: the tz database has no `PT`, `WIB` or `ART`, and knows neither which meaning is
//! the usual one nor which abbreviations people use loosely all year.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;

/// What a zone means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Always the same minutes east of UTC.
    Fixed(i32),
    /// The offset that a place observes on the day.
    Place(Tz),
    /// One of a place's two offsets: right only on days on which the place observes it.
    Season(i32, Tz),
    /// Several meanings that nothing decides.
    Unclear,
}

/// A time zone as written, with what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone {
    /// As written, without brackets.
    pub(crate) written: String,
    meaning: Meaning,
}

/// What is known of the day on which a zone's offset is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDay {
    /// The day and time.
    Exact(NaiveDateTime),
    /// Month and day of an unknown year.
    MonthDay(u8, u8),
    /// Nothing.
    Unknown,
}

impl Zone {
    /// Returns the minutes east of UTC that the zone meant then; `None` where its writing does not fit the day or is unclear.
    pub(crate) fn offset_on(&self, day: OnDay) -> Option<i32> {
        let observed = |tz: Tz| match day {
            OnDay::Exact(at) => offset_of(tz, at),
            // Offsets by month and day hardly change with the year, save near a change of the clocks, where two years differ.
            OnDay::MonthDay(month, day) => {
                let on = |year| {
                    let date = NaiveDate::from_ymd_opt(year, month.into(), day.into())?;
                    offset_of(tz, date.and_time(NaiveTime::from_hms_opt(12, 0, 0)?))
                };
                let (a, b) = (on(2020)?, on(2024)?);
                (a == b).then_some(a)
            }
            OnDay::Unknown => None,
        };
        match self.meaning {
            Meaning::Fixed(minutes) => Some(minutes),
            Meaning::Place(tz) => observed(tz),
            Meaning::Season(minutes, _) if day == OnDay::Unknown => Some(minutes),
            Meaning::Season(minutes, tz) => (observed(tz)? == minutes).then_some(minutes),
            Meaning::Unclear => None,
        }
    }

    /// True where the zone's abbreviation has several meanings.
    pub(crate) fn is_unclear(&self) -> bool {
        self.meaning == Meaning::Unclear
    }

    /// Returns the order in which the zone's people write numeric dates, where that is known: `Some(true)` for day first.
    pub(crate) fn writes_day_first(&self) -> Option<bool> {
        match self.meaning {
            Meaning::Place(tz) | Meaning::Season(_, tz) => {
                let name = tz.name();
                if name.starts_with("Europe/")
                    || name.starts_with("Australia/")
                    || name.starts_with("Africa/")
                    || name == "Pacific/Auckland"
                {
                    Some(true)
                } else if name.starts_with("America/") {
                    Some(false)
                } else {
                    None
                }
            }
            // Africa, central Europe and India; UTC and GMT are used everywhere.
            Meaning::Fixed(60 | 120 | 180 | 330) => Some(true),
            Meaning::Fixed(-600..=-300) => Some(false),
            Meaning::Fixed(_) | Meaning::Unclear => None,
        }
    }

    /// Returns the same zone with the meaning that the words of `document` decide, where its abbreviation has several.
    pub(crate) fn decided_by(mut self, document: &str) -> Self {
        if self.is_unclear()
            && let Some((_, readings)) = UNCLEAR.iter().find(|(name, _)| *name == self.written)
        {
            let mut fitting = readings.iter().filter(|reading| reading.evidence.iter().any(|word| document.contains(word)));
            if let (Some(reading), None) = (fitting.next(), fitting.next()) {
                self.meaning = reading.meaning;
            }
        }
        self
    }
}

/// Returns what a place observes at a local time: the first of two readings when clocks go back, the one before a gap.
fn offset_of(tz: Tz, at: NaiveDateTime) -> Option<i32> {
    let found = tz.offset_from_local_datetime(&at).earliest().or_else(|| {
        // In the gap of spring the time does not exist; what held an hour before is meant.
        tz.offset_from_local_datetime(&(at - chrono::Duration::hours(1))).earliest()
    })?;
    Some(found.fix().local_minus_utc() / 60)
}

/// One of several meanings of an abbreviation, and the words that decide for it.
struct Reading {
    meaning: Meaning,
    evidence: &'static [&'static str],
}

const UNCLEAR: &[(&str, &[Reading])] = &[
    (
        "IST",
        &[
            Reading {
                meaning: Meaning::Fixed(330),
                evidence: &[
                    "India",
                    "Mumbai",
                    "Bangalore",
                    "Bengaluru",
                    "Delhi",
                    "Hyderabad",
                    "Pune",
                    "Chennai",
                    "Kolkata",
                    "ap-south-1",
                    "₹",
                    "UPI",
                ],
            },
            Reading {
                meaning: Meaning::Season(120, Tz::Asia__Jerusalem),
                evidence: &["Israel", "Tel Aviv", "Tel-Aviv", "Jerusalem", "Haifa"],
            },
            Reading { meaning: Meaning::Season(60, Tz::Europe__Dublin), evidence: &["Ireland", "Dublin", "Irish"] },
        ],
    ),
    (
        "CST",
        &[
            Reading {
                meaning: Meaning::Season(-360, Tz::America__Chicago),
                evidence: &[
                    "CDT",
                    "America",
                    "Chicago",
                    "Texas",
                    "Dallas",
                    "Austin",
                    "Houston",
                    "Minnesota",
                    "us-east",
                    "us-central",
                    "us-west",
                    " AM",
                    " PM",
                    "am CST",
                    "pm CST",
                    "AM CST",
                    "PM CST",
                    "EST",
                    "PST",
                ],
            },
            Reading {
                meaning: Meaning::Fixed(480),
                evidence: &["China", "Beijing", "Shanghai", "Shenzhen", "Taiwan", "Taipei", "Hangzhou", "cn-north"],
            },
        ],
    ),
    (
        "AST",
        &[
            Reading {
                meaning: Meaning::Season(-240, Tz::America__Halifax),
                evidence: &["Halifax", "Nova Scotia", "Atlantic", "Canada", "Puerto Rico"],
            },
            Reading { meaning: Meaning::Fixed(180), evidence: &["Arabia", "Saudi", "Riyadh", "Kuwait", "Qatar", "Bahrain"] },
        ],
    ),
    (
        "AMT",
        &[
            Reading { meaning: Meaning::Fixed(-240), evidence: &["Amazon Time", "Manaus", "Brazil", "Brasil"] },
            Reading { meaning: Meaning::Fixed(240), evidence: &["Armenia", "Yerevan"] },
        ],
    ),
    (
        "SST",
        &[
            Reading { meaning: Meaning::Fixed(480), evidence: &["Singapore"] },
            Reading { meaning: Meaning::Fixed(-660), evidence: &["Samoa"] },
        ],
    ),
    (
        "ECT",
        &[
            Reading { meaning: Meaning::Fixed(-300), evidence: &["Ecuador", "Quito", "Guayaquil"] },
            Reading { meaning: Meaning::Fixed(-240), evidence: &["Caribbean"] },
        ],
    ),
];

use Meaning::{Fixed, Place, Season};

/// Abbreviations with one usual meaning.
const ABBREVIATIONS: &[(&str, Meaning)] = &[
    ("UTC", Fixed(0)),
    ("GMT", Fixed(0)),
    ("UT", Fixed(0)),
    ("WET", Season(0, Tz::Europe__Lisbon)),
    ("WEST", Season(60, Tz::Europe__Lisbon)),
    // Between March and October people who write CET mean the time on their clocks.
    ("CET", Place(Tz::Europe__Berlin)),
    ("CEST", Season(120, Tz::Europe__Berlin)),
    ("MEZ", Place(Tz::Europe__Berlin)),
    ("MESZ", Season(120, Tz::Europe__Berlin)),
    ("EET", Season(120, Tz::Europe__Kyiv)),
    ("EEST", Season(180, Tz::Europe__Kyiv)),
    // Bangladesh writes BST too, but hardly in English prose of summer days.
    ("BST", Season(60, Tz::Europe__London)),
    ("MSK", Season(180, Tz::Europe__Moscow)),
    ("TRT", Fixed(180)),
    ("WAT", Fixed(60)),
    ("CAT", Fixed(120)),
    ("SAST", Fixed(120)),
    ("EAT", Fixed(180)),
    ("PST", Season(-480, Tz::America__Los_Angeles)),
    ("PDT", Season(-420, Tz::America__Los_Angeles)),
    ("PT", Place(Tz::America__Los_Angeles)),
    ("MST", Season(-420, Tz::America__Denver)),
    ("MDT", Season(-360, Tz::America__Denver)),
    ("MT", Place(Tz::America__Denver)),
    ("CDT", Season(-300, Tz::America__Chicago)),
    ("CT", Place(Tz::America__Chicago)),
    ("EST", Season(-300, Tz::America__New_York)),
    ("EDT", Season(-240, Tz::America__New_York)),
    ("ET", Place(Tz::America__New_York)),
    ("ADT", Season(-180, Tz::America__Halifax)),
    ("AKST", Season(-540, Tz::America__Anchorage)),
    ("AKDT", Season(-480, Tz::America__Anchorage)),
    ("AKT", Place(Tz::America__Anchorage)),
    ("HST", Fixed(-600)),
    ("NST", Season(-210, Tz::America__St_Johns)),
    ("NDT", Season(-150, Tz::America__St_Johns)),
    ("BRT", Fixed(-180)),
    ("ART", Fixed(-180)),
    ("COT", Fixed(-300)),
    ("PET", Fixed(-300)),
    ("VET", Fixed(-240)),
    ("BOT", Fixed(-240)),
    ("UYT", Fixed(-180)),
    ("PYT", Place(Tz::America__Asuncion)),
    ("CLT", Season(-240, Tz::America__Santiago)),
    ("CLST", Season(-180, Tz::America__Santiago)),
    ("GST", Fixed(240)),
    ("AZT", Fixed(240)),
    ("GET", Fixed(240)),
    ("IRST", Fixed(210)),
    ("IDT", Season(180, Tz::Asia__Jerusalem)),
    ("PKT", Fixed(300)),
    ("UZT", Fixed(300)),
    ("NPT", Fixed(345)),
    ("BDT", Fixed(360)),
    ("MMT", Fixed(390)),
    ("ICT", Fixed(420)),
    ("WIB", Fixed(420)),
    ("WITA", Fixed(480)),
    ("WIT", Fixed(540)),
    ("SGT", Fixed(480)),
    ("MYT", Fixed(480)),
    ("PHT", Fixed(480)),
    ("HKT", Fixed(480)),
    ("AWST", Fixed(480)),
    ("JST", Fixed(540)),
    ("KST", Fixed(540)),
    ("ACST", Season(570, Tz::Australia__Adelaide)),
    ("ACDT", Season(630, Tz::Australia__Adelaide)),
    // Brisbane keeps standard time all year, so AEST is right on any day.
    ("AEST", Fixed(600)),
    ("AEDT", Season(660, Tz::Australia__Sydney)),
    ("AET", Place(Tz::Australia__Sydney)),
    ("NZST", Season(720, Tz::Pacific__Auckland)),
    ("NZDT", Season(780, Tz::Pacific__Auckland)),
    ("NZT", Place(Tz::Pacific__Auckland)),
];

/// Names of zones, lower case, without a final "time".
const NAMES: &[(&str, Meaning)] = &[
    ("coordinated universal", Fixed(0)),
    ("universal", Fixed(0)),
    ("greenwich mean", Fixed(0)),
    ("greenwich", Fixed(0)),
    ("pacific", Place(Tz::America__Los_Angeles)),
    ("us pacific", Place(Tz::America__Los_Angeles)),
    ("pacific standard", Season(-480, Tz::America__Los_Angeles)),
    ("pacific daylight", Season(-420, Tz::America__Los_Angeles)),
    ("mountain", Place(Tz::America__Denver)),
    ("mountain standard", Season(-420, Tz::America__Denver)),
    ("mountain daylight", Season(-360, Tz::America__Denver)),
    ("central", Place(Tz::America__Chicago)),
    ("us central", Place(Tz::America__Chicago)),
    ("central standard", Season(-360, Tz::America__Chicago)),
    ("central daylight", Season(-300, Tz::America__Chicago)),
    ("eastern", Place(Tz::America__New_York)),
    ("us eastern", Place(Tz::America__New_York)),
    ("eastern standard", Season(-300, Tz::America__New_York)),
    ("eastern daylight", Season(-240, Tz::America__New_York)),
    ("atlantic", Place(Tz::America__Halifax)),
    ("west african", Fixed(60)),
    ("west africa", Fixed(60)),
    ("west africa standard", Fixed(60)),
    ("west central africa", Fixed(60)),
    ("west central africa standard", Fixed(60)),
    ("w central africa standard", Fixed(60)),
    ("eastern african", Fixed(180)),
    ("eastern africa", Fixed(180)),
    ("west african standard", Fixed(60)),
    ("nigerian", Fixed(60)),
    ("nigeria", Fixed(60)),
    ("lagos", Fixed(60)),
    ("central africa", Fixed(120)),
    ("central african", Fixed(120)),
    ("south african", Fixed(120)),
    ("south africa", Fixed(120)),
    ("south african standard", Fixed(120)),
    ("south africa standard", Fixed(120)),
    ("east africa", Fixed(180)),
    ("east african", Fixed(180)),
    ("east africa standard", Fixed(180)),
    ("east african standard", Fixed(180)),
    ("nairobi", Fixed(180)),
    ("kenyan", Fixed(180)),
    ("egypt", Place(Tz::Africa__Cairo)),
    ("cairo", Place(Tz::Africa__Cairo)),
    ("central european", Place(Tz::Europe__Berlin)),
    ("central european standard", Season(60, Tz::Europe__Berlin)),
    ("central european summer", Season(120, Tz::Europe__Berlin)),
    ("eastern european", Place(Tz::Europe__Kyiv)),
    ("eastern european summer", Season(180, Tz::Europe__Kyiv)),
    ("western european", Place(Tz::Europe__Lisbon)),
    ("british summer", Season(60, Tz::Europe__London)),
    ("uk", Place(Tz::Europe__London)),
    ("london", Place(Tz::Europe__London)),
    ("paris", Place(Tz::Europe__Paris)),
    ("berlin", Place(Tz::Europe__Berlin)),
    ("moscow", Place(Tz::Europe__Moscow)),
    ("indian standard", Fixed(330)),
    ("india standard", Fixed(330)),
    ("india", Fixed(330)),
    ("singapore", Fixed(480)),
    ("hong kong", Fixed(480)),
    ("china standard", Fixed(480)),
    ("beijing", Fixed(480)),
    ("japan standard", Fixed(540)),
    ("japan", Fixed(540)),
    ("korea standard", Fixed(540)),
    ("australian eastern", Place(Tz::Australia__Sydney)),
    ("australian eastern standard", Fixed(600)),
    ("australian eastern daylight", Season(660, Tz::Australia__Sydney)),
    ("new zealand", Place(Tz::Pacific__Auckland)),
    ("israel", Place(Tz::Asia__Jerusalem)),
    ("brasilia", Fixed(-180)),
    ("argentina", Fixed(-180)),
    ("colombia", Fixed(-300)),
];

fn abbreviation(word: &str) -> Option<Meaning> {
    if !(2..=4).contains(&word.len()) || !word.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    ABBREVIATIONS
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, meaning)| *meaning)
        .or_else(|| UNCLEAR.iter().any(|(name, _)| *name == word).then_some(Meaning::Unclear))
}

/// Returns the zone that begins at the start of `text`, and the bytes that it takes. `text` begins with the zone itself:
/// brackets and spaces before it are the caller's.
pub(crate) fn zone_at(text: &str) -> Option<(Zone, usize)> {
    let first = *text.as_bytes().first()?;
    let found = match first {
        b'+' | b'-' => offset_at(text).map(|(minutes, len)| (Fixed(minutes), len)),
        b'A'..=b'Z' | b'a'..=b'z' if !may_begin_zone(text) => None,
        b'A'..=b'Z' | b'a'..=b'z' => base_and_offset(text)
            .or_else(|| place_at(text))
            .or_else(|| both_seasons_at(text))
            .or_else(|| name_at(text))
            .or_else(|| abbreviation_at(text)),
        _ if text.starts_with('−') => None,
        _ => None,
    };
    let (meaning, len) = found?;
    Some((Zone { written: text[..len].to_owned(), meaning }, len))
}

/// Whether the first word of a text may be a zone or begin one, by its length and its first letter. Most words are none.
fn may_begin_zone(text: &str) -> bool {
    let bytes = text.as_bytes();
    let len = word_len(text);
    // Only these letters begin an abbreviation in lower case.
    let abbreviation = len <= 4 && (bytes[0].is_ascii_uppercase() || b"ugpecs".contains(&bytes[0]));
    abbreviation || begins_name(text, len) || bytes.get(len).is_some_and(is_of_place)
}

fn word_len(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_alphabetic).count()
}

fn abbreviation_at(text: &str) -> Option<(Meaning, usize)> {
    let len = word_len(text);
    let next = text[len..].bytes().next();
    if next.is_some_and(|b| b.is_ascii_digit() || b == b'_') || text[len..].starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let word = &text[..len];
    if word == "Z" {
        return Some((Fixed(0), 1));
    }
    abbreviation(word)
        .or_else(|| {
            // Only these are common in lower case; "cat" and "eat" are words.
            let lower = word.bytes().all(|b| b.is_ascii_lowercase()) || word == "Utc" || word == "Gmt";
            (lower && ["utc", "gmt", "Utc", "Gmt", "pst", "pdt", "est", "edt", "cest", "sast"].contains(&word))
                .then(|| abbreviation(&word.to_ascii_uppercase()))
                .flatten()
        })
        .map(|meaning| (meaning, len))
}

/// `PST/PDT`, `CET/CEST`: both seasons of one place, so whichever it observes on the day.
fn both_seasons_at(text: &str) -> Option<(Meaning, usize)> {
    let rest = text[word_len(text)..].strip_prefix('/')?;
    let place_of = |meaning| match meaning {
        Season(_, place) | Place(place) => Some(place),
        _ => None,
    };
    let ((one, first), (other, second)) = (abbreviation_at(text)?, abbreviation_at(rest)?);
    let place = place_of(one).filter(|_| one != other)?;
    (place_of(other) == Some(place)).then_some((Place(place), first + 1 + second))
}

/// `UTC+2`, `GMT -05:00`, `UTC +0`, `UTC±0`.
fn base_and_offset(text: &str) -> Option<(Meaning, usize)> {
    let len = word_len(text);
    if len != 3 || !["UTC", "GMT"].iter().any(|base| text[..len].eq_ignore_ascii_case(base)) {
        return None;
    }
    let rest = &text[len..];
    let gap = rest.bytes().take_while(|b| *b == b' ').count();
    if gap > 1 {
        return None;
    }
    if let Some(zero) = rest[gap..].strip_prefix('±').filter(|zero| zero.starts_with('0')) {
        let digits = zero.bytes().take_while(|b| b.is_ascii_digit() || *b == b':').count();
        return Some((Fixed(0), len + gap + '±'.len_utf8() + digits));
    }
    let (minutes, used) = offset_at(&rest[gap..])?;
    // "10:00 UTC - 12 users": after a space the sign must touch its number and the number must end there.
    Some((Fixed(minutes), len + gap + used))
}

/// `+2`, `-05`, `+05:30`, `+0530`, also with the typographic minus.
fn offset_at(text: &str) -> Option<(i32, usize)> {
    let (sign, sign_len) = match text.chars().next()? {
        '+' => (1, 1),
        '-' => (-1, 1),
        c @ ('−' | '–') => (-1, c.len_utf8()),
        _ => return None,
    };
    let rest = &text[sign_len..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = |range: std::ops::Range<usize>| rest.get(range).and_then(|digits| digits.parse::<i32>().ok());
    let (hours, minutes, len) = match digits {
        1 | 2 => {
            let minutes = rest[digits..].strip_prefix(':').map(|rest| rest.bytes().take_while(u8::is_ascii_digit).count());
            match minutes {
                Some(2) => (number(0..digits)?, number(digits + 1..digits + 3)?, digits + 3),
                Some(_) => return None,
                None => (number(0..digits)?, 0, digits),
            }
        }
        4 => (number(0..2)?, number(2..4)?, 4),
        _ => return None,
    };
    let ends = rest[len..].chars().next().is_none_or(|c| !c.is_alphanumeric() && c != ':');
    (hours <= 14 && minutes < 60 && ends).then_some((sign * (hours * 60 + minutes), sign_len + len))
}

fn is_of_place(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'+')
}

/// `Europe/Berlin`, `America/New_York`.
fn place_at(text: &str) -> Option<(Meaning, usize)> {
    let len = text.bytes().take_while(is_of_place).count();
    let name = text[..len].trim_end_matches(['-', '/']);
    if !name.contains('/') || name.len() > 40 {
        return None;
    }
    let tz = Tz::from_str_insensitive(name).ok()?;
    Some((Place(tz), name.len()))
}

/// By a letter, a bit for each length that first words of [`NAMES`] with this first letter have.
const FIRST_WORDS: [u32; 32] = {
    let mut lengths = [0; 32];
    let mut at = 0;
    while at < NAMES.len() {
        let name = NAMES[at].0.as_bytes();
        let mut len = 0;
        while len < name.len() && name[len] != b' ' {
            len += 1;
        }
        lengths[name[0] as usize % 32] |= 1 << len;
        at += 1;
    }
    lengths
};

/// Whether a first word of `len` letters may begin one of [`NAMES`].
fn begins_name(text: &str, len: usize) -> bool {
    text.bytes().next().is_some_and(|first| len <= 16 && FIRST_WORDS[usize::from(first % 32)] & 1 << len != 0)
}

/// `Pacific Time`, `West African Standard Time`, `Eastern`.
fn name_at(text: &str) -> Option<(Meaning, usize)> {
    if !begins_name(text, word_len(text)) {
        return None;
    }
    let mut ends: [usize; 5] = [0; 5];
    let mut count = 0;
    let mut at = 0;
    while count < ends.len() {
        let len = word_len(&text[at..]);
        if len == 0 {
            break;
        }
        ends[count] = at + len;
        count += 1;
        at += len;
        if text[at..].starts_with(' ') {
            at += 1;
        } else {
            break;
        }
    }
    // "time" and the like end the name or stand in it; of one word it is a name with a capital.
    let named = &text[..if count == 0 { 0 } else { ends[count - 1] }];
    let says_time =
        named.as_bytes().windows(4).any(|word| [b"time", b"stan", b"dayl", b"summ"].iter().any(|known| word.eq_ignore_ascii_case(*known)));
    if !says_time && !named.starts_with(['P', 'E', 'M']) {
        return None;
    }
    for words in (1..=count).rev() {
        let end = ends[words - 1];
        let phrase = text[..end].to_ascii_lowercase();
        if let Some(name) = phrase.strip_suffix(" time").or_else(|| phrase.strip_suffix(" timezone")) {
            if let Some((_, meaning)) = NAMES.iter().find(|(known, _)| *known == name) {
                return Some((*meaning, end));
            }
        } else if (words <= 3 && (phrase.contains("standard") || phrase.contains("daylight") || phrase.contains("summer"))
            || text.starts_with(|c: char| c.is_ascii_uppercase()) && matches!(phrase.as_str(), "pacific" | "eastern" | "mountain"))
            && let Some((_, meaning)) = NAMES.iter().find(|(known, _)| *known == phrase)
        {
            return Some((*meaning, end));
        }
    }
    None
}

/// Parses a whole string as a zone, for settings and front matter.
pub(crate) fn parse_zone(text: &str) -> Option<Zone> {
    let text = text.trim().trim_matches(['(', ')', '[', ']']).trim();
    let (zone, len) = zone_at(text)?;
    (len == text.len()).then_some(zone)
}

/// Returns the zone that a statement names: "All times are in UTC-05", "Timezone: PST", "Time (WAT)". The caller knows that
/// the text is about times; the first zone in it counts.
pub(crate) fn zone_in(text: &str) -> Option<(Zone, usize)> {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let c = rest.chars().next()?;
        if c.is_ascii_alphabetic() {
            let len = word_len(rest).max(1);
            // Lower-case words can only be "utc"-like abbreviations; the others begin with a capital.
            if let Some((zone, len)) = zone_at(rest) {
                let all_day = matches!(zone.written.as_str(), "Z" | "ET" | "PT" | "CT" | "MT" | "UT") && !looks_like_zone_place(text, at);
                if !all_day {
                    return Some((zone, at + len));
                }
            }
            at += len;
            // The rest of a word with digits or letters of other scripts is not a zone.
            at += text[at..].chars().take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum::<usize>();
        } else if c == '+' || c == '-' {
            let touching = text[..at].ends_with(|c: char| c.is_alphanumeric());
            if !touching && let Some((minutes, len)) = offset_at(rest).filter(|(_, len)| rest[..*len].contains(':')) {
                return Some((Zone { written: rest[..len].to_owned(), meaning: Fixed(minutes) }, at + len));
            }
            at += 1;
        } else if c.is_alphanumeric() {
            at += rest.chars().take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum::<usize>();
        } else {
            at += c.len_utf8();
        }
    }
    None
}

/// True where a short abbreviation stands after "in", "are", a bracket or a colon, as a zone would.
fn looks_like_zone_place(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end();
    before.ends_with(['(', '[', ':', ','])
        || [" in", " are", "times", "zone", "time"].iter().any(|word| before.to_ascii_lowercase().ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, day: &str, expected: Option<i32>) {
        let zone = parse_zone(written).unwrap_or_else(|| panic!("not a zone: {written}"));
        let on = match day.len() {
            0 => OnDay::Unknown,
            5 => OnDay::MonthDay(day[..2].parse().expect("a month"), day[3..].parse().expect("a day")),
            _ => OnDay::Exact(day.parse().expect("a day and time")),
        };
        assert_eq!(zone.offset_on(on), expected, "{written} on {day}");
    }

    #[test]
    fn offsets_follow_the_day() {
        check("WAT", "", Some(60));
        check("PST", "2024-01-26T10:15:00", Some(-480));
        check("PST", "2017-08-25T07:46:00", None);
        check("PST", "", Some(-480));
        check("PST", "08-21", None);
        check("PT", "2021-01-23T19:31:00", Some(-480));
        check("PT", "2021-07-23T19:31:00", Some(-420));
        check("PT", "", None);
        check("CET", "2020-06-09T11:00:00", Some(120));
        check("EST", "2023-05-12T14:00:00", None);
        check("Europe/Berlin", "2024-03-31T02:30:00", Some(60));
        check("BST", "2024-06-07T10:00:00", Some(60));
        check("BST", "2024-01-07T10:00:00", None);
        check("IST", "2024-01-07T10:00:00", None);
    }

    #[test]
    fn both_seasons_of_a_place_are_one_zone() {
        check("PST/PDT", "2024-01-26T10:15:00", Some(-480));
        check("PST/PDT", "2024-07-26T10:15:00", Some(-420));
        check("CET/CEST", "2024-07-26T10:15:00", Some(120));
        assert_eq!(zone_at("PST/EST").map(|(_, len)| len), Some(3));
    }

    #[test]
    fn offsets_and_names_are_zones() {
        for (written, minutes) in [
            ("UTC-05", -300),
            ("GMT+1", 60),
            ("UTC +5:30", 330),
            ("+02:00", 120),
            ("-0500", -300),
            ("West African Time", 60),
            ("South African Standard Time", 120),
            ("East Africa Time", 180),
            ("UTC", 0),
            ("utc", 0),
            ("Z", 0),
        ] {
            check(written, "", Some(minutes));
        }
        check("Pacific Time", "2024-07-01T00:00:00", Some(-420));
        check("America/New_York", "2024-07-01T00:00:00", Some(-240));
    }

    #[test]
    fn other_words_are_no_zones() {
        for text in ["cat", "eat", "Alert", "THE", "AM", "", "+", "UTC+99", "Foo/Bar", "PSTX"] {
            assert_eq!(parse_zone(text), None, "{text}");
        }
    }

    #[test]
    fn statement_names_its_zone() {
        for (text, expected) in [
            ("All times in UTC-05", Some("UTC-05")),
            ("Timeline (all times in Pacific Time)", Some("Pacific Time")),
            ("Time (WAT)", Some("WAT")),
            ("Times are approximate", None),
            ("Date and Time in CET", Some("CET")),
            ("Timezone: America/Chicago", Some("America/Chicago")),
            ("ET phone home", None),
        ] {
            assert_eq!(zone_in(text).map(|(zone, _)| zone.written).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn words_of_the_document_decide_an_unclear_zone() {
        let zone = || parse_zone("IST").expect("a zone");
        assert_eq!(zone().decided_by("our office in Pune").offset_on(OnDay::Unknown), Some(330));
        assert_eq!(zone().decided_by("our offices in Pune and Tel Aviv").offset_on(OnDay::Unknown), None);
    }
}
