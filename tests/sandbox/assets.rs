//! The three-step upload, the library, and files going out.

use reqwest::Method;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use serde_json::{Value, json};

use crate::here::{Here, film, here, number, read, refused, text, tone};

async fn presign(here: &Here, size: u64) -> (String, String) {
    let body = json!({ "fileName": "a b.wav", "contentType": "audio/wav", "size": size });
    let (status, place) = here.post("/v2/assets/upload", body).await;
    assert_eq!(status, 201, "{place}");
    assert!(place["expiresIn"].as_u64().unwrap() > 0);
    (text(&place["uploadUrl"]), text(&place["url"]))
}

#[tokio::test]
async fn what_is_uploaded_is_known_for_what_it_is() {
    let here = here().await;
    let path = here.file("clip.mp4");
    film(&path, "320x240", "25", 2.0).await;
    let asset = here.upload(&path, "VIDEO", "video/mp4").await;
    assert_eq!(
        (&asset["type"], &asset["name"], &asset["format"]),
        (&json!("VIDEO"), &json!("clip.mp4"), &json!("mp4"))
    );
    assert_eq!((&asset["width"], &asset["height"]), (&json!(320), &json!(240)));
    assert_eq!((&asset["visibility"], &asset["inputType"]), (&json!("USER"), &json!("UPLOAD")));
    assert_eq!(asset["size"].as_u64().unwrap(), std::fs::metadata(&path).unwrap().len());
    assert!((number(&asset["durationSeconds"]) - 2.0).abs() < 0.05);
    assert_eq!(here.get(&format!("/v2/assets/{}", text(&asset["id"]))).await, (200, asset.clone()));
    assert_eq!(here.fetch(&text(&asset["url"])).await, std::fs::read(&path).unwrap());
}

#[tokio::test]
async fn a_presign_states_name_type_and_size() {
    let here = here().await;
    for (body, field) in [
        (json!({ "contentType": "audio/wav", "size": 1 }), "fileName"),
        (json!({ "fileName": "a", "contentType": "wav", "size": 1 }), "contentType"),
        (json!({ "fileName": "a", "contentType": "audio/wav" }), "size"),
        (json!({ "fileName": "a", "contentType": "audio/wav", "size": 0 }), "size"),
        (json!({ "fileName": "a", "contentType": "audio/wav", "size": "9" }), "size"),
    ] {
        refused(&here.post("/v2/assets/upload", body).await, 400, "", field);
    }
    let body = json!({ "fileName": "a", "contentType": "audio/wav", "size": 6_000_000_000_u64 });
    refused(&here.post("/v2/assets/upload", body).await, 400, "file_size_exceeds_plan_limit", "size");
    // The sender's folders are not ours.
    let body = json!({ "fileName": "../../etc/passwd", "contentType": "audio/wav", "size": 1 });
    assert!(text(&here.post("/v2/assets/upload", body).await.1["url"]).ends_with("/passwd"));
}

#[tokio::test]
async fn an_upload_must_be_what_was_announced() {
    let here = here().await;
    let (to, url) = presign(&here, 5).await;
    let put = |kind: &str, body: &'static [u8]| here.http.put(&to).header(CONTENT_TYPE, kind).body(body).send();
    assert_eq!(put("audio/mpeg", b"12345").await.unwrap().status(), 403);
    let long = put("audio/wav", b"123456").await.unwrap();
    assert_eq!((long.status().as_u16(), long.headers()[CONTENT_TYPE].to_str().unwrap()), (400, "application/xml"));
    assert_eq!(put("audio/wav", b"1234").await.unwrap().status(), 400);
    let pieces = futures_util::stream::iter([Ok::<_, std::io::Error>("12345")]);
    let chunked = here.http.put(&to).header(CONTENT_TYPE, "audio/wav").body(reqwest::Body::wrap_stream(pieces));
    assert_eq!(chunked.send().await.unwrap().status(), 411);
    assert_eq!(here.http.put(here.url("/uploads/guess")).body("x").send().await.unwrap().status(), 403);

    // Nothing has arrived yet.
    assert_eq!(here.http.get(&url).send().await.unwrap().status(), 404);
    let early = here.post("/v2/assets", json!({ "url": url, "type": "AUDIO" })).await;
    refused(&early, 422, "uploaded_file_not_found", "url");
    let clone = here.post("/v2/voices", json!({ "name": "Me", "url": url })).await;
    refused(&clone, 400, "voice_sample_not_accessible", "url");

    assert_eq!(put("audio/wav", b"12345").await.unwrap().status(), 200);
    assert_eq!(here.fetch(&url).await, b"12345");
    // Not media, but a file: registered with what there is to say.
    let (status, asset) = here.post("/v2/assets", json!({ "url": url, "type": "AUDIO", "name": "Noise" })).await;
    assert_eq!((status, &asset["size"], &asset["durationSeconds"]), (201, &json!(5), &Value::Null));
}

