//! Sections 4 and 7 of the contract: what runs, costs and assets look like on the wire.

use mouthpiece::api::{GenerationRequest, Input, Options, Provider, Segment, SegmentVoice, SyncMode};
use serde_json::json;

use crate::wire::{Reply, Wire};

#[tokio::test]
async fn s7_segments_texts_and_pictures_are_written_as_documented() {
    let request = GenerationRequest {
        input: vec![
            Input::video_asset("v"),
            Input::audio_asset("a").named("one"),
            Input::text(Provider::new("voice", "Hello.")).named("two"),
        ],
        segments: vec![Segment {
            start_time: 0.0,
            end_time: 2.5,
            audio_input: SegmentVoice { ref_id: "two".into(), start_time: Some(0.5), end_time: Some(2.0) },
            options_override: Some(Options { sync_mode: Some(SyncMode::CutOff), ..Options::default() }),
        }],
        model: "lipsync-2".into(),
        options: Options::default(),
        output_file_name: None,
    };
    let wire = Wire::new([Reply::json(201, &json!({"id": "g", "status": "PENDING"}))]).await;
    wire.client().generate(&request, "t").await.unwrap();
    let body = wire.only().json();
    assert_eq!(
        body["input"],
        json!([
            {"type": "video", "assetId": "v"},
            {"type": "audio", "assetId": "a", "refId": "one"},
            {"type": "text", "provider": {"name": "elevenlabs", "voiceId": "voice", "script": "Hello."}, "refId": "two"}
        ])
    );
    assert_eq!(
        body["segments"],
        json!([{
            "startTime": 0.0, "endTime": 2.5,
            "audioInput": {"refId": "two", "startTime": 0.5, "endTime": 2.0},
            "optionsOverride": {"sync_mode": "cut_off"}
        }])
    );
    let again: GenerationRequest = serde_json::from_value(body).unwrap();
    assert_eq!(again, request, "what was kept is what is sent after a restart");
}

#[tokio::test]
async fn s7_costs_are_settled_once_everything_is_known() {
    for (body, settled) in [
        (json!({"availability": "complete", "totalCostUsd": "0.32", "currency": "USD"}), Some(0.32)),
        (json!({"availability": "partial", "totalCostUsd": "0.32"}), None),
        (
            json!({"availability": "pending", "totalCostUsd": null, "knownSubtotalUsd": "0.10", "retryAfterSeconds": 30}),
            None,
        ),
        (json!({"totalCostUsd": -1}), None),
        (json!({"totalCostUsd": "much"}), None),
        (json!({}), None),
    ] {
        let wire = Wire::new([Reply::json(200, &body)]).await;
        assert_eq!(wire.client().costs("g").await.unwrap().settled_usd(), settled, "{body}");
        assert_eq!(wire.only().target, "/v2/generate/g/costs");
    }
}

#[tokio::test]
async fn s4_3_assets_are_looked_up_named_and_listed_by_id() {
    let wire = Wire::new([
        Reply::json(200, &json!([{"id": "1"}, {"no": "id"}])),
        Reply::json(200, &json!({"items": [{"id": "101"}]})),
        Reply::json(200, &json!({"id": "1", "name": "New"})),
    ])
    .await;
    let client = wire.client();
    let ids: Vec<String> = (1..=101).map(|n: u32| n.to_string()).collect();
    let found = client.assets_by_id(&ids).await.unwrap();
    assert_eq!(found.iter().map(|asset| asset.id.as_str()).collect::<Vec<_>>(), ["1", "101"]);
    assert_eq!(client.rename_asset("1", "New").await.unwrap().name.as_deref(), Some("New"));
    assert_eq!(wire.lines(), ["POST /v2/assets/batch", "POST /v2/assets/batch", "PATCH /v2/assets/1"]);
    let heard = wire.heard();
    assert_eq!(heard[0].json()["ids"].as_array().unwrap().len(), 100);
    assert_eq!((heard[1].json(), heard[2].json()), (json!({"ids": ["101"]}), json!({"name": "New"})));
}
