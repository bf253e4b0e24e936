//! The site from memory, with live reload: pages are made when they are asked for, and nothing is written to disk.
//!
//! One thread watches and builds, a few answer requests, and each open page has one that tells it of changes. They share nothing but
//! the current build behind an `Arc`, which is cloned and let go of before anything is sent.
//!
//! tiny_http accepts connections without bound and without a limit on the length of headers; that is why the server listens on the
//! loopback address unless asked otherwise.

mod current;
mod http;
mod listen;
mod poll;
mod reload;
mod small_pages;
mod watch;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, mpsc::channel},
    time::{Duration, Instant, SystemTime},
};

pub(crate) use watch::{Change, RENEW_EVERY, Watch};

use current::{Current, Live};
use http::Hosts;
use small_pages::SmallPages;

use crate::{
    config::{self, Overrides, Settings},
    diag::{Diagnostic, Error, Result, Texts},
    pipeline::{Build, NoProgress},
};

/// What `serve` is asked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the site.
    pub dir: PathBuf,
    /// What the command line and the environment say.
    pub overrides: Overrides,
    /// The address to listen on.
    pub hostname: String,
    /// The port; `None`: 3000, or the next that is free.
    pub port: Option<u16>,
    /// Whether to look for changes instead of being told.
    pub poll: bool,
}

/// What `serve` tells while it runs.
pub enum Event<'a> {
    /// The site can be looked at.
    Ready {
        /// Its address.
        url: &'a str,
        /// Whether others on the network can read it.
        is_open: bool,
        /// The port that was taken, where another was asked for.
        taken: Option<u16>,
    },
    /// The site was built again.
    Rebuilt {
        /// What it is now.
        build: &'a Build,
        /// What it was.
        before: &'a Build,
        /// How long it took.
        took: Duration,
    },
    /// The configuration or the theme is broken; the last good site stays up.
    Broken(&'a [Diagnostic], &'a Texts),
    /// The site cannot be built; the last good site stays up.
    Failed(&'a Error),
    /// Something to know.
    Notice(&'a str),
}

/// Loads the configuration and builds; what is broken is told as an event, once for `serve` and `watch`.
pub(crate) enum Attempt {
    /// A site.
    Built(Box<Build>),
    /// Diagnostics that stand in the way.
    Broken(Vec<Diagnostic>, Texts),
    /// Something else stands in the way.
    Failed(Error),
}

/// Tries to build the site again after changes at the paths `touched`.
pub(crate) fn attempt(dir: &Path, overrides: &Overrides, previous: &Build, touched: &BTreeSet<PathBuf>) -> Attempt {
    let loaded = match config::load(dir, overrides) {
        Ok(loaded) => loaded,
        Err(error) => return Attempt::Failed(error),
    };
    if loaded.is_broken() {
        let mut texts = Texts::new(dir, dir);
        texts.add_other("book.toml".into(), loaded.text.as_str().into());
        return Attempt::Broken(loaded.diagnostics, texts);
    }
    let build = match previous.update(&loaded.settings, touched) {
        Some(build) => build,
        None => match Build::run(loaded.settings, Some(previous), &NoProgress) {
            Ok(build) => build,
            Err(error) => return Attempt::Failed(error),
        },
    };
    let broken = build.theme_errors();
    if broken.is_empty() {
        return Attempt::Built(Box::new(build));
    }
    let texts = build.texts_of(&broken);
    Attempt::Broken(broken, texts)
}

/// Serves the site of `settings` until the user stops it. `stop` is given what stops it.
pub fn serve(options: &Options, settings: Settings, tell: &dyn Fn(Event<'_>), on_stop: impl FnOnce(Box<dyn Fn() + Send>)) -> Result<()> {
    let pages = SmallPages::ask();
    // Who connects from now on waits for the first page; a port that is taken is told before all is read.
    let (listener, taken) = listen::bind(&options.hostname, options.port)?;
    let address = listener.local_addr().map_err(|cause| Error::new(format!("cannot listen on {}: {cause}", options.hostname)))?;
    let is_open = !address.ip().is_loopback();
    let hosts = Hosts { hostname: options.hostname.clone(), is_open };
    let (changes, receiver) = channel();
    let stop = changes.clone();
    let began = SystemTime::now();
    // What changes while it is read is read again. The system would tell of every file that we read, so it is asked later.
    let poll = options.poll.then(|| Watch::start(&settings, true, changes.clone())).transpose()?;
    let live = Arc::new(Live::new(Arc::new(Build::run_for_home(settings)?)));
    on_stop(Box::new(move || {
        // Where nobody receives, we have stopped already.
        let _ = stop.send(Change::Stop);
    }));
    listen::answer(listener, live.clone(), hosts);
    let mut watch = match poll {
        Some(watch) => watch,
        None => {
            let current = live.current();
            let watch = Watch::start(current.settings(), false, changes)?;
            watch.look_back(current.settings(), began);
            watch
        }
    };
    let url = format!("http://{address}{}", live.current().base());
    pages.pause(|| tell(Event::Ready { url: &url, is_open, taken }));
    loop {
        match receiver.recv_timeout(RENEW_EVERY) {
            Ok(Change::Files(touched)) => rebuild(options, &live, &mut watch, &touched, tell),
            Ok(Change::NoMoreWatches) => watch.look_instead().unwrap_or_else(|error| tell(Event::Failed(&error))),
            Ok(Change::Notice(text)) => tell(Event::Notice(&text)),
            Ok(Change::Stop) | Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return Ok(()),
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => watch.renew(),
        }
    }
}

fn rebuild(options: &Options, live: &Live, watch: &mut Watch, touched: &BTreeSet<PathBuf>, tell: &dyn Fn(Event<'_>)) {
    let began = Instant::now();
    let before = live.current();
    match attempt(&options.dir, &options.overrides, before.build(), touched) {
        Attempt::Built(build) if build.is_same_as(before.build()) && before.trouble().is_none() => {}
        Attempt::Built(build) => {
            let build = Arc::new(*build);
            if let Err(error) = watch.follow(build.site().settings()) {
                tell(Event::Failed(&error));
            }
            live.publish(build.clone(), None);
            tell(Event::Rebuilt { build: &build, before: before.build(), took: began.elapsed() });
        }
        Attempt::Broken(diagnostics, texts) => {
            tell(Event::Broken(&diagnostics, &texts));
            live.publish(before.shared_build(), Some(current::plain(&diagnostics, &texts)));
        }
        Attempt::Failed(error) => {
            tell(Event::Failed(&error));
            live.publish(before.shared_build(), Some(vec![current::describe(&error)]));
        }
    }
}
