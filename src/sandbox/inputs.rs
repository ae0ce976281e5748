//! Reads what a lip sync run is asked to put together, and refuses what the contract or the sandbox does not take.

use axum::http::StatusCode;
use serde_json::Value;

use super::refusal::{Answer, Refusal};
use super::request::Fields;
use super::state::{Order, Place, Voice};
use super::world::World;
use super::{assets, models, segments, speech};
use crate::api::{AssetKind, SyncMode};

/// The code of a request that does not fit the contract.
pub(super) const INVALID: &str = "generation_input_validation_failed";

/// A run as it was asked for.
pub(super) struct Asked {
    pub model: String,
    pub input: Vec<Value>,
    pub options: Option<Value>,
    pub segments: Option<Value>,
    pub output_name: Option<String>,
    pub order: Order,
    /// What tells this body from another one under the same key: free of ports, which change.
    pub body: Value,
}

/// Reads the body of `POST /v2/generate`.
pub(super) fn read(world: &World, fields: &Fields) -> Answer<Asked> {
    let model = fields.required("model", 1, 100)?;
    if !models::is_known(&model) {
        return Err(models::unknown(&model));
    }
    not_here(fields)?;
    let items = fields.objects("input", 20)?;
    let mode = read_options(fields)?;
    let output_name = read_name(fields)?;
    let order = read_items(world, &items, &model, mode, fields)?;
    let input = fields.array("input", 1, 20)?.to_vec();
    let (options, segments) = (fields.get("options").cloned(), fields.get("segments").cloned());
    let body = without_ports(world, fields.as_value());
    Ok(Asked { model, input, options, segments, output_name, order, body })
}

/// What the service can do and the sandbox cannot, said plainly rather than ignored.
fn not_here(fields: &Fields) -> Answer<()> {
    if fields.get("projectId").is_some() {
        return Err(assets::no_project());
    }
    for name in ["dubParams", "dialogueEdit"] {
        if fields.get(name).is_some() {
            return Err(fields.refuse(name, "is not something the sandbox can do").suggest("Use sync.so for this."));
        }
    }
    // Accepted as the service does, though nothing is sent: the sandbox calls nobody.
    if fields.text("webhookUrl")?.is_some_and(|url| !url.starts_with("https://")) {
        return Err(fields.refuse("webhookUrl", "must be an https address"));
    }
    Ok(())
}

fn read_options(fields: &Fields) -> Answer<SyncMode> {
    let Some(options) = fields.object("options")? else { return Ok(SyncMode::Bounce) };
    Ok(read_mode(&options)?.unwrap_or(SyncMode::Bounce))
}

/// The sync mode among options, those of the run or of a segment.
pub(super) fn read_mode(options: &Fields) -> Answer<Option<SyncMode>> {
    options.share("temperature")?;
    let word = options.word("sync_mode", &["bounce", "loop", "cut_off", "silence", "remap"])?;
    Ok(word.and_then(|word| serde_json::from_value(Value::String(word)).ok()))
}

/// Letters, digits, `_` and `-`; others become `_`.
fn read_name(fields: &Fields) -> Answer<Option<String>> {
    let Some(name) = fields.text("outputFileName")? else { return Ok(None) };
    if name.trim().is_empty() || name.chars().count() > 255 {
        return Err(fields.refuse("outputFileName", "must have 1 to 255 characters"));
    }
    let name = name.trim().strip_suffix(".mp4").unwrap_or(name.trim());
    let fine = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' };
    Ok(Some(name.chars().map(fine).collect()))
}

