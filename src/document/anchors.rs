//! Gives every heading an anchor: as GitHub makes it, unique on its page, the same in every build.

use std::collections::{BTreeMap, btree_map::Entry};

use super::{Block, BlockKind, plain_text};

/// The longest anchor, in bytes.
const MAX_ANCHOR_BYTES: usize = 120;

/// Gives every heading, nested ones too, an anchor that is unique on the page.
pub(super) fn set_anchors(blocks: &mut [Block]) {
    let mut used = BTreeMap::new();
    anchor_blocks(blocks, &mut used);
}

/// The depth of the tree is limited when it is made.
fn anchor_blocks(blocks: &mut [Block], used: &mut BTreeMap<String, usize>) {
    for block in blocks {
        match &mut block.kind {
            BlockKind::Heading { inlines, anchor, .. } => *anchor = unique(slug(&plain_text(inlines)), used),
            BlockKind::Quote(blocks) | BlockKind::Alert { blocks, .. } | BlockKind::Footnote { blocks, .. } => {
                anchor_blocks(blocks, used);
            }
            BlockKind::List { items, .. } => items.iter_mut().for_each(|item| anchor_blocks(&mut item.blocks, used)),
            BlockKind::Descriptions(items) => items.iter_mut().for_each(|item| anchor_blocks(&mut item.details, used)),
            _ => {}
        }
    }
}

/// Returns `slug`, or `slug-1`, `slug-2` and so on, whichever is the first that is free.
fn unique(slug: String, used: &mut BTreeMap<String, usize>) -> String {
    let mut next = match used.entry(slug.clone()) {
        Entry::Occupied(used) => *used.get(),
        Entry::Vacant(free) => {
            free.insert(1);
            return slug;
        }
    };
    loop {
        let candidate = format!("{slug}-{next}");
        next += 1;
        if !used.contains_key(&candidate) {
            used.insert(slug, next);
            used.insert(candidate.clone(), 1);
            return candidate;
        }
    }
}

/// Returns the anchor of a heading as GitHub makes it: lower case, letters and digits of any script, `-` for each space.
pub(super) fn slug(text: &str) -> String {
    let text = text.trim();
    let mut slug = String::with_capacity(text.len().min(MAX_ANCHOR_BYTES) + 8);
    for c in text.chars() {
        match c {
            ' ' | '\t' | '\n' | '-' => slug.push('-'),
            '_' | '0'..='9' | 'a'..='z' => slug.push(c),
            'A'..='Z' => slug.push(c.to_ascii_lowercase()),
            '\0'..='\u{7f}' => {}
            c => slug.extend(c.to_lowercase().filter(|c| c.is_alphanumeric() || is_mark(*c))),
        }
        if slug.len() >= MAX_ANCHOR_BYTES {
            break;
        }
    }
    match slug.trim_matches('-') {
        "" => "section".to_owned(),
        // Ids that begin so belong to the page around the text.
        anchor if anchor.starts_with("hs-") => format!("section-{anchor}"),
        anchor if anchor.len() < slug.len() => anchor.to_owned(),
        _ => slug,
    }
}

/// Returns true for combining marks, without which words of many scripts would change.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36F | 0x900..=0x903 | 0x93A..=0x94F | 0x962..=0x963 | 0xE31..=0xE3A | 0xE47..=0xE4E | 0x64B..=0x65F)
}
