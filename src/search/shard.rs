//! The index into files that a page loads as scripts.
//!
//! | file | holds |
//! |---|---|
//! | `search/root.js` | how many incidents, their days, the first term of each `w` file, names and codes that all files share |
//! | `search/w/N.js` | terms in order; how many incidents hold each, and which one where it is only one |
//! | `search/p/N.js` | the postings of terms that several incidents hold, in the order of the terms |
//! | `search/f/NAME-N.js` | the values of a field, incident by incident |
//! | `search/text.js`, `search/c/N.js` | the code of the cards, and the cards of a few incidents |
//!
//! Each file calls `hindsiteSearch.add(version, name, data)`. The version is a hash of everything, so that a page whose root is older
//! than its shards notices. Numbers are bits, see [`super::bits`]; how they are read back is `theme/js/search.js`.

use std::{borrow::Cow, collections::BTreeMap};

use rayon::prelude::*;
use serde_json::{Value, json};
use xxhash_rust::xxh3::Xxh3;

use super::{
    bits::{Bits, PrefixCode, rice_low_bits},
    card::fit,
    index::{Index, IndexedEntry, Posting},
    query::FieldName,
    text::TextCode,
};

/// A `w` file is closed when it has this many bytes.
const WORD_FILE_BYTES: usize = 4_000;
/// A `p` file is closed when it has this many bits.
const POSTING_FILE_BITS: usize = 48_000;
/// How many cards a `c` file holds.
const CARDS_PER_FILE: usize = 3;
/// How many bytes of the index an incident may take, but for names and links.
const BYTES_PER_ENTRY: usize = 1_360;
/// How many characters of text a card may have: the first with which the budget holds.
const ROOMS: [usize; 6] = [2_600, 2_200, 1_800, 1_500, 1_250, 1_000];
const SAMPLE_CARDS: usize = 300;
/// How many incidents one file of a field covers.
const ENTRIES_PER_FIELD_FILE: usize = 16_384;

/// A file of the index: its path below the output folder and its bytes.
pub type File = (String, Vec<u8>);

impl IndexedEntry {
    /// Returns the card with about `room` characters of text; it is made when it is needed, since all of them are many.
    fn fitted_card(&self, room: usize) -> Cow<'_, str> {
        if self.card.len() <= room { Cow::Borrowed(&self.card) } else { Cow::Owned(fit(&self.card, room)) }
    }
}

impl Index {
    /// Returns the files of the index, in order of path. `extra` is put into the root for the page.
    pub fn files(&self, extra: &Value) -> Vec<File> {
        let places = self.place_code();
        let (postings, homes) = self.posting_files(&places);
        let (words, firsts) = self.word_files(&places, &homes);
        let mut data: BTreeMap<String, String> = BTreeMap::new();
        let mut add = |name: String, value: &Value| data.insert(name, value.to_string());
        for (number, words) in words.iter().enumerate() {
            add(format!("w/{number}"), words);
        }
        for (number, bits) in postings.iter().enumerate() {
            add(format!("p/{number}"), &json!(bits.to_text()));
        }
        let others: usize =
            words.iter().map(|words| words.to_string().len()).sum::<usize>() + postings.iter().map(Bits::len).sum::<usize>() / 6;
        let room = self.card_room(others);
        let text = TextCode::of(&|each| {
            for entry in &self.entries {
                each(&entry.id);
                each(&entry.fitted_card(room));
            }
        });
        let cards: Vec<Bits> = self
            .entries
            .par_chunks(CARDS_PER_FILE)
            .map(|entries| {
                let mut bits = Bits::default();
                for entry in entries {
                    text.push(&mut bits, &entry.id);
                    text.push(&mut bits, &entry.fitted_card(room));
                }
                bits
            })
            .collect();
        for (number, bits) in cards.iter().enumerate() {
            add(format!("c/{number}"), &json!(bits.to_text()));
        }
        add("text".to_owned(), &text.table());
        let mut fields = serde_json::Map::new();
        for field in FieldName::ALL {
            let (table, files) = self.field_files(field);
            for (number, bits) in files.iter().enumerate() {
                // The names come with the first file.
                let value = if number == 0 { json!([bits, table]) } else { json!([bits]) };
                add(format!("f/{}-{number}", field.as_str()), &value);
            }
            fields.insert(field.as_str().to_owned(), json!(files.len()));
        }
        let days = self.days();
        let root = json!({
            "entries": self.len(),
            "undated": self.entries.iter().take_while(|entry| entry.day.is_none()).count(),
            "days": days.to_text(),
            "places": [places.in_order(), places.lengths()],
            "words": firsts,
            "cards": CARDS_PER_FILE,
            "fieldEntries": ENTRIES_PER_FIELD_FILE,
            "fields": fields,
            "site": extra,
        });
        add("root".to_owned(), &root);
        write(data)
    }

