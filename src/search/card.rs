//! A card: the text that a result shows, in lines. The id of its incident comes before it.
//!
//! ```text
//! The pickup API ran out of …           the title
//! 75                                    minutes, or nothing
//! !root-cause|Root cause                a place: its kind, its anchor, its heading
//! -The database accepts 400 …           a piece of text there
//! @~1424                                a row of the timeline: its time, on the incident's day
//! -shows 400 of 400 connections in use
//! +                                     last, where text was left out
//! ```
//!
//! A card is kept short: an index that holds all the text would be as large as the text. The places that say most come first when
//! the room is given away; they are written in the order of the page.

use super::prepare::{Passage, Place, SearchEntry};

/// How many characters of one piece of text a card holds at most.
const PASSAGE_CHARS: usize = 320;
/// How many characters of text a card is prepared with at most; the index may shorten it.
const CARD_CHARS: usize = 4000;
/// The signs of the places, see [`Place`].
pub(super) const SIGNS: [char; 6] = ['=', '!', '$', '@', '&', '%'];

/// Writes the card of an incident.
pub(super) fn write(entry: &SearchEntry) -> String {
    let minutes = entry.minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
    let mut card = format!("{}\n{minutes}\n", line(&entry.title));
    let mut is_cut = false;
    let mut above: Option<&Passage> = None;
    for passage in &entry.passages {
        let (text, is_whole) = clip(&passage.text, PASSAGE_CHARS);
        is_cut |= !is_whole;
        if above.is_none_or(|above| above.anchor != passage.anchor || above.place != passage.place) {
            push_place(&mut card, entry, passage);
        }
        above = Some(passage);
        card.push('-');
        card.push_str(&line(text));
        card.push('\n');
    }
    if is_cut {
        card.push('+');
    }
    if card.chars().count() > CARD_CHARS { fit(&card, CARD_CHARS) } else { card }
}

/// Returns a card that holds about `room` characters of text: the pieces of the places that say most, as far as they go.
pub(super) fn fit(card: &str, room: usize) -> String {
    let lines: Vec<&str> = card.lines().collect();
    let mut place = Place::Rest;
    let pieces: Vec<Option<Place>> = lines
        .iter()
        .enumerate()
        .map(|(at, line)| {
            place = line.chars().next().and_then(|sign| SIGNS.iter().position(|known| *known == sign)).map_or(place, |at| Place::ALL[at]);
            (at > 1 && line.starts_with('-')).then_some(place)
        })
        .collect();
    let mut rooms = vec![0; lines.len()];
    let mut left = room;
    for place in [Place::Cause, Place::Lead, Place::Timeline, Place::Actions, Place::Rest] {
        for at in (0..lines.len()).filter(|at| pieces[*at] == Some(place)) {
            rooms[at] = lines[at].chars().count().min(left);
            left -= rooms[at];
        }
    }
    let mut fitted = String::with_capacity(card.len());
    let mut heading: Option<&str> = None;
    let mut is_cut = card.ends_with('+');
    for (at, text) in lines.iter().enumerate() {
        if at > 1 && pieces[at].is_none() {
            // A place of which nothing is left is left out with its pieces.
            heading = (*text != "+").then_some(text);
            continue;
        }
        let (kept, is_whole) = if at > 1 { clip(text, rooms[at]) } else { (*text, true) };
        is_cut |= !is_whole;
        if at > 1 && kept.chars().count() < 2 {
            continue;
        }
        for text in heading.take().into_iter().chain([kept]) {
            fitted.push_str(text);
            fitted.push('\n');
        }
    }
    if is_cut {
        fitted.push('+');
    }
    fitted
}

fn push_place(card: &mut String, entry: &SearchEntry, passage: &Passage) {
    card.push(SIGNS[passage.place as usize]);
    let day = entry.day.map(|day| day.format("hs-t%Y%m%dT").to_string());
    // The anchor of most rows follows from the day, and their heading from the anchor.
    match day.and_then(|day| passage.anchor.strip_prefix(&day)) {
        Some(time) => card.push_str(&format!("~{time}\n")),
        None => card.push_str(&format!("{}|{}\n", passage.anchor, line(&passage.heading))),
    }
}

/// Returns the beginning of `text` of at most `room` characters, cut after a word, and whether that is all of it.
fn clip(text: &str, room: usize) -> (&str, bool) {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(room) else { return (text, true) };
    let cut = text[..end].rfind([' ', '\n', '。', '、']).filter(|at| *at > end / 2).unwrap_or(end);
    (text[..cut].trim_end(), false)
}

/// Returns `text` in one line.
fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}
