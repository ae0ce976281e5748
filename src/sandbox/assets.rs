//! The media library: presign, register, list, look at, change, delete.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path as Route, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use serde::Serialize;
use serde_json::{Value, json};

use super::inspect::{self, Media};
use super::refusal::{Answer, Refusal};
use super::request::{Fields, Query};
use super::state::{AssetRow, Place, Stored};
use super::tools::Trouble;
use super::world::{self, Shared, World};
use crate::api::{Asset, AssetKind, Presigned};

/// 5 GiB.
const LARGEST: u64 = 5 << 30;
const KINDS: [&str; 3] = ["AUDIO", "VIDEO", "IMAGE"];

/// An asset with the fields the program does not read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    #[serde(flatten)]
    asset: Asset,
    input_type: &'static str,
    thumbnail_url: Option<String>,
}

/// `POST /v2/assets/upload`.
pub(super) async fn presign(
    State(world): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<(StatusCode, Json<Presigned>)> {
    let fields = Fields::read(&headers, body, None).await?;
    let name = fields.required("fileName", 1, 255)?;
    let content_type = fields.required("contentType", 3, 100)?;
    let is_mime = content_type.is_ascii() && content_type.contains('/') && !content_type.contains(char::is_control);
    if !is_mime {
        return Err(fields.refuse("contentType", "must be a MIME type such as video/mp4"));
    }
    let size = fields.whole("size", 1, u64::MAX)?.ok_or_else(|| fields.refuse("size", "is required"))?;
    if size > LARGEST {
        let message = "A file may have at most 5 GiB.";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "file_size_exceeds_plan_limit", message).field("size"));
    }
    let (token, secret) = (world::token(), world::token());
    let seconds = world.plan.terms().upload_seconds;
    let until = world::seconds_now() + i64::from(seconds);
    let name = file_name(&name);
    let stored = Stored { name, content_type, size, ready: false, upload: Some((secret.clone(), until)) };
    world
        .change(|state| {
            state.files.insert(token.clone(), stored);
            Ok(())
        })
        .await?;
    let upload_url = format!("{}/uploads/{secret}", world.origin);
    let answer = Presigned { upload_url, url: world.address(&token), expires_in: Some(u64::from(seconds)) };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// The last part of what was sent as a name: a path of the sender's is not our business.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).collect();
    if plain.trim().is_empty() || plain == ".." || plain == "." { "file".to_owned() } else { plain }
}

/// `POST /v2/assets`.
pub(super) async fn register(
    State(world): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<(StatusCode, Json<Shown>)> {
    let fields = Fields::read(&headers, body, None).await?;
    let url = fields.required("url", 1, 4_000)?;
    let kind = kind(&fields)?.ok_or_else(|| fields.refuse("type", "is required"))?;
    let name = fields.text("name")?.map(str::to_owned);
    let visibility = visibility(&fields)?.unwrap_or_else(|| "USER".to_owned());
    if fields.get("projectId").is_some() {
        return Err(no_project());
    }
    let now = world::now();
    let mut row = AssetRow {
        id: world::id(),
        place: Place::Foreign(url.clone()),
        kind,
        name,
        visibility,
        size: None,
        format: None,
        seconds: None,
        width: None,
        height: None,
        created_at: now.clone(),
        updated_at: now,
    };
    if let Some(token) = world.token_of(&url) {
        describe(&world, &mut row, token).await?;
    } else if !url::Url::parse(&url).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host()) {
        return Err(fields.refuse("url", "must be an http or https address"));
    } else if is_own(&world, &url) {
        return Err(missing_upload());
    }
    let shown = show(&world, &row);
    world
        .change(|state| {
            state.assets.push(row);
            Ok(())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(shown)))
}

/// Fills in what a stored file is. Without ffprobe there is less to say, but nothing to refuse.
async fn describe(world: &World, row: &mut AssetRow, token: String) -> Answer<()> {
    let stored = world.read().files.get(&token).filter(|stored| stored.ready).cloned().ok_or_else(missing_upload)?;
    row.size = Some(stored.size);
    row.format = stored.name.rsplit_once('.').map(|(_, format)| format.to_lowercase());
    row.name.get_or_insert(stored.name);
    match inspect::inspect(&world.tools, &world.path(&token)).await {
        Ok(Media { seconds, picture, .. }) => {
            row.seconds = seconds;
            (row.width, row.height) = (picture.map(|p| p.width), picture.map(|p| p.height));
        }
        Err(Trouble::Failed { .. }) => tracing::debug!("an asset is not media"),
        Err(trouble) => tracing::warn!(?trouble, "an asset could not be looked into"),
    }
    row.place = Place::Own(token);
    Ok(())
}

