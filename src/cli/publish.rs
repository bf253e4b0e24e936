//! `publish`: the incidents in a wiki.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    rc::Rc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    Outcome,
    args::{PublishArgs, PublishChoices, PublishCommand, PublishTo},
    site,
    terminal::{Bar, Style, clean, plural, print_data, print_text, say, style},
};
use crate::{
    diag::{Error, Result},
    pipeline::Build,
    publish::{
        self, Action, Choices, Failure, Fault, Journal, Outcome as PageOutcome, Outline, Patience, Plan, Prepared, Profile, Publication,
        Report, SavedPlan, Step, Target,
    },
};

pub(super) fn run(args: &PublishArgs) -> Result<Outcome> {
    match &args.command {
        PublishCommand::Plan(plan) => {
            let command = Command::Plan { detailed: plan.detailed_exitcode };
            How { to: &plan.to, choices: Some(&plan.choices), out: plan.out.as_deref(), plan: None, command }.run()
        }
        PublishCommand::Apply(apply) => {
            let command = match apply.dry_run {
                true => Command::Plan { detailed: false },
                false => Command::Apply { max_writes: apply.max_writes },
            };
            How { to: &apply.to, choices: Some(&apply.choices), out: None, plan: apply.plan.as_deref(), command }.run()
        }
        PublishCommand::Status(status) => How { to: &status.to, choices: None, out: None, plan: None, command: Command::Status }.run(),
    }
}

/// What was asked for.
struct How<'a> {
    to: &'a PublishTo,
    choices: Option<&'a PublishChoices>,
    /// Where the plan is saved.
    out: Option<&'a Path>,
    /// The plan that is applied.
    plan: Option<&'a Path>,
    command: Command,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Command {
    Plan { detailed: bool },
    Apply { max_writes: Option<usize> },
    Status,
}

impl How<'_> {
    fn run(&self) -> Result<Outcome> {
        let began = Instant::now();
        let settings = site::load(&self.to.site, None)?;
        let profile = Profile::read(&settings, self.to.profile.as_deref(), &|name| std::env::var(name).ok())?;
        let deadline = self.to.deadline.map(Duration::from_secs);
        let patience = patience(deadline);
        let (root, audience) = (profile.root.clone(), profile.audience);
        let folder = settings.root.join(".hindsite").join("publish").join(file_name(&profile.name));
        let mut choices = choices(self.choices, &profile);
        let saved = self.plan.map(|file| read_plan(file, &profile.name, &mut choices)).transpose()?;
        let mut shown = Shown { profile: profile.name.clone(), target: profile.target.clone(), json: self.to.json, ..Shown::default() };
        let target = publish::open(profile, patience.clone())?;
        let bar = Bar::default();
        let build = Build::run(settings, None, &bar)?;
        bar.end();
        let outline = Outline::of(&build, &root, audience);
        shown.withheld = outline.withheld().to_vec();
        let publication = Publication {
            outline: &outline,
            naming: target.naming(),
            choices: &choices,
            saved: saved.as_ref(),
            max_writes: if let Command::Apply { max_writes } = self.command { max_writes } else { None },
            deadline: deadline.map(|deadline| began + deadline),
        };
        let ended = match self.command {
            Command::Apply { .. } => apply(&publication, &*target, &folder, &mut shown),
            _ => look(&publication, &*target, self.out, &mut shown),
        };
        shown.requests = patience.requests();
        shown.seconds = began.elapsed().as_secs_f64();
        match ended {
            Ok(()) => {}
            Err(Failure::Error(error)) => return Err(error),
            Err(Failure::Fault(fault)) => shown.stopped = Some(fault.message().to_owned()),
        }
        let is_changed = shown.pages.iter().any(|page| page.step.action.is_write());
        match self.command {
            Command::Status => shown.print_status()?,
            _ => shown.print()?,
        }
        Ok(match (self.command, shown.outcome()) {
            (Command::Plan { detailed: true }, Outcome::Done) if is_changed => Outcome::Changes,
            (Command::Status, Outcome::Conflicts) => Outcome::Done,
            (_, outcome) => outcome,
        })
    }
}

/// Reads a plan that was saved, and what the user had decided.
fn read_plan(file: &Path, profile: &str, choices: &mut Choices) -> Result<SavedPlan> {
    let text = fs::read_to_string(file).map_err(|cause| Error::io("read", file, &cause))?;
    let no_plan = || Error::new(format!("{} is no plan that `publish plan --out` saved", file.display()));
    let saved = SavedPlan::read(&text, choices).ok_or_else(no_plan)?;
    if saved.profile != profile {
        return Err(Error::new(format!("{} is a plan of `[publish.{}]`, not of `{profile}`", file.display(), saved.profile)));
    }
    Ok(saved)
}

