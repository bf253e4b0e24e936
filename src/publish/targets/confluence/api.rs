//! What publishing needs of a Confluence, and what both of its APIs share: Cloud's v2 and Data Center's v1 speak of the same things in
//! other words.

use std::rc::Rc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Edition, Remote, cloud::Cloud, data_center::DataCenter};
use crate::publish::{
    Fault, Patience,
    http::{self, Answer, Call, Client, Effect, FilePart},
};

/// How many things one answer may hold.
pub(super) const LIMIT: usize = 250;
/// How many parts of one answer are asked for.
pub(super) const MAX_PARTS: usize = 400;
/// What the history of a page says of our versions.
pub(super) const MESSAGE: &str = "Published from the archive of incidents";

/// A page as the server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) version: u64,
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

/// The pages of one space. What is sent is sorted as in [`http`]; a title or version that somebody else was faster with is
/// [`Fault::Raced`].
pub(super) trait Api {
    /// Makes sure that there is the space and that we may see it.
    fn open_space(&mut self) -> Result<(), Fault>;

    /// Returns the page with that title.
    fn find(&mut self, title: &str) -> Result<Option<Page>, Fault>;

    /// Returns at least those of the pages that are there, without their bodies; pages that were not asked for may be among them.
    fn versions(&mut self, ids: &[String]) -> Result<Vec<Page>, Fault>;

    /// Whether [`Api::versions`] returns every page of the space.
    fn lists_whole_space(&self) -> bool;

    /// Returns a page with its body.
    fn read(&mut self, id: &str) -> Result<Option<Page>, Fault>;

    /// Returns the body that a page had in an old version.
    fn read_version(&mut self, id: &str, version: u64) -> Result<Option<String>, Fault>;

    /// Makes a page.
    fn create(&mut self, parent: Option<&str>, title: &str, body: &str) -> Result<Page, Fault>;

    /// Replaces a page that is still as it was seen; it stays where it stands.
    fn update(&mut self, there: &Page, title: &str, body: &str) -> Result<Page, Fault>;

    /// Puts a page into the trash.
    fn trash(&mut self, id: &str) -> Result<(), Fault>;

    /// Returns the properties of a page.
    fn properties(&mut self, page: &str) -> Result<Vec<Property>, Fault>;

    /// Returns one property of a page.
    fn property(&mut self, page: &str, key: &str) -> Result<Option<Property>, Fault>;

    /// Sets a property; `known` is the one that is there.
    fn set_property(&mut self, page: &str, key: &str, value: &Value, known: Option<&Property>) -> Result<Property, Fault>;

    /// Returns whether a page has comments in its text that are not resolved: an update would drop their places.
    fn has_open_comments(&mut self, page: &str) -> Result<bool, Fault>;

    /// Returns the labels of a page.
    fn labels(&mut self, page: &str) -> Result<Vec<String>, Fault>;

    /// Returns whether a page has a file of that name.
    fn has_file(&mut self, page: &str, name: &str) -> Result<bool, Fault>;

    /// Returns the session, for what both APIs have alike.
    fn session(&mut self) -> &mut Session;

    /// Adds labels; those that are there stay.
    fn add_labels(&mut self, page: &str, labels: &[&str]) -> Result<(), Fault> {
        let request = json!(labels.iter().map(|name| json!({"prefix": "global", "name": name})).collect::<Vec<_>>());
        let session = self.session();
        // Adding what is there does nothing, so it may be sent again.
        let answer = session.call("POST", &format!("/rest/api/content/{page}/label"), &Body::Json(&request), Effect::Reads)?;
        session.done(&answer)
    }

    /// Adds a file to a page that has none of that name.
    fn upload(&mut self, page: &str, file: &FilePart<'_>) -> Result<(), Fault> {
        let session = self.session();
        let answer = session.call("POST", &format!("/rest/api/content/{page}/child/attachment"), &Body::File(file), Effect::Writes)?;
        session.done(&answer)
    }
}

/// Returns the API of a site.
pub(super) fn connect(remote: Rc<Remote>, patience: Rc<Patience>) -> Result<Box<dyn Api>, Fault> {
    let edition = remote.edition;
    let session = Session::new(remote, patience)?;
    let mut api: Box<dyn Api> = match edition {
        Edition::Cloud => Box::new(Cloud::new(session)),
        Edition::DataCenter => Box::new(DataCenter::new(session)),
    };
    api.open_space()?;
    Ok(api)
}