fn read_items(world: &World, items: &[Fields], model: &str, mode: SyncMode, all: &Fields) -> Answer<Order> {
    let (mut pictures, mut voices) = (Vec::new(), Vec::new());
    for item in items {
        let kind = item.word("type", &["video", "image", "audio", "text"])?;
        match kind.as_deref() {
            Some("video") => pictures.push((file(world, item, AssetKind::Video)?, false)),
            Some("image") if model != "sync-3" => {
                return Err(item.refuse("type", "can be image with the model sync-3 only"));
            }
            Some("image") => pictures.push((file(world, item, AssetKind::Image)?, true)),
            Some("audio") => voices.push((name(item)?, Voice::File(file(world, item, AssetKind::Audio)?))),
            Some(_) => voices.push((name(item)?, read_text(world, item)?)),
            None => return Err(item.refuse("type", "is required")),
        }
    }
    if pictures.len() > 1 {
        let message = "There may be one video or image only.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "generation_input_too_many_visual", message).field("input"));
    }
    let (Some((picture, is_image)), false) = (pictures.pop(), voices.is_empty()) else {
        return Err(all.refuse("input", "must hold one video or image, and one audio or text"));
    };
    if segments::are_asked(all) {
        if is_image {
            return Err(all
                .refuse("segments", "are parts of a film, and the input is an image")
                .recoded(segments::INVALID));
        }
        let segments = segments::read(all, &voices, mode)?;
        let voice = segments.first().map(|segment| segment.voice.clone());
        let voice = voice.ok_or_else(|| all.refuse("segments", "are none"))?;
        return Ok(Order { picture, is_image, voice, mode, segments });
    }
    let (Some((_, voice)), true) = (voices.pop(), voices.is_empty()) else {
        return Err(all.refuse("input", "may hold several audios and texts with segments only"));
    };
    Ok(Order { picture, is_image, voice, mode, segments: Vec::new() })
}

fn name(item: &Fields) -> Answer<Option<String>> {
    Ok(item.text("refId")?.map(str::to_owned))
}

fn read_text(world: &World, item: &Fields) -> Answer<Voice> {
    let provider = item.object("provider")?.ok_or_else(|| item.refuse("provider", "is required"))?;
    provider.provider("name")?;
    speech::read_line(world, &provider).map(Voice::Line)
}

/// The file an item names, by token.
fn file(world: &World, item: &Fields, kind: AssetKind) -> Answer<String> {
    let place = match (item.text("assetId")?, item.text("url")?) {
        (Some(id), _) => {
            let row = world.read().assets.iter().find(|row| row.id == id).cloned();
            let row = row.ok_or_else(|| {
                let refusal = item.refuse("assetId", "is not the id of an asset");
                refusal.status(StatusCode::UNPROCESSABLE_ENTITY).recoded("asset_not_found")
            })?;
            if row.kind != kind {
                let refusal = item.refuse("assetId", "is an asset of another type than the input says");
                return Err(refusal.recoded("generation_input_asset_type_mismatch"));
            }
            row.place
        }
        (None, Some(url)) => {
            let token = world.token_of(url).ok_or_else(|| item.refuse("url", NOT_OURS).recoded(inaccessible(kind)))?;
            Place::Own(token)
        }
        (None, None) => return Err(item.refuse("url", "or assetId is required")),
    };
    let Place::Own(token) = place else {
        return Err(item.refuse("assetId", NOT_OURS).recoded(inaccessible(kind)));
    };
    if !world.read().files.get(&token).is_some_and(|file| file.ready) {
        return Err(item.refuse("url", "leads to nothing that was uploaded").recoded(inaccessible(kind)));
    }
    Ok(token)
}

const NOT_OURS: &str = "leads to another server; the sandbox reads its own storage only";

fn inaccessible(kind: AssetKind) -> &'static str {
    match kind {
        AssetKind::Audio => "generation_input_audio_inaccessible",
        AssetKind::Video => "generation_input_video_inaccessible",
        AssetKind::Image => "generation_input_image_inaccessible",
    }
}

/// The value with every address of ours in the form it has now.
pub(super) fn with_addresses(world: &World, value: Value) -> Value {
    map_texts(value, &|text| world.token_of(&text).map_or(text, |token| world.address(&token)))
}

/// The value with every address of ours reduced to what does not change from start to start.
pub(super) fn without_ports(world: &World, value: Value) -> Value {
    map_texts(value, &|text| world.token_of(&text).unwrap_or(text))
}

fn map_texts(value: Value, change: &impl Fn(String) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(text)),
        Value::Array(rows) => Value::Array(rows.into_iter().map(|row| map_texts(row, change)).collect()),
        Value::Object(map) => Value::Object(map.into_iter().map(|(key, row)| (key, map_texts(row, change))).collect()),
        other => other,
    }
}
