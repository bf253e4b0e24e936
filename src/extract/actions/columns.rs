//! The columns of a table of actions, told by their names.

/// Which column of a table holds what.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Columns {
    pub(super) action: Option<usize>,
    pub(super) owner: Option<usize>,
    pub(super) due: Option<usize>,
    pub(super) status: Option<usize>,
    pub(super) ticket: Option<usize>,
    pub(super) kind: Option<usize>,
}

impl Columns {
    /// Returns the columns of a table whose header has these names, folded.
    pub(super) fn of(header: &[String]) -> Self {
        let mut columns = Columns::default();
        for (index, name) in header.iter().enumerate() {
            let words: Vec<&str> = name.split(' ').collect();
            let is = |names: &[&str]| names.iter().any(|known| name == known || words.contains(known));
            let slot = if is(&[
                "owner",
                "owners",
                "assignee",
                "assigned",
                "responsible",
                "who",
                "dri",
                "team",
                "lead",
                "verantwortlich",
                "zustandig",
                "responsable",
                "responsavel",
                "wer",
                "quien",
                "qui",
            ]) {
                &mut columns.owner
            } else if is(&["due", "deadline", "eta", "when", "target", "fallig", "bis", "frist", "echeance", "fecha", "prazo", "date"]) {
                &mut columns.due
            } else if is(&["status", "state", "done", "progress", "stand", "estado", "etat", "statut", "completed"]) {
                &mut columns.status
            } else if is(&["ticket", "issue", "bug", "jira", "link", "pr", "tracking", "url", "reference"]) {
                &mut columns.ticket
            } else if is(&[
                "action",
                "actions",
                "task",
                "tasks",
                "item",
                "description",
                "what",
                "todo",
                "measure",
                "follow",
                "massnahme",
                "aufgabe",
                "accion",
                "acao",
                "mesure",
                "title",
                "summary",
                "recommendation",
                "improvement",
                "remediation",
                "medida",
            ]) {
                &mut columns.action
            } else if is(&["type", "kind", "category", "art", "tipo"]) {
                &mut columns.kind
            } else {
                continue;
            };
            slot.get_or_insert(index);
        }
        columns
    }
}
