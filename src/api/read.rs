//! Reading answers tolerantly: a field of an unexpected type is a missing field, not a broken answer.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// How much of a text from outside is kept for the screen, in bytes.
const MAX_SENTENCE: usize = 2048;

/// An optional field; anything that does not fit reads as absent. Numbers written as text are numbers, and the other
/// way round.
pub fn opt<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(fit(Value::deserialize(deserializer)?))
}

/// A value as a `T`, if it can be read as one.
pub fn fit<T: DeserializeOwned>(value: Value) -> Option<T> {
    let other = match &value {
        Value::Null => return None,
        Value::String(text) if text.is_empty() => return None,
        Value::String(text) => serde_json::from_str(text.trim()).ok().map(Value::Number),
        // Whole numbers may come as 3.0.
        Value::Number(number) if number.is_f64() => whole(number).map(Value::from),
        Value::Number(number) => Some(Value::String(number.to_string())),
        _ => None,
    };
    let fits = |value| serde_json::from_value(value).ok();
    // As it was sent, if that fits; only then the other way of writing it.
    fits(value).or_else(|| other.and_then(fit_number))
}

fn fit_number<T: DeserializeOwned>(value: Value) -> Option<T> {
    let whole = value.as_number().and_then(whole).map(Value::from);
    serde_json::from_value(value).ok().or_else(|| serde_json::from_value(whole?).ok())
}

fn whole(number: &serde_json::Number) -> Option<u64> {
    let text = number.as_f64().filter(|n| n.fract() == 0.0 && *n >= 0.0)?.to_string();
    text.parse().ok()
}

/// A text for the screen, wherever the answer has it: as a string, as several, or as the `message` of an object.
/// Bounded, as a proxy may send a whole page.
pub fn sentence(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(several) => several.iter().filter_map(sentence).take(20).collect::<Vec<_>>().join("\n"),
        Value::Object(object) => return object.get("message").and_then(sentence),
        _ => return None,
    };
    let text = clip(text.trim());
    (!text.is_empty()).then_some(text)
}

/// The beginning of a text from outside, without control characters.
pub fn clip(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_SENTENCE);
    let clean = text[..end].chars().filter(|c| !c.is_control() || *c == '\n').collect::<String>();
    if end < text.len() { clean + "…" } else { clean }
}

/// [`sentence`] as a field.
pub fn opt_sentence<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(sentence(&Value::deserialize(deserializer)?))
}

/// A word (an id, a status): text, a number read as text, or nothing.
pub fn word<'de, T: From<String>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(T::from(match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }))
}

/// An answer that is one object, in camel or snake case.
pub fn object<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    value(serde_json::from_slice(body).ok()?)
}

/// The same for a value already read.
pub fn value<T: DeserializeOwned>(answer: Value) -> Option<T> {
    if !answer.is_object() {
        // A list would otherwise fit: its rows as the fields, in order.
        return None;
    }
    serde_json::from_value(camel(answer)).ok()
}

/// Names of older answers (`output_url`) as those of newer ones (`outputUrl`). Where both say something, the newer
/// one counts.
fn camel(answer: Value) -> Value {
    let Value::Object(object) = answer else { return answer };
    let (mut newer, mut older) = (serde_json::Map::new(), Vec::new());
    for (name, value) in object {
        if name.contains('_') {
            older.push((camel_name(&name), value));
        } else {
            newer.insert(name, value);
        }
    }
    for (name, value) in older {
        let known = newer.entry(name).or_insert(Value::Null);
        if known.is_null() {
            *known = value;
        }
    }
    Value::Object(newer)
}

fn camel_name(snake: &str) -> String {
    let mut parts = snake.split('_').filter(|part| !part.is_empty());
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// The rows of a list: a bare array, or an object that wraps one. Rows that do not fit are skipped.
pub fn rows<T: DeserializeOwned>(answer: Value) -> Option<Vec<T>> {
    let rows = match answer {
        Value::Array(rows) => rows,
        Value::Object(mut object) => ["items", "data", "voices", "models", "generations", "assets", "results"]
            .into_iter()
            .find_map(|name| match object.remove(name) {
                Some(Value::Array(rows)) => Some(rows),
                _ => None,
            })?,
        _ => return None,
    };
    let total = rows.len();
    let rows: Vec<T> = rows.into_iter().filter_map(value).collect();
    if rows.len() < total {
        tracing::warn!(skipped = total - rows.len(), "skipped rows of a list that could not be read");
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Row {
        #[serde(default, deserialize_with = "opt")]
        duration: Option<f64>,
        #[serde(default, deserialize_with = "opt")]
        name: Option<String>,
        #[serde(deserialize_with = "word")]
        id: String,
    }

    #[test]
    fn odd_fields_read_as_absent_and_odd_rows_are_skipped() {
        let answer = json!({"items": [
            {"id": 7, "duration": "3.5", "name": {"first": "x"}},
            {"id": "b", "duration": null, "name": "42"},
            {"no": "id"},
            3
        ]});
        let rows: Vec<Row> = rows(answer).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0], Row { duration: Some(3.5), name: None, id: "7".into() });
        assert_eq!(rows[1], Row { duration: None, name: Some("42".into()), id: "b".into() });
        assert_eq!(super::rows::<Row>(json!("text")), None);
    }

    #[test]
    fn older_names_are_read_and_newer_ones_win_where_both_are_sent() {
        assert_eq!(camel(json!({"output_url": "a", "outputUrl": "b"})), json!({"outputUrl": "b"}));
        assert_eq!(camel(json!({"output_url": "a", "outputUrl": null})), json!({"outputUrl": "a"}));
        assert_eq!(camel(json!({"internal_voice_id": 1})), json!({"internalVoiceId": 1}));
    }

    #[test]
    fn a_field_fits_in_either_way_of_writing_it_and_null_is_absent() {
        assert_eq!(fit::<u64>(json!("42")), Some(42));
        assert_eq!(fit::<u64>(json!(42.0)), Some(42));
        assert_eq!(fit::<u64>(json!("42.0")), Some(42));
        assert_eq!(fit::<u64>(json!(-1)), None);
        assert_eq!(fit::<f64>(json!(" 3.5 ")), Some(3.5));
        assert_eq!(fit::<String>(json!(7)), Some("7".to_owned()));
        assert_eq!(fit::<String>(json!("7")), Some("7".to_owned()));
        assert_eq!(fit::<Value>(json!("7")), Some(json!("7")));
        assert_eq!(fit::<Value>(Value::Null), None);
        assert_eq!(fit::<f64>(json!("NaN")), None);
    }

    #[test]
    fn texts_from_outside_are_found_in_any_shape_and_bounded() {
        assert_eq!(sentence(&json!(["a", {"message": ["b"]}, 3, ""])).as_deref(), Some("a\nb"));
        assert_eq!(sentence(&json!(" ")), None);
        assert_eq!(sentence(&json!({"reason": "x"})), None);
        assert_eq!(sentence(&json!("a\u{7}b")).as_deref(), Some("ab"));
        let long = sentence(&json!("ä".repeat(5000))).unwrap();
        assert!(long.len() <= MAX_SENTENCE + 3 && long.ends_with('…'), "{}", long.len());
    }
}
