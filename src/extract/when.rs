//! Reads when an incident was: its timeline, start, end, detection, acknowledgement, mitigation and duration.

use super::{Reader, moment::Context, timeline, times};
use crate::{diag::Diagnostic, incident::Incident};

/// Reads all that an incident's record says of time.
pub(crate) fn read_when(reader: &Reader<'_>, incident: &mut Incident, diagnostics: &mut Vec<Diagnostic>) {
    let times = times::read_times(reader.settings, reader.outline, &Context::default());
    incident.timeline = timeline::read_timeline(reader.outline, &times).into_value(diagnostics);
    timeline::set_elapsed(&mut incident.timeline, None);
}