fn is_own(world: &World, url: &str) -> bool {
    url.strip_prefix(world.origin.as_str()).is_some_and(|rest| rest.starts_with('/'))
}

fn missing_upload() -> Refusal {
    let message = "There is no uploaded file at this address.";
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "uploaded_file_not_found", message).field("url")
}

/// The sandbox keeps no projects.
pub(super) fn no_project() -> Refusal {
    let message = "There is no such project: the sandbox keeps none.";
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "project_not_found", message).field("projectId")
}

/// `GET /v2/assets`.
pub(super) async fn list(State(world): State<Shared>, uri: Uri) -> Answer<Json<Value>> {
    let query = Query::parse(&uri);
    let limit = query.whole("limit", 1, 100)?.unwrap_or(50);
    let search = query.get("searchQuery").unwrap_or_default().to_lowercase();
    let kinds = query.list("types");
    if !kinds.iter().flatten().all(|kind| KINDS.contains(kind)) {
        return Err(Refusal::invalid("types", format!("types must be some of {}.", KINDS.join(", "))));
    }
    let mut rows = world.read().assets.clone();
    rows.reverse();
    rows.retain(|row| {
        let named = row.name.as_deref().unwrap_or_default().to_lowercase().contains(&search);
        named && kinds.as_ref().is_none_or(|kinds| kinds.contains(&word(row.kind)))
    });
    sort(&mut rows, query.get("sortBy").unwrap_or("dateDesc"))?;
    let total = rows.len();
    let start = match query.get("cursor") {
        Some(id) => rows.iter().position(|row| row.id == id).map(|at| at + 1),
        None => Some(0),
    };
    let start = start.ok_or_else(|| Refusal::invalid("cursor", "cursor must be the nextCursor of an earlier page."))?;
    let page: Vec<AssetRow> = rows.into_iter().skip(start).take(limit).collect();
    let next = page.last().filter(|_| start + page.len() < total).map(|row| row.id.clone());
    let items: Vec<Shown> = page.iter().map(|row| show(&world, row)).collect();
    Ok(Json(json!({ "items": items, "nextCursor": next, "totalCount": total })))
}

fn sort(rows: &mut [AssetRow], by: &str) -> Answer<()> {
    let name = |row: &AssetRow| row.name.as_deref().unwrap_or_default().to_lowercase();
    let (what, down) = by.strip_suffix("Desc").map_or((by.strip_suffix("Asc"), false), |what| (Some(what), true));
    match what {
        Some("name") => rows.sort_by_key(name),
        Some("date") => rows.reverse(),
        Some("duration") => rows.sort_by(|a, b| a.seconds.unwrap_or(0.0).total_cmp(&b.seconds.unwrap_or(0.0))),
        Some("size") => rows.sort_by_key(|row| row.size),
        Some("kind") => rows.sort_by_key(|row| word(row.kind)),
        _ => {
            return Err(Refusal::invalid(
                "sortBy",
                "sortBy must be name, date, duration, size or kind with Asc or Desc.",
            ));
        }
    }
    if down {
        rows.reverse();
    }
    Ok(())
}

/// `GET /v2/assets/{id}`.
pub(super) async fn get(State(world): State<Shared>, Route(id): Route<String>) -> Answer<Json<Shown>> {
    check_id(&id)?;
    let row = world.read().assets.iter().find(|row| row.id == id).cloned().ok_or_else(not_found)?;
    Ok(Json(show(&world, &row)))
}