#[tokio::test]
async fn an_upload_broken_off_leaves_nothing() {
    let here = here().await;
    let (to, url) = presign(&here, 1_000_000).await;
    let pieces = futures_util::stream::iter([Ok("x".repeat(1_000)), Err(std::io::Error::other("gone"))]);
    let broken = here.http.put(&to).header(CONTENT_TYPE, "audio/wav").header(CONTENT_LENGTH, 1_000_000);
    assert!(broken.body(reqwest::Body::wrap_stream(pieces)).send().await.is_err());
    assert_eq!(here.http.get(&url).send().await.unwrap().status(), 404);
    let whole = here.http.put(&to).header(CONTENT_TYPE, "audio/wav").body(vec![1_u8; 1_000_000]);
    assert_eq!(whole.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn files_go_out_whole_and_in_parts() {
    let here = here().await;
    let path = here.file("numbers.wav");
    std::fs::write(&path, b"0123456789").unwrap();
    let url = here.put(&path, "audio/wav").await;
    let ask = async |range: &str| {
        let answer = here.http.get(&url).header(RANGE, range).send().await.unwrap();
        let place = answer.headers().get(CONTENT_RANGE).map(|range| range.to_str().unwrap().to_owned());
        (answer.status().as_u16(), place.unwrap_or_default(), answer.text().await.unwrap())
    };
    assert_eq!(ask("bytes=2-4").await, (206, "bytes 2-4/10".into(), "234".into()));
    assert_eq!(ask("bytes=8-").await, (206, "bytes 8-9/10".into(), "89".into()));
    assert_eq!(ask("bytes=-3").await, (206, "bytes 7-9/10".into(), "789".into()));
    assert_eq!(ask("bytes=10-").await, (416, "bytes */10".into(), String::new()));
    assert_eq!(ask("bytes=0-1,4-5").await, (200, String::new(), "0123456789".into()));
    let head = here.http.head(&url).send().await.unwrap();
    assert_eq!((head.status().as_u16(), &head.headers()[CONTENT_LENGTH]), (200, &"10".parse().unwrap()));
    assert_eq!(head.headers()[CONTENT_TYPE], "audio/wav");
    assert_eq!(here.http.get(here.url("/files/guess/a.wav")).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn the_library_is_listed_filtered_sorted_and_paged() {
    let here = here().await;
    let path = here.file("x.wav");
    for (name, kind, seconds) in [("Alpha", "AUDIO", 3.0), ("Beta", "VIDEO", 1.0), ("Gamma", "AUDIO", 2.0)] {
        tone(&path, 440, seconds).await;
        let url = here.put(&path, "audio/wav").await;
        assert_eq!(here.post("/v2/assets", json!({ "url": url, "type": kind, "name": name })).await.0, 201);
    }
    let names = async |query: &str| -> Vec<String> {
        let (status, page) = here.get(&format!("/v2/assets{query}")).await;
        assert_eq!(status, 200, "{page}");
        page["items"].as_array().unwrap().iter().map(|row| text(&row["name"])).collect()
    };
    assert_eq!(names("").await, ["Gamma", "Beta", "Alpha"]);
    assert_eq!(names("?sortBy=dateAsc").await, ["Alpha", "Beta", "Gamma"]);
    assert_eq!(names("?sortBy=durationDesc").await, ["Alpha", "Gamma", "Beta"]);
    assert_eq!(names("?types=AUDIO&sortBy=nameAsc").await, ["Alpha", "Gamma"]);
    assert_eq!(names("?searchQuery=bet").await, ["Beta"]);
    let (_, first) = here.get("/v2/assets?limit=2").await;
    assert_eq!(first["totalCount"], 3);
    let (_, second) = here.get(&format!("/v2/assets?limit=2&cursor={}", text(&first["nextCursor"]))).await;
    assert_eq!((text(&second["items"][0]["name"]), &second["nextCursor"]), ("Alpha".into(), &Value::Null));
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("cursor=no", "cursor"),
        ("sortBy=no", "sortBy"),
        ("types=FILM", "types"),
    ] {
        refused(&here.get(&format!("/v2/assets?{query}")).await, 400, "", field);
    }
}

#[tokio::test]
async fn assets_are_changed_fetched_together_and_deleted() {
    let here = here().await;
    let path = here.file("x.wav");
    tone(&path, 440, 1.0).await;
    let url = here.put(&path, "audio/wav").await;
    let register = async || text(&here.post("/v2/assets", json!({ "url": url, "type": "AUDIO" })).await.1["id"]);
    let (one, two) = (register().await, register().await);
    let change = here.request(Method::PATCH, &format!("/v2/assets/{one}")).json(&json!({ "name": "New" }));
    assert_eq!(read(change.send().await.unwrap()).await.1["name"], "New");
    let ids = json!({ "ids": [one, "not there", two] });
    assert_eq!(here.post("/v2/assets/batch", ids).await.1.as_array().unwrap().len(), 2);
    refused(&here.post("/v2/assets/batch", json!({ "ids": [] })).await, 400, "", "ids");

    assert_eq!(here.delete(&format!("/v2/assets/{one}")).await, (200, json!({ "id": one })));
    refused(&here.delete(&format!("/v2/assets/{one}")).await, 404, "asset_not_found", "id");
    refused(&here.get("/v2/assets/asset_abc123").await, 400, "invalid_asset_id_format", "id");
    // The other asset is the same file; with it the file goes.
    assert!(!here.fetch(&url).await.is_empty());
    assert_eq!(here.delete(&format!("/v2/assets/{two}")).await.0, 200);
    assert_eq!(here.http.get(&url).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_file_elsewhere_can_be_registered_but_not_used_here() {
    let here = here().await;
    let elsewhere = json!({ "url": "https://example.com/a.mp4", "type": "VIDEO" });
    let (status, asset) = here.post("/v2/assets", elsewhere).await;
    assert_eq!((status, &asset["inputType"]), (201, &json!("URL")));
    let clone = here.post("/v2/voices", json!({ "name": "Me", "assetId": asset["id"] })).await;
    refused(&clone, 400, "file_not_in_org_storage", "assetId");
    for (body, field) in [
        (json!({ "url": "file:///etc/passwd", "type": "VIDEO" }), "url"),
        (json!({ "url": "a.mp4", "type": "VIDEO" }), "url"),
        (json!({ "url": "https://example.com/a.mp4", "type": "FILM" }), "type"),
        (json!({ "url": "https://example.com/a.mp4" }), "type"),
        (json!({ "url": "https://example.com/a.mp4", "type": "VIDEO", "visibility": "ALL" }), "visibility"),
    ] {
        refused(&here.post("/v2/assets", body).await, 400, "", field);
    }
    let body = json!({ "url": "https://example.com/a.mp4", "type": "VIDEO", "projectId": "p" });
    refused(&here.post("/v2/assets", body).await, 422, "project_not_found", "projectId");
}
