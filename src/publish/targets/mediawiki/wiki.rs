//! What is in the wiki, and changing it.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    time::{Duration, Instant},
};

use md5::Md5;
use serde_json::Value;
use sha1::{Digest as _, Sha1};

use super::{FILE_PREFIX, Remote, api::Api, file_name};
use crate::publish::{
    Attachment, Digest, Fault, Ledger, Mark, Observed, Patience, Reader, There, Wanted, Writer, Written, http::FilePart, normalise,
};

/// How many pages are asked for by name, id or revision in one request.
const PAGES_AT_ONCE: usize = 50;
/// How many old revisions are looked through for the one that we wrote.
const MAX_HISTORY: usize = 200;
/// The page that holds the list of what was published, below the home page.
const LEDGER: &str = "Hindsite ledger";
const LEDGER_HEAD: &str = "<pre>\n";
const LEDGER_TAIL: &str = "\n</pre>";

/// A MediaWiki that we are logged in to.
pub(super) struct MediaWiki {
    api: Api,
    root: String,
    /// The ledger as it is there, and its revision.
    ledger: Option<(Option<Ledger>, String)>,
    /// The pages that this run wrote, up to the last that it made: their links to later ones are shown as broken until they are
    /// rendered again.
    written: Vec<String>,
    outdated: usize,
    /// When the last of them was written.
    outdated_since: Option<Instant>,
}

/// A page as a list of pages tells it.
#[derive(Debug, Clone)]
struct Seen {
    id: String,
    title: String,
    revision: String,
    sha1: String,
    is_redirect: bool,
}

/// What an edit left behind.
struct Edit {
    page: String,
    revision: String,
    /// The revision that the new one follows.
    before: String,
}

impl MediaWiki {
    pub(super) fn connect(remote: Rc<Remote>, patience: Rc<Patience>) -> Result<Self, Fault> {
        let root = remote.root.clone();
        Ok(Self { api: Api::connect(remote, patience)?, root, ledger: None, written: Vec::new(), outdated: 0, outdated_since: None })
    }

    fn ledger_title(&self) -> String {
        format!("{}/{LEDGER}", self.root)
    }

    /// Returns the home page, the ledger, and the names of our files, in one question.
    fn observe_top(&mut self, pages: &mut Vec<Seen>) -> Result<BTreeSet<String>, Fault> {
        let ledger_title = self.ledger_title();
        let titles = format!("{}|{ledger_title}", self.root);
        let mut files = BTreeSet::new();
        let mut ledger = None;
        let fields = [
            ("titles", titles.as_str()),
            ("prop", "revisions|info"),
            ("rvprop", "ids|sha1|content"),
            ("rvslots", "main"),
            ("list", "allimages"),
            ("aiprefix", FILE_PREFIX),
            ("ailimit", "max"),
            ("aiprop", "sha1"),
        ];
        self.api.query(&fields, &mut |query| {
            for page in array(&query["pages"]) {
                if let Some(seen) = seen(page) {
                    if seen.title == ledger_title {
                        ledger = Some((read_ledger(content(page)), seen.revision));
                    } else if !pages.iter().any(|known| known.id == seen.id) {
                        pages.push(seen);
                    }
                }
            }
            for image in array(&query["allimages"]) {
                files.insert(text(&image["name"]).replace('_', " "));
            }
        })?;
        self.ledger = ledger;
        Ok(files)
    }

    /// Adds the pages below the home page.
    fn observe_below(&mut self, pages: &mut Vec<Seen>) -> Result<(), Fault> {
        let ledger_title = self.ledger_title();
        // The namespace is given apart, and the wiki alone knows the names of its namespaces: the home page tells.
        let (space, prefix) = self.namespace_of(&format!("{}/", self.root))?;
        let fields = [
            ("generator", "allpages"),
            ("gapnamespace", space.as_str()),
            ("gapprefix", prefix.as_str()),
            ("gaplimit", "max"),
            ("prop", "revisions|info"),
            ("rvprop", "ids|sha1"),
            ("rvslots", "main"),
        ];
        let mut by_id: BTreeMap<String, Value> = BTreeMap::new();
        self.api.query(&fields, &mut |query| {
            for page in array(&query["pages"]) {
                let id = page["pageid"].to_string();
                // A page may come in several parts.
                if by_id.get(&id).is_none_or(|known| known["revisions"].is_null()) {
                    by_id.insert(id, page.clone());
                }
            }
        })?;
        pages.extend(by_id.values().filter_map(seen).filter(|seen| seen.title != ledger_title));
        Ok(())
    }

