//! The grammar of dates and times: one line of any text as a declared value, a label's value, a row and a sentence. What was
//! read and printed reads back to itself.

#![no_main]

use hindsite::{
    config::ReadSettings,
    document::parse_document,
    extract::read_document,
    incident::{Incident, Local, Moment},
    source::Source,
};
use libfuzzer_sys::fuzz_target;

fn read(text: &str) -> Vec<Incident> {
    let source = Source::from_text("fuzz.md", text);
    read_document(&ReadSettings::default(), &parse_document(&source).value).value.incidents
}

fn read_back(moment: &Moment) -> Option<Moment> {
    let front = format!("---\nstarted: \"{moment}\"\n---\n# Shop outage\n\n## Root cause\nA typo.\n");
    read(&front).into_iter().next()?.start.map(|start| start.value)
}

fuzz_target!(|line: &str| {
    let line = line.lines().next().unwrap_or("");
    let rest = "## Root cause\nA typo in the configuration.\n";
    let texts = [
        format!("# Shop outage\n\nStart: {line}\n\n{rest}"),
        format!("# Shop outage\n\n## Timeline\n\n- {line} Alert fires\n- {line}: all is well\n\n{rest}"),
        format!("# Shop outage\n\n## Summary\n\nThe shop was down from {line}.\n\n{rest}"),
    ];
    for incident in texts.iter().flat_map(|text| read(text)) {
        let rows = incident.timeline.iter().filter_map(|row| row.at.as_ref());
        let stated = [&incident.start, &incident.end, &incident.detected].into_iter().flatten().map(|stated| &stated.value);
        for moment in rows.chain(stated).filter(|moment| matches!(moment.local, Local::DayTime(..))) {
            let back = read_back(moment);
            let same = back.as_ref().is_some_and(|back| back.local == moment.local && back.offset_minutes == moment.offset_minutes);
            assert!(same, "{moment} reads back as {back:?}");
        }
    }
});
