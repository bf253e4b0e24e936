//! A plan in a file: what somebody looked at and agreed to. Applying it looks again, and does only what is in it and still so.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Action, Choices, Digest, Prepared, Step, Wanted};

const VERSION: u64 = 1;

/// What is to be done with a page, and what was seen of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SavedStep {
    action: String,
    /// The revision and the hash of the page that was there.
    there: Option<(String, String)>,
    /// The hash of the body that is wanted.
    wanted: Option<String>,
}

/// A plan that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPlan {
    /// Of which `[publish.NAME]` it is.
    pub profile: String,
    steps: BTreeMap<String, SavedStep>,
}

impl SavedPlan {
    /// Returns a plan as text: JSON with the steps that write, and what the user decided.
    pub fn text_of(profile: &str, prepared: &Prepared, choices: &Choices) -> String {
        let steps: Vec<Value> = prepared
            .plan
            .steps
            .iter()
            .filter(|step| step.action.is_write())
            .map(|step| {
                let saved = saved_step(step, step.wanted.map(|at| &prepared.wanted[at]));
                json!({
                    "key": step.key,
                    "name": step.name,
                    "action": saved.action,
                    "revision": saved.there.as_ref().map(|there| &there.0),
                    "there": saved.there.as_ref().map(|there| &there.1),
                    "wanted": saved.wanted,
                })
            })
            .collect();
        let choices = json!({
            "adopt": choices.adopt,
            "take_ours": choices.take_ours,
            "take_theirs": choices.take_theirs,
            "recreate": choices.recreate,
            "allow_removals": choices.allow_removals,
        });
        format!("{:#}\n", json!({"hindsite_plan": VERSION, "profile": profile, "choices": choices, "steps": steps}))
    }

    /// Reads what [`SavedPlan::text_of`] wrote, and puts what the user decided into `choices`; `None` where it is none.
    pub fn read(text: &str, choices: &mut Choices) -> Option<Self> {
        let whole: Value = serde_json::from_str(text).ok()?;
        if whole["hindsite_plan"].as_u64() != Some(VERSION) {
            return None;
        }
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let keys = |name: &str| -> Option<_> { whole["choices"][name].as_array()?.iter().map(text).collect() };
        choices.adopt = keys("adopt")?;
        choices.take_ours = keys("take_ours")?;
        choices.take_theirs = keys("take_theirs")?;
        choices.recreate = keys("recreate")?;
        choices.allow_removals = whole["choices"]["allow_removals"].as_u64().and_then(|count| usize::try_from(count).ok());
        let mut steps = BTreeMap::new();
        for step in whole["steps"].as_array()? {
            let there = text(&step["revision"]).zip(text(&step["there"]));
            let saved = SavedStep { action: text(&step["action"])?, there, wanted: text(&step["wanted"]) };
            steps.insert(text(&step["key"])?, saved);
        }
        Some(Self { profile: text(&whole["profile"])?, steps })
    }

    /// Turns a step that would write into [`Action::Unplanned`], unless it is in the plan and still as it was.
    pub(super) fn restrict(&self, step: &mut Step, wanted: Option<&Wanted>) {
        if step.action.is_write() && self.steps.get(&step.key) != Some(&saved_step(step, wanted)) {
            step.action = Action::Unplanned;
            "it is not in the saved plan, or has changed since".clone_into(&mut step.why);
        }
    }
}

fn saved_step(step: &Step, wanted: Option<&Wanted>) -> SavedStep {
    let there = step.there.as_ref().map(|there| (there.revision.clone(), there.digest.to_string()));
    let digest = |digest: &Digest| digest.to_string();
    SavedStep { action: step.action.as_str().to_owned(), there, wanted: wanted.map(|page| digest(&page.digest)) }
}
