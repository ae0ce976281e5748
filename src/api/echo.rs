//! A key the service repeats in its answer is taken out before anything reads it: what an answer says is shown, stored
//! and logged, and none of these is a place for a key.

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue};

/// Shorter ones hide nothing, and would be found inside ordinary words.
const SHORTEST: usize = 8;
const DOTS: &[u8] = "••••".as_bytes();

/// The body without the key, also where JSON wrote its slashes as `\/`.
pub(super) fn body(key: &str, body: Bytes) -> Bytes {
    if key.len() < SHORTEST {
        return body;
    }
    let escaped = key.replace('/', r"\/");
    let once = without(key.as_bytes(), body);
    if escaped == key { once } else { without(escaped.as_bytes(), once) }
}

/// The headers without the key. What held it is emptied: in a header nothing else is worth keeping beside it.
pub(super) fn headers(key: &str, mut headers: HeaderMap) -> HeaderMap {
    if key.len() >= SHORTEST {
        for value in headers.values_mut().filter(|value| find(key.as_bytes(), value.as_bytes()).is_some()) {
            *value = HeaderValue::from_static("");
        }
    }
    headers
}

fn without(key: &[u8], body: Bytes) -> Bytes {
    let Some(mut at) = find(key, &body) else { return body };
    let (mut kept, mut rest) = (Vec::with_capacity(body.len()), &body[..]);
    loop {
        kept.extend_from_slice(&rest[..at]);
        kept.extend_from_slice(DOTS);
        rest = &rest[at + key.len()..];
        match find(key, rest) {
            Some(next) => at = next,
            None => break,
        }
    }
    kept.extend_from_slice(rest);
    kept.into()
}

fn find(key: &[u8], text: &[u8]) -> Option<usize> {
    text.windows(key.len()).position(|part| part == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "sk-echo/0123456789";

    #[test]
    fn every_form_of_the_key_is_taken_out_and_the_rest_stays() {
        let answer = format!(r#"{{"message":"{KEY} or {KEY}","field":"{}"}}"#, KEY.replace('/', r"\/"));
        let left = body(KEY, answer.into());
        assert_eq!(left, r#"{"message":"•••• or ••••","field":"••••"}"#);
        assert_eq!(body(KEY, Bytes::from_static(b"sk-echo")), "sk-echo");
        assert_eq!(body(KEY, Bytes::new()), "");
        assert_eq!(body("e", Bytes::from_static(b"here")), "here", "too short to look for");
    }

    #[test]
    fn a_header_with_the_key_is_emptied() {
        let mut given = HeaderMap::new();
        given.insert("x-request-id", HeaderValue::from_static("req sk-echo/0123456789"));
        given.insert("x-other", HeaderValue::from_static("kept"));
        let left = headers(KEY, given);
        assert_eq!(
            (&left["x-request-id"], &left["x-other"]),
            (&HeaderValue::from_static(""), &HeaderValue::from_static("kept"))
        );
    }
}
