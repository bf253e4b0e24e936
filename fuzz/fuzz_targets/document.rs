//! The whole reader: any text is read without a panic, and every place that it names is one of whole characters.

#![no_main]

use hindsite::{
    config::ReadSettings,
    diag::Span,
    document::parse_document,
    extract::read_document,
    source::Source,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = Source::from_text("2024/2024-06-07-fuzz.md", text);
    let reading = read_document(&ReadSettings::default(), &parse_document(&source).value);
    let whole = |span: Span| source.text.get(span.start..span.end).is_some();
    for diagnostic in &reading.diagnostics {
        assert!(diagnostic.span.is_none_or(whole), "{diagnostic:?}");
    }
    for incident in &reading.value.incidents {
        assert!(incident.timeline.iter().all(|row| whole(row.span)), "a row of {:?}", incident.title);
        assert!(incident.action_items.iter().all(|action| whole(action.span)), "an action of {:?}", incident.title);
        let moments = [&incident.start, &incident.end, &incident.detected, &incident.acknowledged, &incident.mitigated];
        for moment in moments.into_iter().flatten() {
            assert!(moment.provenance.span.is_none_or(whole), "{moment:?}");
        }
    }
});
