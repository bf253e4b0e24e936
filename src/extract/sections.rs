//! The document's sections with their canonical roles and anchors.

use crate::{extract::outline::Outline, incident::Section};

/// Returns the sections with a real heading. Where a role is inherited from the heading above, `canonical` is `None`.
pub(crate) fn read_sections(outline: &Outline) -> Vec<Section> {
    outline
        .sections
        .iter()
        .filter_map(|section| {
            let anchor = section.anchor.clone()?;
            Some(Section {
                canonical: section.own_role,
                heading: section.heading.clone(),
                anchor,
                level: section.level,
                span: section.span,
            })
        })
        .collect()
}
