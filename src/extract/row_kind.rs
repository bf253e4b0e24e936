//! Tells what a timeline row marks: impact, detection, a false lead, the resolution, …
//!
//! A row's words are weighed against the patterns of `row_kind.toml`; the heaviest kind wins, and among equals the one that a reader
//! of a timeline would want marked. What a row says first weighs more than what it says last, and a label ("Escalation: …") most.
//!
//! Some kinds depend on the rows around: a deed before anything was noticed is a change, after it a step of repair; only the first
//! beginning of work acknowledges; normal service before the incident's end is a mitigation.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::{
    extract::text::{WordMap, head},
    incident::RowKind,
};

/// One word of a pattern.
#[derive(Debug)]
enum Part {
    /// One of the words of a choice, by its number.
    Word(u16),
    /// Up to [`MAX_GAP`] words.
    Gap,
    /// The beginning of the row.
    Begin,
}

#[derive(Debug)]
struct Pattern {
    kind: RowKind,
    weight: f32,
    parts: Vec<Part>,
    /// Whether one of its own words denies.
    denies: bool,
    /// Its first word among the parts. Only the beginning of the row stands before it.
    first: usize,
    /// Whether it matches at the beginning of the row alone.
    begins: bool,
    /// What the word right behind its first must be one of.
    second: Option<u16>,
}

/// The patterns, and the words that they are made of: by the word, and by its first letters where a pattern says only how the word
/// begins.
struct Table {
    patterns: Vec<Pattern>,
    by_word: WordMap<String, Entry>,
    by_start: WordMap<u32, Vec<(String, Entry)>>,
}

/// What a word is to the rows of a timeline.
#[derive(Debug, Default)]
struct Entry {
    /// The patterns that begin with it, or with its first letters.
    patterns: Vec<usize>,
    /// The choices that it is one of, or begins like: a bit for each.
    choices: Vec<u64>,
    /// Whether it is a subject that says nothing.
    subject: bool,
    /// Whether circumstances stand behind it.
    subordinator: bool,
    /// Whether it turns what follows into its opposite.
    negator: bool,
    /// What it is one word with, with the words behind it.
    compounds: Vec<(&'static str, &'static str)>,
}

/// A word of no pattern.
static UNKNOWN: Entry =
    Entry { patterns: Vec::new(), choices: Vec::new(), subject: false, subordinator: false, negator: false, compounds: Vec::new() };

impl Entry {
    fn is_of(&self, choice: u16) -> bool {
        self.choices.get(usize::from(choice) / 64).is_some_and(|bits| bits & 1 << (choice % 64) != 0)
    }

    fn add_choice(&mut self, choice: u16) {
        let at = usize::from(choice) / 64;
        self.choices.resize(self.choices.len().max(at + 1), 0);
        self.choices[at] |= 1 << (choice % 64);
    }

    /// Takes over what any word with these first letters is.
    fn begin_like(&mut self, stem: &Entry) {
        self.patterns.extend(&stem.patterns);
        self.choices.resize(self.choices.len().max(stem.choices.len()), 0);
        for (own, stem) in self.choices.iter_mut().zip(&stem.choices) {
            *own |= stem;
        }
    }
}

/// A word of a row.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    /// Where it begins.
    start: usize,
    entry: &'static Entry,
}

/// The letters that every beginning of a word has at least.
const STEM: usize = 3;

const MAX_GAP: usize = 5;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let data: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        toml::from_str(include_str!("row_kind.toml")).expect("row_kind.toml is part of the program");
    let mut table = Table { patterns: Vec::new(), by_word: WordMap::default(), by_start: WordMap::default() };
    let mut choices: WordMap<String, u16> = WordMap::default();
    for (kind, weights) in data {
        let kind = RowKind::parse(&kind).expect("row_kind.toml names kinds");
        for (weight, patterns) in weights {
            let weight: f32 = weight.parse().expect("weights are numbers");
            for pattern in patterns {
                table.add(kind, weight, &pattern, &mut choices);
            }
        }
    }
    for word in SUBJECTS {
        table.by_word.entry((*word).to_owned()).or_default().subject = true;
    }
    for word in SUBORDINATORS {
        table.by_word.entry((*word).to_owned()).or_default().subordinator = true;
    }
    for word in NEGATORS {
        table.by_word.entry((*word).to_owned()).or_default().negator = true;
    }
    for (first, second, whole) in COMPOUNDS {
        table.by_word.entry((*first).to_owned()).or_default().compounds.push((second, whole));
    }
    table.complete();
    table
});