    /// Returns how many characters of text a card may have, as many as the budget allows beside `others`, the bytes of the rest: small
    /// archives, whose words repeat less, have shorter ones. How much text compresses is measured on the newest incidents.
    fn card_room(&self, others: usize) -> usize {
        let sample = &self.entries[self.len().saturating_sub(SAMPLE_CARDS)..];
        let left = (BYTES_PER_ENTRY * self.len().max(1)).saturating_sub(others) / self.len().max(1);
        let is_in_budget = |room: &usize| {
            let cards: Vec<String> = sample.iter().map(|entry| fit(&entry.card, *room)).collect();
            let text = TextCode::of(&|each| cards.iter().for_each(|card| each(card)));
            let mut bits = Bits::default();
            cards.iter().for_each(|card| text.push(&mut bits, card));
            let table = text.table().to_string().len() / self.len().max(1);
            bits.len() / 6 / sample.len().max(1) + table <= left
        };
        ROOMS.into_iter().find(is_in_budget).unwrap_or(ROOMS[ROOMS.len() - 1])
    }

    /// Returns the code of the sets of places, by how often each comes.
    fn place_code(&self) -> PrefixCode {
        let mut counts = vec![0; 64];
        for posting in self.all_postings().flatten() {
            counts[usize::from(posting.places())] += 1;
        }
        PrefixCode::of(&counts)
    }

    /// Returns the files of postings, and for each term that has several the file that holds it.
    fn posting_files(&self, places: &PrefixCode) -> (Vec<Bits>, Vec<Option<usize>>) {
        let mut files = vec![Bits::default()];
        let mut homes = Vec::with_capacity(self.terms.len());
        for postings in self.all_postings() {
            if postings.len() < 2 {
                homes.push(None);
                continue;
            }
            let mut bits = Bits::default();
            push_postings(&mut bits, postings, self.len(), places);
            let held = files.last().map_or(0, Bits::len);
            if held > 0 && held + bits.len() > POSTING_FILE_BITS {
                files.push(Bits::default());
            }
            files.last_mut().expect("there is always a file").append(&bits);
            homes.push(Some(files.len() - 1));
        }
        (files, homes)
    }

    /// Returns the files of terms, and the first term of each.
    ///
    /// A file is `[terms, bits, posting file, terms to skip in it]`. A term is written as the number of characters that it shares with
    /// the one before (a character from `0` on), its other characters and a space. Its bits are `1`, the incident and the places where
    /// one incident holds it; else `0`, the logarithm of how many do, and whether its postings begin a new file.
    fn word_files(&self, places: &PrefixCode, homes: &[Option<usize>]) -> (Vec<Value>, String) {
        let entry_bits = usize::BITS - self.len().saturating_sub(1).leading_zeros();
        let (mut files, mut firsts, mut last_first) = (Vec::new(), String::new(), String::new());
        let (mut file, mut skipped) = (0, 0);
        let mut at = 0;
        while at < self.terms.len() {
            let (start_file, start_skipped) = (file, skipped);
            let (mut terms, mut bits, mut above) = (String::new(), Bits::default(), "");
            push_front_coded(&mut firsts, &last_first, &self.terms[at]);
            last_first = self.terms[at].to_string();
            while at < self.terms.len() && terms.len() + bits.len() / 6 < WORD_FILE_BYTES {
                push_front_coded(&mut terms, above, &self.terms[at]);
                above = &self.terms[at];
                match (self.postings(at), homes[at]) {
                    ([posting], _) => {
                        bits.push(1, 1);
                        bits.push(posting.entry(), entry_bits);
                        places.push(&mut bits, posting.places().into());
                    }
                    (postings, home) => {
                        let home = home.unwrap_or(file);
                        bits.push(0, 1);
                        bits.push_gamma(postings.len().ilog2());
                        bits.push(u32::from(home != file), 1);
                        skipped = if home == file { skipped + 1 } else { 1 };
                        file = home;
                    }
                }
                at += 1;
            }
            files.push(json!([terms.trim_end(), bits.to_text(), start_file, start_skipped]));
        }
        (files, firsts.trim_end().to_owned())
    }

