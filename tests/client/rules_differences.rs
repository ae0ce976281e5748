//! Section 21 of the contract: where older and newer documentation disagree, one test for each line a desktop meets.
//! (D25 and D26 are about webhooks and batches, D29, D30, D33 and D35 about prices, choices and times on screen.)

use std::path::Path;

use mouthpiece::api::{
    Asset, AssetKind, AssetQuery, EstimateRequest, GenerationRequest, Input, MODELS, Options, Page, Sample,
    SpeakRequest, Spoken, Status, SyncMode, Upload,
};
use mouthpiece::error::Error;
use mouthpiece::progress::Progress;
use serde_json::{Value, json};

use crate::wire::{Reply, Wire};

const TAKE: &str = "https://x.example/take.wav";

async fn answering(status: u16, body: &Value) -> Wire {
    Wire::new([Reply::json(status, body)]).await
}

fn run(model: &str) -> GenerationRequest {
    GenerationRequest {
        model: model.into(),
        input: vec![Input::video_asset("v"), Input::audio_url(TAKE)],
        options: Options::default(),
        segments: vec![],
        output_file_name: None,
    }
}

async fn sent(request: &GenerationRequest) -> Value {
    let wire = answering(201, &json!({"id": "g", "status": "PENDING"})).await;
    wire.client().generate(request, "t").await.unwrap();
    wire.only().json()
}

#[tokio::test]
async fn d01_speech_is_read_under_every_name_and_without_a_length() {
    for name in ["url", "synthesizedAudioUrl", "synthesized_audio_url", "audioUrl"] {
        let wire = answering(200, &json!({"id": "s", name: TAKE})).await;
        let Spoken::Ready(speech) = wire.client().speak(SpeakRequest::new("v", "Hi.")).await.unwrap() else {
            panic!("{name}")
        };
        assert_eq!((speech.url.as_str(), speech.duration), (TAKE, None));
    }
}

#[tokio::test]
async fn d02_the_last_word_of_a_job_is_any_of_three_in_any_case() {
    for word in ["SUCCESS", "SUCCEEDED", "COMPLETED", "success", "Completed"] {
        assert_eq!(Status::from(word.to_owned()), Status::Completed, "{word}");
    }
}

#[tokio::test]
async fn d03_the_provider_is_always_named() {
    let wire = answering(201, &json!({"id": "v"})).await;
    wire.client().clone_voice("M", Sample::Asset("a".into())).await.unwrap();
    assert_eq!(wire.only().json()["provider"], "elevenlabs");
    let wire = answering(200, &json!({"url": TAKE})).await;
    wire.client().speak(SpeakRequest::new("v", "Hi.")).await.unwrap();
    assert_eq!(wire.only().json()["provider"], "elevenlabs");
}

#[tokio::test]
async fn d04_a_clone_keeps_all_its_ids_and_goes_by_the_newest() {
    let wire = answering(201, &json!({"id": "uuid", "voiceId": "provider", "internalVoiceId": "iv"})).await;
    let cloned = wire.client().clone_voice("M", Sample::Asset("a".into())).await.unwrap();
    assert_eq!(cloned.handle(), Some("uuid"));
    assert_eq!((cloned.voice_id.as_deref(), cloned.internal_voice_id.as_deref()), (Some("provider"), Some("iv")));
}

#[tokio::test]
async fn d05_a_voice_not_known_by_one_id_is_deleted_under_the_listed_one() {
    let wire = Wire::new([
        Reply::json(404, &json!({"errorCode": "voice_not_found"})),
        Reply::json(200, &json!([{"id": "uuid", "voiceId": "cloned_1"}])),
        Reply::json(200, &json!(true)),
    ])
    .await;
    wire.client().delete_voice("cloned_1").await.unwrap();
    assert_eq!(wire.lines(), ["DELETE /v2/voices/cloned_1", "GET /v2/voices", "DELETE /v2/voices/uuid"]);
}

#[tokio::test]
async fn d06_a_literal_false_is_looked_into() {
    let wire = Wire::new([Reply::with(200, &[], "false"), Reply::json(200, &json!([]))]).await;
    wire.client().delete_voice("v").await.unwrap();
    assert_eq!(wire.heard().len(), 2, "gone from the list, so it is done");
}

#[tokio::test]
async fn d07_full_slots_show_the_way_out() {
    let wire = answering(403, &json!({"message": "Forbidden"})).await;
    let error = wire.client().clone_voice("M", Sample::Asset("a".into())).await.unwrap_err();
    assert!(matches!(error, Error::SlotsFull(_)));
    assert!(error.to_string().contains("Park or delete a voice to free one"), "{error}");
}

