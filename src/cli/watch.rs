//! `watch`: the site on disk, built again on every change.

use std::{sync::mpsc::channel, time::Instant};

use super::{
    Outcome,
    args::WatchArgs,
    build, open,
    serve::{on_interrupt, report},
    site,
    terminal::{Bar, print_error, say},
};
use crate::{
    diag::Result,
    pipeline::Build,
    serve::{Attempt, Change, Event, RENEW_EVERY, Watch, attempt},
};

pub(super) fn run(args: &WatchArgs) -> Result<Outcome> {
    let overrides = site::overrides(args.site.as_of, args.dest_dir.as_deref())?;
    let settings = site::load_dir(&args.site.dir, &overrides)?;
    let (changes, receiver) = channel();
    let stop = changes.clone();
    on_interrupt(Box::new(move || {
        // Where nobody receives, we have stopped already.
        let _ = stop.send(Change::Stop);
    }))?;
    let mut watch = Watch::start(&settings, args.poll, changes)?;
    let mut current = build::build_once(settings)?;
    if args.open {
        open::open_file(&current.site().settings().output_dir.join("index.html"))?;
    }
    say("waiting for changes; press Ctrl-C to stop");
    loop {
        match receiver.recv_timeout(RENEW_EVERY) {
            Ok(Change::Files(touched)) => {
                let began = Instant::now();
                match attempt(&args.site.dir, &overrides, &current, &touched) {
                    Attempt::Built(build) if build.is_same_as(&current) => {}
                    Attempt::Built(build) => {
                        if let Err(error) = watch.follow(build.site().settings()) {
                            print_error(&error);
                        }
                        write(&build, &current, began);
                        current = *build;
                    }
                    Attempt::Broken(diagnostics, texts) => report(Event::Broken(&diagnostics, &texts)),
                    Attempt::Failed(error) => report(Event::Failed(&error)),
                }
            }
            Ok(Change::NoMoreWatches) => watch.look_instead().unwrap_or_else(|error| print_error(&error)),
            Ok(Change::Notice(text)) => report(Event::Notice(&text)),
            Ok(Change::Stop) | Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return Ok(Outcome::Done),
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => watch.renew(),
        }
    }
}

fn write(build: &Build, before: &Build, began: Instant) {
    match build::write(build, &Bar::default()) {
        Ok(summary) => {
            report(Event::Rebuilt { build, before, took: began.elapsed() });
            say(&format!("{} written, {} unchanged, {} deleted", summary.written, summary.unchanged, summary.deleted));
        }
        Err(error) => report(Event::Failed(&error)),
    }
}
