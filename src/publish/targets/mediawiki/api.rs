//! The action API: login, tokens, errors (which come with status 200), and questions with more answers than fit.

use std::{rc::Rc, time::Duration};

use serde_json::Value;

use super::Remote;
use crate::publish::{
    Fault, Patience,
    http::{self, Answer, Call, Client, Effect, FilePart},
};

/// How often a read-only wiki is asked again before the run ends.
const READONLY_TRIES: u32 = 2;
/// How many parts of one answer are asked for.
const MAX_PARTS: usize = 200;

/// A session with the API.
pub(super) struct Api {
    client: Client,
    remote: Rc<Remote>,
    pub(super) patience: Rc<Patience>,
    /// The token that writes need; it lasts for the session.
    token: String,
    is_logged_in: bool,
}

/// What a request sends besides its fields.
enum Body<'a> {
    Form,
    File(&'a FilePart<'a>),
}

impl Api {
    pub(super) fn connect(remote: Rc<Remote>, patience: Rc<Patience>) -> Result<Self, Fault> {
        let client = Client::new(&remote.api, None, patience.clone()).map_err(Fault::Stop)?;
        let mut api = Self { client, remote, patience, token: String::new(), is_logged_in: false };
        api.login()?;
        Ok(api)
    }

    /// Logs in with the bot password and takes a token. What goes wrong on the way begins all over: half a login is none.
    fn login(&mut self) -> Result<(), Fault> {
        let patience = self.patience.clone();
        let mut readonly = 0;
        patience.insist(|| self.login_once(&mut readonly)).map_err(stopped_by_login)
    }

    fn login_once(&mut self, readonly: &mut u32) -> Result<(), Fault> {
        self.is_logged_in = false;
        self.client.forget_cookies();
        let mut ask = |api: &mut Self, fields: &[(&str, &str)]| api.send(fields, &Body::Form, Effect::Reads, readonly);
        let answer = ask(self, &[("action", "query"), ("meta", "tokens"), ("type", "login")])?;
        let token = answer["query"]["tokens"]["logintoken"].as_str().unwrap_or_default().to_owned();
        let remote = self.remote.clone();
        let fields =
            [("action", "login"), ("lgname", remote.user.as_str()), ("lgpassword", remote.password.reveal()), ("lgtoken", token.as_str())];
        let answer = ask(self, &fields)?;
        if answer["login"]["result"] != "Success" {
            let reason = answer["login"]["reason"].as_str().or(answer["login"]["result"].as_str()).unwrap_or("no reason given");
            let reason = reason.replace(remote.password.reveal(), "***");
            return Err(Fault::Stop(format!("{} does not let `{}` in: {reason}", remote.api, remote.user)));
        }
        self.is_logged_in = true;
        let answer = ask(self, &[("action", "query"), ("meta", "tokens"), ("type", "csrf")])?;
        self.token = answer["query"]["tokens"]["csrftoken"].as_str().unwrap_or_default().to_owned();
        Ok(())
    }