/// `POST /v2/assets/batch`: those that are there, in the order asked for.
pub(super) async fn batch(State(world): State<Shared>, headers: HeaderMap, body: Body) -> Answer<Json<Vec<Shown>>> {
    let fields = Fields::read(&headers, body, None).await?;
    let ids: Option<Vec<&str>> = fields.array("ids", 1, 100)?.iter().map(Value::as_str).collect();
    let ids = ids.ok_or_else(|| fields.refuse("ids", "must hold strings"))?;
    let rows = world.read().assets.clone();
    let found = ids.iter().filter_map(|id| rows.iter().find(|row| row.id == *id));
    Ok(Json(found.map(|row| show(&world, row)).collect()))
}

/// `PATCH /v2/assets/{id}`.
pub(super) async fn update(
    State(world): State<Shared>,
    Route(id): Route<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Json<Shown>> {
    check_id(&id)?;
    let fields = Fields::read(&headers, body, None).await?;
    let (name, visibility) = (fields.text("name")?.map(str::to_owned), visibility(&fields)?);
    let seconds = fields.number("durationSeconds", 0.0, 86_400.0)?;
    let format = fields.text("format")?.map(str::to_owned);
    let pixels = |name| fields.whole(name, 1, 65_536).map(|size| size.and_then(|size| u32::try_from(size).ok()));
    let (size, width, height) = (fields.whole("size", 0, LARGEST)?, pixels("width")?, pixels("height")?);
    let row = world
        .change(|state| {
            let row = state.assets.iter_mut().find(|row| row.id == id).ok_or_else(not_found)?;
            row.name = name.or(row.name.take());
            row.visibility = visibility.unwrap_or_else(|| row.visibility.clone());
            row.seconds = seconds.or(row.seconds);
            row.format = format.or(row.format.take());
            (row.size, row.width, row.height) = (size.or(row.size), width.or(row.width), height.or(row.height));
            row.updated_at = world::now();
            Ok(row.clone())
        })
        .await?;
    Ok(Json(show(&world, &row)))
}

/// `DELETE /v2/assets/{id}`: the file goes too, unless something else needs it.
pub(super) async fn delete(State(world): State<Shared>, Route(id): Route<String>) -> Answer<Json<Value>> {
    check_id(&id)?;
    let unused = world
        .change(|state| {
            let at = state.assets.iter().position(|row| row.id == id).ok_or_else(not_found)?;
            let row = state.assets.remove(at);
            let Place::Own(token) = &row.place else { return Ok(None) };
            if state.needs(token) {
                return Ok(None);
            }
            state.files.remove(token);
            Ok(Some(token.clone()))
        })
        .await?;
    if let Some(token) = unused {
        world.discard(&token).await;
    }
    Ok(Json(json!({ "id": id })))
}

fn check_id(id: &str) -> Answer<()> {
    let message = "That is not the id of an asset.";
    let refuse = |_| Refusal::new(StatusCode::BAD_REQUEST, "invalid_asset_id_format", message).field("id");
    uuid::Uuid::parse_str(id).map(drop).map_err(refuse)
}

fn not_found() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "asset_not_found", "There is no such asset.").field("id")
}

fn kind(fields: &Fields) -> Answer<Option<AssetKind>> {
    let word = fields.word("type", &KINDS)?;
    Ok(word.map(|word| match word.as_str() {
        "AUDIO" => AssetKind::Audio,
        "VIDEO" => AssetKind::Video,
        _ => AssetKind::Image,
    }))
}

fn visibility(fields: &Fields) -> Answer<Option<String>> {
    fields.word("visibility", &["USER", "ORGANIZATION"])
}

fn word(kind: AssetKind) -> &'static str {
    match kind {
        AssetKind::Audio => "AUDIO",
        AssetKind::Video => "VIDEO",
        AssetKind::Image => "IMAGE",
    }
}

fn show(world: &World, row: &AssetRow) -> Shown {
    let (url, input_type) = match &row.place {
        Place::Own(token) => (world.address(token), "UPLOAD"),
        Place::Foreign(url) => (url.clone(), "URL"),
    };
    let asset = Asset {
        id: row.id.clone(),
        url: Some(url),
        name: row.name.clone(),
        kind: Some(row.kind),
        size: row.size,
        format: row.format.clone(),
        duration_seconds: row.seconds,
        width: row.width,
        height: row.height,
        visibility: Some(row.visibility.clone()),
        created_at: Some(row.created_at.clone()),
        updated_at: Some(row.updated_at.clone()),
    };
    Shown { asset, input_type, thumbnail_url: None }
}
