//! The three-way compare: what is wanted (D), what we published last (L), what is there (O). One step for each page.
//!
//! | L | O | D | action |
//! | --- | --- | --- | --- |
//! | – | missing | yes | create |
//! | – | there, not ours | yes | foreign: refused |
//! | yes | = D | yes | leave |
//! | yes | = L | changed | update |
//! | yes | ≠ L | = L | drift: a person edited, we have nothing new |
//! | yes | ≠ L | changed | conflict |
//! | yes | missing | yes | deleted by a person: not made again unasked |
//! | yes | = L | gone | stale: kept, marked or deleted |
//! | yes | ≠ L | gone | stale and edited: reported only |
//!
//! Pure: no request is made here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Digest, Ledger, MarkState, Naming, Observed, Overrides, StalePages, There, Wanted};

/// What is to be done with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It is made.
    Create,
    /// It is replaced, and renamed where its title changed.
    Update,
    /// A person's text is taken as it is: only the mark changes.
    TakeTheirs,
    /// It gets a notice that its incident is gone.
    MarkStale,
    /// It is deleted, because its incident is gone.
    Delete,
    /// Nothing.
    Leave,
    /// A person edited it and we have nothing new.
    Drift,
    /// A person deleted it.
    Deleted,
    /// Its incident is gone, and it stays as it is.
    Stale,
    /// A person edited it and our text changed too.
    Conflict,
    /// A page that is not ours has its name.
    Foreign,
    /// Another page of ours still has its name.
    Blocked,
    /// It would be written, and the saved plan that is applied does not have it so.
    Unplanned,
}

impl Action {
    /// Returns whether something is written.
    pub fn is_write(self) -> bool {
        matches!(self, Action::Create | Action::Update | Action::TakeTheirs | Action::MarkStale | Action::Delete)
    }

    /// Returns whether a person has to decide.
    pub fn is_conflict(self) -> bool {
        matches!(self, Action::Conflict | Action::Foreign)
    }

    /// Returns its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::TakeTheirs => "take-theirs",
            Action::MarkStale => "mark-stale",
            Action::Delete => "delete",
            Action::Leave => "leave",
            Action::Drift => "drift",
            Action::Deleted => "deleted",
            Action::Stale => "stale",
            Action::Conflict => "conflict",
            Action::Foreign => "foreign",
            Action::Blocked => "blocked",
            Action::Unplanned => "unplanned",
        }
    }
}

/// What the user decided, by key of page.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// `--adopt`: pages that are not ours and may be taken over.
    pub adopt: BTreeSet<String>,
    /// `--take ours`: people's edits that may be replaced.
    pub take_ours: BTreeSet<String>,
    /// `--take theirs`: people's edits that stay, and count as published.
    pub take_theirs: BTreeSet<String>,
    /// `--recreate`: pages that a person deleted and that are made again.
    pub recreate: BTreeSet<String>,
    /// `--allow-removals`: how many pages may be marked or deleted at once.
    pub allow_removals: Option<usize>,
    /// What is done with stale pages.
    pub stale: StalePages,
}

/// One page and what is to be done with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The key of the page.
    pub key: String,
    /// Its name in the target: where it is, else where it will be.
    pub name: String,
    /// What is to be done.
    pub action: Action,
    /// Why, in a few words.
    pub why: String,
    /// Its place among the wanted pages.
    pub wanted: Option<usize>,
    /// The page as it was observed.
    pub there: Option<There>,
}

/// What is to be done with every page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// One for each page, in the order in which they are done.
    pub steps: Vec<Step>,
    /// How many pages would be marked or deleted, where that is more than is allowed without asking.
    pub too_many_removals: Option<usize>,
    /// Pages that carry the mark of a page that is elsewhere: copies that a person made.
    pub copies: Vec<String>,
}

impl Plan {
    /// Returns how many steps there are of each action.
    pub fn counts(&self) -> BTreeMap<Action, usize> {
        let mut counts = BTreeMap::new();
        for step in &self.steps {
            *counts.entry(step.action).or_default() += 1;
        }
        counts
    }
}

/// The pages that are there, found by key and by name.
struct Found<'a> {
    by_key: HashMap<&'a str, &'a There>,
    by_name: HashMap<String, &'a There>,
    copies: Vec<String>,
}

