//! Doing what was planned. Each write is compare-and-swap; what is not known to have happened is looked at, never sent again blindly.

use std::{collections::BTreeSet, time::Instant};

use super::{
    Choices, Digest, Fault, Ledger, LedgerEntry, Mark, MarkState, Naming, Observed, Outline, Overrides, Plan, Reader, SavedPlan,
    StalePages, Step, There, Wanted, WantedKind, Writer, Written,
    journal::Journal,
    normalise,
    plan::{self, Action},
};
use crate::{
    diag::Error,
    render::wiki::{STALE_LABEL, with_stale_notice},
};

/// How often a page that somebody else is writing too is looked at again, and how often a whole commit.
const RACES: usize = 3;
const COMMIT_RACES: usize = 6;
/// What stale pages say.
const STALE_NOTICE: &str = "This incident is no longer in the archive. The page is kept as it was last published.";

/// Why a run ended before it was done.
#[derive(Debug)]
pub enum Failure {
    /// The profile, the archive or the command line cannot be used.
    Error(Error),
    /// The server said no.
    Fault(Fault),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Failure::Fault(fault)
    }
}

/// What is published, and how.
pub struct Publication<'a> {
    /// The pages.
    pub outline: &'a Outline<'a>,
    /// How the target names them.
    pub naming: &'a (dyn Naming + Sync),
    /// What the user decided.
    pub choices: &'a Choices,
    /// The plan that is applied: nothing else is written.
    pub saved: Option<&'a SavedPlan>,
    /// How many pages may be written in one run.
    pub max_writes: Option<usize>,
    /// When the run must end.
    pub deadline: Option<Instant>,
}

/// Pages and what is to be done with them.
pub struct Prepared {
    /// The pages as they are wanted.
    pub wanted: Vec<Wanted>,
    /// What is there.
    pub observed: Observed,
    /// What is to be done.
    pub plan: Plan,
}

/// How one page ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was to be done, or nothing may be done: see the step's action.
    Left,
    /// It was written.
    Done,
    /// It was written, and the server put it together with another's edit: the next run decides.
    Merged,
    /// It could not be written.
    Failed(String),
    /// The run ended before.
    Unreached,
}

/// What a run did.
pub struct Report {
    /// The pages as they were wanted.
    pub wanted: Vec<Wanted>,
    /// Each step and how it ended.
    pub steps: Vec<(Step, Outcome)>,
    /// Copies of our pages.
    pub copies: Vec<String>,
    /// Why the run ended before it was done.
    pub stopped: Option<Fault>,
    /// Which limit of the user ended it.
    pub limited: Option<String>,
}

