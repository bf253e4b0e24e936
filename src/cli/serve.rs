//! `serve`: the site in the browser while it is written.

use std::{cell::Cell, time::Duration};

use super::{
    Outcome,
    args::ServeArgs,
    open, site,
    terminal::{Style, plural, print_diagnostics, print_error, say, style, tally_words},
};
use crate::{
    diag::{Error, Result},
    pipeline::Build,
    serve::{self, Event, Options},
};

pub(super) fn run(args: &ServeArgs) -> Result<Outcome> {
    let overrides = site::overrides(args.site.as_of, None)?;
    let settings = site::load_dir(&args.site.dir, &overrides)?;
    let options = Options { dir: args.site.dir.clone(), overrides, hostname: args.hostname.clone(), port: args.port, poll: args.poll };
    let opened = Cell::new(false);
    let tell = |event: Event<'_>| {
        if let Event::Ready { url, .. } = &event
            && args.open
            && !opened.replace(true)
            && let Err(error) = open::open_url(url)
        {
            print_error(&error);
        }
        report(event);
    };
    let mut problem = None;
    serve::serve(&options, settings, &tell, |stop| problem = on_interrupt(stop).err())?;
    problem.map_or(Ok(Outcome::Done), Err)
}

/// Calls `stop` when the user asks to stop; asked twice, the process ends at once.
pub(super) fn on_interrupt(stop: Box<dyn Fn() + Send>) -> Result<()> {
    ctrlc::set_handler(stop).map_err(|cause| Error::new(format!("cannot wait for Ctrl-C: {cause}")))
}

/// Tells on the terminal what happened.
pub(super) fn report(event: Event<'_>) {
    match event {
        Event::Ready { url, is_open, taken } => {
            if let Some(port) = taken {
                say(&format!("port {port} is taken"));
            }
            say(&format!("serving at {}", style(url, Style::Bold)));
            if is_open {
                say(&format!("{} everyone who can reach this machine can read the site", style("warning:", Style::Error)));
            }
            say("press Ctrl-C to stop");
        }
        Event::Rebuilt { build, before, took } => {
            say(&rebuilt_line(build, before, took));
            let fresh = build.new_diagnostics(before);
            print_diagnostics(&fresh, &build.texts_of(&fresh));
        }
        Event::Broken(diagnostics, texts) => {
            print_diagnostics(diagnostics, texts);
            say("the site stays as it was until this is mended");
        }
        Event::Failed(error) => {
            print_error(error);
            say("the site stays as it was until this is mended");
        }
        Event::Notice(text) => say(&format!("{} {text}", style("note:", Style::Help))),
    }
}

fn rebuilt_line(build: &Build, before: &Build, took: Duration) -> String {
    let changed = build.changed_files(before);
    let what = match changed.as_slice() {
        [] => "settings or theme".to_owned(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {}", plural(rest.len(), "other")),
    };
    let words = tally_words(build.tally()).map(|words| format!("; {words}")).unwrap_or_default();
    format!("{what} changed: built again in {} ms{words}", took.as_millis())
}