impl<'a> Found<'a> {
    fn of(wanted: &[Wanted], observed: &'a Observed, naming: &dyn Naming) -> Self {
        let names: HashMap<&str, &str> = wanted.iter().map(|page| (page.key.as_str(), page.name.as_str())).collect();
        let (mut by_key, mut by_name, mut copies) = (HashMap::<&str, &There>::new(), HashMap::new(), Vec::new());
        for there in &observed.pages {
            by_name.entry(naming.fold(&there.name)).or_insert(there);
            let Some(mark) = &there.mark else { continue };
            // Of several pages with one mark, the one that stands where it was written is the page, the others are copies.
            let rank = |there: &There| {
                let mark_name = there.mark.as_ref().map(|mark| mark.name.as_str());
                (mark_name != Some(&there.name), names.get(mark.key.as_str()) != Some(&there.name.as_str()), there.name.clone())
            };
            match by_key.get(mark.key.as_str()) {
                Some(other) if rank(other) <= rank(there) => copies.push(there.name.clone()),
                Some(other) => {
                    copies.push(other.name.clone());
                    by_key.insert(&mark.key, there);
                }
                None => {
                    by_key.insert(&mark.key, there);
                }
            }
        }
        Self { by_key, by_name, copies }
    }
}

/// Returns where pages are elsewhere than they were named, so that links can follow them.
pub(super) fn overrides(wanted: &[Wanted], observed: &Observed, naming: &dyn Naming, choices: &Choices) -> Overrides {
    let found = Found::of(wanted, observed, naming);
    let ledger = Ledger::of(observed);
    let mut overrides = Overrides::new();
    for page in wanted {
        match found.by_key.get(page.key.as_str()) {
            Some(there) if was_moved(there) && there.name != page.name => {
                overrides.insert(page.key.clone(), Some(there.name.clone()));
            }
            None if ledger.pages.contains_key(&page.key) && !choices.recreate.contains(&page.key) => {
                overrides.insert(page.key.clone(), None);
            }
            _ => {}
        }
    }
    overrides
}

/// True where a person moved the page: it is not where we wrote it.
fn was_moved(there: &There) -> bool {
    there.mark.as_ref().is_some_and(|mark| mark.name != there.name)
}

/// Compares what is wanted with what is there.
pub fn plan(wanted: &[Wanted], observed: &Observed, naming: &dyn Naming, choices: &Choices) -> Plan {
    let found = Found::of(wanted, observed, naming);
    let ledger = Ledger::of(observed);
    let mut steps: Vec<Step> = wanted
        .iter()
        .enumerate()
        .map(|(at, page)| {
            let there = found.by_key.get(page.key.as_str()).copied();
            let occupant = found.by_name.get(&naming.fold(&page.name)).copied();
            let step = step(page, there, occupant, ledger.pages.contains_key(&page.key), choices);
            Step { wanted: Some(at), ..step }
        })
        .collect();
    let keys: BTreeSet<&str> = wanted.iter().map(|page| page.key.as_str()).collect();
    let ours = found.by_key.iter().filter(|(key, _)| !keys.contains(*key)).map(|(_, there)| *there);
    let mut stale: Vec<&There> = ours.collect();
    stale.sort_by(|a, b| b.name.cmp(&a.name));
    steps.extend(stale.into_iter().map(|there| stale_step(there, choices.stale)));
    let removals = steps.iter().filter(|step| matches!(step.action, Action::MarkStale | Action::Delete)).count();
    let live = found.by_key.len();
    let allowed = choices.allow_removals.unwrap_or_else(|| 3.max(live / 10));
    let depths = depths(wanted);
    steps.sort_by_cached_key(|step| order(step, step.wanted.map_or(0, |at| depths[at])));
    Plan { steps, too_many_removals: (removals > allowed).then_some(removals), copies: found.copies }
}

/// Parents are made before their children; what exists is changed from the incidents up to the home page; what is removed goes last,
/// in the order of names that it has.
fn order(step: &Step, depth: usize) -> (u8, usize, String) {
    match step.action {
        Action::Create => (0, depth, step.key.clone()),
        Action::MarkStale | Action::Delete => (2, 0, String::new()),
        _ => (1, usize::MAX - depth, step.key.clone()),
    }
}

/// Returns how many pages stand above each page.
fn depths(wanted: &[Wanted]) -> Vec<usize> {
    let parents: HashMap<&str, Option<&str>> = wanted.iter().map(|page| (page.key.as_str(), page.parent.as_deref())).collect();
    let depth = |page: &Wanted| {
        let above = std::iter::successors(page.parent.as_deref(), |key| parents.get(key).copied().flatten());
        above.take(wanted.len()).count()
    };
    wanted.iter().map(depth).collect()
}