impl Publication<'_> {
    /// Looks at the target and compares. Only a [`Reader`] is at hand, so nothing can be written.
    pub fn prepare(&self, reader: &mut dyn Reader) -> Result<Prepared, Failure> {
        let names = self.outline.names(self.naming)?;
        let mut wanted = self.outline.render(self.naming, &names, &Overrides::new())?;
        self.check_choices(&wanted)?;
        let mut observed = reader.observe(&wanted)?;
        for there in &mut observed.pages {
            // A page of another archive is a person's page to us.
            there.mark.take_if(|mark| mark.archive != self.outline.root());
        }
        let overrides = plan::overrides(&wanted, &observed, self.naming, self.choices);
        if !overrides.is_empty() {
            wanted = self.outline.render(self.naming, &names, &overrides)?;
        }
        let mut plan = plan::plan(&wanted, &observed, self.naming, self.choices);
        for step in &mut plan.steps {
            self.restrict(step, step.wanted.map(|at| &wanted[at]));
        }
        Ok(Prepared { wanted, observed, plan })
    }

    /// Leaves a step undone that the saved plan does not have so.
    fn restrict(&self, step: &mut Step, wanted: Option<&Wanted>) {
        if let Some(saved) = self.saved {
            saved.restrict(step, wanted);
        }
    }

    /// Refuses keys that name no page: a typing error must not look like a decision.
    fn check_choices(&self, wanted: &[Wanted]) -> Result<(), Failure> {
        let choices = self.choices;
        let named = [&choices.adopt, &choices.take_ours, &choices.take_theirs, &choices.recreate].into_iter().flatten();
        let keys: BTreeSet<&str> = wanted.iter().map(|page| page.key.as_str()).collect();
        match named.into_iter().find(|key| !keys.contains(key.as_str())) {
            Some(key) => Err(Error::new(format!("there is no page `{key}`")).help("`publish status` shows the key of each page").into()),
            None => Ok(()),
        }
    }

    /// Publishes. `prepared` is called with what is going to be done before it is done, and again after each race.
    pub fn apply(
        &self,
        writer: &mut dyn Writer,
        journal: &mut Journal,
        prepared: &mut dyn FnMut(&Prepared, &mut dyn Reader) -> Result<(), Failure>,
    ) -> Result<Report, Failure> {
        let mut races = 0;
        loop {
            let ready = self.prepare(writer.as_reader())?;
            if let Some(count) = ready.plan.too_many_removals {
                return Err(Error::new(format!(
                    "{count} pages would be marked or deleted, because their incidents are gone from the archive"
                ))
                .help(format!("if that is right, say `--allow-removals {count}`"))
                .into());
            }
            prepared(&ready, writer.as_reader())?;
            let mut run = Run {
                publication: self,
                writer: &mut *writer,
                journal: &mut *journal,
                ledger: pruned(Ledger::of(&ready.observed), &ready),
                unfit: BTreeSet::new(),
                writes: 0,
                stopped: None,
                limited: None,
            };
            let mut steps = run.do_all(&ready);
            let (ledger, mut stopped, limited) = (std::mem::take(&mut run.ledger), run.stopped.take(), run.limited.take());
            let is_atomic = self.naming.capabilities().atomic;
            if stopped.is_none() {
                match writer.commit(&ledger, &summary(&steps)) {
                    Ok(()) => {}
                    Err(Fault::Raced(_) | Fault::Unsure(_)) if races < COMMIT_RACES => {
                        races += 1;
                        continue;
                    }
                    Err(fault) => {
                        stopped.get_or_insert(fault);
                    }
                }
            }
            if stopped.is_some() && !is_atomic && ledger != Ledger::of(&ready.observed) {
                // The pages that were written stay: without them in the list, one that a person deletes would be made again. Where
                // this fails too, their marks stand in for the list.
                writer.lose_patience();
                let _ = writer.commit(&ledger, &summary(&steps));
            }
            if is_atomic && stopped.is_some() {
                for (_, outcome) in steps.iter_mut().filter(|(step, _)| step.action.is_write()) {
                    // Nothing of it became visible.
                    *outcome = Outcome::Unreached;
                }
            }
            journal.end(stopped.is_none());
            return Ok(Report { wanted: ready.wanted, steps, copies: ready.plan.copies, stopped, limited });
        }
    }
}

/// Forgets pages that are neither wanted nor there.
fn pruned(mut ledger: Ledger, ready: &Prepared) -> Ledger {
    let wanted: BTreeSet<&str> = ready.wanted.iter().map(|page| page.key.as_str()).collect();
    let there: BTreeSet<&str> = ready.observed.pages.iter().filter_map(|page| Some(page.mark.as_ref()?.key.as_str())).collect();
    ledger.pages.retain(|key, _| wanted.contains(key.as_str()) || there.contains(key.as_str()));
    ledger
}