impl Table {
    fn add(&mut self, kind: RowKind, weight: f32, text: &str, choices: &mut WordMap<String, u16>) {
        let number = self.patterns.len();
        let mut parts: Vec<Part> = Vec::new();
        let mut first = None;
        for part in text.split_whitespace() {
            let part = part.strip_prefix('^').inspect(|_| parts.push(Part::Begin)).unwrap_or(part);
            match part {
                "" => {}
                ".." => parts.push(Part::Gap),
                words => {
                    let is_first = first.is_none();
                    first.get_or_insert(parts.len());
                    let next = u16::try_from(choices.len()).expect("the patterns are few");
                    let choice = *choices.entry(words.to_owned()).or_insert(next);
                    for word in words.split('|') {
                        let entry = self.entry(word);
                        if choice == next {
                            entry.add_choice(choice);
                        }
                        if is_first && entry.patterns.last() != Some(&number) {
                            entry.patterns.push(number);
                        }
                    }
                    parts.push(Part::Word(choice));
                }
            }
        }
        let first = first.expect("a pattern has a word");
        let begins = matches!(parts[..first], [Part::Begin]);
        assert!(begins || first == 0, "a pattern opens with a word: {text}");
        let denies = text.split([' ', '|']).any(|word| NEGATORS.contains(&word));
        let second = match parts.get(first + 1) {
            Some(Part::Word(choice)) => Some(*choice),
            _ => None,
        };
        self.patterns.push(Pattern { kind, weight, parts, first, begins, denies, second });
    }

    /// The entry of a word of a pattern; `*` at its end stands for any further letters.
    fn entry(&mut self, word: &str) -> &mut Entry {
        let Some(stem) = word.strip_suffix('*') else { return self.by_word.entry(word.to_owned()).or_default() };
        let stems = self.by_start.entry(start_of(stem)).or_default();
        let known = stems.iter().position(|(known, _)| known == stem).unwrap_or_else(|| {
            stems.push((stem.to_owned(), Entry::default()));
            stems.len() - 1
        });
        &mut stems[known].1
    }

    /// Gives each word what its first letters say, and so each stem what a shorter one says.
    fn complete(&mut self) {
        let Self { by_word, by_start, .. } = self;
        #[expect(clippy::iter_over_hash_type, reason = "each list is completed by itself")]
        for stems in by_start.values_mut() {
            // From the shortest, which stands in the longer ones.
            stems.sort_by_key(|(stem, _)| stem.len());
            for at in 1..stems.len() {
                let (shorter, rest) = stems.split_at_mut(at);
                let (stem, entry) = &mut rest[0];
                if let Some((_, shorter)) = shorter.iter().rev().find(|(shorter, _)| stem.starts_with(shorter.as_str())) {
                    entry.begin_like(shorter);
                }
            }
        }
        #[expect(clippy::iter_over_hash_type, reason = "each entry is completed by itself")]
        for (word, entry) in by_word {
            if let Some(stem) = longest_stem(by_start, word) {
                entry.begin_like(stem);
            }
        }
    }

    /// Returns what a word of a row is.
    fn find(&'static self, word: &str) -> &'static Entry {
        let stem = || if word.len() < STEM { None } else { longest_stem(&self.by_start, word) };
        self.by_word.get(word).or_else(stem).unwrap_or(&UNKNOWN)
    }
}

fn start_of(word: &str) -> u32 {
    word.bytes().take(STEM).fold(0, |start, byte| start << 8 | u32::from(byte))
}

/// What the longest of the stems that `word` begins with is.
fn longest_stem<'a>(by_start: &'a WordMap<u32, Vec<(String, Entry)>>, word: &str) -> Option<&'a Entry> {
    let stems = by_start.get(&start_of(word))?;
    stems.iter().rev().find(|(stem, _)| word.starts_with(stem.as_str())).map(|(_, entry)| entry)
}

