//! What only a front matter can say: the id, former ids, tags, related incidents, the audience, and keys that are not ours.

use super::{Reader, front_matter::Field};
use crate::incident::{Incident, Stated};

/// Takes over what is declared.
pub(super) fn read_declared_fields(reader: &Reader<'_>, incident: &mut Incident) {
    let declared = reader.declared;
    let text = |field| declared.text(field).map(|(text, span)| Stated::new(text.to_owned(), declared.provenance(span)));
    let names = |field| declared.names(field).into_iter().map(|(name, _)| name);
    incident.declared_id = text(Field::Id);
    incident.audience = text(Field::Visibility).map(|stated| stated.map(|audience| audience.to_lowercase())).or_else(|| {
        let private = text(Field::Private)?;
        let audience = match private.value.to_lowercase().as_str() {
            "true" | "yes" => "internal",
            "false" | "no" => "public",
            _ => return None,
        };
        Some(private.map(|_| audience.to_owned()))
    });
    for (tag, span) in declared.names(Field::Tags) {
        if !incident.tags.iter().any(|known| known.value == tag) {
            incident.tags.push(Stated::new(tag, declared.provenance(span)));
        }
    }
    incident.aliases = names(Field::Aliases).collect();
    incident.related_stated = names(Field::Related).collect();
    incident.extra.clone_from(&declared.extra);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::ReadSettings, diag::Span, document::Document, extract::with_reader, incident::Kind};

    #[test]
    fn what_is_declared_is_taken_over() {
        let text =
            "---\nid: INC-7\nprivate: true\ntags: [dns, night]\nformer_ids: old-7\nrelated: [INC-3, INC-4]\nweather: rain\n---\n\n# A\n";
        let document = Document::from_text(text);
        let mut incident = Incident::empty("a.md".into(), Kind::Incident, Span::default());
        with_reader(&ReadSettings::default(), &document, |reader| read_declared_fields(reader, &mut incident));
        assert_eq!(incident.declared_id.unwrap().value, "INC-7");
        assert_eq!(incident.audience.unwrap().value, "internal");
        assert_eq!(incident.tags.iter().map(|tag| tag.value.as_str()).collect::<Vec<_>>(), ["dns", "night"]);
        assert_eq!((incident.aliases, incident.related_stated), (vec!["old-7".to_owned()], vec!["INC-3".to_owned(), "INC-4".to_owned()]));
        assert_eq!(incident.extra["weather"], "rain");
    }
}
