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

/// How many characters of text a card holds.
const CARD_CHARS: usize = 2000;
/// How many of them one piece of text may take.
const PASSAGE_CHARS: usize = 320;

/// Writes the card of an incident.
pub(super) fn write(entry: &SearchEntry) -> String {
    let mut rooms = vec![0; entry.passages.len()];
    let mut left = CARD_CHARS;
    for place in [Place::Cause, Place::Lead, Place::Timeline, Place::Actions, Place::Rest] {
        for (passage, room) in entry.passages.iter().zip(&mut rooms).filter(|(passage, _)| passage.place == place) {
            *room = passage.text.chars().count().min(PASSAGE_CHARS).min(left);
            left -= *room;
        }
    }
    let minutes = entry.minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
    let mut card = format!("{}\n{minutes}\n", line(&entry.title));
    let mut is_cut = false;
    let mut above: Option<&Passage> = None;
    for (passage, room) in entry.passages.iter().zip(rooms) {
        let (text, is_whole) = clip(&passage.text, room);
        is_cut |= !is_whole;
        if above.is_none_or(|above| above.anchor != passage.anchor || above.place != passage.place) {
            push_place(&mut card, entry, passage);
        }
        above = Some(passage);
        if !text.is_empty() {
            card.push('-');
            card.push_str(&line(text));
            card.push('\n');
        }
    }
    if is_cut {
        card.push('+');
    }
    card
}

/// The signs of the places, see [`Place`].
pub(super) const SIGNS: [char; 6] = ['=', '!', '$', '@', '&', '%'];

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
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
