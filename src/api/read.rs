//! Reading answers tolerantly: a field of an unexpected type is a missing field, not a broken answer.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An optional field; anything that does not fit reads as absent. Numbers written as text are numbers.
pub fn opt<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(fit(value))
}

fn fit<T: DeserializeOwned>(value: Value) -> Option<T> {
    if let Value::String(text) = &value {
        if text.is_empty() {
            return None;
        }
        if let Some(number) = text.parse::<f64>().ok().and_then(|n| serde_json::from_value::<T>(n.into()).ok()) {
            // A type that takes both (a `Value`, say) gets the text as it was sent.
            return serde_json::from_value(value).ok().or(Some(number));
        }
    }
    serde_json::from_value(value).ok()
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
    serde_json::from_value(camel(serde_json::from_slice(body).ok()?)).ok()
}

/// Names of older answers (`output_url`) as those of newer ones (`outputUrl`). Where both are there, the newer one
/// counts.
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
        newer.entry(name).or_insert(value);
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
    let rows: Vec<T> = rows.into_iter().filter_map(|row| serde_json::from_value(camel(row)).ok()).collect();
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
        assert_eq!(camel(json!({"internal_voice_id": 1})), json!({"internalVoiceId": 1}));
    }
}