/// Returns the kind of each row of a timeline.
pub(crate) fn kinds_of(texts: &[&str]) -> Vec<RowKind> {
    let scores: Vec<Scores> = texts.iter().map(|text| scores_of(text)).collect();
    let mut kinds: Vec<RowKind> = scores.iter().map(|scores| scores.best(None)).collect();
    by_place(&mut kinds, &scores);
    kinds
}

/// How heavily a row's words speak for each kind.
struct Scores([f32; RowKind::ALL.len()]);

impl Scores {
    fn of(&self, kind: RowKind) -> f32 {
        self.0[kind as usize]
    }

    /// The heaviest kind but `without`.
    fn best(&self, without: Option<RowKind>) -> RowKind {
        let mut winner = (RowKind::Note, 2.0_f32);
        for kind in PRECEDENCE.iter().filter(|kind| Some(**kind) != without) {
            if self.of(*kind) > winner.1 + 0.01 {
                winner = (*kind, self.of(*kind));
            }
        }
        winner.0
    }
}

/// Kinds in the order in which a reader would want them marked.
const PRECEDENCE: &[RowKind] = &[
    RowKind::Impact,
    RowKind::Resolved,
    RowKind::Mitigated,
    RowKind::Detected,
    RowKind::Escalated,
    RowKind::FalseLead,
    RowKind::Acknowledged,
    RowKind::Finding,
    RowKind::Update,
    RowKind::Change,
    RowKind::Action,
    RowKind::Note,
];

/// Words before the verb of a row that say nothing of its kind.
const SUBJECTS: &[&str] = &[
    "we",
    "i",
    "the",
    "team",
    "engineers",
    "engineer",
    "sre",
    "sres",
    "oncall",
    "our",
    "also",
    "then",
    "started",
    "ops",
    "whisperer",
    "he",
    "she",
    "they",
];

/// Words after which a row tells the circumstances of what it says first.
const SUBORDINATORS: &[&str] =
    &["that", "which", "because", "after", "when", "where", "why", "how", "if", "while", "so", "since", "until", "but", "as", "to", "for"];

/// Words that turn what follows into its opposite.
const NEGATORS: &[&str] =
    &["not", "no", "never", "isn't", "wasn't", "weren't", "aren't", "without", "cannot", "can't", "couldn't", "nothing", "non"];

/// How much more than elsewhere a pattern weighs where it weighs most.
const MOST: f32 = 1.4;

fn scores_of(text: &str) -> Scores {
    let lower = lower_of(text);
    let words = words_of(&lower);
    // "@ann First report": who did it says nothing of what was done.
    let actor = if lower.starts_with('@') { words_of(lower.split(' ').next().unwrap_or("")).len() } else { 0 };
    let begin = actor + words.iter().skip(actor).position(|word| !word.entry.subject).unwrap_or(0).min(3);
    let aside = words.iter().skip(2).position(|word| word.entry.subordinator).map_or(usize::MAX, |at| at + 2);
    let label_words = lower.find(':').filter(|at| *at < 50).map_or(0, |at| words.iter().take_while(|word| word.start < at).count());
    let patterns = &TABLE.patterns;
    let mut best = [0.0_f32; RowKind::ALL.len()];
    let mut against = [0.0_f32; RowKind::ALL.len()];
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1);
        for pattern in word.entry.patterns.iter().map(|candidate| &patterns[*candidate]) {
            let kind = pattern.kind as usize;
            // What weighs no more than what was found already need not be looked at.
            let outweighed = if pattern.weight < 0.0 { against[kind] <= pattern.weight } else { best[kind] >= pattern.weight * MOST };
            let fails = pattern.second.is_some_and(|second| !next.is_some_and(|next| next.entry.is_of(second)));
            if fails || outweighed || pattern.begins && at != 0 && at != begin {
                continue;
            }
            let Some(end) = match_at(&pattern.parts[pattern.first + 1..], &words, at + 1) else { continue };
            let inside = if pattern.denies { at } else { end };
            let denied = words[at.saturating_sub(2)..inside].iter().any(|word| word.entry.negator);
            let good = matches!(pattern.kind, RowKind::Resolved | RowKind::Mitigated);
            if denied && good && pattern.weight > 0.0 {
                continue;
            }
            let intended = at > 0
                && words[at - 1].text == "to"
                && !matches!(pattern.kind, RowKind::Escalated | RowKind::Action | RowKind::Acknowledged);
            let place = if at < label_words && label_words <= 4 {
                MOST
            } else if intended {
                0.5
            } else if at > aside {
                0.8
            } else if at < 16 {
                1.0
            } else {
                0.85
            };
            if pattern.weight < 0.0 {
                against[kind] = against[kind].min(pattern.weight);
            } else {
                best[kind] = best[kind].max(pattern.weight * place);
            }
        }
    }
    // A row that says that something was done, in words that are not known, is a deed.
    let texts = || words.iter().map(|word| word.text);
    let deed = texts().take(6).any(|word| word.len() > 4 && (word.ends_with("ed") || word.ends_with("ing")))
        || texts().take(5).any(|word| matches!(word, "built" | "made" | "took" | "sent" | "put"));
    if deed {
        let action = &mut best[RowKind::Action as usize];
        *action = action.max(2.5);
    }
    for (best, against) in best.iter_mut().zip(against) {
        *best += against;
    }
    Scores(best)
}

