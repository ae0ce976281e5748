//! A service that repeats the key it was sent in everything it says: in names, messages, ids and headers.

#![expect(clippy::unwrap_used, reason = "a service that can't be started ends the test")]
#![allow(clippy::allow_attributes, dead_code, reason = "each test binary uses a part of this")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How it answers from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Works,
    Unauthorized,
    Malformed,
    Broken,
}

/// The service. It serves until the test's process ends.
pub struct Echo {
    pub base: String,
    state: Arc<Mutex<State>>,
}

struct State {
    answer: Answer,
    saw_the_key: bool,
}

impl Echo {
    pub fn start(key: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { answer: Answer::Works, saw_the_key: false }));
        let shared = state.clone();
        let serve = move || {
            for stream in listener.incoming().flatten() {
                // A caller that is gone needs no answer.
                let _ = answer(stream, key, &shared);
            }
        };
        std::thread::Builder::new().spawn(serve).unwrap();
        Self { base, state }
    }

    pub fn answer(&self, answer: Answer) {
        self.state.lock().unwrap().answer = answer;
    }

    pub fn saw_the_key(&self) -> bool {
        self.state.lock().unwrap().saw_the_key
    }
}

fn answer(mut stream: TcpStream, key: &str, state: &Mutex<State>) -> std::io::Result<()> {
    let (mut request, mut chunk) = (Vec::new(), [0; 4096]);
    while !request.windows(4).any(|part| part == b"\r\n\r\n") {
        match stream.read(&mut chunk)? {
            0 => return Ok(()),
            read => request.extend_from_slice(&chunk[..read]),
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let mut state = state.lock().unwrap();
    state.saw_the_key |= request.contains(key);
    let voices = request.starts_with("GET /v2/voices");
    let (status, body) = match state.answer {
        Answer::Works if voices => {
            ("200 OK", format!(r#"[{{"id":"v-{key}","name":"Voice {key}","provider":"elevenlabs"}}]"#))
        }
        Answer::Works => ("200 OK", format!(r#"[{{"name":"{key}"}}]"#)),
        Answer::Unauthorized => {
            let body = format!(
                r#"{{"message":"Invalid key {key}","error":"Unauthorized {key}","statusCode":401,"requestId":"{key}"}}"#
            );
            ("401 Unauthorized", body)
        }
        Answer::Malformed => ("200 OK", format!("<html>{key}</html>")),
        Answer::Broken => {
            ("500 Oops", format!(r#"{{"message":"{key} {key}","errorCode":"{key}","suggestion":"Try {key}"}}"#))
        }
    };
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nX-Request-Id: {key}\r\nConnection: close");
    write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}