fn summary(steps: &[(Step, Outcome)]) -> String {
    let count = |actions: &[Action]| {
        steps.iter().filter(|(step, outcome)| actions.contains(&step.action) && matches!(outcome, Outcome::Done | Outcome::Merged)).count()
    };
    let parts = [
        (count(&[Action::Create]), "created"),
        (count(&[Action::Update, Action::TakeTheirs]), "updated"),
        (count(&[Action::MarkStale]), "marked as gone"),
        (count(&[Action::Delete]), "deleted"),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if parts.is_empty() { "Incidents: list of published pages".to_owned() } else { format!("Incidents: {}", parts.join(", ")) }
}

/// One run over all steps.
struct Run<'a, 'w> {
    publication: &'a Publication<'a>,
    writer: &'w mut dyn Writer,
    journal: &'w mut Journal,
    ledger: Ledger,
    /// Pages that could not be made: what stands below them cannot either.
    unfit: BTreeSet<String>,
    writes: usize,
    stopped: Option<Fault>,
    limited: Option<String>,
}

impl Run<'_, '_> {
    fn do_all(&mut self, ready: &Prepared) -> Vec<(Step, Outcome)> {
        let mut done = Vec::with_capacity(ready.plan.steps.len());
        for step in &ready.plan.steps {
            let mut step = step.clone();
            let is_over = self.stopped.is_some() || self.limited.is_some();
            let outcome = match step.action.is_write() {
                false => Outcome::Left,
                true if is_over => Outcome::Unreached,
                true => self.do_step(&mut step, ready),
            };
            done.push((step, outcome));
        }
        done
    }

    fn do_step(&mut self, step: &mut Step, ready: &Prepared) -> Outcome {
        let wanted = step.wanted.map(|at| &ready.wanted[at]);
        self.limited = self.limit();
        if self.limited.is_some() {
            return Outcome::Unreached;
        }
        if step.action == Action::Create && wanted.and_then(|page| page.parent.as_ref()).is_some_and(|key| self.unfit.contains(key)) {
            self.unfit.insert(step.key.clone());
            return Outcome::Failed("the page above it could not be made".to_owned());
        }
        self.journal.intent(step);
        let mut tries = 0;
        let outcome = loop {
            let fault = match self.perform(step, wanted) {
                Ok(outcome) => break outcome,
                Err(fault) => fault,
            };
            match fault {
                Fault::Raced(why) | Fault::Unsure(why) => {
                    tries += 1;
                    if tries > RACES {
                        break Outcome::Failed(why);
                    }
                    match self.look_again(step, wanted) {
                        Ok(true) => {}
                        Ok(false) => break if step.action == Action::Leave { self.done(step, wanted) } else { Outcome::Left },
                        Err(fault) => {
                            self.stopped = Some(fault);
                            break Outcome::Unreached;
                        }
                    }
                }
                Fault::Refused(why) => break Outcome::Failed(why),
                Fault::Stop(_) | Fault::Later { .. } | Fault::Login(_) => {
                    self.stopped = Some(fault.into_stop());
                    break Outcome::Unreached;
                }
            }
        };
        if matches!(outcome, Outcome::Failed(_)) && step.action == Action::Create {
            self.unfit.insert(step.key.clone());
        }
        self.journal.outcome(step, &outcome);
        outcome
    }

    /// Returns why nothing more may be written.
    fn limit(&self) -> Option<String> {
        if self.publication.max_writes.is_some_and(|most| self.writes >= most) {
            return Some(format!("{} pages were written, and `--max-writes` allows no more", self.writes));
        }
        let is_over = self.publication.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        is_over.then(|| "the time of `--deadline` is over".to_owned())
    }

    /// Looks at one page again and decides again; returns whether there is still something to write. A page that turns out to be
    /// as it should becomes [`Action::Leave`].
    fn look_again(&mut self, step: &mut Step, wanted: Option<&Wanted>) -> Result<bool, Fault> {
        let Some(page) = wanted else {
            // A page to be removed that somebody else touched: the next run decides.
            step.action = Action::Stale;
            return Ok(false);
        };
        let there = self.writer.look(page, step.there.as_ref())?;
        let ours =
            there.as_ref().filter(|there| there.mark.as_ref().is_some_and(|mark| mark.key == page.key && mark.archive == page.archive));
        let was_published = step.there.is_some() && step.there.as_ref().is_some_and(|there| there.mark.is_some());
        let again = plan::step(page, ours, there.as_ref().filter(|_| ours.is_none()), was_published, self.publication.choices);
        *step = Step { wanted: step.wanted, ..again };
        self.publication.restrict(step, Some(page));
        Ok(step.action.is_write())
    }

    fn perform(&mut self, step: &Step, wanted: Option<&Wanted>) -> Result<Outcome, Fault> {
        match (step.action, wanted, &step.there) {
            (Action::Create, Some(page), _) => self.create(page).map(|written| self.written(page, &page.mark(), &written)),
            (Action::Update, Some(page), Some(there)) => {
                let (page, mark) = at_its_place(page, there);
                self.attach(&page, Some(there))?;
                let written = self.writer.update(&page, &mark, there)?;
                Ok(self.written(&page, &mark, &written))
            }
            (Action::TakeTheirs, Some(page), Some(there)) => {
                let (page, mark) = at_its_place(page, there);
                let mark = Mark { body: there.digest.clone(), ..mark };
                let page = Wanted { body: self.writer.text(there)?, digest: there.digest.clone(), files: Vec::new(), ..page };
                let written = self.writer.update(&page, &mark, there)?;
                Ok(self.written(&page, &mark, &written))
            }
            (Action::MarkStale, _, Some(there)) => self.mark_stale(there),
            (Action::Delete, _, Some(there)) => {
                self.writer.delete(there)?;
                self.writes += 1;
                self.ledger.pages.remove(&step.key);
                Ok(Outcome::Done)
            }
            _ => Ok(Outcome::Left),
        }
    }

    fn create(&mut self, page: &Wanted) -> Result<Written, Fault> {
        if !self.writer.attaches_to_pages() || page.files.is_empty() {
            self.attach(page, None)?;
            return self.writer.create(page, &page.mark());
        }
        // Until its files are there, the page is marked as not finished: a run that ends here is taken up by the next.
        let begun = self.writer.create(page, &Mark { wanted: plan::unfinished(), ..page.mark() })?;
        self.attach(page, Some(&begun.there))?;
        self.writer.update(page, &page.mark(), &begun.there)
    }

    fn attach(&mut self, page: &Wanted, there: Option<&There>) -> Result<(), Fault> {
        page.files.iter().try_for_each(|file| self.writer.attach(file, there))
    }

    fn mark_stale(&mut self, there: &There) -> Result<Outcome, Fault> {
        let naming = self.publication.naming;
        let Some(old) = &there.mark else { return Ok(Outcome::Left) };
        let archived = self.publication.choices.stale == StalePages::Archive;
        let body = normalise(&with_stale_notice(naming.dialect(), &self.writer.text(there)?, STALE_NOTICE, archived));
        let digest = naming.digest(&body);
        let page = Wanted {
            archive: old.archive.clone(),
            key: old.key.clone(),
            kind: WantedKind::Incident,
            title: there.name.clone(),
            name: there.name.clone(),
            parent: None,
            digest: digest.clone(),
            body,
            labels: [STALE_LABEL.to_owned()].into(),
            files: Vec::new(),
        };
        let mark = Mark { state: MarkState::Stale, name: old.name.clone(), ..page.mark() };
        let written = self.writer.update(&page, &mark, there)?;
        Ok(self.written(&page, &mark, &written))
    }

    fn written(&mut self, page: &Wanted, mark: &Mark, written: &Written) -> Outcome {
        self.writes += 1;
        self.remember(&mark.key, &mark.name, &mark.body);
        if written.there.digest == page.digest { Outcome::Done } else { Outcome::Merged }
    }

    /// Notes a page that turned out to be as it should be: the write whose answer was lost had been done.
    fn done(&mut self, step: &mut Step, wanted: Option<&Wanted>) -> Outcome {
        if let Some(page) = wanted {
            self.remember(&page.key, &step.name, &page.digest);
        }
        step.action = Action::Update;
        Outcome::Done
    }

    fn remember(&mut self, key: &str, name: &str, body: &Digest) {
        self.ledger.pages.insert(key.to_owned(), LedgerEntry { name: name.to_owned(), body: body.clone() });
    }
}

/// Returns the page and its mark for where it is: what a person moved stays there, and its mark goes on to say that it was moved.
fn at_its_place(page: &Wanted, there: &There) -> (Wanted, Mark) {
    match &there.mark {
        Some(old) if old.name != there.name && there.name != page.name => {
            let mark = Mark { name: old.name.clone(), ..page.mark() };
            (Wanted { name: there.name.clone(), ..page.clone() }, mark)
        }
        _ => (page.clone(), page.mark()),
    }
}