    /// Returns the number of a title's namespace and the title without it.
    fn namespace_of(&mut self, title: &str) -> Result<(String, String), Fault> {
        let Some((_, rest)) = title.split_once(':') else { return Ok(("0".to_owned(), title.to_owned())) };
        let mut found = None;
        self.api.query(&[("titles", title)], &mut |query| {
            for page in array(&query["pages"]) {
                found = page["ns"].as_i64();
            }
        })?;
        Ok(match found {
            Some(0) | None => ("0".to_owned(), title.to_owned()),
            Some(number) => (number.to_string(), rest.to_owned()),
        })
    }

    /// Returns the texts of pages, by page id.
    fn texts(&mut self, pages: &[&Seen]) -> Result<BTreeMap<String, String>, Fault> {
        let mut texts = BTreeMap::new();
        for part in pages.chunks(PAGES_AT_ONCE) {
            let revisions: Vec<&str> = part.iter().map(|page| page.revision.as_str()).collect();
            let revisions = revisions.join("|");
            let fields = [("revids", revisions.as_str()), ("prop", "revisions"), ("rvprop", "ids|content"), ("rvslots", "main")];
            self.api.query(&fields, &mut |query| {
                for page in array(&query["pages"]) {
                    if !page["revisions"].is_null() {
                        texts.insert(page["pageid"].to_string(), content(page).to_owned());
                    }
                }
            })?;
        }
        Ok(texts)
    }

    /// Returns the page with that id, else that of the title, with its text.
    fn page(&mut self, id: Option<&str>, title: &str) -> Result<Option<There>, Fault> {
        let by = match id {
            Some(id) => ("pageids", id),
            None => ("titles", title),
        };
        let mut found = None;
        let fields = [by, ("prop", "revisions|info"), ("rvprop", "ids|sha1|content"), ("rvslots", "main")];
        self.api.query(&fields, &mut |query| {
            for page in array(&query["pages"]) {
                if let Some(seen) = seen(page) {
                    found = Some(there(&seen, content(page)));
                }
            }
        })?;
        Ok(found)
    }

    /// Returns where a page went that a person moved away, by the wiki's log; the newest move counts.
    fn moved_from(&mut self, title: &str) -> Result<Option<String>, Fault> {
        let mut target = None;
        let fields = [("list", "logevents"), ("letype", "move"), ("letitle", title), ("leprop", "details"), ("lelimit", "1")];
        self.api.query(&fields, &mut |query| {
            if let Some(event) = array(&query["logevents"]).first() {
                target = event["params"]["target_title"].as_str().map(str::to_owned);
            }
        })?;
        Ok(target)
    }

    /// Adds the pages that were published, are not where they were, and stand elsewhere now.
    fn observe_moved(&mut self, pages: &[Seen], there: &mut Vec<There>) -> Result<(), Fault> {
        let Some((Some(ledger), _)) = &self.ledger else { return Ok(()) };
        let is_there = |name: &str| pages.iter().any(|page| page.title == name && !page.is_redirect);
        let gone: Vec<String> = ledger.pages.values().map(|entry| entry.name.clone()).filter(|name| !is_there(name)).collect();
        for name in gone {
            let Some(target) = self.moved_from(&name)? else { continue };
            if there.iter().any(|page| page.name == target) {
                continue;
            }
            if let Some(found) = self.page(None, &target)?.filter(|found| found.mark.is_some()) {
                there.push(found);
            }
        }
        Ok(())
    }

    /// Has the wiki render again what it rendered before pages were there to which it links; what fails here mends itself in time.
    fn purge(&mut self) {
        let outdated = std::mem::take(&mut self.outdated);
        // MediaWiki tells renderings apart by the second: one made in the second of the purge would be kept.
        if let Some(since) = self.outdated_since.take().filter(|_| outdated > 0) {
            std::thread::sleep(Duration::from_millis(1100).saturating_sub(since.elapsed()));
        }
        let pages: Vec<String> = std::mem::take(&mut self.written).into_iter().take(outdated).collect();
        for part in pages.chunks(PAGES_AT_ONCE) {
            if self.api.purge(&part.join("|")).is_err() {
                return;
            }
        }
    }