async fn uploading(registered: Value) -> Asset {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.wav");
    std::fs::write(&path, "0123456789").unwrap();
    let wire = Wire::new([]).await;
    wire.then(Reply::json(201, &json!({"uploadUrl": wire.url("/b"), "url": "https://x.example/a.wav", "id": "no"})));
    wire.then(Reply::with(200, &[], ""));
    wire.then(Reply::json(201, &registered));
    wire.client().upload(upload(&path), Progress::default()).await.unwrap()
}

fn upload(path: &Path) -> Upload {
    Upload { path: path.to_owned(), content_type: "audio/wav".into(), kind: AssetKind::Audio }
}

#[tokio::test]
async fn d08_the_id_of_a_sample_comes_from_the_third_step() {
    assert_eq!(uploading(json!({"id": "asset_1", "type": "AUDIO"})).await.id, "asset_1");
}

#[tokio::test]
async fn d09_ids_are_any_text() {
    for id in ["asset_abc123", "cloned_9f8e", "6533643b-aceb-4c40-967e-d9ba9baac39e", "7"] {
        let wire = answering(200, &json!({"id": id})).await;
        assert_eq!(wire.client().asset(id).await.unwrap().id, id);
        assert_eq!(wire.only().target, format!("/v2/assets/{id}"));
    }
}