/// Words that people write as one, as two and with a hyphen.
const COMPOUNDS: &[(&str, &str, &str)] = &[
    ("roll", "back", "rollback"),
    ("rolling", "back", "rollingback"),
    ("rolled", "back", "rolledback"),
    ("rolls", "back", "rolledback"),
    ("fail", "over", "failover"),
    ("failed", "over", "failedover"),
    ("on", "call", "oncall"),
    ("follow", "up", "followup"),
    ("status", "page", "statuspage"),
    ("hot", "fix", "hotfix"),
    ("post", "mortem", "postmortem"),
    ("work", "around", "workaround"),
    ("hand", "over", "handover"),
    ("re", "routed", "rerouted"),
    ("can", "not", "cannot"),
    ("e", "mail", "email"),
    ("e", "mails", "emails"),
];

/// The beginning of a text in lower case, with the plain apostrophe.
fn lower_of(text: &str) -> String {
    let cut = head(text, 600);
    if cut.is_ascii() { cut.to_ascii_lowercase() } else { cut.to_lowercase().replace('’', "'") }
}

/// The bytes of the word that a text begins with.
fn letters_at(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        while bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'\'') {
            at += 1;
        }
        match text[at..].chars().next() {
            Some(c) if !c.is_ascii() && c.is_alphanumeric() => at += c.len_utf8(),
            _ => return at,
        }
    }
}

/// The words of a text in lower case, with what each is to a timeline; a hyphen parts words, and what is one word in some
/// spelling is one.
fn words_of(lower: &str) -> Vec<Word<'_>> {
    let table = &*TABLE;
    let mut words: Vec<Word<'_>> = Vec::with_capacity(lower.len() / 4 + 1);
    let mut take = |mut start: usize, word| {
        let mut text: &str = word;
        if let Some(last) = words.last()
            && let Some((_, whole)) = last.entry.compounds.iter().find(|(second, _)| *second == word)
        {
            (text, start) = (whole, last.start);
            words.pop();
        }
        words.push(Word { text, start, entry: table.find(text) });
    };
    let mut at = 0;
    while at < lower.len() {
        let letters = letters_at(&lower[at..]);
        if letters > 0 {
            take(at, &lower[at..at + letters]);
        }
        at += letters;
        at += lower[at..].chars().next().map_or(0, char::len_utf8);
    }
    words
}

/// Returns the word behind the match of the parts of a pattern behind its first word with the words from `at` on.
fn match_at(parts: &[Part], words: &[Word<'_>], mut at: usize) -> Option<usize> {
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Begin if at == 0 => {}
            Part::Begin => return None,
            Part::Word(choice) if words.get(at)?.entry.is_of(*choice) => at += 1,
            Part::Word(_) => return None,
            Part::Gap => {
                let last = (at + MAX_GAP).min(words.len());
                return (at..=last).find_map(|at| match_at(&parts[index + 1..], words, at));
            }
        }
    }
    Some(at)
}

/// From this weight on the words leave no doubt ("acknowledged").
const CERTAIN: f32 = 12.0;

