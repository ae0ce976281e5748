//! Reads what was sent, strictly: every field is checked for type and range, and a refusal names the field.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use serde_json::{Map, Value};

use super::refusal::{Answer, Refusal};

/// More JSON than any request needs: the longest script takes 20 kB, or 60 when escaped.
const MOST_JSON: usize = 512 << 10;

/// A JSON object with the name it has in refusals.
#[derive(Debug)]
pub(super) struct Fields {
    /// Empty, or like `input[0].`
    prefix: String,
    map: Map<String, Value>,
    /// The documented code for a malformed request of this kind, where there is one.
    code: Option<&'static str>,
}

impl Fields {
    /// The request's body.
    pub async fn read(headers: &HeaderMap, body: Body, code: Option<&'static str>) -> Answer<Self> {
        let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/") {
            return Err(Refusal::uncoded(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The sandbox takes JSON bodies only.")
                .suggest("Upload the file as an asset and send its assetId."));
        }
        let bytes = to_bytes(body, MOST_JSON).await.map_err(|_| {
            Refusal::uncoded(StatusCode::PAYLOAD_TOO_LARGE, "The body did not arrive whole, or is over 512 kB.")
        })?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(map)) => Ok(Self { prefix: String::new(), map, code }),
            Ok(_) => Err(coded(Refusal::invalid("body", "The body must be a JSON object."), code)),
            Err(error) => Err(coded(Refusal::invalid("body", format!("The body is not JSON: {error}.")), code)),
        }
    }

    /// The whole body as it was sent.
    pub fn as_value(&self) -> Value {
        Value::Object(self.map.clone())
    }

    /// The raw value, `null` counting as absent.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// A refusal that names one of these fields.
    pub fn refuse(&self, name: &str, message: impl std::fmt::Display) -> Refusal {
        let field = format!("{}{name}", self.prefix);
        coded(Refusal::invalid(field.clone(), format!("{field} {message}.")), self.code)
    }

    /// An optional text.
    pub fn text(&self, name: &str) -> Answer<Option<&str>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| self.refuse(name, "must be a string"))
    }

    /// A text of `least` to `most` characters, as sent.
    pub fn required(&self, name: &str, least: usize, most: usize) -> Answer<String> {
        let text = self.text(name)?.ok_or_else(|| self.refuse(name, "is required"))?;
        let (count, blank) = (text.chars().count(), text.trim().is_empty());
        if count < least || count > most || (least > 0 && blank) {
            return Err(self.refuse(name, format_args!("must have {least} to {most} characters")));
        }
        Ok(text.to_owned())
    }

    /// One of a few words.
    pub fn word(&self, name: &str, words: &[&str]) -> Answer<Option<String>> {
        match self.text(name)? {
            Some(word) if words.contains(&word) => Ok(Some(word.to_owned())),
            Some(_) => Err(self.refuse(name, format_args!("must be one of {}", words.join(", ")))),
            None => Ok(None),
        }
    }

    /// A number from 0 to 1.
    pub fn share(&self, name: &str) -> Answer<Option<f64>> {
        self.number(name, 0.0, 1.0)
    }

    /// A number from `least` to `most`.
    pub fn number(&self, name: &str, least: f64, most: f64) -> Answer<Option<f64>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.as_f64().ok_or_else(|| self.refuse(name, "must be a number"))?;
        if (least..=most).contains(&number) {
            Ok(Some(number))
        } else {
            Err(self.refuse(name, format_args!("must be from {least} to {most}")))
        }
    }

    /// A whole number from `least` to `most`.
    pub fn whole(&self, name: &str, least: u64, most: u64) -> Answer<Option<u64>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.as_u64().ok_or_else(|| self.refuse(name, "must be a whole number"))?;
        if (least..=most).contains(&number) {
            Ok(Some(number))
        } else {
            Err(self.refuse(name, format_args!("must be from {least} to {most}")))
        }
    }

    /// A nested object.
    pub fn object(&self, name: &str) -> Answer<Option<Self>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        self.nested(name, value).map(Some)
    }

    /// A required array of `least` to `most` values.
    pub fn array(&self, name: &str, least: usize, most: usize) -> Answer<&[Value]> {
        let value = self.get(name).ok_or_else(|| self.refuse(name, "is required"))?;
        let rows = value.as_array().ok_or_else(|| self.refuse(name, "must be an array"))?;
        if !(least..=most).contains(&rows.len()) {
            return Err(self.refuse(name, format_args!("must have {least} to {most} entries")));
        }
        Ok(rows)
    }

    /// A required array of objects.
    pub fn objects(&self, name: &str, most: usize) -> Answer<Vec<Self>> {
        let rows = self.array(name, 1, most)?;
        rows.iter().enumerate().map(|(index, row)| self.nested(&format!("{name}[{index}]"), row)).collect()
    }

    fn nested(&self, name: &str, value: &Value) -> Answer<Self> {
        let map = value.as_object().cloned().ok_or_else(|| self.refuse(name, "must be an object"))?;
        Ok(Self { prefix: format!("{}{name}.", self.prefix), map, code: self.code })
    }

    /// `provider` may be left out (older documentation), and is "elevenlabs" when sent.
    pub fn provider(&self, name: &str) -> Answer<()> {
        self.word(name, &[crate::api::PROVIDER]).map(drop)
    }
}

fn coded(refusal: Refusal, code: Option<&'static str>) -> Refusal {
    match code {
        Some(code) => refusal.coded(code),
        None => refusal,
    }
}

/// The `Idempotency-Key` of a request: one header of 1 to 128 characters of a small alphabet.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Answer<Option<String>> {
    let name = HeaderName::from_static("idempotency-key");
    let mut values = headers.get_all(&name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let fine = |c: char| c.is_ascii_alphanumeric() || "._~-".contains(c);
    match value.to_str().map(str::trim) {
        Ok(key) if (1..=128).contains(&key.len()) && key.chars().all(fine) && values.next().is_none() => {
            Ok(Some(key.to_owned()))
        }
        _ => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "INVALID_IDEMPOTENCY_KEY",
            "The Idempotency-Key is empty, doubled or malformed.",
        )
        .field("Idempotency-Key")),
    }
}

/// The query of a request, each value a text.
#[derive(Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub fn parse(uri: &axum::http::Uri) -> Self {
        let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        Self(pairs.into_owned().collect())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A whole number within bounds.
    pub fn whole(&self, name: &str, least: usize, most: usize) -> Answer<Option<usize>> {
        let Some(text) = self.get(name) else { return Ok(None) };
        match text.parse::<usize>() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(Refusal::invalid(name, format!("{name} must be a whole number from {least} to {most}."))),
        }
    }

    /// The words of a comma list.
    pub fn list(&self, name: &str) -> Option<Vec<&str>> {
        Some(self.get(name)?.split(',').map(str::trim).filter(|word| !word.is_empty()).collect())
    }
}