/// Decides about one wanted page. `occupant` is what stands at its name.
pub(super) fn step(page: &Wanted, there: Option<&There>, occupant: Option<&There>, was_published: bool, choices: &Choices) -> Step {
    let is_named = |keys: &BTreeSet<String>| keys.contains(&page.key);
    let make = |action: Action, why: &str, there: Option<&There>| Step {
        key: page.key.clone(),
        name: there.map_or_else(|| page.name.clone(), |there| there.name.clone()),
        action,
        why: why.to_owned(),
        wanted: None,
        there: there.cloned(),
    };
    let Some((there, mark)) = there.and_then(|there| Some((there, there.mark.as_ref()?))) else {
        return match occupant {
            Some(other) if other.mark.is_some() => make(Action::Blocked, "another page of ours still has its name", None),
            Some(other) if is_named(&choices.adopt) => make(Action::Update, "taken over, as you asked", Some(other)),
            Some(other) => make(Action::Foreign, "a page that is not ours has its name", Some(other)),
            None if was_published && !is_named(&choices.recreate) => make(Action::Deleted, "a person deleted it", None),
            None => make(Action::Create, "new", None),
        };
    };
    let rename = there.name != page.name && !was_moved(there);
    let same_place = occupant.is_none_or(|other| other.id == there.id);
    if rename && !same_place {
        let action = if occupant.is_some_and(|other| other.mark.is_none()) { Action::Foreign } else { Action::Blocked };
        return make(action, "its title changed, and another page has the new name", Some(there));
    }
    let is_wanted = there.digest == page.digest;
    let has_news = mark.wanted != page.digest;
    let is_ours = mark.body == mark.wanted || mark.wanted == unfinished();
    if there.untouched && is_wanted {
        // A run that ended between renaming a page and writing it left the mark with the name before.
        let is_renamed = mark.name != page.name && there.name == page.name;
        return match (rename, has_news || mark.body != there.digest || is_renamed) {
            (true, _) => make(Action::Update, "its title changed", Some(there)),
            (false, true) => make(Action::Update, "it already says so; only the mark changes", Some(there)),
            (false, false) => make(Action::Leave, "", Some(there)),
        };
    }
    if there.is_as_published() && (is_ours || !has_news) {
        return match (has_news, rename) {
            (true, _) if mark.state == MarkState::Stale => make(Action::Update, "its incident is back", Some(there)),
            (true, _) => make(Action::Update, "changed", Some(there)),
            (false, true) => make(Action::Update, "its title changed", Some(there)),
            (false, false) if mark.state == MarkState::Stale => make(Action::Update, "its incident is back", Some(there)),
            (false, false) if is_named(&choices.take_ours) && !is_wanted => {
                make(Action::Update, "ours is taken, as you asked", Some(there))
            }
            (false, false) => make(Action::Leave, "", Some(there)),
        };
    }
    if is_named(&choices.take_ours) {
        return make(Action::Update, "ours is taken, as you asked", Some(there));
    }
    if is_named(&choices.take_theirs) {
        return make(Action::TakeTheirs, "theirs is taken, as you asked", Some(there));
    }
    let open = if there.untouched { "" } else { " (it has open comments)" };
    match has_news || rename {
        true => make(Action::Conflict, &format!("a person edited it{open}, and ours changed"), Some(there)),
        false => make(Action::Drift, &format!("a person edited it{open}"), Some(there)),
    }
}

/// The hash that stands for a write that is not finished: the files of the page are still to come.
pub(super) fn unfinished() -> Digest {
    Digest::of("")
}