    /// Edits a page; `guard` says what must hold for it.
    fn edit(&mut self, title: &str, stored: &str, summary: &str, guard: &[(&str, &str)]) -> Result<Edit, Fault> {
        let md5 = hex(&Md5::digest(stored.as_bytes()));
        let mut fields = vec![
            ("action", "edit"),
            ("title", title),
            ("summary", summary),
            ("contentmodel", "wikitext"),
            ("contentformat", "text/x-wiki"),
            ("bot", "1"),
            ("watchlist", "nochange"),
        ];
        fields.extend_from_slice(guard);
        fields.extend([("md5", md5.as_str()), ("text", stored)]);
        let answer = self.api.write(&fields)?;
        let edit = &answer["edit"];
        if edit["result"] != "Success" {
            return Err(Fault::Refused(format!("`{title}`: the wiki does not take the edit: {edit}")));
        }
        if edit["title"] != title {
            return Err(Fault::Refused(format!("`{title}`: the wiki wrote to `{}` instead", text(&edit["title"]))));
        }
        let page = edit["pageid"].to_string();
        if edit["nochange"] == true {
            let base = guard.iter().find(|(name, _)| *name == "baserevid").map_or_else(String::new, |(_, value)| (*value).to_owned());
            return Ok(Edit { page, revision: base.clone(), before: base });
        }
        Ok(Edit { page, revision: edit["newrevid"].to_string(), before: edit["oldrevid"].to_string() })
    }

    /// Renames a page that is still as it was seen; returns its new revision.
    fn rename(&mut self, there: &There, name: &str) -> Result<String, Fault> {
        let fields = [("action", "move"), ("fromid", there.id.as_str()), ("to", name), ("reason", "The title of the source changed")];
        match self.api.write(&fields) {
            // Where it cannot have the new name, somebody's page has it.
            Err(Fault::Unsure(why)) => return Err(Fault::Raced(why)),
            done => done?,
        };
        let mut found = None;
        let id = there.id.clone();
        self.api.query(&[("pageids", id.as_str()), ("prop", "revisions"), ("rvprop", "ids")], &mut |query| {
            for page in array(&query["pages"]) {
                let revision = &page["revisions"][0];
                found = Some((revision["revid"].to_string(), revision["parentid"].to_string()));
            }
        })?;
        match found {
            Some((revision, parent)) if parent == there.revision || revision == there.revision => Ok(revision),
            _ => Err(Fault::Raced(format!("`{name}` was edited while it was renamed"))),
        }
    }
}

impl Reader for MediaWiki {
    fn observe(&mut self, wanted: &[Wanted]) -> Result<Observed, Fault> {
        let mut pages = Vec::new();
        let files = self.observe_top(&mut pages)?;
        self.observe_below(&mut pages)?;
        // The server's hash of a text that is exactly the wanted one spares us the text.
        let known: BTreeMap<String, &Wanted> =
            wanted.iter().map(|page| (hex(&Sha1::digest(stored(&page.mark(), &page.body).as_bytes())), page)).collect();
        let ledger = self.ledger.as_ref().and_then(|(ledger, _)| ledger.clone());
        let mut found = Vec::new();
        let mut unknown = Vec::new();
        for page in &pages {
            match known.get(&page.sha1) {
                Some(wanted) => found.push(There {
                    id: page.id.clone(),
                    name: page.title.clone(),
                    revision: page.revision.clone(),
                    mark: Some(wanted.mark()),
                    digest: wanted.digest.clone(),
                    untouched: true,
                }),
                None => unknown.push(page),
            }
        }
        let texts = self.texts(&unknown)?;
        for page in unknown {
            let there = there(page, texts.get(&page.id).map_or("", String::as_str));
            // A redirect is what a person left behind who moved our page: it stands in nobody's way.
            let leads_away = page.is_redirect && there.mark.is_none() && ledger.as_ref().is_some_and(|ledger| names(ledger, &page.title));
            if !leads_away {
                found.push(there);
            }
        }
        self.observe_moved(&pages, &mut found)?;
        let wanted_names: BTreeSet<&str> = wanted.iter().map(|page| page.name.as_str()).collect();
        found.retain(|there| there.mark.is_some() || wanted_names.contains(there.name.as_str()));
        found.sort_by(|a, b| a.name.cmp(&b.name));
        let prefix = file_name("");
        let files = files.iter().filter_map(|name| name.strip_prefix(&prefix)).map(str::to_owned).collect();
        Ok(Observed { pages: found, ledger, files: Some(files), notes: BTreeMap::new() })
    }

