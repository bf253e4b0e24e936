//! The words of dates and durations in English, German, French, Spanish and Portuguese, as data.

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

/// Calls `look` with `word` in lower case, without an allocation for the usual short ASCII word.
fn folded<T>(word: &str, look: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    if word.len() > 12 {
        return None;
    }
    let mut buffer = [0_u8; 12];
    if word.is_ascii() {
        let buffer = &mut buffer[..word.len()];
        buffer.copy_from_slice(word.as_bytes());
        buffer.make_ascii_lowercase();
        look(std::str::from_utf8(buffer).unwrap_or(""))
    } else {
        look(&word.to_lowercase())
    }
}

/// Returns the month that `word` names, and whether the word is also something else.
pub(super) fn month(word: &str) -> Option<(u8, bool)> {
    if word.len() < 3 {
        return None;
    }
    folded(word, |word| MONTHS.iter().find(|(name, ..)| *name == word).map(|(_, month, risky)| (*month, *risky)))
}

/// True where `word` is the name of a day of the week.
pub(crate) fn is_weekday(word: &str) -> bool {
    word.len() >= 3 && folded(word, |word| WEEKDAYS.contains(&word).then_some(())).is_some()
}

/// Returns the minutes of the unit of time that `word` names.
pub(super) fn unit(word: &str) -> Option<f64> {
    folded(word, |word| UNITS.iter().find(|(name, _)| *name == word).map(|(_, minutes)| *minutes))
}

/// Returns the number that `word` names.
pub(super) fn number(word: &str) -> Option<f64> {
    folded(word, |word| NUMBERS.iter().find(|(name, _)| *name == word).map(|(_, number)| *number))
}