/// Returns the patience of a run; tests make waits and time-outs short.
fn patience(deadline: Option<Duration>) -> Rc<Patience> {
    let milliseconds = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok()).map(Duration::from_millis);
    let patience = Patience::new(deadline, milliseconds("HINDSITE_FIRST_WAIT_MS").unwrap_or(Duration::from_secs(1)));
    Rc::new(match milliseconds("HINDSITE_ANSWER_LIMIT_MS") {
        Some(limit) => patience.with_answer_limit(limit),
        None => patience,
    })
}

/// Compares, and writes nothing: only a reader is made.
fn look(publication: &Publication<'_>, target: &dyn Target, out: Option<&Path>, shown: &mut Shown) -> std::result::Result<(), Failure> {
    let prepared = publication.prepare(&mut *target.reader()?)?;
    if let Some(file) = out {
        let text = SavedPlan::text_of(&shown.profile, &prepared, publication.choices);
        fs::write(file, text).map_err(|cause| Error::io("write", file, &cause))?;
    }
    shown.take_plan(prepared.plan, target);
    Ok(())
}

fn apply(publication: &Publication<'_>, target: &dyn Target, folder: &Path, shown: &mut Shown) -> std::result::Result<(), Failure> {
    let mut journal = open_journal(folder);
    if let (Some(page), false) = (journal.interrupted(), shown.json) {
        say(&format!("the last run was cut off at `{}`; everything is compared again", clean(page)));
    }
    let dialect = target.naming().dialect();
    let mut files = Vec::new();
    let mut save = |prepared: &Prepared, reader: &mut dyn publish::Reader| {
        files = publish::save_texts(&folder.join("conflicts"), dialect, prepared, reader)?;
        Ok(())
    };
    let report = publication.apply(&mut *target.writer()?, &mut journal, &mut save)?;
    shown.files = files;
    shown.take_report(report, target);
    Ok(())
}

/// Makes the folder of what is kept on this machine, which belongs into no repository.
fn open_journal(folder: &Path) -> Journal {
    if fs::create_dir_all(folder).is_ok()
        && let Some(top) = folder.ancestors().find(|folder| folder.ends_with(".hindsite"))
        && !top.join(".gitignore").exists()
    {
        let _ = fs::write(top.join(".gitignore"), "*\n");
    }
    Journal::open(&folder.join("journal"))
}

fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '_' }).collect()
}

fn choices(args: Option<&PublishChoices>, profile: &Profile) -> Choices {
    let mut choices = Choices { stale: profile.stale, ..Choices::default() };
    if let Some(args) = args {
        // `inc-214` is short for `incident/inc-214`.
        let full = |key: &String| {
            if key.contains('/') || ["home", "causes", "statistics"].contains(&key.as_str()) {
                key.clone()
            } else {
                format!("incident/{key}")
            }
        };
        let all = |keys: &[String]| keys.iter().map(full).collect::<BTreeSet<String>>();
        choices.adopt = all(&args.adopt);
        choices.take_ours = all(&args.take_ours);
        choices.take_theirs = all(&args.take_theirs);
        choices.recreate = all(&args.recreate);
        choices.allow_removals = args.allow_removals;
    }
    choices
}

/// One page as it is shown.
struct ShownPage {
    step: Step,
    outcome: Option<PageOutcome>,
    address: Option<String>,
}

/// What is printed at the end.
#[derive(Default)]
struct Shown {
    profile: String,
    target: String,
    json: bool,
    pages: Vec<ShownPage>,
    copies: Vec<String>,
    withheld: Vec<String>,
    files: Vec<PathBuf>,
    too_many_removals: Option<usize>,
    stopped: Option<String>,
    limited: Option<String>,
    requests: usize,
    seconds: f64,
}

impl Shown {
    fn take_plan(&mut self, plan: Plan, target: &dyn Target) {
        self.too_many_removals = plan.too_many_removals;
        self.copies = plan.copies;
        self.pages = plan.steps.into_iter().map(|step| shown_page(step, None, target)).collect();
    }

    fn take_report(&mut self, report: Report, target: &dyn Target) {
        self.copies = report.copies;
        self.stopped = report.stopped.as_ref().map(|fault: &Fault| fault.message().to_owned());
        self.limited = report.limited;
        self.pages = report.steps.into_iter().map(|(step, outcome)| shown_page(step, Some(outcome), target)).collect();
    }

    fn outcome(&self) -> Outcome {
        let any = |is: &dyn Fn(&ShownPage) -> bool| self.pages.iter().any(is);
        if self.stopped.is_some() {
            Outcome::Refused
        } else if any(&|page| page.step.action.is_conflict()) {
            Outcome::Conflicts
        } else if any(&|page| {
            matches!(page.outcome, Some(PageOutcome::Failed(_) | PageOutcome::Unreached))
                || matches!(page.step.action, Action::Blocked | Action::Unplanned)
        }) {
            Outcome::Problems
        } else {
            Outcome::Done
        }
    }

    fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for page in &self.pages {
            *counts.entry(page.step.action.as_str()).or_default() += 1;
        }
        counts
    }

    fn json_text(&self) -> Vec<u8> {
        let page = |page: &ShownPage| {
            let (outcome, error) = page.outcome.as_ref().map_or((None, None), |outcome| {
                let (word, error) = outcome_words(outcome);
                (Some(word), error)
            });
            json!({
                "key": page.step.key,
                "name": page.step.name,
                "action": page.step.action.as_str(),
                "why": page.step.why,
                "outcome": outcome,
                "error": error,
                "address": page.address,
            })
        };
        let whole = json!({
            "profile": self.profile,
            "target": self.target,
            "pages": self.pages.iter().map(page).collect::<Vec<Value>>(),
            "counts": self.counts(),
            "copies": self.copies,
            "withheld": self.withheld,
            "conflict_files": self.files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>(),
            "too_many_removals": self.too_many_removals,
            "stopped": self.stopped,
            "limited": self.limited,
            "requests": self.requests,
            "seconds": self.seconds,
        });
        format!("{whole:#}\n").into_bytes()
    }

    fn print(&self) -> Result<()> {
        if self.json {
            return print_data(&self.json_text());
        }
        let mut out = String::new();
        for page in self.pages.iter().filter(|page| page.step.action != Action::Leave) {
            out.push_str(&line(page, false));
        }
        print_text(&out)?;
        self.say_rest();
        Ok(())
    }

    fn print_status(&self) -> Result<()> {
        if self.json {
            return print_data(&self.json_text());
        }
        let mut out = String::new();
        for page in &self.pages {
            out.push_str(&line(page, true));
        }
        print_text(&out)?;
        self.say_rest();
        Ok(())
    }

    fn say_rest(&self) {
        for copy in &self.copies {
            say(&format!("`{}` is a copy of a page of ours; it is left alone", clean(copy)));
        }
        if !self.withheld.is_empty() {
            say(&format!("{} left out: not declared `audience: public`", plural(self.withheld.len(), "incident")));
        }
        for file in &self.files {
            say(&format!("see {}", file.display()));
        }
        if let Some(count) = self.too_many_removals {
            say(&format!("{} `publish apply` wants `--allow-removals {count}` for this", style("note:", Style::Help)));
        }
        if let Some(why) = &self.stopped {
            say(&format!("{} {}", style("error:", Style::Error), clean(why)));
        }
        if let Some(why) = &self.limited {
            say(&clean(why));
        }
        if self.pages.iter().any(|page| page.outcome == Some(PageOutcome::Unreached)) {
            say("what is left is done by the next run");
        }
        let counts = self.counts().into_iter().map(|(action, count)| format!("{count} {action}")).collect::<Vec<_>>().join(", ");
        say(&format!("{}: {counts} ({:.1} s)", self.profile, self.seconds));
    }
}

fn shown_page(step: Step, outcome: Option<PageOutcome>, target: &dyn Target) -> ShownPage {
    let address = target.naming().web_address(&step.name);
    ShownPage { step, outcome, address }
}

fn outcome_words(outcome: &PageOutcome) -> (&'static str, Option<&str>) {
    match outcome {
        PageOutcome::Left => ("left", None),
        PageOutcome::Done => ("done", None),
        PageOutcome::Merged => ("merged", Some("the server put it together with another's edit")),
        PageOutcome::Failed(why) => ("failed", Some(why)),
        PageOutcome::Unreached => ("unreached", None),
    }
}

fn line(page: &ShownPage, with_key: bool) -> String {
    let step = &page.step;
    let colour = match step.action {
        action if action.is_conflict() || matches!(action, Action::Blocked | Action::Unplanned) => Style::Error,
        Action::Create | Action::Update | Action::TakeTheirs => Style::Added,
        Action::Leave => Style::Dim,
        _ => Style::Help,
    };
    let mut line = format!("{}{}", style(step.action.as_str(), colour), " ".repeat(13usize.saturating_sub(step.action.as_str().len())));
    line.push_str(&clean(&step.name));
    if with_key || step.action.is_conflict() || matches!(step.action, Action::Drift | Action::Deleted) {
        line.push_str(&style(&format!("  [{}]", clean(&step.key)), Style::Dim));
    }
    if !step.why.is_empty() && !matches!(step.why.as_str(), "new" | "changed") {
        line.push_str(&format!("  {}", clean(&step.why)));
    }
    if let Some((_, Some(error))) = page.outcome.as_ref().map(outcome_words) {
        line.push_str(&format!("  {} {}", style("error:", Style::Error), clean(error)));
    } else if page.outcome == Some(PageOutcome::Unreached) {
        line.push_str("  not reached");
    }
    line + "\n"
}