    fn look(&mut self, wanted: &Wanted, there: Option<&There>) -> Result<Option<There>, Fault> {
        if let Some(there) = there
            && let Some(found) = self.page(Some(&there.id), &there.name)?
        {
            return Ok(Some(found));
        }
        self.page(None, &wanted.name)
    }

    fn text(&mut self, there: &There) -> Result<String, Fault> {
        let fields = [("revids", there.revision.as_str()), ("prop", "revisions"), ("rvprop", "ids|content"), ("rvslots", "main")];
        let mut found = None;
        self.api.query(&fields, &mut |query| {
            for page in array(&query["pages"]) {
                found = Some(Mark::split(content(page)).0);
            }
        })?;
        found.ok_or_else(|| Fault::Raced(format!("`{}` is gone", there.name)))
    }

    fn base(&mut self, there: &There, mark: &Mark) -> Result<Option<String>, Fault> {
        let mut start = String::new();
        for _ in 0..MAX_HISTORY / PAGES_AT_ONCE {
            let mut fields = vec![
                ("pageids", there.id.as_str()),
                ("prop", "revisions"),
                ("rvprop", "ids|content"),
                ("rvslots", "main"),
                ("rvlimit", "50"),
            ];
            if !start.is_empty() {
                fields.push(("rvstartid", start.as_str()));
            }
            let answer = self.api.ask(&fields)?;
            let revisions = array(&answer["pages"][0]["revisions"]);
            for revision in revisions {
                let (body, _) = Mark::split(text(&revision["slots"]["main"]["content"]));
                if Digest::of(&body) == mark.body {
                    return Ok(Some(body));
                }
            }
            match revisions.last().and_then(|oldest| oldest["parentid"].as_i64()).filter(|id| *id > 0) {
                Some(id) => start = id.to_string(),
                None => break,
            }
        }
        Ok(None)
    }
}

impl Writer for MediaWiki {
    fn create(&mut self, page: &Wanted, mark: &Mark) -> Result<Written, Fault> {
        let stored = stored(mark, &page.body);
        let edit = self.edit(&page.name, &stored, "Published from the archive of incidents", &[("createonly", "1")])?;
        self.outdated = self.written.len();
        self.outdated_since = Some(Instant::now());
        self.written.push(page.name.clone());
        Ok(Written { there: published(page, mark, edit.page, edit.revision) })
    }

    fn update(&mut self, page: &Wanted, mark: &Mark, there: &There) -> Result<Written, Fault> {
        let base = if page.name == there.name { there.revision.clone() } else { self.rename(there, &page.name)? };
        let stored = stored(mark, &page.body);
        let guard = [("nocreate", "1"), ("baserevid", base.as_str())];
        let edit = self.edit(&page.name, &stored, "Updated from the archive of incidents", &guard)?;
        self.written.push(page.name.clone());
        if edit.before != base {
            // The wiki put our text together with another's: what is there now is neither.
            let merged = self.page(Some(&there.id), &page.name)?;
            return merged.map(|there| Written { there }).ok_or_else(|| Fault::Raced(format!("`{}` is gone", page.name)));
        }
        Ok(Written { there: published(page, mark, edit.page, edit.revision) })
    }

    fn attach(&mut self, file: &Attachment, _: Option<&There>) -> Result<(), Fault> {
        let name = file_name(&file.name);
        let sha1 = hex(&Sha1::digest(&file.bytes));
        let title = format!("File:{name}");
        let mut there = None;
        self.api.query(&[("titles", title.as_str()), ("prop", "imageinfo"), ("iiprop", "sha1")], &mut |query| {
            for page in array(&query["pages"]) {
                there = page["imageinfo"][0]["sha1"].as_str().map(str::to_owned);
            }
        })?;
        match there {
            Some(known) if known == sha1 => return Ok(()),
            Some(_) => return Err(Fault::Refused(format!("`{title}` is there and holds something else"))),
            None => {}
        }
        let part = FilePart { field: "file", name: &name, mime: file.mime, bytes: &file.bytes };
        let fields = [
            ("action", "upload"),
            ("filename", name.as_str()),
            ("comment", "A picture of the archive of incidents"),
            ("text", "A picture of the archive of incidents."),
            // The same bytes may be there under another name, or have been deleted once; ours is not there.
            ("ignorewarnings", "1"),
            ("watchlist", "nochange"),
        ];
        let answer = self.api.upload(&fields, &part)?;
        match text(&answer["upload"]["result"]) {
            "Success" => Ok(()),
            _ => Err(Fault::Refused(format!("`{title}`: the wiki does not take the file: {}", answer["upload"]))),
        }
    }