    /// Asks, and again for the parts that did not fit; `take` gets each.
    pub(super) fn query(&mut self, fields: &[(&str, &str)], take: &mut dyn FnMut(&Value)) -> Result<(), Fault> {
        let mut more: Vec<(String, String)> = Vec::new();
        for _ in 0..MAX_PARTS {
            let mut all = vec![("action", "query")];
            all.extend_from_slice(fields);
            all.extend(more.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            let answer = self.call(&all, &Body::Form, Effect::Reads)?;
            take(&answer["query"]);
            let Some(next) = answer["continue"].as_object() else { return Ok(()) };
            more =
                next.iter().map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))).collect();
        }
        Err(Fault::Stop(format!("{}: an answer does not end", self.remote.api)))
    }

    /// Asks once: what does not fit into one answer is left out.
    pub(super) fn ask(&mut self, fields: &[(&str, &str)]) -> Result<Value, Fault> {
        let mut all = vec![("action", "query")];
        all.extend_from_slice(fields);
        Ok(self.call(&all, &Body::Form, Effect::Reads)?["query"].take())
    }

    /// Has pages rendered again, which may be done any number of times.
    pub(super) fn purge(&mut self, titles: &str) -> Result<(), Fault> {
        self.call(&[("action", "purge"), ("titles", titles)], &Body::Form, Effect::Reads).map(drop)
    }

    /// Changes something; the token is added.
    pub(super) fn write(&mut self, fields: &[(&str, &str)]) -> Result<Value, Fault> {
        self.call_with_token(fields, &Body::Form)
    }

    /// Uploads a file; the token is added.
    pub(super) fn upload(&mut self, fields: &[(&str, &str)], file: &FilePart<'_>) -> Result<Value, Fault> {
        self.call_with_token(fields, &Body::File(file))
    }

    fn call_with_token(&mut self, fields: &[(&str, &str)], body: &Body<'_>) -> Result<Value, Fault> {
        for again in [true, false] {
            let token = self.token.clone();
            let mut all = fields.to_vec();
            // Last, so that a request that was cut off has none.
            all.push(("token", &token));
            match self.insist(&all, body, Effect::Writes) {
                Err(Fault::Login(_)) if again => self.login()?,
                done => return done.map_err(stopped_by_login),
            }
        }
        unreachable!("the second try returns")
    }

    fn call(&mut self, fields: &[(&str, &str)], body: &Body<'_>, effect: Effect) -> Result<Value, Fault> {
        match self.insist(fields, body, effect) {
            Err(Fault::Login(_)) => {
                self.login()?;
                self.insist(fields, body, effect).map_err(stopped_by_login)
            }
            done => done,
        }
    }

    /// Sends until the answer is anything else than to come again later.
    fn insist(&mut self, fields: &[(&str, &str)], body: &Body<'_>, effect: Effect) -> Result<Value, Fault> {
        let patience = self.patience.clone();
        let mut readonly = 0;
        patience.insist(|| self.send(fields, body, effect, &mut readonly))
    }

    fn send(&mut self, fields: &[(&str, &str)], body: &Body<'_>, effect: Effect, readonly: &mut u32) -> Result<Value, Fault> {
        // With `maxlag` the wiki asks us to wait while its databases lag behind.
        let mut all = vec![("format", "json"), ("formatversion", "2"), ("maxlag", "5")];
        if self.is_logged_in {
            all.push(("assert", "user"));
        }
        all.extend_from_slice(fields);
        let (mime, bytes) = match body {
            Body::Form => http::form(&all),
            Body::File(file) => http::multipart(&all, file),
        };
        let call = Call { method: "POST", url: self.remote.api.clone(), headers: Vec::new(), body: Some((mime, &bytes)), effect };
        let answer = self.client.send(&call)?;
        let Some(json) = answer.json() else { return Err(self.no_json(&answer, effect)) };
        match json.get("error") {
            None => Ok(json),
            Some(error) => Err(self.fault(error, &answer, effect, readonly)),
        }
    }

    fn no_json(&self, answer: &Answer, effect: Effect) -> Fault {
        let message = format!("{} answered {} and no JSON: {}", self.remote.api, answer.status, answer.quote());
        match (answer.status, effect) {
            (413, _) => Fault::Refused(message),
            // An answer that was cut in the middle: the write may have been done.
            (200, Effect::Writes) => Fault::Unsure(message),
            (200, Effect::Reads) => Fault::Later { message, after: None },
            _ => Fault::Stop(message),
        }
    }

    /// Sorts an error of the API (<https://www.mediawiki.org/wiki/API:Errors_and_warnings>).
    fn fault(&self, error: &Value, answer: &Answer, effect: Effect, readonly: &mut u32) -> Fault {
        let code = error["code"].as_str().unwrap_or("unknown");
        let info = error["readonlyreason"].as_str().or(error["info"].as_str()).unwrap_or_default();
        let message = format!("the wiki says `{code}`: {info}");
        match code {
            "maxlag" | "ratelimited" | "actionthrottledtext" => Fault::Later { message, after: answer.retry_after },
            "readonly" => {
                *readonly += 1;
                let again = *readonly < READONLY_TRIES;
                if again { Fault::Later { message, after: Some(Duration::from_millis(500)) } } else { Fault::Stop(message) }
            }
            "badtoken" | "notoken" | "assertuserfailed" | "assertbotfailed" | "assertnameduserfailed" => Fault::Login(message),
            "articleexists" | "editconflict" | "missingtitle" | "pagedeleted" | "nosuchrevid" => Fault::Raced(message),
            "blocked" | "autoblocked" | "readapidenied" | "writeapidenied" | "mustbeloggedin" => Fault::Stop(message),
            code if code.starts_with("internal_api_error") && effect == Effect::Writes => Fault::Unsure(message),
            code if code.starts_with("internal_api_error") => Fault::Later { message, after: None },
            _ => Fault::Refused(message),
        }
    }
}

/// A login that is lost twice is no longer a matter of logging in.
fn stopped_by_login(fault: Fault) -> Fault {
    match fault {
        Fault::Login(message) => Fault::Stop(message),
        other => other,
    }
}
