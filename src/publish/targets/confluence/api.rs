//! The calls of the REST API (<https://developer.atlassian.com/cloud/confluence/rest/v2/>) that publishing needs.

use std::rc::Rc;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::Remote;
use crate::publish::{
    Fault, Patience,
    http::{self, Answer, Call, Client, Effect, FilePart},
};

/// How many things one answer may hold.
const LIMIT: usize = 250;
/// How many parts of one answer are asked for.
const MAX_PARTS: usize = 400;

/// A page as the server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) version: u64,
    pub(super) parent: Option<String>,
    pub(super) is_current: bool,
    /// Its storage format, where it was asked for.
    pub(super) body: Option<String>,
}

/// A content property.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Property {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) value: Value,
    pub(super) version: u64,
}

/// The API of one site.
pub(super) struct Api {
    client: Client,
    remote: Rc<Remote>,
    patience: Rc<Patience>,
}

/// What a request brings along.
enum Body<'a> {
    None,
    Json(&'a Value),
    File(&'a FilePart<'a>),
}

impl Api {
    pub(super) fn new(remote: Rc<Remote>, patience: Rc<Patience>) -> Result<Self, Fault> {
        let client = Client::new(&remote.base, Some(remote.authorization.clone()), patience.clone()).map_err(Fault::Stop)?;
        Ok(Self { client, remote, patience })
    }

    /// Returns the id of the space.
    pub(super) fn space(&mut self) -> Result<String, Fault> {
        let key = encoded(&self.remote.space);
        let found = self.list(&format!("/api/v2/spaces?keys={key}&status=current"))?;
        let missing = || Fault::Stop(format!("{} has no space `{}` that we may see", self.remote.base, self.remote.space));
        found.first().and_then(|space| id_of(&space["id"])).ok_or_else(missing)
    }

    /// Returns the page with that title.
    pub(super) fn find(&mut self, space: &str, title: &str) -> Result<Option<Page>, Fault> {
        let found = self.list(&format!("/api/v2/pages?space-id={space}&title={}&status=current", encoded(title)))?;
        Ok(found.iter().find_map(page))
    }

    /// Returns those of the pages that are there, without their bodies.
    pub(super) fn versions(&mut self, ids: &[String]) -> Result<Vec<Page>, Fault> {
        let mut pages = Vec::new();
        for part in ids.chunks(LIMIT) {
            let ids: Vec<String> = part.iter().map(|id| format!("id={}", encoded(id))).collect();
            let found = self.list(&format!("/api/v2/pages?{}&status=current", ids.join("&")))?;
            pages.extend(found.iter().filter_map(page));
        }
        Ok(pages)
    }

    /// Returns a page with its body.
    pub(super) fn read(&mut self, id: &str) -> Result<Option<Page>, Fault> {
        let answer = self.call("GET", &format!("/api/v2/pages/{id}?body-format=storage"), &Body::None, Effect::Reads)?;
        if answer.status == 404 {
            return Ok(None);
        }
        Ok(page(&self.json(&answer)?).filter(|page| page.is_current))
    }

    pub(super) fn create(&mut self, space: &str, parent: Option<&str>, title: &str, body: &str) -> Result<Page, Fault> {
        let mut request = json!({
            "spaceId": space, "status": "current", "title": title, "body": {"representation": "storage", "value": body},
        });
        if let Some(parent) = parent {
            request["parentId"] = json!(parent);
        }
        let answer = self.call("POST", "/api/v2/pages", &Body::Json(&request), Effect::Writes)?;
        // The server says 400 for a title that is taken, as it does for a body that it cannot read.
        if answer.status == 400 && answer.quote().to_lowercase().contains("title") {
            return Err(Fault::Raced(format!("`{title}`: {}", answer.quote())));
        }
        self.written_page(&answer)
    }

    pub(super) fn update(&mut self, there: &Page, title: &str, parent: Option<&str>, body: &str) -> Result<Page, Fault> {
        let mut request = json!({
            "id": there.id, "status": "current", "title": title, "body": {"representation": "storage", "value": body},
            "version": {"number": there.version + 1, "message": "Published from the archive of incidents"},
        });
        if let Some(parent) = parent {
            request["parentId"] = json!(parent);
        }
        let answer = self.call("PUT", &format!("/api/v2/pages/{}", there.id), &Body::Json(&request), Effect::Writes)?;
        if matches!(answer.status, 404 | 409) {
            return Err(Fault::Raced(format!("`{title}`: {}", answer.quote())));
        }
        self.written_page(&answer)
    }

    /// Puts a page into the trash.
    pub(super) fn trash(&mut self, id: &str) -> Result<(), Fault> {
        let answer = self.call("DELETE", &format!("/api/v2/pages/{id}"), &Body::None, Effect::Writes)?;
        if answer.status == 404 { Ok(()) } else { self.done(&answer) }
    }

    /// Returns the properties of a page; all, or the one with that key.
    pub(super) fn properties(&mut self, page: &str, key: Option<&str>) -> Result<Vec<Property>, Fault> {
        let key = key.map_or_else(String::new, |key| format!("&key={}", encoded(key)));
        let found = self.list(&format!("/api/v2/pages/{page}/properties?limit={LIMIT}{key}"))?;
        Ok(found.iter().filter_map(property).collect())
    }

