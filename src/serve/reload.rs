//! Telling the browsers: a stream of events for each open page, and the script that listens to it.
//!
//! Every stream has a thread and a short queue of its own, so a page that stops reading holds up nobody: its queue fills, and it is
//! dropped. The script is added while serving and is never on disk.

use std::{
    io::Write,
    sync::{
        Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Duration,
};

/// What addresses of the server itself begin with.
pub(super) const PREFIX: &str = "/__hindsite/";

/// The script that every page loads while it is served.
pub(super) const SCRIPT: &str = include_str!("reload.js");

/// How the script's own boxes look.
pub(super) const STYLE: &str = include_str!("overlay.css");

/// More pages than this are not told: a browser opens at most a few hundred.
const MOST_STREAMS: usize = 512;

/// So many events may wait for one page. Each says the same (look again), so few are enough.
const QUEUE: usize = 4;

/// A comment is sent this often, so that both ends notice when the other is gone.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// All open streams.
#[derive(Default)]
pub(super) struct Hub {
    streams: Mutex<Vec<SyncSender<String>>>,
}

impl Hub {
    /// Serves a stream on a thread of its own; `first` is sent at once.
    pub(super) fn join(&self, writer: Box<dyn Write + Send>, first: String) {
        let (sender, receiver) = sync_channel(QUEUE);
        let _ = sender.try_send(first);
        {
            let mut streams = self.streams();
            if streams.len() >= MOST_STREAMS {
                streams.remove(0);
            }
            streams.push(sender);
        }
        // Where no thread can be had, the stream is dropped, and the page tries again.
        let _ = thread::Builder::new().name("events".to_owned()).stack_size(64 * 1024).spawn(move || write_events(writer, &receiver));
    }

    /// Tells every page; those that do not listen are dropped.
    pub(super) fn tell(&self, event: &str) {
        self.streams()
            .retain(|stream| !matches!(stream.try_send(event.to_owned()), Err(TrySendError::Disconnected(_) | TrySendError::Full(_))));
    }

    fn streams(&self) -> MutexGuard<'_, Vec<SyncSender<String>>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const STREAM_HEAD: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\nretry: 500\n\n";

fn write_events(mut writer: Box<dyn Write + Send>, events: &Receiver<String>) {
    let mut send = |text: &str| writer.write_all(text.as_bytes()).and_then(|()| writer.flush()).is_ok();
    if !send(STREAM_HEAD) {
        return;
    }
    loop {
        let text = match events.recv_timeout(HEARTBEAT) {
            Ok(event) => format!("data: {event}\n\n"),
            Err(RecvTimeoutError::Timeout) => ":\n\n".to_owned(),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if !send(&text) {
            return;
        }
    }
}

/// Returns the page with the script that keeps it fresh. `tag` is the page's ETag without the script.
pub(super) fn inject(mut page: Vec<u8>, build: &str, path: &str, tag: &str) -> Vec<u8> {
    const END: &[u8] = b"</body>";
    let escape = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let script = format!(
        "<script src=\"{PREFIX}reload.js\" data-build=\"{build}\" data-page=\"{}\" data-tag=\"{}\" defer></script>\n",
        escape(path),
        escape(tag)
    );
    let at = page.windows(END.len()).rposition(|window| window == END).unwrap_or(page.len());
    page.splice(at..at, script.into_bytes());
    page
}

#[cfg(test)]
mod tests {
    use std::{io, sync::Arc};

    use super::*;

    #[test]
    fn script_is_added_before_the_last_end_of_the_body() {
        let page = inject(b"<body>&lt;/body> </body></html>".to_vec(), "7", "a\"b.html", "W/\"1\"");
        let text = String::from_utf8(page).unwrap();
        assert!(text.ends_with(" defer></script>\n</body></html>"), "{text}");
        assert!(text.contains("data-build=\"7\" data-page=\"a&quot;b.html\" data-tag=\"W/&quot;1&quot;\""), "{text}");
        assert!(String::from_utf8(inject(b"x".to_vec(), "1", "", "")).unwrap().starts_with("x<script"));
    }

    /// A browser that never reads.
    struct Stuck(Arc<Mutex<()>>);

    impl Write for Stuck {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            let _wait = self.0.lock();
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn page_that_does_not_read_is_dropped_and_holds_up_nobody() {
        let (hub, gate) = (Hub::default(), Arc::new(Mutex::new(())));
        let closed = gate.lock().unwrap();
        hub.join(Box::new(Stuck(gate.clone())), "1".to_owned());
        for _ in 0..QUEUE {
            hub.tell("2");
        }
        assert_eq!(hub.streams().len(), 0);
        drop(closed);
    }
}
