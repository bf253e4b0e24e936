//! Confluence Cloud: the REST API v2 (<https://developer.atlassian.com/cloud/confluence/rest/v2/>), which knows spaces by number, and
//! v1 where v2 has nothing: uploads and adding labels.

use serde_json::{Value, json};

use super::api::{Api, Body, LIMIT, MAX_PARTS, MESSAGE, Page, Property, Session, encoded, id_of, page, property};
use crate::publish::{Fault, http::Effect};

/// A site in the vendor's cloud.
pub(super) struct Cloud {
    session: Session,
    /// The id of the space.
    space: String,
}

impl Cloud {
    pub(super) fn new(session: Session) -> Self {
        Self { session, space: String::new() }
    }

    /// Asks for a list, and for its further parts.
    fn list(&mut self, path: &str) -> Result<Vec<Value>, Fault> {
        let mut path = path.to_owned();
        let mut found = Vec::new();
        for _ in 0..MAX_PARTS {
            let Some(mut json) = self.session.get(&path)? else { return Ok(found) };
            if let Some(part) = json["results"].as_array_mut() {
                found.append(part);
            }
            // The address of the next part begins with the path of the site.
            match json["_links"]["next"].as_str() {
                Some(next) => path = next[next.find("/api/").unwrap_or(0)..].to_owned(),
                None => return Ok(found),
            }
        }
        Err(Fault::Stop(format!("{}: a list does not end", self.session.remote.base)))
    }
}

impl Api for Cloud {
    fn open_space(&mut self) -> Result<(), Fault> {
        let key = encoded(&self.session.remote.space);
        let found = self.list(&format!("/api/v2/spaces?keys={key}&status=current"))?;
        let missing = || self.session.no_space();
        self.space = found.first().and_then(|space| id_of(&space["id"])).ok_or_else(missing)?;
        Ok(())
    }

    fn find(&mut self, title: &str) -> Result<Option<Page>, Fault> {
        let found = self.list(&format!("/api/v2/pages?space-id={}&title={}&status=current", self.space, encoded(title)))?;
        Ok(found.iter().find_map(page))
    }

    fn versions(&mut self, ids: &[String]) -> Result<Vec<Page>, Fault> {
        let mut pages = Vec::new();
        for part in ids.chunks(LIMIT) {
            let ids: Vec<String> = part.iter().map(|id| format!("id={}", encoded(id))).collect();
            let found = self.list(&format!("/api/v2/pages?{}&status=current&limit={LIMIT}", ids.join("&")))?;
            pages.extend(found.iter().filter_map(page));
        }
        Ok(pages)
    }

    fn lists_whole_space(&self) -> bool {
        false
    }

    fn read(&mut self, id: &str) -> Result<Option<Page>, Fault> {
        let found = self.session.get(&format!("/api/v2/pages/{id}?body-format=storage"))?;
        Ok(found.as_ref().and_then(page).filter(|page| page.is_current))
    }

    fn read_version(&mut self, id: &str, version: u64) -> Result<Option<String>, Fault> {
        let found = self.session.get(&format!("/api/v2/pages/{id}?body-format=storage&version={version}"))?;
        Ok(found.as_ref().and_then(page).and_then(|page| page.body))
    }

    fn create(&mut self, parent: Option<&str>, title: &str, body: &str) -> Result<Page, Fault> {
        let mut request = json!({
            "spaceId": self.space, "status": "current", "title": title, "body": {"representation": "storage", "value": body},
        });
        if let Some(parent) = parent {
            request["parentId"] = json!(parent);
        }
        let answer = self.session.call("POST", "/api/v2/pages", &Body::Json(&request), Effect::Writes)?;
        self.session.made_page(title, &answer)
    }

    fn update(&mut self, there: &Page, title: &str, body: &str) -> Result<Page, Fault> {
        let request = json!({
            "id": there.id, "status": "current", "title": title, "body": {"representation": "storage", "value": body},
            "version": {"number": there.version + 1, "message": MESSAGE},
        });
        let answer = self.session.call("PUT", &format!("/api/v2/pages/{}", there.id), &Body::Json(&request), Effect::Writes)?;
        self.session.updated_page(title, &answer)
    }

    fn trash(&mut self, id: &str) -> Result<(), Fault> {
        self.session.delete(&format!("/api/v2/pages/{id}"))
    }

    fn properties(&mut self, page: &str) -> Result<Vec<Property>, Fault> {
        let found = self.list(&format!("/api/v2/pages/{page}/properties?limit={LIMIT}"))?;
        Ok(found.iter().filter_map(property).collect())
    }

    fn property(&mut self, page: &str, key: &str) -> Result<Option<Property>, Fault> {
        let found = self.list(&format!("/api/v2/pages/{page}/properties?limit={LIMIT}&key={}", encoded(key)))?;
        Ok(found.iter().filter_map(property).find(|property| property.key == key))
    }

    fn set_property(&mut self, page: &str, key: &str, value: &Value, known: Option<&Property>) -> Result<Property, Fault> {
        let path = format!("/api/v2/pages/{page}/properties");
        let answer = match known {
            None => self.session.call("POST", &path, &Body::Json(&json!({"key": key, "value": value})), Effect::Writes)?,
            Some(known) => {
                let request = json!({"key": key, "value": value, "version": {"number": known.version + 1, "message": ""}});
                self.session.call("PUT", &format!("{path}/{}", known.id), &Body::Json(&request), Effect::Writes)?
            }
        };
        self.session.written_property(key, &answer, known)
    }

    fn has_open_comments(&mut self, page: &str) -> Result<bool, Fault> {
        let found = self.session.get(&format!("/api/v2/pages/{page}/inline-comments?resolution-status=open&limit=1"))?;
        Ok(found.is_some_and(|found| found["results"].as_array().is_some_and(|comments| !comments.is_empty())))
    }

    fn labels(&mut self, page: &str) -> Result<Vec<String>, Fault> {
        let found = self.list(&format!("/api/v2/pages/{page}/labels?limit={LIMIT}"))?;
        Ok(found.iter().filter_map(|label| label["name"].as_str().map(str::to_owned)).collect())
    }

    fn has_file(&mut self, page: &str, name: &str) -> Result<bool, Fault> {
        Ok(!self.list(&format!("/api/v2/pages/{page}/attachments?filename={}&limit=1", encoded(name)))?.is_empty())
    }

    fn session(&mut self) -> &mut Session {
        &mut self.session
    }
}
