//! Names of the affected services, products or systems, as written, where the document names them as such.

use crate::{
    extract::{
        Reader,
        front_matter::Field,
        headings::fold,
        outline::{Notation, Shape, Unit},
    },
    incident::{SectionRole, Stated},
};

const LABELS: &[&str] = &[
    "service", "services", "affected service", "affected services", "services affected", "service affected", "affected system", "affected systems", "systems affected", "system affected", "affected components", "components affected", "affected product", "affected products", "products affected", "product", "products", "impacted services", "impacted service", "services impacted",
    "impacted systems", "systems impacted", "affected application", "affected applications", "affected", "system", "systems", "application", "applications", "service s affected", "affected service s", "dienst", "dienste", "betroffene dienste", "betroffene systeme", "services touches", "services affectes", "servicios afectados", "servicio", "servicios", "servicos afetados", "servico", "servicos", "impacted products",
    "affected area", "environment",
];

/// Reads the services.
pub(crate) fn read_services(reader: &Reader<'_>) -> Vec<Stated<String>> {
    let mut services: Vec<Stated<String>> = Vec::new();
    for (name, span) in reader.declared.names(Field::Services) {
        services.push(Stated::new(name, reader.declared.provenance(span)));
    }
    if !services.is_empty() {
        return services;
    }
    let outline = reader.outline;
    for (label, unit) in outline.labelled() {
        let told = unit.notation != Notation::FencedCode && !matches!(unit.role, Some(SectionRole::Actions | SectionRole::Timeline | SectionRole::Lessons | SectionRole::RootCause | SectionRole::Resolution));
        if !told || !LABELS.contains(&label.key.as_str()) {
            continue;
        }
        let row = matches!(unit.shape, Shape::Row { .. } | Shape::HeaderRow { .. });
        if row && unit.cells.len() > 3 {
            continue;
        }
        let value = if row { unit.cells.get(1).map_or("", |cell| cell.text.as_str()) } else { unit.rest() };
        for name in names_in(value) {
            add(&mut services, name, unit, reader, "services-label");
        }
        if value.trim().is_empty() {
            let index = outline.units.iter().position(|other| std::ptr::eq(other, unit)).unwrap_or(usize::MAX);
            for child in outline.units.iter().filter(|child| child.parent == Some(index)) {
                for name in names_in(&child.text) {
                    add(&mut services, name, child, reader, "services-list");
                }
            }
        }
    }
    for (index, section) in outline.sections.iter().enumerate() {
        let key = fold(&section.heading);
        if !LABELS.contains(&key.as_str()) || matches!(key.as_str(), "environment" | "system" | "systems" | "affected") {
            continue;
        }
        for unit in outline.units.iter().filter(|unit| unit.section == index && unit.is_item() && unit.parent.is_none()) {
            for name in names_in(super::headings::subtitle_split(&unit.text).0) {
                add(&mut services, name, unit, reader, "services-section");
            }
        }
    }
    services
}

fn add(services: &mut Vec<Stated<String>>, name: &str, unit: &Unit, reader: &Reader<'_>, rule: &'static str) {
    let key = fold(name);
    if !key.is_empty() && !services.iter().any(|known| fold(&known.value) == key) {
        services.push(Stated::new(name.to_owned(), reader.outline.provenance(unit, rule)));
    }
}

/// Splits a value into names; a sentence is none.
fn names_in(value: &str) -> Vec<&str> {
    let value = value.trim().trim_end_matches('.');
    if value.split_whitespace().count() > 14 {
        return Vec::new();
    }
    value
        .split([',', ';'])
        .flat_map(|piece| piece.split(" and "))
        .flat_map(|piece| piece.split(" & "))
        .flat_map(|piece| piece.split(" / "))
        .map(|piece| piece.split(" (").next().unwrap_or("").trim().trim_matches(['`', '"', '*', '[', ']']))
        .filter(|name| {
            let words = name.split_whitespace().count();
            let folded = fold(name);
            (1..=5).contains(&words) && !folded.is_empty() && !matches!(folded.as_str(), "all" | "none" | "n a" | "all services" | "multiple" | "various" | "tbd" | "many" | "other" | "others" | "production" | "everything" | "yes" | "no")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::ReadSettings, document::Document, extract::with_reader};

    #[test]
    fn services_are_read_from_labels() {
        let document = Document::from_text("# A\n\n**Affected services:** `checkout-api`, Billing and Search (EU)\n");
        let services = with_reader(&ReadSettings::default(), &document, read_services);
        assert_eq!(services.iter().map(|stated| stated.value.as_str()).collect::<Vec<_>>(), ["checkout-api", "Billing", "Search"]);
    }
}