/// Decides about a page of ours that is not wanted any more.
fn stale_step(there: &There, stale: StalePages) -> Step {
    let (action, why) = match (there.is_as_published(), there.mark.as_ref().map(|mark| mark.state), stale) {
        (_, Some(MarkState::Stale), StalePages::Keep | StalePages::Mark | StalePages::Archive) => {
            (Action::Leave, "its incident is gone, as the page says")
        }
        (false, ..) => (Action::Stale, "its incident is gone, and a person edited it"),
        (true, _, StalePages::Delete) => (Action::Delete, "its incident is gone"),
        (true, _, StalePages::Mark | StalePages::Archive) => (Action::MarkStale, "its incident is gone"),
        (true, _, StalePages::Keep) => (Action::Stale, "its incident is gone"),
    };
    let key = there.mark.as_ref().map_or_else(String::new, |mark| mark.key.clone());
    Step { key, name: there.name.clone(), action, why: why.to_owned(), wanted: None, there: Some(there.clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        publish::{Capabilities, Mark, Place, WantedKind},
        render::wiki::Dialect,
    };

    /// A target whose names are titles and do not differ in case.
    struct Titles;

    impl Naming for Titles {
        fn dialect(&self) -> Dialect {
            Dialect::Gollum
        }

        fn capabilities(&self) -> Capabilities {
            Capabilities { atomic: false, delete: true, max_body_bytes: 1000, max_file_bytes: 1000 }
        }

        fn name(&self, place: &Place) -> Result<String, String> {
            Ok(place.title.clone())
        }

        fn fold(&self, name: &str) -> String {
            name.to_lowercase()
        }

        fn page_address(&self, _: &str, to: &str) -> String {
            to.to_owned()
        }

        fn file_address(&self, _: &str, file: &str) -> String {
            file.to_owned()
        }
    }

    fn wanted(key: &str, name: &str, body: &str) -> Wanted {
        Wanted {
            archive: "Log".to_owned(),
            key: key.to_owned(),
            kind: WantedKind::Incident,
            title: name.to_owned(),
            name: name.to_owned(),
            parent: (key != "home").then(|| "home".to_owned()),
            body: body.to_owned(),
            digest: Digest::of(body),
            labels: BTreeSet::new(),
            files: Vec::new(),
        }
    }

    /// A page as it is there: what was written last, and what it holds now.
    fn there(key: &str, name: &str, written: &str, now: &str) -> There {
        let mark = Mark { key: key.to_owned(), ..wanted(key, name, written).mark() };
        There {
            id: name.to_owned(),
            name: name.to_owned(),
            revision: "1".to_owned(),
            mark: Some(mark),
            digest: Digest::of(now),
            untouched: true,
        }
    }

    fn of_a_person(name: &str) -> There {
        There { mark: None, ..there("", name, "", "theirs") }
    }

    fn observed(pages: Vec<There>, published: &[&str]) -> Observed {
        let entry = |key: &&str| ((*key).to_owned(), super::super::LedgerEntry { name: (*key).to_owned(), body: Digest::of("old") });
        let ledger = Ledger { pages: published.iter().map(entry).collect() };
        Observed { pages, ledger: Some(ledger), ..Observed::default() }
    }

    /// Checks what is done with the page `a`, wanted as `A` with the text `new`.
    #[track_caller]
    fn check(pages: Vec<There>, published: &[&str], choices: &Choices, expected: Action) {
        let plan = plan(&[wanted("a", "A", "new")], &observed(pages, published), &Titles, choices);
        let step = plan.steps.iter().find(|step| step.key == "a").expect("a step for it");
        assert_eq!(step.action, expected, "{}", step.why);
    }

    fn named(keys: &[&str]) -> BTreeSet<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    #[test]
    fn each_row_of_the_table_has_its_action() {
        let asked = Choices::default();
        check(vec![], &[], &asked, Action::Create);
        check(vec![of_a_person("A")], &[], &asked, Action::Foreign);
        check(vec![of_a_person("a")], &[], &asked, Action::Foreign);
        check(vec![there("a", "A", "new", "new")], &["a"], &asked, Action::Leave);
        check(vec![there("a", "A", "old", "new")], &["a"], &asked, Action::Update);
        check(vec![there("a", "A", "old", "old")], &["a"], &asked, Action::Update);
        check(vec![there("a", "A", "new", "edited")], &["a"], &asked, Action::Drift);
        check(vec![there("a", "A", "old", "edited")], &["a"], &asked, Action::Conflict);
        check(vec![], &["a"], &asked, Action::Deleted);
        check(vec![there("a", "Elsewhere", "old", "old"), of_a_person("A")], &["a"], &asked, Action::Foreign);
        check(vec![there("a", "Elsewhere", "old", "old"), there("b", "A", "b", "b")], &["a", "b"], &asked, Action::Blocked);
    }

    #[test]
    fn what_the_user_decided_counts_for_the_pages_that_are_named() {
        let no = Choices::default();
        let foreign = || vec![of_a_person("A")];
        let conflict = || vec![there("a", "A", "old", "edited")];
        check(foreign(), &[], &Choices { adopt: named(&["a"]), ..no.clone() }, Action::Update);
        check(foreign(), &[], &Choices { adopt: named(&["b"]), ..no.clone() }, Action::Foreign);
        check(conflict(), &["a"], &Choices { take_ours: named(&["a"]), ..no.clone() }, Action::Update);
        check(conflict(), &["a"], &Choices { take_theirs: named(&["a"]), ..no.clone() }, Action::TakeTheirs);
        check(conflict(), &["a"], &Choices { take_ours: named(&["b"]), ..no.clone() }, Action::Conflict);
        check(vec![], &["a"], &Choices { recreate: named(&["a"]), ..no }, Action::Create);
    }

    #[test]
    fn open_comments_keep_a_page_from_being_replaced() {
        let commented = |written: &str| vec![There { untouched: false, ..there("a", "A", written, written) }];
        check(commented("old"), &["a"], &Choices::default(), Action::Conflict);
        check(commented("new"), &["a"], &Choices::default(), Action::Drift);
    }

    #[test]
    fn a_page_whose_files_were_still_to_come_is_finished() {
        let mut begun = there("a", "A", "new", "new");
        begun.mark.as_mut().expect("a mark").wanted = unfinished();
        check(vec![begun], &[], &Choices::default(), Action::Update);
    }

    #[test]
    fn a_page_that_a_person_moved_stays_there_and_one_that_we_renamed_is_marked() {
        let mut moved = there("a", "Elsewhere", "old", "old");
        moved.mark.as_mut().expect("a mark").name = "A".to_owned();
        let plan = plan(&[wanted("a", "A", "new")], &observed(vec![moved], &["a"]), &Titles, &Choices::default());
        assert_eq!((plan.steps[0].action, plan.steps[0].name.as_str()), (Action::Update, "Elsewhere"));
        // A run that ended between renaming a page and writing it.
        let mut renamed = there("a", "A", "new", "new");
        renamed.mark.as_mut().expect("a mark").name = "Before".to_owned();
        check(vec![renamed], &["a"], &Choices::default(), Action::Update);
    }

    #[test]
    fn a_copy_is_left_alone_wherever_it_stands() {
        let mut copy = there("a", "Copy of A", "old", "old");
        copy.mark.as_mut().expect("a mark").name = "A".to_owned();
        for pages in [vec![copy.clone(), there("a", "A", "old", "old")], vec![there("a", "A", "old", "old"), copy]] {
            let plan = plan(&[wanted("a", "A", "new")], &observed(pages, &["a"]), &Titles, &Choices::default());
            assert_eq!((plan.steps.len(), plan.steps[0].name.as_str(), plan.copies), (1, "A", vec!["Copy of A".to_owned()]));
        }
    }

    #[test]
    fn what_is_gone_is_marked_or_deleted_and_never_where_a_person_edited_it() {
        for (stale, now, expected) in [
            (StalePages::Keep, "b", Action::Stale),
            (StalePages::Mark, "b", Action::MarkStale),
            (StalePages::Archive, "b", Action::MarkStale),
            (StalePages::Delete, "b", Action::Delete),
            (StalePages::Keep, "edited", Action::Stale),
            (StalePages::Mark, "edited", Action::Stale),
            (StalePages::Archive, "edited", Action::Stale),
            (StalePages::Delete, "edited", Action::Stale),
        ] {
            let choices = Choices { stale, ..Choices::default() };
            let plan = plan(&[wanted("a", "A", "new")], &observed(vec![there("b", "B", "b", now)], &["b"]), &Titles, &choices);
            let step = plan.steps.iter().find(|step| step.key == "b").expect("a step for it");
            assert_eq!(step.action, expected, "{stale:?} {now}");
        }
    }

    #[test]
    fn more_than_three_and_a_tenth_are_not_taken_away_unasked() {
        let pages = |count: usize| (0..count).map(|at| there(&format!("p{at}"), &format!("P{at}"), "x", "x")).collect::<Vec<_>>();
        let count = |there: usize, gone: usize, allowed: Option<usize>| {
            let kept: Vec<Wanted> = (gone..there).map(|at| wanted(&format!("p{at}"), &format!("P{at}"), "x")).collect();
            let choices = Choices { allow_removals: allowed, ..Choices::default() };
            plan(&kept, &observed(pages(there), &[]), &Titles, &choices).too_many_removals
        };
        assert_eq!(count(10, 3, None), None);
        assert_eq!(count(10, 4, None), Some(4));
        assert_eq!(count(10, 4, Some(4)), None);
        assert_eq!(count(50, 5, None), None);
        assert_eq!(count(50, 6, None), Some(6));
        assert_eq!(count(5, 5, Some(4)), Some(5));
    }

    #[test]
    fn parents_are_made_first_and_what_goes_goes_last() {
        let pages =
            [wanted("year", "Y", "y"), wanted("home", "H", "h"), Wanted { parent: Some("year".to_owned()), ..wanted("a", "A", "a") }];
        let seen = observed(vec![there("gone", "G", "g", "g"), there("home", "H", "old", "old")], &[]);
        let order = |observed: &Observed| -> Vec<String> {
            plan(&pages, observed, &Titles, &Choices::default()).steps.into_iter().map(|step| step.key).collect()
        };
        assert_eq!(order(&observed(vec![], &[])), ["home", "year", "a"]);
        assert_eq!(order(&seen), ["year", "a", "home", "gone"]);
    }
}