    /// Sets a property; `known` is the one that is there.
    pub(super) fn set_property(&mut self, page: &str, key: &str, value: &Value, known: Option<&Property>) -> Result<Property, Fault> {
        let answer = match known {
            None => {
                let request = json!({"key": key, "value": value});
                self.call("POST", &format!("/api/v2/pages/{page}/properties"), &Body::Json(&request), Effect::Writes)?
            }
            Some(known) => {
                let request = json!({"key": key, "value": value, "version": {"number": known.version + 1, "message": ""}});
                let path = format!("/api/v2/pages/{page}/properties/{}", known.id);
                self.call("PUT", &path, &Body::Json(&request), Effect::Writes)?
            }
        };
        if answer.status == 409 || answer.status == 400 && known.is_none() {
            return Err(Fault::Raced(format!("the property `{key}`: {}", answer.quote())));
        }
        property(&self.json(&answer)?).ok_or_else(|| Fault::Unsure(format!("the property `{key}`: no property came back")))
    }

    /// Returns whether a page has comments in its text that are not resolved: an update would drop their places.
    pub(super) fn has_open_comments(&mut self, page: &str) -> Result<bool, Fault> {
        Ok(!self.list(&format!("/api/v2/pages/{page}/inline-comments?resolution-status=open&limit=1"))?.is_empty())
    }

    /// Returns the labels of a page.
    pub(super) fn labels(&mut self, page: &str) -> Result<Vec<String>, Fault> {
        let found = self.list(&format!("/api/v2/pages/{page}/labels?limit={LIMIT}"))?;
        Ok(found.iter().filter_map(|label| label["name"].as_str().map(str::to_owned)).collect())
    }

    /// Adds labels; those that are there stay.
    pub(super) fn add_labels(&mut self, page: &str, labels: &[&str]) -> Result<(), Fault> {
        let request = json!(labels.iter().map(|name| json!({"prefix": "global", "name": name})).collect::<Vec<_>>());
        // Adding what is there does nothing, so it may be sent again.
        let answer = self.call("POST", &format!("/rest/api/content/{page}/label"), &Body::Json(&request), Effect::Reads)?;
        self.done(&answer)
    }

    /// Returns whether a page has a file of that name.
    pub(super) fn has_file(&mut self, page: &str, name: &str) -> Result<bool, Fault> {
        Ok(!self.list(&format!("/api/v2/pages/{page}/attachments?filename={}&limit=1", encoded(name)))?.is_empty())
    }

    pub(super) fn upload(&mut self, page: &str, file: &FilePart<'_>) -> Result<(), Fault> {
        let answer = self.call("POST", &format!("/rest/api/content/{page}/child/attachment"), &Body::File(file), Effect::Writes)?;
        self.done(&answer)
    }

    /// Asks for a list, and for its further parts.
    fn list(&mut self, path: &str) -> Result<Vec<Value>, Fault> {
        let mut path = path.to_owned();
        let mut found = Vec::new();
        for _ in 0..MAX_PARTS {
            let answer = self.call("GET", &path, &Body::None, Effect::Reads)?;
            let mut json = self.json(&answer)?;
            if let Some(part) = json["results"].as_array_mut() {
                found.append(part);
            }
            // The address of the next part begins with the path of the site.
            match json["_links"]["next"].as_str() {
                Some(next) => path = next[next.find("/api/").unwrap_or(0)..].to_owned(),
                None => return Ok(found),
            }
        }
        Err(Fault::Stop(format!("{}: a list does not end", self.remote.base)))
    }

    fn call(&mut self, method: &'static str, path: &str, body: &Body<'_>, effect: Effect) -> Result<Answer, Fault> {
        let patience = self.patience.clone();
        let url = format!("{}{path}", self.remote.base);
        let sent = patience.insist(|| {
            let mut headers = vec![("accept", "application/json".to_owned())];
            let (mime, bytes) = match body {
                Body::None => (String::new(), Vec::new()),
                Body::Json(json) => ("application/json".to_owned(), json.to_string().into_bytes()),
                Body::File(file) => {
                    headers.push(("x-atlassian-token", "no-check".to_owned()));
                    http::multipart(&[("minorEdit", "true")], file)
                }
            };
            let body = (!mime.is_empty()).then_some((mime, bytes.as_slice()));
            self.client.send(&Call { method, url: url.clone(), headers, body, effect })
        });
        match sent {
            // There is no session that could be begun again.
            Err(Fault::Login(message)) => Err(Fault::Stop(format!("{message}; the user or the token is wrong, or the token has expired"))),
            other => other,
        }
    }

    fn json(&self, answer: &Answer) -> Result<Value, Fault> {
        self.done(answer)?;
        answer.json().ok_or_else(|| Fault::Stop(format!("{} answered no JSON: {}", self.remote.base, answer.quote())))
    }

    fn written_page(&self, answer: &Answer) -> Result<Page, Fault> {
        page(&self.json(answer)?).ok_or_else(|| Fault::Unsure(format!("{}: no page came back", self.remote.base)))
    }

    fn done(&self, answer: &Answer) -> Result<(), Fault> {
        match answer.status {
            200..=299 => Ok(()),
            status => Err(Fault::Refused(format!("{} answered {status}: {}", self.remote.base, answer.quote()))),
        }
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Returns an id, which v2 has as text and v1 as a number.
fn id_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|id| id.to_string()))
}

fn page(value: &Value) -> Option<Page> {
    Some(Page {
        id: id_of(&value["id"])?,
        title: value["title"].as_str()?.to_owned(),
        version: value["version"]["number"].as_u64()?,
        parent: id_of(&value["parentId"]),
        is_current: value["status"].as_str().is_none_or(|status| status == "current"),
        body: value["body"]["storage"]["value"].as_str().map(str::to_owned),
    })
}

fn property(value: &Value) -> Option<Property> {
    Some(Property {
        id: id_of(&value["id"])?,
        key: value["key"].as_str()?.to_owned(),
        value: value["value"].clone(),
        version: value["version"]["number"].as_u64()?,
    })
}
