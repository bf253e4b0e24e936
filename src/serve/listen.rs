//! The socket: taking a port, and answering on it whatever comes.

use std::{
    io::{Read, Seek, SeekFrom},
    net::{TcpListener, ToSocketAddrs},
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use socket2::SockRef;
use tiny_http::{Header, Request, Response, Server, StatusCode};

use super::{
    current::{Live, event},
    http::{self, Head, Hosts, Reply, ReplyBody},
    reload,
};
use crate::diag::{Error, Result};

/// The port where none is asked for.
const PORT: u16 = 3000;

/// So many ports are tried after it.
const PORTS_TRIED: u16 = 20;

/// So many threads always wait for requests.
const LEAST_WORKERS: usize = 8;

/// So many requests are answered at once: a client that reads slowly keeps a thread, and others must not wait for it.
const MOST_WORKERS: usize = 256;

/// A thread more than the least ends after this long without a request.
const IDLE: Duration = Duration::from_secs(5);

/// A client that takes nothing for this long is given up. Set on the listening socket, from which connections inherit it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long to wait before the next try when the system refuses a connection (no descriptors left, for one).
const RETRY: Duration = Duration::from_millis(50);

/// Takes a port: the one asked for, or the first free one from 3000 on; then says which was taken.
pub(super) fn bind(hostname: &str, port: Option<u16>) -> Result<(TcpListener, Option<u16>)> {
    let error = |port: u16, cause: &std::io::Error| {
        let error = Error::new(format!("cannot listen on {hostname} port {port}: {cause}"));
        if cause.kind() == std::io::ErrorKind::AddrInUse { error.help("choose another with `--port`") } else { error }
    };
    if let Some(port) = port {
        return Ok((listen(hostname, port).map_err(|cause| error(port, &cause))?, None));
    }
    for candidate in PORT..PORT + PORTS_TRIED {
        match listen(hostname, candidate) {
            Ok(listener) => return Ok((listener, (candidate != PORT).then_some(PORT))),
            Err(cause) if cause.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(cause) => return Err(error(candidate, &cause)),
        }
    }
    Err(Error::new(format!("cannot listen on {hostname}: ports {PORT} to {} are taken", PORT + PORTS_TRIED - 1))
        .help("choose one with `--port`"))
}

fn listen(hostname: &str, port: u16) -> std::io::Result<TcpListener> {
    let addresses: Vec<_> = (hostname, port).to_socket_addrs()?.collect();
    let listener = TcpListener::bind(addresses.as_slice())?;
    // Where a system does not let connections inherit it, a stuck client keeps its worker longer; nothing else changes.
    let _ = SockRef::from(&listener).set_write_timeout(Some(WRITE_TIMEOUT));
    Ok(listener)
}

/// Answers requests from now on, on threads of its own.
pub(super) fn answer(listener: TcpListener, live: Arc<Live>, hosts: Hosts) {
    let shared =
        Arc::new(Shared { server: Mutex::new(None), workers: AtomicUsize::new(0), waiting: AtomicUsize::new(0), listener, live, hosts });
    for _ in 0..LEAST_WORKERS {
        shared.start_worker();
    }
}

struct Shared {
    server: Mutex<Option<Arc<Server>>>,
    /// How many threads there are.
    workers: AtomicUsize,
    /// How many of them wait for a request.
    waiting: AtomicUsize,
    listener: TcpListener,
    live: Arc<Live>,
    hosts: Hosts,
}

impl Shared {
    /// Starts one thread more, unless there are enough. Where the system gives none, those that are there go on.
    fn start_worker(self: &Arc<Self>) {
        if self.workers.fetch_add(1, Ordering::Relaxed) >= MOST_WORKERS {
            self.workers.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let shared = self.clone();
        if thread::Builder::new().name("http".to_owned()).spawn(move || shared.work()).is_err() {
            self.workers.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn work(self: &Arc<Self>) {
        loop {
            let server = self.server();
            self.waiting.fetch_add(1, Ordering::Relaxed);
            let received = server.recv_timeout(IDLE);
            let waiting = self.waiting.fetch_sub(1, Ordering::Relaxed) - 1;
            match received {
                Ok(Some(request)) => {
                    if waiting == 0 {
                        self.start_worker();
                    }
                    self.handle(request);
                }
                Ok(None) => {
                    // Where several end at once, a few too many do; the next request starts them again.
                    if self.workers.load(Ordering::Relaxed) > LEAST_WORKERS {
                        self.workers.fetch_sub(1, Ordering::Relaxed);
                        return;
                    }
                }
                Err(_) => self.renew(&server),
            }
        }
    }

    /// tiny_http stops accepting for good after any error of `accept`; then another server takes the socket over.
    fn renew(&self, broken: &Arc<Server>) {
        thread::sleep(RETRY);
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if server.as_ref().is_some_and(|current| Arc::ptr_eq(current, broken)) {
            *server = None;
        }
    }

    fn server(&self) -> Arc<Server> {
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(server) = &*server {
                return server.clone();
            }
            // Cloning needs a descriptor too, so it may fail for as long as accepting does.
            match self.listener.try_clone().map_err(|_| ()).and_then(|listener| Server::from_listener(listener, None).map_err(|_| ())) {
                Ok(fresh) => *server = Some(Arc::new(fresh)),
                Err(()) => thread::sleep(RETRY),
            }
        }
    }

    fn handle(&self, request: Request) {
        // Nothing in a request may end the thread that answers it.
        let _ = panic::catch_unwind(AssertUnwindSafe(|| self.respond(request)));
    }

    fn respond(&self, request: Request) {
        let header = |name: &'static str| {
            let found = request.headers().iter().find(|header| header.field.equiv(name));
            found.map(|header| header.value.as_str().to_owned())
        };
        let (host, if_none_match, range) = (header("Host"), header("If-None-Match"), header("Range"));
        let (method, target) = (request.method().to_string(), request.url().to_owned());
        let head = Head {
            method: &method,
            target: &target,
            host: host.as_deref(),
            if_none_match: if_none_match.as_deref(),
            range: range.as_deref(),
        };
        if method == "GET" && target.split('?').next() == Some(&format!("{}events", reload::PREFIX)) && self.hosts.allow(head.host) {
            let first = event(self.live.current().number(), &[]);
            self.live.hub.join(request.into_writer(), first);
            return;
        }
        let reply = http::reply(&self.live.current(), &self.hosts, head);
        // A client that went away is no news.
        let _ = send(request, reply);
    }
}

/// Reads a part of bytes that others read too.
struct SharedPart {
    bytes: Arc<Vec<u8>>,
    first: usize,
    end: usize,
}

impl Read for SharedPart {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(self.end - self.first);
        buffer[..count].copy_from_slice(&self.bytes[self.first..self.first + count]);
        self.first += count;
        Ok(count)
    }
}

fn send(request: Request, reply: Reply) -> std::io::Result<()> {
    let headers: Vec<Header> =
        reply.headers.iter().filter_map(|(name, value)| Header::from_bytes(name.as_bytes(), value.as_bytes()).ok()).collect();
    let (body, length): (Box<dyn Read + Send>, u64) = match reply.body {
        ReplyBody::Bytes(bytes) => {
            let length = bytes.len() as u64;
            (Box::new(std::io::Cursor::new(bytes)), length)
        }
        ReplyBody::Shared(bytes, first, length) => (Box::new(SharedPart { bytes, first, end: first + length }), length as u64),
        ReplyBody::File(mut file, first, length) => {
            file.seek(SeekFrom::Start(first))?;
            (Box::new(file.take(length)), length)
        }
    };
    let response = Response::new(StatusCode(reply.status), headers, body, usize::try_from(length).ok(), None);
    request.respond(response.with_chunked_threshold(usize::MAX))
}
