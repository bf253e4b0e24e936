//! The document's sections with their canonical roles and anchors.

use crate::{
    extract::outline::{Outline, OutlineSection},
    incident::Section,
};

/// Returns the sections with a real heading. Where a role is inherited from the heading above, `canonical` is `None`.
pub(crate) fn read_sections(outline: &Outline) -> Vec<Section> {
    let section = |section: &OutlineSection| {
        let anchor = section.anchor.clone()?;
        let heading = section.heading.clone();
        Some(Section { canonical: section.own_role, heading, anchor, level: section.level, span: section.span })
    };
    outline.sections.iter().filter_map(section).collect()
}

/// Returns the same as [`read_sections`] of an outline that nobody needs any more.
pub(crate) fn take_sections(outline: Outline) -> Vec<Section> {
    let section = |section: OutlineSection| {
        let anchor = section.anchor?;
        Some(Section { canonical: section.own_role, heading: section.heading, anchor, level: section.level, span: section.span })
    };
    outline.sections.into_iter().filter_map(section).collect()
}