    fn delete(&mut self, there: &There) -> Result<(), Fault> {
        match self.page(Some(&there.id), &there.name)? {
            None => return Ok(()),
            Some(now) if now.revision != there.revision => return Err(Fault::Raced(format!("`{}` was edited", there.name))),
            Some(_) => {}
        }
        let fields = [("action", "delete"), ("pageid", there.id.as_str()), ("reason", "No longer in the archive of incidents")];
        self.api.write(&fields).map(drop)
    }

    fn commit(&mut self, ledger: &Ledger, summary: &str) -> Result<(), Fault> {
        self.purge();
        let (known, revision) = match &self.ledger {
            Some((known, revision)) => (known.clone(), Some(revision.clone())),
            None => (None, None),
        };
        if known.as_ref() == Some(ledger) || (known.is_none() && revision.is_none() && ledger.pages.is_empty()) {
            return Ok(());
        }
        let stored = format!("{LEDGER_HEAD}{}{LEDGER_TAIL}", ledger_text(&ledger.to_text()));
        let title = self.ledger_title();
        let edit = match &revision {
            None => self.edit(&title, &stored, summary, &[("createonly", "1")])?,
            Some(base) => self.edit(&title, &stored, summary, &[("nocreate", "1"), ("baserevid", base)])?,
        };
        self.ledger = Some((Some(ledger.clone()), edit.revision));
        Ok(())
    }

    fn lose_patience(&mut self) {
        self.api.patience.lose();
    }

    fn as_reader(&mut self) -> &mut dyn Reader {
        self
    }
}

/// Returns a page that is as it was sent: the wiki checked the hash of the text.
fn published(page: &Wanted, mark: &Mark, id: String, revision: String) -> There {
    There { id, name: page.name.clone(), revision, mark: Some(mark.clone()), digest: Digest::of(&page.body), untouched: true }
}

/// Returns a page's text as the wiki stores it.
fn stored(mark: &Mark, body: &str) -> String {
    normalise(&mark.stored(body))
}

/// Returns the ledger so that nothing in it is markup; `<pre>` shows entities as what they are.
fn ledger_text(text: &str) -> String {
    text.trim_end().replace('&', "&amp;").replace('<', "&lt;").replace('[', "&#91;").replace('{', "&#123;").replace('~', "&#126;")
}

fn read_ledger(stored: &str) -> Option<Ledger> {
    let text = stored.strip_prefix(LEDGER_HEAD)?.strip_suffix(LEDGER_TAIL)?;
    let text = text.replace("&#126;", "~").replace("&#123;", "{").replace("&#91;", "[").replace("&lt;", "<").replace("&amp;", "&");
    Ledger::from_text(&format!("{text}\n"))
}

fn names(ledger: &Ledger, title: &str) -> bool {
    ledger.pages.values().any(|entry| entry.name == title)
}

fn seen(page: &Value) -> Option<Seen> {
    let revision = page["revisions"].get(0)?;
    Some(Seen {
        id: page["pageid"].to_string(),
        title: text(&page["title"]).to_owned(),
        revision: revision["revid"].to_string(),
        sha1: text(&revision["sha1"]).to_owned(),
        is_redirect: page["redirect"] == true,
    })
}

fn there(seen: &Seen, stored: &str) -> There {
    let (body, mark) = Mark::split(stored);
    There {
        id: seen.id.clone(),
        name: seen.title.clone(),
        revision: seen.revision.clone(),
        mark,
        digest: Digest::of(&body),
        untouched: true,
    }
}

/// Returns the text of a page's newest revision.
fn content(page: &Value) -> &str {
    text(&page["revisions"][0]["slots"]["main"]["content"])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::LedgerEntry;

    #[test]
    fn a_ledger_is_read_from_its_page_as_it_was_written() {
        let entry = LedgerEntry { name: "Log/a & b \"c\" '' ~".to_owned(), body: Digest::of("x") };
        let ledger = Ledger { pages: [("incident/a".to_owned(), entry)].into() };
        let stored = format!("{LEDGER_HEAD}{}{LEDGER_TAIL}", ledger_text(&ledger.to_text()));
        assert_eq!(read_ledger(&stored), Some(ledger));
        assert!(!stored.contains('[') && !stored.contains("~~~"));
        assert_eq!(read_ledger(&stored.replace("Log", "Lag")), None);
    }
}