/// Settles the kinds that depend on the rows around.
fn by_place(kinds: &mut [RowKind], scores: &[Scores]) {
    use RowKind as K;
    // A deed before anyone knew of trouble is what led to it.
    let trouble =
        kinds.iter().position(|kind| matches!(kind, K::Impact | K::Detected | K::Acknowledged | K::Escalated | K::FalseLead | K::Finding));
    for kind in &mut kinds[..trouble.unwrap_or(0)] {
        match kind {
            K::Action | K::Mitigated => *kind = K::Change,
            K::Resolved => *kind = K::Note,
            _ => {}
        }
    }
    // Work begins once.
    let mut begun = false;
    for (kind, scores) in kinds.iter_mut().zip(scores) {
        match kind {
            K::Acknowledged if begun && scores.of(K::Acknowledged) < CERTAIN => {
                let other = scores.best(Some(K::Acknowledged));
                *kind = if other == K::Note { K::Action } else { other };
            }
            K::Acknowledged => begun = true,
            K::Action if trouble.is_some() => begun = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rows: &[(&str, &str)]) {
        let texts: Vec<&str> = rows.iter().map(|(_, text)| *text).collect();
        let found: Vec<(&str, &str)> = kinds_of(&texts).into_iter().map(RowKind::as_str).zip(texts.iter().copied()).collect();
        assert_eq!(found, rows);
    }

    #[test]
    fn terse_rows_say_when_it_began_and_ended() {
        check(&[("impact", "Fault occurs"), ("update", "Incident declared"), ("resolved", "Resolved")]);
        check(&[
            ("impact", "Start of incident. The last two nodes are cordoned."),
            ("detected", "Two customers raised support requests about it"),
            ("resolved", "Bo reverted the change, bringing the outage to an end"),
        ]);
        check(&[
            ("detected", "Users report errors"),
            ("impact", "The page was not loading properly, although the server was functioning correctly"),
            ("resolved", "The issue was resolved"),
        ]);
    }

    #[test]
    fn rows_of_an_ordinary_incident() {
        check(&[
            ("change", "Release 4.2 is deployed to all regions"),
            ("impact", "Checkout requests begin failing with 502 errors"),
            ("detected", "PagerDuty alert fires for elevated error rate"),
            ("acknowledged", "On-call engineer begins investigating"),
            ("false-lead", "Initially suspected the CDN; purged its cache without effect"),
            ("escalated", "Database team is brought in"),
            ("finding", "Root cause identified as a missing index"),
            ("update", "Status page updated"),
            ("action", "Index creation started"),
            ("mitigated", "Error rate begins to drop"),
            ("resolved", "All services operating normally"),
        ]);
    }

    #[test]
    fn who_did_it_says_nothing_of_what_was_done() {
        check(&[
            ("detected", "@ann First report of slow pages"),
            ("detected", "@bo_ek First confirmation"),
            ("update", "@ann status site updated acknowledging the outage"),
            ("finding", "@bo_ek Root cause detected. The volume is full."),
            ("note", "@ann Begins drafting the postmortem"),
        ]);
        check(&[
            ("change", "Key of the relay replaced"),
            ("detected", "Help desk receives an email from a merchant"),
            ("escalated", "On-call was pinged"),
            ("finding", "Security validates the report as a true finding"),
            ("resolved", "Admins close the incident"),
        ]);
        check(&[
            ("detected", "Colleagues start to report the problem in the chat"),
            ("acknowledged", "The storage team starts to tackle it"),
            ("impact", "The new rule left the office unreachable"),
            ("detected", "A user noticed the issue and wrote to us"),
            ("escalated", "Ann appoints Bo as incident commander"),
            ("finding", "Ann confirms the key expired"),
            ("update", "The mailing list is notified of the outage and its fixed state"),
        ]);
    }

    #[test]
    fn what_goes_on_and_what_is_proposed_is_no_step() {
        check(&[
            ("detected", "@ann noticed that the queue is very slow"),
            ("finding", "@bo determines that the volume is full"),
            ("note", "@ann found the issue persisted"),
            ("note", "@ann suggests moving the queue to another host"),
            ("update", "@bo declared an incident"),
            ("update", "@bo notified the subscribers' list"),
            ("mitigated", "@ann rolled the relay back to version 41"),
            ("finding", "@ann figured out why it was full"),
            ("finding", "@ann determines why the relay wrote to it"),
            ("mitigated", "@ann manually rolls back the relay"),
            ("resolved", "The relay sends at its usual rate"),
        ]);
    }

    #[test]
    fn rows_of_an_attack() {
        check(&[
            ("change", "The attacker created an access token in the account of a maintainer"),
            ("impact", "The attacker published tide-parser 2.1.1, which sends passwords home"),
            ("detected", "A user opened a thread, notifying the maintainers of the issue"),
            ("mitigated", "The page with the malicious code was taken down"),
            ("mitigated", "The registry unpublished tide-parser 2.1.1"),
        ]);
        check(&[
            ("detected", "Monitoring system sends its first e-mail, saying that the harbour page is down"),
            ("detected", "A customer tweets a concern about the page"),
            ("detected", "@bo pings @ann to inform her of the outage"),
            ("detected", "Users in two harbours reported problems"),
            ("impact", "E-Mails werden derzeit nicht zugestellt"),
            ("mitigated", "Die Gegenmaßnahmen sind erfolgreich"),
        ]);
    }

    #[test]
    fn single_rows_in_many_styles() {
        let mut wrong = Vec::new();
        for (expected, text) in [
            ("impact", "OUTAGE BEGINS: front ends drop all search queries"),
            ("detected", "Pager storm, ManyHttp500s from all clusters"),
            ("acknowledged", "jennifer is paged and starts looking at the dashboards"),
            ("finding", "docbrown discovers that the index has no room left"),
            ("action", "docbrown drains half of the traffic to the backup cluster"),
            ("update", "incident opened; status page set to degraded"),
            ("resolved", "OUTAGE ENDS, all traffic balanced across all clusters"),
            ("action", "Reverting the freeze of production pushes"),
            ("change", "A configuration change was pushed to the edge proxies"),
            ("impact", "Edge servers start returning 503 to about a third of requests"),
            ("detected", "Internal monitoring catches the rise in 5xx and alerts the on-call team"),
            ("escalated", "The network team is paged to help"),
            ("false-lead", "We first believe this is an attack and enable rate limiting"),
            ("finding", "The change is found to be behind the errors"),
            ("mitigated", "The change is reverted and error rates fall"),
            ("resolved", "All metrics are back to their usual levels"),
            ("impact", "Spam accounts push the load up and some pages time out"),
            ("detected", "GitLab-style alert: replication lag over 4 GB on db2"),
            ("action", "We try to restart replication on db2 but it refuses to connect"),
            ("change", "The wrong data directory gets removed by mistake"),
            ("escalated", "More people join the call"),
            ("finding", "Backups turn out to be empty"),
            ("action", "Copying the snapshot from staging back to production starts"),
            ("mitigated", "The site is reachable again in read-only mode"),
            ("resolved", "Restore is complete and the service works for all"),
            ("detected", "Icinga sends CRITICAL for appservers in eqiad"),
            ("acknowledged", "First responder acks the page"),
            ("action", "Service restarted on mw1234"),
            ("finding", "Stack traces point to the memcached client"),
            ("action", "Deploy of the patch to all application servers begins"),
            ("resolved", "Recovery of all hosts, no errors in logstash for ten minutes"),
            ("change", "Version 1.21.4 is tagged and rolled out to the hosted instance"),
            ("detected", "A user opens an issue: cannot push over SSH"),
            ("detected", "Several reports arrive in chat"),
            ("acknowledged", "A maintainer starts looking into it"),
            ("finding", "Bisecting shows that the new key parser rejects ed25519 keys"),
            ("action", "A fix is written and reviewed"),
            ("update", "Users are advised to push over HTTPS in the meantime"),
            ("update", "Post on the blog tells users to upgrade"),
            ("change", "Certificate for api.example.org runs out"),
            ("impact", "Mobile clients can no longer sign in"),
            ("detected", "Support sees a jump in tickets about sign-in"),
            ("escalated", "Support hands the matter to the platform team"),
            ("finding", "The renewal job has failed silently since March"),
            ("action", "New certificate requested and installed on the first balancer"),
            ("mitigated", "Sign-ins succeed on half of the balancers"),
            ("resolved", "Last balancer updated; sign-ins are normal"),
            ("note", "Shift handover"),
            ("note", "Lunch break"),
            ("update", "CTO informed"),
            ("update", "Customers told by e-mail that the issue is over"),
            ("action", "Attempted to fail over to the replica; failed"),
            ("escalated", "Opened a P1 case with the cloud provider"),
            ("false-lead", "Database checked and found healthy"),
            ("false-lead", "Ruled out the load balancer"),
            ("finding", "Noticed that the queue had been growing since 09:00"),
            ("acknowledged", "Ack by Priya"),
            ("impact", "Payments stop going through"),
            ("resolved", "Payments flowing again"),
            ("mitigated", "Rolled back to build 881"),
            ("mitigated", "Feature flag switched off, failures stop"),
            ("detected", "Monitoring tools detected a sudden spike in response times"),
            ("detected", "An on-call engineer received a PagerDuty notification about the database"),
            ("detected", "Customer complaints started pouring in via social media"),
            ("detected", "The issue was brought to our attention by the support team"),
            ("detected", "Synthetic checks start failing in eu-west-1"),
            ("acknowledged", "The engineering team was notified and commenced an investigation"),
            ("acknowledged", "Incident response team assembled"),
            ("acknowledged", "DevOps team starts analyzing logs and metrics"),
            ("false-lead", "The team assumed it was a network problem and inspected the router settings"),
            ("false-lead", "Database performance metrics were analyzed but showed no anomalies"),
            ("false-lead", "Team suspected DNS propagation delays"),
            ("false-lead", "A potential DDoS attack was considered but dismissed after checking traffic"),
            ("action", "Logs from the application servers were reviewed"),
            ("action", "Restarted the web servers, no improvement"),
            ("action", "Increased the number of application instances to distribute the load"),
            ("action", "Began rolling back the deployment"),
            ("escalated", "Incident escalated to senior backend developers"),
            ("escalated", "The database administrator was contacted for assistance"),
            ("escalated", "Third-party payment provider contacted"),
            ("finding", "It was discovered that the SSL certificate had expired"),
            ("finding", "Root cause determined to be a leak of file handles in the proxy"),
            ("finding", "Found a typo in the nginx configuration file"),
            ("finding", "Logs revealed a deadlock between two transactions"),
            ("action", "Applied a patch to the affected service"),
            ("mitigated", "Rollback completed; error rate dropped significantly"),
            ("mitigated", "Partial service restored for European customers"),
            ("mitigated", "Traffic was rerouted to healthy nodes, easing the load"),
            ("resolved", "Service was fully restored and monitoring confirmed stability"),
            ("resolved", "The website came back online and users could log in again"),
            ("resolved", "All systems go"),
            ("resolved", "Issue resolved"),
            ("resolved", "Normal service resumed"),
            ("change", "New version of the checkout service was deployed to production"),
            ("change", "Scheduled maintenance on the primary database started"),
            ("change", "Marketing campaign launched, traffic tripled"),
            ("change", "A developer pushed an untested change to the load balancer configuration"),
            ("impact", "Users started experiencing slow page loads"),
            ("impact", "The web application became unresponsive"),
            ("impact", "API requests began timing out"),
            ("impact", "Outage starts"),
            ("impact", "Complete loss of connectivity between the data centers"),
            ("update", "Status page updated to inform customers about the outage"),
            ("update", "Stakeholders were informed of the situation"),
            ("update", "Internal communication sent to all teams"),
            ("note", "Post-incident review scheduled"),
            ("mitigated", "Failover to the replica was successful and writes were possible again"),
            ("action", "Disk space was freed by deleting old logs"),
            ("resolved", "Disk usage back under control, writes succeed, incident closed"),
            ("finding", "The on-call engineer noticed that the disk was full"),
            ("impact", "Checkout is down"),
            ("detected", "We noticed elevated error rates on the checkout endpoint"),
            ("detected", "Grafana alert: API latency p99 > 5s"),
            ("acknowledged", "Alice acknowledged the page"),
            ("escalated", "Bob from the platform team joined"),
            ("finding", "Bob found out that the config map was missing a key"),
            ("mitigated", "Hotfix deployed, latency started dropping"),
            ("resolved", "Latency normal, closing the incident"),
            ("false-lead", "We thought the CDN was to blame"),
            ("action", "Purged the CDN cache"),
            ("action", "Team tried to restart the pods without success"),
            ("update", "Tweeted about the outage"),
            ("change", "Cron job kicks off the nightly reindex"),
            ("impact", "Search returns empty results for everyone"),
            ("detected", "Julia (support) pings the channel: search is broken"),
            ("acknowledged", "Marco is looking"),
            ("finding", "The index alias points to a half-built index"),
            ("resolved", "Reindex finished, alias moved, all good"),
            ("detected", "High latency alarm triggered by New Relic"),
            ("detected", "Nagios check for disk space turned red"),
            ("detected", "Anomaly noticed in the error dashboard by the night shift"),
            ("acknowledged", "Ops engineer logged in and took ownership"),
            ("acknowledged", "Initial triage"),
            ("acknowledged", "Investigation kicked off"),
            ("acknowledged", "I got out of bed and opened my laptop"),
            ("false-lead", "At first we thought it was the firewall"),
            ("false-lead", "Checked the firewall rules, all in order"),
            ("false-lead", "Believed to be related to last night's backup"),
            ("false-lead", "Hypothesis of a network partition disproved"),
            ("action", "We took a heap dump"),
            ("action", "Nginx config tested and reloaded"),
            ("action", "Ran strace on the apache process"),
            ("action", "Cleared the queue manually"),
            ("action", "Took the faulty node out of rotation"),
            ("action", "Vacuumed the table"),
            ("action", "Emergency change approved"),
            ("action", "Deployed the fix to staging"),
            ("escalated", "Issue handed to the networking group"),
            ("escalated", "Pulled in the security team"),
            ("escalated", "CTO joins the war room"),
            ("escalated", "AWS support case created"),
            ("finding", "Turned out the volume was mounted read-only"),
            ("finding", "Strace shows repeated ENOENT for a .phpp file"),
            ("finding", "Missing index spotted in the slow query log"),
            ("finding", "The team pinpointed the faulty commit"),
            ("finding", "We saw that replicas were out of sync"),
            ("mitigated", "Rate limiting enabled, load went down"),
            ("mitigated", "Queue began to drain"),
            ("mitigated", "Reverted the commit and redeployed"),
            ("resolved", "Everything green"),
            ("resolved", "Site back"),
            ("resolved", "Confirmed that all customers can check out again"),
            ("resolved", "Service recovered completely"),
            ("resolved", "End of incident"),
            ("resolved", "All pods healthy"),
            ("change", "PR #512 merged and auto-deployed"),
            ("change", "Old server decommissioned"),
            ("change", "Database upgraded from 11 to 13"),
            ("change", "Domain registration expired"),
            ("impact", "First 500 errors in the logs"),
            ("impact", "Users get logged out"),
            ("impact", "Emails stop being sent"),
            ("impact", "Homepage fails to load"),
            ("impact", "Latency climbs to 12 s"),
            ("impact", "Primary database crashes"),
            ("update", "First public statement"),
            ("update", "Sent an apology e-mail to affected customers"),
            ("update", "Incident channel created"),
            ("update", "Hourly update posted"),
            ("note", "Team lunch"),
            ("note", "Waiting for DNS propagation"),
        ] {
            let found = scores_of(text).best(None).as_str();
            if found != expected {
                wrong.push(format!("{expected}, found {found}: {text}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_is_said_of_trouble_is_told_from_what_only_sounds_like_it() {
        for (expected, text) in [
            ("detected", "page \"oldest message of the worst queue is older than 10 min\""),
            ("detected", "Uptime check on the booking site fails"),
            ("detected", "A courier asks why half of his van goes to another town"),
            ("finding", "Server shutdown detected in the system log"),
            ("acknowledged", "The team began investigation. Confirmed that backend instances are healthy."),
            ("action", "Error rates remain elevated despite the rollback, restarted the cache"),
            ("escalated", "Ann and Bo join"),
            ("action", "Failed change rollback"),
            ("detected", "Monitoring tool sent an email to the operations team"),
            ("impact", "writes fail, customers get 500s"),
            ("impact", "First failed payments"),
            ("resolved", "Site is live again"),
            ("resolved", "Vendor replaces the switch; latency normal"),
            ("resolved", "logins work"),
            ("finding", "Vendor confirms faulty switch"),
            ("mitigated", "Failure rate under 1 %"),
        ] {
            let rows = ["Users begin seeing errors", text];
            assert_eq!(kinds_of(&rows)[1].as_str(), expected, "{text}");
        }
    }
}