    /// Returns the names of a field with their code, and for each part of the archive the values incident by incident.
    fn field_files(&self, field: FieldName) -> (Value, Vec<String>) {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        let mut sizes = vec![0u64; MAX_VALUES + 1];
        for entry in &self.entries {
            let values = entry.fields.values(field);
            sizes[values.len().min(MAX_VALUES)] += 1;
            values.iter().take(MAX_VALUES).for_each(|value| *counts.entry(value).or_default() += 1);
        }
        if counts.is_empty() {
            return (Value::Null, Vec::new());
        }
        let numbers: BTreeMap<&str, usize> = counts.keys().enumerate().map(|(at, name)| (*name, at)).collect();
        let names: Vec<&str> = counts.keys().copied().collect();
        let value_code = PrefixCode::of(&counts.values().copied().collect::<Vec<_>>());
        let size_code = PrefixCode::of(&sizes);
        let files = self.entries.chunks(ENTRIES_PER_FIELD_FILE).map(|entries| {
            let mut bits = Bits::default();
            for entry in entries {
                let values = entry.fields.values(field);
                size_code.push(&mut bits, values.len().min(MAX_VALUES));
                values.iter().take(MAX_VALUES).for_each(|value| value_code.push(&mut bits, numbers[value.as_str()]));
            }
            bits.to_text()
        });
        let in_order: Vec<&str> = value_code.in_order().into_iter().map(|symbol| names[symbol]).collect();
        let table = json!([in_order, value_code.lengths(), size_code.in_order(), size_code.lengths()]);
        (table, files.collect())
    }

    /// Returns the days of the incidents that have one: the first since 1970 in 20 bits, then each as the days since the one before.
    fn days(&self) -> Bits {
        let epoch = chrono::NaiveDate::default();
        let mut bits = Bits::default();
        let mut above = None;
        for day in self.entries.iter().filter_map(|entry| entry.day) {
            let day = u32::try_from((day - epoch).num_days()).unwrap_or(0);
            match above {
                None => bits.push(day, 20),
                Some(above) => bits.push_gamma(day.saturating_sub(above) + 1),
            }
            above = Some(day);
        }
        bits
    }
}

/// How many values of a field an incident may have in the index.
const MAX_VALUES: usize = 15;

/// Appends a term's postings: how many, then for each the incidents between it and the one before, and the places.
fn push_postings(bits: &mut Bits, postings: &[Posting], total: usize, places: &PrefixCode) {
    bits.push_gamma(u32::try_from(postings.len()).unwrap_or(u32::MAX));
    let low_bits = rice_low_bits(total, postings.len());
    let mut next = 0;
    for posting in postings {
        bits.push_rice(posting.entry() - next, low_bits);
        places.push(bits, posting.places().into());
        next = posting.entry() + 1;
    }
}

fn push_front_coded(terms: &mut String, above: &str, term: &str) {
    let shared = above.chars().zip(term.chars()).take_while(|(a, b)| a == b).count();
    terms.push(char::from(b'0' + u8::try_from(shared).unwrap_or(0)));
    terms.extend(term.chars().skip(shared));
    terms.push(' ');
}

/// Writes the files and the version that they share.
fn write(data: BTreeMap<String, String>) -> Vec<File> {
    let mut hash = Xxh3::new();
    for (name, data) in &data {
        hash.update(name.as_bytes());
        hash.update(data.as_bytes());
    }
    let version = format!("{:08x}", hash.digest() >> 32);
    let script = |name: &str, data: &str| format!("hindsiteSearch.add(\"{version}\",\"{name}\",{data})\n").into_bytes();
    data.into_iter().map(|(name, data)| (format!("search/{name}.js"), script(&name, &data))).collect()
}
