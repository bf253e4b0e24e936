//! A card: the text that a result shows, in lines.
//!
//! ```text
//! pickup-api-pool                       the id, from which the address follows
//! The pickup API ran out of …           the title
//! 75                                    minutes, or nothing
//! #1root-cause|Root cause               a place: its kind, its anchor, its heading
//! -The database accepts 400 …           a piece of text there
//! #3t-14-24|14:24                       a row of the timeline
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
    let mut card = format!("{}\n{}\n{minutes}\n", entry.id, line(&entry.title));
    let mut is_cut = false;
    let mut above: Option<&Passage> = None;
    for (passage, room) in entry.passages.iter().zip(rooms) {
        let (text, is_whole) = clip(&passage.text, room);
        is_cut |= !is_whole;
        if above.is_none_or(|above| above.anchor != passage.anchor || above.place != passage.place) {
            card.push_str(&format!("#{}{}|{}\n", passage.place as u8, passage.anchor, line(&passage.heading)));
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