#[tokio::test]
async fn d10_a_voice_needs_no_more_than_one_id() {
    let rows = json!([{"id": "a"}, {"voiceId": "b"}, {"internalVoiceId": "c"}, {"name": "none"}, {"id": "d", "restriction": {}}]);
    let voices = answering(200, &rows).await.client().voices().await.unwrap();
    assert_eq!(voices.iter().map(|voice| voice.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    assert!(voices[3].is_withheld() && !voices[0].is_withheld());
    let one = answering(200, &json!({"voiceId": "b", "name": "B"})).await.client().voice("b").await.unwrap();
    assert_eq!((one.id.as_str(), one.label()), ("b", "B"));
}

#[tokio::test]
async fn d11_names_have_1_to_100_characters_without_the_blanks_around() {
    for (name, length) in [("  Mára ", 4), (&"ä".repeat(100), 100)] {
        let wire = answering(201, &json!({"id": "v"})).await;
        wire.client().clone_voice(name, Sample::Asset("a".into())).await.unwrap();
        assert_eq!(wire.only().json()["name"].as_str().unwrap().chars().count(), length);
    }
    for name in ["", "  ", &"ä".repeat(101)] {
        let wire = Wire::new([]).await;
        let error = wire.client().clone_voice(name, Sample::Asset("a".into())).await.unwrap_err();
        assert!(matches!(error, Error::Input(_)), "{error:?}");
        assert!(wire.heard().is_empty());
    }
}

#[tokio::test]
async fn d12_lines_have_1_to_5000_characters_as_people_count() {
    let wire = answering(200, &json!({"url": TAKE})).await;
    wire.client().speak(SpeakRequest::new("v", "ä".repeat(5000))).await.unwrap();
    for script in [String::new(), " \n".into(), "ä".repeat(5001)] {
        let wire = Wire::new([]).await;
        assert!(matches!(wire.client().speak(SpeakRequest::new("v", &script)).await, Err(Error::Input(_))));
        assert!(matches!(wire.client().start_speech(SpeakRequest::new("v", &script), "t").await, Err(Error::Input(_))));
        assert!(wire.heard().is_empty());
    }
    let wire = answering(400, &json!({"message": "script must be shorter"})).await;
    assert!(matches!(wire.client().speak(SpeakRequest::new("v", "x")).await, Err(Error::Invalid(_))), "its 400 counts");
}

#[tokio::test]
async fn d13_failure_code_in_both_spellings() {
    for name in ["errorCode", "error_code"] {
        let body = json!({"id": "g", "status": "FAILED", "error": "No face", name: "generation_input_video_invalid"});
        let failure = answering(200, &body).await.client().generation("g").await.unwrap().failure().unwrap();
        assert_eq!(failure.code(), Some("generation_input_video_invalid"));
        assert_eq!(failure.to_string(), "The lip sync failed: No face. Save it as MP4 (H.264) and choose that file.");
        let refusal = answering(422, &json!({"message": "x", name: "voice_blocked"})).await;
        let refusal = refusal.client().speak(SpeakRequest::new("v", "Hi.")).await.unwrap_err();
        assert_eq!(refusal.code(), Some("voice_blocked"));
    }
}

#[tokio::test]
async fn d14_a_message_is_a_text_or_several() {
    for (message, sentence) in [(json!("One"), "One."), (json!(["One", "Two"]), "One\nTwo.")] {
        let wire = answering(400, &json!({"message": message})).await;
        assert_eq!(wire.client().generation("g").await.unwrap_err().to_string(), sentence);
    }
}

#[tokio::test]
async fn d15_unknown_statuses_go_on_and_old_ones_have_ended() {
    for (word, failed) in
        [("CANCELED", true), ("CANCELLED", true), ("TIMED_OUT", true), ("REJECTED", true), ("UPSCALING", false)]
    {
        let run = answering(200, &json!({"id": "g", "status": word})).await.client().generation("g").await.unwrap();
        assert_eq!(run.failure().is_some(), failed, "{word}");
    }
    let rejected =
        answering(200, &json!({"id": "g", "status": "REJECTED"})).await.client().generation("g").await.unwrap();
    assert_eq!(
        rejected.failure().unwrap().to_string(),
        "The lip sync was refused and never ran: no reason was given. Change what the reason names, then run it again."
    );
}

#[tokio::test]
async fn d16_the_video_lies_under_the_old_name_or_the_new_one() {
    for (body, output) in [
        (json!({"id": "g", "outputUrl": "a", "outputMediaUrl": "b"}), Some("a")),
        (json!({"id": "g", "outputUrl": null, "outputMediaUrl": "b"}), Some("b")),
        (json!({"id": "g", "status": "COMPLETED"}), None),
    ] {
        assert_eq!(answering(200, &body).await.client().generation("g").await.unwrap().output(), output);
    }
}

#[tokio::test]
async fn d17_estimates_are_asked_for_under_three_names() {
    let request = EstimateRequest { model: "lipsync-2".into(), duration: 3.0, fps: 25.0 };
    let unknown = || Reply::json(404, &json!({"message": "Cannot POST"}));
    let row = json!({"estimatedFrameCount": 90, "estimatedGenerationCost": 0.3});
    for answer in [row.clone(), json!([row])] {
        let wire = Wire::new([unknown(), Reply::with(405, &[], ""), Reply::json(200, &answer)]).await;
        let estimate = wire.client().estimate_run(&request, &run("lipsync-2")).await.unwrap();
        assert_eq!(estimate.estimated_generation_cost, Some(0.3));
        assert_eq!(
            wire.lines(),
            ["POST /v2/generations/estimate", "POST /v2/generate/estimate-cost", "POST /v2/analyze/cost"]
        );
        assert_eq!(wire.heard()[2].json()["input"][1]["url"], TAKE);
    }
    let wire = Wire::new([unknown(), unknown()]).await;
    assert!(matches!(wire.client().estimate(&request).await, Err(Error::NotFound(_))), "then the caller has prices");
    let wire = answering(422, &json!({"errorCode": "cost_estimate_unavailable", "message": "Not now"})).await;
    let error = wire.client().estimate(&request).await.unwrap_err();
    assert_eq!(error.to_string(), "Not now. Go by the model's price for a second.");
}

#[tokio::test]
async fn d18_runs_are_listed_under_generations() {
    let wire = answering(200, &json!([])).await;
    wire.client().generations(&Page { limit: 50, cursor: None }).await.unwrap();
    assert_eq!(wire.only().target, "/v2/generations?limit=50");
}

#[tokio::test]
async fn d19_pages_come_bare_or_wrapped() {
    let rows = json!([{"id": "a", "type": "VIDEO", "url": "https://x.example/a"}, {"name": "no id"}]);
    for (body, next) in [
        (rows.clone(), None),
        (json!({"items": rows, "nextCursor": "c", "totalCount": 9}), Some("c")),
        (json!({"items": rows, "next_cursor": 7}), Some("7")),
        (json!({"data": rows, "nextCursor": null}), None),
    ] {
        let wire = answering(200, &body).await;
        let query = AssetQuery {
            limit: Some(255),
            cursor: Some("a&b".into()),
            search: Some("my clip".into()),
            kinds: vec![AssetKind::Audio, AssetKind::Video],
        };
        let page = wire.client().assets(&query).await.unwrap();
        assert_eq!((page.items.len(), page.next_cursor.as_deref()), (1, next), "{body}");
        assert_eq!(
            wire.only().target,
            "/v2/assets?limit=100&sortBy=dateDesc&cursor=a%26b&searchQuery=my+clip&types=AUDIO%2CVIDEO"
        );
    }
    let runs = json!({"items": [{"id": "g", "status": "PENDING"}]});
    let page = Page { limit: 1, cursor: Some("f".into()) };
    assert_eq!(answering(200, &runs).await.client().generations(&page).await.unwrap().len(), 1);
}

#[tokio::test]
async fn d20_files_up_to_five_gib_go_up_and_larger_ones_are_not_begun() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("huge.mp4");
    let huge = std::fs::File::create(&path).unwrap();
    huge.set_len(5 * 1024 * 1024 * 1024 + 1).unwrap();
    let wire = Wire::new([]).await;
    let error = wire.client().upload(upload(&path), Progress::default()).await.unwrap_err();
    assert!(error.to_string().contains("larger than 5 GiB"), "{error}");
    assert!(wire.heard().is_empty());
    huge.set_len(5 * 1024 * 1024 * 1024).unwrap();
    let wire = answering(422, &json!({"errorCode": "file_size_exceeds_plan_limit", "message": "Too large"})).await;
    let error = wire.client().upload(upload(&path), Progress::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "Too large. Choose a smaller file, or change the plan.");
    assert_eq!(wire.only().json()["size"], 5_u64 * 1024 * 1024 * 1024);
}

#[tokio::test]
async fn d22_a_long_poll_is_never_longer_than_ten_seconds() {
    for (asked, sent) in [(0, 1), (5, 5), (10, 10), (55, 10), (255, 10)] {
        let wire = answering(200, &json!({"id": "g", "status": "PENDING"})).await;
        wire.client().generation_wait("g", asked).await.unwrap();
        assert_eq!(wire.only().target, format!("/v2/generate/g?wait=true&timeout={sent}"));
    }
}

#[tokio::test]
async fn d23_a_429_is_obeyed_whatever_the_documented_limit() {
    let wire = Wire::new([Reply::with(429, &[("Retry-After", "5")], "{}"), Reply::json(200, &json!([]))]).await;
    assert!(wire.client().models().await.unwrap().is_empty());
    assert_eq!(wire.heard().len(), 2);
}

#[tokio::test]
async fn d24_a_run_is_never_a_dubbing() {
    let body = sent(&run("lipsync-2")).await;
    assert_eq!(body.get("dubParams"), None);
}

#[tokio::test]
async fn d27_a_picture_goes_without_automatic_speaker_detection() {
    let request = GenerationRequest { input: vec![Input::image_asset("i"), Input::audio_url(TAKE)], ..run("sync-3") };
    let body = sent(&request).await;
    assert_eq!(body["input"][0], json!({"type": "image", "assetId": "i"}));
    assert_eq!(body["options"].get("active_speaker_detection"), None);
}

#[tokio::test]
async fn d28_options_go_only_to_models_that_take_them() {
    let all = Options {
        sync_mode: Some(SyncMode::Loop),
        temperature: Some(0.5),
        occlusion_detection_enabled: Some(true),
        ..Options::default()
    };
    for (model, temperature, occlusion) in [
        ("lipsync-2", true, true),
        ("lipsync-2-pro", true, true),
        ("lipsync-1.9.0-beta", false, true),
        ("sync-3", false, false),
        ("react-1", false, false),
        ("a-model-of-tomorrow", true, true),
    ] {
        let body = sent(&GenerationRequest { options: all.clone(), ..run(model) }).await;
        let options = &body["options"];
        assert_eq!(options["sync_mode"], "loop");
        assert_eq!(options.get("temperature").is_some(), temperature, "{model}");
        assert_eq!(options.get("occlusion_detection_enabled").is_some(), occlusion, "{model}");
    }
}

#[tokio::test]
async fn d31_any_2xx_is_a_success() {
    for status in [200, 201, 202, 203] {
        let wire = answering(status, &json!({"id": "g", "status": "PENDING", "voiceId": "v"})).await;
        wire.client().generate(&run("m"), "t").await.unwrap();
        let wire = answering(status, &json!({"voiceId": "v"})).await;
        wire.client().clone_voice("M", Sample::Asset("a".into())).await.unwrap();
        let wire = answering(status, &json!({"url": TAKE})).await;
        wire.client().speak(SpeakRequest::new("v", "Hi.")).await.unwrap();
    }
}

#[tokio::test]
async fn d32_there_are_models_without_the_list_and_any_other_may_be_named() {
    assert_eq!(MODELS.len(), 5);
    assert!(MODELS.contains(&"lipsync-2") && MODELS.contains(&"sync-3"));
    assert_eq!(sent(&run("my-own-model")).await["model"], "my-own-model");
}

#[tokio::test]
async fn d34_every_sync_mode_is_sent_as_it_is_written() {
    for (mode, word) in SyncMode::ALL.into_iter().zip(["bounce", "loop", "cut_off", "remap", "silence"]) {
        let options = Options { sync_mode: Some(mode), ..Options::default() };
        assert_eq!(sent(&GenerationRequest { options, ..run("lipsync-2") }).await["options"]["sync_mode"], word);
    }
}
