//! Confluence Data Center: the REST API v1 (<https://developer.atlassian.com/server/confluence/rest/>), which knows spaces by key,
//! the page above by the last of `ancestors`, and lists by `start` and `limit`.
//!
//! There is no question for the versions of pages by id that every release has, and the search index lags behind. So the list of the
//! space's pages is asked for: 250 pages a request, whatever they are. It also tells which titles are taken.

use serde_json::{Value, json};

use super::api::{Api, Body, LIMIT, MAX_PARTS, MESSAGE, Page, Property, Session, encoded, page, property};
use crate::publish::{Fault, http::Effect};

/// What comes with each page.
const EXPAND: &str = "expand=version";
const EXPAND_BODY: &str = "expand=body.storage,version";

/// A site on a server of its own.
pub(super) struct DataCenter {
    session: Session,
}

impl DataCenter {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    /// Asks for a list, and for its further parts; `path` has a question already.
    fn list(&mut self, path: &str) -> Result<Vec<Value>, Fault> {
        let mut found = Vec::new();
        for _ in 0..MAX_PARTS {
            let Some(mut json) = self.session.get(&format!("{path}&limit={LIMIT}&start={}", found.len()))? else { return Ok(found) };
            let Some(part) = json["results"].as_array_mut().filter(|part| !part.is_empty()) else { return Ok(found) };
            found.append(part);
            if json["_links"]["next"].as_str().is_none() {
                return Ok(found);
            }
        }
        Err(Fault::Stop(format!("{}: a list does not end", self.session.remote.base)))
    }

    fn pages_where(&mut self, more: &str) -> Result<Vec<Page>, Fault> {
        let key = encoded(&self.session.remote.space);
        let found = self.list(&format!("/rest/api/content?type=page&spaceKey={key}&{EXPAND}{more}"))?;
        Ok(found.iter().filter_map(page).filter(|page| page.is_current).collect())
    }
}

impl Api for DataCenter {
    fn open_space(&mut self) -> Result<(), Fault> {
        let key = encoded(&self.session.remote.space);
        let found = self.session.get(&format!("/rest/api/space/{key}"))?;
        found.map(drop).ok_or_else(|| self.session.no_space())
    }

    fn find(&mut self, title: &str) -> Result<Option<Page>, Fault> {
        Ok(self.pages_where(&format!("&title={}", encoded(title)))?.into_iter().next())
    }

    fn versions(&mut self, _: &[String]) -> Result<Vec<Page>, Fault> {
        self.pages_where("")
    }

    fn lists_whole_space(&self) -> bool {
        true
    }

    fn read(&mut self, id: &str) -> Result<Option<Page>, Fault> {
        let found = self.session.get(&format!("/rest/api/content/{id}?{EXPAND_BODY}"))?;
        Ok(found.as_ref().and_then(page).filter(|page| page.is_current))
    }

    fn read_version(&mut self, id: &str, version: u64) -> Result<Option<String>, Fault> {
        let found = self.session.get(&format!("/rest/api/content/{id}?status=historical&version={version}&{EXPAND_BODY}"))?;
        Ok(found.as_ref().and_then(page).and_then(|page| page.body))
    }

    fn create(&mut self, parent: Option<&str>, title: &str, body: &str) -> Result<Page, Fault> {
        let mut request = json!({
            "type": "page", "title": title, "space": {"key": self.session.remote.space},
            "body": {"storage": {"value": body, "representation": "storage"}},
        });
        if let Some(parent) = parent {
            request["ancestors"] = json!([{"id": parent}]);
        }
        let answer = self.session.call("POST", &format!("/rest/api/content?{EXPAND}"), &Body::Json(&request), Effect::Writes)?;
        self.session.made_page(title, &answer)
    }

    fn update(&mut self, there: &Page, title: &str, body: &str) -> Result<Page, Fault> {
        let request = json!({
            "id": there.id, "type": "page", "title": title,
            "body": {"storage": {"value": body, "representation": "storage"}},
            "version": {"number": there.version + 1, "minorEdit": false, "message": MESSAGE},
        });
        let answer = self.session.call("PUT", &format!("/rest/api/content/{}", there.id), &Body::Json(&request), Effect::Writes)?;
        self.session.updated_page(title, &answer)
    }

    fn trash(&mut self, id: &str) -> Result<(), Fault> {
        self.session.delete(&format!("/rest/api/content/{id}"))
    }

    fn properties(&mut self, page: &str) -> Result<Vec<Property>, Fault> {
        let found = self.list(&format!("/rest/api/content/{page}/property?{EXPAND}"))?;
        Ok(found.iter().filter_map(property).collect())
    }

    fn property(&mut self, page: &str, key: &str) -> Result<Option<Property>, Fault> {
        let found = self.session.get(&format!("/rest/api/content/{page}/property/{}?{EXPAND}", encoded(key)))?;
        Ok(found.as_ref().and_then(property))
    }

    fn set_property(&mut self, page: &str, key: &str, value: &Value, known: Option<&Property>) -> Result<Property, Fault> {
        let path = format!("/rest/api/content/{page}/property");
        let answer = match known {
            None => self.session.call("POST", &path, &Body::Json(&json!({"key": key, "value": value})), Effect::Writes)?,
            Some(known) => {
                let version = json!({"number": known.version + 1, "minorEdit": true});
                let request = json!({"id": known.id, "key": key, "value": value, "version": version});
                self.session.call("PUT", &format!("{path}/{}?{EXPAND}", encoded(key)), &Body::Json(&request), Effect::Writes)?
            }
        };
        self.session.written_property(key, &answer, known)
    }

    fn has_open_comments(&mut self, page: &str) -> Result<bool, Fault> {
        let path = format!("/rest/api/content/{page}/child/comment?location=inline&depth=all&expand=extensions.resolution");
        let is_open = |comment: &Value| {
            let extensions = &comment["extensions"];
            let resolution = &extensions["resolution"];
            let status = resolution["status"].as_str().or(resolution.as_str()).unwrap_or("open");
            // A server that does not know `location` gives the comments below the page too.
            extensions["location"].as_str().is_none_or(|location| location == "inline") && !matches!(status, "resolved" | "dangling")
        };
        Ok(self.list(&path)?.iter().any(is_open))
    }

    fn labels(&mut self, page: &str) -> Result<Vec<String>, Fault> {
        let found = self.list(&format!("/rest/api/content/{page}/label?prefix=global"))?;
        Ok(found.iter().filter_map(|label| label["name"].as_str().map(str::to_owned)).collect())
    }

    fn has_file(&mut self, page: &str, name: &str) -> Result<bool, Fault> {
        let found = self.session.get(&format!("/rest/api/content/{page}/child/attachment?filename={}", encoded(name)))?;
        let is_it = |file: &Value| file["title"].as_str().is_none_or(|title| title == name);
        Ok(found.is_some_and(|found| found["results"].as_array().is_some_and(|files| files.iter().any(is_it))))
    }

    fn session(&mut self) -> &mut Session {
        &mut self.session
    }
}