/// Requests to one site.
pub(super) struct Session {
    client: Client,
    pub(super) remote: Rc<Remote>,
    pub(super) patience: Rc<Patience>,
}

/// What a request brings along.
pub(super) enum Body<'a> {
    None,
    Json(&'a Value),
    File(&'a FilePart<'a>),
}

impl Session {
    fn new(remote: Rc<Remote>, patience: Rc<Patience>) -> Result<Self, Fault> {
        let client = Client::new(&remote.base, Some(remote.authorization.clone()), patience.clone()).map_err(Fault::Stop)?;
        Ok(Self { client, remote, patience })
    }

    /// Asks; `None` where there is no such thing.
    pub(super) fn get(&mut self, path: &str) -> Result<Option<Value>, Fault> {
        let answer = self.call("GET", path, &Body::None, Effect::Reads)?;
        if answer.status == 404 { Ok(None) } else { self.json(&answer).map(Some) }
    }

    pub(super) fn call(&mut self, method: &'static str, path: &str, body: &Body<'_>, effect: Effect) -> Result<Answer, Fault> {
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

    pub(super) fn json(&self, answer: &Answer) -> Result<Value, Fault> {
        self.done(answer)?;
        answer.json().ok_or_else(|| Fault::Stop(format!("{} answered no JSON: {}", self.remote.base, answer.quote())))
    }

    /// Returns the page that was made. The server says 400 for a title that is taken, as it does for a body that it cannot read.
    pub(super) fn made_page(&self, title: &str, answer: &Answer) -> Result<Page, Fault> {
        if answer.status == 409 || answer.status == 400 && answer.quote().to_lowercase().contains("title") {
            return Err(Fault::Raced(format!("`{title}`: {}", answer.quote())));
        }
        self.written_page(answer)
    }

    /// Returns the page that was changed.
    pub(super) fn updated_page(&self, title: &str, answer: &Answer) -> Result<Page, Fault> {
        if matches!(answer.status, 404 | 409) {
            return Err(Fault::Raced(format!("`{title}`: {}", answer.quote())));
        }
        self.written_page(answer)
    }

    fn written_page(&self, answer: &Answer) -> Result<Page, Fault> {
        page(&self.json(answer)?).ok_or_else(|| Fault::Unsure(format!("{}: no page came back", self.remote.base)))
    }

    /// Returns the property that was set; `known` is the one that was there.
    pub(super) fn written_property(&self, key: &str, answer: &Answer, known: Option<&Property>) -> Result<Property, Fault> {
        if matches!(answer.status, 404 | 409) || answer.status == 400 && known.is_none() {
            return Err(Fault::Raced(format!("the property `{key}`: {}", answer.quote())));
        }
        property(&self.json(answer)?).ok_or_else(|| Fault::Unsure(format!("the property `{key}`: no property came back")))
    }

    /// Deletes; what is gone already is done.
    pub(super) fn delete(&mut self, path: &str) -> Result<(), Fault> {
        let answer = self.call("DELETE", path, &Body::None, Effect::Writes)?;
        if answer.status == 404 { Ok(()) } else { self.done(&answer) }
    }

    /// Says that there is no such space.
    pub(super) fn no_space(&self) -> Fault {
        Fault::Stop(format!("{} has no space `{}` that we may see", self.remote.base, self.remote.space))
    }

    /// Refuses every answer but that it was done.
    pub(super) fn done(&self, answer: &Answer) -> Result<(), Fault> {
        match answer.status {
            200..=299 => Ok(()),
            status => Err(Fault::Refused(format!("{} answered {status}: {}", self.remote.base, answer.quote()))),
        }
    }
}

/// Returns a text as it stands in an address.
pub(super) fn encoded(text: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, KEPT).to_string()
}

/// Returns an id, which v2 has as text and v1 as a number.
pub(super) fn id_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|id| id.to_string()))
}

/// Reads a page.
pub(super) fn page(value: &Value) -> Option<Page> {
    Some(Page {
        id: id_of(&value["id"])?,
        title: value["title"].as_str()?.to_owned(),
        version: value["version"]["number"].as_u64()?,
        is_current: value["status"].as_str().is_none_or(|status| status == "current"),
        body: value["body"]["storage"]["value"].as_str().map(str::to_owned),
    })
}

/// Reads a property.
pub(super) fn property(value: &Value) -> Option<Property> {
    Some(Property {
        id: id_of(&value["id"])?,
        key: value["key"].as_str()?.to_owned(),
        value: value["value"].clone(),
        version: value["version"]["number"].as_u64()?,
    })
}
